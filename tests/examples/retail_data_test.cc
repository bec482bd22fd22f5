// The whole retail year, where VOUCH_TEST_DATA has it: the books tie to the
// penny, and neither a second run nor another batch size changes a byte.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/examples/command.h"

namespace vouch_examples {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kProgram[] =
    VOUCH_SOURCE_DIR "/examples/retail_year/program.textproto";

class RetailYear : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("VOUCH_TEST_DATA");
    if (folder == nullptr) {
      GTEST_SKIP() << "VOUCH_TEST_DATA names no folder with data/";
    }
    const std::string data = std::string(folder) + "/data/online_retail.csv.gz";
    if (!std::ifstream(data).good()) GTEST_SKIP() << data << " is not there";
    converted_ = RunLine("gzip -dc '" + data + "' | " +
                         VOUCH_RETAIL_CONVERT_PATH + " - " + events_);
    ASSERT_EQ(converted_.code, 0) << converted_.err;
  }
  void TearDown() override { std::remove(events_.c_str()); }

  Ran RunVouch(const std::string& flags) const {
    return Vouch(std::string("run --program ") + kProgram + " --events " +
                 events_ + " " + flags);
  }

  const std::string events_ = TempPath("year.jsonl");
  Ran converted_;
};

// The counts and sums were worked out apart, with a calculator of decimals
// over the same file.
TEST_F(RetailYear, TheFileIsReadWhole) {
  for (const char* line :
       {"541909 rows, of them 135080 without customer and 44 without amount",
        "4372 customers of 200 partners", "18532 payments, 8911407.90 GBP",
        "3791 refunds, 463798.87 GBP",
        "1333 cancelled rows that no earlier payment holds, 128166.09 GBP",
        "180 cancelled rows past what is left of their payment, 19377.13 "
        "GBP"}) {
    EXPECT_THAT(converted_.err, HasSubstr(std::string("\n") + line + "\n"));
  }
}

TEST_F(RetailYear, AccrualsLessReversalsAreTheBalances) {
  std::map<std::string, int64_t> earned;
  const Ran accruals = RunVouch("--print accruals");
  ASSERT_EQ(accruals.code, 0) << accruals.err;
  int64_t reversals = 0;
  for (const std::string& line : Lines(accruals.out)) {
    const json row = json::parse(line);
    const bool reversal = Text(row, "kind") == "REVERSAL";
    reversals += reversal ? 1 : 0;
    const int64_t amount = Int(row, "amount_minor");
    earned[Text(row, "partner_id")] += reversal ? -amount : amount;
  }
  EXPECT_GT(reversals, 1000);
  std::map<std::string, int64_t> held;
  int64_t sum = 0;
  int64_t expense = 0;
  for (const std::string& line : Lines(RunVouch("--print balances").out)) {
    const json row = json::parse(line);
    if (!row.contains("partner_id")) {
      expense += Int(row, "expense_minor");
      continue;
    }
    int64_t& of = held[Text(row, "partner_id")];
    for (const char* account :
         {"pending_minor", "payable_minor", "in_transit_minor", "paid_minor"}) {
      of += Int(row, account);
    }
    sum += of;
  }
  EXPECT_EQ(held, earned);
  EXPECT_EQ(held.size(), 200u);
  EXPECT_EQ(expense, -sum);
}

TEST_F(RetailYear, NoBatchSizeChangesAByte) {
  const Ran first = RunVouch("--print entries");
  ASSERT_EQ(first.code, 0) << first.err;
  ASSERT_GT(first.out.size(), 1'000'000u);
  for (const char* size : {"1000", "1", "7", "100000"}) {
    const Ran again =
        RunVouch(std::string("--print entries --batch-size ") + size);
    EXPECT_EQ(again.code, 0);
    // Not EXPECT_EQ, which would print megabytes.
    EXPECT_TRUE(again.out == first.out) << "batches of " << size;
  }
}

}  // namespace
}  // namespace vouch_examples

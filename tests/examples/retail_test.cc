// The converter of the retail year on a small file with a cancellation of
// every sort, and what the engine makes of it; all worked out by hand.
//
// retail_sample.csv, by its rows:
//   1001    25.50 of A1, 1.005 of B,2 (to 1.00), nothing of FREE, 5.10 of A1
//   1002    no customer
//   1003    10.00 of A1, 0.015 of D"4 (to 0.02, the even neighbour)
//   C1004   all of 1003's A1 and D"4: one refund; 0.335 of B,2 (to 0.34, not
//           0.33) of 1001: another
//   C1005   28.05 of A1: 1003 holds none any more, so 1001's 25.50 and 2.55
//   C1006   5.10 of A1: 2.55 are left in 1001; 2.55 go past
//   C1007   nobody sold ZZ
//   C1008   stands last but one in the file, yet before 1009 in time
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/examples/command.h"

namespace vouch_examples {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSample[] = VOUCH_SOURCE_DIR "/tests/examples/retail_sample.csv";
constexpr char kProgram[] =
    VOUCH_SOURCE_DIR "/examples/retail_year/program.textproto";

std::string Event(const std::string& id, const std::string& time,
                  const std::string& body) {
  return R"({"program_id":"retail-year","event_id":")" + id +
         R"(","time":"2024-)" + time + R"(:00Z",)" + body + "}";
}

TEST(Retail, TheSampleBecomesTheseEvents) {
  const Ran ran = Convert(std::string(kSample) + " -");
  ASSERT_EQ(ran.code, 0) << ran.err;
  std::vector<std::string> lines = Lines(ran.out);
  ASSERT_EQ(lines.size(), 200u + 10u);
  EXPECT_EQ(lines[0], Event("partner-001", "01-05T08:00",
                            R"("partner_set":{"partner_id":"partner-001",)"
                            R"("kind":"AFFILIATE"})"));
  EXPECT_EQ(json::parse(lines[199]).at("event_id"), "partner-200");
  lines.erase(lines.begin(), lines.begin() + 200);
  // FNV-1a (64 bits) of "C9" modulo 200 is 89, of "C7" 23.
  EXPECT_THAT(
      lines, ElementsAre(
                 Event("touch-C9", "01-05T08:00",
                       R"("touch":{"customer_id":"C9","channel":"LINK",)"
                       R"("partner_id":"partner-090"})"),
                 Event("pay-1009", "01-06T09:00",
                       R"("payment":{"payment_id":"1009","customer_id":"C9",)"
                       R"("currency":"GBP","lines":[)"
                       R"({"line":1,"product":"A1","quantity":1,)"
                       R"("amount_minor":10000}]})"),
                 Event("touch-C7", "01-10T08:00",
                       R"("touch":{"customer_id":"C7","channel":"LINK",)"
                       R"("partner_id":"partner-024"})"),
                 Event("pay-1001", "01-10T09:00",
                       R"("payment":{"payment_id":"1001","customer_id":"C7",)"
                       R"("currency":"GBP","lines":[)"
                       R"({"line":1,"product":"A1","quantity":10,)"
                       R"("amount_minor":2550},)"
                       R"({"line":2,"product":"B,2","quantity":3,)"
                       R"("amount_minor":100},)"
                       R"({"line":3,"product":"A1","quantity":2,)"
                       R"("amount_minor":510}]})"),
                 Event("pay-1003", "01-20T12:00",
                       R"("payment":{"payment_id":"1003","customer_id":"C7",)"
                       R"("currency":"GBP","lines":[)"
                       R"({"line":1,"product":"A1","quantity":4,)"
                       R"("amount_minor":1000},)"
                       R"({"line":2,"product":"D\"4","quantity":1,)"
                       R"("amount_minor":2}]})"),
                 Event("refund-C1004-1", "01-25T10:00",
                       R"("refund":{"refund_id":"C1004-1","payment_id":"1003",)"
                       R"("customer_id":"C7","kind":"REFUND","lines":[)"
                       R"({"line":1,"amount_minor":1000},)"
                       R"({"line":2,"amount_minor":2}]})"),
                 Event("refund-C1004-2", "01-25T10:00",
                       R"("refund":{"refund_id":"C1004-2","payment_id":"1001",)"
                       R"("customer_id":"C7","kind":"REFUND","lines":[)"
                       R"({"line":2,"amount_minor":34}]})"),
                 Event("refund-C1005-1", "02-01T10:00",
                       R"("refund":{"refund_id":"C1005-1","payment_id":"1001",)"
                       R"("customer_id":"C7","kind":"REFUND","lines":[)"
                       R"({"line":1,"amount_minor":2550},)"
                       R"({"line":3,"amount_minor":255}]})"),
                 Event("refund-C1006-1", "02-02T10:00",
                       R"("refund":{"refund_id":"C1006-1","payment_id":"1001",)"
                       R"("customer_id":"C7","kind":"REFUND","lines":[)"
                       R"({"line":3,"amount_minor":255}]})"),
                 Event("clock", "02-03T10:00", R"("clock":{})")));
}

TEST(Retail, WhatIsNotRefundableIsNamedAndCounted) {
  const Ran ran = Convert(std::string(kSample) + " -");
  EXPECT_THAT(
      Lines(ran.err),
      ElementsAre(
          "not refundable: C1008 A1 of customer C9, 2.55 GBP: no earlier "
          "payment holds it",
          "not refundable: C1006 A1 of customer C7, 2.55 GBP: past what is "
          "left of its payment",
          "not refundable: C1007 ZZ of customer C7, 1.00 GBP: no earlier "
          "payment holds it",
          "15 rows, of them 1 without customer and 1 without amount",
          "2 customers of 200 partners",
          "3 payments, 141.62 GBP",  // 31.60 + 10.02 + 100.00
          "6 lines of payments",
          "4 refunds, 40.96 GBP",  // 10.02 + 0.34 + 28.05 + 2.55
          "2 cancelled rows that no earlier payment holds, 3.55 GBP",
          "1 cancelled rows past what is left of their payment, 2.55 GBP"));
}

// All are within three months of the customer's first payment and in its
// first contract year: 8% + 4%.
TEST(Retail, TheSampleEarnsAndLosesThis) {
  const std::string events = TempPath("sample.jsonl");
  ASSERT_EQ(Convert(std::string(kSample) + " " + events).code, 0);
  const std::string run =
      std::string("run --program ") + kProgram + " --events " + events;
  const Ran accruals = Vouch(run + " --print accruals");
  EXPECT_EQ(accruals.code, 0) << accruals.err;
  std::vector<std::string> rows;
  for (const std::string& line : Lines(accruals.out)) {
    const json row = json::parse(line);
    rows.push_back(Text(row, "event_id") + " " + Text(row, "partner_id") + " " +
                   Text(row, "rule_id") + " " + Text(row, "kind") + " " +
                   Text(row, "base_minor") + " " + Text(row, "amount_minor"));
  }
  EXPECT_THAT(
      rows,
      ElementsAre("pay-1009 partner-090 acquisition ACCRUAL 10000 1200",
                  // 12% of 31.60 is 3.792; of 10.02 it is 1.2024.
                  "pay-1001 partner-024 acquisition ACCRUAL 3160 379",
                  "pay-1003 partner-024 acquisition ACCRUAL 1002 120",
                  // All of 1003 is given back: all of its accrual.
                  "refund-C1004-1 partner-024 acquisition REVERSAL 1002 120",
                  // 379 x 34 / 3160 = 4.08
                  "refund-C1004-2 partner-024 acquisition REVERSAL 3160 4",
                  // 379 x (34 + 2550 + 255) / 3160 = 340.50: 341 in all
                  "refund-C1005-1 partner-024 acquisition REVERSAL 3160 337",
                  // 379 x (34 + 2550 + 510) / 3160 = 371.08: 371 in all
                  "refund-C1006-1 partner-024 acquisition REVERSAL 3160 30"));
  const Ran balances = Vouch(run + " --print balances");
  std::vector<std::string> held;
  for (const std::string& line : Lines(balances.out)) {
    const json row = json::parse(line);
    if (!row.contains("partner_id")) continue;
    EXPECT_EQ(Int(row, "payable_minor"), 0);  // 30 days are not over
    held.push_back(Text(row, "partner_id") + " " + Text(row, "pending_minor"));
  }
  EXPECT_THAT(held, ElementsAre("partner-024 8", "partner-090 1200"));
  std::remove(events.c_str());
}

TEST(Retail, APipeGivesTheSameBytes) {
  const Ran file = Convert(std::string(kSample) + " -");
  const Ran pipe = RunLine(std::string("cat ") + kSample + " | " +
                           VOUCH_RETAIL_CONVERT_PATH + " - -");
  EXPECT_EQ(pipe.code, 0);
  EXPECT_EQ(pipe.out, file.out);
}

TEST(Retail, BadInputIsNamed) {
  const std::string header =
      "invoice,stock_code,quantity,invoice_date,unit_price,customer_id,"
      "country\\n";
  const std::string good = "1,A,1,2024-01-01T00:00:00Z,1.5,C,UK\\n";
  const struct {
    const char* what;
    std::string text;
    const char* message;
  } table[] = {
      {"nothing", "", "line 1: the header must be"},
      {"another header", "invoice,quantity\\n", "line 1: the header must be"},
      {"a field too few", header + good + "1,A,1\\n", "line 3: there must be"},
      {"no quantity", header + "1,A,x,2024-01-01T00:00:00Z,1.5,C,UK\\n",
       "line 2: quantity"},
      {"half a piece", header + "1,A,1.5,2024-01-01T00:00:00Z,1.5,C,UK\\n",
       "line 2: quantity"},
      {"no such day", header + "1,A,1,2024-02-30T00:00:00Z,1.5,C,UK\\n",
       "line 2: invoice_date"},
      {"the first hour of all", header + "1,A,1,0001-01-01T00:00:00Z,1,C,UK\\n",
       "line 2: invoice_date"},
      {"a price with an exponent",
       header + "1,A,1,2024-01-01T00:00:00Z,1e3,C,UK\\n", "line 2: unit_price"},
      {"more than a billion",
       header + "1,A,1,2024-01-01T00:00:00Z,1000000000,C,UK\\n"
                "1,A,1,2024-01-01T00:00:00Z,1000000000.01,C,UK\\n",
       "line 3: unit_price"},
      {"past 64 bits",
       header + "1,A,9223372036854775807,2024-01-01T00:00:00Z,2,C,UK\\n",
       "line 2: unit_price"},
      {"two customers", header + good + "1,A,1,2024-01-01T00:00:00Z,1,D,UK\\n",
       "line 3: the invoice has two customers"},
      {"no invoice number", header + ",A,1,2024-01-01T00:00:00Z,1,D,UK\\n",
       "line 2: invoice"},
      {"an open quote", header + "1,\"A,1\\n", "line 2: a quoted field"},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.what);
    const Ran ran = RunLine("printf '" + row.text + "' | " +
                            VOUCH_RETAIL_CONVERT_PATH + " - -");
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr(row.message));
  }
  EXPECT_EQ(Convert("no-such-file.csv -").code, 2);
  EXPECT_EQ(Convert("").code, 2);
}

}  // namespace
}  // namespace vouch_examples

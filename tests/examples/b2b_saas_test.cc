// B2B SaaS: every figure of examples/b2b_saas/README.md.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/examples/books.h"
#include "tests/examples/command.h"

namespace vouch_examples {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Saas : public testing::Test {
 protected:
  struct Vendor {
    Vendor() : books(*example, "saas") {
      ran = books.Run("events.jsonl", "accruals");
      balances = books.Run("events.jsonl", "balances");
    }
    Books books;
    Ran ran;
    Ran balances;
  };

  static void SetUpTestSuite() {
    example = new Example("b2b_saas");
    vendor = new Vendor;
  }
  static void TearDownTestSuite() {
    delete vendor;
    delete example;
  }

  static json Why(const std::string& payment) {
    return vendor->books.Answer("explain", "--payment " + payment);
  }

  static Example* example;
  static Vendor* vendor;
};

Example* Saas::example = nullptr;
Saas::Vendor* Saas::vendor = nullptr;

TEST_F(Saas, TheProgramIsRight) {
  const Ran ran =
      Vouch("check --program " + example->File("program.textproto"));
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("OK"));
}

TEST_F(Saas, EveryEventApplies) {
  EXPECT_EQ(vendor->ran.code, 0) << vendor->ran.err;
  EXPECT_THAT(vendor->ran.err, HasSubstr("66 applied"));
}

TEST_F(Saas, EveryEventDoesWhatItShould) {
  const std::map<std::string, std::vector<std::string>> by_hand = {
      // The terms of 2021 for good: 18, 6, 6, 3, 3% of 12000.00.
      {"k-01-2021", {"+ atlas gold 216000", "+ north gold/1 21600"}},
      {"k-01-2022", {"+ atlas gold 72000", "+ north gold/1 7200"}},
      {"k-01-2023", {"+ atlas gold 72000", "+ north gold/1 7200"}},
      {"k-01-2024", {"+ atlas gold 36000", "+ north gold/1 3600"}},
      {"k-01-2025", {"+ atlas gold 36000", "+ north gold/1 3600"}},
      // From 29 February: 20, 6, 12%. A tenth of it comes back within 90 days,
      // a tenth when the 90 days are over.
      {"k-02-2024", {"+ atlas gold 200000", "+ north gold/1 20000"}},
      {"refund-k-02-1", {"- atlas gold 20000", "- north gold/1 2000"}},
      {"k-02-seats-1", {"+ atlas gold 10000", "+ north gold/1 1000"}},
      {"k-02-2025", {"+ atlas gold 60000", "+ north gold/1 6000"}},
      {"k-02-seats-2", {"+ atlas gold 1500", "+ north gold/1 150"}},
      {"k-02-2026", {"+ atlas gold 120000", "+ north gold/1 12000"}},
      // 12, 4, 4, 2% of 1500.00 for birch, four years long; 5% for who looks
      // after it, from the second year on. A third comes back.
      {"k-03-2023", {"+ birch standard 18000"}},
      {"k-03-2024", {"+ birch standard 6000", "+ cole care 7500"}},
      {"refund-k-03", {"- birch standard 2000", "- cole care 2500"}},
      {"k-03-2025", {"+ birch standard 6000", "+ cole care 7500"}},
      {"k-03-seats", {"+ birch standard 6000", "+ dana care 7500"}},
      {"k-03-2026", {"+ birch standard 3000", "+ dana care 7500"}},
      {"k-03-2027", {"+ dana care 7500"}},
      // 12, 4, 4% of 2400.00 by the terms of 2022; 15 and 10% of 800.00 by
      // those of 2024.
      {"k-04-2022", {"+ birch standard 28800"}},
      {"k-04-2023", {"+ birch standard 9600"}},
      {"k-04-2024", {"+ birch standard 9600"}},
      {"k-04-api-2024", {"+ birch standard 12000"}},
      {"k-04-api-2026", {"+ birch standard 8000"}},
      // A third each of round(9999.99 x 20%) = 2000.00 and of 1500.00.
      {"k-05-2024",
       {"+ atlas gold 66667", "+ north gold/1 6667", "+ birch standard 50000"}},
      // A third of each back: 222.223, 22.223, 166.667.
      {"refund-k-05",
       {"- atlas gold 22222", "- north gold/1 2222", "- birch standard 16667"}},
      // Of 1200.00 and of 1000.00.
      {"k-05-2026",
       {"+ atlas gold 40000", "+ north gold/1 4000", "+ birch standard 33333"}},
      // 10% of 1297.69 and of 1317.21, of which 150.00 - 86.51 is left.
      {"k-07-2024-07", {"+ blog affiliate 12977"}},
      {"refund-k-07", {"- blog affiliate 4326"}},
      {"k-07-2024-10", {"+ blog affiliate 6349"}},
  };
  EXPECT_EQ(MovesByEvent(vendor->ran.out), by_hand);
}

// By the terms of the day on which the contract, or what it renews, began.
TEST_F(Saas, WhichTermsRateIsTold) {
  const std::string old_terms = Text(Why("k-01-2021").at("terms"), "seq");
  const std::string raised = Text(Why("k-02-2024").at("terms"), "seq");
  EXPECT_NE(old_terms, raised);
  const struct {
    const char* payment;
    int year;
    const char* phase;
    bool raised;
  } table[] = {
      {"k-01-2025", 5, "RETENTION", false},
      {"k-02-2024", 1, "ACQUISITION", true},
      {"k-02-seats-1", 1, "ACQUISITION", true},  // 27 February
      {"k-02-2025", 2, "RETENTION", true},       // 28 February, for the 29th
      {"k-02-seats-2", 2, "RETENTION", true},
      {"k-02-2026", 3, "RETENTION", true},
      {"k-03-2025", 3, "RETENTION", false},
      {"k-03-2026", 4, "RETENTION", false},  // a renewal
      {"k-04-2024", 3, "RETENTION", false},
      // A contract of its own: its first year, of a customer in its third.
      {"k-04-api-2024", 1, "RETENTION", true},
      {"k-04-api-2026", 3, "RETENTION", true},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.payment);
    const json why = Why(row.payment);
    EXPECT_EQ(why.at("place").at("contract_year").get<int>(), row.year);
    EXPECT_EQ(Text(why.at("place"), "phase"), row.phase);
    EXPECT_EQ(Text(why.at("terms"), "as_of"), "CONTRACT_START");
    EXPECT_EQ(Text(why.at("terms"), "seq"), row.raised ? raised : old_terms);
  }
}

TEST_F(Saas, TheVendorsOwnSalesTakeTheirShare) {
  const json both = Why("k-05-2024");
  EXPECT_EQ(CreditsText(both.at("decision")),
            "atlas 333333334, birch 333333333");
  EXPECT_EQ(Int(both.at("decision"), "vendor_weight_ppb"), 333'333'333);
  EXPECT_EQ(CandidateTexts(both),
            (std::vector<std::string>{"atlas LINK WON", "DIRECT WON",
                                      "birch LINK WON"}));
  const json alone = Why("k-06-2024");
  EXPECT_EQ(
      CandidateTexts(alone),
      (std::vector<std::string>{"birch LINK OUTSIDE_WINDOW", "DIRECT WON"}));
  EXPECT_EQ(Text(alone, "nothing_earned"), "VENDOR_CREDITED");
}

TEST_F(Saas, TheSplitIsTold) {
  // 200000 x 0.333333334 = 66666.67 and twice 66666.67 less: the two cents that
  // the whole parts leave go to the greatest remainder and the earlier place.
  const json rating = Why("k-05-2024").at("ratings").at(0);
  EXPECT_EQ(Int(rating, "base_minor"), 999999);
  EXPECT_EQ(Int(rating, "rounded_minor"), 200000);
  const json& split = rating.at("split");
  ASSERT_EQ(split.size(), 3u);
  EXPECT_EQ(Int(split[0], "part_minor"), 66667);
  EXPECT_EQ(Int(split[1], "part_minor"), 66667);
  EXPECT_EQ(Int(split[2], "part_minor"), 66666);
}

TEST_F(Saas, ForeignCurrencyIsConvertedLineByLine) {
  const json why = Why("k-07-2024-07");
  EXPECT_EQ(Text(why.at("exchange"), "rate"), "1.0837");
  EXPECT_EQ(Text(why.at("exchange"), "date"), "2024-07-09");
  EXPECT_EQ(Text(why.at("exchange"), "source"), "ECB");
  const json& line = why.at("lines").at(0);
  EXPECT_EQ(Int(line, "amount_minor"), 133783);  // 1337.82765
  EXPECT_EQ(Int(line, "fee_minor"), 4014);       // 40.140248
  EXPECT_EQ(Int(line, "base_minor"), 129769);
}

TEST_F(Saas, WhatALimitCutIsTold) {
  const json cut = Why("k-07-2024-10").at("ratings").at(0).at("limit");
  EXPECT_EQ(Text(cut, "name"), "amount_per_customer_minor");
  EXPECT_EQ(Int(cut, "limit"), 15000);
  EXPECT_EQ(Int(cut, "used"), 8651);
  EXPECT_EQ(Int(cut, "before_minor"), 13172);
  EXPECT_EQ(Int(cut, "after_minor"), 6349);
}

TEST_F(Saas, WhyAPaymentEarnedNothingIsTold) {
  EXPECT_EQ(Text(Why("k-07-2025-01"), "nothing_earned"), "LIMIT_REACHED");
  EXPECT_EQ(Text(Why("k-07-2025-07"), "nothing_earned"), "NO_RULE");
  // The consultant of a first year: its rule is for retention.
  const json why = Why("k-03-2023");
  for (const json& trial : why.at("lines").at(0).at("trials")) {
    if (Text(trial, "partner_id") != "cole" || Text(trial, "rule_id") != "care")
      continue;
    EXPECT_EQ(Text(trial.at("failed"), "name"), "phases");
    EXPECT_EQ(Text(trial.at("failed"), "actual"), "ACQUISITION");
    return;
  }
  FAIL() << "the consultant's rule was not tried";
}

TEST_F(Saas, ARefundPastTheClawbackIsRecorded) {
  const json refunds = Why("k-02-2024").at("refunds");
  ASSERT_EQ(refunds.size(), 2u);
  EXPECT_FALSE(refunds[0].value("past_clawback", false));
  EXPECT_TRUE(refunds[1].value("past_clawback", false));
}

TEST_F(Saas, TheStatementOf2024) {
  ExpectStatement(
      vendor->books.Answer("statement", "--partner birch --period 2024"),
      {{{"accruals_minor", 77600},   // 60 + 96 + 120 + 500
        {"reversals_minor", 18667},  // 20 + 166.67
        {"payouts_requested_minor", 115333},
        {"payouts_sent_minor", 115333}},
       "0 56400 0 0",  // 180 + 288 + 96
       "0 0 0 115333"});
}

TEST_F(Saas, TheParentsStatement) {
  ExpectStatement(
      vendor->books.Answer("statement", "--partner north --period 2024"),
      {{{"accruals_minor", 0},
        {"upline_minor", 30267},     // 36 + 200 + 66.67
        {"reversals_minor", 4222}},  // 20 + 22.22
       "0 36000 0 0",                // 216 + 72 + 72
       "0 62045 0 0"});
}

TEST_F(Saas, TheBooksAreAsWorkedOutByHand) {
  const std::map<std::string, std::string> by_hand = {
      {"atlas", "0 887945 0 0"},
      {"north", "0 88795 0 0"},
      {"birch", "0 56333 0 115333"},
      {"cole", "0 12500 0 0"},
      {"dana", "0 22500 0 0"},
      {"blog", "0 15000 0 0"},
      {"", "-1198406"}};
  EXPECT_EQ(AccountsByPartner(vendor->balances.out), by_hand);
}

TEST_F(Saas, TheReadmeQuotesWhatIsExplained) {
  const auto quoted = example->QuotedTexts();
  ASSERT_EQ(quoted.size(), 1u);
  ExpectQuoted(quoted[0], vendor->books.Text("explain", "--payment k-05-2024"));
}

}  // namespace
}  // namespace vouch_examples

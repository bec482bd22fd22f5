// The wholesale portal gives the published month to the figure, and every
// amount as it comes out by hand (examples/wholesale_portal/README.md).
#include <algorithm>
#include <cstdint>
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
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kPortalFolder[] = VOUCH_SOURCE_DIR "/examples/wholesale_portal/";

Ran Portal(const std::string& command, const std::string& flags) {
  const std::string folder = kPortalFolder;
  return Vouch(command + " --program " + folder +
               "program.textproto --events " + folder + "events.jsonl " +
               flags);
}

json Answer(const std::string& command, const std::string& flags) {
  const Ran ran = Portal(command, flags + " --format json");
  EXPECT_EQ(ran.code, 0) << ran.err;
  return json::parse(ran.out);
}

std::vector<json> Printed(const std::string& what) {
  const Ran ran = Portal("run", "--print " + what);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return Rows(ran.out);
}

// A rate in hundredths of a percent, to the nearest.
int64_t Hundredths(const json& funnel, const char* field) {
  return (Int(funnel, field) + 50'000) / 100'000;
}

TEST(Portal, TheProgramIsRight) {
  const Ran ran = Vouch(std::string("check --program ") + kPortalFolder +
                        "program.textproto");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("OK"));
}

TEST(Portal, EveryEventApplies) {
  const Ran ran = Portal("run", "");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("320 applied"));
}

TEST(Portal, TheFirstMonthIsThePublishedOne) {
  const json funnel = Answer("stats", "--period 2024-03").at("funnel");
  const struct {
    const char* field;
    int64_t count;
  } counts[] = {
      {"sent_count", 2100},
      {"not_delivered_count", 186},
      {"delivered_count", 1914},
      {"opened_count", 536},
      {"partners_count", 87},
      {"codes_issued_count", 87},
      {"codes_used_count", 32},
      {"signups_count", 56},
      {"partner_signups_count", 56},
      {"paying_count", 6},
      {"partner_paying_count", 6},
      {"new_customers_count", 6},
      {"payments_count", 6},
      {"refunds_count", 0},
      // 979.00 + 242.78 + 383.45 + 80.00 + 114.05 + 554.40
      {"revenue_minor", 235368},
      // 79.00 + 18.68 + 22.23 + 8.00 + 6.00 + 50.40
      {"commission_minor", 18431},
  };
  for (const auto& row : counts) {
    EXPECT_EQ(Int(funnel, row.field), row.count) << row.field;
  }
  const struct {
    const char* field;
    int64_t hundredths;
  } rates[] = {
      {"opened_per_delivered_ppb", 2800},     // 536 / 1914, published as 28%
      {"partners_per_opened_ppb", 1623},      // 87 / 536, 16%
      {"codes_used_per_partner_ppb", 3678},   // 32 / 87, 37%
      {"signups_per_code_used_ppb", 17500},   // 56 / 32, 1.75 a code
      {"paying_per_partner_ppb", 690},        // 6 / 87, 6.90%
      {"paying_per_opened_ppb", 112},         // 6 / 536, 1.12%
      {"partner_new_customers_ppb", 10000},   // all of them
      {"new_customers_per_signup_ppb", 1071}  // 6 / 56
  };
  for (const auto& row : rates) {
    EXPECT_EQ(Hundredths(funnel, row.field), row.hundredths) << row.field;
  }
}

TEST(Portal, DiscountAndBonusAddUpToTheBudget) {
  const struct {
    const char* payment;
    const char* buyer;
    const char* share;
    int64_t price, budget, discount, bonus;
  } table[] = {
      {"order-1", "buyer-03", "21%", 100000, 10000, 2100, 7900},
      {"order-2", "buyer-11", "25%", 24900, 2490, 622, 1868},
      {"order-3", "buyer-12", "33.3%", 33333, 3333, 1110, 2223},
      {"order-4", "buyer-29", "0%", 8000, 800, 0, 800},
      {"order-5", "buyer-42", "50%", 12005, 1200, 600, 600},
      {"order-6", "buyer-18", "10%", 56000, 5600, 560, 5040},
      {"order-7", "buyer-03", "21%", 100000, 10000, 2100, 7900},
      {"order-8", "buyer-11", "25%", 24900, 2490, 622, 1868},
      {"order-9", "buyer-18", "10%", 56000, 5600, 560, 5040},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.payment);
    ASSERT_EQ(row.discount + row.bonus, row.budget);
    const json why = Answer("explain", std::string("--payment ") + row.payment);
    ASSERT_EQ(why.at("ratings").size(), 1u);
    const json& rating = why.at("ratings")[0];
    const json& budget = rating.at("budget");
    EXPECT_EQ(Text(rating, "partner_id"), row.buyer);
    EXPECT_EQ(Text(budget, "customer_share"), row.share);
    EXPECT_EQ(Int(budget, "undiscounted_base_minor"), row.price);
    EXPECT_EQ(Int(budget, "budget_minor"), row.budget);
    EXPECT_EQ(Int(budget, "customer_discount_minor"), row.discount);
    EXPECT_EQ(Int(budget, "commission_minor"), row.bonus);
    // What the supplier was given at the till is what the budget says.
    int64_t given = 0;
    for (const json& line : why.at("lines")) {
      given += Int(line, "discount_minor");
    }
    EXPECT_EQ(given, row.discount);
    EXPECT_EQ(Int(why.at("accruals").at(0), "amount_minor"), row.bonus);
  }
}

// supplier-14 signs up without a word about its code, which it had entered the
// day before as an unknown visitor.
TEST(Portal, TheForgetfulSupplierIsCreditedByItsCode) {
  int by_visitor = 0;
  for (const std::string& line :
       Lines(ReadFile(std::string(kPortalFolder) + "events.jsonl"))) {
    const json event = json::parse(line);
    if (!event.contains("touch")) continue;
    const json& touch = event.at("touch");
    EXPECT_NE(touch.value("customer_id", ""), "supplier-14");
    by_visitor += touch.value("visitor_id", "") == "visitor-14" ? 1 : 0;
  }
  EXPECT_EQ(by_visitor, 1);
  const json why = Answer("explain", "--payment order-2");
  EXPECT_EQ(Text(why, "customer_id"), "supplier-14");
  const json& decision = why.at("decision");
  EXPECT_EQ(Text(decision, "trigger"), "SIGNUP");
  ASSERT_EQ(decision.at("credits").size(), 1u);
  const json& credit = decision.at("credits")[0];
  EXPECT_EQ(Text(credit, "partner_id"), "buyer-11");
  EXPECT_EQ(Text(credit, "code"), "ROBINIE-11");
  EXPECT_EQ(Int(credit, "weight_ppb"), 1'000'000'000);
  EXPECT_EQ(Text(why.at("candidates").at(0), "verdict"), "WON");
}

TEST(Portal, TheLastCodeWins) {
  const json why = Answer("explain", "--payment order-1");
  std::vector<std::string> won;
  std::vector<std::string> lost;
  for (const json& touch : why.at("candidates")) {
    (Text(touch, "verdict") == "WON" ? won : lost)
        .push_back(Text(touch, "code"));
  }
  EXPECT_THAT(won, ElementsAre("EICHE-03"));
  EXPECT_THAT(lost, ElementsAre("ESCHE-05"));
}

// 391.60 of 979.00 is 40%; 40% of 79.00 is 31.60, and 47.40 is left.
TEST(Portal, TheRefundTakesItsPartOutOfWhatIsPending) {
  const json why = Answer("explain", "--payment order-1");
  std::vector<std::string> booked;
  for (const json& row : why.at("accruals")) {
    booked.push_back(Text(row, "event_id") + " " + Text(row, "kind") + " " +
                     Text(row, "amount_minor"));
  }
  EXPECT_THAT(booked,
              ElementsAre("order-1 ACCRUAL 7900", "refund-1 REVERSAL 3160"));
  const json& reversal = why.at("entries").at(1);
  EXPECT_EQ(Text(reversal, "event_id"), "refund-1");
  const json& postings = reversal.at("postings");
  ASSERT_EQ(postings.size(), 2u);
  EXPECT_EQ(Text(postings[0], "account"), "PENDING");
  EXPECT_EQ(Int(postings[0], "amount_minor"), -3160);
  EXPECT_EQ(Text(postings[1], "account"), "EXPENSE");
  EXPECT_EQ(Int(postings[1], "amount_minor"), 3160);
}

TEST(Portal, TheStatementTiesToThePayout) {
  const json section =
      Answer("statement", "--partner buyer-03").at("sections").at(0);
  const struct {
    const char* field;
    int64_t minor;
  } sums[] = {{"accruals_minor", 15800},       // 79.00 twice
              {"reversals_minor", 3160},       //
              {"matured_minor", 12640},        // 47.40 + 79.00
              {"payouts_sent_minor", 12640},   // all of it
              {"payouts_failed_minor", 0},     //
              {"adjustments_minor", 0},        //
              {"opening_balances_minor", 0}};  //
  for (const auto& row : sums) {
    EXPECT_EQ(Int(section, row.field), row.minor) << row.field;
  }
  EXPECT_EQ(Int(section.at("closing"), "paid_minor"), 12640);
  EXPECT_EQ(Int(section.at("closing"), "payable_minor"), 0);
  EXPECT_EQ(Int(section.at("closing"), "pending_minor"), 0);
}

TEST(Portal, TheBooksAreAsWorkedOutByHand) {
  std::vector<std::string> balances;
  for (const json& row : Printed("balances")) {
    if (!row.contains("partner_id")) {
      EXPECT_EQ(Int(row, "expense_minor"), -30079);
      continue;
    }
    balances.push_back(
        Text(row, "partner_id") + " " + Text(row, "pending_minor") + " " +
        Text(row, "payable_minor") + " " + Text(row, "in_transit_minor") + " " +
        Text(row, "paid_minor"));
  }
  EXPECT_THAT(balances, ElementsAre("buyer-03 0 0 0 12640",    //
                                    "buyer-11 0 3736 0 0",     //
                                    "buyer-12 0 2223 0 0",     //
                                    "buyer-18 5040 5040 0 0",  //
                                    "buyer-29 0 800 0 0",      //
                                    "buyer-42 0 600 0 0"));
  int64_t earned = 0;
  int64_t reversed = 0;
  for (const json& row : Printed("accruals")) {
    (Text(row, "kind") == "ACCRUAL" ? earned : reversed) +=
        Int(row, "amount_minor");
  }
  EXPECT_EQ(earned, 33239);
  EXPECT_EQ(reversed, 3160);
}

}  // namespace
}  // namespace vouch_examples

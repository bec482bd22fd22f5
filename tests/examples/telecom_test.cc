// The telecom channel: every figure of examples/telecom_channel/README.md.
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

class Telecom : public testing::Test {
 protected:
  struct Channel {
    Channel() : books(*example, "telecom") {
      ran = books.Run("events.jsonl", "accruals");
      balances = books.Run("events.jsonl", "balances");
      hierarchy = books.Run("hierarchy.jsonl", "accruals");
      balances_after = books.Run("hierarchy.jsonl", "balances");
    }
    Books books;
    Ran ran;
    Ran balances;
    // The year after, on top of it.
    Ran hierarchy;
    Ran balances_after;
  };

  static void SetUpTestSuite() {
    example = new Example("telecom_channel");
    channel = new Channel;
  }
  static void TearDownTestSuite() {
    delete channel;
    delete example;
  }

  static json Why(const std::string& payment) {
    return channel->books.Answer("explain", "--payment " + payment);
  }

  static Example* example;
  static Channel* channel;
};

Example* Telecom::example = nullptr;
Telecom::Channel* Telecom::channel = nullptr;

TEST_F(Telecom, TheProgramIsRight) {
  const Ran ran =
      Vouch("check --program " + example->File("program.textproto"));
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("OK"));
}

TEST_F(Telecom, ThreeEventsAreRefused) {
  const Ran& ran = channel->ran;
  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("119 applied"));
  EXPECT_THAT(ran.err, HasSubstr("3 refused"));
  EXPECT_THAT(ran.err, HasSubstr("(ALREADY_EXISTS, event import-2)"));
  EXPECT_THAT(ran.err, HasSubstr("another partner's lead is protected until "
                                 "2024-05-14T10:00:00Z (ALREADY_EXISTS, event "
                                 "lead-01b)"));
  EXPECT_THAT(ran.err, HasSubstr("(FAILED_PRECONDITION, event payout-1)"));
}

// What each payment earned, in the order booked: partner, rule, weight in
// percent and amount.
TEST_F(Telecom, EveryPaymentPaysWhomItShould) {
  const std::map<std::string, std::vector<std::string>> table = {
      // Visitors; m-02 is a group head by p-02.
      {"p-01",
       {"m-01 manager 40 1333", "m-02 manager 20 667",
        "g-01 group-head 40 1600"}},
      {"p-02",
       {"m-01 manager 40 1333", "m-02 group-head 20 800",
        "g-01 group-head 40 1600"}},
      {"p-03", {"m-02 manager 100 5000"}},
      {"p-04", {"m-02 manager 100 5000"}},
      {"p-05", {"m-02 group-head 100 6000"}},
      // m-03 brought t-03, s-01 and in August s-02 look after it.
      {"p-06", {"m-03 manager 100 8000"}},
      {"p-07", {"m-03 manager 100 8000"}},
      {"p-08", {"m-03 manager 100 8000", "s-01 care 100 4000"}},
      {"p-09", {"m-03 manager 100 8000", "s-02 care 100 4000"}},
      {"p-10", {"m-03 manager 100 8000", "s-01 care 100 4000"}},
      {"p-11", {"g-01 group-head 100 7200"}},
      {"p-12", {"m-01 manager 100 2500"}},
      {"p-13", {"m-02 manager 100 2500"}},
      // The operator's own sales.
      {"p-14", {"m-01 manager 50 6000"}},
      {"p-15", {"m-02 manager 40 2000", "g-01 group-head 40 2400"}},
      {"p-16", {}},
      {"p-17", {}},
      // Merged before a decision, and after two.
      {"p-18", {"m-02 manager 50 2000", "m-01 manager 50 2000"}},
      {"p-19", {"m-02 manager 50 2006", "m-01 manager 50 2005"}},
      {"p-20", {"m-03 manager 100 3000"}},
      {"p-21", {"g-01 group-head 100 3600"}},
      {"p-22", {"m-03 manager 100 3000"}},
      // Suspended, back; terminated.
      {"p-23", {"m-04 manager 100 1000"}},
      {"p-24", {}},
      {"p-25", {"m-04 manager 100 1000"}},
      {"p-26", {"m-05 manager 100 7000"}},
      {"p-27", {}},
      {"p-28", {"m-03 manager 100 1500"}},
      // Self-referral, known late.
      {"p-29", {"m-06 manager 100 2000"}},
      {"p-30", {}},
      // Imported, in the second year, and free again.
      {"p-31", {"m-01 manager 100 10000"}},
      {"p-32", {"m-01 later-years 100 4000"}},
      {"p-33", {"g-01 later-years 100 4000"}},
      {"p-34", {}},
      {"p-35", {"m-03 manager 100 1200"}},
      {"p-36",
       {"m-01 manager 80 799", "g-01 group-head 10 120",
        "m-03 manager 10 100"}},
      {"p-37", {"d-01 department-head 100 30000"}},
      {"p-38", {"m-04 manager 100 1800"}},
  };
  std::map<std::string, std::vector<std::string>> earned;
  for (const json& row : Rows(channel->ran.out)) {
    EXPECT_EQ(Text(row, "kind"), "ACCRUAL");
    EXPECT_EQ(Int(row, "weight_ppb") % 10'000'000, 0);
    earned[Text(row, "payment_id")].push_back(
        Text(row, "partner_id") + " " + Text(row, "rule_id") + " " +
        std::to_string(Int(row, "weight_ppb") / 10'000'000) + " " +
        Text(row, "amount_minor"));
  }
  for (const auto& [payment, rows] : table) {
    EXPECT_EQ(earned[payment], rows) << payment;
  }
  EXPECT_EQ(earned.size(), table.size());
}

TEST_F(Telecom, WhatBecameOfEachTouchIsTold) {
  const struct {
    const char* payment;
    std::vector<std::string> candidates;
    const char* credits;
    int64_t vendor_ppb;
  } table[] = {
      {"p-01",
       {"m-01 LINK WON", "m-02 LINK WON", "g-01 VIEW WON"},
       "m-01 400000000, m-02 200000000, g-01 400000000",
       0},
      // 30 days to the second, and 7 days with the end within.
      {"p-03",
       {"m-01 LINK OUTSIDE_WINDOW", "m-02 VIEW WON"},
       "m-02 1000000000",
       0},
      {"p-06",
       {"m-03 LEAD WON", "g-01 CODE EXCLUDED_BY_LEAD",
        "m-01 LINK EXCLUDED_BY_LEAD"},
       "m-03 1000000000",
       0},
      {"p-11",
       {"m-03 LEAD LEAD_EXPIRED", "g-01 CODE WON", "m-01 LINK LOWER_TIER"},
       "g-01 1000000000",
       0},
      {"p-13",
       {"m-01 CODE CODE_USED_UP", "m-02 LINK WON"},
       "m-02 1000000000",
       0},
      {"p-14", {"m-01 LEAD WON", "DIRECT WON"}, "m-01 500000000", 500'000'000},
      {"p-15",
       {"m-02 CODE WON", "DIRECT WON", "g-01 CODE WON", "m-03 LINK LOWER_TIER"},
       "m-02 400000000, g-01 400000000",
       200'000'000},
      {"p-16", {"m-01 LINK OUTSIDE_WINDOW", "DIRECT WON"}, "", 1'000'000'000},
      {"p-18",
       {"m-02 LINK WON", "m-01 LINK WON"},
       "m-02 500000000, m-01 500000000",
       0},
      {"p-28",
       {"m-03 LINK WON", "m-05 LINK PARTNER_NOT_ACTIVE"},
       "m-03 1000000000",
       0},
      {"p-33", {"g-01 LINK WON"}, "g-01 1000000000", 0},
      {"p-34", {}, "", 0},
      {"p-35", {"m-03 LINK WON"}, "m-03 1000000000", 0},
      {"p-36",
       {"m-01 LINK WON", "g-01 LINK WON", "m-03 LINK WON", "m-01 LINK WON"},
       "m-01 800000000, g-01 100000000, m-03 100000000",
       0},
      {"p-37",
       {"d-01 LEAD LEAD_EXPIRED", "d-01 LEAD WON",
        "m-01 LINK EXCLUDED_BY_LEAD"},
       "d-01 1000000000",
       0},
      {"p-38",
       {"m-01 LEAD LEAD_REJECTED", "m-04 LEAD WON"},
       "m-04 1000000000",
       0},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.payment);
    const json why = Why(row.payment);
    EXPECT_EQ(CandidateTexts(why), row.candidates);
    EXPECT_EQ(CreditsText(why.at("decision")), row.credits);
    EXPECT_EQ(Int(why.at("decision"), "vendor_weight_ppb"), row.vendor_ppb);
  }
}

TEST_F(Telecom, WhyAPaymentEarnedNothingIsTold) {
  const struct {
    const char* payment;
    const char* why;
  } table[] = {
      {"p-16", "VENDOR_CREDITED"}, {"p-17", "VENDOR_CREDITED"},
      {"p-24", "NOT_ACTIVE"},      {"p-27", "NOT_ACTIVE"},
      {"p-30", "OWN_PURCHASE"},    {"p-34", "NOBODY_CREDITED"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(Text(Why(row.payment), "nothing_earned"), row.why) << row.payment;
  }
}

// Of merged customers the numbers go on from the sum; of an imported one from
// what it had paid elsewhere.
TEST_F(Telecom, WhereAPaymentStandsIsTold) {
  const struct {
    const char* payment;
    const char* number;
    const char* phase;
    int year;
  } table[] = {
      {"p-18", "1", "ACQUISITION", 1}, {"p-19", "2", "ACQUISITION", 1},
      {"p-22", "3", "ACQUISITION", 1}, {"p-31", "9", "ACQUISITION", 1},
      {"p-32", "10", "RETENTION", 2},  {"p-33", "11", "RETENTION", 2},
      {"p-35", "2", "ACQUISITION", 1},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.payment);
    const json place = Why(row.payment).at("place");
    EXPECT_EQ(Text(place, "payment_number"), row.number);
    EXPECT_EQ(Text(place, "phase"), row.phase);
    EXPECT_EQ(place.at("contract_year").get<int>(), row.year);
  }
  EXPECT_EQ(Text(Why("p-32").at("decision"), "trigger"), "IMPORT");
  EXPECT_EQ(Text(Why("p-33").at("decision"), "trigger"), "PAYMENT");
}

TEST_F(Telecom, TheBooksAreAsWorkedOutByHand) {
  std::map<std::string, std::string> balances;
  for (const json& row : Rows(channel->balances.out)) {
    if (!row.contains("partner_id")) {
      EXPECT_EQ(Int(row, "expense_minor"), -180063);
      continue;
    }
    EXPECT_EQ(Int(row, "pending_minor"), 0);
    EXPECT_EQ(Int(row, "in_transit_minor"), 0);
    balances[Text(row, "partner_id")] =
        Text(row, "payable_minor") + " " + Text(row, "paid_minor");
  }
  const std::map<std::string, std::string> by_hand = {
      {"m-01", "29970 0"}, {"m-02", "25973 0"}, {"m-03", "48800 0"},
      {"m-04", "3800 0"},  {"m-05", "0 7000"},  {"m-06", "2000 0"},
      {"g-01", "20520 0"}, {"d-01", "30000 0"}, {"s-01", "8000 0"},
      {"s-02", "4000 0"}};
  EXPECT_EQ(balances, by_hand);
}

// ---------------------------------------------------------------------------
// The hierarchy

TEST_F(Telecom, ACycleOfHeadsIsRefused) {
  const Ran& ran = channel->hierarchy;
  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("40 applied"));
  EXPECT_THAT(ran.err, HasSubstr("1 refused"));
  EXPECT_THAT(ran.err, HasSubstr("(FAILED_PRECONDITION, event tree-d-01)"));
}

TEST_F(Telecom, EveryLevelIsPaid) {
  const std::map<std::string, std::vector<std::string>> by_hand = {
      // 80.00, a quarter of it and a tenth of it; once.
      {"h-01",
       {"+ m-01 small 8000", "+ g-01 small/1 2000", "+ d-01 small/2 800"}},
      {"cancel-h-01",
       {"- m-01 small 8000", "- g-01 small/1 2000", "- d-01 small/2 800"}},
      // Shared 40, 20 and 40%; the heads are those of each child.
      {"h-03",
       {"+ m-01 small 3200", "+ g-01 small/1 800", "+ d-01 small/2 320",
        "+ m-04 small 1600", "+ m-02 small/1 400", "+ d-01 small/2 160",
        "+ g-01 small 3200", "+ d-01 small/1 800"}},
      {"h-04", {"+ d-01 small 8000"}},
      // 10, 2 and 1% of 3333.33.
      {"h-05",
       {"+ m-03 large 33333", "+ g-01 large/1 6667", "+ d-01 large/2 3333"}},
      // Halves of 77.77, of 15.55 and of 7.78; the odd cent is the first's.
      {"h-06",
       {"+ m-01 large 3889", "+ g-01 large/1 778", "+ d-01 large/2 389",
        "+ m-04 large 3888", "+ m-02 large/1 777", "+ d-01 large/2 389"}},
      // A seventh of each: 5.5557, 1.1114, 0.5557, 5.5543, 1.11, 0.5557.
      {"refund-h-06",
       {"- m-01 large 556", "- g-01 large/1 111", "- d-01 large/2 56",
        "- m-04 large 555", "- m-02 large/1 111", "- d-01 large/2 56"}},
      // No segment: the rules of before.
      {"h-07", {"+ m-03 manager 8000", "+ s-01 care 4000"}},
      // g-01 is suspended; nobody moves up.
      {"h-08", {"+ m-03 large 33333", "+ d-01 large/2 3333"}},
      {"h-09",
       {"+ m-03 large 33333", "+ g-01 large/1 6667", "+ d-01 large/2 3333"}},
      // m-03 is with m-02 now.
      {"h-10",
       {"+ m-03 large 33333", "+ m-02 large/1 6667", "+ d-01 large/2 3333"}},
      {"h-11", {"+ m-02 large 10000", "+ d-01 large/1 2000"}},
      // The second year: 8%; the heads as before.
      {"h-12",
       {"+ m-03 large 26667", "+ m-02 large/1 6667", "+ d-01 large/2 3333"}},
  };
  EXPECT_EQ(MovesByEvent(channel->hierarchy.out), by_hand);
}

TEST_F(Telecom, ABountyIsSpentOnceEvenAfterARefund) {
  EXPECT_EQ(Text(Why("h-02"), "nothing_earned"), "SPENT_BEFORE");
}

TEST_F(Telecom, WhatAHeadRidesOnIsTold) {
  const json ratings = Why("h-06").at("ratings");
  const struct {
    std::size_t rating;
    const char* partner;
    int level;
    int64_t of, rounded, amount;
  } table[] = {
      {1, "g-01", 1, 77770, 1555, 778},
      {2, "d-01", 2, 77770, 778, 389},
      {4, "m-02", 1, 77770, 1555, 777},
      {5, "d-01", 2, 77770, 778, 389},
  };
  ASSERT_EQ(ratings.size(), 6u);
  for (const auto& row : table) {
    SCOPED_TRACE(row.rating);
    const json& rating = ratings.at(row.rating);
    EXPECT_EQ(Text(rating, "partner_id"), row.partner);
    EXPECT_EQ(rating.at("level").get<int>(), row.level);
    EXPECT_TRUE(rating.at("upline").value("of_base", false));
    EXPECT_EQ(Int(rating.at("upline"), "of_minor"), row.of);
    EXPECT_EQ(Text(rating.at("upline"), "child_partner_id"),
              row.rating < 3 ? "m-01" : "m-04");
    EXPECT_EQ(Int(rating, "rounded_minor"), row.rounded);
    EXPECT_EQ(Int(rating, "amount_minor"), row.amount);
  }
  const json bounty =
      Why("h-03").at("ratings").at(3);  // m-04's, and its head's
  EXPECT_EQ(Int(bounty, "rounded_minor"), 8000);
  const json head = Why("h-03").at("ratings").at(4);
  EXPECT_FALSE(head.at("upline").value("of_base", false));
  EXPECT_EQ(Int(head.at("upline"), "of_minor"), 1600);
}

TEST_F(Telecom, AHeadsStatementKeepsItsUplineApart) {
  ExpectStatement(
      channel->books.Answer("statement", "--partner g-01 --period 2025-Q1"),
      {{{"accruals_minor", 3200},
        {"upline_minor", 10245},     // 20 + 8 + 66.67 + 7.78
        {"reversals_minor", 2111}},  // 20 + 1.11
       "0 20520 0 0",
       "0 31854 0 0"});
}

TEST_F(Telecom, TheBooksAfterTheHierarchy) {
  const std::map<std::string, std::string> by_hand = {
      {"m-01", "0 36503 0 0"},  {"m-02", "0 50373 0 0"},
      {"m-03", "0 216799 0 0"}, {"m-04", "0 8733 0 0"},
      {"m-05", "0 0 0 7000"},   {"m-06", "0 2000 0 0"},
      {"g-01", "0 38521 0 0"},  {"d-01", "0 58611 0 0"},
      {"s-01", "0 12000 0 0"},  {"s-02", "0 4000 0 0"},
      {"", "-434540"}};
  EXPECT_EQ(AccountsByPartner(channel->balances_after.out), by_hand);
}

TEST_F(Telecom, TheReadmeQuotesWhatIsExplained) {
  const auto quoted = example->QuotedTexts();
  ASSERT_EQ(quoted.size(), 2u);
  ExpectQuoted(quoted[0], channel->books.Text("explain", "--payment p-15"));
  ExpectQuoted(quoted[1], channel->books.Text("explain", "--payment h-06"));
}

}  // namespace
}  // namespace vouch_examples

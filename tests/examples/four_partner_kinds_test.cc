// Four kinds of partner in one program: every figure of
// examples/four_partner_kinds/README.md.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/examples/books.h"
#include "tests/examples/command.h"
#include "tests/examples/quotes.h"

namespace vouch_examples {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using Moves = std::map<std::string, std::vector<std::string>>;

class FourKinds : public testing::Test {
 protected:
  struct Tills {
    Tills() : books(*example, "four-kinds") {
      ran = books.Run("events.jsonl", "accruals");
      balances = books.Run("events.jsonl", "balances");
    }
    Books books;
    Ran ran;
    Ran balances;
  };

  static void SetUpTestSuite() {
    example = new Example("four_partner_kinds");
    tills = new Tills;
  }
  static void TearDownTestSuite() {
    delete tills;
    delete example;
  }

  static json Why(const std::string& payment) {
    return tills->books.Answer("explain", "--payment " + payment);
  }
  static json Statement(const std::string& flags) {
    return tills->books.Answer("statement", flags);
  }

  // What the events of one customer, or of one kind of partner, did.
  static void ExpectMoves(const Moves& by_hand) {
    Moves moves = MovesByEvent(tills->ran.out);
    for (const auto& [event, rows] : by_hand) {
      EXPECT_EQ(moves[event], rows) << event;
    }
  }

  static Example* example;
  static Tills* tills;
};

Example* FourKinds::example = nullptr;
FourKinds::Tills* FourKinds::tills = nullptr;

TEST_F(FourKinds, TheProgramIsRight) {
  const Ran ran =
      Vouch("check --program " + example->File("program.textproto"));
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("OK"));
}

TEST_F(FourKinds, TwoEventsAreRefused) {
  const Ran& ran = tills->ran;
  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("93 applied"));
  EXPECT_THAT(ran.err, HasSubstr("2 refused"));
  EXPECT_THAT(ran.err, HasSubstr("another partner's lead is protected until "
                                 "2024-05-05T10:00:00Z (ALREADY_EXISTS, event "
                                 "lead-01b)"));
  EXPECT_THAT(ran.err, HasSubstr("(FAILED_PRECONDITION, event payout-1)"));
}

// 40.00 a customer, 100.00 a year.
TEST_F(FourKinds, ACustomerIsThankedOnceForEachNewOne) {
  ExpectMoves({
      {"c-01-a", {"+ cafe-01 thank-you 4000"}},       // 40 of the year's 100
      {"c-01-b", {}},                                 // once a customer
      {"c-02-a", {"+ cafe-01 thank-you 4000"}},       // 80
      {"c-03-a", {"+ cafe-01 thank-you 2000"}},       // what is left
      {"c-04-a", {}},                                 // nothing is left
      {"cancel-c-02", {"- cafe-01 thank-you 4000"}},  // 60
      {"c-05-a", {"+ cafe-01 thank-you 4000"}},       // 100 again
      {"c-06-a", {"+ cafe-01 thank-you 4000"}},       // another year
      {"c-07-a", {}},                                 // its own second house
  });
}

// Of 10% below 1000.00 a month, 15% up to 2000.00 and 20% from there.
TEST_F(FourKinds, AnAffiliateClimbsWithinAMonth) {
  ExpectMoves({
      {"c-11-a", {"+ blog-01 affiliate 6000"}},   // 600: 10%
      {"c-12-a", {"+ blog-01 affiliate 8500"}},   // 400 x 10% + 300 x 15%
      {"c-13-a", {"+ blog-01 affiliate 10500"}},  // up to 2000 itself: 15%
      {"c-14-a", {"+ blog-01 affiliate 6667"}},   // 333.33 x 20% = 66.666
      // 66.67 x 100.01/400 = 16.669; x 233.34/400 = 38.892; the rest.
      {"refund-c-14-1", {"- blog-01 affiliate 1667"}},
      {"refund-c-14-2", {"- blog-01 affiliate 2222"}},
      {"refund-c-14-3", {"- blog-01 affiliate 2778"}},
      {"c-15-a", {"+ blog-02 affiliate 5000"}},
      // April stands at -333.33, which counts as zero: 1000 x 10% + 200 x 15%.
      {"c-16-a", {"+ blog-01 affiliate 13000"}},
      // From 866.67: 133.33 x 10% + 66.67 x 15% = 23.3335.
      {"c-11-b", {"+ blog-01 affiliate 2333"}},
      // The last minute of the first year, and the second year.
      {"c-12-b", {"+ blog-01 affiliate 7000"}},
      {"c-11-c", {}},
  });
}

// 25.00 a qualified lead; 8% of 150.00, three times.
TEST_F(FourKinds, AReferrerIsPaidForTheLeadAndForWhatItBecomes) {
  ExpectMoves({
      {"lead-01-qualified", {"+ advisor-01 qualified-lead 2500"}},
      {"c-21-a", {"+ advisor-01 won-lead 1200"}},
      {"c-21-b", {"+ advisor-01 won-lead 1200"}},
      {"chargeback-c-21", {"- advisor-01 won-lead 1200"}},
      {"c-21-c", {"+ advisor-01 won-lead 1200"}},
      {"won-c-21", {"+ advisor-01 won-lead 1200"}},
      {"c-21-d", {}},  // the fourth
      {"lead-02-qualified", {"+ advisor-01 qualified-lead 2500"}},
      {"lead-03-qualified", {}},  // the same customer again
      {"lead-04-rejected", {}},
      {"lead-05-qualified", {}},  // after its protection
  });
}

// Margin 25%; bonus on the quarter: 2% from 5000.00, 3% from 10000.00.
TEST_F(FourKinds, AResellerHasItsMarginAndItsQuarter) {
  ExpectMoves({
      {"r-01-a", {"+ dealer-01 reseller-margin 75000"}},  // Q1 at 3000.00
      {"r-02-a", {}},                                     // 4750.00
      // 5000.00, the bound itself: 2% of all of it.
      {"r-03-a",
       {"+ dealer-01 reseller-margin 6250",
        "+ dealer-01 reseller-bonus 10000"}},
      // 10333.33: 3% = 309.9999, less 100.00. Margin 1333.3325.
      {"r-04-a",
       {"+ dealer-01 reseller-margin 133333",
        "+ dealer-01 reseller-bonus 21000"}},
      // A quarter of it back: 9000.00, 2% = 180.00.
      {"refund-r-04",
       {"- dealer-01 reseller-margin 33333",
        "- dealer-01 reseller-bonus 13000"}},
      // Given back in Q2: Q1's base is 8750.00, its band stays; 2% = 175.00.
      {"cancel-r-03",
       {"- dealer-01 reseller-margin 6250", "- dealer-01 reseller-bonus 500"}},
      // Q2 at -250.00 + 5100.00 = 4850.00.
      {"r-01-b", {"+ dealer-01 reseller-margin 127500"}},
      // 5000.00 again; the base is 5100.00 + 150.00: 2% = 105.00.
      {"r-02-b",
       {"+ dealer-01 reseller-margin 1125",
        "+ dealer-01 reseller-bonus 10500"}},
  });
}

TEST_F(FourKinds, AQuoteTellsTheResellersPrice) {
  const auto ask = [](const char* customer, int64_t list) {
    return QuoteFrom(tills->books, "four-partner-kinds", customer, list,
                     "2024-06-03T10:00:00Z");
  };
  // The list of r-02-a and of the bought line of r-02-b: 30% less.
  EXPECT_EQ(ask("r-02", 300000).price_minor, 210000);
  EXPECT_EQ(ask("r-02", 18000).price_minor, 12600);
  EXPECT_EQ(ask("r-02", 18000).lines.at(0).price_rule_id, "reseller-price");
  // A customer of an affiliate pays the list.
  EXPECT_EQ(ask("c-11", 300000).price_minor, 300000);
  EXPECT_EQ(ask("c-11", 300000).lines.at(0).price_rule_id, "");
}

TEST_F(FourKinds, NothingElseEarned) {
  // Rows of cafe-01, of the two blogs, of advisor-01 and of dealer-01.
  EXPECT_EQ(Rows(tills->ran.out).size(), 6u + 11u + 7u + 12u);
}

TEST_F(FourKinds, WhyAPaymentEarnedNothingIsTold) {
  const struct {
    const char* payment;
    const char* why;
  } table[] = {
      {"c-01-b", "SPENT_BEFORE"},    {"c-04-a", "LIMIT_REACHED"},
      {"c-07-a", "NOBODY_CREDITED"}, {"c-11-c", "NO_RULE"},
      {"c-21-d", "LIMIT_REACHED"},   {"r-02-a", "BELOW_FIRST_TIER"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(Text(Why(row.payment), "nothing_earned"), row.why) << row.payment;
  }
}

TEST_F(FourKinds, WhatALimitCutIsTold) {
  const json cut = Why("c-03-a").at("ratings").at(0).at("limit");
  EXPECT_EQ(Text(cut, "name"), "amount_per_period");
  EXPECT_EQ(Int(cut, "limit"), 10000);
  EXPECT_EQ(Int(cut, "used"), 8000);
  EXPECT_EQ(Int(cut, "before_minor"), 4000);
  EXPECT_EQ(Int(cut, "after_minor"), 2000);
}

TEST_F(FourKinds, ThePaymentThatCrossesABoundIsToldBandByBand) {
  const json rating = Why("c-12-a").at("ratings").at(0);
  const json& parts = rating.at("parts");
  ASSERT_EQ(parts.size(), 2u);
  const struct {
    int place;
    const char* percent;
    int64_t part;
  } table[] = {{1, "10%", 40000}, {2, "15%", 30000}};
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(Text(parts[i], "source"), "TIER");
    EXPECT_EQ(parts[i].at("tier_place").get<int>(), table[i].place);
    EXPECT_EQ(Text(parts[i], "percent"), table[i].percent);
    EXPECT_EQ(Int(parts[i], "band_part_minor"), table[i].part);
    EXPECT_EQ(Int(parts[i], "metric_before"), 60000);
    EXPECT_EQ(Int(parts[i], "metric_after"), 130000);
  }
  EXPECT_EQ(Int(rating, "rounded_minor"), 8500);
}

TEST_F(FourKinds, WhatWonIsTold) {
  const struct {
    const char* payment;
    std::vector<std::string> candidates;
  } table[] = {
      {"c-07-a", {"cafe-01 CODE SELF_REFERRAL"}},
      {"c-15-a", {"blog-01 LINK MODEL_GIVES_NOTHING", "blog-02 LINK WON"}},
      {"c-21-a", {"advisor-01 LEAD WON"}},
      {"r-01-a", {"dealer-01 CODE WON"}},
  };
  for (const auto& row : table) {
    EXPECT_EQ(CandidateTexts(Why(row.payment)), row.candidates) << row.payment;
  }
}

TEST_F(FourKinds, TheResellersFirstQuarter) {
  ExpectStatement(Statement("--partner dealer-01 --period 2024-Q1"),
                  // 750 + 62.50 + 100 + 1333.33 + 210
                  {{{"accruals_minor", 245583},
                    {"upline_minor", 0},
                    {"reversals_minor", 46333},  // 333.33 + 130
                    {"matured_minor", 91250}},   // 750 + 62.50 + 100
                   "0 0 0 0",
                   // 1000.00 + 80.00 are held until 4 April.
                   "108000 91250 0 0"});
}

TEST_F(FourKinds, TheResellersSecondQuarter) {
  ExpectStatement(Statement("--partner dealer-01 --period 2024-Q2"),
                  {{{"accruals_minor", 139125},  // 1275 + 11.25 + 105
                    {"reversals_minor", 6750},   // 62.50 + 5
                    {"payouts_requested_minor", 320000},
                    {"payouts_sent_minor", 320000}},
                   "108000 91250 0 0",
                   "0 11625 0 320000"});
}

TEST_F(FourKinds, TheAffiliatesApril) {
  ExpectStatement(Statement("--partner blog-01 --period 2024-04"),
                  {{{"accruals_minor", 15333},  // 130 + 23.33
                    {"reversals_minor", 6667},
                    {"matured_minor", 25000}},  // 60 + 85 + 105
                   "31667 0 0 0",
                   "15333 25000 0 0"});
}

TEST_F(FourKinds, TheBooksAreAsWorkedOutByHand) {
  const std::map<std::string, std::string> by_hand = {
      {"cafe-01", "0 14000 0 0"},        {"blog-01", "0 47333 0 0"},
      {"blog-02", "0 5000 0 0"},         {"advisor-01", "0 8600 0 0"},
      {"dealer-01", "0 11625 0 320000"}, {"", "-406558"}};
  EXPECT_EQ(AccountsByPartner(tills->balances.out), by_hand);
}

TEST_F(FourKinds, TheReadmeQuotesWhatIsExplained) {
  const auto quoted = example->QuotedTexts();
  ASSERT_EQ(quoted.size(), 1u);
  ExpectQuoted(quoted[0], tills->books.Text("explain", "--payment c-12-a"));
}

}  // namespace
}  // namespace vouch_examples

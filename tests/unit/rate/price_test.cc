#include "vouch/rate/price.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using testing_support::BudgetRule;
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::TermsOf;

RuleSpec PriceRule(std::string id, RuleKind kind, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(id);
  rule.kind = kind;
  rule.price_percent = std::move(percent);
  return rule;
}

std::vector<LinePrice> PricesOf(RateDesk* desk) {
  const RatablePayment payment = desk->NextPayment();
  Rating rating;
  EXPECT_TRUE(RatePayment(desk->terms(), payment, nullptr, &rating).ok());
  std::vector<LinePrice> prices;
  EXPECT_TRUE(PriceLines(desk->terms(), payment, rating, &prices).ok());
  return prices;
}

TEST(PriceTest, OfAResellerRoundedPerLineAndNeverAccrues) {
  RuleSpec reseller = PriceRule("reseller", RuleKind::kPrice, "33%");
  reseller.when.partner_kinds = {PartnerKind::kReseller};
  reseller.when.products = {"sim"};
  RateDesk desk(TermsOf({reseller}));
  desk.next.lines = {Line(1005, "sim"), Line(1000, "other")};
  EXPECT_EQ(PricesOf(&desk)[0].price_minor, 1005);  // an affiliate
  desk.credits[0].kind = PartnerKind::kReseller;
  const auto prices = PricesOf(&desk);
  EXPECT_EQ(prices[0].amount_minor, 1005);
  EXPECT_EQ(prices[0].price_minor, 673);  // less 331.65: 332
  EXPECT_EQ(prices[0].price_rule, 0u);
  EXPECT_EQ(prices[1].price_minor, 1000);
  EXPECT_EQ(prices[1].price_rule, kNoRule);
  EXPECT_TRUE(desk.Pay().empty());
}

TEST(PriceTest, TheFirstWrittenThatHoldsAnswersOutsideChoosing) {
  ProgramSpec spec = TermsOf(
      {PercentRule("pay", "10%"), PriceRule("first", RuleKind::kPrice, "20%"),
       PriceRule("second", RuleKind::kPrice, "50%"),
       PriceRule("off", RuleKind::kCustomerDiscount, "5%")});
  spec.choosing = Choosing::kHighest;
  RateDesk desk(spec);
  const auto prices = PricesOf(&desk);
  EXPECT_EQ(prices[0].price_minor, 800);
  EXPECT_EQ(prices[0].price_rule, 1u);
  EXPECT_EQ(prices[0].discount_minor, 50);
  EXPECT_EQ(prices[0].discount_rule, 3u);
  EXPECT_EQ(desk.Pay(1000), testing_support::Rows{"p1 pay +100"});
}

TEST(PriceTest, TheBudgetsDiscountIsSpreadOverItsLines) {
  RuleSpec budget = BudgetRule("10%");
  budget.when.products = {"A"};
  RateDesk desk(TermsOf({budget}));
  desk.credits[0].customer_share = *Rate::Parse("50%");
  desk.next.lines = {Line(333, "A"), Line(500, "B"), Line(334, "A")};
  // D is half of 66.7: 33.35 -> 33; over 333 and 334: 16.48 and 16.52.
  const auto prices = PricesOf(&desk);
  EXPECT_EQ(prices[0].budget_discount_minor, 16);
  EXPECT_EQ(prices[1].budget_discount_minor, 0);
  EXPECT_EQ(prices[2].budget_discount_minor, 17);
  EXPECT_EQ(prices[2].budget_rule, 0u);
  EXPECT_EQ(prices[1].budget_rule, kNoRule);
}

TEST(PriceTest, ABudgetThatIsAllTheCustomersStillDiscounts) {
  RateDesk desk(TermsOf({BudgetRule("10%")}));
  desk.credits[0].customer_share = *Rate::Parse("100%");
  EXPECT_EQ(PricesOf(&desk)[0].budget_discount_minor, 100);
}

TEST(PriceTest, OfSeveralCreditsEachGivesItsPlaceInTheSplit) {
  RateDesk desk(TermsOf({BudgetRule("10%")}));
  desk.SetWeights({500000000, 250000000});
  desk.next.vendor_weight_ppb = 250000000;
  desk.credits[0].customer_share = *Rate::Parse("20%");
  desk.credits[1].customer_share = *Rate::Parse("40%");
  // D is 20 by the first, of which 10; 40 by the second, of which 10.
  EXPECT_EQ(PricesOf(&desk)[0].budget_discount_minor, 20);
}

// Each credit's own share; discounts and commissions are the budget of 100.
TEST(PriceTest, SharesOfSeveralCreditsAddUpToTheBudget) {
  RateDesk desk(TermsOf({BudgetRule("10%")}));
  desk.SetWeights({333333334, 333333333, 333333333});
  desk.credits[0].customer_share = *Rate::Parse("10%");
  desk.credits[1].customer_share = *Rate::Parse("20%");
  desk.credits[2].customer_share = *Rate::Parse("30%");
  // Of 100 the credits have 34, 33 and 33. The partners take theirs of 90, 80
  // and 70: 30, 27 and 23; the customer has the rest. Places in the splits of
  // 10, 20 and 30 would be 4, 7 and 10: 101 in all.
  EXPECT_EQ(PricesOf(&desk)[0].budget_discount_minor, 4 + 6 + 10);
  EXPECT_EQ(desk.Pay(1000),
            (testing_support::Rows{"p1 budget +30", "p2 budget +27",
                                   "p3 budget +23"}));
}

// The largest remainder gives the third nothing of 6, and 1 of the 5 that its
// share of 20% leaves; the others have 3 each of 6, 2 each of the 4 that 40%
// leave. Their discounts of 1 each make up for it, over both lines.
TEST(PriceTest, ADiscountBelowZeroIsMadeUpForByOthers) {
  RuleSpec first = BudgetRule("10%");
  first.when.partner_ids = {"p1", "p2"};
  first.when.products = {"A"};
  RuleSpec second = BudgetRule("10%");
  second.rule_id = "second";
  second.when.partner_ids = {"p3"};
  second.when.products = {"B"};
  RateDesk desk(TermsOf({first, second}));
  desk.SetWeights({450000000, 450000000, 100000000});
  desk.credits[0].customer_share = *Rate::Parse("40%");
  desk.credits[1].customer_share = *Rate::Parse("40%");
  desk.credits[2].customer_share = *Rate::Parse("20%");
  desk.next.lines = {Line(60, "A"), Line(60, "B")};
  const auto prices = PricesOf(&desk);
  EXPECT_EQ(prices[0].budget_discount_minor, 1 + 1 - 1);
  EXPECT_EQ(prices[1].budget_discount_minor, 0);
  EXPECT_EQ(desk.Pay(), (testing_support::Rows{"p1 budget +2", "p2 budget +2",
                                               "p3 second +1"}));
}

TEST(PriceTest, NobodyCreditedPaysTheAmount) {
  RateDesk desk(TermsOf({PriceRule("p", RuleKind::kPrice, "20%")}));
  desk.credits[0].active = false;
  EXPECT_EQ(PricesOf(&desk)[0].price_minor, 1000);
  desk.credits.clear();
  EXPECT_EQ(PricesOf(&desk)[0].price_minor, 1000);
}

}  // namespace
}  // namespace vouch

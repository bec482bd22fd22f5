#include "vouch/rate/true_up.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing_support::Band;
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::TermsOf;
using testing_support::TierReward;
using testing_support::TierRule;
using testing_support::UplineAt;

// 5% below 100.00, 10% from there, on the whole period.
const std::vector<Band> kPeriodBands = {{0, "5%"}, {10000, "10%"}};

RuleSpec Retroactive(std::vector<Band> bands = kPeriodBands,
                     Metric metric = Metric::kRevenue,
                     Period period = Period::kMonth) {
  return TierRule("r", TierMeaning::kRetroactive, metric, period, bands);
}

TEST(TrueUpTest, GoesUpOnTheWholePeriodWhenABandIsReached) {
  RateDesk desk(TermsOf({Retroactive()}));
  EXPECT_THAT(desk.Pay(6000), ElementsAre("p1 r +300"));
  EXPECT_THAT(desk.Pay(3999), ElementsAre("p1 r +200"));  // 499.95 - 300
  EXPECT_THAT(desk.Pay(1), ElementsAre("p1 r +500"));     // exactly the bound
  ASSERT_EQ(desk.trace.amounts.size(), 1u);
  ASSERT_TRUE(desk.trace.amounts[0].true_up.has_value());
  const TrueUpTrace& made = *desk.trace.amounts[0].true_up;
  EXPECT_EQ(made.rule_id, "r");
  EXPECT_EQ(made.base_minor, 10000);
  EXPECT_EQ(made.target_minor, 1000);
  EXPECT_EQ(made.so_far_minor, 500);
  const BookedAccrual& booked = desk.StateOf(1).accruals.back();
  EXPECT_EQ(booked.source, AccrualSource::kTrueUp);
  EXPECT_EQ(booked.base_minor, 10000);
  desk.next.on = CivilDay(2024, 2, 1);  // a period of its own
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
}

// 9000 by the rule, 1000 beside it reach the bound; without them 450 is due.
TEST(TrueUpTest, ARefundOfAnotherRulesLineTakesItDown) {
  RuleSpec other = PercentRule("s", "1%");
  other.when.products = {"B"};
  RateDesk desk(TermsOf({other, Retroactive()}));
  desk.next.lines = {Line(9000, "A")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 r +450"));
  desk.next.lines = {Line(1000, "B")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 s +10", "p1 r +450"));
  EXPECT_THAT(desk.Refund(2, 1000), ElementsAre("p1 s -10", "p1 r -450"));
}

TEST(TrueUpTest, GoesDownAfterARefundLatestAccrualsFirst) {
  RateDesk desk(TermsOf({Retroactive()}));
  EXPECT_THAT(desk.Pay(6000), ElementsAre("p1 r +300"));
  EXPECT_THAT(desk.Pay(3999), ElementsAre("p1 r +200"));
  EXPECT_THAT(desk.Pay(1), ElementsAre("p1 r +500"));
  // 9000 left: 450 in all, 550 too much.
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -500", "p1 r -50"));
  EXPECT_EQ(desk.StateOf(1).accruals[2].reversed_minor, 500);
  EXPECT_EQ(desk.StateOf(1).accruals[1].reversed_minor, 50);
  EXPECT_EQ(desk.StateOf(1).accruals[0].reversed_minor, 0);
  EXPECT_EQ(desk.StateOf(1).books[0].base_minor, 9000);
  // Up again.
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +550"));
  // All of it back, in whatever order.
  EXPECT_THAT(desk.Refund(2, 3999), ElementsAre("p1 r -550", "p1 r -150"));
  desk.Refund(1, 5000);
  desk.Refund(3, 1);
  desk.Refund(5, 1000);
  EXPECT_EQ(desk.StateOf(1).books[0].base_minor, 0);
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(0), 0);
}

TEST(TrueUpTest, ARefundOfALaterMonthLowersTheBaseButNotTheMetric) {
  RateDesk desk(TermsOf({Retroactive()}));
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +1000"));
  desk.next.on = CivilDay(2024, 2, 3);
  EXPECT_THAT(desk.Pay(11000), ElementsAre("p1 r +1100"));
  // January keeps its 10% on 9000. February stands at 10000: still 10%.
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -100"));
  // February at 9999: 5% of its own 11000, 550 less; January 0.10 less.
  EXPECT_THAT(desk.Refund(1, 1), ElementsAre("p1 r -550"));
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(0), 900);
  EXPECT_EQ(desk.StateOf(1).books[1].AccruedAt(0), 550);
}

TEST(TrueUpTest, AWonChargebackBringsItUpAgain) {
  RateDesk desk(TermsOf({Retroactive()}));
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +1000"));
  EXPECT_THAT(desk.Refund(1, 4000), ElementsAre("p1 r -700"));  // 300 of 6000
  EXPECT_THAT(desk.WinBack(1, 4000), ElementsAre("p1 r +700"));
}

TEST(TrueUpTest, ABandsFixedAmountIsPaidOnceAPeriod) {
  RateDesk desk(
      TermsOf({Retroactive({{0, "", 100}, {1000, "", 300}, {5000, "1%"}})}));
  EXPECT_THAT(desk.Pay(500), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Pay(400), IsEmpty());
  EXPECT_THAT(desk.Pay(100), ElementsAre("p1 r +200"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
  EXPECT_THAT(desk.Pay(3000), ElementsAre("p1 r -200", "p1 r -50"));  // 50
}

TEST(TrueUpTest, NothingBelowTheFirstBandThenAllAtOnce) {
  RateDesk desk(TermsOf({Retroactive({{10000, "10%"}})}));
  EXPECT_THAT(desk.Pay(9999), IsEmpty());
  EXPECT_THAT(desk.Pay(1), ElementsAre("p1 r +1000"));
}

TEST(TrueUpTest, CountsMoveItToo) {
  RateDesk desk(
      TermsOf({Retroactive({{1, "1%"}, {3, "5%"}}, Metric::kPayments)}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +130"));  // 150
  // Three payments were made, whatever came back of them.
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -50"));
}

TEST(TrueUpTest, TheLimitOfThePeriodCutsTheTarget) {
  RuleSpec rule = Retroactive();
  rule.limits.amount_per_period = AmountPerPeriodSpec{400, Period::kMonth};
  RateDesk desk(TermsOf({rule}));
  EXPECT_THAT(desk.Pay(6000), ElementsAre("p1 r +300"));
  EXPECT_THAT(desk.Pay(6000), ElementsAre("p1 r +100"));  // of 1200
  EXPECT_EQ(desk.trace.amounts[0].limits[0].before_minor, 1200);
  EXPECT_THAT(desk.Refund(1, 5000), ElementsAre("p1 r -50"));  // 350 of 7000
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(0), 350);
}

TEST(TrueUpTest, AnotherRulesPaymentMovesItBehindTheRules) {
  RuleSpec other = PercentRule("s", "1%");
  other.when.products = {"B"};
  RateDesk desk(TermsOf({other, Retroactive()}));
  desk.next.lines = {Line(9000, "A")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 r +450"));
  desk.next.lines = {Line(1000, "B")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 s +10", "p1 r +450"));
  EXPECT_EQ(desk.rating().amounts[1].rule, kNoRule);
  EXPECT_EQ(desk.StateOf(1).books[0].base_minor, 9000);
  // At its rule's place where the rule is chosen.
  desk.next.lines = {Line(1000, "B"), Line(1000, "A")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 s +10", "p1 r +100"));
  EXPECT_EQ(desk.rating().amounts[1].rule, 1u);
  // A refund of B moves the metric alone: 11000 left.
  EXPECT_THAT(desk.Refund(2, 1000), ElementsAre("p1 s -10"));
  EXPECT_THAT(desk.Refund(3, 1000),
              ElementsAre("p1 s -10"));  // B's line; 10000 left
}

TEST(TrueUpTest, MadeAgainByTheTermsOfTheLatestPaymentUnderTheRule) {
  RateDesk desk(TermsOf({Retroactive()}));
  EXPECT_THAT(desk.Pay(4000), ElementsAre("p1 r +200"));
  desk.SetTerms(TermsOf({Retroactive({{0, "6%"}})}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));  // 6% of 5000
  // Terms without the rule: what stands goes on by the old ones.
  desk.SetTerms(TermsOf({PercentRule("s", "1%")}));
  EXPECT_THAT(desk.Pay(50000), ElementsAre("p1 s +500"));
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -60"));
}

TEST(TrueUpTest, UplinesOfCommissionRideAsTrueUpsOfTheirOwn) {
  RuleSpec rule = Retroactive();
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "10%"),
                  UplineAt(2, UplineOf::kBase, "1%")};
  RateDesk desk(TermsOf({rule}));
  desk.SetParents({8, 9});
  EXPECT_THAT(desk.Pay(6050),
              ElementsAre("p1 r +302", "p8 r/1 +30", "p9 r/2 +60"));
  // 10% of 10050 is 1005, of which 10% is 100.5: 100, 70 more.
  EXPECT_THAT(desk.Pay(4000),
              ElementsAre("p1 r +703", "p8 r/1 +70", "p9 r/2 +40"));
  // 5% of 8050: 402.5; uplines 40.2. The base's own goes back by itself.
  EXPECT_THAT(desk.Refund(2, 2000),
              ElementsAre("p9 r/2 -20", "p1 r -603", "p8 r/1 -60"));
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(0), 402);
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(1), 40);
}

TEST(TrueUpTest, TheParentOfTheLatestPaymentEarnsWhatIsAdded) {
  RuleSpec rule = Retroactive({{0, "10%"}});
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "10%")};
  RateDesk desk(TermsOf({rule}));
  desk.SetParents({8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
  desk.SetParents({9});
  EXPECT_THAT(desk.Pay(2000), ElementsAre("p1 r +200", "p9 r/1 +20"));
  // What is too much is taken of the latest first, then of the other parent.
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -100", "p9 r/1 -10"));
  EXPECT_THAT(desk.Refund(2, 2000), ElementsAre("p1 r -100", "p1 r -100",
                                                "p9 r/1 -10", "p8 r/1 -10"));
}

// 10%, of which level 1 gets 10%.
RuleSpec TenOfTen() {
  RuleSpec rule = Retroactive({{0, "10%"}});
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "10%")};
  return rule;
}

TEST(TrueUpTest, WhatAParentCouldNotEarnIsNeverEarned) {
  RateDesk desk(TermsOf({TenOfTen()}));
  desk.SetParents({-8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  ASSERT_EQ(desk.trace.amounts.size(), 2u);
  EXPECT_FALSE(desk.trace.amounts[1].payee_earns);
  EXPECT_EQ(desk.trace.amounts[1].amount_minor, 0);
  desk.SetParents({8});
  EXPECT_THAT(desk.Pay(500), ElementsAre("p1 r +50", "p8 r/1 +5"));
  EXPECT_EQ(desk.trace.amounts[1].true_up->so_far_minor, 10);
  EXPECT_EQ(desk.trace.amounts[1].true_up->target_minor, 15);
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(1), 5);
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 10);
  // What was earned goes back with the payment that earned it.
  EXPECT_THAT(desk.Refund(2, 500), ElementsAre("p1 r -50", "p8 r/1 -5"));
  // Of what nobody earned nothing is taken.
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -100"));
  ASSERT_EQ(desk.reverse_trace.true_ups.size(), 2u);
  EXPECT_FALSE(desk.reverse_trace.true_ups[1].payee_earns);
  EXPECT_EQ(desk.reverse_trace.true_ups[1].amount_minor, 0);
  EXPECT_TRUE(desk.StateOf(1).books[0].forgone.empty());
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
}

TEST(TrueUpTest, NeitherDoesAnotherParentEarnIt) {
  RateDesk desk(TermsOf({TenOfTen()}));
  desk.SetParents({8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
  desk.SetParents({-8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetParents({});  // nobody there
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetParents({9});
  // What is missed in a row is remembered as one.
  EXPECT_EQ(desk.StateOf(1).books[0].forgone.size(), 1u);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p9 r/1 +10"));
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 20);
  desk.SetParents({});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_EQ(desk.StateOf(1).books[0].forgone.size(), 2u);
}

// Two levels miss by turns; each has one entry, the latest last.
TEST(TrueUpTest, WhatLevelsMissIsRememberedByLevel) {
  RuleSpec rule = TenOfTen();
  rule.uplines.push_back(UplineAt(2, UplineOf::kCommission, "1%"));
  RateDesk desk(TermsOf({rule}));
  desk.SetParents({-8, -9});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetParents({8, -9});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
  desk.SetParents({-8, -9});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  const TrueUpBook& book = desk.StateOf(1).books[0];
  ASSERT_EQ(book.forgone.size(), 3u);
  EXPECT_EQ(book.forgone[0].left_minor, 10);
  EXPECT_EQ(book.forgone[1].left_minor, 10);
  EXPECT_EQ(book.forgone[2].level, 2);
  EXPECT_EQ(book.forgone[2].left_minor, 3);
  EXPECT_EQ(book.ForgoneAt(2), 3);
}

TEST(TrueUpTest, GoingDownTakesTheLatestGrowthEarnedOrNot) {
  RateDesk desk(TermsOf({TenOfTen()}));
  desk.SetParents({8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
  desk.SetParents({-8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetParents({8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
  desk.SetParents({-8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 20);
  // 4 of the latest, which nobody earned; then its other 6 and 2 of the third.
  EXPECT_THAT(desk.Refund(1, 400), ElementsAre("p1 r -40"));
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 16);
  EXPECT_THAT(desk.Refund(2, 800),
              ElementsAre("p1 r -60", "p1 r -20", "p8 r/1 -2"));
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 10);
  // The third's other 8, the second's 10, and 2 of the first.
  EXPECT_THAT(desk.Refund(3, 1000),
              ElementsAre("p1 r -80", "p1 r -20", "p8 r/1 -8"));
  EXPECT_THAT(desk.Refund(4, 1000),
              ElementsAre("p1 r -80", "p1 r -20", "p8 r/1 -2"));
  EXPECT_EQ(desk.StateOf(1).books[0].AccruedAt(1), 8);
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 0);
}

TEST(TrueUpTest, ALevelThatTheTermsDropLosesWhatNobodyEarnedToo) {
  RateDesk desk(TermsOf({TenOfTen()}));
  desk.SetParents({8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 +10"));
  desk.SetParents({-8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetTerms(TermsOf({Retroactive({{0, "10%"}})}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/1 -10"));
  EXPECT_TRUE(desk.StateOf(1).books[0].forgone.empty());
}

TEST(TrueUpTest, ForgoneOfTheRightPartnerAndRole) {
  RuleSpec service = TenOfTen();
  service.rule_id = "s";
  service.role = Role::kServicer;
  RateDesk desk(TermsOf({service, TenOfTen()}));
  desk.SetWeights({500000000, 500000000});
  desk.credits.push_back(desk.credits[0]);
  desk.credits[2].role = Role::kServicer;
  desk.credits[2].weight_ppb = kPpb;
  desk.SetParents({-8});
  EXPECT_THAT(desk.Pay(2000),
              ElementsAre("p1 r +100", "p2 r +100", "p1 s +200"));
  ASSERT_EQ(desk.StateOf(1).books.size(), 2u);
  EXPECT_EQ(desk.StateOf(1).books[0].ForgoneAt(1), 10);
  EXPECT_EQ(desk.StateOf(1).books[1].ForgoneAt(1), 20);
  EXPECT_EQ(desk.StateOf(2).books[0].ForgoneAt(1), 10);
}

TEST(TrueUpTest, EachCreditHasItsWeightedShare) {
  RateDesk desk(TermsOf({Retroactive({{0, "5%"}, {5000, "10%"}})}));
  desk.SetWeights({400000000, 600000000});
  // 3333.2 and 4999.8: shares of 3333 and 5000, the second at the bound.
  EXPECT_THAT(desk.Pay(8333), ElementsAre("p1 r +167", "p2 r +500"));
}

TEST(TrueUpTest, ByARateExceptionOfThePartner) {
  RuleSpec rule = PercentRule("r", "10%");
  RateExceptionSpec exception;
  exception.partner_id = "p2";
  exception.reward = TierReward(TierMeaning::kRetroactive, Metric::kRevenue,
                                Period::kYear, kPeriodBands);
  rule.rate_exceptions = {exception};
  RateDesk desk(TermsOf({rule}));
  desk.SetWeights({500000000, 500000000});
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +500", "p2 r +250"));
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +500", "p2 r +750"));
  EXPECT_FALSE(desk.trace.amounts[0].rate_exception);
  EXPECT_TRUE(desk.trace.amounts[1].rate_exception);
}

TEST(TrueUpTest, CommissionCountsIt) {
  RuleSpec watch = TierRule("w", TierMeaning::kProspective, Metric::kCommission,
                            Period::kMonth, {{1000, "1%"}});
  watch.stack = true;
  RateDesk desk(TermsOf({Retroactive(), watch}));
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +1000"));
  EXPECT_THAT(desk.Pay(100), ElementsAre("p1 r +10", "p1 w +1"));
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -10", "p1 r -545"));
  EXPECT_THAT(desk.Pay(100), ElementsAre("p1 r +5"));  // 456 earned so far
}

TEST(TrueUpTest, APartnerInBothRolesOpensABookInEach) {
  RuleSpec service = Retroactive();
  service.rule_id = "s";
  service.role = Role::kServicer;
  RuleSpec stacked = Retroactive({{0, "1%"}});
  stacked.rule_id = "t";
  stacked.stack = true;
  RateDesk desk(TermsOf({service, Retroactive(), stacked}));
  desk.credits.push_back(desk.credits[0]);
  desk.credits[1].role = Role::kServicer;
  EXPECT_THAT(desk.Pay(6000),
              ElementsAre("p1 r +300", "p1 t +60", "p1 s +300"));
  EXPECT_THAT(desk.Pay(4000),
              ElementsAre("p1 r +700", "p1 t +40", "p1 s +700"));
  const PartnerState& state = desk.StateOf(1);
  ASSERT_EQ(state.books.size(), 3u);
  EXPECT_EQ(state.books[2].role, Role::kServicer);
  EXPECT_EQ(state.books[2].AccruedAt(0), 1000);
  EXPECT_THAT(desk.Refund(1, 6000),
              ElementsAre("p1 r -700", "p1 r -100", "p1 t -40", "p1 t -20",
                          "p1 s -700", "p1 s -100"));
}

TEST(TrueUpTest, HighestComparesTheTrueUpThatTheLineAloneWouldMake) {
  ProgramSpec spec = TermsOf({PercentRule("s", "7%"), Retroactive()});
  spec.choosing = Choosing::kHighest;
  RateDesk desk(spec);
  // Nothing so far: 5% against 7%.
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 s +700"));
  ASSERT_EQ(desk.trace.trials.size(), 2u);
  EXPECT_EQ(desk.trace.trials[1].alone_minor, 500);
  // 10000 before: 10%.
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
}

}  // namespace
}  // namespace vouch

#include "vouch/rate/reward.h"

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
using testing_support::FixedRule;
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::Rows;
using testing_support::TermsOf;
using testing_support::TierRule;

// 5% below 100.00, 10% from there.
const std::vector<Band> kTwoBands = {{0, "5%"}, {10000, "10%"}};

ProgramSpec Tiers(TierMeaning meaning, std::vector<Band> bands = kTwoBands,
                  Metric metric = Metric::kRevenue,
                  Period period = Period::kMonth) {
  return TermsOf({TierRule("r", meaning, metric, period, bands)});
}

// ---------------------------------------------------------------------------
// Fixed amounts

TEST(FixedTest, PerPaymentLineAndUnit) {
  struct Row {
    FixedPer per;
    std::string amount;
  };
  const Row rows[] = {
      {FixedPer::kPayment, "p1 r +500"},
      {FixedPer::kLine, "p1 r +1500"},  // three lines of A
      {FixedPer::kUnit, "p1 r +3000"},  // 1 + 2 + 3 units of A
      {FixedPer::kCustomer, "p1 r +500"},
      {FixedPer::kContractYear, "p1 r +500"},
  };
  for (const Row& row : rows) {
    RuleSpec rule = FixedRule("r", 500, row.per);
    rule.when.products = {"A"};
    RateDesk desk(TermsOf({rule}));
    desk.next.lines = {Line(10, "A"), Line(10, "A"), Line(10, "B"),
                       Line(10, "A")};
    desk.next.lines[1].quantity = 2;
    desk.next.lines[2].quantity = 99;
    desk.next.lines[3].quantity = 3;
    EXPECT_THAT(desk.Pay(), ElementsAre(row.amount));
  }
}

TEST(FixedTest, PerCustomerIsSpentOnceAndNotEarnedAgainAfterARefund) {
  RateDesk desk(TermsOf(
      {FixedRule("r", 500, FixedPer::kCustomer), PercentRule("s", "1")}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +500"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());  // and yet chosen: not s
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +500"));
  desk.next.customer = 1;
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -500"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
}

TEST(FixedTest, PerContractYearIsSpentOnceInEach) {
  RateDesk desk(TermsOf({FixedRule("r", 500, FixedPer::kContractYear)}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +500"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
  desk.next.on = CivilDay(2026, 1, 1);  // the first day of year 3
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +500"));
  desk.next.on = CivilDay(2025, 12, 31);  // late, the last of year 2
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +500"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
}

TEST(FixedTest, IsAddedToThePercentBeforeRounding) {
  RuleSpec rule = FixedRule("r", 3, FixedPer::kUnit);
  rule.reward.percent = "10%";
  rule.reward.by_contract_year = {"5%"};
  RateDesk desk(TermsOf({rule}));
  desk.next.lines = {Line(25)};
  desk.next.lines[0].quantity = 2;
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 r +10"));  // 3.75 + 6 = 9.75
  EXPECT_EQ(desk.trace.amounts[0].numerator, absl::int128(9'750'000'000));
  EXPECT_EQ(desk.trace.amounts[0].fixed_times, 2);
}

// ---------------------------------------------------------------------------
// The four meanings

TEST(TierTest, WholePaymentPaysTheBandReachedOnAllOfIt) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment));
  EXPECT_THAT(desk.Pay(6000), ElementsAre("p1 r +300"));
  EXPECT_THAT(desk.Pay(3999), ElementsAre("p1 r +200"));  // 9999: 199.95
  EXPECT_THAT(desk.Pay(10), ElementsAre("p1 r +1"));      // 10009: 1.0
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.next.on = CivilDay(2024, 2, 1);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
}

TEST(TierTest, WholePaymentThatCrossesABound) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment));
  EXPECT_THAT(desk.Pay(9000), ElementsAre("p1 r +450"));
  EXPECT_THAT(desk.Pay(2000), ElementsAre("p1 r +200"));  // all at 10%
  ASSERT_TRUE(desk.trace.amounts[0].tiers.has_value());
  const TierTrace& tiers = *desk.trace.amounts[0].tiers;
  EXPECT_EQ(tiers.before, 9000);
  EXPECT_EQ(tiers.after, 11000);
  ASSERT_EQ(tiers.bands.size(), 1u);
  EXPECT_EQ(tiers.bands[0].place, 1u);
  EXPECT_EQ(tiers.period, PeriodOf(Period::kMonth, MonthOf(desk.next.on)));
}

TEST(TierTest, WholePaymentOfExactlyTheBound) {
  RateDesk below(Tiers(TierMeaning::kWholePayment));
  EXPECT_THAT(below.Pay(9999), ElementsAre("p1 r +500"));  // 499.95
  RateDesk at(Tiers(TierMeaning::kWholePayment));
  EXPECT_THAT(at.Pay(10000), ElementsAre("p1 r +1000"));  // its start is in
}

TEST(TierTest, ProspectivePaysTheBandReachedBefore) {
  RateDesk desk(Tiers(TierMeaning::kProspective));
  EXPECT_THAT(desk.Pay(9999), ElementsAre("p1 r +500"));
  EXPECT_THAT(desk.Pay(1), IsEmpty());  // 5% of 1; reaches the bound
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
}

TEST(TierTest, GraduatedSplitsThePaymentAtTheBound) {
  RateDesk desk(Tiers(TierMeaning::kGraduated,
                      {{0, "5%"}, {10000, "10%"}, {20000, "20%"}}));
  EXPECT_THAT(desk.Pay(9000), ElementsAre("p1 r +450"));
  // 1000 at 5%, 1000 at 10%.
  EXPECT_THAT(desk.Pay(2000), ElementsAre("p1 r +150"));
  ASSERT_EQ(desk.trace.amounts[0].tiers->bands.size(), 2u);
  EXPECT_EQ(desk.trace.amounts[0].tiers->bands[0].part_minor, 1000);
  EXPECT_EQ(desk.trace.amounts[0].tiers->bands[1].part_minor, 1000);
  // 11000 to 21000: 9000 at 10%, 1000 at 20%.
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +1100"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +200"));  // no end
}

TEST(TierTest, GraduatedThroughSeveralBandsAtOnce) {
  RateDesk desk(Tiers(TierMeaning::kGraduated,
                      {{1000, "5%"}, {2000, "10%"}, {3000, "20%"}}));
  // Nothing below 1000; 50 + 100 + 200 x 1000 / 1000.
  EXPECT_THAT(desk.Pay(4000), ElementsAre("p1 r +350"));
}

TEST(TierTest, GraduatedOfExactlyTheBoundStaysBelowIt) {
  RateDesk desk(Tiers(TierMeaning::kGraduated));
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +500"));
  EXPECT_THAT(desk.Pay(10), ElementsAre("p1 r +1"));
}

TEST(TierTest, GraduatedRunsOverTheShareAndRatesTheWholeBase) {
  RateDesk desk(Tiers(TierMeaning::kGraduated, {{0, "5%"}, {5000, "10%"}}));
  desk.SetWeights({500000000, 500000000});
  // Each has 10000 of it: half at 5%, half at 10%: 7.5% of 20000, halved.
  EXPECT_THAT(desk.Pay(20000), ElementsAre("p1 r +750", "p2 r +750"));
  EXPECT_EQ(desk.trace.amounts[0].rounded_minor, 1500);
}

TEST(TierTest, GraduatedAverageIsExactAndRoundedOnce) {
  RateDesk desk(Tiers(TierMeaning::kGraduated, {{0, "10%"}, {30, "20%"}}));
  desk.SetWeights({333333334, 333333333, 333333333});
  // Shares 34, 33, 33. The first: (3 + 0.8) / 34 of 100 is 11.18: 11, of which
  // 3.67 each: 4, 4, 3. The others: (3 + 0.6) / 33 of 100 is 10.9: 11 too.
  EXPECT_THAT(desk.Pay(100), ElementsAre("p1 r +4", "p2 r +4", "p3 r +3"));
  // 100 x (30 x 0.1 + 4 x 0.2) / 34 as numerator / denominator.
  const AmountTrace& first = desk.trace.amounts[0];
  EXPECT_EQ(first.numerator * 34, first.denominator * 380);
}

TEST(TierTest, GraduatedBesideTheOtherParts) {
  RuleSpec rule = TierRule("r", TierMeaning::kGraduated, Metric::kRevenue,
                           Period::kMonth, kTwoBands);
  rule.reward.percent = "1%";
  rule.reward.fixed = {5, FixedPer::kPayment};
  RateDesk desk(TermsOf({rule}));
  // 500 + 1000 + 200 + 5 of 20000.
  EXPECT_THAT(desk.Pay(20000), ElementsAre("p1 r +1705"));
}

TEST(TierTest, GraduatedOnOneRuleCountsTheRevenueOfAll) {
  RuleSpec tiers = TierRule("r", TierMeaning::kGraduated, Metric::kRevenue,
                            Period::kMonth, kTwoBands);
  tiers.when.products = {"A"};
  RateDesk desk(TermsOf({tiers, PercentRule("s", "1%")}));
  desk.next.lines = {Line(9000, "B")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 s +90"));
  // From 9000 over the 2000 of A alone.
  desk.next.lines = {Line(5000, "B"), Line(2000, "A")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 r +150", "p1 s +50"));
}

TEST(TierTest, NothingBelowTheFirstBandAndInAGap) {
  RuleSpec rule = TierRule("r", TierMeaning::kWholePayment, Metric::kRevenue,
                           Period::kMonth, {{1000, "5%"}, {5000, "10%"}});
  rule.reward.tiers[0].until = 2000;
  RateDesk desk(TermsOf({rule}));
  EXPECT_THAT(desk.Pay(999), IsEmpty());
  EXPECT_TRUE(desk.trace.amounts[0].tiers->bands.empty());
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));   // 1999
  EXPECT_THAT(desk.Pay(1), IsEmpty());                    // 2000: a gap
  EXPECT_THAT(desk.Pay(3000), ElementsAre("p1 r +300"));  // 5000
}

TEST(TierTest, ABandPaysAPercentAndAFixedAmount) {
  RateDesk desk(
      Tiers(TierMeaning::kWholePayment, {{0, "1%", 5}, {10000, "", 700}}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +15"));
  EXPECT_THAT(desk.Pay(9000), ElementsAre("p1 r +700"));
}

// ---------------------------------------------------------------------------
// The metrics and their periods

TEST(MetricTest, Payments) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment,
                      {{1, "1%"}, {2, "2%"}, {3, "3%"}}, Metric::kPayments));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +20"));
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -10"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +30"));  // counts never fall
}

TEST(MetricTest, NewCustomers) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment, {{1, "1%"}, {2, "2%"}},
                      Metric::kNewCustomers));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +20"));
  desk.next.on = CivilDay(2024, 2, 1);  // nobody is new in February
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
}

TEST(MetricTest, ActiveCustomers) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment, {{1, "1%"}, {2, "2%"}},
                      Metric::kActiveCustomers));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +20"));
  desk.next.on = CivilDay(2024, 2, 1);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  desk.next.customer = 1;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +20"));
}

TEST(MetricTest, CommissionAsBeforeThisPayment) {
  RateDesk desk(Tiers(TierMeaning::kProspective, {{0, "10%"}, {100, "20%"}},
                      Metric::kCommission));
  EXPECT_THAT(desk.Pay(990), ElementsAre("p1 r +99"));
  EXPECT_THAT(desk.Pay(10), ElementsAre("p1 r +1"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +200"));  // 100 before
  EXPECT_THAT(desk.Refund(3, 1000), ElementsAre("p1 r -200"));
  EXPECT_THAT(desk.Refund(2, 10), ElementsAre("p1 r -1"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));  // 99 before
}

TEST(MetricTest, CommissionCountsNoUplines) {
  RuleSpec rule = TierRule("r", TierMeaning::kProspective, Metric::kCommission,
                           Period::kMonth, {{0, "10%"}, {101, "20%"}});
  rule.uplines = {testing_support::UplineAt(1, UplineOf::kCommission, "50%")};
  RateDesk desk(TermsOf({rule}));
  desk.SetParents({1});  // p1 stands above itself here: it must not matter
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p1 r/1 +50"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p1 r/1 +50"));
}

TEST(MetricTest, EachPeriodIsCivil) {
  struct Row {
    Period period;
    CivilDay last;  // still in the period of 15 January 2024
    CivilDay next;  // no longer
  };
  const Row rows[] = {
      {Period::kMonth, CivilDay(2024, 1, 31), CivilDay(2024, 2, 1)},
      {Period::kQuarter, CivilDay(2024, 3, 31), CivilDay(2024, 4, 1)},
      {Period::kYear, CivilDay(2024, 12, 31), CivilDay(2025, 1, 1)},
  };
  for (const Row& row : rows) {
    RateDesk desk(Tiers(TierMeaning::kWholePayment, kTwoBands, Metric::kRevenue,
                        row.period));
    EXPECT_THAT(desk.Pay(9000), ElementsAre("p1 r +450"));
    desk.next.on = row.next;
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
    desk.next.on = row.last;
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  }
  RateDesk ever(Tiers(TierMeaning::kWholePayment, kTwoBands, Metric::kRevenue,
                      Period::kLifetime));
  EXPECT_THAT(ever.Pay(9000), ElementsAre("p1 r +450"));
  ever.next.on = CivilDay(2033, 5, 1);
  EXPECT_THAT(ever.Pay(1000), ElementsAre("p1 r +100"));
}

TEST(MetricTest, RevenueIsTheWeightedShareOfAllBases) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment));
  desk.SetWeights({500000000, 500000000});
  desk.next.lines = {Line(20001)};
  desk.next.lines[0].tax_minor = 2;
  // 19999: the first has 10000 of it, the second 9999.
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 r +1000", "p2 r +500"));
  EXPECT_EQ(desk.StateOf(2).MetricOf(Role::kAcquirer, Metric::kRevenue,
                                     Period::kMonth, MonthOf(desk.next.on)),
            9999);
}

TEST(MetricTest, OfARoleAndOfWhatMayEarn) {
  RuleSpec service = TierRule("s", TierMeaning::kWholePayment, Metric::kRevenue,
                              Period::kMonth, kTwoBands);
  service.role = Role::kServicer;
  RateDesk desk(TermsOf({service}));
  EXPECT_THAT(desk.Pay(50000), IsEmpty());  // as acquirer
  desk.credits[0].role = Role::kServicer;
  desk.credits[0].active = false;
  EXPECT_THAT(desk.Pay(50000), IsEmpty());
  desk.credits[0].active = true;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 s +50"));
}

TEST(MetricTest, ARefundLowersRevenueInItsOwnPeriodAndBelowZeroIsZero) {
  RateDesk desk(Tiers(TierMeaning::kProspective));
  EXPECT_THAT(desk.Pay(12000), ElementsAre("p1 r +600"));
  desk.next.on = CivilDay(2024, 2, 10);
  EXPECT_THAT(desk.Refund(1, 6000), ElementsAre("p1 r -300"));
  // February stands at -6000, which counts as 0.
  EXPECT_THAT(desk.Pay(15000), ElementsAre("p1 r +750"));
  EXPECT_EQ(desk.trace.amounts[0].tiers->before, 0);
  EXPECT_EQ(desk.trace.amounts[0].tiers->after, 9000);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));   // 9000 before
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));  // 10000
  desk.next.on = CivilDay(2024, 1, 20);  // late: January still has 12000
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
}

TEST(MetricTest, WhatTheProgramBroughtCountsInItsPeriodAlone) {
  RateDesk desk(Tiers(TierMeaning::kWholePayment, kTwoBands, Metric::kRevenue,
                      Period::kYear));
  const event::OpeningMetric opening[] = {
      {Metric::kRevenue, Period::kYear, 9500},
      {Metric::kPayments, Period::kMonth, 7}};
  PartnerState& state = desk.StateOf(1);
  ASSERT_TRUE(CheckOpeningMetrics(opening, state).ok());
  KeepOpeningMetrics(opening, CivilDay(2024, 1, 2), &state);
  EXPECT_EQ(state.MetricOf(Role::kAcquirer, Metric::kRevenue, Period::kMonth,
                           MonthOf(desk.next.on)),
            0);
  EXPECT_EQ(state.MetricOf(Role::kAcquirer, Metric::kPayments, Period::kMonth,
                           MonthOf(desk.next.on)),
            7);
  EXPECT_THAT(desk.Pay(500), ElementsAre("p1 r +50"));  // 10000
  const event::OpeningMetric most[] = {
      {Metric::kRevenue, Period::kYear, std::numeric_limits<int64_t>::max()}};
  EXPECT_EQ(CheckOpeningMetrics(most, state).code(),
            absl::StatusCode::kOutOfRange);
}

TEST(MetricTest, WhatTheProgramBroughtWithoutAPeriodCountsInEach) {
  PartnerState state;
  const event::OpeningMetric opening[] = {
      {Metric::kPayments, Period::kNone, 7},
      {Metric::kPayments, Period::kYear, 2}};
  ASSERT_TRUE(CheckOpeningMetrics(opening, state).ok());
  KeepOpeningMetrics(opening, CivilDay(2024, 1, 2), &state);
  const auto in = [&](Period period, CivilDay day) {
    return state.MetricOf(Role::kAcquirer, Metric::kPayments, period,
                          MonthOf(day));
  };
  EXPECT_EQ(in(Period::kMonth, CivilDay(2024, 1, 31)), 7);
  EXPECT_EQ(in(Period::kMonth, CivilDay(2024, 2, 1)), 0);
  EXPECT_EQ(in(Period::kQuarter, CivilDay(2024, 3, 31)), 7);
  EXPECT_EQ(in(Period::kYear, CivilDay(2024, 12, 31)), 9);
  EXPECT_EQ(in(Period::kLifetime, CivilDay(2030, 1, 1)), 7);
}

// ---------------------------------------------------------------------------
// Rate exceptions

TEST(RateExceptionTest, TakesThePlaceOfTheRewardAndNothingElse) {
  RuleSpec rule = PercentRule("r", "10%");
  rule.uplines = {testing_support::UplineAt(1, UplineOf::kBase, "1%")};
  RateExceptionSpec exception;
  exception.partner_id = "p2";
  exception.reward.percent = "25%";
  rule.rate_exceptions = {exception};
  RateDesk desk(TermsOf({rule}));
  desk.SetWeights({500000000, 500000000});
  desk.SetParents({9});
  EXPECT_THAT(desk.Pay(1000),
              ElementsAre("p1 r +50", "p9 r/1 +5", "p2 r +125", "p9 r/1 +5"));
  EXPECT_FALSE(desk.trace.amounts[0].rate_exception);
  EXPECT_TRUE(desk.trace.amounts[2].rate_exception);
}

TEST(TierTest, AProductPast128BitsIsAnError) {
  RateDesk desk(Tiers(TierMeaning::kGraduated, {{0, "100%"}}));
  desk.SetWeights({333333334, 333333333, 333333333});
  desk.next.lines = {Line(std::numeric_limits<int64_t>::max())};
  EXPECT_EQ(desk.TryPay().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace vouch

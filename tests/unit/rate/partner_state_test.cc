#include "vouch/rate/partner_state.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing_support::FixedRule;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::TermsOf;
using testing_support::TierRule;

constexpr CustomerNumber kOne(1);
constexpr CustomerNumber kTwo(2);

TEST(PartnerStateTest, ANewPartnerHasCountedNothing) {
  const PartnerState state;
  EXPECT_EQ(state.MetricOf(Role::kAcquirer, Metric::kRevenue, Period::kMonth,
                           MonthOf(CivilDay(2024, 1, 1))),
            0);
  EXPECT_EQ(state.FindRule("r"), nullptr);
  EXPECT_EQ(state.FindCounter("r", kOne), nullptr);
  EXPECT_EQ(state.FindBook("r", Role::kAcquirer, Period::kMonth, 0), kNoPlace);
  EXPECT_EQ(state.AccrualsOf(Seq(1)),
            std::make_pair(std::size_t{0}, std::size_t{0}));
}

// Two customers who are one from now on.
TEST(MergeCountersTest, LimitsGoOnFromTheSum) {
  RuleSpec rule = PercentRule("r", "10%");
  rule.limits.amount_per_customer_minor = 250;
  rule.limits.payments_per_customer = 3;
  RateDesk desk(TermsOf({rule}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  MergeCounters(kTwo, kOne, &desk.StateOf(1));
  EXPECT_EQ(desk.StateOf(1).FindCounter("r", kTwo), nullptr);
  EXPECT_EQ(desk.StateOf(1).FindCounter("r", kOne)->amount_minor, 200);
  desk.next.customer = 1;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
}

TEST(MergeCountersTest, WhatIsSpentOfEitherIsSpent) {
  RuleSpec year = FixedRule("y", 7, FixedPer::kContractYear);
  year.stack = true;
  RuleSpec lead = FixedRule("l", 50);
  lead.earns_on = EarnsOn::kQualifiedLead;
  RateDesk desk(
      TermsOf({FixedRule("c", 500, FixedPer::kCustomer), year, lead}));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 c +500", "p1 y +7"));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), ElementsAre("p1 l +50"));
  MergeCounters(kTwo, kOne, &desk.StateOf(1));
  desk.next.customer = 1;
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), IsEmpty());
  desk.next.on = CivilDay(2025, 1, 1);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 y +7"));
}

TEST(MergeCountersTest, WhoPaidThisMonthIsNotActiveAgain) {
  RateDesk desk(TermsOf(
      {TierRule("r", TierMeaning::kWholePayment, Metric::kActiveCustomers,
                Period::kMonth, {{1, "1%"}, {2, "2%"}, {3, "3%"}})}));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  MergeCounters(kTwo, kOne, &desk.StateOf(1));
  desk.next.customer = 1;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10"));
  desk.next.customer = 3;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +20"));
}

TEST(MergeCountersTest, WhoPaidUnderBothNamesIsOneActiveCustomer) {
  RateDesk desk(TermsOf({PercentRule("r", "1%")}));
  const auto pay = [&desk](uint32_t customer, CivilDay on) {
    desk.next.customer = customer;
    desk.next.on = on;
    desk.Pay(1000);
  };
  pay(1, CivilDay(2024, 1, 5));
  pay(2, CivilDay(2024, 2, 5));
  pay(2, CivilDay(2024, 3, 5));
  pay(2, CivilDay(2025, 1, 5));
  PartnerState& state = desk.StateOf(1);
  MergeCounters(kTwo, kOne, &state);
  const auto active = [&state](Period period, CivilDay day) {
    return state.MetricOf(Role::kAcquirer, Metric::kActiveCustomers, period,
                          MonthOf(day));
  };
  EXPECT_EQ(active(Period::kMonth, CivilDay(2024, 1, 1)), 1);
  EXPECT_EQ(active(Period::kMonth, CivilDay(2024, 2, 1)), 1);
  EXPECT_EQ(active(Period::kQuarter, CivilDay(2024, 1, 1)), 1);
  EXPECT_EQ(active(Period::kYear, CivilDay(2024, 1, 1)), 1);
  EXPECT_EQ(active(Period::kYear, CivilDay(2025, 1, 1)), 1);
  EXPECT_EQ(active(Period::kLifetime, CivilDay(2025, 1, 1)), 1);
}

TEST(MergeCountersTest, ARefundGivesRoomBackUnderTheNewName) {
  RuleSpec rule = PercentRule("r", "10%");
  rule.limits.amount_per_customer_minor = 100;
  RateDesk desk(TermsOf({rule}));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  PartnerState& state = desk.StateOf(1);
  MergeCounters(kTwo, kOne, &state);
  RefundedPayment refund;
  refund.payment_seq = Seq(1);
  desk.LinesOf(1)[0].counted_minor = 400;
  refund.lines = desk.LinesOf(1);
  refund.on = desk.next.on;
  refund.customer = kOne;
  Undoing undoing;
  ASSERT_TRUE(Reverse(state, refund, nullptr, &undoing).ok());
  KeepReversal(refund, undoing.reversals[0], &state);
  EXPECT_EQ(state.FindCounter("r", kOne)->amount_minor, 60);
}

}  // namespace
}  // namespace vouch

#include "vouch/rate/limit.h"

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
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::TermsOf;
using testing_support::UplineAt;

RuleSpec Limited(const LimitsSpec& limits) {
  RuleSpec rule = PercentRule("r", "10%");
  rule.limits = limits;
  return rule;
}

LimitsSpec PerCustomer(int64_t amount) {
  LimitsSpec limits;
  limits.amount_per_customer_minor = amount;
  return limits;
}

LimitsSpec PerPeriod(int64_t amount, Period period) {
  LimitsSpec limits;
  limits.amount_per_period = AmountPerPeriodSpec{amount, period};
  return limits;
}

TEST(LimitTest, PaymentsOfOneCustomer) {
  LimitsSpec limits;
  limits.payments_per_customer = 2;
  RateDesk desk(TermsOf({Limited(limits), PercentRule("s", "1")}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Pay(4), IsEmpty());  // 0.4: did not earn, does not count
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());  // used up, and still chosen: not s
  ASSERT_EQ(desk.trace.amounts.size(), 1u);
  ASSERT_EQ(desk.trace.amounts[0].limits.size(), 1u);
  const LimitTrace& cut = desk.trace.amounts[0].limits[0];
  EXPECT_EQ(cut.name, "payments_per_customer_count");
  EXPECT_EQ(cut.limit, 2);
  EXPECT_EQ(cut.used, 2);
  EXPECT_EQ(cut.before_minor, 100);
  EXPECT_EQ(cut.after_minor, 0);
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.next.customer = 1;
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -100"));
  EXPECT_THAT(desk.Pay(1000), IsEmpty());  // a refund takes no payment away
}

TEST(LimitTest, MonthsOfAContractThatStartsOnTheTwentyNinthOfFebruary) {
  struct Row {
    int64_t months;
    CivilDay last, first_out;
  };
  const Row rows[] = {
      {1, CivilDay(2024, 3, 28), CivilDay(2024, 3, 29)},
      {2, CivilDay(2024, 4, 28), CivilDay(2024, 4, 29)},
      {12, CivilDay(2025, 2, 27),
       CivilDay(2025, 2, 28)},  // clamped in a common year
      {48, CivilDay(2028, 2, 28),
       CivilDay(2028, 2, 29)},  // and back on the 29th
  };
  for (const Row& row : rows) {
    LimitsSpec limits;
    limits.months = row.months;
    RateDesk desk(TermsOf({Limited(limits)}));
    desk.next.contract_start = CivilDay(2024, 2, 29);
    desk.next.on = row.last;
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100")) << row.months;
    desk.next.on = row.first_out;
    EXPECT_THAT(desk.Pay(1000), IsEmpty()) << row.months;
    EXPECT_EQ(desk.trace.amounts[0].limits[0].name, "months");
    desk.next.on = CivilDay(2024, 1, 1);  // before the start is month 0
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100")) << row.months;
  }
}

TEST(LimitTest, ContractYearsOfAContractOfTheTwentyNinthOfFebruary) {
  struct Row {
    int64_t years;
    CivilDay last, first_out;
  };
  const Row rows[] = {
      {1, CivilDay(2025, 2, 27), CivilDay(2025, 2, 28)},
      {3, CivilDay(2027, 2, 27), CivilDay(2027, 2, 28)},
      {4, CivilDay(2028, 2, 28), CivilDay(2028, 2, 29)},
  };
  for (const Row& row : rows) {
    LimitsSpec limits;
    limits.contract_years = row.years;
    RateDesk desk(TermsOf({Limited(limits)}));
    desk.next.contract_start = CivilDay(2024, 2, 29);
    desk.next.on = row.last;
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100")) << row.years;
    desk.next.on = row.first_out;
    EXPECT_THAT(desk.Pay(1000), IsEmpty()) << row.years;
    EXPECT_EQ(desk.trace.amounts[0].limits[0].name, "contract_years");
  }
}

TEST(LimitTest, AmountPerCustomerCutsToWhatIsLeft) {
  RateDesk desk(TermsOf({Limited(PerCustomer(250))}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
  EXPECT_EQ(desk.trace.amounts[0].limits[0].used, 200);
  EXPECT_EQ(desk.trace.amounts[0].limits[0].after_minor, 50);
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.next.customer = 1;
  EXPECT_THAT(desk.Refund(1, 400), ElementsAre("p1 r -40"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +40"));  // room came back
}

TEST(LimitTest, APaymentThatMeetsTheLimitIsNotCut) {
  RateDesk desk(TermsOf({Limited(PerCustomer(200))}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_TRUE(desk.trace.amounts[0].limits.empty());
  EXPECT_THAT(desk.Pay(10), IsEmpty());
}

TEST(LimitTest, AmountPerPeriodHasRoomAgainInTheNext) {
  struct Row {
    Period period;
    CivilDay last, next;
  };
  const Row rows[] = {
      {Period::kMonth, CivilDay(2024, 1, 31), CivilDay(2024, 2, 1)},
      {Period::kQuarter, CivilDay(2024, 3, 31), CivilDay(2024, 4, 1)},
      {Period::kYear, CivilDay(2024, 12, 31), CivilDay(2025, 1, 1)},
  };
  for (const Row& row : rows) {
    RateDesk desk(TermsOf({Limited(PerPeriod(150, row.period))}));
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
    desk.next.on = row.last;
    desk.next.customer = 2;  // of all customers
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
    EXPECT_THAT(desk.Pay(1000), IsEmpty());
    desk.next.on = row.next;
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  }
  RateDesk ever(TermsOf({Limited(PerPeriod(150, Period::kLifetime))}));
  EXPECT_THAT(ever.Pay(1000), ElementsAre("p1 r +100"));
  ever.next.on = CivilDay(2031, 1, 1);
  EXPECT_THAT(ever.Pay(1000), ElementsAre("p1 r +50"));
}

TEST(LimitTest, RoomComesBackInTheAccrualsOwnPeriod) {
  RateDesk desk(TermsOf({Limited(PerPeriod(100, Period::kMonth))}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.next.on = CivilDay(2024, 2, 5);
  EXPECT_THAT(desk.Refund(1, 400), ElementsAre("p1 r -40"));
  EXPECT_THAT(desk.Pay(2000), ElementsAre("p1 r +100"));  // not 140
  desk.next.on = CivilDay(2024, 1, 31);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +40"));
}

TEST(LimitTest, CutsAfterTheSplit) {
  RateDesk desk(TermsOf({Limited(PerCustomer(60))}));
  desk.SetWeights({500000000, 500000000});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50", "p2 r +50"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +10", "p2 r +10"));
}

TEST(LimitTest, EachCutsWhatTheOneBeforeLeft) {
  LimitsSpec limits = PerPeriod(70, Period::kMonth);
  limits.amount_per_customer_minor = 90;
  limits.payments_per_customer = 5;
  RateDesk desk(TermsOf({Limited(limits)}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +70"));
  const auto& cuts = desk.trace.amounts[0].limits;
  ASSERT_EQ(cuts.size(), 2u);
  EXPECT_EQ(cuts[0].name, "amount_per_customer_minor");
  EXPECT_EQ(cuts[0].after_minor, 90);
  EXPECT_EQ(cuts[1].name, "amount_per_period");
  EXPECT_EQ(cuts[1].before_minor, 90);
}

TEST(LimitTest, CountersGoByRuleIdAcrossVersions) {
  RateDesk desk(TermsOf({PercentRule("r", "10%")}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetTerms(TermsOf({Limited(PerCustomer(150))}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +50"));
  RuleSpec renamed = Limited(PerCustomer(150));
  renamed.rule_id = "q";
  desk.SetTerms(TermsOf({renamed}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 q +100"));
}

TEST(LimitTest, UplinesAreOutside) {
  RuleSpec rule = Limited(PerCustomer(30));
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "50%"),
                  UplineAt(2, UplineOf::kBase, "2%")};
  RateDesk desk(TermsOf({rule}));
  desk.SetParents({8, 9});
  // Of the child's 30, and of the base.
  EXPECT_THAT(desk.Pay(1000),
              ElementsAre("p1 r +30", "p8 r/1 +15", "p9 r/2 +20"));
  // The child is cut to nothing: the base is still paid on.
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p9 r/2 +20"));
}

TEST(LimitTest, AWonChargebackIsCutAndWhatWasKeptCountsAsReversed) {
  RateDesk desk(TermsOf({Limited(PerCustomer(150))}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -100"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.WinBack(1, 1000), ElementsAre("p1 r +50"));
  ASSERT_EQ(desk.reverse_trace.kept.size(), 1u);
  EXPECT_EQ(desk.reverse_trace.kept[0].limit.before_minor, 100);
  EXPECT_EQ(desk.reverse_trace.kept[0].limit.after_minor, 50);
  // 60% back is 60 of 100, of which 50 count as reversed.
  EXPECT_THAT(desk.Refund(1, 600), ElementsAre("p1 r -10"));
  EXPECT_THAT(desk.Refund(1, 400), ElementsAre("p1 r -40"));
}

TEST(LimitTest, AWonChargebackIsCutInItsAccrualsOwnPeriod) {
  RateDesk desk(TermsOf({Limited(PerPeriod(100, Period::kMonth))}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_THAT(desk.Refund(1, 1000), ElementsAre("p1 r -100"));
  EXPECT_THAT(desk.Pay(700), ElementsAre("p1 r +70"));
  desk.next.on = CivilDay(2024, 2, 1);  // February has room, January 30
  EXPECT_THAT(desk.WinBack(1, 1000), ElementsAre("p1 r +30"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
}

// Of a rule that was RETROACTIVE in one version and a plain 10% in another, 10
// a month: a true-up and an accrual of one event share what is left.
class LimitOfTwoNaturesTest : public ::testing::Test {
 protected:
  static ProgramSpec Plain() {
    return TermsOf({Limited(PerPeriod(1000, Period::kMonth))});
  }
  static ProgramSpec Retroactive() {
    RuleSpec rule = testing_support::TierRule("r", TierMeaning::kRetroactive,
                                              Metric::kRevenue, Period::kMonth,
                                              {{0, "10%"}, {6000, "20%"}});
    rule.limits = PerPeriod(1000, Period::kMonth);
    return TermsOf({rule});
  }
};

TEST_F(LimitOfTwoNaturesTest, APaymentLeavesATrueUpWhatItDoesNotTake) {
  RateDesk desk(Retroactive());
  EXPECT_THAT(desk.Pay(4000), ElementsAre("p1 r +400"));
  desk.SetTerms(Plain());
  // 20% of 4000 would be 400 more.
  EXPECT_THAT(desk.Pay(6000), ElementsAre("p1 r +600"));
}

TEST_F(LimitOfTwoNaturesTest, ARefundGivesATrueUpRoomAtOnce) {
  RateDesk desk(Plain());
  EXPECT_THAT(desk.Pay(10000), ElementsAre("p1 r +1000"));
  desk.SetTerms(Retroactive());
  EXPECT_THAT(desk.Pay(10000), IsEmpty());
  EXPECT_THAT(desk.Refund(1, 5000), ElementsAre("p1 r -500", "p1 r +500"));
}

TEST_F(LimitOfTwoNaturesTest, WhatIsWonBackLeavesATrueUpTheRest) {
  RateDesk desk(Plain());
  EXPECT_THAT(desk.Pay(5000), ElementsAre("p1 r +500"));
  EXPECT_THAT(desk.Refund(1, 5000), ElementsAre("p1 r -500"));
  desk.SetTerms(Retroactive());
  EXPECT_THAT(desk.Pay(4000), ElementsAre("p1 r +400"));
  // 20% of 4000 would be 400 more, 100 are left.
  EXPECT_THAT(desk.WinBack(1, 5000), ElementsAre("p1 r +500", "p1 r +100"));
}

TEST(RoomTest, IsNeverBelowZero) {
  EXPECT_EQ(internal::RoomOf(100, 30), 70);
  EXPECT_EQ(internal::RoomOf(100, 100), 0);
  EXPECT_EQ(internal::RoomOf(100, 130), 0);
  EXPECT_EQ(internal::RoomOf(100, -30), 130);
  EXPECT_EQ(internal::RoomOf(1, std::numeric_limits<int64_t>::min()),
            std::numeric_limits<int64_t>::max());
}

}  // namespace
}  // namespace vouch

#include "vouch/rate/event_reward.h"

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
using testing_support::UplineAt;

RuleSpec LeadRule(std::string id, int64_t amount,
                  EarnsOn earns_on = EarnsOn::kQualifiedLead) {
  RuleSpec rule = FixedRule(std::move(id), amount);
  rule.earns_on = earns_on;
  return rule;
}

TEST(RateEventTest, OncePerRulePartnerAndCustomer) {
  RateDesk desk(TermsOf({LeadRule("lead", 5000),
                         LeadRule("signup", 300, EarnsOn::kSignup),
                         PercentRule("pay", "10%")}));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), IsEmpty());
  EXPECT_THAT(desk.Reward(EarnsOn::kSignup), ElementsAre("p1 signup +300"));
  EXPECT_THAT(desk.Reward(EarnsOn::kSignup), IsEmpty());
  desk.next.customer = 2;
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 pay +100"));
  EXPECT_THAT(desk.Refund(desk.seq(), 1000), ElementsAre("p1 pay -100"));
  const std::vector<BookedAccrual>& booked = desk.StateOf(1).accruals;
  ASSERT_EQ(booked.size(), 4u);
  EXPECT_EQ(booked[0].source, AccrualSource::kQualifiedLead);
  EXPECT_FALSE(booked[0].payment_seq.has_value());
  EXPECT_EQ(booked[0].base_minor, 0);
  EXPECT_EQ(booked[1].source, AccrualSource::kSignup);
  EXPECT_EQ(booked[0].reversed_minor + booked[1].reversed_minor, 0);
}

TEST(RateEventTest, IsAcquisitionOfYearOneAndCountsInNoMetric) {
  RuleSpec rule = LeadRule("lead", 5000);
  rule.when.phase = Phase::kAcquisition;
  rule.when.contract_year = RangeSpec{1, 2};
  RateDesk desk(TermsOf({rule}));
  desk.next.phase = Phase::kRetention;
  desk.next.on = CivilDay(2031, 1, 1);
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
  EXPECT_EQ(desk.StateOf(1).accruals[0].phase, Phase::kAcquisition);
  EXPECT_EQ(desk.StateOf(1).accruals[0].contract_year, 1);
  for (const Metric metric :
       {Metric::kRevenue, Metric::kPayments, Metric::kNewCustomers,
        Metric::kActiveCustomers, Metric::kCommission}) {
    EXPECT_EQ(
        desk.StateOf(1).MetricOf(Role::kAcquirer, metric, Period::kLifetime, 0),
        0);
  }
}

TEST(RateEventTest, IsSplitByTheWeightsOfTheDecision) {
  RateDesk desk(TermsOf({LeadRule("signup", 100, EarnsOn::kSignup)}));
  desk.SetWeights({333333334, 333333333, 333333333});
  EXPECT_THAT(desk.Reward(EarnsOn::kSignup),
              ElementsAre("p1 signup +34", "p2 signup +33", "p3 signup +33"));
}

TEST(RateEventTest, RulesAreChosenAsForALine) {
  RuleSpec gold = LeadRule("gold", 9000);
  gold.when.partner_groups = {"gold"};
  RateDesk desk(TermsOf({gold, LeadRule("all", 5000)}));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 all +5000"));
  desk.next.customer = 2;
  desk.credits[0].group = "gold";
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 gold +9000"));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), IsEmpty());  // not "all"
}

TEST(RateEventTest, LimitsOfAmountsCutItAndUplinesRideOnIt) {
  RuleSpec rule = LeadRule("lead", 5000);
  rule.limits.amount_per_period = AmountPerPeriodSpec{8000, Period::kMonth};
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "10%")};
  RateDesk desk(TermsOf({rule}));
  desk.SetParents({7});
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000", "p7 lead/1 +500"));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +3000", "p7 lead/1 +300"));
}

TEST(RateEventTest, WhatBookedNothingIsNotSpent) {
  RuleSpec rule = LeadRule("lead", 5000);
  rule.limits.amount_per_period = AmountPerPeriodSpec{5000, Period::kMonth};
  RateDesk desk(TermsOf({rule}));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
  desk.next.customer = 2;
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), IsEmpty());  // no room
  desk.next.on = CivilDay(desk.next.on.year() + 1, 1, 1);
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), IsEmpty());  // spent
}

// It is of month 0 and of contract year 1.
TEST(RateEventTest, LimitsOfNoMonthAndNoYearLeaveNothing) {
  for (const bool months : {false, true}) {
    for (const int64_t most : {0, 1}) {
      RuleSpec rule = LeadRule("lead", 5000);
      (months ? rule.limits.months : rule.limits.contract_years) = most;
      RateDesk desk(TermsOf({rule}));
      EXPECT_EQ(desk.Reward(EarnsOn::kQualifiedLead).size(),
                static_cast<std::size_t>(most));
    }
  }
}

TEST(RateEventTest, OfACustomerWhoIsNotKnownNothingIsRemembered) {
  RateDesk desk(TermsOf({LeadRule("lead", 5000)}));
  desk.next.customer = 0;
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead),
              ElementsAre("p1 lead +5000"));
}

TEST(RateEventTest, NobodyEarnsWhoIsNotActive) {
  RateDesk desk(TermsOf({LeadRule("lead", 5000)}));
  desk.credits[0].active = false;
  EXPECT_THAT(desk.Reward(EarnsOn::kQualifiedLead), IsEmpty());
}

}  // namespace
}  // namespace vouch

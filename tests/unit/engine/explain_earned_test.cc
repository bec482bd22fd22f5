// What `explain` tells of amounts, leads, sign-ups and refunds, worked by hand
// (docs/SEMANTICS.md, sections 6, 7 and 9).
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/event_box.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own
using ::testing::HasSubstr;

const event::BlindKey kEarnedKey1 = {
    "k", "1111111111111111111111111111111111111111111111111111111111111111"};
const event::BlindKey kEarnedKey2 = {
    "k", "2222222222222222222222222222222222222222222222222222222222222222"};

// One program, events e1, e2, ... one by one; every one must be applied.
class EarnedShop {
 public:
  void Do(std::string_view day, EventBody body) {
    const Event event{
        "shop", box.Text(absl::StrCat("e", ++sent_)),
        *ParseInstant(absl::StrCat(std::string(day), "T00:00:00Z")),
        std::move(body)};
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(engine->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    ASSERT_EQ(outcomes[0].kind, OutcomeKind::kApplied) << outcomes[0].status;
  }
  void Partner(std::string_view day, std::string_view id,
               std::string_view parent = "",
               PartnerStatus status = PartnerStatus::kActive) {
    event::PartnerSet e = EventBox::Partner(id, status);
    e.parent_partner_id = parent;
    Do(day, e);
  }
  // Gives e1 to e4: the program, head, its child anna, and c1's click.
  void Begin(const ProgramSpec& spec) {
    Do("2024-01-01", box.Program(spec));
    Partner("2024-01-01", "head");
    Partner("2024-01-01", "anna", "head");
    Do("2024-01-02", EventBox::Click("c1", "anna"));
  }
  Explanation Why(std::string_view payment_id) {
    return Told(engine->Explain("shop", payment_id));
  }
  Explanation WhyLead(std::string_view lead_id) {
    return Told(engine->ExplainLead("shop", lead_id));
  }
  Explanation WhyCustomer(std::string_view customer_id) {
    return Told(engine->ExplainCustomer("shop", customer_id, std::nullopt));
  }

  EventBox box;
  std::unique_ptr<Engine> engine = Engine::InMemory();

 private:
  static Explanation Told(absl::StatusOr<Explanation> why) {
    EXPECT_TRUE(why.ok()) << why.status();
    return why.ok() ? *std::move(why) : Explanation();
  }

  int sent_ = 0;
};

UplineSpec EarnedUpline(int64_t level, UplineOf of, std::string percent) {
  UplineSpec upline;
  upline.level = level;
  upline.of = of;
  upline.percent = std::move(percent);
  return upline;
}

TierSpec EarnedBand(int64_t from, std::string percent, int64_t fixed = 0) {
  TierSpec band;
  band.from = from;
  band.percent = std::move(percent);
  band.fixed_amount_minor = fixed;
  return band;
}

ProgramSpec TieredProgram(Metric metric, TierMeaning meaning,
                          std::vector<TierSpec> tiers) {
  ProgramSpec spec = PercentProgram("shop", "");
  RewardSpec& reward = spec.rules[0].reward;
  reward.tiers = std::move(tiers);
  reward.tier_metric = metric;
  reward.tier_period = Period::kMonth;
  reward.tier_meaning = meaning;
  return spec;
}

// 50.00 a lead, of which the parent gets 10%; a lead lives 30 days.
ProgramSpec LeadProgram() {
  ProgramSpec spec = PercentProgram("shop", "");
  RuleSpec& rule = spec.rules[0];
  rule.rule_id = "lead";
  rule.earns_on = EarnsOn::kQualifiedLead;
  rule.reward.fixed.amount_minor = 5000;
  rule.uplines = {EarnedUpline(1, UplineOf::kCommission, "10%")};
  rule.when.partner_ids = {"anna", "ben"};
  spec.lead_protection = LeadProtectionSpec{30, ProtectionFrom::kRegistration};
  return spec;
}

// ---------------------------------------------------------------------------
// Leads and sign-ups

TEST(ExplainLeadTest, TellsWhatALeadEarnedWhomAndHow) {
  EarnedShop s;
  s.Begin(LeadProgram());
  s.Do("2024-01-03", s.box.Lead("l1", "anna", {kEarnedKey1}, "c1"));
  s.Do("2024-01-05",
       EventBox::Update("l1", kEarnedKey1, LeadStatus::kQualified));
  s.Do("2024-01-06", s.box.Pay("i1", "c1", 1000));
  const Explanation why = s.WhyLead("l1");
  EXPECT_EQ(why.lead_id, "l1");
  EXPECT_EQ(why.customer_id, "c1");
  EXPECT_EQ(why.nothing_earned, NothingEarned::kNone);
  ASSERT_EQ(why.rewards.size(), 1u);
  const ExplainedReward& reward = why.rewards[0];
  EXPECT_EQ(reward.event_id, "e6");
  EXPECT_EQ(reward.terms_seq, Seq(1));
  EXPECT_EQ(reward.lead_life.state, LeadLife::kLive);
  ASSERT_EQ(reward.trials.size(), 1u);
  EXPECT_EQ(reward.trials[0].outcome, TrialOutcome::kChosen);
  ASSERT_EQ(reward.amounts.size(), 2u);
  EXPECT_EQ(reward.amounts[0].amount_minor, 5000);
  EXPECT_EQ(reward.amounts[0].accrual_id, (AccrualId{Seq(6), 1}));
  EXPECT_EQ(reward.amounts[1].partner_id, "head");
  EXPECT_EQ(reward.amounts[1].level, 1);
  EXPECT_EQ(reward.amounts[1].amount_minor, 500);
  EXPECT_EQ(reward.amounts[1].accrual_id, (AccrualId{Seq(6), 2}));
  ASSERT_EQ(reward.credits.size(), 1u);
  ASSERT_EQ(reward.credits[0].parents.size(), 1u);
  EXPECT_EQ(reward.credits[0].parents[0].partner_id, "head");
  ASSERT_EQ(why.accruals.size(), 2u);
  EXPECT_EQ(why.accruals[0].accrual->lead_id, "l1");
  EXPECT_EQ(why.entries.size(), 4u);  // without a hold all matures at once
  const std::string text = ExplanationText(why);
  EXPECT_THAT(text, HasSubstr("Lead l1 of customer c1 at 2024-01-06"));
  EXPECT_THAT(
      text,
      HasSubstr("Lead l1 of anna, registered 2024-01-03T00:00:00Z, QUALIFIED "
                "on 2024-01-05 (event e6, seq 6), by the terms set by seq 1\n"
                "  it lives until 2024-02-02T00:00:00Z\n"));
  EXPECT_THAT(text,
              HasSubstr("  anna by rule lead: base 0.00 x 0% + 50.00 = "
                        "5000000000000/1000000000 minor units, HALF_EVEN to "
                        "50.00; earns 50.00\n"
                        "  head by rule lead at level 1: 10% of anna's 50.00 = "
                        "500000000000/1000000000 minor units, HALF_EVEN to "
                        "5.00; earns 5.00\n"));
  // The customer's and the payment's explanation tell of it too.
  for (const Explanation& other : {s.WhyCustomer("c1"), s.Why("i1")}) {
    ASSERT_EQ(other.rewards.size(), 1u);
    EXPECT_EQ(other.rewards[0].lead_id, "l1");
    EXPECT_EQ(other.rewards[0].amounts.size(), 2u);
  }
  EXPECT_EQ(s.WhyCustomer("c1").accruals.size(), 2u);
  EXPECT_TRUE(s.Why("i1").accruals.empty());
}

TEST(ExplainLeadTest, TellsWhyALeadEarnedNothing) {
  EarnedShop s;
  ProgramSpec spec = LeadProgram();
  s.Begin(spec);
  s.Partner("2024-01-01", "ben", "", PartnerStatus::kSuspended);
  s.Partner("2024-01-01", "carl");
  event::PartnerSet dora = EventBox::Partner("dora");
  dora.identity_keys = s.box.Keys({kEarnedKey2});
  s.Do("2024-01-01", dora);
  const auto lead = [&s](std::string_view day, std::string_view id,
                         std::string_view partner, std::string_view customer,
                         const event::BlindKey& key = kEarnedKey1) {
    s.Do(day, s.box.Lead(id, partner, {key}, customer));
  };
  const auto qualify = [&s](std::string_view day, std::string_view id,
                            const event::BlindKey& key = kEarnedKey1) {
    s.Do(day, EventBox::Update(id, key, LeadStatus::kQualified));
  };
  lead("2024-01-02", "late", "anna", "c1");
  qualify("2024-02-15", "late");
  lead("2024-03-01", "earns", "anna", "c1");
  qualify("2024-03-02", "earns");
  qualify("2024-03-03", "earns");
  lead("2024-05-01", "again", "anna", "c1");
  qualify("2024-05-02", "again");
  lead("2024-07-01", "asleep", "ben", "c2");
  qualify("2024-07-02", "asleep");
  lead("2024-09-01", "other", "carl", "c3");
  qualify("2024-09-02", "other");
  lead("2024-11-01", "open", "anna", "c4");
  lead("2024-11-01", "own", "dora", "", kEarnedKey2);
  qualify("2024-11-02", "own", kEarnedKey2);
  const struct {
    const char* lead;
    NothingEarned why;
    const char* text;
  } rows[] = {
      {"late", NothingEarned::kLeadNotLive, "the lead did not live any more"},
      {"again", NothingEarned::kSpentBefore,
       "an amount that is earned once was spent before"},
      {"asleep", NothingEarned::kNotActive, "the partner was not ACTIVE then"},
      {"other", NothingEarned::kNoRuleHeld, "no rule held"},
      {"open", NothingEarned::kNotQualified, "the lead is not QUALIFIED"},
      {"own", NothingEarned::kOwnPurchase, "it is the partner's own purchase"},
  };
  for (const auto& row : rows) {
    const Explanation why = s.WhyLead(row.lead);
    EXPECT_EQ(why.nothing_earned, row.why) << row.lead;
    ASSERT_EQ(why.rewards.size(), 1u) << row.lead;
    EXPECT_EQ(why.rewards[0].nothing_earned, row.why) << row.lead;
    EXPECT_TRUE(why.accruals.empty()) << row.lead;
    EXPECT_THAT(ExplanationText(why),
                HasSubstr(absl::StrCat("  it earned nothing: ", row.text)));
  }
  EXPECT_THAT(ExplanationText(s.WhyLead("late")),
              HasSubstr("  it was protected until 2024-02-01T00:00:00Z\n"));
  EXPECT_EQ(s.WhyLead("other").rewards[0].trials.at(0).failed, "partner_id");
  const Explanation twice = s.WhyLead("earns");
  EXPECT_EQ(twice.nothing_earned, NothingEarned::kNone);
  ASSERT_EQ(twice.rewards.size(), 2u);
  EXPECT_EQ(twice.rewards[1].nothing_earned, NothingEarned::kQualifiedBefore);
  EXPECT_EQ(s.engine->ExplainLead("shop", "none").status().code(),
            absl::StatusCode::kNotFound);
  // Under terms without such a rule a lead alone says so, others leave it out.
  spec.rules[0].earns_on = EarnsOn::kPayment;
  spec.rules[0].uplines.clear();
  s.Do("2025-01-01", s.box.Program(spec));
  lead("2025-01-02", "unpaid", "anna", "c5");
  qualify("2025-01-03", "unpaid");
  EXPECT_EQ(s.WhyLead("unpaid").nothing_earned, NothingEarned::kNoRuleForIt);
  EXPECT_TRUE(s.WhyCustomer("c5").rewards.empty());
}

TEST(ExplainSignupTest, TellsWhomASignupPaysAndWhoseItIs) {
  ProgramSpec spec = PercentProgram("shop", "");
  spec.rules[0].rule_id = "signup";
  spec.rules[0].earns_on = EarnsOn::kSignup;
  spec.rules[0].reward.fixed.amount_minor = 300;
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", EventBox::Signup("c1"));
  s.Do("2024-01-03", EventBox::Signup("c2"));
  s.Do("2024-01-04", s.box.Pay("i1", "c1", 1000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.rewards.size(), 1u);
  const ExplainedReward& reward = why.rewards[0];
  EXPECT_EQ(reward.lead_id, "");
  EXPECT_EQ(reward.event_id, "e5");
  EXPECT_TRUE(reward.decides);
  ASSERT_TRUE(reward.decision);
  ASSERT_EQ(reward.decision->touches.size(), 1u);
  EXPECT_EQ(reward.decision->touches[0].reason, "won");
  ASSERT_EQ(reward.amounts.size(), 1u);
  EXPECT_EQ(reward.amounts[0].amount_minor, 300);
  ASSERT_EQ(reward.credits.size(), 1u);
  EXPECT_EQ(reward.credits[0].status, PartnerStatus::kActive);
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("The sign-up on 2024-01-03 (event e5, seq 5), by the "
                        "terms set by seq 1\n"
                        "  who is credited, for this alone: last touch\n"));
  const Explanation nobody = s.WhyCustomer("c2");
  ASSERT_EQ(nobody.rewards.size(), 1u);
  EXPECT_EQ(nobody.rewards[0].nothing_earned, NothingEarned::kNobodyCredited);
}

// ---------------------------------------------------------------------------
// Refunds

// 10% of 100.00 are 10.00, half of which are the parent's; 40.00 are given back
// and with them 4.00 and 2.00.
TEST(ExplainRefundTest, UplinesFollowAndTheMetricFalls) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kCommission, "50%")};
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  s.Do("2024-01-04",
       EventBox::Refund("f1", "i1", "c1", RefundKind::kRefund, 4000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.refunds.size(), 1u);
  const ExplainedRefund& refund = why.refunds[0];
  ASSERT_EQ(refund.reversals.size(), 2u);
  EXPECT_EQ(refund.reversals[1].partner_id, "head");
  EXPECT_EQ(refund.reversals[1].level, 1);
  EXPECT_EQ(refund.reversals[1].amount_minor, 500);
  EXPECT_EQ(refund.reversals[1].change_minor, 200);
  EXPECT_EQ(refund.reversals[1].booked_minor, 200);
  ASSERT_EQ(refund.shares.size(), 1u);
  EXPECT_EQ(refund.shares[0].change_minor, 4000);
  EXPECT_THAT(
      ExplanationText(why),
      HasSubstr("    accrual 5-1 (anna by rule all, 10.00): reversed 0.00 "
                "before, 4.00 after\n"
                "    accrual 5-2 (head by rule all at level 1, 5.00): reversed "
                "0.00 before, 2.00 after\n"
                "    the metric REVENUE of anna as ACQUIRER falls by 40.00\n"));
}

// 5% from 0, 10% from 1000.00: 600.00 earn 30.00, with 600.00 more 120.00 in
// all. Without the latter 30.00: its 90.00 go. With 300.00 of the first 15.00.
TEST(ExplainRefundTest, ATrueUpThatGoesDownTellsThePeriodAndWhoGives) {
  EarnedShop s;
  s.Begin(TieredProgram(Metric::kRevenue, TierMeaning::kRetroactive,
                        {EarnedBand(0, "5%"), EarnedBand(100000, "10%")}));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 60000));
  s.Do("2024-01-04", s.box.Pay("i2", "c1", 60000));
  s.Do("2024-01-05", EventBox::Refund("f1", "i2", "c1"));
  s.Do("2024-01-06",
       EventBox::Refund("f2", "i1", "c1", RefundKind::kRefund, 30000));
  const Explanation why = s.Why("i2");
  ASSERT_EQ(why.amounts.size(), 1u);
  EXPECT_EQ(why.amounts[0].amount_minor, 9000);
  EXPECT_EQ(why.amounts[0].accrual_id, (AccrualId{Seq(6), 1}));
  ASSERT_EQ(why.refunds.size(), 1u);
  ASSERT_EQ(why.refunds[0].true_ups.size(), 1u);
  const ExplainedAmount& down = why.refunds[0].true_ups[0];
  EXPECT_EQ(down.amount_minor, -9000);
  ASSERT_TRUE(down.true_up);
  EXPECT_EQ(down.true_up->base_minor, 60000);
  EXPECT_EQ(down.true_up->target_minor, 3000);
  EXPECT_EQ(down.true_up->so_far_minor, 12000);
  EXPECT_EQ(down.true_up->taken_from, (AccrualId{Seq(6), 1}));
  EXPECT_THAT(
      ExplanationText(why),
      HasSubstr("    the metric REVENUE of anna as ACQUIRER falls by 600.00\n"
                "    the period's base of rule all of anna as ACQUIRER falls "
                "by 600.00\n"
                "    anna by rule all: base 600.00 x 5%, tiers RETROACTIVE "
                "over REVENUE of 2024-01-01 to 2024-02-01 (1200.00 before, "
                "600.00 with it): band 1 pays 5% = 3000000000000/1000000000 "
                "minor units, HALF_EVEN to 30.00; the period 2024-01-01 to "
                "2024-02-01 has earned 30.00 in all, 120.00 so far; takes back "
                "90.00 of accrual 6-1\n"));
  const Explanation first = s.Why("i1");
  ASSERT_EQ(first.refunds.size(), 1u);
  ASSERT_EQ(first.refunds[0].true_ups.size(), 1u);
  EXPECT_EQ(first.refunds[0].true_ups[0].amount_minor, -1500);
  EXPECT_EQ(first.refunds[0].true_ups[0].true_up->taken_from,
            (AccrualId{Seq(5), 1}));
}

// "6-1 9000 of f1": the accruals and reversals told, and what refund made them.
std::vector<std::string> RowsOf(const Explanation& why) {
  std::vector<std::string> rows;
  for (const Output& row : why.accruals) {
    const Accrual& accrual = *row.accrual;
    rows.push_back(absl::StrCat(
        accrual.kind == AccrualKind::kReversal ? "-" : "", accrual.amount_minor,
        " ", FormatAccrualId(accrual.accrual_id),
        accrual.refund_id.empty() ? "" : " by ", ToAbsl(accrual.refund_id)));
  }
  return rows;
}

// 10% from 0, 5% by the terms of the second payment: it takes back of the
// first's. So does its refund, and each names what made it.
TEST(ExplainRefundTest, WhatIsTakenBackOfAnothersTrueUpIsToldWithItsEntries) {
  ProgramSpec spec = TieredProgram(Metric::kRevenue, TierMeaning::kRetroactive,
                                   {EarnedBand(0, "10%")});
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 60000));
  spec.rules[0].reward.tiers[0].percent = "5%";
  s.Do("2024-01-04", s.box.Program(spec));
  s.Do("2024-01-05", s.box.Pay("i2", "c1", 20000));
  s.Do("2024-01-06", EventBox::Refund("f2", "i2", "c1"));
  // 60.00; 40.00 of 800.00, and 30.00 of 600.00.
  const Explanation second = s.Why("i2");
  EXPECT_THAT(RowsOf(second),
              testing::ElementsAre("-2000 5-1", "-1000 5-1 by f2"));
  ASSERT_EQ(second.entries.size(), 2u);
  EXPECT_EQ(second.entries[0].entry->amount_minor, 2000);
  EXPECT_EQ(second.entries[1].entry->amount_minor, 1000);
  EXPECT_THAT(RowsOf(s.Why("i1")),
              testing::ElementsAre("6000 5-1", "-2000 5-1", "-1000 5-1 by f2"));
}

// Its hold ended meanwhile: no doing of the second payment.
TEST(ExplainRefundTest, AnothersTrueUpThatMaturesMeanwhileIsNotTold) {
  ProgramSpec spec = TieredProgram(Metric::kRevenue, TierMeaning::kRetroactive,
                                   {EarnedBand(0, "10%")});
  spec.hold_days = 1;
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 60000));
  spec.rules[0].reward.tiers[0].percent = "5%";
  s.Do("2024-01-04", s.box.Program(spec));
  s.Do("2024-01-05", s.box.Pay("i2", "c1", 20000));
  EXPECT_EQ(s.Why("i1").entries.size(), 3u);
  const Explanation second = s.Why("i2");
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.entries[0].entry->kind, EntryKind::kReversal);
}

// At most 15.00 of a customer: 10.00 are charged back, 15.00 earned instead, so
// that a won chargeback brings nothing back.
TEST(ExplainRefundTest, TellsWhatALimitKeptFromComingBack) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].limits.amount_per_customer_minor = 1500;
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  s.Do("2024-01-04",
       EventBox::Refund("f1", "i1", "c1", RefundKind::kChargeback));
  s.Do("2024-01-05", s.box.Pay("i2", "c1", 20000));
  s.Do("2024-01-06", EventBox::Refund("f2", "i1", "c1",
                                      RefundKind::kChargebackReversed, 10000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.refunds.size(), 2u);
  EXPECT_FALSE(why.refunds[1].past_clawback);
  EXPECT_TRUE(why.refunds[1].reversals.empty());
  ASSERT_EQ(why.refunds[1].kept.size(), 1u);
  EXPECT_EQ(why.refunds[1].kept[0].limit.after_minor, 0);
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("    accrual 5-1: amount_per_customer_minor of 15.00, "
                        "15.00 used, cuts 10.00 to 0.00 of what comes back\n"));
  EXPECT_THAT(ExplanationText(s.Why("i2")),
              HasSubstr("HALF_EVEN to 20.00; amount_per_customer_minor of "
                        "15.00, 0.00 used, cuts 20.00 to 15.00; earns 15.00"));
}

TEST(ExplainRefundTest, OfWhatAVoidTookTheBooksMoveNothing) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.hold_days = 30;
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  s.Do("2024-01-04", EventBox::Review("5-1", "anna", Verdict::kVoid));
  s.Do("2024-01-05", EventBox::Refund("f1", "i1", "c1"));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.refunds.size(), 1u);
  ASSERT_EQ(why.refunds[0].reversals.size(), 1u);
  EXPECT_EQ(why.refunds[0].reversals[0].change_minor, 1000);
  EXPECT_EQ(why.refunds[0].reversals[0].booked_minor, 0);
  EXPECT_THAT(ExplanationText(why), HasSubstr("the books move 0.00\n"));
}

// What a window does not let a refund take, a won chargeback may bring back.
TEST(ExplainRefundTest, TellsTheWindowThatIsPast) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.clawback_days = 10;
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  s.Do("2024-01-04",
       EventBox::Refund("f1", "i1", "c1", RefundKind::kChargeback, 5000));
  s.Do("2024-01-20", EventBox::Refund("f2", "i1", "c1"));
  s.Do("2024-01-21", EventBox::Refund("f3", "i1", "c1",
                                      RefundKind::kChargebackReversed, 5000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.refunds.size(), 3u);
  EXPECT_TRUE(why.refunds[1].past_clawback);
  EXPECT_FALSE(why.refunds[2].past_clawback);
  ASSERT_EQ(why.refunds[2].reversals.size(), 1u);
  EXPECT_EQ(why.refunds[2].reversals[0].change_minor, -500);
  EXPECT_EQ(why.refunds[2].reversals[0].booked_minor, -500);
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("past the clawback window of 10 days, reverses "
                        "nothing\n"));
}

// ---------------------------------------------------------------------------
// Amounts

// 2% of 100.00 for the head above each of two who share: 1.00 and 1.00.
TEST(ExplainAmountTest, EachUplineNamesTheAccrualThatItMade) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.model = Model::kLinear;
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kBase, "2%")};
  EarnedShop s;
  s.Begin(spec);
  s.Partner("2024-01-01", "ben", "head");
  s.Do("2024-01-02", EventBox::Click("c1", "ben"));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.amounts.size(), 4u);
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(why.amounts[i].accrual_id, (AccrualId{Seq(7), i + 1}));
  }
  EXPECT_EQ(why.amounts[3].partner_id, "head");
  EXPECT_THAT(
      ExplanationText(why),
      HasSubstr("HALF_EVEN to 10.00; split by weight: anna 50% 5.00, ben 50% "
                "5.00; earns 5.00\n"
                "  head by rule all at level 1: 2% of the base of anna 100.00 "
                "= 200000000000/1000000000 minor units, HALF_EVEN to 2.00; "
                "split by weight: anna 50% 1.00, ben 50% 1.00; earns 1.00\n"));
}

TEST(ExplainAmountTest, TellsWhyAParentEarnsNothing) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kCommission, "50%"),
                           EarnedUpline(2, UplineOf::kCommission, "20%")};
  EarnedShop s;
  s.Do("2024-01-01", s.box.Program(spec));
  event::PartnerSet top = EventBox::Partner("top");
  top.identity_keys = s.box.Keys({kEarnedKey1});
  s.Do("2024-01-01", top);
  s.Partner("2024-01-01", "head", "top", PartnerStatus::kSuspended);
  s.Partner("2024-01-01", "anna", "head");
  event::Signup signup = EventBox::Signup("c1");
  signup.identity_keys = s.box.Keys({kEarnedKey1});
  s.Do("2024-01-02", signup);
  s.Do("2024-01-02", EventBox::Click("c1", "anna"));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.amounts.size(), 3u);
  EXPECT_EQ(why.amounts[1].nothing_earned, NothingEarned::kNotActive);
  EXPECT_EQ(why.amounts[2].nothing_earned, NothingEarned::kOwnPurchase);
  ASSERT_EQ(why.credits.at(0).parents.size(), 2u);
  EXPECT_EQ(why.credits[0].parents[0].status, PartnerStatus::kSuspended);
  EXPECT_EQ(why.credits[0].parents[1].standing, CreditStanding::kSelfReferral);
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("HALF_EVEN to 5.00; earns nothing: the partner was not "
                        "ACTIVE then\n"));
}

// The reason of the last payment's first amount.
TEST(ExplainAmountTest, EveryReasonForNothingIsReached) {
  const auto last_of = [](const ProgramSpec& spec,
                          std::vector<std::pair<const char*, int64_t>> paid,
                          int64_t tax_minor = 0) {
    EarnedShop s;
    s.Begin(spec);
    std::string payment;
    for (const auto& [day, amount_minor] : paid) {
      payment = absl::StrCat("i-", day);
      event::PaymentLine line = Line(1, amount_minor);
      line.tax_minor = tax_minor;
      s.Do(day, s.box.Pay(s.box.Text(payment), "c1", {line}));
    }
    const Explanation why = s.Why(payment);
    EXPECT_EQ(why.nothing_earned, why.amounts.at(0).nothing_earned);
    EXPECT_TRUE(why.accruals.empty());
    EXPECT_THAT(ExplanationText(why), HasSubstr("; earns nothing: "));
    return why;
  };
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].limits.payments_per_customer = 1;
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kCommission, "50%")};
  const Explanation limited =
      last_of(spec, {{"2024-01-03", 1000}, {"2024-01-04", 1000}});
  EXPECT_EQ(limited.nothing_earned, NothingEarned::kLimitReached);
  EXPECT_EQ(limited.amounts.at(1).nothing_earned,
            NothingEarned::kRidesOnNothing);
  EXPECT_THAT(ExplanationText(limited),
              HasSubstr("payments_per_customer_count of 1, 1 used, cuts 1.00 "
                        "to 0.00; earns nothing: a limit left nothing"));

  spec = PercentProgram("shop", "");
  spec.rules[0].reward.fixed = {500, FixedPer::kCustomer};
  const Explanation spent =
      last_of(spec, {{"2024-01-03", 1000}, {"2024-01-04", 1000}});
  EXPECT_EQ(spent.nothing_earned, NothingEarned::kSpentBefore);
  EXPECT_TRUE(spent.amounts.at(0).fixed_spent);

  spec = TieredProgram(Metric::kRevenue, TierMeaning::kWholePayment,
                       {EarnedBand(100000, "10%")});
  const Explanation below = last_of(spec, {{"2024-01-03", 1000}});
  EXPECT_EQ(below.nothing_earned, NothingEarned::kBelowFirstTier);
  EXPECT_THAT(ExplanationText(below),
              HasSubstr("(0.00 before, 10.00 with it): no band"));

  EXPECT_EQ(last_of(PercentProgram("shop", "10%"), {{"2024-01-03", 100}}, 100)
                .nothing_earned,
            NothingEarned::kZeroBase);
  EXPECT_EQ(last_of(PercentProgram("shop", "10%"), {{"2024-01-03", 4}})
                .nothing_earned,
            NothingEarned::kRoundedToZero);

  spec = PercentProgram("shop", "");
  spec.rules[0].reward = {};
  spec.rules[0].budget = "10%";
  spec.customer_share_min = "100%";
  EXPECT_EQ(last_of(spec, {{"2024-01-03", 1000}}).nothing_earned,
            NothingEarned::kAllToCustomer);

  spec = PercentProgram("shop", "");
  spec.rules[0].reward.by_contract_year = {"10%", "0%"};
  EXPECT_EQ(last_of(spec, {{"2024-01-03", 1000}, {"2025-02-03", 1000}})
                .nothing_earned,
            NothingEarned::kZeroRate);

  // 1.00 a month once there is a payment.
  spec = TieredProgram(Metric::kPayments, TierMeaning::kRetroactive,
                       {EarnedBand(1, "", 100)});
  EXPECT_EQ(last_of(spec, {{"2024-01-03", 1000}, {"2024-01-04", 1000}})
                .nothing_earned,
            NothingEarned::kNothingToTrueUp);
}

// 5% below 1000.00, 10% above: of 200.00 that stand at 900.00 half and half.
TEST(ExplainAmountTest, TellsTheBandsThatAPaymentCrosses) {
  EarnedShop s;
  s.Begin(TieredProgram(Metric::kRevenue, TierMeaning::kGraduated,
                        {EarnedBand(0, "5%"), EarnedBand(100000, "10%")}));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 90000));
  s.Do("2024-01-04", s.box.Pay("i2", "c1", 20000));
  const Explanation why = s.Why("i2");
  ASSERT_EQ(why.amounts.size(), 1u);
  EXPECT_EQ(why.amounts[0].lowest.numerator, "1500");
  EXPECT_EQ(why.amounts[0].lowest.denominator, "1");
  EXPECT_EQ(why.amounts[0].amount_minor, 1500);
  EXPECT_THAT(
      ExplanationText(why),
      HasSubstr("tiers GRADUATED over REVENUE of 2024-01-01 to 2024-02-01 "
                "(900.00 before, 1100.00 with it): band 1 pays 5% on 100.00, "
                "band 2 pays 10% on 100.00 = "));
}

// 10.01 USD at 0.92 are 9.2092, of which 0.92 tax: 8.29, 10% are 0.829.
TEST(ExplainAmountTest, TellsTheRateOfExchangeAndWhatEachLineCameTo) {
  EarnedShop s;
  s.Begin(PercentProgram("shop", "10%"));
  event::PaymentLine line = Line(1, 1001);
  line.tax_minor = 100;
  event::Payment paid = s.box.Pay("i1", "c1", {line}, kUsd);
  paid.exchange =
      event::Exchange{920'000'000, CivilDay(2024, 1, 3), "the central bank"};
  s.Do("2024-01-03", paid);
  const Explanation why = s.Why("i1");
  const std::string text = ExplanationText(why);
  EXPECT_THAT(text, HasSubstr("  one USD is worth 0.92 EUR, the rate of "
                              "2024-01-03, by the central bank\n"));
  EXPECT_THAT(text, HasSubstr("Line 1, paid 10.01 USD: amount 9.21, tax 0.92, "
                              "discount 0.00, fee 0.00, base (amount less tax) "
                              "8.29\n"));
  EXPECT_THAT(text, HasSubstr("base 8.29 x 10% = 82900000000/1000000000 minor "
                              "units, HALF_EVEN to 0.83; earns 0.83\n"));
}

// Of 10.00 the bounds leave the customer 4.00 of the 5.00 that anna would give.
TEST(ExplainAmountTest, TellsTheBoundsThatCutAShareAndTheTermsOfTheConversion) {
  ProgramSpec spec = PercentProgram("shop", "");
  spec.rules[0].reward = {};
  spec.rules[0].budget = "10%";
  spec.base.subtract_fee = true;
  spec.terms_as_of = TermsAsOf::kConversion;
  EarnedShop s;
  s.Do("2024-01-01", s.box.Program(spec));
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.customer_share = *Rate::Parse("50%");
  s.Do("2024-01-01", anna);
  spec.customer_share_max = "40%";
  s.Do("2024-01-02", s.box.Program(spec));
  s.Do("2024-01-02", EventBox::Click("c1", "anna"));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.amounts.size(), 1u);
  EXPECT_EQ(why.amounts[0].share_given, "50%");
  EXPECT_EQ(why.amounts[0].share_min, "0%");
  EXPECT_EQ(why.amounts[0].share_max, "40%");
  EXPECT_EQ(why.amounts[0].amount_minor, 600);
  const std::string text = ExplanationText(why);
  EXPECT_THAT(text, HasSubstr("the customer's share of 40% (program: 50% "
                              "given, 0% to 40% allowed) = "));
  EXPECT_THAT(text, HasSubstr("  these terms are in force from 2024-01-02: the "
                              "payment is rated as of the conversion\n"));
  EXPECT_THAT(text, HasSubstr("base (amount less tax less fee) 100.00\n"));
}

// HIGHEST: 10% of 100.00 are more than 5.00; a bonus of 1.00 stacks. The
// servicer beside gets 2% of its own.
TEST(ExplainAmountTest, TellsWhatEachRuleAloneGivesAndTheOtherRole) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.choosing = Choosing::kHighest;
  RuleSpec flat;
  flat.rule_id = "flat";
  flat.reward.fixed.amount_minor = 500;
  RuleSpec bonus = flat;
  bonus.rule_id = "bonus";
  bonus.reward.fixed.amount_minor = 100;
  bonus.stack = true;
  RuleSpec care;
  care.rule_id = "care";
  care.role = Role::kServicer;
  care.reward.percent = "2%";
  RateExceptionSpec own;
  own.partner_id = "head";
  own.reward.percent = "3%";
  care.rate_exceptions = {own};
  spec.rules.insert(spec.rules.end(), {flat, bonus, care});
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-02", EventBox::Servicer("c1", "head"));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  const Explanation why = s.Why("i1");
  const std::string text = ExplanationText(why);
  EXPECT_THAT(text, HasSubstr("  rule all for anna: chosen (10.00 for this "
                              "line alone)\n"
                              "  rule flat for anna: holds, and another gives "
                              "more (5.00 for this line alone)\n"
                              "  rule bonus for anna: pays beside the chosen "
                              "ones\n"
                              "  rule care for anna: role is ACQUIRER, wanted "
                              "SERVICER\n"));
  EXPECT_THAT(text, HasSubstr("head by rule care (a rate exception): base "
                              "100.00 x 3% = "));
  ASSERT_EQ(why.amounts.size(), 3u);
  EXPECT_EQ(why.amounts[2].role, Role::kServicer);
  EXPECT_EQ(why.amounts[2].amount_minor, 300);
}

// 10% of the period, of which the head has 10%.
ProgramSpec TenOfTenProgram() {
  ProgramSpec spec = TieredProgram(Metric::kRevenue, TierMeaning::kRetroactive,
                                   {EarnedBand(0, "10%")});
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kCommission, "10%")};
  return spec;
}

// Of 10.00 the suspended head's 0.10 are lost; of 5.00 more it has 0.05.
TEST(ExplainAmountTest, ATrueUpOfASuspendedParentIsNotMadeUpForLater) {
  EarnedShop s;
  s.Begin(TenOfTenProgram());
  s.Partner("2024-01-03", "head", "", PartnerStatus::kSuspended);
  s.Do("2024-01-04", s.box.Pay("i1", "c1", 1000));
  s.Partner("2024-01-05", "head");
  s.Do("2024-01-06", s.box.Pay("i2", "c1", 500));
  const Explanation first = s.Why("i1");
  ASSERT_EQ(first.amounts.size(), 2u);
  EXPECT_EQ(first.amounts[1].amount_minor, 0);
  EXPECT_EQ(first.amounts[1].nothing_earned, NothingEarned::kNotActive);
  EXPECT_THAT(ExplanationText(first),
              HasSubstr("the period 2024-01-01 to 2024-02-01 has earned 0.10 "
                        "in all, 0.00 so far; earns nothing: the partner was "
                        "not ACTIVE then\n"));
  const Explanation second = s.Why("i2");
  ASSERT_EQ(second.amounts.size(), 2u);
  EXPECT_EQ(second.amounts[1].partner_id, "head");
  EXPECT_EQ(second.amounts[1].amount_minor, 5);
}

// The same of the head's own purchase; with what it earned given back, a
// refund of the rest takes nothing of it.
TEST(ExplainAmountTest, ATrueUpOfAnOwnPurchaseIsNotMadeUpForLater) {
  EarnedShop s;
  s.Do("2024-01-01", s.box.Program(TenOfTenProgram()));
  event::PartnerSet head = EventBox::Partner("head");
  head.identity_keys = s.box.Keys({kEarnedKey1});
  s.Do("2024-01-01", head);
  s.Partner("2024-01-01", "anna", "head");
  event::Signup signup = EventBox::Signup("c1");
  signup.identity_keys = s.box.Keys({kEarnedKey1});
  s.Do("2024-01-02", signup);
  s.Do("2024-01-02", EventBox::Click("c1", "anna"));
  s.Do("2024-01-02", EventBox::Click("c2", "anna"));
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Do("2024-01-04", s.box.Pay("i2", "c2", 500));
  s.Do("2024-01-05", EventBox::Refund("f2", "i2", "c2"));
  s.Do("2024-01-06",
       EventBox::Refund("f1", "i1", "c1", RefundKind::kRefund, 500));
  const Explanation first = s.Why("i1");
  ASSERT_EQ(first.amounts.size(), 2u);
  EXPECT_EQ(first.amounts[1].nothing_earned, NothingEarned::kOwnPurchase);
  ASSERT_EQ(first.refunds.size(), 1u);
  ASSERT_EQ(first.refunds[0].true_ups.size(), 2u);
  EXPECT_EQ(first.refunds[0].true_ups[1].amount_minor, 0);
  EXPECT_EQ(first.refunds[0].true_ups[1].nothing_earned,
            NothingEarned::kNobodyMayEarn);
  const Explanation second = s.Why("i2");
  ASSERT_EQ(second.amounts.size(), 2u);
  EXPECT_EQ(second.amounts[1].amount_minor, 5);
  ASSERT_EQ(second.refunds.size(), 1u);
  ASSERT_EQ(second.refunds[0].true_ups.size(), 2u);
  EXPECT_EQ(second.refunds[0].true_ups[1].partner_id, "head");
  EXPECT_EQ(second.refunds[0].true_ups[1].amount_minor, -5);
}

// A payment can bring a true-up down: 10% of 10.00 were 1.00, 5% of 12.00 are
// 0.60. Of the head's part nobody earned anything, so nobody pays.
TEST(ExplainAmountTest, ATrueUpGoesDownByWhatNobodyEarned) {
  ProgramSpec spec = TieredProgram(Metric::kPayments, TierMeaning::kRetroactive,
                                   {EarnedBand(1, "10%"), EarnedBand(2, "5%")});
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kCommission, "10%")};
  EarnedShop s;
  s.Begin(spec);
  s.Partner("2024-01-03", "head", "", PartnerStatus::kSuspended);
  s.Do("2024-01-04", s.box.Pay("i1", "c1", 1000));
  s.Partner("2024-01-05", "head");
  s.Do("2024-01-06", s.box.Pay("i2", "c1", 200));
  const Explanation why = s.Why("i2");
  ASSERT_EQ(why.amounts.size(), 2u);
  EXPECT_EQ(why.amounts[0].amount_minor, -40);
  EXPECT_EQ(why.amounts[1].partner_id, "head");
  EXPECT_EQ(why.amounts[1].amount_minor, 0);
  EXPECT_EQ(why.amounts[1].nothing_earned, NothingEarned::kNobodyMayEarn);
}

// A parent that was there when it earned gives back, not the one of today.
TEST(ExplainRefundTest, ATrueUpTakesFromTheParentThatEarned) {
  ProgramSpec spec = TieredProgram(Metric::kRevenue, TierMeaning::kRetroactive,
                                   {EarnedBand(0, "10%")});
  spec.rules[0].uplines = {EarnedUpline(1, UplineOf::kCommission, "50%")};
  EarnedShop s;
  s.Begin(spec);
  s.Do("2024-01-03", s.box.Pay("i1", "c1", 10000));
  s.Partner("2024-01-04", "boss");
  s.Partner("2024-01-04", "anna", "boss");
  s.Do("2024-01-05", s.box.Pay("i2", "c1", 2000));
  s.Do("2024-01-06", EventBox::Refund("f1", "i1", "c1"));
  const Explanation why = s.Why("i1");
  ASSERT_EQ(why.refunds.size(), 1u);
  // Of 12.00 in all 2.00 are left: 10.00 less, and 5.00 of the parents' 6.00,
  // of the latest first: 1.00 of the boss and 4.00 of the head.
  const std::vector<ExplainedAmount>& steps = why.refunds[0].true_ups;
  const std::pair<const char*, int64_t> rows[] = {
      {"anna", -200}, {"anna", -800}, {"boss", -100}, {"head", -400}};
  ASSERT_EQ(steps.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(steps[i].partner_id, rows[i].first);
    EXPECT_EQ(steps[i].amount_minor, rows[i].second);
  }
}

}  // namespace
}  // namespace vouch

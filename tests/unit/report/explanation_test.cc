#include "vouch/report/explanation.h"

#include <cstdint>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using ::testing::HasSubstr;

ExplainedTouch TouchOf(TouchFate fate, Standing standing) {
  ExplainedTouch touch;
  touch.channel = Channel::kLink;
  touch.fate = fate;
  touch.standing = standing;
  touch.weight_ppb = kPpb;
  return touch;
}

TEST(FateTextTest, EveryFateAndStandingHasWordsOfItsOwn) {
  std::set<std::string> texts;
  for (const TouchFate fate :
       {TouchFate::kAfterConversion, TouchFate::kDirectIgnored,
        TouchFate::kOutsideWindow, TouchFate::kPartnerNotActive,
        TouchFate::kSelfReferral, TouchFate::kLeadRejected,
        TouchFate::kLeadLost, TouchFate::kLeadExpired,
        TouchFate::kExcludedByDirect, TouchFate::kExcludedByLead,
        TouchFate::kNotInTiers, TouchFate::kLowerTier, TouchFate::kLost,
        TouchFate::kWon}) {
    texts.insert(FateText(TouchOf(fate, Standing::kHolds), Model::kLastTouch));
  }
  for (const Standing standing :
       {Standing::kPartnerUnknown, Standing::kCodeUnknown,
        Standing::kCodeNotYetValid, Standing::kCodeExpired,
        Standing::kCodeRevoked, Standing::kCodeUsedUp}) {
    texts.insert(FateText(TouchOf(TouchFate::kDoesNotHold, standing),
                          Model::kLastTouch));
  }
  EXPECT_EQ(texts.size(), 20u);
  EXPECT_EQ(texts.count(""), 0u);
}

TEST(FateTextTest, SaysAgeAndWindowAsFineAsNeeded) {
  constexpr int64_t kSecond = 1'000'000;
  const struct {
    int64_t age_us;
    int64_t window_us;
    const char* text;
  } cases[] = {
      {31 * kUsPerDay, 30 * kUsPerDay,
       "out: 31 days old, the window of LINK is 30 days"},
      {kUsPerDay, kUsPerDay,
       "out: 1 day old, the window of LINK is 1 day without its end"},
      {kUsPerDay + 4 * 3600 * kSecond + 5 * 60 * kSecond, kUsPerDay,
       "out: 1 day 4:05 old, the window of LINK is 1 day"},
      {30 * kUsPerDay + 10 * kSecond, 30 * kUsPerDay,
       "out: 30 days 0:00:10 old, the window of LINK is 30 days"},
      {30 * kUsPerDay + 1, 30 * kUsPerDay,
       "out: 30 days 0:00:00.000001 old, the window of LINK is 30 days"},
      {4 * 3600 * kSecond, 0, "out: 4:00 old, the window of LINK is 0 days"},
  };
  for (const auto& c : cases) {
    ExplainedTouch touch = TouchOf(TouchFate::kOutsideWindow, Standing::kHolds);
    touch.age_us = c.age_us;
    touch.window_us = c.window_us;
    EXPECT_EQ(FateText(touch, Model::kLastTouch), c.text);
  }
}

TEST(FateTextTest, SaysWhichTouchWonAndWhatThePartnerWas) {
  ExplainedTouch touch = TouchOf(TouchFate::kLost, Standing::kHolds);
  EXPECT_EQ(FateText(touch, Model::kLastTouch), "lost: a later touch won");
  EXPECT_EQ(FateText(touch, Model::kFirstTouch), "lost: an earlier touch won");
  touch.fate = TouchFate::kPartnerNotActive;
  touch.partner_status = PartnerStatus::kSuspended;
  EXPECT_EQ(FateText(touch, Model::kLastTouch),
            "out: the partner was SUSPENDED at the conversion");
  touch.partner_status = PartnerStatus::kNone;
  EXPECT_EQ(FateText(touch, Model::kLastTouch),
            "out: the partner had no record at the conversion");
}

TEST(FateTextTest, SaysWhatAShareIsLostTo) {
  const ExplainedTouch touch = TouchOf(TouchFate::kLost, Standing::kHolds);
  for (const Model model :
       {Model::kLinear, Model::kTimeDecay, Model::kPositionBased}) {
    EXPECT_EQ(FateText(touch, model), "lost: the model gives it nothing");
  }
}

TEST(FateTextTest, SaysTheShareOfSeveral) {
  ExplainedTouch touch = TouchOf(TouchFate::kWon, Standing::kHolds);
  EXPECT_EQ(FateText(touch, Model::kLinear), "won");
  touch.weight_ppb = 333'333'334;
  EXPECT_EQ(FateText(touch, Model::kLinear), "won 33.3333334%");
}

TEST(FateTextTest, NamesWhatExcludesATouch) {
  ExplainedTouch touch = TouchOf(TouchFate::kExcludedByLead, Standing::kHolds);
  touch.excluded_by = Seq(12);
  touch.tier = 3;
  EXPECT_EQ(FateText(touch, Model::kLastTouch),
            "out: another partner's lead of seq 12 lives");
  touch.fate = TouchFate::kExcludedByDirect;
  EXPECT_EQ(FateText(touch, Model::kLastTouch),
            "out: the DIRECT touch of seq 12 takes the decision");
  touch.fate = TouchFate::kLowerTier;
  EXPECT_EQ(FateText(touch, Model::kLastTouch),
            "out: a tier above tier 3 has a candidate");
  touch.fate = TouchFate::kLeadExpired;
  touch.lead_end = *ParseInstant("2024-02-01T00:00:00Z");
  EXPECT_EQ(FateText(touch, Model::kLastTouch),
            "out: the lead was protected until 2024-02-01T00:00:00Z");
}

TEST(ModelTextTest, NamesEachWithWhatItNeeds) {
  ExplainedDecision decision;
  decision.half_life_us = 7 * kUsPerDay;
  decision.first_share = "40%";
  decision.last_share = "33.3%";
  const struct {
    Model model;
    const char* text;
  } cases[] = {{Model::kNone, ""},
               {Model::kFirstTouch, "first touch"},
               {Model::kLastTouch, "last touch"},
               {Model::kLinear, "linear"},
               {Model::kTimeDecay, "time decay with a half-life of 7 days"},
               {Model::kPositionBased,
                "position based, 40% to the first touch and 33.3% to the "
                "last"}};
  for (const auto& c : cases) {
    decision.model = c.model;
    EXPECT_EQ(ModelText(decision), c.text);
  }
}

TEST(ExplanationTextTest, SaysTheReasonForNothing) {
  std::set<std::string> texts;
  for (const NothingEarned why :
       {NothingEarned::kNone,           NothingEarned::kZeroPayment,
        NothingEarned::kNobodyCredited, NothingEarned::kVendorCredited,
        NothingEarned::kNotActive,      NothingEarned::kOwnPurchase,
        NothingEarned::kNoRuleHeld,     NothingEarned::kRoundedToZero,
        NothingEarned::kLimitReached,   NothingEarned::kSpentBefore,
        NothingEarned::kBelowFirstTier, NothingEarned::kZeroBase,
        NothingEarned::kAllToCustomer,  NothingEarned::kNothingToTrueUp,
        NothingEarned::kNobodyMayEarn,  NothingEarned::kZeroRate,
        NothingEarned::kRidesOnNothing, NothingEarned::kNoRuleForIt,
        NothingEarned::kNotQualified,   NothingEarned::kQualifiedBefore,
        NothingEarned::kLeadNotLive}) {
    Explanation e;
    e.program_id = "shop";
    e.payment_id = "i1";
    e.currency = *Currency::Parse("EUR");
    e.program_currency = e.currency;
    e.nothing_earned = why;
    const std::string text = ExplanationText(e);
    texts.insert(text);
    EXPECT_THAT(text, HasSubstr("i1"));
    if (why == NothingEarned::kNone) {
      EXPECT_EQ(text.find("Nothing was earned"), std::string::npos);
    } else {
      EXPECT_THAT(text, HasSubstr("Nothing was earned"));
    }
  }
  EXPECT_EQ(texts.size(), 21u);
}

TEST(ExplanationTextTest, ShowsTheConditionThatFailedWithBothValues) {
  Explanation e;
  e.payment_id = "i1";
  e.currency = *Currency::Parse("EUR");
  e.program_currency = e.currency;
  ExplainedLine line;
  line.line = 1;
  line.given.amount_minor = 100000;
  line.converted = line.given;
  line.base_minor = 100000;
  ExplainedTrial trial;
  trial.partner_id = "anna";
  trial.rule_id = "first-year";
  trial.line = 1;
  trial.failed = "contract_year";
  trial.wanted = "before 2";
  trial.actual = "3";
  line.trials.push_back(trial);
  e.lines.push_back(line);
  const std::string text = ExplanationText(e);
  EXPECT_THAT(text, HasSubstr("first-year"));
  EXPECT_THAT(text, HasSubstr("before 2"));
  EXPECT_THAT(text, HasSubstr("3"));
  EXPECT_THAT(text, HasSubstr("1000.00"));
}

Explanation SomeExplanation() {
  Explanation e;
  e.payment_id = "i1";
  e.currency = *Currency::Parse("EUR");
  e.program_currency = e.currency;
  e.payment_number = 1;
  e.phase = Phase::kAcquisition;
  e.terms_seq = Seq(1);
  e.payment_terms_seq = Seq(1);
  e.hold_days = 30;
  return e;
}

TEST(ExplanationTextTest, NamesTheVersionOfTheHoldWhereItIsAnother) {
  Explanation e = SomeExplanation();
  EXPECT_THAT(ExplanationText(e),
              HasSubstr("by the terms set by seq 1, held for 30 days, every"));
  e.payment_terms_seq = Seq(9);
  EXPECT_THAT(ExplanationText(e),
              HasSubstr("set by seq 1, held for 30 days by those of its own "
                        "time, set by seq 9, every refund reverses"));
}

// 100.00 + 50.00 discount = 150.00; 10% of it are 15.00, 21% of these 3.15.
TEST(ExplanationTextTest, ShowsTheExactProductsOfABudget) {
  Explanation e = SomeExplanation();
  ExplainedAmount a;
  a.partner_id = "anna";
  a.rule_id = "monthly";
  a.base_minor = 15000;
  a.budget = true;
  a.rate = "10%";
  a.numerator = "1500000000000";
  a.denominator = "1000000000";
  a.rounded_minor = 1500;
  a.customer_share = "21%";
  a.share_from = "partner";
  a.discount = {"315000000000000000000", "1000000000000000000"};
  a.discount_minor = 315;
  a.weight_ppb = kPpb;
  a.amount_minor = 1185;
  e.amounts.push_back(a);
  EXPECT_THAT(
      ExplanationText(e),
      HasSubstr("anna by rule monthly: price (the discount added back) 150.00 "
                "x 10% = 1500000000000/1000000000 minor units, HALF_EVEN to "
                "15.00; the customer's share of 21% (partner) = "
                "315000000000000000000/1000000000000000000 minor units, "
                "HALF_EVEN to a discount of 3.15; earns 11.85\n"));
}

TEST(ExplanationTextTest, ShowsBothPartsOfARate) {
  Explanation e = SomeExplanation();
  ExplainedAmount a;
  a.base_minor = 10000;
  a.rate = "15%";
  a.percent = "10%";
  a.year_rate = "5%";
  e.amounts.push_back(a);
  EXPECT_THAT(ExplanationText(e),
              HasSubstr("base 100.00 x 15% (10% and the year's 5%) = "));
}

TEST(ExplanationTextTest, ShowsLinesAndReversalsOfARefund) {
  Explanation e = SomeExplanation();
  ExplainedRefund refund;
  refund.refund_id = "r1";
  refund.kind = RefundKind::kChargebackReversed;
  refund.amount_minor = 400;
  refund.lines = {{2, -400}};
  ExplainedReversal reversal;
  reversal.accrual_id = {Seq(5), 1};
  reversal.before_minor = 100;
  reversal.change_minor = -40;
  reversal.booked_minor = -40;
  refund.reversals = {reversal};
  e.refunds.push_back(refund);
  EXPECT_THAT(ExplanationText(e),
              HasSubstr("    line 2: -4.00\n"
                        "    accrual 5-1: reversed 1.00 before, 0.60 after\n"));
}

TEST(ExplanationTextTest, NamesTheEventAndPaymentThatDecided) {
  Explanation e = SomeExplanation();
  e.decision.emplace();
  e.decision->trigger = Trigger::kPayment;
  e.decision->seq = Seq(4);
  e.decision->event_id = "e4";
  e.decision->payment_id = "i0";
  e.decision->terms_seq = Seq(2);
  e.decision->model = Model::kFirstTouch;
  const std::string text = ExplanationText(e);
  EXPECT_THAT(text, HasSubstr("decided by payment i0 on "));
  EXPECT_THAT(text, HasSubstr("(event e4, seq 4), first touch, by the terms "
                              "set by seq 2\n"));
}

// Of merged shares, the vendor's last, and what binds.
TEST(ExplanationTextTest, ShowsSharesBindingAndWhoIsPaid) {
  Explanation e = SomeExplanation();
  e.decision.emplace();
  e.decision->model = Model::kLinear;
  e.decision->binds = true;
  e.decision->bound_until = *ParseInstant("2025-01-04T00:00:00Z");
  e.decision->vendor_weight_ppb = 250'000'000;
  ExplainedCredit credit;
  credit.partner_id = "anna";
  credit.role = Role::kAcquirer;
  credit.weight_ppb = 750'000'000;
  e.decision->credits = {credit};
  ExplainedPayee acquirer;
  acquirer.credit = credit;
  acquirer.kind = PartnerKind::kReseller;
  acquirer.group = "gold";
  acquirer.standing = CreditStanding::kNotActive;
  ExplainedPayee servicer;
  servicer.credit.partner_id = "carl";
  servicer.credit.role = Role::kServicer;
  servicer.credit.weight_ppb = kPpb;
  servicer.kind = PartnerKind::kConsultant;
  ExplainedPayee unknown;
  unknown.credit = credit;
  unknown.standing = CreditStanding::kNotActive;
  e.credits = {unknown};
  EXPECT_THAT(ExplanationText(e),
              HasSubstr("anna with 75% (not ACTIVE then)\n"));
  e.credits = {acquirer, servicer};
  EXPECT_THAT(
      ExplanationText(e),
      HasSubstr("  there was no touch\n"
                "  anna with 75%\n"
                "  the vendor's own sales with 25%\n"
                "  it binds until 2025-01-04\n"
                "\nCredited with the payment:\n"
                "  ACQUIRER anna with 75% (RESELLER, group gold, not ACTIVE "
                "then)\n"
                "  SERVICER carl with 100% (CONSULTANT)\n"));
}

TEST(ExplanationTextTest, OfACustomerAloneSaysWhatAConversionWouldSay) {
  Explanation e;
  e.customer_id = "c1";
  e.time = *ParseInstant("2024-01-04T00:00:00Z");
  e.currency = *Currency::Parse("EUR");
  e.program_currency = e.currency;
  e.prospect.emplace();
  e.prospect->model = Model::kFirstTouch;
  e.prospect->terms_seq = Seq(2);
  EXPECT_EQ(ExplanationText(e),
            "Customer c1 at 2024-01-04T00:00:00Z\n"
            "\nNothing binds the customer then. A conversion would be decided "
            "by first touch, by the terms set by seq 2\n"
            "  there was no touch\n"
            "  nobody\n");
}

}  // namespace
}  // namespace vouch

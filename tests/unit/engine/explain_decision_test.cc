// What `explain` tells of who is credited and why, of a payment and of a
// customer alone, by hand (docs/SEMANTICS.md, sections 5 and 9).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/attribution_table.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing_support::AttributionTable;

Instant Day(std::string_view day) {
  return *ParseInstant(std::string(day) + "T00:00:00Z");
}

class ExplainDecisionTest : public ::testing::Test {
 protected:
  void Run(std::string_view table) { table_.Run(table); }
  Explanation Why(std::string_view payment_id) {
    auto why = table_.engine().Explain("p", payment_id);
    EXPECT_TRUE(why.ok()) << why.status();
    return why.ok() ? *std::move(why) : Explanation();
  }
  Explanation Standing(std::string_view customer_id,
                       std::optional<Instant> at = std::nullopt) {
    auto why = table_.engine().ExplainCustomer("p", customer_id, at);
    EXPECT_TRUE(why.ok()) << why.status();
    return why.ok() ? *std::move(why) : Explanation();
  }

  AttributionTable table_;
};

// 2^-2, 2^-1 and 1 are a 7th, two and four.
TEST_F(ExplainDecisionTest, TimeDecayTellsHalfLifeAndEachTouchsShare) {
  Run(R"(
    2024-01-01 program model=TIME_DECAY half_life=30
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-01 touch c1 LINK anna
    2024-01-31 touch c1 LINK boris
    2024-03-01 touch c1 LINK anna
    2024-03-01 pay p1 c1
  )");
  const Explanation why = Why("p1");
  ASSERT_TRUE(why.decision);
  EXPECT_EQ(why.decision->model, Model::kTimeDecay);
  EXPECT_EQ(why.decision->half_life_us, 30 * kUsPerDay);
  ASSERT_EQ(why.decision->touches.size(), 3u);
  EXPECT_EQ(why.decision->touches[0].weight_ppb, 142'857'143);
  EXPECT_EQ(why.decision->touches[0].reason, "won 14.2857143%");
  EXPECT_EQ(why.decision->touches[1].weight_ppb, 285'714'286);
  EXPECT_EQ(why.decision->touches[2].weight_ppb, 571'428'571);
  ASSERT_EQ(why.decision->credits.size(), 2u);
  EXPECT_EQ(why.decision->credits[0].weight_ppb, 714'285'714);
  EXPECT_EQ(why.decision->credits[1].weight_ppb, 285'714'286);
  const std::string text = ExplanationText(why);
  EXPECT_THAT(text, HasSubstr(", time decay with a half-life of 30 days, by "
                              "the terms set by seq 1\n"));
  EXPECT_THAT(text, HasSubstr("  anna with 71.4285714%\n"));
  EXPECT_THAT(text, HasSubstr("  it binds for good\n"));
}

// 10% of 100.00 are 10.00: 7.14285714 and 2.85714286 are 7.14 and 2.86.
TEST_F(ExplainDecisionTest, EveryAmountTellsTheWholeSplit) {
  Run(R"(
    2024-01-01 program model=TIME_DECAY half_life=30
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-01 touch c1 LINK anna
    2024-01-31 touch c1 LINK boris
    2024-03-01 touch c1 LINK anna
    2024-03-01 pay p1 c1          -> anna 714285714 LINK, boris 285714286 LINK
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.amounts.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const ExplainedAmount& amount = why.amounts[i];
    EXPECT_EQ(amount.place, static_cast<int32_t>(i + 1));
    ASSERT_EQ(amount.split.size(), 2u);
    EXPECT_EQ(amount.split[0].partner_id, "anna");
    EXPECT_EQ(amount.split[0].weight_ppb, 714'285'714);
    EXPECT_EQ(amount.split[0].part_minor, 714);
    EXPECT_EQ(amount.split[1].partner_id, "boris");
    EXPECT_EQ(amount.split[1].part_minor, 286);
    EXPECT_EQ(amount.amount_minor, amount.split[i].part_minor);
  }
}

// 2^-100 of a day's touch is no part of a thousand million.
TEST_F(ExplainDecisionTest, AShareOfNoPartIsLost) {
  Run(R"(
    2024-01-01 program model=TIME_DECAY half_life=1
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-01 touch c1 LINK anna
    2024-04-10 touch c1 LINK boris
    2024-04-10 pay p1 c1          -> boris 1000000000 LINK
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.decision->touches.size(), 2u);
  EXPECT_EQ(why.decision->touches[0].fate, TouchFate::kLost);
  EXPECT_EQ(why.decision->touches[0].reason,
            "lost: the model gives it nothing");
  EXPECT_EQ(why.decision->touches[1].reason, "won");
}

TEST_F(ExplainDecisionTest, PositionBasedTellsItsShares) {
  Run(R"(
    2024-01-01 program model=POSITION_BASED first=40% last=20%
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1
  )");
  const Explanation why = Why("p1");
  EXPECT_EQ(why.decision->first_share, "40%");
  EXPECT_EQ(why.decision->last_share, "20%");
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("position based, 40% to the first touch and 20% to the "
                        "last, by the terms"));
}

// Seq 4 is the lead; its 90 days end on 1 April, 31 + 29 + 30 days later.
TEST_F(ExplainDecisionTest, ALeadTellsItsEndAndWhatItExcludes) {
  Run(R"(
    2024-01-01 program protect=90r
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 lead l-1 anna k customer=c1
    2024-01-03 touch c1 LINK boris
    2024-01-04 pay p1 c1          -> anna 1000000000 LEAD
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.decision->touches.size(), 2u);
  const ExplainedTouch& lead = why.decision->touches[0];
  EXPECT_EQ(lead.channel, Channel::kLead);
  EXPECT_EQ(lead.lead_id, "l-1");
  EXPECT_EQ(lead.lead_end, Day("2024-04-01"));
  EXPECT_EQ(lead.fate, TouchFate::kWon);
  const ExplainedTouch& touch = why.decision->touches[1];
  EXPECT_EQ(touch.fate, TouchFate::kExcludedByLead);
  EXPECT_EQ(touch.excluded_by, Seq(4));
  EXPECT_EQ(touch.lead_end, std::nullopt);
  EXPECT_EQ(touch.reason, "out: another partner's lead of seq 4 lives");
  EXPECT_EQ(why.decision->credits.at(0).lead_id, "l-1");
  EXPECT_EQ(why.credits.at(0).credit.lead_id, "l-1");
}

TEST_F(ExplainDecisionTest, ALeadThatEndedTellsHow) {
  Run(R"(
    2024-01-01 program protect=10r
    2024-01-01 partner anna
    2024-01-02 lead l-1 anna k1 customer=c1
    2024-01-02 lead l-2 anna k2 customer=c1
    2024-01-02 lead l-3 anna k3 customer=c1
    2024-01-05 update l-2 k2 REJECTED
    2024-01-06 update l-3 k3 LOST
    2024-01-20 pay p1 c1          -> nobody
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.decision->touches.size(), 3u);
  EXPECT_EQ(why.decision->touches[0].reason,
            "out: the lead was protected until 2024-01-12T00:00:00Z");
  EXPECT_EQ(why.decision->touches[1].reason,
            "out: the lead was rejected 2024-01-05T00:00:00Z");
  EXPECT_EQ(why.decision->touches[2].reason,
            "out: the lead was lost 2024-01-06T00:00:00Z");
  EXPECT_EQ(why.decision->touches[2].lead_end, Day("2024-01-06"));
  EXPECT_EQ(why.nothing_earned, NothingEarned::kNobodyCredited);
}

TEST_F(ExplainDecisionTest, TiersAreTold) {
  Run(R"(
    2024-01-01 program tiers=CODE/LINK
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-01 code BORIS boris
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 VIEW anna
    2024-01-04 touch c1 CODE BORIS
    2024-01-05 pay p1 c1          -> boris 1000000000 CODE
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.decision->touches.size(), 3u);
  EXPECT_EQ(why.decision->touches[0].tier, 2);
  EXPECT_EQ(why.decision->touches[0].reason,
            "out: a tier above tier 2 has a candidate");
  EXPECT_EQ(why.decision->touches[1].tier, kNoTier);
  EXPECT_EQ(why.decision->touches[1].reason, "out: no tier names VIEW");
  EXPECT_EQ(why.decision->touches[2].tier, 1);
  EXPECT_THAT(ExplanationText(why), HasSubstr("lead tier outcome\n"));
}

TEST_F(ExplainDecisionTest, WithoutTiersNoneIsTold) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-05 pay p1 c1
  )");
  const Explanation why = Why("p1");
  EXPECT_EQ(why.decision->touches.at(0).tier, kNoTier);
  EXPECT_THAT(ExplanationText(why), Not(HasSubstr("tier")));
}

// Seq 4 is the DIRECT touch.
TEST_F(ExplainDecisionTest, TheVendorsOwnSalesEarnNobodyAnything) {
  Run(R"(
    2024-01-01 program direct=WIN
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 DIRECT
    2024-01-05 pay p1 c1          -> vendor 1000000000
  )");
  const Explanation why = Why("p1");
  EXPECT_EQ(why.decision->vendor_weight_ppb, kPpb);
  EXPECT_TRUE(why.decision->has_winner());
  EXPECT_EQ(why.decision->touches.at(0).excluded_by, Seq(4));
  EXPECT_EQ(why.decision->touches.at(0).reason,
            "out: the DIRECT touch of seq 4 takes the decision");
  EXPECT_EQ(why.decision->touches.at(1).partner_id, "");
  EXPECT_EQ(why.decision->touches.at(1).reason, "won");
  EXPECT_EQ(why.nothing_earned, NothingEarned::kVendorCredited);
  const std::string text = ExplanationText(why);
  EXPECT_THAT(text, HasSubstr("  the vendor's own sales with 100%\n"));
  EXPECT_THAT(text, HasSubstr("Nothing was earned: the vendor's own sales hold "
                              "the customer.\n"));
}

// Halves of 10.00.
TEST_F(ExplainDecisionTest, TheVendorStandsLastInTheSplit) {
  Run(R"(
    2024-01-01 program model=LINEAR direct=COMPETE
    2024-01-01 partner anna
    2024-01-02 touch c1 DIRECT
    2024-01-03 touch c1 LINK anna
    2024-01-05 pay p1 c1          -> anna 500000000 LINK, vendor 500000000
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.amounts.size(), 1u);
  ASSERT_EQ(why.amounts[0].split.size(), 2u);
  EXPECT_EQ(why.amounts[0].place, 1);
  EXPECT_EQ(why.amounts[0].split[0].part_minor, 500);
  EXPECT_EQ(why.amounts[0].split[1].partner_id, "");
  EXPECT_EQ(why.amounts[0].split[1].weight_ppb, 500'000'000);
  EXPECT_EQ(why.amounts[0].split[1].part_minor, 500);
}

TEST_F(ExplainDecisionTest, DirectIsIgnoredUnlessAsked) {
  Run(R"(
    2024-01-01 program
    2024-01-03 touch c1 DIRECT
    2024-01-05 pay p1 c1          -> nobody
  )");
  EXPECT_EQ(Why("p1").decision->touches.at(0).reason,
            "out: the program ignores DIRECT");
}

// The acquirer's own key is known before the decision of c1, and only after
// that of c2.
TEST_F(ExplainDecisionTest, SelfReferralIsToldAtDecisionAndAtPayment) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 signup c1 keys=k
    2024-01-02 signup c2 keys=k
    2024-01-02 touch c1 LINK anna
    2024-01-02 touch c2 LINK anna
    2024-01-03 pay p1 c2          -> anna 1000000000 LINK pays anna 1000 ACQUIRER
    2024-01-04 partner anna keys=k
    2024-01-05 pay p2 c2          -> none pays nobody
    2024-01-05 pay p3 c1          -> nobody
  )");
  const Explanation bound = Why("p2");
  ASSERT_EQ(bound.credits.size(), 1u);
  EXPECT_EQ(bound.credits[0].standing, CreditStanding::kSelfReferral);
  EXPECT_EQ(bound.credits[0].status, PartnerStatus::kActive);
  EXPECT_EQ(bound.nothing_earned, NothingEarned::kOwnPurchase);
  EXPECT_THAT(ExplanationText(bound),
              HasSubstr("ACQUIRER anna with 100% (AFFILIATE, its own "
                        "purchase)\n"));
  EXPECT_EQ(Why("p1").credits.at(0).standing, CreditStanding::kEarns);
  const Explanation out = Why("p3");
  EXPECT_EQ(out.decision->touches.at(0).fate, TouchFate::kSelfReferral);
  EXPECT_EQ(out.decision->touches.at(0).reason,
            "out: the partner shares an identity key with the customer");
}

// The acquirer gets 10%, the servicer 5%, each in a split of its own.
TEST_F(ExplainDecisionTest, TheServicerIsACreditOfThePayment) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner carl
    2024-01-02 touch c1 LINK anna
    2024-01-03 role c1 carl
    2024-01-05 pay p1 c1  -> anna 1000000000 LINK pays anna 1000 ACQUIRER, carl 500 SERVICER
  )");
  const Explanation why = Why("p1");
  EXPECT_EQ(why.decision->credits.size(), 1u);
  ASSERT_EQ(why.credits.size(), 2u);
  EXPECT_EQ(why.credits[0].credit.partner_id, "anna");
  EXPECT_EQ(why.credits[0].place, 1);
  EXPECT_EQ(why.credits[1].credit.partner_id, "carl");
  EXPECT_EQ(why.credits[1].credit.role, Role::kServicer);
  EXPECT_EQ(why.credits[1].credit.weight_ppb, kPpb);
  EXPECT_EQ(why.credits[1].credit.touch_seq, Seq(5));
  EXPECT_EQ(why.credits[1].place, 1);
  ASSERT_EQ(why.amounts.size(), 2u);
  EXPECT_EQ(why.amounts[1].role, Role::kServicer);
  ASSERT_EQ(why.amounts[1].split.size(), 1u);
  EXPECT_EQ(why.amounts[1].split[0].partner_id, "carl");
  EXPECT_EQ(why.amounts[1].split[0].part_minor, 500);
  // The acquirer is tried for its own rule, the servicer for both.
  ASSERT_EQ(why.lines.at(0).trials.size(), 3u);
  EXPECT_EQ(why.lines[0].trials[0].role, Role::kAcquirer);
  EXPECT_EQ(why.lines[0].trials[1].role, Role::kServicer);
  EXPECT_EQ(why.lines[0].trials[1].failed, "role");
}

TEST_F(ExplainDecisionTest, APartnerThatIsNotActiveEarnsNothing) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1
    2024-01-04 partner anna status=SUSPENDED
    2024-01-05 pay p2 c1          -> none pays nobody
  )");
  const Explanation why = Why("p2");
  EXPECT_EQ(why.credits.at(0).standing, CreditStanding::kNotActive);
  EXPECT_EQ(why.credits.at(0).status, PartnerStatus::kSuspended);
  EXPECT_EQ(why.nothing_earned, NothingEarned::kNotActive);
}

// A record that comes late changes nothing of what was seen, nor of what is
// told.
TEST_F(ExplainDecisionTest, StatusesToldAreThoseThatWereSeen) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna status=TERMINATED
    2024-01-01 partner boris
    2024-02-01 touch c1 LINK anna
    2024-02-02 touch c1 LINK carl
    2024-02-03 touch c1 LINK boris
    2024-02-10 pay p1 c1          -> boris 1000000000 LINK pays boris 1000 ACQUIRER
    2024-02-05 partner anna
    2024-02-01 partner carl
    2024-02-05 partner boris status=SUSPENDED
    2024-02-10 pay p2 c1          -> none pays nobody
  )");
  for (const char* payment : {"p1", "p2"}) {
    const Explanation why = Why(payment);
    ASSERT_EQ(why.decision->touches.size(), 3u);
    const ExplainedTouch& anna = why.decision->touches[0];
    EXPECT_EQ(anna.partner_status, PartnerStatus::kTerminated);
    EXPECT_EQ(anna.reason, "out: the partner was TERMINATED at the conversion");
    const ExplainedTouch& carl = why.decision->touches[1];
    EXPECT_EQ(carl.partner_id, "carl");
    EXPECT_EQ(carl.partner_status, PartnerStatus::kNone);
    EXPECT_EQ(carl.reason, "out: the partner was unknown then");
    EXPECT_EQ(why.decision->touches[2].partner_status, PartnerStatus::kActive);
  }
  EXPECT_EQ(Why("p1").credits.at(0).status, PartnerStatus::kActive);
  EXPECT_EQ(Why("p1").credits.at(0).standing, CreditStanding::kEarns);
  EXPECT_EQ(Why("p2").credits.at(0).status, PartnerStatus::kSuspended);
  EXPECT_EQ(Why("p2").credits.at(0).standing, CreditStanding::kNotActive);
}

// A touch that names a partner or code without a record at its time tells the
// partner's status at the conversion all the same.
TEST_F(ExplainDecisionTest, TheStatusOfAPartnerThatCameAfterTheTouchIsTold) {
  Run(R"(
    2024-01-01 program
    2024-02-05 partner anna status=SUSPENDED
    2024-01-01 code A anna
    2024-02-01 touch c1 LINK anna
    2024-02-01 touch c1 CODE A
    2024-02-10 pay p1 c1          -> nobody
  )");
  const Explanation why = Why("p1");
  ASSERT_EQ(why.decision->touches.size(), 2u);
  for (const ExplainedTouch& touch : why.decision->touches) {
    EXPECT_EQ(touch.partner_id, "anna");
    EXPECT_EQ(touch.partner_status, PartnerStatus::kSuspended);
    EXPECT_EQ(touch.reason, "out: the partner was unknown then");
  }
}

// The acquirer bought for itself, the servicer was suspended; each alone, and
// both.
TEST_F(ExplainDecisionTest, WhyNothingHoldsOfEveryCredit) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna keys=k
    2024-01-01 partner carl
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1          -> anna 1000000000 LINK
    2024-01-04 signup c1 keys=k
    2024-01-05 pay p2 c1          -> none pays nobody
    2024-01-06 role c1 carl
    2024-01-07 partner carl status=SUSPENDED
    2024-01-08 pay p3 c1          -> none pays nobody
    2024-01-09 partner anna status=SUSPENDED
    2024-01-10 pay p4 c1          -> none pays nobody
    2024-01-11 partner carl keys=k
    2024-01-12 pay p5 c1          -> none pays nobody
    2024-01-13 partner anna keys=k
    2024-01-14 pay p6 c1          -> none pays nobody
    2024-01-15 partner carl
    2024-01-16 pay p7 c1          -> none pays carl 500 SERVICER
  )");
  EXPECT_EQ(Why("p2").nothing_earned, NothingEarned::kOwnPurchase);
  EXPECT_EQ(Why("p3").nothing_earned, NothingEarned::kNobodyMayEarn);
  EXPECT_EQ(Why("p4").nothing_earned, NothingEarned::kNotActive);
  EXPECT_EQ(Why("p5").nothing_earned, NothingEarned::kNobodyMayEarn);
  EXPECT_EQ(Why("p6").nothing_earned, NothingEarned::kOwnPurchase);
  EXPECT_EQ(Why("p7").nothing_earned, NothingEarned::kNone);
}

// The decision was made while c1 was somebody of its own.
TEST_F(ExplainDecisionTest, ADecisionOfAMergedNameKeepsItsReasons) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 LINK boris
    2024-01-04 pay p1 c1          -> boris 1000000000 LINK
    2024-01-05 signup c2
    2024-01-06 merge c1 c2
    2024-01-07 pay p2 c2          -> none
  )");
  for (const char* payment : {"p1", "p2"}) {
    const Explanation why = Why(payment);
    EXPECT_EQ(why.customer_id, "c2");
    ASSERT_TRUE(why.decision);
    EXPECT_EQ(why.decision->seq, Seq(6));
    EXPECT_EQ(why.decision->event_id, "e6");
    EXPECT_EQ(why.decision->payment_id, "p1");
    ASSERT_EQ(why.decision->touches.size(), 2u);
    EXPECT_EQ(why.decision->touches[0].reason, "lost: a later touch won");
    EXPECT_EQ(why.decision->touches[1].reason, "won");
  }
}

TEST_F(ExplainDecisionTest, AnImportLooksAtNoTouch) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-03 import c1 anna ACQUIRER since=2023-05-01 paid=2
    2024-01-05 pay p1 c1          -> none
  )");
  const Explanation why = Why("p1");
  ASSERT_TRUE(why.decision);
  EXPECT_EQ(why.decision->trigger, Trigger::kImport);
  EXPECT_EQ(why.decision->event_id, "e4");
  EXPECT_EQ(why.decision->at, Day("2023-05-01"));
  EXPECT_THAT(why.decision->touches, IsEmpty());
  EXPECT_EQ(why.credits.at(0).credit.channel, Channel::kNone);
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("\nWho is credited: brought from elsewhere, as of "
                        "2023-05-01 (event e4, seq 4), by the terms set by seq "
                        "1\n  anna with 100%\n  it binds for good\n"));
}

TEST_F(ExplainDecisionTest, BindingIsTold) {
  Run(R"(
    2024-01-01 program binding=3
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-31 pay p1 c1
  )");
  const Explanation months = Why("p1");
  EXPECT_TRUE(months.decision->binds);
  EXPECT_EQ(months.decision->bound_until, Day("2024-04-30"));
  EXPECT_THAT(ExplanationText(months), HasSubstr("it binds until 2024-04-30"));
  Run(R"(
    2024-02-01 program binding=NONE
    2024-02-02 touch c2 LINK anna
    2024-02-03 pay p2 c2
  )");
  const Explanation none = Why("p2");
  EXPECT_FALSE(none.decision->binds);
  EXPECT_THAT(ExplanationText(none), HasSubstr("it binds no other payment"));
}

// ---------------------------------------------------------------------------
// Of a customer alone

TEST_F(ExplainDecisionTest, ACustomerWithoutAPaymentIsToldWhatAConversionSays) {
  Run(R"(
    2024-01-01 program window.LINK=30
    2024-01-01 partner anna
    2024-01-01 partner carl
    2024-01-02 touch c1 LINK anna
    2024-01-03 role c1 carl
    2024-01-04 touch c2 LINK anna
  )");
  const Explanation now = Standing("c1");
  EXPECT_EQ(now.payment_id, "");
  EXPECT_EQ(now.customer_id, "c1");
  EXPECT_EQ(now.time, Day("2024-01-04"));  // of the last event
  EXPECT_FALSE(now.decision);
  ASSERT_TRUE(now.prospect);
  EXPECT_EQ(now.prospect->trigger, Trigger::kNone);
  EXPECT_EQ(now.prospect->touches.at(0).age_us, 2 * kUsPerDay);
  EXPECT_EQ(now.prospect->credits.at(0).partner_id, "anna");
  ASSERT_EQ(now.credits.size(), 2u);
  EXPECT_EQ(now.credits[0].kind, PartnerKind::kAffiliate);
  EXPECT_EQ(now.credits[1].credit.partner_id, "carl");
  EXPECT_EQ(now.nothing_earned, NothingEarned::kNone);
  const std::string text = ExplanationText(now);
  EXPECT_THAT(text, HasSubstr("Customer c1 at 2024-01-04T00:00:00Z\n"));
  EXPECT_THAT(text, HasSubstr("Nothing binds the customer then. A conversion "
                              "would be decided by last touch, by the terms "
                              "set by seq 1\n"));
  EXPECT_THAT(text, HasSubstr("\nCredited with a payment then:\n"));

  // 30 days after the touch its window has closed.
  const Explanation later = Standing("c1", Day("2024-02-01"));
  ASSERT_TRUE(later.prospect);
  EXPECT_EQ(later.prospect->touches.at(0).fate, TouchFate::kOutsideWindow);
  EXPECT_THAT(later.prospect->credits, IsEmpty());

  // Asking decides nothing.
  EXPECT_TRUE(table_.engine().Decisions(Seq(), 10)->empty());
  Run("2024-01-10 pay p1 c1 -> anna 1000000000 LINK");
}

TEST_F(ExplainDecisionTest, ACustomerIsToldTheDecisionThatBinds) {
  Run(R"(
    2024-01-01 program binding=2
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 touch c1 LINK anna
    2024-01-10 pay p1 c1          -> anna 1000000000 LINK
    2024-01-20 touch c1 LINK boris
  )");
  const Explanation bound = Standing("c1", Day("2024-03-09"));
  EXPECT_FALSE(bound.prospect);
  ASSERT_TRUE(bound.decision);
  EXPECT_EQ(bound.decision->payment_id, "p1");
  EXPECT_EQ(bound.decision->event_id, "e5");
  EXPECT_EQ(bound.decision->touches.size(), 1u);
  EXPECT_EQ(bound.credits.at(0).credit.partner_id, "anna");
  EXPECT_EQ(bound.seq, Seq());
  EXPECT_EQ(bound.event_id, "");
  // The anniversary is out.
  const Explanation free = Standing("c1", Day("2024-03-10"));
  EXPECT_FALSE(free.decision);
  ASSERT_TRUE(free.prospect);
  EXPECT_EQ(free.prospect->credits.at(0).partner_id, "boris");
}

TEST_F(ExplainDecisionTest, AMergedCustomerIsToldUnderItsOwnName) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-04 pay p1 c1
    2024-01-05 signup c2
    2024-01-06 merge c1 c2
  )");
  for (const char* name : {"c1", "c2"}) {
    const Explanation why = Standing(name);
    EXPECT_EQ(why.customer_id, "c2") << name;
    ASSERT_TRUE(why.decision) << name;
    EXPECT_EQ(why.decision->touches.size(), 1u) << name;
  }
}

TEST_F(ExplainDecisionTest, ACustomerIsToldOnlyWhereThereIsOne) {
  Run(R"(
    2024-01-01 program
    2024-01-02 signup c1
  )");
  Engine& engine = table_.engine();
  EXPECT_EQ(engine.ExplainCustomer("q", "c1", std::nullopt).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(engine.ExplainCustomer("p", "c2", std::nullopt).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(
      engine.ExplainCustomer("p", "c1", Day("2023-12-31")).status().code(),
      absl::StatusCode::kFailedPrecondition);
}

// ---------------------------------------------------------------------------

TEST_F(ExplainDecisionTest, ErasingTakesEveryNameOfAMergedCustomer) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 touch v:w1 LINK anna
    2024-01-02 identify w1 c1
    2024-01-04 pay p1 c1          -> anna 1000000000 LINK
    2024-01-05 signup c2
    2024-01-05 signup c3
    2024-01-06 merge c1 c2
  )");
  Engine& engine = table_.engine();
  ASSERT_TRUE(engine.Erase("p", "c1").ok());
  for (const char* name : {"c1", "c2"}) {
    EXPECT_EQ(engine.Erase("p", name).code(), absl::StatusCode::kNotFound)
        << name;
  }
  EXPECT_EQ(Standing("c3").customer_id, "c3");
  const Explanation why = Why("p1");
  EXPECT_EQ(why.customer_id, "");
  EXPECT_EQ(why.credits.at(0).credit.partner_id, "anna");
  // The visitor's name is gone too: another touch is of somebody new.
  Run(R"(
    2024-01-07 touch v:w1 LINK anna
    2024-01-08 identify w1 c4
    2024-01-09 pay p4 c4          -> anna 1000000000 LINK
  )");
  EXPECT_EQ(Why("p4").decision->touches.size(), 1u);
}

TEST_F(ExplainDecisionTest, DecisionsNameTheirLeads) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 lead l-1 anna k customer=c1
    2024-01-03 pay p1 c1
    2024-01-03 touch c2 LINK anna
    2024-01-04 pay p2 c2
  )");
  const auto page = table_.engine().Decisions(Seq(), 10);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->size(), 2u);
  EXPECT_THAT((*page)[0].lead_ids, ElementsAre("l-1"));
  EXPECT_THAT((*page)[1].lead_ids, ElementsAre(""));
}

}  // namespace
}  // namespace vouch

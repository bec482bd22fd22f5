// Each rule of docs/SEMANTICS.md, section 5, and of section 10 "Attribution",
// worked out by hand: an event a line, what follows at its end.
#include "gtest/gtest.h"
#include "tests/support/attribution_table.h"

namespace vouch {
namespace {

using testing_support::RunTable;

// ---------------------------------------------------------------------------
// Conversion and candidates

TEST(AttributionTest, TheFirstPaymentConvertsAndBindsForLife) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1      -> anna 1000000000 LINK pays anna 1000 ACQUIRER
    2024-01-04 touch c1 LINK bob
    2034-01-05 pay p2 c1      -> none pays anna 1000 ACQUIRER
  )");
}

TEST(AttributionTest, ASignUpConvertsWhereTheProgramSaysSo) {
  RunTable(R"(
    2024-01-01 program convert=SIGNUP
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 signup c1      -> anna 1000000000 LINK
    2024-01-04 touch c1 LINK bob
    2024-01-05 signup c1      -> none
    2024-01-06 pay p1 c1      -> none pays anna 1000 ACQUIRER
    # A first payment without a sign-up converts all the same; the sign-up
    # after it does not.
    2024-01-06 touch c2 LINK bob
    2024-01-07 pay p2 c2      -> bob 1000000000 LINK
    2024-01-08 signup c2      -> none
  )");
}

TEST(AttributionTest, APaymentOfNothingConvertsNobody) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 pay p1 c1 amount=0   -> none
    2024-01-03 touch c1 LINK anna
    2024-01-04 pay p2 c1            -> anna 1000000000 LINK
  )");
}

TEST(AttributionTest, CandidatesCameBeforeByTimeAndWereAppliedBefore) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-10 touch c1 LINK anna
    2024-01-20 touch c1 LINK bob
    # Its own time is before bob's touch.
    2024-01-15 pay p1 c1      -> anna 1000000000 LINK why WON AFTER
    # A touch at the very moment counts; one that comes late does not undo.
    2024-01-20 pay p2 c2      -> nobody
    2024-01-19 touch c2 LINK anna
    2024-01-21 pay p3 c2      -> none pays nobody
    2024-01-22 touch c3 LINK bob
    2024-01-22 pay p4 c3      -> bob 1000000000 LINK
  )");
}

// With 30 days a touch of exactly 30 x 24 hours ago is out, INCLUSIVE in. The
// clocks of the program's zone do not matter to a window.
TEST(AttributionTest, AWindowHasEitherEnd) {
  RunTable(R"(
    2024-01-01 program window.LINK=30 window.VIEW=30i
    2024-01-01 partner anna
    2024-02-01 touch c1 LINK anna
    2024-03-02 pay p1 c1                      -> nobody why WINDOW
    2024-02-01T00:00:00.000001Z touch c2 LINK anna
    2024-03-02 pay p2 c2                      -> anna 1000000000 LINK
    2024-02-01 touch c3 VIEW anna
    2024-03-02 pay p3 c3                      -> anna 1000000000 VIEW
    2024-02-01 touch c4 VIEW anna
    2024-03-02T00:00:00.000001Z pay p4 c4     -> nobody why WINDOW
    # A channel without a window has none.
    2024-02-01 code X anna
    2024-02-01 touch c5 CODE X
    2054-02-01 pay p5 c5                      -> anna 1000000000 CODE
  )");
}

TEST(AttributionTest, PartnersThatAreNotActiveAreOut) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-02-01 touch c1 LINK anna
    2024-02-02 touch c1 LINK bob
    2024-03-01 partner bob status=SUSPENDED
    2024-03-02 pay p1 c1     -> anna 1000000000 LINK why WON NOT_ACTIVE
    # The touch was applied while the partner was suspended: only the status at
    # the conversion counts.
    2024-03-03 touch c2 LINK bob
    2024-04-01 partner bob
    2024-04-02 pay p2 c2     -> bob 1000000000 LINK
    # Late payment, from the time of the suspension.
    2024-03-04 touch c3 LINK bob
    2024-03-05 pay p3 c3     -> nobody why NOT_ACTIVE
  )");
}

// Its share goes to nobody; its binding stays.
TEST(AttributionTest, APartnerThatIsNotActiveAtAPaymentEarnsNothingFromIt) {
  RunTable(R"(
    2024-01-01 program model=LINEAR
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-02-01 touch c1 LINK anna
    2024-02-01 touch c1 LINK bob
    2024-02-02 pay p1 c1 -> anna 500000000 LINK, bob 500000000 LINK pays anna 500 ACQUIRER, bob 500 ACQUIRER
    2024-03-01 partner bob status=TERMINATED
    2024-03-02 pay p2 c1 -> none pays anna 500 ACQUIRER
    2024-04-01 partner bob
    2024-04-02 pay p3 c1 -> none pays anna 500 ACQUIRER, bob 500 ACQUIRER
  )");
}

TEST(AttributionTest, WhatATouchNamesMustHoldAtTheTouch) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 code EARLY anna from=2024-02-01
    2024-01-01 code OVER anna until=2024-02-01
    2024-01-01 code GONE anna
    2024-01-15 revoke GONE
    2024-01-14 touch c1 CODE GONE
    2024-01-20 pay p1 c1                  -> anna 1000000000 CODE
    2024-01-15 touch c2 CODE GONE
    2024-01-16 touch c2 CODE EARLY
    2024-02-01 touch c2 CODE OVER
    2024-02-02 touch c2 LINK nobody
    2024-02-02 touch c2 CODE UNHEARD
    2024-02-10 pay p2 c2                  -> nobody why NOT_HOLDING NOT_HOLDING NOT_HOLDING NOT_HOLDING NOT_HOLDING
    2024-02-01 touch c3 CODE EARLY
    2024-02-10 pay p3 c3                  -> anna 1000000000 CODE
    2024-01-31T23:59:59.999999Z touch c4 CODE over
    2024-02-10 pay p4 c4                  -> anna 1000000000 CODE
  )");
}

// What comes before the partner's first record earns nothing: a touch, by name
// or by code, is out for good; a role, an import and a code wait for it.
TEST(AttributionTest, BeforeItsFirstRecordNobodyIsAPartner) {
  RunTable(R"(
    2024-01-01 program
    2024-02-01 partner anna
    2024-01-01 code A anna
    2024-01-31T23:59:59.999999Z touch c1 LINK anna
    2024-01-31T23:59:59.999999Z touch c1 CODE A
    2024-02-02 pay p1 c1                  -> nobody why NOT_HOLDING NOT_HOLDING
    2024-02-01 touch c2 LINK anna
    2024-02-01 touch c2 CODE A
    2024-02-02 pay p2 c2                  -> anna 1000000000 CODE why NOTHING WON
    2024-01-15 role c3 anna
    2024-01-31T23:59:59.999999Z pay p3 c3 -> nobody pays nobody
    2024-02-01 pay p4 c3                  -> none pays anna 500 SERVICER
    2024-01-15 import c4 anna ACQUIRER    -> anna 1000000000 -
    2024-01-31T23:59:59.999999Z pay p5 c4 -> none pays nobody
    2024-02-01 pay p6 c4                  -> none pays anna 1000 ACQUIRER
  )");
}

// ---------------------------------------------------------------------------
// Codes

// Whoever redeemed it may use it again; who comes after the last may not.
TEST(AttributionTest, ACodeIsUsedUpByThoseWhoRedeemedIt) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 code TWO anna max=2
    2024-01-02 touch c1 CODE TWO
    2024-01-02 touch c1 CODE TWO
    2024-01-02 touch v:a CODE TWO
    2024-01-03 touch c3 CODE TWO
    2024-01-04 identify a c2
    2024-01-05 touch c2 CODE TWO
    2024-01-10 pay p1 c1 -> anna 1000000000 CODE
    2024-01-10 pay p2 c2 -> anna 1000000000 CODE why NOTHING WON
    2024-01-10 pay p3 c3 -> nobody why NOT_HOLDING
  )");
}

// Two of three that are one redeemed it before that was known: two redemptions
// stay counted. The third found it used up, and finds it so no more once it is
// the others.
TEST(AttributionTest, RedemptionsGoWithMergedCustomers) {
  RunTable(R"(
    2024-01-01 program binding=NONE
    2024-01-01 partner anna
    2024-01-01 code TWO anna max=2
    2024-01-02 touch v:a CODE TWO
    2024-01-03 identify a c1
    2024-01-03 touch c1 CODE TWO
    2024-01-04 touch c2 CODE TWO
    2024-01-05 merge c2 c1
    2024-01-06 touch c3 CODE TWO
    2024-01-06 touch c2 CODE TWO
    2024-01-07 pay p1 c3 -> nobody why NOT_HOLDING
    2024-01-07 merge c3 c1
    2024-01-08 touch c3 CODE TWO
    2024-01-08 touch c4 CODE TWO
    2024-01-09 pay p2 c3 -> anna 1000000000 CODE why NOTHING NOTHING NOTHING NOT_HOLDING NOTHING WON
    2024-01-09 pay p3 c4 -> nobody why NOT_HOLDING
  )");
}

// A link that names a code redeems nothing, and neither does a touch whose
// code does not hold.
TEST(AttributionTest, OnlyACodeTouchThatHoldsRedeems) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 code ONE anna max=1 from=2024-02-01
    2024-01-02 touch c1 CODE ONE
    2024-02-02 touch c2 CODE ONE
    2024-02-03 touch c1 CODE ONE
    2024-02-10 pay p1 c1 -> nobody why NOT_HOLDING NOT_HOLDING
    2024-02-10 pay p2 c2 -> anna 1000000000 CODE
  )");
}

// ---------------------------------------------------------------------------
// Self-referral

TEST(AttributionTest, WhoSharesAKeyWithThePartnerIsItself) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna keys=mail,phone
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK bob
    2024-01-03 touch c1 LINK anna
    2024-01-04 signup c1 keys=other,phone
    2024-01-05 pay p1 c1  -> bob 1000000000 LINK why WON SELF
    # A contact key of a lead of the customer tells as well.
    2024-01-05 lead l1 bob lead,mail customer=c2
    2024-01-06 touch c2 LINK anna
    2024-01-07 pay p2 c2  -> bob 1000000000 LEAD why WON SELF
  )");
}

// What was booked before stays; the binding does too.
TEST(AttributionTest, TheKeyMayComeLate) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna keys=mail
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1  -> anna 1000000000 LINK pays anna 1000 ACQUIRER
    2024-01-04 signup c1 keys=mail
    2024-01-05 pay p2 c1  -> none pays nobody
    # The record in force tells: without the key it earns again.
    2024-02-01 partner anna
    2024-02-02 pay p3 c1  -> none pays anna 1000 ACQUIRER
  )");
}

TEST(AttributionTest, SelfReferralMayBeAllowed) {
  RunTable(R"(
    2024-01-01 program self=ALLOW
    2024-01-01 partner anna keys=mail
    2024-01-02 signup c1 keys=mail
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1  -> anna 1000000000 LINK pays anna 1000 ACQUIRER
  )");
}

TEST(AttributionTest, AServicerDoesNotEarnFromItselfEither) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner carl keys=mail
    2024-01-02 role c1 carl
    2024-01-03 pay p1 c1  -> nobody pays carl 500 SERVICER
    2024-01-04 signup c1 keys=mail
    2024-01-05 pay p2 c1  -> none pays nobody
  )");
}

// ---------------------------------------------------------------------------
// Leads

TEST(AttributionTest, ALeadIsOfTheCustomerItNamesOrOfWhoSignsUpWithItsKey) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 lead l1 anna k1 customer=c1
    2024-01-03 pay p1 c1             -> anna 1000000000 LEAD
    2024-01-03 lead l2 anna k2,k3
    # By its first key alone, before or after the lead.
    2024-01-04 signup c2 keys=k3
    2024-01-05 pay p2 c2             -> nobody
    2024-01-04 signup c3 keys=k9,k2
    2024-01-05 pay p3 c3             -> anna 1000000000 LEAD
    2024-01-06 signup c4 keys=k4
    2024-01-07 lead l4 anna k4
    2024-01-08 pay p4 c4             -> anna 1000000000 LEAD
    # Who signs up with the key of a lead that names another is not its customer.
    2024-01-09 signup c5 keys=k1
    2024-01-10 pay p5 c5             -> nobody
  )");
}

TEST(AttributionTest, ALiveLeadExcludesEveryOtherPartner) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK bob
    2024-01-03 lead l1 anna k1 customer=c1
    2024-01-04 touch c1 LINK bob
    2024-01-05 pay p1 c1   -> anna 1000000000 LEAD why BY_LEAD WON BY_LEAD
    # The lead's own partner's touches stay.
    2024-01-03 lead l2 anna k2 customer=c2
    2024-01-04 touch c2 LINK anna
    2024-01-05 pay p2 c2   -> anna 1000000000 LINK why NOTHING WON
  )");
}

// 60 x 24 hours after 2024-01-01 is 2024-03-01.
TEST(AttributionTest, ProtectionCountedFromTheRegistrationEndsExactly) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 lead l1 anna k1 customer=c1
    2024-01-01 lead l2 anna k2 customer=c2
    2024-02-20 update l1 k1 activity
    2024-02-20 touch c1 LINK bob
    2024-02-20 touch c2 LINK bob
    2024-02-29T23:59:59.999999Z pay p1 c1 -> anna 1000000000 LEAD why WON BY_LEAD
    2024-03-01 pay p2 c2                  -> bob 1000000000 LINK why EXPIRED WON
  )");
}

TEST(AttributionTest, ProtectionCountedFromTheLastActivityIsExtended) {
  RunTable(R"(
    2024-01-01 program protect=60a
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 lead l1 anna k1 customer=c1
    2024-02-01 update l1 k1 activity
    2024-03-31 update l1 k1 QUALIFIED
    2024-04-01 touch c1 LINK bob
    # 60 days after the 31st of March.
    2024-05-29T23:59:59.999999Z pay p1 c1 -> anna 1000000000 LEAD
    # Activity at the end or after it revives nothing.
    2024-01-01 lead l2 anna k2 customer=c2
    2024-03-01 update l2 k2 activity
    2024-03-02 touch c2 LINK bob
    2024-03-03 pay p2 c2                  -> bob 1000000000 LINK why EXPIRED WON
    # The partner registers again.
    2024-03-03 lead l3 anna k3 customer=c3
    2024-05-30 update l3 k3 activity
    2024-05-30 lead l4 anna k3 customer=c3
    2024-05-31 touch c3 LINK bob
    2024-06-01 pay p3 c3                  -> anna 1000000000 LEAD why EXPIRED WON BY_LEAD
  )");
}

TEST(AttributionTest, RejectedAndLostEndALeadWonKeepsIt) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 lead l1 anna k1 customer=c1
    2024-01-02 lead l2 anna k2 customer=c2
    2024-01-02 lead l3 anna k3 customer=c3
    2024-01-03 update l1 k1 REJECTED
    2024-01-03 update l2 k2 LOST
    2024-01-03 update l3 k3 WON
    2024-01-04 update l1 k1 QUALIFIED
    2024-01-04 touch c1 LINK bob
    2024-01-04 touch c2 LINK bob
    2024-01-04 touch c3 LINK bob
    2024-01-05 pay p1 c1  -> bob 1000000000 LINK why REJECTED WON
    2024-01-05 pay p2 c2  -> bob 1000000000 LINK why LEAD_LOST WON
    2024-01-05 pay p3 c3  -> anna 1000000000 LEAD why WON BY_LEAD
    # A payment from before the rejection sees the lead alive.
    2024-01-02 lead l4 anna k4 customer=c4
    2024-01-10 update l4 k4 REJECTED
    2024-01-09 pay p4 c4  -> anna 1000000000 LEAD
  )");
}

TEST(AttributionTest, WithoutAProtectionALeadLivesWithoutEnd) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 lead l1 anna k1 customer=c1
    2054-01-03 touch c1 LINK bob
    2054-01-04 pay p1 c1                     -> anna 1000000000 LEAD why WON BY_LEAD
    2054-01-05 lead l2 bob k1                -> refused ALREADY_EXISTS without end
  )");
}

// It names that lead's end but not its partner.
TEST(AttributionTest, ASecondLeadIsRefusedWhileAnotherPartnersLives) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 lead l1 anna k1,k2
    2024-01-02 lead l2 bob k1,k3    -> refused ALREADY_EXISTS lead_registered.contact_keys[0]: another partner's lead is protected until 2024-03-01T00:00:00Z
    # Another first key is another lead.
    2024-01-02 lead l2 bob k2
    # Its own partner may register again.
    2024-01-03 lead l3 anna k1
    2024-01-02 lead l4 anna k4 customer=c1
    2024-01-03 lead l5 bob k5 customer=c1    -> refused ALREADY_EXISTS lead_registered.customer_id: another partner's lead is protected until 2024-03-02T00:00:00Z
    2024-01-04 update l4 k4 LOST
    2024-01-04 lead l5 bob k5 customer=c1
    2024-01-05 lead l5 bob k6                -> refused ALREADY_EXISTS lead_registered.lead_id
    2024-01-05 lead l6 nobody k6             -> refused NOT_FOUND lead_registered.partner_id
    2024-01-05 update l9 k1 activity         -> refused NOT_FOUND lead_updated.lead_id
    2024-01-05 update l1 k2 activity         -> refused NOT_FOUND lead_updated.contact_key
  )");
}

// l2 comes late, from before l1, which did not live yet then.
TEST(AttributionTest, OfTwoLiveLeadsTheEarlierExcludesTheOther) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-10 lead l1 anna k1 customer=c1
    2024-01-09 lead l2 bob k2 customer=c1
    2024-01-20 pay p1 c1  -> bob 1000000000 LEAD why BY_LEAD WON
    # Of equal times the one applied first.
    2024-01-10 lead l3 anna k3
    2024-01-10 lead l4 bob k4
    2024-01-11 signup c2 keys=k4,k3
    2024-01-20 pay p2 c2  -> anna 1000000000 LEAD why WON BY_LEAD
  )");
}

// The record tells who was a partner then, not when the event came.
TEST(AttributionTest, ALeadFromBeforeItsPartnersRecordIsRefused) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-02-01 partner bob
    2024-01-31T23:59:59.999999Z lead l1 bob k1 customer=c1 -> refused NOT_FOUND lead_registered.partner_id: the partner has no record at that time
    # Neither its id nor its key is taken, and it protects nothing.
    2024-01-20 lead l1 anna k1 customer=c1
    2024-02-02 pay p1 c1  -> anna 1000000000 LEAD why WON
    2024-02-01 lead l2 bob k2 customer=c2
    2024-02-02 pay p2 c2  -> bob 1000000000 LEAD
    # A record that comes late tells as well.
    2024-01-15 partner bob
    2024-01-31 lead l3 bob k3 customer=c3
    2024-02-02 pay p3 c3  -> bob 1000000000 LEAD
  )");
}

// A lead that is out for another reason protects nobody.
TEST(AttributionTest, ALeadThatIsOutExcludesNobody) {
  RunTable(R"(
    2024-01-01 program protect=60r window.LEAD=10
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 lead l1 anna k1 customer=c1
    2024-01-02 touch c1 LINK bob
    2024-01-11 pay p1 c1  -> bob 1000000000 LINK why WINDOW WON
    2024-01-01 lead l2 anna k2 customer=c2
    2024-01-02 touch c2 LINK bob
    2024-01-03 partner anna status=SUSPENDED
    2024-01-04 pay p2 c2  -> bob 1000000000 LINK why NOT_ACTIVE WON
  )");
}

// ---------------------------------------------------------------------------
// Precedence

TEST(AttributionTest, OnlyTheHighestTierThatHasACandidateCompetes) {
  RunTable(R"(
    2024-01-01 program tiers=LEAD/CODE/LINK,VIEW window.CODE=10
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 code A anna
    2024-01-02 touch c1 CODE A
    2024-01-03 touch c1 LINK bob
    2024-01-04 touch c1 VIEW bob
    2024-01-05 pay p1 c1   -> anna 1000000000 CODE why WON LOWER LOWER
    # The code is past its window: its tier has no candidate.
    2024-01-02 touch c2 CODE A
    2024-01-03 touch c2 VIEW anna
    2024-01-03 touch c2 LINK bob
    2024-01-12 pay p2 c2   -> bob 1000000000 LINK why WINDOW NOTHING WON
    # A lead of the same partner stands above its code.
    2024-01-03 lead l3 anna k3 customer=c3
    2024-01-04 touch c3 CODE A
    2024-01-05 pay p3 c3   -> anna 1000000000 LEAD why WON LOWER
  )");
}

TEST(AttributionTest, AChannelThatNoTierNamesCannotWin) {
  RunTable(R"(
    2024-01-01 program tiers=CODE/LINK
    2024-01-01 partner anna
    2024-01-02 touch c1 VIEW anna
    2024-01-05 pay p1 c1   -> nobody why NO_TIER
  )");
}

TEST(AttributionTest, WithoutTiersAllChannelsStandInOne) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 code A anna
    2024-01-02 touch c1 CODE A
    2024-01-03 touch c1 VIEW bob
    2024-01-05 pay p1 c1   -> bob 1000000000 VIEW why NOTHING WON
  )");
}

// Each pair of channels of two partners, the first older, the second younger,
// in conflict: without tiers the younger wins, but for a live lead; with tiers
// the higher channel wins, whichever came first.
TEST(AttributionTest, EachPairOfChannelsInConflict) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 code A anna
    2024-01-01 code B bob
    2024-01-02 touch lc LINK anna
    2024-01-03 touch lc CODE B
    2024-01-05 pay p1 lc  -> bob 1000000000 CODE why NOTHING WON
    2024-01-02 touch lv LINK anna
    2024-01-03 touch lv VIEW bob
    2024-01-05 pay p2 lv  -> bob 1000000000 VIEW why NOTHING WON
    2024-01-02 touch cl CODE A
    2024-01-03 touch cl LINK bob
    2024-01-05 pay p3 cl  -> bob 1000000000 LINK why NOTHING WON
    2024-01-02 touch cv CODE A
    2024-01-03 touch cv VIEW bob
    2024-01-05 pay p4 cv  -> bob 1000000000 VIEW why NOTHING WON
    2024-01-02 touch vl VIEW anna
    2024-01-03 touch vl LINK bob
    2024-01-05 pay p5 vl  -> bob 1000000000 LINK why NOTHING WON
    2024-01-02 touch vc VIEW anna
    2024-01-03 touch vc CODE B
    2024-01-05 pay p6 vc  -> bob 1000000000 CODE why NOTHING WON
    2024-01-02 lead l7 anna k7 customer=el
    2024-01-03 touch el LINK bob
    2024-01-05 pay p7 el  -> anna 1000000000 LEAD why WON BY_LEAD
    2024-01-02 touch le LINK anna
    2024-01-03 lead l8 bob k8 customer=le
    2024-01-05 pay p8 le  -> bob 1000000000 LEAD why BY_LEAD WON
    2024-01-02 lead l9 anna k9 customer=ec
    2024-01-03 touch ec CODE B
    2024-01-05 pay p9 ec  -> anna 1000000000 LEAD why WON BY_LEAD
    2024-01-02 touch ce CODE A
    2024-01-03 lead l10 bob k10 customer=ce
    2024-01-05 pay p10 ce -> bob 1000000000 LEAD why BY_LEAD WON
    2024-01-02 lead l11 anna k11 customer=ev
    2024-01-03 touch ev VIEW bob
    2024-01-05 pay p11 ev -> anna 1000000000 LEAD why WON BY_LEAD
    2024-01-02 touch ve VIEW anna
    2024-01-03 lead l12 bob k12 customer=ve
    2024-01-05 pay p12 ve -> bob 1000000000 LEAD why BY_LEAD WON
  )");
  RunTable(R"(
    2024-01-01 program tiers=LEAD/CODE/LINK/VIEW
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 code A anna
    2024-01-01 code B bob
    2024-01-02 touch lc LINK anna
    2024-01-03 touch lc CODE B
    2024-01-05 pay p1 lc  -> bob 1000000000 CODE why LOWER WON
    2024-01-02 touch cl CODE A
    2024-01-03 touch cl LINK bob
    2024-01-05 pay p2 cl  -> anna 1000000000 CODE why WON LOWER
    2024-01-02 touch lv LINK anna
    2024-01-03 touch lv VIEW bob
    2024-01-05 pay p3 lv  -> anna 1000000000 LINK why WON LOWER
    2024-01-02 touch vl VIEW anna
    2024-01-03 touch vl LINK bob
    2024-01-05 pay p4 vl  -> bob 1000000000 LINK why LOWER WON
    2024-01-02 touch cv CODE A
    2024-01-03 touch cv VIEW bob
    2024-01-05 pay p5 cv  -> anna 1000000000 CODE why WON LOWER
    2024-01-02 touch vc VIEW anna
    2024-01-03 touch vc CODE B
    2024-01-05 pay p6 vc  -> bob 1000000000 CODE why LOWER WON
  )");
}

// DIRECT against each channel, under each policy; the DIRECT touch is younger.
TEST(AttributionTest, DirectAgainstEachChannel) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 code A anna
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 DIRECT
    2024-01-05 pay p1 c1  -> anna 1000000000 LINK why WON IGNORED
    2024-01-03 touch c2 DIRECT
    2024-01-05 pay p2 c2  -> nobody why IGNORED
  )");
  RunTable(R"(
    2024-01-01 program direct=COMPETE
    2024-01-01 partner anna
    2024-01-01 code A anna
    2024-01-02 touch dl LINK anna
    2024-01-03 touch dl DIRECT
    2024-01-05 pay p1 dl  -> vendor 1000000000 pays nobody why NOTHING WON
    2024-01-02 touch dc CODE A
    2024-01-03 touch dc DIRECT
    2024-01-05 pay p2 dc  -> vendor 1000000000 why NOTHING WON
    2024-01-02 touch dv VIEW anna
    2024-01-03 touch dv DIRECT
    2024-01-05 pay p3 dv  -> vendor 1000000000 why NOTHING WON
    2024-01-02 touch ld DIRECT
    2024-01-03 touch ld LINK anna
    2024-01-05 pay p4 ld  -> anna 1000000000 LINK why NOTHING WON
    # A DIRECT touch is no partner's: a live lead does not exclude it.
    2024-01-02 lead l5 anna k5 customer=de
    2024-01-03 touch de DIRECT
    2024-01-05 pay p5 de  -> vendor 1000000000 why NOTHING WON
    # With no partner's candidate it takes the decision, which binds.
    2024-01-03 touch d DIRECT
    2024-01-05 pay p6 d   -> vendor 1000000000
    2024-01-06 touch d LINK anna
    2024-01-07 pay p7 d   -> none pays nobody
  )");
  RunTable(R"(
    2024-01-01 program direct=WIN window.DIRECT=10 tiers=LEAD/CODE/LINK,VIEW
    2024-01-01 partner anna
    2024-01-01 code A anna
    2024-01-02 touch wl DIRECT
    2024-01-03 touch wl LINK anna
    2024-01-05 pay p1 wl  -> vendor 1000000000 pays nobody why WON BY_DIRECT
    2024-01-02 touch wc DIRECT
    2024-01-03 touch wc CODE A
    2024-01-05 pay p2 wc  -> vendor 1000000000 why WON BY_DIRECT
    2024-01-02 touch wv DIRECT
    2024-01-03 touch wv VIEW anna
    2024-01-05 pay p3 wv  -> vendor 1000000000 why WON BY_DIRECT
    2024-01-02 touch we DIRECT
    2024-01-03 lead l4 anna k4 customer=we
    2024-01-05 pay p4 we  -> vendor 1000000000 why WON BY_DIRECT
    # Outside its window it takes nothing.
    2024-01-02 touch wo DIRECT
    2024-01-03 touch wo LINK anna
    2024-01-12 pay p5 wo  -> anna 1000000000 LINK why WINDOW WON
  )");
}

TEST(AttributionTest, DirectStandsInTheTierThatNamesItElseInWhicheverCompetes) {
  RunTable(R"(
    2024-01-01 program direct=COMPETE model=LINEAR tiers=CODE/LINK
    2024-01-01 partner anna
    2024-01-01 code A anna
    2024-01-02 touch c1 CODE A
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 DIRECT
    2024-01-05 pay p1 c1 -> anna 500000000 CODE, vendor 500000000 pays anna 500 ACQUIRER why WON LOWER WON
    2024-01-02 touch c2 VIEW anna
    2024-01-03 touch c2 DIRECT
    2024-01-05 pay p2 c2 -> vendor 1000000000 why NO_TIER WON
    2024-02-01 program direct=COMPETE model=LINEAR tiers=CODE/LINK,DIRECT
    2024-02-02 touch c3 CODE A
    2024-02-03 touch c3 DIRECT
    2024-02-05 pay p3 c3 -> anna 1000000000 CODE why WON LOWER
    2024-02-02 touch c4 LINK anna
    2024-02-03 touch c4 DIRECT
    2024-02-05 pay p4 c4 -> anna 500000000 LINK, vendor 500000000
    2024-03-01 program direct=COMPETE model=LINEAR tiers=DIRECT/CODE/LINK
    2024-03-02 touch c5 CODE A
    2024-03-03 touch c5 DIRECT
    2024-03-05 pay p5 c5 -> vendor 1000000000 why LOWER WON
  )");
}

// ---------------------------------------------------------------------------
// Models

TEST(AttributionTest, FirstAndLastTouch) {
  RunTable(R"(
    2024-01-01 program model=FIRST_TOUCH
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 VIEW bob
    2024-01-04 touch c1 VIEW anna
    2024-01-05 pay p1 c1 -> anna 1000000000 LINK why WON NOTHING NOTHING
    # Of equal times the later applied is the later touch.
    2024-01-02 touch c2 LINK bob
    2024-01-02 touch c2 LINK anna
    2024-01-05 pay p2 c2 -> bob 1000000000 LINK
    2024-02-01 program model=LAST_TOUCH
    2024-02-02 touch c3 LINK bob
    2024-02-02 touch c3 LINK anna
    2024-02-01 touch c3 LINK bob
    2024-02-05 pay p3 c3 -> anna 1000000000 LINK why NOTHING WON NOTHING
  )");
}

// Three touches, two of them anna's: 2/3 and 1/3. The odd part goes to the
// larger remainder. Credits stand in the order of the first touch, with what
// the last one came by.
TEST(AttributionTest, Linear) {
  RunTable(R"(
    2024-01-01 program model=LINEAR
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 partner carl
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 VIEW bob
    2024-01-04 touch c1 VIEW anna
    2024-01-05 pay p1 c1 -> anna 666666667 VIEW, bob 333333333 VIEW pays anna 667 ACQUIRER, bob 333 ACQUIRER why WON WON WON
    # Three of a third each: the parts left over go to the earlier.
    2024-01-02 touch c2 LINK bob
    2024-01-03 touch c2 LINK carl
    2024-01-04 touch c2 LINK anna
    2024-01-05 pay p2 c2 -> bob 333333334 LINK, carl 333333333 LINK, anna 333333333 LINK pays bob 334 ACQUIRER, carl 333 ACQUIRER, anna 333 ACQUIRER
  )");
}

// Half-life 7 days: ages of 14, 7 and 0 days weigh 1/4, 1/2 and 1, in all 7/4:
// 1/7, 2/7 and 4/7.
TEST(AttributionTest, TimeDecay) {
  RunTable(R"(
    2024-01-01 program model=TIME_DECAY half_life=7
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 partner carl
    2024-01-01 touch c1 LINK anna
    2024-01-08 touch c1 LINK bob
    2024-01-15 touch c1 LINK carl
    2024-01-15 pay p1 c1 -> anna 142857143 LINK, bob 285714286 LINK, carl 571428571 LINK
    # anna's two touches add up before the split: 1/4 + 1 of 7/4 is 5/7.
    2024-01-01 touch c2 LINK anna
    2024-01-08 touch c2 LINK bob
    2024-01-15 touch c2 LINK anna
    2024-01-15 pay p2 c2 -> anna 714285714 LINK, bob 285714286 LINK
    # Half a half-life apart: 1 to 2^0.5, that is 0.41421356... and 0.58578643...
    2024-01-01 touch c3 LINK anna
    2024-01-04T12:00:00Z touch c3 LINK bob
    2024-01-10 pay p3 c3 -> anna 414213562 LINK, bob 585786438 LINK
  )");
}

TEST(AttributionTest, PositionBased) {
  RunTable(R"(
    2024-01-01 program model=POSITION_BASED first=40% last=40%
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-01 partner carl
    2024-01-01 touch c1 LINK anna
    2024-01-02 touch c1 LINK bob
    2024-01-03 touch c1 LINK bob
    2024-01-04 touch c1 LINK bob
    2024-01-05 touch c1 LINK carl
    2024-01-06 pay p1 c1 -> anna 400000000 LINK, bob 200000000 LINK, carl 400000000 LINK
    # One takes all.
    2024-01-05 touch c2 LINK carl
    2024-01-06 pay p2 c2 -> carl 1000000000 LINK
    2024-02-01 program model=POSITION_BASED first=50% last=25%
    # Two share in the ratio of first to last.
    2024-02-05 touch c3 LINK carl
    2024-02-06 touch c3 LINK anna
    2024-02-07 pay p3 c3 -> carl 666666667 LINK, anna 333333333 LINK
    2024-03-01 program model=POSITION_BASED first=100% last=0%
    # What the model gives nothing does not count.
    2024-03-05 touch c4 LINK carl
    2024-03-06 touch c4 LINK anna
    2024-03-07 pay p4 c4 -> carl 1000000000 LINK why WON NOTHING
  )");
}

// ---------------------------------------------------------------------------
// Binding

// 12 months from the 29th of February end on the 28th; the day itself is out.
TEST(AttributionTest, BindingForMonthsEndsAtTheAnniversary) {
  RunTable(R"(
    2024-01-01 program binding=12
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-02-29T15:00:00Z touch c1 LINK anna
    2024-02-29T15:00:00Z pay p1 c1            -> anna 1000000000 LINK
    2024-03-01 touch c1 LINK bob
    2025-02-27T23:59:59.999999Z pay p2 c1     -> none pays anna 1000 ACQUIRER
    2025-02-28 pay p3 c1                      -> bob 1000000000 LINK pays bob 1000 ACQUIRER
    # A late payment from before the decision stands under it.
    2024-06-01 pay p4 c1                      -> none pays bob 1000 ACQUIRER
    2026-02-27T23:59:59Z pay p5 c1            -> none pays bob 1000 ACQUIRER
  )");
}

TEST(AttributionTest, WithoutBindingEveryPaymentIsAConversion) {
  RunTable(R"(
    2024-01-01 program binding=NONE window.LINK=30
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1   -> anna 1000000000 LINK
    2024-01-04 touch c1 LINK bob
    2024-01-05 pay p2 c1   -> bob 1000000000 LINK pays bob 1000 ACQUIRER
    2024-03-05 pay p3 c1   -> nobody pays nobody
    # Late, it decides by its own time.
    2024-01-03 pay p4 c1   -> anna 1000000000 LINK
  )");
}

TEST(AttributionTest, ADecisionWithoutAWinnerBindsUnlessOrganicRetries) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 pay p1 c1   -> nobody
    2024-01-03 touch c1 LINK anna
    2024-01-04 pay p2 c1   -> none pays nobody
  )");
  RunTable(R"(
    2024-01-01 program organic=RETRY
    2024-01-01 partner anna
    2024-01-02 pay p1 c1   -> nobody
    2024-01-03 touch c1 LINK anna
    2024-01-04 pay p2 c1   -> anna 1000000000 LINK pays anna 1000 ACQUIRER
    2024-01-05 pay p3 c1   -> none pays anna 1000 ACQUIRER
  )");
  // The vendor is a winner.
  RunTable(R"(
    2024-01-01 program organic=RETRY direct=COMPETE
    2024-01-01 partner anna
    2024-01-01 touch c1 DIRECT
    2024-01-02 pay p1 c1   -> vendor 1000000000
    2024-01-03 touch c1 LINK anna
    2024-01-04 pay p2 c1   -> none pays nobody
  )");
}

// The version of the conversion decides, binding included.
TEST(AttributionTest, TermsAreThoseOfTheConversion) {
  RunTable(R"(
    2024-01-01 program model=FIRST_TOUCH
    2024-03-01 program model=LAST_TOUCH binding=1
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 LINK bob
    2024-02-01 pay p1 c1   -> anna 1000000000 LINK
    2024-05-01 pay p2 c1   -> none pays anna 1000 ACQUIRER
    2024-01-02 touch c2 LINK anna
    2024-01-03 touch c2 LINK bob
    2024-03-01 pay p3 c2   -> bob 1000000000 LINK
    2024-04-01 pay p4 c2   -> bob 1000000000 LINK
    # Late, before the second version.
    2024-01-02 touch c3 LINK anna
    2024-01-03 touch c3 LINK bob
    2024-02-29 pay p5 c3   -> anna 1000000000 LINK
  )");
}

// ---------------------------------------------------------------------------
// Visitors and merges

TEST(AttributionTest, AVisitorsTouchesBecomeTheCustomers) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch v:a LINK anna
    2024-01-03 touch v:b LINK bob
    2024-01-04 identify a c1
    2024-01-04 identify b c1
    2024-01-04 identify a c1
    2024-01-04 identify a c2   -> refused FAILED_PRECONDITION customer_identified.visitor_id
    # A touch of an identified visitor is the customer's.
    2024-01-05 touch v:a VIEW anna
    2024-01-06 pay p1 c1       -> anna 1000000000 VIEW why NOTHING NOTHING WON
  )");
}

TEST(AttributionTest, MergedCustomersAreOne) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c2 LINK bob
    2024-01-04 merge c1 c2
    2024-01-04 merge c1 c2     -> refused FAILED_PRECONDITION
    2024-01-04 merge c2 c1     -> refused FAILED_PRECONDITION
    2024-01-04 merge c2 c2     -> refused FAILED_PRECONDITION
    2024-01-04 merge c1 c3     -> refused FAILED_PRECONDITION
    # Either name is the customer.
    2024-01-05 touch c1 VIEW anna
    2024-01-06 pay p1 c1       -> anna 1000000000 VIEW why NOTHING NOTHING WON
    2024-01-07 pay p2 c2       -> none pays anna 1000 ACQUIRER
    # A new name for a name.
    2024-01-08 merge c2 c3
    2024-01-09 pay p3 c1       -> none pays anna 1000 ACQUIRER
    2024-01-09 pay p4 c3       -> none pays anna 1000 ACQUIRER
  )");
}

TEST(AttributionTest, IntosDecisionStandsElseFroms) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-03 pay p1 c1       -> anna 1000000000 LINK
    2024-01-02 touch c2 LINK bob
    2024-01-03 pay p2 c2       -> bob 1000000000 LINK
    2024-01-04 merge c1 c2
    2024-01-05 pay p3 c1       -> none pays bob 1000 ACQUIRER
    2024-01-02 touch c3 LINK anna
    2024-01-03 pay p4 c3       -> anna 1000000000 LINK
    2024-01-04 touch c4 LINK bob
    2024-01-05 merge c3 c4
    2024-01-06 pay p5 c4       -> none pays anna 1000 ACQUIRER
  )");
}

// Three months from the 5th of January end on the 5th of April, from the 5th of
// March on the 5th of June.
TEST(AttributionTest, OfMergedCustomersADecisionThatEndedMakesRoom) {
  // One customer keeps one decision, the last that binds: a late payment from
  // inside the first one's span stands under it.
  RunTable(R"(
    2024-01-01 program binding=3
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-05 pay p1 c1       -> anna 1000000000 LINK
    2024-03-02 touch c2 LINK bob
    2024-03-05 pay p2 c2       -> bob 1000000000 LINK
    2024-04-05 merge c2 c1
    2024-05-07 pay p3 c1       -> none pays bob 1000 ACQUIRER
    2024-02-01 pay p4 c1       -> none pays bob 1000 ACQUIRER
    2024-06-05 pay p5 c2       -> bob 1000000000 LINK
  )");
  // A microsecond before, that of `into` stands, and the next conversion is of
  // both.
  RunTable(R"(
    2024-01-01 program binding=3 model=FIRST_TOUCH
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-05 pay p1 c1       -> anna 1000000000 LINK
    2024-01-01 touch c2 LINK bob
    2024-03-05 pay p2 c2       -> bob 1000000000 LINK
    2024-04-04T23:59:59.999999Z merge c2 c1
    2024-04-04T23:59:59.999999Z pay p3 c2 -> none pays anna 1000 ACQUIRER
    2024-04-05 pay p4 c1       -> bob 1000000000 LINK
  )");
  // Where both have ended, that of `into` stays the one for late payments.
  RunTable(R"(
    2024-01-01 program binding=3
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-05 pay p1 c1       -> anna 1000000000 LINK
    2024-03-02 touch c2 LINK bob
    2024-03-05 pay p2 c2       -> bob 1000000000 LINK
    2024-08-01 merge c2 c1
    2024-04-04 pay p3 c2       -> none pays anna 1000 ACQUIRER
    2024-05-01 pay p4 c2       -> bob 1000000000 LINK
    2024-04-04 pay p5 c2       -> none pays bob 1000 ACQUIRER
  )");
}

// A late payment from inside an earlier, ended span stands under the last
// decision, which is all that a customer keeps.
TEST(AttributionTest, ALatePaymentStandsUnderTheLastDecision) {
  RunTable(R"(
    2024-01-01 program binding=3
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 touch c1 LINK anna
    2024-01-10 pay p1 c1       -> anna 1000000000 LINK
    2024-04-20 touch c1 LINK bob
    2024-05-01 pay p2 c1       -> bob 1000000000 LINK
    2024-02-01 pay p3 c1       -> none pays bob 1000 ACQUIRER
    2024-01-05 pay p4 c1       -> none pays bob 1000 ACQUIRER
  )");
}

// The only live candidate is in no tier: it excludes the other and cannot win.
TEST(AttributionTest, ALiveLeadThatNoTierNamesLeavesNobody) {
  RunTable(R"(
    2024-01-01 program tiers=CODE/LINK protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 lead l1 anna k1 customer=c1
    2024-01-03 touch c1 LINK bob
    2024-01-04 pay p1 c1       -> nobody why NO_TIER BY_LEAD
  )");
}

TEST(AttributionTest, AnImportWithoutBindingDecidesNothing) {
  RunTable(R"(
    2024-01-01 program binding=NONE
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 import c1 anna ACQUIRER  -> anna 1000000000 -
    2024-01-03 pay p1 c1       -> nobody pays nobody
    2024-01-04 touch c1 LINK bob
    2024-01-05 pay p2 c1       -> bob 1000000000 LINK
  )");
}

TEST(AttributionTest, MergedCustomersShareKeysLeadsAndRoles) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna keys=mail
    2024-01-01 partner bob
    2024-01-01 partner carl
    2024-01-02 signup c1 keys=mail
    2024-01-02 role c1 carl
    2024-01-02 lead l1 bob k1 customer=c1
    2024-01-03 touch c2 LINK anna
    2024-01-04 merge c1 c2
    2024-01-05 lead l2 anna k2 customer=c2   -> refused ALREADY_EXISTS lead_registered.customer_id
    2024-01-06 pay p1 c2       -> bob 1000000000 LEAD pays bob 1000 ACQUIRER, carl 500 SERVICER why WON SELF
    # A lead under a key that the other signed up with.
    2024-01-07 lead l3 bob mail
    2024-01-08 pay p2 c1       -> none pays bob 1000 ACQUIRER, carl 500 SERVICER
  )");
}

// ---------------------------------------------------------------------------
// Roles and imports

TEST(AttributionTest, AcquirerAndServicerAreBothPaidOnOnePayment) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner carl
    2024-01-01 partner dora
    2024-01-02 touch c1 LINK anna
    2024-01-03 role c1 carl
    2024-01-04 pay p1 c1       -> anna 1000000000 LINK pays anna 1000 ACQUIRER, carl 500 SERVICER
    # Of several in force the latest `from`, of equals the later applied.
    2024-02-01 role c1 dora from=2024-02-10 until=2024-02-20
    2024-02-09T23:59:59.999999Z pay p2 c1 -> none pays anna 1000 ACQUIRER, carl 500 SERVICER
    2024-02-10 pay p3 c1       -> none pays anna 1000 ACQUIRER, dora 500 SERVICER
    2024-02-20 pay p4 c1       -> none pays anna 1000 ACQUIRER, carl 500 SERVICER
    2024-02-20 role c1 anna from=2024-02-10
    2024-02-11 pay p5 c1       -> none pays anna 1000 ACQUIRER, anna 500 SERVICER
    # A servicer who is not ACTIVE earns nothing, and nobody steps in.
    2024-03-01 partner anna status=SUSPENDED
    2024-03-02 pay p6 c1       -> none pays nobody
    # Of a customer whom nobody brought.
    2024-03-02 role c2 carl
    2024-03-03 pay p7 c2       -> nobody pays carl 500 SERVICER
    2024-03-03 role c2 nobody  -> refused NOT_FOUND role_assigned.partner_id
    2024-03-03 role c2 carl until=2024-03-03 -> refused INVALID_ARGUMENT role_assigned.until_us
  )");
}

TEST(AttributionTest, AnImportedAttributionGoesOnHere) {
  RunTable(R"(
    2024-01-01 program binding=12
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 import c1 anna ACQUIRER since=2023-06-01 -> anna 1000000000 -
    2024-01-02 import c1 bob ACQUIRER since=2023-07-01  -> refused ALREADY_EXISTS attribution_imported.customer_id
    2024-01-03 touch c1 LINK bob
    2024-05-31T23:59:59Z pay p1 c1   -> none pays anna 1000 ACQUIRER
    2024-06-01 pay p2 c1             -> bob 1000000000 LINK
    # Where none is bound at that moment it may be imported.
    2025-07-01 import c1 anna ACQUIRER since=2025-06-02 -> anna 1000000000 -
    2025-07-02 pay p3 c1             -> none pays anna 1000 ACQUIRER
    2024-02-02 import c2 bob SERVICER since=2024-02-01  -> none
    2024-01-31 pay p4 c2             -> nobody pays nobody
    2024-02-01 pay p5 c2             -> none pays bob 500 SERVICER
    # What was decided elsewhere was decided by then.
    2024-02-02 import c4 bob SERVICER since=2024-02-02T00:00:00.000001Z -> refused INVALID_ARGUMENT attribution_imported.since_us: after the event's time
    2024-02-02 import c4 anna ACQUIRER since=2024-02-02 -> anna 1000000000 -
    2024-02-01 import c3 nobody SERVICER                -> refused NOT_FOUND attribution_imported.partner_id
  )");
}

TEST(AttributionTest, RefusedEventsChangeNothing) {
  RunTable(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 touch c1 DIRECT anna      -> refused INVALID_ARGUMENT touch.partner_id
    2024-01-02 touch c1 LEAD anna        -> refused INVALID_ARGUMENT touch.channel
    2024-01-02 touch c1 LINK             -> refused INVALID_ARGUMENT touch.partner_id
    2024-01-03 pay p1 c1                 -> nobody
  )");
}

// What the state forbids changes nothing of it: the bytes of the state are
// compared in program_state_codec_test.cc.
TEST(AttributionTest, EventsThatTheStateForbidsChangeNothing) {
  RunTable(R"(
    2024-01-01 program protect=60r
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 lead l1 anna k1 customer=c1
    2024-01-02 lead l2 bob k1 customer=c2 -> refused ALREADY_EXISTS
    2024-01-03 touch c2 LINK anna
    2024-01-04 pay p1 c2                  -> anna 1000000000 LINK why WON
    2024-01-04 lead l2 bob k2
    2024-01-02 touch v:a LINK bob
    2024-01-03 identify a c3
    2024-01-03 identify a c4              -> refused FAILED_PRECONDITION
    2024-01-04 pay p2 c4                  -> nobody
    2024-01-04 pay p3 c3                  -> bob 1000000000 LINK
    2024-01-05 merge c3 c4
    2024-01-05 merge c3 c1                -> refused FAILED_PRECONDITION
    2024-01-06 pay p4 c3                  -> none pays nobody
    2024-01-06 import c2 bob ACQUIRER paid=5 -> refused ALREADY_EXISTS
    2024-01-07 pay p5 c2                  -> none pays anna 1000 ACQUIRER
  )");
}

}  // namespace
}  // namespace vouch

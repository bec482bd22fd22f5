#include "vouch/identify/identify.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

struct Limits {
  int64_t valid_from = 0;
  std::optional<int64_t> valid_until;
  std::optional<int64_t> revoked_at;
  std::optional<int64_t> max_redemptions;
};

Code CodeOf(const Limits& limits) {
  Code code;
  code.valid_from = Instant{limits.valid_from};
  if (limits.valid_until) code.valid_until = Instant{*limits.valid_until};
  if (limits.revoked_at) code.revoked_at = Instant{*limits.revoked_at};
  code.max_redemptions = limits.max_redemptions;
  return code;
}

// docs/SEMANTICS.md, section 5, step 2 and section 4: ranges have their start
// in and their end out; what counts is the touch's own time.
TEST(StandingTest, ACodeHoldsFromItsStartUntilItsEnd) {
  const Limits whole{100, 200, {}, {}};
  const Limits open{100, {}, {}, {}};
  const Limits revoked{100, 200, 150, {}};
  const Limits revoked_early{100, {}, 50, {}};
  const Limits revoked_late{100, 200, 250, {}};
  const struct {
    Limits limits;
    int64_t at;
    Standing standing;
  } kCases[] = {
      {whole, INT64_MIN, Standing::kCodeNotYetValid},
      {whole, 99, Standing::kCodeNotYetValid},
      {whole, 100, Standing::kHolds},
      {whole, 199, Standing::kHolds},
      {whole, 200, Standing::kCodeExpired},
      {open, INT64_MAX, Standing::kHolds},
      // A touch from before the revocation holds, however late it comes.
      {revoked, 149, Standing::kHolds},
      {revoked, 150, Standing::kCodeRevoked},
      {revoked, 199, Standing::kCodeRevoked},
      {revoked, 200, Standing::kCodeExpired},
      {revoked, 99, Standing::kCodeNotYetValid},
      {revoked_early, 99, Standing::kCodeNotYetValid},
      {revoked_early, 100, Standing::kCodeRevoked},
      {revoked_late, 199, Standing::kHolds},
      {revoked_late, 250, Standing::kCodeExpired},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(StandingOf(CodeOf(c.limits), {}, false, Instant{c.at}),
              c.standing)
        << c.at;
  }
}

// Who redeems, as the engine keeps it: the codes of each customer and visitor,
// and how often each code was redeemed.
struct Somebody {
  std::vector<CodeIndex> redeemed;
};

Standing TouchBy(const Somebody& who, const Code& code, const CodeState& state,
                 int64_t at = 1) {
  return StandingOf(code, state, HasRedeemed(who.redeemed, CodeIndex(1)),
                    Instant{at});
}

// Section 5: a code is redeemed by the first CODE touch of a customer or
// visitor; the one past max_redemptions is used up. One line is one touch.
TEST(RedeemTest, TheOnePastTheMostIsUsedUp) {
  const Code code = CodeOf({0, {}, {}, 2});
  Somebody anna, bob, cleo, dora;
  const struct {
    Somebody* who;
    Standing standing;
    int64_t redemptions;  // after the touch
  } kTouches[] = {
      {&anna, Standing::kHolds, 1},
      {&anna, Standing::kHolds, 1},  // again: counted once
      {&bob, Standing::kHolds, 2},
      {&cleo, Standing::kCodeUsedUp, 2},
      {&dora, Standing::kCodeUsedUp, 2},
      {&anna, Standing::kHolds, 2},  // those who have it go on
      {&bob, Standing::kHolds, 2},
      {&cleo, Standing::kCodeUsedUp, 2},
  };
  CodeState state;
  for (const auto& t : kTouches) {
    const Standing standing = TouchBy(*t.who, code, state);
    EXPECT_EQ(standing, t.standing);
    if (standing == Standing::kHolds) {
      Redeem(CodeIndex(1), &t.who->redeemed, &state);
    }
    EXPECT_EQ(state.redemptions, t.redemptions);
  }
}

TEST(RedeemTest, WithoutAMostNothingIsUsedUp) {
  const Code code = CodeOf({});
  CodeState state;
  for (int i = 1; i <= 100; ++i) {
    Somebody who;
    EXPECT_EQ(TouchBy(who, code, state, 0), Standing::kHolds);
    Redeem(CodeIndex(1), &who.redeemed, &state);
  }
  EXPECT_EQ(state.redemptions, 100);
}

// An expired code is expired also for those who redeemed it, and expired
// before used up.
TEST(RedeemTest, TimeComesBeforeRedemptions) {
  const Code code = CodeOf({0, 200, {}, 1});
  CodeState state;
  Somebody anna, bob;
  Redeem(CodeIndex(1), &anna.redeemed, &state);
  EXPECT_EQ(TouchBy(anna, code, state, 200), Standing::kCodeExpired);
  EXPECT_EQ(TouchBy(bob, code, state, 200), Standing::kCodeExpired);
  EXPECT_EQ(TouchBy(bob, code, state, 199), Standing::kCodeUsedUp);
}

TEST(RedeemTest, EachCodeIsKeptOnceByItsNumber) {
  std::vector<CodeIndex> redeemed;
  CodeState state;
  for (const uint32_t code : {5u, 2u, 9u, 2u, 5u, 1u}) {
    Redeem(CodeIndex(code), &redeemed, &state);
  }
  EXPECT_EQ(redeemed, (std::vector<CodeIndex>{CodeIndex(1), CodeIndex(2),
                                              CodeIndex(5), CodeIndex(9)}));
  EXPECT_EQ(state.redemptions, 4);
  EXPECT_TRUE(HasRedeemed(redeemed, CodeIndex(9)));
  EXPECT_FALSE(HasRedeemed(redeemed, CodeIndex(3)));
  EXPECT_FALSE(HasRedeemed({}, CodeIndex(1)));
}

TEST(HandOverTest, AVisitorsRedemptionIsTheCustomersAndStillOne) {
  const Code code = CodeOf({0, {}, {}, 1});
  CodeState state;
  Somebody visitor, customer, other;
  Redeem(CodeIndex(1), &visitor.redeemed, &state);
  EXPECT_EQ(TouchBy(customer, code, state), Standing::kCodeUsedUp);
  HandOver(visitor.redeemed, &customer.redeemed);
  EXPECT_EQ(TouchBy(customer, code, state), Standing::kHolds);
  Redeem(CodeIndex(1), &customer.redeemed, &state);
  EXPECT_EQ(state.redemptions, 1);
  // Others still find it used up, and a second hand-over changes nothing.
  HandOver(visitor.redeemed, &customer.redeemed);
  EXPECT_EQ(customer.redeemed, std::vector<CodeIndex>{CodeIndex(1)});
  EXPECT_EQ(TouchBy(other, code, state), Standing::kCodeUsedUp);
}

// Two who redeemed the same code before they were known to be one: two
// redemptions were counted, and stay.
TEST(HandOverTest, WhatBothRedeemedIsKeptOnce) {
  CodeState state;
  Somebody visitor, customer;
  for (const uint32_t code : {7u, 1u, 4u}) {
    Redeem(CodeIndex(code), &visitor.redeemed, &state);
  }
  for (const uint32_t code : {4u, 9u}) {
    Redeem(CodeIndex(code), &customer.redeemed, &state);
  }
  EXPECT_EQ(CountTogether(visitor.redeemed, customer.redeemed), 4u);
  EXPECT_EQ(CountTogether(customer.redeemed, visitor.redeemed), 4u);
  HandOver(visitor.redeemed, &customer.redeemed);
  EXPECT_EQ(customer.redeemed,
            (std::vector<CodeIndex>{CodeIndex(1), CodeIndex(4), CodeIndex(7),
                                    CodeIndex(9)}));
  EXPECT_EQ(state.redemptions, 5);
}

}  // namespace
}  // namespace vouch

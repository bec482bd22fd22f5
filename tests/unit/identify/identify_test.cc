#include "vouch/identify/identify.h"

#include <cstdint>
#include <optional>

#include "gtest/gtest.h"

namespace vouch {
namespace {

SubjectKey Customer(uint64_t number) {
  return SubjectKey(CustomerNumber(number));
}
SubjectKey Visitor(uint64_t number) {
  return SubjectKey(VisitorNumber(number));
}

TEST(SubjectKeyTest, CustomersAndVisitorsNeverMeet) {
  EXPECT_NE(Customer(1).value(), Visitor(1).value());
  EXPECT_NE(Customer(2).value(), Visitor(1).value());
  EXPECT_NE(Customer(1).value(), Customer(2).value());
  EXPECT_EQ(Visitor(7).value(), Visitor(7).value());
}

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
    EXPECT_EQ(StandingOf(CodeOf(c.limits), {}, Customer(1), Instant{c.at}),
              c.standing)
        << c.at;
  }
}

// Section 5: a code is redeemed by the first CODE touch of a customer or
// visitor; the one past max_redemptions is used up. One line is one touch.
TEST(RedeemTest, TheOnePastTheMostIsUsedUp) {
  const Code code = CodeOf({0, {}, {}, 2});
  const struct {
    SubjectKey who;
    Standing standing;
    int64_t redemptions;  // after the touch
  } kTouches[] = {
      {Customer(1), Standing::kHolds, 1},
      {Customer(1), Standing::kHolds, 1},  // again: counted once
      {Visitor(1), Standing::kHolds, 2},   // another, of the same number
      {Visitor(2), Standing::kCodeUsedUp, 2},
      {Customer(2), Standing::kCodeUsedUp, 2},
      {Customer(1), Standing::kHolds, 2},  // those who have it go on
      {Visitor(1), Standing::kHolds, 2},
      {Visitor(2), Standing::kCodeUsedUp, 2},
  };
  CodeState state;
  for (const auto& t : kTouches) {
    const Standing standing = StandingOf(code, state, t.who, Instant{1});
    EXPECT_EQ(standing, t.standing);
    if (standing == Standing::kHolds) Redeem(t.who, &state);
    EXPECT_EQ(state.redemptions, t.redemptions);
  }
}

TEST(RedeemTest, WithoutAMostNothingIsUsedUp) {
  const Code code = CodeOf({});
  CodeState state;
  for (uint64_t i = 1; i <= 100; ++i) {
    EXPECT_EQ(StandingOf(code, state, Visitor(i), Instant{0}),
              Standing::kHolds);
    Redeem(Visitor(i), &state);
  }
  EXPECT_EQ(state.redemptions, 100);
}

// An expired code is expired also for those who redeemed it, and expired
// before used up.
TEST(RedeemTest, TimeComesBeforeRedemptions) {
  const Code code = CodeOf({0, 200, {}, 1});
  CodeState state;
  Redeem(Customer(1), &state);
  EXPECT_EQ(StandingOf(code, state, Customer(1), Instant{200}),
            Standing::kCodeExpired);
  EXPECT_EQ(StandingOf(code, state, Customer(2), Instant{200}),
            Standing::kCodeExpired);
  EXPECT_EQ(StandingOf(code, state, Customer(2), Instant{199}),
            Standing::kCodeUsedUp);
}

TEST(HandOverTest, AVisitorsRedemptionIsTheCustomersAndStillOne) {
  const Code code = CodeOf({0, {}, {}, 1});
  CodeState state;
  Redeem(Visitor(5), &state);
  EXPECT_EQ(StandingOf(code, state, Customer(1), Instant{1}),
            Standing::kCodeUsedUp);
  HandOver(Visitor(5), Customer(1), &state);
  EXPECT_EQ(StandingOf(code, state, Customer(1), Instant{1}), Standing::kHolds);
  Redeem(Customer(1), &state);
  EXPECT_EQ(state.redemptions, 1);
  // Others still find it used up, and a second hand-over changes nothing.
  HandOver(Visitor(5), Customer(1), &state);
  EXPECT_EQ(state.redemptions, 1);
  EXPECT_EQ(StandingOf(code, state, Customer(2), Instant{1}),
            Standing::kCodeUsedUp);
}

TEST(HandOverTest, AVisitorWithoutARedemptionHandsOverNone) {
  const Code code = CodeOf({0, {}, {}, 1});
  CodeState state;
  Redeem(Customer(9), &state);
  HandOver(Visitor(5), Customer(1), &state);
  EXPECT_EQ(state.redemptions, 1);
  EXPECT_EQ(StandingOf(code, state, Customer(1), Instant{1}),
            Standing::kCodeUsedUp);
}

}  // namespace
}  // namespace vouch

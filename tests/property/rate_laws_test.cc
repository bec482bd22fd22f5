// What rating divides adds up again (docs/SEMANTICS.md, section 6).
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "gtest/gtest.h"
#include "tests/support/history.h"
#include "tests/support/tries.h"
#include "vouch/rate/rate.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

// part / whole of numbers above zero, rounded: written apart from the library.
absl::int128 Round(absl::int128 part, absl::int128 whole, Rounding rounding) {
  const absl::int128 down = part / whole;
  const absl::int128 twice = (part - down * whole) * 2;
  if (twice == 0) return down;
  switch (rounding) {
    case Rounding::kUp:
    case Rounding::kCeiling:
      return down + 1;
    case Rounding::kDown:
    case Rounding::kFloor:
      return down;
    case Rounding::kHalfUp:
      return down + (twice >= whole ? 1 : 0);
    case Rounding::kHalfDown:
      return down + (twice > whole ? 1 : 0);
    case Rounding::kHalfEven:
      break;
  }
  if (twice != whole) return down + (twice > whole ? 1 : 0);
  return down + down % 2;
}

struct Budgeted {
  std::shared_ptr<const Program> program;
  event::PaymentLine line;
  std::vector<RatableCredit> credits;
  Rating rating;
  RateTrace trace;

  absl::Status Rate() {
    RatablePayment payment;
    payment.lines = absl::MakeConstSpan(&line, 1);
    payment.phase = Phase::kAcquisition;
    payment.credits = credits;
    return RatePayment(*program, payment, &trace, &rating);
  }
};

TEST(RateLawsTest, DiscountAndCommissionAddUpToTheBudget) {
  for (uint64_t seed = 1; seed <= Tries(10'000, 1'000'000); ++seed) {
    Random random(seed);
    Budgeted b;
    ProgramSpec spec = PercentProgram("p", "1%");
    const int64_t budget_ppb = random.Between(0, kPpb);
    spec.rules[0].reward = RewardSpec();
    spec.rules[0].budget = Rate::FromPpb(budget_ppb).ToString();
    spec.rounding = AnyRounding(&random);
    Mistakes mistakes;
    b.program = Program::Build(spec, &mistakes);
    ASSERT_NE(b.program, nullptr) << mistakes.ToString();
    const int64_t bound = int64_t{1} << random.Between(1, 62);
    b.line.line = 1;
    b.line.amount_minor = random.Between(1, bound);
    b.credits.resize(1);
    b.credits[0].weight_ppb = kPpb;
    const int64_t share_ppb = random.Between(0, kPpb);
    b.credits[0].customer_share = Rate::FromPpb(share_ppb);
    ASSERT_TRUE(b.Rate().ok());
    const AmountTrace& trace = b.trace.amounts.at(0);
    const absl::int128 product = absl::int128(b.line.amount_minor) * budget_ppb;
    ASSERT_EQ(absl::int128(trace.discount_minor) + trace.amount_minor,
              Round(product, kPpb, spec.rounding))
        << "seed " << seed;
    ASSERT_EQ(
        absl::int128(trace.discount_minor),
        Round(product * share_ppb, absl::int128(kPpb) * kPpb, spec.rounding))
        << "seed " << seed;
    ASSERT_GE(trace.discount_minor, 0) << "seed " << seed;
    ASSERT_GE(trace.amount_minor, 0) << "seed " << seed;
    ASSERT_EQ(b.rating.amounts.size(), trace.amount_minor > 0 ? 1u : 0u);
  }
}

TEST(RateLawsTest, ThePartsOfTheCreditsAddUpToTheWhole) {
  for (uint64_t seed = 1; seed <= Tries(10'000, 1'000'000); ++seed) {
    Random random(seed);
    Budgeted b;
    ProgramSpec spec = PercentProgram("p", "1%");
    const int64_t rate_ppb = random.Between(0, kPpb);
    spec.rules[0].reward.percent = Rate::FromPpb(rate_ppb).ToString();
    spec.rules[0].reward.fixed.amount_minor = random.Below(100);
    spec.rounding = AnyRounding(&random);
    Mistakes mistakes;
    b.program = Program::Build(spec, &mistakes);
    ASSERT_NE(b.program, nullptr) << mistakes.ToString();
    b.line.line = 1;
    b.line.amount_minor =
        random.Between(1, int64_t{1} << random.Between(1, 61));
    b.credits.resize(static_cast<std::size_t>(random.Between(1, 7)));
    int64_t left = kPpb;
    for (RatableCredit& credit : b.credits) {
      credit.weight_ppb = random.Between(0, left);
      left -= credit.weight_ppb;
    }
    b.credits.back().weight_ppb += left;
    ASSERT_TRUE(b.Rate().ok());
    absl::int128 sum = 0;
    for (const AmountTrace& amount : b.trace.amounts) {
      ASSERT_GE(amount.amount_minor, 0) << "seed " << seed;
      sum += amount.amount_minor;
    }
    ASSERT_EQ(
        sum,
        Round(absl::int128(b.line.amount_minor) * rate_ppb +
                  absl::int128(spec.rules[0].reward.fixed.amount_minor) * kPpb,
              kPpb, spec.rounding))
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace vouch

#include "vouch/base/rounding.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace vouch {
namespace {

constexpr Rounding kModes[] = {Rounding::kHalfEven, Rounding::kHalfUp,
                               Rounding::kHalfDown, Rounding::kDown,
                               Rounding::kUp,       Rounding::kFloor,
                               Rounding::kCeiling};

struct QuotientRow {
  int64_t amount, numerator, denominator;
  int64_t floor, ceiling, down, up, half_up, half_down, half_even;

  int64_t Expected(Rounding mode) const {
    switch (mode) {
      case Rounding::kHalfEven:
        return half_even;
      case Rounding::kHalfUp:
        return half_up;
      case Rounding::kHalfDown:
        return half_down;
      case Rounding::kDown:
        return down;
      case Rounding::kUp:
        return up;
      case Rounding::kFloor:
        return floor;
      default:
        return ceiling;
    }
  }
};

constexpr QuotientRow kQuotients[] = {
#include "tests/unit/base/rounding_table.inc"
};

TEST(RoundingTest, KnownAnswersInAllModes) {
  for (const QuotientRow& row : kQuotients) {
    for (const Rounding mode : kModes) {
      SCOPED_TRACE(testing::Message()
                   << row.amount << " * " << row.numerator << " / "
                   << row.denominator << " " << RoundingName(mode));
      const auto result =
          MultiplyRounded(row.amount, row.numerator, row.denominator, mode);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(*result, row.Expected(mode));
    }
  }
}

TEST(RoundingTest, ASignOnBothSidesChangesNothing) {
  for (const QuotientRow& row : kQuotients) {
    for (const Rounding mode : kModes) {
      const auto result = DivideRounded(
          -(absl::int128(row.amount) * row.numerator), -row.denominator, mode);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(*result, row.Expected(mode));
    }
  }
}

TEST(RoundingTest, DivisorOfZeroIsRefused) {
  EXPECT_EQ(DivideRounded(1, 0, Rounding::kDown).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MultiplyRounded(0, 0, 0, Rounding::kDown).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(RoundingTest, OverflowPast64BitsIsRefused) {
  const auto code = [](absl::int128 n, absl::int128 d, Rounding mode) {
    return DivideRounded(n, d, mode).status().code();
  };
  constexpr auto kOver = absl::StatusCode::kOutOfRange;
  const absl::int128 max = INT64_MAX;
  const absl::int128 min = INT64_MIN;
  EXPECT_EQ(code(max + 1, 1, Rounding::kDown), kOver);
  EXPECT_EQ(code(min, -1, Rounding::kDown), kOver);
  EXPECT_EQ(code(min - 1, 1, Rounding::kDown), kOver);
  EXPECT_EQ(code(absl::Int128Max(), 1, Rounding::kDown), kOver);
  EXPECT_EQ(code(absl::Int128Min(), -1, Rounding::kDown), kOver);
  // Rounding alone can pass the end.
  EXPECT_EQ(code(max * 2 + 1, 2, Rounding::kUp), kOver);
  EXPECT_EQ(code(max * 2 + 1, 2, Rounding::kHalfEven), kOver);
  EXPECT_EQ(*DivideRounded(max * 2 + 1, 2, Rounding::kHalfDown), INT64_MAX);
  EXPECT_EQ(code(min * 2 - 1, 2, Rounding::kFloor), kOver);
  EXPECT_EQ(*DivideRounded(min * 2 - 1, 2, Rounding::kCeiling), INT64_MIN);
  EXPECT_EQ(MultiplyRounded(INT64_MIN, -1, 1, Rounding::kDown).status().code(),
            kOver);
}

TEST(RoundingTest, EdgesOf128Bits) {
  const absl::int128 max = absl::Int128Max();
  const absl::int128 min = absl::Int128Min();
  EXPECT_EQ(*DivideRounded(min, min, Rounding::kUp), 1);
  EXPECT_EQ(*DivideRounded(max, min, Rounding::kDown), 0);
  EXPECT_EQ(*DivideRounded(max, min, Rounding::kFloor), -1);
  EXPECT_EQ(*DivideRounded(max, min, Rounding::kHalfUp), -1);
  EXPECT_EQ(*DivideRounded(min, max, Rounding::kDown), -1);
  EXPECT_EQ(*DivideRounded(min, max, Rounding::kUp), -2);
  // 2^126 / -2^127: a tie whose doubled remainder does not fit.
  EXPECT_EQ(*DivideRounded(absl::int128(1) << 126, min, Rounding::kHalfUp), -1);
  EXPECT_EQ(*DivideRounded(absl::int128(1) << 126, min, Rounding::kHalfEven),
            0);
  EXPECT_EQ(*MultiplyRounded(INT64_MIN, INT64_MIN, INT64_MIN, Rounding::kDown),
            INT64_MIN);
  EXPECT_EQ(*MultiplyRounded(INT64_MIN, INT64_MAX, INT64_MAX, Rounding::kDown),
            INT64_MIN);
}

TEST(RoundingTest, NamesReadBack) {
  for (const Rounding mode : kModes) {
    EXPECT_EQ(ParseRounding(RoundingName(mode)), mode);
  }
  EXPECT_EQ(ParseRounding("HALF_EVEN"), Rounding::kHalfEven);
  EXPECT_EQ(ParseRounding("CEILING"), Rounding::kCeiling);
  for (const char* bad : {"", "half_even", "HALF", "HALF_EVEN ", "UNNECESSARY"})
    EXPECT_EQ(ParseRounding(bad), std::nullopt) << bad;
}

TEST(RoundingTest, ANumberThatIsNoModeHasNoNameAndCuts) {
  const auto none = static_cast<Rounding>(7);
  EXPECT_EQ(RoundingName(none), "");
  EXPECT_EQ(*DivideRounded(19, 10, none), 1);
}

TEST(RoundingTest, CheckedAddAndSub) {
  int64_t out = 5;
  EXPECT_TRUE(CheckedAdd(INT64_MAX, INT64_MIN, &out));
  EXPECT_EQ(out, -1);
  EXPECT_TRUE(CheckedAdd(INT64_MAX - 1, 1, &out));
  EXPECT_EQ(out, INT64_MAX);
  EXPECT_FALSE(CheckedAdd(INT64_MAX, 1, &out));
  EXPECT_FALSE(CheckedAdd(INT64_MIN, -1, &out));
  EXPECT_FALSE(CheckedAdd(INT64_MIN, INT64_MIN, &out));
  EXPECT_EQ(out, INT64_MAX);  // as it was

  EXPECT_TRUE(CheckedSub(-1, INT64_MIN, &out));
  EXPECT_EQ(out, INT64_MAX);
  EXPECT_TRUE(CheckedSub(-1, INT64_MAX, &out));
  EXPECT_EQ(out, INT64_MIN);
  EXPECT_FALSE(CheckedSub(0, INT64_MIN, &out));
  EXPECT_FALSE(CheckedSub(-2, INT64_MAX, &out));
  EXPECT_FALSE(CheckedSub(INT64_MIN, 1, &out));
  EXPECT_EQ(out, INT64_MIN);  // as it was
}

TEST(RoundingTest, CheckedMul) {
  const absl::int128 max = absl::Int128Max();
  const absl::int128 min = absl::Int128Min();
  absl::int128 out = 5;
  EXPECT_TRUE(CheckedMul(0, min, &out));
  EXPECT_EQ(out, 0);
  EXPECT_TRUE(CheckedMul(min, 1, &out));
  EXPECT_EQ(out, min);
  EXPECT_TRUE(CheckedMul(-max, -1, &out));
  EXPECT_EQ(out, max);
  EXPECT_TRUE(CheckedMul(INT64_MIN, INT64_MIN, &out));
  EXPECT_EQ(out, absl::int128(1) << 126);
  EXPECT_TRUE(CheckedMul(absl::int128(1) << 64, INT64_MIN, &out));
  EXPECT_EQ(out, min);
  EXPECT_FALSE(CheckedMul(min, -1, &out));
  EXPECT_FALSE(CheckedMul(max, 2, &out));
  EXPECT_FALSE(CheckedMul(absl::int128(1) << 64, absl::int128(1) << 63, &out));
  // Both below 2^64, the product above 2^127.
  EXPECT_FALSE(CheckedMul(UINT64_MAX, UINT64_MAX, &out));
  EXPECT_FALSE(CheckedMul(absl::int128(1) << 100, 1 << 27, &out));
  EXPECT_FALSE(
      CheckedMul(absl::int128(1) << 100, absl::int128(1) << 100, &out));
  EXPECT_EQ(out, min);  // as it was
}

TEST(RoundingTest, MagnitudeAndSignAtTheEdges) {
  EXPECT_EQ(internal::Magnitude(INT64_MIN), uint64_t{1} << 63);
  EXPECT_EQ(internal::WithSign(uint64_t{1} << 63, true), INT64_MIN);
  EXPECT_EQ(internal::WithSign(0, true), 0);
  EXPECT_EQ(internal::WithSign(7, true), -7);
  EXPECT_EQ(internal::WithSign(INT64_MAX, false), INT64_MAX);
}

}  // namespace
}  // namespace vouch

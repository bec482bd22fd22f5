#include "vouch/base/fraction_sum.h"

#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

using Terms = std::vector<WeightedFraction>;

struct SumRow {
  int64_t amount;
  Terms terms;
  struct {
    int64_t floor, ceiling, half_even, half_up, half_down;
  } expected;
};

const std::vector<SumRow>& SumRows() {
  static const auto* const kSumRows = new std::vector<SumRow>{
#include "tests/unit/base/fraction_sum_table.inc"
  };
  return *kSumRows;
}

constexpr Rounding kAllModes[] = {Rounding::kHalfEven, Rounding::kHalfUp,
                                  Rounding::kHalfDown, Rounding::kDown,
                                  Rounding::kUp,       Rounding::kFloor,
                                  Rounding::kCeiling};

int64_t Expected(const SumRow& row, Rounding mode) {
  switch (mode) {
    case Rounding::kHalfEven:
      return row.expected.half_even;
    case Rounding::kHalfUp:
      return row.expected.half_up;
    case Rounding::kHalfDown:
      return row.expected.half_down;
    case Rounding::kDown:
    case Rounding::kFloor:
      return row.expected.floor;
    default:
      return row.expected.ceiling;
  }
}

internal::FractionSum SumOf(const Terms& terms) {
  return internal::SumTerms(terms, *internal::CheckTerms(terms));
}

TEST(FractionSumTest, KnownAnswersInAllModes) {
  ASSERT_EQ(SumRows().size(), 45u);
  for (const SumRow& row : SumRows()) {
    for (const Rounding mode : kAllModes) {
      const auto result = ScaleByFractions(row.amount, row.terms, mode);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(*result, Expected(row, mode))
          << row.amount << " " << row.terms.size() << " " << RoundingName(mode);
    }
  }
}

TEST(FractionSumTest, EachWayThatAnswersAnswersTheSame) {
  int narrow = 0;
  int bounds = 0;
  int neither = 0;
  for (const SumRow& row : SumRows()) {
    const internal::FractionSum sum = SumOf(row.terms);
    for (const Rounding mode : kAllModes) {
      const int64_t expected = Expected(row, mode);
      EXPECT_EQ(internal::ScaleExact(row.amount, sum, mode), expected);
      const auto first = internal::ScaleNarrow(row.amount, sum, mode);
      const auto second = internal::ScaleByBounds(row.amount, sum, mode);
      EXPECT_EQ(first.value_or(expected), expected);
      EXPECT_EQ(second.value_or(expected), expected);
      narrow += first.has_value() ? 1 : 0;
      bounds += second.has_value() ? 1 : 0;
      neither += first.has_value() || second.has_value() ? 0 : 1;
    }
  }
  // The table reaches all three ways.
  EXPECT_GT(narrow, 0);
  EXPECT_GT(bounds, 0);
  EXPECT_GT(neither, 0);
}

TEST(FractionSumTest, AgreesWithTheNaiveSumOnSmallInput) {
  std::mt19937_64 random(3);
  const auto below = [&](int64_t end) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(end));
  };
  for (int round = 0; round < 1500; ++round) {
    const int64_t amount = below(100);
    Terms terms(static_cast<size_t>(1 + below(4)));
    absl::int128 product = 1;
    int64_t weight = 0;
    for (WeightedFraction& term : terms) {
      term.whole = 1 + below(12);
      term.part = below(term.whole + 1);
      term.weight = below(6);
      product *= term.whole;
      weight += term.weight;
    }
    if (weight == 0) continue;
    absl::int128 numerator = 0;
    for (const WeightedFraction& term : terms) {
      numerator += product / term.whole * term.weight * term.part;
    }
    for (const Rounding mode : kAllModes) {
      const int64_t expected =
          *DivideRounded(numerator * amount, product * weight, mode);
      EXPECT_EQ(*ScaleByFractions(amount, terms, mode), expected);
      const internal::FractionSum sum = SumOf(terms);
      EXPECT_EQ(internal::ScaleExact(amount, sum, mode), expected);
      EXPECT_EQ(internal::ScaleByBounds(amount, sum, mode).value_or(expected),
                expected);
    }
  }
}

TEST(FractionSumTest, RefundsInSteps) {
  // docs/SEMANTICS.md, section 7: 32 back, then the other 47.
  EXPECT_EQ(
      *ScaleByFractions(79, Terms{{1000, 400, 1000}}, Rounding::kHalfEven), 32);
  EXPECT_EQ(
      *ScaleByFractions(79, Terms{{1000, 1000, 1000}}, Rounding::kHalfEven),
      79);
}

TEST(FractionSumTest, ThousandsOfDenominators) {
  // For each odd d two terms that add up to 1, so the mean is exactly 1/2: an
  // odd amount is a tie, which bounds cannot settle. Weights of a pair are
  // equal, but its denominators are not.
  Terms terms;
  for (int64_t i = 0; i < 1500; ++i) {
    const int64_t d = (int64_t{1} << 40) + 2 * i + 1;
    terms.push_back({3, d / 3, d});
    terms.push_back({3, 2 * (d - d / 3), 2 * d});
  }
  EXPECT_FALSE(internal::ScaleByBounds(7, SumOf(terms), Rounding::kHalfEven)
                   .has_value());
  EXPECT_EQ(*ScaleByFractions(7, terms, Rounding::kHalfEven), 4);  // 3.5
  EXPECT_EQ(*ScaleByFractions(9, terms, Rounding::kHalfEven), 4);  // 4.5
  EXPECT_EQ(*ScaleByFractions(9, terms, Rounding::kHalfUp), 5);
  terms[0].part -= 1;  // a hair below the tie
  EXPECT_EQ(*ScaleByFractions(7, terms, Rounding::kHalfUp), 3);
  terms[0].part += 2;  // a hair above
  EXPECT_EQ(*ScaleByFractions(9, terms, Rounding::kHalfDown), 5);
}

TEST(FractionSumTest, NeverAboveTheAmountAndAllOfItAtTheEnd) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    Terms terms;
    for (size_t i = 0; i < 1 + random() % 30; ++i) {
      const int64_t whole = static_cast<int64_t>(random() >> 1) | 1;
      terms.push_back({static_cast<int64_t>(random() >> 6), whole - 1, whole});
    }
    const int64_t amount = static_cast<int64_t>(random() >> 1);
    EXPECT_LE(*ScaleByFractions(amount, terms, Rounding::kUp), amount);
    for (WeightedFraction& term : terms) term.part = term.whole;
    EXPECT_EQ(*ScaleByFractions(amount, terms, Rounding::kDown), amount);
    for (WeightedFraction& term : terms) term.part = 0;
    EXPECT_EQ(*ScaleByFractions(amount, terms, Rounding::kUp), 0);
  }
}

TEST(FractionSumTest, Errors) {
  const auto message = [](int64_t amount, const Terms& terms) {
    const auto result = ScaleByFractions(amount, terms, Rounding::kDown);
    return result.status().ToString();
  };
  EXPECT_EQ(message(-1, {{1, 1, 1}}), "INVALID_ARGUMENT: amount: is negative");
  EXPECT_EQ(message(1, {}), "INVALID_ARGUMENT: weight: adds up to zero");
  EXPECT_EQ(message(1, {{0, 1, 1}}),
            "INVALID_ARGUMENT: weight: adds up to zero");
  EXPECT_EQ(message(1, {{-1, 1, 1}}), "INVALID_ARGUMENT: weight: is negative");
  EXPECT_EQ(message(1, {{1, 0, 0}}), "INVALID_ARGUMENT: whole: is below 1");
  EXPECT_EQ(message(1, {{1, -1, 1}}),
            "INVALID_ARGUMENT: part: is not within the whole");
  EXPECT_EQ(message(1, {{1, 2, 1}}),
            "INVALID_ARGUMENT: part: is not within the whole");
  EXPECT_EQ(message(1, {{INT64_MAX, 1, 2}, {1, 1, 2}}),
            "OUT_OF_RANGE: weight: adds up to more than 64 bits");
}

TEST(BigUintTest, CarriesAndComesBack) {
  using internal::BigUint;
  BigUint n(absl::Uint128Max());
  n.Add(BigUint(1));  // 2^128
  EXPECT_EQ(BigUint::Compare(n, BigUint(absl::Uint128Max())), 1);
  EXPECT_EQ(BigUint::Compare(BigUint(absl::Uint128Max()), n), -1);
  EXPECT_EQ(n.Modulo(10), 6u);  // ...456
  BigUint m = n;
  m.Multiply(UINT64_MAX);
  EXPECT_EQ(m.Divide(UINT64_MAX), 0u);
  EXPECT_EQ(BigUint::Compare(m, n), 0);
  m.Add(BigUint(1));
  EXPECT_EQ(BigUint::Compare(m, n), 1);
  EXPECT_EQ(m.Divide(uint64_t{1} << 63), 1u);
  EXPECT_EQ(m.Divide(uint64_t{1} << 63), 0u);
  EXPECT_EQ(BigUint::Compare(m, BigUint(4)), 0);
  m.Multiply(0);
  EXPECT_EQ(BigUint::Compare(m, BigUint()), 0);
  m.Add(n);
  EXPECT_EQ(BigUint::Compare(m, n), 0);
}

}  // namespace
}  // namespace vouch

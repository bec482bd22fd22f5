// Exact fractions for the models that tests compare the library with, and the
// split by largest remainder on its own.
//
//   Fraction third(1, 3);
//   (third * Fraction(100)).Rounded(Rounding::kHalfEven);  // 33
//
// 128 bits must hold the reduced numbers and their products.
#ifndef VOUCH_TESTS_SUPPORT_FRACTION_H_
#define VOUCH_TESTS_SUPPORT_FRACTION_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/numeric/int128.h"
#include "vouch/base/config.h"
#include "vouch/base/rounding.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// An exact fraction of 128-bit integers.
class Fraction {
 public:
  explicit Fraction(absl::int128 top = 0, absl::int128 bottom = 1);
  friend Fraction operator+(const Fraction& a, const Fraction& b);
  friend Fraction operator*(const Fraction& a, const Fraction& b);
  friend Fraction operator/(const Fraction& a, const Fraction& b);
  bool zero() const { return top_ == 0; }
  int64_t Rounded(Rounding rounding) const;

 private:
  absl::int128 top_;
  absl::int128 bottom_;  // above zero
};

inline absl::int128 CommonDivisor(absl::int128 a, absl::int128 b) {
  while (b != 0) std::tie(a, b) = std::make_tuple(b, a % b);
  return a < 0 ? -a : a;
}

inline Fraction::Fraction(absl::int128 top, absl::int128 bottom) {
  if (bottom < 0) {
    top = -top;
    bottom = -bottom;
  }
  const absl::int128 common = CommonDivisor(top, bottom);
  top_ = top / common;
  bottom_ = bottom / common;
}

inline Fraction operator+(const Fraction& a, const Fraction& b) {
  const absl::int128 common = CommonDivisor(a.bottom_, b.bottom_);
  return Fraction(a.top_ * (b.bottom_ / common) + b.top_ * (a.bottom_ / common),
                  a.bottom_ / common * b.bottom_);
}

inline Fraction operator*(const Fraction& a, const Fraction& b) {
  // Each crosswise first, so that the products stay small.
  const Fraction left(a.top_, b.bottom_);
  const Fraction right(b.top_, a.bottom_);
  return Fraction(left.top_ * right.top_, left.bottom_ * right.bottom_);
}

inline Fraction operator/(const Fraction& a, const Fraction& b) {
  return a * Fraction(b.bottom_, b.top_);
}

inline int64_t Fraction::Rounded(Rounding rounding) const {
  const bool negative = top_ < 0;
  const absl::int128 size = negative ? -top_ : top_;
  absl::int128 down = size / bottom_;
  const absl::int128 twice = 2 * (size % bottom_);
  bool away = false;
  switch (rounding) {
    case Rounding::kHalfEven:
      away = twice > bottom_ || (twice == bottom_ && down % 2 == 1);
      break;
    case Rounding::kHalfUp:
      away = twice >= bottom_;
      break;
    case Rounding::kHalfDown:
      away = twice > bottom_;
      break;
    case Rounding::kDown:
      break;
    case Rounding::kUp:
      away = twice > 0;
      break;
    case Rounding::kFloor:
      away = twice > 0 && negative;
      break;
    case Rounding::kCeiling:
      away = twice > 0 && !negative;
      break;
  }
  if (away) ++down;
  return static_cast<int64_t>(negative ? -down : down);
}

inline int64_t SumOf(const std::vector<int64_t>& list) {
  int64_t sum = 0;
  for (const int64_t item : list) sum += item;
  return sum;
}

// `whole` over `weights` by largest remainder, ties to the earlier.
inline std::vector<int64_t> SplitByWeights(
    int64_t whole, const std::vector<int64_t>& weights) {
  absl::int128 sum = 0;
  for (const int64_t weight : weights) sum += weight;
  std::vector<int64_t> parts(weights.size(), 0);
  if (sum == 0) return parts;
  std::vector<absl::int128> over;
  int64_t missing = whole;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const absl::int128 exact = absl::int128(whole) * weights[i];
    parts[i] = static_cast<int64_t>(exact / sum);
    over.push_back(exact % sum);
    missing -= parts[i];
  }
  for (; missing > 0; --missing) {
    const auto most = std::max_element(over.begin(), over.end());
    ++parts[static_cast<std::size_t>(most - over.begin())];
    *most = -1;
  }
  return parts;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_FRACTION_H_

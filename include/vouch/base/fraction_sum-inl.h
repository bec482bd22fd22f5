// Bodies of fraction_sum.h.
//
// The sum of weight * part / whole is kept as an integer and proper fractions
// of different denominators. Three ways lead to the rounded result, the first
// that can answer does: 128 bits with a common denominator; two bounds of 64
// binary places that round alike; big integers.
#ifndef VOUCH_BASE_FRACTION_SUM_INL_H_
#define VOUCH_BASE_FRACTION_SUM_INL_H_

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "vouch/base/fraction_sum.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// An unsigned integer of any size, with what a sum of fractions needs: the
// other operand is one limb. 64-bit limbs, lowest first, none of them zero at
// the top.
class BigUint {
 public:
  explicit BigUint(absl::uint128 value = 0) {
    limbs_ = {absl::Uint128Low64(value), absl::Uint128High64(value)};
    Trim();
  }

  void Multiply(uint64_t factor) {
    uint64_t carry = 0;
    for (uint64_t& limb : limbs_) {
      const absl::uint128 product = absl::uint128(limb) * factor + carry;
      limb = absl::Uint128Low64(product);
      carry = absl::Uint128High64(product);
    }
    if (carry != 0) limbs_.push_back(carry);
    Trim();
  }

  void Add(const BigUint& other) {
    if (limbs_.size() < other.limbs_.size()) limbs_.resize(other.limbs_.size());
    uint64_t carry = 0;
    for (size_t i = 0; i < limbs_.size(); ++i) {
      const uint64_t term = i < other.limbs_.size() ? other.limbs_[i] : 0;
      const absl::uint128 sum = absl::uint128(limbs_[i]) + term + carry;
      limbs_[i] = absl::Uint128Low64(sum);
      carry = absl::Uint128High64(sum);
    }
    if (carry != 0) limbs_.push_back(carry);
  }

  // Divides by `divisor`, not 0, and returns the remainder.
  uint64_t Divide(uint64_t divisor) {
    absl::uint128 remainder = 0;
    for (size_t i = limbs_.size(); i-- > 0;) {
      const absl::uint128 dividend =
          absl::MakeUint128(absl::Uint128Low64(remainder), limbs_[i]);
      limbs_[i] = absl::Uint128Low64(dividend / divisor);
      remainder = dividend % divisor;
    }
    Trim();
    return absl::Uint128Low64(remainder);
  }

  uint64_t Modulo(uint64_t divisor) const {
    return BigUint(*this).Divide(divisor);
  }

  // Below, equal to or above zero as a < b, a == b or a > b.
  static int Compare(const BigUint& a, const BigUint& b) {
    if (a.limbs_.size() != b.limbs_.size()) {
      return a.limbs_.size() < b.limbs_.size() ? -1 : 1;
    }
    for (size_t i = a.limbs_.size(); i-- > 0;) {
      if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] < b.limbs_[i] ? -1 : 1;
    }
    return 0;
  }

 private:
  void Trim() {
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
  }

  absl::InlinedVector<uint64_t, 4> limbs_;
};

inline BigUint Times(BigUint value, uint64_t factor) {
  value.Multiply(factor);
  return value;
}

// part / whole with 0 < part < whole, in lowest terms.
struct ProperFraction {
  uint64_t part;
  uint64_t whole;
};

// sum(weight * part / whole) = whole + sum(rest), and sum(weight).
struct FractionSum {
  uint64_t whole = 0;
  uint64_t weight = 0;
  absl::InlinedVector<ProperFraction, 8> rest;
};

inline absl::StatusOr<int64_t> CheckTerms(
    absl::Span<const WeightedFraction> terms) {
  int64_t weight = 0;
  for (const WeightedFraction& term : terms) {
    if (term.weight < 0) return InvalidField("weight", "is negative");
    if (term.whole < 1) return InvalidField("whole", "is below 1");
    if (term.part < 0 || term.part > term.whole) {
      return InvalidField("part", "is not within the whole");
    }
    if (!CheckedAdd(weight, term.weight, &weight)) {
      return RangeField("weight", "adds up to more than 64 bits");
    }
  }
  if (weight == 0) return InvalidField("weight", "adds up to zero");
  return weight;
}

// Adds product / whole, where product is at most sum(weight) * whole.
inline void AddFraction(absl::uint128 product, uint64_t whole,
                        FractionSum* sum) {
  const absl::uint128 quotient = product / whole;
  const uint64_t part = absl::Uint128Low64(product - quotient * whole);
  sum->whole += absl::Uint128Low64(quotient);
  if (part == 0) return;
  const uint64_t common = std::gcd(part, whole);
  sum->rest.push_back({part / common, whole / common});
}

// Adds up the terms, those of one denominator before any division.
inline FractionSum SumTerms(absl::Span<const WeightedFraction> terms,
                            int64_t weight) {
  FractionSum sum;
  sum.weight = static_cast<uint64_t>(weight);
  absl::InlinedVector<WeightedFraction, 16> open;
  for (const WeightedFraction& term : terms) {
    if (term.part == term.whole) {
      sum.whole += static_cast<uint64_t>(term.weight);
    } else if (term.part != 0 && term.weight != 0) {
      open.push_back(term);
    }
  }
  std::sort(open.begin(), open.end(),
            [](const WeightedFraction& a, const WeightedFraction& b) {
              return a.whole < b.whole;
            });
  absl::uint128 product = 0;
  for (size_t i = 0; i < open.size(); ++i) {
    product += absl::uint128(open[i].weight) * absl::uint128(open[i].part);
    if (i + 1 < open.size() && open[i + 1].whole == open[i].whole) continue;
    AddFraction(product, static_cast<uint64_t>(open[i].whole), &sum);
    product = 0;
  }
  return sum;
}

// The first way: all in 128 bits, or nothing if that is too narrow.
inline std::optional<int64_t> ScaleNarrow(int64_t amount,
                                          const FractionSum& sum,
                                          Rounding rounding) {
  absl::int128 common = 1;
  for (const ProperFraction& term : sum.rest) {
    const absl::int128 whole = term.whole;
    const uint64_t shared =
        std::gcd(static_cast<uint64_t>(common % whole), term.whole);
    if (!CheckedMul(common, whole / shared, &common)) return std::nullopt;
  }
  // What is multiplied below is never more than this product.
  absl::int128 most = 0;
  if (!CheckedMul(common, sum.weight, &most) ||
      !CheckedMul(most, std::max<int64_t>(amount, 1), &most)) {
    return std::nullopt;
  }
  absl::int128 numerator = common * sum.whole;
  for (const ProperFraction& term : sum.rest) {
    numerator += common / term.whole * term.part;
  }
  const absl::StatusOr<int64_t> result =
      DivideRounded(numerator * amount, common * sum.weight, rounding);
  VOUCH_DCHECK(result.ok());
  return *result;
}

// numerator / denominator, rounded; the quotient is at most `most`.
inline int64_t DivideBig(const BigUint& numerator, const BigUint& denominator,
                         int64_t most, Rounding rounding) {
  uint64_t low = 0;
  uint64_t high = static_cast<uint64_t>(most);
  while (low < high) {
    const uint64_t middle = high - (high - low) / 2;
    if (BigUint::Compare(Times(denominator, middle), numerator) <= 0) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  Part part = Part::kNone;
  if (BigUint::Compare(Times(denominator, low), numerator) != 0) {
    const int half =
        BigUint::Compare(Times(numerator, 2), Times(denominator, 2 * low + 1));
    part = half < 0 ? Part::kBelowHalf
                    : (half == 0 ? Part::kHalf : Part::kAboveHalf);
  }
  const bool odd = (low & 1) != 0;
  return static_cast<int64_t>(
      low + (RoundsAway(rounding, part, /*negative=*/false, odd) ? 1 : 0));
}

// The second way: bounds of the sum with 64 binary places. Nothing if the
// amounts that they give differ.
inline std::optional<int64_t> ScaleByBounds(int64_t amount,
                                            const FractionSum& sum,
                                            Rounding rounding) {
  absl::uint128 low = absl::MakeUint128(sum.whole, 0);
  for (const ProperFraction& term : sum.rest) {
    low += absl::MakeUint128(term.part, 0) / term.whole;
  }
  const absl::uint128 high =
      std::min(low + sum.rest.size(), absl::MakeUint128(sum.weight, 0));
  const BigUint denominator(absl::MakeUint128(sum.weight, 0));
  const uint64_t factor = static_cast<uint64_t>(amount);
  const int64_t least =
      DivideBig(Times(BigUint(low), factor), denominator, amount, rounding);
  const int64_t most =
      DivideBig(Times(BigUint(high), factor), denominator, amount, rounding);
  if (least != most) return std::nullopt;
  return least;
}

// The third way, which always answers: the sum over the lcm of all
// denominators.
inline int64_t ScaleExact(int64_t amount, const FractionSum& sum,
                          Rounding rounding) {
  BigUint common(1);
  BigUint numerator;
  for (const ProperFraction& term : sum.rest) {
    const uint64_t shared = std::gcd(common.Modulo(term.whole), term.whole);
    const uint64_t growth = term.whole / shared;
    BigUint added = common;  // part / whole over the new common denominator
    added.Divide(shared);
    added.Multiply(term.part);
    numerator.Multiply(growth);
    numerator.Add(added);
    common.Multiply(growth);
  }
  numerator.Add(Times(common, sum.whole));
  numerator.Multiply(static_cast<uint64_t>(amount));
  common.Multiply(sum.weight);
  return DivideBig(numerator, common, amount, rounding);
}

}  // namespace internal

inline absl::StatusOr<int64_t> ScaleByFractions(
    int64_t amount, absl::Span<const WeightedFraction> terms,
    Rounding rounding) {
  if (amount < 0) return InvalidField("amount", "is negative");
  VOUCH_ASSIGN_OR_RETURN(const int64_t weight, internal::CheckTerms(terms));
  const internal::FractionSum sum = internal::SumTerms(terms, weight);
  std::optional<int64_t> result = internal::ScaleNarrow(amount, sum, rounding);
  if (!result.has_value()) {
    result = internal::ScaleByBounds(amount, sum, rounding);
  }
  if (result.has_value()) return *result;
  return internal::ScaleExact(amount, sum, rounding);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_FRACTION_SUM_INL_H_

// Bodies of weights.h.
//
// Time decay: 2^(-r/h), with r less than h, is made to 192 binary places. With
// g = 1 - r/h it is 2^(g-1): the highest eight bits of g pick among
// the roots 2^(1/2), 2^(1/4), ... 2^(1/256), for what is left of g, less than
// 2^-8, sixteen terms of the series of 2^x do. All is cut toward zero and
// nothing is subtracted, so that errors have one sign; they are fewer than 64
// units of the last place: one for each of the 25 products and what a constant
// lacks, at most doubled by the roots that follow.
#ifndef VOUCH_ATTRIBUTE_WEIGHTS_INL_H_
#define VOUCH_ATTRIBUTE_WEIGHTS_INL_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "vouch/attribute/weights.h"
#include "vouch/base/allocate.h"
#include "vouch/base/rate.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// A number from 0 to 1 in 192 binary places, lowest limb first.
using Fraction192 = std::array<uint64_t, 3>;

// ln(2)^k / k! for k from 1, cut; computed with Python's decimal to 120
// digits, as the roots are.
inline constexpr Fraction192 kPowerSeries[] = {
    {{0x40f343267298b62d, 0xc9e3b39803f2f6af, 0xb17217f7d1cf79ab}},
    {{0x4744ea38619cd3a9, 0xde2d60dd92e6bf95, 0x3d7f7bff058b1d50}},
    {{0x4f5c47444da0110e, 0x99d3b15d995e96f7, 0x0e35846b82505fc5}},
    {{0xe48f1d4a7cc7223a, 0x39977c16a7dd58a0, 0x0276556df749cee5}},
    {{0xc15db29a5b9c65c3, 0x41c5fda69452fb0c, 0x005761ff9e299cc4}},
    {{0x9f6629ff9988f760, 0xb7a58544c3591a0f, 0x000a184897c363c3}},
    {{0x959c22a5d1021fdc, 0x34358a8e643ec734, 0x0000ffe5fe2c4586}},
    {{0x4b0dc341ee20f572, 0x23fd8ffe606da77c, 0x0000162c0223a5c8}},
    {{0x08a319719553744c, 0x7c3da4a70e5a4ff9, 0x000001b5253d395e}},
    {{0x699c540c1142cae1, 0x8ec9f6fda1d952e7, 0x0000001e4cf5158b}},
    {{0x2149db8f67e53838, 0x1bb24c0f57995e47, 0x00000001e8cac735}},
    {{0xa2ee61ced55dbe2c, 0xfc2985e2b5687e17, 0x000000001c3bd650}},
    {{0xf71b19cdfd03e10e, 0x166d0f96281ac300, 0x0000000001816193}},
    {{0x55caec24852264f2, 0x4d5878a973f14362, 0x0000000000131496}},
    {{0xf8d4e52501a8f8d2, 0x421d82010f33d8ab, 0x000000000000e1b7}},
    {{0x2764c6efc76ae97a, 0x44d73cfc59c91c7f, 0x00000000000009c7}},
};

// 2^(1/2) - 1, 2^(1/4) - 1, ... 2^(1/256) - 1, cut.
inline constexpr Fraction192 kPowerRoots[] = {
    {{0x3adec17512775099, 0xb2fb1366ea957d3e, 0x6a09e667f3bcc908}},
    {{0xbc27343629f502f1, 0x8d5a46305c85edec, 0x306fe0a31b7152de}},
    {{0x35509ff7d758693f, 0xf7c8c50eb14a7920, 0x172b83c7d517adcd}},
    {{0x291408b3ceb0a2a2, 0x8b92b71842a98364, 0x0b5586cf9890f629}},
    {{0x53e3495f7df4baf8, 0x7c548eb68ca417fe, 0x059b0d31585743ae}},
    {{0x3d70a2cabc5cb89b, 0xf7caca4f7a29bde9, 0x02c9a3e778060ee6}},
    {{0x03ec04c360be2404, 0x4a66ae336dcdfa40, 0x0163da9fb33356d8}},
    {{0x55b8187f0c9741eb, 0x29ab13ec11dc9544, 0x00b1afa5abcbed61}},
};

inline Fraction192 Multiply(const Fraction192& a, const Fraction192& b) {
  std::array<uint64_t, 6> product = {};
  for (std::size_t i = 0; i < a.size(); ++i) {
    uint64_t carry = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      // At most (2^64 - 1)^2 + 2 (2^64 - 1), which is 2^128 - 1.
      const absl::uint128 term =
          absl::uint128(a[i]) * b[j] + product[i + j] + carry;
      product[i + j] = absl::Uint128Low64(term);
      carry = absl::Uint128High64(term);
    }
    product[i + b.size()] = carry;
  }
  return {product[3], product[4], product[5]};
}

// a + b, which is below 1.
inline Fraction192 Add(const Fraction192& a, const Fraction192& b) {
  Fraction192 sum;
  uint64_t carry = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const absl::uint128 term = absl::uint128(a[i]) + b[i] + carry;
    sum[i] = absl::Uint128Low64(term);
    carry = absl::Uint128High64(term);
  }
  VOUCH_DCHECK(carry == 0);
  return sum;
}

// part / whole; 0 < part < whole.
inline Fraction192 FractionOf(uint64_t part, uint64_t whole) {
  Fraction192 fraction;
  for (std::size_t i = fraction.size(); i-- > 0;) {
    const absl::uint128 dividend = absl::MakeUint128(part, 0);
    const absl::uint128 quotient = dividend / whole;
    fraction[i] = absl::Uint128Low64(quotient);
    part = absl::Uint128Low64(dividend - quotient * whole);
  }
  return fraction;
}

// 2^(-part / whole), 0 < part < whole: between 1/2 and 1.
inline Fraction192 HalvedBy(uint64_t part, uint64_t whole) {
  Fraction192 rest = FractionOf(whole - part, whole);
  constexpr int kShift = 64 - static_cast<int>(std::size(kPowerRoots));
  const uint64_t roots = rest[2] >> kShift;
  rest[2] &= (uint64_t{1} << kShift) - 1;

  Fraction192 series = kPowerSeries[std::size(kPowerSeries) - 1];
  for (std::size_t i = std::size(kPowerSeries) - 1; i-- > 0;) {
    series = Add(kPowerSeries[i], Multiply(series, rest));
  }
  series = Multiply(series, rest);  // 2^rest - 1

  Fraction192 power = {0, 0, uint64_t{1} << 63};
  power = Add(power, Multiply(power, series));
  for (std::size_t i = 0; i < std::size(kPowerRoots); ++i) {
    if (((roots >> (std::size(kPowerRoots) - 1 - i)) & 1) == 0) continue;
    power = Add(power, Multiply(power, kPowerRoots[i]));
  }
  return power;
}

// What touches are worth together: 320 binary places, room for 2^64 whole
// ones. A Fraction192 moved right by less than 128 places loses nothing.
class Worth {
 public:
  Worth() = default;

  // Adds 2^(-age_us / half_life_us).
  void AddDecayed(int64_t age_us, int64_t half_life_us) {
    const auto age = static_cast<uint64_t>(age_us);
    const auto half_life = static_cast<uint64_t>(half_life_us);
    const uint64_t halvings = age / half_life;
    const uint64_t part = age - halvings * half_life;
    if (part == 0) return AddMoved({0, 0, 0, 0, 0, 1, 0}, halvings);
    const Fraction192 power = HalvedBy(part, half_life);
    AddMoved({0, 0, power[0], power[1], power[2], 0, 0}, halvings);
  }

  void Add(const Worth& other) {
    uint64_t carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const absl::uint128 sum =
          absl::uint128(limbs_[i]) + other.limbs_[i] + carry;
      limbs_[i] = absl::Uint128Low64(sum);
      carry = absl::Uint128High64(sum);
    }
    VOUCH_DCHECK(carry == 0);
  }

  // This becomes the remainder of kPpb * this / total, whose quotient is
  // returned. This is at most `total`, which is at least 1.
  int64_t DividePpb(const Worth& total) {
    // From the highest 128 bits, `total` rounded up: never too much, and by
    // less than 2 too little, because the sum's part behind them is below
    // 2^-64 of it.
    const absl::uint128 guess = Top() * absl::uint128(kPpb) / (total.Top() + 1);
    uint64_t quotient = absl::Uint128Low64(guess);
    Scale(static_cast<uint64_t>(kPpb));
    SubtractTimes(total, quotient);
    while (!(*this < total)) {
      SubtractTimes(total, 1);
      ++quotient;
    }
    return static_cast<int64_t>(quotient);
  }

  friend bool operator<(const Worth& a, const Worth& b) {
    return std::lexicographical_compare(a.limbs_.rbegin(), a.limbs_.rend(),
                                        b.limbs_.rbegin(), b.limbs_.rend());
  }

 private:
  static constexpr std::size_t kLimbs = 6;

  // Adds `number`, which has a zero limb on top, moved right.
  void AddMoved(const std::array<uint64_t, kLimbs + 1>& number,
                uint64_t places) {
    if (places >= 64 * kLimbs) return;
    const std::size_t limbs = static_cast<std::size_t>(places / 64);
    const int bits = static_cast<int>(places % 64);
    Worth moved;
    for (std::size_t i = 0; i + limbs < kLimbs; ++i) {
      const absl::uint128 both =
          absl::MakeUint128(number[i + limbs + 1], number[i + limbs]);
      moved.limbs_[i] = absl::Uint128Low64(both >> bits);
    }
    Add(moved);
  }

  absl::uint128 Top() const {
    return absl::MakeUint128(limbs_[kLimbs - 1], limbs_[kLimbs - 2]);
  }

  void Scale(uint64_t factor) {
    uint64_t carry = 0;
    for (uint64_t& limb : limbs_) {
      const absl::uint128 product = absl::uint128(limb) * factor + carry;
      limb = absl::Uint128Low64(product);
      carry = absl::Uint128High64(product);
    }
    VOUCH_DCHECK(carry == 0);
  }

  // Takes off factor * other, which is no more than this.
  void SubtractTimes(const Worth& other, uint64_t factor) {
    uint64_t carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const absl::uint128 product =
          absl::uint128(other.limbs_[i]) * factor + carry;
      const uint64_t low = absl::Uint128Low64(product);
      carry = absl::Uint128High64(product) + (limbs_[i] < low ? 1 : 0);
      limbs_[i] -= low;
    }
    VOUCH_DCHECK(carry == 0);
  }

  std::array<uint64_t, kLimbs> limbs_ = {};
};

inline void WeighByDecay(int64_t half_life_us,
                         absl::Span<const int64_t> ages_us,
                         absl::Span<const uint32_t> slots,
                         absl::Span<int64_t> weights_ppb) {
  const int64_t youngest = *std::min_element(ages_us.begin(), ages_us.end());
  absl::InlinedVector<Worth, 64> worths(weights_ppb.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    worths[slots[i]].AddDecayed(ages_us[i] - youngest, half_life_us);
  }
  Worth total;
  for (const Worth& worth : worths) total.Add(worth);

  int64_t left = kPpb;
  absl::InlinedVector<uint32_t, 64> ranks(weights_ppb.size());
  for (std::size_t i = 0; i < worths.size(); ++i) {
    weights_ppb[i] = worths[i].DividePpb(total);
    left -= weights_ppb[i];
    ranks[i] = static_cast<uint32_t>(i);
  }
  if (left == 0) return;
  // Fewer units are left than there are remainders above zero.
  const auto end = ranks.begin() + static_cast<std::ptrdiff_t>(left);
  std::nth_element(ranks.begin(), end, ranks.end(),
                   [&worths](uint32_t a, uint32_t b) {
                     if (worths[b] < worths[a]) return true;
                     return !(worths[a] < worths[b]) && a < b;
                   });
  for (auto it = ranks.begin(); it != end; ++it) ++weights_ppb[*it];
}

// kLinear and kPositionBased: the touches' worths are small whole numbers.
inline absl::Status WeighByPlace(const ModelTerms& terms,
                                 absl::Span<const uint32_t> slots,
                                 absl::Span<int64_t> weights_ppb) {
  int64_t first = 1;
  int64_t between = 1;
  int64_t last = 1;
  if (terms.model == Model::kPositionBased) {
    const auto count = static_cast<int64_t>(slots.size());
    if (count > 2) {
      // All multiplied by how many stand between, so that it divides evenly.
      first = terms.first_ppb * (count - 2);
      between = kPpb - terms.first_ppb - terms.last_ppb;
      last = terms.last_ppb * (count - 2);
    } else if (count == 2 && terms.first_ppb + terms.last_ppb > 0) {
      first = terms.first_ppb;
      last = terms.last_ppb;
    }
  }
  absl::InlinedVector<int64_t, 64> sums(weights_ppb.size(), 0);
  for (const uint32_t slot : slots) sums[slot] += between;
  sums[slots.front()] += first - between;
  if (slots.size() > 1) sums[slots.back()] += last - between;
  return Allocate(kPpb, sums, weights_ppb);
}

// Weigh of what has been checked.
inline absl::Status WeighChecked(const ModelTerms& terms,
                                 absl::Span<const int64_t> ages_us,
                                 absl::Span<const uint32_t> slots,
                                 absl::Span<int64_t> weights_ppb) {
  switch (terms.model) {
    case Model::kLinear:
    case Model::kPositionBased:
      return WeighByPlace(terms, slots, weights_ppb);
    case Model::kTimeDecay:
      WeighByDecay(terms.half_life_us, ages_us, slots, weights_ppb);
      return absl::OkStatus();
    default:
      break;
  }
  std::fill(weights_ppb.begin(), weights_ppb.end(), 0);
  const bool first = terms.model == Model::kFirstTouch;
  weights_ppb[first ? slots.front() : slots.back()] = kPpb;
  return absl::OkStatus();
}

}  // namespace internal

inline absl::Status CheckModelTerms(const ModelTerms& terms) {
  switch (terms.model) {
    case Model::kFirstTouch:
    case Model::kLastTouch:
    case Model::kLinear:
      return absl::OkStatus();
    case Model::kTimeDecay:
      if (terms.half_life_us >= 1) return absl::OkStatus();
      return InvalidField("half_life_us", "is not positive");
    case Model::kPositionBased:
      if (terms.first_ppb < 0 || terms.first_ppb > kPpb) {
        return InvalidField("first_ppb", "is not from 0 to 10^9");
      }
      if (terms.last_ppb < 0 || terms.last_ppb > kPpb - terms.first_ppb) {
        return InvalidField("last_ppb", "is not from 0 to 10^9 less the first");
      }
      return absl::OkStatus();
    default:
      return InvalidField("model", "is none");
  }
}

inline absl::Status Weigh(const ModelTerms& terms,
                          absl::Span<const int64_t> ages_us,
                          absl::Span<const uint32_t> slots,
                          absl::Span<int64_t> weights_ppb) {
  VOUCH_RETURN_IF_ERROR(CheckModelTerms(terms));
  if (slots.empty()) return InvalidField("slots", "are none");
  if (slots.size() > kMaxWeighedTouches) {
    return InvalidField("slots", "are more than 2^32 - 1");
  }
  if (ages_us.size() != slots.size()) {
    return InvalidField("ages_us", "are not as many as the slots");
  }
  if (*std::min_element(ages_us.begin(), ages_us.end()) < 0) {
    return InvalidField("ages_us", "hold a negative one");
  }
  if (*std::max_element(slots.begin(), slots.end()) >= weights_ppb.size()) {
    return InvalidField("slots", "hold one past the weights");
  }
  return internal::WeighChecked(terms, ages_us, slots, weights_ppb);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_WEIGHTS_INL_H_

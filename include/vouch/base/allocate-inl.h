// Bodies of allocate.h.
#ifndef VOUCH_BASE_ALLOCATE_INL_H_
#define VOUCH_BASE_ALLOCATE_INL_H_

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "vouch/base/allocate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The sum of the weights: at least 1.
inline absl::StatusOr<int64_t> SumWeights(absl::Span<const int64_t> weights) {
  int64_t sum = 0;
  for (const int64_t weight : weights) {
    if (weight < 0) return InvalidField("weights", "hold a negative one");
    if (!CheckedAdd(sum, weight, &sum)) {
      return RangeField("weights", "add up to more than 64 bits");
    }
  }
  if (sum == 0) return InvalidField("weights", "add up to zero");
  return sum;
}

// A share of |total| before the left-over units are given out. The product is
// at most 2^63 * (2^63 - 1), and both results fit 64 bits.
struct RawShare {
  uint64_t floor;
  uint64_t remainder;
};
inline RawShare ShareOf(uint64_t total, int64_t weight, int64_t sum) {
  const absl::uint128 product = absl::uint128(total) * absl::uint128(weight);
  const absl::uint128 floor = product / absl::uint128(sum);
  return {absl::Uint128Low64(floor),
          absl::Uint128Low64(product - floor * absl::uint128(sum))};
}

struct RankedRemainder {
  uint64_t remainder;
  size_t index;

  // Whether `a` gets a left-over unit before `b`.
  friend bool operator<(RankedRemainder a, RankedRemainder b) {
    if (a.remainder != b.remainder) return a.remainder > b.remainder;
    return a.index < b.index;
  }
};

}  // namespace internal

inline absl::Status Allocate(int64_t total, absl::Span<const int64_t> weights,
                             absl::Span<int64_t> parts) {
  if (parts.size() != weights.size()) {
    return InvalidField("parts", "are not as many as the weights");
  }
  VOUCH_ASSIGN_OR_RETURN(const int64_t sum, internal::SumWeights(weights));
  const uint64_t magnitude = internal::Magnitude(total);
  const bool negative = total < 0;
  absl::InlinedVector<internal::RankedRemainder, 64> ranks(weights.size());
  uint64_t left = magnitude;
  for (size_t i = 0; i < weights.size(); ++i) {
    const internal::RawShare share =
        internal::ShareOf(magnitude, weights[i], sum);
    parts[i] = internal::WithSign(share.floor, negative);
    ranks[i] = {share.remainder, i};
    left -= share.floor;
  }
  // Fewer units are left than there are remainders above zero.
  VOUCH_DCHECK(left < ranks.size());
  const auto end = ranks.begin() + static_cast<std::ptrdiff_t>(left);
  if (left > 0) std::nth_element(ranks.begin(), end, ranks.end());
  for (auto it = ranks.begin(); it != end; ++it) {
    parts[it->index] += negative ? -1 : 1;
  }
  return absl::OkStatus();
}

inline absl::StatusOr<int64_t> AllocateShare(int64_t total,
                                             absl::Span<const int64_t> weights,
                                             size_t index) {
  VOUCH_ASSIGN_OR_RETURN(const int64_t sum, internal::SumWeights(weights));
  if (index >= weights.size()) return InvalidField("index", "is past the end");
  const uint64_t magnitude = internal::Magnitude(total);
  const internal::RawShare own =
      internal::ShareOf(magnitude, weights[index], sum);
  uint64_t left = magnitude;
  uint64_t before = 0;  // how many take a left-over unit before this one
  for (size_t i = 0; i < weights.size(); ++i) {
    const internal::RawShare share =
        internal::ShareOf(magnitude, weights[i], sum);
    left -= share.floor;
    const internal::RankedRemainder rank{share.remainder, i};
    if (rank < internal::RankedRemainder{own.remainder, index}) ++before;
  }
  const uint64_t extra = before < left ? 1 : 0;
  return internal::WithSign(own.floor + extra, total < 0);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_ALLOCATE_INL_H_

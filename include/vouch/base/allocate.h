// Splitting a whole by weights, so that the parts add up to it.
//
//   const int64_t weights[] = {1, 1, 1};
//   int64_t parts[3];
//   VOUCH_RETURN_IF_ERROR(Allocate(100, weights, absl::MakeSpan(parts)));
//   // 34, 33, 33
//
// The method is the largest remainder (Hamilton): each part is the floor of
// its share of |total|; what is left goes, a unit each, to the largest
// fractions, ties to the lowest index; the sign is put back at the end
// (docs/SEMANTICS.md, section 4). Exact in 128 bits. All functions are pure
// and may be called from any thread.
#ifndef VOUCH_BASE_ALLOCATE_H_
#define VOUCH_BASE_ALLOCATE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// Splits `total` (any sign, any unit) by `weights` (any unit) into `parts`,
// which add up to `total`; a weight of zero takes nothing. `parts` may not
// overlap `weights`. INVALID_ARGUMENT if the sizes differ, there is no weight,
// a weight is negative or all are zero; OUT_OF_RANGE if the weights' sum does
// not fit 64 bits; `parts` is as it was then. Up to 64 weights need no memory.
absl::Status Allocate(int64_t total, absl::Span<const int64_t> weights,
                      absl::Span<int64_t> parts);

// The one part that Allocate gives at `index`, without memory and in linear
// time. Errors as for Allocate; INVALID_ARGUMENT for an index past the end.
absl::StatusOr<int64_t> AllocateShare(int64_t total,
                                      absl::Span<const int64_t> weights,
                                      size_t index);

VOUCH_NAMESPACE_END

#include "vouch/base/allocate-inl.h"

#endif  // VOUCH_BASE_ALLOCATE_H_

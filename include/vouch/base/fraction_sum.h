// An amount scaled by a weighted mean of fractions, exact however many.
//
//   // What a refund of 400 out of 1000 takes back of 79 earned on one line:
//   const WeightedFraction line{1000, 400, 1000};
//   ScaleByFractions(79, {line}, Rounding::kHalfEven);  // 31.6: 32
//
// This is round(C * sum(b f) / sum(b)) of docs/SEMANTICS.md, section 7. Lines
// have denominators of their own, so the sum can need thousands of bits; it is
// still rounded once, from the exact value. Pure; may be called from any
// thread.
#ifndef VOUCH_BASE_FRACTION_SUM_H_
#define VOUCH_BASE_FRACTION_SUM_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/rounding.h"

VOUCH_NAMESPACE_BEGIN

// part / whole, counted `weight` times.
struct WeightedFraction {
  int64_t weight = 0;  // at least 0
  int64_t part = 0;    // 0 to whole
  int64_t whole = 1;   // at least 1
};

// amount * sum(weight * part / whole) / sum(weight), rounded once; 0 to
// `amount`, in its unit. INVALID_ARGUMENT if the amount is negative, a term is
// not as above or the weights add up to zero; OUT_OF_RANGE if they add up to
// more than 64 bits. Cheap when the terms divide evenly or have few different
// denominators; else linear in the terms, save where the mean is within 2^-64
// of a point where rounding turns, which takes big integers.
absl::StatusOr<int64_t> ScaleByFractions(
    int64_t amount, absl::Span<const WeightedFraction> terms,
    Rounding rounding);

VOUCH_NAMESPACE_END

#include "vouch/base/fraction_sum-inl.h"

#endif  // VOUCH_BASE_FRACTION_SUM_H_

// How much of a conversion each partner gets: the arithmetic of the models,
// step 5 of docs/SEMANTICS.md, section 5, alone.
//
//   // anna 60 days before, boris 30 days before, anna again on the day; a
//   // touch is worth half after 30 days: anna 1/4 + 1, boris 1/2.
//   const ModelTerms terms{Model::kTimeDecay, 30 * kUsPerDay};
//   const int64_t ages_us[] = {60 * kUsPerDay, 30 * kUsPerDay, 0};
//   const uint32_t slots[] = {0, 1, 0};
//   int64_t weights_ppb[2];  // 714285714 and 285714286
//   Status s = Weigh(terms, ages_us, slots, absl::MakeSpan(weights_ppb));
//
// Windows, leads and tiers have been looked at before: every touch here
// counts. All functions are pure and may be called from any thread; no float
// is involved, so the same touches give the same bits on every platform.
#ifndef VOUCH_ATTRIBUTE_WEIGHTS_H_
#define VOUCH_ATTRIBUTE_WEIGHTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

// A model with what it needs; the rest is not read.
struct ModelTerms {
  Model model = Model::kLastTouch;
  // kTimeDecay: after how many microseconds a touch is worth half; from 1.
  int64_t half_life_us = 0;
  // kPositionBased: what the first and the last touch get, in parts per
  // billion, at least 0 and together at most 10^9; the rest is spread evenly
  // over the touches between them.
  int64_t first_ppb = 0;
  int64_t last_ppb = 0;
};

// INVALID_ARGUMENT unless `terms` is as said there.
absl::Status CheckModelTerms(const ModelTerms& terms);

// The most touches that are weighed at once.
inline constexpr uint32_t kMaxWeighedTouches = UINT32_MAX;

// Splits one conversion, 10^9 parts, over the partners of the touches that
// compete.
//
// The touches stand in the order of time, of equal times in the order applied:
// `ages_us[i]` is how many microseconds before the conversion touch i was, and
// `slots[i]` whose it is: the place of its partner, from 0, in the order of the
// credits, that of the partners' first touches that count, the vendor of DIRECT
// touches last. `weights_ppb` has an element for each slot.
//
// - kFirstTouch, kLastTouch: everything to the first or last touch.
// - kLinear: each touch alike.
// - kTimeDecay: each touch 2^(-age / half-life).
// - kPositionBased: as in ModelTerms; a single touch takes all, two share in
//   the ratio of the first's to the last's, evenly when both are 0.
//
// The touches of a slot are added exactly, then there is one split by largest
// remainder, ties to the earlier slot: the weights add up to exactly 10^9. A
// slot may get 0, and does if no touch is its.
//
// Only ratios count, so kTimeDecay measures ages from the youngest touch, which
// is worth 1: however old all are, nothing is lost. A touch's worth is never
// above the exact one and less than 2^-186 below it. Whole half-lives are
// exact, and where touches are less than 128 half-lives apart, sums that are
// equal are found equal: a tie is a tie.
//
// INVALID_ARGUMENT for terms that CheckModelTerms refuses, no touch, more than
// kMaxWeighedTouches, spans of ages and slots that differ in length, a negative
// age, or a slot past the weights; `weights_ppb` is as it was then. Up to 64
// slots need no memory.
absl::Status Weigh(const ModelTerms& terms, absl::Span<const int64_t> ages_us,
                   absl::Span<const uint32_t> slots,
                   absl::Span<int64_t> weights_ppb);

VOUCH_NAMESPACE_END

#include "vouch/attribute/weights-inl.h"

#endif  // VOUCH_ATTRIBUTE_WEIGHTS_H_

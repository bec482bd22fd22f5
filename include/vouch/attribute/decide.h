// Touches and terms -> Decision: the steps of docs/SEMANTICS.md, section 5.
//
//   DecisionTrace trace;  // only where somebody asks why
//   Decision d = Decide(touches, {seq, at, Trigger::kPayment}, program,
//                       reference, &trace);
//
// Pure: the same touches and terms give the same decision.
#ifndef VOUCH_ATTRIBUTE_DECIDE_H_
#define VOUCH_ATTRIBUTE_DECIDE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "vouch/attribute/credit.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// What became of a touch in a decision. The first that applies, in this order.
enum class TouchFate : uint8_t {
  kAfterConversion,
  kDoesNotHold,  // the touch's `standing` says why
  kOutsideWindow,
  kPartnerNotActive,
  kLost,  // a candidate, but another touch won by the model
  kWon,
};

struct TouchVerdict {
  Touch touch;
  TouchFate fate = TouchFate::kLost;
};

// Why a decision is as it is: every touch that was there, in the order
// applied.
struct DecisionTrace {
  std::vector<TouchVerdict> touches;
  Model model = Model::kNone;
  const Program* terms = nullptr;
};

// The event that converts.
struct ConversionPoint {
  Seq seq;
  Instant at;
  Trigger trigger = Trigger::kNone;
};

// What becomes of `touch` before the model is asked: kLost stands for "still a
// candidate".
inline TouchFate Screen(const Touch& touch, Instant conversion,
                        const Program& terms, const Reference& reference) {
  if (conversion < touch.time) return TouchFate::kAfterConversion;
  if (touch.standing != Standing::kHolds) return TouchFate::kDoesNotHold;
  const int64_t age_us = conversion.us - touch.time.us;
  if (!terms.window(touch.channel).Holds(age_us)) {
    return TouchFate::kOutsideWindow;
  }
  if (!reference.partner(touch.partner).ActiveAt(conversion)) {
    return TouchFate::kPartnerNotActive;
  }
  return TouchFate::kLost;
}

// Whether `a` is the earlier touch: by time, of equal times by seq.
inline bool Earlier(const Touch& a, const Touch& b) {
  return a.time != b.time ? a.time < b.time : a.seq < b.seq;
}

// The decision of `touches` (in the order applied) at `point`, under `terms`,
// the program's version of that moment. Fills `*trace` when it is not null.
inline Decision Decide(absl::Span<const Touch> touches,
                       const ConversionPoint& point, const Program& terms,
                       const Reference& reference, DecisionTrace* trace) {
  const Touch* winner = nullptr;
  const bool first = terms.model() == Model::kFirstTouch;
  for (const Touch& touch : touches) {
    const TouchFate fate = Screen(touch, point.at, terms, reference);
    if (trace != nullptr) trace->touches.push_back({touch, fate});
    if (fate != TouchFate::kLost) continue;
    if (winner == nullptr || Earlier(touch, *winner) == first) winner = &touch;
  }
  Decision decision{point.seq,
                    point.at,
                    point.trigger,
                    {},
                    static_cast<int64_t>(touches.size()),
                    Seq()};
  if (const ProgramVersion* version = reference.VersionOf(&terms)) {
    decision.terms_seq = version->seq;
  }
  if (trace != nullptr) {
    trace->model = terms.model();
    trace->terms = &terms;
  }
  if (winner == nullptr) return decision;
  if (trace != nullptr) {
    const auto place = static_cast<std::size_t>(winner - touches.data());
    trace->touches[trace->touches.size() - touches.size() + place].fate =
        TouchFate::kWon;
  }
  decision.credits.push_back({winner->partner, Role::kAcquirer, kPpb,
                              winner->channel, winner->code, winner->campaign,
                              winner->sub_ids, winner->seq, winner->time});
  return decision;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_DECIDE_H_

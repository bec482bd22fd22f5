// The touches of one customer or visitor that may still earn credit, and which
// of them fall (docs/SEMANTICS.md, section 5). State stays bounded by three
// rules:
//
//   - All of a customer's fall when a decision binds it for good, and none is
//     kept while it does: they can decide nothing more of that customer.
//     Another that it is merged into later does not get them back.
//   - A touch falls with the first later event of its customer or visitor (a
//     touch, an identification, a merge, a sign-up or a payment) that is past
//     the longest window of its channel, of all versions of the terms so far,
//     and kMaxLatenessDays more. A conversion decides first. Such a touch could
//     win nothing but in a conversion that comes later than that.
//   - Of more than kMaxLiveTouches one falls: the earliest of those that do not
//     hold, which can win nothing, and where all hold the earliest but one. By
//     time, and of equal times by seq.
//
// So what a limit leaves is the first touch and the latest. LAST_TOUCH without
// tiers loses nothing by it, unless all of these are out. FIRST_TOUCH loses
// where the first touch is out at the conversion, by its window or its partner,
// and an earlier one than those left would have won; every model loses where
// one in a higher tier fell; the models of many lose the shares of what fell.
// fallen() counts them, so that an explanation can tell.
//
//   LiveTouches touches;
//   touches.DropPast(at, reference);
//   touches.Add(touch, reference);
//
// Not thread-safe beside itself.
#ifndef VOUCH_IDENTIFY_LIVE_TOUCHES_H_
#define VOUCH_IDENTIFY_LIVE_TOUCHES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/base/limits.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// Whether `a` is the earlier touch: by time, of equal times by seq.
inline bool Earlier(const Touch& a, const Touch& b) {
  return a.time != b.time ? a.time < b.time : a.seq < b.seq;
}

class LiveTouches {
 public:
  // In the order applied.
  const std::vector<Touch>& list() const { return list_; }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  // How many fell for the limit since there was none last.
  int64_t fallen() const { return fallen_; }

  // Drops what is past every window at `at`.
  void DropPast(Instant at, const Reference& reference) {
    if (!(drop_after_ < at)) return;
    const auto past = [&](const Touch& touch) {
      return LastMomentOf(touch, reference) < at;
    };
    list_.erase(std::remove_if(list_.begin(), list_.end(), past), list_.end());
    if (list_.empty()) fallen_ = 0;
    drop_after_ = kMaxInstant;
    for (const Touch& touch : list_) NoteMoment(touch, reference);
  }

  // Adds the touch that was applied last.
  void Add(const Touch& touch, const Reference& reference) {
    list_.push_back(touch);
    NoteMoment(touch, reference);
    KeepToLimit();
  }

  // Takes those of another customer or visitor too, in the order applied. What
  // is past every window at `at` takes no room from the others.
  void Merge(LiveTouches other, Instant at, const Reference& reference) {
    std::vector<Touch> merged(list_.size() + other.list_.size());
    std::merge(list_.begin(), list_.end(), other.list_.begin(),
               other.list_.end(), merged.begin(),
               [](const Touch& a, const Touch& b) { return a.seq < b.seq; });
    list_ = std::move(merged);
    drop_after_ = std::min(drop_after_, other.drop_after_);
    fallen_ += other.fallen_;
    DropPast(at, reference);
    KeepToLimit();
  }

  // As read from a state's bytes.
  static LiveTouches FromList(std::vector<Touch> list, int64_t fallen = 0) {
    LiveTouches touches;
    touches.list_ = std::move(list);
    touches.fallen_ = fallen;
    touches.drop_after_ = kMinInstant;
    return touches;
  }

 private:
  // The last moment at which `touch` is kept.
  static Instant LastMomentOf(const Touch& touch, const Reference& reference) {
    const int64_t window_us = reference.LongestWindow(touch.channel);
    if (window_us == std::numeric_limits<int64_t>::max()) return kMaxInstant;
    return Instant{touch.time.us + window_us + kMaxLatenessDays * kUsPerDay};
  }
  void NoteMoment(const Touch& touch, const Reference& reference) {
    drop_after_ = std::min(drop_after_, LastMomentOf(touch, reference));
  }

  void KeepToLimit() {
    for (; list_.size() > kMaxLiveTouches; ++fallen_) {
      list_.erase(FirstToFall());
    }
  }
  // Of two or more.
  std::vector<Touch>::iterator FirstToFall() {
    const auto none = list_.end();
    auto out = none;
    auto first = none;
    auto second = none;
    for (auto touch = list_.begin(); touch != none; ++touch) {
      if (touch->standing != Standing::kHolds) {
        if (out == none || Earlier(*touch, *out)) out = touch;
      } else if (first == none || Earlier(*touch, *first)) {
        second = std::exchange(first, touch);
      } else if (second == none || Earlier(*touch, *second)) {
        second = touch;
      }
    }
    return out != none ? out : second;
  }

  std::vector<Touch> list_;
  int64_t fallen_ = 0;
  // No touch falls at this moment or before. Windows only ever get longer, so
  // that a moment noted earlier is at most too early.
  Instant drop_after_ = kMaxInstant;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_LIVE_TOUCHES_H_

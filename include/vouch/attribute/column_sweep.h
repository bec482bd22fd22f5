// How columns.h decides the conversions of one customer. Internal: a user
// includes columns.h.
//
// A sweep goes through the customer's touches and conversions in the order of
// time and remembers, by channel, the last touch so far. A channel has a
// candidate if and only if that one is inside its window; so the channels that
// compete, and under LAST_TOUCH the winner, are known without looking back.
#ifndef VOUCH_ATTRIBUTE_COLUMN_SWEEP_H_
#define VOUCH_ATTRIBUTE_COLUMN_SWEEP_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/attribute/column_credit.h"
#include "vouch/attribute/weights.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/status.h"
#include "vouch/base/words.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr size_t kChannelNumbers = Words<Channel>::kList.size() + 1;
inline constexpr auto kDirectNumber = static_cast<size_t>(Channel::kDirect);

// ColumnTerms as the sweep reads them, by the channel's number. Number 0 has no
// tier: no row has it.
struct CompiledColumnTerms {
  ModelTerms model;
  DirectPolicy direct = DirectPolicy::kIgnore;
  // The highest age that is inside the window.
  std::array<uint64_t, kChannelNumbers> max_age_us = {};
  uint64_t longest_us = 0;  // of the channels that may count
  // From 1, the highest; kNoColumnTier where none names the channel.
  std::array<uint32_t, kChannelNumbers> tiers = {};
  // Whether a touch of the channel may ever count.
  std::array<bool, kChannelNumbers> counts = {};
  // Whether all that may have one tier and one window, and DIRECT does not win.
  bool alike = false;
};

inline constexpr uint32_t kNoColumnTier = std::numeric_limits<uint32_t>::max();

// A touch or a conversion. The row stands above the low three bits of
// `row_and_channel`, which hold the channel of a touch and 0 for a conversion.
struct ColumnEvent {
  int64_t time_us;
  uint32_t row_and_channel;

  size_t channel() const { return row_and_channel & 7; }
  uint32_t row() const { return row_and_channel >> 3; }
};

inline uint32_t PackRow(size_t row, Channel channel) {
  return static_cast<uint32_t>(row << 3) | static_cast<uint32_t>(channel);
}

// Sorts by time, of equal times by row; they come by row.
inline void SortByTime(absl::Span<ColumnEvent> events) {
  const auto earlier = [](const ColumnEvent& a, const ColumnEvent& b) {
    if (a.time_us != b.time_us) return a.time_us < b.time_us;
    return a.row_and_channel < b.row_and_channel;
  };
  constexpr size_t kFew = 32;
  if (events.size() > kFew) {
    if (!std::is_sorted(events.begin(), events.end(), earlier)) {
      std::sort(events.begin(), events.end(), earlier);
    }
    return;
  }
  for (size_t i = 1; i < events.size(); ++i) {
    if (events[i - 1].time_us <= events[i].time_us) continue;
    const ColumnEvent event = events[i];
    size_t place = i;
    for (; place > 0 && event.time_us < events[place - 1].time_us; --place) {
      events[place] = events[place - 1];
    }
    events[place] = event;
  }
}

// Where the credits of a conversion stand among all that were made.
struct CreditRange {
  size_t begin;
  uint32_t count;
};

class ColumnSweep {
 public:
  // Writes the credits, without their partners, behind `*credits` and a range
  // for each conversion to its row of `*ranges`. All of them live longer than
  // the sweep.
  ColumnSweep(const CompiledColumnTerms& terms,
              absl::Span<const uint32_t> partners,
              std::vector<ColumnCredit>* credits,
              std::vector<CreditRange>* ranges)
      : terms_(terms),
        partner_of_row_(partners),
        credits_(*credits),
        ranges_(*ranges) {}

  // Decides the conversions of one customer; both by time.
  absl::Status Sweep(absl::Span<const ColumnEvent> touches,
                     absl::Span<const ColumnEvent> conversions) {
    touches_ = touches;
    if (terms_.alike && terms_.model.model == Model::kLastTouch) {
      SweepLastOfAlike(conversions);
      return absl::OkStatus();
    }
    last_.fill(kNowhere);
    heads_.fill(0);
    size_t count = 0;
    for (const ColumnEvent& conversion : conversions) {
      const int64_t time_us = conversion.time_us;
      for (; count < touches.size() && touches[count].time_us <= time_us;
           ++count) {
        last_[touches[count].channel()] = count;
      }
      const size_t begin = credits_.size();
      VOUCH_RETURN_IF_ERROR(Decide(time_us, count));
      ranges_[conversion.row()] = {
          begin, static_cast<uint32_t>(credits_.size() - begin)};
    }
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kNowhere = std::numeric_limits<size_t>::max();
  using Mask = uint32_t;  // of channel numbers

  // Then the last touch of all is the winner, or too old like all the others.
  void SweepLastOfAlike(absl::Span<const ColumnEvent> conversions) {
    size_t count = 0;
    for (const ColumnEvent& conversion : conversions) {
      const int64_t time_us = conversion.time_us;
      while (count < touches_.size() && touches_[count].time_us <= time_us) {
        ++count;
      }
      if (count == 0 || AgeAt(count - 1, time_us) > terms_.longest_us) continue;
      ranges_[conversion.row()] = {credits_.size(), 1};
      Credit(count - 1, kPpb);
    }
  }

  uint64_t AgeAt(size_t touch, int64_t time_us) const {
    // The touch is not later; 64 bits hold any difference.
    return static_cast<uint64_t>(time_us) -
           static_cast<uint64_t>(touches_[touch].time_us);
  }

  // The channels that have a candidate at `time_us` and stand in the highest
  // tier that has one.
  Mask CompetingAt(int64_t time_us) const {
    Mask competing = 0;
    Mask beside = 0;  // DIRECT that no tier names
    uint32_t best = kNoColumnTier;
    for (size_t channel = 1; channel < kChannelNumbers; ++channel) {
      const size_t last = last_[channel];
      if (last == kNowhere) continue;
      if (AgeAt(last, time_us) > terms_.max_age_us[channel]) continue;
      const Mask bit = Mask{1} << channel;
      if (channel == kDirectNumber && terms_.direct == DirectPolicy::kWin) {
        return bit;
      }
      const uint32_t tier = terms_.tiers[channel];
      if (tier == kNoColumnTier) {
        beside = bit;
      } else if (tier < best) {
        best = tier;
        competing = bit;
      } else if (tier == best) {
        competing |= bit;
      }
    }
    return competing | beside;
  }

  // `count`: of the touches up to that time.
  absl::Status Decide(int64_t time_us, size_t count) {
    const Mask competing = CompetingAt(time_us);
    if (competing == 0) return absl::OkStatus();
    if (terms_.model.model == Model::kLastTouch) {
      Credit(LastOf(competing), kPpb);
    } else if (terms_.model.model == Model::kFirstTouch) {
      Credit(FirstOf(competing, time_us), kPpb);
    } else {
      return Share(competing, time_us, count);
    }
    return absl::OkStatus();
  }

  bool IsDirect(size_t touch) const {
    return touches_[touch].channel() == kDirectNumber;
  }

  void Credit(size_t touch, int64_t weight_ppb) {
    const ColumnEvent& event = touches_[touch];
    // The caller fills the partner in, who reads that column in a better order.
    credits_.push_back({weight_ppb, kVendorPartner, event.row(),
                        static_cast<Channel>(event.channel())});
  }

  size_t LastOf(Mask competing) const {
    size_t last = 0;
    for (size_t channel = 1; channel < kChannelNumbers; ++channel) {
      if (((competing >> channel) & 1) != 0) {
        last = std::max(last, last_[channel]);
      }
    }
    return last;
  }

  // The first candidate of each channel only moves on from one conversion to
  // the next, so that all of them together are linear.
  size_t FirstOf(Mask competing, int64_t time_us) {
    size_t first = kNowhere;
    for (size_t channel = 1; channel < kChannelNumbers; ++channel) {
      if (((competing >> channel) & 1) == 0) continue;
      size_t& head = heads_[channel];
      while (touches_[head].channel() != channel ||
             AgeAt(head, time_us) > terms_.max_age_us[channel]) {
        ++head;
      }
      first = std::min(first, head);
    }
    return first;
  }

  // The touches that compete, in order.
  void Collect(Mask competing, int64_t time_us, size_t count) {
    size_t& begin = heads_[0];
    while (begin < count && AgeAt(begin, time_us) > terms_.longest_us) ++begin;
    places_.clear();
    ages_us_.clear();
    for (size_t i = begin; i < count; ++i) {
      const size_t channel = touches_[i].channel();
      if (((competing >> channel) & 1) == 0) continue;
      const uint64_t age_us = AgeAt(i, time_us);
      if (age_us > terms_.max_age_us[channel]) continue;
      places_.push_back(i);
      ages_us_.push_back(static_cast<int64_t>(
          std::min(age_us, uint64_t{std::numeric_limits<int64_t>::max()})));
    }
  }

  // Whether the model gives anything to touch `place` of those that compete.
  bool Counts(size_t place) const {
    if (terms_.model.model != Model::kPositionBased) return true;
    const int64_t first_ppb = terms_.model.first_ppb;
    const int64_t last_ppb = terms_.model.last_ppb;
    const size_t count = places_.size();
    if (count == 1 || (count == 2 && first_ppb + last_ppb == 0)) return true;
    if (place == 0) return first_ppb > 0;
    if (place + 1 == count) return last_ppb > 0;
    return first_ppb + last_ppb < kPpb;
  }

  static constexpr uint32_t kNoSlot = std::numeric_limits<uint32_t>::max();

  // The slot of `partner`, among those that have one.
  uint32_t FindSlot(uint32_t partner) const {
    if (slot_of_.empty()) {
      for (size_t slot = 0; slot < partners_.size(); ++slot) {
        if (partners_[slot] == partner) return static_cast<uint32_t>(slot);
      }
      return kNoSlot;
    }
    const auto found = slot_of_.find(partner);
    return found == slot_of_.end() ? kNoSlot : found->second;
  }

  uint32_t AddSlot(uint32_t partner) {
    constexpr size_t kFew = 16;
    const auto slot = static_cast<uint32_t>(partners_.size());
    partners_.push_back(partner);
    lasts_.push_back(0);
    if (slot == kFew) {
      for (uint32_t i = 0; i < slot; ++i) slot_of_[partners_[i]] = i;
    }
    if (slot >= kFew) slot_of_[partner] = slot;
    return slot;
  }

  // Gives each touch its slot: the partners in the order of their first touch
  // that counts, then the vendor, then all that does not count.
  void AssignSlots() {
    partners_.clear();
    lasts_.clear();
    slot_of_.clear();
    slots_.assign(places_.size(), kNoSlot);
    for (size_t i = 0; i < places_.size(); ++i) {
      if (IsDirect(places_[i]) || !Counts(i)) continue;
      const uint32_t partner = partner_of_row_[touches_[places_[i]].row()];
      uint32_t slot = FindSlot(partner);
      if (slot == kNoSlot) slot = AddSlot(partner);
      slots_[i] = slot;
      lasts_[slot] = places_[i];
    }
    const auto vendor = static_cast<uint32_t>(lasts_.size());
    lasts_.push_back(0);
    for (size_t i = 0; i < places_.size(); ++i) {
      if (slots_[i] != kNoSlot) continue;
      const bool counts = IsDirect(places_[i]) && Counts(i);
      slots_[i] = counts ? vendor : vendor + 1;
      if (counts) lasts_[vendor] = places_[i];
    }
  }

  absl::Status Share(Mask competing, int64_t time_us, size_t count) {
    Collect(competing, time_us, count);
    if (places_.size() == 1) {
      Credit(places_[0], kPpb);
      return absl::OkStatus();
    }
    AssignSlots();
    weights_ppb_.assign(lasts_.size() + 1, 0);
    VOUCH_RETURN_IF_ERROR(WeighChecked(terms_.model, ages_us_, slots_,
                                       absl::MakeSpan(weights_ppb_)));
    for (size_t slot = 0; slot < lasts_.size(); ++slot) {
      if (weights_ppb_[slot] > 0) Credit(lasts_[slot], weights_ppb_[slot]);
    }
    return absl::OkStatus();
  }

  const CompiledColumnTerms& terms_;
  const absl::Span<const uint32_t> partner_of_row_;
  std::vector<ColumnCredit>& credits_;
  std::vector<CreditRange>& ranges_;

  absl::Span<const ColumnEvent> touches_;
  std::array<size_t, kChannelNumbers> last_ = {};
  // By channel the first candidate under FIRST_TOUCH; under number 0 the first
  // touch of any channel inside the longest window.
  std::array<size_t, kChannelNumbers> heads_ = {};

  // Of the conversion at hand, by touch that competes:
  std::vector<size_t> places_;
  std::vector<int64_t> ages_us_;
  std::vector<uint32_t> slots_;
  // And by slot:
  std::vector<uint32_t> partners_;
  std::vector<size_t> lasts_;  // the last touch that counted
  std::vector<int64_t> weights_ppb_;
  absl::flat_hash_map<uint32_t, uint32_t> slot_of_;  // from many slots on
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_COLUMN_SWEEP_H_

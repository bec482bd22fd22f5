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
#include "vouch/attribute/columns.h"
#include "vouch/attribute/weights.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"

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
};

inline constexpr uint32_t kNoColumnTier = std::numeric_limits<uint32_t>::max();

// A touch or a conversion. Its channel stands in the low three bits of
// `row_and_channel`, its row above them; the channel of a conversion is 0.
struct ColumnEvent {
  int64_t time_us;
  uint32_t partner;
  uint32_t row_and_channel;

  size_t channel() const { return row_and_channel & 7; }
  uint32_t row() const { return row_and_channel >> 3; }
  bool is_conversion() const { return channel() == 0; }
};

inline uint32_t PackRow(size_t row, Channel channel) {
  return static_cast<uint32_t>(row << 3) | static_cast<uint32_t>(channel);
}

// The order of the sweep: a touch comes before a conversion of its time.
inline bool SweptBefore(const ColumnEvent& a, const ColumnEvent& b) {
  if (a.time_us != b.time_us) return a.time_us < b.time_us;
  if (a.is_conversion() != b.is_conversion()) return b.is_conversion();
  return a.row_and_channel < b.row_and_channel;
}

// Sorts events that come as the touches by row, then the conversions by row:
// of equal times they are in order already.
inline void SortForSweep(absl::Span<ColumnEvent> events) {
  constexpr size_t kFew = 32;
  if (events.size() > kFew) {
    if (!std::is_sorted(events.begin(), events.end(), SweptBefore)) {
      std::sort(events.begin(), events.end(), SweptBefore);
    }
    return;
  }
  for (size_t i = 1; i < events.size(); ++i) {
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
  // Writes the credits behind `*credits` and a range for each conversion to
  // its row of `*ranges`. All three live longer than the sweep.
  ColumnSweep(const CompiledColumnTerms& terms,
              std::vector<ColumnCredit>* credits,
              std::vector<CreditRange>* ranges)
      : terms_(terms), credits_(*credits), ranges_(*ranges) {}

  // Decides the conversions among one customer's events, sorted.
  absl::Status Sweep(absl::Span<const ColumnEvent> events) {
    events_ = events;
    last_.fill(kNowhere);
    heads_.fill(0);
    for (size_t i = 0; i < events.size(); ++i) {
      if (events[i].is_conversion()) {
        const absl::Status status = Decide(i);
        if (ABSL_PREDICT_FALSE(!status.ok())) return status;
      } else {
        last_[events[i].channel()] = i;
      }
    }
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kNowhere = std::numeric_limits<size_t>::max();
  using Mask = uint32_t;  // of channel numbers

  uint64_t AgeAt(size_t touch, int64_t time_us) const {
    // The touch is not later; 64 bits hold any difference.
    return static_cast<uint64_t>(time_us) -
           static_cast<uint64_t>(events_[touch].time_us);
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

  absl::Status Decide(size_t conversion) {
    const size_t begin = credits_.size();
    const int64_t time_us = events_[conversion].time_us;
    const Mask competing = CompetingAt(time_us);
    if (competing != 0) {
      if (terms_.model.model == Model::kLastTouch) {
        Credit(LastOf(competing), kPpb);
      } else if (terms_.model.model == Model::kFirstTouch) {
        Credit(FirstOf(competing, time_us), kPpb);
      } else {
        const absl::Status status = Share(competing, conversion);
        if (!status.ok()) return status;
      }
    }
    ranges_[events_[conversion].row()] = {
        begin, static_cast<uint32_t>(credits_.size() - begin)};
    return absl::OkStatus();
  }

  void Credit(size_t touch, int64_t weight_ppb) {
    const ColumnEvent& event = events_[touch];
    const bool vendor = event.channel() == kDirectNumber;
    credits_.push_back({weight_ppb, vendor ? kVendorPartner : event.partner,
                        event.row(), static_cast<Channel>(event.channel())});
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
      while (events_[head].channel() != channel ||
             AgeAt(head, time_us) > terms_.max_age_us[channel]) {
        ++head;
      }
      first = std::min(first, head);
    }
    return first;
  }

  // The touches that compete at the conversion, in order.
  void Collect(Mask competing, size_t conversion) {
    const int64_t time_us = events_[conversion].time_us;
    size_t& begin = heads_[0];
    while (AgeAt(begin, time_us) > terms_.longest_us) ++begin;
    places_.clear();
    ages_us_.clear();
    for (size_t i = begin; i < conversion; ++i) {
      const size_t channel = events_[i].channel();
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
      const ColumnEvent& event = events_[places_[i]];
      if (event.channel() == kDirectNumber || !Counts(i)) continue;
      uint32_t slot = FindSlot(event.partner);
      if (slot == kNoSlot) slot = AddSlot(event.partner);
      slots_[i] = slot;
      lasts_[slot] = places_[i];
    }
    const auto vendor = static_cast<uint32_t>(lasts_.size());
    lasts_.push_back(0);
    for (size_t i = 0; i < places_.size(); ++i) {
      if (slots_[i] != kNoSlot) continue;
      const bool direct = events_[places_[i]].channel() == kDirectNumber;
      const bool counts = direct && Counts(i);
      slots_[i] = counts ? vendor : vendor + 1;
      if (counts) lasts_[vendor] = places_[i];
    }
  }

  absl::Status Share(Mask competing, size_t conversion) {
    Collect(competing, conversion);
    if (places_.size() == 1) {
      Credit(places_[0], kPpb);
      return absl::OkStatus();
    }
    AssignSlots();
    weights_ppb_.assign(lasts_.size() + 1, 0);
    absl::Status status = WeighChecked(terms_.model, ages_us_, slots_,
                                       absl::MakeSpan(weights_ppb_));
    if (!status.ok()) return status;
    for (size_t slot = 0; slot < lasts_.size(); ++slot) {
      if (weights_ppb_[slot] > 0) Credit(lasts_[slot], weights_ppb_[slot]);
    }
    return absl::OkStatus();
  }

  const CompiledColumnTerms& terms_;
  std::vector<ColumnCredit>& credits_;
  std::vector<CreditRange>& ranges_;

  absl::Span<const ColumnEvent> events_;
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

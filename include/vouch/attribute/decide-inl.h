#ifndef VOUCH_ATTRIBUTE_DECIDE_INL_H_
#define VOUCH_ATTRIBUTE_DECIDE_INL_H_

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "vouch/attribute/decide.h"
#include "vouch/attribute/weights.h"
#include "vouch/base/civil.h"
#include "vouch/identify/live_touches.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Carries one decision from step to step. Until the model is asked, kLost
// stands for "still a candidate".
class DecisionMaker {
 public:
  DecisionMaker(const Candidates& of, const ConversionPoint& point,
                const Program& terms, const Reference& reference)
      : of_(of), point_(point), terms_(terms), reference_(reference) {}

  Decision Decide(DecisionTrace* trace) {
    Gather();
    for (TouchVerdict& verdict : verdicts_) Screen(&verdict);
    if (terms_.direct() == DirectPolicy::kWin) TakeByDirect();
    ExcludeByLead();
    ExcludeByTier();
    Decision decision;
    decision.seq = point_.seq;
    decision.at = point_.at;
    decision.trigger = point_.trigger;
    decision.touch_count = static_cast<int64_t>(verdicts_.size());
    if (const ProgramVersion* version = reference_.VersionOf(&terms_)) {
      decision.terms_seq = version->seq;
    }
    AskModel(trace != nullptr, &decision);
    Bind(terms_, &decision);
    if (trace != nullptr) {
      for (TouchVerdict& verdict : verdicts_) {
        verdict.partner_status = StatusOf(verdict.touch);
      }
      trace->fallen_touches = of_.fallen_touches;
      trace->touches.assign(verdicts_.begin(), verdicts_.end());
      trace->model = terms_.model();
      trace->terms = &terms_;
    }
    return decision;
  }

 private:
  static bool IsDirect(const TouchVerdict& verdict) {
    return verdict.touch.channel == Channel::kDirect;
  }
  static bool IsIn(const TouchVerdict& verdict) {
    return verdict.fate == TouchFate::kLost;
  }

  // Of the partner that a touch means, be it one that became known later.
  PartnerStatus StatusOf(const Touch& touch) const {
    PartnerIndex partner = touch.partner;
    if (!partner.has_value() && touch.code.has_value()) {
      partner = reference_.code(touch.code).partner;
    }
    if (!partner.has_value() && touch.standing == Standing::kPartnerUnknown) {
      partner = reference_.FindPartner(touch.named);
    }
    return partner.has_value() ? reference_.partner(partner).StatusAt(point_.at)
                               : PartnerStatus::kNone;
  }

  // Touches and leads in the order applied.
  void Gather() {
    std::size_t lead = 0;
    const auto add_leads = [&](Seq before) {
      for (; lead < of_.leads.size(); ++lead) {
        const LeadIndex index = of_.leads[lead];
        const LeadState& state = of_.all_leads[index.value() - 1];
        if (before.has_value() && before < state.seq) return;
        verdicts_.emplace_back().touch = TouchOf(state, index);
      }
    };
    for (const Touch& touch : of_.touches) {
      add_leads(touch.seq);
      verdicts_.emplace_back().touch = touch;
    }
    add_leads(Seq());
  }

  // What is out by itself.
  void Screen(TouchVerdict* verdict) {
    const Touch& touch = verdict->touch;
    verdict->fate = FateOf(touch);
    if (!touch.lead.has_value() || point_.at < touch.time) return;
    const LeadLife life =
        LifeAt(of_.all_leads[touch.lead.value() - 1], point_.at, terms_);
    verdict->lead_end = life.end;
    if (verdict->fate != TouchFate::kLost) return;
    switch (life.state) {
      case LeadLife::kLive:
        break;
      case LeadLife::kRejected:
        verdict->fate = TouchFate::kLeadRejected;
        break;
      case LeadLife::kLost:
        verdict->fate = TouchFate::kLeadLost;
        break;
      case LeadLife::kExpired:
        verdict->fate = TouchFate::kLeadExpired;
        break;
    }
  }

  TouchFate FateOf(const Touch& touch) const {
    if (point_.at < touch.time) return TouchFate::kAfterConversion;
    if (touch.standing != Standing::kHolds) return TouchFate::kDoesNotHold;
    const bool direct = touch.channel == Channel::kDirect;
    if (direct && terms_.direct() == DirectPolicy::kIgnore) {
      return TouchFate::kDirectIgnored;
    }
    const int64_t age_us = point_.at.us - touch.time.us;
    if (!terms_.window(touch.channel).Holds(age_us)) {
      return TouchFate::kOutsideWindow;
    }
    if (direct) return TouchFate::kLost;
    const Partner& partner = reference_.partner(touch.partner);
    if (!partner.ActiveAt(point_.at)) return TouchFate::kPartnerNotActive;
    if (!terms_.allow_self_referral() &&
        SharesKey(partner, of_.keys, point_.at)) {
      return TouchFate::kSelfReferral;
    }
    return TouchFate::kLost;
  }

  // WIN: one DIRECT touch inside its window takes the decision.
  void TakeByDirect() {
    const TouchVerdict* taker = nullptr;
    for (const TouchVerdict& verdict : verdicts_) {
      if (!IsIn(verdict) || !IsDirect(verdict)) continue;
      if (taker == nullptr || Earlier(taker->touch, verdict.touch)) {
        taker = &verdict;
      }
    }
    if (taker == nullptr) return;
    for (TouchVerdict& verdict : verdicts_) {
      if (!IsIn(verdict) || IsDirect(verdict)) continue;
      verdict.fate = TouchFate::kExcludedByDirect;
      verdict.excluded_by = taker->touch.seq;
    }
  }

  // The earliest live lead excludes every other partner's touches.
  void ExcludeByLead() {
    const TouchVerdict* lead = nullptr;
    for (const TouchVerdict& verdict : verdicts_) {
      if (!IsIn(verdict) || !verdict.touch.lead.has_value()) continue;
      if (lead == nullptr || Earlier(verdict.touch, lead->touch)) {
        lead = &verdict;
      }
    }
    if (lead == nullptr) return;
    for (TouchVerdict& verdict : verdicts_) {
      if (!IsIn(verdict) || IsDirect(verdict)) continue;
      if (verdict.touch.partner == lead->touch.partner) continue;
      verdict.fate = TouchFate::kExcludedByLead;
      verdict.excluded_by = lead->touch.seq;
    }
  }

  // Only the highest tier that still has a candidate competes. DIRECT stands in
  // the tier that names it, else in whichever competes.
  void ExcludeByTier() {
    int best = kNoTier;
    for (TouchVerdict& verdict : verdicts_) {
      verdict.tier = terms_.TierOf(verdict.touch.channel);
      if (!IsIn(verdict)) continue;
      if (verdict.tier == kNoTier) {
        if (!IsDirect(verdict)) verdict.fate = TouchFate::kNotInTiers;
      } else if (best == kNoTier || verdict.tier < best) {
        best = verdict.tier;
      }
    }
    for (TouchVerdict& verdict : verdicts_) {
      if (IsIn(verdict) && verdict.tier != kNoTier && verdict.tier > best) {
        verdict.fate = TouchFate::kLowerTier;
      }
    }
  }

  // Whether the model gives touch `place` of `count` anything.
  bool Counts(std::size_t place, std::size_t count) const {
    const bool first = place == 0;
    const bool last = place + 1 == count;
    switch (terms_.model()) {
      case Model::kFirstTouch:
        return first;
      case Model::kLastTouch:
      case Model::kNone:
        return last;
      case Model::kLinear:
      case Model::kTimeDecay:
        return true;
      case Model::kPositionBased:
        break;
    }
    const int64_t of_first = terms_.first_share().ppb();
    const int64_t of_last = terms_.last_share().ppb();
    if (count == 1 || (count == 2 && of_first + of_last == 0)) return true;
    if (first) return of_first > 0;
    if (last) return of_last > 0;
    return of_first + of_last < kPpb;
  }

  // A partner's, or the vendor's, place in the split.
  uint32_t SlotOf(PartnerIndex partner) {
    const auto found = std::find(slots_.begin(), slots_.end(), partner);
    const auto slot = static_cast<uint32_t>(found - slots_.begin());
    if (found == slots_.end()) slots_.push_back(partner);
    return slot;
  }

  void AskModel(bool traced, Decision* decision) {
    for (TouchVerdict& verdict : verdicts_) {
      if (IsIn(verdict)) competing_.push_back(&verdict);
    }
    if (competing_.empty()) return;
    std::sort(competing_.begin(), competing_.end(),
              [](const TouchVerdict* a, const TouchVerdict* b) {
                return Earlier(a->touch, b->touch);
              });
    const std::size_t count = competing_.size();
    absl::InlinedVector<int64_t, 16> ages;
    for (std::size_t i = 0; i < count; ++i) {
      ages.push_back(point_.at.us - competing_[i]->touch.time.us);
      // Those that count come first, the vendor last, whoever else behind.
      const PartnerIndex partner = competing_[i]->touch.partner;
      if (partner.has_value() && Counts(i, count)) SlotOf(partner);
    }
    const std::size_t credited = slots_.size();
    const uint32_t vendor = SlotOf(PartnerIndex());
    absl::InlinedVector<uint32_t, 16> slots;
    for (const TouchVerdict* verdict : competing_) {
      slots.push_back(SlotOf(verdict->touch.partner));
    }
    absl::InlinedVector<int64_t, 16> weights(slots_.size(), 0);
    // The terms were checked when they were built, and the spans fit.
    if (!Weigh(Terms(), ages, slots, absl::MakeSpan(weights)).ok()) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (Counts(i, count)) competing_[i]->fate = TouchFate::kWon;
    }
    decision->vendor_weight_ppb = weights[vendor];
    for (std::size_t slot = 0; slot < credited; ++slot) {
      if (weights[slot] == 0) continue;
      decision->credits.push_back(CreditOf(slots_[slot], weights[slot]));
    }
    if (traced) WeighEach(ages);
  }

  ModelTerms Terms() const {
    ModelTerms model;
    model.model = terms_.model();
    model.half_life_us = terms_.half_life_us();
    model.first_ppb = terms_.first_share().ppb();
    model.last_ppb = terms_.last_share().ppb();
    return model;
  }

  // With what `partner` came by: its last touch that counted.
  Credit CreditOf(PartnerIndex partner, int64_t weight_ppb) const {
    Credit credit;
    credit.partner = partner;
    credit.weight_ppb = weight_ppb;
    for (const TouchVerdict* verdict : competing_) {
      const Touch& touch = verdict->touch;
      if (verdict->fate != TouchFate::kWon || touch.partner != partner) {
        continue;
      }
      credit.channel = touch.channel;
      credit.code = touch.code;
      credit.lead = touch.lead;
      credit.campaign = touch.campaign;
      credit.sub_ids = touch.sub_ids;
      credit.touch_seq = touch.seq;
      credit.touch_at = touch.time;
    }
    return credit;
  }

  void WeighEach(absl::Span<const int64_t> ages) {
    std::vector<uint32_t> slots(ages.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      slots[i] = static_cast<uint32_t>(i);
    }
    std::vector<int64_t> weights(ages.size(), 0);
    if (!Weigh(Terms(), ages, slots, absl::MakeSpan(weights)).ok()) return;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      competing_[i]->weight_ppb = weights[i];
    }
  }

  const Candidates& of_;
  const ConversionPoint& point_;
  const Program& terms_;
  const Reference& reference_;
  absl::InlinedVector<TouchVerdict, 4> verdicts_;     // in the order applied
  absl::InlinedVector<TouchVerdict*, 16> competing_;  // by time
  absl::InlinedVector<PartnerIndex, 16> slots_;
};

}  // namespace internal

inline bool SharesKey(const Partner& partner, const CustomerKeys& keys,
                      Instant at) {
  const PartnerRecord* record = partner.records.At(at);
  if (record == nullptr) return false;
  for (const std::string_view key : record->identity_keys) {
    for (const auto list : {keys.of_signups, keys.of_leads}) {
      for (const std::string_view other : list) {
        if (key.data() == other.data()) return true;
      }
    }
  }
  return false;
}

inline void Bind(const Program& terms, Decision* decision) {
  decision->binds =
      terms.binding() != BindingSpan::kUnbound &&
      (terms.organic() != Organic::kRetry || decision->has_winner());
  decision->bound_until.reset();
  if (!decision->binds || terms.binding() != BindingSpan::kMonths) return;
  const CivilDay last =
      AddMonths(DayOf(decision->at, terms.time_zone()), terms.binding_months());
  const Instant end = StartOfDay(last, terms.time_zone());
  // An end past every time that an event may have is none.
  if (IsValid(end)) decision->bound_until = end;
}

inline Decision Decide(const Candidates& candidates,
                       const ConversionPoint& point, const Program& terms,
                       const Reference& reference, DecisionTrace* trace) {
  return internal::DecisionMaker(candidates, point, terms, reference)
      .Decide(trace);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_DECIDE_INL_H_

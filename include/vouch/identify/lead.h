// A lead: somebody whom a partner handed over, and its life
// (docs/SEMANTICS.md, sections 5 and 10).
//
//   LeadState lead = ...;                       // as it was registered
//   KeepUpdate({seq, at, LeadStatus::kQualified}, &lead);
//   LeadLife life = LifeAt(lead, conversion, *terms);
//   if (life.state == LeadLife::kLive) ...      // it excludes other partners
//
// Each moment's life is told by what happened until then by its own time, in
// whatever order it was applied. Plain values; the functions are pure.
#ifndef VOUCH_IDENTIFY_LEAD_H_
#define VOUCH_IDENTIFY_LEAD_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"
#include "vouch/identify/touch.h"
#include "vouch/program/program.h"

VOUCH_NAMESPACE_BEGIN

// One `lead_updated`. Every update is activity; kNone is nothing but that.
struct LeadUpdate {
  Seq seq;
  Instant time;
  LeadStatus status = LeadStatus::kNone;
};

struct LeadState {
  std::string_view lead_id;
  Seq seq;  // of its registration
  Instant registered_at;
  PartnerIndex partner;
  CustomerNumber customer;                     // none: found by sign-up
  std::vector<std::string_view> contact_keys;  // it lives under the first
  // By time, of equal times by seq; at most one that ends it.
  std::vector<LeadUpdate> updates;
  bool qualified = false;    // by an update while it lived: it earns no more
  bool was_unknown = false;  // whose lead it is, when it earned something
};

// How a lead stands at a moment.
struct LeadLife {
  enum State : uint8_t { kLive, kRejected, kLost, kExpired };

  State state = kLive;
  // When it ended or, of one that lives, will end as things stand; absent: it
  // has no end.
  std::optional<Instant> end;
};

// Whether an update ends a lead whatever its protection says.
inline bool EndsLead(LeadStatus status) {
  return status == LeadStatus::kRejected || status == LeadStatus::kLost;
}

// Of several endings the earliest is kept alone: no later one tells anything of
// any moment. So a lead at its limit of updates can still be ended.
inline void KeepUpdate(const LeadUpdate& update, LeadState* lead) {
  const auto earlier = [](const LeadUpdate& a, const LeadUpdate& b) {
    return a.time != b.time ? a.time < b.time : a.seq < b.seq;
  };
  std::vector<LeadUpdate>& updates = lead->updates;
  if (EndsLead(update.status)) {
    const auto ending = std::find_if(
        updates.begin(), updates.end(),
        [](const LeadUpdate& other) { return EndsLead(other.status); });
    if (ending != updates.end()) {
      if (earlier(*ending, update)) return;
      updates.erase(ending);
    }
  }
  updates.insert(
      std::upper_bound(updates.begin(), updates.end(), update, earlier),
      update);
}

// How `lead` stands at `at`, which is not before its registration, under
// `terms`. What happened before the registration by its own time counts as at
// it. Without a protection in the terms a lead ends by REJECTED and LOST alone.
inline LeadLife LifeAt(const LeadState& lead, Instant at,
                       const Program& terms) {
  const std::optional<LeadProtection>& protection = terms.lead_protection();
  LeadLife life;
  if (protection) {
    life.end = Instant{lead.registered_at.us + protection->length_us};
  }
  for (const LeadUpdate& update : lead.updates) {
    if (at < update.time) break;
    const Instant when = std::max(update.time, lead.registered_at);
    if (life.end && !(when < *life.end)) break;  // nothing revives it
    if (EndsLead(update.status)) {
      return {update.status == LeadStatus::kLost ? LeadLife::kLost
                                                 : LeadLife::kRejected,
              when};
    }
    if (protection && protection->from_last_activity) {
      life.end = Instant{when.us + protection->length_us};
    }
  }
  if (life.end && !(at < *life.end)) life.state = LeadLife::kExpired;
  return life;
}

// The touch that a lead is: by its partner, at its registration.
inline Touch TouchOf(const LeadState& lead, LeadIndex index) {
  Touch touch;
  touch.seq = lead.seq;
  touch.time = lead.registered_at;
  touch.channel = Channel::kLead;
  touch.partner = lead.partner;
  touch.lead = index;
  return touch;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_LEAD_H_

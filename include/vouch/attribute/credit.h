// The noun of the second stage: who is credited with a customer, and how much
// of it (docs/SEMANTICS.md, section 5).
#ifndef VOUCH_ATTRIBUTE_CREDIT_H_
#define VOUCH_ATTRIBUTE_CREDIT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// One partner's share in one role. What it came by is that of the partner's
// last touch that counted; an import and a role came by none.
struct Credit {
  PartnerIndex partner;
  Role role = Role::kAcquirer;
  int64_t weight_ppb = 0;  // of a decision they add up to 10^9
  Channel channel = Channel::kNone;
  CodeIndex code;
  LeadIndex lead;
  std::string_view campaign;
  std::string_view sub_ids;  // joined by kSubIdSeparator
  // The event of that touch or lead; of an import or a role that which said so.
  Seq touch_seq;
  Instant touch_at;  // of an import or a role the first instant
};

// Who is credited at a conversion. A decision without credits is one too: it
// went to the vendor's own sales or to nobody.
struct Decision {
  Seq seq;     // of the event that converted
  Instant at;  // its time; of an import since when it holds
  Trigger trigger = Trigger::kNone;
  // In the order of each partner's first touch that counted.
  absl::InlinedVector<Credit, 1> credits;
  // The vendor's own share under DIRECT. It earns nothing and stands last where
  // amounts are split.
  int64_t vendor_weight_ppb = 0;
  int64_t touch_count = 0;  // the touches and leads that were looked at
  Seq terms_seq;            // of the event that set the terms that decided
  // Whether it stands for other payments too, and until when; absent: for good.
  bool binds = false;
  std::optional<Instant> bound_until;

  // Whether somebody won, be it the vendor.
  bool has_winner() const { return !credits.empty() || vendor_weight_ppb > 0; }
  // Whether a payment at `moment` stands under it. One from before it does too.
  bool BindsAt(Instant moment) const {
    return binds && (!bound_until || moment < *bound_until);
  }
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_CREDIT_H_

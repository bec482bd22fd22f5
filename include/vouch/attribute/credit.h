// The noun of the second stage: who is credited with a customer, and how much
// of it (docs/SEMANTICS.md, section 5).
#ifndef VOUCH_ATTRIBUTE_CREDIT_H_
#define VOUCH_ATTRIBUTE_CREDIT_H_

#include <cstdint>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// One partner's share in one role. What it came by is that of the partner's
// last touch that counted.
struct Credit {
  PartnerIndex partner;
  Role role = Role::kAcquirer;
  int64_t weight_ppb = 0;  // the weights of a decision add up to 10^9
  Channel channel = Channel::kNone;
  CodeIndex code;
  std::string_view campaign;
  std::string_view sub_ids;  // joined by kSubIdSeparator
  Seq touch_seq;
  Instant touch_at;
};

// Who is credited with a customer, once and for all. A decision without
// credits is one too: nobody is.
struct Decision {
  Seq seq;     // of the event that converted
  Instant at;  // its time
  Trigger trigger = Trigger::kNone;
  absl::InlinedVector<Credit, 1> credits;
  int64_t touch_count = 0;  // the touches that were looked at
  Seq terms_seq;            // of the event that set the terms that decided
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_CREDIT_H_

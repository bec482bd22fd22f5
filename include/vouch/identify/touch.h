// The noun of the first stage: one contact of a visitor or customer with a
// partner's recommendation, with its partner and code looked up. A lead is a
// touch too, at its registration (vouch/identify/lead.h); one by DIRECT has no
// partner.
#ifndef VOUCH_IDENTIFY_TOUCH_H_
#define VOUCH_IDENTIFY_TOUCH_H_

#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// Whether what a touch names held when it was applied, for its own time; the
// first reason that does not (docs/SEMANTICS.md, sections 5 and 10).
enum class Standing : uint8_t {
  kHolds,
  kPartnerUnknown,
  kCodeUnknown,
  kCodeNotYetValid,
  kCodeExpired,
  kCodeRevoked,
  kCodeUsedUp,
};

struct Touch {
  Seq seq;  // of the event; of equal times the later seq is the later touch
  Instant time;
  Channel channel = Channel::kNone;
  Standing standing = Standing::kHolds;
  PartnerIndex partner;       // none when unknown
  CodeIndex code;             // none when unknown, or when a partner is named
  LeadIndex lead;             // where the channel is LEAD
  std::string_view named;     // the unknown partner or code, as it was written
  std::string_view campaign;  // the touch's, else the code's
  std::string_view sub_ids;   // joined by kSubIdSeparator
};

// Ids hold no control character, so this one separates them for certain.
inline constexpr char kSubIdSeparator = '\x1f';

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_TOUCH_H_

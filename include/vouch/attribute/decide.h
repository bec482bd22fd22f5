// Touches, leads and terms -> Decision: the steps of docs/SEMANTICS.md, section
// 5.
//
//   const Candidates of = CandidatesOf(customer, all_leads);
//   DecisionTrace trace;  // only where somebody asks why
//   Decision d = Decide(of, {seq, at, Trigger::kPayment}, program, reference,
//                       &trace);
//
// Chosen where the text is silent:
//   - A lead is a touch by LEAD at its registration. One that is out for
//   another
//     reason (its window, its partner's status, self-referral) excludes nobody.
//   - A live lead excludes partners' touches; a DIRECT touch is no partner's
//   and
//     stays under COMPETE.
//   - A touch counts where the model gives it a share above zero by its terms:
//   in
//     FIRST_TOUCH the first alone, in POSITION_BASED with 100% for the ends
//     these alone. Only touches that count give a credit its place and what it
//     came by.
//   - A credit whose weight comes to zero parts is none.
//
// Pure: the same candidates and terms give the same decision.
#ifndef VOUCH_ATTRIBUTE_DECIDE_H_
#define VOUCH_ATTRIBUTE_DECIDE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "vouch/attribute/credit.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/identify/lead.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// What became of a touch or lead in a decision: the first that applies, in this
// order.
enum class TouchFate : uint8_t {
  kAfterConversion,
  kDoesNotHold,  // the touch's `standing` says why
  kDirectIgnored,
  kOutsideWindow,
  kPartnerNotActive,
  kSelfReferral,
  kLeadRejected,
  kLeadLost,
  kLeadExpired,
  kExcludedByDirect,
  kExcludedByLead,
  kNotInTiers,
  kLowerTier,
  kLost,  // it competed, but the model gives it nothing
  kWon,
};

struct TouchVerdict {
  Touch touch;
  TouchFate fate = TouchFate::kLost;
  int tier = kNoTier;
  Seq excluded_by;  // the lead or DIRECT touch that took its place
  // Of the partner that it names, as the records were when it was decided; only
  // in a trace. kNone: there was no record, or it names none.
  PartnerStatus partner_status = PartnerStatus::kNone;
  // When the protection of a lead ended, or ends.
  std::optional<Instant> lead_end;
  // Its own share before touches of one partner were added, for reading.
  int64_t weight_ppb = 0;
};

// Why a decision is as it is: every touch and lead that was there, in the order
// applied.
struct DecisionTrace {
  std::vector<TouchVerdict> touches;
  Model model = Model::kNone;
  const Program* terms = nullptr;
  int64_t fallen_touches = 0;  // for the limit, before (live_touches.h)
};

// The event that converts.
struct ConversionPoint {
  Seq seq;
  Instant at;
  Trigger trigger = Trigger::kNone;
};

// The keys that tell who a customer is: of its sign-ups, and of its leads.
struct CustomerKeys {
  absl::Span<const std::string_view> of_signups;
  absl::Span<const std::string_view> of_leads;
};

// A customer's touches and leads, each in the order applied, and its keys.
struct Candidates {
  absl::Span<const Touch> touches;
  absl::Span<const LeadIndex> leads;
  absl::Span<const LeadState> all_leads;  // by LeadIndex, from 1
  CustomerKeys keys;
  int64_t fallen_touches = 0;  // for the limit
};

// Whether `partner` shares an identity key with a customer of `keys`, by its
// record in force at `at`. Equal keys must be equal views of one text.
bool SharesKey(const Partner& partner, const CustomerKeys& keys, Instant at);

// Fills `binds` and `bound_until` of a decision made under `terms`.
void Bind(const Program& terms, Decision* decision);

// The decision of `candidates` at `point` under `terms`, the program's version
// of that moment. Fills `*trace` when it is not null.
Decision Decide(const Candidates& candidates, const ConversionPoint& point,
                const Program& terms, const Reference& reference,
                DecisionTrace* trace);

VOUCH_NAMESPACE_END

#include "vouch/attribute/decide-inl.h"  // IWYU pragma: export

#endif  // VOUCH_ATTRIBUTE_DECIDE_H_

// What a qualified lead or a sign-up earns: a fixed amount, once per rule,
// partner and customer (docs/SEMANTICS.md, section 6).
//
//   RatablePayment lead;          // of no lines: only who, when, the customer
//   lead.seq = Seq(9);
//   lead.credits = absl::MakeConstSpan(&credit, 1);
//   lead.on = CivilDay(2024, 5, 9);
//   lead.payment_id = "l-17";     // the lead's; of a sign-up empty
//   Status s = RateEvent(*program, EarnsOn::kQualifiedLead, lead, nullptr,
//                        &rating);
//   KeepEvent(*program, EarnsOn::kQualifiedLead, lead, rating, {&anna});
//
// It is ACQUISITION of year 1, whatever the payment says, counts in no metric,
// and no refund reverses it. Rules are chosen by the program's policy, and a
// rule that has paid for the customer has still been chosen. Conditions that
// ask about a line see one of nothing: no product, an amount of 0, a quantity
// of 1; one that asks for a payment's number sees 0. Amounts are split, cut by
// the limits of amounts, and carry upline overrides of COMMISSION as those of a
// payment do.
//
// Of a customer who is not known (none) nothing is remembered here: the engine
// lets leads of one contact earn once.
#ifndef VOUCH_RATE_EVENT_REWARD_H_
#define VOUCH_RATE_EVENT_REWARD_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/program.h"
#include "vouch/rate/rate.h"

VOUCH_NAMESPACE_BEGIN

// Rates the lead or sign-up; errors and trace as of RatePayment.
absl::Status RateEvent(const Program& terms, EarnsOn earns_on,
                       const RatablePayment& event, RateTrace* trace,
                       Rating* out);

// Folds as KeepCredit, KeepAmount and KeepRating do.
void KeepEventCredit(const Program& terms, const RatablePayment& event,
                     const Rating& rating, std::size_t credit,
                     PartnerState* state);
std::size_t KeepEventAmount(const Program& terms, EarnsOn earns_on,
                            const RatablePayment& event,
                            const RatedAmount& amount, AccrualId id,
                            PartnerState* state);
void KeepEvent(const Program& terms, EarnsOn earns_on,
               const RatablePayment& event, const Rating& rating,
               absl::Span<PartnerState* const> states);

VOUCH_NAMESPACE_END

#include "vouch/rate/event_reward-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_EVENT_REWARD_H_

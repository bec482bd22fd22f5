// Turns what a replay heard about one payment, or customer, into an
// Explanation.
#ifndef VOUCH_SRC_ENGINE_EXPLAIN_H_
#define VOUCH_SRC_ENGINE_EXPLAIN_H_

#include "program_state.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/report/explanation.h"

VOUCH_NAMESPACE_BEGIN

// All fill everything but the customer's name, the ids of the events that
// decided and rewarded, and the rows of the feed.

// `payment` is the payment's event, with numbers.
Explanation ExplainPayment(const ProgramState& state, const Event& payment,
                           const PaymentTrace& trace);

// Of a customer alone. `trace` is that of the replay that gave `state`.
Explanation ExplainStanding(const ProgramState& state, CustomerNumber customer,
                            const ProgramState::Prospect& prospect,
                            const PaymentTrace& trace);

// Of a lead alone, by `at`.
Explanation ExplainLeadAlone(const ProgramState& state, LeadIndex lead,
                             Instant at, const PaymentTrace& trace);

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_EXPLAIN_H_

// Turns what a replay heard about one payment into an Explanation.
#ifndef VOUCH_SRC_ENGINE_EXPLAIN_H_
#define VOUCH_SRC_ENGINE_EXPLAIN_H_

#include "program_state.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/report/explanation.h"

VOUCH_NAMESPACE_BEGIN

// `payment` is the payment's event, with numbers. Fills everything but the
// customer's name, the decision's event id and the rows of the feed.
Explanation ExplainPayment(const ProgramState& state, const Event& payment,
                           const PaymentTrace& trace);

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_EXPLAIN_H_

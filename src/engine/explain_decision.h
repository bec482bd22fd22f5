// The part of an Explanation that tells who is credited, and why.
#ifndef VOUCH_SRC_ENGINE_EXPLAIN_DECISION_H_
#define VOUCH_SRC_ENGINE_EXPLAIN_DECISION_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "program_state.h"
#include "vouch/attribute/attribute.h"
#include "vouch/attribute/decide.h"
#include "vouch/base/config.h"
#include "vouch/program/reference.h"
#include "vouch/rate/rate.h"
#include "vouch/report/explanation.h"

VOUCH_NAMESPACE_BEGIN

// Empty for none.
std::string NameOf(const Reference& reference, PartnerIndex partner);

// `decision` with what was heard when it was made. Nothing was of an import,
// which looks at no touch. Fills everything but the event's id.
ExplainedDecision ExplainDecision(const ProgramState& state,
                                  const Decision& decision,
                                  std::string_view payment_id,
                                  const DecisionTrace& trace);

// The credits that are paid; `rated` is what they were to the rules.
std::vector<ExplainedPayee> ExplainCredits(
    const ProgramState& state, absl::Span<const PaymentCredit> paid,
    absl::Span<const RatableCredit> rated);

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_EXPLAIN_DECISION_H_

// Whether a rule's conditions hold (docs/SEMANTICS.md, section 6, "Choosing"),
// in one place for the fast path and for the explanation.
//
//   RuleHolds(rule, payment, credit);              // but for a line's own
//   LineHolds(rule, payment.lines[0]);
//   std::optional<FailedCondition> why =
//       FirstFailed(rule, EarnsOn::kPayment, payment, credit, line);
//   // contract_year: wanted "from 2", there was "1"
//
// Pure; may be called from any thread.
#ifndef VOUCH_RATE_CONDITIONS_H_
#define VOUCH_RATE_CONDITIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/program/program.h"
#include "vouch/rate/ratable.h"

VOUCH_NAMESPACE_BEGIN

// A condition that does not hold, with what it wanted and what there was.
struct FailedCondition {
  std::string_view name;
  std::string wanted;
  std::string actual;
};

// Whether `rule` is a commission of `earns_on` for the credit's role, and all
// its conditions hold but those that ask about a line.
bool RuleHolds(const Rule& rule, EarnsOn earns_on,
               const RatablePayment& payment, const RatableCredit& credit);

// Whether those that ask about a line hold: product, category, amount,
// quantity and attributes.
bool LineHolds(const Rule& rule, const event::PaymentLine& line);

// As RuleHolds, for a rule of one of the two kinds of price.
bool PriceRuleHolds(const Rule& rule, RuleKind kind,
                    const RatablePayment& payment, const RatableCredit& credit);

// The first thing for which RuleHolds or LineHolds says no, in this order:
// "kind", "earns_on", "role", "partner_id", "partner_kind", "partner_group",
// "campaign", "code", "channel", "country", "segment", "phase",
// "contract_year", "payment_number", "months_since", "attribute" (of partner
// and customer), "effective"; of the line "product", "category", "line_amount",
// "quantity", "attribute". Nothing when all hold.
std::optional<FailedCondition> FirstFailed(const Rule& rule, EarnsOn earns_on,
                                           const RatablePayment& payment,
                                           const RatableCredit& credit,
                                           const event::PaymentLine& line);

VOUCH_NAMESPACE_END

#include "vouch/rate/conditions-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_CONDITIONS_H_

// The part of an Explanation that a rule and a payee get: how a trace's amounts
// came about, with names.
#ifndef VOUCH_SRC_ENGINE_EXPLAIN_AMOUNT_H_
#define VOUCH_SRC_ENGINE_EXPLAIN_AMOUNT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "program_state.h"
#include "vouch/base/config.h"
#include "vouch/report/explained_amount.h"

VOUCH_NAMESPACE_BEGIN

// One rating: of a payment, a lead or a sign-up.
struct RatedTrace {
  const Reference& reference;
  const Program& terms;  // that rated
  absl::Span<const PaymentCredit> paid;
  absl::Span<const RatableCredit> credits;             // the same
  absl::Span<const std::vector<ParentTrace>> parents;  // of each
  const RateTrace& rate;
  absl::Span<const int32_t> lines;  // their numbers; of no payment none
  int64_t vendor_weight_ppb = 0;
  int32_t contract_year = 1;
  bool is_payment = true;
  Seq seq;  // of the event
};

std::string CreditedPartner(const RatedTrace& rated, std::size_t credit);

// All of them, in the order booked.
std::vector<ExplainedAmount> ExplainAmounts(const RatedTrace& rated);

// A true-up made at a refund.
ExplainedAmount ExplainTrueUpStep(const Reference& reference,
                                  const TrueUpStep& step);

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_EXPLAIN_AMOUNT_H_

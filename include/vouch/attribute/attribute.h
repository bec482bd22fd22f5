// Attribute -> Credit: the steps of a customer (docs/SEMANTICS.md, sections 4,
// 5 and 7).
//
//   AttributedPayment attributed;
//   Status s = AttributePayment(state, leads, payment, seq, at, reference,
//                               nullptr, &attributed);
//   ... every later stage computes what follows from it ...
//   KeepPayment(attributed, payees, reference, &state);
//
// A step computes and a Keep folds what it gave into the state, so that an
// event that a later stage refuses has changed nothing. Not thread-safe beside
// itself.
#ifndef VOUCH_ATTRIBUTE_ATTRIBUTE_H_
#define VOUCH_ATTRIBUTE_ATTRIBUTE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/attribute/credit.h"
#include "vouch/attribute/customer_state.h"
#include "vouch/attribute/decide.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// Whether a credit may earn from a payment.
enum class CreditStanding : uint8_t { kEarns, kNotActive, kSelfReferral };

struct PaymentCredit {
  Credit credit;
  CreditStanding standing = CreditStanding::kEarns;
  // At the payment's time, as the records were; kNone: there was none.
  PartnerStatus status = PartnerStatus::kNone;
};

// A payment with everything that decides about it.
struct AttributedPayment {
  Seq seq;
  Instant at;
  const event::Payment* payment = nullptr;
  const Program* terms = nullptr;   // of the payment's own time
  const Program* rating = nullptr;  // that rate it, by terms_as_of
  int64_t number = 0;               // among the customer's; 0: of nothing
  Phase phase = Phase::kNone;       // kNone: of nothing
  int32_t contract_year = 0;
  CivilDay on;               // its day in the program's time zone
  CivilDay contract_anchor;  // of the payment's own contract
  CivilDay phase_anchor;     // of the customer's earliest contract
  CivilDay first_payment_on;
  std::optional<CivilDay> signup_on;  // of the customer's first
  // The decision that the payment stands under; absent for one of nothing that
  // no decision binds.
  std::optional<Decision> decision;
  bool decides = false;  // this payment is a conversion
  // Acquirers in the order of the decision, then the servicer; none of a
  // payment of nothing.
  absl::InlinedVector<PaymentCredit, 2> credits;

  // As new, but for the credits' room, which is kept to be used again.
  void Clear() {
    seq = Seq();
    at = Instant();
    payment = nullptr;
    terms = rating = nullptr;
    number = 0;
    phase = Phase::kNone;
    contract_year = 0;
    on = contract_anchor = phase_anchor = first_payment_on = CivilDay();
    signup_on.reset();
    decision.reset();
    decides = false;
    credits.clear();
  }
};

// A customer with all that a decision looks at. `all_leads` are the program's.
Candidates CandidatesOf(const CustomerState& state,
                        absl::Span<const LeadState> all_leads);

// What a payment by the customer of `state` would be. `seq` and `at` are the
// event's. NOT_FOUND for a contract that is unknown or another customer's.
// `*out` is unspecified after an error; `trace` may be null and is filled only
// when the payment decides.
absl::Status AttributePayment(const CustomerState& state,
                              absl::Span<const LeadState> all_leads,
                              const event::Payment& payment, Seq seq,
                              Instant at, const Reference& reference,
                              DecisionTrace* trace, AttributedPayment* out);

// Whether `partner` may earn from the customer of `state` at `at`, under the
// terms of that time.
CreditStanding StandingAt(const CustomerState& state,
                          const Reference& reference, PartnerIndex partner,
                          Instant at, const Program& terms);

// Folds `attributed`, which the states of `payees` count, into the state of its
// customer.
void KeepPayment(const AttributedPayment& attributed,
                 absl::Span<const PartnerIndex> payees,
                 const Reference& reference, CustomerState* state);

// The decision that a sign-up at `at` makes; absent when the program converts
// at the first payment, the customer has signed up before, or a decision binds.
std::optional<Decision> AttributeSignup(const CustomerState& state,
                                        absl::Span<const LeadState> all_leads,
                                        Seq seq, Instant at,
                                        const Reference& reference,
                                        DecisionTrace* trace);
void KeepSignup(const std::optional<Decision>& decision, Instant at,
                const Reference& reference, CustomerState* state);

// What an import of an acquirer decides: one credit, since `e.since`, by the
// terms of the event's time. ALREADY_EXISTS where a decision binds then.
absl::StatusOr<Decision> AttributeImport(const CustomerState& state,
                                         const event::AttributionImported& e,
                                         PartnerIndex partner, Seq seq,
                                         Instant at,
                                         const Reference& reference);
// Folds an import in either role into the state; `decision` is that of an
// acquirer.
void KeepImport(const event::AttributionImported& e, PartnerIndex partner,
                Seq seq, Instant at, const std::optional<Decision>& decision,
                const Reference& reference, CustomerState* state);

// Makes `*from` another name of `*into` (numbered `into_number`), at `at`. The
// decision of `*into` stands; that of `*from` does where `*into` has none, or
// one that no longer binds at `at` while that of `*from` does.
// RESOURCE_EXHAUSTED where both together pass a limit; nothing is changed then.
absl::Status MergeCustomers(CustomerNumber from_number,
                            CustomerNumber into_number, Instant at,
                            const Reference& reference, CustomerState* from,
                            CustomerState* into);

// A payment's lines after a refund, and whether the refund counts against the
// clawback window.
struct AttributedRefund {
  const PaymentState* payment = nullptr;
  std::vector<PaidLine> lines;  // in the payment's order
  bool counts = false;
  int64_t amount_minor = 0;  // given back in all; what a won chargeback brings
                             // back is counted here too
};

// What `refund` of the payment with seq `payment_seq` does. NOT_FOUND when the
// payment is not this customer's or has no such line, INVALID_ARGUMENT for a
// line that is named twice, FAILED_PRECONDITION for more than is left. `*out`
// is unspecified after an error.
absl::Status AttributeRefund(const CustomerState& state, Seq payment_seq,
                             const event::Refund& refund, Instant at,
                             AttributedRefund* out);
void KeepRefund(const AttributedRefund& attributed, CustomerState* state);

VOUCH_NAMESPACE_END

#include "vouch/attribute/attribute-inl.h"  // IWYU pragma: export

#endif  // VOUCH_ATTRIBUTE_ATTRIBUTE_H_

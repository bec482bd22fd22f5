// The attribute stage's state of one customer: its live touches and leads, the
// keys that tell who it is, the decision that binds, its roles, its contracts,
// its payments and what was given back of each line. Plain values; the steps
// that change them are in attribute.h.
#ifndef VOUCH_ATTRIBUTE_CUSTOMER_STATE_H_
#define VOUCH_ATTRIBUTE_CUSTOMER_STATE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "vouch/attribute/credit.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"
#include "vouch/identify/live_touches.h"
#include "vouch/program/program.h"

VOUCH_NAMESPACE_BEGIN

struct ContractState {
  std::string_view contract_id;
  CivilDay anchor;  // the original start that its years are counted from
  CivilDay start_date;
  std::optional<CivilDay> end_date;
};

// One line of a payment and what was given back of it. "Counted" is what
// reverses accruals: given back inside the clawback window.
struct PaidLine {
  int32_t line = 0;
  int64_t amount_minor = 0;
  int64_t given_back_minor = 0;            // by all refunds; the rest is left
  int64_t charged_back_minor = 0;          // of that, by chargebacks
  int64_t counted_minor = 0;               // R of section 7
  int64_t counted_charged_back_minor = 0;  // of that, by chargebacks
  bool cancelled = false;  // a CANCELLATION named this line, or the payment

  int64_t left_minor() const { return amount_minor - given_back_minor; }
};

struct PaymentState {
  Seq seq;
  Instant time;
  Currency currency;
  int64_t rate_ppb = 0;            // of its exchange; 0: the program's currency
  const Program* terms = nullptr;  // the version of the payment's own time
  const Program* rating = nullptr;  // the one that rated it
  std::size_t first_line = 0;       // in CustomerState::lines
  std::size_t line_count = 0;
  absl::InlinedVector<PartnerIndex, 2> payees;  // whose state counts it
};

// One `role_assigned`, or an import of a servicer: in force in [from, until).
struct RoleState {
  Seq seq;
  PartnerIndex partner;
  Instant from;
  std::optional<Instant> until;
};

struct CustomerState {
  // The customer that this one is another name of; nothing else is then here.
  CustomerNumber merged_into;
  std::vector<CustomerNumber> other_names;  // merged into this one

  LiveTouches touches;           // empty where a decision binds for good
  std::vector<LeadIndex> leads;  // in the order registered
  // As BlindKeyText gives them, in the order in which they became known.
  std::vector<std::string_view> identity_keys;  // of its sign-ups
  std::vector<std::string_view> contact_keys;   // of its leads
  std::vector<CodeIndex> redeemed;              // by index
  // The last decision that binds, or did.
  std::optional<Decision> decision;
  std::vector<RoleState> servicers;  // in the order applied
  std::vector<ContractState> contracts;
  std::vector<PaymentState> payments;  // by seq
  std::vector<PaidLine> lines;
  std::optional<Instant> first_signup_at;  // the earliest by time
  // Of its sign-ups, of each field the latest that gave it.
  std::string_view country;
  std::string_view segment;
  std::vector<event::Attribute> attributes;
  int64_t payment_count = 0;                // without payments of nothing
  std::optional<Instant> first_payment_at;  // the earliest by time
  bool paid_without_contract = false;

  // Whether touches may still decide something.
  bool KeepsTouches() const {
    return !decision || !decision->binds || decision->bound_until.has_value();
  }
  // The servicer in force at `at`: of several the latest `from`, of equals the
  // later applied. nullptr: nobody.
  const RoleState* ServicerAt(Instant at) const {
    const RoleState* found = nullptr;
    for (const RoleState& role : servicers) {
      if (at < role.from || (role.until && !(at < *role.until))) continue;
      if (found == nullptr || !(role.from < found->from)) found = &role;
    }
    return found;
  }
  const ContractState* FindContract(std::string_view contract_id) const {
    for (const ContractState& contract : contracts) {
      if (contract.contract_id == contract_id) return &contract;
    }
    return nullptr;
  }
  // nullptr when the customer has no payment with that seq.
  const PaymentState* FindPayment(Seq seq) const {
    const auto found = std::lower_bound(
        payments.begin(), payments.end(), seq,
        [](const PaymentState& p, Seq wanted) { return p.seq < wanted; });
    return found != payments.end() && found->seq == seq ? &*found : nullptr;
  }
  absl::Span<const PaidLine> LinesOf(const PaymentState& payment) const {
    return absl::MakeConstSpan(lines).subspan(payment.first_line,
                                              payment.line_count);
  }
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_CUSTOMER_STATE_H_

// The noun of the third stage: what one payment, lead, sign-up or period earns
// one payee in one role and level by one rule, and what is taken back of it
// (docs/SEMANTICS.md, sections 1, 6 and 7).
#ifndef VOUCH_RATE_ACCRUAL_H_
#define VOUCH_RATE_ACCRUAL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"

VOUCH_NAMESPACE_BEGIN

// The kind of event that made a row.
enum class AccrualSource : uint8_t {
  kNone,
  kPayment,
  kRefund,  // a refund, chargeback or cancellation
  kChargebackReversed,
  kReview,  // a VOID
  kQualifiedLead,
  kSignup,
  kTrueUp,  // of a period, up or down
};

// One row of the feed. Texts are borrowed from the program's own tables and
// live as long as the engine.
struct Accrual {
  Seq seq;       // of the event that made the row
  Instant time;  // of that event
  AccrualKind kind = AccrualKind::kNone;
  AccrualSource source = AccrualSource::kNone;
  // An accrual's own id; on a reversal that of the accrual it takes from.
  AccrualId accrual_id;
  // What a won chargeback brings back belongs to this accrual; else none.
  AccrualId restores_id;
  Seq payment_seq;          // the payment that earned it
  CustomerNumber customer;  // who paid
  Instant due;  // when an accrual matures unless it is put on hold; of a
                // reversal its own time
  PartnerIndex partner;
  std::string_view payment_id;
  std::string_view refund_id;  // of the refund that made the row; else empty
  std::string_view rule_id;
  Role role = Role::kNone;
  int32_t level = 0;         // 0: the credited partner; uplines from 1
  int64_t base_minor = 0;    // the whole base of its lines
  int64_t amount_minor = 0;  // never negative: `kind` gives the direction
  int64_t weight_ppb = 0;
  Currency currency;
  Phase phase = Phase::kNone;
  int32_t contract_year = 0;
  std::string_view lead_id;  // that earned it; else empty
  std::optional<Instant>
      period_from;  // of a true-up: its period's first moment
};

namespace internal {
template <>
struct Words<AccrualSource> {
  static constexpr std::array<std::string_view, 7> kList = {
      "PAYMENT", "REFUND", "CHARGEBACK_REVERSED", "REVIEW", "QUALIFIED_LEAD",
      "SIGNUP",  "TRUE_UP"};
};
}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_ACCRUAL_H_

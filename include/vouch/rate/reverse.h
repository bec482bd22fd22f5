// What refunds take back of a partner's accruals, and what a won chargeback
// brings back (docs/SEMANTICS.md, section 7).
//
//   PartnerState partner;
//   KeepAmount({seq, 1}, payment_seq, ..., &partner);
//   std::vector<Reversal> reversals;
//   Status s = Reverse(partner, payment_seq, lines, rounding, &reversals);
//   KeepReversal(reversals[0], &partner);
//
// Each accrual reverses by itself, towards round(C x sum(b f) / sum(b)): what
// is reversed in all depends on what is given back in all, never on the steps
// in which it came.
#ifndef VOUCH_RATE_REVERSE_H_
#define VOUCH_RATE_REVERSE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/attribute/customer_state.h"
#include "vouch/base/config.h"
#include "vouch/base/fraction_sum.h"
#include "vouch/base/ids.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"
#include "vouch/rate/rate.h"

VOUCH_NAMESPACE_BEGIN

// An accrual as the partner's state keeps it.
struct BookedAccrual {
  AccrualId accrual_id;
  Seq payment_seq;
  CustomerNumber customer;
  std::string_view payment_id;
  std::string_view rule_id;
  Role role = Role::kNone;
  Phase phase = Phase::kNone;
  int32_t level = 0;
  int32_t contract_year = 0;
  int64_t weight_ppb = 0;
  int64_t base_minor = 0;
  int64_t amount_minor = 0;    // C
  int64_t reversed_minor = 0;  // of it, so far
  std::size_t first_base = 0;  // in PartnerState::bases
  std::size_t base_count = 0;
};

// The rate stage's state of one earning partner.
struct PartnerState {
  std::vector<BookedAccrual> accruals;  // in the order booked
  std::vector<LineBase> bases;

  // The places of the accruals of a payment: [first, second).
  std::pair<std::size_t, std::size_t> AccrualsOf(Seq payment_seq) const;
};

// A change of what is reversed of one accrual: above zero takes back, below
// zero brings back.
struct Reversal {
  PartnerIndex partner;
  std::size_t accrual = 0;  // its place in PartnerState::accruals
  int64_t change_minor = 0;
};

// Appends to `*out` what follows for the accruals of `payment_seq`, in the
// order booked, from `lines`, the payment's lines after the refund. Nothing is
// appended for an accrual that does not change. OUT_OF_RANGE when a sum passes
// 64 bits; `*out` is then unspecified.
absl::Status Reverse(const PartnerState& state, PartnerIndex partner,
                     Seq payment_seq, absl::Span<const PaidLine> lines,
                     Rounding rounding, std::vector<Reversal>* out);

// Folds a reversal into the partner's state.
inline void KeepReversal(const Reversal& reversal, PartnerState* state) {
  state->accruals[reversal.accrual].reversed_minor += reversal.change_minor;
}

VOUCH_NAMESPACE_END

#include "vouch/rate/reverse-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_REVERSE_H_

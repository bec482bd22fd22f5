// What refunds take back of a partner's accruals, and what a won chargeback
// brings back (docs/SEMANTICS.md, sections 7 and 10).
//
//   RefundedPayment refund;
//   refund.payment_seq = Seq(17);
//   refund.lines = lines;                 // the payment's, after the refund
//   refund.on = CivilDay(2024, 5, 9);
//   Undoing undoing;
//   Status s = Reverse(anna, refund, nullptr, &undoing);
//   KeepUndoing(refund, undoing, first_id, &anna);
//
// Each accrual reverses by itself, towards round(C x sum(b f) / sum(b)): what
// is reversed in all depends on what is given back in all, never on the steps
// in which it came. The metrics follow, and the true-ups of the payment's and
// of the refund's period are made again by the terms of the latest payment
// under their rule.
//
// Where the text is silent:
// - The limits that cut what a won chargeback brings back are those of the
//   version that rated the payment. What they kept is tried again when another
//   chargeback of the payment is won; a refund never brings back.
// - Rewards of leads and sign-ups do not reverse.
#ifndef VOUCH_RATE_REVERSE_H_
#define VOUCH_RATE_REVERSE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/attribute/customer_state.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/rounding.h"
#include "vouch/ledger/entry.h"
#include "vouch/rate/partner_state.h"
#include "vouch/rate/rate_trace.h"
#include "vouch/rate/rating.h"

VOUCH_NAMESPACE_BEGIN

// A refund as the state of a partner who was credited with the payment sees it.
struct RefundedPayment {
  PartnerIndex partner;
  Seq payment_seq;
  absl::Span<const PaidLine> lines;         // the payment's, after the refund
  Rounding rounding = Rounding::kHalfEven;  // of reversals
  bool brings_back = false;                 // a won chargeback
  CivilDay on;                  // the refund's day in the program's time zone
  CustomerNumber customer;      // the name that the customer has now
  std::string_view payment_id;  // kept by the state: must outlive it
};

// A change of what is reversed of one accrual: above zero takes back, below
// zero brings back.
struct Reversal {
  PartnerIndex partner;
  std::size_t accrual = 0;  // its place in PartnerState::accruals
  int64_t change_minor = 0;
};

// The same of a share that metrics or true-ups count.
struct ShareChange {
  std::size_t share = 0;  // its place in PartnerState::shares
  int64_t change_minor = 0;
};

// What follows from a refund for one partner.
struct Undoing {
  std::vector<Reversal> reversals;  // in the order booked
  std::vector<ShareChange> shares;  // in the order of the state
  // In the order in which their books were opened; `credit` is the place of
  // the payment's share of the book's role in PartnerState::shares.
  std::vector<RatedAmount> true_ups;
  std::vector<ForgoneMove> forgone;  // in the same order, by the same share

  void Clear() {
    reversals.clear();
    shares.clear();
    true_ups.clear();
    forgone.clear();
  }
};

// What a limit kept from coming back, and how true-ups were made.
struct ReverseTrace {
  struct Kept {
    std::size_t accrual = 0;
    LimitTrace limit;
  };
  std::vector<Kept> kept;
  std::vector<AmountTrace> true_ups;  // also of those that do not change
};

// What follows for the partner of `state`, into `*out`, which is cleared first.
// Nothing is there for an accrual that does not change. `trace` may be null.
// OUT_OF_RANGE when a sum passes its bits; `*out` is then unspecified.
absl::Status Reverse(const PartnerState& state, const RefundedPayment& refund,
                     ReverseTrace* trace, Undoing* out);

// Folds a change of one accrual into the state.
void KeepReversal(const RefundedPayment& refund, const Reversal& reversal,
                  PartnerState* state);
// Folds the changes of shares: metrics, and the bases of true-ups, with what
// these forgo.
void KeepShares(const RefundedPayment& refund, const Undoing& undoing,
                PartnerState* state);
// Folds a true-up, under `id` where it makes an accrual. Gives its place as
// KeepAmount does. To be called after the two above.
std::size_t KeepTrueUp(const RefundedPayment& refund, const RatedAmount& amount,
                       AccrualId id, PartnerState* state);

VOUCH_NAMESPACE_END

#include "vouch/rate/reverse-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_REVERSE_H_

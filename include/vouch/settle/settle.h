// Settle -> Entry: accruals, reversals, reviews, adjustments and payouts as
// balanced entries (docs/SEMANTICS.md, section 8).
//
//   std::vector<Entry> entries;
//   Booking booking{seq, at, partner, eur, &entries};
//   BookAccrual(booking, {id, {}, "first-year", 7900, hold_us}, &account);
//   BookClock(booking_a_month_later, &account);    // pending -> payable
//
// Every function first matures what is due at the booking's time. None can
// fail: what can be refused is asked before, by the Check functions, which
// change nothing; that sums stay within 64 bits is seen to by whoever keeps
// the program's books. Not thread-safe beside itself.
#ifndef VOUCH_SETTLE_SETTLE_H_
#define VOUCH_SETTLE_SETTLE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/ledger/entry.h"
#include "vouch/settle/account_state.h"

VOUCH_NAMESPACE_BEGIN

// The event that books, and whose account it is. Entries are appended to
// `*entries` with the places that they get there, from 1.
struct Booking {
  Seq seq;
  Instant at;
  PartnerIndex partner;
  Currency currency;
  std::vector<Entry>* entries = nullptr;
};

// An amount that is earned, and held `hold_us` from the booking's time.
struct Earned {
  AccrualId accrual_id;
  AccrualId restores_id;  // what a won chargeback brings back belongs to it
  std::string_view rule_id;
  int64_t amount_minor = 0;
  int64_t hold_us = 0;
};

// Whether anything of the account is due by `at`.
bool IsDue(const AccountState& account, Instant at);

// Matures what is due and does nothing else.
void BookClock(const Booking& booking, AccountState* account);

// Expense to pending. Gives what was booked: less than earned only where it
// would bring back what a VOID has taken, which is final.
int64_t BookAccrual(const Booking& booking, Earned earned,
                    AccountState* account);

// What a reversal took of one accrual.
struct Taken {
  AccrualId accrual_id;
  int64_t amount_minor = 0;
};

// Takes `amount_minor` of accrual `id`, and of what came back to it, from where
// each stands: what is still held first, from pending, then from payable.
// Appends to `*taken` what it took of each: less than asked in all only where a
// VOID has taken it before.
void BookReversal(const Booking& booking, const AccrualId& id,
                  int64_t amount_minor, AccountState* account,
                  std::vector<Taken>* taken);

// Whether the verdict can be given at `at`: NOT_FOUND for an accrual that is
// not of this account, FAILED_PRECONDITION when it is not pending (HOLD,
// VOID), is on HOLD already (HOLD) or is not on HOLD (RELEASE).
absl::Status CheckReview(const AccountState& account, const AccrualId& id,
                         Verdict verdict, Instant at);

// Who decided something, and why. Texts live as long as the entries.
struct Decider {
  std::string_view author;
  std::string_view reason;
};

// Carries a checked verdict out. Gives what a VOID took, else 0.
int64_t BookReview(const Booking& booking, const AccrualId& id, Verdict verdict,
                   const Decider& decider, AccountState* account);

// Straight to payable, either sign.
void BookAdjustment(const Booking& booking, int64_t amount_minor,
                    const Decider& decider, AccountState* account);

// What a program that ran elsewhere left; payable below zero is a debt.
void BookOpening(const Booking& booking, int64_t pending_minor,
                 int64_t payable_minor, int64_t hold_us, AccountState* account);

// The amount that a payout requested at `at` would take: `asked_minor`, or all
// that is payable. FAILED_PRECONDITION for more than is payable, for nothing,
// or for less than `minimum_minor`.
absl::StatusOr<int64_t> CheckPayout(const AccountState& account,
                                    std::optional<int64_t> asked_minor,
                                    int64_t minimum_minor, Instant at);

// Moves a checked payout one step: requested, sent or failed, as `kind` says.
void BookPayout(const Booking& booking, EntryKind kind,
                std::string_view payout_id, int64_t amount_minor,
                AccountState* account);

VOUCH_NAMESPACE_END

#include "vouch/settle/settle-inl.h"  // IWYU pragma: export

#endif  // VOUCH_SETTLE_SETTLE_H_

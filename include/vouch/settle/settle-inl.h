#ifndef VOUCH_SETTLE_SETTLE_INL_H_
#define VOUCH_SETTLE_SETTLE_INL_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/status.h"
#include "vouch/settle/settle.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What an entry concerns, beside the accounts that it moves between.
struct Subject {
  AccrualId accrual_id;
  std::string_view rule_id;
  std::string_view payout_id;
  Decider decider;
  Instant due;  // of what matures
};

// Writes one entry and moves the balances with it. Nothing of zero is booked.
inline void Post(const Booking& booking, EntryKind kind, Account from,
                 Account to, int64_t amount_minor, const Subject& subject,
                 AccountState* account) {
  if (amount_minor == 0) return;
  Entry entry;
  entry.seq = booking.seq;
  entry.place = static_cast<uint32_t>(booking.entries->size() + 1);
  entry.time = booking.at;
  entry.kind = kind;
  entry.partner = booking.partner;
  entry.currency = booking.currency;
  entry.from = from;
  entry.to = to;
  entry.amount_minor = amount_minor;
  if (subject.accrual_id.place > 0) entry.accrual_id = subject.accrual_id;
  entry.rule_id = subject.rule_id;
  entry.payout_id = subject.payout_id;
  entry.author = subject.decider.author;
  entry.reason = subject.decider.reason;
  entry.due = subject.due;
  booking.entries->push_back(entry);
  account->balances.Move(from, to, amount_minor);
}

// What a parcel's reversal or review could still find pending at `at`, were
// all matured that is due.
inline bool IsPending(const Parcel& parcel, Instant at) {
  if (parcel.held_minor == 0) return false;
  return parcel.state == ParcelState::kOnHold ||
         (parcel.state == ParcelState::kHeld && at < parcel.due);
}

inline void MatureParcel(const Booking& booking, Parcel* parcel,
                         AccountState* account) {
  const int64_t amount = std::exchange(parcel->held_minor, 0);
  parcel->state = ParcelState::kMatured;
  Post(booking, EntryKind::kMature, Account::kPending, Account::kPayable,
       amount, {parcel->accrual_id, parcel->rule_id, {}, {}, parcel->due},
       account);
}

inline void PushDue(std::size_t place, AccountState* account) {
  account->due.emplace_back(account->parcels[place].due.us, place);
  std::push_heap(account->due.begin(), account->due.end(), std::greater<>());
}

// A released parcel waits for its due moment, if it does not do so still.
inline void WaitAgain(std::size_t place, AccountState* account) {
  const bool waits =
      std::any_of(account->due.begin(), account->due.end(),
                  [place](const auto& d) { return d.second == place; });
  if (!waits) PushDue(place, account);
}

// Adds a parcel with the next accrual id.
inline void AddParcel(const Booking& booking, const Earned& earned,
                      AccountState* account) {
  Parcel parcel;
  parcel.accrual_id = earned.accrual_id;
  parcel.rule_id = earned.rule_id;
  // Far from overflow: times end with the year 9999, holds with a century.
  parcel.due = Instant{booking.at.us + earned.hold_us};
  parcel.held_minor = earned.amount_minor;
  parcel.open_minor = earned.amount_minor;
  parcel.head = account->parcels.size();
  account->parcels.push_back(parcel);
  PushDue(account->parcels.size() - 1, account);
}

// The accrual that `restores_id` names gets the newest parcel behind it.
inline void Chain(const AccrualId& restores_id, AccountState* account) {
  const std::size_t newest = account->parcels.size() - 1;
  Parcel* head = account->Find(restores_id);
  std::size_t last = head->head;
  while (account->parcels[last].next != 0) last = account->parcels[last].next;
  account->parcels[last].next = newest;
  account->parcels[newest].head = head->head;
}

// The part of what would come back that no reversal has taken, because a VOID
// had before: all of it where the accrual itself is void.
inline int64_t TakeMissed(const Earned& earned, AccountState* account) {
  Parcel* head = account->Find(earned.restores_id);
  if (head->state == ParcelState::kVoid) return earned.amount_minor;
  const int64_t missed = std::min(earned.amount_minor, head->missed_minor);
  head->missed_minor -= missed;
  return missed;
}

}  // namespace internal

inline bool IsDue(const AccountState& account, Instant at) {
  return !account.due.empty() && account.due.front().first <= at.us;
}

inline void BookClock(const Booking& booking, AccountState* account) {
  absl::InlinedVector<std::size_t, 16> ripe;
  while (IsDue(*account, booking.at)) {
    ripe.push_back(account->due.front().second);
    std::pop_heap(account->due.begin(), account->due.end(), std::greater<>());
    account->due.pop_back();
  }
  std::sort(ripe.begin(), ripe.end());  // the order booked
  for (const std::size_t place : ripe) {
    Parcel& parcel = account->parcels[place];
    if (parcel.state != ParcelState::kHeld) continue;
    internal::MatureParcel(booking, &parcel, account);
  }
}

inline int64_t BookAccrual(const Booking& booking, Earned earned,
                           AccountState* account) {
  BookClock(booking, account);
  if (earned.restores_id.has_value()) {
    earned.amount_minor -= internal::TakeMissed(earned, account);
    if (earned.amount_minor == 0) return 0;
  }
  internal::AddParcel(booking, earned, account);
  if (earned.restores_id.has_value()) {
    internal::Chain(earned.restores_id, account);
  }
  internal::Post(booking, EntryKind::kAccrual, Account::kExpense,
                 Account::kPending, earned.amount_minor,
                 {earned.accrual_id, earned.rule_id, {}, {}, {}}, account);
  if (earned.hold_us == 0) BookClock(booking, account);
  return earned.amount_minor;
}

inline void BookReversal(const Booking& booking, const AccrualId& id,
                         int64_t amount_minor, AccountState* account,
                         std::vector<Taken>* taken) {
  BookClock(booking, account);
  const std::size_t head = account->Find(id)->head;
  int64_t rest = amount_minor;
  for (const Account from : {Account::kPending, Account::kPayable}) {
    for (std::size_t place = head; rest > 0;) {
      Parcel& link = account->parcels[place];
      const bool held = link.held_minor > 0;
      if (held == (from == Account::kPending)) {
        const int64_t part = std::min(rest, link.open_minor);
        if (held) link.held_minor -= part;
        link.open_minor -= part;
        rest -= part;
        internal::Post(booking, EntryKind::kReversal, from, Account::kExpense,
                       part, {link.accrual_id, link.rule_id, {}, {}, {}},
                       account);
        if (part > 0) taken->push_back({link.accrual_id, part});
      }
      if (link.next == 0) break;
      place = link.next;
    }
  }
  account->parcels[head].missed_minor += rest;
}

inline absl::Status CheckReview(const AccountState& account,
                                const AccrualId& id, Verdict verdict,
                                Instant at) {
  const Parcel* parcel = account.Find(id);
  if (parcel == nullptr || id.place == 0) {
    return NotFoundField("accrual_reviewed.accrual_id",
                         "the partner has no such accrual");
  }
  const bool on_hold = parcel->state == ParcelState::kOnHold;
  if (verdict == Verdict::kRelease && !on_hold) {
    return PreconditionField("accrual_reviewed.verdict",
                             "the accrual is not on HOLD");
  }
  if (verdict == Verdict::kHold && on_hold) {
    return PreconditionField("accrual_reviewed.verdict",
                             "the accrual is on HOLD already");
  }
  if (verdict != Verdict::kRelease && !internal::IsPending(*parcel, at)) {
    return PreconditionField("accrual_reviewed.verdict",
                             "the accrual is not pending any more");
  }
  return absl::OkStatus();
}

inline int64_t BookReview(const Booking& booking, const AccrualId& id,
                          Verdict verdict, const Decider& decider,
                          AccountState* account) {
  BookClock(booking, account);
  Parcel* parcel = account->Find(id);
  if (verdict == Verdict::kHold) {
    parcel->state = ParcelState::kOnHold;
    return 0;
  }
  if (verdict == Verdict::kRelease) {
    parcel->state = ParcelState::kHeld;
    internal::WaitAgain(
        static_cast<std::size_t>(parcel - account->parcels.data()), account);
    BookClock(booking, account);
    return 0;
  }
  const int64_t amount = std::exchange(parcel->held_minor, 0);
  parcel->state = ParcelState::kVoid;
  parcel->open_minor -= amount;
  internal::Post(booking, EntryKind::kVoid, Account::kPending,
                 Account::kExpense, amount,
                 {id, parcel->rule_id, {}, decider, {}}, account);
  return amount;
}

inline void BookAdjustment(const Booking& booking, int64_t amount_minor,
                           const Decider& decider, AccountState* account) {
  BookClock(booking, account);
  const bool up = amount_minor > 0;
  internal::Post(booking, EntryKind::kAdjustment,
                 up ? Account::kExpense : Account::kPayable,
                 up ? Account::kPayable : Account::kExpense,
                 up ? amount_minor : -amount_minor, {{}, {}, {}, decider, {}},
                 account);
}

inline void BookOpening(const Booking& booking, int64_t pending_minor,
                        int64_t payable_minor, int64_t hold_us,
                        AccountState* account) {
  BookClock(booking, account);
  const AccrualId id{booking.seq, 0};
  if (pending_minor > 0) {
    internal::AddParcel(booking, {id, {}, {}, pending_minor, hold_us}, account);
  }
  internal::Post(booking, EntryKind::kOpeningBalance, Account::kExpense,
                 Account::kPending, pending_minor, {}, account);
  const bool owed = payable_minor > 0;
  internal::Post(booking, EntryKind::kOpeningBalance,
                 owed ? Account::kExpense : Account::kPayable,
                 owed ? Account::kPayable : Account::kExpense,
                 owed ? payable_minor : -payable_minor, {}, account);
  if (hold_us == 0) BookClock(booking, account);
}

inline absl::StatusOr<int64_t> CheckPayout(const AccountState& account,
                                           std::optional<int64_t> asked_minor,
                                           int64_t minimum_minor, Instant at) {
  int64_t payable = account.balances.payable_minor;
  for (const auto& [due_us, place] : account.due) {
    const Parcel& parcel = account.parcels[place];
    if (due_us <= at.us && parcel.state == ParcelState::kHeld) {
      payable += parcel.held_minor;
    }
  }
  const int64_t amount = asked_minor.value_or(payable);
  const auto wrong = [](std::string_view reason) {
    return PreconditionField("payout_requested.amount_minor", reason);
  };
  if (payable <= 0) return wrong("nothing is payable");
  if (amount > payable) {
    return wrong(absl::StrCat(amount, " is more than the ", payable,
                              " that is payable"));
  }
  if (amount < minimum_minor) {
    return wrong(
        absl::StrCat(amount, " is below the minimum of ", minimum_minor));
  }
  return amount;
}

inline void BookPayout(const Booking& booking, EntryKind kind,
                       std::string_view payout_id, int64_t amount_minor,
                       AccountState* account) {
  BookClock(booking, account);
  const bool requested = kind == EntryKind::kPayoutRequested;
  const bool sent = kind == EntryKind::kPayoutSent;
  internal::Post(booking, kind,
                 requested ? Account::kPayable : Account::kInTransit,
                 requested ? Account::kInTransit
                           : (sent ? Account::kPaid : Account::kPayable),
                 amount_minor, {{}, {}, payout_id, {}, {}}, account);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_SETTLE_SETTLE_INL_H_

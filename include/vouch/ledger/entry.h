// The noun of the books: money that moved from one account to another
// (docs/SEMANTICS.md, section 8).
//
//   Entry e;
//   e.from = Account::kExpense;
//   e.to = Account::kPending;
//   e.amount_minor = 7900;   // the program owes the partner 79.00, on hold
//
// An entry takes `amount_minor` from one account and adds it to another, so
// that it sums to zero by its form. Balances are what the partner is owed:
// expense is the other side and stands below zero.
#ifndef VOUCH_LEDGER_ENTRY_H_
#define VOUCH_LEDGER_ENTRY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/string_view.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// "<seq>-<n>": the n-th accrual, from 1, of the event with that seq. What an
// opening balance left pending is no accrual: inside the account it has n 0,
// and entries do not name it.
struct AccrualId {
  Seq seq;
  uint32_t place = 0;

  bool has_value() const { return seq.has_value(); }
  friend bool operator==(const AccrualId& a, const AccrualId& b) {
    return a.seq == b.seq && a.place == b.place;
  }
  friend bool operator!=(const AccrualId& a, const AccrualId& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H h, const AccrualId& id) {
    return H::combine(std::move(h), id.seq, id.place);
  }
  // The order in which accruals were booked.
  friend bool operator<(const AccrualId& a, const AccrualId& b) {
    return a.seq != b.seq ? a.seq < b.seq : a.place < b.place;
  }
};

// Empty for none.
inline std::string FormatAccrualId(const AccrualId& id) {
  return id.has_value() ? absl::StrCat(id.seq.value(), "-", id.place)
                        : std::string();
}

// Nothing for a text that FormatAccrualId does not give.
inline std::optional<AccrualId> ParseAccrualId(std::string_view text) {
  const std::size_t dash = text.find('-');
  uint64_t seq = 0;
  uint32_t place = 0;
  if (dash == std::string_view::npos ||
      !absl::SimpleAtoi(ToAbsl(text.substr(0, dash)), &seq) ||
      !absl::SimpleAtoi(ToAbsl(text.substr(dash + 1)), &place)) {
    return std::nullopt;
  }
  const AccrualId id{Seq(seq), place};
  if (FormatAccrualId(id) != text) return std::nullopt;
  return id;
}

enum class Account : uint8_t {
  kNone,
  kExpense,  // the program's
  // One of each a partner:
  kPending,    // earned, still held
  kPayable,    // may be paid out; alone may be below zero
  kInTransit,  // on its way to the partner
  kPaid,
};

// Why an entry was written.
enum class EntryKind : uint8_t {
  kNone,
  kAccrual,
  kReversal,
  kMature,
  kVoid,
  kAdjustment,
  kPayoutRequested,
  kPayoutSent,
  kPayoutFailed,
  kOpeningBalance,
};

struct Entry {
  Seq seq;             // of the event that wrote it
  uint32_t place = 0;  // from 1 among the entries of that event
  Instant time;        // of that event
  EntryKind kind = EntryKind::kNone;
  PartnerIndex partner;
  Currency currency;
  Account from = Account::kNone;
  Account to = Account::kNone;
  int64_t amount_minor = 0;  // above zero
  AccrualId accrual_id;      // none where no accrual is concerned
  std::string_view rule_id;
  std::string_view payout_id;
  std::string_view author;  // who decided an adjustment or a VOID, and why;
  std::string_view reason;  // else empty
  Instant due;              // of MATURE: when the hold ended
};

namespace internal {
template <>
struct Words<Account> {
  static constexpr std::array<std::string_view, 5> kList = {
      "EXPENSE", "PENDING", "PAYABLE", "IN_TRANSIT", "PAID"};
};
template <>
struct Words<EntryKind> {
  static constexpr std::array<std::string_view, 9> kList = {
      "ACCRUAL",     "REVERSAL",      "MATURE",
      "VOID",        "ADJUSTMENT",    "PAYOUT_REQUESTED",
      "PAYOUT_SENT", "PAYOUT_FAILED", "OPENING_BALANCE"};
};
}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_LEDGER_ENTRY_H_

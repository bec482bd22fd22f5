// An auditor of the books, written apart from the engine: it reads nothing but
// the feed, keeps its own sums, and compares them with the engine's
// (docs/SEMANTICS.md, section 8).
#ifndef VOUCH_TESTS_SUPPORT_AUDITOR_H_
#define VOUCH_TESTS_SUPPORT_AUDITOR_H_

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "tests/support/answers.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

class Auditor {
 public:
  // Reads what is new in the feed and audits. The first thing that is wrong,
  // or empty.
  std::string Audit(const Engine& engine) {
    for (const Output& row :
         OutputsOf(engine, read_, std::numeric_limits<std::size_t>::max())) {
      Read(row);
      read_ = row.seq;
    }
    Compare(engine);
    return wrong_;
  }

  // What is left of an accrual: earned less reversed. By program and the id
  // of the accrual that money belongs to.
  int64_t LeftOf(const std::string& program_id, const AccrualId& id) const {
    const auto found = accruals_.find({program_id, FormatAccrualId(id)});
    return found == accruals_.end() ? 0 : found->second;
  }
  std::size_t accrual_count() const { return accruals_.size(); }
  bool AllReversed() const {
    for (const auto& [id, left] : accruals_) {
      if (left != 0) return false;
    }
    return true;
  }

 private:
  struct Sums {
    // By account: expense, pending, payable, in transit, paid. Expense is kept
    // by partner too, so that each partner's part sums to zero by itself.
    std::map<Account, int64_t> accounts;
    // What the rows of accruals say, beside what the entries say.
    int64_t accruals = 0, reversals = 0;
    // By entries.
    int64_t booked = 0, taken = 0, adjusted = 0, opened = 0;
    int64_t requested = 0, finished = 0;
  };
  using Key = std::tuple<std::string, std::string, std::string>;

  void Wrong(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  void Read(const Output& row) {
    if (row.seq < read_) Wrong("the feed goes back");
    if (row.accrual != nullptr) ReadAccrual(row, *row.accrual);
    if (row.entry != nullptr) ReadEntry(row, *row.entry);
    if (row.payout != nullptr) ReadPayout(row, *row.payout);
  }

  Sums& SumsOf(const Output& row, Currency currency) {
    return sums_[{std::string(row.program_id), std::string(row.partner_id),
                  std::string(currency.code())}];
  }

  void ReadAccrual(const Output& row, const Accrual& a) {
    Sums& sums = SumsOf(row, a.currency);
    if (a.amount_minor <= 0) Wrong("a row of nothing, or below");
    if (a.seq != row.seq) Wrong("a row of another event");
    const std::string program(row.program_id);
    if (a.kind == AccrualKind::kAccrual) {
      sums.accruals += a.amount_minor;
      if (a.accrual_id.seq != a.seq) Wrong("an id that is not the event's");
      accruals_[{program, FormatAccrualId(a.accrual_id)}] += a.amount_minor;
      return;
    }
    sums.reversals += a.amount_minor;
    // What came back is a row of its own; a reversal may take from it while it
    // names the first. So only their sum is bounded; see Compare.
    accruals_[{program, FormatAccrualId(a.accrual_id)}] -= a.amount_minor;
  }

  void ReadEntry(const Output& row, const Entry& e) {
    Sums& sums = SumsOf(row, e.currency);
    if (e.amount_minor <= 0) Wrong("an entry of nothing, or below");
    if (e.from == e.to) Wrong("an entry that goes nowhere");
    sums.accounts[e.from] -= e.amount_minor;
    sums.accounts[e.to] += e.amount_minor;
    switch (e.kind) {
      case EntryKind::kAccrual:
        Expect(e, Account::kExpense, Account::kPending);
        sums.booked += e.amount_minor;
        break;
      case EntryKind::kReversal:
        if (e.from != Account::kPending && e.from != Account::kPayable) {
          Wrong("a reversal from another account");
        }
        Expect(e, e.from, Account::kExpense);
        sums.taken += e.amount_minor;
        break;
      case EntryKind::kVoid:
        Expect(e, Account::kPending, Account::kExpense);
        sums.taken += e.amount_minor;
        break;
      case EntryKind::kMature:
        Expect(e, Account::kPending, Account::kPayable);
        break;
      case EntryKind::kAdjustment:
        sums.adjusted +=
            e.from == Account::kExpense ? e.amount_minor : -e.amount_minor;
        break;
      case EntryKind::kOpeningBalance:
        sums.opened +=
            e.from == Account::kExpense ? e.amount_minor : -e.amount_minor;
        break;
      case EntryKind::kPayoutRequested:
        Expect(e, Account::kPayable, Account::kInTransit);
        break;
      case EntryKind::kPayoutSent:
        Expect(e, Account::kInTransit, Account::kPaid);
        break;
      case EntryKind::kPayoutFailed:
        Expect(e, Account::kInTransit, Account::kPayable);
        break;
      case EntryKind::kNone:
        Wrong("an entry without a kind");
        break;
    }
    for (const auto& [account, sum] : sums.accounts) {
      if (sum < 0 && account != Account::kPayable &&
          account != Account::kExpense) {
        Wrong(absl::StrCat("seq ", e.seq.value(), ": ", ToAbsl(Word(account)),
                           " is below zero"));
      }
    }
  }

  void Expect(const Entry& e, Account from, Account to) {
    if (e.from == from && e.to == to) return;
    Wrong(absl::StrCat("seq ", e.seq.value(), ": ", ToAbsl(Word(e.kind)),
                       " between other accounts"));
  }

  void ReadPayout(const Output& row, const Payout& p) {
    Sums& sums = SumsOf(row, p.currency);
    (p.state == PayoutState::kRequested ? sums.requested : sums.finished) +=
        p.amount_minor;
    if (p.amount_minor <= 0) Wrong("a payout of nothing, or below");
  }

  void Compare(const Engine& engine) {
    std::map<std::pair<std::string, std::string>, int64_t> expense;
    std::size_t accounts = 0;
    for (const BalanceRow& row : BalancesOf(engine)) {
      const std::string currency(row.currency.code());
      const Key key{std::string(row.program_id), std::string(row.partner_id),
                    currency};
      Sums& sums = sums_[key];
      ++accounts;
      CompareAccount(key, sums, row.balances);
      expense[{std::string(row.program_id), currency}] +=
          sums.accounts[Account::kExpense];
    }
    if (accounts != sums_.size()) Wrong("entries of an account nobody has");
    for (const ExpenseRow& row : ExpensesOf(engine)) {
      const std::pair<std::string, std::string> key{
          std::string(row.program_id), std::string(row.currency.code())};
      if (expense[key] != row.expense_minor) Wrong("expense differs");
      expense.erase(key);
    }
    for (const auto& [key, sum] : expense) {
      if (sum != 0) Wrong("expense of a currency that the engine has not");
    }
  }

  void CompareAccount(const Key& key, Sums& sums, const Balances& balances) {
    const auto wrong = [&](const char* what) {
      Wrong(absl::StrCat(std::get<0>(key), " ", std::get<1>(key), " ",
                         std::get<2>(key), ": ", what));
    };
    auto& mine = sums.accounts;
    if (mine[Account::kPending] != balances.pending_minor ||
        mine[Account::kPayable] != balances.payable_minor ||
        mine[Account::kInTransit] != balances.in_transit_minor ||
        mine[Account::kPaid] != balances.paid_minor) {
      wrong("the entries do not add up to the balances");
    }
    // Section 8: all accounts sum to zero; none but payable is below zero;
    // accruals - reversals + adjustments + opening = what stands.
    const int64_t stands = balances.pending_minor + balances.payable_minor +
                           balances.in_transit_minor + balances.paid_minor;
    if (mine[Account::kExpense] + stands != 0) wrong("does not sum to zero");
    if (balances.pending_minor < 0 || balances.in_transit_minor < 0 ||
        balances.paid_minor < 0) {
      wrong("an account is below zero");
    }
    if (sums.accruals - sums.reversals + sums.adjusted + sums.opened !=
        stands) {
      wrong("the accruals do not tie to the balances");
    }
    if (sums.accruals != sums.booked || sums.reversals != sums.taken) {
      wrong("the rows of accruals differ from their entries");
    }
    if (sums.requested - sums.finished != balances.in_transit_minor) {
      wrong("the payouts do not tie to what is in transit");
    }
    if (sums.accruals < sums.reversals) wrong("more reversed than earned");
  }

  Seq read_;
  std::map<Key, Sums> sums_;
  std::map<std::pair<std::string, std::string>, int64_t> accruals_;
  std::string wrong_;
};

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_AUDITOR_H_

#include "cli/summary.h"

#include <cstdint>
#include <limits>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "vouch/base/money.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/report/table.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// In major units; past 64 bits as minor units, and said so.
std::string AmountText(absl::int128 minor, Currency currency) {
  if (minor >= std::numeric_limits<int64_t>::min() &&
      minor <= std::numeric_limits<int64_t>::max()) {
    return FormatMinor(static_cast<int64_t>(minor), currency);
  }
  std::ostringstream text;
  text << minor << " minor units";
  return text.str();
}

std::string CountsText(const History& history) {
  std::string text = absl::StrCat(
      history.events_count, history.events_count == 1 ? " event" : " events",
      ": ", history.applied_count, " applied, ", history.duplicate_count,
      history.duplicate_count == 1 ? " duplicate, " : " duplicates, ",
      history.refused_count, " refused");
  if (history.conflicting_count > 0) {
    absl::StrAppend(&text, ", ", history.conflicting_count,
                    " under the id of another");
  }
  return text + "\n";
}

}  // namespace

void Summary::Add(const Output& row) {
  if (row.accrual != nullptr) {
    const Accrual& accrual = *row.accrual;
    Sums& sums = sums_[{std::string(row.program_id), accrual.currency}];
    (accrual.kind == AccrualKind::kReversal ? sums.reversals : sums.accruals) +=
        accrual.amount_minor;
  } else if (row.entry != nullptr) {
    const Entry& entry = *row.entry;
    if (entry.kind != EntryKind::kAdjustment &&
        entry.kind != EntryKind::kOpeningBalance) {
      return;
    }
    Sums& sums = sums_[{std::string(row.program_id), entry.currency}];
    const bool gains = entry.from == Account::kExpense;
    (entry.kind == EntryKind::kAdjustment ? sums.adjustments
                                          : sums.opening_balances) +=
        gains ? entry.amount_minor : -entry.amount_minor;
  }
}

absl::Status Summary::Begin(const Engine& engine) {
  VOUCH_ASSIGN_OR_RETURN(const AccountRows accounts, engine.Accounts());
  for (const BalanceRow& row : accounts.balances) {
    sums_[{std::string(row.program_id), row.currency}].before +=
        row.balances.Sum();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<Summary::Key, Summary::Sums>> Summary::WithBalances(
    const Engine& engine) const {
  std::map<Key, Sums> all = sums_;
  VOUCH_ASSIGN_OR_RETURN(const AccountRows accounts, engine.Accounts());
  for (const BalanceRow& row : accounts.balances) {
    Sums& sums = all[{std::string(row.program_id), row.currency}];
    sums.pending += row.balances.pending_minor;
    sums.payable += row.balances.payable_minor;
    sums.in_transit += row.balances.in_transit_minor;
    sums.paid += row.balances.paid_minor;
  }
  for (const ExpenseRow& row : accounts.expenses) {
    all[{std::string(row.program_id), row.currency}].expense +=
        row.expense_minor;
  }
  return all;
}

std::string Summary::TextOf(const Key& key, const Sums& sums) {
  const Currency currency = key.second;
  Table table({absl::StrCat("program ", key.first),
               absl::StrCat(">", ToAbsl(currency.code()))});
  const auto row = [&](const char* name, absl::int128 minor) {
    table.Row({name, AmountText(minor, currency)});
  };
  if (sums.before != 0) row("before this run", sums.before);
  row(sums.before != 0 ? "+ accruals" : "accruals", sums.accruals);
  row("- reversals", sums.reversals);
  row("+ adjustments", sums.adjustments);
  row("+ opening balances", sums.opening_balances);
  row("= balances", sums.Balance());
  row("    pending", sums.pending);
  row("    payable", sums.payable);
  row("    in transit", sums.in_transit);
  row("    paid", sums.paid);
  row("expense", sums.expense);
  return table.ToString();
}

absl::StatusOr<std::string> Summary::ToText(const History& history,
                                            absl::Status* books) const {
  std::string text = CountsText(history);
  *books = absl::OkStatus();
  VOUCH_ASSIGN_OR_RETURN(const auto all, WithBalances(*history.engine));
  for (const auto& [key, sums] : all) {
    const bool holds =
        sums.Moved() == sums.Balance() && sums.expense == -sums.Balance();
    absl::StrAppend(&text, "\n", TextOf(key, sums),
                    sums.before != 0 ? "  before + accruals" : "  accruals",
                    " - reversals + adjustments + opening balances "
                    "= balances: ",
                    holds ? "holds\n" : "DOES NOT HOLD\n");
    if (!holds) {
      *books =
          absl::InternalError(absl::StrCat("the books of program ", key.first,
                                           " do not balance: this is a "
                                           "mistake of vouch itself"));
    }
  }
  return text;
}

}  // namespace cli

VOUCH_NAMESPACE_END

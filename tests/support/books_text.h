// Everything that an engine has given, as text: what two engines are compared
// by, byte for byte.
#ifndef VOUCH_TESTS_SUPPORT_BOOKS_TEXT_H_
#define VOUCH_TESTS_SUPPORT_BOOKS_TEXT_H_

#include <cstddef>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/answers.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

inline std::string RowText(const Output& row) {
  std::string text =
      absl::StrCat(row.seq.value(), "|", ToAbsl(row.program_id), "|",
                   ToAbsl(row.event_id), "|", ToAbsl(row.partner_id), "|");
  if (row.accrual != nullptr) {
    const Accrual& a = *row.accrual;
    absl::StrAppend(&text, ToAbsl(Word(a.kind)), "|",
                    FormatAccrualId(a.accrual_id), "|",
                    FormatAccrualId(a.restores_id), "|", a.payment_seq.value(),
                    "|", ToAbsl(a.payment_id), "|", ToAbsl(a.rule_id), "|",
                    ToAbsl(Word(a.role)));
    absl::StrAppend(&text, "|", a.level, "|", a.base_minor, "|", a.amount_minor,
                    "|", a.weight_ppb, "|", ToAbsl(a.currency.code()), "|",
                    ToAbsl(Word(a.phase)), "|", a.contract_year, "|",
                    ToAbsl(a.lead_id), "|",
                    a.period_from ? a.period_from->us : 0, "|", a.time.us);
  }
  if (row.entry != nullptr) {
    const Entry& e = *row.entry;
    absl::StrAppend(&text, e.place, "|", ToAbsl(Word(e.kind)), "|",
                    ToAbsl(Word(e.from)), ">", ToAbsl(Word(e.to)), "|",
                    e.amount_minor, "|", ToAbsl(e.currency.code()), "|",
                    FormatAccrualId(e.accrual_id), "|", ToAbsl(e.rule_id), "|",
                    ToAbsl(e.payout_id), "|", e.time.us);
  }
  if (row.payout != nullptr) {
    const Payout& p = *row.payout;
    absl::StrAppend(&text, ToAbsl(Word(p.state)), "|", ToAbsl(p.payout_id), "|",
                    p.amount_minor, "|", ToAbsl(p.currency.code()), "|",
                    p.time.us);
  }
  return text + "\n";
}

inline std::string DecisionText(const DecisionRow& row) {
  std::string text = absl::StrCat(
      row.decision->seq.value(), "|", ToAbsl(row.program_id), "|",
      ToAbsl(row.event_id), "|", ToAbsl(row.customer_id), "|",
      row.customer.value(), "|", ToAbsl(Word(row.decision->trigger)));
  for (std::size_t i = 0; i < row.partner_ids.size(); ++i) {
    const Credit& credit = row.decision->credits[i];
    absl::StrAppend(&text, "|", ToAbsl(row.partner_ids[i]), ",",
                    credit.weight_ppb, ",", ToAbsl(Word(credit.channel)), ",",
                    ToAbsl(row.codes[i]), ",", credit.touch_seq.value());
  }
  return text + "\n";
}

inline std::string BooksText(const Engine& engine) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  std::string text;
  for (const Output& row : OutputsOf(engine, Seq(), kAll)) text += RowText(row);
  for (const DecisionRow& row : DecisionsOf(engine, Seq(), kAll)) {
    text += DecisionText(row);
  }
  for (const BalanceRow& row : BalancesOf(engine)) {
    absl::StrAppend(&text, ToAbsl(row.program_id), "|", ToAbsl(row.partner_id),
                    "|", ToAbsl(row.currency.code()), "|",
                    row.balances.pending_minor, "|", row.balances.payable_minor,
                    "|", row.balances.in_transit_minor, "|",
                    row.balances.paid_minor, "\n");
  }
  for (const ExpenseRow& row : ExpensesOf(engine)) {
    absl::StrAppend(&text, ToAbsl(row.program_id), "|",
                    ToAbsl(row.currency.code()), "|", row.expense_minor, "\n");
  }
  const Counters counters = engine.GetCounters();
  absl::StrAppend(&text, counters.applied_count, "|", counters.last_seq.value(),
                  "|", counters.log_bytes, "\n");
  return text;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_BOOKS_TEXT_H_

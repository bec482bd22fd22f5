#ifndef VOUCH_REPORT_STATEMENT_INL_H_
#define VOUCH_REPORT_STATEMENT_INL_H_

#include <utility>

#include "absl/strings/str_cat.h"
#include "vouch/base/money.h"
#include "vouch/base/string_view.h"
#include "vouch/report/statement.h"
#include "vouch/report/table.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What an entry changes over all accounts of the partner together.
inline int64_t ChangeOf(const Entry& entry) {
  if (entry.from == Account::kExpense) return entry.amount_minor;
  if (entry.to == Account::kExpense) return -entry.amount_minor;
  return 0;
}

// Adds an entry to the sum of its kind.
inline void AddToSums(const Entry& entry, const Accrual* accrual,
                      StatementSection* section) {
  const int64_t amount = entry.amount_minor;
  switch (entry.kind) {
    case EntryKind::kAccrual:
      (accrual != nullptr && accrual->level > 0 ? section->upline_minor
                                                : section->accruals_minor) +=
          amount;
      break;
    case EntryKind::kReversal:
    case EntryKind::kVoid:
      section->reversals_minor += amount;
      break;
    case EntryKind::kAdjustment:
      section->adjustments_minor += ChangeOf(entry);
      break;
    case EntryKind::kOpeningBalance:
      section->opening_balances_minor += ChangeOf(entry);
      break;
    case EntryKind::kMature:
      section->matured_minor += amount;
      break;
    case EntryKind::kPayoutRequested:
      section->payouts_requested_minor += amount;
      break;
    case EntryKind::kPayoutSent:
      section->payouts_sent_minor += amount;
      break;
    case EntryKind::kPayoutFailed:
      section->payouts_failed_minor += amount;
      break;
    case EntryKind::kNone:
      break;
  }
}

// What earned an accrual, in words. A true-up that goes down takes back of
// accruals that were true-ups too.
inline std::string EarnedBy(const Accrual& accrual, const TimeZone& zone) {
  if (!accrual.lead_id.empty()) {
    return absl::StrCat("lead ", ToAbsl(accrual.lead_id));
  }
  if (accrual.period_from) {
    return absl::StrCat("true-up of the period from ",
                        FormatDay(DayOf(*accrual.period_from, zone)),
                        ", payment ", ToAbsl(accrual.payment_id));
  }
  if (accrual.payment_id.empty()) return "sign-up";
  return absl::StrCat("payment ", ToAbsl(accrual.payment_id));
}

// Why an entry was written, in words.
inline std::string ReasonOf(const StatementRow& row, const TimeZone& zone) {
  const Entry& entry = *row.output.entry;
  if (!entry.payout_id.empty()) {
    return absl::StrCat("payout ", ToAbsl(entry.payout_id));
  }
  if (!entry.author.empty()) {
    return absl::StrCat("by ", ToAbsl(entry.author),
                        entry.reason.empty() ? "" : ": ", ToAbsl(entry.reason));
  }
  if (row.accrual == nullptr) return "";
  const Accrual& accrual = *row.accrual;
  std::string text = absl::StrCat(
      EarnedBy(accrual, zone), ", rule ", ToAbsl(accrual.rule_id), ", ",
      ToAbsl(Word(accrual.phase)), " year ", accrual.contract_year, ", base ",
      FormatMinor(accrual.base_minor, accrual.currency));
  if (accrual.level > 0) {
    absl::StrAppend(&text, ", upline level ", accrual.level);
  }
  return text;
}

inline std::string BalancesText(const Balances& balances, Currency currency) {
  return absl::StrCat(
      "pending ", FormatMinor(balances.pending_minor, currency), ", payable ",
      FormatMinor(balances.payable_minor, currency), ", in transit ",
      FormatMinor(balances.in_transit_minor, currency), ", paid ",
      FormatMinor(balances.paid_minor, currency));
}

inline std::string SectionText(const StatementSection& section,
                               const TimeZone& zone) {
  const Currency currency = section.currency;
  Table table({"date", "event", "what", ">amount", ">change", "why"});
  for (const StatementRow& row : section.rows) {
    const Entry& entry = *row.output.entry;
    table.Row(
        {FormatDay(DayOf(entry.time, zone)), std::string(row.output.event_id),
         std::string(Word(entry.kind)),
         FormatMinor(entry.amount_minor, currency),
         row.change_minor == 0 ? "" : FormatMinor(row.change_minor, currency),
         ReasonOf(row, zone)});
  }
  Table sums({"", ">" + std::string(currency.code())});
  const auto sum = [&](const char* name, int64_t minor) {
    sums.Row({name, FormatMinor(minor, currency)});
  };
  sum("opening", section.opening.Sum());
  sum("+ accruals", section.accruals_minor);
  if (section.upline_minor != 0) sum("+ upline", section.upline_minor);
  sum("- reversals", section.reversals_minor);
  if (section.adjustments_minor != 0) {
    sum("+ adjustments", section.adjustments_minor);
  }
  if (section.opening_balances_minor != 0) {
    sum("+ opening balances", section.opening_balances_minor);
  }
  sum("= closing", section.closing.Sum());
  sum("of it paid", section.closing.paid_minor);
  sum("of it still owed", section.closing.Owed());
  if (section.payouts_requested_minor != 0) {
    sum("payouts requested", section.payouts_requested_minor);
  }
  if (section.payouts_sent_minor != 0) {
    sum("payouts sent", section.payouts_sent_minor);
  }
  if (section.payouts_failed_minor != 0) {
    sum("payouts failed", section.payouts_failed_minor);
  }
  return absl::StrCat(
      table.empty() ? "  nothing moved\n" : table.ToString(), "\n",
      sums.ToString(), "  opening: ", BalancesText(section.opening, currency),
      "\n  closing: ", BalancesText(section.closing, currency), "\n");
}

}  // namespace internal

inline StatementBuilder::StatementBuilder(std::string_view program_id,
                                          std::string_view partner_id,
                                          TimeZone time_zone, Instant from,
                                          Instant until)
    : statement_{program_id, partner_id, std::move(time_zone), from, until,
                 {},         {}} {}

inline void StatementBuilder::Add(const Output& output) {
  if (output.partner_id != statement_.partner_id ||
      output.program_id != statement_.program_id) {
    return;
  }
  if (output.accrual != nullptr) {
    const Accrual& accrual = *output.accrual;
    (accrual.kind == AccrualKind::kAccrual ? accruals_
                                           : reversals_)[accrual.accrual_id] =
        &accrual;
  } else if (output.entry != nullptr) {
    AddEntry(output);
  }
}

inline const Accrual* StatementBuilder::AccrualOf(const Entry& entry) const {
  const bool takes =
      entry.kind == EntryKind::kReversal || entry.kind == EntryKind::kVoid;
  const auto& rows = takes ? reversals_ : accruals_;
  const auto found = rows.find(entry.accrual_id);
  return found == rows.end() ? nullptr : found->second;
}

inline void StatementBuilder::AddEntry(const Output& output) {
  const Entry& entry = *output.entry;
  if (!(entry.time < statement_.until)) return;
  StatementSection& section = sections_[entry.currency];
  section.currency = entry.currency;
  section.closing.Move(entry.from, entry.to, entry.amount_minor);
  if (entry.time < statement_.from) {
    section.opening.Move(entry.from, entry.to, entry.amount_minor);
    return;
  }
  const Accrual* accrual = AccrualOf(entry);
  internal::AddToSums(entry, accrual, &section);
  section.rows.push_back({output, accrual, internal::ChangeOf(entry)});
}

inline Statement StatementBuilder::Finish() {
  for (auto& [currency, section] : sections_) {
    statement_.sections.push_back(std::move(section));
  }
  sections_.clear();
  return std::move(statement_);
}

inline std::string StatementText(const Statement& statement) {
  std::string text = absl::StrCat(
      "Statement of partner ", ToAbsl(statement.partner_id), " in program ",
      ToAbsl(statement.program_id), ", ",
      FormatDay(DayOf(statement.from, statement.time_zone)), " to ",
      FormatDay(DayOf(Instant{statement.until.us - 1}, statement.time_zone)),
      " (", statement.time_zone.name(), ")\n\n");
  if (statement.sections.empty()) text += "  nothing was ever booked\n";
  for (const StatementSection& section : statement.sections) {
    text += internal::SectionText(section, statement.time_zone);
  }
  return text;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_STATEMENT_INL_H_

#include "vouch/proto/convert_output.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "proto/convert_credit.h"
#include "proto/convert_output_words.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/identify/touch.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

void AddPosting(Account account, std::string_view partner_id,
                int64_t amount_minor, v1::Entry* entry) {
  v1::Posting* posting = entry->add_postings();
  posting->set_account(ToV1(account));
  if (account != Account::kExpense)
    SetText(posting->mutable_partner_id(), partner_id);
  posting->set_amount_minor(amount_minor);
}

void FillAmounts(const Balances& balances, v1::Balance* message) {
  message->set_pending_minor(balances.pending_minor);
  message->set_payable_minor(balances.payable_minor);
  message->set_in_transit_minor(balances.in_transit_minor);
  message->set_paid_minor(balances.paid_minor);
}

void FillBalance(const Balances& balances, std::string_view partner_id,
                 Currency currency, v1::Balance* message) {
  SetText(message->mutable_partner_id(), partner_id);
  SetText(message->mutable_currency(), currency.code());
  FillAmounts(balances, message);
}

std::vector<absl::string_view> SubIdsOf(const Credit& credit) {
  if (credit.sub_ids.empty()) return {};
  return absl::StrSplit(ToAbsl(credit.sub_ids), kSubIdSeparator);
}

// What the kind of an entry says about the accrual that it books.
v1::Accrual::Source SourceOf(EntryKind kind, v1::Accrual::Source known) {
  if (kind == EntryKind::kVoid) return v1::Accrual::REVIEW;
  if (kind == EntryKind::kReversal) return v1::Accrual::REFUND;
  return known;
}

void FillRow(const StatementRow& row, v1::StatementRow* message) {
  ConvertEntry(row.output, message->mutable_entry());
  message->set_change_minor(row.change_minor);
  if (row.accrual == nullptr) return;
  // The accrual may be of an earlier event than the entry that moves it.
  Output of = row.output;
  of.seq = row.accrual->seq;
  if (of.seq != row.output.seq) of.event_id = {};
  of.entry = nullptr;
  of.accrual = row.accrual;
  v1::Accrual* accrual = message->mutable_accrual();
  ConvertAccrual(of, accrual);
  accrual->set_source(SourceOf(row.output.entry->kind, accrual->source()));
}

void FillSection(const StatementSection& section, std::string_view partner_id,
                 v1::StatementSection* message) {
  SetText(message->mutable_currency(), section.currency.code());
  FillBalance(section.opening, partner_id, section.currency,
              message->mutable_opening());
  FillBalance(section.closing, partner_id, section.currency,
              message->mutable_closing());
  for (const StatementRow& row : section.rows) {
    FillRow(row, message->add_rows());
  }
  message->set_accruals_minor(section.accruals_minor);
  message->set_upline_minor(section.upline_minor);
  message->set_reversals_minor(section.reversals_minor);
  message->set_adjustments_minor(section.adjustments_minor);
  message->set_opening_balances_minor(section.opening_balances_minor);
  message->set_matured_minor(section.matured_minor);
  message->set_payouts_requested_minor(section.payouts_requested_minor);
  message->set_payouts_sent_minor(section.payouts_sent_minor);
  message->set_payouts_failed_minor(section.payouts_failed_minor);
}

v1::Outcome::Result ToV1(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kApplied:
      return v1::Outcome::APPLIED;
    case OutcomeKind::kDuplicate:
      return v1::Outcome::DUPLICATE;
    case OutcomeKind::kConflictingDuplicate:
      return v1::Outcome::CONFLICTING_DUPLICATE;
    case OutcomeKind::kRefused:
      return v1::Outcome::REFUSED;
  }
  return v1::Outcome::RESULT_UNSPECIFIED;
}

}  // namespace

void ConvertAccrual(const Output& row, v1::Accrual* message) {
  const Accrual& accrual = *row.accrual;
  message->Clear();
  message->set_seq(Number(row.seq));
  SetText(message->mutable_event_id(), row.event_id);
  message->set_time_us(accrual.time.us);
  message->set_accrual_id(FormatAccrualId(accrual.accrual_id));
  message->set_kind(ToV1(accrual.kind));
  SetText(message->mutable_payment_id(), accrual.payment_id);
  SetText(message->mutable_partner_id(), row.partner_id);
  SetText(message->mutable_rule_id(), accrual.rule_id);
  message->set_role(ToV1(accrual.role));
  message->set_level(accrual.level);
  message->set_base_minor(accrual.base_minor);
  message->set_amount_minor(accrual.amount_minor);
  SetText(message->mutable_currency(), accrual.currency.code());
  message->set_phase(ToV1(accrual.phase));
  message->set_contract_year(accrual.contract_year);
  message->set_weight_ppb(accrual.weight_ppb);
  message->set_restores_accrual_id(FormatAccrualId(accrual.restores_id));
  message->set_customer_number(Number(accrual.customer));
  SetText(message->mutable_customer_id(), row.customer_id);
  message->set_source(ToV1(accrual.source));
  SetText(message->mutable_refund_id(), accrual.refund_id);
  SetText(message->mutable_lead_id(), accrual.lead_id);
  if (accrual.period_from) message->set_period_from_us(accrual.period_from->us);
  if (accrual.kind == AccrualKind::kAccrual) {
    message->set_matures_us(accrual.due.us);
  }
  SetText(message->mutable_program_id(), row.program_id);
}

void ConvertEntry(const Output& row, v1::Entry* message) {
  const Entry& entry = *row.entry;
  message->Clear();
  message->set_seq(Number(row.seq));
  message->set_place(static_cast<int32_t>(entry.place));
  SetText(message->mutable_event_id(), row.event_id);
  message->set_time_us(entry.time.us);
  message->set_kind(ToV1(entry.kind));
  message->set_accrual_id(FormatAccrualId(entry.accrual_id));
  SetText(message->mutable_payout_id(), entry.payout_id);
  SetText(message->mutable_rule_id(), entry.rule_id);
  SetText(message->mutable_partner_id(), row.partner_id);
  SetText(message->mutable_currency(), entry.currency.code());
  SetText(message->mutable_author(), entry.author);
  SetText(message->mutable_reason(), entry.reason);
  message->set_due_us(entry.due.us);
  AddPosting(entry.from, row.partner_id, -entry.amount_minor, message);
  AddPosting(entry.to, row.partner_id, entry.amount_minor, message);
  SetText(message->mutable_program_id(), row.program_id);
}

void ConvertPayout(const Output& row, v1::Payout* message) {
  const Payout& payout = *row.payout;
  message->Clear();
  SetText(message->mutable_payout_id(), payout.payout_id);
  SetText(message->mutable_partner_id(), row.partner_id);
  message->set_state(ToV1(payout.state));
  message->set_amount_minor(payout.amount_minor);
  SetText(message->mutable_currency(), payout.currency.code());
  message->set_seq(Number(row.seq));
  message->set_time_us(payout.time.us);
  SetText(message->mutable_event_id(), row.event_id);
  SetText(message->mutable_program_id(), row.program_id);
}

void ConvertOutput(const Output& row, int32_t place, v1::Output* message) {
  message->Clear();
  message->set_seq(Number(row.seq));
  message->set_place(place);
  if (row.accrual != nullptr) ConvertAccrual(row, message->mutable_accrual());
  if (row.entry != nullptr) ConvertEntry(row, message->mutable_entry());
  if (row.payout != nullptr) ConvertPayout(row, message->mutable_payout());
}

void ConvertDecision(const DecisionRow& row, v1::Decision* message) {
  const Decision& decision = *row.decision;
  message->Clear();
  FillDecision(decision, decision.touch_count, message);
  SetText(message->mutable_event_id(), row.event_id);
  message->set_customer_number(Number(row.customer));
  SetText(message->mutable_customer_id(), row.customer_id);
  for (std::size_t i = 0; i < decision.credits.size(); ++i) {
    const Credit& credit = decision.credits[i];
    FillCredit(credit, {row.partner_ids[i], row.codes[i], row.lead_ids[i]},
               SubIdsOf(credit), message->add_credits());
  }
  SetText(message->mutable_payment_id(), row.payment_id);
  SetText(message->mutable_program_id(), row.program_id);
}

void ConvertBalance(const BalanceRow& row, v1::Balance* message) {
  message->Clear();
  FillBalance(row.balances, row.partner_id, row.currency, message);
  SetText(message->mutable_program_id(), row.program_id);
}

void ConvertExpense(const ExpenseRow& row, v1::ProgramBalance* message) {
  message->Clear();
  SetText(message->mutable_program_id(), row.program_id);
  SetText(message->mutable_currency(), row.currency.code());
  message->set_expense_minor(row.expense_minor);
}

void ConvertStatement(const Statement& statement, v1::Statement* message) {
  message->Clear();
  SetText(message->mutable_program_id(), statement.program_id);
  SetText(message->mutable_partner_id(), statement.partner_id);
  message->set_from_us(statement.from.us);
  message->set_until_us(statement.until.us);
  message->set_time_zone(statement.time_zone.name());
  for (const StatementSection& section : statement.sections) {
    FillSection(section, statement.partner_id, message->add_sections());
  }
}

void ConvertQuote(const Quote& quote, v1::Quote* message) {
  message->Clear();
  SetText(message->mutable_currency(), quote.currency.code());
  message->set_amount_minor(quote.amount_minor);
  message->set_price_minor(quote.price_minor);
  message->set_customer_discount_minor(quote.customer_discount_minor);
  for (const QuotedLine& line : quote.lines) {
    v1::QuoteLine* to = message->add_lines();
    to->set_line(line.line);
    to->set_amount_minor(line.amount_minor);
    to->set_price_minor(line.price_minor);
    to->set_price_rule_id(line.price_rule_id);
    to->set_discount_minor(line.discount_minor);
    to->set_discount_rule_id(line.discount_rule_id);
    to->set_budget_discount_minor(line.budget_discount_minor);
    to->set_budget_rule_id(line.budget_rule_id);
  }
  int64_t commission_minor = 0;
  for (const QuotedCommission& commission : quote.commissions) {
    commission_minor += commission.amount_minor;
    v1::QuotedCommission* to = message->add_commissions();
    to->set_partner_id(commission.partner_id);
    to->set_rule_id(commission.rule_id);
    to->set_role(ToV1(commission.role));
    to->set_level(commission.level);
    to->set_base_minor(commission.base_minor);
    to->set_amount_minor(commission.amount_minor);
  }
  message->set_commission_minor(commission_minor);
  for (std::size_t i = 0; i < quote.credits.size(); ++i) {
    FillCredit(quote.credits[i], {quote.partner_ids[i], {}, {}},
               absl::Span<const std::string_view>(), message->add_credits());
  }
}

void ConvertCounters(const Counters& counters, v1::Counters* message) {
  message->Clear();
  message->set_applied_count(counters.applied_count);
  message->set_duplicate_count(counters.duplicate_count);
  message->set_conflicting_duplicate_count(
      counters.conflicting_duplicate_count);
  int64_t refused_count = 0;
  for (const auto& [code, count] : counters.refused_count) {
    refused_count += count;
    v1::RefusedCount* refused = message->add_refused();
    refused->set_code(static_cast<int32_t>(code));
    refused->set_count(count);
  }
  message->set_refused_count(refused_count);
  message->set_last_seq(Number(counters.last_seq));
  message->set_event_bytes(counters.log_bytes);
}

void ConvertOutcome(const Outcome& outcome, int64_t index,
                    std::string_view event_id, v1::Outcome* message) {
  message->Clear();
  message->set_index(index);
  SetText(message->mutable_event_id(), event_id);
  message->set_result(ToV1(outcome.kind));
  if (outcome.kind != OutcomeKind::kConflictingDuplicate) {
    message->set_seq(Number(outcome.seq));
  }
  message->set_code(static_cast<int32_t>(outcome.status.code()));
  if (outcome.kind != OutcomeKind::kRefused) return;
  const std::string_view text = ToStd(outcome.status.message());
  const std::size_t colon = text.find(": ");
  if (colon == std::string_view::npos) {
    SetText(message->mutable_reason(), text);
    return;
  }
  SetText(message->mutable_field(), text.substr(0, colon));
  SetText(message->mutable_reason(), text.substr(colon + 2));
}

}  // namespace proto

VOUCH_NAMESPACE_END

#include "cli/row_printer.h"

#include <algorithm>

#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// Rows asked for at once.
constexpr std::size_t kPage = 4096;

// How many of `left` to ask for; 0 is all.
std::size_t PageOf(std::size_t limit, std::size_t taken) {
  return limit == 0 ? kPage : std::min(kPage, limit - taken);
}

}  // namespace

absl::Status RowPrinter::Take(const Engine& engine, std::size_t limit) {
  if (print_ == Print::kDecisions) {
    VOUCH_RETURN_IF_ERROR(TakeDecisions(engine, limit));
    if (!on_row_) return absl::OkStatus();
  }
  // Balances are printed at the end.
  if (print_ == Print::kBalances && !on_row_) return absl::OkStatus();
  return TakeFeed(engine, limit);
}

absl::Status RowPrinter::TakeFeed(const Engine& engine, std::size_t limit) {
  const std::size_t printed_before = printed_;
  const bool every_row = print_ == Print::kOutputs;
  const std::size_t wanted = PageOf(every_row ? limit : 0, 0);
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const OutputPage rows, engine.Outputs(fed_, wanted));
    for (const Output& row : rows) {
      const bool enough = limit != 0 && printed_ - printed_before >= limit;
      if (enough && row.seq != fed_) return absl::OkStatus();
      fed_ = row.seq;
      if (on_row_) on_row_(row);
      VOUCH_RETURN_IF_ERROR(PrintOutput(row));
    }
    if (rows.size() < wanted) return absl::OkStatus();
  }
}

absl::Status RowPrinter::PrintOutput(const Output& row) {
  place_ = row.seq == seq_ ? place_ + 1 : 1;
  seq_ = row.seq;
  if (print_ == Print::kOutputs) {
    proto::ConvertOutput(row, place_, &output_);
    return PrintRow(output_);
  }
  if (print_ == Print::kAccruals && row.accrual != nullptr) {
    proto::ConvertAccrual(row, &accrual_);
    return PrintRow(accrual_);
  }
  if (print_ == Print::kEntries && row.entry != nullptr) {
    proto::ConvertEntry(row, &entry_);
    return PrintRow(entry_);
  }
  return absl::OkStatus();
}

absl::Status RowPrinter::TakeDecisions(const Engine& engine,
                                       std::size_t limit) {
  std::size_t taken = 0;
  while (limit == 0 || taken < limit) {
    VOUCH_ASSIGN_OR_RETURN(const DecisionPage rows,
                           engine.Decisions(decided_, PageOf(limit, taken)));
    if (rows.empty()) return absl::OkStatus();
    decided_ = rows.back().decision->seq;
    v1::Decision message;
    for (const DecisionRow& row : rows) {
      proto::ConvertDecision(row, &message);
      VOUCH_RETURN_IF_ERROR(PrintRow(message));
    }
    taken += rows.size();
  }
  return absl::OkStatus();
}

absl::Status RowPrinter::Finish(const Engine& engine) {
  if (print_ == Print::kBalances) VOUCH_RETURN_IF_ERROR(PrintBalances(engine));
  return out_.Flush();
}

// The partners' rows of a program, then the program's own.
absl::Status RowPrinter::PrintBalances(const Engine& engine) {
  VOUCH_ASSIGN_OR_RETURN(const AccountRows accounts, engine.Accounts());
  std::size_t next = 0;  // both lists are sorted by program
  v1::Balance message;
  for (const BalanceRow& row : accounts.balances) {
    VOUCH_RETURN_IF_ERROR(
        PrintExpenses(accounts.expenses, row.program_id, &next));
    proto::ConvertBalance(row, &message);
    VOUCH_RETURN_IF_ERROR(PrintRow(message));
  }
  return PrintExpenses(accounts.expenses, {}, &next);
}

// Prints from `*next` on those of programs before `program_id`; all with an
// empty one.
absl::Status RowPrinter::PrintExpenses(const std::vector<ExpenseRow>& expenses,
                                       std::string_view program_id,
                                       std::size_t* next) {
  v1::ProgramBalance message;
  for (; *next < expenses.size(); ++*next) {
    const ExpenseRow& row = expenses[*next];
    if (!program_id.empty() && row.program_id >= program_id) break;
    proto::ConvertExpense(row, &message);
    VOUCH_RETURN_IF_ERROR(PrintRow(message));
  }
  return absl::OkStatus();
}

absl::Status RowPrinter::PrintRow(const google::protobuf::Message& message) {
  ++printed_;
  json_.Append(message, out_.buffer());
  *out_.buffer() += '\n';
  return out_.Commit();
}

}  // namespace cli

VOUCH_NAMESPACE_END

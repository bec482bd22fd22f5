#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/proto/convert_output.h"
#include "vouch/proto/json_writer.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// A message of several lines (the mistakes of a program) as lines of their
// own below the first.
std::string Indented(std::string_view message) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(ToAbsl(message), '\n')) {
    lines.push_back(Printable(ToStd(line)));
  }
  return absl::StrJoin(lines, "\n    ");
}

// Rows asked for at once.
constexpr std::size_t kPage = 4096;

// Prints rows of one sort as they come, and adds all of them up.
class RowPrinter {
 public:
  RowPrinter(Print print, Summary* summary)
      : print_(print), summary_(*summary) {}

  // What the engine gave since the last call.
  absl::Status Take(const Engine& engine) {
    VOUCH_RETURN_IF_ERROR(TakeFeed(engine));
    return print_ == Print::kDecisions ? TakeDecisions(engine)
                                       : absl::OkStatus();
  }

  // What is printed at the end, and the end itself.
  absl::Status Finish(const Engine& engine) {
    if (print_ == Print::kBalances) {
      VOUCH_RETURN_IF_ERROR(PrintBalances(engine));
    }
    return out_.Flush();
  }

 private:
  absl::Status TakeFeed(const Engine& engine) {
    while (true) {
      VOUCH_ASSIGN_OR_RETURN(const OutputPage rows,
                             engine.Outputs(fed_, kPage));
      if (rows.empty()) return absl::OkStatus();
      fed_ = rows.back().seq;
      for (const Output& row : rows) {
        summary_.Add(row);
        VOUCH_RETURN_IF_ERROR(PrintOutput(row));
      }
      if (rows.size() < kPage) return absl::OkStatus();
    }
  }

  absl::Status PrintOutput(const Output& row) {
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

  absl::Status TakeDecisions(const Engine& engine) {
    while (true) {
      VOUCH_ASSIGN_OR_RETURN(const DecisionPage rows,
                             engine.Decisions(decided_, kPage));
      if (rows.empty()) return absl::OkStatus();
      decided_ = rows.back().decision->seq;
      v1::Decision message;
      for (const DecisionRow& row : rows) {
        proto::ConvertDecision(row, &message);
        VOUCH_RETURN_IF_ERROR(PrintRow(message));
      }
    }
  }

  // The partners' rows of a program, then the program's own.
  absl::Status PrintBalances(const Engine& engine) {
    VOUCH_ASSIGN_OR_RETURN(const std::vector<ExpenseRow> expenses,
                           engine.ExpenseRows());
    VOUCH_ASSIGN_OR_RETURN(const std::vector<BalanceRow> balances,
                           engine.BalanceRows());
    std::size_t next = 0;  // both lists are sorted by program
    v1::Balance message;
    for (const BalanceRow& row : balances) {
      VOUCH_RETURN_IF_ERROR(PrintExpenses(expenses, row.program_id, &next));
      proto::ConvertBalance(row, &message);
      VOUCH_RETURN_IF_ERROR(PrintRow(message));
    }
    return PrintExpenses(expenses, {}, &next);
  }

  // Prints from `*next` on those of programs before `program_id`; all with an
  // empty one.
  absl::Status PrintExpenses(const std::vector<ExpenseRow>& expenses,
                             std::string_view program_id, std::size_t* next) {
    v1::ProgramBalance message;
    for (; *next < expenses.size(); ++*next) {
      const ExpenseRow& row = expenses[*next];
      if (!program_id.empty() && row.program_id >= program_id) break;
      proto::ConvertExpense(row, &message);
      VOUCH_RETURN_IF_ERROR(PrintRow(message));
    }
    return absl::OkStatus();
  }

  absl::Status PrintRow(const google::protobuf::Message& message) {
    json_.Append(message, out_.buffer());
    *out_.buffer() += '\n';
    return out_.Commit();
  }

  const Print print_;
  Summary& summary_;
  StandardOutput out_;
  proto::JsonWriter json_;
  Seq fed_;      // the last event whose rows were taken
  Seq decided_;  // the last event whose decision was taken
  v1::Accrual accrual_;
  v1::Entry entry_;
};

// "line 12: refund.payment_id: no such payment (NOT_FOUND, event r-1)"
std::string RefusalText(const Refusal& refusal, proto::EventFormat format) {
  const bool json = format == proto::EventFormat::kJsonLines;
  std::string text =
      absl::StrCat(json ? "line " : "record ", refusal.place.number, ": ",
                   Indented(ToStd(refusal.status.message())), " (",
                   ToAbsl(StatusCodeName(refusal.status.code())));
  if (!refusal.event_id.empty()) {
    absl::StrAppend(&text, ", event ", Printable(refusal.event_id));
  }
  return text + ")\n";
}

absl::Status Run(const Options& options, Summary* summary, History* history) {
  Progress progress(options.print != Print::kNothing);
  RowPrinter printer(options.print, summary);
  Listener listener;
  listener.on_refused = [&](const Refusal& refusal) {
    progress.Clear();
    Say(RefusalText(refusal, options.input));
  };
  listener.on_batch = [&](const Reading& reading) {
    progress.Update(reading);
    return printer.Take(*reading.history.engine);
  };
  VOUCH_RETURN_IF_ERROR(RunHistory(options, listener, history));
  return printer.Finish(*history->engine);
}

}  // namespace

int RunEvents(const Options& options) {
  History history;
  Summary summary;
  const absl::Status run = Run(options, &summary, &history);
  if (!run.ok()) {
    Complain(run);
    return kExitFailed;
  }
  absl::Status books;
  const absl::StatusOr<std::string> text = summary.ToText(history, &books);
  if (!text.ok()) {
    Complain(text.status());
    return kExitFailed;
  }
  Say(*text);
  if (!books.ok()) {
    Complain(books);
    return kExitFailed;
  }
  return history.NotApplied() == 0 ? kExitDone : kExitRefused;
}

}  // namespace cli

VOUCH_NAMESPACE_END

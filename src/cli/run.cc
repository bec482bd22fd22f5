#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"
#include "cli/progress.h"
#include "cli/row_printer.h"
#include "cli/summary.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

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
  RowPrinter printer(options.print,
                     [summary](const Output& row) { summary->Add(row); });
  Listener listener;
  listener.on_open = [&](const Engine& engine) {
    printer.StartAfter(engine.GetCounters().last_seq);
    return summary->Begin(engine);
  };
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

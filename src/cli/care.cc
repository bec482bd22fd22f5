// Commands that take care of the file of the books.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/verify.h"
#include "vouch/store/sqlite.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

int ExitCodeOf(const absl::Status& status) {
  if (!status.ok()) Complain(status);
  return status.ok() ? kExitDone : kExitFailed;
}

int Done(const std::string& text) {
  return Answer(text) ? kExitDone : kExitFailed;
}

absl::StatusOr<std::unique_ptr<Store>> OpenForReading(const Options& options) {
  SqliteOptions reading;
  reading.read_only = true;
  reading.one_moment = true;  // whoever writes meanwhile
  return OpenSqliteStore(options.db, reading);
}

std::string ReportText(const VerifyReport& report) {
  std::string text;
  for (const std::string& line : report.differences) {
    absl::StrAppend(&text, Printable(line), "\n");
  }
  const auto named = static_cast<int64_t>(report.differences.size());
  if (report.differences_count > named) {
    absl::StrAppend(&text, "... and ", report.differences_count - named,
                    " more\n");
  }
  for (const std::string& note : report.notes) {
    absl::StrAppend(&text, "note: ", Printable(note), "\n");
  }
  absl::StrAppend(
      &text,
      report.differences_count == 0 ? "OK: " : "DIFFERS: ", report.events_count,
      " events applied anew, ", report.rows_count, " rows compared, ",
      report.differences_count,
      report.differences_count == 1 ? " difference\n" : " differences\n");
  return text;
}

// For writing, but only what is there already.
absl::StatusOr<std::unique_ptr<Engine>> OpenBooks(
    const Options& options, const EngineOptions& opening) {
  std::error_code unknown;
  if (!std::filesystem::exists(options.db, unknown)) {
    return NotFoundField(options.db, "there is no such file");
  }
  return Engine::Open(options.db, opening);
}

absl::Status Backup(const Options& options) {
  VOUCH_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                         OpenForReading(options));
  return store->Backup(options.to);
}

absl::Status Compact(const Options& options) {
  EngineOptions opening;
  opening.use_snapshot = !options.rebuild;
  VOUCH_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                         OpenBooks(options, opening));
  if (options.rebuild) VOUCH_RETURN_IF_ERROR(engine->WriteSnapshot());
  return engine->Compact();
}

absl::Status Erase(const Options& options) {
  VOUCH_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                         OpenBooks(options, EngineOptions()));
  VOUCH_ASSIGN_OR_RETURN(const std::string program_id,
                         ChosenProgram(options, *engine));
  return engine->Erase(program_id, options.customer);
}

}  // namespace

int RunVerify(const Options& options) {
  const absl::StatusOr<std::unique_ptr<Store>> store = OpenForReading(options);
  if (!store.ok()) return ExitCodeOf(store.status());
  const absl::StatusOr<VerifyReport> report = Verify(store->get());
  if (!report.ok()) return ExitCodeOf(report.status());
  if (!Answer(ReportText(*report))) return kExitFailed;
  return report->differences_count == 0 ? kExitDone : kExitRefused;
}

int RunBackup(const Options& options) {
  const absl::Status status = Backup(options);
  return status.ok() ? Done(absl::StrCat("OK: ", options.to, "\n"))
                     : ExitCodeOf(status);
}

int RunCompact(const Options& options) {
  const absl::Status status = Compact(options);
  return status.ok() ? Done("OK\n") : ExitCodeOf(status);
}

int RunErase(const Options& options) {
  const absl::Status status = Erase(options);
  return status.ok() ? Done(
                           "OK: the id is gone; backups and copies keep what "
                           "they hold\n")
                     : ExitCodeOf(status);
}

}  // namespace cli

VOUCH_NAMESPACE_END

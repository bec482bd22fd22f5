// Care of the file: a copy, its size, its soundness.
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "store/row_reader.h"
#include "store/sqlite_status.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

// Pages copied at once, 1 MiB: between two steps nobody is kept waiting.
constexpr int kBackupPages = 256;

// Copies all that `from` sees into `to`, whole or not at all.
absl::Status CopyPages(Connection* from, Connection* to) {
  sqlite3_backup* backup =
      sqlite3_backup_init(to->db(), "main", from->db(), "main");
  if (backup == nullptr) return to->Error(sqlite3_errcode(to->db()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup, kBackupPages);
  // Finish tells the error of the steps again.
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return SqliteStatus(nullptr, code, to->path());
  return to->Error(finished);
}

// A connection of its own sees one moment of the file for as long as the
// copying takes, whoever writes meanwhile.
absl::Status CopyFile(const std::string& path, const std::string& vfs,
                      Connection* to) {
  VOUCH_ASSIGN_OR_RETURN(std::unique_ptr<Connection> from,
                         Connection::Open(path, SQLITE_OPEN_READONLY, vfs));
  VOUCH_RETURN_IF_ERROR(from->Execute("PRAGMA query_only=ON"));
  return from->InTransaction(kBeginRead, [&]() -> absl::Status {
    // A transaction begins to see with its first reading.
    VOUCH_RETURN_IF_ERROR(
        from->QueryInt("SELECT count(*) FROM sqlite_schema").status());
    return CopyPages(from.get(), to);
  });
}

}  // namespace

absl::Status SqliteStore::Backup(const std::string& path) {
  sqlite3_vfs* vfs = FindVfs(options_.vfs);
  if (path.empty() || path == ":memory:" || path.rfind("file:", 0) == 0) {
    return InvalidField("path", "is not the name of a file");
  }
  if (vfs == nullptr) return InvalidField("vfs", "it is gone");
  if (FileExists(path, options_.vfs))
    return ExistsField(path, "is there already");
  absl::Status status;
  {
    VOUCH_ASSIGN_OR_RETURN(
        std::unique_ptr<Connection> to,
        Connection::Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                         options_.vfs));
    status = CopyFile(resolved_path_, options_.vfs, to.get());
  }
  // Half a copy is none.
  if (!status.ok()) vfs->xDelete(vfs, path.c_str(), 1);
  return status;
}

absl::Status SqliteStore::Compact() {
  VOUCH_RETURN_IF_ERROR(CheckWritable());
  absl::MutexLock lock(&mutex_);
  VOUCH_RETURN_IF_ERROR(connection_->Execute("VACUUM"));
  absl::Status emptied = connection_->CheckpointWhole();
  if (!absl::IsUnavailable(emptied)) return emptied;
  return absl::UnavailableError(absl::StrCat(
      path_,
      ": is compact, but its room is given back only when compact is called"
      " again while nobody reads: ",
      emptied.message()));
}

absl::Status SqliteStore::CheckMedium(std::vector<std::string>* problems) {
  absl::MutexLock lock(&mutex_);
  static constexpr char kIntegrity[] = "PRAGMA integrity_check";
  // The port gives credits with their decisions only.
  static constexpr char kStrayCredits[] =
      "SELECT 'credits ' || seq || '-' || place || ': of no decision'"
      " FROM credits WHERE seq NOT IN (SELECT seq FROM decisions)";
  VOUCH_RETURN_IF_ERROR(AddLines(kIntegrity, problems));
  return AddLines(kStrayCredits, problems);
}

// Adds what `sql` gives but "ok", a line a row.
absl::Status SqliteStore::AddLines(const char* sql,
                                   std::vector<std::string>* problems) {
  VOUCH_ASSIGN_OR_RETURN(Statement * check, connection_->Prepare(sql));
  ResetAtEnd reset(check);
  while (true) {
    const absl::StatusOr<bool> more = check->Step();
    if (absl::IsDataLoss(more.status())) {
      // So damaged that not even the check can go on.
      problems->push_back(std::string(more.status().message()));
      return absl::OkStatus();
    }
    VOUCH_RETURN_IF_ERROR(more.status());
    if (!*more) return absl::OkStatus();
    RowReader row(*check, "integrity_check", 0);
    const std::string_view line = row.Text();
    if (!row.status().ok()) {
      problems->push_back("integrity_check: says what is no text");
    } else if (line != "ok") {
      problems->push_back(std::string(line));
    }
  }
}

}  // namespace store

VOUCH_NAMESPACE_END

#include "store/connection.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "store/sqlite_status.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

constexpr char kCommit[] = "COMMIT";

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    const std::string& path, int flags, const std::string& vfs) {
  std::unique_ptr<Connection> connection(new Connection(path));
  const int code = sqlite3_open_v2(path.c_str(), &connection->db_,
                                   flags | SQLITE_OPEN_NOMUTEX,
                                   vfs.empty() ? nullptr : vfs.c_str());
  // SQLite gives a handle with most errors too; it is closed with the rest.
  sqlite3* const db = connection->db_;
  if (code != SQLITE_OK) return SqliteStatus(db, code, path);
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  VOUCH_RETURN_IF_ERROR(
      connection->Configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
  // A file may come from a stranger: its schema calls no functions, and runs
  // nothing of its own.
  VOUCH_RETURN_IF_ERROR(connection->Configure(SQLITE_DBCONFIG_DEFENSIVE, true));
  VOUCH_RETURN_IF_ERROR(
      connection->Configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false));
  VOUCH_RETURN_IF_ERROR(
      connection->Configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, false));
  return connection;
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close(db_);
}

absl::Status Connection::Execute(const char* sql) {
  return Error(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
}

absl::StatusOr<int64_t> Connection::QueryInt(const char* sql) {
  sqlite3_stmt* stmt = nullptr;
  VOUCH_RETURN_IF_ERROR(
      Error(sqlite3_prepare_v2(db_, sql, -1, &stmt, nullptr)));
  Statement statement(stmt, &path_);
  VOUCH_ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? sqlite3_column_int64(stmt, 0) : int64_t{0};
}

absl::StatusOr<std::string> Connection::QueryText(const char* sql) {
  sqlite3_stmt* stmt = nullptr;
  VOUCH_RETURN_IF_ERROR(
      Error(sqlite3_prepare_v2(db_, sql, -1, &stmt, nullptr)));
  Statement statement(stmt, &path_);
  VOUCH_ASSIGN_OR_RETURN(const bool row, statement.Step());
  const void* text = row ? sqlite3_column_blob(stmt, 0) : nullptr;
  if (text == nullptr) return std::string();
  return std::string(static_cast<const char*>(text),
                     static_cast<std::size_t>(sqlite3_column_bytes(stmt, 0)));
}

absl::StatusOr<Statement*> Connection::Prepare(const char* sql) {
  std::unique_ptr<Statement>& kept = statements_[sql];
  if (kept == nullptr) {
    sqlite3_stmt* stmt = nullptr;
    VOUCH_RETURN_IF_ERROR(Error(sqlite3_prepare_v3(
        db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, nullptr)));
    // Should memory run out here, an open statement would keep the file locked.
    std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> made(
        stmt, &sqlite3_finalize);
    kept = std::make_unique<Statement>(stmt, &path_);
    (void)made.release();
  }
  return kept.get();
}

absl::Status Connection::InTransaction(const char* begin,
                                       absl::FunctionRef<absl::Status()> body) {
  // Rolling back needs memory too: one that failed is made up for.
  RollBack();
  VOUCH_ASSIGN_OR_RETURN(Statement * first, Prepare(begin));
  VOUCH_ASSIGN_OR_RETURN(Statement * last, Prepare(kCommit));
  VOUCH_RETURN_IF_ERROR(first->Run());
  // Also where memory runs out in `body` and an exception passes.
  absl::Cleanup roll_back = [this] { RollBack(); };
  absl::Status status = body();
  if (status.ok()) status = last->Run();
  if (status.ok()) std::move(roll_back).Cancel();
  return status;
}

void Connection::RollBack() {
  // After some errors SQLite has rolled back by itself. Should this fail too,
  // the next transaction tries again, or it is gone with the connection.
  if (sqlite3_get_autocommit(db_) == 0) {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

absl::Status Connection::Configure(int what, bool on) {
  return Error(sqlite3_db_config(db_, what, on ? 1 : 0, nullptr));
}

absl::Status Connection::CheckpointWhole() {
  return Error(sqlite3_wal_checkpoint_v2(
      db_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr));
}

absl::Status Connection::Error(int code) const {
  if (code == SQLITE_OK) return absl::OkStatus();
  return SqliteStatus(db_, code, path_);
}

bool FileExists(const std::string& path, const std::string& vfs) {
  // What can be opened is there. SQLite's own question for existence says no
  // of an empty file, but yes of one that cannot be opened.
  if (Connection::Open(path, SQLITE_OPEN_READONLY, vfs).ok()) return true;
  sqlite3_vfs* const found = FindVfs(vfs);
  if (found == nullptr) return false;
  int exists = 0;
  return found->xAccess(found, path.c_str(), SQLITE_ACCESS_EXISTS, &exists) ==
             SQLITE_OK &&
         exists != 0;
}

}  // namespace store

VOUCH_NAMESPACE_END

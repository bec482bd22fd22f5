// One connection to a SQLite file, with the statements that it has prepared.
//
//   VOUCH_ASSIGN_OR_RETURN(auto connection, Connection::Open(path, flags, ""));
//   VOUCH_ASSIGN_OR_RETURN(Statement* insert, connection->Prepare(kInsert));
//   return connection->InTransaction(kBeginWrite, [&] { ... });
//
// Not synchronised: SQLite's own locks are off, whoever shares a connection
// locks. No setting reaches beyond the connection (sqlite3_config is never
// called).
#ifndef VOUCH_SRC_STORE_CONNECTION_H_
#define VOUCH_SRC_STORE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/statement.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

// How a transaction begins: to see one moment of the file, or to write.
inline constexpr char kBeginRead[] = "BEGIN";
inline constexpr char kBeginWrite[] = "BEGIN IMMEDIATE";

// How long SQLite waits for a lock that is about to be given back.
inline constexpr int kBusyTimeoutMs = 250;

class Connection {
 public:
  // `flags`: SQLITE_OPEN_READONLY, or READWRITE with or without CREATE. Such a
  // connection does not checkpoint when it closes; the one that writes turns
  // that on (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE).
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      const std::string& path, int flags, const std::string& vfs);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* db() const { return db_; }
  const std::string& path() const { return path_; }
  // As SQLite knows it: absolute, and behind every link.
  std::string ResolvedPath() const { return sqlite3_db_filename(db_, "main"); }

  // Runs statements that give nothing to read.
  absl::Status Execute(const char* sql);
  // The first column of the first row, an integer.
  absl::StatusOr<int64_t> QueryInt(const char* sql);
  // The first column of the first row, as text.
  absl::StatusOr<std::string> QueryText(const char* sql);

  // The statement of `sql`, prepared once and kept as long as the connection;
  // told from others by the address of `sql`, a constant.
  absl::StatusOr<Statement*> Prepare(const char* sql);

  // Runs `body` between `begin` and COMMIT; after an error everything is as
  // before. `body` leaves no statement open.
  absl::Status InTransaction(const char* begin,
                             absl::FunctionRef<absl::Status()> body);

  // Sets one of SQLITE_DBCONFIG_... that is a switch.
  absl::Status Configure(int what, bool on);

  // Moves all of the -wal into the file and empties it. UNAVAILABLE while
  // somebody reads what is in it.
  absl::Status CheckpointWhole();

  absl::Status Error(int code) const;

 private:
  explicit Connection(const std::string& path) : path_(path) {}
  void RollBack();

  sqlite3* db_ = nullptr;
  const std::string path_;
  std::map<const char*, std::unique_ptr<Statement>> statements_;
};

// The VFS of that name, null if there is none; empty: the default.
inline sqlite3_vfs* FindVfs(const std::string& name) {
  return sqlite3_vfs_find(name.empty() ? nullptr : name.c_str());
}

// Whether there is a file at `path`, an empty one too.
bool FileExists(const std::string& path, const std::string& vfs);

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_CONNECTION_H_

// Opening a file: whose it is, who may write, how SQLite is set.
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store/schema.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

// STRICT tables came with 3.37.
constexpr int kLeastSqlite = 3037000;

// A -wal that one large batch blew up is cut back to this when it is next
// begun anew.
constexpr int64_t kKeptWalBytes = int64_t{64} << 20;

absl::Status CheckPath(const std::string& path) {
  // SQLite gives these meanings of their own.
  if (path.empty() || path == ":memory:" || path.rfind("file:", 0) == 0 ||
      path.find('\0') != std::string::npos) {
    return InvalidField("path", "is not the name of a file");
  }
  return absl::OkStatus();
}

absl::Status CheckOptions(const SqliteOptions& options) {
  if (options.cache_bytes < int64_t{64} << 10) {
    return InvalidField("cache_bytes", "below 64 KiB");
  }
  if (options.one_moment && !options.read_only) {
    return InvalidField("one_moment", "is for reading only");
  }
  if (options.checkpoint_pages < 1) {
    return InvalidField("checkpoint_pages", "below 1");
  }
  if (sqlite3_libversion_number() < kLeastSqlite) {
    return PreconditionField("SQLite", "older than 3.37");
  }
  if (sqlite3_threadsafe() == 0) {
    return PreconditionField("SQLite", "was built for one thread");
  }
  if (FindVfs(options.vfs) == nullptr) {
    return InvalidField("vfs", "there is none of that name");
  }
  return absl::OkStatus();
}

absl::Status SetAlike(Connection* connection, const SqliteOptions& options) {
  const std::string pragmas =
      absl::StrCat("PRAGMA cell_size_check=ON;PRAGMA cache_size=-",
                   options.cache_bytes >> 10);
  return connection->Execute(pragmas.c_str());
}

absl::Status SetReader(Connection* connection) {
  return connection->Execute(
      "PRAGMA query_only=ON;PRAGMA wal_autocheckpoint=0");
}

// Also makes the file one of WAL.
absl::Status SetWriter(Connection* connection, const SqliteOptions& options) {
  VOUCH_ASSIGN_OR_RETURN(const std::string mode,
                         connection->QueryText("PRAGMA journal_mode=WAL"));
  if (mode != "wal") {
    return PreconditionField(connection->path(),
                             "its VFS keeps no write-ahead log");
  }
  const std::string pragmas = absl::StrCat(
      "PRAGMA synchronous=FULL;PRAGMA secure_delete=FAST;"
      "PRAGMA journal_size_limit=",
      kKeptWalBytes, ";PRAGMA wal_autocheckpoint=", options.checkpoint_pages);
  return connection->Execute(pragmas.c_str());
}

absl::StatusOr<std::unique_ptr<Connection>> Connect(
    const std::string& path, const SqliteOptions& options) {
  if (options.read_only && !FileExists(path, options.vfs)) {
    return NotFoundField(path, "there is no such file");
  }
  const int flags = options.read_only
                        ? SQLITE_OPEN_READONLY
                        : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  return Connection::Open(path, flags, options.vfs);
}

absl::Status OpenForReading(Connection* connection,
                            const SqliteOptions& options) {
  VOUCH_RETURN_IF_ERROR(SetReader(connection));
  // What is read next is the moment that the transaction sees to its end, which
  // is that of the connection.
  if (options.one_moment) VOUCH_RETURN_IF_ERROR(connection->Execute("BEGIN"));
  VOUCH_ASSIGN_OR_RETURN(const int64_t version, ReadSchemaVersion(connection));
  if (version == kSchemaVersion) return CheckSchema(connection);
  return PreconditionField(
      connection->path(),
      version == 0 ? std::string("holds no books yet")
                   : absl::StrCat("has schema version ", version,
                                  "; opened for writing once it becomes ",
                                  kSchemaVersion));
}

absl::Status OpenForWriting(Connection* connection,
                            const SqliteOptions& options) {
  VOUCH_RETURN_IF_ERROR(SetWriter(connection, options));
  VOUCH_RETURN_IF_ERROR(Migrate(connection));
  VOUCH_RETURN_IF_ERROR(CheckSchema(connection));
  return connection->Configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> SqliteStore::Open(
    const std::string& path, const SqliteOptions& options) {
  VOUCH_RETURN_IF_ERROR(CheckPath(path));
  VOUCH_RETURN_IF_ERROR(CheckOptions(options));
  VOUCH_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                         Connect(path, options));
  VOUCH_RETURN_IF_ERROR(SetAlike(connection.get(), options));
  std::optional<WriterLock> lock;
  if (options.read_only) {
    VOUCH_RETURN_IF_ERROR(OpenForReading(connection.get(), options));
  } else {
    if (sqlite3_db_readonly(connection->db(), "main") == 1) {
      return absl::PermissionDeniedError(path + ": may not be written");
    }
    // A stranger's file is seen before anything is made beside it.
    VOUCH_RETURN_IF_ERROR(ReadSchemaVersion(connection.get()).status());
    VOUCH_ASSIGN_OR_RETURN(WriterLock taken,
                           WriterLock::Take(*connection, options.vfs));
    lock = std::move(taken);
    VOUCH_RETURN_IF_ERROR(OpenForWriting(connection.get(), options));
  }
  return std::unique_ptr<Store>(
      new SqliteStore(std::move(connection), options, std::move(lock)));
}

absl::Status SqliteStore::Read(absl::FunctionRef<absl::Status()> body) {
  if (!options_.one_moment) return connection_->InTransaction(kBeginRead, body);
  // Some errors end a transaction, and a new one would see another moment.
  if (sqlite3_get_autocommit(connection_->db()) == 0) return body();
  return absl::UnavailableError(
      path_ + ": an error ended what this handle saw; open another");
}

absl::Status SqliteStore::CheckWritable() const {
  return options_.read_only
             ? PreconditionField(path_, "is open for reading only")
             : absl::OkStatus();
}

}  // namespace store

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const std::string& path, const SqliteOptions& options) {
  return store::SqliteStore::Open(path, options);
}

VOUCH_NAMESPACE_END

#include "store/writer_lock.h"

#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

// Who holds the lock holds it for long, so there is nothing to wait for, but
// two that come at the same moment must not both be refused.
constexpr int kTogetherMs = 20;

}  // namespace

absl::StatusOr<WriterLock> WriterLock::Take(const Connection& books,
                                            const std::string& vfs) {
  VOUCH_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(books.ResolvedPath() + "-writer",
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs));
  sqlite3_busy_timeout(connection->db(), kTogetherMs);
  const int code = sqlite3_exec(
      connection->db(), "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE",
      nullptr, nullptr, nullptr);
  if ((code & 0xff) == SQLITE_BUSY) {
    return PreconditionField(books.path(),
                             "another engine has it open for writing");
  }
  VOUCH_RETURN_IF_ERROR(connection->Error(code));
  return WriterLock(std::move(connection));
}

}  // namespace store

VOUCH_NAMESPACE_END

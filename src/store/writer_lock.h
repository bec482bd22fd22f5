// Keeps every other handle, of this process or another, from writing.
//
// The lock is SQLite's own, on a small second file beside the first: a
// transaction that is begun and never ends. So it works through every VFS that
// locks at all, the file stays empty, and the lock dies with the process.
#ifndef VOUCH_SRC_STORE_WRITER_LOCK_H_
#define VOUCH_SRC_STORE_WRITER_LOCK_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "store/connection.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

// Holds the lock as long as it lives.
class WriterLock {
 public:
  // The lock of the file that `books` has open, whatever links lead to it.
  // FAILED_PRECONDITION when another handle holds it.
  static absl::StatusOr<WriterLock> Take(const Connection& books,
                                         const std::string& vfs);

 private:
  explicit WriterLock(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  std::unique_ptr<Connection> connection_;
};

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_WRITER_LOCK_H_

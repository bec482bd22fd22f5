#include "store/statement.h"

#include <limits>

#include "store/sqlite_status.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

Statement& Statement::Text(std::string_view text) {
  // SQLite takes a null pointer for NULL, and an empty view may have one.
  const char* data = text.empty() ? "" : text.data();
  return Bound(sqlite3_bind_text64(stmt_, ++bound_, data, text.size(), nullptr,
                                   SQLITE_UTF8));
}

Statement& Statement::Blob(std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  return Bound(
      sqlite3_bind_blob64(stmt_, ++bound_, data, bytes.size(), nullptr));
}

Statement& Statement::Unsigned(uint64_t value) {
  if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    ++bound_;
    return Bound(SQLITE_RANGE);
  }
  return Int(static_cast<int64_t>(value));
}

absl::Status Statement::Run() {
  VOUCH_ASSIGN_OR_RETURN(const bool row, Step());
  Reset();
  if (row) return absl::InternalError(*path_ + ": rows where none belong");
  return absl::OkStatus();
}

absl::StatusOr<bool> Statement::Step() {
  if (bind_error_ != SQLITE_OK) {
    const int code = bind_error_;
    Reset();
    return Failure(code);
  }
  const int code = sqlite3_step(stmt_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  absl::Status failure = Failure(code);
  Reset();
  return failure;
}

void Statement::Reset() {
  // Its result is that of the last step, which was told.
  sqlite3_reset(stmt_);
  bound_ = 0;
  bind_error_ = SQLITE_OK;
}

absl::Status Statement::Failure(int code) const {
  if (code == SQLITE_RANGE) {
    return InvalidField(*path_, "a number does not fit 63 bits");
  }
  return SqliteStatus(sqlite3_db_handle(stmt_), code, *path_);
}

}  // namespace store

VOUCH_NAMESPACE_END

#include "store/sqlite_status.h"

#include "absl/strings/str_cat.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

struct Meaning {
  absl::StatusCode code;
  const char* reason;
};

Meaning MeaningOfPrimary(int primary) {
  switch (primary) {
    case SQLITE_FULL:
      return {absl::StatusCode::kResourceExhausted, "disk full"};
    case SQLITE_NOMEM:
      return {absl::StatusCode::kResourceExhausted, "out of memory"};
    case SQLITE_TOOBIG:
      return {absl::StatusCode::kResourceExhausted, "a row is too large"};
    case SQLITE_CORRUPT:
      return {absl::StatusCode::kDataLoss, "the file is damaged"};
    case SQLITE_NOTADB:
      return {absl::StatusCode::kDataLoss,
              "is no SQLite file, or its first page is damaged"};
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return {absl::StatusCode::kUnavailable, "reading or writing failed"};
    case SQLITE_CANTOPEN:
      return {absl::StatusCode::kUnavailable, "cannot be opened"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {absl::StatusCode::kUnavailable, "locked by somebody else"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {absl::StatusCode::kPermissionDenied, "may not be written"};
    case SQLITE_INTERRUPT:
      return {absl::StatusCode::kCancelled, "interrupted"};
    case SQLITE_CONSTRAINT:
      return {absl::StatusCode::kInternal,
              "a row contradicts what the file holds"};
    default:
      return {absl::StatusCode::kInternal, "SQLite refuses"};
  }
}

Meaning MeaningOf(int extended) {
  switch (extended) {
    case SQLITE_IOERR_NOMEM:
      return MeaningOfPrimary(SQLITE_NOMEM);
    case SQLITE_IOERR_CORRUPTFS:
      return MeaningOfPrimary(SQLITE_CORRUPT);
    default:
      return MeaningOfPrimary(extended & 0xff);
  }
}

}  // namespace

absl::Status SqliteStatus(sqlite3* db, int code, std::string_view path) {
  int extended = code;
  const char* said = sqlite3_errstr(code);
  // The connection knows more, unless its last error is another one.
  if (db != nullptr && (sqlite3_errcode(db) & 0xff) == (code & 0xff)) {
    extended = sqlite3_extended_errcode(db);
    said = sqlite3_errmsg(db);
  }
  const Meaning meaning = MeaningOf(extended);
  return absl::Status(
      meaning.code, absl::StrCat(ToAbsl(path), ": ", meaning.reason,
                                 " (SQLite: ", said, ", code ", extended, ")"));
}

}  // namespace store

VOUCH_NAMESPACE_END

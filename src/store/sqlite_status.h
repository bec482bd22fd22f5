// What SQLite said, as a status.
#ifndef VOUCH_SRC_STORE_SQLITE_STATUS_H_
#define VOUCH_SRC_STORE_SQLITE_STATUS_H_

#include <sqlite3.h>

#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

// The status of the result code `code` (extended or not), with the message
// "path: our reason (SQLite: its message, code N)". `db` gives SQLite's message
// and the extended code; it may be null.
absl::Status SqliteStatus(sqlite3* db, int code, std::string_view path);

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_SQLITE_STATUS_H_

#include "store/sqlite_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

VOUCH_NAMESPACE_BEGIN

namespace store {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Row {
  int code;
  absl::StatusCode expected;
};

class SqliteStatusTest : public testing::TestWithParam<Row> {};

TEST_P(SqliteStatusTest, EachCodeHasItsOwn) {
  const absl::Status status = SqliteStatus(nullptr, GetParam().code, "a.vouch");
  EXPECT_EQ(status.code(), GetParam().expected) << status;
  EXPECT_THAT(std::string(status.message()), StartsWith("a.vouch: "));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("code " + std::to_string(GetParam().code) + ")"));
}

INSTANTIATE_TEST_SUITE_P(
    Codes, SqliteStatusTest,
    testing::Values(
        Row{SQLITE_FULL, absl::StatusCode::kResourceExhausted},
        Row{SQLITE_NOMEM, absl::StatusCode::kResourceExhausted},
        Row{SQLITE_IOERR_NOMEM, absl::StatusCode::kResourceExhausted},
        Row{SQLITE_TOOBIG, absl::StatusCode::kResourceExhausted},
        Row{SQLITE_CORRUPT, absl::StatusCode::kDataLoss},
        Row{SQLITE_CORRUPT_INDEX, absl::StatusCode::kDataLoss},
        Row{SQLITE_IOERR_CORRUPTFS, absl::StatusCode::kDataLoss},
        Row{SQLITE_NOTADB, absl::StatusCode::kDataLoss},
        Row{SQLITE_IOERR, absl::StatusCode::kUnavailable},
        Row{SQLITE_IOERR_FSYNC, absl::StatusCode::kUnavailable},
        Row{SQLITE_CANTOPEN, absl::StatusCode::kUnavailable},
        Row{SQLITE_BUSY, absl::StatusCode::kUnavailable},
        Row{SQLITE_BUSY_SNAPSHOT, absl::StatusCode::kUnavailable},
        Row{SQLITE_LOCKED, absl::StatusCode::kUnavailable},
        Row{SQLITE_PROTOCOL, absl::StatusCode::kUnavailable},
        Row{SQLITE_READONLY, absl::StatusCode::kPermissionDenied},
        Row{SQLITE_READONLY_DBMOVED, absl::StatusCode::kPermissionDenied},
        Row{SQLITE_PERM, absl::StatusCode::kPermissionDenied},
        Row{SQLITE_INTERRUPT, absl::StatusCode::kCancelled},
        Row{SQLITE_CONSTRAINT_PRIMARYKEY, absl::StatusCode::kInternal},
        Row{SQLITE_ERROR, absl::StatusCode::kInternal},
        Row{SQLITE_MISUSE, absl::StatusCode::kInternal}));

TEST(SqliteStatusMessageTest, SaysWhatTheConnectionSaid) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  const int code =
      sqlite3_exec(db, "SELECT * FROM nowhere", nullptr, nullptr, nullptr);
  EXPECT_EQ(SqliteStatus(db, code, "a"),
            absl::InternalError("a: SQLite refuses (SQLite: no such table: "
                                "nowhere, code 1)"));
  // Of another error than its last it knows nothing.
  EXPECT_EQ(SqliteStatus(db, SQLITE_FULL, "a"),
            absl::ResourceExhaustedError(
                "a: disk full (SQLite: database or disk is full, code 13)"));
  sqlite3_close(db);
}

}  // namespace
}  // namespace store

VOUCH_NAMESPACE_END

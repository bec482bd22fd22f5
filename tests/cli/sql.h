// A file of books changed behind its engine's back.
#ifndef VOUCH_TESTS_CLI_SQL_H_
#define VOUCH_TESTS_CLI_SQL_H_

#include <sqlite3.h>

#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace cli_test {

// Runs statements of SQL on a file that no engine has open for writing.
inline void RunSql(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK) << path;
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message),
            SQLITE_OK)
      << sql << ": " << (message == nullptr ? "" : message);
  sqlite3_free(message);
  EXPECT_EQ(sqlite3_close(db), SQLITE_OK);
}

}  // namespace cli_test
}  // namespace vouch

#endif  // VOUCH_TESTS_CLI_SQL_H_

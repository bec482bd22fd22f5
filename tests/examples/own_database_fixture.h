// A PostgreSQL cluster for one test program, books of its own for each test,
// and what the tests look at past the store.
#ifndef VOUCH_TESTS_EXAMPLES_OWN_DATABASE_FIXTURE_H_
#define VOUCH_TESTS_EXAMPLES_OWN_DATABASE_FIXTURE_H_

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "postgres.h"
#include "postgres_store.h"
#include "shop.h"
#include "tests/support/answers.h"
#include "tests/support/books_text.h"
#include "tests/support/history.h"
#include "vouch/engine/engine.h"

namespace own_database {

// What a line of the shell prints, without the last line feed.
inline std::string Shell(const std::string& command, int* code) {
  std::string out;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char bytes[4096];
  while (const std::size_t n = std::fread(bytes, 1, sizeof(bytes), pipe)) {
    out.append(bytes, n);
  }
  const int status = pclose(pipe);
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

inline Connection MustConnect(const std::string& conninfo) {
  absl::StatusOr<Connection> connection = Connect(conninfo);
  EXPECT_TRUE(connection.ok()) << connection.status();
  return *std::move(connection);
}

class OwnDatabaseTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string script =
        VOUCH_SOURCE_DIR "/examples/own_database/cluster.sh ";
    folder_ = Shell(script + "start " + std::to_string(getpid()), &start_code_);
    if (start_code_ != 0) return;
    int code = -1;
    conninfo_ = Shell(script + "conninfo " + folder_, &code);
    ASSERT_EQ(code, 0);
  }
  static void TearDownTestSuite() {
    if (start_code_ != 0) return;
    int code = -1;
    Shell(VOUCH_SOURCE_DIR "/examples/own_database/cluster.sh stop " + folder_,
          &code);
    EXPECT_EQ(code, 0);
  }

  void SetUp() override {
    if (start_code_ == 77) GTEST_SKIP() << "PostgreSQL is not installed";
    ASSERT_EQ(start_code_, 0) << "the cluster did not start";
    connection_ = MustConnect(conninfo_);
    Drop();
  }

  void Drop() {
    Do("SET client_min_messages = warning;"
       "DROP SCHEMA IF EXISTS vouch CASCADE;"
       "DROP TABLE IF EXISTS public.invoices");
  }
  // New books without anything in them.
  void MakeBooks() {
    Drop();
    const absl::Status made = PostgresStore::CreateTables(connection_.get());
    ASSERT_TRUE(made.ok()) << made;
  }

  void Do(const std::string& sql) {
    const absl::Status done =
        Postgres(connection_.get()).RunScript(sql.c_str());
    ASSERT_TRUE(done.ok()) << done << ": " << sql;
  }
  // The first row's only column.
  int64_t Int(const std::string& sql) {
    absl::StatusOr<Rows> rows = Postgres(connection_.get()).Query(sql);
    EXPECT_TRUE(rows.ok()) << rows.status() << ": " << sql;
    if (!rows.ok() || rows->size() != 1) return -1;
    Row row = rows->at(0, "test", 0);
    const int64_t value = row.Int();
    EXPECT_TRUE(row.status().ok()) << row.status();
    return value;
  }

  absl::StatusOr<std::unique_ptr<vouch::Engine>> OpenEngine(
      PGconn* connection, BeforeCommit before_commit = nullptr) {
    auto store = PostgresStore::Open(connection, std::move(before_commit));
    if (!store.ok()) return store.status();
    return vouch::Engine::OnStore(*std::move(store));
  }
  std::unique_ptr<vouch::Engine> MustOpenEngine(
      BeforeCommit before_commit = nullptr) {
    auto engine = OpenEngine(connection_.get(), std::move(before_commit));
    EXPECT_TRUE(engine.ok()) << engine.status();
    return engine.ok() ? *std::move(engine) : nullptr;
  }

  static std::string& folder() { return folder_; }
  static std::string& conninfo() { return conninfo_; }

  Connection connection_;

 private:
  static inline std::string folder_;
  static inline std::string conninfo_;
  static inline int start_code_ = -1;
};

// The events [begin, end) in batches of `size`.
inline void ApplyInBatches(vouch::Engine* engine,
                           const std::vector<vouch::Event>& events,
                           std::size_t begin, std::size_t end,
                           std::size_t size) {
  std::vector<vouch::Outcome> outcomes;
  for (std::size_t at = begin; at < end; at += size) {
    const std::size_t count = std::min(size, end - at);
    const absl::Status status =
        engine->Apply({events.data() + at, count}, &outcomes);
    ASSERT_TRUE(status.ok()) << status;
  }
}

// All that an engine holds and gives.
inline std::string WholeText(const vouch::Engine& engine) {
  return vouch::testing_support::BooksText(engine) + *engine.StateBytes();
}

inline void ExpectVerified(const vouch::Engine& engine) {
  const auto report = engine.Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->differences_count, 0)
      << (report->differences.empty() ? "" : report->differences.front());
}

}  // namespace own_database

#endif  // VOUCH_TESTS_EXAMPLES_OWN_DATABASE_FIXTURE_H_

// An engine on a SQLite store, and all that such a store holds as bytes.
//
//   OnFile shop = OpenOnFile("books", options, engine_options);
//   if (shop.status.ok()) ... shop.engine->Apply(...)
//   KeptBooks kept = ReadBooks(shop);
#ifndef VOUCH_TESTS_STORAGE_KEPT_BOOKS_H_
#define VOUCH_TESTS_STORAGE_KEPT_BOOKS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"
#include "tests/support/auditor.h"
#include "tests/support/books_text.h"
#include "vouch/engine/engine.h"
#include "vouch/engine/verify.h"
#include "vouch/store/sqlite.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

// The name of the books on a TestDisk.
inline constexpr char kBooks[] = "books";

inline SqliteOptions On(
    const TestDisk& disk,
    int32_t checkpoint_pages = SqliteOptions().checkpoint_pages) {
  SqliteOptions options;
  options.vfs = disk.vfs();
  options.checkpoint_pages = checkpoint_pages;
  return options;
}

// 0: none.
inline EngineOptions SnapshotsEach(int64_t events) {
  EngineOptions options;
  options.snapshot_events = events;
  return options;
}

struct OnFile {
  absl::Status status;
  std::unique_ptr<Engine> engine;
  Store* store = nullptr;  // the engine's

  explicit operator bool() const { return engine != nullptr; }
};

inline OnFile OpenOnFile(const std::string& path, const SqliteOptions& options,
                         const EngineOptions& engine_options) {
  OnFile on;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(path, options);
  on.status = store.status();
  if (!store.ok()) return on;
  on.store = store->get();
  absl::StatusOr<std::unique_ptr<Engine>> engine =
      Engine::OnStore(*std::move(store), engine_options);
  on.status = engine.status();
  if (engine.ok()) {
    on.engine = *std::move(engine);
  } else {
    on.store = nullptr;
  }
  return on;
}

// Everything that can be asked, byte for byte.
struct KeptBooks {
  std::string books;  // feed, decisions, balances, counters
  std::string state;
  std::string log;  // each row, its hashes too

  bool operator==(const KeptBooks& other) const {
    return books == other.books && state == other.state && log == other.log;
  }
};

inline std::string LogText(Store* store) {
  std::string text;
  Seq after;
  while (true) {
    LogPage page;
    const absl::Status status = store->ReadLog(after, 1000, &page);
    if (!status.ok()) return status.ToString();
    if (page.rows().empty()) return text;
    for (const LogRow& row : page.rows()) {
      absl::StrAppend(&text, row.seq.value(), "|", row.program.value(), "|",
                      ToAbsl(row.event_id), "|", row.time.us, "|",
                      ToAbsl(row.kind), "|");
      text.append(row.content.begin(), row.content.end());
      text.append(row.chain.begin(), row.chain.end());
      text.append(row.record);
    }
    after = page.rows().back().seq;
  }
}

inline KeptBooks ReadBooks(const OnFile& on) {
  return {testing_support::BooksText(*on.engine),
          std::move(on.engine->StateBytes()).value(), LogText(on.store)};
}

// Names what differs; long texts are not printed.
inline testing::AssertionResult SameBooks(const KeptBooks& a,
                                          const KeptBooks& b) {
  if (a == b) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "other" << (a.books != b.books ? " books" : "")
         << (a.state != b.state ? " state" : "")
         << (a.log != b.log ? " log" : "");
}

// The first difference that verify finds, its error, or nothing.
inline std::string FirstFoundByVerify(const Engine& engine) {
  const absl::StatusOr<VerifyReport> report = engine.Verify();
  if (!report.ok()) return report.status().ToString();
  if (report->differences_count == 0) return {};
  return report->differences.empty() ? "one without a name"
                                     : report->differences[0];
}

// Sends the script in one batch to books that hold its beginning, up to `kept`:
// each event is then there once, under the number of the first sending. An
// event of that beginning which was refused is not sent again: its answer was
// given, and by now it might be right.
inline void ExpectResend(const OnFile& on, const Script& script, Seq kept) {
  const std::vector<Outcome>& first = script.outcomes;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool applied = first[i].kind == OutcomeKind::kApplied;
    if (applied && first[i].seq <= kept) begin = i + 1;
  }
  std::vector<Event> again;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (i < begin && first[i].kind == OutcomeKind::kRefused) continue;
    again.push_back(script.events[i]);
    Outcome outcome = first[i];
    if (i < begin && outcome.kind == OutcomeKind::kApplied) {
      outcome.kind = OutcomeKind::kDuplicate;
    }
    expected.push_back(OutcomeText(outcome));
  }
  std::vector<Outcome> outcomes;
  const absl::Status status = on.engine->Apply(again, &outcomes);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_EQ(outcomes.size(), expected.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_EQ(OutcomeText(outcomes[i]), expected[i]) << again[i].event_id;
  }
}

}  // namespace storage_test

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_STORAGE_KEPT_BOOKS_H_

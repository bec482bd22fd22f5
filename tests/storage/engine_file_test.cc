// An engine on a file is an engine in memory that lasts: closed and opened
// again at any place of a history, with and without a snapshot, it gives the
// same bytes; and what somebody changes in the file is found.
//
// 300 histories in the daily run, 5,000 with VOUCH_FULL=1.
#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"
#include "tests/support/history.h"
#include "vouch/base/config.h"
#include "vouch/engine/verify.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_support::BooksText;
using testing_support::MakeHistory;

uint64_t Histories() { return Full() ? 5000 : 300; }

OnFile Open(const TestDisk& disk, EngineOptions options = {}) {
  SqliteOptions store_options = On(disk);
  store_options.read_only = options.read_only;
  OnFile on = OpenOnFile(kBooks, store_options, options);
  EXPECT_TRUE(on) << on.status;
  return on;
}

// With any settings that must not matter.
OnFile OpenAnyhow(const TestDisk& disk, Random* random) {
  EngineOptions options;
  options.use_snapshot = !random->OneIn(3);
  options.snapshot_events = random->Of<int64_t>({0, 1, 5, 20, 100'000});
  return Open(disk, options);
}

// Adds each event's outcome to `*outcomes`.
void ApplyBy(Engine* engine, absl::Span<const Event> events, std::size_t size,
             std::string* outcomes) {
  while (!events.empty()) {
    const absl::Span<const Event> batch =
        events.subspan(0, std::min(size, events.size()));
    events.remove_prefix(batch.size());
    std::vector<Outcome> of_batch;
    const absl::Status status = engine->Apply(batch, &of_batch);
    ASSERT_TRUE(status.ok()) << status;
    for (const Outcome& outcome : of_batch) {
      absl::StrAppend(outcomes, OutcomeText(outcome), "\n");
    }
  }
}

// What an engine in memory gives for it.
struct InMemoryRun {
  explicit InMemoryRun(absl::Span<const Event> events)
      : engine(Engine::InMemory()) {
    ApplyBy(engine.get(), events, events.size(), &outcomes);
    books = BooksText(*engine);
    state = engine->StateBytes().value();
  }
  std::unique_ptr<Engine> engine;
  std::string outcomes;
  std::string books;
  std::string state;
};

void ExpectSame(const Engine& engine, const InMemoryRun& memory) {
  EXPECT_EQ(BooksText(engine), memory.books);
  EXPECT_TRUE(engine.StateBytes().value() == memory.state);
}

// The events of a history that were applied when it was first sent.
std::vector<Event> AppliedOf(const std::vector<Event>& events) {
  const std::unique_ptr<Engine> engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  EXPECT_TRUE(engine->Apply(events, &outcomes).ok());
  std::vector<Event> applied;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (outcomes[i].kind == OutcomeKind::kApplied) applied.push_back(events[i]);
  }
  return applied;
}

void ExpectDuplicates(Engine* engine, const std::vector<Event>& applied) {
  std::vector<Outcome> outcomes;
  ASSERT_TRUE(engine->Apply(applied, &outcomes).ok());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].kind, OutcomeKind::kDuplicate);
    EXPECT_EQ(outcomes[i].seq.value(), i + 1);
  }
}

class EngineFileTest : public testing::TestWithParam<std::size_t> {};

TEST_P(EngineFileTest, ClosedAndOpenedAnywhereGivesTheSameBytes) {
  TestDisk disk;
  for (uint64_t seed = 1; seed <= Histories(); ++seed) {
    const testing_support::History history = MakeHistory(seed);
    const auto events = absl::MakeConstSpan(history.events);
    const InMemoryRun memory(events);
    Random random(seed * 3 + GetParam());
    const auto cut = static_cast<std::size_t>(
        random.Below(static_cast<int64_t>(events.size()) + 1));
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", cut ", cut));
    disk.Load({});
    std::string outcomes;
    {
      const OnFile on = OpenAnyhow(disk, &random);
      ApplyBy(on.engine.get(), events.first(cut), GetParam(), &outcomes);
      const bool snapshot = random.OneIn(2);
      ASSERT_TRUE(!snapshot || on.engine->WriteSnapshot().ok());
    }
    {
      const OnFile on = OpenAnyhow(disk, &random);
      ApplyBy(on.engine.get(), events.subspan(cut), GetParam(), &outcomes);
      ASSERT_EQ(outcomes, memory.outcomes);
      ExpectSame(*on.engine, memory);
    }
    const OnFile on = OpenAnyhow(disk, &random);
    ExpectSame(*on.engine, memory);
    EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
    ExpectDuplicates(on.engine.get(), AppliedOf(history.events));
    ExpectSame(*on.engine, memory);
    ASSERT_FALSE(HasFailure());
  }
}

INSTANTIATE_TEST_SUITE_P(Batches, EngineFileTest,
                         testing::Values(std::size_t{1}, std::size_t{7},
                                         std::size_t{1000}));

// The number that stands for `name` in the program p0, 0 for none; and the
// greatest there is.
std::pair<uint64_t, uint64_t> NumberOf(Store* store, std::string_view name) {
  std::pair<uint64_t, uint64_t> found{0, 0};
  StoreHead head;
  EXPECT_TRUE(store->ReadHead(&head).ok());
  ProgramIndex p0;
  for (const auto& [program, program_id] : head.programs) {
    if (program_id == "p0") p0 = program;
  }
  const absl::Status status = store->ReadNames(
      [&](const NameRow& row) {
        if (row.program != p0) return absl::OkStatus();
        if (row.name == name) found.first = row.number;
        found.second = std::max(found.second, row.number);
        return absl::OkStatus();
      },
      [](const NameRow&) { return absl::OkStatus(); });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

TEST(EraseTest, OldEventsStayDuplicatesAndANewOneIsOfAnotherCustomer) {
  TestDisk disk;
  int erased = 0;
  for (uint64_t seed = 1; seed <= Histories(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    const testing_support::History history = MakeHistory(seed);
    InMemoryRun memory(history.events);
    disk.Load({});
    std::string outcomes;
    uint64_t old_number = 0;
    {
      const OnFile on = Open(disk);
      ApplyBy(on.engine.get(), history.events, 20, &outcomes);
      old_number = NumberOf(on.store, "c1").first;
      const absl::Status status = on.engine->Erase("p0", "c1");
      ASSERT_EQ(status.code(), memory.engine->Erase("p0", "c1").code());
      if (!status.ok()) {
        EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
        EXPECT_EQ(old_number, 0u);
        continue;
      }
    }
    ++erased;
    Random random(seed);
    const OnFile on = OpenAnyhow(disk, &random);
    EXPECT_EQ(NumberOf(on.store, "c1").first, 0u);
    const std::vector<Event> applied = AppliedOf(history.events);
    ExpectDuplicates(on.engine.get(), applied);
    ExpectDuplicates(memory.engine.get(), applied);
    const uint64_t greatest = NumberOf(on.store, "c1").second;
    const Event event{"p0", "after-erasing", applied.back().time,
                      testing_support::EventBox::Signup("c1")};
    const auto one = absl::MakeConstSpan(&event, 1);
    std::string of_file;
    std::string of_memory;
    ApplyBy(on.engine.get(), one, 1, &of_file);
    ApplyBy(memory.engine.get(), one, 1, &of_memory);
    EXPECT_EQ(of_file, of_memory);
    EXPECT_EQ(of_file.substr(0, 2), "0|") << of_file;
    EXPECT_GT(NumberOf(on.store, "c1").first, std::max(greatest, old_number));
    // Also now that somebody else has the name.
    ExpectDuplicates(on.engine.get(), applied);
    ExpectDuplicates(memory.engine.get(), applied);
    EXPECT_EQ(BooksText(*on.engine), BooksText(*memory.engine));
    EXPECT_TRUE(on.engine->StateBytes().value() ==
                memory.engine->StateBytes().value());
    EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(erased, static_cast<int>(Histories() / 4));
}

TEST(SnapshotTest, OfNothingIsNone) {
  TestDisk disk;
  ASSERT_TRUE(Open(disk).engine->WriteSnapshot().ok());
  const OnFile on = Open(disk);
  ASSERT_TRUE(on);
  EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
}

// ---------------------------------------------------------------------------
// What is changed by hand

int RunSql(const TestDisk& disk, const std::string& sql) {
  sqlite3* db = nullptr;
  sqlite3_open_v2(kBooks, &db, SQLITE_OPEN_READWRITE, disk.vfs().c_str());
  const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  const int changed = code == SQLITE_OK ? sqlite3_changes(db) : -1;
  sqlite3_close(db);
  return changed;
}

struct Change {
  const char* sql;
  const char* found;  // stands in the first difference
};

class ChangeTest : public testing::TestWithParam<Change> {};

TEST_P(ChangeTest, IsFoundAndNamed) {
  TestDisk disk;
  const auto script = MakeScript(5, 300);
  {
    const OnFile on = Open(disk);
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(on.engine->Apply(script->events, &outcomes).ok());
    ASSERT_TRUE(on.engine->WriteSnapshot().ok());
    ASSERT_EQ(FirstFoundByVerify(*on.engine), "");
  }
  ASSERT_GT(RunSql(disk, GetParam().sql), 0) << "nothing was changed";
  absl::StatusOr<std::unique_ptr<Store>> store =
      OpenSqliteStore(kBooks, On(disk));
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::StatusOr<VerifyReport> report = Verify(store->get());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->differences, Contains(HasSubstr(GetParam().found)));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, ChangeTest,
    testing::ValuesIn(std::vector<Change>{
        {"UPDATE entries SET amount_minor = amount_minor + 1 WHERE"
         " (seq, place) = (SELECT seq, place FROM entries LIMIT 1)",
         "amount_minor is"},
        {"UPDATE entries SET reason = 'x' WHERE (seq, place) = (SELECT"
         " seq, place FROM entries LIMIT 1)",
         "reason is 'x', by the log ''"},
        {"DELETE FROM entries WHERE (seq, place) = (SELECT seq, place"
         " FROM entries ORDER BY seq DESC, place DESC LIMIT 1)",
         "missing, and the log gives it"},
        {"UPDATE balances SET payable_minor = payable_minor + 1 WHERE"
         " (program, partner) = (SELECT program, partner FROM balances"
         " LIMIT 1)",
         "payable_minor is"},
        {"DELETE FROM balances WHERE program = (SELECT min(program)"
         " FROM balances)",
         "balances: a row is missing"},
        {"UPDATE expenses SET expense_minor = expense_minor - 7 WHERE"
         " program = (SELECT min(program) FROM expenses)",
         "expense_minor is"},
        {"DELETE FROM accruals WHERE (seq, place) = (SELECT seq, place"
         " FROM accruals LIMIT 1)",
         "accruals "},
        {"UPDATE accruals SET weight_ppb = 5 WHERE (seq, place) ="
         " (SELECT seq, place FROM accruals LIMIT 1)",
         "weight_ppb is 5, by the log "},
        {"UPDATE payouts SET amount_minor = amount_minor + 1 WHERE"
         " (seq, place) = (SELECT seq, place FROM payouts LIMIT 1)",
         "payouts "},
        {"UPDATE decisions SET touch_count = touch_count + 1 WHERE seq"
         " = (SELECT min(seq) FROM decisions)",
         "touch_count is"},
        {"UPDATE decisions SET vendor_weight_ppb = 5",
         "vendor_weight_ppb is 5"},
        {"UPDATE decisions SET binds = 1 - binds", "binds is"},
        {"UPDATE decisions SET bound_until_us = 5", "bound_until_us is 5"},
        {"UPDATE credits SET lead = 5", "credits.lead is 5, by the log 0"},
        {"UPDATE partners SET partner_id = 'mallory' WHERE (program,"
         " partner) = (1, 1)",
         "partner_id is 'mallory'"},
        {"UPDATE customers SET customer_id = 'mallory' WHERE customer ="
         " 1",
         "customers"},
        {"UPDATE visitors SET visitor_id = 'mallory' WHERE visitor = 1",
         "visitors"},
        {"DELETE FROM customers WHERE customer = 1", "customers"},
        {"DELETE FROM customers WHERE rowid = (SELECT max(rowid) FROM"
         " customers)",
         "customers: a row of program"},
        {"DELETE FROM visitors WHERE visitor = 1", "visitors"},
        {"DELETE FROM revisions", "revisions"},
        {"INSERT INTO credits SELECT 999999, place, partner, role,"
         " weight_ppb, channel, code, lead, campaign, sub_ids,"
         " touch_seq, touch_at_us FROM credits LIMIT 1",
         "credits 999999-1: of no decision"},
        {"UPDATE programs SET program_id = 'mallory' WHERE program = 1",
         "programs"},
        {"UPDATE log SET record = zeroblob(length(record)) WHERE seq = 3",
         "log 3"},
        {"UPDATE log SET time_us = time_us + 1 WHERE seq = 4", "log 4"},
        {"UPDATE log SET content = zeroblob(16) WHERE seq = 5", "log 5"},
        {"UPDATE log SET event_id = 'mallory' WHERE seq = 6", "log 6"},
        {"DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)", "log"},
        {"UPDATE snapshot SET bytes = zeroblob(length(bytes)), hash ="
         " hash",
         "snapshot"},
        {"UPDATE snapshot_head SET seq = seq - 1", "snapshot"},
    }));

// ---------------------------------------------------------------------------
// Who may write, and under which rules

TEST(ReadOnlyTest, AnswersAndWritesNothing) {
  TestDisk disk;
  const auto script = MakeScript(6, 60);
  std::vector<Outcome> outcomes;
  std::string books;
  {
    const OnFile on = Open(disk);
    ASSERT_TRUE(on.engine->Apply(script->events, &outcomes).ok());
    books = BooksText(*on.engine);
  }
  EngineOptions reading;
  reading.read_only = true;
  const OnFile on = Open(disk, reading);
  EXPECT_EQ(BooksText(*on.engine), books);
  EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
  constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
  EXPECT_EQ(on.engine->Apply(script->events, &outcomes).code(), kRefused);
  EXPECT_THAT(outcomes, IsEmpty());
  EXPECT_EQ(on.engine->Erase("h1-p0", "c1").code(), kRefused);
  EXPECT_EQ(on.engine->WriteSnapshot().code(), kRefused);
  EXPECT_EQ(on.engine->Compact().code(), kRefused);
  // It still answers.
  EXPECT_EQ(BooksText(*on.engine), books);
}

class RevisionTest : public testing::Test {
 protected:
  RevisionTest() {
    const OnFile on = Open(disk_);
    std::vector<Outcome> outcomes;
    EXPECT_TRUE(
        on.engine
            ->Apply(absl::MakeConstSpan(script_->events).first(40), &outcomes)
            .ok());
  }

  // As if the log had been written under these from the first event on.
  void WrittenUnder(int32_t revision, std::string_view time_zones) {
    absl::StatusOr<std::unique_ptr<Store>> store =
        OpenSqliteStore(kBooks, On(disk_));
    ASSERT_TRUE(store.ok()) << store.status();
    const absl::Status status =
        (*store)->WriteRevision({Seq(1), revision, time_zones});
    ASSERT_TRUE(status.ok()) << status;
  }

  TestDisk disk_;
  std::unique_ptr<Script> script_ = MakeScript(6, 60);
};

TEST_F(RevisionTest, OtherTimeZoneDataIsNoted) {
  WrittenUnder(kSemanticsRevision, "1999z");
  const OnFile on = Open(disk_);
  absl::StatusOr<VerifyReport> report = on.engine->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->differences_count, 0);
  ASSERT_EQ(report->notes.size(), 1u);
  EXPECT_THAT(report->notes[0],
              HasSubstr("from event 1 on the log was written with time-zone "
                        "data 1999z"));
  // The next batch is written under what is here now.
  const Seq before = on.engine->GetCounters().last_seq;
  std::vector<Outcome> outcomes;
  ASSERT_TRUE(
      on.engine
          ->Apply(absl::MakeConstSpan(script_->events).subspan(40), &outcomes)
          .ok());
  std::vector<uint64_t> from;
  ASSERT_TRUE(on.store
                  ->ReadRevisions([&](const RevisionRow& row) {
                    from.push_back(row.from.value());
                  })
                  .ok());
  EXPECT_EQ(from, (std::vector<uint64_t>{1, before.value() + 1}));
  report = on.engine->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->notes.size(), 1u);
}

TEST_F(RevisionTest, OtherSemanticsAreRefused) {
  WrittenUnder(kSemanticsRevision + 1, "2024a");
  const OnFile on = OpenOnFile(kBooks, On(disk_), {});
  EXPECT_EQ(on.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(on.status.message()),
              HasSubstr("under revision 2 of the semantics"));
  absl::StatusOr<std::unique_ptr<Store>> store =
      OpenSqliteStore(kBooks, On(disk_));
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(Verify(store->get()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

// Two processes on one file: one works, the other is told so. Who reads while
// somebody writes sees whole batches.
#include <sqlite3.h>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/child.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

using ::testing::HasSubstr;

constexpr uint64_t kSharingSeed = 3;
constexpr std::size_t kSharingEvents = 800;

class SharingTest : public testing::Test {
 protected:
  store_test::TempFolder folder_;
  std::string path_ = folder_.File("books");
};

TEST_F(SharingTest, AnotherProcessHasIt) {
  Child child(path_, kSharingSeed, 40, 0);
  ASSERT_EQ(child.Hear(), 'R');
  for (int i = 0; i < 3; ++i) {
    const auto second = Engine::Open(path_);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(second.status().message()), HasSubstr(path_));
    EXPECT_THAT(std::string(second.status().message()),
                HasSubstr("another engine has it open for writing"));
    // The first goes on.
    child.Go();
    ASSERT_EQ(child.Hear(), 'A');
  }
  child.Kill();
  const auto now = Engine::Open(path_);
  EXPECT_TRUE(now.ok()) << now.status();
}

TEST_F(SharingTest, ThisProcessHasIt) {
  const auto engine = Engine::Open(path_);
  ASSERT_TRUE(engine.ok()) << engine.status();
  Child child(path_, kSharingSeed, 40, 0);
  const std::string said = child.HearAll();
  EXPECT_THAT(said, HasSubstr("EFAILED_PRECONDITION"));
  EXPECT_THAT(said, HasSubstr("another engine has it open for writing"));
  EXPECT_EQ(child.Wait(), 2);
  const auto script = MakeScript(kSharingSeed, 40);
  std::vector<Outcome> outcomes;
  EXPECT_TRUE((*engine)->Apply(script->events, &outcomes).ok());
}

// Anybody's look into the file, in one transaction.
class Looker {
 public:
  explicit Looker(const std::string& path) {
    sqlite3_open_v2(absl::StrCat("file:", path, "?mode=ro").c_str(), &db_,
                    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
    sqlite3_busy_timeout(db_, 1000);
    Ask("BEGIN");
  }
  ~Looker() { sqlite3_close(db_); }
  Looker(const Looker&) = delete;
  Looker& operator=(const Looker&) = delete;

  // The one number that `sql` gives; the least there is where it gives none.
  int64_t Ask(const std::string& sql) {
    int64_t number = std::numeric_limits<int64_t>::min();
    sqlite3_stmt* stmt = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &stmt, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(db_);
    const int code = sqlite3_step(stmt);
    EXPECT_TRUE(code == SQLITE_ROW || code == SQLITE_DONE)
        << sqlite3_errmsg(db_);
    if (code == SQLITE_ROW) number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
  }

 private:
  sqlite3* db_ = nullptr;
};

// How many rows each table has after each batch, by the batch's last seq.
struct Moments {
  std::set<int64_t> seqs;
  std::map<int64_t, int64_t> entries;
};

Moments MomentsOf(const Script& script) {
  const std::unique_ptr<Engine> engine = Engine::InMemory();
  Moments moments;
  moments.seqs.insert(0);
  moments.entries[0] = 0;
  std::vector<Outcome> outcomes;
  for (const auto& batch : WriterBatches(script)) {
    EXPECT_TRUE(engine->Apply(batch, &outcomes).ok());
    const auto seq =
        static_cast<int64_t>(engine->GetCounters().last_seq.value());
    moments.seqs.insert(seq);
    int64_t entries = 0;
    for (const Output& row : testing_support::OutputsOf(*engine)) {
      if (row.entry != nullptr) ++entries;
    }
    moments.entries[seq] = entries;
  }
  return moments;
}

// The sums are taken from whole units, so that they stay within 64 bits.
void ExpectWholeBatches(const std::string& path, const Moments& moments) {
  Looker look(path);
  const int64_t seq = look.Ask("SELECT ifnull(max(seq), 0) FROM log");
  ASSERT_EQ(moments.seqs.count(seq), 1u) << "a part of a batch, up to " << seq;
  EXPECT_EQ(look.Ask("SELECT count(*) FROM entries"), moments.entries.at(seq));
  EXPECT_EQ(
      look.Ask(
          "SELECT count(*) FROM (SELECT program, currency,"
          " sum(m / 1000) AS s, sum(m % 1000) AS r FROM ("
          " SELECT program, currency, expense_minor AS m FROM expenses"
          " UNION ALL SELECT program, currency, pending_minor FROM balances"
          " UNION ALL SELECT program, currency, payable_minor FROM balances"
          " UNION ALL SELECT program, currency, in_transit_minor"
          " FROM balances"
          " UNION ALL SELECT program, currency, paid_minor FROM balances)"
          " GROUP BY program, currency) WHERE s * 1000 + r <> 0"),
      0)
      << "the ledger does not sum to zero after " << seq;
  // The balances are those of these entries and of no others.
  EXPECT_EQ(
      look.Ask("SELECT count(*) FROM balances AS b WHERE pending_minor <>"
               " (SELECT ifnull(sum(CASE 'PENDING' WHEN to_account THEN"
               " amount_minor WHEN from_account THEN -amount_minor ELSE 0 END),"
               " 0) FROM entries AS e WHERE e.program = b.program AND"
               " e.partner = b.partner AND e.currency = b.currency)"),
      0)
      << "the balances are not those of the entries after " << seq;
}

TEST_F(SharingTest, WhoReadsSeesWholeBatches) {
  const auto script = MakeScript(kSharingSeed, kSharingEvents);
  const Moments moments = MomentsOf(*script);
  const std::size_t batches = WriterBatches(*script).size();
  Child child(path_, kSharingSeed, kSharingEvents, 0);
  ASSERT_EQ(child.Hear(), 'R');
  // It is always some batches ahead, and works while the others read.
  constexpr std::size_t kAhead = 3;
  for (std::size_t i = 0; i < kAhead; ++i) child.Go();
  std::set<uint64_t> seen;
  for (std::size_t i = 0; i < batches; ++i) {
    ASSERT_NO_FATAL_FAILURE(ExpectWholeBatches(path_, moments));
    EngineOptions reading;
    reading.read_only = true;
    const auto engine = Engine::Open(path_, reading);
    ASSERT_TRUE(engine.ok()) << engine.status();
    const Seq seq = (*engine)->GetCounters().last_seq;
    ASSERT_EQ(moments.seqs.count(static_cast<int64_t>(seq.value())), 1u);
    testing_support::Auditor auditor;
    ASSERT_EQ(auditor.Audit(**engine), "");
    seen.insert(seq.value());
    ASSERT_EQ(child.Hear(), 'A');
    if (i + kAhead < batches) child.Go();
  }
  EXPECT_EQ(child.Wait(), 0);
  RecordProperty("looks", static_cast<int>(batches));
  RecordProperty("moments", static_cast<int>(seen.size()));
  // Each look is at most three batches behind the last.
  EXPECT_GE(seen.size(), batches / 5);
  ASSERT_NO_FATAL_FAILURE(ExpectWholeBatches(path_, moments));
}

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

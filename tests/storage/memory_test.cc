// Memory runs out at every allocation that Apply makes: the one who called is
// told, the engine answers with nothing else, and the file is whole.
//
// Two programs' worth of allocations are counted: operator new, replaced below,
// and what SQLite takes, through SQLITE_CONFIG_MALLOC, set before its first
// use. Only those of the thread that is inside Apply.
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"

namespace {

// Which allocation of those that are counted is refused.
struct Refusal {
  int64_t nth = 0;       // 0: none
  bool forever = false;  // all after it too
  int64_t counted = 0;
  bool refused = false;

  bool Now() {
    if (nth == 0) return false;
    ++counted;
    const bool now = forever ? counted >= nth : counted == nth;
    refused = refused || now;
    return now;
  }
};

thread_local Refusal of_new;
thread_local Refusal of_sqlite;

sqlite3_mem_methods sqlite_methods;

void* SqliteMalloc(int size) {
  return of_sqlite.Now() ? nullptr : sqlite_methods.xMalloc(size);
}
void* SqliteRealloc(void* old, int size) {
  return of_sqlite.Now() ? nullptr : sqlite_methods.xRealloc(old, size);
}

}  // namespace

void* operator new(std::size_t size) {
  if (of_new.Now()) throw std::bad_alloc();
  void* const got = std::malloc(size == 0 ? 1 : size);
  if (got == nullptr) throw std::bad_alloc();
  return got;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return of_new.Now() ? nullptr : std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t) noexcept {
  std::free(pointer);
}
void operator delete(void* pointer, const std::nothrow_t&) noexcept {
  std::free(pointer);
}

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr uint64_t kSeed = 11;
constexpr std::size_t kBefore = 30;
constexpr std::size_t kBatch = 15;

// The batch that is tried makes a snapshot due, and a checkpoint.
EngineOptions Snapshots() {
  EngineOptions options;
  options.snapshot_events = 20;
  return options;
}

SqliteOptions On(const TestDisk& disk) {
  SqliteOptions options;
  options.vfs = disk.vfs();
  options.checkpoint_pages = 20;
  return options;
}

struct MemoryCase {
  std::string name;
  Refusal* which;
  bool forever;
};

class MemoryTest : public testing::TestWithParam<MemoryCase> {
 protected:
  MemoryTest() : script_(MakeScript(kSeed, kBefore + kBatch)) {
    const auto all = absl::MakeConstSpan(script_->events);
    std::vector<Outcome> outcomes;
    OnFile on = OpenOnFile(kBooks, On(disk_), Snapshots());
    EXPECT_TRUE(on.engine->Apply(all.first(kBefore), &outcomes).ok());
    before_ = disk_.image();
    EXPECT_TRUE(on.engine->Apply(all.subspan(kBefore), &outcomes).ok());
    whole_ = ReadBooks(on);
  }

  absl::Status ApplyWith(Engine* engine, int64_t nth) {
    const auto batch = absl::MakeConstSpan(script_->events).subspan(kBefore);
    std::vector<Outcome> outcomes;
    Refusal* which = GetParam().which;
    *which = Refusal{nth, GetParam().forever, 0, false};
    absl::Status status = engine->Apply(batch, &outcomes);
    which->nth = 0;
    return status;
  }

  // Whether an allocation was the `nth`.
  bool RunInto(int64_t nth) {
    disk_.Load(before_);
    {
      const OnFile on = OpenOnFile(kBooks, On(disk_), Snapshots());
      EXPECT_TRUE(on) << on.status;
      const absl::Status told = ApplyWith(on.engine.get(), nth);
      if (told.ok()) {
        EXPECT_TRUE(SameBooks(ReadBooks(on), whole_));
      } else {
        ++told_;
        EXPECT_EQ(told.code(), absl::StatusCode::kResourceExhausted) << told;
        std::vector<Outcome> outcomes;
        EXPECT_EQ(on.engine->Apply(script_->events, &outcomes), told);
        EXPECT_EQ(on.engine->Outputs(Seq(), 10).status(), told);
        EXPECT_EQ(on.engine->StateBytes().status(), told);
      }
    }
    const bool refused = GetParam().which->refused;
    const OnFile on = OpenOnFile(kBooks, On(disk_), Snapshots());
    EXPECT_TRUE(on) << on.status;
    if (!on) return refused;
    EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
    ExpectResend(on, *script_, on.engine->GetCounters().last_seq);
    EXPECT_TRUE(SameBooks(ReadBooks(on), whole_));
    return refused;
  }

  TestDisk disk_;
  std::unique_ptr<Script> script_;
  DiskImage before_;
  KeptBooks whole_;
  int told_ = 0;
};

TEST_P(MemoryTest, AtEveryAllocationOfApply) {
  int64_t n = 1;
  while (true) {
    SCOPED_TRACE(absl::StrCat("allocation ", n));
    const bool refused = RunInto(n);
    ASSERT_FALSE(HasFailure());
    if (!refused) break;
    ++n;
  }
  RecordProperty("allocations", static_cast<int>(n - 1));
  RecordProperty("told", told_);
  EXPECT_GT(n, 50);
  EXPECT_GT(told_, 20);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, MemoryTest,
    testing::ValuesIn(std::vector<MemoryCase>{
        {"NewOnce", &of_new, false},
        {"NewForever", &of_new, true},
        {"SqliteOnce", &of_sqlite, false},
        {"SqliteForever", &of_sqlite, true},
    }),
    [](const auto& one) { return one.param.name; });

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

int main(int argc, char** argv) {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_methods);
  sqlite3_mem_methods counting = sqlite_methods;
  counting.xMalloc = &SqliteMalloc;
  counting.xRealloc = &SqliteRealloc;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &counting) != SQLITE_OK) return 1;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

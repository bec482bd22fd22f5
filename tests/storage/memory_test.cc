// Memory runs out at every allocation that Apply makes: the one who called is
// told, the engine answers with nothing else, and the file is whole.
//
// Counted are operator new and, apart, what SQLite takes; only while this
// thread is inside Apply.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/counted_memory.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr uint64_t kMemorySeed = 11;
constexpr std::size_t kMemoryBefore = 30;
constexpr std::size_t kMemoryBatch = 15;
constexpr int32_t kMemoryPages = 20;  // between checkpoints
constexpr int64_t kMemorySnapshotEvents = 20;

// The batch that is tried makes a snapshot due, and a checkpoint.
struct MemoryCase {
  std::string name;
  Refusal* (*which)();
  bool forever;
};

class MemoryTest : public testing::TestWithParam<MemoryCase> {
 protected:
  MemoryTest()
      : script_(MakeScript(kMemorySeed, kMemoryBefore + kMemoryBatch)) {
    const auto all = absl::MakeConstSpan(script_->events);
    std::vector<Outcome> outcomes;
    OnFile on = OpenOnFile(kBooks, On(disk_, kMemoryPages),
                           SnapshotsEach(kMemorySnapshotEvents));
    EXPECT_TRUE(on.engine->Apply(all.first(kMemoryBefore), &outcomes).ok());
    before_ = disk_.image();
    EXPECT_TRUE(on.engine->Apply(all.subspan(kMemoryBefore), &outcomes).ok());
    whole_ = ReadBooks(on);
  }

  absl::Status ApplyWith(Engine* engine, int64_t nth) {
    const auto batch =
        absl::MakeConstSpan(script_->events).subspan(kMemoryBefore);
    std::vector<Outcome> outcomes;
    Refusal* which = GetParam().which();
    *which = Refusal();
    which->forever = GetParam().forever;
    which->nth = nth;
    absl::Status status = engine->Apply(batch, &outcomes);
    which->nth = 0;
    return status;
  }

  // Whether an allocation was the `nth`.
  bool RunInto(int64_t nth) {
    disk_.Load(before_);
    {
      const OnFile on = OpenOnFile(kBooks, On(disk_, kMemoryPages),
                                   SnapshotsEach(kMemorySnapshotEvents));
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
    const bool refused = GetParam().which()->refused;
    const OnFile on = OpenOnFile(kBooks, On(disk_, kMemoryPages),
                                 SnapshotsEach(kMemorySnapshotEvents));
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

INSTANTIATE_TEST_SUITE_P(Kinds, MemoryTest,
                         testing::ValuesIn(std::vector<MemoryCase>{
                             {"NewOnce", &OfNew, false},
                             {"NewForever", &OfNew, true},
                             {"SqliteOnce", &OfSqlite, false},
                             {"SqliteForever", &OfSqlite, true},
                         }),
                         [](const auto& one) { return one.param.name; });

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

int main(int argc, char** argv) {
  if (!vouch::storage_test::CountSqliteMemory()) return 1;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

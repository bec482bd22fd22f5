// The power goes off at every moment of a script of 1,000 events.
//
// The script runs once on a disk that writes down every write, sync, truncate
// and delete, from the first creation of the file on. Then for every cut of
// that record, which is every n of its operations:
//   A  what was not synced is gone, of the last write its first part is there;
//   B  all is there, of the last write its first part;
//   C  any of what was not synced is there.
// Each image is opened, and what was acknowledged is there, once; the books are
// those after a whole batch and in balance; and the script sent again gives the
// books of the run without the crash, byte for byte.
//
// In the daily run all three at every cut; verify reads the file of every
// eighth image too. With VOUCH_FULL=1: A five times (torn elsewhere), B three
// times and C twelve times at every cut, and verify always.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"
#include "tests/support/auditor.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr uint64_t kCrashSeed = 20240101;
constexpr std::size_t kCrashEvents = 1000;
constexpr int64_t kCrashLargestBatch = 40;
constexpr int kCrashParts = 8;
constexpr int32_t kCrashPages = 150;  // between checkpoints
constexpr int64_t kCrashSnapshotEvents = 200;

// After how many operations a batch was acknowledged, and what was there then.
struct Mark {
  std::size_t ops = 0;
  Seq seq;
  std::string state;
};

// The run without a crash.
struct WholeRun {
  std::unique_ptr<Script> script;
  TestDisk disk;
  std::vector<Mark> marks;
  KeptBooks books;
};

std::unique_ptr<WholeRun> RunOnce() {
  auto run = std::make_unique<WholeRun>();
  run->script = MakeScript(kCrashSeed, kCrashEvents);
  run->disk.Record(true);
  OnFile on = OpenOnFile(kBooks, On(run->disk, kCrashPages),
                         SnapshotsEach(kCrashSnapshotEvents));
  EXPECT_TRUE(on.status.ok()) << on.status;
  // What is there before a batch was acknowledged: nothing need be.
  run->marks.push_back({0, Seq(), on.engine->StateBytes().value()});
  for (const absl::Span<const Event> batch :
       MixedBatches(run->script->events, kCrashSeed, kCrashLargestBatch)) {
    std::vector<Outcome> outcomes;
    const absl::Status status = on.engine->Apply(batch, &outcomes);
    EXPECT_TRUE(status.ok()) << status;
    run->marks.push_back({run->disk.ops().size(),
                          on.engine->GetCounters().last_seq,
                          on.engine->StateBytes().value()});
  }
  run->books = ReadBooks(on);
  on.engine.reset();
  run->disk.Record(false);
  return run;
}

// Opens what is left after `cut` operations and goes on.
void CheckImage(const WholeRun& run, const DiskImage& image, std::size_t cut,
                bool verify, TestDisk* disk) {
  disk->Load(image);
  const OnFile on = OpenOnFile(kBooks, On(*disk, kCrashPages),
                               SnapshotsEach(kCrashSnapshotEvents));
  ASSERT_TRUE(on) << on.status;
  const Seq kept = on.engine->GetCounters().last_seq;
  const auto not_yet = std::upper_bound(
      run.marks.begin(), run.marks.end(), cut,
      [](std::size_t ops, const Mark& mark) { return ops < mark.ops; });
  const Mark& acknowledged = *(not_yet - 1);
  ASSERT_GE(kept, acknowledged.seq) << "an acknowledged event is lost";
  ASSERT_TRUE(kept == acknowledged.seq || not_yet != run.marks.end());
  // The batch under way is there whole or not at all.
  const Mark& there = kept == acknowledged.seq ? acknowledged : *not_yet;
  ASSERT_EQ(kept, there.seq) << "a part of a batch";
  ASSERT_TRUE(on.engine->StateBytes().value() == there.state)
      << "another state";
  testing_support::Auditor auditor;
  ASSERT_EQ(auditor.Audit(*on.engine), "");
  ASSERT_NO_FATAL_FAILURE(ExpectResend(on, *run.script, kept));
  ASSERT_TRUE(SameBooks(ReadBooks(on), run.books));
  if (verify) {
    ASSERT_EQ(FirstFoundByVerify(*on.engine), "");
  }
}

std::vector<Survives> Variants() {
  std::vector<Survives> variants = {Survives::kSyncedOnly, Survives::kAll,
                                    Survives::kSome};
  if (!Full()) return variants;
  variants.insert(variants.end(), 4, Survives::kSyncedOnly);
  variants.insert(variants.end(), 2, Survives::kAll);
  variants.insert(variants.end(), 11, Survives::kSome);
  return variants;
}

class CrashTest : public testing::TestWithParam<int> {};

TEST_P(CrashTest, EveryCutOfTheRecord) {
  const std::unique_ptr<WholeRun> run = RunOnce();
  ASSERT_FALSE(HasFailure());
  const std::vector<DiskOp>& ops = run->disk.ops();
  PowerCut power;
  TestDisk disk;
  const std::vector<Survives> variants = Variants();
  std::size_t images = 0;
  for (std::size_t cut = 0; cut <= ops.size(); ++cut) {
    if (cut > 0) power.Step(ops[cut - 1]);
    if (cut % kCrashParts != static_cast<std::size_t>(GetParam())) continue;
    if (!Full() && cut / kCrashParts % testing_support::kOneOf != 0) continue;
    for (std::size_t v = 0; v < variants.size(); ++v) {
      SCOPED_TRACE(absl::StrCat("cut ", cut, " of ", ops.size(), ", survives ",
                                static_cast<int>(variants[v]), ", seed ",
                                cut * 100 + v));
      const bool verify = Full() || images % 8 == 0;
      const DiskImage image = power.Image(variants[v], cut * 100 + v);
      ASSERT_NO_FATAL_FAILURE(CheckImage(*run, image, cut, verify, &disk));
      ++images;
    }
  }
  RecordProperty("operations", static_cast<int>(ops.size()));
  RecordProperty("images", static_cast<int>(images));
}

INSTANTIATE_TEST_SUITE_P(Parts, CrashTest, testing::Range(0, kCrashParts));

// So that the cuts above cut what they are meant to.
TEST(CrashScriptTest, HoldsWhatACrashCouldHurt) {
  const std::unique_ptr<WholeRun> run = RunOnce();
  ASSERT_FALSE(HasFailure());
  std::set<OutcomeKind> outcomes;
  for (const Outcome& outcome : run->script->outcomes) {
    outcomes.insert(outcome.kind);
  }
  EXPECT_EQ(outcomes.size(), 4u);
  std::set<std::size_t> events;
  for (const Event& event : run->script->events) {
    events.insert(event.body.index());
  }
  EXPECT_EQ(events.size(), 23u);
  int64_t truncates = 0;
  std::set<std::string> written;
  int64_t checkpoints = 0;
  bool in_file = false;
  for (const DiskOp& op : run->disk.ops()) {
    if (op.kind == DiskOp::kTruncate) ++truncates;
    if (op.kind != DiskOp::kWrite) continue;
    written.insert(op.file);
    // Pages go to the file itself in one go, after those in the log.
    if (op.file == kBooks && !in_file) ++checkpoints;
    in_file = op.file == kBooks;
  }
  EXPECT_GE(checkpoints, 5);
  EXPECT_EQ(written,
            (std::set<std::string>{"books", "books-journal", "books-wal",
                                   "books-writer-journal"}));
  std::set<std::string> snapshots;
  TestDisk disk;
  PowerCut power;
  for (const DiskOp& op : run->disk.ops()) power.Step(op);
  disk.Load(power.Image(Survives::kAll, 1));
  const OnFile on = OpenOnFile(kBooks, On(disk, kCrashPages),
                               SnapshotsEach(kCrashSnapshotEvents));
  ASSERT_TRUE(on) << on.status;
  std::optional<SnapshotHead> head;
  const absl::Status read = on.store->ReadSnapshot(
      &head, [](std::string_view) { return absl::OkStatus(); });
  ASSERT_TRUE(read.ok()) << read;
  ASSERT_TRUE(head.has_value());
  EXPECT_GE(head->seq.value(), 400u);  // at least the second
  RecordProperty("operations", static_cast<int>(run->disk.ops().size()));
  RecordProperty("batches", static_cast<int>(run->marks.size() - 1));
  RecordProperty("checkpoints", static_cast<int>(checkpoints));
  RecordProperty("truncates", static_cast<int>(truncates));
}

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

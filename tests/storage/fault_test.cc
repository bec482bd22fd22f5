// The disk is full, or fails, at every operation of a small run: the one who
// called is told, the engine answers with nothing else from then on, and the
// file is whole.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr uint64_t kFaultSeed = 7;
constexpr int32_t kFaultPages = 40;  // between checkpoints
constexpr int64_t kFaultSnapshotEvents = 30;

struct FaultCase {
  std::string name;
  uint32_t kinds;
  int code;
  absl::StatusCode told;  // OK: it never matters to the caller
};

class FaultTest : public testing::TestWithParam<FaultCase> {
 protected:
  FaultTest() : script_(MakeScript(kFaultSeed, 100)) {
    disk_.Load({});
    const OnFile on = OpenOnFile(kBooks, On(disk_, kFaultPages),
                                 SnapshotsEach(kFaultSnapshotEvents));
    EXPECT_TRUE(ApplyAll(on).ok());
    whole_ = ReadBooks(on);
  }

  // In several batches, to the first error.
  absl::Status ApplyAll(const OnFile& on) const {
    std::vector<Outcome> outcomes;
    for (const absl::Span<const Event> batch :
         MixedBatches(script_->events, kFaultSeed, 40)) {
      const absl::Status status = on.engine->Apply(batch, &outcomes);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void ExpectAnswersOnly(const absl::Status& error, Engine* engine) const {
    std::vector<Outcome> outcomes;
    EXPECT_EQ(engine->Apply(script_->events, &outcomes), error);
    EXPECT_TRUE(outcomes.empty());
    EXPECT_EQ(engine->Outputs(Seq(), 10).status(), error);
    EXPECT_EQ(engine->Decisions(Seq(), 10).status(), error);
    EXPECT_EQ(engine->Accounts().status(), error);
    EXPECT_EQ(engine->StateBytes().status(), error);
    EXPECT_EQ(engine->Verify().status(), error);
    EXPECT_EQ(engine->WriteSnapshot(), error);
    EXPECT_EQ(engine->Compact(), error);
    EXPECT_EQ(engine->Backup("copy"), error);
    EXPECT_EQ(engine->Erase("h1-p0", "c1"), error);
  }

  // A run that meets `fault`; whether it met it.
  bool RunInto(const DiskFault& fault) {
    disk_.Load({});
    disk_.Arm(fault);
    {
      const OnFile on = OpenOnFile(kBooks, On(disk_, kFaultPages),
                                   SnapshotsEach(kFaultSnapshotEvents));
      absl::Status told = on.status;
      if (on) told = ApplyAll(on);
      if (!told.ok()) {
        ++told_;
        EXPECT_EQ(told.code(), GetParam().told) << told;
        EXPECT_NE(told.message(), "");
        if (on) ExpectAnswersOnly(told, on.engine.get());
      } else {
        // What can be done later, such as a checkpoint, needs no telling.
        EXPECT_TRUE(SameBooks(ReadBooks(on), whole_));
      }
    }
    disk_.Disarm();
    if (!disk_.has_failed()) return false;
    ExpectWhole();
    return true;
  }

  void ExpectWhole() {
    const OnFile on = OpenOnFile(kBooks, On(disk_, kFaultPages),
                                 SnapshotsEach(kFaultSnapshotEvents));
    ASSERT_TRUE(on) << on.status;
    EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
    ExpectResend(on, *script_, on.engine->GetCounters().last_seq);
    EXPECT_TRUE(SameBooks(ReadBooks(on), whole_));
    EXPECT_EQ(FirstFoundByVerify(*on.engine), "");
  }

  TestDisk disk_;
  std::unique_ptr<Script> script_;
  KeptBooks whole_;
  int told_ = 0;
};

TEST_P(FaultTest, AtEveryOperation) {
  for (const bool forever : {false, true}) {
    for (int64_t n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(GetParam().name, " ", n,
                                forever ? " and all after it" : ""));
      const bool met = RunInto({GetParam().kinds, n, GetParam().code, forever});
      ASSERT_FALSE(HasFailure());
      if (met) continue;
      RecordProperty(forever ? "faults_forever" : "faults_once",
                     static_cast<int>(n - 1));
      ASSERT_GT(n, 1) << "no such operation";
      break;
    }
  }
  RecordProperty("told", told_);
  EXPECT_EQ(told_ > 0, GetParam().told != absl::StatusCode::kOk);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, FaultTest,
    testing::ValuesIn(std::vector<FaultCase>{
        {"WriteFull", DiskOp::kWrite, SQLITE_FULL,
         absl::StatusCode::kResourceExhausted},
        {"WriteFails", DiskOp::kWrite, SQLITE_IOERR_WRITE,
         absl::StatusCode::kUnavailable},
        {"SyncFull", DiskOp::kSync, SQLITE_FULL,
         absl::StatusCode::kResourceExhausted},
        {"SyncFails", DiskOp::kSync, SQLITE_IOERR_FSYNC,
         absl::StatusCode::kUnavailable},
        {"TruncateFails", DiskOp::kTruncate, SQLITE_IOERR_TRUNCATE,
         absl::StatusCode::kOk},
        {"OpenFails", DiskOp::kOpen, SQLITE_CANTOPEN,
         absl::StatusCode::kUnavailable},
        {"ReadFails", DiskOp::kRead, SQLITE_IOERR_READ,
         absl::StatusCode::kUnavailable},
        {"AnyWriteOrSyncFull",
         DiskOp::kWrite | DiskOp::kSync | DiskOp::kTruncate, SQLITE_FULL,
         absl::StatusCode::kResourceExhausted},
    }),
    [](const auto& one) { return one.param.name; });

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

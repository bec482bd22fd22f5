// A process that works on a real file is killed with SIGKILL, a few hundred
// times: when it has acknowledged a batch, at once after it was given the next,
// or when the log has grown by some bytes. 300 kills in the daily run, 3,000
// with VOUCH_FULL=1.
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/child.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr std::size_t kKillEvents = 240;
constexpr int kKillParts = 4;

int64_t BytesOf(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? int64_t{info.st_size} : int64_t{0};
}

// One file, worked on by one process after the other until the script's end.
class KilledFile {
 public:
  KilledFile(const std::string& path, uint64_t seed)
      : path_(path),
        seed_(seed),
        random_(seed),
        script_(MakeScript(seed, kKillEvents)) {
    OnFile whole = OpenOnFile(path + "-whole", WriterOptions(), {});
    EXPECT_TRUE(whole) << whole.status;
    std::vector<Outcome> outcomes;
    for (const auto& batch : WriterBatches(*script_)) {
      EXPECT_TRUE(whole.engine->Apply(batch, &outcomes).ok());
      seqs_.push_back(whole.engine->GetCounters().last_seq);
    }
    whole_ = ReadBooks(whole);
  }

  // Whether all is applied.
  bool done() const { return acknowledged_ == seqs_.size(); }

  void RunAndKill() {
    Child child(path_, seed_, kKillEvents, acknowledged_);
    ASSERT_EQ(child.Hear(), 'R');
    const int64_t batches = random_.Below(4);
    for (int64_t i = 0; i < batches && !done(); ++i) {
      child.Go();
      ASSERT_EQ(child.Hear(), 'A');
      ++acknowledged_;
    }
    if (!done() && !random_.OneIn(3)) {
      const int64_t bytes = BytesOf(path_ + "-wal");
      child.Go();
      // At once, or in the middle of writing; SQLite may begin the log anew.
      const int64_t more = random_.OneIn(3) ? 0 : random_.Below(120'000);
      while (BytesOf(path_ + "-wal") < bytes + more && !child.HasSaid()) {
      }
    }
    child.Kill();
    for (const char said : child.HearAll()) {
      if (said == 'A') ++acknowledged_;
    }
  }

  // What was acknowledged is there, in whole batches.
  void Check(bool read_only) {
    SqliteOptions options = WriterOptions();
    EngineOptions engine_options = WriterSnapshots();
    // A reader leaves the log as it is, and the next process recovers.
    options.read_only = engine_options.read_only = read_only;
    const OnFile on = OpenOnFile(path_, options, engine_options);
    ASSERT_TRUE(on) << on.status;
    const Seq kept = on.engine->GetCounters().last_seq;
    const Seq told = acknowledged_ == 0 ? Seq() : seqs_[acknowledged_ - 1];
    const Seq next = done() ? told : seqs_[acknowledged_];
    ASSERT_TRUE(kept == told || kept == next)
        << kept.value() << " is neither " << told.value() << " nor "
        << next.value();
    if (kept != told) ++unheard_;
    testing_support::Auditor auditor;
    ASSERT_EQ(auditor.Audit(*on.engine), "");
    if (!done()) return;
    ASSERT_EQ(FirstFoundByVerify(*on.engine), "");
    ASSERT_TRUE(SameBooks(ReadBooks(on), whole_));
  }

  // How often a batch was there that nobody was told of.
  int unheard() const { return unheard_; }

  bool NextChecksReadOnly() { return random_.OneIn(2); }

 private:
  const std::string path_;
  const uint64_t seed_;
  Random random_;
  const std::unique_ptr<Script> script_;
  std::vector<Seq> seqs_;  // after each batch
  KeptBooks whole_;
  std::size_t acknowledged_ = 0;  // batches
  int unheard_ = 0;
};

class KillTest : public testing::TestWithParam<int> {};

TEST_P(KillTest, AnyMoment) {
  const int kills = (Full() ? 3000 : 300) / kKillParts;
  const store_test::TempFolder folder;
  int files = 0;
  int done = 0;
  int unheard = 0;
  while (done < kills) {
    ++files;
    const auto seed = static_cast<uint64_t>(GetParam() * 1000 + files);
    KilledFile file(folder.File(absl::StrCat("books", files)), seed);
    while (!file.done()) {
      SCOPED_TRACE(absl::StrCat("seed ", seed, ", kill ", ++done));
      ASSERT_NO_FATAL_FAILURE(file.RunAndKill());
      ASSERT_NO_FATAL_FAILURE(file.Check(file.NextChecksReadOnly()));
    }
    ASSERT_NO_FATAL_FAILURE(file.Check(false));
    unheard += file.unheard();
  }
  RecordProperty("kills", done);
  RecordProperty("files", files);
  RecordProperty("unheard", unheard);
}

INSTANTIATE_TEST_SUITE_P(Parts, KillTest, testing::Range(0, kKillParts));

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

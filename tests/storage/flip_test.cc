// One bit of a file is not what was written: it is found, or no answer is
// another; and nothing is ever believed that differs.
//
// In the daily run: a hundred bits of every page of a small file, of its head,
// its cell pointers and its content. With VOUCH_FULL=1: one bit of every byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"
#include "vouch/base/status.h"
#include "vouch/report/statement.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr uint64_t kFlipSeed = 5;
constexpr std::size_t kFlipEvents = 300;
constexpr std::size_t kFlipPage = 4096;
constexpr int kFlipParts = 4;

// What the pages of one file hold: programs, partners, codes, visitors,
// decisions, payouts, a snapshot of two thirds of it.
struct SmallFile {
  std::unique_ptr<Script> script = MakeScript(kFlipSeed, kFlipEvents);
  DiskImage closed;  // everything is in the file itself
  DiskImage killed;  // nothing is: all is in the write-ahead log
  std::string answers;
  std::vector<std::string> states;  // after each batch, and before the first
};

// All that people ask. An error where there is no answer.
absl::StatusOr<std::string> Answers(const OnFile& on) {
  VOUCH_RETURN_IF_ERROR(on.engine->Outputs(Seq(), 1'000'000).status());
  VOUCH_RETURN_IF_ERROR(on.engine->Decisions(Seq(), 1'000'000).status());
  VOUCH_RETURN_IF_ERROR(on.engine->StateBytes().status());
  VOUCH_ASSIGN_OR_RETURN(const AccountRows accounts, on.engine->Accounts());
  const KeptBooks kept = ReadBooks(on);
  std::string text = absl::StrCat(kept.books, kept.log, kept.state);
  for (const BalanceRow& row : accounts.balances) {
    VOUCH_ASSIGN_OR_RETURN(
        const Statement statement,
        on.engine->GetStatement(row.program_id, row.partner_id, Instant{0},
                                Instant{int64_t{4'000'000'000'000'000}}));
    text += StatementText(statement);
  }
  return text;
}

std::unique_ptr<SmallFile> MakeSmallFile() {
  auto file = std::make_unique<SmallFile>();
  TestDisk disk;
  OnFile on = OpenOnFile(kBooks, On(disk), SnapshotsEach(0));
  file->states.push_back(on.engine->StateBytes().value());
  std::vector<Outcome> outcomes;
  for (const absl::Span<const Event> batch :
       MixedBatches(file->script->events, kFlipSeed, 100)) {
    EXPECT_TRUE(on.engine->Apply(batch, &outcomes).ok());
    file->states.push_back(on.engine->StateBytes().value());
    if (file->states.size() == 4) {
      EXPECT_TRUE(on.engine->WriteSnapshot().ok());
    }
  }
  file->answers = Answers(on).value();
  file->killed = disk.image();
  on.engine.reset();
  file->closed = disk.image();
  return file;
}

// What one who looks into damaged books meets must be no crash.
void AskEverything(const OnFile& on) {
  const auto ignored = Answers(on);
  EXPECT_TRUE(ignored.ok() || !ignored.status().message().empty());
}

// Whether the damage was found. When it was not, nothing differs.
bool FindsOrIsUnchanged(const SmallFile& file, const DiskImage& image,
                        TestDisk* disk) {
  disk->Load(image);
  const OnFile on = OpenOnFile(kBooks, On(*disk), SnapshotsEach(0));
  if (!on) return true;
  if (!FirstFoundByVerify(*on.engine).empty()) {
    AskEverything(on);
    return true;
  }
  const absl::StatusOr<std::string> answers = Answers(on);
  if (!answers.ok()) return true;
  EXPECT_TRUE(*answers == file.answers) << "another answer, and no difference";
  std::vector<Outcome> outcomes;
  ExpectResend(on, *file.script, on.engine->GetCounters().last_seq);
  return false;
}

// Places in a page: its head, its cell pointers, anywhere.
std::vector<std::size_t> PlacesIn(std::size_t page, Random* random) {
  std::vector<std::size_t> places;
  if (Full()) {
    for (std::size_t i = 0; i < kFlipPage; ++i) places.push_back(i);
    return places;
  }
  // The first page begins with the head of the file.
  const std::size_t head = page == 0 ? 100 : 0;
  for (int i = 0; i < 25; ++i) {
    places.push_back(head + static_cast<std::size_t>(random->Below(12)));
    places.push_back(head + 8 + static_cast<std::size_t>(random->Below(100)));
  }
  for (int i = 0; i < 50; ++i) {
    places.push_back(static_cast<std::size_t>(random->Below(kFlipPage)));
  }
  return places;
}

class FlipTest : public testing::TestWithParam<int> {};

TEST_P(FlipTest, InEveryPageOfAFile) {
  const std::unique_ptr<SmallFile> file = MakeSmallFile();
  ASSERT_FALSE(HasFailure());
  const std::string& bytes = file->closed.at(kBooks);
  ASSERT_EQ(file->closed.count("books-wal"), 0u);
  TestDisk disk;
  int flips = 0;
  int found = 0;
  for (std::size_t page = static_cast<std::size_t>(GetParam());
       page * kFlipPage < bytes.size(); page += kFlipParts) {
    Random random(page);
    for (const std::size_t place : PlacesIn(page, &random)) {
      const int64_t bit = random.Below(8);
      SCOPED_TRACE(
          absl::StrCat("page ", page + 1, ", byte ", place, ", bit ", bit));
      DiskImage image = file->closed;
      image.at(kBooks)[page * kFlipPage + place] ^= static_cast<char>(1 << bit);
      ++flips;
      if (FindsOrIsUnchanged(*file, image, &disk)) ++found;
      ASSERT_FALSE(HasFailure());
    }
  }
  RecordProperty("pages", static_cast<int>(bytes.size() / kFlipPage));
  RecordProperty("flips", flips);
  RecordProperty("found", found);
  // Much of a page is content.
  EXPECT_GT(found * 3, flips);
}

INSTANTIATE_TEST_SUITE_P(Parts, FlipTest, testing::Range(0, kFlipParts));

// SQLite takes a frame whose sum is wrong for the end of the log, as after a
// crash: what is there are then the books after an earlier batch, whole, and
// what is missing can be sent again. Nothing else is ever there.
TEST(FlipInLogTest, LeavesWholeBatches) {
  const std::unique_ptr<SmallFile> file = MakeSmallFile();
  ASSERT_FALSE(HasFailure());
  const std::size_t size = file->killed.at("books-wal").size();
  ASSERT_GT(size, 50 * kFlipPage);
  TestDisk disk;
  Random random(kFlipSeed);
  int flips = 0;
  int shorter = 0;
  for (std::size_t frame = 0; frame < size; frame += kFlipPage + 24) {
    for (int i = 0; i < (Full() ? 40 : 3); ++i) {
      const std::size_t place = std::min(
          size - 1, frame + static_cast<std::size_t>(
                                random.Below(i == 0 ? 24 : kFlipPage + 24)));
      const int64_t bit = random.Below(8);
      SCOPED_TRACE(absl::StrCat("byte ", place, ", bit ", bit));
      DiskImage image = file->killed;
      image.at("books-wal")[place] ^= static_cast<char>(1 << bit);
      ++flips;
      disk.Load(image);
      const OnFile on = OpenOnFile(kBooks, On(disk), SnapshotsEach(0));
      if (!on) continue;
      if (!FirstFoundByVerify(*on.engine).empty()) continue;
      const std::string state = on.engine->StateBytes().value();
      ASSERT_NE(std::find(file->states.begin(), file->states.end(), state),
                file->states.end());
      if (state != file->states.back()) ++shorter;
      testing_support::Auditor auditor;
      ASSERT_EQ(auditor.Audit(*on.engine), "");
      ExpectResend(on, *file->script, on.engine->GetCounters().last_seq);
      ASSERT_TRUE(Answers(on).value() == file->answers);
    }
  }
  RecordProperty("flips", flips);
  RecordProperty("shorter", shorter);
  EXPECT_GT(shorter, 0);
}

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

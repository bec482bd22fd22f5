#include "vouch/identify/live_touches.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/identify/days.h"
#include "vouch/base/limits.h"
#include "vouch/program/program.h"
#include "vouch/program/reference.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LiveTouchesTest : public ::testing::Test {
 protected:
  LiveTouchesTest() { SetWindows({{Channel::kLink, 30}}); }

  // A version of the terms with these windows, in days.
  void SetWindows(const std::vector<std::pair<Channel, int64_t>>& windows) {
    ProgramSpec spec;
    spec.program_id = "shop";
    spec.currency = "EUR";
    spec.time_zone = "UTC";
    for (const auto& [channel, days] : windows) {
      spec.windows.push_back({channel, days, WindowEnd::kExclusive});
    }
    Mistakes mistakes;
    auto program = Program::Build(spec, &mistakes);
    ASSERT_NE(program, nullptr) << mistakes.ToString();
    reference_.AddProgram({Day(versions_), Seq(1000 + versions_), program});
    ++versions_;
  }

  static Touch TouchAt(uint64_t seq, Instant time,
                       Channel channel = Channel::kLink) {
    Touch touch;
    touch.seq = Seq(seq);
    touch.time = time;
    touch.channel = channel;
    touch.partner = PartnerIndex(1);
    return touch;
  }
  void Add(uint64_t seq, Instant time, Channel channel = Channel::kLink) {
    touches_.Add(TouchAt(seq, time, channel), reference_);
  }
  static std::vector<uint64_t> SeqsOf(const LiveTouches& touches) {
    std::vector<uint64_t> seqs;
    for (const Touch& touch : touches) seqs.push_back(touch.seq.value());
    return seqs;
  }
  std::vector<uint64_t> Seqs() const { return SeqsOf(touches_); }
  std::vector<uint64_t> SeqsAfterDrop(Instant at) {
    touches_.DropPast(at, reference_);
    return Seqs();
  }

  Reference reference_;
  LiveTouches touches_;
  int64_t versions_ = 0;
};

// Its channel's window and kMaxLatenessDays after its time a touch is still
// kept, a microsecond later it falls.
TEST_F(LiveTouchesTest, ATouchFallsPastItsWindowAndTheLateness) {
  ASSERT_EQ(kMaxLatenessDays, 90);
  Add(1, Day(0));
  Add(2, Day(0, 1));
  Add(3, Day(10));
  EXPECT_THAT(SeqsAfterDrop(Day(120)), ElementsAre(1, 2, 3));
  EXPECT_THAT(SeqsAfterDrop(Day(120, 1)), ElementsAre(2, 3));
  EXPECT_THAT(SeqsAfterDrop(Day(120, 2)), ElementsAre(3));
  // An event with an earlier time brings nothing back and drops nothing.
  EXPECT_THAT(SeqsAfterDrop(Day(5)), ElementsAre(3));
  EXPECT_THAT(SeqsAfterDrop(Day(9000)), IsEmpty());
}

TEST_F(LiveTouchesTest, AChannelWithoutAWindowKeepsItsTouches) {
  Add(1, Day(0), Channel::kCode);
  Add(2, Day(0), Channel::kView);
  Add(3, Day(0), Channel::kLink);
  Add(4, Day(0), Channel::kDirect);
  EXPECT_THAT(SeqsAfterDrop(kMaxInstant), ElementsAre(1, 2, 4));
}

// A later version decides conversions at its time, by its windows: the longest
// of all versions so far counts.
TEST_F(LiveTouchesTest, ALaterVersionLengthensAWindowAndShortensNone) {
  Add(1, Day(0));
  Add(2, Day(0), Channel::kLink);
  SetWindows({{Channel::kLink, 60}});
  EXPECT_THAT(SeqsAfterDrop(Day(150)), ElementsAre(1, 2));
  SetWindows({{Channel::kLink, 10}});
  EXPECT_THAT(SeqsAfterDrop(Day(150)), ElementsAre(1, 2));
  EXPECT_THAT(SeqsAfterDrop(Day(150, 1)), IsEmpty());
  Add(3, Day(0));
  SetWindows({});
  EXPECT_THAT(SeqsAfterDrop(kMaxInstant), ElementsAre(3));
}

// What was read from bytes falls as what was kept.
TEST_F(LiveTouchesTest, ReadTouchesFallAsKeptOnes) {
  touches_ = LiveTouches::FromList({TouchAt(1, Day(0)), TouchAt(2, Day(1))});
  EXPECT_THAT(SeqsAfterDrop(Day(120)), ElementsAre(1, 2));
  EXPECT_THAT(SeqsAfterDrop(Day(121)), ElementsAre(2));
  EXPECT_THAT(SeqsAfterDrop(Day(122)), IsEmpty());
}

// The seqs from `first` to `last`.
std::vector<uint64_t> Range(uint64_t first, uint64_t last) {
  std::vector<uint64_t> seqs;
  for (uint64_t seq = first; seq <= last; ++seq) seqs.push_back(seq);
  return seqs;
}

TEST_F(LiveTouchesTest, OfTooManyTheEarliestButOneFalls) {
  ASSERT_EQ(kMaxLiveTouches, 1000u);
  for (uint64_t seq = 1; seq <= 1000; ++seq) {
    Add(seq, Day(1, static_cast<int64_t>(seq)));
  }
  EXPECT_EQ(touches_.size(), 1000u);
  Add(1001, Day(2));
  std::vector<uint64_t> left = Range(3, 1001);
  left.insert(left.begin(), 1);
  EXPECT_EQ(Seqs(), left);  // 2 fell
  // One from before all others is now the first; the first till now falls.
  Add(1002, Day(0));
  left.erase(left.begin());
  left.push_back(1002);
  EXPECT_EQ(Seqs(), left);
  // One from between the first and all others falls itself.
  Add(1003, Day(0, 1));
  EXPECT_EQ(Seqs(), left);
}

TEST_F(LiveTouchesTest, OfEqualTimesTheLowerSeqIsTheEarlier) {
  for (uint64_t seq = 1; seq <= 1001; ++seq) Add(seq, Day(1));
  std::vector<uint64_t> left = Range(3, 1001);
  left.insert(left.begin(), 1);
  EXPECT_EQ(Seqs(), left);
  EXPECT_TRUE(Earlier(TouchAt(2, Day(0)), TouchAt(1, Day(1))));
  EXPECT_TRUE(Earlier(TouchAt(1, Day(1)), TouchAt(2, Day(1))));
  EXPECT_FALSE(Earlier(TouchAt(2, Day(1)), TouchAt(2, Day(1))));
}

TEST_F(LiveTouchesTest, AMergeKeepsTheOrderApplied) {
  Add(2, Day(5));
  Add(5, Day(1));
  LiveTouches other;
  other.Add(TouchAt(1, Day(9)), reference_);
  other.Add(TouchAt(4, Day(0)), reference_);
  other.Add(TouchAt(6, Day(2)), reference_);
  touches_.Merge(other, Day(9), reference_);
  EXPECT_THAT(Seqs(), ElementsAre(1, 2, 4, 5, 6));
  // Those of the other one fall when they are due.
  EXPECT_THAT(SeqsAfterDrop(Day(120, 1)), ElementsAre(1, 2, 5, 6));
  touches_.Merge(LiveTouches(), Day(9), reference_);
  EXPECT_THAT(Seqs(), ElementsAre(1, 2, 5, 6));
}

TEST_F(LiveTouchesTest, AMergePastTheLimitKeepsTheFirstAndTheLate) {
  LiveTouches other;
  for (uint64_t seq = 1; seq <= 600; ++seq) {
    Add(2 * seq, Day(1, static_cast<int64_t>(2 * seq)));
    other.Add(TouchAt(2 * seq + 1, Day(1, static_cast<int64_t>(2 * seq + 1))),
              reference_);
  }
  touches_.Merge(other, Day(2), reference_);
  // Of 2 to 1201 the first and the last 999.
  std::vector<uint64_t> left = Range(203, 1201);
  left.insert(left.begin(), 2);
  EXPECT_EQ(Seqs(), left);
  EXPECT_EQ(touches_.fallen(), 200);
}

// What can win nothing makes room, the earliest of it first.
TEST_F(LiveTouchesTest, OfTooManyThoseThatDoNotHoldFallFirst) {
  const auto add_unknown = [this](uint64_t seq, Instant time) {
    Touch touch = TouchAt(seq, time);
    touch.standing = Standing::kPartnerUnknown;
    touch.partner = PartnerIndex();
    touches_.Add(touch, reference_);
  };
  for (uint64_t seq = 1; seq <= 998; ++seq) Add(seq, Day(1));
  add_unknown(999, Day(3));
  add_unknown(1000, Day(0));  // the first of all
  EXPECT_EQ(touches_.fallen(), 0);
  Add(1001, Day(1));
  std::vector<uint64_t> left = Range(1, 999);
  left.push_back(1001);
  EXPECT_EQ(Seqs(), left);
  Add(1002, Day(1));
  left.erase(left.end() - 2);
  left.push_back(1002);
  EXPECT_EQ(Seqs(), left);  // 999 fell, though the latest
  add_unknown(1003, Day(4));
  EXPECT_EQ(Seqs(), left);  // none but itself
  EXPECT_EQ(touches_.fallen(), 3);
  // Now all hold: the earliest but one.
  Add(1004, Day(1));
  left.erase(left.begin() + 1);
  left.push_back(1004);
  EXPECT_EQ(Seqs(), left);
  EXPECT_EQ(touches_.fallen(), 4);
}

// Without a touch there is nothing that others could have fallen from.
TEST_F(LiveTouchesTest, TheCountOfTheFallenEndsWithTheLastTouch) {
  for (uint64_t seq = 1; seq <= 1001; ++seq) Add(seq, Day(1));
  EXPECT_EQ(touches_.fallen(), 1);
  LiveTouches other = touches_;
  touches_.Merge(other, Day(121), reference_);
  EXPECT_EQ(touches_.fallen(), 1002);
  touches_.DropPast(Day(122), reference_);
  EXPECT_EQ(touches_.fallen(), 0);
}

TEST_F(LiveTouchesTest, AMergeDropsWhatIsPastBeforeItsLimit) {
  LiveTouches other;
  other.Add(TouchAt(1, Day(0)), reference_);
  for (uint64_t seq = 2; seq <= 1001; ++seq) Add(seq, Day(10));
  touches_.Merge(other, Day(121), reference_);
  EXPECT_EQ(Seqs(), Range(2, 1001));
  EXPECT_EQ(touches_.fallen(), 0);
}

}  // namespace
}  // namespace vouch

#include "vouch/identify/lead.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/identify/days.h"
#include "vouch/program/program.h"

namespace vouch {
namespace {

// Moments in days of 24 hours and microseconds; the leads here are registered
// on day 100.
enum class Terms : uint8_t { kNoProtection, kRegistration, kLastActivity };

// A program with 30 days of protection, or with none.
const Program& Under(Terms terms) {
  static const auto build = [](std::optional<ProtectionFrom> from) {
    ProgramSpec spec;
    spec.program_id = "shop";
    spec.currency = "EUR";
    spec.time_zone = "UTC";
    if (from) spec.lead_protection = LeadProtectionSpec{30, *from};
    Mistakes mistakes;
    auto program = Program::Build(spec, &mistakes);
    EXPECT_NE(program, nullptr) << mistakes.ToString();
    return program;
  };
  static const std::shared_ptr<const Program> programs[] = {
      build(std::nullopt), build(ProtectionFrom::kRegistration),
      build(ProtectionFrom::kLastActivity)};
  return *programs[static_cast<std::size_t>(terms)];
}

// An update by its own time; seqs go by the order applied.
struct Update {
  Instant time;
  LeadStatus status = LeadStatus::kNone;
};

LeadState LeadOf(const std::vector<Update>& updates) {
  LeadState lead;
  lead.lead_id = "l";
  lead.seq = Seq(1);
  lead.registered_at = Day(100);
  lead.partner = PartnerIndex(1);
  uint64_t seq = 10;
  for (const Update& update : updates) {
    KeepUpdate({Seq(seq++), update.time, update.status}, &lead);
  }
  return lead;
}

struct Case {
  Terms terms;
  std::vector<Update> updates;
  Instant at;
  LeadLife::State state;
  std::optional<Instant> end;
};

void ExpectLives(const std::vector<Case>& cases) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& c = cases[i];
    const LeadLife life = LifeAt(LeadOf(c.updates), c.at, Under(c.terms));
    EXPECT_EQ(life.state, c.state) << "case " << i;
    EXPECT_EQ(life.end, c.end) << "case " << i;
  }
}

// docs/SEMANTICS.md, section 5: counted from REGISTRATION nothing but the end
// of the days, or REJECTED and LOST, ends a lead; the end is out.
TEST(LeadTest, CountedFromRegistration) {
  constexpr Terms kTerms = Terms::kRegistration;
  ExpectLives({
      {kTerms, {}, Day(100), LeadLife::kLive, Day(130)},
      {kTerms, {}, Day(130, -1), LeadLife::kLive, Day(130)},
      {kTerms, {}, Day(130), LeadLife::kExpired, Day(130)},
      {kTerms, {}, Day(9000), LeadLife::kExpired, Day(130)},
      // Activity does not lengthen it.
      {kTerms, {{Day(129)}}, Day(129, 1), LeadLife::kLive, Day(130)},
      {kTerms, {{Day(129)}}, Day(130), LeadLife::kExpired, Day(130)},
      // WON keeps the protection as it is, QUALIFIED is activity alone.
      {kTerms,
       {{Day(110), LeadStatus::kWon}},
       Day(129),
       LeadLife::kLive,
       Day(130)},
      {kTerms,
       {{Day(110), LeadStatus::kQualified}},
       Day(130),
       LeadLife::kExpired,
       Day(130)},
  });
}

TEST(LeadTest, CountedFromTheLastActivity) {
  constexpr Terms kTerms = Terms::kLastActivity;
  ExpectLives({
      {kTerms, {}, Day(130, -1), LeadLife::kLive, Day(130)},
      {kTerms, {}, Day(130), LeadLife::kExpired, Day(130)},
      {kTerms, {{Day(120)}}, Day(120), LeadLife::kLive, Day(150)},
      {kTerms, {{Day(120)}}, Day(150, -1), LeadLife::kLive, Day(150)},
      {kTerms, {{Day(120)}}, Day(150), LeadLife::kExpired, Day(150)},
      {kTerms, {{Day(120)}, {Day(145)}}, Day(174), LeadLife::kLive, Day(175)},
      // Every update is activity, whatever it says.
      {kTerms,
       {{Day(110), LeadStatus::kQualified}, {Day(135), LeadStatus::kWon}},
       Day(164),
       LeadLife::kLive,
       Day(165)},
      // Of what comes later than the moment that is asked for nothing counts.
      {kTerms, {{Day(120)}}, Day(120, -1), LeadLife::kLive, Day(130)},
  });
}

// Activity at or after the end revives nothing; the end is out, so that one
// exactly at it comes too late.
TEST(LeadTest, NothingRevivesIt) {
  constexpr Terms kTerms = Terms::kLastActivity;
  ExpectLives({
      {kTerms, {{Day(130)}}, Day(130), LeadLife::kExpired, Day(130)},
      {kTerms, {{Day(130)}}, Day(140), LeadLife::kExpired, Day(130)},
      {kTerms, {{Day(130, -1)}}, Day(160, -2), LeadLife::kLive, Day(160, -1)},
      {kTerms,
       {{Day(131)}, {Day(135)}},
       Day(136),
       LeadLife::kExpired,
       Day(130)},
      // What ends it after its end changes nothing either.
      {kTerms,
       {{Day(140), LeadStatus::kRejected}},
       Day(141),
       LeadLife::kExpired,
       Day(130)},
      {kTerms,
       {{Day(130), LeadStatus::kLost}},
       Day(130),
       LeadLife::kExpired,
       Day(130)},
      {kTerms,
       {{Day(130), LeadStatus::kWon}},
       Day(131),
       LeadLife::kExpired,
       Day(130)},
  });
}

TEST(LeadTest, RejectedAndLostEndItAtOnceAndForGood) {
  for (const Terms terms :
       {Terms::kNoProtection, Terms::kRegistration, Terms::kLastActivity}) {
    const auto before =
        terms == Terms::kNoProtection ? std::nullopt : std::optional(Day(130));
    ExpectLives({
        {terms,
         {{Day(110), LeadStatus::kRejected}},
         Day(110, -1),
         LeadLife::kLive,
         before},
        {terms,
         {{Day(110), LeadStatus::kRejected}},
         Day(110),
         LeadLife::kRejected,
         Day(110)},
        {terms,
         {{Day(110), LeadStatus::kLost}},
         Day(500),
         LeadLife::kLost,
         Day(110)},
        {terms,
         {{Day(110), LeadStatus::kRejected}, {Day(111)}},
         Day(112),
         LeadLife::kRejected,
         Day(110)},
        {terms,
         {{Day(110), LeadStatus::kLost}, {Day(111), LeadStatus::kWon}},
         Day(112),
         LeadLife::kLost,
         Day(110)},
        {terms,
         {{Day(110), LeadStatus::kLost}, {Day(111), LeadStatus::kRejected}},
         Day(112),
         LeadLife::kLost,
         Day(110)},
        {terms,
         {{Day(110), LeadStatus::kWon}, {Day(111), LeadStatus::kRejected}},
         Day(112),
         LeadLife::kRejected,
         Day(111)},
    });
  }
}

TEST(LeadTest, WithoutAProtectionItHasNoEnd) {
  constexpr Terms kTerms = Terms::kNoProtection;
  ExpectLives({
      {kTerms, {}, Day(100), LeadLife::kLive, std::nullopt},
      {kTerms, {}, kMaxInstant, LeadLife::kLive, std::nullopt},
      {kTerms, {{Day(120)}}, Day(9000), LeadLife::kLive, std::nullopt},
      {kTerms,
       {{Day(120), LeadStatus::kWon}},
       Day(9000),
       LeadLife::kLive,
       std::nullopt},
      {kTerms,
       {{Day(8000), LeadStatus::kRejected}},
       Day(9000),
       LeadLife::kRejected,
       Day(8000)},
  });
}

// What is told late counts by its own time, as if it had come in time.
TEST(LeadTest, LateUpdatesCountByTheirOwnTime) {
  constexpr Terms kTerms = Terms::kLastActivity;
  ExpectLives({
      // Without the activity of day 120 that of day 145 came too late ...
      {kTerms, {{Day(145)}}, Day(146), LeadLife::kExpired, Day(130)},
      // ... and with it, told afterwards, it did not.
      {kTerms, {{Day(145)}, {Day(120)}}, Day(146), LeadLife::kLive, Day(175)},
      {kTerms,
       {{Day(120)}, {Day(110), LeadStatus::kRejected}},
       Day(121),
       LeadLife::kRejected,
       Day(110)},
      // What happened before the registration counts as at it.
      {kTerms, {{Day(90)}}, Day(129), LeadLife::kLive, Day(130)},
      {kTerms,
       {{Day(1), LeadStatus::kLost}},
       Day(100),
       LeadLife::kLost,
       Day(100)},
      // Of equal times the update applied first counts first.
      {kTerms,
       {{Day(110), LeadStatus::kLost}, {Day(110), LeadStatus::kRejected}},
       Day(110),
       LeadLife::kLost,
       Day(110)},
      {kTerms,
       {{Day(110)}, {Day(110), LeadStatus::kRejected}},
       Day(110),
       LeadLife::kRejected,
       Day(110)},
  });
}

TEST(LeadTest, UpdatesAreKeptByTimeAndSeqWhateverTheirOrder) {
  std::vector<LeadUpdate> updates = {
      {Seq(4), Day(101), LeadStatus::kQualified},
      {Seq(2), Day(102), LeadStatus::kNone},
      {Seq(5), Day(102), LeadStatus::kWon},
      {Seq(3), Day(103), LeadStatus::kLost},
  };
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    LeadState lead;
    for (const std::size_t i : order) KeepUpdate(updates[i], &lead);
    ASSERT_EQ(lead.updates.size(), updates.size());
    for (std::size_t i = 0; i < updates.size(); ++i) {
      EXPECT_EQ(lead.updates[i].seq, updates[i].seq);
      EXPECT_EQ(lead.updates[i].time, updates[i].time);
      EXPECT_EQ(lead.updates[i].status, updates[i].status);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

// No later one tells anything, so that a lead never holds more than one.
TEST(LeadTest, OfSeveralEndingsTheEarliestIsKeptAlone) {
  const std::vector<LeadUpdate> updates = {
      {Seq(2), Day(103), LeadStatus::kLost},
      {Seq(3), Day(105), LeadStatus::kRejected},
      {Seq(4), Day(101), LeadStatus::kQualified},
      {Seq(5), Day(102), LeadStatus::kRejected},
      {Seq(6), Day(102), LeadStatus::kLost},
      {Seq(7), Day(104), LeadStatus::kWon},
  };
  LeadState lead;
  std::vector<std::vector<uint64_t>> seqs;
  for (const LeadUpdate& update : updates) {
    KeepUpdate(update, &lead);
    std::vector<uint64_t>& left = seqs.emplace_back();
    for (const LeadUpdate& kept : lead.updates) {
      left.push_back(kept.seq.value());
    }
  }
  EXPECT_EQ(seqs, (std::vector<std::vector<uint64_t>>{
                      {2}, {2}, {4, 2}, {4, 5}, {4, 5}, {4, 5, 7}}));
}

TEST(LeadTest, ALeadIsATouchAtItsRegistration) {
  const Touch touch = TouchOf(LeadOf({{Day(110)}}), LeadIndex(7));
  EXPECT_EQ(touch.seq, Seq(1));
  EXPECT_EQ(touch.time, Day(100));
  EXPECT_EQ(touch.channel, Channel::kLead);
  EXPECT_EQ(touch.standing, Standing::kHolds);
  EXPECT_EQ(touch.partner, PartnerIndex(1));
  EXPECT_EQ(touch.lead, LeadIndex(7));
  EXPECT_FALSE(touch.code.has_value());
}

}  // namespace
}  // namespace vouch

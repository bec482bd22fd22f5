#include "vouch/attribute/decide.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/attribute/world.h"

namespace vouch {
namespace {

// anna is active always, eve is suspended in May 2024 and terminated in July,
// late joins in April.
class DecideTest : public testing::Test {
 protected:
  DecideTest() {
    anna_ = world_.SetPartner("anna", kActive, At("2020-01-01"));
    bob_ = world_.SetPartner("bob", kActive, At("2020-01-01"));
    eve_ = world_.SetPartner("eve", kActive, At("2020-01-01"));
    world_.SetPartner("eve", PartnerStatus::kSuspended, At("2024-05-01"));
    world_.SetPartner("eve", kActive, At("2024-06-01"));
    world_.SetPartner("eve", PartnerStatus::kTerminated, At("2024-07-01"));
    late_ = world_.SetPartner("late", kActive, At("2024-04-01"));
    last_ = world_.AddTerms(At("2020-01-01"), [](ProgramSpec& s) {
      s.model = Model::kLastTouch;
      s.windows = {{Channel::kLink, 30, WindowEnd::kExclusive},
                   {Channel::kCode, 30, WindowEnd::kInclusive}};
    });
    first_ = world_.AddTerms(
        At("2020-01-01"), [](ProgramSpec& s) { s.model = Model::kFirstTouch; });
  }

  static Touch TouchOf(uint64_t seq, PartnerIndex partner, Instant time,
                       Channel channel = Channel::kView) {
    Touch touch;
    touch.seq = Seq(seq);
    touch.partner = partner;
    touch.time = time;
    touch.channel = channel;
    return touch;
  }

  static Candidates Of(absl::Span<const Touch> touches) {
    return {touches, {}, {}, {}};
  }

  // What became of the one touch that there is.
  TouchFate FateOf(const Touch& touch, std::string_view conversion) {
    DecisionTrace trace;
    const Decision decision =
        Decide(Of(absl::MakeConstSpan(&touch, 1)),
               {Seq(99), At(std::string(conversion)), Trigger::kSignup}, *last_,
               world_.reference, &trace);
    EXPECT_EQ(trace.touches.size(), 1u);
    EXPECT_EQ(decision.credits.empty(),
              trace.touches[0].fate != TouchFate::kWon);
    return trace.touches[0].fate;
  }

  World world_;
  const Program* last_;
  const Program* first_;
  PartnerIndex anna_, bob_, eve_, late_;
};

TEST_F(DecideTest, WithoutTouchesNobodyIsCredited) {
  DecisionTrace trace;
  const Decision decision =
      Decide(Of({}), {Seq(9), Instant{7}, Trigger::kSignup}, *last_,
             world_.reference, &trace);
  EXPECT_EQ(decision.seq, Seq(9));
  EXPECT_EQ(decision.at, Instant{7});
  EXPECT_EQ(decision.trigger, Trigger::kSignup);
  EXPECT_TRUE(decision.credits.empty());
  EXPECT_TRUE(trace.touches.empty());
  EXPECT_EQ(trace.model, Model::kLastTouch);
  EXPECT_EQ(trace.terms, last_);
}

// 30 x 24 hours before 2024-04-10T12:00Z is 2024-03-11T12:00Z, although the
// clocks of Berlin went forward on the 31st; before 2024-11-20T12:00Z it is
// 2024-10-21T12:00Z, although they went back on the 27th.
TEST_F(DecideTest, AWindowIsHoursAndEndsExactly) {
  const struct {
    Channel channel;
    std::string_view touch;
    std::string_view conversion;
    TouchFate fate;
  } kCases[] = {
      {Channel::kLink, "2024-03-11T12:00:00.000001Z", "2024-04-10T12:00:00Z",
       TouchFate::kWon},
      {Channel::kLink, "2024-03-11T12:00:00Z", "2024-04-10T12:00:00Z",
       TouchFate::kOutsideWindow},
      {Channel::kLink, "2024-03-11T11:59:59.999999Z", "2024-04-10T12:00:00Z",
       TouchFate::kOutsideWindow},
      {Channel::kLink, "2024-10-21T12:00:00Z", "2024-11-20T12:00:00Z",
       TouchFate::kOutsideWindow},
      {Channel::kLink, "2024-10-21T12:00:00.000001Z", "2024-11-20T12:00:00Z",
       TouchFate::kWon},
      // INCLUSIVE
      {Channel::kCode, "2024-03-11T12:00:00Z", "2024-04-10T12:00:00Z",
       TouchFate::kWon},
      {Channel::kCode, "2024-03-11T11:59:59.999999Z", "2024-04-10T12:00:00Z",
       TouchFate::kOutsideWindow},
      // A channel without a window has none.
      {Channel::kView, "2020-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
       TouchFate::kWon},
      // At the conversion is before it; a microsecond later is not.
      {Channel::kLink, "2024-04-10T12:00:00Z", "2024-04-10T12:00:00Z",
       TouchFate::kWon},
      {Channel::kLink, "2024-04-10T12:00:00.000001Z", "2024-04-10T12:00:00Z",
       TouchFate::kAfterConversion},
      {Channel::kView, "9999-12-31T23:59:59Z", "2024-04-10T12:00:00Z",
       TouchFate::kAfterConversion},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FateOf(TouchOf(1, anna_, At(std::string(c.touch)), c.channel),
                     c.conversion),
              c.fate)
        << c.touch << " " << c.conversion;
  }
}

TEST_F(DecideTest, ThePartnerIsActiveAtTheConversion) {
  const struct {
    PartnerIndex partner;
    std::string_view conversion;
    TouchFate fate;
  } kCases[] = {
      {eve_, "2024-04-30T23:59:59.999999Z", TouchFate::kWon},
      {eve_, "2024-05-01T00:00:00Z", TouchFate::kPartnerNotActive},
      {eve_, "2024-05-31T23:59:59Z", TouchFate::kPartnerNotActive},
      {eve_, "2024-06-01T00:00:00Z", TouchFate::kWon},  // active again
      {eve_, "2024-07-01T00:00:00Z", TouchFate::kPartnerNotActive},
      {late_, "2024-03-31T23:59:59Z", TouchFate::kPartnerNotActive},
      {late_, "2024-04-01T00:00:00Z", TouchFate::kWon},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FateOf(TouchOf(1, c.partner, At("2024-03-30")), c.conversion),
              c.fate)
        << c.conversion;
  }
}

// Whether partner and code held was settled when the touch was applied.
TEST_F(DecideTest, ATouchThatDoesNotHoldIsOut) {
  for (const Standing standing :
       {Standing::kPartnerUnknown, Standing::kCodeUnknown,
        Standing::kCodeNotYetValid, Standing::kCodeExpired,
        Standing::kCodeRevoked, Standing::kCodeUsedUp}) {
    Touch touch = TouchOf(1, anna_, At("2024-04-09"));
    touch.standing = standing;
    if (standing <= Standing::kCodeUnknown) touch.partner = PartnerIndex();
    EXPECT_EQ(FateOf(touch, "2024-04-10T00:00:00Z"), TouchFate::kDoesNotHold);
    EXPECT_EQ(FateOf(touch, "2024-04-08T00:00:00Z"),
              TouchFate::kAfterConversion);
  }
}

// Touches in the order applied, seq from 1; the winner by each model. Of equal
// times the later applied is the later touch.
TEST_F(DecideTest, FirstAndLastTouch) {
  struct At2024 {
    PartnerIndex partner;
    int minute;
  };
  const struct {
    std::vector<At2024> touches;
    uint64_t first;  // seq of the winner
    uint64_t last;
  } kCases[] = {
      {{{anna_, 5}}, 1, 1},
      {{{anna_, 1}, {bob_, 2}, {eve_, 3}}, 1, 3},
      {{{anna_, 3}, {bob_, 2}, {eve_, 1}}, 3, 1},  // applied late
      {{{anna_, 2}, {bob_, 1}, {eve_, 2}}, 2, 3},
      {{{anna_, 1}, {bob_, 1}}, 1, 2},
      {{{anna_, 1}, {bob_, 1}, {eve_, 1}}, 1, 3},
      {{{anna_, 1}, {bob_, 1}, {anna_, 1}}, 1, 3},
      {{{anna_, 0}, {bob_, 11}}, 1, 1},  // the second is after the conversion
  };
  for (const auto& c : kCases) {
    std::vector<Touch> touches;
    for (const At2024& t : c.touches) {
      touches.push_back(
          TouchOf(touches.size() + 1, t.partner,
                  Instant{At("2024-04-10").us + t.minute * 60'000'000}));
    }
    const ConversionPoint point{Seq(50), At("2024-04-10T00:10:00Z"),
                                Trigger::kPayment};
    const auto winner = [&](const Program* terms) {
      const Decision d =
          Decide(Of(touches), point, *terms, world_.reference, nullptr);
      return d.credits.size() == 1 ? d.credits[0].touch_seq : Seq();
    };
    EXPECT_EQ(winner(first_), Seq(c.first));
    EXPECT_EQ(winner(last_), Seq(c.last));
  }
}

// A credit is what its winning touch was.
TEST_F(DecideTest, ACreditIsOneOfTheWinnersTouch) {
  Touch touch = TouchOf(7, bob_, At("2024-04-09"), Channel::kCode);
  touch.code = CodeIndex(3);
  touch.campaign = "spring";
  touch.sub_ids =
      "a\x1f"
      "b";
  Touch lost = TouchOf(6, anna_, At("2024-04-08"), Channel::kLink);
  lost.campaign = "autumn";
  const Touch touches[] = {lost, touch};
  const Decision decision =
      Decide(Of(touches), {Seq(8), At("2024-04-10"), Trigger::kPayment}, *last_,
             world_.reference, nullptr);
  EXPECT_EQ(decision.trigger, Trigger::kPayment);
  ASSERT_EQ(decision.credits.size(), 1u);
  const Credit& credit = decision.credits[0];
  EXPECT_EQ(credit.partner, bob_);
  EXPECT_EQ(credit.role, Role::kAcquirer);
  EXPECT_EQ(credit.weight_ppb, 1'000'000'000);
  EXPECT_EQ(credit.channel, Channel::kCode);
  EXPECT_EQ(credit.code, CodeIndex(3));
  EXPECT_EQ(credit.campaign, "spring");
  EXPECT_EQ(credit.sub_ids, touch.sub_ids);
  EXPECT_EQ(credit.touch_seq, Seq(7));
  EXPECT_EQ(credit.touch_at, At("2024-04-09"));
}

TEST_F(DecideTest, TheTraceTellsEveryTouch) {
  Touch unknown = TouchOf(3, PartnerIndex(), At("2024-05-09"));
  unknown.standing = Standing::kPartnerUnknown;
  unknown.named = "nobody";
  const Touch touches[] = {
      TouchOf(1, anna_, At("2024-05-08")),
      TouchOf(2, eve_, At("2024-05-09")),  // suspended in May
      unknown,
      TouchOf(4, anna_, At("2024-04-01"), Channel::kLink),  // too old
      TouchOf(5, bob_, At("2024-05-10T00:00:01Z")),         // after
      TouchOf(6, bob_, At("2024-05-07")),
  };
  const TouchFate fates[] = {TouchFate::kWon,
                             TouchFate::kPartnerNotActive,
                             TouchFate::kDoesNotHold,
                             TouchFate::kOutsideWindow,
                             TouchFate::kAfterConversion,
                             TouchFate::kLost};
  DecisionTrace trace;
  trace.touches.emplace_back();  // of before: it goes
  Decide(Of(touches), {Seq(8), At("2024-05-10"), Trigger::kPayment}, *last_,
         world_.reference, &trace);
  ASSERT_EQ(trace.touches.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(trace.touches[i].touch.seq, Seq(i + 1));
    EXPECT_EQ(trace.touches[i].fate, fates[i]) << i;
  }
  EXPECT_EQ(trace.touches[2].touch.named, "nobody");
}

}  // namespace
}  // namespace vouch

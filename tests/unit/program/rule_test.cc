#include "vouch/program/rule.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(RuleTest, ARangeIsHalfOpenAndEachBoundMayBeMissing) {
  const struct {
    Range range;
    int64_t value;
    bool has;
  } kCases[] = {
      {{}, INT64_MIN, true},
      {{}, INT64_MAX, true},  // the greatest `until` is no end
      {{2, 4}, 1, false},
      {{2, 4}, 2, true},
      {{2, 4}, 3, true},
      {{2, 4}, 4, false},
      {{2, INT64_MAX}, INT64_MAX, true},
      {{INT64_MIN, 2}, INT64_MIN, true},
      {{INT64_MIN, 2}, 2, false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(c.range.Has(c.value), c.has)
        << c.range.from << " " << c.range.until << " " << c.value;
  }
  EXPECT_TRUE(Range().any());
  EXPECT_FALSE((Range{2, INT64_MAX}.any()));
  EXPECT_FALSE((Range{INT64_MIN, 2}.any()));
}

// Below the first band nothing, in a gap nothing, the exact bound in the band
// that begins there.
TEST(RuleTest, TheBandOfAMetric) {
  Reward reward;
  EXPECT_EQ(reward.BandOf(0), nullptr);
  reward.tiers = {{100, 200, Rate::FromPpb(1), 0},
                  {200, 300, Rate::FromPpb(2), 0},
                  {400, INT64_MAX, Rate::FromPpb(3), 0}};
  const struct {
    int64_t metric;
    int64_t ppb;  // 0: no band
  } kCases[] = {
      {INT64_MIN, 0}, {0, 0},   {99, 0},  {100, 1}, {199, 1},       {200, 2},
      {299, 2},       {300, 0}, {399, 0}, {400, 3}, {INT64_MAX, 3},
  };
  for (const auto& c : kCases) {
    const Tier* band = reward.BandOf(c.metric);
    EXPECT_EQ(band == nullptr ? 0 : band->percent.ppb(), c.ppb) << c.metric;
  }
}

TEST(RuleTest, APartnersRewardIsItsExceptionElseTheRules) {
  Rule rule;
  rule.reward.fixed_minor = 1;
  EXPECT_EQ(rule.RewardOf("anna").fixed_minor, 1);
  for (const char* partner : {"anna", "bert", "carl"}) {
    rule.rate_exceptions.push_back({partner, {}});
    rule.rate_exceptions.back().reward.fixed_minor = partner[0];
  }
  EXPECT_EQ(rule.RewardOf("anna").fixed_minor, 'a');
  EXPECT_EQ(rule.RewardOf("bert").fixed_minor, 'b');
  EXPECT_EQ(rule.RewardOf("carl").fixed_minor, 'c');
  for (const char* other : {"", "ann", "annaa", "bern", "zoe"}) {
    EXPECT_EQ(rule.RewardOf(other).fixed_minor, 1) << other;
  }
}

}  // namespace
}  // namespace vouch

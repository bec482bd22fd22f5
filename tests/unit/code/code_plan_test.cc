#include "vouch/code/code_plan.h"

#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(CodePlanTest, SaysWhatACampaignIsWorth) {
  const auto plan = PlanCodes({8, 3000, 2990, 10'000, 0});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->capacity, absl::uint128(1'073'741'824));
  EXPECT_EQ(plan->left_count, absl::uint128(1'073'741'824 - 13'000));
  EXPECT_EQ(plan->out_before_count, 2990u);
  EXPECT_EQ(plan->out_after_count, 12'990u);
  EXPECT_EQ(plan->chance_before.Fraction(), "1495/536870912");
  EXPECT_EQ(plan->chance_after.Fraction(), "6495/536870912");
  EXPECT_EQ(plan->chance_after.OneIn(), absl::uint128(82'659));
}

TEST(CodePlanTest, ChancesAreExact) {
  struct {
    GuessChance chance;
    const char* fraction;
    const char* decimal;
    uint64_t one_in;
  } const cases[] = {
      {{0, 1'048'576}, "0/1", "0", 0},
      {{1, 1'048'576}, "1/1048576", "0.00000095367431640625", 1'048'576},
      {{1'048'576, 1'048'576}, "1/1", "1", 1},
      {{3, 8}, "3/8", "0.375", 2},
      {{10'000, 1'073'741'824},
       "625/67108864",
       "0.00000931322574615478515625",
       107'374},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.chance.Fraction(), c.fraction);
    EXPECT_EQ(c.chance.Decimal(), c.decimal);
    EXPECT_EQ(c.chance.OneIn(), absl::uint128(c.one_in));
  }
  // 2^-70, to the last place: 5^70 with leading zeros.
  EXPECT_EQ((GuessChance{1, CodeCapacity(16)}).Decimal(),
            "0.00000000000000000000084703294725430033"
            "90683225006796419620513916015625");
}

TEST(CodePlanTest, RefusesWithTheLengthThatFits) {
  struct {
    CodePlanRequest request;
    const char* message;
  } const cases[] = {
      {{6, 0, 0, 1'048'577, 0},
       "length: of 6 letters there are 1048576 codes, 1048577 numbers would be "
       "used; 7 letters of a new series fit"},
      {{6, 1'048'000, 1'048'000, 1'000, 0},
       "length: of 6 letters there are 1048576 codes, 1049000 numbers would be "
       "used; 7 letters of a new series fit"},
      {{6, 0, 0, 1'000, 10'000},
       "length: of 6 letters there are 1048576 codes, one in 1048 would be "
       "out; 7 letters of a new series fit"},
      {{8, 0, 0, 1'000'000, 1'000'000'000},
       "length: of 8 letters there are 1073741824 codes, one in 1073 would be "
       "out; 12 letters of a new series fit"},
      {{16, 1, 0, UINT64_MAX, 0}, nullptr},
      {{16, 2, 0, UINT64_MAX, 0},
       "length: of 16 letters there are 1180591620717411303424 codes, "
       "18446744073709551617 numbers would be used, and no length fits"},
      {{10, 0, 0, UINT64_MAX, UINT64_MAX},
       "length: of 10 letters there are 1099511627776 codes, "
       "18446744073709551615 numbers would be used, and no length fits"},
  };
  for (const auto& c : cases) {
    const auto plan = PlanCodes(c.request);
    if (c.message == nullptr) {
      EXPECT_TRUE(plan.ok()) << plan.status();
      continue;
    }
    EXPECT_EQ(plan.status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(plan.status().message(), c.message);
  }
}

// The length that a refusal names fits, and the one before does not.
TEST(CodePlanTest, TheNamedLengthIsTheLeast) {
  for (const uint64_t wanted : {uint64_t{1}, uint64_t{1'000},
                                uint64_t{1'000'000}, uint64_t{1'000'000'000}}) {
    for (const uint64_t one_in :
         {uint64_t{0}, uint64_t{1}, uint64_t{1'000}, uint64_t{1'000'000}}) {
      int least = 0;
      for (int length = kMaxCodeLength; length >= kMinCodeLength; --length) {
        const auto plan = PlanCodes({length, 0, 0, wanted, one_in});
        if (plan.ok()) {
          least = length;
          continue;
        }
        const std::string named = " " + std::to_string(least) + " letters of";
        EXPECT_NE(plan.status().ToString().find(named), std::string::npos)
            << plan.status();
      }
      EXPECT_NE(least, 0);
    }
  }
}

TEST(CodePlanTest, RefusesWhatCannotBe) {
  EXPECT_EQ(PlanCodes({5, 0, 0, 1, 0}).status().message(),
            "length: is not from 6 to 16 letters");
  EXPECT_EQ(PlanCodes({8, 1, 2, 1, 0}).status().message(),
            "out_count: is more than the numbers used");
}

}  // namespace
}  // namespace vouch

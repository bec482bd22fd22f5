#include "vouch/code/capacity.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(CapacityTest, ThirtyTwoToTheLettersBetween) {
  EXPECT_EQ(CodeCapacity(6), absl::uint128(1'048'576));
  EXPECT_EQ(CodeCapacity(8), absl::uint128(1'073'741'824));
  EXPECT_EQ(CodeCapacity(16), absl::MakeUint128(64, 0));  // 2^70
  EXPECT_EQ(NumberedCodes(14), CodeCapacity(14));
  EXPECT_EQ(NumberedCodes(15), absl::MakeUint128(1, 0));
  EXPECT_EQ(NumberedCodes(16), absl::MakeUint128(1, 0));
}

TEST(CapacityTest, TheLengthThatFits) {
  EXPECT_EQ(FittingCodeLength(0), 6);
  EXPECT_EQ(FittingCodeLength(1'048'576), 6);
  EXPECT_EQ(FittingCodeLength(1'048'577), 7);
  EXPECT_EQ(FittingCodeLength(1'073'741'824), 8);
  EXPECT_EQ(FittingCodeLength(absl::uint128(1) << 60), 14);
  EXPECT_EQ(FittingCodeLength(absl::uint128(1) << 64), 15);
  EXPECT_EQ(FittingCodeLength((absl::uint128(1) << 64) + 1), 0);
}

TEST(CapacityTest, RefusalsNameIt) {
  EXPECT_TRUE(internal::CheckCodeRange(6, 1'048'576).ok());
  const absl::Status small = internal::CheckCodeRange(6, 1'048'577);
  EXPECT_EQ(small.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(small.message(),
            "length: of 6 letters there are 1048576 codes; 7 letters fit");
  EXPECT_EQ(
      internal::CheckCodeRange(16, (absl::uint128(1) << 64) + 1).message(),
      "length: of 16 letters there are 18446744073709551616 codes, and no "
      "length has more");
  for (const int length : {-1, 0, 5, 17}) {
    EXPECT_EQ(internal::CheckCodeLength(length).message(),
              "length: is not from 6 to 16 letters");
  }
}

}  // namespace
}  // namespace vouch

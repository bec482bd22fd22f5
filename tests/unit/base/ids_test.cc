#include "vouch/base/ids.h"

#include <type_traits>

#include "absl/hash/hash_testing.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

static_assert(!std::is_convertible_v<CustomerNumber, VisitorNumber>);
static_assert(!std::is_constructible_v<VisitorNumber, CustomerNumber>);
static_assert(!std::is_convertible_v<uint64_t, CustomerNumber>);
static_assert(!std::is_convertible_v<CustomerNumber, uint64_t>);
static_assert(!std::is_assignable_v<Seq&, CustomerNumber>);
static_assert(!std::is_same_v<PartnerIndex, ProgramIndex>);
static_assert(sizeof(PartnerIndex) == 4 && sizeof(Seq) == 8);
static_assert(std::is_trivially_copyable_v<Seq>);

TEST(IdsTest, ZeroIsNone) {
  EXPECT_FALSE(CustomerNumber().has_value());
  EXPECT_FALSE(CustomerNumber(0).has_value());
  EXPECT_TRUE(CustomerNumber(1).has_value());
  EXPECT_EQ(CustomerNumber(UINT64_MAX).value(), UINT64_MAX);
  EXPECT_EQ(Seq().Next(), Seq(1));
  EXPECT_EQ(PartnerIndex(41).Next().value(), 42u);
}

TEST(IdsTest, Compares) {
  constexpr Seq kLow(1);
  constexpr Seq kHigh(2);
  EXPECT_TRUE(kLow < kHigh && kLow <= kHigh && kLow != kHigh);
  EXPECT_TRUE(kHigh > kLow && kHigh >= kLow && kHigh == Seq(2));
  EXPECT_FALSE(kHigh < kLow || kHigh <= kLow || kHigh == kLow);
  EXPECT_FALSE(kLow > kHigh || kLow >= kHigh || kLow != kLow);
}

TEST(IdsTest, Hashes) {
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {Seq(), Seq(1), Seq(2), Seq(UINT64_MAX)}));
}

}  // namespace
}  // namespace vouch

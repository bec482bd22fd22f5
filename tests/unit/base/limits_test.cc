#include "vouch/base/limits.h"

#include "gtest/gtest.h"
#include "vouch/base/instant.h"

namespace vouch {
namespace {

TEST(LimitsTest, LongestWindowStaysFarFromTheEndOfTime) {
  EXPECT_LT(kMaxDays, (INT64_MAX - kMaxInstant.us) / kUsPerDay);
  EXPECT_LT(kMaxDays, (kMinInstant.us - INT64_MIN) / kUsPerDay);
}

TEST(LimitsTest, AFullPaymentOfPlainLinesFitsAnEvent) {
  constexpr size_t kPlainLineBytes = 400;
  EXPECT_LE(kMaxLinesPerPayment * kPlainLineBytes, kMaxEventBytes);
  EXPECT_LE(kMaxAttributes * (kMaxIdBytes + kMaxTextBytes), kMaxEventBytes);
}

}  // namespace
}  // namespace vouch

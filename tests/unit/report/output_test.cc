#include "vouch/report/output.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(OutputTest, StartsWithoutARow) {
  const Output row{};
  EXPECT_FALSE(row.seq.has_value());
  EXPECT_EQ(row.accrual, nullptr);
  EXPECT_EQ(row.entry, nullptr);
  EXPECT_EQ(row.payout, nullptr);
}

}  // namespace
}  // namespace vouch

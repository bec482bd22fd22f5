#include "vouch/rate/accrual.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(AccrualTest, IsOfNobodyAndNothingAtFirst) {
  const Accrual row;
  EXPECT_FALSE(row.accrual_id.has_value());
  EXPECT_FALSE(row.restores_id.has_value());
  EXPECT_FALSE(row.partner.has_value());
  EXPECT_EQ(row.level, 0);
  EXPECT_EQ(Word(row.kind), "");
  EXPECT_EQ(Word(AccrualKind::kAccrual), "ACCRUAL");
  EXPECT_EQ(Word(AccrualKind::kReversal), "REVERSAL");
}

}  // namespace
}  // namespace vouch

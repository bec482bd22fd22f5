#include "vouch/settle/account_state.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(AccountStateTest, FindsAParcelByItsAccrual) {
  AccountState account;
  for (const AccrualId id : {AccrualId{Seq(3), 0}, AccrualId{Seq(5), 1},
                             AccrualId{Seq(5), 3}, AccrualId{Seq(9), 1}}) {
    Parcel parcel;
    parcel.accrual_id = id;
    account.parcels.push_back(parcel);
  }
  EXPECT_EQ(account.Find({Seq(3), 0}), &account.parcels[0]);
  EXPECT_EQ(account.Find({Seq(5), 3}), &account.parcels[2]);
  EXPECT_EQ(account.Find({Seq(9), 1}), &account.parcels[3]);
  EXPECT_EQ(account.Find({Seq(5), 2}), nullptr);
  EXPECT_EQ(account.Find({Seq(1), 1}), nullptr);
  EXPECT_EQ(account.Find({Seq(10), 1}), nullptr);
  EXPECT_EQ(AccountState().Find({Seq(1), 1}), nullptr);
}

}  // namespace
}  // namespace vouch

#include "vouch/ledger/balances.h"

#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

struct Step {
  Account from;
  Account to;
  int64_t amount_minor;
  // pending, payable, in transit, paid: afterwards
  int64_t pending, payable, in_transit, paid;
};

TEST(BalancesTest, EveryMoveOfSectionEight) {
  // 1000 earned, 200 reversed while held, 700 matured, 100 void; 500 sent for,
  // 300 of it arrives, 200 comes back; an adjustment each way; a reversal of
  // matured money takes payable below zero.
  const std::vector<Step> steps = {
      {Account::kExpense, Account::kPending, 1000, 1000, 0, 0, 0},
      {Account::kPending, Account::kExpense, 200, 800, 0, 0, 0},
      {Account::kPending, Account::kPayable, 700, 100, 700, 0, 0},
      {Account::kPending, Account::kExpense, 100, 0, 700, 0, 0},
      {Account::kPayable, Account::kInTransit, 500, 0, 200, 500, 0},
      {Account::kInTransit, Account::kPaid, 300, 0, 200, 200, 300},
      {Account::kInTransit, Account::kPayable, 200, 0, 400, 0, 300},
      {Account::kExpense, Account::kPayable, 50, 0, 450, 0, 300},
      {Account::kPayable, Account::kExpense, 20, 0, 430, 0, 300},
      {Account::kPayable, Account::kExpense, 700, 0, -270, 0, 300},
  };
  Balances balances;
  int64_t spent = 0;  // what expense is below zero
  for (const Step& step : steps) {
    balances.Move(step.from, step.to, step.amount_minor);
    if (step.from == Account::kExpense) spent += step.amount_minor;
    if (step.to == Account::kExpense) spent -= step.amount_minor;
    EXPECT_EQ(balances.pending_minor, step.pending);
    EXPECT_EQ(balances.payable_minor, step.payable);
    EXPECT_EQ(balances.in_transit_minor, step.in_transit);
    EXPECT_EQ(balances.paid_minor, step.paid);
    EXPECT_EQ(balances.Sum(), spent);
    EXPECT_EQ(balances.Owed(), spent - step.paid);
  }
}

TEST(BalancesTest, StartsEmpty) {
  EXPECT_EQ(Balances().Sum(), 0);
  EXPECT_EQ(Balances().Owed(), 0);
}

}  // namespace
}  // namespace vouch

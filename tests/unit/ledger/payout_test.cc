#include "vouch/ledger/payout.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(PayoutTest, WordsOfItsSteps) {
  EXPECT_EQ(Word(PayoutState::kRequested), "REQUESTED");
  EXPECT_EQ(Word(PayoutState::kSent), "SENT");
  EXPECT_EQ(Word(PayoutState::kFailed), "FAILED");
  EXPECT_EQ(Word(Payout().state), "");
}

}  // namespace
}  // namespace vouch

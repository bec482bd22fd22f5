#include "vouch/program/mistakes.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(MistakesTest, NoneIsOk) {
  const Mistakes mistakes;
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(mistakes.ToString(), "");
  EXPECT_EQ(mistakes.ToStatus(), absl::OkStatus());
}

TEST(MistakesTest, TellsAllInTheOrderFound) {
  Mistakes mistakes;
  mistakes.Add("rules[2].budget", "missing", "write a rate");
  mistakes.Add("currency", "is no currency");
  EXPECT_FALSE(mistakes.empty());
  ASSERT_EQ(mistakes.list().size(), 2u);
  EXPECT_EQ(mistakes.list()[0].path, "rules[2].budget");
  EXPECT_EQ(mistakes.list()[0].problem, "missing");
  EXPECT_EQ(mistakes.list()[0].advice, "write a rate");
  EXPECT_EQ(mistakes.list()[1].advice, "");
  EXPECT_EQ(mistakes.ToString(),
            "rules[2].budget: missing; write a rate\n"
            "currency: is no currency");
  EXPECT_EQ(mistakes.ToStatus(),
            absl::InvalidArgumentError(mistakes.ToString()));
}

}  // namespace
}  // namespace vouch

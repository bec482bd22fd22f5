#include "vouch/report/explanation.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using ::testing::HasSubstr;

TEST(FateTextTest, EveryFateAndStandingHasWordsOfItsOwn) {
  std::set<std::string> texts;
  for (const TouchFate fate :
       {TouchFate::kAfterConversion, TouchFate::kOutsideWindow,
        TouchFate::kPartnerNotActive, TouchFate::kLost, TouchFate::kWon}) {
    texts.insert(FateText(fate, Standing::kHolds));
  }
  for (const Standing standing :
       {Standing::kPartnerUnknown, Standing::kCodeUnknown,
        Standing::kCodeNotYetValid, Standing::kCodeExpired,
        Standing::kCodeRevoked, Standing::kCodeUsedUp}) {
    texts.insert(FateText(TouchFate::kDoesNotHold, standing));
  }
  EXPECT_EQ(texts.size(), 11u);
  EXPECT_EQ(texts.count(""), 0u);
}

TEST(ExplanationTextTest, SaysTheReasonForNothing) {
  std::set<std::string> texts;
  for (const NothingEarned why :
       {NothingEarned::kNone, NothingEarned::kZeroPayment,
        NothingEarned::kNobodyCredited, NothingEarned::kNotActive,
        NothingEarned::kNoRule, NothingEarned::kRoundedToZero}) {
    Explanation e;
    e.program_id = "shop";
    e.payment_id = "i1";
    e.currency = *Currency::Parse("EUR");
    e.nothing_earned = why;
    const std::string text = ExplanationText(e);
    texts.insert(text);
    EXPECT_THAT(text, HasSubstr("i1"));
    if (why == NothingEarned::kNone) {
      EXPECT_EQ(text.find("Nothing was earned"), std::string::npos);
    } else {
      EXPECT_THAT(text, HasSubstr("Nothing was earned"));
    }
  }
  EXPECT_EQ(texts.size(), 6u);
}

TEST(ExplanationTextTest, ShowsTheConditionThatFailedWithBothValues) {
  Explanation e;
  e.payment_id = "i1";
  e.currency = *Currency::Parse("EUR");
  ExplainedLine line;
  line.line = 1;
  line.amount_minor = 100000;
  line.base_minor = 100000;
  line.trials.push_back(
      {"anna", "first-year", 1, "contract_year", "before 2", "3"});
  e.lines.push_back(line);
  const std::string text = ExplanationText(e);
  EXPECT_THAT(text, HasSubstr("first-year"));
  EXPECT_THAT(text, HasSubstr("before 2"));
  EXPECT_THAT(text, HasSubstr("3"));
  EXPECT_THAT(text, HasSubstr("1000.00"));
}

}  // namespace
}  // namespace vouch

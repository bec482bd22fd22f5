#include "proto/json_number.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace vouch::proto {
namespace {

TEST(JsonNumberTest, ReadsWholeNumbersExactly) {
  const struct {
    const char* text;
    bool negative;
    uint64_t magnitude;
  } kCases[] = {
      {"0", false, 0},
      {"-0", true, 0},
      {"7", false, 7},
      {"-12", true, 12},
      {"1.0", false, 1},
      {"1.50e2", false, 150},
      {"1.5E+1", false, 15},
      {"1200e-2", false, 12},
      {"0e999999999999", false, 0},
      {"0.000e-5", false, 0},
      {"1e19", false, 10'000'000'000'000'000'000u},
      // 2^53 + 1, which no double holds.
      {"9007199254740993", false, 9'007'199'254'740'993u},
      {"9007199254740993.0", false, 9'007'199'254'740'993u},
      {"18446744073709551615", false, UINT64_MAX},
      {"1844674407370955161.5e1", false, UINT64_MAX},
      {"-9223372036854775808", true, uint64_t{1} << 63},
  };
  for (const auto& c : kCases) {
    WholeNumber number;
    ASSERT_EQ(ParseWholeNumber(c.text, &number), NumberProblem::kNone)
        << c.text;
    EXPECT_EQ(number.negative, c.negative) << c.text;
    EXPECT_EQ(number.magnitude, c.magnitude) << c.text;
  }
}

TEST(JsonNumberTest, TellsWhatIsWrong) {
  const struct {
    std::string text;
    NumberProblem problem;
  } kCases[] = {
      {"", NumberProblem::kNoNumber},
      {"-", NumberProblem::kNoNumber},
      {"+1", NumberProblem::kNoNumber},
      {"01", NumberProblem::kNoNumber},
      {"1.", NumberProblem::kNoNumber},
      {".5", NumberProblem::kNoNumber},
      {"1e", NumberProblem::kNoNumber},
      {"1e+", NumberProblem::kNoNumber},
      {" 1", NumberProblem::kNoNumber},
      {"1 ", NumberProblem::kNoNumber},
      {"0x10", NumberProblem::kNoNumber},
      {"1_000", NumberProblem::kNoNumber},
      {"NaN", NumberProblem::kNoNumber},
      {"1.5", NumberProblem::kNotWhole},
      {"15e-1", NumberProblem::kNotWhole},
      {"1e-99999999999999999999", NumberProblem::kNotWhole},
      {"18446744073709551616", NumberProblem::kTooLarge},
      {"1e20", NumberProblem::kTooLarge},
      {"1e99999999999999999999", NumberProblem::kTooLarge},
      {std::string(100'000, '9'), NumberProblem::kTooLarge},
  };
  for (const auto& c : kCases) {
    WholeNumber number{true, 42};
    EXPECT_EQ(ParseWholeNumber(c.text, &number), c.problem) << c.text;
    EXPECT_EQ(number.magnitude, 42u) << c.text;
  }
}

}  // namespace
}  // namespace vouch::proto

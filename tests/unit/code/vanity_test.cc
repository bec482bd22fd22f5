#include "vouch/code/vanity.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/code_checker.h"

namespace vouch {
namespace {

TEST(VanityTest, TakesAndFinds) {
  VanityRegistry registry(kDigitCodeEpochs);
  for (const char* const code : {"ANNA-20", "Summer Sale", "VIP", "2024",
                                 "a-very-long-code-of-thirty-two-xyzx"}) {
    EXPECT_TRUE(registry.Add(code).ok()) << code;
  }
  EXPECT_EQ(registry.size(), 5u);
  const std::pair<const char*, const char*> cases[] = {
      {"ANNA-20", "ANNA-20"},
      {"anna20", "ANNA-20"},
      {" Anna 2O ", "ANNA-20"},
      {"anna\u201120", "ANNA-20"},
      {"ANNA-Z0", "ANNA-20"},
      {"summersale", "Summer Sale"},
      {"5UMMER-5A1E", "Summer Sale"},
      {"V1P", "VIP"},
      {"vlp", "VIP"},
      {"UIP", "VIP"},
  };
  for (const auto& [text, code] : cases) {
    const auto found = registry.Find(text);
    ASSERT_TRUE(found.has_value()) << text;
    EXPECT_EQ(*found, code);
  }
  for (const char* const text :
       {"", "anna", "anna200", "4NNA20", "\u00e4nna20", "an\nna20"}) {
    EXPECT_FALSE(registry.Find(text).has_value()) << text;
  }
}

TEST(VanityTest, RefusesWhatIsTakenForAnother) {
  // Each pair of what counts as alike, and no others that look somewhat so.
  const std::pair<const char*, const char*> alike[] = {
      {"ANNA-20", "anna20"},  {"CLUB-I", "club-1"}, {"CLUB-L", "CLUB-1"},
      {"CLUB-I", "CLUB-L"},   {"ZERO-0", "ZERO-O"}, {"RUN-U", "RUN-V"},
      {"TEAM-5", "TEAM-S"},   {"TEAM-2", "TEAM-Z"}, {"TEAM-8", "TEAM-B"},
      {"SOLUBLE", "50LV81E"}, {"A B C", "A-B-C"},   {"ABC", "\tabc\u00a0"},
  };
  for (const auto& [first, second] : alike) {
    VanityRegistry registry(0);
    ASSERT_TRUE(registry.Add(first).ok()) << first;
    const absl::Status status = registry.Add(second);
    EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << second;
    EXPECT_EQ(ToStd(status.message()),
              absl::StrCat("code: reads like \"", first, "\""));
    EXPECT_EQ(registry.size(), 1u);
  }
  const std::pair<const char*, const char*> apart[] = {
      {"TEAM-4", "TEAM-A"}, {"TEAM-3", "TEAM-E"}, {"TEAM-7", "TEAM-T"},
      {"TEAM-6", "TEAM-G"}, {"TEAM-Q", "TEAM-O"}, {"TEAM-D", "TEAM-0"},
      {"TEAM-M", "TEAM-N"}, {"TEAM-1", "TEAM-7"},
  };
  for (const auto& [first, second] : apart) {
    VanityRegistry registry(0);
    EXPECT_TRUE(registry.Add(first).ok()) << first;
    EXPECT_TRUE(registry.Add(second).ok()) << second;
  }
}

TEST(VanityTest, RefusesWhatIsNoCode) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "code: is shorter than 3 letters"},
      {"A-B", "code: is shorter than 3 letters"},
      {std::string(33, 'A'), "code: is longer than 32 letters"},
      {std::string(257, 'A'), "code: too long"},
      {"ANNA!", "code: holds more than letters, digits, spaces and hyphens"},
      {"\u00c4NNA",
       "code: holds more than letters, digits, spaces and hyphens"},
      {"AN\nNA", "code: holds more than letters, digits, spaces and hyphens"},
  };
  for (const auto& [code, message] : cases) {
    VanityRegistry registry(kAllCodeEpochs);
    const absl::Status status = registry.Add(code);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), message);
    EXPECT_EQ(registry.size(), 0u);
  }
}

TEST(VanityTest, RefusesWhatReadsAsAGeneratedCode) {
  auto maker = CodeMaker::Create({3, std::vector<uint8_t>(16, 9)}, "shop", 8);
  const std::string code(maker->Make(12)->view());
  VanityRegistry all(kAllCodeEpochs);
  EXPECT_EQ(all.Add(code).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(all.Add(code).message(), "code: reads as a generated one");
  EXPECT_EQ(all.Add(code.substr(0, 4) + "-" + code.substr(4)).code(),
            absl::StatusCode::kFailedPrecondition);
  VanityRegistry third(1u << 3);
  EXPECT_EQ(third.Add(code).code(), absl::StatusCode::kFailedPrecondition);
  VanityRegistry others(~(1u << 3));
  EXPECT_TRUE(others.Add(code).ok());
}

// Of a thousand codes all that a checker would read as its own, and no
// other, are refused: exactly those whose check symbol fits.
TEST(VanityTest, RefusesExactlyWhatAReaderCouldTake) {
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = absl::StrCat("CODE-", 100 + i % 900, "-", i);
    CodeText read;
    const bool fits = ReadCodeText(code, &read) == CodeProblem::kNone &&
                      CheckSymbolFits(read.view());
    VanityRegistry registry(kAllCodeEpochs);
    EXPECT_EQ(registry.Add(code).ok(), !fits) << code;
    refused += fits ? 1 : 0;
  }
  EXPECT_GT(refused, 10);  // one in 32
  EXPECT_LT(refused, 60);
}

// By hand: of 10 21 21 10 2 the sums are 20, 2, 11, 2, and 0 in the end.
TEST(VanityTest, ANameMayReadAsACodeOfAnEpoch) {
  VanityRegistry tenth(1u << 10);
  EXPECT_EQ(tenth.Add("ANNA-20").code(), absl::StatusCode::kFailedPrecondition);
  VanityRegistry digits(kDigitCodeEpochs);
  EXPECT_TRUE(digits.Add("ANNA-20").ok());
}

TEST(VanityTest, RemovedCodesAreFree) {
  VanityRegistry registry(kDigitCodeEpochs);
  ASSERT_TRUE(registry.Add("ANNA-20").ok());
  EXPECT_EQ(registry.Remove("BERTA").message(), "code: is not there");
  EXPECT_EQ(registry.Remove("!").code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(registry.Remove("anna 2o").ok());
  EXPECT_EQ(registry.size(), 0u);
  EXPECT_TRUE(registry.Add("ANNA 2O").ok());
}

}  // namespace
}  // namespace vouch

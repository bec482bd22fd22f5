#include "vouch/code/code_checker.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

std::vector<uint8_t> CheckerKey(uint8_t first) {
  std::vector<uint8_t> key(32);
  for (uint8_t& byte : key) byte = first++;
  return key;
}

std::string Code(int epoch, int length, uint64_t n,
                 std::string_view program = "shop") {
  const std::vector<uint8_t> key = CheckerKey(static_cast<uint8_t>(epoch));
  auto maker = CodeMaker::Create({epoch, key}, program, length);
  return std::string(maker->Make(n)->view());
}

class CodeCheckerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(checker_.Add({{0, CheckerKey(0)}, 8, 5000}).ok());
    ASSERT_TRUE(checker_.Add({{1, CheckerKey(1)}, 10, 800}).ok());
    ASSERT_TRUE(checker_.Add({{1, CheckerKey(1)}, 16, 1}).ok());
  }
  CodeAnswer Check(std::string_view text) { return *checker_.Check(text); }

  CodeChecker checker_{"shop"};
};

TEST_F(CodeCheckerTest, KnowsWhatWasGivenOut) {
  struct {
    int epoch;
    int length;
    uint64_t n;
  } const cases[] = {{0, 8, 0}, {0, 8, 4999}, {1, 10, 799}, {1, 16, 0}};
  for (const auto& c : cases) {
    const std::string code = Code(c.epoch, c.length, c.n);
    const CodeAnswer answer = Check(code);
    EXPECT_EQ(answer.problem, CodeProblem::kNone) << code;
    EXPECT_EQ(answer.code.view(), code);
    EXPECT_EQ(answer.epoch, c.epoch);
    EXPECT_EQ(answer.n, c.n);
  }
}

TEST_F(CodeCheckerTest, ReadsEverySpelling) {
  const std::string code = Code(1, 10, 17);
  std::string typed = " ";
  for (const char letter : code) {
    typed.push_back(letter == '0'   ? 'o'
                    : letter == '1' ? 'l'
                                    : static_cast<char>(letter | 0x20));
    typed.append("- ");
  }
  const CodeAnswer answer = Check(typed);
  EXPECT_EQ(answer.problem, CodeProblem::kNone) << typed;
  EXPECT_EQ(answer.code.view(), code);
  EXPECT_EQ(answer.n, 17u);
}

TEST_F(CodeCheckerTest, SaysWhyAnythingElseIsNone) {
  std::string mistyped = Code(0, 8, 3);
  mistyped[4] = mistyped[4] == 'A' ? 'B' : 'A';
  const std::pair<std::string, CodeProblem> cases[] = {
      {"", CodeProblem::kLength},
      {"ABC", CodeProblem::kLength},
      {Code(0, 9, 3), CodeProblem::kLength},
      {"0123456U", CodeProblem::kLetter},
      {mistyped, CodeProblem::kCheckSymbol},
      {Code(2, 8, 3), CodeProblem::kEpoch},
      {Code(1, 8, 3), CodeProblem::kEpoch},  // of this epoch, not this length
      {Code(0, 10, 3), CodeProblem::kEpoch},
      {Code(0, 8, 5000), CodeProblem::kRange},
      {Code(1, 16, 1), CodeProblem::kRange},
      {Code(1, 16, UINT64_MAX), CodeProblem::kRange},
      // Another program's: in range once in 200,000.
      {Code(0, 8, 3, "other"), CodeProblem::kRange},
  };
  for (const auto& [text, problem] : cases) {
    const CodeAnswer answer = Check(text);
    EXPECT_EQ(answer.problem, problem) << text;
    EXPECT_EQ(answer.epoch, 0);
    EXPECT_EQ(answer.n, 0u);
    EXPECT_NE(CodeProblemText(answer.problem), "");
  }
  EXPECT_EQ(CodeProblemText(CodeProblem::kNone), "");
}

// Campaigns are ranges of numbers, and grow.
TEST_F(CodeCheckerTest, SeriesGrowAndShrink) {
  const std::string code = Code(0, 8, 5000);
  EXPECT_EQ(Check(code).problem, CodeProblem::kRange);
  ASSERT_TRUE(checker_.SetUntil(0, 8, 5001).ok());
  EXPECT_EQ(Check(code).problem, CodeProblem::kNone);
  ASSERT_TRUE(checker_.SetUntil(0, 8, 0).ok());
  EXPECT_EQ(Check(Code(0, 8, 0)).problem, CodeProblem::kRange);
  EXPECT_EQ(checker_.SetUntil(0, 9, 1).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(checker_.SetUntil(2, 8, 1).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(checker_.SetUntil(0, 8, uint64_t{1} << 31).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Check(Code(0, 8, 0)).problem, CodeProblem::kRange);
}

// A new key: old codes hold as long as their series is there, none of the new
// ones equals one of them, and a key of another host fits none.
TEST(CodeKeyRotationTest, OldAndNewCodesLiveSideBySide) {
  CodeChecker before("shop");
  ASSERT_TRUE(before.Add({{30, CheckerKey(1)}, 8, 100'000}).ok());
  CodeChecker during("shop");
  ASSERT_TRUE(during.Add({{30, CheckerKey(1)}, 8, 100'000}).ok());
  ASSERT_TRUE(during.Add({{31, CheckerKey(2)}, 8, 100'000}).ok());
  CodeChecker after("shop");
  ASSERT_TRUE(after.Add({{31, CheckerKey(2)}, 8, 100'000}).ok());
  CodeChecker foreign("shop");
  ASSERT_TRUE(foreign.Add({{30, CheckerKey(7)}, 8, 100'000}).ok());
  int foreign_hits = 0;
  auto old_maker = CodeMaker::Create({30, CheckerKey(1)}, "shop", 8);
  auto new_maker = CodeMaker::Create({31, CheckerKey(2)}, "shop", 8);
  for (uint64_t n = 0; n < 2000; ++n) {
    const CodeText old_code = *old_maker->Make(n);
    const CodeText new_code = *new_maker->Make(n);
    EXPECT_NE(old_code.view()[0], new_code.view()[0]);
    EXPECT_EQ(before.Check(old_code.view())->problem, CodeProblem::kNone);
    EXPECT_EQ(before.Check(new_code.view())->problem, CodeProblem::kEpoch);
    EXPECT_EQ(during.Check(old_code.view())->epoch, 30);
    EXPECT_EQ(during.Check(new_code.view())->epoch, 31);
    EXPECT_EQ(during.Check(new_code.view())->n, n);
    EXPECT_EQ(after.Check(old_code.view())->problem, CodeProblem::kEpoch);
    EXPECT_EQ(after.Check(new_code.view())->problem, CodeProblem::kNone);
    foreign_hits +=
        foreign.Check(old_code.view())->problem == CodeProblem::kNone ? 1 : 0;
  }
  EXPECT_LE(foreign_hits, 3);  // expected: 2000 x 100000 / 32^6 = 0.19
}

TEST(CodeCheckerWordsTest, SkippedNumbersAreNotGivenOut) {
  const AvoidedWords words = *AvoidedWords::Create({"ass", "vvv", "x0x"});
  auto maker = CodeMaker::Create({0, CheckerKey(0)}, "shop", 8);
  std::vector<CodeText> codes(50'000);
  const auto walk = MakeCodes(&*maker, words, 0, absl::MakeSpan(codes));
  ASSERT_TRUE(walk.ok());
  ASSERT_GT(walk->skipped_count, 0u);
  CodeChecker checker("shop");
  ASSERT_TRUE(checker.Add({{0, CheckerKey(0)}, 8, walk->next_n, words}).ok());
  for (std::size_t i = 0; i < codes.size(); i += 10) {
    ASSERT_EQ(checker.Check(codes[i].view())->problem, CodeProblem::kNone);
  }
  uint64_t skipped = 0;
  for (uint64_t n = 0; n < walk->next_n; ++n) {
    const CodeText code = *maker->Make(n);
    const CodeAnswer answer = *checker.Check(code.view());
    if (answer.problem == CodeProblem::kNone) {
      ASSERT_EQ(answer.n, n);
    } else {
      ASSERT_EQ(answer.problem, CodeProblem::kWord);
      ++skipped;
    }
  }
  EXPECT_EQ(skipped, walk->skipped_count);
}

TEST(CodeCheckerSetUpTest, RefusesWrongSeries) {
  CodeChecker checker("shop");
  ASSERT_TRUE(checker.Add({{0, CheckerKey(0)}, 8, 5}).ok());
  EXPECT_EQ(checker.Add({{0, CheckerKey(0)}, 8, 7}).message(),
            "epoch: has a series of this length");
  EXPECT_EQ(checker.Add({{0, CheckerKey(0)}, 9, uint64_t{1} << 36}).message(),
            "length: of 9 letters there are 34359738368 codes; 10 letters fit");
  EXPECT_EQ(checker.Add({{32, CheckerKey(0)}, 8, 7}).message(),
            "epoch: is not from 0 to 31");
  EXPECT_EQ(CodeChecker("").Add({{0, CheckerKey(0)}, 8, 5}).message(),
            "program_id: missing");
}

}  // namespace
}  // namespace vouch

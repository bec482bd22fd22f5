#include "vouch/code/alphabet.h"

#include <set>
#include <string>

#include "absl/hash/hash_testing.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(AlphabetTest, ThirtyTwoLettersWithoutILOU) {
  EXPECT_EQ(kCodeLetters.size(), 32u);
  const std::set<char> letters(kCodeLetters.begin(), kCodeLetters.end());
  EXPECT_EQ(letters.size(), 32u);
  for (const char out : {'I', 'L', 'O', 'U'}) EXPECT_EQ(letters.count(out), 0u);
  for (int value = 0; value < 32; ++value) {
    EXPECT_EQ(CodeLetterValue(kCodeLetters[static_cast<std::size_t>(value)]),
              value);
  }
}

TEST(AlphabetTest, LettersFold) {
  const std::pair<char, int> cases[] = {
      {'I', 1},  {'i', 1},  {'L', 1},  {'l', 1},  {'O', 0},
      {'o', 0},  {'a', 10}, {'z', 31}, {'U', -1}, {'u', -1},
      {'!', -1}, {' ', -1}, {'@', -1}, {'[', -1}, {'\0', -1}};
  for (const auto& [letter, value] : cases) {
    EXPECT_EQ(CodeLetterValue(letter), value) << letter;
  }
  for (int byte = 128; byte < 256; ++byte) {
    EXPECT_EQ(CodeLetterValue(static_cast<char>(byte)), -1);
  }
}

TEST(AlphabetTest, ReadsWhatPeopleType) {
  const std::pair<const char*, const char*> cases[] = {
      {"K7M2QWX0", "K7M2QWX0"},
      {"k7m2qwxo", "K7M2QWX0"},
      {" K7M2-QWX0 ", "K7M2QWX0"},
      {"K7 M2 QW XO", "K7M2QWX0"},
      {"-\tK7M2--QWX0-", "K7M2QWX0"},
      {"ilILoO", "111100"},
      {"K7M2\u00a0QWX0", "K7M2QWX0"},              // no-break space
      {"K7M2\u2011QWX0", "K7M2QWX0"},              // no-break hyphen
      {"K7M2\u2013QW\u2014X0", "K7M2QWX0"},        // dashes
      {"K7M2\u202fQW\u2007X\u00ad0", "K7M2QWX0"},  // narrow, figure, soft
      {"0123456789ABCDEF", "0123456789ABCDEF"},
  };
  for (const auto& [text, letters] : cases) {
    CodeText code;
    EXPECT_EQ(ReadCodeText(text, &code), CodeProblem::kNone) << text;
    EXPECT_EQ(code.view(), letters) << text;
  }
}

TEST(AlphabetTest, SaysWhatIsNoCode) {
  const std::pair<std::string, CodeProblem> cases[] = {
      {"", CodeProblem::kLength},
      {" - ", CodeProblem::kLength},
      {"K7M2Q", CodeProblem::kLength},
      {"0123456789ABCDEFG", CodeProblem::kLength},
      {std::string(257, ' ') + "K7M2QWX0", CodeProblem::kLength},
      {"K7M2QWXU", CodeProblem::kLetter},
      {"K7M2QWX!", CodeProblem::kLetter},
      {"K7M2\nQWX0", CodeProblem::kLetter},
      {"K7M2\u00e4QWX0", CodeProblem::kLetter},
      {"K7M2QWX0\xe2\x80", CodeProblem::kLetter},
      {"K7M2QWX0\xc2", CodeProblem::kLetter},
      {std::string("K7M2\0QWX0", 9), CodeProblem::kLetter},
      {"U", CodeProblem::kLetter},
  };
  for (const auto& [text, problem] : cases) {
    CodeText code;
    code.Resize(6);
    EXPECT_EQ(ReadCodeText(text, &code), problem) << text;
    EXPECT_EQ(code.size(), 0u);
  }
}

TEST(AlphabetTest, CodesAreValues) {
  CodeText a;
  CodeText b;
  ASSERT_EQ(ReadCodeText("K7M2QWX0", &a), CodeProblem::kNone);
  ASSERT_EQ(ReadCodeText("K7M2QWX1", &b), CodeProblem::kNone);
  EXPECT_EQ(a, a);
  EXPECT_NE(a, b);
  EXPECT_LT(a, b);
  EXPECT_FALSE(b < a);
  EXPECT_EQ(a.value(0), 19);
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly({CodeText(), a, b}));
  b.Resize(6);
  EXPECT_EQ(b.size(), 6u);
}

TEST(AlphabetTest, Words) {
  EXPECT_EQ(Word(CodeProblem::kNone), "");
  EXPECT_EQ(Word(CodeProblem::kLength), "LENGTH");
  EXPECT_EQ(Word(CodeProblem::kWord), "WORD");
  EXPECT_EQ(ParseWord<CodeProblem>("CHECK_SYMBOL"), CodeProblem::kCheckSymbol);
}

}  // namespace
}  // namespace vouch

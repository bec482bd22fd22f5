#include "vouch/code/check_symbol.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/tries.h"

namespace vouch {
namespace {

// Worked out apart from this code, over GF(32) with x^5 + x^2 + 1 and the
// generator 2.
TEST(CheckSymbolTest, KnownAnswers) {
  const std::pair<const char*, char> cases[] = {
      {"M9S3", '8'},
      {"46Q3D", '4'},
      {"25VT4F5", 'R'},
      {"V37E3S3", '4'},
      {"E28JT97", 'P'},
      {"KB6CQ643", '0'},
      {"DZVMXXQKF", 'V'},
      {"BF5KZNWJ47T", 'M'},
      {"AN9ZT24MNPZX", 'K'},
      {"45HY43KWJRP1XPA", 'T'},
      {"7Z3DJ8FSSZ5AWSH8VHTPRE95", 'M'},
      {"B9EE0ZBGJ09TQM83XSSSS6YS3C4DWA", 'H'},
      {"0000000", '0'},
      {"1111111", '5'},
      {"ZZZZZZZ", 'C'},
      {"0123456", '8'},
      {"ABCDEFG", 'C'},
  };
  for (const auto& [letters, symbol] : cases) {
    EXPECT_EQ(CheckSymbol(letters), symbol) << letters;
    EXPECT_TRUE(CheckSymbolFits(std::string(letters) + symbol)) << letters;
  }
  EXPECT_FALSE(CheckSymbolFits(""));
}

// Multiplication by 2 walks through all 31 numbers but 0.
TEST(CheckSymbolTest, TwoGeneratesTheField) {
  uint8_t value = 1;
  uint32_t seen = 0;
  for (int i = 0; i < 31; ++i) {
    EXPECT_EQ(seen >> value & 1, 0u);
    seen |= uint32_t{1} << value;
    value = internal::Gf32Double(value);
  }
  EXPECT_EQ(value, 1);
  EXPECT_EQ(seen, 0xfffffffeu);
}

// The letter behind `letters`, with each wrong one in its place and with its
// neighbour's: how many of these go unseen.
int UnseenErrors(std::string* code) {
  int unseen = 0;
  for (std::size_t place = 0; place < code->size(); ++place) {
    char& letter = (*code)[place];
    const char right = letter;
    for (const char wrong : kCodeLetters) {
      if (wrong == right) continue;
      letter = wrong;
      unseen += CheckSymbolFits(*code) ? 1 : 0;
    }
    letter = right;
    if (place == 0 || (*code)[place - 1] == right) continue;
    std::swap((*code)[place - 1], (*code)[place]);
    unseen += CheckSymbolFits(*code) ? 1 : 0;
    std::swap((*code)[place - 1], (*code)[place]);
  }
  return unseen;
}

// Every code of six letters of one epoch, every wrong letter, every swap.
TEST(CheckSymbolTest, SixLettersExhaustively) {
  int64_t unseen = 0;
  const uint64_t codes =
      testing_support::Tries(uint64_t{1} << 20, uint64_t{1} << 20);
  for (uint64_t n = 0; n < codes; ++n) {
    std::string code = "7";
    for (int bit = 15; bit >= 0; bit -= 5) {
      code.push_back(kCodeLetters[n >> bit & 31]);
    }
    code.push_back(CheckSymbol(code));
    if (!CheckSymbolFits(code)) FAIL() << code;
    unseen += UnseenErrors(&code);
  }
  EXPECT_EQ(unseen, 0);
}

// The whole codes of one length are closed under addition, so that an error
// goes unseen exactly when the error itself, the sum of right and wrong, is a
// whole code. So these cover every code of eight letters, every two places and
// every two letters.
TEST(CheckSymbolTest, ErrorsInTwoPlacesExhaustively) {
  int same = 0;  // swaps of two letters, however far apart, and twin errors
  int unseen_same = 0;
  int two = 0;  // any two wrong letters
  int unseen_two = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = i + 1; j < 8; ++j) {
      for (std::size_t a = 1; a < 32; ++a) {
        for (std::size_t b = 1; b < 32; ++b) {
          std::string error(8, '0');
          error[i] = kCodeLetters[a];
          error[j] = kCodeLetters[b];
          const int unseen = CheckSymbolFits(error) ? 1 : 0;
          ++two;
          unseen_two += unseen;
          if (a != b) continue;
          ++same;
          unseen_same += unseen;
        }
      }
    }
  }
  EXPECT_EQ(same, 28 * 31);
  EXPECT_EQ(unseen_same, 0);
  EXPECT_EQ(two, 26908);
  EXPECT_EQ(unseen_two, 868);  // once in 31
}

// Every length that there is, letters from a fixed row of numbers.
TEST(CheckSymbolTest, EveryLength) {
  uint64_t state = 1;
  for (std::size_t length = 2; length <= kMaxCheckedLetters; ++length) {
    for (int i = 0; i < 300; ++i) {
      std::string code;
      while (code.size() + 1 < length) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        code.push_back(kCodeLetters[state >> 59]);
      }
      code.push_back(CheckSymbol(code));
      ASSERT_EQ(UnseenErrors(&code), 0) << code;
    }
  }
}

}  // namespace
}  // namespace vouch

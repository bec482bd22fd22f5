#include "vouch/base/text.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace vouch {
namespace {

using std::string_view_literals::operator""sv;

// By the table of well-formed byte sequences of the Unicode standard (3-7):
// the first and the last of each row are good, their neighbours are not.
TEST(TextTest, KnowsWellFormedUtf8) {
  const struct {
    std::string_view text;
    bool good;
  } kCases[] = {
      {""sv, true},
      {"abc"sv, true},
      {"\x00"sv, true},
      {"\x7f"sv, true},
      {"\x80"sv, false},  // a tail alone
      {"\xbf"sv, false},
      {"\xc0\x80"sv, false},  // overlong
      {"\xc1\xbf"sv, false},
      {"\xc2\x80"sv, true},
      {"\xdf\xbf"sv, true},
      {"\xc2"sv, false},      // torn
      {"\xc2\x41"sv, false},  // no tail
      {"\xc2\xc2"sv, false},
      {"\xe0\x9f\xbf"sv, false},  // overlong
      {"\xe0\xa0\x80"sv, true},
      {"\xec\xbf\xbf"sv, true},
      {"\xed\x9f\xbf"sv, true},
      {"\xed\xa0\x80"sv, false},  // a surrogate
      {"\xed\xbf\xbf"sv, false},
      {"\xee\x80\x80"sv, true},
      {"\xef\xbf\xbf"sv, true},
      {"\xe1\x80"sv, false},  // torn
      {"\xe1\x80\x41"sv, false},
      {"\xf0\x8f\xbf\xbf"sv, false},  // overlong
      {"\xf0\x90\x80\x80"sv, true},
      {"\xf3\xbf\xbf\xbf"sv, true},
      {"\xf4\x8f\xbf\xbf"sv, true},   // U+10FFFF
      {"\xf4\x90\x80\x80"sv, false},  // past it
      {"\xf5\x80\x80\x80"sv, false},
      {"\xff"sv, false},
      {"\xf1\x80\x80"sv, false},  // torn
      {"\xf1\x80\x80\x41"sv, false},
      {"\xf1\x80\x41\x80"sv, false},
      {"M\xc3\xbcller \xf0\x9f\x98\x80"sv, true},
      {"good, then\xe2\x82"sv, false},
  };
  for (const auto& c : kCases) EXPECT_EQ(IsUtf8(c.text), c.good) << c.text;
}

TEST(TextTest, SaysWhatIsWrongWithAText) {
  const struct {
    std::string_view text;
    std::string_view problem;
  } kCases[] = {
      {""sv, ""},
      {"a b"sv, ""},
      {"\xc3\xa9"sv, ""},
      {"a\tb"sv, "holds a control character"},
      {"a\nb"sv, "holds a control character"},
      {"\x00"sv, "holds a control character"},
      {"\x1f"sv, "holds a control character"},
      {"\x20"sv, ""},
      {"\x7e"sv, ""},
      {"\x7f"sv, "holds a control character"},
      // U+0080 to U+009F are controls as well; U+00A0 is none.
      {"\xc2\x80"sv, "holds a control character"},
      {"a\xc2\x9b"sv, "holds a control character"},
      {"\xc2\x9f"sv, "holds a control character"},
      {"\xc2\xa0"sv, ""},
      {"\xc3\x80"sv, ""},
      {"\xff"sv, "is not UTF-8"},
      {"\xc2"sv, "is not UTF-8"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(TextProblem(c.text), c.problem) << c.text;
  }
}

TEST(TextTest, TextsAndIdsHaveALongestLength) {
  EXPECT_EQ(TextProblem("abc", 3), "");
  EXPECT_EQ(TextProblem("abcd", 3), "too long");
  EXPECT_EQ(TextProblem(std::string(4096, 'x')), "");
  EXPECT_EQ(TextProblem(std::string(4097, 'x')), "too long");
  EXPECT_EQ(IdProblem(std::string(256, 'x')), "");
  EXPECT_EQ(IdProblem(std::string(257, 'x')), "too long");
}

TEST(TextTest, AnIdIsNotEmpty) {
  EXPECT_EQ(IdProblem(""), "missing");
  EXPECT_EQ(IdProblem("inv-1"), "");
  EXPECT_EQ(IdProblem(" "), "");
  EXPECT_EQ(IdProblem("a\nb"), "holds a control character");
  EXPECT_EQ(IdProblem("\xed\xa0\x80"), "is not UTF-8");
}

}  // namespace
}  // namespace vouch

#include "vouch/report/html.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace vouch {
namespace {

using namespace std::string_view_literals;  // NOLINT: texts with a NUL

constexpr std::string_view kReplaced = "\xef\xbf\xbd";

TEST(EscapeHtmlTest, NothingIsMarkup) {
  EXPECT_EQ(EscapeHtml(""), "");
  EXPECT_EQ(EscapeHtml("anna"), "anna");
  EXPECT_EQ(EscapeHtml("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  EXPECT_EQ(EscapeHtml("\" onload=\"x"), "&quot; onload=&quot;x");
  EXPECT_EQ(EscapeHtml("&lt;"), "&amp;lt;");
}

TEST(EscapeHtmlTest, LettersOfAllScriptsStay) {
  const std::string text = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
  EXPECT_EQ(EscapeHtml(text), text);
}

TEST(EscapeHtmlTest, WhatIsNoTextIsReplaced) {
  const std::string one(kReplaced);
  EXPECT_EQ(EscapeHtml("a\0b"sv), "a" + one + "b");
  EXPECT_EQ(EscapeHtml("\x1b[1m\x7f"), one + "[1m" + one);
  EXPECT_EQ(EscapeHtml("\xc2\x85"), one);         // U+0085
  EXPECT_EQ(EscapeHtml("\xc2\xa0"), "\xc2\xa0");  // U+00A0 is none
  EXPECT_EQ(EscapeHtml("\xff<"), one + "&lt;");
  EXPECT_EQ(EscapeHtml("\xe2\x82"), one + one);  // torn
}

}  // namespace
}  // namespace vouch

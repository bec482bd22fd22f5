#include "vouch/base/string_view.h"

#include <string>
#include <string_view>
#include <type_traits>

#include "gtest/gtest.h"

namespace vouch {
namespace {

static_assert(std::is_same_v<decltype(ToAbsl("")), absl::string_view>);
static_assert(std::is_same_v<decltype(ToStd("")), std::string_view>);

TEST(StringViewTest, TheSameBytesBothWays) {
  const std::string text("a\0b", 3);
  const absl::string_view there = ToAbsl(text);
  EXPECT_EQ(there.data(), text.data());
  EXPECT_EQ(there.size(), 3u);
  const std::string_view back = ToStd(there);
  EXPECT_EQ(back.data(), text.data());
  EXPECT_EQ(back.size(), 3u);
}

TEST(StringViewTest, EmptyStaysEmpty) {
  EXPECT_TRUE(ToAbsl(std::string_view()).empty());
  EXPECT_TRUE(ToStd(absl::string_view()).empty());
}

}  // namespace
}  // namespace vouch

#include "vouch/code/separator.h"

#include <utility>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(SeparatorTest, SpacesAndHyphens) {
  const std::pair<const char*, std::size_t> spaces[] = {
      {" ", 1},      {"\t", 1},     {"\u00a0", 2}, {"\u00ad", 2},
      {"\u2000", 3}, {"\u200a", 3}, {"\u200b", 3}, {"\u200f", 3},
      {"\u202a", 3}, {"\u202e", 3}, {"\u202f", 3}, {"\u2060", 3},
      {"\u2066", 3}, {"\u2069", 3}, {"\u3000", 3}, {"\ufeff", 3}};
  for (const auto& [text, length] : spaces) {
    EXPECT_EQ(internal::SpaceLength(text), length);
    EXPECT_EQ(internal::HyphenLength(text), 0u);
    EXPECT_EQ(internal::SeparatorLength(text), length);
  }
  const std::pair<const char*, std::size_t> hyphens[] = {
      {"-", 1},      {"\u2010", 3}, {"\u2011", 3},
      {"\u2015", 3}, {"\u2212", 3}, {"\uff0d", 3}};
  for (const auto& [text, length] : hyphens) {
    EXPECT_EQ(internal::SpaceLength(text), 0u);
    EXPECT_EQ(internal::HyphenLength(text), length);
    EXPECT_EQ(internal::SeparatorLength(text), length);
  }
  for (const char* const text :
       {"", "a", "\n", "_", "\u00a1", "\u2016", "\u2018", "\u2029", "\u2030",
        "\u206a", "\u3001", "\uff0c", "\xe2\x80", "\xe2", "\xc2"}) {
    EXPECT_EQ(internal::SeparatorLength(text), 0u) << text;
  }
}

}  // namespace
}  // namespace vouch

#include "vouch/base/string_pool.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

static_assert(!std::is_copy_constructible_v<StringPool>);
static_assert(!std::is_copy_assignable_v<StringPool>);
static_assert(std::is_nothrow_move_constructible_v<StringPool>);

TEST(StringPoolTest, ViewsStayWhatTheyWere) {
  StringPool pool;
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  for (size_t i = 0; i < 3000; ++i) {
    texts.push_back(std::to_string(i) + std::string(i % 97, 'x'));
    views.push_back(pool.Add(texts.back()));
    EXPECT_NE(views.back().data(), texts.back().data());
  }
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(views[i], texts[i]);
  EXPECT_GT(pool.allocated_bytes(), 3 * StringPool::kChunkBytes);
}

TEST(StringPoolTest, SmallTextsShareAChunk) {
  StringPool pool;
  EXPECT_EQ(pool.allocated_bytes(), 0u);
  const std::string_view a = pool.Add("abc");
  const std::string_view b = pool.Add(std::string_view("d\0e", 3));
  EXPECT_EQ(pool.allocated_bytes(), StringPool::kChunkBytes);
  EXPECT_EQ(a.data() + 3, b.data());
  EXPECT_EQ(b, std::string_view("d\0e", 3));
}

TEST(StringPoolTest, AChunkIsFilledToItsLastByte) {
  StringPool pool;
  const std::string quarter(StringPool::kChunkBytes / 4, 'q');
  for (int i = 0; i < 4; ++i) pool.Add(quarter);
  EXPECT_EQ(pool.allocated_bytes(), StringPool::kChunkBytes);
  pool.Add("z");
  EXPECT_EQ(pool.allocated_bytes(), 2 * StringPool::kChunkBytes);
}

TEST(StringPoolTest, ALargeTextLeavesTheOpenChunkOpen) {
  StringPool pool;
  const std::string_view a = pool.Add("abc");
  const std::string large(5 * StringPool::kChunkBytes, 'L');
  EXPECT_EQ(pool.Add(large), large);
  EXPECT_EQ(pool.allocated_bytes(), 6 * StringPool::kChunkBytes);
  EXPECT_EQ(pool.Add("def").data(), a.data() + 3);
}

TEST(StringPoolTest, EmptyTakesNothing) {
  StringPool pool;
  EXPECT_TRUE(pool.Add("").empty());
  EXPECT_EQ(pool.allocated_bytes(), 0u);
}

TEST(StringPoolTest, MovesKeepViewsAndEmptyTheSource) {
  StringPool first;
  const std::string_view view = first.Add("abc");
  StringPool second(std::move(first));
  EXPECT_EQ(first.allocated_bytes(), 0u);
  EXPECT_EQ(view, "abc");
  EXPECT_EQ(second.Add("x").data(), view.data() + 3);
  const std::string_view fresh = first.Add("new");
  EXPECT_EQ(fresh, "new");
  EXPECT_EQ(view, "abc");

  StringPool third;
  third.Add("gone");
  third = std::move(second);
  EXPECT_EQ(second.allocated_bytes(), 0u);
  EXPECT_EQ(third.allocated_bytes(), StringPool::kChunkBytes);
  EXPECT_EQ(view, "abc");
}

}  // namespace
}  // namespace vouch

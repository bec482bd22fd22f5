#include "vouch/program/versions.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace {

// "" stands for "nothing in force".
std::string At(const Versions<std::string>& versions, int64_t us) {
  const std::string* found = versions.At(Instant{us});
  return found == nullptr ? "" : *found;
}

TEST(VersionsTest, NothingIsInForceWithoutAVersion) {
  const Versions<std::string> versions;
  EXPECT_TRUE(versions.empty());
  EXPECT_EQ(At(versions, 0), "");
  EXPECT_EQ(versions.Find([](const std::string&) { return true; }), nullptr);
}

// In force from its moment (in) until that of the next (out), whatever the
// order in which they came.
TEST(VersionsTest, EachIsInForceUntilTheNext) {
  Versions<std::string> versions;
  versions.Add(Instant{200}, "7");
  versions.Add(Instant{100}, "5");  // late
  versions.Add(Instant{300}, "9");
  const struct {
    int64_t at;
    std::string in_force;
  } kCases[] = {
      {INT64_MIN, ""}, {99, ""},   {100, "5"}, {199, "5"},       {200, "7"},
      {299, "7"},      {300, "9"}, {301, "9"}, {INT64_MAX, "9"},
  };
  for (const auto& c : kCases) EXPECT_EQ(At(versions, c.at), c.in_force);
  EXPECT_EQ(*versions.AtOrFirst(Instant{99}), "5");
  EXPECT_EQ(*versions.AtOrFirst(Instant{100}), "5");
  EXPECT_EQ(*versions.AtOrFirst(Instant{300}), "9");
}

TEST(VersionsTest, OfOneMomentTheLastAddedIsInForce) {
  Versions<std::string> versions;
  versions.Add(Instant{100}, "1");
  versions.Add(Instant{200}, "3");
  versions.Add(Instant{100}, "2");
  EXPECT_EQ(At(versions, 99), "");
  EXPECT_EQ(At(versions, 100), "2");
  EXPECT_EQ(At(versions, 199), "2");
  EXPECT_EQ(At(versions, 200), "3");
  // 1 was never in force: a moment before takes what was in force first.
  EXPECT_EQ(*versions.AtOrFirst(Instant{99}), "2");
  EXPECT_EQ(*versions.AtOrFirst(Instant{100}), "2");
}

TEST(VersionsTest, TheNextMomentIsPastTheOneGiven) {
  // On the heap: g++ 12 takes an empty list of its own frame for unset.
  const auto none = std::make_unique<Versions<int>>();
  EXPECT_EQ(none->NextAfter(Instant{0}), std::nullopt);
  Versions<int> versions;
  versions.Add(Instant{100}, 1);
  versions.Add(Instant{200}, 2);
  versions.Add(Instant{200}, 3);
  EXPECT_EQ(versions.NextAfter(Instant{99}), Instant{100});
  EXPECT_EQ(versions.NextAfter(Instant{100}), Instant{200});
  EXPECT_EQ(versions.NextAfter(Instant{199}), Instant{200});
  EXPECT_EQ(versions.NextAfter(Instant{200}), std::nullopt);
}

TEST(VersionsTest, FindsByValue) {
  Versions<std::unique_ptr<int>> versions;
  versions.Add(Instant{100}, std::make_unique<int>(1));
  versions.Add(Instant{200}, std::make_unique<int>(2));
  const auto* found = versions.Find([](const auto& v) { return *v == 2; });
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(**found, 2);
  EXPECT_EQ(versions.Find([](const auto& v) { return *v == 3; }), nullptr);
}

}  // namespace
}  // namespace vouch

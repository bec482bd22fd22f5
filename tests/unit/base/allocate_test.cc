#include "vouch/base/allocate.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "absl/numeric/int128.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using Numbers = std::vector<int64_t>;

struct ShareRow {
  int64_t total;
  Numbers weights;
  Numbers parts;
};

const std::vector<ShareRow>& ShareRows() {
  static const auto* const kShareRows = new std::vector<ShareRow>{
#include "tests/unit/base/allocation_table.inc"
  };
  return *kShareRows;
}

Numbers Split(int64_t total, const Numbers& weights) {
  Numbers parts(weights.size(), -77);
  const absl::Status status = Allocate(total, weights, absl::MakeSpan(parts));
  EXPECT_TRUE(status.ok()) << status;
  return parts;
}

TEST(AllocateTest, KnownAnswers) {
  ASSERT_EQ(ShareRows().size(), 37u);
  for (const ShareRow& row : ShareRows()) {
    EXPECT_EQ(Split(row.total, row.weights), row.parts) << row.total;
    for (size_t i = 0; i < row.weights.size(); ++i) {
      const auto share = AllocateShare(row.total, row.weights, i);
      ASSERT_TRUE(share.ok()) << share.status();
      EXPECT_EQ(*share, row.parts[i]) << row.total << " at " << i;
    }
  }
}

TEST(AllocateTest, EdgesOf64Bits) {
  constexpr int64_t kMax = INT64_MAX;
  constexpr int64_t kMin = INT64_MIN;
  EXPECT_EQ(Split(kMin, {1}), (Numbers{kMin}));
  EXPECT_EQ(Split(kMin, {kMax}), (Numbers{kMin}));
  EXPECT_EQ(Split(kMin, {1, 1}), (Numbers{kMin / 2, kMin / 2}));
  EXPECT_EQ(Split(kMax, {kMax - 1, 1}), (Numbers{kMax - 1, 1}));
  EXPECT_EQ(Split(kMax, {1, 1}), (Numbers{kMax / 2 + 1, kMax / 2}));
  EXPECT_EQ(Split(-kMax, {1, 1}), (Numbers{-kMax / 2 - 1, -kMax / 2}));
  // With s = 2^63 - 1 the shares of s + 1 are s - 1/s and 1 + 1/s.
  EXPECT_EQ(Split(kMin, {kMax - 1, 1}), (Numbers{-kMax, -1}));
}

// The method as one would do it on paper: a unit at a time.
Numbers SplitNaively(int64_t total, const Numbers& weights) {
  const absl::int128 sum =
      std::accumulate(weights.begin(), weights.end(), absl::int128(0));
  const absl::int128 size =
      total < 0 ? -absl::int128(total) : absl::int128(total);
  std::vector<absl::int128> rest;
  Numbers parts;
  absl::int128 left = size;
  for (const int64_t weight : weights) {
    const absl::int128 product = size * weight;
    parts.push_back(static_cast<int64_t>(product / sum));
    rest.push_back(product % sum);
    left -= product / sum;
  }
  for (; left > 0; --left) {
    const auto largest = std::max_element(rest.begin(), rest.end());
    ++parts[static_cast<size_t>(largest - rest.begin())];
    *largest = -1;
  }
  for (int64_t& part : parts) part = total < 0 ? -part : part;
  return parts;
}

TEST(AllocateTest, AgreesWithTheNaiveWayAndAddsUp) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3000; ++round) {
    Numbers weights(1 + random() % 12);
    const int64_t top =
        round % 3 == 0 ? 3 : (round % 3 == 1 ? 1000 : 1000000000);
    for (int64_t& weight : weights) {
      weight = static_cast<int64_t>(random() % static_cast<uint64_t>(top));
    }
    weights[random() % weights.size()] += 1;
    int64_t total = static_cast<int64_t>(random() >> (1 + random() % 62));
    if (random() % 2 == 0) total = -total;
    const Numbers parts = Split(total, weights);
    EXPECT_EQ(parts, SplitNaively(total, weights));
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), int64_t{0}), total);
    for (size_t i = 0; i < weights.size(); ++i) {
      EXPECT_EQ(*AllocateShare(total, weights, i), parts[i]);
    }
  }
}

TEST(AllocateTest, ManyWeightsTiesToTheEarlier) {
  const Numbers weights(1000, 3);
  const Numbers parts = Split(2499, weights);
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i], i < 499 ? 3 : 2) << i;
  }
  EXPECT_EQ(*AllocateShare(-2499, weights, 498), -3);
  EXPECT_EQ(*AllocateShare(-2499, weights, 499), -2);
}

TEST(AllocateTest, ErrorsLeaveThePartsAlone) {
  const auto code = [](const Numbers& weights, size_t size) {
    Numbers parts(size, -77);
    const absl::Status status = Allocate(10, weights, absl::MakeSpan(parts));
    EXPECT_EQ(parts, Numbers(size, -77));
    if (size == weights.size()) {
      EXPECT_EQ(AllocateShare(10, weights, 0).status(), status);
    }
    return status.code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  constexpr auto kRange = absl::StatusCode::kOutOfRange;
  EXPECT_EQ(code({1, 2}, 1), kInvalid);
  EXPECT_EQ(code({1}, 2), kInvalid);
  EXPECT_EQ(code({}, 0), kInvalid);
  EXPECT_EQ(code({0, 0}, 2), kInvalid);
  EXPECT_EQ(code({5, -1}, 2), kInvalid);
  EXPECT_EQ(code({INT64_MIN}, 1), kInvalid);
  EXPECT_EQ(code({INT64_MAX, 1}, 2), kRange);
  EXPECT_EQ(AllocateShare(10, Numbers{1, 2}, 2).status().code(), kInvalid);
}

}  // namespace
}  // namespace vouch

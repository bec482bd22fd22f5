#include "vouch/attribute/weights.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"

namespace vouch {
namespace {

using Weights = std::vector<int64_t>;

ModelTerms Of(Model model) {
  ModelTerms terms;
  terms.model = model;
  return terms;
}

ModelTerms Decay(int64_t half_life_us) {
  ModelTerms terms = Of(Model::kTimeDecay);
  terms.half_life_us = half_life_us;
  return terms;
}

ModelTerms Position(int64_t first_ppb, int64_t last_ppb) {
  ModelTerms terms = Of(Model::kPositionBased);
  terms.first_ppb = first_ppb;
  terms.last_ppb = last_ppb;
  return terms;
}

// The weights of `slots`; empty after an error.
Weights Weighed(const ModelTerms& terms, const std::vector<int64_t>& ages_us,
                const std::vector<uint32_t>& slots) {
  uint32_t count = 0;
  for (const uint32_t slot : slots) count = std::max(count, slot + 1);
  Weights weights(count, -1);
  const absl::Status status =
      Weigh(terms, ages_us, slots, absl::MakeSpan(weights));
  EXPECT_TRUE(status.ok()) << status;
  return status.ok() ? weights : Weights();
}

// As above, where only the order counts.
Weights Weighed(const ModelTerms& terms, const std::vector<uint32_t>& slots) {
  std::vector<int64_t> ages_us(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    ages_us[i] = static_cast<int64_t>(slots.size() - i) * kUsPerDay;
  }
  return Weighed(terms, ages_us, slots);
}

TEST(WeightsTest, FirstTouchTakesAll) {
  const ModelTerms terms = Of(Model::kFirstTouch);
  EXPECT_EQ(Weighed(terms, {0}), Weights({kPpb}));
  EXPECT_EQ(Weighed(terms, {0, 1, 1}), Weights({kPpb, 0}));
}

TEST(WeightsTest, LastTouchTakesAll) {
  const ModelTerms terms = Of(Model::kLastTouch);
  EXPECT_EQ(Weighed(terms, {0}), Weights({kPpb}));
  EXPECT_EQ(Weighed(terms, {0, 1, 2}), Weights({0, 0, kPpb}));
  EXPECT_EQ(Weighed(terms, {0, 1, 0}), Weights({kPpb, 0}));
}

TEST(WeightsTest, LinearCountsTouches) {
  const ModelTerms terms = Of(Model::kLinear);
  EXPECT_EQ(Weighed(terms, {0}), Weights({kPpb}));
  EXPECT_EQ(Weighed(terms, {0, 1}), Weights({500'000'000, 500'000'000}));
  // A unit is left of three thirds: to the earlier.
  EXPECT_EQ(Weighed(terms, {0, 1, 2}),
            Weights({333'333'334, 333'333'333, 333'333'333}));
  // Added before the split: two thirds are 666,666,666.67, not twice a third.
  EXPECT_EQ(Weighed(terms, {0, 1, 0}), Weights({666'666'667, 333'333'333}));
  EXPECT_EQ(Weighed(terms, {0, 1, 1}), Weights({333'333'333, 666'666'667}));
  // Sevenths: 142,857,142.857, 285,714,285.714, 571,428,571.429; two units
  // are left, for the two largest fractions.
  EXPECT_EQ(Weighed(terms, {0, 1, 1, 2, 2, 2, 2}),
            Weights({142'857'143, 285'714'286, 571'428'571}));
}

TEST(WeightsTest, PositionsHaveSharesTheRestIsSpread) {
  const ModelTerms u = Position(400'000'000, 400'000'000);
  EXPECT_EQ(Weighed(u, {0}), Weights({kPpb}));
  EXPECT_EQ(Weighed(u, {0, 1}), Weights({500'000'000, 500'000'000}));
  EXPECT_EQ(Weighed(u, {0, 1, 2}),
            Weights({400'000'000, 200'000'000, 400'000'000}));
  EXPECT_EQ(Weighed(u, {0, 1, 2, 3}),
            Weights({400'000'000, 100'000'000, 100'000'000, 400'000'000}));
  // Three between: 66,666,666.67 each; of the two units left the earlier ones
  // get one.
  EXPECT_EQ(
      Weighed(u, {0, 1, 2, 3, 4}),
      Weights({400'000'000, 66'666'667, 66'666'667, 66'666'666, 400'000'000}));
  // The partner of the first is in between once, of the last twice: 40% + a
  // third of 20%, 40% + two thirds.
  EXPECT_EQ(Weighed(u, {0, 1, 0, 1, 1}), Weights({466'666'667, 533'333'333}));
  EXPECT_EQ(Weighed(u, {0, 1, 0}), Weights({800'000'000, 200'000'000}));
}

TEST(WeightsTest, TwoTouchesShareInTheRatioOfFirstToLast) {
  EXPECT_EQ(Weighed(Position(300'000'000, 100'000'000), {0, 1}),
            Weights({750'000'000, 250'000'000}));
  EXPECT_EQ(Weighed(Position(100'000'000, 200'000'000), {0, 1}),
            Weights({333'333'333, 666'666'667}));
  EXPECT_EQ(Weighed(Position(0, 1), {0, 1}), Weights({0, kPpb}));
  EXPECT_EQ(Weighed(Position(0, 0), {0, 1}),
            Weights({500'000'000, 500'000'000}));
  EXPECT_EQ(Weighed(Position(0, 1), {0, 0}), Weights({kPpb}));
}

TEST(WeightsTest, PositionsMayLeaveNothing) {
  EXPECT_EQ(Weighed(Position(kPpb, 0), {0, 1, 2}), Weights({kPpb, 0, 0}));
  EXPECT_EQ(Weighed(Position(0, 0), {0, 1, 2}), Weights({0, kPpb, 0}));
  EXPECT_EQ(Weighed(Position(0, 0), {0}), Weights({kPpb}));
}

TEST(WeightsTest, WholeHalfLivesAreExact) {
  const ModelTerms week = Decay(7 * kUsPerDay);
  EXPECT_EQ(Weighed(week, {123}, {0}), Weights({kPpb}));
  // The Python table below has this as a third and two thirds as well.
  EXPECT_EQ(Weighed(week, {10 * kUsPerDay, 3 * kUsPerDay}, {0, 1}),
            Weights({333'333'333, 666'666'667}));
  // 1/4 + 1 against 1/2: 5/7 and 2/7.
  EXPECT_EQ(Weighed(week, {14 * kUsPerDay, 7 * kUsPerDay, 0}, {0, 1, 0}),
            Weights({714'285'714, 285'714'286}));
  // 1/2, 1/4, 1/4.
  EXPECT_EQ(
      Weighed(week, {14 * kUsPerDay, 14 * kUsPerDay, 7 * kUsPerDay}, {0, 1, 2}),
      Weights({250'000'000, 250'000'000, 500'000'000}));
}

TEST(WeightsTest, TiesGoToTheEarlierSlot) {
  // Three touches of one age that is no whole half-life: thirds, exactly.
  EXPECT_EQ(Weighed(Decay(7), {3, 3, 3}, {0, 1, 2}),
            Weights({333'333'334, 333'333'333, 333'333'333}));
  // Two touches a half-life older are worth one: 1/3 each, all of them equal.
  EXPECT_EQ(Weighed(Decay(1000), {1337, 1337, 337, 337}, {0, 0, 1, 2}),
            Weights({333'333'334, 333'333'333, 333'333'333}));
  // The same a hundred half-lives behind one touch: 2^-100 is nothing.
  EXPECT_EQ(Weighed(Decay(1000), {101337, 101337, 100337, 100337, 0},
                    {0, 0, 1, 2, 3}),
            Weights({0, 0, 0, kPpb}));
}

TEST(WeightsTest, OnlyDifferencesOfAgesCount) {
  // Old as they are, one is two half-lives older than the other.
  constexpr int64_t kOld = INT64_MAX - 10;
  EXPECT_EQ(Weighed(Decay(5), {kOld + 10, kOld}, {0, 1}),
            Weights({200'000'000, 800'000'000}));
  EXPECT_EQ(Weighed(Decay(1), {INT64_MAX, 0}, {0, 1}), Weights({0, kPpb}));
  // Far apart in places too: 2^-29 is 1.86 units, 2^-31 less than a half.
  EXPECT_EQ(Weighed(Decay(1), {29, 0}, {0, 1}), Weights({2, kPpb - 2}));
  EXPECT_EQ(Weighed(Decay(1), {31, 0}, {0, 1}), Weights({0, kPpb}));
}

struct DecayRow {
  int64_t half_life_us;
  std::vector<int64_t> ages_us;
  std::vector<uint32_t> slots;
  Weights weights_ppb;
};

// Computed with Python's decimal module at 120 digits: exp(-ln(2) age / h),
// added by slot, then the largest remainder.
TEST(WeightsTest, AgreesWithDecimalArithmetic) {
  const std::vector<DecayRow> rows = {
      {604800000000,
       {864000000000, 259200000000},
       {0, 1},
       {333333333, 666666667}},
      {604800000000,
       {864000000000, 259200000000, 86400000000, 0},
       {0, 1, 0, 2},
       {422890550, 246007674, 331101776}},
      {2592000000000,
       {2517945678901, 1468800000000, 1382400000001, 259200999999, 61},
       {0, 1, 2, 1, 3},
       {133887736, 422194338, 181393170, 262524756}},
      {1, {5, 3, 2, 0}, {0, 1, 2, 0}, {733333333, 88888889, 177777778}},
      {3, {10, 7, 2, 1}, {0, 1, 2, 0}, {518743822, 115276405, 365979773}},
      {INT64_MAX, {INT64_MAX - 1, 1}, {0, 1}, {333333333, 666666667}},
      {9223372036854775783,
       {INT64_MAX, 4611686018427387904, 4611686018427387903, 12345},
       {0, 1, 2, 3},
       {171572875, 242640687, 242640687, 343145751}},
      {604800000001,
       {9000000000000000000, 8999999395199999998, 8999998790399999986},
       {0, 1, 2},
       {142857143, 285714286, 571428571}},
      {1000, {64001, 29999, 29001, 0}, {0, 1, 2, 3}, {0, 1, 2, 999999997}},
      {1209600000000,
       {7404276444138, 7391763292911, 6826702867419, 6076499086903,
        5736959180329, 4664000871840, 3268956328182, 3155691946137,
        2248943238213, 2194485007220, 1382553840187, 458053857877},
       {0, 1, 0, 2, 3, 2, 1, 3, 1, 0, 4, 1},
       {139455505, 530676552, 43672373, 88066315, 198129255}},
  };
  for (const DecayRow& row : rows) {
    EXPECT_EQ(Weighed(Decay(row.half_life_us), row.ages_us, row.slots),
              row.weights_ppb)
        << "half-life " << row.half_life_us;
  }
}

// How many units of the last place `a` is above `b`; both differ by less than
// 2^63 of them.
int64_t UnitsAbove(const internal::Fraction192& a,
                   const internal::Fraction192& b) {
  const uint64_t difference = a[0] - b[0];
  const uint64_t borrow = a[0] < b[0] ? 1 : 0;
  EXPECT_EQ(a[1] - borrow, b[1]);
  EXPECT_EQ(a[2] - (borrow > a[1] ? 1 : 0), b[2]);
  return static_cast<int64_t>(difference);
}

struct PowerRow {
  uint64_t part;
  uint64_t whole;
  internal::Fraction192 power;  // 2^(-part / whole), cut to 192 places
};

// The powers are of Python's decimal module at 120 digits.
TEST(WeightsTest, PowersAreNeverAboveAndLessThan64UnitsBelow) {
  const std::vector<PowerRow> rows = {
      {1, 2, {{0x1d6f60ba893ba84c, 0x597d89b3754abe9f, 0xb504f333f9de6484}}},
      {1, 3, {{0xcc03b10ac50540af, 0x82cccd5a1ee26f78, 0xcb2ff529eb71e415}}},
      {255,
       256,
       {{0x2adc0c3f864ba0f5, 0x94d589f608ee4aa2, 0x8058d7d2d5e5f6b0}}},
      {1,
       9223372036854775807,
       {{0x9c6e28ecc708a133, 0x9d1bd0105c610ca6, 0xfffffffffffffffe}}},
      {9223372036854775806,
       9223372036854775807,
       {{0xa7c6db85b2a824ad, 0xb17217f7d1cf79ad, 0x8000000000000000}}},
      {86399999999,
       86400000000,
       {{0x43042f67fa722ae8, 0xb273462158d3db68, 0x8000000004691259}}},
      {123456789012345,
       604800000000000,
       {{0x752c9ae651ec751b, 0x18c7d0c8fe4620ac, 0xde3961037970a496}}},
  };
  for (const PowerRow& row : rows) {
    const int64_t units =
        UnitsAbove(row.power, internal::HalvedBy(row.part, row.whole));
    EXPECT_GE(units, 0) << row.part << "/" << row.whole;
    EXPECT_LT(units, 64) << row.part << "/" << row.whole;
  }
}

TEST(WeightsTest, ManyTouches) {
  constexpr uint32_t kCount = 10'000;
  std::vector<uint32_t> slots(kCount);
  std::vector<int64_t> ages_us(kCount);
  for (uint32_t i = 0; i < kCount; ++i) {
    slots[i] = i;
    ages_us[i] = 10 * kUsPerDay;
  }
  // 100,000 each, whatever the model that treats them alike.
  const Weights even(kCount, kPpb / kCount);
  EXPECT_EQ(Weighed(Of(Model::kLinear), ages_us, slots), even);
  EXPECT_EQ(Weighed(Decay(3), ages_us, slots), even);
  EXPECT_EQ(Weighed(Position(100'000, 100'000), ages_us, slots), even);
}

TEST(WeightsTest, SlotWithoutTouchGetsNothing) {
  for (const ModelTerms& terms :
       {Of(Model::kFirstTouch), Of(Model::kLastTouch), Of(Model::kLinear),
        Decay(1), Position(1, 1)}) {
    Weights weights(3, -1);
    ASSERT_TRUE(Weigh(terms, {0}, {1}, absl::MakeSpan(weights)).ok());
    EXPECT_EQ(weights, Weights({0, kPpb, 0}));
  }
}

TEST(WeightsTest, RefusesTermsThatAreNone) {
  struct {
    ModelTerms terms;
    const char* message;
  } const cases[] = {
      {Of(Model::kNone), "model: is none"},
      {Of(static_cast<Model>(99)), "model: is none"},
      {Decay(0), "half_life_us: is not positive"},
      {Decay(-1), "half_life_us: is not positive"},
      {Position(-1, 0), "first_ppb: is not from 0 to 10^9"},
      {Position(kPpb + 1, 0), "first_ppb: is not from 0 to 10^9"},
      {Position(0, -1), "last_ppb: is not from 0 to 10^9 less the first"},
      {Position(600'000'000, 400'000'001),
       "last_ppb: is not from 0 to 10^9 less the first"},
      {Position(1, INT64_MAX),
       "last_ppb: is not from 0 to 10^9 less the first"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CheckModelTerms(c.terms), absl::InvalidArgumentError(c.message));
    Weights weights = {-1};
    EXPECT_EQ(Weigh(c.terms, {0}, {0}, absl::MakeSpan(weights)),
              absl::InvalidArgumentError(c.message));
    EXPECT_EQ(weights, Weights({-1}));
  }
  EXPECT_TRUE(CheckModelTerms(Decay(INT64_MAX)).ok());
  EXPECT_TRUE(CheckModelTerms(Position(600'000'000, 400'000'000)).ok());
}

TEST(WeightsTest, RefusesTouchesThatDoNotFit) {
  struct {
    std::vector<int64_t> ages_us;
    std::vector<uint32_t> slots;
    const char* message;
  } const cases[] = {
      {{}, {}, "slots: are none"},
      {{1}, {}, "slots: are none"},
      {{1, 0}, {0}, "ages_us: are not as many as the slots"},
      {{1, -1}, {0, 0}, "ages_us: hold a negative one"},
      {{1, 0}, {0, 1}, "slots: hold one past the weights"},
  };
  for (const auto& c : cases) {
    Weights weights = {-1};
    EXPECT_EQ(
        Weigh(Of(Model::kLinear), c.ages_us, c.slots, absl::MakeSpan(weights)),
        absl::InvalidArgumentError(c.message));
    EXPECT_EQ(weights, Weights({-1}));
  }
}

}  // namespace
}  // namespace vouch

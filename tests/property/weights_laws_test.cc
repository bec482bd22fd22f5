// What holds for the weights of every conversion (docs/SEMANTICS.md, sections
// 4 and 5), and how far they are from a computation with 60 digits.
#include <algorithm>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <cstdint>
#include <numeric>
#include <vector>

#include "tests/support/rapid.h"
#include "vouch/attribute/weights.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"

namespace vouch {
namespace {

using Digits60 =
    boost::multiprecision::number<boost::multiprecision::cpp_dec_float<60>>;
using Weights = std::vector<int64_t>;

// Touches in order, with slots in the order of the first touch of each.
struct Touches {
  std::vector<int64_t> ages_us;
  std::vector<uint32_t> slots;
  uint32_t slot_count = 0;
};

// `most_us`: the highest age.
Touches AnyTouches(int64_t most_us) {
  Touches touches;
  touches.ages_us = *rc::gen::nonEmpty(rc::gen::container<std::vector<int64_t>>(
      rc::gen::inRange<int64_t>(0, most_us)));
  std::sort(touches.ages_us.rbegin(), touches.ages_us.rend());
  std::vector<int> slot_of(6, -1);
  for (std::size_t i = 0; i < touches.ages_us.size(); ++i) {
    int& slot = slot_of[*rc::gen::inRange<std::size_t>(0, slot_of.size())];
    if (slot < 0) slot = static_cast<int>(touches.slot_count++);
    touches.slots.push_back(static_cast<uint32_t>(slot));
  }
  return touches;
}

ModelTerms AnyModelTerms() {
  ModelTerms terms;
  terms.model =
      *rc::gen::element(Model::kFirstTouch, Model::kLastTouch, Model::kLinear,
                        Model::kTimeDecay, Model::kPositionBased);
  terms.half_life_us = *rc::gen::inRange<int64_t>(1, 60 * kUsPerDay);
  terms.first_ppb = *rc::gen::inRange<int64_t>(0, kPpb + 1);
  terms.last_ppb = *rc::gen::inRange<int64_t>(0, kPpb + 1 - terms.first_ppb);
  return terms;
}

Weights Weighed(const ModelTerms& terms, const Touches& touches) {
  Weights weights(touches.slot_count);
  const absl::Status status =
      Weigh(terms, touches.ages_us, touches.slots, absl::MakeSpan(weights));
  RC_ASSERT(status.ok());
  return weights;
}

RC_GTEST_PROP(WeightsLaws, AddUpToOne, ()) {
  const Weights weights = Weighed(AnyModelTerms(), AnyTouches(90 * kUsPerDay));
  RC_ASSERT(std::accumulate(weights.begin(), weights.end(), int64_t{0}) ==
            kPpb);
  RC_ASSERT(*std::min_element(weights.begin(), weights.end()) >= 0);
}

// A conversion some time later changes no ratio.
RC_GTEST_PROP(WeightsLaws, LaterConversionGivesTheSame, ()) {
  const ModelTerms terms = AnyModelTerms();
  Touches touches = AnyTouches(90 * kUsPerDay);
  const Weights before = Weighed(terms, touches);
  const auto later = *rc::gen::inRange<int64_t>(0, 1000 * kUsPerDay);
  for (int64_t& age_us : touches.ages_us) age_us += later;
  RC_ASSERT(Weighed(terms, touches) == before);
}

// Another unit of time changes no ratio.
RC_GTEST_PROP(WeightsLaws, AnotherUnitOfTimeGivesTheSame, ()) {
  ModelTerms terms = AnyModelTerms();
  Touches touches = AnyTouches(90 * kUsPerDay);
  const Weights before = Weighed(terms, touches);
  const auto unit = *rc::gen::inRange<int64_t>(1, 1000);
  for (int64_t& age_us : touches.ages_us) age_us *= unit;
  terms.half_life_us *= unit;
  RC_ASSERT(Weighed(terms, touches) == before);
}

// Where order among equals means nothing, neither does that of the slots, but
// for the units that are left.
RC_GTEST_PROP(WeightsLaws, OtherSlotsMoveAtMostOneUnit, ()) {
  ModelTerms terms = AnyModelTerms();
  const Touches touches = AnyTouches(90 * kUsPerDay);
  const Weights before = Weighed(terms, touches);
  std::vector<uint32_t> moved(touches.slot_count);
  std::iota(moved.begin(), moved.end(), 0u);
  std::rotate(moved.begin(),
              moved.begin() + *rc::gen::inRange<int>(
                                  0, static_cast<int>(touches.slot_count)),
              moved.end());
  Touches other = touches;
  for (uint32_t& slot : other.slots) slot = moved[slot];
  const Weights after = Weighed(terms, other);
  for (uint32_t i = 0; i < touches.slot_count; ++i) {
    const int64_t difference = after[moved[i]] - before[i];
    RC_ASSERT(difference >= -1 && difference <= 1);
  }
}

// Each half-life more halves: two touches that old are worth one.
RC_GTEST_PROP(WeightsLaws, TwoTouchesAHalfLifeOlderAreOne, ()) {
  ModelTerms terms = AnyModelTerms();
  terms.model = Model::kTimeDecay;
  Touches one = AnyTouches(90 * kUsPerDay);
  Touches two;
  two.slot_count = one.slot_count;
  for (std::size_t i = 0; i < one.slots.size(); ++i) {
    // Behind each other or not does not matter to this model.
    const std::size_t times = *rc::gen::element<std::size_t>(1, 2, 4);
    const int64_t halvings = times == 1 ? 0 : times == 2 ? 1 : 2;
    two.ages_us.insert(two.ages_us.end(), times,
                       one.ages_us[i] + halvings * terms.half_life_us);
    two.slots.insert(two.slots.end(), times, one.slots[i]);
  }
  RC_ASSERT(Weighed(terms, two) == Weighed(terms, one));
}

RC_GTEST_PROP(WeightsLaws, PowersKeepTheirBound, ()) {
  const auto whole = *rc::gen::suchThat(
      rc::gen::oneOf(rc::gen::inRange<uint64_t>(2, 100),
                     rc::gen::inRange<uint64_t>(2, 400 * kUsPerDay),
                     rc::gen::inRange<uint64_t>(2, INT64_MAX)),
      [](uint64_t w) { return w >= 2; });
  const auto part = *rc::gen::inRange<uint64_t>(1, whole);
  const vouch::internal::Fraction192 power =
      vouch::internal::HalvedBy(part, whole);
  Digits60 value = 0;
  for (const uint64_t limb : power) {
    value = (value + Digits60(limb)) / pow(Digits60(2), 64);
  }
  const Digits60 exact =
      exp(-log(Digits60(2)) * Digits60(part) / Digits60(whole));
  // The computation itself is good to 59 digits here; 2^-186 has 56.
  RC_ASSERT(value <= exact + Digits60("1e-59"));
  RC_ASSERT(exact - value < pow(Digits60(2), -186));
}

// The largest remainder of what 60 digits give. Two remainders that they
// cannot tell apart are a tie, where the unit may go to either.
RC_GTEST_PROP(WeightsLaws, DecayAgreesWithSixtyDigits, ()) {
  ModelTerms terms = AnyModelTerms();
  terms.model = Model::kTimeDecay;
  const Touches touches = AnyTouches(90 * kUsPerDay);
  std::vector<Digits60> shares(touches.slot_count, Digits60(0));
  Digits60 total = 0;
  const int64_t youngest = touches.ages_us.back();
  for (std::size_t i = 0; i < touches.slots.size(); ++i) {
    const Digits60 worth =
        exp(-log(Digits60(2)) * Digits60(touches.ages_us[i] - youngest) /
            Digits60(terms.half_life_us));
    shares[touches.slots[i]] += worth;
    total += worth;
  }
  const Weights weights = Weighed(terms, touches);
  const Digits60 blur("1e-40");
  Digits60 least_up = 1;
  Digits60 most_down = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Digits60 share = shares[i] / total * kPpb;
    const Digits60 off = Digits60(weights[i]) - share;  // up: above 0
    RC_ASSERT(off < 1 + blur);
    RC_ASSERT(off > -1 - blur);
    if (off > blur) least_up = std::min<Digits60>(least_up, 1 - off);
    if (off < -blur) most_down = std::max<Digits60>(most_down, -off);
  }
  // Nobody who got a unit had less of one than somebody who did not.
  RC_ASSERT(least_up >= most_down - blur);
}

}  // namespace
}  // namespace vouch

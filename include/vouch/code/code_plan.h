// What a campaign's codes are worth, before it starts.
//
//   VOUCH_ASSIGN_OR_RETURN(const CodePlan plan,
//                          PlanCodes({8, 0, 0, 10000, 1000}));
//   plan.chance_after.OneIn();    // 107374: one guess in so many is a code
//   plan.chance_after.Decimal();  // "0.00000931322574615478515625", exact
//
// A guess here is one by somebody who knows everything but the key: a length,
// a letter of an epoch, four to fourteen letters, the check symbol that fits.
// Each such guess is as good as another, so that its chance is the number of
// codes that are out over all there are. All functions are pure and may be
// called from any thread.
#ifndef VOUCH_CODE_CODE_PLAN_H_
#define VOUCH_CODE_CODE_PLAN_H_

#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

struct CodePlanRequest {
  int length = 0;             // letters
  uint64_t next_n = 0;        // numbers of the series used so far
  uint64_t out_count = 0;     // codes of it that are out, at most next_n
  uint64_t wanted_count = 0;  // codes to make now
  // The chance of a guess is to be at most one in so many afterwards; 0 asks
  // for nothing. A limit on attempts per address is worth more than letters:
  // with one in a million and ten attempts, a robot of one address needs luck.
  uint64_t min_one_in = 0;
};

// A probability, exactly: hits / guesses. A value type.
struct GuessChance {
  absl::uint128 hits = 0;
  absl::uint128 guesses = 1;  // a power of two

  // Guesses for one hit, rounded down; 0 when nothing can be hit.
  absl::uint128 OneIn() const { return hits == 0 ? hits : guesses / hits; }
  // As a fraction in lowest terms, "625/67108864".
  std::string Fraction() const;
  // As a decimal with all its places, of which a power of two has an end:
  // "0.00000931322574615478515625". "0" and "1" stand alone.
  std::string Decimal() const;
};

struct CodePlan {
  absl::uint128 capacity = 0;    // codes of this length under one key
  absl::uint128 left_count = 0;  // numbers not used after this
  uint64_t out_before_count = 0;
  uint64_t out_after_count = 0;
  GuessChance chance_before;
  GuessChance chance_after;
};

// The plan of a campaign. OUT_OF_RANGE, naming the length that fits, when there
// are not enough numbers left, or a guess would be easier than min_one_in;
// INVALID_ARGUMENT for a length that codes do not have, or more codes out than
// numbers used. Words to avoid may use up further numbers: how many they did is
// in CodeWalk.
absl::StatusOr<CodePlan> PlanCodes(const CodePlanRequest& request);

VOUCH_NAMESPACE_END

#include "vouch/code/code_plan-inl.h"

#endif  // VOUCH_CODE_CODE_PLAN_H_

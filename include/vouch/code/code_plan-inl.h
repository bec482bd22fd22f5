// Bodies of code_plan.h.
#ifndef VOUCH_CODE_CODE_PLAN_INL_H_
#define VOUCH_CODE_CODE_PLAN_INL_H_

#include "absl/strings/str_cat.h"
#include "vouch/base/status.h"
#include "vouch/code/capacity.h"
#include "vouch/code/code_plan.h"

VOUCH_NAMESPACE_BEGIN

inline std::string GuessChance::Fraction() const {
  absl::uint128 top = hits;
  absl::uint128 bottom = guesses;
  while (top % 2 == 0 && bottom % 2 == 0) top /= 2, bottom /= 2;
  return absl::StrCat(Uint128Text(top), "/", Uint128Text(bottom));
}

inline std::string GuessChance::Decimal() const {
  std::string text = Uint128Text(hits / guesses);
  absl::uint128 rest = hits % guesses;
  if (rest != 0) text.push_back('.');
  // At most 2^70 guesses: ten times the rest fits, and 70 places are the end.
  for (; rest != 0; rest %= guesses) {
    rest *= 10;
    text.append(Uint128Text(rest / guesses));
  }
  return text;
}

namespace internal {

// The least length, from `length` on, that carries the request; 0 for none.
inline int PlannedLength(int length, absl::uint128 numbers,
                         absl::uint128 guesses) {
  for (; length <= kMaxCodeLength; ++length) {
    if (NumberedCodes(length) >= numbers && CodeCapacity(length) >= guesses) {
      return length;
    }
  }
  return 0;
}

}  // namespace internal

inline absl::StatusOr<CodePlan> PlanCodes(const CodePlanRequest& request) {
  VOUCH_RETURN_IF_ERROR(internal::CheckCodeLength(request.length));
  if (request.out_count > request.next_n) {
    return InvalidField("out_count", "is more than the numbers used");
  }
  const absl::uint128 used =
      absl::uint128(request.next_n) + request.wanted_count;
  const absl::uint128 out =
      absl::uint128(request.out_count) + request.wanted_count;
  const absl::uint128 numbered = NumberedCodes(request.length);
  const absl::uint128 capacity = CodeCapacity(request.length);
  const bool enough = used <= numbered;
  if (!enough || (out > 0 && capacity / out < request.min_one_in)) {
    // A longer series is a new one, of which nothing is used or out.
    const absl::uint128 wanted = request.wanted_count;
    const int fitting = internal::PlannedLength(request.length + 1, wanted,
                                                wanted * request.min_one_in);
    const std::string there = absl::StrCat(
        "of ", request.length, " letters there are ", Uint128Text(capacity),
        " codes, ",
        enough ? absl::StrCat("one in ",
                              Uint128Text(GuessChance{out, capacity}.OneIn()),
                              " would be out")
               : absl::StrCat(Uint128Text(used), " numbers would be used"));
    return RangeField(
        "length", fitting == 0 ? absl::StrCat(there, ", and no length fits")
                               : absl::StrCat(there, "; ", fitting,
                                              " letters of a new series fit"));
  }
  CodePlan plan;
  plan.capacity = capacity;
  plan.left_count = numbered - used;
  plan.out_before_count = request.out_count;
  plan.out_after_count = absl::Uint128Low64(out);
  plan.chance_before = {request.out_count, capacity};
  plan.chance_after = {out, capacity};
  return plan;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CODE_PLAN_INL_H_

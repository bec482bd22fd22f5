// How many codes there are of a length, and which length fits.
//
//   CodeCapacity(6)            -> 1,048,576
//   FittingCodeLength(2000000) -> 7
//
// All functions are pure and may be called from any thread.
#ifndef VOUCH_CODE_CAPACITY_H_
#define VOUCH_CODE_CAPACITY_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"
#include "vouch/code/alphabet.h"

VOUCH_NAMESPACE_BEGIN

// Codes of `length` letters under one key: 32^(length - 2), for the first
// letter is the key's and the last the check symbol. `length` is
// kMinCodeLength to kMaxCodeLength.
constexpr absl::uint128 CodeCapacity(int length) {
  return absl::uint128(1) << (5 * (length - 2));
}

// As many of them as have a number: numbers are of 64 bits, and from 15 letters
// on there are more codes.
inline absl::uint128 NumberedCodes(int length) {
  return std::min(CodeCapacity(length), absl::uint128(1) << 64);
}

// The least length with at least `count` numbered codes, 0 for none.
inline int FittingCodeLength(absl::uint128 count) {
  for (int length = kMinCodeLength; length <= kMaxCodeLength; ++length) {
    if (NumberedCodes(length) >= count) return length;
  }
  return 0;
}

// `number` in decimal digits.
inline std::string Uint128Text(absl::uint128 number) {
  std::string digits;
  do {
    const uint64_t digit = absl::Uint128Low64(number % 10);
    digits.push_back(static_cast<char>('0' + digit));
    number /= 10;
  } while (number != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

namespace internal {

inline absl::Status CheckCodeLength(int length) {
  if (length >= kMinCodeLength && length <= kMaxCodeLength) {
    return absl::OkStatus();
  }
  return InvalidField("length", "is not from 6 to 16 letters");
}

// OUT_OF_RANGE, with the length that fits, when there are fewer than `count`
// codes of `length`.
inline absl::Status CheckCodeRange(int length, absl::uint128 count) {
  const absl::uint128 there = NumberedCodes(length);
  if (count <= there) return absl::OkStatus();
  const int fitting = FittingCodeLength(count);
  std::string reason = absl::StrCat("of ", length, " letters there are ",
                                    Uint128Text(there), " codes");
  if (fitting == 0) {
    absl::StrAppend(&reason, ", and no length has more");
  } else {
    absl::StrAppend(&reason, "; ", fitting, " letters fit");
  }
  return RangeField("length", reason);
}

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CAPACITY_H_

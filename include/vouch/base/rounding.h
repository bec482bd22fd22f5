// Exact division with its rounding said aloud, and integers that do not wrap.
//
//   // 7% of 19.99, in cents
//   absl::StatusOr<int64_t> fee =
//       MultiplyRounded(1999, 7, 100, Rounding::kHalfEven);  // 140
//
// Products are made in 128 bits, no float is ever involved, and overflow is an
// error (docs/SEMANTICS.md, section 4). All functions are pure and may be
// called from any thread.
#ifndef VOUCH_BASE_ROUNDING_H_
#define VOUCH_BASE_ROUNDING_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// What becomes of a fraction. A program's default is kHalfEven.
enum class Rounding : uint8_t {
  kHalfEven,  // to the nearest; a tie to the even neighbour
  kHalfUp,    // to the nearest; a tie away from zero
  kHalfDown,  // to the nearest; a tie toward zero
  kDown,      // toward zero
  kUp,        // away from zero
  kFloor,     // toward minus infinity
  kCeiling,   // toward plus infinity
};

// The mode that `name` ("HALF_EVEN", "HALF_UP", "HALF_DOWN", "DOWN", "UP",
// "FLOOR", "CEILING"; upper case exactly) stands for, or nothing.
std::optional<Rounding> ParseRounding(std::string_view name);

// The name that ParseRounding reads; empty for a value that is no mode.
std::string_view RoundingName(Rounding rounding);

// numerator / denominator, rounded once. Either may have any sign.
// INVALID_ARGUMENT if the denominator is 0, OUT_OF_RANGE if the rounded
// quotient does not fit 64 bits.
absl::StatusOr<int64_t> DivideRounded(absl::int128 numerator,
                                      absl::int128 denominator,
                                      Rounding rounding);

// amount * numerator / denominator with an exact product, rounded once.
// Errors as for DivideRounded.
absl::StatusOr<int64_t> MultiplyRounded(int64_t amount, int64_t numerator,
                                        int64_t denominator, Rounding rounding);

// *sum = a + b. False, and *sum as it was, if that does not fit.
[[nodiscard]] constexpr bool CheckedAdd(int64_t a, int64_t b, int64_t* sum) {
  if (b >= 0 ? a > INT64_MAX - b : a < INT64_MIN - b) return false;
  *sum = a + b;
  return true;
}

// *difference = a - b. False, and *difference as it was, if that does not fit.
[[nodiscard]] constexpr bool CheckedSub(int64_t a, int64_t b,
                                        int64_t* difference) {
  if (b >= 0 ? a < INT64_MIN + b : a > INT64_MAX + b) return false;
  *difference = a - b;
  return true;
}

// *product = a * b in 128 bits. False, and *product as it was, if that does
// not fit.
[[nodiscard]] bool CheckedMul(absl::int128 a, absl::int128 b,
                              absl::int128* product);

namespace internal {

// How a quotient's remainder stands to half of the divisor.
enum class Part : uint8_t { kNone, kBelowHalf, kHalf, kAboveHalf };

// Whether |quotient|, cut toward zero, grows by one. The quotient's sign is
// `negative`, its last bit `odd`.
constexpr bool RoundsAway(Rounding rounding, Part part, bool negative,
                          bool odd) {
  if (part == Part::kNone) return false;
  switch (rounding) {
    case Rounding::kHalfEven:
      return part == Part::kAboveHalf || (part == Part::kHalf && odd);
    case Rounding::kHalfUp:
      return part != Part::kBelowHalf;
    case Rounding::kHalfDown:
      return part == Part::kAboveHalf;
    case Rounding::kDown:
      return false;
    case Rounding::kUp:
      return true;
    case Rounding::kFloor:
      return negative;
    case Rounding::kCeiling:
      return !negative;
  }
  return false;
}

// |value|, also of the most negative number.
constexpr uint64_t Magnitude(int64_t value) {
  const uint64_t bits = static_cast<uint64_t>(value);
  return value < 0 ? uint64_t{0} - bits : bits;
}
inline absl::uint128 Magnitude(absl::int128 value) {
  const absl::uint128 bits = static_cast<absl::uint128>(value);
  return value < 0 ? absl::uint128(0) - bits : bits;
}

// The number with this magnitude (at most 2^63 if negative, else 2^63 - 1).
constexpr int64_t WithSign(uint64_t magnitude, bool negative) {
  // Through magnitude - 1, because 2^63 itself is no int64.
  if (!negative || magnitude == 0) return static_cast<int64_t>(magnitude);
  return -static_cast<int64_t>(magnitude - 1) - 1;
}

}  // namespace internal

VOUCH_NAMESPACE_END

#include "vouch/base/rounding-inl.h"

#endif  // VOUCH_BASE_ROUNDING_H_

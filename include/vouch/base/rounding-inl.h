// Bodies of rounding.h.
#ifndef VOUCH_BASE_ROUNDING_INL_H_
#define VOUCH_BASE_ROUNDING_INL_H_

#include "vouch/base/rounding.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// By the number of the mode.
inline constexpr std::string_view kRoundingNames[] = {
    "HALF_EVEN", "HALF_UP", "HALF_DOWN", "DOWN", "UP", "FLOOR", "CEILING"};

inline Part PartOf(absl::uint128 remainder, absl::uint128 divisor) {
  if (remainder == 0) return Part::kNone;
  const absl::uint128 rest = divisor - remainder;  // 2 * remainder may wrap
  if (remainder == rest) return Part::kHalf;
  return remainder < rest ? Part::kBelowHalf : Part::kAboveHalf;
}

// Most amounts times a rate fit 64 bits, which divide much faster.
inline absl::uint128 QuotientOf(absl::uint128 dividend, absl::uint128 divisor) {
  if ((absl::Uint128High64(dividend) | absl::Uint128High64(divisor)) == 0) {
    return absl::Uint128Low64(dividend) / absl::Uint128Low64(divisor);
  }
  return dividend / divisor;
}

}  // namespace internal

inline std::optional<Rounding> ParseRounding(std::string_view name) {
  uint8_t number = 0;
  for (std::string_view known : internal::kRoundingNames) {
    if (name == known) return static_cast<Rounding>(number);
    ++number;
  }
  return std::nullopt;
}

inline std::string_view RoundingName(Rounding rounding) {
  if (rounding > Rounding::kCeiling) return {};
  return internal::kRoundingNames[static_cast<uint8_t>(rounding)];
}

inline absl::StatusOr<int64_t> DivideRounded(absl::int128 numerator,
                                             absl::int128 denominator,
                                             Rounding rounding) {
  if (denominator == 0) return InvalidField("denominator", "is zero");
  const bool negative = (numerator < 0) != (denominator < 0);
  const absl::uint128 dividend = internal::Magnitude(numerator);
  const absl::uint128 divisor = internal::Magnitude(denominator);
  absl::uint128 quotient = internal::QuotientOf(dividend, divisor);
  const internal::Part part =
      internal::PartOf(dividend - quotient * divisor, divisor);
  const bool odd = (absl::Uint128Low64(quotient) & 1) != 0;
  // With a part the divisor is at least 2, so this cannot wrap.
  if (internal::RoundsAway(rounding, part, negative, odd)) ++quotient;
  const uint64_t limit = uint64_t{INT64_MAX} + (negative ? 1 : 0);
  if (quotient > limit) return RangeField("quotient", "does not fit 64 bits");
  return internal::WithSign(absl::Uint128Low64(quotient), negative);
}

inline absl::StatusOr<int64_t> MultiplyRounded(int64_t amount,
                                               int64_t numerator,
                                               int64_t denominator,
                                               Rounding rounding) {
  return DivideRounded(absl::int128(amount) * numerator, denominator, rounding);
}

inline bool CheckedMul(absl::int128 a, absl::int128 b, absl::int128* product) {
  if (a == 0 || b == 0) {
    *product = 0;
    return true;
  }
  const bool negative = (a < 0) != (b < 0);
  const absl::uint128 x = internal::Magnitude(a);
  const absl::uint128 y = internal::Magnitude(b);
  const absl::uint128 limit =
      static_cast<absl::uint128>(absl::Int128Max()) + (negative ? 1 : 0);
  const bool narrow = (absl::Uint128High64(x) | absl::Uint128High64(y)) == 0;
  if (!narrow && x > limit / y) return false;
  const absl::uint128 magnitude = x * y;
  if (magnitude > limit) return false;
  const absl::uint128 bits =
      negative ? absl::uint128(0) - magnitude : magnitude;
  *product = static_cast<absl::int128>(bits);
  return true;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_ROUNDING_INL_H_

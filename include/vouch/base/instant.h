// A moment: microseconds of UTC since 1970, and its RFC 3339 text.
//
//   VOUCH_ASSIGN_OR_RETURN(Instant at, ParseInstant("2024-01-02T03:04:05Z"));
//   FormatInstant(Instant{at.us + 1});  // "2024-01-02T03:04:05.000001Z"
//
// Every event carries one (docs/SEMANTICS.md, section 3), and no other clock
// exists. A day is 24 hours here; civil days are in civil.h. All functions are
// pure and may be called from any thread.
#ifndef VOUCH_BASE_INSTANT_H_
#define VOUCH_BASE_INSTANT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

inline constexpr int64_t kUsPerSecond = 1'000'000;
inline constexpr int64_t kUsPerDay = 86'400 * kUsPerSecond;

struct Instant {
  int64_t us = 0;  // UTC, since 1970-01-01T00:00:00Z, without leap seconds

  friend constexpr bool operator==(Instant a, Instant b) {
    return a.us == b.us;
  }
  friend constexpr bool operator!=(Instant a, Instant b) {
    return a.us != b.us;
  }
  friend constexpr bool operator<(Instant a, Instant b) { return a.us < b.us; }
  friend constexpr bool operator<=(Instant a, Instant b) {
    return a.us <= b.us;
  }
  friend constexpr bool operator>(Instant a, Instant b) { return a.us > b.us; }
  friend constexpr bool operator>=(Instant a, Instant b) {
    return a.us >= b.us;
  }
};

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z, as in Protobuf's
// timestamps. Between them, adding kMaxDays (limits.h) cannot overflow.
inline constexpr Instant kMinInstant{-62'135'596'800 * kUsPerSecond};
inline constexpr Instant kMaxInstant{253'402'300'800 * kUsPerSecond - 1};

// Whether `instant` is within kMinInstant and kMaxInstant, both in.
constexpr bool IsValid(Instant instant) {
  return kMinInstant <= instant && instant <= kMaxInstant;
}

// Reads "2024-01-02T03:04:05Z", with up to 6 digits of a second's fraction and
// either Z or an offset such as +05:30 (at most 23:59; -00:00 is UTC). T and Z
// are upper case. INVALID_ARGUMENT for any other form, for a date or time that
// does not exist, for a leap second (:60) and for a moment that is not valid.
absl::StatusOr<Instant> ParseInstant(std::string_view rfc3339);

// "2024-01-02T03:04:05Z", or with 6 digits of fraction if that is not zero;
// ParseInstant reads it back. A moment that is not valid is a bug.
std::string FormatInstant(Instant instant);

VOUCH_NAMESPACE_END

#include "vouch/base/instant-inl.h"

#endif  // VOUCH_BASE_INSTANT_H_

// Bodies of civil.h.
#ifndef VOUCH_BASE_CIVIL_INL_H_
#define VOUCH_BASE_CIVIL_INL_H_

#include <algorithm>

#include "vouch/base/civil.h"
#include "vouch/base/instant.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr size_t kMaxZoneNameBytes = 64;

// Whether `name` can be one of the IANA database. Abseil itself reads more:
// paths, "file:", "libc:", fixed offsets and the machine's own setting.
inline bool IsZoneName(std::string_view name) {
  if (name.empty() || name.size() > kMaxZoneNameBytes) return false;
  if (name.front() == '/' || name == "localtime" || name == "posixrules") {
    return false;
  }
  // Copies of the database under other rules; "right" counts leap seconds.
  if (name.substr(0, 6) == "posix/" || name.substr(0, 6) == "right/") {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' ||
           c == '+';
  });
}

// The day of the month, or the last one if the month is shorter.
inline CivilDay ClampedDay(absl::CivilMonth month, int day) {
  const CivilDay last = CivilDay(month + 1) - 1;
  return std::min(CivilDay(month) + (day - 1), last);
}

inline int64_t MonthsBetween(CivilDay start, CivilDay on) {
  return absl::CivilMonth(on) - absl::CivilMonth(start);
}

}  // namespace internal

inline absl::StatusOr<TimeZone> TimeZone::Load(std::string_view name) {
  if (!internal::IsZoneName(name)) {
    return InvalidField("time_zone", "is not an IANA name");
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(ToAbsl(name), &zone)) {
    return InvalidField("time_zone", "is unknown");
  }
  return TimeZone(std::string(name), zone);
}

inline CivilDay DayOf(Instant instant, const TimeZone& zone) {
  return absl::ToCivilDay(absl::FromUnixMicros(instant.us), zone.zone());
}

inline Instant StartOfDay(CivilDay day, const TimeZone& zone) {
  // FromCivil gives the jump for a skipped time and the first of a doubled one.
  return Instant{absl::ToUnixMicros(absl::FromCivil(day, zone.zone()))};
}

inline absl::StatusOr<CivilDay> ParseDay(std::string_view text) {
  internal::FieldReader reader(text);
  bool exists = false;
  const CivilDay day = internal::ReadDay(&reader, &exists);
  if (!reader.AtEnd()) return InvalidField("date", "is not YYYY-MM-DD");
  if (!exists) return InvalidField("date", "does not exist");
  return day;
}

inline std::string FormatDay(CivilDay day) {
  std::string text;
  internal::AppendDay(day, &text);
  return text;
}

inline CivilDay AddMonths(CivilDay start, int64_t n) {
  constexpr int64_t kMost = 12 * kMaxCalendarYears;
  return internal::ClampedDay(
      absl::CivilMonth(start) + std::clamp(n, -kMost, kMost), start.day());
}

inline CivilDay AddYears(CivilDay start, int64_t n) {
  constexpr int64_t kMost = kMaxCalendarYears;
  return AddMonths(start, 12 * std::clamp(n, -kMost, kMost));
}

inline int64_t MonthsSince(CivilDay start, CivilDay on) {
  if (on <= start) return 0;
  const int64_t months = internal::MonthsBetween(start, on);
  return AddMonths(start, months) > on ? months - 1 : months;
}

inline int ContractYear(CivilDay start, CivilDay on) {
  // Both count from the start, so every twelfth month ends a year.
  return static_cast<int>(MonthsSince(start, on) / 12) + 1;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_CIVIL_INL_H_

// Civil days in a program's time zone, and the years and months of a contract.
//
//   VOUCH_ASSIGN_OR_RETURN(TimeZone zone, TimeZone::Load("Europe/Berlin"));
//   CivilDay on = DayOf(payment_at, zone);
//   int year = ContractYear(start, on);      // 1, 2, 3 ...
//   int64_t months = MonthsSince(start, on); // 0, 1, 2 ...
//
// Years and months are counted from the start itself, never step by step, so
// that a 29th, 30th or 31st comes back after a short month (docs/SEMANTICS.md,
// section 4). All functions may be called from any thread.
#ifndef VOUCH_BASE_CIVIL_H_
#define VOUCH_BASE_CIVIL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"

VOUCH_NAMESPACE_BEGIN

// A day of the proleptic Gregorian calendar; the default is 1970-01-01.
using CivilDay = absl::CivilDay;

// A time zone of the IANA database of this machine. A value; default UTC.
class TimeZone {
 public:
  TimeZone() = default;

  // The zone of an IANA name, "Europe/Berlin" or "UTC". INVALID_ARGUMENT if
  // the name is empty, longer than 64 bytes, unknown here, or not a zone's
  // name but a file or what the machine happens to be set to ("localtime").
  static absl::StatusOr<TimeZone> Load(std::string_view name);

  // The name that was loaded.
  const std::string& name() const { return name_; }
  const absl::TimeZone& zone() const { return zone_; }

  // By name: two names of one zone differ.
  friend bool operator==(const TimeZone& a, const TimeZone& b) {
    return a.name_ == b.name_;
  }
  friend bool operator!=(const TimeZone& a, const TimeZone& b) {
    return !(a == b);
  }

 private:
  TimeZone(std::string name, absl::TimeZone zone)
      : name_(std::move(name)), zone_(zone) {}

  std::string name_ = "UTC";
  absl::TimeZone zone_ = absl::UTCTimeZone();
};

// The day on the zone's calendars at that moment.
CivilDay DayOf(Instant instant, const TimeZone& zone);

// The first moment of that day in the zone: midnight; where the clock skips
// midnight, the moment of the jump; where midnight comes twice, the first. A
// day that the zone left out whole starts where the next one does. Within a
// day of years 1 and 9999 the result may be one that is not valid.
Instant StartOfDay(CivilDay day, const TimeZone& zone);

// Reads "2024-02-29", years 0001 to 9999. INVALID_ARGUMENT for any other form
// and for a date that does not exist.
absl::StatusOr<CivilDay> ParseDay(std::string_view text);

// The text that ParseDay reads. A day of the years 0 and 10000, on which the
// first and last instants fall in some zones, is written in the same way.
std::string FormatDay(CivilDay day);

// The days `n` years or months after `start` (before it, if negative), clamped
// to the end of a shorter month: 29 February and 1 year is 28 February. Of `n`
// no more than kMaxCalendarYears or the months of as many years counts.
CivilDay AddYears(CivilDay start, int64_t n);
CivilDay AddMonths(CivilDay start, int64_t n);
inline constexpr int64_t kMaxCalendarYears = 10'000;

// The contract year in which `on` falls, from 1: year n runs from start + (n-1)
// years to start + n years, its end out. Before the start: 1.
int ContractYear(CivilDay start, CivilDay on);

// The complete months from `start` to `on`; 0 before the start.
int64_t MonthsSince(CivilDay start, CivilDay on);

VOUCH_NAMESPACE_END

#include "vouch/base/civil-inl.h"

#endif  // VOUCH_BASE_CIVIL_H_

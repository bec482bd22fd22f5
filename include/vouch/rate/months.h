// The stretches of the calendar in which a partner's metrics and limits count
// (docs/SEMANTICS.md, sections 4 and 6).
//
//   MonthSpan q = PeriodOf(Period::kQuarter, MonthOf(CivilDay(2024, 5, 9)));
//   // [MonthOf(2024-04), MonthOf(2024-07))
//
// Month, quarter and year are civil, in the program's time zone, and begin with
// a month; so a month's number says where in all of them a day falls. All
// functions may be called from any thread.
#ifndef VOUCH_RATE_MONTHS_H_
#define VOUCH_RATE_MONTHS_H_

#include <array>
#include <cstdint>
#include <limits>

#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// Months since January of the year 0.
using MonthNumber = int32_t;

inline MonthNumber MonthOf(CivilDay day) {
  return static_cast<MonthNumber>(day.year() * 12 + day.month() - 1);
}
inline CivilDay FirstDayOf(MonthNumber month) {
  return CivilDay(month / 12, month % 12 + 1, 1);
}

// The months from `from`, in, to `until`, out.
struct MonthSpan {
  MonthNumber from = 0;
  MonthNumber until = 0;

  bool Has(MonthNumber month) const { return month >= from && month < until; }
  friend bool operator==(MonthSpan a, MonthSpan b) {
    return a.from == b.from && a.until == b.until;
  }
};

// The period of that kind in which `month` falls; of kLifetime all months.
inline MonthSpan PeriodOf(Period period, MonthNumber month) {
  int32_t length = 1;
  if (period == Period::kQuarter) length = 3;
  if (period == Period::kYear) length = 12;
  if (period == Period::kLifetime || period == Period::kNone) {
    return {std::numeric_limits<MonthNumber>::min(),
            std::numeric_limits<MonthNumber>::max()};
  }
  const MonthNumber from = month - month % length;
  return {from, from + length};
}

inline constexpr std::array<Period, 4> kPeriods = {
    Period::kMonth, Period::kQuarter, Period::kYear, Period::kLifetime};

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_MONTHS_H_

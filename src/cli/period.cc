#include "cli/period.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// The first day of the month `month_text` ("2024-01").
absl::StatusOr<CivilDay> FirstOf(std::string_view month_text) {
  return ParseDay(absl::StrCat(ToAbsl(month_text), "-01"));
}

absl::StatusOr<DayRange> MonthsFrom(std::string_view month_text, int months) {
  VOUCH_ASSIGN_OR_RETURN(const CivilDay from, FirstOf(month_text));
  return DayRange{from, AddMonths(from, months)};
}

absl::StatusOr<DayRange> Parse(std::string_view text) {
  constexpr std::string_view kQuarterMonths[] = {"01", "04", "07", "10"};
  const std::size_t dots = text.find("..");
  if (dots != std::string_view::npos) {
    VOUCH_ASSIGN_OR_RETURN(const CivilDay from, ParseDay(text.substr(0, dots)));
    VOUCH_ASSIGN_OR_RETURN(const CivilDay until,
                           ParseDay(text.substr(dots + 2)));
    return DayRange{from, until};
  }
  if (text.size() == 4) return MonthsFrom(std::string(text) + "-01", 12);
  if (text.size() == 7 && text[5] == 'Q' && text[6] >= '1' && text[6] <= '4') {
    std::string month(text.substr(0, 5));
    month += kQuarterMonths[text[6] - '1'];
    return MonthsFrom(month, 3);
  }
  if (text.size() == 7) return MonthsFrom(text, 1);
  VOUCH_ASSIGN_OR_RETURN(const CivilDay day, ParseDay(text));
  return DayRange{day, day + 1};
}

}  // namespace

absl::StatusOr<DayRange> ParsePeriod(std::string_view text) {
  absl::StatusOr<DayRange> range = Parse(text);
  if (!range.ok()) {
    return InvalidField("--period",
                        "is 2024, 2024-Q1, 2024-01, 2024-01-31 or "
                        "2024-01-05..2024-02-05");
  }
  if (range->until <= range->from) {
    return InvalidField("--period", "ends before it begins; its end is out");
  }
  return range;
}

}  // namespace cli

VOUCH_NAMESPACE_END

#include "vouch/base/civil.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TimeZone Zone(const char* name) {
  const auto zone = TimeZone::Load(name);
  EXPECT_TRUE(zone.ok()) << name << ": " << zone.status();
  return zone.ok() ? *zone : TimeZone();
}

CivilDay Day(const char* text) {
  const auto day = ParseDay(text);
  EXPECT_TRUE(day.ok()) << text << ": " << day.status();
  return day.ok() ? *day : CivilDay();
}

Instant At(const char* text) { return *ParseInstant(text); }

TEST(TimeZoneTest, LoadsIanaNames) {
  for (const char* name :
       {"UTC", "Etc/UTC", "Europe/Berlin", "America/Sao_Paulo",
        "America/Argentina/Buenos_Aires", "Etc/GMT+12", "Asia/Kathmandu",
        "America/Port-au-Prince"}) {
    EXPECT_EQ(Zone(name).name(), name);
  }
  EXPECT_EQ(TimeZone().name(), "UTC");
  EXPECT_EQ(TimeZone().zone(), absl::UTCTimeZone());
  EXPECT_TRUE(TimeZone() == Zone("UTC"));
  EXPECT_TRUE(Zone("Europe/Berlin") != Zone("Europe/Paris"));
  EXPECT_FALSE(Zone("Europe/Berlin") == Zone("Europe/Paris"));
}

TEST(TimeZoneTest, RefusesFilesAndTheMachinesOwnSetting) {
  const std::string too_long(65, 'A');
  for (const char* name : {"",
                           "localtime",
                           "posixrules",
                           "/etc/localtime",
                           "/usr/share/zoneinfo/Europe/Berlin",
                           "file:Europe/Berlin",
                           ":UTC",
                           "../Europe/Berlin",
                           "Europe/./Berlin",
                           "libc:localtime",
                           "libc:UTC",
                           "Fixed/UTC+01:00:00",
                           "UTC+01:00",
                           "right/Europe/Berlin",
                           "posix/Europe/Berlin",
                           "Europe/Berlin ",
                           "Europe\\Berlin",
                           "tzdata.zi",
                           "Z\xC3\xBCrich",
                           too_long.c_str()}) {
    EXPECT_EQ(TimeZone::Load(name).status(),
              absl::InvalidArgumentError("time_zone: is not an IANA name"))
        << name;
  }
  EXPECT_FALSE(TimeZone::Load(std::string_view("UTC\0", 4)).ok());
  for (const char* name : {"Europe/Nowhere", "Europe", "CET/", "utc0"}) {
    EXPECT_EQ(TimeZone::Load(name).status(),
              absl::InvalidArgumentError("time_zone: is unknown"))
        << name;
  }
}

TEST(CivilTest, DayOfIsTheZonesCalendar) {
  const Instant instant = At("2024-01-01T22:30:00Z");
  EXPECT_EQ(DayOf(instant, TimeZone()), CivilDay(2024, 1, 1));
  EXPECT_EQ(DayOf(instant, Zone("Europe/Moscow")), CivilDay(2024, 1, 2));
  EXPECT_EQ(DayOf(At("2024-01-01T04:59:59.999999Z"), Zone("America/New_York")),
            CivilDay(2023, 12, 31));
  EXPECT_EQ(DayOf(At("2024-01-01T05:00:00Z"), Zone("America/New_York")),
            CivilDay(2024, 1, 1));
  EXPECT_EQ(DayOf(Instant{-1}, TimeZone()), CivilDay(1969, 12, 31));
  EXPECT_EQ(DayOf(kMinInstant, TimeZone()), CivilDay(1, 1, 1));
  EXPECT_EQ(DayOf(kMaxInstant, TimeZone()), CivilDay(9999, 12, 31));
}

TEST(CivilTest, StartOfDay) {
  const struct {
    const char* zone;
    const char* day;
    const char* start;
    const char* why;
  } kCases[] = {
      {"UTC", "2024-02-29", "2024-02-29T00:00:00Z", "plain"},
      {"Asia/Kathmandu", "2024-01-01", "2023-12-31T18:15:00Z", "+05:45"},
      {"Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z", "spring, at 2"},
      {"Europe/Berlin", "2024-04-01", "2024-03-31T22:00:00Z", "after it"},
      {"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", "before"},
      {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z",
       "no midnight: the day starts at 01:00"},
      {"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z",
       "23:00 to 24:00 came twice, midnight once"},
      {"America/Havana", "2018-11-04", "2018-11-04T04:00:00Z",
       "midnight came twice: the first"},
      {"America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z",
       "23:30 to 00:30 was left out"},
      {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "before"},
      {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z",
       "the day was left out"},
      {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "after it"},
  };
  for (const auto& c : kCases) {
    const Instant start = StartOfDay(Day(c.day), Zone(c.zone));
    EXPECT_EQ(FormatInstant(start), c.start)
        << c.zone << " " << c.day << ": " << c.why;
    EXPECT_LT(DayOf(Instant{start.us - 1}, Zone(c.zone)), Day(c.day));
    EXPECT_GE(DayOf(start, Zone(c.zone)), Day(c.day));
  }
}

TEST(CivilTest, DaysReadAndWrite) {
  for (const char* text : {"2024-02-29", "0001-01-01", "9999-12-31",
                           "2000-02-29", "1970-01-01", "0987-06-05"}) {
    EXPECT_EQ(FormatDay(Day(text)), text);
  }
  EXPECT_EQ(Day("2024-02-29"), CivilDay(2024, 2, 29));
  for (const char* text :
       {"", "2024", "2024-02", "2024-2-9", "24-02-09", "2024-02-29 ",
        " 2024-02-29", "2024/02/29", "20240229", "2024-02-29T", "2024-02-2x",
        "-2024-02-29", "+2024-02-29", "12024-02-29"}) {
    EXPECT_EQ(ParseDay(text).status(),
              absl::InvalidArgumentError("date: is not YYYY-MM-DD"))
        << text;
  }
  for (const char* text :
       {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2024-04-31",
        "2024-00-10", "2024-13-10", "2024-01-00", "2024-01-32", "0000-01-01"}) {
    EXPECT_EQ(ParseDay(text).status(),
              absl::InvalidArgumentError("date: does not exist"))
        << text;
  }
}

struct DateRow {
  char unit;  // Y or M
  const char* start;
  int64_t n;
  const char* result;
};

constexpr DateRow kDateRows[] = {
#include "tests/unit/base/date_table.inc"
};

TEST(CivilTest, YearsAndMonthsAreCountedFromTheStart) {
  EXPECT_EQ(std::size(kDateRows), 380u);
  for (const DateRow& row : kDateRows) {
    const CivilDay start = Day(row.start);
    const CivilDay result =
        row.unit == 'Y' ? AddYears(start, row.n) : AddMonths(start, row.n);
    EXPECT_EQ(FormatDay(result), row.result)
        << row.start << " " << row.n << row.unit;
  }
}

TEST(CivilTest, KnownAnswersBoundContractYearsAndMonths) {
  for (const DateRow& row : kDateRows) {
    if (row.n < 1) continue;
    const CivilDay start = Day(row.start);
    const CivilDay turn = Day(row.result);
    const int64_t months = row.unit == 'Y' ? 12 * row.n : row.n;
    EXPECT_EQ(MonthsSince(start, turn), months) << row.start << row.n;
    EXPECT_EQ(MonthsSince(start, turn - 1), months - 1) << row.start << row.n;
    if (row.unit == 'Y') {
      EXPECT_EQ(ContractYear(start, turn), row.n + 1) << row.start << row.n;
      EXPECT_EQ(ContractYear(start, turn - 1), row.n) << row.start << row.n;
    }
  }
}

TEST(CivilTest, FarStepsAreCutNotWrapped) {
  const CivilDay start(2024, 2, 29);
  EXPECT_EQ(AddYears(start, INT64_MAX), CivilDay(12024, 2, 29));
  EXPECT_EQ(AddYears(start, INT64_MIN), CivilDay(-7976, 2, 29));
  EXPECT_EQ(AddMonths(start, INT64_MAX), CivilDay(12024, 2, 29));
  EXPECT_EQ(AddMonths(start, INT64_MIN), CivilDay(-7976, 2, 29));
}

TEST(CivilTest, ContractYears) {
  const CivilDay leap(2020, 2, 29);
  const struct {
    CivilDay on;
    int year;
  } kCases[] = {
      {CivilDay(1999, 1, 1), 1},   // long before the start
      {CivilDay(2020, 2, 28), 1},  // the day before
      {leap, 1},
      {CivilDay(2021, 2, 27), 1},
      {CivilDay(2021, 2, 28), 2},  // the 28th stands in for the 29th
      {CivilDay(2022, 2, 28), 3},
      {CivilDay(2024, 2, 28), 4},  // and the 29th is back in a leap year
      {CivilDay(2024, 2, 29), 5},
      {CivilDay(2120, 2, 29), 101},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ContractYear(leap, c.on), c.year) << FormatDay(c.on);
  }
  EXPECT_EQ(ContractYear(CivilDay(1, 1, 1), CivilDay(9999, 12, 31)), 9999);
  EXPECT_EQ(ContractYear(CivilDay(2021, 2, 28), CivilDay(2024, 2, 28)), 4);
}

TEST(CivilTest, Months) {
  const CivilDay start(2023, 1, 31);
  const struct {
    CivilDay on;
    int64_t months;
  } kCases[] = {
      {CivilDay(2022, 12, 31), 0}, {start, 0},
      {CivilDay(2023, 2, 27), 0},  {CivilDay(2023, 2, 28), 1},
      {CivilDay(2023, 3, 30), 1},  {CivilDay(2023, 3, 31), 2},
      {CivilDay(2023, 4, 29), 2},  {CivilDay(2023, 4, 30), 3},
      {CivilDay(2024, 1, 30), 11}, {CivilDay(2024, 1, 31), 12},
      {CivilDay(2024, 2, 28), 12}, {CivilDay(2024, 2, 29), 13},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(MonthsSince(start, c.on), c.months) << FormatDay(c.on);
  }
}

}  // namespace
}  // namespace vouch

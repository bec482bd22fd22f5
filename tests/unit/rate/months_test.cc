#include "vouch/rate/months.h"

#include <limits>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(MonthsTest, NumbersFollowTheCalendar) {
  EXPECT_EQ(MonthOf(CivilDay(1, 1, 1)), 12);
  EXPECT_EQ(MonthOf(CivilDay(2024, 2, 29)), 2024 * 12 + 1);
  EXPECT_EQ(MonthOf(CivilDay(2024, 12, 31)) + 1, MonthOf(CivilDay(2025, 1, 1)));
  EXPECT_EQ(FirstDayOf(MonthOf(CivilDay(2024, 12, 31))), CivilDay(2024, 12, 1));
}

TEST(MonthsTest, PeriodsAreCivil) {
  const MonthNumber may = MonthOf(CivilDay(2024, 5, 9));
  EXPECT_EQ(PeriodOf(Period::kMonth, may), (MonthSpan{may, may + 1}));
  EXPECT_EQ(PeriodOf(Period::kQuarter, may), (MonthSpan{may - 1, may + 2}));
  EXPECT_EQ(PeriodOf(Period::kYear, may), (MonthSpan{may - 4, may + 8}));
  const MonthSpan ever = PeriodOf(Period::kLifetime, may);
  EXPECT_TRUE(ever.Has(MonthOf(CivilDay(1, 1, 1))));
  EXPECT_TRUE(ever.Has(MonthOf(CivilDay(9999, 12, 31))));
  const MonthSpan year = PeriodOf(Period::kYear, may);
  EXPECT_TRUE(year.Has(MonthOf(CivilDay(2024, 1, 1))));
  EXPECT_TRUE(year.Has(MonthOf(CivilDay(2024, 12, 31))));
  EXPECT_FALSE(year.Has(MonthOf(CivilDay(2025, 1, 1))));
  EXPECT_FALSE(year.Has(MonthOf(CivilDay(2023, 12, 31))));
}

}  // namespace
}  // namespace vouch

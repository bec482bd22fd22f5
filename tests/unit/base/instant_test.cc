#include "vouch/base/instant.h"

#include <cstdint>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(InstantTest, ReadsAndWrites) {
  // Seconds from Python's datetime.
  const struct {
    const char* text;
    int64_t us;
  } kCases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:00.000001Z", 1},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"1969-12-31T23:59:59Z", -kUsPerSecond},
      {"1970-01-02T00:00:00Z", kUsPerDay},
      {"2024-01-02T03:04:05Z", 1'704'164'645 * kUsPerSecond},
      {"2000-02-29T12:00:00.500000Z", 951'825'600 * kUsPerSecond + 500'000},
      {"1600-02-29T00:00:00Z", -11'670'998'400 * kUsPerSecond},
      {"1900-03-01T00:00:00Z", -2'203'891'200 * kUsPerSecond},
      {"2038-01-19T03:14:08Z", 2'147'483'648 * kUsPerSecond},
      {"2100-02-28T23:59:59Z", 4'107'542'399 * kUsPerSecond},
      {"0001-01-01T00:00:00Z", kMinInstant.us},
      {"9999-12-31T23:59:59.999999Z", kMaxInstant.us},
  };
  for (const auto& c : kCases) {
    const auto instant = ParseInstant(c.text);
    ASSERT_TRUE(instant.ok()) << c.text << ": " << instant.status();
    EXPECT_EQ(instant->us, c.us) << c.text;
    EXPECT_EQ(FormatInstant(Instant{c.us}), c.text);
  }
}

TEST(InstantTest, OtherSpellingsOfAMoment) {
  const struct {
    const char* text;
    const char* same;
  } kCases[] = {
      {"2024-01-02T03:04:05.5Z", "2024-01-02T03:04:05.500000Z"},
      {"2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05Z"},
      {"2024-01-02T03:04:05.00001Z", "2024-01-02T03:04:05.000010Z"},
      {"2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z"},
      {"2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05Z"},
      {"2024-01-02T03:04:05+05:30", "2024-01-01T21:34:05Z"},
      {"2024-01-02T03:04:05.25-03:00", "2024-01-02T06:04:05.250000Z"},
      {"2023-12-31T23:59:59-23:59", "2024-01-01T23:58:59Z"},
      {"2024-03-01T00:00:00+00:01", "2024-02-29T23:59:00Z"},
      {"0001-01-01T05:00:00+05:00", "0001-01-01T00:00:00Z"},
      {"9999-12-31T20:59:59-03:00", "9999-12-31T23:59:59Z"},
  };
  for (const auto& c : kCases) {
    const auto instant = ParseInstant(c.text);
    ASSERT_TRUE(instant.ok()) << c.text << ": " << instant.status();
    EXPECT_EQ(FormatInstant(*instant), c.same) << c.text;
  }
}

void ExpectRefused(std::string_view text, const char* reason) {
  EXPECT_EQ(ParseInstant(text).status(),
            absl::InvalidArgumentError(std::string("time: ") + reason))
      << text;
}

TEST(InstantTest, RefusesOtherForms) {
  for (const char* text : {"",
                           "2024",
                           "2024-01-02",
                           "2024-01-02T03:04Z",
                           "2024-01-02T03:04:05",
                           "2024-01-02 03:04:05Z",
                           "2024-01-02t03:04:05Z",
                           "2024-01-02T03:04:05z",
                           " 2024-01-02T03:04:05Z",
                           "2024-01-02T03:04:05Z ",
                           "2024-1-2T3:4:5Z",
                           "24-01-02T03:04:05Z",
                           "12024-01-02T03:04:05Z",
                           "-2024-01-02T03:04:05Z",
                           "+2024-01-02T03:04:05Z",
                           "2024-01-02T03:04:05+0530",
                           "2024-01-02T03:04:05+05",
                           "2024-01-02T03:04:05+5:30",
                           "2024-01-02T03:04:05Z+00:00",
                           "2024-01-02T03:04:05+05:30Z",
                           "2024/01/02T03:04:05Z",
                           "2024-01-02T03-04-05Z",
                           "20240102T030405Z",
                           "2024-01-02T03:04:05,5Z",
                           "2024-01-02T03:04:xxZ",
                           "1704164645",
                           "2024-01-02T.5Z",
                           "2024-01-02T03:04:05\xE2\x88\x92"
                           "03:00"}) {
    ExpectRefused(text, "is not RFC 3339");
  }
  ExpectRefused(std::string_view("2024-01-02T03:04:05Z\0", 21),
                "is not RFC 3339");
}

TEST(InstantTest, RefusesFractionsThatMicrosecondsCannotHold) {
  for (const char* text :
       {"2024-01-02T03:04:05.Z", "2024-01-02T03:04:05.1234567Z",
        "2024-01-02T03:04:05.0000000Z", "2024-01-02T03:04:05.+01:00"}) {
    ExpectRefused(text, "has not 1 to 6 fraction digits");
  }
}

TEST(InstantTest, RefusesWhatDoesNotExist) {
  for (const char* text :
       {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z",
        "2024-00-01T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-01-32T00:00:00Z", "0000-06-01T00:00:00Z"}) {
    ExpectRefused(text, "has a date that does not exist");
  }
  for (const char* text :
       {"2024-01-02T24:00:00Z", "2024-01-02T03:60:00Z", "2024-01-02T03:04:61Z",
        "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05-05:60"}) {
    ExpectRefused(text, "has a field out of range");
  }
  ExpectRefused("2016-12-31T23:59:60Z", "is a leap second");
  ExpectRefused("0001-01-01T04:59:59+05:00", "is not in years 1 to 9999");
  ExpectRefused("9999-12-31T21:00:00-03:00", "is not in years 1 to 9999");
}

TEST(InstantTest, RoundTripsAnywhere) {
  std::mt19937_64 random(11);
  std::uniform_int_distribution<int64_t> any(kMinInstant.us, kMaxInstant.us);
  for (int i = 0; i < 2000; ++i) {
    const Instant instant{any(random)};
    const auto back = ParseInstant(FormatInstant(instant));
    ASSERT_TRUE(back.ok()) << instant.us;
    EXPECT_EQ(*back, instant);
  }
}

TEST(InstantTest, ValidIsYears1To9999) {
  EXPECT_TRUE(IsValid(kMinInstant));
  EXPECT_TRUE(IsValid(kMaxInstant));
  EXPECT_TRUE(IsValid(Instant{}));
  EXPECT_FALSE(IsValid(Instant{kMinInstant.us - 1}));
  EXPECT_FALSE(IsValid(Instant{kMaxInstant.us + 1}));
  EXPECT_FALSE(IsValid(Instant{INT64_MIN}));
  EXPECT_FALSE(IsValid(Instant{INT64_MAX}));
}

TEST(InstantTest, Compares) {
  constexpr Instant kLow{-1};
  constexpr Instant kHigh{2};
  EXPECT_TRUE(kLow < kHigh && kLow <= kHigh && kLow != kHigh);
  EXPECT_TRUE(kHigh > kLow && kHigh >= kLow && kHigh == Instant{2});
  EXPECT_FALSE(kHigh < kLow || kHigh <= kLow || kHigh == kLow);
  EXPECT_FALSE(kLow > kHigh || kLow >= kHigh || kLow != kLow);
}

}  // namespace
}  // namespace vouch

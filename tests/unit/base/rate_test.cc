#include "vouch/base/rate.h"

#include <string>

#include "gtest/gtest.h"
#include "vouch/base/string_view.h"

namespace vouch {
namespace {

TEST(RateTest, ReadsFractionsAndPercentages) {
  const struct {
    const char* text;
    int64_t ppb;
    const char* shortest;
  } kCases[] = {
      {"12.5%", 125'000'000, "12.5%"},
      {"0.125", 125'000'000, "12.5%"},
      {"7%", 70'000'000, "7%"},
      {"0", 0, "0%"},
      {"-0%", 0, "0%"},
      {"1", kPpb, "100%"},
      {"100%", kPpb, "100%"},
      {"100.00%", kPpb, "100%"},
      {"0.000000001", 1, "0.0000001%"},
      {"0.0000001%", 1, "0.0000001%"},
      {"-0.000000001", -1, "-0.0000001%"},
      {"-2.50%", -25'000'000, "-2.5%"},
      {"33.3333333%", 333'333'333, "33.3333333%"},
      {"1000", Rate::kMaxPpb, "100000%"},
      {"-100000%", -Rate::kMaxPpb, "-100000%"},
      {"007%", 70'000'000, "7%"},
  };
  for (const auto& c : kCases) {
    const auto rate = Rate::Parse(c.text);
    ASSERT_TRUE(rate.ok()) << c.text << ": " << rate.status();
    EXPECT_EQ(rate->ppb(), c.ppb) << c.text;
    EXPECT_EQ(rate->ToString(), c.shortest);
    EXPECT_EQ(*Rate::Parse(rate->ToString()), *rate);
  }
}

TEST(RateTest, RefusesEverythingElse) {
  for (const char* text : {"",          "%",
                           "-",         "-%",
                           ".",         ".5",
                           "5.",        "5.%",
                           "+5%",       " 5%",
                           "5 %",       "5% ",
                           "5%%",       "%5",
                           "1e2",       "1E-2%",
                           "0x1",       "1,5%",
                           "1_000",     "--1",
                           "1-",        "1.2.3",
                           "nan",       "inf",
                           "\xD9\xA1%", "12.5\xEF\xBC\x85"}) {
    const auto rate = Rate::Parse(text);
    EXPECT_EQ(rate.status(),
              absl::InvalidArgumentError("rate: is not a decimal number"))
        << text;
  }
}

TEST(RateTest, MorePlacesAreRefusedNeverCut) {
  for (const char* text :
       {"0.0000000001", "0.1234567890", "0.00000001%", "1.00000000%"}) {
    EXPECT_EQ(Rate::Parse(text).status(),
              absl::InvalidArgumentError("rate: has too many places"))
        << text;
  }
}

TEST(RateTest, TooLargeIsRefused) {
  for (const char* text : {"1000.000000001", "100000.0000001%", "-1001"}) {
    EXPECT_EQ(Rate::Parse(text).status(),
              absl::InvalidArgumentError("rate: is beyond 100000%"))
        << text;
  }
  EXPECT_EQ(Rate::Parse("99999999999999999999%").status(),
            absl::InvalidArgumentError("rate: is too large"));
  EXPECT_EQ(Rate::Parse(std::string(65, '0')).status(),
            absl::InvalidArgumentError("rate: is too long"));
  EXPECT_TRUE(Rate::Parse(std::string(64, '0')).ok());
}

TEST(RateTest, AnyNumberPrints) {
  EXPECT_EQ(Rate().ToString(), "0%");
  EXPECT_EQ(Rate::FromPpb(INT64_MIN).ToString(), "-922337203685.4775808%");
  EXPECT_EQ(Rate::FromPpb(INT64_MAX).ToString(), "922337203685.4775807%");
  EXPECT_EQ(Rate::FromPpb(10'000'000'000).ToString(), "1000%");
}

TEST(RateTest, Compares) {
  constexpr Rate kLow = Rate::FromPpb(-1);
  constexpr Rate kHigh = Rate::FromPpb(2);
  EXPECT_TRUE(kLow < kHigh && kLow <= kHigh && kLow != kHigh);
  EXPECT_TRUE(kHigh > kLow && kHigh >= kLow && kHigh == Rate::FromPpb(2));
  EXPECT_FALSE(kHigh < kLow || kHigh <= kLow || kHigh == kLow);
  EXPECT_FALSE(kLow > kHigh || kLow >= kHigh || kHigh != kHigh);
}

TEST(RateTest, ApplyRoundsOnce) {
  const Rate eighth = *Rate::Parse("12.5%");
  EXPECT_EQ(*ApplyRate(1000, eighth, Rounding::kHalfEven), 125);
  EXPECT_EQ(*ApplyRate(12, eighth, Rounding::kHalfEven), 2);  // 1.5
  EXPECT_EQ(*ApplyRate(20, eighth, Rounding::kHalfEven), 2);  // 2.5
  EXPECT_EQ(*ApplyRate(20, eighth, Rounding::kHalfUp), 3);
  EXPECT_EQ(*ApplyRate(-20, eighth, Rounding::kFloor), -3);
  EXPECT_EQ(*ApplyRate(INT64_MAX, Rate::FromPpb(kPpb), Rounding::kDown),
            INT64_MAX);
  EXPECT_EQ(*ApplyRate(INT64_MIN, Rate::FromPpb(kPpb), Rounding::kDown),
            INT64_MIN);
  EXPECT_EQ(ApplyRate(INT64_MIN, Rate::FromPpb(-kPpb), Rounding::kDown)
                .status()
                .code(),
            absl::StatusCode::kOutOfRange);
}

TEST(ParseDecimalTest, ScalesExactly) {
  EXPECT_EQ(*ParseDecimal("1.5", 1), 15);
  EXPECT_EQ(*ParseDecimal("1.5", 3), 1500);
  EXPECT_EQ(*ParseDecimal("-0.01", 2), -1);
  EXPECT_EQ(*ParseDecimal("42", 0), 42);
  EXPECT_EQ(*ParseDecimal("9223372036854775807", 0), INT64_MAX);
  EXPECT_EQ(*ParseDecimal("-9223372036854775808", 0), INT64_MIN);
  EXPECT_EQ(*ParseDecimal("9.223372036854775807", 18), INT64_MAX);
  EXPECT_EQ(*ParseDecimal("-92233720368547758.08", 2), INT64_MIN);
}

TEST(ParseDecimalTest, RefusesWhatDoesNotFit) {
  const auto message = [](const char* text, int places) {
    const auto result = ParseDecimal(text, places);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(result.status().message());
  };
  EXPECT_EQ(message("9223372036854775808", 0), "decimal: is too large");
  EXPECT_EQ(message("-9223372036854775809", 0), "decimal: is too large");
  EXPECT_EQ(message("92233720368547758.08", 2), "decimal: is too large");
  EXPECT_EQ(message("10", 18), "decimal: is too large");
  EXPECT_EQ(message("18446744073709551616", 0), "decimal: is too large");
  EXPECT_EQ(message("1.0", 0), "decimal: has too many places");
  EXPECT_EQ(message("1", -1), "places: is not 0 to 18");
  EXPECT_EQ(message("1", 19), "places: is not 0 to 18");
}

}  // namespace
}  // namespace vouch

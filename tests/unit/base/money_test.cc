#include "vouch/base/money.h"

#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace {

Currency Of(const char* code) { return *Currency::Find(code); }

TEST(MoneyTest, FormatsWithThePlacesOfTheCurrency) {
  const struct {
    int64_t minor;
    const char* code;
    const char* text;
  } kCases[] = {
      {7900, "EUR", "79.00"},
      {-5, "EUR", "-0.05"},
      {5, "EUR", "0.05"},
      {0, "EUR", "0.00"},
      {99, "EUR", "0.99"},
      {100, "EUR", "1.00"},
      {100, "JPY", "100"},
      {-1, "JPY", "-1"},
      {0, "JPY", "0"},
      {1234, "BHD", "1.234"},
      {-1, "BHD", "-0.001"},
      {12345, "CLF", "1.2345"},
      {1, "UYW", "0.0001"},
      {7, "XAU", "7"},
      {INT64_MIN, "EUR", "-92233720368547758.08"},
      {INT64_MAX, "EUR", "92233720368547758.07"},
      {INT64_MIN, "JPY", "-9223372036854775808"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FormatMinor(c.minor, Of(c.code)), c.text);
    EXPECT_EQ(FormatMoney({c.minor, Of(c.code)}),
              std::string(c.text) + " " + c.code);
    if (Of(c.code).minor_units().has_value()) {
      EXPECT_EQ(*ParseMajor(c.text, Of(c.code)), c.minor);
    }
  }
  EXPECT_EQ(FormatMinor(-12, Currency()), "-12");
  EXPECT_EQ(FormatMoney(Money{}), "0");
}

TEST(MoneyTest, ParsesMajorUnits) {
  EXPECT_EQ(*ParseMajor("79", Of("EUR")), 7900);
  EXPECT_EQ(*ParseMajor("79.5", Of("EUR")), 7950);
  EXPECT_EQ(*ParseMajor("-79.50", Of("EUR")), -7950);
  EXPECT_EQ(*ParseMajor("100", Of("JPY")), 100);
  EXPECT_EQ(*ParseMajor("1.2", Of("BHD")), 1200);
}

TEST(MoneyTest, RefusesOtherMajorUnits) {
  const auto refuse = [](const char* text, const char* code) {
    const auto result = ParseMajor(text, Of(code));
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(result.status().message());
  };
  EXPECT_EQ(refuse("79.001", "EUR"), "amount: has too many places");
  EXPECT_EQ(refuse("79.000", "EUR"), "amount: has too many places");
  EXPECT_EQ(refuse("1.0", "JPY"), "amount: has too many places");
  EXPECT_EQ(refuse("79,00", "EUR"), "amount: is not a decimal number");
  EXPECT_EQ(refuse("", "EUR"), "amount: is not a decimal number");
  EXPECT_EQ(refuse("79.00 EUR", "EUR"), "amount: is not a decimal number");
  EXPECT_EQ(refuse("92233720368547758.08", "EUR"), "amount: is too large");
  EXPECT_EQ(refuse("1", "XAU"), "currency: has no minor unit");
  EXPECT_FALSE(ParseMajor("1", Currency()).ok());
}

TEST(MoneyTest, AddsAndSubtracts) {
  const Currency eur = Of("EUR");
  EXPECT_EQ(*Add({150, eur}, {-50, eur}), (Money{100, eur}));
  EXPECT_EQ(*Subtract({150, eur}, {200, eur}), (Money{-50, eur}));
  EXPECT_EQ(*Add({INT64_MAX, eur}, {INT64_MIN, eur}), (Money{-1, eur}));
}

TEST(MoneyTest, CurrenciesNeverMix) {
  const Money eur{1, Of("EUR")};
  const Money usd{1, Of("USD")};
  const auto mixed =
      absl::InvalidArgumentError("currency: EUR and USD do not mix");
  EXPECT_EQ(Add(eur, usd).status(), mixed);
  EXPECT_EQ(Subtract(eur, usd).status(), mixed);
  const auto missing = absl::InvalidArgumentError("currency: is missing");
  EXPECT_EQ(Add(eur, Money{}).status(), missing);
  EXPECT_EQ(Subtract(Money{}, eur).status(), missing);
  EXPECT_EQ(Add(Money{}, Money{}).status(), missing);
}

TEST(MoneyTest, OverflowIsAnError) {
  const Currency eur = Of("EUR");
  const auto over = absl::OutOfRangeError("amount: does not fit 64 bits");
  EXPECT_EQ(Add({INT64_MAX, eur}, {1, eur}).status(), over);
  EXPECT_EQ(Add({INT64_MIN, eur}, {-1, eur}).status(), over);
  EXPECT_EQ(Subtract({0, eur}, {INT64_MIN, eur}).status(), over);
}

TEST(MoneyTest, EqualNeedsBoth) {
  EXPECT_TRUE((Money{1, Of("EUR")} == Money{1, Of("EUR")}));
  EXPECT_TRUE((Money{1, Of("EUR")} != Money{2, Of("EUR")}));
  EXPECT_TRUE((Money{1, Of("EUR")} != Money{1, Of("USD")}));
}

}  // namespace
}  // namespace vouch

#include "vouch/base/currency.h"

#include <type_traits>

#include "absl/hash/hash_testing.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

struct CurrencyRow {
  const char* code;
  int numeric;
  int minor_units;  // -1: none
};

constexpr CurrencyRow kCurrencies[] = {
#include "tests/unit/base/currency_table.inc"
};

static_assert(sizeof(Currency) == 2);
static_assert(std::is_trivially_copyable_v<Currency>);

TEST(CurrencyTest, KnowsAllRowsOfIso4217) {
  EXPECT_EQ(Currency::Count(), 184);
  EXPECT_EQ(std::size(kCurrencies), 184u);
  for (const CurrencyRow& row : kCurrencies) {
    const auto currency = Currency::Find(row.code);
    ASSERT_TRUE(currency.ok()) << row.code;
    EXPECT_EQ(currency->code(), row.code);
    EXPECT_EQ(currency->numeric(), row.numeric);
    EXPECT_EQ(currency->minor_units().value_or(-1), row.minor_units);
    EXPECT_TRUE(currency->has_value());
  }
}

TEST(CurrencyTest, ParseTakesWhatMoneyCanBeCountedIn) {
  int refused = 0;
  for (const CurrencyRow& row : kCurrencies) {
    const auto currency = Currency::Parse(row.code);
    if (row.minor_units >= 0) {
      ASSERT_TRUE(currency.ok()) << row.code;
      EXPECT_EQ(*currency, *Currency::Find(row.code));
    } else {
      ++refused;
      EXPECT_EQ(currency.status(),
                absl::InvalidArgumentError("currency: has no minor unit"));
    }
  }
  EXPECT_EQ(refused, 13);
}

TEST(CurrencyTest, RefusesOtherText) {
  for (const char* bad : {"", "E", "EU", "eur", "Eur", "EURO", "EUR ", " EUR",
                          "AAA", "ZZZ", "DEM", "978", "EU\xC3\x9C"}) {
    EXPECT_EQ(Currency::Parse(bad).status(),
              absl::InvalidArgumentError("currency: is not a code of ISO 4217"))
        << bad;
    EXPECT_FALSE(Currency::Find(bad).ok()) << bad;
  }
  EXPECT_FALSE(Currency::Parse(std::string_view("EUR\0", 4)).ok());
  EXPECT_TRUE(Currency::Parse(std::string_view("EURO", 3)).ok());
}

TEST(CurrencyTest, DefaultIsNone) {
  constexpr Currency kNone;
  EXPECT_FALSE(kNone.has_value());
  EXPECT_EQ(kNone.code(), "");
  EXPECT_EQ(kNone.numeric(), 0);
  EXPECT_EQ(kNone.minor_units(), std::nullopt);
}

TEST(CurrencyTest, OrderedByCodeNoneFirst) {
  Currency before;
  for (const CurrencyRow& row : kCurrencies) {
    const Currency currency = *Currency::Find(row.code);
    EXPECT_TRUE(before < currency);
    EXPECT_FALSE(currency < before);
    EXPECT_TRUE(before != currency);
    EXPECT_FALSE(before == currency);
    before = currency;
  }
}

TEST(CurrencyTest, Hashes) {
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {Currency(), *Currency::Parse("EUR"), *Currency::Parse("USD")}));
}

}  // namespace
}  // namespace vouch

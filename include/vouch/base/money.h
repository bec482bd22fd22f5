// An amount of money: minor units and their currency.
//
//   Money price{7900, eur};
//   FormatMoney(price);                    // "79.00 EUR"
//   VOUCH_ASSIGN_OR_RETURN(Money sum, Add(price, fee));
//
// There is no operator+: currencies never mix and sums never wrap, and both
// are errors that the caller has to see (docs/SEMANTICS.md, section 4). All
// functions are pure and may be called from any thread.
#ifndef VOUCH_BASE_MONEY_H_
#define VOUCH_BASE_MONEY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"

VOUCH_NAMESPACE_BEGIN

struct Money {
  int64_t minor = 0;  // cents, yen, fils: the smallest unit of the currency
  Currency currency;

  friend constexpr bool operator==(Money a, Money b) {
    return a.minor == b.minor && a.currency == b.currency;
  }
  friend constexpr bool operator!=(Money a, Money b) { return !(a == b); }
};

// a + b. INVALID_ARGUMENT if the currencies differ or there is none,
// OUT_OF_RANGE if the sum does not fit 64 bits.
absl::StatusOr<Money> Add(Money a, Money b);

// a - b. Errors as for Add.
absl::StatusOr<Money> Subtract(Money a, Money b);

// The amount in major units with all places of the currency: 7900 is "79.00"
// in EUR and "7900" in JPY. Without a minor unit: the number as it is.
std::string FormatMinor(int64_t minor, Currency currency);

// FormatMinor and the code: "79.00 EUR"; without a currency just the number.
std::string FormatMoney(Money money);

// The minor units of a decimal in major units, in the form of ParseDecimal
// (rate.h): "79" and "79.00" are 7900 in EUR. INVALID_ARGUMENT for another
// form, for more places than the currency has, for a number that does not fit
// 64 bits and for a currency without a minor unit.
absl::StatusOr<int64_t> ParseMajor(std::string_view decimal, Currency currency);

VOUCH_NAMESPACE_END

#include "vouch/base/money-inl.h"

#endif  // VOUCH_BASE_MONEY_H_

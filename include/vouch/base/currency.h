// A currency: two bytes that stand for a row of ISO 4217.
//
//   VOUCH_ASSIGN_OR_RETURN(Currency yen, Currency::Parse("JPY"));
//   yen.code();         // "JPY"
//   yen.numeric();      // 392
//   yen.minor_units();  // 0
//
// The table holds ISO 4217 list one and what came or went around it, so that
// old books stay readable: withdrawn codes (HRK, SLL, ZWL ...) are as good as
// current ones. Money is counted in minor units (docs/SEMANTICS.md, section 4),
// so codes without one (metals, XDR, XXX ...) are known, but Parse refuses
// them.
#ifndef VOUCH_BASE_CURRENCY_H_
#define VOUCH_BASE_CURRENCY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// A value type; the default is "no currency". Its number inside depends on the
// table of this build: write the code, never the bytes. Safe in any thread.
class Currency {
 public:
  constexpr Currency() = default;

  // The currency of money with this code: three upper-case letters exactly.
  // INVALID_ARGUMENT if there is no such code or it has no minor unit.
  static absl::StatusOr<Currency> Parse(std::string_view code);

  // The same, but codes without a minor unit are found as well.
  // INVALID_ARGUMENT if there is no such code.
  static absl::StatusOr<Currency> Find(std::string_view code);

  // How many codes the table holds.
  static int Count();

  // Whether this is any currency at all.
  constexpr bool has_value() const { return row_ != 0; }

  // The letters, "EUR"; empty without a currency. The text lives for ever.
  std::string_view code() const;

  // The number of ISO 4217, 978; 0 without a currency. Not unique: XCG took
  // over the number of ANG.
  int numeric() const;

  // The decimal places of the major unit, 0 to 4; nothing for a code without a
  // minor unit and without a currency.
  std::optional<int> minor_units() const;

  // Ordered by code, no currency first.
  friend constexpr bool operator==(Currency a, Currency b) {
    return a.row_ == b.row_;
  }
  friend constexpr bool operator!=(Currency a, Currency b) {
    return a.row_ != b.row_;
  }
  friend constexpr bool operator<(Currency a, Currency b) {
    return a.row_ < b.row_;
  }
  template <typename H>
  friend H AbslHashValue(H h, Currency c) {
    return H::combine(std::move(h), c.row_);
  }

 private:
  explicit constexpr Currency(uint16_t row) : row_(row) {}

  uint16_t row_ = 0;  // 1 + the place in the table
};

VOUCH_NAMESPACE_END

#include "vouch/base/currency-inl.h"

#endif  // VOUCH_BASE_CURRENCY_H_

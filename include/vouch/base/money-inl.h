// Bodies of money.h.
#ifndef VOUCH_BASE_MONEY_INL_H_
#define VOUCH_BASE_MONEY_INL_H_

#include "vouch/base/money.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline absl::Status CheckSameCurrency(Money a, Money b) {
  if (!a.currency.has_value() || !b.currency.has_value()) {
    return InvalidField("currency", "is missing");
  }
  if (a.currency == b.currency) return absl::OkStatus();
  std::string reason(a.currency.code());
  reason.append(" and ").append(b.currency.code()).append(" do not mix");
  return InvalidField("currency", reason);
}

}  // namespace internal

inline absl::StatusOr<Money> Add(Money a, Money b) {
  VOUCH_RETURN_IF_ERROR(internal::CheckSameCurrency(a, b));
  if (!CheckedAdd(a.minor, b.minor, &a.minor)) {
    return RangeField("amount", "does not fit 64 bits");
  }
  return a;
}

inline absl::StatusOr<Money> Subtract(Money a, Money b) {
  VOUCH_RETURN_IF_ERROR(internal::CheckSameCurrency(a, b));
  if (!CheckedSub(a.minor, b.minor, &a.minor)) {
    return RangeField("amount", "does not fit 64 bits");
  }
  return a;
}

inline std::string FormatMinor(int64_t minor, Currency currency) {
  std::string text = minor < 0 ? "-" : "";
  internal::AppendScaled(internal::Magnitude(minor),
                         currency.minor_units().value_or(0), &text);
  return text;
}

inline std::string FormatMoney(Money money) {
  std::string text = FormatMinor(money.minor, money.currency);
  if (money.currency.has_value()) {
    text.append(" ").append(money.currency.code());
  }
  return text;
}

inline absl::StatusOr<int64_t> ParseMajor(std::string_view decimal,
                                          Currency currency) {
  const std::optional<int> places = currency.minor_units();
  if (!places.has_value()) return InvalidField("currency", "has no minor unit");
  int64_t minor = 0;
  const char* reason = internal::ScanDecimal(decimal, *places, &minor);
  if (reason != nullptr) return InvalidField("amount", reason);
  return minor;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_MONEY_INL_H_

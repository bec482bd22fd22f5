// Bodies of exchange.h.
#ifndef VOUCH_RATE_EXCHANGE_INL_H_
#define VOUCH_RATE_EXCHANGE_INL_H_

#include "absl/numeric/int128.h"
#include "vouch/base/status.h"
#include "vouch/rate/exchange.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// 10^n of a currency's digits, 0 to 4.
inline int64_t PowerOfTen(int n) {
  int64_t power = 1;
  for (int i = 0; i < n; ++i) power *= 10;
  return power;
}

}  // namespace internal

inline absl::StatusOr<int64_t> Convert(int64_t amount_minor,
                                       const CurrencyExchange& by) {
  // A unit of `from` is 10^from of its minor units, and so on.
  const int64_t from = internal::PowerOfTen(by.from.minor_units().value_or(0));
  const int64_t to = internal::PowerOfTen(by.to.minor_units().value_or(0));
  absl::int128 numerator = absl::int128(amount_minor) * by.rate_ppb;
  if (!CheckedMul(numerator, to, &numerator)) {
    return RangeField("payment.exchange", "the amount passes 128 bits");
  }
  return DivideRounded(numerator, absl::int128(from) * kPpb, by.rounding);
}

inline absl::Status ConvertLines(absl::Span<const event::PaymentLine> lines,
                                 const CurrencyExchange& by,
                                 std::vector<event::PaymentLine>* out) {
  out->clear();
  for (const event::PaymentLine& line : lines) {
    event::PaymentLine& converted = out->emplace_back(line);
    for (int64_t* figure : {&converted.amount_minor, &converted.tax_minor,
                            &converted.discount_minor, &converted.fee_minor}) {
      VOUCH_ASSIGN_OR_RETURN(*figure, Convert(*figure, by));
    }
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_EXCHANGE_INL_H_

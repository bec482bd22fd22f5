// A payment in another currency than the program's (docs/SEMANTICS.md,
// section 4): its lines are converted before anything is rated.
//
//   std::vector<event::PaymentLine> lines;
//   Status s = ConvertLines(payment.lines, {payment.currency, rate_ppb,
//                           program->currency(), program->rounding()}, &lines);
//   ratable.lines = lines;
//
// A rate says how many units of the program's currency one unit of the
// payment's is worth, both in major units; currencies have their own digits.
// Pure; may be called from any thread.
#ifndef VOUCH_RATE_EXCHANGE_H_
#define VOUCH_RATE_EXCHANGE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

// `from` and `to` have minor units; the rate is above zero.
struct CurrencyExchange {
  Currency from;
  int64_t rate_ppb = kPpb;  // units of `to` for one of `from`
  Currency to;
  Rounding rounding = Rounding::kHalfEven;
};

// `amount_minor` of the one currency in minor units of the other, rounded once.
// OUT_OF_RANGE when it passes 64 bits.
absl::StatusOr<int64_t> Convert(int64_t amount_minor,
                                const CurrencyExchange& by);

// `lines` with amount, tax, discount and fee converted, each rounded once.
// `*out` is replaced; its texts are those of `lines`. OUT_OF_RANGE when a
// figure passes 64 bits; `*out` is then unspecified.
absl::Status ConvertLines(absl::Span<const event::PaymentLine> lines,
                          const CurrencyExchange& by,
                          std::vector<event::PaymentLine>* out);

VOUCH_NAMESPACE_END

#include "vouch/rate/exchange-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_EXCHANGE_H_

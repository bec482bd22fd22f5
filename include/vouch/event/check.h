// Whether an event is right in itself, whatever the state: the checks that
// give INVALID_ARGUMENT (docs/SEMANTICS.md, sections 3 and 10).
#ifndef VOUCH_EVENT_CHECK_H_
#define VOUCH_EVENT_CHECK_H_

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/event/quote_request.h"

VOUCH_NAMESPACE_BEGIN

// OK, or INVALID_ARGUMENT naming the first field that is wrong and why: ids
// missing or too long, texts that are no UTF-8, amounts below zero or past 64
// bits in sum, lines out of order, times outside the years 1 to 9999.
absl::Status CheckEvent(const Event& event);

// The same of a payment that is only asked about: it needs no payment_id and no
// customer. Fields are named "time_us", "payment.lines", "code", "country" ...
absl::Status CheckQuoted(const QuoteRequest& request);

VOUCH_NAMESPACE_END

#include "vouch/event/check-inl.h"  // IWYU pragma: export

#endif  // VOUCH_EVENT_CHECK_H_

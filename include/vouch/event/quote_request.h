// What a checkout asks before anything is booked (docs/SEMANTICS.md,
// section 6, "Price", and section 9).
//
//   QuoteRequest request;
//   request.at = now;
//   request.payment.currency = eur;
//   request.payment.lines = cart;      // before any discount
//   request.code = "SPRING";           // as it was entered
//   StatusOr<Quote> quote = engine->GetQuote("shop", request);
//
// Everything is borrowed and must live for the call.
#ifndef VOUCH_EVENT_QUOTE_REQUEST_H_
#define VOUCH_EVENT_QUOTE_REQUEST_H_

#include <string_view>

#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

struct QuoteRequest {
  Instant at = kNoTime;  // of the payment that would follow; required
  // Its lines before any discount of the quote, in its own currency. A customer
  // who is not named, or not known, is a new one; payment_id is not looked at.
  event::Payment payment;
  // The code entered, as a CODE touch at `at`; empty: none.
  std::string_view code;
  // Where no code is entered: as a LINK touch at `at`; empty: none.
  std::string_view partner_id;
  // As of a sign-up, each in place of what is known where it is not empty.
  std::string_view country;
  std::string_view segment;
  absl::Span<const event::Attribute> attributes;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_EVENT_QUOTE_REQUEST_H_

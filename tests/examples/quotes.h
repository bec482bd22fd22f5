// What an example's books answer to a checkout, through the library itself.
#ifndef VOUCH_TESTS_EXAMPLES_QUOTES_H_
#define VOUCH_TESTS_EXAMPLES_QUOTES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "tests/examples/books.h"
#include "vouch/vouch.h"

namespace vouch_examples {

// A quote of one line for a customer's next payment, in euros.
inline vouch::Quote QuoteFrom(const Books& books, std::string_view program_id,
                              std::string_view customer_id,
                              int64_t amount_minor, std::string_view at) {
  const auto engine = vouch::Engine::Open(books.path(), {true});
  if (!engine.ok()) {
    ADD_FAILURE() << engine.status();
    return {};
  }
  vouch::event::PaymentLine line;
  line.line = 1;
  line.amount_minor = amount_minor;
  vouch::QuoteRequest request;
  request.at = *vouch::ParseInstant(at);
  request.payment.customer.id = customer_id;
  request.payment.currency = *vouch::Currency::Parse("EUR");
  request.payment.lines = {&line, 1};
  const auto quote = (*engine)->GetQuote(program_id, request);
  if (!quote.ok()) {
    ADD_FAILURE() << quote.status();
    return {};
  }
  return *quote;
}

}  // namespace vouch_examples

#endif  // VOUCH_TESTS_EXAMPLES_QUOTES_H_

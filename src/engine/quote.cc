// The answer before checkout.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "engine_impl.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/event/check.h"
#include "vouch/rate/price.h"

VOUCH_NAMESPACE_BEGIN

namespace {

std::string RuleIdOf(const Program& terms, std::size_t rule) {
  return rule == kNoRule ? std::string() : terms.rules()[rule].rule_id;
}

// What the quote takes off a line: never more than there is.
int64_t OffOf(const LinePrice& price) {
  const absl::int128 off =
      absl::int128(price.discount_minor) + price.budget_discount_minor;
  return static_cast<int64_t>(std::min<absl::int128>(off, price.amount_minor));
}

// Takes what the quote discounts off the lines, as the payment would say it.
absl::Status Discount(absl::Span<const LinePrice> prices,
                      std::vector<event::PaymentLine>* lines) {
  for (std::size_t i = 0; i < lines->size(); ++i) {
    event::PaymentLine& line = (*lines)[i];
    const int64_t off = OffOf(prices[i]);
    line.amount_minor -= off;
    // In another currency than the payment's the two may pass what the payment
    // itself could say.
    if (!CheckedAdd(line.discount_minor, off, &line.discount_minor)) {
      return RangeField("payment.lines", "a discount passes 64 bits");
    }
  }
  return absl::OkStatus();
}

// No sum passes 64 bits: that of the amounts does not, and no line has a price
// or a discount above its amount.
void AddLines(const Program& terms, absl::Span<const event::PaymentLine> lines,
              absl::Span<const LinePrice> prices, Quote* quote) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LinePrice& price = prices[i];
    quote->lines.push_back(
        {lines[i].line, lines[i].amount_minor, price.price_minor,
         RuleIdOf(terms, price.price_rule), price.discount_minor,
         RuleIdOf(terms, price.discount_rule), price.budget_discount_minor,
         RuleIdOf(terms, price.budget_rule)});
    quote->amount_minor += lines[i].amount_minor;
    quote->price_minor += price.price_minor;
    quote->customer_discount_minor += OffOf(price);
  }
}

void AddCommissions(const Reference& reference, const RatedPayment& rated,
                    Quote* quote) {
  const Program& terms = *rated.attributed.rating;
  for (const RatedAmount& amount : rated.rating.amounts) {
    const RatableCredit& credit = rated.credits[amount.credit];
    std::string rule_id = RuleIdOf(terms, amount.rule);
    if (amount.rule == kNoRule) {
      rule_id = std::string(credit.state->books[amount.book].rule_id);
    }
    quote->commissions.push_back(
        {std::string(reference.partner(amount.payee).partner_id),
         std::move(rule_id), credit.role, amount.level, amount.base_minor,
         amount.takes_back() ? -amount.amount_minor : amount.amount_minor});
  }
}

void AddCredits(const Reference& reference, const RatedPayment& rated,
                Quote* quote) {
  for (const PaymentCredit& credit : rated.attributed.credits) {
    quote->credits.push_back(credit.credit);
    quote->partner_ids.emplace_back(
        reference.partner(credit.credit.partner).partner_id);
  }
}

}  // namespace

absl::StatusOr<Quote> Engine::GetQuote(std::string_view program_id,
                                       const QuoteRequest& request) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(CheckQuoted(request));
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  QuoteRequest asked = request;
  // One who is not known has the number that it would get.
  asked.payment.customer.number =
      slot->customers.FindOrNext(request.payment.customer.id);
  RatedPayment rated;
  VOUCH_RETURN_IF_ERROR(slot->state.Quote(asked, &rated));
  const Program& terms = *rated.attributed.rating;
  std::vector<LinePrice> prices;
  VOUCH_RETURN_IF_ERROR(
      PriceLines(terms, rated.ratable, rated.rating, &prices));
  Quote quote;
  quote.currency = terms.currency();
  AddLines(terms, rated.ratable.lines, prices, &quote);
  std::vector<event::PaymentLine> lines(rated.ratable.lines.begin(),
                                        rated.ratable.lines.end());
  if (quote.customer_discount_minor > 0) {
    VOUCH_RETURN_IF_ERROR(Discount(prices, &lines));
    VOUCH_RETURN_IF_ERROR(slot->state.RateAgain(lines, &rated));
  }
  VOUCH_RETURN_IF_ERROR(slot->state.CheckPaymentRoom(rated));
  const Reference& reference = slot->state.reference();
  AddCommissions(reference, rated, &quote);
  AddCredits(reference, rated, &quote);
  return quote;
}

VOUCH_NAMESPACE_END

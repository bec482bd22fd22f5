// The answer before checkout.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine_impl.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/event/check.h"
#include "vouch/rate/price.h"

VOUCH_NAMESPACE_BEGIN

namespace {

std::string RuleIdOf(const Program& terms, std::size_t rule) {
  return rule == kNoRule ? std::string() : terms.rules()[rule].rule_id;
}

// Takes what the quote discounts off the lines, as the payment would say it.
std::vector<event::PaymentLine> Discounted(
    absl::Span<const event::PaymentLine> lines,
    absl::Span<const LinePrice> prices) {
  std::vector<event::PaymentLine> out(lines.begin(), lines.end());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int64_t off =
        std::min(prices[i].discount_minor + prices[i].budget_discount_minor,
                 out[i].amount_minor);
    out[i].amount_minor -= off;
    out[i].discount_minor += off;
  }
  return out;
}

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
    quote->customer_discount_minor +=
        price.discount_minor + price.budget_discount_minor;
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

}  // namespace

absl::StatusOr<Quote> Engine::GetQuote(std::string_view program_id,
                                       const QuoteRequest& request) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(CheckQuoted(request.payment));
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  QuoteRequest asked = request;
  asked.payment.customer.number =
      slot->customers.Find(request.payment.customer.id);
  // Nothing of a quote moves: it borrows from itself.
  RatedPayment rated;
  VOUCH_RETURN_IF_ERROR(slot->state.Quote(asked, &rated));
  const Program& terms = *rated.attributed.rating;
  Quote quote;
  quote.currency = terms.currency();
  const std::vector<event::PaymentLine> lines(rated.ratable.lines.begin(),
                                              rated.ratable.lines.end());
  std::vector<LinePrice> prices;
  VOUCH_RETURN_IF_ERROR(
      PriceLines(terms, rated.ratable, rated.rating, &prices));
  const std::vector<event::PaymentLine> discounted = Discounted(lines, prices);
  rated.ratable.lines = discounted;
  if (rated.attributed.number != 0) {
    VOUCH_RETURN_IF_ERROR(
        RatePayment(terms, rated.ratable, nullptr, &rated.rating));
  }
  const Reference& reference = slot->state.reference();
  AddLines(terms, lines, prices, &quote);
  AddCommissions(reference, rated, &quote);
  for (const PaymentCredit& credit : rated.attributed.credits) {
    quote.credits.push_back(credit.credit);
    quote.partner_ids.emplace_back(
        reference.partner(credit.credit.partner).partner_id);
  }
  return quote;
}

VOUCH_NAMESPACE_END

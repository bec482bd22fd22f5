// What a payment would cost whom: a partner's own buying price, the discount of
// its customers, and the part of a budget that is theirs (docs/SEMANTICS.md,
// section 6, "Budget split" and "Price").
//
//   std::vector<LinePrice> prices;
//   Status s = PriceLines(*program, payment, rating, &prices);
//   prices[0].price_minor;                        // amount less 20%
//   prices[0].discount_minor + prices[0].budget_discount_minor;
//
// Line amounts are those before any discount that is asked for. Of several
// rules of one kind that hold the first written answers, outside choosing; they
// never accrue.
//
// Where the text is silent: a price is that of the partner whose own purchase
// it is; else, as a discount, that of the first credit that earns, acquirers
// before the servicer, for whom a rule of the kind holds. Of a budget each
// credit gives the customer its place in the split of the budget less what it
// takes itself, so that the credits' discounts and commissions add up to the
// budget and the vendor's part of a decision discounts nothing; over the lines
// a discount is spread by largest remainder on their bases. Of different shares
// the partners' parts alone can pass the budget by a unit, as the largest
// remainder may give more of a smaller whole: the discount is 0 then.
#ifndef VOUCH_RATE_PRICE_H_
#define VOUCH_RATE_PRICE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/program/program.h"
#include "vouch/rate/rate.h"

VOUCH_NAMESPACE_BEGIN

struct LinePrice {
  int64_t amount_minor = 0;
  int64_t price_minor = 0;  // the amount where no rule of a price holds
  std::size_t price_rule = kNoRule;
  int64_t discount_minor = 0;  // outside any budget
  std::size_t discount_rule = kNoRule;
  int64_t budget_discount_minor = 0;
  std::size_t budget_rule = kNoRule;  // of the first credit that has one
};

// Prices the lines of `payment`, in their order, into `*out`, by what
// RatePayment has made of it. OUT_OF_RANGE when a figure passes 64 bits;
// `*out` is then unspecified.
absl::Status PriceLines(const Program& terms, const RatablePayment& payment,
                        const Rating& rating, std::vector<LinePrice>* out);

VOUCH_NAMESPACE_END

#include "vouch/rate/price-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_PRICE_H_

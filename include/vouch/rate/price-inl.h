// Bodies of price.h.
#ifndef VOUCH_RATE_PRICE_INL_H_
#define VOUCH_RATE_PRICE_INL_H_

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "vouch/base/allocate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/rate/price.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The first rule of the kind that holds for the line, by the first of `credits`
// that has one.
inline std::size_t FirstPriceRule(const Program& terms, RuleKind kind,
                                  const RatablePayment& payment,
                                  absl::Span<const RatableCredit> credits,
                                  const event::PaymentLine& line) {
  for (const RatableCredit& credit : credits) {
    if (!credit.active) continue;
    for (std::size_t r = 0; r < terms.rules().size(); ++r) {
      const Rule& rule = terms.rules()[r];
      if (PriceRuleHolds(rule, kind, payment, credit) &&
          LineHolds(rule, line)) {
        return r;
      }
    }
  }
  return kNoRule;
}

// round(amount x percent) of the rule; 0 without one.
inline absl::StatusOr<int64_t> OffBy(const Program& terms, std::size_t rule,
                                     int64_t amount_minor) {
  if (rule == kNoRule) return 0;
  return ApplyRate(amount_minor, terms.rules()[rule].price_percent,
                   terms.rounding());
}

inline absl::Status PriceLine(const Program& terms,
                              const RatablePayment& payment,
                              const event::PaymentLine& line, LinePrice* out) {
  out->amount_minor = line.amount_minor;
  out->price_rule =
      FirstPriceRule(terms, RuleKind::kPrice, payment, payment.buyers, line);
  if (out->price_rule == kNoRule) {
    out->price_rule =
        FirstPriceRule(terms, RuleKind::kPrice, payment, payment.credits, line);
  }
  VOUCH_ASSIGN_OR_RETURN(const int64_t off,
                         OffBy(terms, out->price_rule, line.amount_minor));
  if (!CheckedSub(line.amount_minor, off, &out->price_minor)) {
    return RangeField("payment.lines", "a price passes 64 bits");
  }
  out->discount_rule = FirstPriceRule(terms, RuleKind::kCustomerDiscount,
                                      payment, payment.credits, line);
  VOUCH_ASSIGN_OR_RETURN(out->discount_minor,
                         OffBy(terms, out->discount_rule, line.amount_minor));
  return absl::OkStatus();
}

// The credit's place in the split of `whole` over the weights of its role.
inline absl::StatusOr<int64_t> PlaceInSplit(const RatablePayment& payment,
                                            std::size_t credit, int64_t whole) {
  const Role role = payment.credits[credit].role;
  absl::InlinedVector<int64_t, 8> weights;
  std::size_t place = 0;
  for (std::size_t i = 0; i < payment.credits.size(); ++i) {
    if (payment.credits[i].role != role) continue;
    if (i == credit) place = weights.size();
    weights.push_back(payment.credits[i].weight_ppb);
  }
  if (role == Role::kAcquirer && payment.vendor_weight_ppb > 0) {
    weights.push_back(payment.vendor_weight_ppb);
  }
  return AllocateShare(whole, weights, place);
}

// What a budget gives the customer by the credit: its place in the split of the
// whole budget less that of the partner's part, so that discounts and
// commissions of all credits add up to the budget, whatever the shares are. By
// the largest remainder that may be -1.
inline absl::StatusOr<int64_t> BudgetDiscount(
    const Program& terms, const RatablePayment& payment, std::size_t credit,
    const ChosenRule& chosen, absl::Span<const LineBase> bases) {
  absl::int128 sum = 0;
  for (const LineBase& base : bases) sum += base.base_minor;
  VOUCH_ASSIGN_OR_RETURN(
      const int64_t budget,
      DivideRounded(sum * terms.rules()[chosen.rule].budget->ppb(), kPpb,
                    terms.rounding()));
  VOUCH_ASSIGN_OR_RETURN(const int64_t whole,
                         PlaceInSplit(payment, credit, budget));
  VOUCH_ASSIGN_OR_RETURN(
      const int64_t partners,
      PlaceInSplit(payment, credit, budget - chosen.discount_minor));
  return whole - partners;
}

// Spreads what a budget gives the customer over the lines that it pays.
inline absl::Status SpreadDiscount(absl::Span<const LineBase> bases,
                                   std::size_t rule, int64_t discount,
                                   std::vector<LinePrice>* out) {
  absl::InlinedVector<int64_t, 16> weights;
  absl::int128 sum = 0;
  for (const LineBase& base : bases) {
    weights.push_back(base.base_minor);
    sum += base.base_minor;
  }
  if (sum == 0) return absl::OkStatus();
  absl::InlinedVector<int64_t, 16> parts(weights.size());
  VOUCH_RETURN_IF_ERROR(Allocate(discount, weights, absl::MakeSpan(parts)));
  for (std::size_t i = 0; i < bases.size(); ++i) {
    LinePrice& line = (*out)[bases[i].line];
    if (line.budget_rule == kNoRule) line.budget_rule = rule;
    if (!CheckedAdd(line.budget_discount_minor, parts[i],
                    &line.budget_discount_minor)) {
      return RangeField("payment.lines", "a discount passes 64 bits");
    }
  }
  return absl::OkStatus();
}

// No line's discount stays below zero: others give what it lacks while they
// have it.
inline void RaiseDiscounts(std::vector<LinePrice>* out) {
  int64_t lacks = 0;
  for (LinePrice& line : *out) {
    if (line.budget_discount_minor >= 0) continue;
    lacks -= line.budget_discount_minor;
    line.budget_discount_minor = 0;
  }
  for (LinePrice& line : *out) {
    const int64_t gives = std::min(lacks, line.budget_discount_minor);
    line.budget_discount_minor -= gives;
    lacks -= gives;
  }
}

}  // namespace internal

inline absl::Status PriceLines(const Program& terms,
                               const RatablePayment& payment,
                               const Rating& rating,
                               std::vector<LinePrice>* out) {
  out->assign(payment.lines.size(), LinePrice());
  for (std::size_t i = 0; i < payment.lines.size(); ++i) {
    VOUCH_RETURN_IF_ERROR(
        internal::PriceLine(terms, payment, payment.lines[i], &(*out)[i]));
  }
  for (std::size_t credit = 0; credit < rating.credits.size(); ++credit) {
    const CreditEffect& effect = rating.credits[credit];
    for (std::size_t i = 0; i < effect.chosen_count; ++i) {
      const ChosenRule& chosen = rating.chosen[effect.first_chosen + i];
      if (!terms.rules()[chosen.rule].budget) continue;
      const auto bases = absl::MakeConstSpan(rating.bases)
                             .subspan(chosen.first_base, chosen.base_count);
      VOUCH_ASSIGN_OR_RETURN(
          const int64_t discount,
          internal::BudgetDiscount(terms, payment, credit, chosen, bases));
      VOUCH_RETURN_IF_ERROR(
          internal::SpreadDiscount(bases, chosen.rule, discount, out));
    }
  }
  internal::RaiseDiscounts(out);
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_PRICE_INL_H_

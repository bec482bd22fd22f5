#ifndef VOUCH_RATE_RATE_INL_H_
#define VOUCH_RATE_RATE_INL_H_

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vouch/base/allocate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/rate/rate.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr std::size_t kNoRule = static_cast<std::size_t>(-1);

// A condition that does not hold, with what it wanted and what there was.
struct FailedCondition {
  std::string_view name;
  std::string wanted;
  std::string actual;
};

template <typename E>
std::string WordsOf(const WordSet<E>& set) {
  std::string text;
  for (std::size_t i = 1; i <= Words<E>::kList.size(); ++i) {
    const E value = static_cast<E>(i);
    if (!set.Has(value)) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", ToAbsl(Word(value)));
  }
  return text;
}

inline bool Lists(const std::vector<std::string>& list,
                  std::string_view value) {
  return list.empty() ||
         std::find(list.begin(), list.end(), value) != list.end();
}

// Whether everything but the line's own conditions holds.
inline bool HoldsForPayment(const Rule& rule, const RatablePayment& payment,
                            const RatableCredit& credit) {
  const Conditions& when = rule.when;
  return rule.role == credit.role && when.partner_kinds.Has(credit.kind) &&
         Lists(when.partner_groups, credit.group) &&
         when.channels.Has(credit.channel) && when.phases.Has(payment.phase) &&
         payment.contract_year >= when.contract_year_from &&
         payment.contract_year < when.contract_year_until;
}

inline bool HoldsForLine(const Rule& rule, const event::PaymentLine& line) {
  return Lists(rule.when.products, line.product);
}

// The first condition that does not hold, in the order of HoldsForPayment and
// HoldsForLine; nothing when all do. Only a trace asks.
inline std::optional<FailedCondition> FirstFailed(
    const Rule& rule, const RatablePayment& payment,
    const RatableCredit& credit, const event::PaymentLine& line) {
  const Conditions& when = rule.when;
  const int64_t year = payment.contract_year;
  if (rule.role != credit.role) {
    return FailedCondition{"role", std::string(Word(rule.role)),
                           std::string(Word(credit.role))};
  }
  if (!when.partner_kinds.Has(credit.kind)) {
    return FailedCondition{"partner_kind", WordsOf(when.partner_kinds),
                           std::string(Word(credit.kind))};
  }
  if (!Lists(when.partner_groups, credit.group)) {
    return FailedCondition{"partner_group",
                           absl::StrJoin(when.partner_groups, ", "),
                           std::string(credit.group)};
  }
  if (!when.channels.Has(credit.channel)) {
    return FailedCondition{"channel", WordsOf(when.channels),
                           std::string(Word(credit.channel))};
  }
  if (!when.phases.Has(payment.phase)) {
    return FailedCondition{"phase", WordsOf(when.phases),
                           std::string(Word(payment.phase))};
  }
  if (year < when.contract_year_from) {
    return FailedCondition{"contract_year",
                           absl::StrCat("from ", when.contract_year_from),
                           absl::StrCat(year)};
  }
  if (year >= when.contract_year_until) {
    return FailedCondition{"contract_year",
                           absl::StrCat("before ", when.contract_year_until),
                           absl::StrCat(year)};
  }
  if (!HoldsForLine(rule, line)) {
    return FailedCondition{"product", absl::StrJoin(when.products, ", "),
                           std::string(line.product)};
  }
  return std::nullopt;
}

// Rates one payment; made anew for each.
class PaymentRater {
 public:
  PaymentRater(const Program& terms, const RatablePayment& payment,
               RateTrace* trace, Rating* out)
      : terms_(terms), payment_(payment), trace_(trace), out_(*out) {}

  absl::Status Rate() {
    out_.amounts.clear();
    out_.bases.clear();
    for (std::size_t i = 0; i < payment_.credits.size(); ++i) {
      if (!payment_.credits[i].active) continue;
      Choose(i);
      for (const std::size_t rule : out_.rules) {
        VOUCH_RETURN_IF_ERROR(AddAmount(i, rule));
      }
    }
    return absl::OkStatus();
  }

 private:
  // FIRST_MATCH: for each line the first rule whose conditions all hold.
  void Choose(std::size_t credit) {
    out_.chosen.assign(payment_.lines.size(), kNoRule);
    out_.rules.clear();
    std::size_t open = payment_.lines.size();
    for (std::size_t r = 0; r < terms_.rules().size() && open > 0; ++r) {
      const Rule& rule = terms_.rules()[r];
      const bool holds =
          HoldsForPayment(rule, payment_, payment_.credits[credit]);
      if (!holds && trace_ == nullptr) continue;
      for (std::size_t line = 0; line < payment_.lines.size(); ++line) {
        if (out_.chosen[line] != kNoRule) continue;
        if (trace_ != nullptr) TraceTrial(credit, line, r);
        if (!holds || !HoldsForLine(rule, payment_.lines[line])) continue;
        out_.chosen[line] = r;
        if (out_.rules.empty() || out_.rules.back() != r) {
          out_.rules.push_back(r);
        }
        --open;
      }
    }
  }

  void TraceTrial(std::size_t credit, std::size_t line, std::size_t rule) {
    RuleTrial trial{credit, line, rule, {}, {}, {}};
    auto failed = FirstFailed(terms_.rules()[rule], payment_,
                              payment_.credits[credit], payment_.lines[line]);
    if (failed) {
      trial.failed = failed->name;
      trial.wanted = std::move(failed->wanted);
      trial.actual = std::move(failed->actual);
    }
    trace_->trials.push_back(std::move(trial));
  }

  // Rates the lines for which `rule` was chosen.
  absl::Status AddAmount(std::size_t credit, std::size_t rule) {
    const Rule& by = terms_.rules()[rule];
    RatedAmount amount;
    amount.credit = credit;
    amount.rule = rule;
    amount.first_base = out_.bases.size();
    absl::int128 sum = 0;
    for (std::size_t line = 0; line < out_.chosen.size(); ++line) {
      if (out_.chosen[line] != rule) continue;
      const absl::int128 base =
          by.budget ? PriceOf(payment_.lines[line])
                    : BaseOf(payment_.lines[line], terms_.base());
      sum += base;
      if (sum > std::numeric_limits<int64_t>::max()) {
        return RangeField("payment.lines", "the base passes 64 bits");
      }
      out_.bases.push_back({line, static_cast<int64_t>(base)});
    }
    amount.base_minor = static_cast<int64_t>(sum);
    amount.base_count = out_.bases.size() - amount.first_base;
    AmountTrace trace;
    trace.credit = credit;
    trace.rule = rule;
    VOUCH_RETURN_IF_ERROR(by.budget ? Budget(by, &amount, &trace)
                                    : Reward(by, &amount, &trace));
    if (trace_ != nullptr) trace_->amounts.push_back(trace);
    if (amount.amount_minor == 0) {
      out_.bases.resize(amount.first_base);
    } else {
      out_.amounts.push_back(amount);
    }
    return absl::OkStatus();
  }

  // The base with the discount added back.
  absl::int128 PriceOf(const event::PaymentLine& line) const {
    BaseSpec spec = terms_.base();
    spec.add_discount = true;
    return BaseOf(line, spec);
  }

  absl::Status Reward(const Rule& rule, RatedAmount* amount,
                      AmountTrace* trace) {
    trace->rate = rule.RateOfYear(payment_.contract_year);
    trace->fixed_minor = rule.fixed_minor;
    trace->numerator = absl::int128(amount->base_minor) * trace->rate.ppb() +
                       absl::int128(rule.fixed_minor) * kPpb;
    VOUCH_ASSIGN_OR_RETURN(
        trace->rounded_minor,
        DivideRounded(trace->numerator, kPpb, terms_.rounding()));
    return Split(amount, trace);
  }

  // D = round(P x budget x share) is the customer's, round(P x budget) - D the
  // partner's, so that both always add up to the budget.
  absl::Status Budget(const Rule& rule, RatedAmount* amount,
                      AmountTrace* trace) {
    const RatableCredit& credit = payment_.credits[amount->credit];
    trace->rate = *rule.budget;
    trace->share = terms_.CutShare(credit.customer_share);
    trace->numerator = absl::int128(amount->base_minor) * rule.budget->ppb();
    VOUCH_ASSIGN_OR_RETURN(
        trace->rounded_minor,
        DivideRounded(trace->numerator, kPpb, terms_.rounding()));
    VOUCH_ASSIGN_OR_RETURN(
        trace->discount_minor,
        DivideRounded(trace->numerator * trace->share.ppb(),
                      absl::int128(kPpb) * kPpb, terms_.rounding()));
    amount->discount_minor = trace->discount_minor;
    return Split(amount, trace);
  }

  // The credit's own place in the split of the whole over all weights.
  absl::Status Split(RatedAmount* amount, AmountTrace* trace) {
    const int64_t whole = trace->rounded_minor - trace->discount_minor;
    const RatableCredit& own = payment_.credits[amount->credit];
    trace->base_minor = amount->base_minor;
    amount->amount_minor = whole;
    if (own.weight_ppb != kPpb) {
      std::size_t place = 0;
      out_.weights.clear();
      for (std::size_t i = 0; i < payment_.credits.size(); ++i) {
        if (payment_.credits[i].role != own.role) continue;
        if (i == amount->credit) place = out_.weights.size();
        out_.weights.push_back(payment_.credits[i].weight_ppb);
      }
      if (own.role == Role::kAcquirer && payment_.vendor_weight_ppb > 0) {
        out_.weights.push_back(payment_.vendor_weight_ppb);
      }
      VOUCH_ASSIGN_OR_RETURN(amount->amount_minor,
                             AllocateShare(whole, out_.weights, place));
    }
    trace->amount_minor = amount->amount_minor;
    return absl::OkStatus();
  }

  const Program& terms_;
  const RatablePayment& payment_;
  RateTrace* trace_;
  Rating& out_;
};

}  // namespace internal

inline absl::int128 BaseOf(const event::PaymentLine& line,
                           const BaseSpec& spec) {
  absl::int128 base = line.amount_minor;
  if (spec.subtract_tax) base -= line.tax_minor;
  if (spec.subtract_fee) base -= line.fee_minor;
  if (spec.add_discount) base += line.discount_minor;
  return std::max<absl::int128>(base, 0);
}

inline absl::Status RatePayment(const Program& terms,
                                const RatablePayment& payment, RateTrace* trace,
                                Rating* out) {
  return internal::PaymentRater(terms, payment, trace, out).Rate();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_RATE_INL_H_

// What one credit of a payment would earn by a rule: its place in the split,
// its bases, the metric's stand, the amount before and after limits
// (docs/SEMANTICS.md, section 6, "Rating").
//
// All as before the payment. Choosing and booking are built on it; made anew
// for each credit.
#ifndef VOUCH_RATE_CREDIT_RATER_H_
#define VOUCH_RATE_CREDIT_RATER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/allocate.h"
#include "vouch/base/config.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/event/event.h"
#include "vouch/program/program.h"
#include "vouch/rate/limit.h"
#include "vouch/rate/partner_state.h"
#include "vouch/rate/ratable.h"
#include "vouch/rate/rate_trace.h"
#include "vouch/rate/rating.h"
#include "vouch/rate/reward.h"
#include "vouch/rate/true_up.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline absl::Status BaseError() {
  return RangeField("payment.lines", "the base passes 64 bits");
}

// A partner that has earned nothing yet.
inline const PartnerState& NoState() {
  static const PartnerState* const kNone = new PartnerState();
  return *kNone;
}

// What an upline makes of level 0, or of the base.
struct UplineSplit {
  int64_t of_minor = 0;
  absl::int128 numerator = 0;
  int64_t rounded_minor = 0;
  int64_t split_minor = 0;  // of the base the credit's place in its split
};

class CreditRater {
 public:
  // `*weights` is work space, and must outlive this.
  CreditRater(const Program& terms, EarnsOn earns_on,
              const RatablePayment& payment, std::size_t place,
              std::vector<int64_t>* weights)
      : terms_(terms),
        earns_on_(earns_on),
        payment_(payment),
        place_(place),
        credit_(payment.credits[place]),
        state_(credit_.state == nullptr ? NoState() : *credit_.state),
        month_(MonthOf(payment.on)),
        weights_(*weights) {
    FindWeights();
  }

  const Program& terms() const { return terms_; }
  const RatablePayment& payment() const { return payment_; }
  std::size_t place() const { return place_; }  // of the credit
  const RatableCredit& credit() const { return credit_; }
  const PartnerState& state() const { return state_; }
  MonthNumber month() const { return month_; }
  int64_t revenue_minor() const { return revenue_minor_; }
  bool is_payment() const { return earns_on_ == EarnsOn::kPayment; }
  EarnsOn earns_on() const { return earns_on_; }

  // A lead or a sign-up is rated as one line of nothing.
  std::size_t line_count() const {
    return is_payment() ? payment_.lines.size() : 1;
  }
  const event::PaymentLine& LineAt(std::size_t line) const {
    static const event::PaymentLine* const kNoLine = new event::PaymentLine();
    return is_payment() ? payment_.lines[line] : *kNoLine;
  }

  // All lines' bases, appended to `*bases`; their sum's share is the revenue.
  absl::Status CountRevenue(std::vector<LineBase>* bases) {
    absl::int128 sum = 0;
    for (std::size_t line = 0; line < payment_.lines.size(); ++line) {
      const absl::int128 base = BaseOf(payment_.lines[line], terms_.base());
      sum += base;
      if (sum > std::numeric_limits<int64_t>::max()) return BaseError();
      bases->push_back({line, static_cast<int64_t>(base)});
    }
    VOUCH_ASSIGN_OR_RETURN(revenue_minor_, PlaceOf(static_cast<int64_t>(sum)));
    return absl::OkStatus();
  }

  // The credit's own place in the split of `whole`.
  absl::StatusOr<int64_t> PlaceOf(int64_t whole) const {
    if (credit_.weight_ppb == kPpb) return whole;
    return AllocateShare(whole, weights_, place_in_split_);
  }

  // Adds line `line` to `*sum` and gives its base.
  absl::StatusOr<int64_t> AddLine(const Rule& rule, std::size_t line,
                                  LineSum* sum) const {
    if (!is_payment()) return 0;
    const event::PaymentLine& of = payment_.lines[line];
    const absl::int128 base =
        rule.budget ? PriceOf(of) : BaseOf(of, terms_.base());
    if (base > std::numeric_limits<int64_t>::max() - sum->base_minor) {
      return BaseError();
    }
    sum->base_minor += static_cast<int64_t>(base);
    sum->units += of.quantity;
    ++sum->lines_count;
    return static_cast<int64_t>(base);
  }

  const Reward& RewardOf(const Rule& rule) const {
    return rule.RewardOf(credit_.partner_id);
  }

  MetricStand StandOf(const Reward& reward) const {
    if (reward.tiers.empty()) return {};
    const int64_t before = state_.MetricOf(credit_.role, reward.tier_metric,
                                           reward.tier_period, month_);
    int64_t after = before;
    const int64_t gain =
        GainOf(reward.tier_metric, PeriodOf(reward.tier_period, month_));
    if (!CheckedAdd(before, gain, &after)) {
      after = std::numeric_limits<int64_t>::max();
    }
    return {std::max<int64_t>(before, 0), std::max<int64_t>(after, 0)};
  }

  // What the rule gives for the lines of `sum`, before limits, with the metric
  // at `stand`.
  absl::StatusOr<int64_t> SplitOf(const Rule& rule, const LineSum& sum,
                                  const MetricStand& stand, int64_t* discount,
                                  AmountTrace* trace) const {
    int64_t rounded = 0;
    *discount = 0;
    if (rule.budget) {
      VOUCH_ASSIGN_OR_RETURN(rounded,
                             BudgetOf(rule, sum.base_minor, discount, trace));
    } else {
      const Reward& reward = RewardOf(rule);
      RewardAdder adder(reward, payment_.contract_year, sum, trace);
      VOUCH_ASSIGN_OR_RETURN(
          const Product product,
          adder.Add(is_payment() ? reward.fixed_per : FixedPer::kCustomer,
                    IsSpent(rule, reward), stand));
      VOUCH_ASSIGN_OR_RETURN(
          rounded, DivideRounded(product.numerator, product.denominator,
                                 terms_.rounding()));
    }
    VOUCH_ASSIGN_OR_RETURN(const int64_t split, PlaceOf(rounded - *discount));
    if (trace != nullptr) {
      trace->rounded_minor = rounded;
      trace->split_minor = split;
    }
    return split;
  }

  // What the limits leave of `amount`.
  int64_t CutOf(const Rule& rule, int64_t amount,
                absl::Span<const RuleMove> moves,
                std::vector<LimitTrace>* traces) const {
    LimitCutter cutter(rule, state_, moves, traces);
    return cutter.CutPayment(amount, payment_);
  }

  // HIGHEST: what the rule gives for one line, all as before this payment.
  absl::StatusOr<int64_t> AloneOf(const Rule& rule, std::size_t line) const {
    LineSum sum;
    VOUCH_RETURN_IF_ERROR(AddLine(rule, line, &sum).status());
    VOUCH_ASSIGN_OR_RETURN(sum.share_minor, PlaceOf(sum.base_minor));
    MetricStand stand;
    if (!rule.budget) stand = StandOf(RewardOf(rule));
    stand.after = stand.before;
    if (!rule.budget && IsRetroactive(RewardOf(rule))) {
      return TrueUpAlone(rule, sum.share_minor, stand);
    }
    int64_t discount = 0;
    VOUCH_ASSIGN_OR_RETURN(const int64_t split,
                           SplitOf(rule, sum, stand, &discount, nullptr));
    return CutOf(rule, split, {}, nullptr);
  }

  // The parent at the level; one that does not earn where there is none.
  RatableParent ParentAt(int32_t level) const {
    const std::size_t place = static_cast<std::size_t>(level) - 1;
    if (place >= credit_.parents.size() ||
        !credit_.parents[place].partner.has_value()) {
      return {PartnerIndex(), false};
    }
    return credit_.parents[place];
  }

  // `child` is what level 0 was booked.
  absl::StatusOr<UplineSplit> UplineSplitOf(const Upline& upline, int64_t base,
                                            int64_t child) const {
    const bool of_base = upline.of == UplineOf::kBase;
    UplineSplit split;
    split.of_minor = of_base ? base : child;
    split.numerator = absl::int128(split.of_minor) * upline.percent.ppb();
    VOUCH_ASSIGN_OR_RETURN(
        split.rounded_minor,
        DivideRounded(split.numerator, kPpb, terms_.rounding()));
    split.split_minor = split.rounded_minor;
    if (of_base) {
      VOUCH_ASSIGN_OR_RETURN(split.split_minor, PlaceOf(split.rounded_minor));
    }
    return split;
  }

  // What a true-up of the rule would be made of, with `share` more of a base.
  absl::Status FillTask(const Rule& rule, int64_t share,
                        const MetricStand& stand, TrueUpTask* task) const {
    task->terms = &terms_;
    task->rule = &rule;
    task->reward = &RewardOf(rule);
    task->parents = credit_.parents;
    task->span = PeriodOf(task->reward->tier_period, month_);
    task->book_place = state_.FindBook(
        rule.rule_id, credit_.role, task->reward->tier_period, task->span.from);
    task->base_minor = share;
    if (task->book_place != kNoPlace) {
      task->book = &state_.books[task->book_place];
      if (!CheckedAdd(task->book->base_minor, share, &task->base_minor)) {
        return RangeField("payment.lines", "the period's base passes 64 bits");
      }
    }
    task->stand = stand;
    task->credit = place_;
    task->partner = credit_.partner;
    return absl::OkStatus();
  }

 private:
  // The weights of the credit's role, the vendor's last among the acquirers',
  // and the credit's place among them.
  void FindWeights() {
    weights_.clear();
    if (credit_.weight_ppb == kPpb) return;
    for (std::size_t i = 0; i < payment_.credits.size(); ++i) {
      const RatableCredit& each = payment_.credits[i];
      if (each.role != credit_.role) continue;
      if (i == place_) place_in_split_ = weights_.size();
      weights_.push_back(each.weight_ppb);
    }
    if (credit_.role == Role::kAcquirer && payment_.vendor_weight_ppb > 0) {
      weights_.push_back(payment_.vendor_weight_ppb);
    }
  }

  // The base with the discount added back.
  absl::int128 PriceOf(const event::PaymentLine& line) const {
    BaseSpec spec = terms_.base();
    spec.add_discount = true;
    return BaseOf(line, spec);
  }

  // A fixed amount that the partner has earned before.
  bool IsSpent(const Rule& rule, const Reward& reward) const {
    if (is_payment() && !IsOnce(reward.fixed_per)) return false;
    const CustomerCounter* counter =
        state_.FindCounter(rule.rule_id, payment_.customer);
    if (counter == nullptr) return false;
    if (!is_payment()) return counter->rewarded;
    if (reward.fixed_per == FixedPer::kCustomer) return counter->once_spent;
    return std::binary_search(counter->years_spent.begin(),
                              counter->years_spent.end(),
                              payment_.contract_year);
  }

  // What this payment adds to a metric.
  int64_t GainOf(Metric metric, MonthSpan span) const {
    switch (metric) {
      case Metric::kRevenue:
        return revenue_minor_;
      case Metric::kPayments:
        return 1;
      case Metric::kNewCustomers:
        return payment_.number == 1 ? 1 : 0;
      case Metric::kActiveCustomers:
        return state_.PaidIn(credit_.role, payment_.customer, span) ? 0 : 1;
      default:
        return 0;
    }
  }

  // round(P x budget), of which D is the customer's.
  absl::StatusOr<int64_t> BudgetOf(const Rule& rule, int64_t price,
                                   int64_t* discount,
                                   AmountTrace* trace) const {
    const Rate share = terms_.CutShare(credit_.customer_share);
    const absl::int128 numerator = absl::int128(price) * rule.budget->ppb();
    VOUCH_ASSIGN_OR_RETURN(const int64_t whole,
                           DivideRounded(numerator, kPpb, terms_.rounding()));
    VOUCH_ASSIGN_OR_RETURN(
        *discount, DivideRounded(numerator * share.ppb(),
                                 absl::int128(kPpb) * kPpb, terms_.rounding()));
    if (trace != nullptr) {
      trace->rate = *rule.budget;
      trace->share = share;
      trace->numerator = numerator;
      trace->discount_minor = *discount;
    }
    return whole;
  }

  absl::StatusOr<int64_t> TrueUpAlone(const Rule& rule, int64_t share,
                                      const MetricStand& stand) const {
    TrueUpTask task;
    VOUCH_RETURN_IF_ERROR(FillTask(rule, share, stand, &task));
    TrueUpMaker maker(state_, task, TrueUpOut());
    VOUCH_RETURN_IF_ERROR(maker.MakeTarget(nullptr));
    return maker.target() - task.SoFar(0);
  }

  const Program& terms_;
  const EarnsOn earns_on_;
  const RatablePayment& payment_;
  const std::size_t place_;
  const RatableCredit& credit_;
  const PartnerState& state_;
  const MonthNumber month_;
  // Of the credit's role, the vendor's last; empty where it has all.
  std::vector<int64_t>& weights_;
  std::size_t place_in_split_ = 0;
  int64_t revenue_minor_ = 0;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_CREDIT_RATER_H_

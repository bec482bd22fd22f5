// Bodies of rate.h: choosing, and the amounts of what was chosen. What folds
// them into the states is in keep.h.
#ifndef VOUCH_RATE_RATE_INL_H_
#define VOUCH_RATE_RATE_INL_H_

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "vouch/base/allocate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/rate/limit.h"
#include "vouch/rate/rate.h"
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

// Rates one payment, lead or sign-up; made anew for each.
class Rater {
 public:
  Rater(const Program& terms, EarnsOn earns_on, const RatablePayment& payment,
        RateTrace* trace, Rating* out)
      : terms_(terms),
        earns_on_(earns_on),
        payment_(payment),
        month_(MonthOf(payment.on)),
        trace_(trace),
        out_(*out) {}

  absl::Status Run() {
    out_.Clear();
    for (std::size_t i = 0; i < payment_.credits.size(); ++i) {
      out_.credits.emplace_back();
      out_.credits.back().first_chosen = out_.chosen.size();
      out_.credits.back().first_amount = out_.amounts.size();
      if (!payment_.credits[i].active) continue;
      VOUCH_RETURN_IF_ERROR(RateCredit(i));
      CreditEffect& effect = out_.credits.back();
      effect.chosen_count = out_.chosen.size() - effect.first_chosen;
      effect.amount_count = out_.amounts.size() - effect.first_amount;
      VOUCH_RETURN_IF_ERROR(CheckTurnover(i));
    }
    return absl::OkStatus();
  }

 private:
  bool is_payment() const { return earns_on_ == EarnsOn::kPayment; }
  CreditEffect& effect() { return out_.credits.back(); }

  absl::Status RateCredit(std::size_t credit) {
    place_ = credit;
    credit_ = &payment_.credits[credit];
    state_ = credit_->state == nullptr ? &NoState() : credit_->state;
    effect().counts = true;
    FindWeights();
    if (is_payment()) VOUCH_RETURN_IF_ERROR(CountRevenue());
    VOUCH_RETURN_IF_ERROR(Choose());
    VOUCH_RETURN_IF_ERROR(RateChosen());
    return is_payment() ? MakeOtherTrueUps() : absl::OkStatus();
  }

  // -------------------------------------------------------------------------
  // Split

  // The weights of the credit's role, the vendor's last among the acquirers',
  // and the credit's place among them.
  void FindWeights() {
    out_.work.weights.clear();
    if (credit_->weight_ppb == kPpb) return;
    for (std::size_t i = 0; i < payment_.credits.size(); ++i) {
      const RatableCredit& each = payment_.credits[i];
      if (each.role != credit_->role) continue;
      if (i == place_) place_in_split_ = out_.work.weights.size();
      out_.work.weights.push_back(each.weight_ppb);
    }
    if (credit_->role == Role::kAcquirer && payment_.vendor_weight_ppb > 0) {
      out_.work.weights.push_back(payment_.vendor_weight_ppb);
    }
  }

  absl::StatusOr<int64_t> PlaceOf(int64_t whole) const {
    if (credit_->weight_ppb == kPpb) return whole;
    return AllocateShare(whole, out_.work.weights, place_in_split_);
  }

  // -------------------------------------------------------------------------
  // Bases

  absl::Status CountRevenue() {
    effect().first_base = out_.bases.size();
    absl::int128 sum = 0;
    for (std::size_t line = 0; line < payment_.lines.size(); ++line) {
      const absl::int128 base = BaseOf(payment_.lines[line], terms_.base());
      sum += base;
      if (sum > std::numeric_limits<int64_t>::max()) return BaseError();
      out_.bases.push_back({line, static_cast<int64_t>(base)});
    }
    effect().base_count = payment_.lines.size();
    VOUCH_ASSIGN_OR_RETURN(effect().revenue_minor,
                           PlaceOf(static_cast<int64_t>(sum)));
    return absl::OkStatus();
  }

  // The base with the discount added back.
  absl::int128 PriceOf(const event::PaymentLine& line) const {
    BaseSpec spec = terms_.base();
    spec.add_discount = true;
    return BaseOf(line, spec);
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

  // -------------------------------------------------------------------------
  // Choosing

  std::size_t line_count() const {
    return is_payment() ? payment_.lines.size() : 1;
  }
  const event::PaymentLine& LineAt(std::size_t line) const {
    static const event::PaymentLine* const kNoLine = new event::PaymentLine();
    return is_payment() ? payment_.lines[line] : *kNoLine;
  }

  // Fills work.pairs with the rules that pay, and the lines that they pay.
  absl::Status Choose() {
    Rating::Work& work = out_.work;
    work.pairs.clear();
    work.rule_of_line.assign(line_count(), kNoRule);
    work.alone_minor.assign(line_count(), 0);
    open_ = line_count();
    first_trial_ = trace_ == nullptr ? 0 : trace_->trials.size();
    for (std::size_t r = 0; r < terms_.rules().size(); ++r) {
      VOUCH_RETURN_IF_ERROR(TryRule(r));
    }
    if (terms_.choosing() == Choosing::kHighest) TakeHighest();
    DropBudgets();
    return absl::OkStatus();
  }

  // Whether another rule of the same kind has the line already.
  bool IsTaken(const Rule& rule, std::size_t line) const {
    return !rule.stack && terms_.choosing() == Choosing::kFirstMatch &&
           out_.work.rule_of_line[line] != kNoRule;
  }

  absl::Status TryRule(std::size_t r) {
    const Rule& rule = terms_.rules()[r];
    if (open_ == 0 && !rule.stack) return absl::OkStatus();
    const bool holds = RuleHolds(rule, earns_on_, payment_, *credit_);
    if (!holds && trace_ == nullptr) return absl::OkStatus();
    for (std::size_t line = 0; line < line_count(); ++line) {
      if (IsTaken(rule, line)) continue;
      if (trace_ != nullptr) TraceTrial(line, r);
      if (!holds || !LineHolds(rule, LineAt(line))) continue;
      if (!rule.stack && terms_.choosing() == Choosing::kHighest) {
        VOUCH_RETURN_IF_ERROR(Compare(r, line));
        continue;
      }
      out_.work.pairs.push_back({r, line});
      if (rule.stack || terms_.choosing() != Choosing::kFirstMatch) continue;
      out_.work.rule_of_line[line] = r;
      --open_;
    }
    return absl::OkStatus();
  }

  // HIGHEST: `rule` leads on the line if it gives more than all before it.
  absl::Status Compare(std::size_t r, std::size_t line) {
    VOUCH_ASSIGN_OR_RETURN(const int64_t alone,
                           AloneOf(terms_.rules()[r], line));
    if (trace_ != nullptr) {
      trace_->trials.back().alone_minor = alone;
      trace_->trials.back().outcome = TrialOutcome::kLower;
    }
    std::size_t& leads = out_.work.rule_of_line[line];
    if (leads != kNoRule && alone <= out_.work.alone_minor[line]) {
      return absl::OkStatus();
    }
    leads = r;
    out_.work.alone_minor[line] = alone;
    return absl::OkStatus();
  }

  void TakeHighest() {
    Rating::Work& work = out_.work;
    for (std::size_t line = 0; line < work.rule_of_line.size(); ++line) {
      const std::size_t rule = work.rule_of_line[line];
      if (rule == kNoRule) continue;
      work.pairs.push_back({rule, line});
      if (trace_ != nullptr) SetOutcome(line, rule, TrialOutcome::kChosen);
    }
    std::sort(work.pairs.begin(), work.pairs.end());
  }

  // Of several budget rules of a line the first written pays.
  void DropBudgets() {
    Rating::Work& work = out_.work;
    work.rule_of_line.assign(line_count(), kNoRule);
    const auto drop = [&](const std::pair<std::size_t, std::size_t>& pair) {
      if (!terms_.rules()[pair.first].budget) return false;
      std::size_t& budget = work.rule_of_line[pair.second];
      if (budget == kNoRule) {
        budget = pair.first;
        return false;
      }
      if (trace_ != nullptr) {
        SetOutcome(pair.second, pair.first, TrialOutcome::kAfterBudget);
      }
      return true;
    };
    work.pairs.erase(std::remove_if(work.pairs.begin(), work.pairs.end(), drop),
                     work.pairs.end());
  }

  void TraceTrial(std::size_t line, std::size_t r) {
    const Rule& rule = terms_.rules()[r];
    RuleTrial trial;
    trial.credit = place_;
    trial.line = line;
    trial.rule = r;
    auto failed =
        FirstFailed(rule, earns_on_, payment_, *credit_, LineAt(line));
    if (failed) {
      trial.failed = failed->name;
      trial.wanted = std::move(failed->wanted);
      trial.actual = std::move(failed->actual);
    } else {
      trial.outcome =
          rule.stack ? TrialOutcome::kStacked : TrialOutcome::kChosen;
    }
    trace_->trials.push_back(std::move(trial));
  }

  void SetOutcome(std::size_t line, std::size_t rule, TrialOutcome outcome) {
    for (std::size_t i = first_trial_; i < trace_->trials.size(); ++i) {
      RuleTrial& trial = trace_->trials[i];
      if (trial.line == line && trial.rule == rule) trial.outcome = outcome;
    }
  }

  // -------------------------------------------------------------------------
  // Amounts

  const Reward& RewardOf(const Rule& rule) const {
    return rule.RewardOf(credit_->partner_id);
  }

  // A fixed amount that the partner has earned before.
  bool IsSpent(const Rule& rule, const Reward& reward) const {
    if (is_payment() && !IsOnce(reward.fixed_per)) return false;
    const CustomerCounter* counter =
        state_->FindCounter(rule.rule_id, payment_.customer);
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
        return out_.credits.back().revenue_minor;
      case Metric::kPayments:
        return 1;
      case Metric::kNewCustomers:
        return payment_.number == 1 ? 1 : 0;
      case Metric::kActiveCustomers:
        return state_->PaidIn(credit_->role, payment_.customer, span) ? 0 : 1;
      default:
        return 0;
    }
  }

  MetricStand StandOf(const Reward& reward) const {
    if (reward.tiers.empty()) return {};
    const int64_t before =
        state_->MetricOf(credit_->role, reward.tier_metric, reward.tier_period,
                         month_);
    int64_t after = before;
    const int64_t gain =
        GainOf(reward.tier_metric, PeriodOf(reward.tier_period, month_));
    if (!CheckedAdd(before, gain, &after)) {
      after = std::numeric_limits<int64_t>::max();
    }
    return {std::max<int64_t>(before, 0), std::max<int64_t>(after, 0)};
  }

  // round(P x budget), of which D is the customer's.
  absl::StatusOr<int64_t> BudgetOf(const Rule& rule, int64_t price,
                                   int64_t* discount,
                                   AmountTrace* trace) const {
    const Rate share = terms_.CutShare(credit_->customer_share);
    const absl::int128 numerator = absl::int128(price) * rule.budget->ppb();
    VOUCH_ASSIGN_OR_RETURN(const int64_t whole,
                           DivideRounded(numerator, kPpb, terms_.rounding()));
    VOUCH_ASSIGN_OR_RETURN(
        *discount,
        DivideRounded(numerator * share.ppb(), absl::int128(kPpb) * kPpb,
                      terms_.rounding()));
    if (trace != nullptr) {
      trace->rate = *rule.budget;
      trace->share = share;
      trace->numerator = numerator;
      trace->discount_minor = *discount;
    }
    return whole;
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
      RewardAdder adder(reward, ContractYear(), sum, trace);
      VOUCH_ASSIGN_OR_RETURN(
          const Product product,
          adder.Add(is_payment() ? reward.fixed_per : FixedPer::kCustomer,
                    IsSpent(rule, reward), stand));
      VOUCH_ASSIGN_OR_RETURN(rounded,
                             DivideRounded(product.numerator,
                                           product.denominator,
                                           terms_.rounding()));
    }
    VOUCH_ASSIGN_OR_RETURN(const int64_t split, PlaceOf(rounded - *discount));
    if (trace != nullptr) {
      trace->rounded_minor = rounded;
      trace->split_minor = split;
    }
    return split;
  }

  int64_t ContractYear() const { return payment_.contract_year; }

  int64_t CutOf(const Rule& rule, int64_t amount,
                std::vector<LimitTrace>* traces) const {
    LimitCutter cutter(rule, *state_, traces);
    return is_payment()
               ? cutter.CutPayment(amount, payment_)
               : cutter.CutAmount(amount, payment_.customer, month_);
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
    return CutOf(rule, split, nullptr);
  }

  absl::StatusOr<int64_t> TrueUpAlone(const Rule& rule, int64_t share,
                                      const MetricStand& stand) const {
    TrueUpTask task;
    VOUCH_RETURN_IF_ERROR(FillTask(rule, share, stand, &task));
    TrueUpMaker maker(*state_, task, nullptr, nullptr);
    VOUCH_RETURN_IF_ERROR(maker.MakeTarget(nullptr));
    return maker.target() - task.SoFar(0);
  }

  absl::Status RateChosen() {
    const auto& pairs = out_.work.pairs;
    for (std::size_t first = 0; first < pairs.size();) {
      std::size_t last = first;
      while (last < pairs.size() && pairs[last].first == pairs[first].first) {
        ++last;
      }
      VOUCH_RETURN_IF_ERROR(RateRule(first, last));
      first = last;
    }
    return absl::OkStatus();
  }

  // Adds the lines of work.pairs[first, last), which are one rule's.
  absl::Status RateRule(std::size_t first, std::size_t last) {
    const std::size_t place = out_.work.pairs[first].first;
    const Rule& rule = terms_.rules()[place];
    ChosenRule chosen;
    chosen.rule = place;
    chosen.first_base = out_.bases.size();
    LineSum sum;
    for (std::size_t i = first; i < last; ++i) {
      const std::size_t line = out_.work.pairs[i].second;
      VOUCH_ASSIGN_OR_RETURN(const int64_t base, AddLine(rule, line, &sum));
      if (is_payment()) out_.bases.push_back({line, base});
    }
    chosen.base_count = out_.bases.size() - chosen.first_base;
    VOUCH_ASSIGN_OR_RETURN(sum.share_minor, PlaceOf(sum.base_minor));
    const Reward& reward = RewardOf(rule);
    const std::size_t amounts = out_.amounts.size();
    if (!rule.budget && IsRetroactive(reward)) {
      VOUCH_RETURN_IF_ERROR(Retroactive(rule, sum, &chosen));
    } else {
      chosen.spends =
          !is_payment() || (!rule.budget && reward.fixed_minor > 0 &&
                            IsOnce(reward.fixed_per));
      VOUCH_RETURN_IF_ERROR(Pay(rule, sum, &chosen));
    }
    if (out_.amounts.size() == amounts && chosen.book == kNoPlace &&
        chosen.discount_minor == 0) {
      out_.bases.resize(chosen.first_base);
      chosen.base_count = 0;
    }
    out_.chosen.push_back(chosen);
    return absl::OkStatus();
  }

  // Level 0 and its uplines.
  absl::Status Pay(const Rule& rule, const LineSum& sum, ChosenRule* chosen) {
    RatedAmount amount = AmountOf(*chosen, sum.base_minor);
    std::optional<AmountTrace> trace = TraceOf(amount);
    AmountTrace* tell = trace ? &*trace : nullptr;
    const Reward& reward = RewardOf(rule);
    const MetricStand stand = rule.budget ? MetricStand() : StandOf(reward);
    VOUCH_ASSIGN_OR_RETURN(
        const int64_t split,
        SplitOf(rule, sum, stand, &amount.discount_minor, tell));
    chosen->discount_minor = amount.discount_minor;
    amount.amount_minor =
        CutOf(rule, split, tell == nullptr ? nullptr : &tell->limits);
    if (tell != nullptr) {
      tell->rate_exception = !rule.budget && &reward != &rule.reward;
      if (tell->tiers) {
        tell->tiers->period = PeriodOf(reward.tier_period, month_);
      }
      tell->amount_minor = amount.amount_minor;
      trace_->amounts.push_back(std::move(*tell));
    }
    if (amount.amount_minor > 0) out_.amounts.push_back(amount);
    for (const Upline& upline : rule.uplines) {
      VOUCH_RETURN_IF_ERROR(
          PayUpline(upline, sum.base_minor, amount.amount_minor, *chosen));
    }
    return absl::OkStatus();
  }

  RatedAmount AmountOf(const ChosenRule& chosen, int64_t base) const {
    RatedAmount amount;
    amount.credit = place_;
    amount.rule = chosen.rule;
    amount.base_minor = base;
    amount.first_base = chosen.first_base;
    amount.base_count = chosen.base_count;
    amount.payee = credit_->partner;
    return amount;
  }

  std::optional<AmountTrace> TraceOf(const RatedAmount& amount) const {
    if (trace_ == nullptr) return std::nullopt;
    AmountTrace trace;
    trace.credit = amount.credit;
    trace.rule = amount.rule;
    trace.base_minor = amount.base_minor;
    trace.level = amount.level;
    trace.payee = amount.payee;
    return trace;
  }

  // The parent at the level; one that does not earn where there is none.
  RatableParent ParentAt(int32_t level) const {
    const std::size_t place = static_cast<std::size_t>(level) - 1;
    if (place >= credit_->parents.size() ||
        !credit_->parents[place].partner.has_value()) {
      return {PartnerIndex(), false};
    }
    return credit_->parents[place];
  }

  // `child` is what level 0 was booked.
  absl::Status PayUpline(const Upline& upline, int64_t base, int64_t child,
                         const ChosenRule& chosen) {
    const RatableParent parent = ParentAt(upline.level);
    if (!parent.partner.has_value()) return absl::OkStatus();
    const bool of_base = upline.of == UplineOf::kBase;
    const int64_t of = of_base ? base : child;
    const absl::int128 numerator = absl::int128(of) * upline.percent.ppb();
    VOUCH_ASSIGN_OR_RETURN(const int64_t rounded,
                           DivideRounded(numerator, kPpb, terms_.rounding()));
    int64_t split = rounded;
    if (of_base) {
      VOUCH_ASSIGN_OR_RETURN(split, PlaceOf(rounded));
    }
    RatedAmount amount = AmountOf(chosen, base);
    amount.level = upline.level;
    amount.payee = parent.partner;
    amount.amount_minor = parent.earns ? split : 0;
    if (trace_ != nullptr) {
      AmountTrace trace = *TraceOf(amount);
      trace.payee_earns = parent.earns;
      trace.rate = upline.percent;
      trace.numerator = numerator;
      trace.rounded_minor = rounded;
      trace.split_minor = split;
      trace.upline = upline.of;
      trace.upline_of_minor = of;
      trace.amount_minor = amount.amount_minor;
      trace_->amounts.push_back(std::move(trace));
    }
    if (amount.amount_minor > 0) out_.amounts.push_back(amount);
    return absl::OkStatus();
  }

  // -------------------------------------------------------------------------
  // True-ups

  absl::Status FillTask(const Rule& rule, int64_t share,
                        const MetricStand& stand, TrueUpTask* task) const {
    task->terms = &terms_;
    task->rule = &rule;
    task->reward = &RewardOf(rule);
    task->parents = credit_->parents;
    task->span = PeriodOf(task->reward->tier_period, month_);
    task->book_place =
        state_->FindBook(rule.rule_id, credit_->role, task->reward->tier_period,
                         task->span.from);
    task->base_minor = share;
    if (task->book_place != kNoPlace) {
      task->book = &state_->books[task->book_place];
      if (!CheckedAdd(task->book->base_minor, share, &task->base_minor)) {
        return RangeField("payment.lines", "the period's base passes 64 bits");
      }
    }
    task->stand = stand;
    task->credit = place_;
    task->partner = credit_->partner;
    return absl::OkStatus();
  }

  absl::Status Retroactive(const Rule& rule, const LineSum& sum,
                           ChosenRule* chosen) {
    TrueUpTask task;
    VOUCH_RETURN_IF_ERROR(
        FillTask(rule, sum.share_minor, StandOf(RewardOf(rule)), &task));
    if (task.book == nullptr) task.book_place = NewBook();
    task.rule_place = chosen->rule;
    chosen->book = task.book_place;
    chosen->share_minor = sum.share_minor;
    TrueUpMaker maker(*state_, task,
                      trace_ == nullptr ? nullptr : &trace_->amounts,
                      &out_.amounts);
    VOUCH_RETURN_IF_ERROR(maker.MakeLevel0());
    for (int32_t level = maker.NextLevel(0); level != 0;
         level = maker.NextLevel(level)) {
      VOUCH_RETURN_IF_ERROR(maker.MakeUpline(level));
      for (const Upline& upline : rule.uplines) {
        if (upline.level != level || upline.of != UplineOf::kBase) continue;
        VOUCH_RETURN_IF_ERROR(PayUpline(upline, sum.base_minor, 0, *chosen));
      }
    }
    return absl::OkStatus();
  }

  // The place of the next book that KeepCredit opens.
  std::size_t NewBook() const {
    std::size_t place = state_->books.size();
    for (std::size_t i = out_.credits.back().first_chosen;
         i < out_.chosen.size(); ++i) {
      const std::size_t book = out_.chosen[i].book;
      if (book != kNoPlace && book >= state_->books.size()) ++place;
    }
    return place;
  }

  // Those of rules that were not chosen, but whose metric this payment moves.
  absl::Status MakeOtherTrueUps() {
    for (std::size_t i = 0; i < state_->books.size(); ++i) {
      const TrueUpBook& book = state_->books[i];
      if (book.role != credit_->role || !book.span().Has(month_) ||
          IsMade(i)) {
        continue;
      }
      TrueUpTask task = TaskOf(book, i);
      task.stand = StandOf(*task.reward);
      task.credit = place_;
      task.partner = credit_->partner;
      VOUCH_RETURN_IF_ERROR(
          MakeTrueUp(*state_, task,
                     trace_ == nullptr ? nullptr : &trace_->amounts,
                     &out_.amounts));
    }
    return absl::OkStatus();
  }

  bool IsMade(std::size_t book) const {
    for (std::size_t i = out_.credits.back().first_chosen;
         i < out_.chosen.size(); ++i) {
      if (out_.chosen[i].book == book) return true;
    }
    return false;
  }

  // -------------------------------------------------------------------------
  // Sums

  // Whether everything that the credit moves still fits the partner's state,
  // after the other roles of the partner.
  absl::Status CheckTurnover(std::size_t credit) const {
    StateTurnover sums = state_->turnover;
    bool fits = true;
    for (std::size_t i = 0; i <= credit; ++i) {
      const bool shared = payment_.credits[i].state == credit_->state &&
                          credit_->state != nullptr;
      if (i == credit || shared) fits = fits && AddEffect(i, &sums);
    }
    if (fits) return absl::OkStatus();
    return RangeField("payment.lines", "the partner's sums pass 64 bits");
  }

  bool AddEffect(std::size_t credit, StateTurnover* sums) const {
    const CreditEffect& effect = out_.credits[credit];
    bool fits =
        CheckedAdd(sums->revenue_minor, effect.revenue_minor,
                   &sums->revenue_minor) &&
        CheckedAdd(sums->count, kCountsPerPayment, &sums->count);
    for (std::size_t i = 0; i < effect.chosen_count; ++i) {
      const int64_t share = out_.chosen[effect.first_chosen + i].share_minor;
      fits = fits && CheckedAdd(sums->base_minor, share, &sums->base_minor);
    }
    for (const RatedAmount& amount : out_.AmountsOf(credit)) {
      int64_t* sum = amount.level == 0 ? &sums->own_minor : &sums->upline_minor;
      fits = fits && CheckedAdd(*sum, amount.amount_minor, sum);
    }
    return fits;
  }

  const Program& terms_;
  const EarnsOn earns_on_;
  const RatablePayment& payment_;
  const MonthNumber month_;
  RateTrace* trace_;
  Rating& out_;
  // Of the credit at hand:
  std::size_t place_ = 0;
  const RatableCredit* credit_ = nullptr;
  const PartnerState* state_ = nullptr;
  std::size_t place_in_split_ = 0;
  std::size_t open_ = 0;  // lines that no rule has yet
  std::size_t first_trial_ = 0;
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
  return internal::Rater(terms, EarnsOn::kPayment, payment, trace, out).Run();
}

VOUCH_NAMESPACE_END

#include "vouch/rate/keep.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_RATE_INL_H_

// Which rules pay which lines of a credit (docs/SEMANTICS.md, section 6,
// "Choosing"): the program's policy over the rules whose conditions hold, with
// stacked rules beside, and one budget rule a line at most, whatever the role.
#ifndef VOUCH_RATE_CHOOSE_H_
#define VOUCH_RATE_CHOOSE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"
#include "vouch/program/program.h"
#include "vouch/rate/conditions.h"
#include "vouch/rate/credit_rater.h"
#include "vouch/rate/rate_trace.h"
#include "vouch/rate/rating.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Which conditions hold of a payment: all rules are tried, and texts compared.
// A run of many payments has its own (column_matcher.h).
class PaymentMatcher {
 public:
  // Of which credit the others ask; it must outlive them.
  void SetCredit(const CreditRater& by) { by_ = &by; }

  // The rules to try, as written.
  std::size_t count() const { return by_->terms().rules().size(); }
  std::size_t RuleAt(std::size_t i) const { return i; }

  bool Holds(std::size_t rule) const {
    return RuleHolds(by_->terms().rules()[rule], by_->earns_on(),
                     by_->payment(), by_->credit());
  }
  bool HoldsOf(std::size_t rule, std::size_t line) const {
    return LineHolds(by_->terms().rules()[rule], by_->LineAt(line));
  }

 private:
  const CreditRater* by_ = nullptr;
};

// Made anew for each credit.
template <typename Matcher>
class Chooser {
 public:
  // `matcher` is set to the credit. `trace` may be null. `*rating` has what was
  // chosen for the credits before.
  Chooser(const CreditRater& by, const Matcher& matcher, RateTrace* trace,
          Rating* rating)
      : by_(by),
        matcher_(matcher),
        trace_(trace),
        rating_(*rating),
        work_(rating->work) {}

  // Fills work_.pairs with the rules that pay, and the lines that they pay.
  absl::Status Choose() {
    work_.pairs.clear();
    work_.rule_of_line.assign(by_.line_count(), kNoRule);
    const bool highest = terms().choosing() == Choosing::kHighest;
    if (highest) work_.alone_minor.assign(by_.line_count(), 0);
    open_ = by_.line_count();
    first_trial_ = trace_ == nullptr ? 0 : trace_->trials.size();
    for (std::size_t i = 0; i < matcher_.count(); ++i) {
      VOUCH_RETURN_IF_ERROR(TryRule(matcher_.RuleAt(i)));
    }
    if (highest) TakeHighest();
    DropBudgets();
    return absl::OkStatus();
  }

 private:
  const Program& terms() const { return by_.terms(); }

  // Whether another rule of the same kind has the line already.
  bool IsTaken(const Rule& rule, std::size_t line) const {
    return !rule.stack && terms().choosing() == Choosing::kFirstMatch &&
           work_.rule_of_line[line] != kNoRule;
  }

  absl::Status TryRule(std::size_t r) {
    const Rule& rule = terms().rules()[r];
    if (open_ == 0 && !rule.stack) return absl::OkStatus();
    const bool holds = matcher_.Holds(r);
    if (!holds && trace_ == nullptr) return absl::OkStatus();
    for (std::size_t line = 0; line < by_.line_count(); ++line) {
      if (IsTaken(rule, line)) continue;
      if (trace_ != nullptr) TraceTrial(line, r);
      if (!holds || !matcher_.HoldsOf(r, line)) continue;
      if (!rule.stack && terms().choosing() == Choosing::kHighest) {
        VOUCH_RETURN_IF_ERROR(Compare(r, line));
        continue;
      }
      work_.pairs.push_back({r, line});
      if (rule.stack || terms().choosing() != Choosing::kFirstMatch) continue;
      work_.rule_of_line[line] = r;
      --open_;
    }
    return absl::OkStatus();
  }

  // HIGHEST: `rule` leads on the line if it gives more than all before it.
  absl::Status Compare(std::size_t r, std::size_t line) {
    int64_t alone = 0;
    if (!HasOtherBudget(r, line)) {
      VOUCH_ASSIGN_OR_RETURN(alone, by_.AloneOf(terms().rules()[r], line));
    }
    if (trace_ != nullptr) {
      trace_->trials.back().alone_minor = alone;
      trace_->trials.back().outcome = TrialOutcome::kLower;
    }
    std::size_t& leads = work_.rule_of_line[line];
    if (leads != kNoRule && alone <= work_.alone_minor[line]) {
      return absl::OkStatus();
    }
    leads = r;
    work_.alone_minor[line] = alone;
    return absl::OkStatus();
  }

  void TakeHighest() {
    for (std::size_t line = 0; line < work_.rule_of_line.size(); ++line) {
      const std::size_t rule = work_.rule_of_line[line];
      if (rule == kNoRule) continue;
      work_.pairs.push_back({rule, line});
      if (trace_ != nullptr) SetOutcome(line, rule, TrialOutcome::kChosen);
    }
    std::sort(work_.pairs.begin(), work_.pairs.end());
  }

  // The lines that a budget pays to a credit of another role, found once. The
  // credits of one role are parts of a whole, each with its own budget.
  void FindBudgets() {
    if (found_budgets_) return;
    found_budgets_ = true;
    work_.has_budget.assign(by_.line_count(), false);
    const absl::Span<const RatableCredit> credits = by_.payment().credits;
    for (std::size_t i = 0; i < by_.place(); ++i) {
      if (credits[i].role == by_.credit().role) continue;
      const CreditEffect& effect = rating_.credits[i];
      for (std::size_t c = 0; c < effect.chosen_count; ++c) {
        const ChosenRule& chosen = rating_.chosen[effect.first_chosen + c];
        if (!IsBudget(chosen.rule)) continue;
        for (std::size_t b = 0; b < chosen.base_count; ++b) {
          const LineBase& base = rating_.bases[chosen.first_base + b];
          work_.has_budget[base.line] = true;
        }
      }
    }
  }

  bool IsBudget(std::size_t r) const {
    return terms().rules()[r].budget.has_value();
  }

  // HIGHEST: whether the rule has a budget that would not pay the line, because
  // one of another role or a stacked one written before does.
  bool HasOtherBudget(std::size_t r, std::size_t line) {
    if (!IsBudget(r)) return false;
    FindBudgets();
    return work_.has_budget[line] ||
           std::any_of(work_.pairs.begin(), work_.pairs.end(),
                       [&](const auto& stacked) {
                         return stacked.second == line &&
                                IsBudget(stacked.first);
                       });
  }

  // Of several budget rules of a line the first written pays, an acquirer's
  // before the servicer's.
  void DropBudgets() {
    const auto is_budget = [this](const auto& pair) {
      return IsBudget(pair.first);
    };
    if (std::none_of(work_.pairs.begin(), work_.pairs.end(), is_budget)) return;
    FindBudgets();
    const auto drop = [&](const std::pair<std::size_t, std::size_t>& pair) {
      if (!is_budget(pair)) return false;
      if (!work_.has_budget[pair.second]) {
        work_.has_budget[pair.second] = true;
        return false;
      }
      if (trace_ != nullptr) {
        SetOutcome(pair.second, pair.first, TrialOutcome::kAfterBudget);
      }
      return true;
    };
    work_.pairs.erase(
        std::remove_if(work_.pairs.begin(), work_.pairs.end(), drop),
        work_.pairs.end());
  }

  void TraceTrial(std::size_t line, std::size_t r) {
    const Rule& rule = terms().rules()[r];
    RuleTrial trial;
    trial.credit = by_.place();
    trial.line = line;
    trial.rule = r;
    auto failed = FirstFailed(rule, by_.earns_on(), by_.payment(), by_.credit(),
                              by_.LineAt(line));
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

  const CreditRater& by_;
  const Matcher& matcher_;
  RateTrace* trace_;
  const Rating& rating_;
  Rating::Work& work_;
  std::size_t open_ = 0;  // lines that no rule has yet
  std::size_t first_trial_ = 0;
  bool found_budgets_ = false;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_CHOOSE_H_

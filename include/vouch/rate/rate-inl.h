// Bodies of rate.h: the amounts of what was chosen. What folds them into the
// states is in keep.h.
#ifndef VOUCH_RATE_RATE_INL_H_
#define VOUCH_RATE_RATE_INL_H_

#include <optional>
#include <utility>
#include <vector>

#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/rate/choose.h"
#include "vouch/rate/credit_rater.h"
#include "vouch/rate/rate.h"
#include "vouch/rate/true_up.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Rates one payment, lead or sign-up; made anew for each.
template <typename Matcher>
class Rater {
 public:
  // `trace` may be null.
  Rater(const Program& terms, EarnsOn earns_on, const RatablePayment& payment,
        Matcher* matcher, RateTrace* trace, Rating* out)
      : terms_(terms),
        earns_on_(earns_on),
        payment_(payment),
        matcher_(*matcher),
        trace_(trace),
        out_(*out) {}

  absl::Status Run() {
    out_.Clear();
    const bool is_of_nothing = earns_on_ == EarnsOn::kPayment &&
                               !payment_.exchanged &&
                               event::IsOfNothing(payment_.lines);
    for (std::size_t i = 0; i < payment_.credits.size(); ++i) {
      out_.credits.emplace_back();
      out_.credits.back().first_chosen = out_.chosen.size();
      out_.credits.back().first_amount = out_.amounts.size();
      if (!payment_.credits[i].active || is_of_nothing) continue;
      by_.emplace(terms_, earns_on_, payment_, i, &out_.work.weights);
      matcher_.SetCredit(*by_);
      VOUCH_RETURN_IF_ERROR(RateCredit(i));
    }
    return absl::OkStatus();
  }

 private:
  CreditEffect& effect() { return out_.credits.back(); }

  absl::Status RateCredit(std::size_t credit) {
    effect().counts = true;
    if (by_->is_payment()) VOUCH_RETURN_IF_ERROR(CountRevenue());
    VOUCH_RETURN_IF_ERROR(
        Chooser<Matcher>(*by_, matcher_, trace_, &out_).Choose());
    VOUCH_RETURN_IF_ERROR(RateChosen());
    if (by_->is_payment()) VOUCH_RETURN_IF_ERROR(MakeOtherTrueUps());
    effect().chosen_count = out_.chosen.size() - effect().first_chosen;
    effect().amount_count = out_.amounts.size() - effect().first_amount;
    return CheckTurnover(credit);
  }

  absl::Status CountRevenue() {
    effect().first_base = out_.bases.size();
    VOUCH_RETURN_IF_ERROR(by_->CountRevenue(&out_.bases));
    effect().base_count = payment_.lines.size();
    effect().revenue_minor = by_->revenue_minor();
    return absl::OkStatus();
  }

  // -------------------------------------------------------------------------
  // Amounts

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
      VOUCH_ASSIGN_OR_RETURN(const int64_t base,
                             by_->AddLine(rule, line, &sum));
      if (by_->is_payment()) out_.bases.push_back({line, base});
    }
    chosen.base_count = out_.bases.size() - chosen.first_base;
    VOUCH_ASSIGN_OR_RETURN(sum.share_minor, by_->PlaceOf(sum.base_minor));
    const Reward& reward = by_->RewardOf(rule);
    const std::size_t amounts = out_.amounts.size();
    if (!rule.budget && IsRetroactive(reward)) {
      VOUCH_RETURN_IF_ERROR(Retroactive(rule, sum, &chosen));
    } else {
      VOUCH_RETURN_IF_ERROR(Pay(rule, sum, &chosen));
    }
    if (out_.amounts.size() == amounts && chosen.book == kNoPlace &&
        !rule.budget) {
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
    const Reward& reward = by_->RewardOf(rule);
    const MetricStand stand =
        rule.budget ? MetricStand() : by_->StandOf(reward);
    VOUCH_ASSIGN_OR_RETURN(
        const int64_t split,
        by_->SplitOf(rule, sum, stand, &amount.discount_minor, tell));
    chosen->discount_minor = amount.discount_minor;
    amount.amount_minor = by_->CutOf(rule, split, Moves(),
                                     tell == nullptr ? nullptr : &tell->limits);
    if (tell != nullptr) {
      tell->rate_exception = !rule.budget && &reward != &rule.reward;
      if (tell->tiers) {
        tell->tiers->period = PeriodOf(reward.tier_period, by_->month());
      }
      tell->amount_minor = amount.amount_minor;
      trace_->amounts.push_back(std::move(*tell));
    }
    if (amount.amount_minor > 0) {
      chosen->spends =
          !by_->is_payment() ||
          (!rule.budget && reward.fixed_minor > 0 && IsOnce(reward.fixed_per));
      out_.amounts.push_back(amount);
    }
    for (const Upline& upline : rule.uplines) {
      VOUCH_RETURN_IF_ERROR(
          PayUpline(upline, sum.base_minor, amount.amount_minor, *chosen));
    }
    return absl::OkStatus();
  }

  RatedAmount AmountOf(const ChosenRule& chosen, int64_t base) const {
    RatedAmount amount;
    amount.credit = by_->place();
    amount.rule = chosen.rule;
    amount.base_minor = base;
    amount.first_base = chosen.first_base;
    amount.base_count = chosen.base_count;
    amount.payee = by_->credit().partner;
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

  // `child` is what level 0 was booked.
  absl::Status PayUpline(const Upline& upline, int64_t base, int64_t child,
                         const ChosenRule& chosen) {
    const RatableParent parent = by_->ParentAt(upline.level);
    if (!parent.partner.has_value()) return absl::OkStatus();
    VOUCH_ASSIGN_OR_RETURN(const UplineSplit split,
                           by_->UplineSplitOf(upline, base, child));
    RatedAmount amount = AmountOf(chosen, base);
    amount.level = upline.level;
    amount.payee = parent.partner;
    amount.amount_minor = parent.earns ? split.split_minor : 0;
    if (trace_ != nullptr) {
      AmountTrace trace = *TraceOf(amount);
      trace.payee_earns = parent.earns;
      trace.rate = upline.percent;
      trace.numerator = split.numerator;
      trace.rounded_minor = split.rounded_minor;
      trace.split_minor = split.split_minor;
      trace.upline = upline.of;
      trace.upline_of_minor = split.of_minor;
      trace.amount_minor = amount.amount_minor;
      trace_->amounts.push_back(std::move(trace));
    }
    if (amount.amount_minor > 0) out_.amounts.push_back(amount);
    return absl::OkStatus();
  }

  // -------------------------------------------------------------------------
  // True-ups

  TrueUpOut TrueUps() {
    return {trace_ == nullptr ? nullptr : &trace_->amounts, &out_.amounts,
            &out_.forgone};
  }

  absl::Status Retroactive(const Rule& rule, const LineSum& sum,
                           ChosenRule* chosen) {
    TrueUpTask task;
    VOUCH_RETURN_IF_ERROR(by_->FillTask(
        rule, sum.share_minor, by_->StandOf(by_->RewardOf(rule)), &task));
    task.moves = Moves();
    if (task.book == nullptr) task.book_place = NewBook();
    task.rule_place = chosen->rule;
    chosen->book = task.book_place;
    chosen->share_minor = sum.share_minor;
    TrueUpMaker maker(by_->state(), task, TrueUps());
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

  // Whether that credit is folded into the same state as the one at hand: the
  // partner has both roles.
  bool SharesState(std::size_t credit) const {
    const RatableCredit& other = payment_.credits[credit];
    if (credit == by_->place()) return true;
    return other.state == by_->credit().state && other.active &&
           (by_->credit().state != nullptr ||
            (other.partner == by_->credit().partner &&
             other.partner.has_value()));
  }

  // What is booked or taken back so far of the partner at hand, in both roles.
  absl::Span<const RuleMove> Moves() {
    std::vector<RuleMove>& moves = out_.work.moves;
    moves.clear();
    const PartnerState& state = by_->state();
    for (const RatedAmount& amount : out_.amounts) {
      if (amount.level > 0 || !SharesState(amount.credit)) continue;
      RuleMove move{amount.rule != kNoRule
                        ? std::string_view(terms_.rules()[amount.rule].rule_id)
                        : state.books[amount.book].rule_id,
                    by_->month(), amount.amount_minor};
      if (amount.takes_back()) {
        move.month = state.accruals[amount.taken_from].month;
        move.change_minor = -amount.amount_minor;
      }
      moves.push_back(move);
    }
    return moves;
  }

  // The place of the next book that KeepCredit opens.
  std::size_t NewBook() const {
    std::size_t place = by_->state().books.size();
    for (std::size_t i = 0; i <= by_->place(); ++i) {
      if (!SharesState(i)) continue;
      const std::size_t first = out_.credits[i].first_chosen;
      const std::size_t last = i == by_->place()
                                   ? out_.chosen.size()
                                   : first + out_.credits[i].chosen_count;
      for (std::size_t each = first; each < last; ++each) {
        const std::size_t book = out_.chosen[each].book;
        if (book != kNoPlace && book >= by_->state().books.size()) ++place;
      }
    }
    return place;
  }

  // Those of rules that were not chosen, but whose metric this payment moves.
  absl::Status MakeOtherTrueUps() {
    for (std::size_t i = 0; i < by_->state().books.size(); ++i) {
      const TrueUpBook& book = by_->state().books[i];
      if (book.role != by_->credit().role || !book.span().Has(by_->month()) ||
          IsMade(i)) {
        continue;
      }
      TrueUpTask task = TaskOf(book, i);
      task.stand = by_->StandOf(*task.reward);
      task.moves = Moves();
      task.credit = by_->place();
      task.partner = by_->credit().partner;
      VOUCH_RETURN_IF_ERROR(MakeTrueUp(by_->state(), task, TrueUps()));
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
    StateTurnover sums = by_->state().turnover;
    bool fits = true;
    for (std::size_t i = 0; i <= credit; ++i) {
      if (SharesState(i)) fits = fits && AddEffect(i, &sums);
    }
    if (fits) return absl::OkStatus();
    return RangeField("payment.lines", "the partner's sums pass 64 bits");
  }

  bool AddEffect(std::size_t credit, StateTurnover* sums) const {
    const CreditEffect& effect = out_.credits[credit];
    bool fits = CheckedAdd(sums->revenue_minor, effect.revenue_minor,
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
  Matcher& matcher_;
  RateTrace* trace_;
  Rating& out_;
  std::optional<CreditRater> by_;  // of the credit at hand
};

// Of one payment, lead or sign-up by itself.
inline absl::Status RateOne(const Program& terms, EarnsOn earns_on,
                            const RatablePayment& payment, RateTrace* trace,
                            Rating* out) {
  PaymentMatcher matcher;
  return Rater<PaymentMatcher>(terms, earns_on, payment, &matcher, trace, out)
      .Run();
}

}  // namespace internal

inline absl::Status RatePayment(const Program& terms,
                                const RatablePayment& payment, RateTrace* trace,
                                Rating* out) {
  return internal::RateOne(terms, EarnsOn::kPayment, payment, trace, out);
}

VOUCH_NAMESPACE_END

#include "vouch/rate/keep.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_RATE_INL_H_

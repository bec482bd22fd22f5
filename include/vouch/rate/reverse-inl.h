// Bodies of reverse.h.
#ifndef VOUCH_RATE_REVERSE_INL_H_
#define VOUCH_RATE_REVERSE_INL_H_

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "vouch/base/fraction_sum.h"
#include "vouch/base/status.h"
#include "vouch/rate/keep.h"
#include "vouch/rate/limit.h"
#include "vouch/rate/reverse.h"
#include "vouch/rate/true_up.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What a line weighs: its base; where all bases are zero its amount; where
// these are zero too, each line alike.
enum class Weighing { kBase, kAmount, kAlike };

inline int64_t WeightOf(Weighing weighing, const LineBase& base,
                        const PaidLine& line) {
  switch (weighing) {
    case Weighing::kBase:
      return base.base_minor;
    case Weighing::kAmount:
      return line.amount_minor;
    case Weighing::kAlike:
      break;
  }
  return 1;
}

inline Weighing WeighingOf(absl::Span<const LineBase> bases,
                           absl::Span<const PaidLine> lines) {
  bool any_amount = false;
  for (const LineBase& base : bases) {
    if (base.base_minor > 0) return Weighing::kBase;
    any_amount = any_amount || lines[base.line].amount_minor > 0;
  }
  return any_amount ? Weighing::kAmount : Weighing::kAlike;
}

// Whether every line that something was paid for is given back whole.
inline bool PaidAllBack(absl::Span<const PaidLine> lines) {
  return std::all_of(lines.begin(), lines.end(), [](const PaidLine& line) {
    return line.counted_minor == line.amount_minor;
  });
}

// f of one line as part / whole.
inline WeightedFraction FractionOf(int64_t weight, const PaidLine& line,
                                   bool all_back) {
  if (line.amount_minor > 0) {
    return {weight, line.counted_minor, line.amount_minor};
  }
  return {weight, line.cancelled || all_back ? 1 : 0, 1};
}

// The rule of those terms with that id; nullptr for none.
inline const Rule* FindRuleOf(const Program* terms, std::string_view rule_id) {
  if (terms == nullptr) return nullptr;
  for (const Rule& rule : terms->rules()) {
    if (rule.rule_id == rule_id) return &rule;
  }
  return nullptr;
}

// What follows from one refund for one partner; made anew for each.
class Reverser {
 public:
  Reverser(const PartnerState& state, const RefundedPayment& refund,
           ReverseTrace* trace, Undoing* out)
      : state_(state),
        refund_(refund),
        all_back_(PaidAllBack(refund.lines)),
        trace_(trace),
        out_(*out) {}

  absl::Status Reverse() {
    out_.Clear();
    VOUCH_RETURN_IF_ERROR(ReverseAccruals());
    VOUCH_RETURN_IF_ERROR(ReturnShares());
    VOUCH_RETURN_IF_ERROR(MakeTrueUps());
    return CheckTurnover();
  }

 private:
  // What is given back in all of `whole`, less what was so far; below zero only
  // where a chargeback was won.
  absl::StatusOr<int64_t> ChangeOf(int64_t whole, int64_t so_far,
                                   std::size_t first_base,
                                   std::size_t base_count) {
    const auto bases =
        absl::MakeConstSpan(state_.bases).subspan(first_base, base_count);
    const Weighing weighing = WeighingOf(bases, refund_.lines);
    fractions_.clear();
    for (const LineBase& base : bases) {
      const PaidLine& line = refund_.lines[base.line];
      fractions_.push_back(
          FractionOf(WeightOf(weighing, base, line), line, all_back_));
    }
    VOUCH_ASSIGN_OR_RETURN(
        const int64_t target,
        ScaleByFractions(whole, fractions_, refund_.rounding));
    const int64_t change = target - so_far;
    return refund_.brings_back ? std::min<int64_t>(change, 0)
                               : std::max<int64_t>(change, 0);
  }

  absl::Status ReverseAccruals() {
    const auto [first, last] = state_.AccrualsOf(refund_.payment_seq);
    for (std::size_t i = first; i < last; ++i) {
      const BookedAccrual& accrual = state_.accruals[i];
      if (accrual.source != AccrualSource::kPayment) continue;
      VOUCH_ASSIGN_OR_RETURN(
          int64_t change, ChangeOf(accrual.amount_minor, accrual.reversed_minor,
                                   accrual.first_base, accrual.base_count));
      if (change < 0 && accrual.level == 0) change = -CutBack(i, -change);
      if (change == 0) continue;
      out_.reversals.push_back({refund_.partner, i, change});
      if (accrual.level == 0) {
        moves_.push_back({accrual.rule_id, accrual.month, -change});
      }
    }
    return absl::OkStatus();
  }

  // What limits leave of what would come back.
  int64_t CutBack(std::size_t place, int64_t amount) {
    const BookedAccrual& accrual = state_.accruals[place];
    const Rule* rule = FindRuleOf(accrual.terms, accrual.rule_id);
    if (rule == nullptr) return amount;
    limits_.clear();
    LimitCutter cutter(*rule, state_, moves_,
                       trace_ == nullptr ? nullptr : &limits_);
    const int64_t left =
        cutter.CutAmount(amount, refund_.customer, accrual.month);
    for (const LimitTrace& limit : limits_) {
      trace_->kept.push_back({place, limit});
    }
    return left;
  }

  absl::Status ReturnShares() {
    const auto [first, last] = state_.SharesOf(refund_.payment_seq);
    for (std::size_t i = first; i < last; ++i) {
      const CountedShare& share = state_.shares[i];
      if (share.share_minor == 0) continue;
      VOUCH_ASSIGN_OR_RETURN(const int64_t change,
                             ChangeOf(share.share_minor, share.returned_minor,
                                      share.first_base, share.base_count));
      if (change != 0) out_.shares.push_back({i, change});
    }
    return absl::OkStatus();
  }

  // Those of the payment's period and of the refund's, role by role.
  absl::Status MakeTrueUps() {
    const auto [first, last] = state_.SharesOf(refund_.payment_seq);
    for (std::size_t share = first; share < last; ++share) {
      const CountedShare& of = state_.shares[share];
      if (of.book != kNoPlace) continue;
      for (std::size_t i = 0; i < state_.books.size(); ++i) {
        const TrueUpBook& book = state_.books[i];
        if (book.role != of.role) continue;
        if (book.span().Has(of.month) || book.span().Has(MonthOf(refund_.on))) {
          VOUCH_RETURN_IF_ERROR(MakeOne(i, share));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status MakeOne(std::size_t place, std::size_t share) {
    const TrueUpBook& book = state_.books[place];
    TrueUpTask task = TaskOf(book, place);
    task.partner = refund_.partner;
    task.credit = share;
    for (const ShareChange& change : out_.shares) {
      if (state_.shares[change.share].book == place) {
        task.base_minor -= change.change_minor;
      }
    }
    task.stand = StandOf(book, *task.reward);
    task.moves = moves_;
    const std::size_t before = out_.true_ups.size();
    VOUCH_RETURN_IF_ERROR(
        MakeTrueUp(state_, task,
                   {trace_ == nullptr ? nullptr : &trace_->true_ups,
                    &out_.true_ups, &out_.forgone}));
    for (std::size_t i = before; i < out_.true_ups.size(); ++i) {
      KeepMove(out_.true_ups[i], MonthOfTrueUp(book, state_.shares[share]));
    }
    return absl::OkStatus();
  }

  // In which limits count what a true-up adds now.
  MonthNumber MonthOfTrueUp(const TrueUpBook& book,
                            const CountedShare& share) const {
    return book.span().Has(share.month) ? share.month : MonthOf(refund_.on);
  }

  void KeepMove(const RatedAmount& amount, MonthNumber month) {
    if (amount.level > 0) return;
    const std::string_view rule_id = state_.books[amount.book].rule_id;
    if (amount.takes_back()) {
      moves_.push_back({rule_id, state_.accruals[amount.taken_from].month,
                        -amount.amount_minor});
    } else {
      moves_.push_back({rule_id, month, amount.amount_minor});
    }
  }

  // The book's metric before and after this refund.
  MetricStand StandOf(const TrueUpBook& book, const Reward& reward) const {
    const int64_t before = state_.MetricOf(book.role, reward.tier_metric,
                                           book.period, AMonthOf(book));
    int64_t after = before;
    if (reward.tier_metric == Metric::kRevenue &&
        book.span().Has(MonthOf(refund_.on))) {
      for (const ShareChange& change : out_.shares) {
        const CountedShare& of = state_.shares[change.share];
        if (of.book != kNoPlace || of.role != book.role) continue;
        after -= change.change_minor;
      }
    }
    return {std::max<int64_t>(before, 0), std::max<int64_t>(after, 0)};
  }

  static MonthNumber AMonthOf(const TrueUpBook& book) {
    return book.period == Period::kLifetime ? 0 : book.from;
  }

  absl::Status CheckTurnover() const {
    StateTurnover sums = state_.turnover;
    bool fits = true;
    const auto add = [&fits](int64_t change, int64_t* sum) {
      fits = fits && CheckedAdd(*sum, change < 0 ? -change : change, sum);
    };
    for (const Reversal& reversal : out_.reversals) {
      const BookedAccrual& accrual = state_.accruals[reversal.accrual];
      add(reversal.change_minor,
          accrual.level == 0 ? &sums.own_minor : &sums.upline_minor);
    }
    for (const ShareChange& change : out_.shares) {
      const bool revenue = state_.shares[change.share].book == kNoPlace;
      add(change.change_minor,
          revenue ? &sums.revenue_minor : &sums.base_minor);
    }
    for (const RatedAmount& amount : out_.true_ups) {
      add(amount.amount_minor,
          amount.level == 0 ? &sums.own_minor : &sums.upline_minor);
    }
    if (fits) return absl::OkStatus();
    return RangeField("refund.amount_minor", "the partner's sums pass 64 bits");
  }

  const PartnerState& state_;
  const RefundedPayment& refund_;
  const bool all_back_;
  ReverseTrace* trace_;
  Undoing& out_;
  absl::InlinedVector<WeightedFraction, 16> fractions_;
  std::vector<LimitTrace> limits_;
  // Of this refund; the state has none of them yet.
  absl::InlinedVector<RuleMove, 8> moves_;
};

}  // namespace internal

inline absl::Status Reverse(const PartnerState& state,
                            const RefundedPayment& refund, ReverseTrace* trace,
                            Undoing* out) {
  return internal::Reverser(state, refund, trace, out).Reverse();
}

inline void KeepReversal(const RefundedPayment& refund,
                         const Reversal& reversal, PartnerState* state) {
  internal::TakeOf(reversal.accrual, refund.customer, reversal.change_minor,
                   state);
  const BookedAccrual& accrual = state->accruals[reversal.accrual];
  if (accrual.level > 0) return;
  internal::AddMetric(accrual.role, Metric::kCommission, MonthOf(refund.on),
                      -reversal.change_minor, state);
}

inline void KeepShares(const RefundedPayment& refund, const Undoing& undoing,
                       PartnerState* state) {
  for (const ShareChange& change : undoing.shares) {
    CountedShare& share = state->shares[change.share];
    share.returned_minor += change.change_minor;
    const int64_t magnitude =
        change.change_minor < 0 ? -change.change_minor : change.change_minor;
    if (share.book != kNoPlace) {
      state->books[share.book].base_minor -= change.change_minor;
      state->turnover.base_minor += magnitude;
      continue;
    }
    state->turnover.revenue_minor += magnitude;
    internal::AddMetric(share.role, Metric::kRevenue, MonthOf(refund.on),
                        -change.change_minor, state);
  }
  for (const ForgoneMove& move : undoing.forgone) {
    internal::KeepForgone(move, state);
  }
}

inline std::size_t KeepTrueUp(const RefundedPayment& refund,
                              const RatedAmount& amount, AccrualId id,
                              PartnerState* state) {
  const CountedShare& share = state->shares[amount.credit];
  const Role role = share.role;
  const int64_t change =
      amount.takes_back() ? -amount.amount_minor : amount.amount_minor;
  if (amount.level == 0) {
    internal::AddMetric(role, Metric::kCommission, MonthOf(refund.on), change,
                        state);
  }
  if (amount.takes_back()) {
    internal::TakeOf(amount.taken_from, refund.customer, amount.amount_minor,
                     state);
    return amount.taken_from;
  }
  const TrueUpBook& book = state->books[amount.book];
  BookedAccrual accrual;
  accrual.accrual_id = id;
  accrual.source = AccrualSource::kTrueUp;
  accrual.payment_seq = refund.payment_seq;
  accrual.customer = refund.customer;
  accrual.payment_id = refund.payment_id;
  accrual.rule_id = book.rule_id;
  accrual.terms = book.terms;
  accrual.payee = amount.payee;
  accrual.role = role;
  accrual.phase = share.phase;
  accrual.level = amount.level;
  accrual.contract_year = share.contract_year;
  accrual.month =
      book.span().Has(share.month) ? share.month : MonthOf(refund.on);
  accrual.weight_ppb = share.weight_ppb;
  accrual.base_minor = amount.base_minor;
  accrual.amount_minor = amount.amount_minor;
  accrual.book = amount.book;
  return internal::Book(accrual, state);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_REVERSE_INL_H_

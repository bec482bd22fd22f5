// The true-ups of RETROACTIVE rules (docs/SEMANTICS.md, sections 6 and 10):
// what a period should have earned in all, less what is accrued so far.
//
// The same steps serve a payment and a refund. Pure; may be called from any
// thread.
#ifndef VOUCH_RATE_TRUE_UP_H_
#define VOUCH_RATE_TRUE_UP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/program/program.h"
#include "vouch/rate/limit.h"
#include "vouch/rate/months.h"
#include "vouch/rate/partner_state.h"
#include "vouch/rate/rate_trace.h"
#include "vouch/rate/rating.h"
#include "vouch/rate/reward.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline bool IsRetroactive(const Reward& reward) {
  return !reward.tiers.empty() &&
         reward.tier_meaning == TierMeaning::kRetroactive;
}

// Whose true-up is made, by which terms, and on what.
struct TrueUpTask {
  const Program* terms = nullptr;
  const Rule* rule = nullptr;
  const Reward* reward = nullptr;
  absl::Span<const RatableParent> parents;
  absl::Span<const RuleMove> moves;  // what the event moved before
  const TrueUpBook* book = nullptr;  // nullptr: opened by this payment
  MonthSpan span;
  int64_t base_minor = 0;  // of the period
  MetricStand stand;       // of the metric; `after` decides
  // What the amounts say of themselves.
  std::size_t credit = 0;
  std::size_t rule_place = kNoRule;
  std::size_t book_place = 0;
  PartnerIndex partner;

  // What the level has had, earned or not.
  int64_t SoFar(int32_t level) const {
    return book == nullptr ? 0
                           : book->AccruedAt(level) + book->ForgoneAt(level);
  }
};

// What true-ups are appended to. `traces` may be null; so may all where nothing
// but MakeTarget is called.
struct TrueUpOut {
  std::vector<AmountTrace>* traces = nullptr;
  std::vector<RatedAmount>* amounts = nullptr;
  std::vector<ForgoneMove>* forgone = nullptr;
};

// Appends the amounts of one true-up, level by level; made anew for each.
class TrueUpMaker {
 public:
  TrueUpMaker(const PartnerState& state, const TrueUpTask& task,
              const TrueUpOut& out)
      : state_(state), task_(task), out_(out) {}

  // The target of level 0, cut by the limit, from which every level follows.
  absl::Status MakeTarget(AmountTrace* trace) {
    const Tier* band = task_.reward->BandOf(task_.stand.after);
    if (trace != nullptr) TraceBand(band, trace);
    target_ = 0;
    if (band != nullptr) {
      const absl::int128 numerator =
          absl::int128(task_.base_minor) * band->percent.ppb() +
          absl::int128(band->fixed_minor) * kPpb;
      VOUCH_ASSIGN_OR_RETURN(
          target_, DivideRounded(numerator, kPpb, task_.terms->rounding()));
      if (trace != nullptr) trace->numerator = numerator;
    }
    if (trace != nullptr) trace->rounded_minor = target_;
    LimitCutter cutter(*task_.rule, state_, task_.moves,
                       trace == nullptr ? nullptr : &trace->limits);
    target_ = cutter.CutTarget(target_, task_.span, task_.SoFar(0));
    return absl::OkStatus();
  }
  int64_t target() const { return target_; }

  absl::Status MakeLevel0() {
    std::optional<AmountTrace> trace;
    if (out_.traces != nullptr) trace.emplace();
    VOUCH_RETURN_IF_ERROR(MakeTarget(trace ? &*trace : nullptr));
    Move(0, {task_.partner, true}, target_, trace ? &*trace : nullptr);
    return absl::OkStatus();
  }

  // The level above 0: what an upline of COMMISSION makes of the target, and
  // nothing where the terms have none.
  absl::Status MakeUpline(int32_t level) {
    const Upline* upline = nullptr;
    for (const Upline& each : task_.rule->uplines) {
      if (each.level == level && each.of == UplineOf::kCommission) {
        upline = &each;
      }
    }
    if (upline == nullptr && task_.SoFar(level) == 0) return absl::OkStatus();
    const Rate rate = upline == nullptr ? Rate() : upline->percent;
    const absl::int128 numerator = absl::int128(target_) * rate.ppb();
    VOUCH_ASSIGN_OR_RETURN(
        const int64_t target,
        DivideRounded(numerator, kPpb, task_.terms->rounding()));
    const std::size_t place = static_cast<std::size_t>(level) - 1;
    RatableParent payee;
    payee.earns = false;
    if (place < task_.parents.size()) payee = task_.parents[place];
    std::optional<AmountTrace> trace;
    if (out_.traces != nullptr) {
      trace.emplace();
      trace->rate = rate;
      trace->numerator = numerator;
      trace->rounded_minor = target;
      trace->upline = UplineOf::kCommission;
      trace->upline_of_minor = target_;
    }
    Move(level, payee, target, trace ? &*trace : nullptr);
    return absl::OkStatus();
  }

  // The lowest level above `level` that the rule or the book has; 0: none.
  int32_t NextLevel(int32_t level) const {
    int32_t next = 0;
    const auto consider = [&](int32_t each) {
      if (each > level && (next == 0 || each < next)) next = each;
    };
    for (const Upline& upline : task_.rule->uplines) consider(upline.level);
    if (task_.book != nullptr) {
      for (const auto& each : task_.book->levels) consider(each.level);
    }
    return next;
  }

 private:
  void TraceBand(const Tier* band, AmountTrace* trace) const {
    const Reward& reward = *task_.reward;
    TierTrace& tiers = trace->tiers.emplace();
    trace->rate_exception = &reward != &task_.rule->reward;
    tiers.metric = reward.tier_metric;
    tiers.meaning = reward.tier_meaning;
    tiers.period = task_.span;
    tiers.before = task_.stand.before;
    tiers.after = task_.stand.after;
    if (band == nullptr) return;
    trace->rate = band->percent;
    trace->fixed_minor = band->fixed_minor;
    tiers.bands.push_back({static_cast<std::size_t>(band - reward.tiers.data()),
                           band->percent, band->fixed_minor, 0});
  }

  // Books what is missing to `target`, or takes back what is too much. What
  // nobody can earn now is forgone: it is not missing later.
  void Move(int32_t level, RatableParent payee, int64_t target,
            AmountTrace* trace) {
    const int64_t so_far = task_.SoFar(level);
    const int64_t change = target - so_far;
    const bool nobody = level > 0 && !payee.partner.has_value();
    const bool earns = payee.earns && !nobody;
    const bool forgone = change > 0 && !earns;
    if (trace != nullptr) {
      trace->payee = payee.partner;
      trace->payee_earns = earns || change < 0;
      trace->split_minor = target;
      trace->amount_minor = forgone ? 0 : change;
      trace->true_up = TrueUpTrace{
          task_.rule->rule_id,     task_.span, task_.base_minor, target, so_far,
          task_.terms->rounding(), AccrualId()};
      if (change >= 0 && !nobody) Tell(level, *trace);
    }
    if (forgone) {
      Forgo(level, change);
      return;
    }
    RatedAmount amount;
    amount.credit = task_.credit;
    amount.rule = task_.rule_place;
    amount.base_minor = task_.base_minor;
    amount.level = level;
    amount.payee = payee.partner;
    amount.book = task_.book_place;
    if (change > 0) {
      amount.amount_minor = change;
      out_.amounts->push_back(amount);
    } else if (change < 0) {
      TakeBack(-change, amount, trace);
    }
  }

  void Forgo(int32_t level, int64_t change) {
    out_.forgone->push_back({task_.credit, task_.book_place, level, change});
  }

  // Of the latest first, whether it was booked or forgone.
  void TakeBack(int64_t rest, const RatedAmount& amount, AmountTrace* trace) {
    const TrueUpBook& book = *task_.book;
    const std::size_t before = out_.amounts->size();
    int64_t forgone = 0;
    std::size_t booked = book.accruals.size();
    std::size_t missed = book.forgone.size();
    while (rest > 0 && booked + missed > 0) {
      if (missed > 0 && book.forgone[missed - 1].after >= booked) {
        const TrueUpBook::Forgone& latest = book.forgone[--missed];
        if (latest.level != amount.level) continue;
        const int64_t taken = std::min(rest, latest.left_minor);
        forgone += taken;
        rest -= taken;
      } else {
        rest -= TakeOne(book.accruals[--booked], rest, amount, trace);
      }
    }
    if (forgone > 0) Forgo(amount.level, -forgone);
    if (trace == nullptr || out_.amounts->size() > before) return;
    // All of it was forgone: that is told too.
    if (!amount.payee.has_value()) return;
    trace->amount_minor = 0;
    trace->payee_earns = false;
    Tell(amount.level, *trace);
  }

  // What is taken of one accrual; nothing of another level's.
  int64_t TakeOne(std::size_t place, int64_t most, RatedAmount amount,
                  AmountTrace* trace) {
    const BookedAccrual& accrual = state_.accruals[place];
    if (accrual.level != amount.level || accrual.left_minor() == 0) return 0;
    amount.taken_from = place;
    amount.payee = accrual.payee;
    amount.amount_minor = std::min(most, accrual.left_minor());
    out_.amounts->push_back(amount);
    if (trace != nullptr) {
      trace->payee = accrual.payee;
      trace->amount_minor = -amount.amount_minor;
      trace->true_up->taken_from = accrual.accrual_id;
      Tell(amount.level, *trace);
    }
    return amount.amount_minor;
  }

  void Tell(int32_t level, AmountTrace trace) {
    trace.credit = task_.credit;
    trace.rule = task_.rule_place;
    trace.base_minor = task_.base_minor;
    trace.level = level;
    out_.traces->push_back(std::move(trace));
  }

  const PartnerState& state_;
  const TrueUpTask& task_;
  const TrueUpOut out_;
  int64_t target_ = 0;
};

// All levels of a true-up whose rule was not chosen: its book has the terms.
inline absl::Status MakeTrueUp(const PartnerState& state,
                               const TrueUpTask& task, const TrueUpOut& out) {
  TrueUpMaker maker(state, task, out);
  VOUCH_RETURN_IF_ERROR(maker.MakeLevel0());
  for (int32_t level = maker.NextLevel(0); level != 0;
       level = maker.NextLevel(level)) {
    VOUCH_RETURN_IF_ERROR(maker.MakeUpline(level));
  }
  return absl::OkStatus();
}

// The task of a book as its latest payment left it.
inline TrueUpTask TaskOf(const TrueUpBook& book, std::size_t place) {
  TrueUpTask task;
  task.terms = book.terms;
  task.rule = &book.terms->rules()[book.rule];
  task.reward = &task.rule->RewardOf(book.partner_id);
  task.parents = book.parents;
  task.book = &book;
  task.span = book.span();
  task.base_minor = book.base_minor;
  task.book_place = place;
  return task;
}

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_TRUE_UP_H_

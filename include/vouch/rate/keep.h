// How a rating is folded into the states of its partners: the bodies of the
// Keep functions of rate.h, and what reverse.h and event_reward.h share with
// them. Nothing here can fail: what may pass 64 bits was looked at before.
#ifndef VOUCH_RATE_KEEP_H_
#define VOUCH_RATE_KEEP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/rate/rate.h"
#include "vouch/rate/true_up.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Adds to one metric in all periods around `month`.
inline void AddMetric(Role role, Metric metric, MonthNumber month,
                      int64_t change, PartnerState* state) {
  if (change == 0) return;
  for (const Period period : kPeriods) {
    PeriodMetrics& row =
        state->Metrics(role, period, PeriodOf(period, month).from);
    row.values[static_cast<std::size_t>(metric)] += change;
  }
}

// Inserts into an ascending list unless it is there.
template <typename List>
void InsertOnce(typename List::value_type value, List* list) {
  const auto at = std::lower_bound(list->begin(), list->end(), value);
  if (at == list->end() || *at != value) list->insert(at, value);
}

// The credited payment itself: what REVENUE, PAYMENTS and the customers count.
inline void KeepMetrics(const RatablePayment& payment, Role role,
                        int64_t revenue, PartnerState* state) {
  const MonthNumber month = MonthOf(payment.on);
  PaidMonths& paid = state->paid_months[{role, payment.customer}];
  for (const Period period : kPeriods) {
    const MonthSpan span = PeriodOf(period, month);
    PeriodMetrics& row = state->Metrics(role, period, span.from);
    const auto value = [&row](Metric metric) -> int64_t& {
      return row.values[static_cast<std::size_t>(metric)];
    };
    value(Metric::kRevenue) += revenue;
    ++value(Metric::kPayments);
    if (payment.number == 1) ++value(Metric::kNewCustomers);
    const auto first = std::lower_bound(paid.begin(), paid.end(), span.from);
    if (first == paid.end() || *first >= span.until) {
      ++value(Metric::kActiveCustomers);
    }
  }
  InsertOnce(month, &paid);
  state->turnover.revenue_minor += revenue;
  state->turnover.count += kCountsPerPayment;
}

// Whether the state's last bases are these, so that they need not stand twice.
inline bool HasBases(const PartnerState& state, std::size_t first,
                     std::size_t count, absl::Span<const LineBase> bases) {
  if (count != bases.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const LineBase& kept = state.bases[first + i];
    if (kept.line != bases[i].line || kept.base_minor != bases[i].base_minor) {
      return false;
    }
  }
  return true;
}

// Where the state holds `bases`: those of the payment's last share or accrual,
// else they are added.
inline std::size_t PutBases(absl::Span<const LineBase> bases,
                            PartnerState* state) {
  if (!state->shares.empty()) {
    const CountedShare& share = state->shares.back();
    if (HasBases(*state, share.first_base, share.base_count, bases)) {
      return share.first_base;
    }
  }
  if (!state->accruals.empty()) {
    const BookedAccrual& accrual = state->accruals.back();
    if (HasBases(*state, accrual.first_base, accrual.base_count, bases)) {
      return accrual.first_base;
    }
  }
  const std::size_t first = state->bases.size();
  state->bases.insert(state->bases.end(), bases.begin(), bases.end());
  return first;
}

// Counts a change in its month, which mostly is the latest.
inline void CountInMonth(MonthNumber month, int64_t change,
                         std::vector<MonthAmount>* months) {
  auto at = months->end();
  if (!months->empty() && months->back().month >= month) {
    at = std::lower_bound(months->begin(), months->end(), month,
                          [](const MonthAmount& m, MonthNumber wanted) {
                            return m.month < wanted;
                          });
  }
  if (at == months->end() || at->month != month) {
    months->insert(at, {month, change});
  } else {
    at->amount_minor += change;
  }
}

// Counts a change of an accrual of level 0 where limits look: in its own month,
// and of a payment or a lead under its customer, whose counter it gives;
// nullptr where none is changed.
inline CustomerCounter* CountAmount(const BookedAccrual& accrual,
                                    CustomerNumber customer, int64_t change,
                                    PartnerState* state) {
  RuleCounter& rule = state->Counter(accrual.rule_id);
  CountInMonth(accrual.month, change, &rule.months);
  if (accrual.source == AccrualSource::kTrueUp) return nullptr;
  // Of a lead whose customer is not known nothing is remembered.
  if (accrual.source != AccrualSource::kPayment && !customer.has_value()) {
    return nullptr;
  }
  CustomerCounter& counter = rule.customers[customer];
  counter.amount_minor += change;
  return &counter;
}

// A book's own sums of the level.
inline TrueUpBook::Level& LevelOf(int32_t level, TrueUpBook* book) {
  auto at = std::lower_bound(book->levels.begin(), book->levels.end(), level,
                             [](const TrueUpBook::Level& l, int32_t wanted) {
                               return l.level < wanted;
                             });
  if (at == book->levels.end() || at->level != level) {
    at = book->levels.insert(at, TrueUpBook::Level{level, 0, 0});
  }
  return *at;
}

inline void CountLevel(int32_t level, int64_t change, TrueUpBook* book) {
  LevelOf(level, book).accrued_minor += change;
}

// Remembers what nobody earned, or takes the latest of it away. To be called
// before the event's accruals are booked.
inline void KeepForgone(const ForgoneMove& move, PartnerState* state) {
  TrueUpBook& book = state->books[move.book];
  LevelOf(move.level, &book).forgone_minor += move.change_minor;
  if (move.change_minor > 0) {
    // One with the latest, unless the level was booked something between.
    int64_t left = move.change_minor;
    const auto latest = std::find_if(
        book.forgone.rbegin(), book.forgone.rend(),
        [&](const TrueUpBook::Forgone& f) { return f.level == move.level; });
    if (latest != book.forgone.rend() &&
        std::none_of(
            book.accruals.begin() + static_cast<std::ptrdiff_t>(latest->after),
            book.accruals.end(), [&](std::size_t accrual) {
              return state->accruals[accrual].level == move.level;
            })) {
      left += latest->left_minor;
      book.forgone.erase(std::next(latest).base());
    }
    book.forgone.push_back({move.level, book.accruals.size(), left});
    return;
  }
  int64_t rest = -move.change_minor;
  for (std::size_t i = book.forgone.size(); i > 0 && rest > 0; --i) {
    TrueUpBook::Forgone& latest = book.forgone[i - 1];
    if (latest.level != move.level) continue;
    const int64_t taken = std::min(rest, latest.left_minor);
    latest.left_minor -= taken;
    rest -= taken;
  }
  book.forgone.erase(std::remove_if(book.forgone.begin(), book.forgone.end(),
                                    [](const TrueUpBook::Forgone& f) {
                                      return f.left_minor == 0;
                                    }),
                     book.forgone.end());
}

// Books an accrual that is filled in but for its counters.
inline std::size_t Book(const BookedAccrual& accrual, PartnerState* state) {
  const std::size_t place = state->accruals.size();
  state->accruals.push_back(accrual);
  if (accrual.book != kNoPlace) {
    TrueUpBook& book = state->books[accrual.book];
    book.accruals.push_back(place);
    CountLevel(accrual.level, accrual.amount_minor, &book);
  }
  if (accrual.level > 0) {
    state->turnover.upline_minor += accrual.amount_minor;
    return place;
  }
  state->turnover.own_minor += accrual.amount_minor;
  CustomerCounter* counter =
      CountAmount(accrual, accrual.customer, accrual.amount_minor, state);
  if (accrual.source == AccrualSource::kPayment) ++counter->payments_count;
  return place;
}

// Takes `amount` back of an accrual of a true-up; below zero brings back.
inline void TakeOf(std::size_t place, CustomerNumber customer, int64_t amount,
                   PartnerState* state) {
  BookedAccrual& accrual = state->accruals[place];
  accrual.reversed_minor += amount;
  if (accrual.book != kNoPlace) {
    CountLevel(accrual.level, -amount, &state->books[accrual.book]);
  }
  const int64_t magnitude = amount < 0 ? -amount : amount;
  if (accrual.level > 0) {
    state->turnover.upline_minor += magnitude;
    return;
  }
  state->turnover.own_minor += magnitude;
  CountAmount(accrual, customer, -amount, state);
}

inline void OpenBook(const Program& terms, const RatableCredit& credit,
                     const ChosenRule& chosen, MonthNumber month,
                     PartnerState* state) {
  const Rule& rule = terms.rules()[chosen.rule];
  const Reward& reward = rule.RewardOf(credit.partner_id);
  if (chosen.book == state->books.size()) {
    TrueUpBook& opened = state->books.emplace_back();
    opened.rule_id = rule.rule_id;
    opened.role = credit.role;
    opened.period = reward.tier_period;
    opened.from = PeriodOf(reward.tier_period, month).from;
  }
  TrueUpBook& book = state->books[chosen.book];
  book.terms = &terms;
  book.rule = chosen.rule;
  book.partner_id = credit.partner_id;
  book.parents.assign(credit.parents.begin(), credit.parents.end());
  book.base_minor += chosen.share_minor;
  state->turnover.base_minor += chosen.share_minor;
}

inline CountedShare ShareOf(const RatablePayment& payment,
                            const RatableCredit& credit, int64_t share) {
  CountedShare counted;
  counted.payment_seq = payment.seq;
  counted.role = credit.role;
  counted.phase = payment.phase;
  counted.contract_year = payment.contract_year;
  counted.month = MonthOf(payment.on);
  counted.weight_ppb = credit.weight_ppb;
  counted.share_minor = share;
  return counted;
}

// What a rule pays once is spent by what it booked, however little.
inline void KeepSpent(const Rule& rule, const Reward& reward,
                      const RatablePayment& payment, PartnerState* state) {
  CustomerCounter& counter =
      state->Counter(rule.rule_id).customers[payment.customer];
  if (reward.fixed_per == FixedPer::kCustomer) {
    counter.once_spent = true;
  } else {
    InsertOnce(payment.contract_year, &counter.years_spent);
  }
}

inline absl::Span<const LineBase> BasesOf(const Rating& rating,
                                          std::size_t first,
                                          std::size_t count) {
  return absl::MakeConstSpan(rating.bases).subspan(first, count);
}

inline BookedAccrual AccrualOf(const Program& terms,
                               const RatablePayment& payment,
                               const RatedAmount& amount, AccrualId id,
                               const PartnerState& state) {
  const RatableCredit& credit = payment.credits[amount.credit];
  BookedAccrual accrual;
  accrual.accrual_id = id;
  accrual.payment_seq = payment.seq;
  accrual.customer = payment.customer;
  accrual.payment_id = payment.payment_id;
  accrual.terms = &terms;
  if (amount.book != kNoPlace) {
    accrual.source = AccrualSource::kTrueUp;
    accrual.book = amount.book;
    accrual.rule_id = state.books[amount.book].rule_id;
    accrual.terms = state.books[amount.book].terms;
  } else {
    accrual.rule_id = terms.rules()[amount.rule].rule_id;
  }
  accrual.payee = amount.payee;
  accrual.role = credit.role;
  accrual.phase = payment.phase;
  accrual.level = amount.level;
  accrual.contract_year = payment.contract_year;
  accrual.month = MonthOf(payment.on);
  accrual.weight_ppb = credit.weight_ppb;
  accrual.base_minor = amount.base_minor;
  accrual.amount_minor = amount.amount_minor;
  return accrual;
}

}  // namespace internal

inline void KeepCredit(const Program& terms, const RatablePayment& payment,
                       const Rating& rating, std::size_t credit,
                       PartnerState* state) {
  const CreditEffect& effect = rating.credits[credit];
  if (!effect.counts) return;
  const RatableCredit& of = payment.credits[credit];
  internal::KeepMetrics(payment, of.role, effect.revenue_minor, state);
  CountedShare revenue = internal::ShareOf(payment, of, effect.revenue_minor);
  revenue.first_base = state->bases.size();
  revenue.base_count = effect.base_count;
  const auto bases =
      internal::BasesOf(rating, effect.first_base, effect.base_count);
  state->bases.insert(state->bases.end(), bases.begin(), bases.end());
  state->shares.push_back(revenue);
  for (std::size_t i = 0; i < effect.chosen_count; ++i) {
    const ChosenRule& chosen = rating.chosen[effect.first_chosen + i];
    const Rule& rule = terms.rules()[chosen.rule];
    if (chosen.spends) {
      internal::KeepSpent(rule, rule.RewardOf(of.partner_id), payment, state);
    }
    if (chosen.book == kNoPlace) continue;
    internal::OpenBook(terms, of, chosen, revenue.month, state);
    CountedShare share = internal::ShareOf(payment, of, chosen.share_minor);
    share.book = chosen.book;
    share.first_base = internal::PutBases(
        internal::BasesOf(rating, chosen.first_base, chosen.base_count), state);
    share.base_count = chosen.base_count;
    state->shares.push_back(share);
  }
  for (const ForgoneMove& move : rating.forgone) {
    if (move.credit == credit) internal::KeepForgone(move, state);
  }
}

inline std::size_t KeepAmount(const Program& terms,
                              const RatablePayment& payment,
                              const Rating& rating, const RatedAmount& amount,
                              AccrualId id, PartnerState* state) {
  const Role role = payment.credits[amount.credit].role;
  const MonthNumber month = MonthOf(payment.on);
  if (amount.takes_back()) {
    internal::TakeOf(amount.taken_from, payment.customer, amount.amount_minor,
                     state);
    if (amount.level == 0) {
      internal::AddMetric(role, Metric::kCommission, month,
                          -amount.amount_minor, state);
    }
    return amount.taken_from;
  }
  BookedAccrual accrual =
      internal::AccrualOf(terms, payment, amount, id, *state);
  if (amount.book == kNoPlace) {
    accrual.first_base = internal::PutBases(
        internal::BasesOf(rating, amount.first_base, amount.base_count), state);
    accrual.base_count = amount.base_count;
  }
  if (amount.level == 0) {
    internal::AddMetric(role, Metric::kCommission, month, amount.amount_minor,
                        state);
  }
  return internal::Book(accrual, state);
}

inline void KeepRating(const Program& terms, const RatablePayment& payment,
                       const Rating& rating,
                       absl::Span<PartnerState* const> states) {
  uint32_t place = 0;
  for (std::size_t credit = 0; credit < rating.credits.size(); ++credit) {
    KeepCredit(terms, payment, rating, credit, states[credit]);
    for (const RatedAmount& amount : rating.AmountsOf(credit)) {
      AccrualId id;
      if (!amount.takes_back()) id = {payment.seq, ++place};
      KeepAmount(terms, payment, rating, amount, id, states[credit]);
    }
  }
}

inline absl::Status CheckOpeningMetrics(
    absl::Span<const event::OpeningMetric> metrics, const PartnerState& state) {
  StateTurnover all = state.turnover;
  for (const event::OpeningMetric& metric : metrics) {
    int64_t* sum = metric.metric == Metric::kRevenue      ? &all.revenue_minor
                   : metric.metric == Metric::kCommission ? &all.own_minor
                                                          : &all.count;
    if (metric.value == std::numeric_limits<int64_t>::min() ||
        !CheckedAdd(*sum, metric.value < 0 ? -metric.value : metric.value,
                    sum)) {
      return RangeField("opening_balance.metrics",
                        "the partner's sums pass 64 bits");
    }
  }
  return absl::OkStatus();
}

inline void KeepOpeningMetrics(absl::Span<const event::OpeningMetric> metrics,
                               CivilDay on, PartnerState* state) {
  for (const event::OpeningMetric& metric : metrics) {
    for (const Period period : kPeriods) {
      if (metric.period != Period::kNone && metric.period != period) continue;
      const MonthSpan span = PeriodOf(period, MonthOf(on));
      state->Metrics(Role::kAcquirer, period, span.from)
          .values[static_cast<std::size_t>(metric.metric)] += metric.value;
    }
    const int64_t magnitude = metric.value < 0 ? -metric.value : metric.value;
    StateTurnover& all = state->turnover;
    (metric.metric == Metric::kRevenue      ? all.revenue_minor
     : metric.metric == Metric::kCommission ? all.own_minor
                                            : all.count) += magnitude;
  }
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_KEEP_H_

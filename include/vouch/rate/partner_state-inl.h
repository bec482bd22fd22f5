// Bodies of partner_state.h.
#ifndef VOUCH_RATE_PARTNER_STATE_INL_H_
#define VOUCH_RATE_PARTNER_STATE_INL_H_

#include <optional>
#include <tuple>

#include "vouch/rate/partner_state.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

template <typename Row>
auto OrderOf(const Row& row) {
  return std::tuple(row.role, row.period, row.from);
}

inline bool Is(const PeriodMetrics& row, Role role, Period period,
               MonthNumber from) {
  return row.from == from && row.period == period && row.role == role;
}

inline std::vector<PeriodMetrics>::const_iterator LowerMetrics(
    const std::vector<PeriodMetrics>& metrics, Role role, Period period,
    MonthNumber from) {
  return std::lower_bound(metrics.begin(), metrics.end(),
                          std::tuple(role, period, from),
                          [](const PeriodMetrics& row, const auto& key) {
                            return OrderOf(row) < key;
                          });
}

inline std::vector<RuleCounter>::const_iterator LowerRule(
    const std::vector<RuleCounter>& rules, std::string_view rule_id) {
  return std::lower_bound(rules.begin(), rules.end(), rule_id,
                          [](const RuleCounter& rule, std::string_view id) {
                            return rule.rule_id < id;
                          });
}

// The months that two customers paid in, who are one from now on.
inline void MergeMonths(const PaidMonths& from, PaidMonths* into) {
  PaidMonths both(from.size() + into->size());
  both.erase(std::set_union(from.begin(), from.end(), into->begin(),
                            into->end(), both.begin()),
             both.end());
  *into = std::move(both);
}

inline void MergeCounter(const CustomerCounter& from, CustomerCounter* into) {
  into->payments_count += from.payments_count;
  into->amount_minor += from.amount_minor;
  into->once_spent = into->once_spent || from.once_spent;
  into->rewarded = into->rewarded || from.rewarded;
  MergeMonths(from.years_spent, &into->years_spent);
}

// Takes off the periods of `months` in which `into` paid too.
inline void CountActiveOnce(Role role, const PaidMonths& months,
                            CustomerNumber into, PartnerState* state) {
  for (const Period period : kPeriods) {
    std::optional<MonthSpan> last;
    for (const MonthNumber month : months) {
      const MonthSpan span = PeriodOf(period, month);
      if (last == span) continue;
      last = span;
      if (!state->PaidIn(role, into, span)) continue;
      --state->Metrics(role, period, span.from)
            .values[static_cast<std::size_t>(Metric::kActiveCustomers)];
    }
  }
}

}  // namespace internal

inline int64_t RuleCounter::AmountIn(MonthSpan span) const {
  auto row = std::lower_bound(
      months.begin(), months.end(), span.from,
      [](const MonthAmount& m, MonthNumber from) { return m.month < from; });
  int64_t sum = 0;
  for (; row != months.end() && row->month < span.until; ++row) {
    sum += row->amount_minor;
  }
  return sum;
}

inline int64_t TrueUpBook::AccruedAt(int32_t level) const {
  for (const Level& each : levels) {
    if (each.level == level) return each.accrued_minor;
  }
  return 0;
}

inline int64_t TrueUpBook::ForgoneAt(int32_t level) const {
  for (const Level& each : levels) {
    if (each.level == level) return each.forgone_minor;
  }
  return 0;
}

inline std::pair<std::size_t, std::size_t> PartnerState::AccrualsOf(
    Seq seq) const {
  const auto first = std::lower_bound(accruals.begin(), accruals.end(), seq,
                                      [](const BookedAccrual& a, Seq wanted) {
                                        return a.accrual_id.seq < wanted;
                                      });
  auto last = first;
  while (last != accruals.end() && last->accrual_id.seq == seq) ++last;
  return {static_cast<std::size_t>(first - accruals.begin()),
          static_cast<std::size_t>(last - accruals.begin())};
}

inline std::pair<std::size_t, std::size_t> PartnerState::SharesOf(
    Seq payment_seq) const {
  const auto first = std::lower_bound(
      shares.begin(), shares.end(), payment_seq,
      [](const CountedShare& s, Seq wanted) { return s.payment_seq < wanted; });
  auto last = first;
  while (last != shares.end() && last->payment_seq == payment_seq) ++last;
  return {static_cast<std::size_t>(first - shares.begin()),
          static_cast<std::size_t>(last - shares.begin())};
}

inline int64_t PartnerState::MetricOf(Role role, Metric metric, Period period,
                                      MonthNumber month) const {
  const MonthNumber from = PeriodOf(period, month).from;
  const auto row = internal::LowerMetrics(metrics, role, period, from);
  if (row == metrics.end() || !internal::Is(*row, role, period, from)) return 0;
  return row->values[static_cast<std::size_t>(metric)];
}

inline bool PartnerState::PaidIn(Role role, CustomerNumber customer,
                                 MonthSpan span) const {
  const auto found = paid_months.find({role, customer});
  if (found == paid_months.end()) return false;
  const auto month =
      std::lower_bound(found->second.begin(), found->second.end(), span.from);
  return month != found->second.end() && *month < span.until;
}

inline const RuleCounter* PartnerState::FindRule(
    std::string_view rule_id) const {
  const auto found = internal::LowerRule(rules, rule_id);
  return found != rules.end() && found->rule_id == rule_id ? &*found : nullptr;
}

inline const CustomerCounter* PartnerState::FindCounter(
    std::string_view rule_id, CustomerNumber customer) const {
  const RuleCounter* rule = FindRule(rule_id);
  if (rule == nullptr) return nullptr;
  const auto found = rule->customers.find(customer);
  return found == rule->customers.end() ? nullptr : &found->second;
}

inline std::size_t PartnerState::FindBook(std::string_view rule_id, Role role,
                                          Period period,
                                          MonthNumber from) const {
  // Of a period that is not long ago.
  for (std::size_t i = books.size(); i > 0; --i) {
    const TrueUpBook& book = books[i - 1];
    if (book.from == from && book.period == period && book.role == role &&
        book.rule_id == rule_id) {
      return i - 1;
    }
  }
  return kNoPlace;
}

inline PeriodMetrics& PartnerState::Metrics(Role role, Period period,
                                            MonthNumber from) {
  std::size_t& last = last_metrics[static_cast<std::size_t>(period)];
  if (last < metrics.size() &&
      internal::Is(metrics[last], role, period, from)) {
    return metrics[last];
  }
  const auto row = internal::LowerMetrics(metrics, role, period, from);
  last = static_cast<std::size_t>(row - metrics.begin());
  if (row == metrics.end() || !internal::Is(*row, role, period, from)) {
    metrics.insert(row, PeriodMetrics{role, period, from});
  }
  return metrics[last];
}

inline RuleCounter& PartnerState::Counter(std::string_view rule_id) {
  auto rule =
      rules.begin() + (internal::LowerRule(rules, rule_id) - rules.begin());
  if (rule == rules.end() || rule->rule_id != rule_id) {
    rule = rules.insert(rule, RuleCounter());
    rule->rule_id = rule_id;
  }
  return *rule;
}

inline void MergeCounters(CustomerNumber from, CustomerNumber into,
                          PartnerState* state) {
  for (RuleCounter& rule : state->rules) {
    const auto found = rule.customers.find(from);
    if (found == rule.customers.end()) continue;
    const CustomerCounter moved = std::move(found->second);
    rule.customers.erase(found);
    internal::MergeCounter(moved, &rule.customers[into]);
  }
  for (const Role role : {Role::kAcquirer, Role::kServicer}) {
    const auto found = state->paid_months.find({role, from});
    if (found == state->paid_months.end()) continue;
    const PaidMonths moved = std::move(found->second);
    state->paid_months.erase(found);
    internal::CountActiveOnce(role, moved, into, state);
    internal::MergeMonths(moved, &state->paid_months[{role, into}]);
  }
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_PARTNER_STATE_INL_H_

// What a rule's limits leave of an amount (docs/SEMANTICS.md, section 6).
//
// Limits are looked at in the order written there, each on what the one before
// left. Pure; may be called from any thread.
#ifndef VOUCH_RATE_LIMIT_H_
#define VOUCH_RATE_LIMIT_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/rounding.h"
#include "vouch/program/program.h"
#include "vouch/rate/months.h"
#include "vouch/rate/partner_state.h"
#include "vouch/rate/ratable.h"
#include "vouch/rate/rate_trace.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What is left of a limit of which `used` is used; that may be below zero.
inline int64_t RoomOf(int64_t limit, int64_t used) {
  int64_t room = std::numeric_limits<int64_t>::max();
  if (!CheckedSub(limit, used, &room)) return room;
  return std::max<int64_t>(room, 0);
}

// Cuts amounts of one rule and partner.
class LimitCutter {
 public:
  // `moves`: what the event moved before. `traces` may be null.
  LimitCutter(const Rule& rule, const PartnerState& state,
              absl::Span<const RuleMove> moves, std::vector<LimitTrace>* traces)
      : rule_(rule), state_(state), moves_(moves), traces_(traces) {}

  // What is left of what a payment earns by the rule.
  int64_t CutPayment(int64_t amount, const RatablePayment& payment) {
    const Limits& limits = rule_.limits;
    if (limits.payments_per_customer) {
      const CustomerCounter* counter =
          state_.FindCounter(rule_.rule_id, payment.customer);
      amount = AllOrNothing(
          "payments_per_customer_count", *limits.payments_per_customer,
          counter == nullptr ? 0 : counter->payments_count, amount);
    }
    if (limits.months) {
      amount = AllOrNothing("months", *limits.months, payment.contract_months,
                            amount);
    }
    if (limits.contract_years) {
      amount = AllOrNothing("contract_years", *limits.contract_years,
                            payment.contract_year - 1, amount);
    }
    return CutAmount(amount, payment.customer, MonthOf(payment.on));
  }

  // The limits of amounts alone.
  int64_t CutAmount(int64_t amount, CustomerNumber customer,
                    MonthNumber month) {
    const Limits& limits = rule_.limits;
    if (limits.amount_per_customer_minor) {
      const CustomerCounter* counter =
          state_.FindCounter(rule_.rule_id, customer);
      amount =
          UpTo("amount_per_customer_minor", *limits.amount_per_customer_minor,
               counter == nullptr ? 0 : counter->amount_minor, amount);
    }
    if (limits.amount_per_period_minor) {
      amount = UpTo("amount_per_period", *limits.amount_per_period_minor,
                    UsedIn(PeriodOf(limits.period, month)), amount);
    }
    return amount;
  }

  // The target of a true-up of which `so_far` is booked.
  int64_t CutTarget(int64_t target, MonthSpan span, int64_t so_far) {
    const Limits& limits = rule_.limits;
    if (!limits.amount_per_period_minor) return target;
    return UpTo("amount_per_period", *limits.amount_per_period_minor,
                UsedIn(span) - so_far, target);
  }

 private:
  int64_t UsedIn(MonthSpan span) const {
    const RuleCounter* counter = state_.FindRule(rule_.rule_id);
    int64_t used = counter == nullptr ? 0 : counter->AmountIn(span);
    for (const RuleMove& move : moves_) {
      if (move.rule_id == rule_.rule_id && span.Has(move.month)) {
        used += move.change_minor;
      }
    }
    return used;
  }
  int64_t AllOrNothing(std::string_view name, int64_t limit, int64_t used,
                       int64_t amount) {
    return Tell(name, limit, used, amount, used < limit ? amount : 0);
  }
  int64_t UpTo(std::string_view name, int64_t limit, int64_t used,
               int64_t amount) {
    return Tell(name, limit, used, amount,
                std::min(amount, RoomOf(limit, used)));
  }
  int64_t Tell(std::string_view name, int64_t limit, int64_t used,
               int64_t before, int64_t after) {
    if (after != before && traces_ != nullptr) {
      traces_->push_back({name, limit, used, before, after});
    }
    return after;
  }

  const Rule& rule_;
  const PartnerState& state_;
  absl::Span<const RuleMove> moves_;
  std::vector<LimitTrace>* traces_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_LIMIT_H_

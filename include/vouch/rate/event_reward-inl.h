// Bodies of event_reward.h.
#ifndef VOUCH_RATE_EVENT_REWARD_INL_H_
#define VOUCH_RATE_EVENT_REWARD_INL_H_

#include <cstdint>

#include "vouch/rate/event_reward.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The same, ACQUISITION of year 1, and no payment.
inline RatablePayment EventOf(const RatablePayment& event) {
  RatablePayment rated = event;
  rated.lines = {};
  rated.phase = Phase::kAcquisition;
  rated.contract_year = 1;
  rated.contract_months = 0;
  rated.number = 0;
  return rated;
}

}  // namespace internal

inline absl::Status RateEvent(const Program& terms, EarnsOn earns_on,
                              const RatablePayment& event, RateTrace* trace,
                              Rating* out) {
  const RatablePayment rated = internal::EventOf(event);
  return internal::RateOne(terms, earns_on, rated, trace, out);
}

inline void KeepEventCredit(const Program& terms, const RatablePayment& event,
                            const Rating& rating, std::size_t credit,
                            PartnerState* state) {
  const CreditEffect& effect = rating.credits[credit];
  if (!event.customer.has_value()) return;
  for (std::size_t i = 0; i < effect.chosen_count; ++i) {
    const ChosenRule& chosen = rating.chosen[effect.first_chosen + i];
    if (!chosen.spends) continue;
    state->Counter(terms.rules()[chosen.rule].rule_id)
        .customers[event.customer]
        .rewarded = true;
  }
}

inline std::size_t KeepEventAmount(const Program& terms, EarnsOn earns_on,
                                   const RatablePayment& event,
                                   const RatedAmount& amount, AccrualId id,
                                   PartnerState* state) {
  BookedAccrual accrual =
      internal::AccrualOf(terms, internal::EventOf(event), amount, id, *state);
  accrual.payment_seq = Seq();
  accrual.source = earns_on == EarnsOn::kSignup ? AccrualSource::kSignup
                                                : AccrualSource::kQualifiedLead;
  return internal::Book(accrual, state);
}

inline void KeepEvent(const Program& terms, EarnsOn earns_on,
                      const RatablePayment& event, const Rating& rating,
                      absl::Span<PartnerState* const> states) {
  uint32_t place = 0;
  for (std::size_t credit = 0; credit < rating.credits.size(); ++credit) {
    KeepEventCredit(terms, event, rating, credit, states[credit]);
    for (const RatedAmount& amount : rating.AmountsOf(credit)) {
      KeepEventAmount(terms, earns_on, event, amount, {event.seq, ++place},
                      states[credit]);
    }
  }
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_EVENT_REWARD_INL_H_

// Rate -> Accrual: what a payment earns whom, by the rules of a program
// (docs/SEMANTICS.md, section 6). This is the calculator by itself: terms and
// a payment with its credits in, amounts out; no engine, no protobuf.
//
//   RatableCredit credit;                // who is credited, and what it is now
//   credit.kind = PartnerKind::kAffiliate;
//   credit.weight_ppb = kPpb;
//   credit.state = &anna;                // what it earned so far, if anything
//   RatablePayment payment;
//   payment.seq = Seq(17);
//   payment.lines = lines;
//   payment.phase = Phase::kAcquisition;
//   payment.credits = absl::MakeConstSpan(&credit, 1);
//   Rating rating;
//   Status s = RatePayment(*program, payment, nullptr, &rating);
//   rating.amounts[0].amount_minor;
//   KeepRating(*program, payment, rating, {&anna});
//
// A step computes and a Keep folds what it gave into the state, so that an
// event that is refused later has changed nothing. A host that keeps no states
// gets what a first payment of each partner would.
//
// Where the text is silent:
// - A fixed amount that is earned once is spent by the first payment by which
//   its rule booked something to the partner, even if the split and the limits
//   left little of it. A contract year is counted per customer by its number.
// - `payments_per_customer` counts the payments by which the rule booked an
//   accrual, and goes on counting them after a refund.
// - GRADUATED where the partner's share is nothing: the rate of the band in
//   which the metric stands.
// - HIGHEST of a RETROACTIVE rule is the true-up that the line alone would
//   make. A stacked rule is not among those that are compared.
// - A RETROACTIVE rule has earned in a period what its own true-ups booked;
//   what it paid under a version in which it was none counts in its limit only.
//   The band's fixed amount is part of the target, undivided.
// - An upline of COMMISSION on a true-up is made of what the child has accrued
//   in the period in all. What it grows by is the parent's of the latest
//   payment; where that one does not earn, or there is none, nobody ever earns
//   it. What it shrinks by is taken back of the latest growth first, whoever
//   has it, and of what nobody earned nothing is booked; so of the child's.
// - Upline overrides of every level ride on level 0.
//
// Pure, and allocates nothing once `rating` has been used for a payment of the
// same size. Thread-safe for different ratings and states.
#ifndef VOUCH_RATE_RATE_H_
#define VOUCH_RATE_RATE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/program.h"
#include "vouch/rate/conditions.h"
#include "vouch/rate/partner_state.h"
#include "vouch/rate/ratable.h"
#include "vouch/rate/rate_trace.h"
#include "vouch/rate/rating.h"

VOUCH_NAMESPACE_BEGIN

// Rates `payment` by the rules of `terms` into `*out`, which is cleared first.
// Fills `*trace` when it is not null; that changes nothing else. OUT_OF_RANGE
// when an amount, an exact product or a sum of a partner's state passes its
// bits; `*out` is then unspecified.
absl::Status RatePayment(const Program& terms, const RatablePayment& payment,
                         RateTrace* trace, Rating* out);

// Folds what the credit counts into the state of its partner: metrics, what is
// spent once, the bases of true-ups and what these forgo. Nothing for one that
// does not count. To be called before its amounts are kept.
void KeepCredit(const Program& terms, const RatablePayment& payment,
                const Rating& rating, std::size_t credit, PartnerState* state);

// Folds one amount of a credit that was kept: books the accrual under `id`, or
// takes back. Gives the place in PartnerState::accruals that it made or took
// from.
std::size_t KeepAmount(const Program& terms, const RatablePayment& payment,
                       const Rating& rating, const RatedAmount& amount,
                       AccrualId id, PartnerState* state);

// Both for all credits, whose partners' states are `states` in their order;
// accruals get the ids <payment.seq>-1, -2 and so on.
void KeepRating(const Program& terms, const RatablePayment& payment,
                const Rating& rating, absl::Span<PartnerState* const> states);

// Adds what a program that ran elsewhere counted, in the periods around `on`,
// to the metrics of the role ACQUIRER. OUT_OF_RANGE when a sum passes 64 bits;
// nothing is changed then.
absl::Status CheckOpeningMetrics(absl::Span<const event::OpeningMetric> metrics,
                                 const PartnerState& state);
void KeepOpeningMetrics(absl::Span<const event::OpeningMetric> metrics,
                        CivilDay on, PartnerState* state);

VOUCH_NAMESPACE_END

#include "vouch/rate/rate-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_RATE_H_

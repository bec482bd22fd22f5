// What the calculator is given: a payment with everything that a rule may ask
// for, and who is credited with it (docs/SEMANTICS.md, section 6).
//
//   RatableCredit credit;                    // who, and what it is now
//   credit.partner_id = "anna";
//   credit.kind = PartnerKind::kAffiliate;
//   credit.weight_ppb = kPpb;
//   RatablePayment payment;
//   payment.lines = lines;                   // in the program's currency
//   payment.credits = absl::MakeConstSpan(&credit, 1);
//   PlaceInTime(CivilDay(2024, 3, 15), contract_start, contract_start, {},
//   &payment);
//
// Everything is borrowed and must live for the call. Whoever has a payment in
// another currency converts it first (vouch/rate/exchange.h).
#ifndef VOUCH_RATE_RATABLE_H_
#define VOUCH_RATE_RATABLE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

struct PartnerState;  // vouch/rate/partner_state.h

// A partner above the earning one, at the payment's time. One that is not
// ACTIVE, or that refers itself, does not earn, and nobody moves up.
struct RatableParent {
  PartnerIndex partner;
  bool earns = true;
};

// A credit as the rules see it, at the payment's time.
struct RatableCredit {
  Role role = Role::kAcquirer;
  int64_t weight_ppb = 0;
  Channel channel = Channel::kNone;
  PartnerKind kind = PartnerKind::kNone;
  std::string_view group;
  bool active = true;  // false: earns nothing, and no metric counts it
  std::optional<Rate> customer_share;  // the code's, else the partner's
  PartnerIndex partner;                // only handed through
  std::string_view partner_id;
  std::string_view campaign;
  std::string_view code;                          // folded; empty: came by none
  absl::Span<const event::Attribute> attributes;  // the partner's
  absl::Span<const RatableParent> parents;        // level 1 first
  // What the partner earned before; nullptr: nothing. Only read.
  const PartnerState* state = nullptr;
};

// The weights of all credits of one role, the vendor's among the acquirers',
// add up to 10^9, those that earn nothing included. The credits of one partner
// differ in their roles.
struct RatablePayment {
  absl::Span<const event::PaymentLine> lines;
  // Paid in another currency. A payment whose lines are all 0 is one of nothing
  // and earns nothing; where they are what an exchange made of more, it is not.
  bool exchanged = false;
  Phase phase = Phase::kNone;
  int32_t contract_year = 1;
  absl::Span<const RatableCredit> credits;
  int64_t vendor_weight_ppb = 0;  // stands last in the split, earns nothing

  Seq seq;  // of its event: every payment of a partner has a later one
  CustomerNumber customer;      // the name that the customer has now
  std::string_view payment_id;  // kept by the states: must outlive them
  int64_t number = 1;           // among the customer's
  CivilDay on;                  // its day in the program's time zone
  // Whole months since the start of its contract, the customer's first payment
  // and its sign-up; absent: there was none.
  int64_t contract_months = 0;
  int64_t first_payment_months = 0;
  std::optional<int64_t> signup_months;
  std::string_view country;  // of the customer's sign-up
  std::string_view segment;
  absl::Span<const event::Attribute> customer_attributes;
  // Partners whose own purchase it is, ACTIVE: PriceLines alone asks them, for
  // their buying price. They need no weight, and earn nothing by this.
  absl::Span<const RatableCredit> buyers;
};

// Sets what follows from days: the day itself, contract year and months.
inline void PlaceInTime(CivilDay on, CivilDay contract_start,
                        CivilDay first_payment_on,
                        std::optional<CivilDay> signup_on,
                        RatablePayment* payment) {
  payment->on = on;
  payment->contract_year = ContractYear(contract_start, on);
  payment->contract_months = MonthsSince(contract_start, on);
  payment->first_payment_months = MonthsSince(first_payment_on, on);
  payment->signup_months.reset();
  if (signup_on) payment->signup_months = MonthsSince(*signup_on, on);
}

// The base of one line under `spec`: never below zero.
inline absl::int128 BaseOf(const event::PaymentLine& line,
                           const BaseSpec& spec) {
  absl::int128 base = line.amount_minor;
  if (spec.subtract_tax) base -= line.tax_minor;
  if (spec.subtract_fee) base -= line.fee_minor;
  if (spec.add_discount) base += line.discount_minor;
  return std::max<absl::int128>(base, 0);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_RATABLE_H_

// Rate -> Accrual: what a payment earns whom, by the rules of a program
// (docs/SEMANTICS.md, section 6). This is the calculator by itself: terms and
// a payment with its credits in, amounts out; no state, no engine.
//
//   RatableCredit credit;          // who is credited, and what it is now
//   credit.kind = PartnerKind::kAffiliate;
//   credit.weight_ppb = kPpb;
//   RatablePayment payment;
//   payment.lines = lines;
//   payment.phase = Phase::kAcquisition;
//   payment.contract_year = 1;
//   payment.credits = absl::MakeConstSpan(&credit, 1);
//   Rating rating;
//   Status s = RatePayment(*program, payment, nullptr, &rating);
//   rating.amounts[0].amount_minor;
//
// Pure, and allocates nothing once `rating` has been used for a payment of the
// same size. Thread-safe for different ratings.
#ifndef VOUCH_RATE_RATE_H_
#define VOUCH_RATE_RATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/program/program.h"

VOUCH_NAMESPACE_BEGIN

// A credit as the rules see it, at the payment's time.
struct RatableCredit {
  Role role = Role::kAcquirer;
  int64_t weight_ppb = 0;
  Channel channel = Channel::kNone;
  PartnerKind kind = PartnerKind::kNone;
  std::string_view group;
  bool active = true;                  // false: earns nothing
  std::optional<Rate> customer_share;  // the code's, else the partner's
};

// The weights of all credits of one role, the vendor's among the acquirers',
// add up to 10^9, those that earn nothing included.
struct RatablePayment {
  absl::Span<const event::PaymentLine> lines;
  Phase phase = Phase::kNone;
  int32_t contract_year = 1;
  absl::Span<const RatableCredit> credits;
  int64_t vendor_weight_ppb = 0;  // stands last in the split, earns nothing
};

// The part of a base that came from one line, by its place in the payment.
struct LineBase {
  std::size_t line = 0;
  int64_t base_minor = 0;
};

// What one credit earns by one rule.
struct RatedAmount {
  std::size_t credit = 0;  // its place in RatablePayment::credits
  std::size_t rule = 0;    // its place in Program::rules()
  int64_t base_minor = 0;
  int64_t amount_minor = 0;    // above zero: nothing of zero is here
  int64_t discount_minor = 0;  // of a budget: the customer's part
  std::size_t first_base = 0;  // its lines in Rating::bases
  std::size_t base_count = 0;
};

struct Rating {
  std::vector<RatedAmount> amounts;  // by credit, then by rule as written
  std::vector<LineBase> bases;
  // Work space, kept to be used again: the rule chosen for each line, and
  // these rules as written.
  std::vector<std::size_t> chosen;
  std::vector<std::size_t> rules;
  std::vector<int64_t> weights;
};

// One rule tried for one line and credit. `failed` names the condition that
// did not hold, empty where all held.
struct RuleTrial {
  std::size_t credit = 0;
  std::size_t line = 0;
  std::size_t rule = 0;
  std::string_view failed;
  std::string wanted;
  std::string actual;
};

// How an amount came about. The exact product before rounding is
// numerator / denominator.
struct AmountTrace {
  std::size_t credit = 0;
  std::size_t rule = 0;
  int64_t base_minor = 0;
  Rate rate;  // the percent of the year, or the budget
  int64_t fixed_minor = 0;
  absl::int128 numerator = 0;
  int64_t denominator = kPpb;
  int64_t rounded_minor = 0;   // the whole amount, or the whole budget
  Rate share;                  // of a budget: the customer's
  int64_t discount_minor = 0;  // of a budget
  int64_t amount_minor = 0;    // this credit's place in the split
};

struct RateTrace {
  std::vector<RuleTrial> trials;
  std::vector<AmountTrace> amounts;
};

// The base of one line under `spec`: never below zero.
absl::int128 BaseOf(const event::PaymentLine& line, const BaseSpec& spec);

// Rates `payment` by the rules of `terms` into `*out`, which is cleared first.
// Fills `*trace` when it is not null. OUT_OF_RANGE when an amount passes 64
// bits; `*out` is then unspecified.
absl::Status RatePayment(const Program& terms, const RatablePayment& payment,
                         RateTrace* trace, Rating* out);

VOUCH_NAMESPACE_END

#include "vouch/rate/rate-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_RATE_H_

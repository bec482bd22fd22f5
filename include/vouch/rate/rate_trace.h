// How a rating came about, as data: every rule that was tried, and every step
// from a base to an amount (docs/SEMANTICS.md, sections 6 and 9).
//
//   RateTrace trace;
//   Status s = RatePayment(*program, payment, &trace, &rating);
//   for (const RuleTrial& trial : trace.trials) ...   // what failed, and why
//   for (const AmountTrace& amount : trace.amounts) ...  // of zero too
//
// Indices are those of the program and of the payment.
#ifndef VOUCH_RATE_RATE_TRACE_H_
#define VOUCH_RATE_RATE_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/program.h"
#include "vouch/rate/months.h"

VOUCH_NAMESPACE_BEGIN

enum class TrialOutcome : uint8_t {
  kFailed,   // a condition, or the kind, what it earns on or the role
  kChosen,   // it pays
  kStacked,  // it pays beside the chosen ones
  kLower,    // HIGHEST: another gives more, or as much and stands before
  // Another budget rule pays the line: one written before, or an acquirer's.
  kAfterBudget,
};

// One rule tried for one line and credit. `failed` names the condition that
// did not hold, empty where all held. Of FIRST_MATCH no rule is tried behind
// the one that matched but those that stack.
struct RuleTrial {
  std::size_t credit = 0;
  std::size_t line = 0;
  std::size_t rule = 0;
  std::string_view failed;
  std::string wanted;
  std::string actual;
  TrialOutcome outcome = TrialOutcome::kFailed;
  // HIGHEST: what the partner would get for this line alone.
  std::optional<int64_t> alone_minor;
};

// A band that pays.
struct BandTrace {
  std::size_t place = 0;  // in Reward::tiers
  Rate percent;
  int64_t fixed_minor = 0;
  int64_t part_minor = 0;  // GRADUATED: what of the partner's share is in it
};

// The tiers of a reward. Without a band the metric is below the first, or in a
// gap.
struct TierTrace {
  Metric metric = Metric::kNone;
  TierMeaning meaning = TierMeaning::kNone;
  MonthSpan period;
  int64_t before = 0;  // the metric before this payment, at least zero
  int64_t after = 0;   // with it; of COMMISSION the same
  std::vector<BandTrace> bands;
};

// A limit that cut, by its field in Limits.
struct LimitTrace {
  std::string_view name;
  int64_t limit = 0;
  int64_t used = 0;  // of it, before
  int64_t before_minor = 0;
  int64_t after_minor = 0;
};

// A period's true-up: target - so far is booked, up or down, but for what
// nobody could earn (ForgoneMove).
struct TrueUpTrace {
  std::string_view rule_id;
  MonthSpan period;
  int64_t base_minor = 0;    // the period's, refunds off
  int64_t target_minor = 0;  // after the limit
  int64_t so_far_minor = 0;  // of an upline with what nobody could earn
  Rounding rounding = Rounding::kHalfEven;  // of the terms that make it
  // Where it goes down: the accrual that gives.
  AccrualId taken_from;
};

// How an amount came about; in the order of Rating::amounts, those of nothing
// between them. The exact product before rounding is numerator / denominator,
// not in lowest terms. A true-up that goes down is told for each accrual that
// gives, and none of a level at which there is no parent.
struct AmountTrace {
  std::size_t credit = 0;
  std::size_t rule = 0;  // kNoRule as in RatedAmount
  int64_t base_minor = 0;
  Rate rate;  // percent and that of the year; of a budget or an upline its own
  // The rule's and the band's in all, beside that how often the rule's counts
  // (lines, units, or 1; 0 where it is spent).
  int64_t fixed_minor = 0;
  int64_t fixed_times = 0;
  bool rate_exception = false;  // the reward is the partner's own
  std::optional<TierTrace> tiers;
  absl::int128 numerator = 0;
  absl::int128 denominator = kPpb;
  int64_t rounded_minor = 0;   // the whole amount, or the whole budget
  Rate share;                  // of a budget: the customer's
  int64_t discount_minor = 0;  // of a budget
  int64_t split_minor = 0;     // this credit's place in the split
  std::vector<LimitTrace> limits;
  int64_t amount_minor = 0;  // what is booked; below zero where taken back

  int32_t level = 0;
  PartnerIndex payee;
  bool payee_earns = true;  // false: the parent is not ACTIVE or refers itself
  UplineOf upline = UplineOf::kNone;  // above level 0
  int64_t upline_of_minor = 0;        // the child's accrual, or the base
  std::optional<TrueUpTrace> true_up;
};

struct RateTrace {
  std::vector<RuleTrial> trials;
  std::vector<AmountTrace> amounts;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_RATE_TRACE_H_

// How much one payee gets from a payment by one rule and why, as data: the part
// of an Explanation that a rule and a payee get.
#ifndef VOUCH_REPORT_EXPLAINED_AMOUNT_H_
#define VOUCH_REPORT_EXPLAINED_AMOUNT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/spec.h"
#include "vouch/rate/rate_trace.h"

VOUCH_NAMESPACE_BEGIN

// Both in decimal text.
struct ExplainedFraction {
  std::string numerator;
  std::string denominator;
};

// One share of a split.
struct ExplainedPart {
  std::string partner_id;  // empty: the vendor's
  int64_t weight_ppb = 0;
  int64_t part_minor = 0;
};

// A band that pays.
struct ExplainedBand {
  int32_t place = 0;  // in the reward, from 1
  std::string percent;
  int64_t fixed_minor = 0;
  int64_t part_minor = 0;  // GRADUATED: what of the partner's share is in it
};

// The tiers of a reward: what their metric stood at in [from, until), and the
// bands that pay. Without a band it is below the first, or in a gap.
struct ExplainedTiers {
  Metric metric = Metric::kNone;
  TierMeaning meaning = TierMeaning::kNone;
  std::optional<CivilDay> from;  // absent: of all time
  std::optional<CivilDay> until;
  int64_t before = 0;
  int64_t after = 0;
  std::vector<ExplainedBand> bands;
};

// What a parent's amount rides on.
struct ExplainedRide {
  std::string child_partner_id;
  bool of_base = false;  // else of the child's accrual
  int64_t of_minor = 0;
  bool earns = true;  // false: nothing_earned says why the parent does not
};

// A period's true-up: target - so far was booked, up or down; of an upline but
// for what nobody at its level could earn, which counts as had so far. One that
// goes down is told for each accrual that gives.
struct ExplainedTrueUp {
  std::optional<CivilDay> from;  // absent: of all time
  std::optional<CivilDay> until;
  int64_t base_minor = 0;
  int64_t target_minor = 0;
  int64_t so_far_minor = 0;
  AccrualId taken_from;  // going down: the accrual that gives
};

// Why a payment, lead or sign-up earned nobody anything, or one of its amounts
// came to nothing.
// Where no credit may earn, why the first may not.
enum class NothingEarned : uint8_t {
  kNone,
  kZeroPayment,
  kNobodyCredited,
  kVendorCredited,  // by the vendor's own sales, whole
  kNotActive,
  kOwnPurchase,
  kNoRuleHeld,
  kRoundedToZero,
  kLimitReached,
  kSpentBefore,
  kBelowFirstTier,
  kZeroBase,
  kAllToCustomer,
  kNothingToTrueUp,
  kNobodyMayEarn,   // some are not ACTIVE, to others it is their own purchase
  kZeroRate,        // the rule's rate is zero, then
  kRidesOnNothing,  // an upline: the child's accrual came to nothing
  kNoRuleForIt,     // the terms have no rule that earns on leads
  kNotQualified,    // the lead never became QUALIFIED
  kQualifiedBefore,
  kLeadNotLive,  // it was rejected, lost or out of its protection
};

// What one payee gets by one rule. The product before rounding is exactly
// numerator / denominator, in minor units.
struct ExplainedAmount {
  std::string partner_id;  // the payee
  std::string rule_id;
  int32_t rule_place = 0;  // in the program, from 1
  Role role = Role::kNone;
  std::vector<int32_t> lines;
  int64_t base_minor = 0;
  bool budget = false;
  std::string rate;             // of the base in all, or the budget: "12.5%"
  std::string percent;          // of that, the rule's percent; empty: none
  std::string year_rate;        // of that, the contract year's; empty: none
  int64_t fixed_minor = 0;      // in all, bands among them
  int64_t fixed_times = 0;      // how often the rule's own counts; 0: spent
  bool fixed_spent = false;     // the rule's own is paid once, and was before
  bool rate_exception = false;  // the reward is the partner's own
  std::optional<ExplainedTiers> tiers;
  std::string numerator;
  std::string denominator;
  ExplainedFraction lowest;  // the same in lowest terms
  Rounding rounding = Rounding::kHalfEven;
  int64_t rounded_minor = 0;   // of a budget: the whole of it
  std::string customer_share;  // of a budget, within the program's bounds
  // Of a budget: whose share that is, "code" or "partner"; "program" where its
  // bounds set it, nobody having given one within them.
  std::string share_from;
  std::string share_given;           // of a budget, the code's, else the
                                     // partner's; empty: nobody gave one
  std::string share_min, share_max;  // of a budget: the program's bounds
  ExplainedFraction discount;  // of a budget: the customer's before rounding
  int64_t discount_minor = 0;  // of a budget: the customer's
  int64_t weight_ppb = 0;
  // Of what was rounded, less a discount, over the credits of the role, the
  // vendor's last; and this credit's place in it, from 1.
  std::vector<ExplainedPart> split;
  int32_t place = 0;
  int64_t split_minor = 0;         // at that place
  std::vector<LimitTrace> limits;  // those that cut it, in their order
  int64_t amount_minor = 0;        // booked; below zero: taken back
  AccrualId accrual_id;            // that it made; none where it made none
  NothingEarned nothing_earned = NothingEarned::kNone;  // why it is zero
  int32_t level = 0;                  // 0: the credited partner
  std::optional<ExplainedRide> ride;  // above level 0
  std::optional<ExplainedTrueUp> true_up;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_EXPLAINED_AMOUNT_H_

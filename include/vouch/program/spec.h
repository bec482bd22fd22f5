// The terms of one merchant's program as they are written: plain values, not
// yet checked. `Program::Build` (vouch/program/program.h) checks them whole
// and compiles them.
//
//   ProgramSpec spec;
//   spec.program_id = "portal";
//   spec.currency = "EUR";
//   spec.time_zone = "Europe/Berlin";
//   RuleSpec rule;
//   rule.rule_id = "first-year";
//   rule.reward.percent = "12.5%";
//   spec.rules.push_back(rule);
//
// Rates are decimal text ("12.5%" or "0.125"), so that nothing is rounded on
// the way in. The defaults here are the product's; docs/SEMANTICS.md, sections
// 4 to 7, gives each its meaning.
#ifndef VOUCH_PROGRAM_SPEC_H_
#define VOUCH_PROGRAM_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vouch/base/config.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// When credit is decided. A first payment without a sign-up converts all the
// same.
enum class Conversion : uint8_t { kNone, kSignup, kFirstPayment };

// How credit is shared among the touches that compete.
enum class Model : uint8_t {
  kNone,
  kFirstTouch,
  kLastTouch,
  kLinear,
  kTimeDecay,
  kPositionBased,
};

// What a DIRECT touch does: nothing; stand in the tier that names it, else in
// whichever competes; or take the decision before leads and tiers.
enum class DirectPolicy : uint8_t { kNone, kIgnore, kCompete, kWin };

// Whether a touch of exactly the window's age is still in it.
enum class WindowEnd : uint8_t { kNone, kExclusive, kInclusive };

// How old a touch of `channel` may be at the conversion: `days` x 24 hours. A
// channel without a window has no limit.
struct WindowSpec {
  Channel channel = Channel::kNone;
  int64_t days = 0;
  WindowEnd end = WindowEnd::kExclusive;
};

enum class Boundary : uint8_t {
  kNone,
  kFirstPaymentOnly,
  kFirstMonths,
  kFirstContractYear,
};

// Which version of the terms rates a payment.
enum class TermsAsOf : uint8_t {
  kNone,
  kPayment,
  kConversion,
  kContractStart,
};

// All that are set must hold; an empty list or an absent bound holds always.
struct ConditionsSpec {
  std::vector<PartnerKind> partner_kinds;
  std::vector<std::string> partner_groups;
  std::vector<Channel> channels;
  std::vector<std::string> products;
  Phase phase = Phase::kNone;
  // Contract years, from 1: `from` is in, `until` is out.
  std::optional<int64_t> contract_year_from;
  std::optional<int64_t> contract_year_until;
};

// What is set is added exactly and rounded once.
struct RewardSpec {
  std::string percent;                        // of the base
  int64_t fixed_minor = 0;                    // per payment, program's currency
  std::vector<std::string> by_contract_year;  // of the base, the last repeats
};

// Exactly one of a reward and a budget.
struct RuleSpec {
  std::string rule_id;
  std::string name;  // for people; changes nothing
  Role role = Role::kAcquirer;
  ConditionsSpec when;
  RewardSpec reward;
  // A rate of the price, shared between the customer's discount and the
  // partner's commission.
  std::string budget;
};

// What of a line is the base of a commission, beside its amount.
struct BaseSpec {
  bool subtract_tax = true;
  bool subtract_fee = false;
  bool add_discount = false;
};

struct PayoutMinimumSpec {
  std::string currency;
  int64_t amount_minor = 0;
};

struct ProgramSpec {
  std::string program_id;
  std::string name;       // for people; changes nothing
  std::string currency;   // ISO 4217
  std::string time_zone;  // IANA name
  Rounding rounding = Rounding::kHalfEven;
  std::optional<Rounding> reversal_rounding;  // absent: as `rounding`
  Conversion conversion = Conversion::kFirstPayment;
  Model model = Model::kLastTouch;
  std::vector<WindowSpec> windows;
  Boundary acquisition = Boundary::kFirstPaymentOnly;
  int64_t acquisition_months = 0;  // for kFirstMonths
  BaseSpec base;
  TermsAsOf terms_as_of = TermsAsOf::kPayment;
  int64_t hold_days = 0;
  std::optional<int64_t> clawback_days;  // absent: every refund reverses
  std::vector<PayoutMinimumSpec> payout_minimum;
  std::string customer_share_min;  // empty: 0
  std::string customer_share_max;  // empty: 100%
  std::vector<RuleSpec> rules;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_SPEC_H_

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

#include "vouch/base/civil.h"
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

// How long a decision holds. kUnbound is the word NONE: every payment is a
// conversion.
enum class BindingSpan : uint8_t { kNone, kLifetime, kMonths, kUnbound };

// Whether a decision without a winner binds.
enum class Organic : uint8_t { kNone, kBind, kRetry };

// The moment from which the days of a lead's protection count.
enum class ProtectionFrom : uint8_t { kNone, kRegistration, kLastActivity };

// How long a live lead excludes every other partner's touches.
struct LeadProtectionSpec {
  int64_t protection_days = 0;
  ProtectionFrom counted_from = ProtectionFrom::kNone;
};

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

// Which of the rules whose conditions hold pay a line, per credit and role.
enum class Choosing : uint8_t { kNone, kFirstMatch, kHighest, kAll };

// What a rule gives: money to the partner, the partner's own buying price, or a
// discount for its customers; the latter two never accrue.
enum class RuleKind : uint8_t {
  kNone,
  kCommission,
  kPrice,
  kCustomerDiscount,
};

// What a commission is earned by.
enum class EarnsOn : uint8_t { kNone, kPayment, kQualifiedLead, kSignup };

// How often a fixed amount is paid. Per customer and per contract year it is
// spent once and not earned again after a refund.
enum class FixedPer : uint8_t {
  kNone,
  kPayment,
  kLine,
  kUnit,
  kCustomer,
  kContractYear,
};

// How bands pay: see docs/SEMANTICS.md, section 6.
enum class TierMeaning : uint8_t {
  kNone,
  kGraduated,
  kWholePayment,
  kProspective,
  kRetroactive,
};

// What an upline's percent is of: the child's accrual, or the base.
enum class UplineOf : uint8_t { kNone, kCommission, kBase };

// What the months of a condition count from.
enum class MonthsAnchor : uint8_t {
  kNone,
  kContractStart,
  kFirstPayment,
  kSignup,
};

// Whose attribute a condition asks for.
enum class AttributeOf : uint8_t { kNone, kPartner, kCustomer, kLine };

// `from` is in, `until` is out; an absent bound is none.
struct RangeSpec {
  std::optional<int64_t> from;
  std::optional<int64_t> until;
};

// Whole civil months since `anchor`, from 0.
struct MonthsSinceSpec {
  MonthsAnchor anchor = MonthsAnchor::kNone;
  RangeSpec months;
};

struct AttributeConditionSpec {
  AttributeOf of = AttributeOf::kNone;
  std::string key;
  std::string value;  // compared byte by byte; absent does not hold
};

// All that are set must hold; an empty list or an absent bound holds always.
struct ConditionsSpec {
  std::vector<std::string> partner_ids;
  std::vector<PartnerKind> partner_kinds;
  std::vector<std::string> partner_groups;
  std::vector<std::string> campaigns;
  std::vector<std::string> codes;  // folded before they are compared
  std::vector<Channel> channels;
  std::vector<std::string> products;
  std::vector<std::string> categories;
  std::vector<std::string> countries;
  std::vector<std::string> segments;
  Phase phase = Phase::kNone;
  RangeSpec contract_year;   // from 1
  RangeSpec payment_number;  // from 1
  std::vector<MonthsSinceSpec> months_since;
  RangeSpec line_amount_minor;  // tax within, program's currency
  RangeSpec quantity;
  std::vector<AttributeConditionSpec> attributes;
  std::optional<CivilDay> effective_from;  // civil dates of the payment
  std::optional<CivilDay> effective_until;
};

struct FixedSpec {
  int64_t amount_minor = 0;  // program's currency
  FixedPer per = FixedPer::kPayment;
};

// One band: [from, until) of the metric; without `until` up to the next band.
struct TierSpec {
  int64_t from = 0;
  std::optional<int64_t> until;
  std::string percent;             // of the base
  int64_t fixed_amount_minor = 0;  // program's currency
};

// What is set is added exactly and rounded once.
struct RewardSpec {
  std::string percent;  // of the base
  FixedSpec fixed;
  std::vector<std::string> by_contract_year;  // of the base, the last repeats
  std::vector<TierSpec> tiers;                // ascending
  Metric tier_metric = Metric::kNone;
  Period tier_period = Period::kNone;
  TierMeaning tier_meaning = TierMeaning::kNone;
};

// What the parent `level` steps above the earning partner earns on top.
struct UplineSpec {
  int64_t level = 0;  // from 1
  UplineOf of = UplineOf::kNone;
  std::string percent;
};

// Takes the place of the rule's reward for one partner.
struct RateExceptionSpec {
  std::string partner_id;
  RewardSpec reward;
};

struct AmountPerPeriodSpec {
  int64_t amount_minor = 0;
  Period period = Period::kNone;
};

// What a rule pays one partner at most, after the split; absent: no limit.
struct LimitsSpec {
  std::optional<int64_t> payments_per_customer;
  std::optional<int64_t> months;  // from the contract's start
  std::optional<int64_t> contract_years;
  std::optional<int64_t> amount_per_customer_minor;
  std::optional<AmountPerPeriodSpec> amount_per_period;
};

// A commission has exactly one of a reward and a budget, a price or customer's
// discount a price_percent.
struct RuleSpec {
  std::string rule_id;
  std::string name;  // for people; changes nothing
  RuleKind kind = RuleKind::kCommission;
  Role role = Role::kAcquirer;
  EarnsOn earns_on = EarnsOn::kPayment;
  bool stack = false;  // pays beside the chosen rules
  ConditionsSpec when;
  RewardSpec reward;
  // A rate of the price, shared between the customer's discount and the
  // partner's commission.
  std::string budget;
  std::string price_percent;
  std::vector<UplineSpec> uplines;
  std::vector<RateExceptionSpec> rate_exceptions;
  LimitsSpec limits;
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
  int64_t half_life_days = 0;  // TIME_DECAY: the age that weighs half
  std::string first_share;     // POSITION_BASED: of the first touch
  std::string last_share;      // POSITION_BASED: of the last
  std::vector<WindowSpec> windows;
  // Highest first; empty: all channels stand in one.
  std::vector<std::vector<Channel>> tiers;
  BindingSpan binding = BindingSpan::kLifetime;
  int64_t binding_months = 0;  // for kMonths
  Organic organic = Organic::kBind;
  DirectPolicy direct = DirectPolicy::kIgnore;
  // Absent: a lead that is not rejected or lost lives without end.
  std::optional<LeadProtectionSpec> lead_protection;
  bool allow_self_referral = false;
  Boundary acquisition = Boundary::kFirstPaymentOnly;
  int64_t acquisition_months = 0;  // for kFirstMonths
  BaseSpec base;
  Choosing choosing = Choosing::kFirstMatch;
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

// A program's terms, checked and compiled: built once, then immutable.
//
//   Mistakes mistakes;
//   std::shared_ptr<const Program> program = Program::Build(spec, &mistakes);
//   if (program == nullptr) std::cerr << mistakes.ToString();
//
// Building lists every mistake with its path and an advice; there is no
// program that is half right. What the stages read on their way is laid out
// here in the form in which they read it: parsed rates, bit sets of words,
// microseconds. A Program may be shared by any number of threads.
#ifndef VOUCH_PROGRAM_PROGRAM_H_
#define VOUCH_PROGRAM_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

// A set of words of one list. The empty set stands for "any".
template <typename E>
class WordSet {
 public:
  void Add(E value) { bits_ |= 1u << static_cast<unsigned>(value); }
  bool any() const { return bits_ == 0; }
  bool Has(E value) const {
    return any() || ((bits_ >> static_cast<unsigned>(value)) & 1) != 0;
  }

 private:
  uint32_t bits_ = 0;
};

// From `from`, in, to `until`, out.
struct Range {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t until = std::numeric_limits<int64_t>::max();

  bool Has(int64_t value) const { return value >= from && value < until; }
};

struct MonthsSince {
  MonthsAnchor anchor = MonthsAnchor::kNone;
  Range months;
};

struct AttributeCondition {
  AttributeOf of = AttributeOf::kNone;
  std::string key;
  std::string value;
};

// What must hold for a rule (docs/SEMANTICS.md, section 6, "Choosing"). An
// empty list stands for "any".
struct Conditions {
  std::vector<std::string> partner_ids;
  WordSet<PartnerKind> partner_kinds;
  std::vector<std::string> partner_groups;
  std::vector<std::string> campaigns;
  std::vector<std::string> codes;  // folded
  WordSet<Channel> channels;
  std::vector<std::string> products;
  std::vector<std::string> categories;
  std::vector<std::string> countries;
  std::vector<std::string> segments;
  WordSet<Phase> phases;
  Range contract_years;
  Range payment_numbers;
  std::vector<MonthsSince> months_since;
  Range line_amount_minor;
  Range quantity;
  std::vector<AttributeCondition> attributes;
  std::optional<CivilDay> effective_from;   // in
  std::optional<CivilDay> effective_until;  // out
};

// A band of [from, until); what it pays, of the base and once.
struct Tier {
  int64_t from = 0;
  int64_t until = std::numeric_limits<int64_t>::max();
  Rate percent;
  int64_t fixed_minor = 0;
};

// All parts are added exactly and rounded once.
struct Reward {
  Rate percent;
  int64_t fixed_minor = 0;
  FixedPer fixed_per = FixedPer::kPayment;
  std::vector<Rate> by_contract_year;
  std::vector<Tier> tiers;  // ascending; empty: none of the three below
  Metric tier_metric = Metric::kNone;
  Period tier_period = Period::kNone;
  TierMeaning tier_meaning = TierMeaning::kNone;

  // The percent and that of `contract_year` (from 1) added; tiers apart.
  Rate RateOfYear(int64_t contract_year) const;
  // The band that holds `metric`; nullptr below the first and in a gap.
  const Tier* BandOf(int64_t metric) const;
};

struct Upline {
  int32_t level = 0;  // from 1
  UplineOf of = UplineOf::kNone;
  Rate percent;
};

struct RateException {
  std::string partner_id;
  Reward reward;
};

// Per partner; absent: no limit.
struct Limits {
  std::optional<int64_t> payments_per_customer;
  std::optional<int64_t> months;          // from the contract's start
  std::optional<int64_t> contract_years;  // the first so many
  std::optional<int64_t> amount_per_customer_minor;
  std::optional<int64_t> amount_per_period_minor;
  Period period = Period::kNone;  // of the one above
};

struct Rule {
  std::string rule_id;
  RuleKind kind = RuleKind::kCommission;
  Role role = Role::kAcquirer;
  EarnsOn earns_on = EarnsOn::kPayment;
  bool stack = false;
  Conditions when;
  std::optional<Rate> budget;  // in place of the reward
  Reward reward;
  Rate price_percent;           // of the two kinds of price
  std::vector<Upline> uplines;  // ascending by level
  std::vector<RateException> rate_exceptions;
  Limits limits;

  // The reward of a partner: its rate exception, else the rule's.
  const Reward& RewardOf(std::string_view partner_id) const;
};

// A channel's window; without one every age is inside.
struct Window {
  int64_t length_us = std::numeric_limits<int64_t>::max();
  bool inclusive = false;

  bool Holds(int64_t age_us) const {
    return age_us < length_us || (inclusive && age_us == length_us);
  }
};

// How long a live lead excludes other partners, from which moment on.
struct LeadProtection {
  int64_t length_us = 0;
  bool from_last_activity = false;
};

// The tier of a channel that no tier names.
inline constexpr int kNoTier = 0;

class Program {
 public:
  // Checks and compiles `spec`. Without a mistake gives the program; else
  // nullptr, and every mistake is added to `*mistakes`. When `*mistakes` has
  // some already, the result is nullptr all the same.
  static std::shared_ptr<const Program> Build(const ProgramSpec& spec,
                                              Mistakes* mistakes);

  std::string_view program_id() const { return program_id_; }
  Currency currency() const { return currency_; }
  const TimeZone& time_zone() const { return time_zone_; }
  Rounding rounding() const { return rounding_; }
  Rounding reversal_rounding() const { return reversal_rounding_; }
  Conversion conversion() const { return conversion_; }
  Model model() const { return model_; }
  // Of TIME_DECAY and POSITION_BASED; zero for the other models.
  int64_t half_life_us() const { return half_life_us_; }
  Rate first_share() const { return first_share_; }
  Rate last_share() const { return last_share_; }
  // Whether the program has tiers; without, all channels stand in tier 1.
  bool has_tiers() const { return has_tiers_; }
  // From 1, the highest; kNoTier where tiers do not name `channel`.
  int TierOf(Channel channel) const {
    return tiers_[static_cast<std::size_t>(channel)];
  }
  BindingSpan binding() const { return binding_; }
  int64_t binding_months() const { return binding_months_; }
  Organic organic() const { return organic_; }
  DirectPolicy direct() const { return direct_; }
  // Absent: a lead lives without end.
  const std::optional<LeadProtection>& lead_protection() const {
    return lead_protection_;
  }
  bool allow_self_referral() const { return allow_self_referral_; }
  const Window& window(Channel channel) const {
    return windows_[static_cast<std::size_t>(channel)];
  }
  Boundary acquisition() const { return acquisition_; }
  int64_t acquisition_months() const { return acquisition_months_; }
  const BaseSpec& base() const { return base_; }
  Choosing choosing() const { return choosing_; }
  TermsAsOf terms_as_of() const { return terms_as_of_; }
  int64_t hold_us() const { return hold_us_; }
  // A refund this long after its payment, or longer, reverses nothing.
  std::optional<int64_t> clawback_us() const { return clawback_us_; }
  // 0 where the program sets none for `currency`.
  int64_t PayoutMinimum(Currency currency) const;
  Rate customer_share_min() const { return share_min_; }
  Rate customer_share_max() const { return share_max_; }
  // `share` within the program's bounds; absent: 0, then cut.
  Rate CutShare(std::optional<Rate> share) const;
  const std::vector<Rule>& rules() const { return rules_; }

 private:
  friend class ProgramBuilder;
  Program() = default;

  // By size, so that no room is lost between them.
  static constexpr std::size_t kChannels =
      internal::Words<Channel>::kList.size() + 1;
  std::array<Window, kChannels> windows_;
  TimeZone time_zone_;
  std::string program_id_;
  std::vector<std::pair<Currency, int64_t>> payout_minimum_;
  std::vector<Rule> rules_;
  std::optional<LeadProtection> lead_protection_;
  std::optional<int64_t> clawback_us_;
  int64_t half_life_us_ = 0;
  Rate first_share_;
  Rate last_share_;
  int64_t binding_months_ = 0;
  int64_t acquisition_months_ = 0;
  int64_t hold_us_ = 0;
  Rate share_min_;
  Rate share_max_ = Rate::FromPpb(kPpb);
  std::array<int, kChannels> tiers_ = {};
  Currency currency_;
  Rounding rounding_ = Rounding::kHalfEven;
  Rounding reversal_rounding_ = Rounding::kHalfEven;
  Conversion conversion_ = Conversion::kFirstPayment;
  Model model_ = Model::kLastTouch;
  bool has_tiers_ = false;
  BindingSpan binding_ = BindingSpan::kLifetime;
  Organic organic_ = Organic::kBind;
  DirectPolicy direct_ = DirectPolicy::kIgnore;
  bool allow_self_referral_ = false;
  Boundary acquisition_ = Boundary::kFirstPaymentOnly;
  BaseSpec base_;
  Choosing choosing_ = Choosing::kFirstMatch;
  TermsAsOf terms_as_of_ = TermsAsOf::kPayment;
};

VOUCH_NAMESPACE_END

#include "vouch/program/program-inl.h"  // IWYU pragma: export

#endif  // VOUCH_PROGRAM_PROGRAM_H_

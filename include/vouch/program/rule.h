// One rule of a program in the form in which it is rated: whom it pays, when
// and how much (docs/SEMANTICS.md, section 6). Program::Build makes it from a
// RuleSpec (vouch/program/spec.h).
//
//   const Reward& reward = rule.RewardOf("anna");
//   Rate rate = reward.RateOfYear(2);
//   const Tier* band = reward.BandOf(metric);
//
// Plain values; reading is thread-safe.
#ifndef VOUCH_PROGRAM_RULE_H_
#define VOUCH_PROGRAM_RULE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

// A set of words of one list. The empty set stands for "any".
template <typename E>
class WordSet {
 public:
  void Add(E value) { bits_ |= 1u << static_cast<unsigned>(value); }
  bool any() const { return bits_ == 0; }
  bool Has(E value) const {
    const auto bit = static_cast<unsigned>(value);
    return any() || (bit < 32 && ((bits_ >> bit) & 1) != 0);
  }

 private:
  uint32_t bits_ = 0;
};

// From `from`, in, to `until`, out; the greatest `until` is no end.
struct Range {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t until = std::numeric_limits<int64_t>::max();

  bool Has(int64_t value) const {
    return value >= from && (value < until || OpenEnd());
  }
  bool OpenEnd() const { return until == std::numeric_limits<int64_t>::max(); }
  // Whether it bounds nothing.
  bool any() const {
    return from == std::numeric_limits<int64_t>::min() && OpenEnd();
  }
};

// Whole civil months since an anchor, as vouch/base/civil.h counts them.
struct MonthsCondition {
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
  std::vector<MonthsCondition> months_since;
  Range line_amount_minor;
  Range quantity;
  std::vector<AttributeCondition> attributes;
  std::optional<CivilDay> effective_from;   // in
  std::optional<CivilDay> effective_until;  // out
};

// A band of the metric, as a Range is one; what it pays, of the base and once.
struct Tier {
  int64_t from = 0;
  int64_t until = std::numeric_limits<int64_t>::max();
  Rate percent;
  int64_t fixed_minor = 0;
};

// What is paid: all parts are added exactly and rounded once.
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
  Rate price_percent;                          // of the two kinds of price
  std::vector<Upline> uplines;                 // ascending by level
  std::vector<RateException> rate_exceptions;  // ascending by partner
  Limits limits;

  // The reward of a partner: its rate exception, else the rule's.
  const Reward& RewardOf(std::string_view partner_id) const;
};

inline Rate Reward::RateOfYear(int64_t contract_year) const {
  int64_t ppb = percent.ppb();
  if (!by_contract_year.empty()) {
    const auto last = static_cast<int64_t>(by_contract_year.size());
    const int64_t place = std::clamp<int64_t>(contract_year, 1, last) - 1;
    ppb += by_contract_year[static_cast<std::size_t>(place)].ppb();
  }
  return Rate::FromPpb(ppb);
}

inline const Tier* Reward::BandOf(int64_t metric) const {
  const auto after = std::upper_bound(
      tiers.begin(), tiers.end(), metric,
      [](int64_t value, const Tier& tier) { return value < tier.from; });
  if (after == tiers.begin()) return nullptr;
  const Tier& tier = *(after - 1);
  return Range{tier.from, tier.until}.Has(metric) ? &tier : nullptr;
}

inline const Reward& Rule::RewardOf(std::string_view partner_id) const {
  const auto found = std::lower_bound(
      rate_exceptions.begin(), rate_exceptions.end(), partner_id,
      [](const RateException& exception, std::string_view id) {
        return exception.partner_id < id;
      });
  return found == rate_exceptions.end() || found->partner_id != partner_id
             ? reward
             : found->reward;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_RULE_H_

// Random programs with every term of the calculator, valid each of them, in
// versions: which rule is of what nature stays, what it says may change.
//
//   Random random(42);
//   RatingTerms terms(&random, "p42");
//   ProgramSpec first = terms.AnyVersion();
//   ProgramSpec second = terms.AnyVersion();
#ifndef VOUCH_TESTS_SUPPORT_RATING_TERMS_H_
#define VOUCH_TESTS_SUPPORT_RATING_TERMS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/history.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/words.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

class RatingTerms {
 public:
  RatingTerms(Random* random, std::string program_id)
      : random_(*random), program_id_(std::move(program_id)) {
    currency_ = random_.Of<std::string>({"EUR", "EUR", "EUR", "JPY", "KWD"});
    zone_ =
        random_.Of<std::string>({"Europe/Berlin", "UTC", "America/New_York"});
    const int64_t count = random_.Between(1, 6);
    for (int64_t i = 1; i <= count; ++i) AddNature(absl::StrCat("r", i));
  }

  const std::string& currency() const { return currency_; }
  const std::string& zone() const { return zone_; }
  ProgramSpec AnyVersion();

 private:
  enum class Kind : uint8_t {
    kPlain,
    kTiers,
    kRetroactive,
    kBudget,
    kLead,
    kSignup,
    kPrice,
    kDiscount,
  };
  // What a rule stays across versions.
  struct Nature {
    std::string id;
    Kind kind = Kind::kPlain;
    Role role = Role::kAcquirer;
    Period period = Period::kNone;
    Metric metric = Metric::kNone;
    bool has_uplines = false;
  };

  void AddNature(std::string id);
  std::string AnyRate() {
    return random_.Of<std::string>({"10%", "10%", "50%", "7.9%", "33.3333333%",
                                    "0%", "100%", "12.5%", "0.005", "150%"});
  }
  std::string AnyShareRate() {
    return random_.Of<std::string>(
        {"10%", "30%", "33.3333333%", "50%", "100%"});
  }
  int64_t AnyAmount() {
    return random_.Of<int64_t>({1, 5, 10, 10, 20, 50, 100});
  }

  void AddAttribution(ProgramSpec* spec);
  void AddCommission(ProgramSpec* spec);
  RuleSpec AnyRule(const Nature& nature, const ProgramSpec& spec);
  void AddConditions(const Nature& nature, ConditionsSpec* when);
  void AddLineConditions(ConditionsSpec* when);
  RangeSpec AnyRange(int64_t least, const std::vector<int64_t>& bounds);
  RewardSpec AnyReward(const Nature& nature);
  void AddTiers(const Nature& nature, RewardSpec* reward);
  void AddUplines(const Nature& nature, RuleSpec* rule);
  void AddLimits(const Nature& nature, LimitsSpec* limits);

  Random& random_;
  std::string program_id_;
  std::string currency_;
  std::string zone_;
  std::vector<Nature> natures_;
  int64_t versions_ = 0;
};

inline void RatingTerms::AddNature(std::string id) {
  Nature nature;
  nature.id = std::move(id);
  nature.kind = random_.Of<Kind>(
      {Kind::kPlain, Kind::kPlain, Kind::kPlain, Kind::kTiers, Kind::kTiers,
       Kind::kTiers, Kind::kRetroactive, Kind::kRetroactive, Kind::kBudget,
       Kind::kLead, Kind::kSignup, Kind::kPrice, Kind::kDiscount});
  if (random_.OneIn(nature.kind == Kind::kBudget ? 2 : 4) &&
      nature.kind != Kind::kLead && nature.kind != Kind::kSignup) {
    nature.role = Role::kServicer;
  }
  nature.period = static_cast<Period>(random_.Between(1, 4));
  nature.metric = static_cast<Metric>(
      random_.Between(1, nature.kind == Kind::kRetroactive ? 4 : 5));
  nature.has_uplines = random_.OneIn(3);
  natures_.push_back(std::move(nature));
}

inline ProgramSpec RatingTerms::AnyVersion() {
  ProgramSpec spec;
  spec.program_id = program_id_;
  spec.currency = currency_;
  spec.time_zone = zone_;
  AddAttribution(&spec);
  AddCommission(&spec);
  ++versions_;
  for (const Nature& nature : natures_) {
    if (versions_ > 1 && random_.OneIn(6)) continue;
    spec.rules.push_back(AnyRule(nature, spec));
  }
  if (spec.rules.size() > 1 && random_.OneIn(3)) {
    std::swap(spec.rules.front(), spec.rules.back());
  }
  if (spec.rules.empty()) spec.rules.push_back(AnyRule(natures_[0], spec));
  return spec;
}

// Touches of life are few here: who is credited is the law of others.
inline void RatingTerms::AddAttribution(ProgramSpec* spec) {
  if (random_.OneIn(4)) spec->conversion = Conversion::kSignup;
  spec->model =
      random_.Of<Model>({Model::kLastTouch, Model::kFirstTouch, Model::kLinear,
                         Model::kLinear, Model::kPositionBased});
  if (spec->model == Model::kPositionBased) {
    spec->first_share = "40%";
    spec->last_share = "33.3333333%";
  }
  const int64_t binding = random_.Below(5);
  if (binding == 0) {
    spec->binding = BindingSpan::kMonths;
    spec->binding_months = random_.Between(1, 12);
  } else if (binding == 1) {
    spec->binding = BindingSpan::kUnbound;
  }
  if (random_.OneIn(2)) spec->organic = Organic::kRetry;
  if (random_.OneIn(2)) spec->direct = DirectPolicy::kCompete;
  if (random_.OneIn(3)) {
    spec->lead_protection = {30, ProtectionFrom::kRegistration};
  }
  spec->allow_self_referral = random_.OneIn(3);
}

inline void RatingTerms::AddCommission(ProgramSpec* spec) {
  if (!random_.OneIn(3)) spec->rounding = AnyRounding(&random_);
  if (random_.OneIn(3)) spec->reversal_rounding = AnyRounding(&random_);
  const int64_t boundary = random_.Below(3);
  if (boundary == 1) {
    spec->acquisition = Boundary::kFirstMonths;
    spec->acquisition_months = random_.Between(1, 3);
  } else if (boundary == 2) {
    spec->acquisition = Boundary::kFirstContractYear;
  }
  spec->base.subtract_tax = !random_.OneIn(4);
  spec->base.subtract_fee = random_.OneIn(3);
  spec->base.add_discount = random_.OneIn(3);
  spec->choosing = static_cast<Choosing>(random_.Between(1, 3));
  spec->terms_as_of = random_.Of<TermsAsOf>(
      {TermsAsOf::kPayment, TermsAsOf::kPayment, TermsAsOf::kConversion,
       TermsAsOf::kContractStart});
  if (random_.OneIn(2)) spec->hold_days = 10;
  if (random_.OneIn(6)) spec->clawback_days = random_.OneIn(8) ? 0 : 30;
  if (random_.OneIn(3)) spec->customer_share_min = "10%";
  if (random_.OneIn(3)) spec->customer_share_max = "60%";
  if (versions_ > 0 && random_.OneIn(4)) spec->customer_share_min = "40%";
}

inline RuleSpec RatingTerms::AnyRule(const Nature& nature,
                                     const ProgramSpec& spec) {
  RuleSpec rule;
  rule.rule_id = nature.id;
  rule.role = nature.role;
  AddConditions(nature, &rule.when);
  if (nature.kind == Kind::kPrice || nature.kind == Kind::kDiscount) {
    rule.kind = nature.kind == Kind::kPrice ? RuleKind::kPrice
                                            : RuleKind::kCustomerDiscount;
    rule.price_percent = AnyShareRate();
    return rule;
  }
  rule.stack = random_.OneIn(5);
  if (nature.kind == Kind::kLead) rule.earns_on = EarnsOn::kQualifiedLead;
  if (nature.kind == Kind::kSignup) rule.earns_on = EarnsOn::kSignup;
  if (nature.kind == Kind::kBudget) {
    rule.budget = AnyShareRate();
  } else {
    rule.reward = AnyReward(nature);
    if (random_.OneIn(6)) {
      rule.rate_exceptions.push_back({"anna", AnyReward(nature)});
    }
  }
  // What a true-up would be worth for a line alone is not said.
  if (nature.kind == Kind::kRetroactive &&
      spec.choosing == Choosing::kHighest) {
    rule.stack = true;
  }
  AddUplines(nature, &rule);
  AddLimits(nature, &rule.limits);
  return rule;
}

inline RangeSpec RatingTerms::AnyRange(int64_t least,
                                       const std::vector<int64_t>& bounds) {
  RangeSpec range;
  if (random_.OneIn(2)) {
    range.from = random_.Of(bounds);
  } else {
    range.until = std::max(random_.Of(bounds), least + 1);
  }
  if (range.from && random_.OneIn(3)) range.until = *range.from + 1;
  return range;
}

inline void RatingTerms::AddConditions(const Nature& nature,
                                       ConditionsSpec* when) {
  constexpr int64_t kRare = 24;
  if (random_.OneIn(kRare)) when->partner_ids = {"anna", "dora"};
  if (random_.OneIn(kRare)) when->partner_kinds = {PartnerKind::kAffiliate};
  if (random_.OneIn(kRare)) when->partner_groups = {"gold"};
  if (random_.OneIn(kRare)) when->campaigns = {"spring"};
  if (random_.OneIn(kRare)) when->codes = {"aA 1", "zz"};
  if (random_.OneIn(kRare)) {
    when->channels = {Channel::kCode, Channel::kLead};
  }
  if (random_.OneIn(kRare)) when->countries = {"DE"};
  if (random_.OneIn(kRare)) when->segments = {"large", "huge"};
  if (random_.OneIn(kRare)) {
    when->phase = random_.OneIn(2) ? Phase::kAcquisition : Phase::kRetention;
  }
  if (random_.OneIn(kRare)) when->contract_year = AnyRange(1, {1, 2});
  if (random_.OneIn(kRare)) {
    const auto of =
        random_.OneIn(2) ? AttributeOf::kPartner : AttributeOf::kCustomer;
    when->attributes.push_back(
        {of, of == AttributeOf::kPartner ? "grade" : "size", "a"});
  }
  if (random_.OneIn(kRare)) when->effective_from = CivilDay(2024, 3, 1);
  if (random_.OneIn(kRare)) when->effective_until = CivilDay(2025, 3, 1);
  if (nature.kind == Kind::kLead || nature.kind == Kind::kSignup) return;
  if (random_.OneIn(kRare)) when->payment_number = AnyRange(1, {1, 2, 3});
  if (random_.OneIn(kRare)) {
    const auto anchor = static_cast<MonthsAnchor>(random_.Between(1, 3));
    when->months_since.push_back({anchor, AnyRange(0, {1, 2, 12})});
  }
  AddLineConditions(when);
}

inline void RatingTerms::AddLineConditions(ConditionsSpec* when) {
  constexpr int64_t kRare = 16;
  if (random_.OneIn(kRare)) when->products = {"basic"};
  if (random_.OneIn(kRare)) when->categories = {"cloud"};
  if (random_.OneIn(kRare)) {
    when->line_amount_minor = AnyRange(0, {1, 50, 100, 101});
  }
  if (random_.OneIn(kRare)) when->quantity = AnyRange(0, {1, 2});
  if (random_.OneIn(kRare)) {
    when->attributes.push_back({AttributeOf::kLine, "plan", "a"});
  }
}

inline RewardSpec RatingTerms::AnyReward(const Nature& nature) {
  RewardSpec reward;
  if (nature.kind == Kind::kLead || nature.kind == Kind::kSignup) {
    reward.fixed.amount_minor = AnyAmount();
    return reward;
  }
  const bool tiers = nature.kind != Kind::kPlain;
  if (tiers) AddTiers(nature, &reward);
  if (nature.kind == Kind::kRetroactive) return reward;
  const int64_t often = tiers ? 4 : 2;
  if (random_.OneIn(often)) reward.percent = AnyRate();
  if (random_.OneIn(often)) {
    reward.fixed.amount_minor = AnyAmount();
    reward.fixed.per = static_cast<FixedPer>(random_.Between(1, 5));
  }
  if (random_.OneIn(often)) {
    for (int64_t i = random_.Between(1, 3); i > 0; --i) {
      reward.by_contract_year.push_back(AnyRate());
    }
  }
  if (!tiers && reward.percent.empty() && reward.fixed.amount_minor == 0 &&
      reward.by_contract_year.empty()) {
    reward.percent = AnyRate();
  }
  return reward;
}

inline void RatingTerms::AddTiers(const Nature& nature, RewardSpec* reward) {
  reward->tier_metric = nature.metric;
  reward->tier_period = nature.period;
  const bool revenue = nature.metric == Metric::kRevenue;
  if (nature.kind == Kind::kRetroactive) {
    reward->tier_meaning = TierMeaning::kRetroactive;
  } else if (nature.metric == Metric::kCommission) {
    reward->tier_meaning = TierMeaning::kProspective;
  } else if (revenue && random_.OneIn(2)) {
    reward->tier_meaning = TierMeaning::kGraduated;
  } else {
    reward->tier_meaning = random_.OneIn(2) ? TierMeaning::kWholePayment
                                            : TierMeaning::kProspective;
  }
  const std::vector<int64_t> bounds =
      revenue || nature.metric == Metric::kCommission
          ? std::vector<int64_t>{0, 10, 50, 100, 150, 200, 300, 1000}
          : std::vector<int64_t>{0, 1, 2, 3, 4};
  auto bound = static_cast<std::size_t>(random_.Below(2));
  for (int64_t i = random_.Between(1, 3); i > 0 && bound < bounds.size(); --i) {
    TierSpec tier;
    tier.from = bounds[bound];
    if (random_.OneIn(8)) tier.until = tier.from + 1;
    tier.percent = AnyRate();
    if (reward->tier_meaning != TierMeaning::kGraduated && random_.OneIn(3)) {
      tier.fixed_amount_minor = AnyAmount();
      if (random_.OneIn(3)) tier.percent.clear();
    }
    reward->tiers.push_back(std::move(tier));
    bound += static_cast<std::size_t>(random_.Between(1, 2));
  }
}

inline void RatingTerms::AddUplines(const Nature& nature, RuleSpec* rule) {
  if (!nature.has_uplines) return;
  const bool of_lead =
      nature.kind == Kind::kLead || nature.kind == Kind::kSignup;
  const int64_t levels = random_.Between(1, 3);
  for (int64_t level = 1; level <= levels; ++level) {
    if (random_.OneIn(4)) continue;
    UplineOf of =
        !of_lead && random_.OneIn(2) ? UplineOf::kBase : UplineOf::kCommission;
    // What a level of true-ups is of stays.
    if (nature.kind == Kind::kRetroactive) {
      of = level == 1 ? UplineOf::kCommission : UplineOf::kBase;
    }
    rule->uplines.push_back({level, of, AnyRate()});
  }
  if (rule->uplines.size() > 1 && random_.OneIn(4)) {
    std::swap(rule->uplines.front(), rule->uplines.back());
  }
}

inline void RatingTerms::AddLimits(const Nature& nature, LimitsSpec* limits) {
  if (random_.OneIn(4)) {
    limits->amount_per_period = {
        AnyAmount(), nature.kind == Kind::kRetroactive
                         ? nature.period
                         : static_cast<Period>(random_.Between(1, 4))};
  }
  if (nature.kind == Kind::kRetroactive) return;
  if (random_.OneIn(4)) limits->amount_per_customer_minor = AnyAmount();
  if (random_.OneIn(8)) limits->months = random_.Of<int64_t>({1, 2, 12});
  if (random_.OneIn(8)) limits->contract_years = random_.Between(1, 2);
  if (nature.kind == Kind::kLead || nature.kind == Kind::kSignup) return;
  if (random_.OneIn(6)) limits->payments_per_customer = random_.Between(1, 3);
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_RATING_TERMS_H_

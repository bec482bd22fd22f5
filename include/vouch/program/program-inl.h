#ifndef VOUCH_PROGRAM_PROGRAM_INL_H_
#define VOUCH_PROGRAM_PROGRAM_INL_H_

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/program/program.h"

VOUCH_NAMESPACE_BEGIN

inline Rate Rule::RateOfYear(int64_t contract_year) const {
  int64_t ppb = percent.ppb();
  if (!by_contract_year.empty()) {
    const auto last = static_cast<int64_t>(by_contract_year.size());
    const int64_t place = std::clamp<int64_t>(contract_year, 1, last) - 1;
    ppb += by_contract_year[static_cast<std::size_t>(place)].ppb();
  }
  return Rate::FromPpb(ppb);
}

inline int64_t Program::PayoutMinimum(Currency currency) const {
  for (const auto& [of, amount_minor] : payout_minimum_) {
    if (of == currency) return amount_minor;
  }
  return 0;
}

inline Rate Program::CutShare(std::optional<Rate> share) const {
  return std::clamp(share.value_or(Rate()), share_min_, share_max_);
}

// Checks a spec part by part; each part adds its own mistakes.
class ProgramBuilder {
 public:
  ProgramBuilder(const ProgramSpec& spec, Mistakes* mistakes)
      : spec_(spec), mistakes_(*mistakes) {}

  std::shared_ptr<const Program> Build() {
    Names();
    Attribution();
    Commission();
    Settlement();
    if (spec_.rules.size() > kMaxRules) {
      Wrong("rules", absl::StrCat("more than ", kMaxRules),
            "join rules that pay the same");
      return nullptr;
    }
    for (std::size_t i = 0; i < spec_.rules.size(); ++i) {
      AddRule(spec_.rules[i], absl::StrCat("rules[", i, "]"));
    }
    if (!mistakes_.empty()) return nullptr;
    return std::make_shared<const Program>(std::move(program_));
  }

 private:
  void Wrong(std::string path, std::string problem, std::string advice) {
    mistakes_.Add(std::move(path), std::move(problem), std::move(advice));
  }
  // The reason of a status "field: reason"; the path names the field already.
  void WrongStatus(std::string path, const absl::Status& status,
                   std::string advice) {
    const std::string message(status.message());
    const std::size_t colon = message.find(": ");
    Wrong(std::move(path),
          colon == std::string::npos ? message : message.substr(colon + 2),
          std::move(advice));
  }

  // Whether `value` is a choice of its list, whose last one is `last`. A spec
  // may come as bytes, with numbers that this version does not know.
  template <typename E>
  bool Known(std::string path, E value, E last, bool may_be_zero = false) {
    if (value <= last && (may_be_zero || value != E())) return true;
    Wrong(std::move(path), "missing or unknown",
          "choose one of the words of this field");
    return false;
  }

  void Names() {
    program_.program_id_ = spec_.program_id;
    const std::string_view id_problem = IdProblem(spec_.program_id);
    if (!id_problem.empty()) {
      Wrong("program_id", std::string(id_problem),
            "name the program as its events will");
    }
    if (auto currency = Currency::Parse(spec_.currency); currency.ok()) {
      program_.currency_ = *currency;
    } else {
      WrongStatus("currency", currency.status(),
                  "write an ISO 4217 code such as EUR");
    }
    if (auto zone = TimeZone::Load(spec_.time_zone); zone.ok()) {
      program_.time_zone_ = *zone;
    } else {
      WrongStatus("time_zone", zone.status(),
                  "write an IANA name such as Europe/Berlin or UTC");
    }
  }

  void Attribution() {
    Known("conversion", spec_.conversion, Conversion::kFirstPayment);
    program_.conversion_ = spec_.conversion;
    AddModel();
    AddTiers();
    AddBinding();
    Known("attribution.organic", spec_.organic, Organic::kRetry);
    Known("attribution.direct", spec_.direct, DirectPolicy::kWin);
    program_.organic_ = spec_.organic;
    program_.direct_ = spec_.direct;
    program_.allow_self_referral_ = spec_.allow_self_referral;
    if (spec_.lead_protection) AddProtection(*spec_.lead_protection);
    for (std::size_t i = 0; i < spec_.windows.size(); ++i) {
      AddWindow(spec_.windows[i], absl::StrCat("attribution.windows[", i, "]"));
    }
  }

  void AddModel() {
    if (!Known("attribution.model", spec_.model, Model::kPositionBased)) return;
    program_.model_ = spec_.model;
    const bool decays = spec_.model == Model::kTimeDecay;
    if (decays &&
        (spec_.half_life_days < 1 || spec_.half_life_days > kMaxDays)) {
      Wrong("attribution.half_life_days",
            absl::StrCat(spec_.half_life_days, " is out of range"),
            absl::StrCat("write 1 to ", kMaxDays));
    } else if (!decays && spec_.half_life_days != 0) {
      Wrong("attribution.half_life_days",
            "set, but the model is not TIME_DECAY",
            "leave it out or choose TIME_DECAY");
    } else {
      program_.half_life_us_ = spec_.half_life_days * kUsPerDay;
    }
    program_.first_share_ = TouchShare("first_share", spec_.first_share);
    program_.last_share_ = TouchShare("last_share", spec_.last_share);
    if (program_.first_share_.ppb() + program_.last_share_.ppb() > kPpb) {
      Wrong("attribution.last_share", "more than 100% with first_share",
            "leave the touches between them the rest");
    }
  }

  Rate TouchShare(const std::string& field, const std::string& text) {
    const std::string path = "attribution." + field;
    if (spec_.model == Model::kPositionBased) {
      if (!text.empty()) {
        return ParseRate(path, text, 0, kPpb).value_or(Rate());
      }
      Wrong(path, "missing: the model is POSITION_BASED",
            "write a share such as \"40%\"");
    } else if (!text.empty()) {
      Wrong(path, "set, but the model is not POSITION_BASED",
            "leave it out or choose POSITION_BASED");
    }
    return Rate();
  }

  void AddTiers() {
    program_.has_tiers_ = !spec_.tiers.empty();
    program_.tiers_.fill(spec_.tiers.empty() ? 1 : kNoTier);
    int number = 0;
    for (const std::vector<Channel>& tier : spec_.tiers) {
      const std::string path =
          absl::StrCat("attribution.tiers[", number++, "]");
      if (tier.empty()) {
        Wrong(path, "empty", "name at least one channel such as LINK");
      }
      for (std::size_t i = 0; i < tier.size(); ++i) {
        AddToTier(tier[i], number, absl::StrCat(path, ".channels[", i, "]"));
      }
    }
  }

  void AddToTier(Channel channel, int number, const std::string& path) {
    if (!IsWord(channel)) {
      Wrong(path, "missing", "name a channel such as LINK");
      return;
    }
    int& tier = program_.tiers_[static_cast<std::size_t>(channel)];
    if (tier != kNoTier) {
      Wrong(path, "stands in a tier already", "name each channel once");
    }
    tier = number;
  }

  void AddBinding() {
    const std::string months = "attribution.binding.months";
    if (!Known("attribution.binding.span", spec_.binding,
               BindingSpan::kUnbound)) {
      return;
    }
    program_.binding_ = spec_.binding;
    program_.binding_months_ = spec_.binding_months;
    const bool by_months = spec_.binding == BindingSpan::kMonths;
    if (by_months &&
        (spec_.binding_months < 1 || spec_.binding_months > kMaxMonths)) {
      Wrong(months, absl::StrCat(spec_.binding_months, " is out of range"),
            absl::StrCat("write 1 to ", kMaxMonths));
    } else if (!by_months && spec_.binding_months != 0) {
      Wrong(months, "set, but the span is not MONTHS",
            "leave it out or choose MONTHS");
    }
  }

  void AddProtection(const LeadProtectionSpec& spec) {
    const std::string path = "attribution.lead_protection";
    Known(path + ".counted_from", spec.counted_from,
          ProtectionFrom::kLastActivity);
    if (spec.protection_days < 1 || spec.protection_days > kMaxDays) {
      Wrong(path + ".protection_days",
            absl::StrCat(spec.protection_days, " is out of range"),
            absl::StrCat("write 1 to ", kMaxDays,
                         ", or no lead_protection for no end"));
      return;
    }
    program_.lead_protection_ = {
        spec.protection_days * kUsPerDay,
        spec.counted_from == ProtectionFrom::kLastActivity};
  }

  void AddWindow(const WindowSpec& spec, const std::string& path) {
    if (!IsWord(spec.channel)) {
      Wrong(path + ".channel", "missing", "name a channel such as LINK");
      return;
    }
    if (!windowed_.insert(spec.channel).second) {
      Wrong(path + ".channel", "has a window already",
            "keep one window a channel");
    }
    Known(path + ".end", spec.end, WindowEnd::kInclusive);
    if (spec.days < 1 || spec.days > kMaxDays) {
      Wrong(
          path + ".days", absl::StrCat(spec.days, " is out of range"),
          absl::StrCat("write 1 to ", kMaxDays, ", or no window for no limit"));
      return;
    }
    program_.windows_[static_cast<std::size_t>(spec.channel)] = {
        spec.days * kUsPerDay, spec.end == WindowEnd::kInclusive};
  }

  void Commission() {
    Known("rounding", spec_.rounding, Rounding::kCeiling, true);
    if (spec_.reversal_rounding) {
      Known("reversal_rounding", *spec_.reversal_rounding, Rounding::kCeiling,
            true);
    }
    Known("terms_as_of", spec_.terms_as_of, TermsAsOf::kContractStart);
    program_.rounding_ = spec_.rounding;
    program_.reversal_rounding_ =
        spec_.reversal_rounding.value_or(spec_.rounding);
    Acquisition();
    program_.base_ = spec_.base;
    program_.terms_as_of_ = spec_.terms_as_of;
    program_.share_min_ = Share("customer_share_bounds.min",
                                spec_.customer_share_min, program_.share_min_);
    program_.share_max_ = Share("customer_share_bounds.max",
                                spec_.customer_share_max, program_.share_max_);
    if (program_.share_max_ < program_.share_min_) {
      Wrong("customer_share_bounds.max", "below customer_share_bounds.min",
            "write bounds that hold at least one share");
    }
  }

  void Acquisition() {
    program_.acquisition_ = spec_.acquisition;
    program_.acquisition_months_ = spec_.acquisition_months;
    // Without a boundary nobody can say whether the months are right.
    if (!Known("acquisition.until", spec_.acquisition,
               Boundary::kFirstContractYear)) {
      return;
    }
    const bool by_months = spec_.acquisition == Boundary::kFirstMonths;
    if (by_months && (spec_.acquisition_months < 1 ||
                      spec_.acquisition_months > kMaxMonths)) {
      Wrong("acquisition.months",
            absl::StrCat(spec_.acquisition_months, " is out of range"),
            absl::StrCat("write 1 to ", kMaxMonths));
    } else if (!by_months && spec_.acquisition_months != 0) {
      Wrong("acquisition.months", "set, but the boundary is not FIRST_MONTHS",
            "leave it out or choose FIRST_MONTHS");
    }
  }

  Rate Share(std::string path, const std::string& text, Rate otherwise) {
    if (text.empty()) return otherwise;
    return ParseRate(std::move(path), text, 0, kPpb).value_or(otherwise);
  }

  void Settlement() {
    if (Days("hold_days", spec_.hold_days)) {
      program_.hold_us_ = spec_.hold_days * kUsPerDay;
    }
    if (spec_.clawback_days && Days("clawback_days", *spec_.clawback_days)) {
      program_.clawback_us_ = *spec_.clawback_days * kUsPerDay;
    }
    for (std::size_t i = 0; i < spec_.payout_minimum.size(); ++i) {
      AddMinimum(spec_.payout_minimum[i],
                 absl::StrCat("payout_minimum[", i, "]"));
    }
  }

  bool Days(std::string path, int64_t days) {
    if (days >= 0 && days <= kMaxDays) return true;
    Wrong(std::move(path), absl::StrCat(days, " is out of range"),
          absl::StrCat("write 0 to ", kMaxDays));
    return false;
  }

  void AddMinimum(const PayoutMinimumSpec& spec, const std::string& path) {
    if (spec.amount_minor < 0) {
      Wrong(path + ".amount_minor", "negative", "write 0 or more");
    }
    auto currency = Currency::Parse(spec.currency);
    if (!currency.ok()) {
      WrongStatus(path + ".currency", currency.status(),
                  "write an ISO 4217 code such as EUR");
      return;
    }
    for (const auto& minimum : program_.payout_minimum_) {
      if (minimum.first == *currency) {
        Wrong(path + ".currency", "has a minimum already",
              "keep one minimum a currency");
      }
    }
    program_.payout_minimum_.emplace_back(*currency, spec.amount_minor);
  }

  void AddRule(const RuleSpec& spec, const std::string& path) {
    Rule rule;
    rule.rule_id = spec.rule_id;
    rule.role = spec.role;
    const std::string_view id_problem = IdProblem(spec.rule_id);
    if (!id_problem.empty()) {
      Wrong(path + ".rule_id", std::string(id_problem),
            "give each rule a name of its own");
    } else if (!rule_ids_.insert(spec.rule_id).second) {
      Wrong(path + ".rule_id",
            absl::StrCat("\"", spec.rule_id, "\" is taken by a rule before"),
            "give each rule a name of its own");
    }
    Known(path + ".role", spec.role, Role::kServicer);
    rule.when = AddConditions(spec.when, path + ".when");
    AddReward(spec, path, &rule);
    program_.rules_.push_back(std::move(rule));
  }

  Conditions AddConditions(const ConditionsSpec& spec,
                           const std::string& path) {
    Conditions when;
    AddWords(spec.partner_kinds, path + ".partner_kinds", &when.partner_kinds);
    AddWords(spec.channels, path + ".channels", &when.channels);
    when.partner_groups = spec.partner_groups;
    when.products = spec.products;
    CheckTexts(spec.partner_groups, path + ".partner_groups");
    CheckTexts(spec.products, path + ".products");
    if (Known(path + ".phases", spec.phase, Phase::kRetention, true) &&
        spec.phase != Phase::kNone) {
      when.phases.Add(spec.phase);
    }
    when.contract_year_from = spec.contract_year_from.value_or(1);
    when.contract_year_until =
        spec.contract_year_until.value_or(when.contract_year_until);
    if (when.contract_year_from < 1) {
      Wrong(path + ".contract_years.from", "below 1",
            "count contract years from 1");
    } else if (when.contract_year_until <= when.contract_year_from) {
      Wrong(path + ".contract_years.until", "not after from",
            "the year named by until is out of the range");
    }
    return when;
  }

  template <typename E>
  void AddWords(const std::vector<E>& words, const std::string& path,
                WordSet<E>* set) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (IsWord(words[i])) {
        set->Add(words[i]);
      } else {
        Wrong(absl::StrCat(path, "[", i, "]"), "missing",
              "name one of the words of this list");
      }
    }
  }

  void CheckTexts(const std::vector<std::string>& texts,
                  const std::string& path) {
    if (texts.size() > kMaxConditionValues) {
      Wrong(path, absl::StrCat("more than ", kMaxConditionValues),
            "spread them over several rules");
      return;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string_view problem = IdProblem(texts[i]);
      if (!problem.empty()) {
        Wrong(absl::StrCat(path, "[", i, "]"), std::string(problem),
              "write the value that the condition compares with");
      }
    }
  }

  void AddReward(const RuleSpec& spec, const std::string& path, Rule* rule) {
    const RewardSpec& reward = spec.reward;
    const bool has_reward = !reward.percent.empty() ||
                            reward.fixed_minor != 0 ||
                            !reward.by_contract_year.empty();
    if (has_reward == !spec.budget.empty()) {
      Wrong(path + ".reward", has_reward ? "stands beside a budget" : "missing",
            "a rule pays either a reward or a budget");
    }
    if (!spec.budget.empty()) {
      rule->budget = ParseRate(path + ".budget", spec.budget, 0, kPpb);
    }
    if (!reward.percent.empty()) {
      rule->percent =
          ParseRate(path + ".reward.percent", reward.percent, 0, kMaxRewardPpb)
              .value_or(Rate());
    }
    rule->fixed_minor = reward.fixed_minor;
    if (reward.fixed_minor < 0) {
      Wrong(path + ".reward.fixed.amount_minor", "negative",
            "write what the partner gets for a payment");
    }
    AddYears(reward.by_contract_year, path + ".reward.by_contract_year", rule);
  }

  void AddYears(const std::vector<std::string>& rates, const std::string& path,
                Rule* rule) {
    if (rates.size() > kMaxYearRates) {
      Wrong(path, absl::StrCat("more than ", kMaxYearRates, " years"),
            "the last rate repeats by itself");
      return;
    }
    for (std::size_t i = 0; i < rates.size(); ++i) {
      rule->by_contract_year.push_back(
          ParseRate(absl::StrCat(path, "[", i, "]"), rates[i], 0, kMaxRewardPpb)
              .value_or(Rate()));
    }
  }

  std::optional<Rate> ParseRate(std::string path, const std::string& text,
                                int64_t min_ppb, int64_t max_ppb) {
    const absl::StatusOr<Rate> rate = Rate::Parse(text);
    if (!rate.ok()) {
      WrongStatus(std::move(path), rate.status(),
                  "write a rate such as \"12.5%\" or \"0.125\"");
      return std::nullopt;
    }
    if (rate->ppb() < min_ppb || rate->ppb() > max_ppb) {
      Wrong(std::move(path), absl::StrCat(rate->ToString(), " is out of range"),
            absl::StrCat("write ", Rate::FromPpb(min_ppb).ToString(), " to ",
                         Rate::FromPpb(max_ppb).ToString()));
      return std::nullopt;
    }
    return *rate;
  }

  static constexpr int64_t kMaxRewardPpb = 10 * kPpb;

  const ProgramSpec& spec_;
  Mistakes& mistakes_;
  Program program_;
  std::set<Channel> windowed_;
  std::set<std::string> rule_ids_;
};

inline std::shared_ptr<const Program> Program::Build(const ProgramSpec& spec,
                                                     Mistakes* mistakes) {
  return ProgramBuilder(spec, mistakes).Build();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_PROGRAM_INL_H_

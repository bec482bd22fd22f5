#ifndef VOUCH_PROGRAM_PROGRAM_INL_H_
#define VOUCH_PROGRAM_PROGRAM_INL_H_

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/program/program.h"
#include "vouch/program/rule_builder.h"
#include "vouch/program/term_checker.h"

VOUCH_NAMESPACE_BEGIN

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
class ProgramBuilder : private internal::TermChecker {
 public:
  ProgramBuilder(const ProgramSpec& spec, Mistakes* mistakes)
      : TermChecker(mistakes), spec_(spec) {}

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
    if (AnyMistake()) return nullptr;
    return std::make_shared<const Program>(std::move(program_));
  }

 private:
  void Names() {
    program_.program_id_ = spec_.program_id;
    Id("program_id", spec_.program_id, "name the program as its events will");
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
    Known("choosing", spec_.choosing, Choosing::kAll);
    Known("terms_as_of", spec_.terms_as_of, TermsAsOf::kContractStart);
    program_.rounding_ = spec_.rounding;
    program_.reversal_rounding_ =
        spec_.reversal_rounding.value_or(spec_.rounding);
    Acquisition();
    program_.base_ = spec_.base;
    program_.choosing_ = spec_.choosing;
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
    if (Id(path + ".rule_id", spec.rule_id,
           "give each rule a name of its own") &&
        !rule_ids_.insert(spec.rule_id).second) {
      Wrong(path + ".rule_id",
            absl::StrCat("\"", spec.rule_id, "\" is taken by a rule before"),
            "give each rule a name of its own");
    }
    program_.rules_.push_back(internal::RuleBuilder(this, spec, path).Build());
  }

  const ProgramSpec& spec_;
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

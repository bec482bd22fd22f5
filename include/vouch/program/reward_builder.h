// The reward of a rule or of a rate exception, checked and compiled
// (docs/SEMANTICS.md, section 6, "Rating"). A part of Program::Build.
#ifndef VOUCH_PROGRAM_REWARD_BUILDER_H_
#define VOUCH_PROGRAM_REWARD_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/base/limits.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/base/words.h"
#include "vouch/program/rule.h"
#include "vouch/program/spec.h"
#include "vouch/program/term_checker.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Whether `spec` says anything that pays. A fixed amount of zero is none.
inline bool HasReward(const RewardSpec& spec) {
  return !spec.percent.empty() || spec.fixed.amount_minor != 0 ||
         !spec.by_contract_year.empty() || !spec.tiers.empty();
}

class RewardBuilder {
 public:
  // Mistakes go to `*checker`, with paths below `path`.
  RewardBuilder(TermChecker* checker, std::string path)
      : checker_(*checker), path_(std::move(path)) {}

  Reward Build(const RewardSpec& spec) {
    Reward reward;
    if (!spec.percent.empty()) {
      reward.percent = RateAt(path_ + ".percent", spec.percent);
    }
    AddFixed(spec.fixed, &reward);
    AddYears(spec.by_contract_year, &reward);
    if (spec.tiers.empty()) {
      RefuseWithoutTiers(spec);
    } else {
      AddTiers(spec, &reward);
    }
    return reward;
  }

  // What a lead or a sign-up may earn: it has no base, no line and no period of
  // its own.
  void CheckFixedAlone(const RewardSpec& spec) {
    const char* advice = "write reward.fixed.amount_minor alone";
    const char* problem = "a lead or sign-up earns a fixed amount alone";
    if (!spec.percent.empty()) {
      checker_.Wrong(path_ + ".percent", problem, advice);
    }
    if (!spec.by_contract_year.empty()) {
      checker_.Wrong(path_ + ".by_contract_year", problem, advice);
    }
    if (!spec.tiers.empty()) checker_.Wrong(path_ + ".tiers", problem, advice);
    if (spec.fixed.per != FixedPer::kPayment) {
      checker_.Wrong(path_ + ".fixed.per",
                     "a lead or sign-up earns once per rule and customer",
                     "leave it out");
    }
  }

 private:
  Rate RateAt(std::string path, const std::string& text) {
    return checker_.ParseRate(std::move(path), text, 0, kMaxRewardPpb)
        .value_or(Rate());
  }

  void AddFixed(const FixedSpec& spec, Reward* reward) {
    reward->fixed_minor = spec.amount_minor;
    reward->fixed_per = spec.per;
    checker_.NotNegative(path_ + ".fixed.amount_minor", spec.amount_minor,
                         "write what the partner gets");
    checker_.Known(path_ + ".fixed.per", spec.per, FixedPer::kContractYear);
  }

  void AddYears(const std::vector<std::string>& rates, Reward* reward) {
    const std::string path = path_ + ".by_contract_year";
    if (rates.size() > kMaxYearRates) {
      checker_.Wrong(path, absl::StrCat("more than ", kMaxYearRates, " years"),
                     "the last rate repeats by itself");
      return;
    }
    for (std::size_t i = 0; i < rates.size(); ++i) {
      reward->by_contract_year.push_back(
          RateAt(absl::StrCat(path, "[", i, "]"), rates[i]));
    }
  }

  void RefuseWithoutTiers(const RewardSpec& spec) {
    const auto refuse = [&](const char* field, bool is_set) {
      if (!is_set) return;
      checker_.Wrong(path_ + field, "set, but there are no tiers",
                     "leave it out or write tiers");
    };
    refuse(".tier_metric", spec.tier_metric != Metric::kNone);
    refuse(".tier_period", spec.tier_period != Period::kNone);
    refuse(".tier_meaning", spec.tier_meaning != TierMeaning::kNone);
  }

  void AddTiers(const RewardSpec& spec, Reward* reward) {
    reward->tier_metric = spec.tier_metric;
    reward->tier_period = spec.tier_period;
    reward->tier_meaning = spec.tier_meaning;
    checker_.Known(path_ + ".tier_metric", spec.tier_metric,
                   Metric::kCommission);
    checker_.Known(path_ + ".tier_period", spec.tier_period, Period::kLifetime);
    checker_.Known(path_ + ".tier_meaning", spec.tier_meaning,
                   TierMeaning::kRetroactive);
    CheckMeaning(spec);
    if (spec.tiers.size() > kMaxTiers) {
      checker_.Wrong(path_ + ".tiers", absl::StrCat("more than ", kMaxTiers),
                     "join bands that pay the same");
      return;
    }
    for (std::size_t i = 0; i < spec.tiers.size(); ++i) {
      AddTier(spec, i, reward);
    }
  }

  void CheckMeaning(const RewardSpec& spec) {
    const bool graduated = spec.tier_meaning == TierMeaning::kGraduated;
    if (graduated && spec.tier_metric != Metric::kRevenue &&
        IsWord(spec.tier_metric)) {
      checker_.Wrong(path_ + ".tier_metric",
                     "GRADUATED splits a payment by REVENUE alone",
                     "choose REVENUE or another tier_meaning");
    } else if (spec.tier_metric == Metric::kCommission &&
               spec.tier_meaning != TierMeaning::kProspective &&
               spec.tier_meaning != TierMeaning::kNone) {
      checker_.Wrong(path_ + ".tier_meaning",
                     "COMMISSION is known only before a payment",
                     "choose PROSPECTIVE or another tier_metric");
    }
    if (spec.tier_meaning != TierMeaning::kRetroactive) return;
    const auto refuse = [&](const char* field, bool is_set) {
      if (!is_set) return;
      checker_.Wrong(path_ + field, "stands beside RETROACTIVE tiers",
                     "write a rule of its own for it");
    };
    refuse(".percent", !spec.percent.empty());
    refuse(".fixed", spec.fixed.amount_minor != 0);
    refuse(".by_contract_year", !spec.by_contract_year.empty());
  }

  void AddTier(const RewardSpec& spec, std::size_t place, Reward* reward) {
    const TierSpec& in = spec.tiers[place];
    const std::string path = absl::StrCat(path_, ".tiers[", place, "]");
    Tier tier;
    tier.from = in.from;
    tier.fixed_minor = in.fixed_amount_minor;
    if (place + 1 < spec.tiers.size()) {
      tier.until = spec.tiers[place + 1].from;
    }
    tier.until = in.until.value_or(tier.until);
    CheckBounds(spec.tiers, place, path);
    if (!in.percent.empty()) {
      tier.percent = RateAt(path + ".percent", in.percent);
    } else if (in.fixed_amount_minor == 0) {
      checker_.Wrong(path + ".percent", "missing: the band pays nothing",
                     "write a rate, \"0%\" where nothing is meant");
    }
    const bool graduated = spec.tier_meaning == TierMeaning::kGraduated;
    if (checker_.NotNegative(path + ".fixed_amount_minor",
                             in.fixed_amount_minor,
                             "write what the band pays") &&
        graduated && in.fixed_amount_minor != 0) {
      checker_.Wrong(path + ".fixed_amount_minor",
                     "GRADUATED bands pay a percent alone",
                     "leave it out or choose another tier_meaning");
    }
    reward->tiers.push_back(tier);
  }

  void CheckBounds(const std::vector<TierSpec>& tiers, std::size_t place,
                   const std::string& path) {
    const TierSpec& tier = tiers[place];
    checker_.NotNegative(path + ".from", tier.from,
                         "a metric below zero counts as zero");
    if (place > 0) {
      const TierSpec& before = tiers[place - 1];
      if (tier.from <= before.from) {
        checker_.Wrong(path + ".from", "not above that of the band before",
                       "write the bands ascending");
      } else if (before.until && tier.from < *before.until) {
        checker_.Wrong(path + ".from", "within the band before",
                       "write bands that do not overlap");
      }
    }
    if (tier.until && *tier.until <= tier.from) {
      checker_.Wrong(path + ".until",
                     *tier.until < tier.from ? "before from" : "equal to from",
                     "the value named by until is out of the band");
    }
  }

  TermChecker& checker_;
  std::string path_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_REWARD_BUILDER_H_

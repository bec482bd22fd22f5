// One rule, checked and compiled (docs/SEMANTICS.md, section 6). A part of
// Program::Build.
#ifndef VOUCH_PROGRAM_RULE_BUILDER_H_
#define VOUCH_PROGRAM_RULE_BUILDER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/base/limits.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"
#include "vouch/program/condition_builder.h"
#include "vouch/program/reward_builder.h"
#include "vouch/program/rule.h"
#include "vouch/program/spec.h"
#include "vouch/program/term_checker.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

class RuleBuilder {
 public:
  // Mistakes go to `*checker`, with paths below `path`. All three must outlive
  // the builder.
  RuleBuilder(TermChecker* checker, const RuleSpec& spec, std::string path)
      : checker_(*checker), spec_(spec), path_(std::move(path)) {}

  // All of the rule but whether its id is taken, which only the program knows.
  Rule Build() {
    rule_.rule_id = spec_.rule_id;
    rule_.kind = spec_.kind;
    rule_.role = spec_.role;
    rule_.earns_on = spec_.earns_on;
    rule_.stack = spec_.stack;
    const bool known = checker_.Known(path_ + ".kind", spec_.kind,
                                      RuleKind::kCustomerDiscount);
    checker_.Known(path_ + ".role", spec_.role, Role::kServicer);
    checker_.Known(path_ + ".earns_on", spec_.earns_on, EarnsOn::kSignup);
    rule_.when = ConditionBuilder(&checker_, path_ + ".when").Build(spec_.when);
    // Without a kind nobody can say what else is right.
    if (!known) return std::move(rule_);
    if (spec_.kind == RuleKind::kCommission) {
      AddCommission();
    } else {
      AddPrice();
    }
    return std::move(rule_);
  }

 private:
  void Refuse(const char* field, bool is_set, const char* problem,
              const char* advice = "leave it out") {
    if (is_set) checker_.Wrong(path_ + field, problem, advice);
  }

  // What holds for both kinds of price: the first written that holds answers.
  void AddPrice() {
    const char* problem = "stands in a rule of a price, which never accrues";
    Refuse(".earns_on", spec_.earns_on != EarnsOn::kPayment, problem);
    Refuse(".stack", spec_.stack, problem);
    Refuse(".reward", HasReward(spec_.reward), problem);
    Refuse(".budget", !spec_.budget.empty(), problem);
    Refuse(".uplines", !spec_.uplines.empty(), problem);
    Refuse(".rate_exceptions", !spec_.rate_exceptions.empty(), problem);
    Refuse(".limits", HasLimits(spec_.limits), problem);
    if (spec_.price_percent.empty()) {
      checker_.Wrong(path_ + ".price.percent", "missing",
                     "write what is taken off the price, such as \"20%\"");
      return;
    }
    rule_.price_percent =
        checker_
            .ParseRate(path_ + ".price.percent", spec_.price_percent, 0, kPpb)
            .value_or(Rate());
  }

  static bool HasLimits(const LimitsSpec& spec) {
    return spec.payments_per_customer || spec.months || spec.contract_years ||
           spec.amount_per_customer_minor || spec.amount_per_period;
  }

  void AddCommission() {
    Refuse(".price", !spec_.price_percent.empty(),
           "stands in a rule that pays a commission",
           "leave it out or choose PRICE or CUSTOMER_DISCOUNT");
    const bool has_reward = HasReward(spec_.reward);
    if (has_reward == !spec_.budget.empty()) {
      checker_.Wrong(path_ + ".reward",
                     has_reward ? "stands beside a budget" : "missing",
                     "a rule pays either a reward or a budget");
    }
    if (!spec_.budget.empty()) {
      rule_.budget =
          checker_.ParseRate(path_ + ".budget", spec_.budget, 0, kPpb);
    }
    rule_.reward =
        RewardBuilder(&checker_, path_ + ".reward").Build(spec_.reward);
    AddUplines();
    AddExceptions();
    AddLimits();
    if (spec_.earns_on == EarnsOn::kQualifiedLead ||
        spec_.earns_on == EarnsOn::kSignup) {
      CheckWithoutPayment();
    }
  }

  void AddUplines() {
    for (std::size_t i = 0; i < spec_.uplines.size(); ++i) {
      const UplineSpec& in = spec_.uplines[i];
      const std::string path = absl::StrCat(path_, ".uplines[", i, "]");
      if (in.level < 1 || in.level > kMaxUplineLevels) {
        checker_.Wrong(
            path + ".level", absl::StrCat(in.level, " is out of range"),
            absl::StrCat("write 1 to ", kMaxUplineLevels, ", each level once"));
        // So there are at most as many more as there are levels.
        if (i >= static_cast<std::size_t>(kMaxUplineLevels)) return;
        continue;
      }
      for (const Upline& before : rule_.uplines) {
        if (before.level != in.level) continue;
        checker_.Wrong(path + ".level", "stands in the list already",
                       "name each level once");
        return;
      }
      checker_.Known(path + ".of", in.of, UplineOf::kBase);
      std::optional<Rate> percent;
      if (in.percent.empty()) {
        checker_.Wrong(path + ".percent", "missing",
                       "write a rate such as \"5%\"");
      } else {
        percent =
            checker_.ParseRate(path + ".percent", in.percent, 0, kMaxRewardPpb);
      }
      rule_.uplines.push_back(
          {static_cast<int32_t>(in.level), in.of, percent.value_or(Rate())});
    }
    std::sort(
        rule_.uplines.begin(), rule_.uplines.end(),
        [](const Upline& a, const Upline& b) { return a.level < b.level; });
  }

  void AddExceptions() {
    const std::string path = path_ + ".rate_exceptions";
    const std::vector<RateExceptionSpec>& list = spec_.rate_exceptions;
    if (!list.empty() && !spec_.budget.empty()) {
      checker_.Wrong(path, "stands beside a budget",
                     "a rate exception takes the place of a reward");
    }
    if (list.size() > kMaxRateExceptions) {
      checker_.Wrong(path, absl::StrCat("more than ", kMaxRateExceptions),
                     "write a rule for a group of partners");
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      AddException(list[i], absl::StrCat(path, "[", i, "]"));
    }
  }

  // They stand by partner, so that one is found fast.
  void AddException(const RateExceptionSpec& spec, const std::string& path) {
    const bool named =
        checker_.Id(path + ".partner_id", spec.partner_id, "name the partner");
    if (!HasReward(spec.reward)) {
      checker_.Wrong(path + ".reward", "missing",
                     "write what the partner is paid, \"0%\" for nothing");
    }
    RateException exception{
        spec.partner_id,
        RewardBuilder(&checker_, path + ".reward").Build(spec.reward)};
    auto& list = rule_.rate_exceptions;
    const auto at = std::lower_bound(
        list.begin(), list.end(), spec.partner_id,
        [](const RateException& a, const std::string& partner_id) {
          return a.partner_id < partner_id;
        });
    if (named && at != list.end() && at->partner_id == spec.partner_id) {
      checker_.Wrong(path + ".partner_id", "has a rate exception already",
                     "keep one for each partner");
    }
    list.insert(at, std::move(exception));
  }

  void AddLimits() {
    const LimitsSpec& spec = spec_.limits;
    Limits& limits = rule_.limits;
    limits.payments_per_customer =
        Limit(".payments_per_customer_count", spec.payments_per_customer);
    limits.months = Limit(".months", spec.months);
    limits.contract_years = Limit(".contract_years", spec.contract_years);
    limits.amount_per_customer_minor =
        Limit(".amount_per_customer_minor", spec.amount_per_customer_minor);
    if (spec.amount_per_period) {
      limits.amount_per_period_minor =
          Limit(".amount_per_period.amount_minor",
                spec.amount_per_period->amount_minor);
      limits.period = spec.amount_per_period->period;
      checker_.Known(path_ + ".limits.amount_per_period.period", limits.period,
                     Period::kLifetime);
    }
    CheckTrueUp(rule_.reward);
    for (const RateException& exception : rule_.rate_exceptions) {
      if (true_up_checked_) return;  // once is enough
      CheckTrueUp(exception.reward);
    }
  }

  std::optional<int64_t> Limit(const char* field,
                               const std::optional<int64_t>& limit) {
    if (limit) {
      checker_.NotNegative(path_ + ".limits" + field, *limit,
                           "write how much there is at most");
    }
    return limit;
  }

  // A true-up is made over a period: what is counted by a customer and its
  // contract has no part in it.
  void CheckTrueUp(const Reward& reward) {
    if (reward.tier_meaning != TierMeaning::kRetroactive) return;
    const char* problem = "does not go with RETROACTIVE tiers";
    const char* advice = "leave it out or write amount_per_period";
    const LimitsSpec& spec = spec_.limits;
    Refuse(".limits.payments_per_customer_count",
           spec.payments_per_customer.has_value(), problem, advice);
    Refuse(".limits.months", spec.months.has_value(), problem, advice);
    Refuse(".limits.contract_years", spec.contract_years.has_value(), problem,
           advice);
    Refuse(".limits.amount_per_customer_minor",
           spec.amount_per_customer_minor.has_value(), problem, advice);
    Refuse(".limits.amount_per_period.period",
           spec.amount_per_period && IsWord(rule_.limits.period) &&
               rule_.limits.period != reward.tier_period,
           "another than the tier_period of RETROACTIVE tiers",
           "write the tiers' period");
    true_up_checked_ = true;
  }

  // A rule that earns on a lead or a sign-up: fixed amounts alone, no line, no
  // payment, and the acquirer alone is credited.
  void CheckWithoutPayment() {
    const char* problem = "a lead or sign-up has none";
    const ConditionsSpec& when = spec_.when;
    RewardBuilder(&checker_, path_ + ".reward").CheckFixedAlone(spec_.reward);
    for (std::size_t i = 0; i < spec_.rate_exceptions.size(); ++i) {
      RewardBuilder(&checker_,
                    absl::StrCat(path_, ".rate_exceptions[", i, "].reward"))
          .CheckFixedAlone(spec_.rate_exceptions[i].reward);
    }
    Refuse(".budget", !spec_.budget.empty(), problem);
    Refuse(".role", spec_.role == Role::kServicer,
           "a lead or sign-up credits the acquirer",
           "choose ACQUIRER or earn on PAYMENT");
    Refuse(".when.products", !when.products.empty(), problem);
    Refuse(".when.categories", !when.categories.empty(), problem);
    Refuse(".when.payment_numbers",
           when.payment_number.from || when.payment_number.until, problem);
    Refuse(".when.line_amount",
           when.line_amount_minor.from || when.line_amount_minor.until,
           problem);
    Refuse(".when.quantity", when.quantity.from || when.quantity.until,
           problem);
    for (std::size_t i = 0; i < when.attributes.size(); ++i) {
      if (when.attributes[i].of != AttributeOf::kLine) continue;
      checker_.Wrong(absl::StrCat(path_, ".when.attributes[", i, "].of"),
                     "a lead or sign-up has no lines",
                     "ask for an attribute of PARTNER or CUSTOMER");
    }
    for (std::size_t i = 0; i < spec_.uplines.size(); ++i) {
      if (spec_.uplines[i].of != UplineOf::kBase) continue;
      checker_.Wrong(absl::StrCat(path_, ".uplines[", i, "].of"),
                     "a lead or sign-up has no base", "choose COMMISSION");
    }
    Refuse(".limits.payments_per_customer_count",
           spec_.limits.payments_per_customer.has_value(), problem);
  }

  TermChecker& checker_;
  const RuleSpec& spec_;
  std::string path_;
  Rule rule_;
  bool true_up_checked_ = false;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_RULE_BUILDER_H_

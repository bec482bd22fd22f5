// Every mistake of a rule by its path (docs/SEMANTICS.md, section 6), and what
// a good one becomes.
#include "vouch/program/rule_builder.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vouch/base/limits.h"
#include "vouch/program/program.h"

namespace vouch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Change = std::function<void(RuleSpec&)>;

RuleSpec LeastRule() {
  RuleSpec rule;
  rule.rule_id = "r";
  rule.reward.percent = "10%";
  return rule;
}

ProgramSpec With(RuleSpec rule) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  spec.rules = {std::move(rule)};
  return spec;
}

// The paths of the mistakes of a rule, below "rules[0]".
std::vector<std::string> PathsOf(const RuleSpec& rule) {
  Mistakes mistakes;
  const auto program = Program::Build(With(rule), &mistakes);
  EXPECT_EQ(program == nullptr, !mistakes.empty());
  std::vector<std::string> paths;
  for (const Mistake& mistake : mistakes.list()) {
    EXPECT_FALSE(mistake.problem.empty());
    EXPECT_FALSE(mistake.advice.empty());
    const std::string start = "rules[0]";
    EXPECT_EQ(mistake.path.substr(0, start.size()), start);
    paths.push_back(mistake.path.substr(start.size()));
  }
  return paths;
}

std::vector<std::string> PathsOf(const Change& change) {
  RuleSpec rule = LeastRule();
  change(rule);
  return PathsOf(rule);
}

Rule Built(const Change& change) {
  RuleSpec rule = LeastRule();
  change(rule);
  Mistakes mistakes;
  const auto program = Program::Build(With(std::move(rule)), &mistakes);
  EXPECT_NE(program, nullptr) << mistakes.ToString();
  return program == nullptr ? Rule() : program->rules()[0];
}

struct Row {
  Change change;
  std::string path;  // of the one mistake; empty: none
};

void Check(const std::vector<Row>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].path.empty()) {
      EXPECT_THAT(PathsOf(rows[i].change), IsEmpty()) << "row " << i;
    } else {
      EXPECT_THAT(PathsOf(rows[i].change), ElementsAre(rows[i].path))
          << "row " << i;
    }
  }
}

// Tiers that are right with `meaning` in place of the percent.
void Tiered(RuleSpec* rule, TierMeaning meaning,
            Metric metric = Metric::kRevenue) {
  rule->reward = RewardSpec();
  rule->reward.tiers = {{0, 1000, "5%", 0}, {1000, std::nullopt, "7%", 0}};
  rule->reward.tier_metric = metric;
  rule->reward.tier_period = Period::kMonth;
  rule->reward.tier_meaning = meaning;
}

void Fixed(RuleSpec* rule, EarnsOn earns_on) {
  rule->earns_on = earns_on;
  rule->reward = RewardSpec();
  rule->reward.fixed.amount_minor = 500;
}

void Priced(RuleSpec* rule, RuleKind kind) {
  rule->kind = kind;
  rule->reward = RewardSpec();
  rule->price_percent = "20%";
}

TEST(RuleBuilderTest, MistakesOfWordsAndKinds) {
  using R = RuleSpec;
  Check({
      {[](R&) {}, ""},
      {[](R& r) { r.kind = RuleKind::kNone; }, ".kind"},
      {[](R& r) { r.kind = static_cast<RuleKind>(4); }, ".kind"},
      {[](R& r) { r.role = static_cast<Role>(3); }, ".role"},
      {[](R& r) { r.earns_on = static_cast<EarnsOn>(4); }, ".earns_on"},
      {[](R& r) { r.price_percent = "1%"; }, ".price"},
      {[](R& r) { r.budget = "1%"; }, ".reward"},
      {[](R& r) { r.reward = {}; }, ".reward"},
      {[](R& r) { r.stack = true; }, ""},
  });
}

TEST(RuleBuilderTest, ARuleOfAPriceHoldsNothingThatAccrues) {
  using R = RuleSpec;
  for (const RuleKind kind : {RuleKind::kPrice, RuleKind::kCustomerDiscount}) {
    const auto priced = [kind](const Change& change) {
      return [kind, change](R& r) {
        Priced(&r, kind);
        change(r);
      };
    };
    Check({
        {priced([](R&) {}), ""},
        {priced([](R& r) { r.price_percent = "100%"; }), ""},
        {priced([](R& r) { r.price_percent = ""; }), ".price.percent"},
        {priced([](R& r) { r.price_percent = "101%"; }), ".price.percent"},
        {priced([](R& r) { r.price_percent = "-1%"; }), ".price.percent"},
        {priced([](R& r) { r.price_percent = "x"; }), ".price.percent"},
        {priced([](R& r) { r.earns_on = EarnsOn::kSignup; }), ".earns_on"},
        {priced([](R& r) { r.stack = true; }), ".stack"},
        {priced([](R& r) { r.reward.percent = "0%"; }), ".reward"},
        {priced([](R& r) { r.budget = "1%"; }), ".budget"},
        {priced([](R& r) { r.uplines.resize(1); }), ".uplines"},
        {priced([](R& r) { r.rate_exceptions.resize(1); }), ".rate_exceptions"},
        {priced([](R& r) { r.limits.months = 1; }), ".limits"},
        {priced([](R& r) { r.limits.amount_per_period.emplace(); }), ".limits"},
    });
  }
  const Rule rule =
      Built([](R& r) { Priced(&r, RuleKind::kCustomerDiscount); });
  EXPECT_EQ(rule.kind, RuleKind::kCustomerDiscount);
  EXPECT_EQ(rule.price_percent, Rate::FromPpb(200'000'000));
}

TEST(RuleBuilderTest, MistakesOfConditions) {
  using R = RuleSpec;
  const std::vector<std::string> many(kMaxConditionValues + 1, "x");
  Check({
      {[](R& r) {
         r.when.partner_ids = {"a", "a"};
       },
       ".when.partner_ids[1]"},
      {[](R& r) { r.when.partner_ids = {""}; }, ".when.partner_ids[0]"},
      {[](R& r) {
         r.when.partner_kinds = {PartnerKind::kReseller,
                                 PartnerKind::kReseller};
       },
       ".when.partner_kinds[1]"},
      {[](R& r) {
         r.when.partner_groups = {"a", "b", "a"};
       },
       ".when.partner_groups[2]"},
      {[](R& r) { r.when.campaigns = {"\xff"}; }, ".when.campaigns[0]"},
      {[](R& r) { r.when.codes = {"- -"}; }, ".when.codes[0]"},
      {[](R& r) {
         r.when.codes = {"ab", "A-B"};
       },
       ".when.codes[1]"},
      {[](R& r) {
         r.when.channels = {Channel::kCode, Channel::kCode};
       },
       ".when.channels[1]"},
      {[](R& r) {
         r.when.categories = {"a", ""};
       },
       ".when.categories[1]"},
      {[](R& r) {
         r.when.countries = {"DE", "DE"};
       },
       ".when.countries[1]"},
      {[&](R& r) { r.when.segments = many; }, ".when.segments"},
      {[&](R& r) { r.when.codes = many; }, ".when.codes"},
      {[](R& r) {
         r.when.payment_number = {0, {}};
       },
       ".when.payment_numbers.from"},
      {[](R& r) {
         r.when.payment_number = {{}, 1};
       },
       ".when.payment_numbers.until"},
      {[](R& r) {
         r.when.payment_number = {{}, 2};
       },
       ""},
      {[](R& r) {
         r.when.contract_year = {{}, 1};
       },
       ".when.contract_years.until"},
      {[](R& r) {
         r.when.line_amount_minor = {-1, {}};
       },
       ".when.line_amount.from_minor"},
      {[](R& r) {
         r.when.line_amount_minor = {5, 5};
       },
       ".when.line_amount.until_minor"},
      {[](R& r) {
         r.when.quantity = {3, 2};
       },
       ".when.quantity.until"},
      {[](R& r) {
         r.when.quantity = {{}, 0};
       },
       ".when.quantity.until"},
      {[](R& r) {
         r.when.months_since = {{MonthsAnchor::kNone, {}}};
       },
       ".when.months_since[0].anchor"},
      {[](R& r) {
         r.when.months_since = {{MonthsAnchor::kSignup, {0, 3}},
                                {MonthsAnchor::kSignup, {6, 9}}};
       },
       ".when.months_since[1].anchor"},
      {[](R& r) {
         r.when.months_since = {{MonthsAnchor::kSignup, {-1, {}}}};
       },
       ".when.months_since[0].months.from"},
      {[](R& r) {
         r.when.months_since = {{MonthsAnchor::kSignup, {3, 3}}};
       },
       ".when.months_since[0].months.until"},
      {[](R& r) {
         r.when.attributes = {{AttributeOf::kNone, "k", "v"}};
       },
       ".when.attributes[0].of"},
      {[](R& r) {
         r.when.attributes = {{AttributeOf::kLine, "", "v"}};
       },
       ".when.attributes[0].key"},
      {[](R& r) {
         r.when.attributes = {{AttributeOf::kLine, "k", "\n"}};
       },
       ".when.attributes[0].value"},
      {[](R& r) {
         r.when.attributes = {{AttributeOf::kLine, "k", "v"},
                              {AttributeOf::kLine, "k", "w"}};
       },
       ".when.attributes[1].key"},
      {[](R& r) {
         r.when.attributes = {{AttributeOf::kLine, "k", ""},
                              {AttributeOf::kPartner, "k", ""}};
       },
       ""},
      {[](R& r) { r.when.attributes.resize(kMaxAttributes + 1); },
       ".when.attributes"},
      {[](R& r) {
         r.when.effective_from = CivilDay(2025, 3, 1);
         r.when.effective_until = CivilDay(2025, 3, 1);
       },
       ".when.effective.until_on"},
      {[](R& r) { r.when.effective_from = CivilDay(0, 3, 1); },
       ".when.effective.from_on"},
      {[](R& r) { r.when.effective_until = CivilDay(10000, 1, 1); },
       ".when.effective.until_on"},
  });
}

TEST(RuleBuilderTest, ConditionsAreCompiled) {
  const Rule rule = Built([](RuleSpec& r) {
    r.when.partner_ids = {"anna"};
    r.when.campaigns = {"spring"};
    r.when.codes = {"an-na 1", "B"};
    r.when.categories = {"plan"};
    r.when.countries = {"DE"};
    r.when.segments = {"small"};
    r.when.payment_number = {2, {}};
    r.when.months_since = {{MonthsAnchor::kFirstPayment, {{}, 12}},
                           {MonthsAnchor::kSignup, {3, 6}}};
    r.when.line_amount_minor = {100, 200};
    r.when.quantity = {{}, 5};
    r.when.attributes = {{AttributeOf::kCustomer, "tier", "gold"}};
    r.when.effective_from = CivilDay(2025, 3, 1);
    r.when.effective_until = CivilDay(2025, 3, 2);
  });
  const Conditions& when = rule.when;
  EXPECT_THAT(when.partner_ids, ElementsAre("anna"));
  EXPECT_THAT(when.campaigns, ElementsAre("spring"));
  EXPECT_THAT(when.codes, ElementsAre("ANNA1", "B"));
  EXPECT_THAT(when.categories, ElementsAre("plan"));
  EXPECT_THAT(when.countries, ElementsAre("DE"));
  EXPECT_THAT(when.segments, ElementsAre("small"));
  EXPECT_TRUE(when.contract_years.any());
  EXPECT_FALSE(when.payment_numbers.Has(1));
  EXPECT_TRUE(when.payment_numbers.Has(2));
  ASSERT_EQ(when.months_since.size(), 2u);
  EXPECT_EQ(when.months_since[0].anchor, MonthsAnchor::kFirstPayment);
  EXPECT_TRUE(when.months_since[0].months.Has(11));
  EXPECT_FALSE(when.months_since[0].months.Has(12));
  EXPECT_FALSE(when.months_since[1].months.Has(2));
  EXPECT_TRUE(when.line_amount_minor.Has(100));
  EXPECT_FALSE(when.line_amount_minor.Has(200));
  EXPECT_FALSE(when.quantity.Has(5));
  ASSERT_EQ(when.attributes.size(), 1u);
  EXPECT_EQ(when.attributes[0].of, AttributeOf::kCustomer);
  EXPECT_EQ(when.attributes[0].value, "gold");
  EXPECT_EQ(when.effective_from, CivilDay(2025, 3, 1));
  EXPECT_EQ(when.effective_until, CivilDay(2025, 3, 2));
}

TEST(RuleBuilderTest, MistakesOfTiers) {
  using R = RuleSpec;
  const auto tiered = [](const Change& change) {
    return [change](R& r) {
      Tiered(&r, TierMeaning::kWholePayment);
      change(r);
    };
  };
  Check({
      {tiered([](R&) {}), ""},
      {tiered([](R& r) { r.reward.percent = "1%"; }), ""},
      {tiered([](R& r) { r.reward.tiers[0].fixed_amount_minor = 5; }), ""},
      {tiered([](R& r) { r.reward.tiers[0].until = 500; }), ""},  // a gap
      {tiered([](R& r) { r.reward.tiers[0].from = -1; }),
       ".reward.tiers[0].from"},
      {tiered([](R& r) { r.reward.tiers[0].until = 1001; }),
       ".reward.tiers[1].from"},
      {tiered([](R& r) { r.reward.tiers[1].from = 0; }),
       ".reward.tiers[1].from"},
      {tiered([](R& r) { r.reward.tiers[1].until = 1000; }),
       ".reward.tiers[1].until"},
      {tiered([](R& r) { r.reward.tiers[1].until = 999; }),
       ".reward.tiers[1].until"},
      {tiered([](R& r) { r.reward.tiers[1].percent = ""; }),
       ".reward.tiers[1].percent"},
      {tiered([](R& r) { r.reward.tiers[1].percent = "1001%"; }),
       ".reward.tiers[1].percent"},
      {tiered([](R& r) { r.reward.tiers[0].fixed_amount_minor = -1; }),
       ".reward.tiers[0].fixed_amount_minor"},
      {tiered([](R& r) { r.reward.tier_metric = Metric::kNone; }),
       ".reward.tier_metric"},
      {tiered([](R& r) { r.reward.tier_metric = static_cast<Metric>(6); }),
       ".reward.tier_metric"},
      {tiered([](R& r) { r.reward.tier_period = Period::kNone; }),
       ".reward.tier_period"},
      {tiered([](R& r) { r.reward.tier_meaning = TierMeaning::kNone; }),
       ".reward.tier_meaning"},
      {tiered([](R& r) { r.reward.tiers.resize(kMaxTiers + 1); }),
       ".reward.tiers"},
      {[](R& r) { r.reward.tier_metric = Metric::kRevenue; },
       ".reward.tier_metric"},
      {[](R& r) { r.reward.tier_period = Period::kMonth; },
       ".reward.tier_period"},
      {[](R& r) { r.reward.tier_meaning = TierMeaning::kGraduated; },
       ".reward.tier_meaning"},
  });
}

// The text's own example of a path.
TEST(RuleBuilderTest, ABandThatEndsBeforeItBegins) {
  ProgramSpec spec = With(LeastRule());
  for (int i = 1; i < 4; ++i) {
    spec.rules.push_back(LeastRule());
    spec.rules.back().rule_id = std::to_string(i);
  }
  Tiered(&spec.rules[3], TierMeaning::kGraduated);
  spec.rules[3].reward.tiers[1].until = 500;
  Mistakes mistakes;
  EXPECT_EQ(Program::Build(spec, &mistakes), nullptr);
  EXPECT_EQ(mistakes.ToString(),
            "rules[3].reward.tiers[1].until: before from; the value named by "
            "until is out of the band");
}

TEST(RuleBuilderTest, WhatEachMeaningOfTiersAllows) {
  using R = RuleSpec;
  const auto with = [](
                        TierMeaning meaning, Metric metric,
                        const Change& change = [](R&) {}) {
    return [=](R& r) {
      Tiered(&r, meaning, metric);
      change(r);
    };
  };
  const std::string metric = ".reward.tier_metric";
  const std::string meaning = ".reward.tier_meaning";
  Check({
      {with(TierMeaning::kGraduated, Metric::kRevenue), ""},
      {with(TierMeaning::kGraduated, Metric::kPayments), metric},
      {with(TierMeaning::kGraduated, Metric::kCommission), metric},
      {with(TierMeaning::kWholePayment, Metric::kNewCustomers), ""},
      {with(TierMeaning::kWholePayment, Metric::kCommission), meaning},
      {with(TierMeaning::kProspective, Metric::kCommission), ""},
      {with(TierMeaning::kProspective, Metric::kActiveCustomers), ""},
      {with(TierMeaning::kRetroactive, Metric::kCommission), meaning},
      {with(TierMeaning::kRetroactive, Metric::kPayments), ""},
      {with(TierMeaning::kGraduated, Metric::kRevenue,
            [](R& r) { r.reward.tiers[1].fixed_amount_minor = 1; }),
       ".reward.tiers[1].fixed_amount_minor"},
      {with(TierMeaning::kRetroactive, Metric::kRevenue,
            [](R& r) { r.reward.tiers[1].fixed_amount_minor = 1; }),
       ""},
      {with(TierMeaning::kRetroactive, Metric::kRevenue,
            [](R& r) { r.reward.percent = "1%"; }),
       ".reward.percent"},
      {with(TierMeaning::kRetroactive, Metric::kRevenue,
            [](R& r) { r.reward.fixed.amount_minor = 1; }),
       ".reward.fixed"},
      {with(TierMeaning::kRetroactive, Metric::kRevenue,
            [](R& r) { r.reward.by_contract_year = {"1%"}; }),
       ".reward.by_contract_year"},
  });
}

// Section 10: limits per customer do not go with it, a limit per period has
// the period of the tiers.
TEST(RuleBuilderTest, LimitsBesideRetroactiveTiers) {
  using R = RuleSpec;
  const auto limited = [](const Change& change) {
    return [change](R& r) {
      Tiered(&r, TierMeaning::kRetroactive);
      change(r);
    };
  };
  const auto excepted = [](const Change& change) {
    return [change](R& r) {
      r.rate_exceptions.resize(1);
      r.rate_exceptions[0].partner_id = "anna";
      R other = r;
      Tiered(&other, TierMeaning::kRetroactive);
      r.rate_exceptions[0].reward = other.reward;
      change(r);
    };
  };
  for (const std::function<Change(Change)>& retroactive :
       std::vector<std::function<Change(Change)>>{limited, excepted}) {
    Check({
        {retroactive([](R& r) {
           r.limits.amount_per_period = {100, Period::kMonth};
         }),
         ""},
        {retroactive([](R& r) {
           r.limits.amount_per_period = {100, Period::kYear};
         }),
         ".limits.amount_per_period.period"},
        {retroactive([](R& r) { r.limits.payments_per_customer = 1; }),
         ".limits.payments_per_customer_count"},
        {retroactive([](R& r) { r.limits.amount_per_customer_minor = 1; }),
         ".limits.amount_per_customer_minor"},
        {retroactive([](R& r) { r.limits.months = 1; }), ".limits.months"},
        {retroactive([](R& r) { r.limits.contract_years = 1; }),
         ".limits.contract_years"},
    });
  }
}

TEST(RuleBuilderTest, MistakesOfLimits) {
  using R = RuleSpec;
  Check({
      {[](R& r) {
         r.limits.payments_per_customer = 0;
         r.limits.months = 0;
         r.limits.contract_years = 0;
         r.limits.amount_per_customer_minor = 0;
         r.limits.amount_per_period = {0, Period::kLifetime};
       },
       ""},
      {[](R& r) { r.limits.payments_per_customer = -1; },
       ".limits.payments_per_customer_count"},
      {[](R& r) { r.limits.months = -1; }, ".limits.months"},
      {[](R& r) { r.limits.contract_years = -1; }, ".limits.contract_years"},
      {[](R& r) { r.limits.amount_per_customer_minor = -1; },
       ".limits.amount_per_customer_minor"},
      {[](R& r) {
         r.limits.amount_per_period = {-1, Period::kMonth};
       },
       ".limits.amount_per_period.amount_minor"},
      {[](R& r) {
         r.limits.amount_per_period = {1, Period::kNone};
       },
       ".limits.amount_per_period.period"},
  });
  const Rule rule = Built([](R& r) {
    r.limits = {12, 24, 3, 500, AmountPerPeriodSpec{900, Period::kQuarter}};
  });
  EXPECT_EQ(rule.limits.payments_per_customer, 12);
  EXPECT_EQ(rule.limits.months, 24);
  EXPECT_EQ(rule.limits.contract_years, 3);
  EXPECT_EQ(rule.limits.amount_per_customer_minor, 500);
  EXPECT_EQ(rule.limits.amount_per_period_minor, 900);
  EXPECT_EQ(rule.limits.period, Period::kQuarter);
}

TEST(RuleBuilderTest, MistakesOfUplines) {
  using R = RuleSpec;
  const auto of = UplineOf::kCommission;
  Check({
      {[&](R& r) {
         r.uplines = {{kMaxUplineLevels, of, "1%"}};
       },
       ""},
      {[&](R& r) {
         r.uplines = {{0, of, "1%"}};
       },
       ".uplines[0].level"},
      {[&](R& r) {
         r.uplines = {{1, of, "1%"}, {kMaxUplineLevels + 1, of, "1%"}};
       },
       ".uplines[1].level"},
      {[&](R& r) {
         r.uplines = {{2, of, "1%"}, {1, of, "1%"}, {2, of, "1%"}};
       },
       ".uplines[2].level"},
      {[](R& r) {
         r.uplines = {{1, UplineOf::kNone, "1%"}};
       },
       ".uplines[0].of"},
      {[&](R& r) {
         r.uplines = {{1, of, ""}};
       },
       ".uplines[0].percent"},
      {[&](R& r) {
         r.uplines = {{1, of, "-1%"}};
       },
       ".uplines[0].percent"},
      // A budget is what customer and partner share; a parent earns beside it.
      {[&](R& r) {
         r.reward = {};
         r.budget = "15%";
         r.uplines = {{1, of, "1%"}, {2, UplineOf::kBase, "1%"}};
       },
       ""},
  });
  const Rule rule = Built([&](R& r) {
    r.uplines = {{3, UplineOf::kBase, "3%"}, {1, of, "0.01"}};
  });
  ASSERT_EQ(rule.uplines.size(), 2u);
  EXPECT_EQ(rule.uplines[0].level, 1);  // ascending
  EXPECT_EQ(rule.uplines[0].percent, Rate::FromPpb(10'000'000));
  EXPECT_EQ(rule.uplines[1].level, 3);
  EXPECT_EQ(rule.uplines[1].of, UplineOf::kBase);
}

TEST(RuleBuilderTest, MistakesOfRateExceptions) {
  using R = RuleSpec;
  RewardSpec five;
  five.percent = "5%";
  const auto list = [&](std::vector<RateExceptionSpec> exceptions) {
    return [exceptions](R& r) { r.rate_exceptions = exceptions; };
  };
  RewardSpec wrong = five;
  wrong.tier_period = Period::kMonth;
  Check({
      {list({{"a", five}, {"b", five}}), ""},
      {list({{"", five}}), ".rate_exceptions[0].partner_id"},
      {list({{"b", five}, {"a", five}, {"b", five}}),
       ".rate_exceptions[2].partner_id"},
      {list({{"a", {}}}), ".rate_exceptions[0].reward"},
      {list({{"a", five}, {"b", wrong}}),
       ".rate_exceptions[1].reward.tier_period"},
      {[&](R& r) {
         r.reward = {};
         r.budget = "5%";
         r.rate_exceptions = {{"a", five}};
       },
       ".rate_exceptions"},
      {list(
           std::vector<RateExceptionSpec>(kMaxRateExceptions + 1, {"a", five})),
       ".rate_exceptions"},
  });
  const Rule rule = Built(list({{"zoe", five}, {"anna", five}}));
  EXPECT_EQ(rule.RewardOf("anna").percent, Rate::FromPpb(50'000'000));
  EXPECT_EQ(rule.RewardOf("zoe").percent, Rate::FromPpb(50'000'000));
  EXPECT_EQ(rule.RewardOf("bert").percent, Rate::FromPpb(100'000'000));
}

TEST(RuleBuilderTest, ALeadOrSignupEarnsAFixedAmountAlone) {
  using R = RuleSpec;
  for (const EarnsOn on : {EarnsOn::kQualifiedLead, EarnsOn::kSignup}) {
    const auto fixed = [on](const Change& change) {
      return [on, change](R& r) {
        Fixed(&r, on);
        change(r);
      };
    };
    Check({
        {fixed([](R&) {}), ""},
        {fixed([](R& r) {
           r.stack = true;
           r.when.channels = {Channel::kLead};
           r.when.phase = Phase::kAcquisition;
           r.uplines = {{1, UplineOf::kCommission, "10%"}};
           r.limits.amount_per_period = {1000, Period::kMonth};
         }),
         ""},
        {fixed([](R& r) { r.reward.percent = "1%"; }), ".reward.percent"},
        {fixed([](R& r) { r.reward.by_contract_year = {"1%"}; }),
         ".reward.by_contract_year"},
        {fixed([](R& r) {
           Tiered(&r, TierMeaning::kWholePayment);
           r.reward.fixed.amount_minor = 1;
         }),
         ".reward.tiers"},
        {fixed([](R& r) { r.reward.fixed.per = FixedPer::kCustomer; }),
         ".reward.fixed.per"},
        {fixed([](R& r) {
           r.reward = {};
           r.budget = "1%";
         }),
         ".budget"},
        {fixed([](R& r) { r.role = Role::kServicer; }), ".role"},
        {fixed([](R& r) { r.when.products = {"p"}; }), ".when.products"},
        {fixed([](R& r) { r.when.categories = {"c"}; }), ".when.categories"},
        {fixed([](R& r) { r.when.payment_number.from = 1; }),
         ".when.payment_numbers"},
        {fixed([](R& r) { r.when.line_amount_minor.until = 1; }),
         ".when.line_amount"},
        {fixed([](R& r) { r.when.quantity.from = 1; }), ".when.quantity"},
        {fixed([](R& r) {
           r.when.attributes = {{AttributeOf::kCustomer, "k", "v"},
                                {AttributeOf::kLine, "k", "v"}};
         }),
         ".when.attributes[1].of"},
        {fixed([](R& r) {
           r.uplines = {{1, UplineOf::kBase, "1%"}};
         }),
         ".uplines[0].of"},
        {fixed([](R& r) { r.limits.payments_per_customer = 1; }),
         ".limits.payments_per_customer_count"},
        {fixed([](R& r) {
           RewardSpec percent;
           percent.percent = "1%";
           r.rate_exceptions = {{"anna", percent}};
         }),
         ".rate_exceptions[0].reward.percent"},
    });
  }
}

TEST(RuleBuilderTest, FixedAmountsAndTiersAreCompiled) {
  using R = RuleSpec;
  const Rule fixed = Built([](R& r) {
    r.reward.fixed = {7, FixedPer::kContractYear};
    r.earns_on = EarnsOn::kPayment;
    r.stack = true;
  });
  EXPECT_EQ(fixed.reward.fixed_minor, 7);
  EXPECT_EQ(fixed.reward.fixed_per, FixedPer::kContractYear);
  EXPECT_TRUE(fixed.stack);

  // Without `until` a band reaches to the next one, the last without end.
  const Rule tiered = Built([](R& r) {
    Tiered(&r, TierMeaning::kProspective, Metric::kCommission);
    r.reward.tiers = {{0, std::nullopt, "5%", 0},
                      {100, 200, "", 3},
                      {300, std::nullopt, "7%", 0}};
  });
  const Reward& reward = tiered.reward;
  EXPECT_EQ(reward.tier_metric, Metric::kCommission);
  EXPECT_EQ(reward.tier_period, Period::kMonth);
  EXPECT_EQ(reward.tier_meaning, TierMeaning::kProspective);
  ASSERT_EQ(reward.tiers.size(), 3u);
  EXPECT_EQ(reward.tiers[0].until, 100);
  EXPECT_EQ(reward.tiers[0].percent, Rate::FromPpb(50'000'000));
  EXPECT_EQ(reward.tiers[1].until, 200);
  EXPECT_EQ(reward.tiers[1].fixed_minor, 3);
  EXPECT_EQ(reward.tiers[2].until, INT64_MAX);
}

}  // namespace
}  // namespace vouch

#include "vouch/program/program.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vouch/base/instant.h"
#include "vouch/base/limits.h"

namespace vouch {
namespace {

using testing::ElementsAre;

constexpr int64_t kDay = int64_t{24} * 3600 * 1'000'000;  // in microseconds

Currency Of(const char* code) { return *Currency::Find(code); }

RuleSpec PercentRule(std::string rule_id, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(rule_id);
  rule.reward.percent = std::move(percent);
  return rule;
}

// The least that a program must say, and one rule.
ProgramSpec LeastSpec() {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "Europe/Berlin";
  spec.rules = {PercentRule("all", "10%")};
  return spec;
}

std::shared_ptr<const Program> Build(const ProgramSpec& spec) {
  Mistakes mistakes;
  auto program = Program::Build(spec, &mistakes);
  EXPECT_TRUE(mistakes.empty()) << mistakes.ToString();
  return program;
}

// The paths of all mistakes of the least program after `change`.
std::vector<std::string> PathsOf(
    const std::function<void(ProgramSpec&)>& change) {
  ProgramSpec spec = LeastSpec();
  change(spec);
  Mistakes mistakes;
  const auto program = Program::Build(spec, &mistakes);
  EXPECT_EQ(program == nullptr, !mistakes.empty());
  std::vector<std::string> paths;
  for (const Mistake& mistake : mistakes.list()) {
    EXPECT_FALSE(mistake.problem.empty());
    EXPECT_FALSE(mistake.advice.empty());
    paths.push_back(mistake.path);
  }
  return paths;
}

TEST(ProgramTest, TheDefaultsAreTheProducts) {
  const auto program = Build(LeastSpec());
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->program_id(), "shop");
  EXPECT_EQ(program->currency(), Of("EUR"));
  EXPECT_EQ(program->time_zone().name(), "Europe/Berlin");
  EXPECT_EQ(program->rounding(), Rounding::kHalfEven);
  EXPECT_EQ(program->reversal_rounding(), Rounding::kHalfEven);
  EXPECT_EQ(program->acquisition(), Boundary::kFirstPaymentOnly);
  EXPECT_TRUE(program->base().subtract_tax);
  EXPECT_FALSE(program->base().subtract_fee);
  EXPECT_FALSE(program->base().add_discount);
  EXPECT_EQ(program->choosing(), Choosing::kFirstMatch);
  EXPECT_EQ(program->terms_as_of(), TermsAsOf::kPayment);
  EXPECT_EQ(program->hold_us(), 0);
  EXPECT_EQ(program->clawback_us(), std::nullopt);
  EXPECT_EQ(program->PayoutMinimum(Of("EUR")), 0);
  EXPECT_EQ(program->customer_share_min(), Rate());
  EXPECT_EQ(program->customer_share_max(), Rate::FromPpb(kPpb));
  ASSERT_EQ(program->rules().size(), 1u);
  const Rule& rule = program->rules()[0];
  EXPECT_EQ(rule.rule_id, "all");
  EXPECT_EQ(rule.role, Role::kAcquirer);
  EXPECT_EQ(rule.reward.percent.ppb(), 100'000'000);
  EXPECT_EQ(rule.budget, std::nullopt);
  // No conditions hold for everything.
  EXPECT_TRUE(rule.when.partner_kinds.Has(PartnerKind::kConsultant));
  EXPECT_TRUE(rule.when.channels.Has(Channel::kView));
  EXPECT_TRUE(rule.when.phases.Has(Phase::kRetention));
  EXPECT_TRUE(rule.when.contract_years.any());
}

TEST(ProgramTest, TheSettingsAreTakenOver) {
  ProgramSpec spec = LeastSpec();
  spec.rounding = Rounding::kDown;
  spec.conversion = Conversion::kSignup;
  spec.model = Model::kFirstTouch;
  spec.acquisition = Boundary::kFirstMonths;
  spec.acquisition_months = 1200;
  spec.base = {false, true, true};
  spec.choosing = Choosing::kHighest;
  spec.terms_as_of = TermsAsOf::kContractStart;
  spec.hold_days = 30;
  spec.clawback_days = 36500;
  spec.payout_minimum = {{"EUR", 5000}, {"JPY", 0}, {"USD", INT64_MAX}};
  const auto program = Build(spec);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->rounding(), Rounding::kDown);
  EXPECT_EQ(program->reversal_rounding(), Rounding::kDown);  // as `rounding`
  EXPECT_EQ(program->conversion(), Conversion::kSignup);
  EXPECT_EQ(program->model(), Model::kFirstTouch);
  EXPECT_EQ(program->acquisition(), Boundary::kFirstMonths);
  EXPECT_EQ(program->acquisition_months(), 1200);
  EXPECT_FALSE(program->base().subtract_tax);
  EXPECT_TRUE(program->base().subtract_fee);
  EXPECT_TRUE(program->base().add_discount);
  EXPECT_EQ(program->choosing(), Choosing::kHighest);
  EXPECT_EQ(program->terms_as_of(), TermsAsOf::kContractStart);
  EXPECT_EQ(program->hold_us(), 30 * kDay);
  EXPECT_EQ(program->clawback_us(), 36500 * kDay);
  EXPECT_EQ(program->PayoutMinimum(Of("EUR")), 5000);
  EXPECT_EQ(program->PayoutMinimum(Of("USD")), INT64_MAX);
  EXPECT_EQ(program->PayoutMinimum(Of("GBP")), 0);

  spec.reversal_rounding = Rounding::kCeiling;
  EXPECT_EQ(Build(spec)->reversal_rounding(), Rounding::kCeiling);
}

// docs/SEMANTICS.md, section 5: with 30 days exactly 30 x 24 hours is out,
// unless INCLUSIVE; a channel without a window has none.
TEST(ProgramTest, WindowsEndExactly) {
  ProgramSpec spec = LeastSpec();
  spec.windows = {{Channel::kLink, 30, WindowEnd::kExclusive},
                  {Channel::kCode, 30, WindowEnd::kInclusive},
                  {Channel::kDirect, 36500, WindowEnd::kExclusive}};
  const auto program = Build(spec);
  ASSERT_NE(program, nullptr);
  const struct {
    Channel channel;
    int64_t age_us;
    bool holds;
  } kCases[] = {
      {Channel::kLink, 0, true},
      {Channel::kLink, 30 * kDay - 1, true},
      {Channel::kLink, 30 * kDay, false},
      {Channel::kLink, 30 * kDay + 1, false},
      {Channel::kCode, 30 * kDay, true},
      {Channel::kCode, 30 * kDay + 1, false},
      {Channel::kDirect, 36500 * kDay - 1, true},
      {Channel::kDirect, 36500 * kDay, false},
      {Channel::kView, 36500 * kDay * 90, true},
      {Channel::kView, kMaxInstant.us - kMinInstant.us, true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(program->window(c.channel).Holds(c.age_us), c.holds)
        << Word(c.channel) << " " << c.age_us;
  }
}

TEST(ProgramTest, ConditionsAreCompiled) {
  ProgramSpec spec = LeastSpec();
  ConditionsSpec& when = spec.rules[0].when;
  when.partner_kinds = {PartnerKind::kCustomer, PartnerKind::kConsultant};
  when.partner_groups = {"north", "south"};
  when.channels = {Channel::kCode};
  when.products = {"phone"};
  when.phase = Phase::kRetention;
  when.contract_year.from = 2;
  when.contract_year.until = 4;
  spec.rules[0].role = Role::kServicer;
  const auto program = Build(spec);
  ASSERT_NE(program, nullptr);
  const Conditions& got = program->rules()[0].when;
  EXPECT_EQ(program->rules()[0].role, Role::kServicer);
  EXPECT_FALSE(got.partner_kinds.any());
  EXPECT_TRUE(got.partner_kinds.Has(PartnerKind::kCustomer));
  EXPECT_TRUE(got.partner_kinds.Has(PartnerKind::kConsultant));
  EXPECT_FALSE(got.partner_kinds.Has(PartnerKind::kReseller));
  EXPECT_THAT(got.partner_groups, ElementsAre("north", "south"));
  EXPECT_TRUE(got.channels.Has(Channel::kCode));
  EXPECT_FALSE(got.channels.Has(Channel::kLink));
  EXPECT_THAT(got.products, ElementsAre("phone"));
  EXPECT_FALSE(got.phases.Has(Phase::kAcquisition));
  EXPECT_TRUE(got.phases.Has(Phase::kRetention));
  EXPECT_EQ(got.contract_years.from, 2);
  EXPECT_EQ(got.contract_years.until, 4);
}

// Rates add up exactly; the last by contract year repeats.
TEST(ProgramTest, RatesOfAContractYear) {
  ProgramSpec spec = LeastSpec();
  RuleSpec years;
  years.rule_id = "years";
  years.reward.by_contract_year = {"20%", "0.15", "5%"};
  RuleSpec both = years;
  both.rule_id = "both";
  both.reward.percent = "1.25%";
  both.reward.fixed.amount_minor = INT64_MAX;
  RuleSpec budget;
  budget.rule_id = "budget";
  budget.budget = "100%";
  RuleSpec most = PercentRule("most", "1000%");
  most.reward.by_contract_year.assign(100, "1000%");
  spec.rules = {PercentRule("flat", "0%"), years, both, budget, most};
  const auto program = Build(spec);
  ASSERT_NE(program, nullptr);
  const struct {
    std::size_t rule;
    int64_t year;
    int64_t ppb;
  } kCases[] = {
      {0, 1, 0},
      {0, 99, 0},
      {1, 1, 200'000'000},
      {1, 2, 150'000'000},
      {1, 3, 50'000'000},
      {1, 4, 50'000'000},
      {1, INT64_MAX, 50'000'000},
      {1, 0, 200'000'000},  // before the start is year 1
      {1, INT64_MIN, 200'000'000},
      {2, 1, 212'500'000},
      {2, 3, 62'500'000},
      {3, 1, 0},
      {4, 100, 20'000'000'000},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(program->rules()[c.rule].reward.RateOfYear(c.year).ppb(), c.ppb)
        << c.rule << " " << c.year;
  }
  EXPECT_EQ(program->rules()[2].reward.fixed_minor, INT64_MAX);
  EXPECT_EQ(program->rules()[3].budget, Rate::FromPpb(kPpb));
}

// Section 10: absent it is 0, then cut.
TEST(ProgramTest, SharesAreCutToTheBounds) {
  ProgramSpec spec = LeastSpec();
  spec.customer_share_min = "10%";
  spec.customer_share_max = "0.6";
  const auto program = Build(spec);
  ASSERT_NE(program, nullptr);
  const auto cut = [&](std::optional<int64_t> ppb) {
    return program
        ->CutShare(ppb ? std::optional(Rate::FromPpb(*ppb)) : std::nullopt)
        .ppb();
  };
  EXPECT_EQ(cut(std::nullopt), 100'000'000);
  EXPECT_EQ(cut(0), 100'000'000);
  EXPECT_EQ(cut(100'000'000), 100'000'000);
  EXPECT_EQ(cut(333'333'333), 333'333'333);
  EXPECT_EQ(cut(600'000'000), 600'000'000);
  EXPECT_EQ(cut(600'000'001), 600'000'000);
  EXPECT_EQ(Build(LeastSpec())->CutShare(std::nullopt), Rate());
}

TEST(ProgramTest, MistakesOfNamesAndSettings) {
  using S = ProgramSpec;
  const struct {
    std::function<void(S&)> change;
    std::string path;
  } kCases[] = {
      {[](S& s) { s.program_id = ""; }, "program_id"},
      {[](S& s) { s.program_id = std::string(257, 'x'); }, "program_id"},
      {[](S& s) { s.currency = ""; }, "currency"},
      {[](S& s) { s.currency = "eur"; }, "currency"},
      {[](S& s) { s.currency = "XAU"; }, "currency"},  // no minor unit
      {[](S& s) { s.time_zone = ""; }, "time_zone"},
      {[](S& s) { s.time_zone = "Europe/Atlantis"; }, "time_zone"},
      {[](S& s) { s.time_zone = "localtime"; }, "time_zone"},
      {[](S& s) { s.conversion = Conversion::kNone; }, "conversion"},
      {[](S& s) { s.conversion = static_cast<Conversion>(3); }, "conversion"},
      {[](S& s) { s.model = Model::kNone; }, "attribution.model"},
      {[](S& s) { s.model = static_cast<Model>(6); }, "attribution.model"},
      {[](S& s) { s.rounding = static_cast<Rounding>(7); }, "rounding"},
      {[](S& s) { s.reversal_rounding = static_cast<Rounding>(7); },
       "reversal_rounding"},
      {[](S& s) { s.terms_as_of = TermsAsOf::kNone; }, "terms_as_of"},
      {[](S& s) { s.terms_as_of = static_cast<TermsAsOf>(4); }, "terms_as_of"},
      {[](S& s) { s.acquisition = Boundary::kNone; }, "acquisition.until"},
      {[](S& s) { s.acquisition = static_cast<Boundary>(4); },
       "acquisition.until"},
      {[](S& s) { s.acquisition = Boundary::kFirstMonths; },
       "acquisition.months"},
      {[](S& s) {
         s.acquisition = Boundary::kFirstMonths;
         s.acquisition_months = 1201;
       },
       "acquisition.months"},
      {[](S& s) { s.acquisition_months = 1; }, "acquisition.months"},
      {[](S& s) { s.hold_days = -1; }, "hold_days"},
      {[](S& s) { s.hold_days = 36501; }, "hold_days"},
      {[](S& s) { s.hold_days = INT64_MAX; }, "hold_days"},
      {[](S& s) { s.clawback_days = -1; }, "clawback_days"},
      {[](S& s) { s.clawback_days = INT64_MIN; }, "clawback_days"},
      {[](S& s) { s.customer_share_min = "-1%"; }, "customer_share_bounds.min"},
      {[](S& s) { s.customer_share_min = "ten"; }, "customer_share_bounds.min"},
      {[](S& s) { s.customer_share_max = "100.0000001%"; },
       "customer_share_bounds.max"},
      {[](S& s) {
         s.customer_share_min = "50%";
         s.customer_share_max = "49.9999999%";
       },
       "customer_share_bounds.max"},
      {[](S& s) {
         s.payout_minimum = {{"EUX", 1}};
       },
       "payout_minimum[0].currency"},
      {[](S& s) {
         s.payout_minimum = {{"EUR", 1}, {"EUR", 1}};
       },
       "payout_minimum[1].currency"},
      {[](S& s) {
         s.payout_minimum = {{"EUR", -1}};
       },
       "payout_minimum[0].amount_minor"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(PathsOf(c.change), ElementsAre(c.path));
  }
}

// "path: problem; advice" of each mistake, one a line.
std::string MistakesOf(const std::function<void(ProgramSpec&)>& change) {
  ProgramSpec spec = LeastSpec();
  change(spec);
  Mistakes mistakes;
  EXPECT_EQ(Program::Build(spec, &mistakes), nullptr);
  return mistakes.ToString();
}

// "10" is meant as 10%, and would be 1000%.
TEST(ProgramTest, ARateAboveOneWantsItsPercentSign) {
  EXPECT_EQ(
      MistakesOf([](ProgramSpec& s) { s.rules = {PercentRule("flat", "10")}; }),
      "rules[0].reward.percent: above 1 without a \"%\": 10; write "
      "\"10%\" or \"1000%\"");
  EXPECT_EQ(MistakesOf([](ProgramSpec& s) { s.customer_share_max = "2"; }),
            "customer_share_bounds.max: above 1 without a \"%\": 2; write "
            "\"2%\" or \"200%\"");
  ProgramSpec whole = LeastSpec();
  whole.rules = {PercentRule("one", "1"), PercentRule("all", "1000%")};
  EXPECT_NE(Build(whole), nullptr);
}

TEST(ProgramTest, MistakesOfModels) {
  using S = ProgramSpec;
  EXPECT_EQ(MistakesOf([](S& s) { s.model = Model::kTimeDecay; }),
            "attribution.half_life_days: 0 is out of range; write 1 to 36500");
  EXPECT_EQ(MistakesOf([](S& s) {
              s.model = Model::kTimeDecay;
              s.half_life_days = 36501;
            }),
            "attribution.half_life_days: 36501 is out of range; write 1 to "
            "36500");
  EXPECT_EQ(MistakesOf([](S& s) { s.half_life_days = 7; }),
            "attribution.half_life_days: set, but the model is not TIME_DECAY; "
            "leave it out or choose TIME_DECAY");
  EXPECT_EQ(MistakesOf([](S& s) {
              s.model = Model::kPositionBased;
              s.last_share = "40%";
            }),
            "attribution.first_share: missing: the model is POSITION_BASED; "
            "write a share such as \"40%\"");
  EXPECT_EQ(MistakesOf([](S& s) { s.last_share = "40%"; }),
            "attribution.last_share: set, but the model is not POSITION_BASED; "
            "leave it out or choose POSITION_BASED");
  EXPECT_EQ(MistakesOf([](S& s) {
              s.model = Model::kPositionBased;
              s.first_share = "60%";
              s.last_share = "40.0000001%";
            }),
            "attribution.last_share: more than 100% with first_share; leave "
            "the touches between them the rest");
  EXPECT_THAT(PathsOf([](S& s) {
                s.model = Model::kPositionBased;
                s.first_share = "-1%";
                s.last_share = "101%";
              }),
              ElementsAre("attribution.first_share", "attribution.last_share"));
}

TEST(ProgramTest, MistakesOfTiersAndDirect) {
  using S = ProgramSpec;
  EXPECT_EQ(MistakesOf([](S& s) {
              s.tiers = {{Channel::kLead}, {}};
            }),
            "attribution.tiers[1]: empty; name at least one channel such as "
            "LINK");
  EXPECT_EQ(MistakesOf([](S& s) {
              s.tiers = {{Channel::kLead}, {Channel::kCode, Channel::kNone}};
            }),
            "attribution.tiers[1].channels[1]: missing; name a channel such as "
            "LINK");
  EXPECT_EQ(MistakesOf([](S& s) {
              s.tiers = {{Channel::kLead, Channel::kCode}, {Channel::kLead}};
            }),
            "attribution.tiers[1].channels[0]: stands in a tier already; name "
            "each channel once");
  EXPECT_THAT(PathsOf([](S& s) {
                s.tiers = {{Channel::kLink, Channel::kLink}};
              }),
              ElementsAre("attribution.tiers[0].channels[1]"));
  EXPECT_EQ(MistakesOf([](S& s) { s.direct = DirectPolicy::kNone; }),
            "attribution.direct: missing or unknown; choose one of the words "
            "of this field");
  EXPECT_THAT(PathsOf([](S& s) { s.direct = static_cast<DirectPolicy>(4); }),
              ElementsAre("attribution.direct"));
}

TEST(ProgramTest, MistakesOfBindingAndProtection) {
  using S = ProgramSpec;
  const struct {
    std::function<void(S&)> change;
    std::string told;
  } kCases[] = {
      {[](S& s) { s.binding = BindingSpan::kNone; },
       "attribution.binding.span: missing or unknown; choose one of the words "
       "of this field"},
      {[](S& s) { s.binding = BindingSpan::kMonths; },
       "attribution.binding.months: 0 is out of range; write 1 to 1200"},
      {[](S& s) {
         s.binding = BindingSpan::kMonths;
         s.binding_months = 1201;
       },
       "attribution.binding.months: 1201 is out of range; write 1 to 1200"},
      {[](S& s) { s.binding_months = 12; },
       "attribution.binding.months: set, but the span is not MONTHS; leave it "
       "out or choose MONTHS"},
      {[](S& s) { s.organic = static_cast<Organic>(3); },
       "attribution.organic: missing or unknown; choose one of the words of "
       "this field"},
      {[](S& s) {
         s.lead_protection = {0, ProtectionFrom::kRegistration};
       },
       "attribution.lead_protection.protection_days: 0 is out of range; write "
       "1 to 36500, or no lead_protection for no end"},
      {[](S& s) {
         s.lead_protection = {36501, ProtectionFrom::kLastActivity};
       },
       "attribution.lead_protection.protection_days: 36501 is out of range; "
       "write 1 to 36500, or no lead_protection for no end"},
      {[](S& s) {
         s.lead_protection = {90, ProtectionFrom::kNone};
       },
       "attribution.lead_protection.counted_from: missing or unknown; choose "
       "one of the words of this field"},
  };
  for (const auto& c : kCases) EXPECT_EQ(MistakesOf(c.change), c.told);
  EXPECT_THAT(PathsOf([](S& s) { s.binding = static_cast<BindingSpan>(4); }),
              ElementsAre("attribution.binding.span"));
  EXPECT_THAT(PathsOf([](S& s) { s.organic = Organic::kNone; }),
              ElementsAre("attribution.organic"));
}

TEST(ProgramTest, TheTermsOfAttributionAreTakenOver) {
  ProgramSpec spec = LeastSpec();
  spec.model = Model::kPositionBased;
  spec.first_share = "60%";
  spec.last_share = "0.4";
  spec.tiers = {{Channel::kLead}, {Channel::kLink, Channel::kCode}};
  spec.binding = BindingSpan::kMonths;
  spec.binding_months = 1200;
  spec.organic = Organic::kRetry;
  spec.direct = DirectPolicy::kCompete;
  spec.lead_protection = {36500, ProtectionFrom::kLastActivity};
  spec.allow_self_referral = true;
  auto program = Build(spec);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->first_share(), Rate::FromPpb(600'000'000));
  EXPECT_EQ(program->last_share(), Rate::FromPpb(400'000'000));
  EXPECT_EQ(program->half_life_us(), 0);
  EXPECT_TRUE(program->has_tiers());
  EXPECT_EQ(program->TierOf(Channel::kLead), 1);
  EXPECT_EQ(program->TierOf(Channel::kLink), 2);
  EXPECT_EQ(program->TierOf(Channel::kCode), 2);
  EXPECT_EQ(program->TierOf(Channel::kView), kNoTier);
  EXPECT_EQ(program->TierOf(Channel::kDirect), kNoTier);
  EXPECT_EQ(program->binding(), BindingSpan::kMonths);
  EXPECT_EQ(program->binding_months(), 1200);
  EXPECT_EQ(program->organic(), Organic::kRetry);
  EXPECT_EQ(program->direct(), DirectPolicy::kCompete);
  ASSERT_TRUE(program->lead_protection().has_value());
  EXPECT_EQ(program->lead_protection()->length_us, 36500 * kDay);
  EXPECT_TRUE(program->lead_protection()->from_last_activity);
  EXPECT_TRUE(program->allow_self_referral());

  spec = LeastSpec();
  spec.model = Model::kTimeDecay;
  spec.half_life_days = 7;
  spec.lead_protection = {1, ProtectionFrom::kRegistration};
  program = Build(spec);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->half_life_us(), 7 * kDay);
  EXPECT_FALSE(program->lead_protection()->from_last_activity);
  // What is not said.
  EXPECT_FALSE(program->has_tiers());
  EXPECT_EQ(program->TierOf(Channel::kDirect), 1);
  EXPECT_EQ(program->binding(), BindingSpan::kLifetime);
  EXPECT_EQ(program->organic(), Organic::kBind);
  EXPECT_EQ(program->direct(), DirectPolicy::kIgnore);
  EXPECT_FALSE(program->allow_self_referral());
  EXPECT_FALSE(Build(LeastSpec())->lead_protection().has_value());
}

TEST(ProgramTest, MistakesOfWindows) {
  using S = ProgramSpec;
  const struct {
    std::vector<WindowSpec> windows;
    std::string path;
  } kCases[] = {
      {{{Channel::kNone, 30, WindowEnd::kExclusive}}, "[0].channel"},
      {{{static_cast<Channel>(6), 30, WindowEnd::kExclusive}}, "[0].channel"},
      {{{Channel::kLink, 30, WindowEnd::kExclusive},
        {Channel::kLink, 30, WindowEnd::kExclusive}},
       "[1].channel"},
      {{{Channel::kLink, 0, WindowEnd::kExclusive}}, "[0].days"},
      {{{Channel::kLink, -1, WindowEnd::kExclusive}}, "[0].days"},
      {{{Channel::kLink, 36501, WindowEnd::kExclusive}}, "[0].days"},
      {{{Channel::kLink, INT64_MAX, WindowEnd::kExclusive}}, "[0].days"},
      {{{Channel::kLink, 1, WindowEnd::kNone}}, "[0].end"},
      {{{Channel::kLink, 1, static_cast<WindowEnd>(3)}}, "[0].end"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(PathsOf([&](S& s) { s.windows = c.windows; }),
                ElementsAre("attribution.windows" + c.path));
  }
}

TEST(ProgramTest, MistakesOfARule) {
  using R = RuleSpec;
  const struct {
    std::function<void(R&)> change;
    std::string path;
  } kCases[] = {
      {[](R& r) { r.rule_id = ""; }, ".rule_id"},
      {[](R& r) { r.rule_id = "a\n"; }, ".rule_id"},
      {[](R& r) { r.rule_id = "all"; }, ".rule_id"},  // taken
      {[](R& r) { r.role = Role::kNone; }, ".role"},
      {[](R& r) { r.role = static_cast<Role>(3); }, ".role"},
      {[](R& r) { r.when.partner_kinds = {PartnerKind::kNone}; },
       ".when.partner_kinds[0]"},
      {[](R& r) {
         r.when.partner_kinds = {PartnerKind::kCustomer,
                                 static_cast<PartnerKind>(200)};
       },
       ".when.partner_kinds[1]"},
      {[](R& r) { r.when.channels = {static_cast<Channel>(6)}; },
       ".when.channels[0]"},
      {[](R& r) {
         r.when.partner_groups = {"a", ""};
       },
       ".when.partner_groups[1]"},
      {[](R& r) { r.when.products = {"\xff"}; }, ".when.products[0]"},
      {[](R& r) { r.when.phase = static_cast<Phase>(3); }, ".when.phases"},
      {[](R& r) { r.when.contract_year.from = 0; },
       ".when.contract_years.from"},
      {[](R& r) {
         r.when.contract_year.from = 2;
         r.when.contract_year.until = 2;
       },
       ".when.contract_years.until"},
      {[](R& r) { r.when.contract_year.until = INT64_MIN; },
       ".when.contract_years.until"},
      {[](R& r) { r.reward = {}; }, ".reward"},
      {[](R& r) { r.budget = "5%"; }, ".reward"},
      {[](R& r) {
         r.reward = {};
         r.budget = "101%";
       },
       ".budget"},
      {[](R& r) {
         r.reward = {};
         r.budget = "-1%";
       },
       ".budget"},
      {[](R& r) { r.reward.percent = "12,5%"; }, ".reward.percent"},
      {[](R& r) { r.reward.percent = "1000.0000001%"; }, ".reward.percent"},
      {[](R& r) { r.reward.percent = "-0.1"; }, ".reward.percent"},
      {[](R& r) { r.reward.percent = "0.0000000001"; }, ".reward.percent"},
      {[](R& r) { r.reward.fixed.amount_minor = -1; },
       ".reward.fixed.amount_minor"},
      {[](R& r) {
         r.reward.by_contract_year = {"1%", "x"};
       },
       ".reward.by_contract_year[1]"},
      {[](R& r) { r.reward.by_contract_year.assign(101, "1%"); },
       ".reward.by_contract_year"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(PathsOf([&](ProgramSpec& s) {
                  s.rules.push_back(PercentRule("second", "1%"));
                  c.change(s.rules[1]);
                }),
                ElementsAre("rules[1]" + c.path));
  }
}

TEST(ProgramTest, ThereIsALimitOfRules) {
  const auto fill = [](std::size_t count) {
    return [count](ProgramSpec& s) {
      s.rules.clear();
      for (std::size_t i = 0; i < count; ++i) {
        s.rules.push_back(PercentRule(std::to_string(i), "1%"));
      }
    };
  };
  EXPECT_THAT(PathsOf(fill(kMaxRules)), ElementsAre());
  EXPECT_THAT(PathsOf(fill(kMaxRules + 1)), ElementsAre("rules"));
  EXPECT_THAT(PathsOf(fill(0)), ElementsAre());
}

TEST(ProgramTest, TellsEveryMistakeAtOnce) {
  EXPECT_THAT(
      PathsOf([](ProgramSpec& s) {
        s.program_id = "";
        s.currency = "EU";
        s.time_zone = "x y";
        s.windows = {{Channel::kNone, 0, WindowEnd::kExclusive}};
        s.acquisition_months = -1;
        s.customer_share_max = "2";
        s.hold_days = -1;
        s.payout_minimum = {{"", -1}};
        s.rules = {RuleSpec(), PercentRule("b", "1%"), PercentRule("b", "%")};
      }),
      ElementsAre("program_id", "currency", "time_zone",
                  "attribution.windows[0].channel", "acquisition.months",
                  "customer_share_bounds.max", "hold_days",
                  "payout_minimum[0].amount_minor",
                  "payout_minimum[0].currency", "rules[0].rule_id",
                  "rules[0].reward", "rules[2].rule_id",
                  "rules[2].reward.percent"));
}

TEST(ProgramTest, AMistakeFromBeforeForbidsTheProgram) {
  Mistakes mistakes;
  mistakes.Add("rules[0].uplines", "not supported yet", "leave it out");
  EXPECT_EQ(Program::Build(LeastSpec(), &mistakes), nullptr);
  EXPECT_EQ(mistakes.list().size(), 1u);
}

}  // namespace
}  // namespace vouch

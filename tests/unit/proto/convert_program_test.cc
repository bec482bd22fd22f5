#include "vouch/proto/convert_program.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "vouch/program/program.h"
#include "vouch/program/spec_codec.h"

namespace vouch::proto {
namespace {

using ::testing::ElementsAre;

v1::Program FromText(const std::string& text) {
  v1::Program program;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &program))
      << text;
  return program;
}

constexpr char kLeast[] = R"(
  program_id: "portal" currency: "EUR" time_zone: "Europe/Berlin"
  conversion: SIGNUP
  attribution { model: FIRST_TOUCH binding { span: LIFETIME } }
  acquisition { until: FIRST_CONTRACT_YEAR }
  rules { rule_id: "r" reward { percent: "10%" } }
)";

TEST(ConvertProgramTest, LeftOutTakesTheSchemasDefault) {
  ProgramSpec spec;
  spec.hold_days = 99;  // is replaced whole
  Mistakes mistakes;
  ASSERT_TRUE(ConvertProgram(FromText(kLeast), &spec, &mistakes))
      << mistakes.ToString();
  ProgramSpec expected;
  expected.program_id = "portal";
  expected.currency = "EUR";
  expected.time_zone = "Europe/Berlin";
  expected.rounding = Rounding::kHalfEven;
  expected.conversion = Conversion::kSignup;
  expected.model = Model::kFirstTouch;
  expected.acquisition = Boundary::kFirstContractYear;
  expected.base.subtract_tax = true;
  expected.terms_as_of = TermsAsOf::kPayment;
  expected.hold_days = 0;
  expected.rules.resize(1);
  expected.rules[0].rule_id = "r";
  expected.rules[0].role = Role::kAcquirer;
  expected.rules[0].reward.percent = "10%";
  EXPECT_EQ(EncodeSpec(spec), EncodeSpec(expected));
  EXPECT_NE(Program::Build(spec, &mistakes), nullptr) << mistakes.ToString();
}

TEST(ConvertProgramTest, TakesOverEveryFieldThatTheEngineKnows) {
  ProgramSpec spec;
  Mistakes mistakes;
  ASSERT_TRUE(ConvertProgram(FromText(R"(
      program_id: "p" name: "for people" currency: "JPY" time_zone: "UTC"
      rounding: CEILING reversal_rounding: DOWN conversion: FIRST_PAYMENT
      attribution {
        model: LAST_TOUCH
        windows { channel: LINK days: 30 end: INCLUSIVE }
        windows { channel: CODE days: 7 }
        binding { span: LIFETIME } organic: BIND direct: IGNORE
      }
      acquisition { until: FIRST_MONTHS months: 12 }
      base { subtract_tax: false subtract_fee: true add_discount: true }
      choosing: FIRST_MATCH terms_as_of: CONTRACT_START
      hold_days: 14 clawback_days: 0
      payout_minimum { currency: "JPY" amount_minor: 5000 }
      customer_share_bounds { min: "10%" max: "0.9" }
      rules {
        rule_id: "a" name: "for people" kind: COMMISSION role: ACQUIRER
        earns_on: PAYMENT
        when {
          partner_kinds: RESELLER partner_kinds: CONSULTANT
          partner_groups: "gold" channels: CODE products: "plan"
          phases: RETENTION contract_years { from: 2 until: 4 }
        }
        reward {
          percent: "1%" fixed { amount_minor: 7 per: PAYMENT }
          by_contract_year: "2%" by_contract_year: "3%"
        }
      }
      rules { rule_id: "b" budget: "15%"
              when { phases: RETENTION phases: ACQUISITION } })"),
                             &spec, &mistakes))
      << mistakes.ToString();
  ProgramSpec expected;
  expected.program_id = "p";
  expected.name = "for people";
  expected.currency = "JPY";
  expected.time_zone = "UTC";
  expected.rounding = Rounding::kCeiling;
  expected.reversal_rounding = Rounding::kDown;
  expected.conversion = Conversion::kFirstPayment;
  expected.model = Model::kLastTouch;
  expected.windows = {{Channel::kLink, 30, WindowEnd::kInclusive},
                      {Channel::kCode, 7, WindowEnd::kExclusive}};
  expected.acquisition = Boundary::kFirstMonths;
  expected.acquisition_months = 12;
  expected.base = {false, true, true};
  expected.terms_as_of = TermsAsOf::kContractStart;
  expected.hold_days = 14;
  expected.clawback_days = 0;
  expected.payout_minimum = {{"JPY", 5000}};
  expected.customer_share_min = "10%";
  expected.customer_share_max = "0.9";
  expected.rules.resize(2);
  RuleSpec& a = expected.rules[0];
  a.rule_id = "a";
  a.name = "for people";
  a.when.partner_kinds = {PartnerKind::kReseller, PartnerKind::kConsultant};
  a.when.partner_groups = {"gold"};
  a.when.channels = {Channel::kCode};
  a.when.products = {"plan"};
  a.when.phase = Phase::kRetention;
  a.when.contract_year.from = 2;
  a.when.contract_year.until = 4;
  a.reward.percent = "1%";
  a.reward.fixed.amount_minor = 7;
  a.reward.by_contract_year = {"2%", "3%"};
  expected.rules[1].rule_id = "b";
  expected.rules[1].budget = "15%";
  EXPECT_EQ(EncodeSpec(spec), EncodeSpec(expected));
  EXPECT_NE(Program::Build(spec, &mistakes), nullptr) << mistakes.ToString();
}

// The terms of attribution, all said and none as by default.
TEST(ConvertProgramTest, TakesOverTheTermsOfAttribution) {
  const auto taken = [](const std::string& attribution) {
    v1::Program program = FromText(kLeast);
    program.mutable_attribution()->Clear();
    program.MergeFrom(FromText("attribution { " + attribution + " }"));
    ProgramSpec spec;
    Mistakes mistakes;
    EXPECT_TRUE(ConvertProgram(program, &spec, &mistakes))
        << mistakes.ToString();
    EXPECT_NE(Program::Build(spec, &mistakes), nullptr) << mistakes.ToString();
    return spec;
  };
  const ProgramSpec spec = taken(R"(
      model: POSITION_BASED first_share: "60%" last_share: "0.25"
      windows { channel: LEAD days: 1 } windows { channel: VIEW days: 2 }
      windows { channel: DIRECT days: 3 end: INCLUSIVE }
      tiers { channels: LEAD } tiers { channels: CODE channels: VIEW }
      binding { span: MONTHS months: 6 } organic: RETRY direct: COMPETE
      lead_protection { protection_days: 90 counted_from: LAST_ACTIVITY }
      allow_self_referral: true)");
  EXPECT_EQ(spec.model, Model::kPositionBased);
  EXPECT_EQ(spec.first_share, "60%");
  EXPECT_EQ(spec.last_share, "0.25");
  ASSERT_EQ(spec.windows.size(), 3u);
  EXPECT_EQ(spec.windows[0].channel, Channel::kLead);
  EXPECT_EQ(spec.windows[1].channel, Channel::kView);
  EXPECT_EQ(spec.windows[2].channel, Channel::kDirect);
  EXPECT_EQ(spec.windows[2].days, 3);
  EXPECT_EQ(spec.windows[2].end, WindowEnd::kInclusive);
  EXPECT_EQ(spec.tiers,
            (std::vector<std::vector<Channel>>{
                {Channel::kLead}, {Channel::kCode, Channel::kView}}));
  EXPECT_EQ(spec.binding, BindingSpan::kMonths);
  EXPECT_EQ(spec.binding_months, 6);
  EXPECT_EQ(spec.organic, Organic::kRetry);
  EXPECT_EQ(spec.direct, DirectPolicy::kCompete);
  ASSERT_TRUE(spec.lead_protection.has_value());
  EXPECT_EQ(spec.lead_protection->protection_days, 90);
  EXPECT_EQ(spec.lead_protection->counted_from, ProtectionFrom::kLastActivity);
  EXPECT_TRUE(spec.allow_self_referral);

  const ProgramSpec other = taken(R"(
      model: TIME_DECAY half_life_days: 7 binding { span: NONE } organic: BIND
      direct: WIN
      lead_protection { protection_days: 1 counted_from: REGISTRATION })");
  EXPECT_EQ(other.model, Model::kTimeDecay);
  EXPECT_EQ(other.half_life_days, 7);
  EXPECT_EQ(other.binding, BindingSpan::kUnbound);
  EXPECT_EQ(other.organic, Organic::kBind);
  EXPECT_EQ(other.direct, DirectPolicy::kWin);
  EXPECT_EQ(other.lead_protection->counted_from, ProtectionFrom::kRegistration);
  EXPECT_EQ(taken("model: LINEAR binding { span: LIFETIME }").model,
            Model::kLinear);
}

TEST(ConvertProgramTest, TakesOverRolesAndChannelsOfRules) {
  v1::Program program = FromText(kLeast);
  program.MergeFrom(FromText(R"(
      rules { rule_id: "s" budget: "1%" role: SERVICER
              when { channels: LEAD channels: VIEW channels: DIRECT } })"));
  ProgramSpec spec;
  Mistakes mistakes;
  ASSERT_TRUE(ConvertProgram(program, &spec, &mistakes)) << mistakes.ToString();
  EXPECT_EQ(spec.rules[0].role, Role::kAcquirer);
  EXPECT_EQ(spec.rules[1].role, Role::kServicer);
  EXPECT_EQ(
      spec.rules[1].when.channels,
      (std::vector<Channel>{Channel::kLead, Channel::kView, Channel::kDirect}));
}

// What is wrong with the terms of attribution is told once, be it found on the
// way in or by Program::Build.
TEST(ConvertProgramTest, MistakesOfAttributionAreToldOnce) {
  const struct {
    const char* attribution;
    std::vector<std::string> told;
  } kCases[] = {
      {"half_life_days: 7 binding { months: 6 }",
       {"attribution.model: missing; choose LAST_TOUCH or another model",
        "attribution.binding.span: missing; choose LIFETIME, MONTHS or NONE"}},
      {"model: LINEAR binding { span: LIFETIME } lead_protection { }",
       {"attribution.lead_protection.counted_from: missing; choose "
        "REGISTRATION or LAST_ACTIVITY",
        "attribution.lead_protection.protection_days: 0 is out of range; "
        "write 1 to 36500, or no lead_protection for no end"}},
      {"model: LINEAR binding { span: LIFETIME months: 6 }",
       {"attribution.binding.months: set, but the span is not MONTHS; leave "
        "it out or choose MONTHS"}},
      {"model: LINEAR binding { span: LIFETIME } first_share: '1%'",
       {"attribution.first_share: set, but the model is not POSITION_BASED; "
        "leave it out or choose POSITION_BASED"}},
      {"model: LINEAR binding { span: LIFETIME } tiers { channels: LINK } "
       "tiers { }",
       {"attribution.tiers[1]: empty; name at least one channel such as "
        "LINK"}},
      {"model: LINEAR binding { span: LIFETIME } "
       "tiers { channels: CHANNEL_UNSPECIFIED }",
       {"attribution.tiers[0].channels[0]: missing; name a channel such as "
        "LINK"}},
  };
  for (const auto& c : kCases) {
    v1::Program program = FromText(kLeast);
    program.mutable_attribution()->Clear();
    program.MergeFrom(
        FromText("attribution { " + std::string(c.attribution) + " }"));
    ProgramSpec spec;
    Mistakes mistakes;
    ConvertProgram(program, &spec, &mistakes);
    Program::Build(spec, &mistakes);
    std::vector<std::string> told;
    for (const Mistake& mistake : mistakes.list()) {
      told.push_back(mistake.path + ": " + mistake.problem + "; " +
                     mistake.advice);
    }
    EXPECT_EQ(told, c.told);
  }
}

// The terms of a rule, all said and none as by default.
TEST(ConvertProgramTest, TakesOverEveryCondition) {
  v1::Program program = FromText(kLeast);
  program.MergeFrom(FromText(R"(
      rules { rule_id: "s" reward { percent: "1%" } when {
        partner_ids: "anna" partner_ids: "bert" campaigns: "spring"
        codes: "A-1" categories: "plan" countries: "DE" segments: "small"
        payment_numbers { from: 1 until: 13 }
        months_since { anchor: SIGNUP months { until: 12 } }
        months_since { anchor: CONTRACT_START months { from: 3 } }
        line_amount { from_minor: 100 until_minor: 200 }
        quantity { from: 5 }
        attributes { of: LINE key: "colour" value: "red" }
        attributes { of: PARTNER key: "size" }
        effective { from_on: "2025-01-01" until_on: "2025-12-31" } } })"));
  ProgramSpec spec;
  Mistakes mistakes;
  ASSERT_TRUE(ConvertProgram(program, &spec, &mistakes)) << mistakes.ToString();
  EXPECT_NE(Program::Build(spec, &mistakes), nullptr) << mistakes.ToString();
  using Texts = std::vector<std::string>;
  ConditionsSpec expected;
  expected.partner_ids = {"anna", "bert"};
  expected.campaigns = {"spring"};
  expected.codes = Texts{"A-1"};
  expected.categories = {"plan"};
  expected.countries = {"DE"};
  expected.segments = {"small"};
  expected.payment_number = {1, 13};
  expected.months_since = {{MonthsAnchor::kSignup, {std::nullopt, 12}},
                           {MonthsAnchor::kContractStart, {3, std::nullopt}}};
  expected.line_amount_minor = {100, 200};
  expected.quantity.from = 5;
  expected.attributes = {{AttributeOf::kLine, "colour", "red"},
                         {AttributeOf::kPartner, "size", ""}};
  expected.effective_from = CivilDay(2025, 1, 1);
  expected.effective_until = CivilDay(2025, 12, 31);
  ProgramSpec whole = spec;
  whole.rules[1].when = expected;
  EXPECT_EQ(EncodeSpec(spec), EncodeSpec(whole));
}

TEST(ConvertProgramTest, TakesOverWhatARulePays) {
  v1::Program program = FromText(kLeast);
  program.clear_rules();
  program.MergeFrom(FromText(R"(
      choosing: HIGHEST
      rules { rule_id: "tiers" stack: true
        reward { fixed { amount_minor: 7 per: UNIT }
          tiers { from: 0 until: 1000 percent: "5%" }
          tiers { from: 2000 fixed_amount_minor: 9 }
          tier_metric: NEW_CUSTOMERS tier_period: QUARTER
          tier_meaning: PROSPECTIVE }
        uplines { level: 1 of: COMMISSION percent: "10%" }
        uplines { level: 2 of: BASE percent: "1%" }
        rate_exceptions { partner_id: "anna"
          reward { percent: "20%" fixed { amount_minor: 1 per: CONTRACT_YEAR }
            by_contract_year: "1%" } }
        limits { payments_per_customer_count: 12 months: 0 contract_years: 3
          amount_per_customer_minor: 5000
          amount_per_period { amount_minor: 900 period: YEAR } } }
      rules { rule_id: "lead" earns_on: QUALIFIED_LEAD
        reward { fixed { amount_minor: 500 per: PAYMENT } } }
      rules { rule_id: "price" kind: PRICE price { percent: "20%" } }
      rules { rule_id: "gift" kind: CUSTOMER_DISCOUNT
        price { percent: "5%" } })"));
  ProgramSpec spec;
  Mistakes mistakes;
  ASSERT_TRUE(ConvertProgram(program, &spec, &mistakes)) << mistakes.ToString();
  EXPECT_NE(Program::Build(spec, &mistakes), nullptr) << mistakes.ToString();
  ProgramSpec expected = spec;
  expected.choosing = Choosing::kHighest;
  expected.rules.assign(4, RuleSpec());
  RuleSpec& tiers = expected.rules[0];
  tiers.rule_id = "tiers";
  tiers.stack = true;
  tiers.reward.fixed = {7, FixedPer::kUnit};
  tiers.reward.tiers = {{0, 1000, "5%", 0}, {2000, std::nullopt, "", 9}};
  tiers.reward.tier_metric = Metric::kNewCustomers;
  tiers.reward.tier_period = Period::kQuarter;
  tiers.reward.tier_meaning = TierMeaning::kProspective;
  tiers.uplines = {{1, UplineOf::kCommission, "10%"},
                   {2, UplineOf::kBase, "1%"}};
  tiers.rate_exceptions.resize(1);
  tiers.rate_exceptions[0].partner_id = "anna";
  RewardSpec& special = tiers.rate_exceptions[0].reward;
  special.percent = "20%";
  special.fixed = {1, FixedPer::kContractYear};
  special.by_contract_year = {"1%"};
  tiers.limits = {12, 0, 3, 5000, AmountPerPeriodSpec{900, Period::kYear}};
  expected.rules[1].rule_id = "lead";
  expected.rules[1].earns_on = EarnsOn::kQualifiedLead;
  expected.rules[1].reward.fixed.amount_minor = 500;
  expected.rules[2].rule_id = "price";
  expected.rules[2].kind = RuleKind::kPrice;
  expected.rules[2].price_percent = "20%";
  expected.rules[3].rule_id = "gift";
  expected.rules[3].kind = RuleKind::kCustomerDiscount;
  expected.rules[3].price_percent = "5%";
  EXPECT_EQ(EncodeSpec(spec), EncodeSpec(expected));
}

// Each text, put behind a good program, is told by exactly this mistake, be it
// found on the way in or by Program::Build.
TEST(ConvertProgramTest, MistakesOfRulesAreToldOnce) {
  const struct {
    const char* text;
    const char* path;
    const char* problem;
  } kCases[] = {
      {"report { }", "report", "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' when { phases: PHASE_UNSPECIFIED } }",
       "rules[1].when.phases[0]", "missing"},
      {"rules { rule_id: 's' budget: '1%' "
       "when { effective { from_on: '1.2.2025' } } }",
       "rules[1].when.effective.from_on", "\"1.2.2025\" is not a date"},
      {"rules { rule_id: 's' budget: '1%' "
       "when { effective { until_on: '2025-02-29' } } }",
       "rules[1].when.effective.until_on", "\"2025-02-29\" is not a date"},
      {"rules { rule_id: 's' budget: '1%' when { months_since { } } }",
       "rules[1].when.months_since[0].anchor", "missing or unknown"},
      {"rules { rule_id: 's' budget: '1%' "
       "when { attributes { key: 'k' } } }",
       "rules[1].when.attributes[0].of", "missing or unknown"},
      {"rules { rule_id: 's' kind: PRICE }", "rules[1].price.percent",
       "missing"},
      {"rules { rule_id: 's' kind: PRICE price { } }", "rules[1].price.percent",
       "missing"},
      {"rules { rule_id: 's' budget: '1%' price { percent: '1%' } }",
       "rules[1].price", "stands in a rule that pays a commission"},
      {"rules { rule_id: 's' budget: '1%' "
       "uplines { level: 1 percent: '1%' } }",
       "rules[1].uplines[0].of", "missing or unknown"},
      {"rules { rule_id: 's' budget: '1%' "
       "limits { amount_per_period { amount_minor: 1 } } }",
       "rules[1].limits.amount_per_period.period", "missing or unknown"},
      {"rules { rule_id: 'b' reward { percent: '10%' } "
       "limits { amount_per_period { period: MONTH } } }",
       "rules[1].limits.amount_per_period.amount_minor", "missing"},
      {"rules { rule_id: 's' budget: '1%' uplines { level: 1 of: BASE } }",
       "rules[1].uplines[0].percent", "missing"},
      {"rules { rule_id: 's' reward { fixed { per: UNIT } } }",
       "rules[1].reward.fixed.amount_minor", "missing"},
      {"rules { rule_id: 's' reward { percent: '1%' fixed { per: UNIT } } }",
       "rules[1].reward.fixed.amount_minor", "missing"},
      {"rules { rule_id: 's' reward { fixed { amount_minor: 0 per: LINE } } }",
       "rules[1].reward", "missing"},
  };
  for (const auto& c : kCases) {
    v1::Program program = FromText(kLeast);
    program.MergeFrom(FromText(c.text));
    ProgramSpec spec;
    Mistakes mistakes;
    ConvertProgram(program, &spec, &mistakes);
    EXPECT_EQ(Program::Build(spec, &mistakes), nullptr) << c.text;
    ASSERT_EQ(mistakes.list().size(), 1u) << mistakes.ToString();
    EXPECT_EQ(mistakes.list()[0].path, c.path);
    EXPECT_EQ(mistakes.list()[0].problem, c.problem);
    EXPECT_NE(mistakes.list()[0].advice, "");
  }
}

std::vector<std::string> PathsOf(const Mistakes& mistakes) {
  std::vector<std::string> paths;
  for (const Mistake& mistake : mistakes.list()) paths.push_back(mistake.path);
  return paths;
}

TEST(ConvertProgramTest, AsksForWhatIsRequired) {
  ProgramSpec spec;
  Mistakes mistakes;
  EXPECT_FALSE(ConvertProgram(v1::Program(), &spec, &mistakes));
  EXPECT_THAT(PathsOf(mistakes),
              ElementsAre("conversion", "attribution.model",
                          "attribution.binding.span", "acquisition.until"));
  for (const Mistake& mistake : mistakes.list()) {
    EXPECT_EQ(mistake.problem, "missing");
    EXPECT_NE(mistake.advice, "");
  }
}

// Numbers that only a newer schema knows are refused, never read as another.
TEST(ConvertProgramTest, RefusesUnknownNumbers) {
  v1::Program program = FromText(kLeast);
  program.set_rounding(static_cast<v1::Rounding>(77));
  program.set_reversal_rounding(static_cast<v1::Rounding>(78));
  program.set_conversion(static_cast<v1::Program::Conversion>(77));
  v1::Attribution* attribution = program.mutable_attribution();
  attribution->set_model(static_cast<v1::Attribution::Model>(77));
  v1::Window* window = attribution->add_windows();
  window->set_channel(static_cast<v1::Channel>(77));
  window->set_end(static_cast<v1::Window::End>(77));
  attribution->mutable_binding()->set_span(static_cast<v1::Binding::Span>(77));
  attribution->set_organic(static_cast<v1::Attribution::Organic>(77));
  attribution->set_direct(static_cast<v1::Attribution::Direct>(77));
  attribution->add_tiers()->add_channels(static_cast<v1::Channel>(77));
  attribution->mutable_lead_protection()->set_counted_from(
      static_cast<v1::LeadProtection::CountedFrom>(77));
  program.mutable_acquisition()->set_until(
      static_cast<v1::AcquisitionBoundary::Until>(77));
  program.set_choosing(static_cast<v1::Program::Choosing>(77));
  program.set_terms_as_of(static_cast<v1::Program::TermsAsOf>(77));
  v1::Rule* rule = program.mutable_rules(0);
  rule->set_kind(static_cast<v1::Rule::Kind>(77));
  rule->set_role(static_cast<v1::Role>(77));
  rule->set_earns_on(static_cast<v1::Rule::EarnsOn>(77));
  rule->mutable_when()->add_partner_kinds(static_cast<v1::PartnerKind>(77));
  rule->mutable_when()->add_channels(static_cast<v1::Channel>(77));
  rule->mutable_when()->add_phases(static_cast<v1::Phase>(77));
  rule->mutable_when()->add_months_since()->set_anchor(
      static_cast<v1::MonthsSince::Anchor>(77));
  rule->mutable_when()->add_attributes()->set_of(
      static_cast<v1::AttributeCondition::Of>(77));
  v1::Reward* reward = rule->mutable_reward();
  reward->mutable_fixed()->set_per(static_cast<v1::Fixed::Per>(77));
  reward->set_tier_metric(static_cast<v1::Metric>(77));
  reward->set_tier_period(static_cast<v1::Period>(77));
  reward->set_tier_meaning(static_cast<v1::Reward::TierMeaning>(77));
  rule->add_uplines()->set_of(static_cast<v1::Upline::Of>(77));
  v1::AmountPerPeriod* amount =
      rule->mutable_limits()->mutable_amount_per_period();
  amount->set_amount_minor(1);
  amount->set_period(static_cast<v1::Period>(77));
  ProgramSpec spec;
  Mistakes mistakes;
  EXPECT_FALSE(ConvertProgram(program, &spec, &mistakes));
  EXPECT_THAT(
      PathsOf(mistakes),
      ElementsAre(
          "rounding", "reversal_rounding", "conversion", "attribution.model",
          "attribution.windows[0].channel", "attribution.windows[0].end",
          "attribution.tiers[0].channels[0]", "attribution.binding.span",
          "attribution.organic", "attribution.direct",
          "attribution.lead_protection.counted_from", "acquisition.until",
          "choosing", "terms_as_of", "rules[0].kind", "rules[0].role",
          "rules[0].earns_on", "rules[0].when.partner_kinds[0]",
          "rules[0].when.channels[0]", "rules[0].when.phases[0]",
          "rules[0].when.months_since[0].anchor",
          "rules[0].when.attributes[0].of",
          "rules[0].reward.fixed.amount_minor", "rules[0].reward.fixed.per",
          "rules[0].reward.tier_metric", "rules[0].reward.tier_period",
          "rules[0].reward.tier_meaning", "rules[0].uplines[0].of",
          "rules[0].limits.amount_per_period.period"));
  EXPECT_EQ(mistakes.list()[0].problem, "77 is not a known value");
}

}  // namespace
}  // namespace vouch::proto

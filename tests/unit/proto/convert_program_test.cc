#include "vouch/proto/convert_program.h"

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
  a.when.contract_year_from = 2;
  a.when.contract_year_until = 4;
  a.reward = {"1%", 7, {"2%", "3%"}};
  expected.rules[1].rule_id = "b";
  expected.rules[1].budget = "15%";
  EXPECT_EQ(EncodeSpec(spec), EncodeSpec(expected));
  EXPECT_NE(Program::Build(spec, &mistakes), nullptr) << mistakes.ToString();
}

// Each text, put behind a good program, is refused by exactly this mistake,
// and building finds nothing else.
TEST(ConvertProgramTest, RefusesByNameWhatIsNotCarriedOut) {
  const struct {
    const char* text;
    const char* path;
    const char* problem;
  } kCases[] = {
      {"attribution { tiers { channels: LINK } }", "attribution.tiers",
       "not supported yet"},
      {"attribution { organic: RETRY }", "attribution.organic",
       "RETRY is not supported yet"},
      {"attribution { direct: COMPETE }", "attribution.direct",
       "COMPETE is not supported yet"},
      {"attribution { direct: WIN }", "attribution.direct",
       "WIN is not supported yet"},
      {"attribution { lead_protection { } }", "attribution.lead_protection",
       "not supported yet"},
      {"attribution { allow_self_referral: true }",
       "attribution.allow_self_referral", "not supported yet"},
      {"attribution { half_life_days: 7 }", "attribution.half_life_days",
       "not supported yet"},
      {"attribution { first_share: '40%' }", "attribution.first_share",
       "not supported yet"},
      {"attribution { last_share: '40%' }", "attribution.last_share",
       "not supported yet"},
      {"attribution { model: LINEAR }", "attribution.model",
       "LINEAR is not supported yet"},
      {"attribution { model: TIME_DECAY }", "attribution.model",
       "TIME_DECAY is not supported yet"},
      {"attribution { model: POSITION_BASED }", "attribution.model",
       "POSITION_BASED is not supported yet"},
      {"attribution { binding { span: MONTHS } }", "attribution.binding.span",
       "MONTHS is not supported yet"},
      {"attribution { binding { span: NONE } }", "attribution.binding.span",
       "NONE is not supported yet"},
      {"attribution { binding { months: 6 } }", "attribution.binding.months",
       "not supported yet"},
      {"attribution { windows { channel: LEAD days: 1 } }",
       "attribution.windows[0].channel", "LEAD is not supported yet"},
      {"attribution { windows { channel: VIEW days: 1 } }",
       "attribution.windows[0].channel", "VIEW is not supported yet"},
      {"attribution { windows { channel: DIRECT days: 1 } }",
       "attribution.windows[0].channel", "DIRECT is not supported yet"},
      {"choosing: HIGHEST", "choosing", "HIGHEST is not supported yet"},
      {"choosing: ALL", "choosing", "ALL is not supported yet"},
      {"report { }", "report", "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' kind: PRICE }", "rules[1].kind",
       "PRICE is not supported yet"},
      {"rules { rule_id: 's' kind: CUSTOMER_DISCOUNT }", "rules[1].kind",
       "CUSTOMER_DISCOUNT is not supported yet"},
      {"rules { rule_id: 's' budget: '1%' role: SERVICER }", "rules[1].role",
       "SERVICER is not supported yet"},
      {"rules { rule_id: 's' budget: '1%' earns_on: QUALIFIED_LEAD }",
       "rules[1].earns_on", "QUALIFIED_LEAD is not supported yet"},
      {"rules { rule_id: 's' budget: '1%' earns_on: SIGNUP }",
       "rules[1].earns_on", "SIGNUP is not supported yet"},
      {"rules { rule_id: 's' budget: '1%' stack: true }", "rules[1].stack",
       "not supported yet"},
      {"rules { rule_id: 's' price { percent: '1%' } }", "rules[1].price",
       "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' uplines { } }", "rules[1].uplines",
       "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' rate_exceptions { } }",
       "rules[1].rate_exceptions", "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' limits { } }", "rules[1].limits",
       "not supported yet"},
      {"rules { rule_id: 's' reward { tiers { } } }", "rules[1].reward.tiers",
       "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' reward { tier_metric: REVENUE } }",
       "rules[1].reward.tier_metric", "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' reward { tier_period: MONTH } }",
       "rules[1].reward.tier_period", "not supported yet"},
      {"rules { rule_id: 's' budget: '1%' "
       "reward { tier_meaning: GRADUATED } }",
       "rules[1].reward.tier_meaning", "not supported yet"},
      {"rules { rule_id: 's' reward { fixed { amount_minor: 1 per: LINE } } }",
       "rules[1].reward.fixed.per", "LINE is not supported yet"},
      {"rules { rule_id: 's' reward { fixed { amount_minor: 1 per: UNIT } } }",
       "rules[1].reward.fixed.per", "UNIT is not supported yet"},
      {"rules { rule_id: 's' "
       "reward { fixed { amount_minor: 1 per: CUSTOMER } } }",
       "rules[1].reward.fixed.per", "CUSTOMER is not supported yet"},
      {"rules { rule_id: 's' "
       "reward { fixed { amount_minor: 1 per: CONTRACT_YEAR } } }",
       "rules[1].reward.fixed.per", "CONTRACT_YEAR is not supported yet"},
  };
  for (const auto& c : kCases) {
    v1::Program program = FromText(kLeast);
    program.MergeFrom(FromText(c.text));
    ProgramSpec spec;
    Mistakes mistakes;
    EXPECT_FALSE(ConvertProgram(program, &spec, &mistakes)) << c.text;
    Program::Build(spec, &mistakes);
    ASSERT_EQ(mistakes.list().size(), 1u) << mistakes.ToString();
    EXPECT_EQ(mistakes.list()[0].path, c.path);
    EXPECT_EQ(mistakes.list()[0].problem, c.problem);
    EXPECT_NE(mistakes.list()[0].advice, "");
  }
}

TEST(ConvertProgramTest, RefusesByNameEveryOtherCondition) {
  const struct {
    const char* text;
    const char* field;
    const char* problem;
  } kCases[] = {
      {"partner_ids: 'x'", "partner_ids", "not supported yet"},
      {"campaigns: 'x'", "campaigns", "not supported yet"},
      {"codes: 'x'", "codes", "not supported yet"},
      {"categories: 'x'", "categories", "not supported yet"},
      {"countries: 'x'", "countries", "not supported yet"},
      {"segments: 'x'", "segments", "not supported yet"},
      {"payment_numbers { }", "payment_numbers", "not supported yet"},
      {"months_since { }", "months_since", "not supported yet"},
      {"line_amount { }", "line_amount", "not supported yet"},
      {"quantity { }", "quantity", "not supported yet"},
      {"attributes { }", "attributes", "not supported yet"},
      {"effective { }", "effective", "not supported yet"},
      {"channels: LINK channels: LEAD", "channels[1]",
       "LEAD is not supported yet"},
      {"channels: VIEW", "channels[0]", "VIEW is not supported yet"},
      {"channels: DIRECT", "channels[0]", "DIRECT is not supported yet"},
      {"phases: PHASE_UNSPECIFIED", "phases[0]", "missing"},
  };
  for (const auto& c : kCases) {
    v1::Program program = FromText(kLeast);
    *program.mutable_rules(0)->mutable_when() =
        FromText("rules { when { " + std::string(c.text) + " } }")
            .rules(0)
            .when();
    ProgramSpec spec;
    Mistakes mistakes;
    EXPECT_FALSE(ConvertProgram(program, &spec, &mistakes)) << c.text;
    Program::Build(spec, &mistakes);
    ASSERT_EQ(mistakes.list().size(), 1u) << mistakes.ToString();
    EXPECT_EQ(mistakes.list()[0].path, std::string("rules[0].when.") + c.field);
    EXPECT_EQ(mistakes.list()[0].problem, c.problem);
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
  rule->mutable_reward()->mutable_fixed()->set_per(
      static_cast<v1::Fixed::Per>(77));
  ProgramSpec spec;
  Mistakes mistakes;
  EXPECT_FALSE(ConvertProgram(program, &spec, &mistakes));
  EXPECT_THAT(
      PathsOf(mistakes),
      ElementsAre("rounding", "reversal_rounding", "conversion",
                  "attribution.model", "attribution.windows[0].channel",
                  "attribution.windows[0].end", "attribution.binding.span",
                  "attribution.organic", "attribution.direct",
                  "acquisition.until", "choosing", "terms_as_of",
                  "rules[0].kind", "rules[0].role", "rules[0].earns_on",
                  "rules[0].when.partner_kinds[0]", "rules[0].when.channels[0]",
                  "rules[0].when.phases[0]", "rules[0].reward.fixed.per"));
  EXPECT_EQ(mistakes.list()[0].problem, "77 is not a known value");
}

}  // namespace
}  // namespace vouch::proto

#include "vouch/program/spec_codec.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/tries.h"

namespace vouch {
namespace {

using std::string_view_literals::operator""sv;

void FillTheRest(RuleSpec* rule) {
  rule->kind = RuleKind::kPrice;
  rule->earns_on = EarnsOn::kSignup;
  rule->stack = true;
  ConditionsSpec& when = rule->when;
  when.partner_ids = {"anna", "bert"};
  when.campaigns = {"spring"};
  when.codes = {"A-1"};
  when.categories = {"plan"};
  when.countries = {"DE"};
  when.segments = {"small"};
  when.payment_number = {1, 13};
  when.months_since = {{MonthsAnchor::kSignup, {0, 12}}};
  when.line_amount_minor = {100, 200};
  when.quantity = {5, std::nullopt};
  when.attributes = {{AttributeOf::kLine, "colour", ""}};
  when.effective_from = CivilDay(2025, 1, 1);
  when.effective_until = CivilDay(1969, 12, 31);
  rule->reward.fixed.per = FixedPer::kUnit;
  rule->reward.tiers = {{0, 1000, "5%", 0}, {1000, std::nullopt, "", 7}};
  rule->reward.tier_metric = Metric::kRevenue;
  rule->reward.tier_period = Period::kQuarter;
  rule->reward.tier_meaning = TierMeaning::kRetroactive;
  rule->price_percent = "20%";
  rule->uplines = {{1, UplineOf::kCommission, "10%"},
                   {2, UplineOf::kBase, "1%"}};
  rule->rate_exceptions = {{"anna", rule->reward}};
  rule->limits.payments_per_customer = 12;
  rule->limits.months = 0;
  rule->limits.contract_years = 3;
  rule->limits.amount_per_customer_minor = 5000;
  rule->limits.amount_per_period = {{900, Period::kYear}};
}

// Every field said, every list with something in it.
ProgramSpec FullSpec() {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "Europe/Berlin";
  spec.rounding = Rounding::kFloor;
  spec.reversal_rounding = Rounding::kCeiling;
  spec.conversion = Conversion::kSignup;
  spec.name = "The shop";
  spec.model = Model::kFirstTouch;
  spec.half_life_days = 7;
  spec.first_share = "40%";
  spec.last_share = "0.3";
  spec.tiers = {{Channel::kLead}, {Channel::kCode, Channel::kLink}, {}};
  spec.binding = BindingSpan::kMonths;
  spec.binding_months = 24;
  spec.organic = Organic::kRetry;
  spec.direct = DirectPolicy::kCompete;
  spec.lead_protection = LeadProtectionSpec{90, ProtectionFrom::kLastActivity};
  spec.allow_self_referral = true;
  spec.windows = {{Channel::kLink, 30, WindowEnd::kInclusive},
                  {Channel::kCode, 90, WindowEnd::kExclusive}};
  spec.acquisition = Boundary::kFirstMonths;
  spec.acquisition_months = 12;
  spec.base = {false, true, true};
  spec.terms_as_of = TermsAsOf::kContractStart;
  spec.hold_days = 30;
  spec.clawback_days = 60;
  spec.payout_minimum = {{"EUR", 5000}, {"JPY", 600}};
  spec.customer_share_min = "10%";
  spec.customer_share_max = "0.9";
  spec.choosing = Choosing::kHighest;
  RuleSpec rule;
  rule.rule_id = "first";
  rule.name = "The first rule";
  rule.role = Role::kServicer;
  rule.when.partner_kinds = {PartnerKind::kReseller, PartnerKind::kCustomer};
  rule.when.partner_groups = {"north", ""};
  rule.when.channels = {Channel::kCode};
  rule.when.products = {"phone"};
  rule.when.phase = Phase::kRetention;
  rule.when.contract_year.from = 2;
  rule.when.contract_year.until = std::numeric_limits<int64_t>::max();
  rule.reward.percent = "12.5%";
  rule.reward.fixed.amount_minor = -1;
  rule.reward.by_contract_year = {"10%", "5%"};
  rule.budget = "7%";
  FillTheRest(&rule);
  spec.rules = {rule, RuleSpec()};
  return spec;
}

using ProgramChange = std::function<void(ProgramSpec&)>;

std::vector<ProgramChange> ProgramChanges() {
  using S = ProgramSpec;
  return {
      [](S& s) { s.program_id = "shoe"; },
      [](S& s) { s.currency = "USD"; },
      [](S& s) { s.time_zone = "UTC"; },
      [](S& s) { s.rounding = Rounding::kUp; },
      [](S& s) { s.reversal_rounding.reset(); },
      [](S& s) { s.reversal_rounding = Rounding::kHalfEven; },
      [](S& s) { s.conversion = Conversion::kFirstPayment; },
      [](S& s) { s.name = ""; },
      [](S& s) { s.model = Model::kLastTouch; },
      [](S& s) { s.half_life_days = 0; },
      [](S& s) { s.first_share = "0.4"; },
      [](S& s) { s.last_share = ""; },
      [](S& s) { s.tiers.clear(); },
      [](S& s) { s.tiers.pop_back(); },
      [](S& s) { s.tiers[1].pop_back(); },
      [](S& s) { s.tiers[0][0] = Channel::kView; },
      [](S& s) { s.binding = BindingSpan::kLifetime; },
      [](S& s) { s.binding_months = 23; },
      [](S& s) { s.organic = Organic::kBind; },
      [](S& s) { s.direct = DirectPolicy::kWin; },
      [](S& s) { s.lead_protection.reset(); },
      [](S& s) { s.lead_protection = LeadProtectionSpec(); },
      [](S& s) { s.lead_protection->protection_days = 91; },
      [](S& s) {
        s.lead_protection->counted_from = ProtectionFrom::kRegistration;
      },
      [](S& s) { s.allow_self_referral = false; },
      [](S& s) { s.windows.clear(); },
      [](S& s) { s.windows[0].channel = Channel::kView; },
      [](S& s) { s.windows[0].days = 31; },
      [](S& s) { s.windows[0].end = WindowEnd::kExclusive; },
      [](S& s) { s.acquisition = Boundary::kFirstContractYear; },
      [](S& s) { s.acquisition_months = 11; },
      [](S& s) { s.base.subtract_tax = true; },
      [](S& s) { s.base.subtract_fee = false; },
      [](S& s) { s.base.add_discount = false; },
      [](S& s) { s.terms_as_of = TermsAsOf::kConversion; },
      [](S& s) { s.hold_days = std::numeric_limits<int64_t>::min(); },
      [](S& s) { s.clawback_days.reset(); },
      [](S& s) { s.clawback_days = 0; },
      [](S& s) { s.payout_minimum[1].currency = "EUR"; },
      [](S& s) { s.payout_minimum[0].amount_minor = 0; },
      [](S& s) { s.customer_share_min = "0.1"; },
      [](S& s) { s.customer_share_max = ""; },
      [](S& s) { s.choosing = Choosing::kAll; },
      [](S& s) { s.rules.clear(); },
      [](S& s) { s.rules.pop_back(); },
  };
}

std::vector<ProgramChange> RuleChanges() {
  using S = ProgramSpec;
  return {
      [](S& s) { s.rules[0].rule_id = "second"; },
      [](S& s) { s.rules[0].name = ""; },
      [](S& s) { s.rules[0].role = Role::kAcquirer; },
      [](S& s) { s.rules[0].when.partner_kinds.pop_back(); },
      [](S& s) { s.rules[0].when.partner_groups[1] = "south"; },
      [](S& s) { s.rules[0].when.channels = {Channel::kLink}; },
      [](S& s) { s.rules[0].when.products.clear(); },
      [](S& s) { s.rules[0].when.phase = Phase::kNone; },
      [](S& s) { s.rules[0].when.contract_year.from.reset(); },
      [](S& s) { s.rules[0].when.contract_year.until = 3; },
      [](S& s) { s.rules[0].reward.percent = "0.125"; },
      [](S& s) { s.rules[0].reward.fixed.amount_minor = 0; },
      [](S& s) { s.rules[0].reward.by_contract_year.pop_back(); },
      [](S& s) { s.rules[0].budget = ""; },
      [](S& s) { s.rules[0].kind = RuleKind::kCommission; },
      [](S& s) { s.rules[0].earns_on = EarnsOn::kPayment; },
      [](S& s) { s.rules[0].stack = false; },
      [](S& s) { s.rules[0].price_percent = ""; },
      [](S& s) { s.rules[0].uplines.pop_back(); },
      [](S& s) { s.rules[0].uplines[0].level = 3; },
      [](S& s) { s.rules[0].uplines[0].of = UplineOf::kBase; },
      [](S& s) { s.rules[0].uplines[1].percent = "2%"; },
      [](S& s) { s.rules[0].rate_exceptions.clear(); },
      [](S& s) { s.rules[0].rate_exceptions[0].partner_id = "bert"; },
      [](S& s) { s.rules[0].rate_exceptions[0].reward.percent = ""; },
      [](S& s) { s.rules[0].limits.payments_per_customer = 0; },
      [](S& s) { s.rules[0].limits.months.reset(); },
      [](S& s) { s.rules[0].limits.contract_years.reset(); },
      [](S& s) { s.rules[0].limits.amount_per_customer_minor = 1; },
      [](S& s) { s.rules[0].limits.amount_per_period.reset(); },
      [](S& s) { s.rules[0].limits.amount_per_period->amount_minor = 0; },
      [](S& s) {
        s.rules[0].limits.amount_per_period->period = Period::kMonth;
      },
      [](S& s) { s.rules[0].reward.fixed.per = FixedPer::kLine; },
      [](S& s) { s.rules[0].reward.tiers.pop_back(); },
      [](S& s) { s.rules[0].reward.tiers[0].from = 1; },
      [](S& s) { s.rules[0].reward.tiers[0].until.reset(); },
      [](S& s) { s.rules[0].reward.tiers[0].percent = "0.05"; },
      [](S& s) { s.rules[0].reward.tiers[1].fixed_amount_minor = 8; },
      [](S& s) { s.rules[0].reward.tier_metric = Metric::kCommission; },
      [](S& s) { s.rules[0].reward.tier_period = Period::kNone; },
      [](S& s) { s.rules[0].reward.tier_meaning = TierMeaning::kGraduated; },
      [](S& s) { s.rules[0].when.partner_ids.pop_back(); },
      [](S& s) { s.rules[0].when.campaigns = {"autumn"}; },
      [](S& s) { s.rules[0].when.codes = {"A1"}; },
      [](S& s) { s.rules[0].when.categories.clear(); },
      [](S& s) { s.rules[0].when.countries = {"FR"}; },
      [](S& s) { s.rules[0].when.segments.clear(); },
      [](S& s) { s.rules[0].when.payment_number.from.reset(); },
      [](S& s) { s.rules[0].when.months_since.clear(); },
      [](S& s) {
        s.rules[0].when.months_since[0].anchor = MonthsAnchor::kFirstPayment;
      },
      [](S& s) { s.rules[0].when.months_since[0].months.until = 13; },
      [](S& s) { s.rules[0].when.line_amount_minor.from = 0; },
      [](S& s) { s.rules[0].when.quantity.until = 6; },
      [](S& s) { s.rules[0].when.attributes[0].of = AttributeOf::kCustomer; },
      [](S& s) { s.rules[0].when.attributes[0].key = "size"; },
      [](S& s) { s.rules[0].when.attributes[0].value = "red"; },
      [](S& s) { s.rules[0].when.effective_from.reset(); },
      [](S& s) { s.rules[0].when.effective_until = CivilDay(1970, 1, 1); },
  };
}

std::vector<ProgramSpec> Specs() {
  std::vector<ProgramSpec> specs = {FullSpec(), ProgramSpec()};
  for (const auto& changes : {ProgramChanges(), RuleChanges()}) {
    for (const ProgramChange& change : changes) {
      specs.push_back(FullSpec());
      change(specs.back());
    }
  }
  return specs;
}

TEST(SpecCodecTest, EverySpecHasBytesOfItsOwn) {
  std::set<std::string> seen;
  for (const ProgramSpec& spec : Specs()) {
    const std::string bytes = EncodeSpec(spec);
    EXPECT_TRUE(seen.insert(bytes).second);
    EXPECT_EQ(EncodeSpec(spec), bytes);
    const auto again = DecodeSpec(bytes);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(EncodeSpec(*again), bytes);
  }
}

TEST(SpecCodecTest, TheProgramComesBack) {
  const auto spec = DecodeSpec(EncodeSpec(FullSpec()));
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->program_id, "shop");
  EXPECT_EQ(spec->currency, "EUR");
  EXPECT_EQ(spec->time_zone, "Europe/Berlin");
  EXPECT_EQ(spec->rounding, Rounding::kFloor);
  EXPECT_EQ(spec->reversal_rounding, Rounding::kCeiling);
  EXPECT_EQ(spec->conversion, Conversion::kSignup);
  EXPECT_EQ(spec->model, Model::kFirstTouch);
  ASSERT_EQ(spec->windows.size(), 2u);
  EXPECT_EQ(spec->windows[0].channel, Channel::kLink);
  EXPECT_EQ(spec->windows[0].days, 30);
  EXPECT_EQ(spec->windows[0].end, WindowEnd::kInclusive);
  EXPECT_EQ(spec->half_life_days, 7);
  EXPECT_EQ(spec->first_share, "40%");
  EXPECT_EQ(spec->last_share, "0.3");
  EXPECT_EQ(spec->tiers,
            (std::vector<std::vector<Channel>>{
                {Channel::kLead}, {Channel::kCode, Channel::kLink}, {}}));
  EXPECT_EQ(spec->binding, BindingSpan::kMonths);
  EXPECT_EQ(spec->binding_months, 24);
  EXPECT_EQ(spec->organic, Organic::kRetry);
  EXPECT_EQ(spec->direct, DirectPolicy::kCompete);
  ASSERT_TRUE(spec->lead_protection.has_value());
  EXPECT_EQ(spec->lead_protection->protection_days, 90);
  EXPECT_EQ(spec->lead_protection->counted_from, ProtectionFrom::kLastActivity);
  EXPECT_TRUE(spec->allow_self_referral);
  EXPECT_EQ(spec->acquisition, Boundary::kFirstMonths);
  EXPECT_EQ(spec->acquisition_months, 12);
  EXPECT_FALSE(spec->base.subtract_tax);
  EXPECT_TRUE(spec->base.subtract_fee);
  EXPECT_TRUE(spec->base.add_discount);
  EXPECT_EQ(spec->terms_as_of, TermsAsOf::kContractStart);
  EXPECT_EQ(spec->hold_days, 30);
  EXPECT_EQ(spec->clawback_days, 60);
  ASSERT_EQ(spec->payout_minimum.size(), 2u);
  EXPECT_EQ(spec->payout_minimum[1].currency, "JPY");
  EXPECT_EQ(spec->payout_minimum[1].amount_minor, 600);
  EXPECT_EQ(spec->customer_share_min, "10%");
  EXPECT_EQ(spec->customer_share_max, "0.9");
  EXPECT_EQ(spec->choosing, Choosing::kHighest);
}

TEST(SpecCodecTest, TheRulesComeBack) {
  const auto spec = DecodeSpec(EncodeSpec(FullSpec()));
  ASSERT_TRUE(spec.ok());
  ASSERT_EQ(spec->rules.size(), 2u);
  const RuleSpec& rule = spec->rules[0];
  EXPECT_EQ(rule.rule_id, "first");
  EXPECT_EQ(rule.role, Role::kServicer);
  EXPECT_EQ(rule.when.partner_kinds,
            (std::vector<PartnerKind>{PartnerKind::kReseller,
                                      PartnerKind::kCustomer}));
  EXPECT_EQ(rule.when.partner_groups, (std::vector<std::string>{"north", ""}));
  EXPECT_EQ(rule.when.channels, std::vector<Channel>{Channel::kCode});
  EXPECT_EQ(rule.when.products, std::vector<std::string>{"phone"});
  EXPECT_EQ(rule.when.phase, Phase::kRetention);
  EXPECT_EQ(rule.when.contract_year.from, 2);
  EXPECT_EQ(rule.when.contract_year.until, INT64_MAX);
  EXPECT_EQ(rule.reward.percent, "12.5%");
  EXPECT_EQ(rule.reward.fixed.amount_minor, -1);
  EXPECT_EQ(rule.reward.by_contract_year,
            (std::vector<std::string>{"10%", "5%"}));
  EXPECT_EQ(rule.budget, "7%");
  EXPECT_EQ(spec->rules[1].rule_id, "");
  EXPECT_EQ(spec->rules[1].role, Role::kAcquirer);
}

TEST(SpecCodecTest, WhatARulePaysComesBack) {
  const auto spec = DecodeSpec(EncodeSpec(FullSpec()));
  ASSERT_TRUE(spec.ok());
  const RuleSpec& rule = spec->rules[0];
  EXPECT_EQ(rule.kind, RuleKind::kPrice);
  EXPECT_EQ(rule.earns_on, EarnsOn::kSignup);
  EXPECT_TRUE(rule.stack);
  EXPECT_EQ(rule.price_percent, "20%");
  ASSERT_EQ(rule.uplines.size(), 2u);
  EXPECT_EQ(rule.uplines[1].level, 2);
  EXPECT_EQ(rule.uplines[1].of, UplineOf::kBase);
  EXPECT_EQ(rule.uplines[1].percent, "1%");
  ASSERT_EQ(rule.rate_exceptions.size(), 1u);
  EXPECT_EQ(rule.rate_exceptions[0].partner_id, "anna");
  for (const RewardSpec& reward :
       {rule.reward, rule.rate_exceptions[0].reward}) {
    EXPECT_EQ(reward.fixed.per, FixedPer::kUnit);
    ASSERT_EQ(reward.tiers.size(), 2u);
    EXPECT_EQ(reward.tiers[0].until, 1000);
    EXPECT_EQ(reward.tiers[0].percent, "5%");
    EXPECT_EQ(reward.tiers[1].from, 1000);
    EXPECT_EQ(reward.tiers[1].until, std::nullopt);
    EXPECT_EQ(reward.tiers[1].fixed_amount_minor, 7);
    EXPECT_EQ(reward.tier_metric, Metric::kRevenue);
    EXPECT_EQ(reward.tier_period, Period::kQuarter);
    EXPECT_EQ(reward.tier_meaning, TierMeaning::kRetroactive);
  }
  EXPECT_EQ(rule.limits.payments_per_customer, 12);
  EXPECT_EQ(rule.limits.months, 0);
  EXPECT_EQ(rule.limits.contract_years, 3);
  EXPECT_EQ(rule.limits.amount_per_customer_minor, 5000);
  ASSERT_TRUE(rule.limits.amount_per_period.has_value());
  EXPECT_EQ(rule.limits.amount_per_period->amount_minor, 900);
  EXPECT_EQ(rule.limits.amount_per_period->period, Period::kYear);
}

TEST(SpecCodecTest, EveryConditionComesBack) {
  const auto spec = DecodeSpec(EncodeSpec(FullSpec()));
  ASSERT_TRUE(spec.ok());
  using Texts = std::vector<std::string>;
  const ConditionsSpec& when = spec->rules[0].when;
  EXPECT_EQ(when.partner_ids, (Texts{"anna", "bert"}));
  EXPECT_EQ(when.campaigns, Texts{"spring"});
  EXPECT_EQ(when.codes, Texts{"A-1"});
  EXPECT_EQ(when.categories, Texts{"plan"});
  EXPECT_EQ(when.countries, Texts{"DE"});
  EXPECT_EQ(when.segments, Texts{"small"});
  EXPECT_EQ(when.payment_number.from, 1);
  EXPECT_EQ(when.payment_number.until, 13);
  ASSERT_EQ(when.months_since.size(), 1u);
  EXPECT_EQ(when.months_since[0].anchor, MonthsAnchor::kSignup);
  EXPECT_EQ(when.months_since[0].months.from, 0);
  EXPECT_EQ(when.months_since[0].months.until, 12);
  EXPECT_EQ(when.line_amount_minor.from, 100);
  EXPECT_EQ(when.line_amount_minor.until, 200);
  EXPECT_EQ(when.quantity.from, 5);
  EXPECT_EQ(when.quantity.until, std::nullopt);
  ASSERT_EQ(when.attributes.size(), 1u);
  EXPECT_EQ(when.attributes[0].of, AttributeOf::kLine);
  EXPECT_EQ(when.attributes[0].key, "colour");
  EXPECT_EQ(when.effective_from, CivilDay(2025, 1, 1));
  EXPECT_EQ(when.effective_until, CivilDay(1969, 12, 31));
}

// Bytes by hand: the format's version, then each field that is not as by
// default behind its number, texts as length and bytes, numbers zigzag and
// LEB128; a 0 ends the program and each struct in it.
TEST(SpecCodecTest, ASpecIsItsFieldsByNumber) {
  EXPECT_EQ(EncodeSpec(ProgramSpec()), "\x01\x00"sv);
  ProgramSpec spec;
  spec.program_id = "p";
  spec.currency = "EUR";
  spec.base.subtract_tax = false;  // field 1 of field 22
  spec.hold_days = 30;             // field 24, 60 in zigzag
  spec.clawback_days = 0;          // field 25: said, unlike a default
  spec.rules.resize(2);            // field 29
  spec.rules[1].rule_id = "r";
  spec.rules[1].when.channels = {Channel::kCode, Channel::kLead};
  spec.rules[1].reward.percent = "5%";
  EXPECT_EQ(EncodeSpec(spec),
            "\x01\x01\x01p\x03\x03"
            "EUR\x16\x01\x00\x00\x18\x3c\x19\x00\x1d\x02\x00\x01\x01r"
            "\x04\x03\x02\x02\x03\x00\x05\x01\x02"
            "5%\x00\x00\x00"sv);
}

// A resend of a `program_set` from before a program learned its newest terms
// must stay a duplicate: these bytes may never change.
TEST(SpecCodecTest, TheBytesOfEarlierTermsStay) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  spec.conversion = Conversion::kSignup;
  spec.windows = {{Channel::kLink, 30, WindowEnd::kInclusive}};
  spec.acquisition = Boundary::kFirstContractYear;
  RuleSpec rule;
  rule.rule_id = "all";
  rule.reward.percent = "10%";
  spec.rules = {rule};
  EXPECT_EQ(EncodeSpec(spec),
            "\x01\x01\x04shop\x03\x03"
            "EUR\x04\x03UTC\x07\x01\x0c\x01\x01\x01\x02\x3c\x03\x02\x00"
            "\x14\x03\x1d\x01\x01\x03"
            "all\x05\x01\x03"
            "10%\x00\x00\x00"sv);
}

// A default may not be said: it would be another spelling of the same terms.
TEST(SpecCodecTest, ASaidDefaultIsRefused) {
  EXPECT_TRUE(DecodeSpec("\x01\x00"sv).ok());
  for (const std::string_view bytes :
       {"\x01\x01\x00\x00"sv,  // an empty program_id
        "\x01\x18\x00\x00"sv,  // no days of hold
        "\x01\x16\x00\x00"sv,  // a base as by default
        "\x01\x16\x01\x01\x00\x00"sv,
        "\x01\x1d\x00\x00"sv,            // no rules
        "\x01\x03\x01p\x01\x01p\x00"sv,  // not in order
        "\x01\x01\x01p\x01\x01p\x00"sv,  // twice
        "\x01\x1f\x00\x00"sv}) {         // no such field
    EXPECT_FALSE(DecodeSpec(bytes).ok());
  }
}

TEST(SpecCodecTest, OtherBytesAreRefused) {
  const std::string bytes = EncodeSpec(FullSpec());
  constexpr auto kRefused = absl::StatusCode::kInvalidArgument;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of its own, so that a read past the end is seen.
    const std::vector<char> torn(bytes.begin(),
                                 bytes.begin() + static_cast<int>(size));
    EXPECT_EQ(DecodeSpec({torn.data(), size}).status().code(), kRefused)
        << size;
  }
  EXPECT_EQ(DecodeSpec(bytes + '\0').status().code(), kRefused);
  for (const char version : {'\x00', '\x02', '\xff'}) {
    std::string foreign = bytes;
    foreign[0] = version;
    EXPECT_EQ(DecodeSpec(foreign).status().code(), kRefused);
  }
}

// Whatever one byte becomes: refused, or exactly the bytes of what was read.
TEST(SpecCodecTest, AChangedByteIsRefusedOrAnotherSpec) {
  const std::string bytes = EncodeSpec(FullSpec());
  const uint64_t values = testing_support::Tries(256, 256);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    for (uint64_t value = 0; value < values; ++value) {
      changed[at] = static_cast<char>(value * (256 / values));
      const auto spec = DecodeSpec(changed);
      if (spec.ok()) {
        ASSERT_EQ(EncodeSpec(*spec), changed);
      } else {
        ASSERT_EQ(spec.status().code(), absl::StatusCode::kInvalidArgument);
      }
    }
  }
}

}  // namespace
}  // namespace vouch

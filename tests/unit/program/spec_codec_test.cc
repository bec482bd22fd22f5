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

namespace vouch {
namespace {

using std::string_view_literals::operator""sv;

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
  RuleSpec rule;
  rule.rule_id = "first";
  rule.name = "The first rule";
  rule.role = Role::kServicer;
  rule.when.partner_kinds = {PartnerKind::kReseller, PartnerKind::kCustomer};
  rule.when.partner_groups = {"north", ""};
  rule.when.channels = {Channel::kCode};
  rule.when.products = {"phone"};
  rule.when.phase = Phase::kRetention;
  rule.when.contract_year_from = 2;
  rule.when.contract_year_until = std::numeric_limits<int64_t>::max();
  rule.reward.percent = "12.5%";
  rule.reward.fixed_minor = -1;
  rule.reward.by_contract_year = {"10%", "5%"};
  rule.budget = "7%";
  spec.rules = {rule, RuleSpec()};
  return spec;
}

using Change = std::function<void(ProgramSpec&)>;

std::vector<Change> ProgramChanges() {
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
      [](S& s) { s.rules.clear(); },
      [](S& s) { s.rules.pop_back(); },
  };
}

std::vector<Change> RuleChanges() {
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
      [](S& s) { s.rules[0].when.contract_year_from.reset(); },
      [](S& s) { s.rules[0].when.contract_year_until = 3; },
      [](S& s) { s.rules[0].reward.percent = "0.125"; },
      [](S& s) { s.rules[0].reward.fixed_minor = 0; },
      [](S& s) { s.rules[0].reward.by_contract_year.pop_back(); },
      [](S& s) { s.rules[0].budget = ""; },
  };
}

std::vector<ProgramSpec> Specs() {
  std::vector<ProgramSpec> specs = {FullSpec(), ProgramSpec()};
  for (const auto& changes : {ProgramChanges(), RuleChanges()}) {
    for (const Change& change : changes) {
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
  EXPECT_EQ(rule.when.contract_year_from, 2);
  EXPECT_EQ(rule.when.contract_year_until, INT64_MAX);
  EXPECT_EQ(rule.reward.percent, "12.5%");
  EXPECT_EQ(rule.reward.fixed_minor, -1);
  EXPECT_EQ(rule.reward.by_contract_year,
            (std::vector<std::string>{"10%", "5%"}));
  EXPECT_EQ(rule.budget, "7%");
  EXPECT_EQ(spec->rules[1].rule_id, "");
  EXPECT_EQ(spec->rules[1].role, Role::kAcquirer);
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
        "\x01\x1e\x00\x00"sv}) {         // no such field
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
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    for (int byte = 0; byte < 256; ++byte) {
      changed[at] = static_cast<char>(byte);
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

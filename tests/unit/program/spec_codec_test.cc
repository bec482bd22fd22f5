#include "vouch/program/spec_codec.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

// Every field said, every list with something in it.
ProgramSpec FullSpec() {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "Europe/Berlin";
  spec.rounding = Rounding::kFloor;
  spec.reversal_rounding = Rounding::kCeiling;
  spec.conversion = Conversion::kSignup;
  spec.model = Model::kFirstTouch;
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
      [](S& s) { s.model = Model::kLastTouch; },
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

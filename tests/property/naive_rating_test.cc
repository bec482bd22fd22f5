// The naive model of rating against tables worked by hand: what the engine is
// compared with must itself be right.
#include "tests/support/naive_rating.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/support/event_box.h"
#include "tests/support/rating_history.h"
#include "vouch/base/civil.h"
#include "vouch/event/check.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/program.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

// A program in EUR and UTC with two partners, of whom anna brought c1. Days
// count from 2024-01-01.
class NaiveRatingTest : public testing::Test {
 protected:
  NaiveRatingTest() {
    spec_.program_id = "p";
    spec_.currency = "EUR";
    spec_.time_zone = "UTC";
    spec_.rules.emplace_back();
    rule().rule_id = "r";
  }

  RuleSpec& rule() { return spec_.rules[0]; }
  RewardSpec& reward() { return spec_.rules[0].reward; }
  RuleSpec& AddRule(std::string rule_id) {
    spec_.rules.emplace_back();
    spec_.rules.back().rule_id = std::move(rule_id);
    return spec_.rules.back();
  }
  void Tiers(TierMeaning meaning, Metric metric, std::vector<TierSpec> tiers) {
    reward().tier_meaning = meaning;
    reward().tier_metric = metric;
    reward().tier_period = Period::kMonth;
    reward().tiers = std::move(tiers);
  }

  // The program, its partners and a click.
  void Start() {
    Set();
    Do(0, EventBox::Partner("anna"));
    Do(0, EventBox::Partner("ben"));
    Do(0, EventBox::Click("c1", "anna"));
  }
  void Set(int day = 0) {
    Mistakes mistakes;
    ASSERT_NE(Program::Build(spec_, &mistakes), nullptr) << mistakes.ToString();
    Do(day, box_.Program(spec_));
  }

  // What comes of it: "anna 79", "anna -32 of e5-1", a row each.
  std::string Do(int day, EventBody body) {
    const Instant at{(19'723 + day) * kUsPerDay + kUsPerDay / 2};
    const std::string_view id = box_.Text(absl::StrCat("e", ++count_));
    const Event event{"p", id, at, std::move(body)};
    EXPECT_TRUE(CheckEvent(event).ok()) << CheckEvent(event);
    const std::size_t before = naive_.rows().size();
    const absl::StatusCode code = naive_.Apply(event);
    if (code != absl::StatusCode::kOk) return absl::StatusCodeToString(code);
    std::vector<std::string> lines;
    for (std::size_t i = before; i < naive_.rows().size(); ++i) {
      const NaiveRow& row = naive_.rows()[i];
      const bool back = row.kind == AccrualKind::kReversal;
      lines.push_back(
          absl::StrCat(row.payee, " ", back ? "-" : "", row.amount_minor));
      if (spec_.rules.size() > 1) absl::StrAppend(&lines.back(), " ", row.rule);
      if (row.level > 0) absl::StrAppend(&lines.back(), " up ", row.level);
      if (back) absl::StrAppend(&lines.back(), " of ", row.accrual);
      if (!row.restores.empty()) {
        absl::StrAppend(&lines.back(), " again ", row.restores);
      }
    }
    return absl::StrJoin(lines, ", ");
  }
  std::string Pay(int day, int64_t amount_minor) {
    return PayLines(day, {Line(1, amount_minor)});
  }
  std::string PayLines(int day, std::vector<event::PaymentLine> lines,
                       std::string_view customer = "c1") {
    paid_ = box_.Text(absl::StrCat("i", count_ + 1));
    return Do(day, box_.Pay(paid_, customer, std::move(lines)));
  }
  std::string Refund(int day, std::optional<int64_t> amount_minor,
                     RefundKind kind = RefundKind::kRefund) {
    const std::string_view id = box_.Text(absl::StrCat("f", count_ + 1));
    return Do(day, EventBox::Refund(id, paid_, "c1", kind, amount_minor));
  }

  ProgramSpec spec_;
  EventBox box_;
  NaiveRating naive_;
  std::string_view paid_;  // the last payment
  int count_ = 0;
};

TEST_F(NaiveRatingTest, RefundInSteps) {
  reward().percent = "7.9%";
  Start();
  EXPECT_EQ(Pay(0, 1000), "anna 79");
  EXPECT_EQ(Refund(1, 400), "anna -32 of e5-1");
  EXPECT_EQ(Refund(2, 600), "anna -47 of e5-1");
  EXPECT_EQ(Refund(3, 1), "FAILED_PRECONDITION");
}

TEST_F(NaiveRatingTest, OddAmountInThreeSteps) {
  reward().percent = "10%";
  Start();
  EXPECT_EQ(Pay(0, 101), "anna 10");
  EXPECT_EQ(Refund(1, 33), "anna -3 of e5-1");  // 3.27
  EXPECT_EQ(Refund(2, 33), "anna -4 of e5-1");  // 6.53
  EXPECT_EQ(Refund(3, 35), "anna -3 of e5-1");  // 10
}

TEST_F(NaiveRatingTest, FixedAmounts) {
  const std::pair<FixedPer, std::vector<std::string>> kTable[] = {
      {FixedPer::kPayment, {"anna 7", "anna 7", "anna 7"}},
      {FixedPer::kLine, {"anna 14", "anna 7", "anna 7"}},
      {FixedPer::kUnit, {"anna 28", "anna 7", "anna 7"}},
      {FixedPer::kCustomer, {"anna 7", "", ""}},
      {FixedPer::kContractYear, {"anna 7", "", "anna 7"}}};
  for (const auto& [per, earned] : kTable) {
    spec_.rules[0].reward.fixed = {7, per};
    naive_ = NaiveRating();
    Start();
    std::vector<event::PaymentLine> lines = {Line(1, 50), Line(2, 60)};
    lines[1].quantity = 3;
    EXPECT_EQ(PayLines(0, lines), earned[0]);
    EXPECT_EQ(Pay(30, 10), earned[1]);
    EXPECT_EQ(Pay(366, 10), earned[2]);
  }
}

TEST_F(NaiveRatingTest, SpentAmountIsNotEarnedAgain) {
  reward().fixed = {7, FixedPer::kCustomer};
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 7");
  EXPECT_EQ(Refund(1, std::nullopt), "anna -7 of e5-1");
  EXPECT_EQ(Pay(2, 100), "");
}

TEST_F(NaiveRatingTest, LastYearRepeatsFrom29February) {
  reward().by_contract_year = {"20%", "10%"};
  Start();
  Do(0, EventBox::Contract("k", "c1", CivilDay(2024, 2, 29)));
  const auto pay = [&](int day) {
    event::Payment e = box_.Pay(box_.Text(absl::StrCat("i", day)), "c1", 100);
    e.contract_id = "k";
    return Do(day, e);
  };
  EXPECT_EQ(pay(0), "anna 20");     // before its start: year 1
  EXPECT_EQ(pay(423), "anna 20");   // 2025-02-27
  EXPECT_EQ(pay(424), "anna 10");   // 2025-02-28: year 2
  EXPECT_EQ(pay(1154), "anna 10");  // 2027-02-28
}

TEST_F(NaiveRatingTest, GraduatedIsSplitAtTheBound) {
  Tiers(TierMeaning::kGraduated, Metric::kRevenue,
        {{0, {}, "10%", 0}, {100, {}, "20%", 0}, {200, {}, "50%", 0}});
  Start();
  EXPECT_EQ(Pay(0, 60), "anna 6");
  EXPECT_EQ(Pay(1, 40), "anna 4");    // ends exactly at the bound
  EXPECT_EQ(Pay(2, 150), "anna 45");  // 100 x 20% + 50 x 50%
  EXPECT_EQ(Pay(31, 60), "anna 6");   // another month
}

TEST_F(NaiveRatingTest, RefundLowersTheMetricOfItsOwnMonth) {
  Tiers(TierMeaning::kGraduated, Metric::kRevenue,
        {{0, {}, "10%", 0}, {100, {}, "20%", 0}});
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10");
  EXPECT_EQ(Refund(31, 50), "anna -5 of e5-1");
  EXPECT_EQ(Pay(32, 150), "anna 20");  // from zero, not below: 10 + 10
  EXPECT_EQ(Pay(3, 10), "anna 2");     // January stays at 100
  // February stands at 150 - 50.
  EXPECT_EQ(naive_.MetricAt("anna", Role::kAcquirer, Metric::kRevenue,
                            Period::kMonth, Instant{19'760 * kUsPerDay}),
            100);
}

TEST_F(NaiveRatingTest, WholePaymentWithAndProspectiveBefore) {
  for (const auto& [meaning, second] :
       {std::pair(TierMeaning::kWholePayment, "anna 20"),
        std::pair(TierMeaning::kProspective, "anna 10")}) {
    naive_ = NaiveRating();
    Tiers(meaning, Metric::kPayments,
          {{1, {}, "10%", 0}, {2, {}, "20%", 0}, {3, 4, "30%", 5}});
    Start();
    const bool with = meaning == TierMeaning::kWholePayment;
    EXPECT_EQ(Pay(0, 100), with ? "anna 10" : "");
    EXPECT_EQ(Pay(0, 100), second);
    EXPECT_EQ(Pay(0, 100), with ? "anna 35" : "anna 20");
    EXPECT_EQ(Pay(0, 100), with ? "" : "anna 35");
    EXPECT_EQ(Pay(0, 100), "");
  }
}

TEST_F(NaiveRatingTest, CommissionBeforeThePayment) {
  Tiers(TierMeaning::kProspective, Metric::kCommission,
        {{0, {}, "10%", 0}, {10, {}, "20%", 0}});
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10");
  EXPECT_EQ(Pay(1, 100), "anna 20");
  EXPECT_EQ(Refund(2, 50), "anna -10 of e6-1");
  EXPECT_EQ(Pay(3, 100), "anna 20");
}

TEST_F(NaiveRatingTest, TrueUpGoesUpAndDown) {
  Tiers(TierMeaning::kRetroactive, Metric::kRevenue,
        {{0, {}, "10%", 0}, {100, {}, "20%", 3}});
  rule().uplines = {{1, UplineOf::kCommission, "50%"},
                    {2, UplineOf::kBase, "5%"}};
  Set();
  Do(0, EventBox::Partner("emil"));
  event::PartnerSet dora = EventBox::Partner("dora");
  dora.parent_partner_id = "emil";
  Do(0, dora);
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.parent_partner_id = "dora";
  Do(0, anna);
  Do(0, EventBox::Click("c1", "anna"));
  EXPECT_EQ(Pay(0, 60), "anna 6, dora 3 up 1, emil 3 up 2");
  // 20% of 120 and 3, less 6.
  EXPECT_EQ(Pay(1, 60), "anna 21, dora 11 up 1, emil 3 up 2");
  // 10% of 60: down from the latest. Emil's is of the payment itself.
  EXPECT_EQ(Refund(2, std::nullopt),
            "emil -3 up 2 of e7-3, anna -21 of e7-1, dora -11 up 1 of e7-2");
  EXPECT_EQ(Pay(31, 100), "anna 23, dora 12 up 1, emil 5 up 2");
}

TEST_F(NaiveRatingTest, WhatAParentCouldNotEarnIsLost) {
  Tiers(TierMeaning::kRetroactive, Metric::kRevenue, {{0, {}, "10%", 0}});
  rule().uplines = {{1, UplineOf::kCommission, "10%"}};
  Set();
  event::PartnerSet dora = EventBox::Partner("dora");
  dora.status = PartnerStatus::kSuspended;
  Do(0, dora);
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.parent_partner_id = "dora";
  Do(0, anna);
  Do(0, EventBox::Click("c1", "anna"));
  EXPECT_EQ(Pay(0, 1000), "anna 100");
  Do(1, EventBox::Partner("dora"));
  EXPECT_EQ(Pay(1, 500), "anna 50, dora 5 up 1");
  // The latest first: 5 of dora's, then of the 10 that nobody earned.
  EXPECT_EQ(Refund(2, 200), "anna -20 of e7-1, dora -2 up 1 of e7-2");
  paid_ = "i5";
  EXPECT_EQ(Refund(3, 1000),
            "anna -30 of e7-1, anna -70 of e5-1, dora -3 up 1 of e7-2");
  EXPECT_EQ(Pay(4, 100), "anna 10, dora 1 up 1");
}

TEST_F(NaiveRatingTest, TrueUpBesideItsRulesPlace) {
  Tiers(TierMeaning::kRetroactive, Metric::kRevenue,
        {{0, {}, "10%", 0}, {100, {}, "20%", 0}});
  rule().when.products = {"pro"};
  AddRule("other").reward.percent = "1%";
  rule().limits.amount_per_period = {15, Period::kMonth};
  Start();
  EXPECT_EQ(PayLines(0, {Line(1, 60, "pro")}), "anna 6 r");
  // Brings the metric to 160, of which 60 are the rule's.
  EXPECT_EQ(PayLines(1, {Line(1, 100)}), "anna 1 other, anna 6 r");
  EXPECT_EQ(PayLines(2, {Line(1, 100, "pro")}), "anna 3 r");  // of 32
}

TEST_F(NaiveRatingTest, LimitIsMetAndGivenBack) {
  reward().percent = "10%";
  rule().limits.amount_per_customer_minor = 10;
  Start();
  EXPECT_EQ(Pay(0, 80), "anna 8");
  EXPECT_EQ(Pay(1, 80), "anna 2");
  EXPECT_EQ(Pay(2, 80), "");
  paid_ = "i5";
  EXPECT_EQ(Refund(3, 40), "anna -4 of e5-1");
  EXPECT_EQ(Pay(4, 40), "anna 4");
  EXPECT_EQ(Pay(5, 40), "");
}

TEST_F(NaiveRatingTest, LimitsOfTimeAndPayments) {
  reward().percent = "10%";
  rule().limits.payments_per_customer = 2;
  rule().limits.months = 2;
  rule().limits.contract_years = 1;
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10");
  EXPECT_EQ(Pay(60, 100), "");  // 2024-03-01
  EXPECT_EQ(Pay(59, 100), "anna 10");
  EXPECT_EQ(Pay(1, 100), "");  // the third
}

TEST_F(NaiveRatingTest, WonBackCutByTheLimit) {
  reward().percent = "10%";
  rule().limits.amount_per_period = {10, Period::kMonth};
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10");
  EXPECT_EQ(Refund(1, std::nullopt, RefundKind::kChargeback),
            "anna -10 of e5-1");
  EXPECT_EQ(PayLines(2, {Line(1, 60)}), "anna 6");
  paid_ = "i5";
  EXPECT_EQ(Refund(40, std::nullopt, RefundKind::kChargebackReversed),
            "anna 4 again e5-1");
  // 4 are left of it, 6 count as reversed.
  EXPECT_EQ(Refund(41, 50), "");
  EXPECT_EQ(Refund(42, std::nullopt), "anna -4 of e5-1");
}

TEST_F(NaiveRatingTest, ThreeThirdsWithTwoUplines) {
  spec_.model = Model::kLinear;
  reward().percent = "10%";
  rule().uplines = {{1, UplineOf::kCommission, "50%"},
                    {2, UplineOf::kBase, "10%"}};
  Set();
  Do(0, EventBox::Partner("emil"));
  event::PartnerSet dora = EventBox::Partner("dora");
  dora.parent_partner_id = "emil";
  Do(0, dora);
  for (const std::string_view partner : {"anna", "ben", "cora"}) {
    event::PartnerSet e = EventBox::Partner(partner);
    e.parent_partner_id = "dora";
    Do(0, e);
    Do(0, EventBox::Click("c1", partner));
  }
  EXPECT_EQ(Pay(0, 100),
            "anna 4, dora 2 up 1, emil 4 up 2, ben 3, dora 2 up 1, "
            "emil 3 up 2, cora 3, dora 2 up 1, emil 3 up 2");
  // Nobody moves up.
  dora.status = PartnerStatus::kSuspended;
  Do(1, dora);
  EXPECT_EQ(Pay(1, 100),
            "anna 4, emil 4 up 2, ben 3, emil 3 up 2, cora 3, emil 3 up 2");
  EXPECT_EQ(Refund(2, 50),
            "anna -2 of e12-1, emil -2 up 2 of e12-2, ben -2 of e12-3, "
            "emil -2 up 2 of e12-4, cora -2 of e12-5, emil -2 up 2 of e12-6");
}

TEST_F(NaiveRatingTest, CycleOfParents) {
  reward().percent = "10%";
  Start();
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.parent_partner_id = "ben";
  EXPECT_EQ(Do(1, anna), "");
  event::PartnerSet ben = EventBox::Partner("ben");
  ben.parent_partner_id = "anna";
  EXPECT_EQ(Do(0, ben), "FAILED_PRECONDITION");  // from day 1 on
  anna.parent_partner_id = "nobody";
  EXPECT_EQ(Do(0, anna), "NOT_FOUND");
}

TEST_F(NaiveRatingTest, BudgetIsShared) {
  rule().budget = "10%";
  spec_.customer_share_max = "30%";
  Set();
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.customer_share = Rate::FromPpb(kPpb / 4);
  Do(0, anna);
  event::CodeIssued code = EventBox::Code("AA", "anna");
  code.customer_share = Rate::FromPpb(kPpb * 3 / 10);
  Do(0, code);
  Do(0, EventBox::Click("c1", "anna"));
  Do(0, EventBox::Redeem("c2", "a-a"));
  std::vector<event::PaymentLine> lines = {Line(1, 1000)};
  lines[0].discount_minor = 106;
  // P = 1106, its budget 110.6: 111 less 27.65, and less 33.18.
  EXPECT_EQ(PayLines(0, lines, "c1"), "anna 83");
  EXPECT_EQ(PayLines(0, lines, "c2"), "anna 78");
  spec_.customer_share_min = spec_.customer_share_max = "50%";
  Set(1);
  EXPECT_EQ(PayLines(1, lines, "c2"), "anna 56");  // 111 - 55.3
}

TEST_F(NaiveRatingTest, Choosing) {
  reward().percent = "10%";
  rule().when.line_amount_minor.until = 100;
  AddRule("s").reward.percent = "20%";
  AddRule("t").reward.fixed.amount_minor = 15;
  AddRule("x").reward.percent = "1%";
  spec_.rules.back().stack = true;
  const std::pair<Choosing, std::vector<std::string>> kTable[] = {
      {Choosing::kFirstMatch, {"anna 10 r, anna 1 x", "anna 20 s, anna 1 x"}},
      {Choosing::kHighest, {"anna 20 s, anna 1 x", "anna 20 s, anna 1 x"}},
      {Choosing::kAll,
       {"anna 10 r, anna 20 s, anna 15 t, anna 1 x",
        "anna 20 s, anna 15 t, anna 1 x"}}};
  for (const auto& [choosing, earned] : kTable) {
    spec_.choosing = choosing;
    naive_ = NaiveRating();
    Start();
    EXPECT_EQ(Pay(0, 99), earned[0]);
    EXPECT_EQ(Pay(0, 100), earned[1]);
  }
}

TEST_F(NaiveRatingTest, HighestTiesToTheFirstAndSeesLimits) {
  spec_.choosing = Choosing::kHighest;
  reward().percent = "10%";
  rule().limits.amount_per_customer_minor = 15;
  AddRule("s").reward.fixed.amount_minor = 10;
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10 r");
  EXPECT_EQ(Pay(1, 100), "anna 10 s");  // 5 are left of r
  EXPECT_EQ(Pay(2, 50), "anna 10 s");
}

TEST_F(NaiveRatingTest, UsedUpRuleHasStillBeenChosen) {
  reward().percent = "10%";
  rule().limits.payments_per_customer = 1;
  AddRule("s").reward.percent = "20%";
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10 r");
  EXPECT_EQ(Pay(1, 100), "");
}

TEST_F(NaiveRatingTest, OldCustomersOnOldTerms) {
  reward().percent = "10%";
  spec_.terms_as_of = TermsAsOf::kConversion;
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10");
  reward().percent = "13%";
  Set(10);
  EXPECT_EQ(Pay(11, 100), "anna 10");
  Do(11, EventBox::Click("c2", "anna"));
  EXPECT_EQ(PayLines(11, {Line(1, 100)}, "c2"), "anna 13");
}

TEST_F(NaiveRatingTest, LeadsAndSignups) {
  rule().earns_on = EarnsOn::kQualifiedLead;
  reward().fixed.amount_minor = 50;
  rule().uplines = {{1, UplineOf::kCommission, "10%"}};
  AddRule("s").reward.fixed.amount_minor = 7;
  spec_.rules.back().earns_on = EarnsOn::kSignup;
  Start();
  event::PartnerSet ben = EventBox::Partner("ben");
  ben.parent_partner_id = "anna";
  Do(0, ben);
  const event::BlindKey key{"k", box_.Text(std::string(64, 'a'))};
  Do(0, box_.Lead("l1", "ben", {key}, "c2"));
  EXPECT_EQ(Do(1, EventBox::Update("l1", key, LeadStatus::kQualified)),
            "ben 50 r, anna 5 r up 1");
  EXPECT_EQ(Do(1, EventBox::Update("l1", key, LeadStatus::kQualified)), "");
  Do(2, box_.Lead("l2", "ben", {key}, "c2"));
  EXPECT_EQ(Do(2, EventBox::Update("l2", key, LeadStatus::kQualified)), "");
  EXPECT_EQ(Do(3, EventBox::Signup("c1")), "anna 7 s");
  EXPECT_EQ(Do(4, EventBox::Signup("c1")), "");
}

TEST_F(NaiveRatingTest, EachFigureIsConvertedAndRounded) {
  reward().percent = "100%";
  Start();
  event::PaymentLine line = Line(1, 101);
  line.tax_minor = 3;
  event::Payment e = box_.Pay("i", "c1", {line}, kUsd);
  EXPECT_EQ(Do(0, e), "INVALID_ARGUMENT");
  e.exchange.emplace().rate_ppb = kPpb / 2;
  EXPECT_EQ(Do(0, e), "anna 48");  // 50.5 -> 50, 1.5 -> 2
  event::Payment yen =
      box_.Pay("j", "c1", {Line(1, 101)}, *Currency::Parse("JPY"));
  yen.exchange.emplace().rate_ppb = 6'250'000;
  EXPECT_EQ(Do(0, yen), "anna 63");  // 0.63125 euros
}

TEST_F(NaiveRatingTest, LinesOfNothing) {
  reward().fixed = {5, FixedPer::kLine};
  spec_.base.add_discount = true;
  Start();
  std::vector<event::PaymentLine> lines = {Line(1, 100), Line(2, 0)};
  lines[1].discount_minor = 300;
  EXPECT_EQ(PayLines(0, lines), "anna 10");
  // Of the base of 400 a quarter is given back with the line that was paid,
  // and then the rest, for all other lines are given back whole.
  EXPECT_EQ(Refund(1, 50), "anna -1 of e5-1");
  EXPECT_EQ(Refund(2, 50), "anna -9 of e5-1");
  EXPECT_EQ(PayLines(3, lines), "anna 10");
  EXPECT_EQ(Do(4, box_.RefundLines("f", paid_, "c1", RefundKind::kCancellation,
                                   {{2, 0}})),
            "anna -8 of e8-1");  // 7.5
}

TEST_F(NaiveRatingTest, ClawbackEnds) {
  reward().percent = "10%";
  spec_.clawback_days = 30;
  Start();
  EXPECT_EQ(Pay(0, 100), "anna 10");
  EXPECT_EQ(Refund(29, 10), "anna -1 of e5-1");
  EXPECT_EQ(Refund(30, 50), "");
  EXPECT_EQ(Refund(29, 40), "anna -4 of e5-1");
  EXPECT_EQ(Refund(29, 1), "FAILED_PRECONDITION");
}

// As NaiveRating::seen() names it.
constexpr const char* kReached[] = {"contract_started OK",
                                    "customer_merged OK",
                                    "lead_updated OK",
                                    "opening_balance OK",
                                    "partner_set FAILED_PRECONDITION",
                                    "partner_set INVALID_ARGUMENT",
                                    "partner_set NOT_FOUND",
                                    "payment NOT_FOUND",
                                    "refund FAILED_PRECONDITION",
                                    "ALL of several",
                                    "FIRST_MATCH of several",
                                    "GRADUATED crosses a bound",
                                    "HIGHEST is a later one",
                                    "HIGHEST is the first",
                                    "budget",
                                    "budget of another role",
                                    "budget shared",
                                    "by contract year",
                                    "contract continued",
                                    "contract of 29 February",
                                    "credit earns not",
                                    "earns on 1",
                                    "earns on 2",
                                    "earns on 3",
                                    "exactly a bound",
                                    "fixed per 1",
                                    "fixed per 2",
                                    "fixed per 3",
                                    "fixed per 4",
                                    "fixed per 5",
                                    "foreign currency",
                                    "last rate repeats",
                                    "limit cuts",
                                    "limit cuts a true-up",
                                    "limit met exactly",
                                    "limit of an amount used up",
                                    "limit of contract years",
                                    "limit of months",
                                    "limit of payments",
                                    "metric below zero",
                                    "no band",
                                    "older terms rate",
                                    "opening metric",
                                    "parent earns not",
                                    "payment of nothing",
                                    "percent",
                                    "qualified in vain",
                                    "qualified again for one contact",
                                    "lead of nobody",
                                    "rate exception",
                                    "refund after the clawback",
                                    "reversed in part",
                                    "reversed whole",
                                    "second budget",
                                    "share cut",
                                    "share of the code",
                                    "spent already",
                                    "split",
                                    "stack beside others",
                                    "tiers 1 of metric 1",
                                    "tiers 2 of metric 1",
                                    "tiers 2 of metric 2",
                                    "tiers 2 of metric 3",
                                    "tiers 2 of metric 4",
                                    "tiers 3 of metric 1",
                                    "tiers 3 of metric 2",
                                    "tiers 3 of metric 3",
                                    "tiers 3 of metric 4",
                                    "tiers 3 of metric 5",
                                    "tiers 4 of metric 1",
                                    "tiers 4 of metric 2",
                                    "tiers 4 of metric 3",
                                    "tiers 4 of metric 4",
                                    "tiers by period 1",
                                    "tiers by period 2",
                                    "tiers by period 3",
                                    "tiers by period 4",
                                    "true-up",
                                    "true-up after a refund",
                                    "true-up beside its rule's place",
                                    "true-up goes down",
                                    "true-up of an upline",
                                    "true-up that nobody may earn",
                                    "lost true-up goes down",
                                    "upline of BASE",
                                    "upline of BASE of a child with nothing",
                                    "upline of COMMISSION",
                                    "upline of level 1",
                                    "upline of level 2",
                                    "won back",
                                    "won back, but cut"};
constexpr const char* kConditionsReached[] = {
    "attribute", "campaign",       "category",
    "channel",   "code",           "contract year",
    "country",   "effective from", "effective until",
    "group",     "kind",           "line amount",
    "months",    "partner",        "payment number",
    "phase",     "product",        "quantity",
    "segment"};

// The histories are worth something only if they reach everything, and
// programs that nobody may have are worth nothing.
TEST(RatingHistoriesTest, ReachEveryRule) {
  std::map<std::string, int64_t> seen;
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    const RatingHistory history = MakeRatingHistory(seed);
    for (const ProgramSpec& spec : history.versions) {
      Mistakes mistakes;
      ASSERT_NE(Program::Build(spec, &mistakes), nullptr)
          << "seed " << seed << "\n"
          << mistakes.ToString();
    }
    NaiveRating naive;
    for (const Event& event : history.events) {
      ASSERT_TRUE(CheckEvent(event).ok())
          << "seed " << seed << ": " << CheckEvent(event);
      const absl::StatusCode code = naive.Apply(event);
      ++seen[absl::StrCat(std::string(KindWord(event.body)), " ",
                          absl::StatusCodeToString(code))];
    }
    for (const auto& [what, count] : naive.seen()) seen[what] += count;
  }
  std::vector<std::string> rare;
  for (const char* what : kReached) {
    if (seen[what] <= 30) rare.push_back(absl::StrCat(what, ": ", seen[what]));
  }
  for (const char* what : kConditionsReached) {
    for (const char* how : {"holds", "fails"}) {
      const std::string both = absl::StrCat("condition ", what, " ", how);
      if (seen[both] <= 30) rare.push_back(both);
    }
  }
  EXPECT_TRUE(rare.empty()) << absl::StrJoin(rare, "\n");
}

// The model keeps to the law that it is compared under, accrual by accrual.
TEST(RatingHistoriesTest, GivenBackWholeLeavesNothingInTheModel) {
  int64_t accruals = 0;
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    RatingHistory history = MakeRatingHistory(seed);
    const auto claws_back = [](const ProgramSpec& spec) {
      return spec.clawback_days.has_value();
    };
    if (std::any_of(history.versions.begin(), history.versions.end(),
                    claws_back)) {
      continue;
    }
    NaiveRating naive;
    for (const Event& event : history.events) naive.Apply(event);
    for (const Event& event : history.events) {
      const auto* paid = std::get_if<event::Payment>(&event.body);
      if (paid == nullptr) continue;
      const std::string_view id =
          history.box.Text(absl::StrCat("back-", std::string(event.event_id)));
      naive.Apply({event.program_id, id, history.events.back().time,
                   EventBox::Refund(id, paid->payment_id, paid->customer.id)});
    }
    std::set<std::string> unrefunded;  // leads and sign-ups
    for (const Event& event : history.events) {
      if (!std::holds_alternative<event::Payment>(event.body)) {
        unrefunded.insert(std::string(event.event_id));
      }
    }
    std::map<std::string, int64_t> left;
    for (const NaiveRow& row : naive.rows()) {
      if (row.true_up) continue;
      const std::string& root =
          row.restores.empty() ? row.accrual : row.restores;
      if (unrefunded.count(root.substr(0, root.find('-'))) != 0) continue;
      left[root] += row.kind == AccrualKind::kReversal ? -row.amount_minor
                                                       : row.amount_minor;
    }
    for (const auto& [root, amount] : left) {
      ASSERT_EQ(amount, 0) << "seed " << seed << ", " << root;
      ++accruals;
    }
  }
  EXPECT_GT(accruals, 1000);
}

}  // namespace
}  // namespace vouch

#include "vouch/rate/rate.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Lines = std::vector<event::PaymentLine>;

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

ProgramSpec Terms(std::vector<RuleSpec> rules) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  spec.rules = std::move(rules);
  return spec;
}

RuleSpec PercentRule(std::string id, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(id);
  rule.reward.percent = std::move(percent);
  return rule;
}

RuleSpec BudgetRule(std::string budget) {
  RuleSpec rule;
  rule.rule_id = "budget";
  rule.budget = std::move(budget);
  return rule;
}

event::PaymentLine Line(int64_t amount_minor, std::string_view product = "") {
  event::PaymentLine line;
  line.line = 1;
  line.product = product;
  line.amount_minor = amount_minor;
  return line;
}

RatableCredit Whole() {
  RatableCredit credit;
  credit.weight_ppb = kPpb;
  credit.kind = PartnerKind::kAffiliate;
  credit.channel = Channel::kLink;
  return credit;
}

// A payment and what it is rated into, kept together so that the spans hold.
struct Case {
  Lines lines = {Line(1000)};
  std::vector<RatableCredit> credits = {Whole()};
  Phase phase = Phase::kAcquisition;
  int32_t contract_year = 1;
  Rating rating;
  RateTrace trace;

  absl::Status Run(const ProgramSpec& spec) {
    Mistakes mistakes;
    const auto program = Program::Build(spec, &mistakes);
    EXPECT_NE(program, nullptr) << mistakes.ToString();
    if (program == nullptr) return absl::InternalError("no program");
    RatablePayment payment;
    payment.lines = lines;
    payment.phase = phase;
    payment.contract_year = contract_year;
    payment.credits = credits;
    trace = RateTrace();
    absl::Status status = RatePayment(*program, payment, &trace, &rating);
    // The trace changes nothing.
    Rating untraced;
    const absl::Status again =
        RatePayment(*program, payment, nullptr, &untraced);
    EXPECT_EQ(again, status);
    if (status.ok()) {
      EXPECT_EQ(AmountsOf(untraced), AmountsOf(rating));
    }
    return status;
  }
  static std::vector<int64_t> AmountsOf(const Rating& rating) {
    std::vector<int64_t> amounts;
    for (const RatedAmount& a : rating.amounts) {
      amounts.push_back(a.amount_minor);
    }
    return amounts;
  }
  // The amounts, or nothing after an error.
  std::vector<int64_t> Amounts(const ProgramSpec& spec) {
    const absl::Status status = Run(spec);
    EXPECT_TRUE(status.ok()) << status;
    return AmountsOf(rating);
  }
};

// ---------------------------------------------------------------------------
// Choosing

// A rule of 10% with one condition before a rule of 1% without: 100 or 10 of
// 1000.
struct ConditionRow {
  std::string name;
  std::function<void(ConditionsSpec*)> condition;
  std::function<void(Case*)> payment;
  bool holds;
  std::string wanted, actual;  // what the trace says when it does not
};

void PrintTo(const ConditionRow& row, std::ostream* out) { *out << row.name; }

std::vector<ConditionRow> ConditionRows() {
  const auto kinds = [](ConditionsSpec* when) {
    when->partner_kinds = {PartnerKind::kReseller, PartnerKind::kAffiliate};
  };
  const auto groups = [](ConditionsSpec* when) {
    when->partner_groups = {"gold", "silver"};
  };
  const auto channels = [](ConditionsSpec* when) {
    when->channels = {Channel::kCode};
  };
  const auto phase = [](ConditionsSpec* when) {
    when->phase = Phase::kRetention;
  };
  const auto years = [](ConditionsSpec* when) {  // years 2 and 3
    when->contract_year.from = 2;
    when->contract_year.until = 4;
  };
  const auto products = [](ConditionsSpec* when) {
    when->products = {"basic", "plus"};
  };
  const auto year = [](int32_t n) {
    return [n](Case* c) { c->contract_year = n; };
  };
  return {
      {"partner_kind", kinds, [](Case*) {}, true, "", ""},
      {"partner_kind", kinds,
       [](Case* c) { c->credits[0].kind = PartnerKind::kConsultant; }, false,
       "AFFILIATE, RESELLER", "CONSULTANT"},
      {"partner_group", groups, [](Case* c) { c->credits[0].group = "silver"; },
       true, "", ""},
      {"partner_group", groups, [](Case* c) { c->credits[0].group = "Silver"; },
       false, "gold, silver", "Silver"},
      {"partner_group", groups, [](Case*) {}, false, "gold, silver", ""},
      {"channel", channels,
       [](Case* c) { c->credits[0].channel = Channel::kCode; }, true, "", ""},
      {"channel", channels, [](Case*) {}, false, "CODE", "LINK"},
      {"phase", phase, [](Case* c) { c->phase = Phase::kRetention; }, true, "",
       ""},
      {"phase", phase, [](Case*) {}, false, "RETENTION", "ACQUISITION"},
      {"contract_year", years, year(1), false, "from 2", "1"},
      {"contract_year", years, year(2), true, "", ""},
      {"contract_year", years, year(3), true, "", ""},
      {"contract_year", years, year(4), false, "before 4", "4"},
      {"product", products, [](Case* c) { c->lines[0].product = "plus"; }, true,
       "", ""},
      {"product", products, [](Case* c) { c->lines[0].product = "pro"; }, false,
       "basic, plus", "pro"},
      {"product", products, [](Case*) {}, false, "basic, plus", ""},
  };
}

class ConditionTest : public ::testing::TestWithParam<ConditionRow> {};

TEST_P(ConditionTest, HoldsOrFallsToTheNextRule) {
  const ConditionRow& row = GetParam();
  RuleSpec first = PercentRule("special", "10%");
  row.condition(&first.when);
  Case c;
  row.payment(&c);
  EXPECT_THAT(c.Amounts(Terms({first, PercentRule("other", "1%")})),
              ElementsAre(row.holds ? 100 : 10));
  ASSERT_FALSE(c.trace.trials.empty());
  const RuleTrial& trial = c.trace.trials[0];
  EXPECT_EQ(trial.failed, row.holds ? "" : row.name);
  EXPECT_EQ(trial.wanted, row.wanted);
  EXPECT_EQ(trial.actual, row.actual);
  EXPECT_EQ(c.trace.trials.size(), row.holds ? 1u : 2u);
}

INSTANTIATE_TEST_SUITE_P(EachCondition, ConditionTest,
                         ::testing::ValuesIn(ConditionRows()));

TEST(RatePaymentTest, ARuleOfAnotherRolePaysNobody) {
  RuleSpec rule = PercentRule("service", "10%");
  rule.role = Role::kServicer;
  Case c;
  EXPECT_THAT(c.Amounts(Terms({rule})), IsEmpty());
  ASSERT_EQ(c.trace.trials.size(), 1u);
  EXPECT_EQ(c.trace.trials[0].failed, "role");
  EXPECT_EQ(c.trace.trials[0].wanted, "SERVICER");
  EXPECT_EQ(c.trace.trials[0].actual, "ACQUIRER");
}

TEST(RatePaymentTest, AllConditionsOfARuleMustHold) {
  RuleSpec rule = PercentRule("special", "10%");
  rule.when.phase = Phase::kAcquisition;
  rule.when.channels = {Channel::kCode};
  Case c;
  EXPECT_THAT(c.Amounts(Terms({rule})), IsEmpty());
  c.credits[0].channel = Channel::kCode;
  EXPECT_THAT(c.Amounts(Terms({rule})), ElementsAre(100));
  c.phase = Phase::kRetention;
  EXPECT_THAT(c.Amounts(Terms({rule})), IsEmpty());
}

TEST(RatePaymentTest, TheFirstRuleThatMatchesAloneIsChosen) {
  Case c;
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "1%"), PercentRule("b", "5%"),
                               PercentRule("c", "9%")})),
              ElementsAre(10));
}

TEST(RatePaymentTest, ARuleThatRoundsToZeroWasStillChosen) {
  Case c;
  c.lines = {Line(4)};  // 10% of 4 is 0.4: 0, and "b" does not step in
  EXPECT_THAT(
      c.Amounts(Terms({PercentRule("a", "10%"), PercentRule("b", "1")})),
      IsEmpty());
}

TEST(RatePaymentTest, SeveralRulesOnOnePaymentEachAddTheirOwnLines) {
  RuleSpec a = PercentRule("a", "10%");
  a.when.products = {"A"};
  RuleSpec b = PercentRule("b", "5%");
  b.when.products = {"B"};
  RuleSpec rest;
  rest.rule_id = "rest";
  rest.reward.fixed.amount_minor = 7;
  Case c;
  // C stands first, and yet its rule is written last.
  c.lines = {Line(300, "C"), Line(1000, "A"), Line(2000, "B"), Line(500, "A")};
  // a: 10% of 1000 + 500; b: 5% of 2000; rest: 7 for the payment.
  EXPECT_THAT(c.Amounts(Terms({a, b, rest})), ElementsAre(150, 100, 7));
  ASSERT_EQ(c.rating.amounts.size(), 3u);
  const auto& amounts = c.rating.amounts;
  EXPECT_EQ(amounts[0].rule, 0u);
  EXPECT_EQ(amounts[0].base_minor, 1500);
  EXPECT_EQ(amounts[0].base_count, 2u);
  EXPECT_EQ(amounts[1].rule, 1u);
  EXPECT_EQ(amounts[1].base_minor, 2000);
  EXPECT_EQ(amounts[2].rule, 2u);
  EXPECT_EQ(amounts[2].base_minor, 300);
  ASSERT_EQ(c.rating.bases.size(), 4u);
  EXPECT_EQ(c.rating.bases[0].line, 1u);
  EXPECT_EQ(c.rating.bases[1].line, 3u);
  EXPECT_EQ(c.rating.bases[1].base_minor, 500);
  EXPECT_EQ(c.rating.bases[2].line, 2u);
  EXPECT_EQ(c.rating.bases[3].line, 0u);
}

TEST(RatePaymentTest, AFixedAmountIsPaidOnceForAllItsLines) {
  RuleSpec rule;
  rule.rule_id = "bounty";
  rule.reward.fixed.amount_minor = 2500;
  Case c;
  c.lines = {Line(1), Line(2), Line(3)};
  EXPECT_THAT(c.Amounts(Terms({rule})), ElementsAre(2500));
}

// ---------------------------------------------------------------------------
// Rewards

TEST(RatePaymentTest, BasesAreAddedAndRoundedOnce) {
  Case c;
  c.lines = {Line(5), Line(5), Line(5)};
  // 10% of 15 is 1.5: 2. Line by line it would be 0.5 each: nothing.
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), ElementsAre(2));
}

struct RewardRow {
  int64_t base_minor;
  std::string percent;
  int64_t fixed_minor;
  std::vector<std::string> by_year;
  int32_t year;
  int64_t amount_minor;
};

TEST(RatePaymentTest, PartsOfARewardAreAddedExactlyAndRoundedOnce) {
  const std::vector<std::string> years = {"20%", "10%", "5%"};
  const RewardRow rows[] = {
      // Ties to even, of the sum: 2.5 + 1 = 3.5 -> 4, where 2 + 1 is 3.
      {25, "10%", 1, {}, 1, 4},
      // 3.5 + 1 = 4.5 -> 4, where 4 + 1 is 5.
      {35, "10%", 1, {}, 1, 4},
      {45, "10%", 1, {}, 1, 6},  // 5.5
      // 12.5% + 2.5% of 30 is 4.5 -> 4, 12.5% + 5% of 20 is 3.5 -> 4, where
      // 2.5 -> 2 and 1 are 3.
      {30, "12.5%", 0, {"2.5%", "5%"}, 1, 4},
      {20, "12.5%", 0, {"2.5%", "5%"}, 2, 4},
      // 10% + 20% of 1000, and 50 more.
      {1000, "10%", 50, years, 1, 350},
      {1000, "", 0, years, 1, 200},
      {1000, "", 0, years, 2, 100},
      {1000, "", 0, years, 3, 50},
      {1000, "", 0, years, 4, 50},  // the last repeats
      {1000, "", 0, years, 99, 50},
      {1000, "", 0, {"0%", "10%"}, 2, 100},
      {7, "0.0000001%", 0, {}, 1, 0},              // 7e-9
      {1'000'000'000, "0.0000001%", 0, {}, 1, 1},  // exactly one part
      {500'000'000, "0.0000001%", 0, {}, 1, 0},    // 0.5 -> 0
      {1'500'000'000, "0.0000001%", 0, {}, 1, 2},  // 1.5 -> 2
      {3, "1000%", 0, {}, 1, 30},                  // ten times the base
  };
  for (const RewardRow& row : rows) {
    RuleSpec rule;
    rule.rule_id = "r";
    rule.reward.percent = row.percent;
    rule.reward.fixed.amount_minor = row.fixed_minor;
    rule.reward.by_contract_year = row.by_year;
    Case c;
    c.lines = {Line(row.base_minor)};
    c.contract_year = row.year;
    const auto amounts = c.Amounts(Terms({rule}));
    EXPECT_EQ(amounts.empty() ? 0 : amounts[0], row.amount_minor)
        << row.base_minor << " x " << row.percent << " year " << row.year;
  }
}

TEST(RatePaymentTest, EveryRoundingMode) {
  const std::pair<Rounding, int64_t> rows[] = {
      // 10% of 25 is 2.5
      {Rounding::kHalfEven, 2}, {Rounding::kHalfUp, 3},
      {Rounding::kHalfDown, 2}, {Rounding::kDown, 2},
      {Rounding::kUp, 3},       {Rounding::kFloor, 2},
      {Rounding::kCeiling, 3},
  };
  for (const auto& [rounding, amount] : rows) {
    ProgramSpec spec = Terms({PercentRule("a", "10%")});
    spec.rounding = rounding;
    Case c;
    c.lines = {Line(25)};
    EXPECT_THAT(c.Amounts(spec), ElementsAre(amount)) << RoundingName(rounding);
  }
}

// ---------------------------------------------------------------------------
// Base

TEST(BaseOfTest, TakesOffAndAddsOnlyWhatTheProgramSays) {
  event::PaymentLine line = Line(1190);
  line.tax_minor = 190;
  line.fee_minor = 40;
  line.discount_minor = 100;
  // {less tax, less fee, plus discount}
  EXPECT_EQ(BaseOf(line, {false, false, false}), 1190);
  EXPECT_EQ(BaseOf(line, {true, false, false}), 1000);
  EXPECT_EQ(BaseOf(line, {false, true, false}), 1150);
  EXPECT_EQ(BaseOf(line, {true, true, false}), 960);
  EXPECT_EQ(BaseOf(line, {false, false, true}), 1290);
  EXPECT_EQ(BaseOf(line, {true, false, true}), 1100);
  EXPECT_EQ(BaseOf(line, {false, true, true}), 1250);
  EXPECT_EQ(BaseOf(line, {true, true, true}), 1060);
  EXPECT_EQ(BaseOf(line, BaseSpec()), 1000);  // the default: less tax
}

TEST(BaseOfTest, IsNeverBelowZero) {
  event::PaymentLine line = Line(10);
  line.tax_minor = 30;
  EXPECT_EQ(BaseOf(line, {true, false, false}), 0);
  line.discount_minor = 15;  // 10 - 30 + 15
  EXPECT_EQ(BaseOf(line, {true, false, true}), 0);
  line.discount_minor = 25;
  EXPECT_EQ(BaseOf(line, {true, false, true}), 5);
  line.tax_minor = kMax;
  line.fee_minor = kMax;
  EXPECT_EQ(BaseOf(line, {true, true, false}), 0);
}

TEST(RatePaymentTest, ALineBelowZeroTakesNothingFromTheOthers) {
  Case c;
  c.lines = {Line(1000), Line(10)};
  c.lines[1].tax_minor = 500;
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), ElementsAre(100));
  EXPECT_EQ(c.rating.amounts[0].base_minor, 1000);
}

// ---------------------------------------------------------------------------
// Budget

TEST(BudgetTest, SeventyNineOfAThousand) {
  ProgramSpec spec = Terms({BudgetRule("10%")});
  Case c;
  c.lines = {Line(1000)};
  c.credits[0].customer_share = *Rate::Parse("21%");
  // 10% of 1000 is 100: 21 for the customer, 79 for the partner.
  EXPECT_THAT(c.Amounts(spec), ElementsAre(79));
  EXPECT_EQ(c.rating.amounts[0].discount_minor, 21);
  EXPECT_EQ(c.rating.amounts[0].base_minor, 1000);
  ASSERT_EQ(c.trace.amounts.size(), 1u);
  EXPECT_EQ(c.trace.amounts[0].rounded_minor, 100);
  EXPECT_EQ(c.trace.amounts[0].numerator, absl::int128(100) * kPpb);
}

TEST(BudgetTest, PriceIsTheBaseWithTheDiscountAddedBackOnce) {
  // 979 paid, 21 taken off, 190 tax within, 40 fee.
  event::PaymentLine line = Line(979);
  line.discount_minor = 21;
  line.tax_minor = 190;
  line.fee_minor = 40;
  struct Row {
    BaseSpec base;
    int64_t price;
  };
  const Row rows[] = {
      {{false, false, false}, 1000}, {{false, false, true}, 1000},
      {{true, false, false}, 810},   {{true, true, false}, 770},
      {{true, true, true}, 770},
  };
  for (const Row& row : rows) {
    ProgramSpec spec = Terms({BudgetRule("10%")});
    spec.base = row.base;
    Case c;
    c.lines = {line};
    EXPECT_THAT(c.Amounts(spec), ElementsAre(row.price / 10));
    EXPECT_EQ(c.rating.amounts[0].base_minor, row.price);
  }
}

TEST(BudgetTest, PartsAddUpToTheBudgetInEveryRoundingMode) {
  struct Row {
    Rounding rounding;
    int64_t discount, commission;
  };
  // P 335, budget 10%: 33.5; half of it is 16.75.
  const Row rows[] = {
      {Rounding::kHalfEven, 17, 17},  // 34
      {Rounding::kHalfUp, 17, 17},    // 34
      {Rounding::kHalfDown, 17, 16},  // 33
      {Rounding::kDown, 16, 17},      // 33
      {Rounding::kUp, 17, 17},        // 34
      {Rounding::kFloor, 16, 17},     // 33
      {Rounding::kCeiling, 17, 17},   // 34
  };
  for (const Row& row : rows) {
    ProgramSpec spec = Terms({BudgetRule("10%")});
    spec.rounding = row.rounding;
    Case c;
    c.lines = {Line(335)};
    c.credits[0].customer_share = *Rate::Parse("50%");
    EXPECT_THAT(c.Amounts(spec), ElementsAre(row.commission))
        << RoundingName(row.rounding);
    EXPECT_EQ(c.rating.amounts[0].discount_minor, row.discount)
        << RoundingName(row.rounding);
  }
}

TEST(BudgetTest, BoundsCutTheShare) {
  struct Row {
    std::optional<Rate> share;
    int64_t discount;
  };
  const Row rows[] = {
      {std::nullopt, 20},  // absent is 0, then cut
      {*Rate::Parse("10%"), 20}, {*Rate::Parse("20%"), 20},
      {*Rate::Parse("40%"), 40}, {*Rate::Parse("60%"), 60},
      {*Rate::Parse("80%"), 60},
  };
  for (const Row& row : rows) {
    ProgramSpec spec = Terms({BudgetRule("10%")});
    spec.customer_share_min = "20%";
    spec.customer_share_max = "60%";
    Case c;
    c.credits[0].customer_share = row.share;
    EXPECT_THAT(c.Amounts(spec), ElementsAre(100 - row.discount));
    EXPECT_EQ(c.rating.amounts[0].discount_minor, row.discount);
  }
}

TEST(BudgetTest, AllForTheCustomerBooksNothingButIsTraced) {
  Case c;
  c.credits[0].customer_share = *Rate::Parse("100%");
  EXPECT_THAT(c.Amounts(Terms({BudgetRule("10%")})), IsEmpty());
  EXPECT_THAT(c.rating.bases, IsEmpty());
  ASSERT_EQ(c.trace.amounts.size(), 1u);
  EXPECT_EQ(c.trace.amounts[0].discount_minor, 100);
  EXPECT_EQ(c.trace.amounts[0].amount_minor, 0);
}

TEST(BudgetTest, TheLargestPrice) {
  Case c;
  c.lines = {Line(kMax)};
  c.credits[0].customer_share = *Rate::Parse("50%");
  // Half of 2^63 - 1 is a tie: D is the even neighbour, 2^62, and the partner
  // gets the rest of the whole, 2^62 - 1.
  EXPECT_THAT(c.Amounts(Terms({BudgetRule("100%")})),
              ElementsAre((int64_t{1} << 62) - 1));
  EXPECT_EQ(c.rating.amounts[0].discount_minor, int64_t{1} << 62);
}

// ---------------------------------------------------------------------------
// Credits

std::vector<RatableCredit> Weighted(std::vector<int64_t> weights) {
  std::vector<RatableCredit> credits;
  for (const int64_t weight : weights) {
    credits.push_back(Whole());
    credits.back().weight_ppb = weight;
  }
  return credits;
}

TEST(CreditsTest, EachTakesItsPlaceInTheSplitOfTheWhole) {
  struct Row {
    std::vector<int64_t> weights;
    int64_t base;  // at 10%
    std::vector<int64_t> amounts;
  };
  const Row rows[] = {
      // Thirds of 100: 33.3 each, the unit left goes to the largest rest.
      {{333333334, 333333333, 333333333}, 1000, {34, 33, 33}},
      {{333333333, 333333334, 333333333}, 1000, {33, 34, 33}},
      // Halves of 101: a tie goes to the earlier credit.
      {{500000000, 500000000}, 1010, {51, 50}},
      // 40 / 40 / 20 of 3: 1.2, 1.2, 0.6 -> 1, 1, 1.
      {{400000000, 400000000, 200000000}, 30, {1, 1, 1}},
      {{900000000, 100000000}, 40, {4}},  // 3.6 and 0.4: nothing of zero
  };
  for (const Row& row : rows) {
    Case c;
    c.credits = Weighted(row.weights);
    c.lines = {Line(row.base)};
    EXPECT_EQ(c.Amounts(Terms({PercentRule("a", "10%")})), row.amounts);
    for (const RatedAmount& amount : c.rating.amounts) {
      EXPECT_EQ(amount.base_minor, row.base);  // the whole base
    }
  }
}

TEST(CreditsTest, TheShareOfOneThatIsNotActiveGoesToNobody) {
  Case c;
  c.credits = Weighted({500000000, 500000000});
  c.credits[0].active = false;
  c.lines = {Line(1010)};
  // 101: the first one's 51 is nobody's, the second's stays 50.
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), ElementsAre(50));
  EXPECT_EQ(c.rating.amounts[0].credit, 1u);
  c.credits[1].active = false;
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), IsEmpty());
  EXPECT_THAT(c.trace.trials, IsEmpty());
}

TEST(CreditsTest, EachRatesByTheRulesThatHoldForIt) {
  RuleSpec gold = PercentRule("gold", "20%");
  gold.when.partner_groups = {"gold"};
  Case c;
  c.credits = Weighted({500000000, 500000000});
  c.credits[1].group = "gold";
  // The first: half of 10%; the second: half of 20%.
  EXPECT_THAT(c.Amounts(Terms({gold, PercentRule("all", "10%")})),
              ElementsAre(50, 100));
}

TEST(CreditsTest, EachRoleIsAWholeOfItsOwn) {
  RuleSpec service = PercentRule("service", "5%");
  service.role = Role::kServicer;
  Case c;
  c.credits = Weighted({500000000, 500000000, kPpb});
  c.credits[2].role = Role::kServicer;
  EXPECT_THAT(c.Amounts(Terms({service, PercentRule("acquire", "10%")})),
              ElementsAre(50, 50, 50));
  EXPECT_EQ(c.rating.amounts[2].rule, 0u);
}

TEST(CreditsTest, NobodyEarnsNothing) {
  Case c;
  c.credits = {};
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), IsEmpty());
}

// ---------------------------------------------------------------------------
// Edges

TEST(RatePaymentTest, PastSixtyFourBitsIsAnError) {
  const auto code = [](Lines lines, RuleSpec rule) {
    Case c;
    c.lines = std::move(lines);
    return c.Run(Terms({std::move(rule)})).code();
  };
  RuleSpec plus_one = PercentRule("a", "100%");
  plus_one.reward.fixed.amount_minor = 1;
  EXPECT_EQ(code({Line(kMax), Line(1)}, PercentRule("a", "1%")),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code({Line(kMax)}, PercentRule("a", "100.0000001%")),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code({Line(kMax)}, plus_one), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code({Line(kMax)}, PercentRule("a", "1000%")),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code({Line(kMax)}, PercentRule("a", "100%")),
            absl::StatusCode::kOk);
  EXPECT_EQ(code({Line(kMax - 1)}, plus_one), absl::StatusCode::kOk);
  event::PaymentLine discounted = Line(kMax);
  discounted.discount_minor = 1;
  EXPECT_EQ(code({discounted}, BudgetRule("1%")),
            absl::StatusCode::kOutOfRange);
}

TEST(RatePaymentTest, ARatingIsUsedAgain) {
  Case c;
  c.lines = {Line(1000), Line(500), Line(3)};
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), ElementsAre(150));
  c.lines = {Line(70)};
  EXPECT_THAT(c.Amounts(Terms({PercentRule("a", "10%")})), ElementsAre(7));
  ASSERT_EQ(c.rating.bases.size(), 1u);
  EXPECT_EQ(c.rating.amounts[0].first_base, 0u);
}

TEST(RatePaymentTest, TheTraceHoldsTheExactProduct) {
  RuleSpec rule = PercentRule("a", "12.5%");
  rule.reward.fixed.amount_minor = 3;
  Case c;
  c.lines = {Line(999)};
  // 12.5% of 999 and 3 is 127.875.
  EXPECT_THAT(c.Amounts(Terms({rule})), ElementsAre(128));
  ASSERT_EQ(c.trace.amounts.size(), 1u);
  const AmountTrace& trace = c.trace.amounts[0];
  EXPECT_EQ(trace.numerator, absl::int128(127'875'000'000));
  EXPECT_EQ(trace.denominator, kPpb);
  EXPECT_EQ(trace.rate.ToString(), "12.5%");
  EXPECT_EQ(trace.fixed_minor, 3);
  EXPECT_EQ(trace.rounded_minor, 128);
  EXPECT_EQ(trace.base_minor, 999);
}

}  // namespace
}  // namespace vouch

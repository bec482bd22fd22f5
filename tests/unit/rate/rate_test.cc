#include "vouch/rate/rate.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Lines = std::vector<event::PaymentLine>;

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

using testing_support::BudgetRule;
using testing_support::FixedRule;
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::UplineAt;

ProgramSpec Terms(std::vector<RuleSpec> rules) {
  return testing_support::TermsOf(std::move(rules));
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
  bool exchanged = false;
  Rating rating;
  RateTrace trace;

  absl::Status Run(const ProgramSpec& spec) {
    Mistakes mistakes;
    const auto program = Program::Build(spec, &mistakes);
    EXPECT_NE(program, nullptr) << mistakes.ToString();
    if (program == nullptr) return absl::InternalError("no program");
    RatablePayment payment;
    payment.lines = lines;
    payment.exchanged = exchanged;
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

TEST(RatePaymentTest, APaymentOfNothingEarnsNothing) {
  RuleSpec upline = FixedRule("fixed", 500);
  upline.reward.fixed.per = FixedPer::kCustomer;
  RuleSpec base = PercentRule("base", "10%");
  base.stack = true;
  ProgramSpec spec = Terms({upline, base});
  spec.base.add_discount = true;
  Case c;
  c.lines = {Line(0), Line(0)};
  c.lines[0].discount_minor = 1000;
  EXPECT_THAT(c.Amounts(spec), IsEmpty());
  EXPECT_FALSE(c.rating.credits.at(0).counts);
  c.lines[1].amount_minor = 1;
  EXPECT_THAT(c.Amounts(spec), ElementsAre(500, 100));
}

TEST(RatePaymentTest, APaymentThatAnExchangeMadeNothingIsNone) {
  Case c;
  c.lines = {Line(0)};
  c.exchanged = true;
  EXPECT_THAT(c.Amounts(Terms({FixedRule("fixed", 500)})), ElementsAre(500));
  EXPECT_TRUE(c.rating.credits.at(0).counts);
  EXPECT_THAT(c.Amounts(Terms({PercentRule("percent", "10%")})), IsEmpty());
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
  const auto line_of = [&](std::size_t amount, std::size_t n) {
    return c.rating.bases[amounts[amount].first_base + n].line;
  };
  EXPECT_EQ(line_of(0, 0), 1u);
  EXPECT_EQ(line_of(0, 1), 3u);
  EXPECT_EQ(c.rating.bases[amounts[0].first_base + 1].base_minor, 500);
  EXPECT_EQ(line_of(1, 0), 2u);
  EXPECT_EQ(line_of(2, 0), 0u);
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
  ASSERT_EQ(c.rating.amounts[0].base_count, 1u);
  EXPECT_EQ(c.rating.bases[c.rating.amounts[0].first_base].base_minor, 70);
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

// ---------------------------------------------------------------------------
// HIGHEST, ALL and stacked rules

ProgramSpec Policy(Choosing choosing, std::vector<RuleSpec> rules) {
  ProgramSpec spec = Terms(std::move(rules));
  spec.choosing = choosing;
  return spec;
}

TEST(ChoosingTest, HighestPerLineAndATieGoesToTheFirstWritten) {
  RateDesk desk(Policy(
      Choosing::kHighest,
      {PercentRule("a", "10%"), FixedRule("b", 100), PercentRule("c", "10%")}));
  desk.next.lines = {Line(500), Line(1000), Line(2000)};
  // 500: 50 or 100; 1000: a tie of 100; 2000: 200 or 100.
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 a +300", "p1 b +100"));
  ASSERT_EQ(desk.trace.trials.size(), 9u);
  EXPECT_EQ(desk.trace.trials[0].outcome, TrialOutcome::kLower);
  EXPECT_EQ(desk.trace.trials[0].alone_minor, 50);
  EXPECT_EQ(desk.trace.trials[3].outcome, TrialOutcome::kChosen);  // b on 500
  EXPECT_EQ(desk.trace.trials[3].alone_minor, 100);
  EXPECT_EQ(desk.trace.trials[4].outcome, TrialOutcome::kLower);  // b on 1000
  EXPECT_EQ(desk.trace.trials[8].outcome, TrialOutcome::kLower);  // c on 2000
}

TEST(ChoosingTest, HighestLooksAtLimitsAsBeforeThePayment) {
  RuleSpec a = PercentRule("a", "10%");
  a.limits.amount_per_customer_minor = 150;
  RateDesk desk(Policy(Choosing::kHighest, {a, PercentRule("b", "6%")}));
  // Each line alone leaves a its 100; together they are cut to 150.
  desk.next.lines = {Line(1000), Line(1000)};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 a +150"));
  // Nothing is left of a: b gives more.
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 b +60"));
}

TEST(ChoosingTest, HighestLooksAtWhatIsSpentAndAtTheMetricBefore) {
  RuleSpec tiers = testing_support::TierRule("t", TierMeaning::kWholePayment,
                                             Metric::kRevenue, Period::kMonth,
                                             {{0, "1%"}, {1000, "20%"}});
  RateDesk desk(
      Policy(Choosing::kHighest, {FixedRule("a", 100, FixedPer::kCustomer),
                                  PercentRule("b", "5%"), tiers}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 a +100"));  // t: 1% before
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 t +200"));  // a is spent
}

TEST(ChoosingTest, HighestIsRoundedAndSplit) {
  // Of 5 two halves: 10% is 0.5 -> 0 for both; 1 whole is 1 for the first.
  RateDesk desk(
      Policy(Choosing::kHighest, {PercentRule("a", "10%"), FixedRule("b", 1)}));
  desk.SetWeights({500000000, 500000000});
  EXPECT_THAT(desk.Pay(5), ElementsAre("p1 b +1"));
  EXPECT_EQ(desk.trace.trials[2].alone_minor, 0);  // p2: a tie of nothing
  EXPECT_EQ(desk.trace.trials[2].outcome, TrialOutcome::kChosen);
}

TEST(ChoosingTest, AllPayEveryRuleThatHolds) {
  RuleSpec b = PercentRule("b", "5%");
  b.when.products = {"B"};
  RateDesk desk(Policy(Choosing::kAll, {PercentRule("a", "10%"), b}));
  desk.next.lines = {Line(1000, "A"), Line(500, "B")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 a +150", "p1 b +25"));
}

TEST(ChoosingTest, AStackedRulePaysBesideTheChosenOnes) {
  RuleSpec bonus = FixedRule("bonus", 7);
  bonus.stack = true;
  RuleSpec never = FixedRule("never", 9);
  never.stack = true;
  never.when.products = {"X"};
  for (const Choosing policy :
       {Choosing::kFirstMatch, Choosing::kHighest, Choosing::kAll}) {
    RateDesk desk(Policy(policy, {PercentRule("a", "10%"), bonus, never}));
    EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 a +100", "p1 bonus +7"));
    EXPECT_EQ(desk.trace.trials[1].outcome, TrialOutcome::kStacked);
  }
  // It is not the one that is chosen: the rule behind it pays too.
  RateDesk desk(Terms({bonus, PercentRule("a", "10%")}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 bonus +7", "p1 a +100"));
}

TEST(ChoosingTest, OfSeveralBudgetsTheFirstWrittenPaysTheLine) {
  RuleSpec first = BudgetRule("10%");
  first.when.products = {"A"};
  RuleSpec second = BudgetRule("20%");
  second.rule_id = "second";
  second.stack = true;
  RateDesk desk(Policy(Choosing::kAll, {first, second, FixedRule("f", 3)}));
  desk.next.lines = {Line(1000, "A"), Line(500, "B")};
  EXPECT_THAT(desk.Pay(),
              ElementsAre("p1 budget +100", "p1 second +100", "p1 f +3"));
  // Lines of `second`: A was taken.
  EXPECT_EQ(desk.trace.trials[2].outcome, TrialOutcome::kAfterBudget);
  EXPECT_EQ(desk.trace.trials[3].outcome, TrialOutcome::kStacked);
}

// The servicer's budget waits where an acquirer's pays; two acquirers are parts
// of one whole, each with the rule that holds for it.
TEST(ChoosingTest, ABudgetOfAnotherRoleGoesBefore) {
  RuleSpec service = BudgetRule("20%");
  service.rule_id = "service";
  service.role = Role::kServicer;
  RuleSpec acquire = BudgetRule("10%");
  acquire.when.products = {"A"};
  acquire.when.partner_ids = {"p1"};
  RuleSpec other = BudgetRule("4%");
  other.rule_id = "other";
  RateDesk desk(Terms({service, acquire, other}));
  desk.SetWeights({500000000, 500000000, 1000000000});
  desk.credits[2].role = Role::kServicer;
  desk.next.lines = {Line(1000, "A")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 budget +50", "p2 other +20"));
  EXPECT_EQ(desk.trace.trials.back().outcome, TrialOutcome::kAfterBudget);
  // Also where it pays nothing but the customer's discount.
  RateDesk shared(Terms({service, BudgetRule("10%")}));
  shared.SetWeights({1000000000, 1000000000});
  shared.credits[1].role = Role::kServicer;
  shared.credits[0].customer_share = *Rate::Parse("100%");
  EXPECT_THAT(shared.Pay(1000), IsEmpty());
  // A line that no acquirer's budget pays is the servicer's.
  acquire.when.partner_ids.clear();
  RateDesk two(Terms({service, acquire}));
  two.SetWeights({1000000000, 1000000000});
  two.credits[1].role = Role::kServicer;
  two.next.lines = {Line(1000, "A"), Line(500, "B")};
  EXPECT_THAT(two.Pay(), ElementsAre("p1 budget +100", "p2 service +100"));
}

// A budget that another one keeps from the line is worth nothing there.
TEST(ChoosingTest, HighestComparesWhatABudgetWouldPay) {
  RuleSpec service = BudgetRule("20%");
  service.rule_id = "service";
  service.role = Role::kServicer;
  RuleSpec percent = PercentRule("percent", "1%");
  percent.role = Role::kServicer;
  RuleSpec acquire = BudgetRule("10%");
  acquire.when.products = {"A"};
  RateDesk desk(Policy(Choosing::kHighest, {service, percent, acquire}));
  desk.SetWeights({1000000000, 1000000000});
  desk.credits[1].role = Role::kServicer;
  desk.next.lines = {Line(1000, "A"), Line(500, "B")};
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 budget +100", "p2 service +100",
                                      "p2 percent +10"));
  // The same of a stacked one that is written before.
  RuleSpec stacked = BudgetRule("5%");
  stacked.rule_id = "stacked";
  stacked.stack = true;
  RateDesk one(Policy(Choosing::kHighest,
                      {stacked, BudgetRule("10%"), PercentRule("p", "1%")}));
  EXPECT_THAT(one.Pay(1000), ElementsAre("p1 stacked +50", "p1 p +10"));
  // One that is written behind gives way.
  RateDesk other(Policy(Choosing::kHighest,
                        {BudgetRule("10%"), PercentRule("p", "1%"), stacked}));
  EXPECT_THAT(other.Pay(1000), ElementsAre("p1 budget +100"));
}

// ---------------------------------------------------------------------------
// Upline overrides

// 10% to the partner; 10% of that to its parent, 1% of the base to the next.
RuleSpec TwoLevels() {
  RuleSpec rule = PercentRule("r", "10%");
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "10%"),
                  UplineAt(2, UplineOf::kBase, "1%")};
  return rule;
}

TEST(UplineTest, ThreeCreditsOfAThirdEachWithTwoLevels) {
  RateDesk desk(Terms({TwoLevels()}));
  desk.SetWeights({333333334, 333333333, 333333333});
  desk.SetParents({7, 8});
  // 100 as 34, 33, 33; of these 3.4, 3.3, 3.3; 1% of 1000 as 4, 3, 3.
  EXPECT_THAT(desk.Pay(1000),
              ElementsAre("p1 r +34", "p7 r/1 +3", "p8 r/2 +4",  //
                          "p2 r +33", "p7 r/1 +3", "p8 r/2 +3",  //
                          "p3 r +33", "p7 r/1 +3", "p8 r/2 +3"));
  // Half: 17, 16.5 and 16.5 (16 by half-even), 1.5 -> 2 each, 2, 1.5 -> 2.
  EXPECT_THAT(desk.Refund(1, 500),
              ElementsAre("p1 r -17", "p7 r/1 -2", "p8 r/2 -2",  //
                          "p2 r -16", "p7 r/1 -2", "p8 r/2 -2",  //
                          "p3 r -16", "p7 r/1 -2", "p8 r/2 -2"));
  EXPECT_THAT(desk.Refund(1, 500),
              ElementsAre("p1 r -17", "p7 r/1 -1", "p8 r/2 -2",  //
                          "p2 r -17", "p7 r/1 -1", "p8 r/2 -1",  //
                          "p3 r -17", "p7 r/1 -1", "p8 r/2 -1"));
}

TEST(UplineTest, AParentThatDoesNotEarnIsNotReplaced) {
  RateDesk desk(Terms({TwoLevels()}));
  desk.SetParents({-7, 8});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p8 r/2 +10"));
  ASSERT_EQ(desk.trace.amounts.size(), 3u);
  EXPECT_FALSE(desk.trace.amounts[1].payee_earns);
  EXPECT_EQ(desk.trace.amounts[1].rounded_minor, 10);
  desk.SetParents({7});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p7 r/1 +10"));
  desk.SetParents({});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
}

TEST(UplineTest, ARuleThatIsNotChosenPaysNone) {
  RuleSpec second = TwoLevels();
  second.rule_id = "second";
  RateDesk desk(Terms({PercentRule("a", "0%"), second}));
  desk.SetParents({7, 8});
  EXPECT_THAT(desk.Pay(1000), IsEmpty());
}

TEST(UplineTest, OfABudgetTheBaseIsItsOwn) {
  RuleSpec rule = BudgetRule("10%");
  rule.uplines = {UplineAt(1, UplineOf::kCommission, "50%"),
                  UplineAt(2, UplineOf::kBase, "1%")};
  RateDesk desk(Terms({rule}));
  desk.SetParents({7, 8});
  desk.credits[0].customer_share = *Rate::Parse("20%");
  desk.next.lines = {Line(900)};
  desk.next.lines[0].discount_minor = 100;
  // P 1000: 100, of which 20 are the customer's.
  EXPECT_THAT(desk.Pay(), ElementsAre("p1 budget +80", "p7 budget/1 +40",
                                      "p8 budget/2 +10"));
}

// ---------------------------------------------------------------------------
// Refunds of what was rated

TEST(RefundTest, AnOddAmountInThreeSteps) {
  RateDesk desk(Terms({PercentRule("r", "7.9%")}));
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +79"));
  EXPECT_THAT(desk.Refund(1, 333), ElementsAre("p1 r -26"));  // 26.3
  EXPECT_THAT(desk.Refund(1, 333), ElementsAre("p1 r -27"));  // 52.6
  EXPECT_THAT(desk.Refund(1, 334), ElementsAre("p1 r -26"));  // 79
}

TEST(RefundTest, BetweenTheStepsPartsNeedNotAddUpAtTheEndTheyDo) {
  RateDesk desk(Terms({PercentRule("r", "10%")}));
  desk.SetWeights({333333334, 333333333, 333333333});
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +34", "p2 r +33", "p3 r +33"));
  EXPECT_THAT(desk.Refund(1, 100),
              ElementsAre("p1 r -3", "p2 r -3", "p3 r -3"));
  EXPECT_THAT(desk.Refund(1, 900),
              ElementsAre("p1 r -31", "p2 r -30", "p3 r -30"));
}

// ---------------------------------------------------------------------------
// Terms

TEST(TermsTest, OldCustomersOnOldTerms) {
  const ProgramSpec old_terms = Terms({PercentRule("r", "10%")});
  const ProgramSpec new_terms = Terms({PercentRule("r", "13%")});
  RateDesk desk(old_terms);
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  desk.SetTerms(new_terms);  // customer 2 came under them
  desk.next.customer = 2;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +130"));
  desk.SetTerms(old_terms);  // that of customer 1's conversion
  desk.next.customer = 1;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100"));
  EXPECT_EQ(desk.StateOf(1).FindRule("r")->AmountIn(
                PeriodOf(Period::kMonth, MonthOf(desk.next.on))),
            330);
}

TEST(RolesTest, APartnerInBothRolesKeepsOneState) {
  RuleSpec service = PercentRule("s", "5%");
  service.role = Role::kServicer;
  RateDesk desk(Terms({PercentRule("r", "10%"), service}));
  desk.SetWeights({kPpb});
  desk.credits.push_back(desk.credits[0]);
  desk.credits[1].role = Role::kServicer;
  EXPECT_THAT(desk.Pay(1000), ElementsAre("p1 r +100", "p1 s +50"));
  const PartnerState& state = desk.StateOf(1);
  ASSERT_EQ(state.accruals.size(), 2u);
  EXPECT_EQ(state.accruals[1].accrual_id.place, 2u);
  EXPECT_EQ(state.MetricOf(Role::kServicer, Metric::kCommission,
                           Period::kLifetime, 0),
            50);
}

TEST(RatePaymentTest, APartnersSumsPastSixtyFourBitsAreAnError) {
  RateDesk desk(Terms({PercentRule("r", "100%")}));
  EXPECT_THAT(desk.Pay(kMax - 5), ElementsAre(::testing::StartsWith("p1 r")));
  desk.next.lines = {Line(6)};
  EXPECT_EQ(desk.TryPay().code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(desk.Pay(5), ElementsAre("p1 r +5"));
}

TEST(RatePaymentTest, TheVendorsWeightStandsLastInTheSplit) {
  RateDesk desk(Terms({PercentRule("r", "10%")}));
  desk.SetWeights({500000000});
  desk.next.vendor_weight_ppb = 500000000;
  EXPECT_THAT(desk.Pay(1010), ElementsAre("p1 r +51"));  // a tie: the earlier
}

}  // namespace
}  // namespace vouch

#include "vouch/rate/columns.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using testing_support::FixedRule;
using testing_support::PercentRule;
using testing_support::TermsOf;
using testing_support::TierRule;
using testing_support::UplineAt;

std::shared_ptr<const Program> Built(const ProgramSpec& spec) {
  Mistakes mistakes;
  auto program = Program::Build(spec, &mistakes);
  EXPECT_NE(program, nullptr) << mistakes.ToString();
  return program;
}

// A run with room for its columns.
struct TestRun {
  std::vector<std::size_t> line_offsets, credit_offsets;
  std::vector<uint64_t> customers;
  std::vector<int64_t> numbers, amounts, taxes, weights;
  std::vector<int32_t> days;
  std::vector<uint32_t> products, partners;
  std::vector<Role> roles;
  std::vector<ColumnPartner> table;
  std::vector<std::string> ids;
  std::vector<std::string_view> texts = {"", "A", "B"};
  std::vector<RatableParent> parents;

  RateTables Tables() const {
    RateTables t;
    t.payments.line_offsets = line_offsets;
    t.payments.credit_offsets = credit_offsets;
    t.payments.customers = customers;
    t.payments.numbers = numbers;
    t.payments.days = days;
    t.lines.amounts_minor = amounts;
    t.lines.taxes_minor = taxes;
    t.lines.products = products;
    t.credits.partners = partners;
    t.credits.weights_ppb = weights;
    t.credits.roles = roles;
    t.partners = table;
    t.texts = texts;
    return t;
  }
};

TestRun RandomRun(uint64_t seed, std::size_t payments) {
  std::mt19937_64 random(seed);
  TestRun run;
  run.parents = {{PartnerIndex(1), true}, {PartnerIndex(2), false}};
  for (int i = 0; i < 5; ++i) run.ids.push_back("p" + std::to_string(i + 1));
  for (const std::string& id : run.ids) {
    ColumnPartner partner;
    partner.partner_id = id;
    partner.kind = PartnerKind::kAffiliate;
    partner.active = id != "p5";
    partner.parents = run.parents;
    run.table.push_back(partner);
  }
  run.line_offsets = run.credit_offsets = {0};
  std::vector<int64_t> paid(4);
  for (std::size_t i = 0; i < payments; ++i) {
    const uint64_t customer = random() % 3 + 1;
    run.customers.push_back(customer);
    run.numbers.push_back(++paid[customer]);
    run.days.push_back(19700 + static_cast<int32_t>(i / 3));
    for (std::size_t n = random() % 3 + 1; n > 0; --n) {
      run.amounts.push_back(static_cast<int64_t>(random() % 5000));
      run.taxes.push_back(static_cast<int64_t>(random() % 200));
      run.products.push_back(static_cast<uint32_t>(random() % 3));
    }
    run.line_offsets.push_back(run.amounts.size());
    const auto first = static_cast<uint32_t>(random() % 5);
    run.partners.push_back(first);
    run.partners.push_back((first + 1) % 5);
    run.partners.push_back(first);
    run.weights.insert(run.weights.end(), {400000000, 600000000, kPpb});
    run.roles.insert(run.roles.end(),
                     {Role::kAcquirer, Role::kAcquirer, Role::kServicer});
    run.credit_offsets.push_back(run.partners.size());
  }
  return run;
}

ProgramSpec EverythingSpec() {
  RuleSpec a = TierRule("a", TierMeaning::kRetroactive, Metric::kRevenue,
                        Period::kMonth, {{0, "5%"}, {20000, "10%"}});
  a.when.products = {"A"};
  a.uplines = {UplineAt(1, UplineOf::kCommission, "10%"),
               UplineAt(2, UplineOf::kBase, "1%")};
  RuleSpec b = FixedRule("b", 90, FixedPer::kCustomer);
  b.when.products = {"B"};
  RuleSpec service = PercentRule("s", "3%");
  service.role = Role::kServicer;
  service.limits.amount_per_period = AmountPerPeriodSpec{500, Period::kMonth};
  return TermsOf({a, b, service, PercentRule("rest", "2%")});
}

// What the plain calls give, one after the other.
ColumnAccruals Plainly(const Program& terms, const TestRun& run) {
  ColumnAccruals out;
  std::vector<PartnerState> states(run.table.size());
  Rating rating;
  for (std::size_t row = 0; row + 1 < run.line_offsets.size(); ++row) {
    std::vector<event::PaymentLine> lines;
    for (std::size_t i = run.line_offsets[row]; i < run.line_offsets[row + 1];
         ++i) {
      event::PaymentLine& line = lines.emplace_back();
      line.amount_minor = run.amounts[i];
      line.tax_minor = run.taxes[i];
      line.product = run.texts[run.products[i]];
    }
    std::vector<RatableCredit> credits;
    std::vector<PartnerState*> kept;
    for (std::size_t i = run.credit_offsets[row];
         i < run.credit_offsets[row + 1]; ++i) {
      const uint32_t place = run.partners[i];
      RatableCredit& credit = credits.emplace_back();
      credit.partner = PartnerIndex(place + 1);
      credit.partner_id = run.ids[place];
      credit.kind = PartnerKind::kAffiliate;
      credit.active = run.table[place].active;
      credit.role = run.roles[i];
      credit.weight_ppb = run.weights[i];
      credit.parents = run.parents;
      credit.state = &states[place];
      kept.push_back(&states[place]);
    }
    RatablePayment payment;
    payment.seq = Seq(row + 1);
    payment.lines = lines;
    payment.credits = credits;
    payment.customer = CustomerNumber(run.customers[row]);
    payment.number = run.numbers[row];
    payment.on = CivilDay(1970, 1, 1) + run.days[row];
    EXPECT_TRUE(RatePayment(terms, payment, nullptr, &rating).ok());
    for (const RatedAmount& amount : rating.amounts) {
      out.payments.push_back(static_cast<uint32_t>(row));
      out.payees.push_back(amount.payee.value() - 1);
      out.levels.push_back(amount.level);
      out.amounts_minor.push_back(amount.takes_back() ? -amount.amount_minor
                                                      : amount.amount_minor);
    }
    KeepRating(terms, payment, rating, kept);
  }
  return out;
}

TEST(RateColumnsTest, AnswersAsThePlainCallDoes) {
  const auto program = Built(EverythingSpec());
  ASSERT_TRUE(LooksBack(*program));
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const TestRun run = RandomRun(seed, 60);
    ColumnAccruals out;
    ASSERT_TRUE(RateColumns(*program, run.Tables(), nullptr, &out).ok());
    const ColumnAccruals plain = Plainly(*program, run);
    EXPECT_EQ(out.payments, plain.payments);
    EXPECT_EQ(out.payees, plain.payees);
    EXPECT_EQ(out.levels, plain.levels);
    EXPECT_EQ(out.amounts_minor, plain.amounts_minor);
    EXPECT_GT(out.size(), 100u);
  }
}

TEST(RateColumnsTest, WithoutRulesThatLookBackNoStateIsKept) {
  const auto program = Built(TermsOf({PercentRule("r", "10%")}));
  EXPECT_FALSE(LooksBack(*program));
  TestRun run = RandomRun(1, 4);
  ColumnAccruals out;
  ASSERT_TRUE(RateColumns(*program, run.Tables(), nullptr, &out).ok());
  EXPECT_EQ(out.amounts_minor, Plainly(*program, run).amounts_minor);
  std::vector<PartnerState> states;
  ASSERT_TRUE(RateColumns(*program, run.Tables(), &states, &out).ok());
  ASSERT_EQ(states.size(), 5u);
  std::size_t booked = 0;
  for (const PartnerState& state : states) booked += state.accruals.size();
  EXPECT_EQ(booked, out.size());
}

TEST(RateColumnsTest, ByHand) {
  const auto program = Built(TermsOf({PercentRule("r", "10%")}));
  TestRun run;
  run.line_offsets = {0, 2, 3};
  run.credit_offsets = {0, 1, 1};
  run.amounts = {1000, 500, 700};
  run.partners = {0};
  run.weights = {kPpb};
  run.table.resize(1);
  ColumnAccruals out;
  ASSERT_TRUE(RateColumns(*program, run.Tables(), nullptr, &out).ok());
  EXPECT_THAT(out.amounts_minor, ElementsAre(150));
  EXPECT_THAT(out.bases_minor, ElementsAre(1500));
  EXPECT_THAT(out.payments, ElementsAre(0));
  EXPECT_THAT(out.payees, ElementsAre(0));
  EXPECT_THAT(out.rules, ElementsAre(0));
}

TEST(RateColumnsTest, RulesOfProductsTakeTheirLines) {
  RuleSpec a = PercentRule("a", "10%");
  a.when.products = {"A"};
  RuleSpec b = PercentRule("b", "20%");
  b.when.products = {"B", "A"};
  RuleSpec both = PercentRule("both", "1%");
  both.stack = true;
  const auto program = Built(TermsOf({a, b, both, PercentRule("rest", "50%")}));
  TestRun run;
  run.texts = {"", "A", "B", "A"};  // a text may stand twice
  run.line_offsets = {0, 4, 5};
  run.credit_offsets = {0, 1, 2};
  run.amounts = {1000, 2000, 100, 400, 700};
  run.products = {3, 2, 0, 1, 0};
  run.partners = {0, 0};
  run.weights = {kPpb, kPpb};
  run.table.resize(1);
  ColumnAccruals out;
  ASSERT_TRUE(RateColumns(*program, run.Tables(), nullptr, &out).ok());
  EXPECT_THAT(out.payments, ElementsAre(0, 0, 0, 0, 1, 1));
  EXPECT_THAT(out.rules, ElementsAre(0, 1, 2, 3, 2, 3));
  EXPECT_THAT(out.amounts_minor, ElementsAre(140, 400, 35, 50, 7, 350));
}

// The quick way leaves to the whole calculator what does not fit.
TEST(RateColumnsTest, RefusesFiguresThatPass64Bits) {
  const auto program = Built(TermsOf({PercentRule("r", "100%")}));
  TestRun run;
  run.line_offsets = {0, 2};
  run.credit_offsets = {0, 1};
  run.amounts = {INT64_MAX, 1};
  run.partners = {0};
  run.weights = {kPpb};
  run.table.resize(1);
  ColumnAccruals out;
  EXPECT_EQ(RateColumns(*program, run.Tables(), nullptr, &out),
            absl::OutOfRangeError("payment.lines: the base passes 64 bits"));
  // Revenue and what is earned fit, each by itself.
  run.amounts = {INT64_MAX - 1, 1};
  ASSERT_TRUE(RateColumns(*program, run.Tables(), nullptr, &out).ok());
  EXPECT_THAT(out.amounts_minor, ElementsAre(INT64_MAX));
}

TEST(RateColumnsTest, RefusesShapesThatDoNotFit) {
  const auto program = Built(TermsOf({PercentRule("r", "10%")}));
  using Change = void (*)(TestRun&);
  const struct {
    Change change;
    std::string_view message;
  } kCases[] = {
      {[](TestRun& r) { r.line_offsets.clear(); },
       "payments.line_offsets: missing"},
      {[](TestRun& r) { r.line_offsets.back() += 1; },
       "payments.line_offsets: does not ascend from 0 to all rows"},
      {[](TestRun& r) { r.credit_offsets[1] = 99; },
       "payments.credit_offsets: does not ascend from 0 to all rows"},
      {[](TestRun& r) { r.credit_offsets.pop_back(); },
       "payments.credit_offsets: is not one more than the payments"},
      {[](TestRun& r) { r.customers.pop_back(); },
       "payments: columns of other lengths"},
      {[](TestRun& r) { r.days[0] = 2147483647; },
       "payments.days: a day outside the calendar"},
      {[](TestRun& r) { r.taxes.pop_back(); },
       "lines: columns of other lengths"},
      {[](TestRun& r) { r.products[0] = 3; }, "lines: a text that is none"},
      {[](TestRun& r) { r.roles.pop_back(); },
       "credits: columns of other lengths"},
      {[](TestRun& r) { r.partners[0] = 5; },
       "credits.partners: a row that is none"},
  };
  for (const auto& c : kCases) {
    TestRun run = RandomRun(1, 3);
    c.change(run);
    ColumnAccruals out;
    EXPECT_EQ(RateColumns(*program, run.Tables(), nullptr, &out),
              absl::InvalidArgumentError(ToAbsl(c.message)));
  }
}

TEST(RateColumnsTest, RefusesTermsThatAskForWhatNoColumnHas) {
  for (const AttributeOf of : {AttributeOf::kCustomer, AttributeOf::kLine}) {
    RuleSpec rule = testing_support::PercentRule("r", "10%");
    rule.when.attributes = {{of, "plan", "a"}};
    Mistakes mistakes;
    const auto program =
        Program::Build(testing_support::TermsOf({rule}), &mistakes);
    ASSERT_NE(program, nullptr) << mistakes.ToString();
    TestRun run = RandomRun(1, 3);
    ColumnAccruals out;
    EXPECT_EQ(RateColumns(*program, run.Tables(), nullptr, &out),
              absl::InvalidArgumentError(
                  "terms.rules[r].when.attributes: asks for one of a customer "
                  "or a line, and no column has these"));
  }
}

}  // namespace
}  // namespace vouch

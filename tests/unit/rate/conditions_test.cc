#include "vouch/rate/conditions.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using testing_support::PercentRule;
using testing_support::TermsOf;

// What a rule may look at, with room for what it borrows.
struct Scene {
  RatablePayment payment;
  RatableCredit credit;
  event::PaymentLine line;
  std::vector<event::Attribute> partner, customer, of_line;

  Scene() {
    credit.kind = PartnerKind::kAffiliate;
    credit.channel = Channel::kLink;
    credit.partner_id = "anna";
    payment.phase = Phase::kAcquisition;
    payment.on = CivilDay(2024, 3, 15);
    line.line = 1;
    line.amount_minor = 1000;
  }
  void Bind() {
    credit.attributes = partner;
    payment.customer_attributes = customer;
    line.attributes = of_line;
  }
};

// A condition, a scene, and what the failure says; empty where it holds.
struct ConditionRow {
  std::string name;
  std::function<void(ConditionsSpec*)> condition;
  std::function<void(Scene*)> scene;
  std::string wanted, actual;
};

void PrintTo(const ConditionRow& row, std::ostream* out) {
  *out << row.name << " wanted " << row.wanted << ", was " << row.actual;
}

RangeSpec Within(int64_t from, int64_t until) { return {from, until}; }

std::vector<ConditionRow> ConditionRows() {
  const auto same = [](Scene*) {};
  std::vector<ConditionRow> rows;
  const auto add = [&rows](std::string name, auto condition, auto scene,
                           std::string wanted = "", std::string actual = "") {
    rows.push_back({std::move(name), condition, scene, std::move(wanted),
                    std::move(actual)});
  };

  const auto ids = [](ConditionsSpec* w) { w->partner_ids = {"anna", "ben"}; };
  add("partner_id", ids, same);
  add(
      "partner_id", ids, [](Scene* s) { s->credit.partner_id = "Anna"; },
      "anna, ben", "Anna");

  const auto kinds = [](ConditionsSpec* w) {
    w->partner_kinds = {PartnerKind::kReseller, PartnerKind::kAffiliate};
  };
  add("partner_kind", kinds, same);
  add(
      "partner_kind", kinds,
      [](Scene* s) { s->credit.kind = PartnerKind::kConsultant; },
      "AFFILIATE, RESELLER", "CONSULTANT");

  const auto groups = [](ConditionsSpec* w) {
    w->partner_groups = {"gold", "silver"};
  };
  add("partner_group", groups, [](Scene* s) { s->credit.group = "silver"; });
  add(
      "partner_group", groups, [](Scene* s) { s->credit.group = "Silver"; },
      "gold, silver", "Silver");
  add("partner_group", groups, same, "gold, silver", "");

  const auto campaigns = [](ConditionsSpec* w) { w->campaigns = {"spring"}; };
  add("campaign", campaigns, [](Scene* s) { s->credit.campaign = "spring"; });
  add("campaign", campaigns, same, "spring", "");

  // Written as people write codes, compared folded.
  const auto codes = [](ConditionsSpec* w) { w->codes = {"ab-12 c"}; };
  add("code", codes, [](Scene* s) { s->credit.code = "AB12C"; });
  add(
      "code", codes, [](Scene* s) { s->credit.code = "AB12D"; }, "AB12C",
      "AB12D");
  add("code", codes, same, "AB12C", "");

  const auto channels = [](ConditionsSpec* w) {
    w->channels = {Channel::kCode};
  };
  add("channel", channels,
      [](Scene* s) { s->credit.channel = Channel::kCode; });
  add("channel", channels, same, "CODE", "LINK");

  const auto countries = [](ConditionsSpec* w) { w->countries = {"DE", "AT"}; };
  add("country", countries, [](Scene* s) { s->payment.country = "AT"; });
  add(
      "country", countries, [](Scene* s) { s->payment.country = "CH"; },
      "DE, AT", "CH");

  const auto segments = [](ConditionsSpec* w) { w->segments = {"smb"}; };
  add("segment", segments, [](Scene* s) { s->payment.segment = "smb"; });
  add("segment", segments, same, "smb", "");

  const auto phase = [](ConditionsSpec* w) { w->phase = Phase::kRetention; };
  add("phase", phase, [](Scene* s) { s->payment.phase = Phase::kRetention; });
  add("phase", phase, same, "RETENTION", "ACQUISITION");

  // Years 2 and 3.
  const auto years = [](ConditionsSpec* w) { w->contract_year = Within(2, 4); };
  const auto year = [](int32_t n) {
    return [n](Scene* s) { s->payment.contract_year = n; };
  };
  add("contract_year", years, year(1), "from 2", "1");
  add("contract_year", years, year(2));
  add("contract_year", years, year(3));
  add("contract_year", years, year(4), "before 4", "4");

  const auto numbers = [](ConditionsSpec* w) {
    w->payment_number = Within(1, 3);
  };
  const auto number = [](int64_t n) {
    return [n](Scene* s) { s->payment.number = n; };
  };
  add("payment_number", numbers, number(2));
  add("payment_number", numbers, number(3), "before 3", "3");

  const auto months = [](MonthsAnchor anchor) {
    return [anchor](ConditionsSpec* w) {
      w->months_since = {{anchor, Within(1, 12)}};
    };
  };
  const auto contract = [](int64_t n) {
    return [n](Scene* s) { s->payment.contract_months = n; };
  };
  const auto first = [](int64_t n) {
    return [n](Scene* s) { s->payment.first_payment_months = n; };
  };
  const auto signup = [](int64_t n) {
    return [n](Scene* s) { s->payment.signup_months = n; };
  };
  add("months_since", months(MonthsAnchor::kContractStart), contract(0),
      "CONTRACT_START from 1", "0");
  add("months_since", months(MonthsAnchor::kContractStart), contract(1));
  add("months_since", months(MonthsAnchor::kContractStart), contract(11));
  add("months_since", months(MonthsAnchor::kContractStart), contract(12),
      "CONTRACT_START before 12", "12");
  add("months_since", months(MonthsAnchor::kFirstPayment), first(11));
  add("months_since", months(MonthsAnchor::kFirstPayment), first(12),
      "FIRST_PAYMENT before 12", "12");
  add("months_since", months(MonthsAnchor::kSignup), signup(11));
  add("months_since", months(MonthsAnchor::kSignup), signup(12),
      "SIGNUP before 12", "12");
  // Without a sign-up it does not hold, whatever the range.
  add(
      "months_since",
      [](ConditionsSpec* w) {
        w->months_since = {{MonthsAnchor::kSignup, Within(0, 12)}};
      },
      same, "SIGNUP from 0", "");

  const auto attribute = [](AttributeOf of) {
    return [of](ConditionsSpec* w) { w->attributes = {{of, "plan", "pro"}}; };
  };
  add("attribute", attribute(AttributeOf::kPartner), [](Scene* s) {
    s->partner = {{"x", "y"}, {"plan", "pro"}};
  });
  add(
      "attribute", attribute(AttributeOf::kPartner),
      [](Scene* s) {
        s->partner = {{"plan", "Pro"}};
      },
      "partner plan=pro", "partner plan=Pro");
  add(
      "attribute", attribute(AttributeOf::kPartner),
      [](Scene* s) {
        s->customer = {{"plan", "pro"}};
      },
      "partner plan=pro", "");
  add("attribute", attribute(AttributeOf::kCustomer), [](Scene* s) {
    s->customer = {{"plan", "pro"}};
  });
  add("attribute", attribute(AttributeOf::kCustomer), same, "customer plan=pro",
      "");
  add("attribute", attribute(AttributeOf::kLine), [](Scene* s) {
    s->of_line = {{"plan", "pro"}};
  });
  add(
      "attribute", attribute(AttributeOf::kLine),
      [](Scene* s) {
        s->of_line = {{"plan", ""}};
      },
      "line plan=pro", "line plan=");

  const auto march = [](ConditionsSpec* w) {
    w->effective_from = CivilDay(2024, 3, 1);
    w->effective_until = CivilDay(2024, 4, 1);
  };
  const auto day = [](CivilDay on) {
    return [on](Scene* s) { s->payment.on = on; };
  };
  add("effective", march, day(CivilDay(2024, 2, 29)), "from 2024-03-01",
      "2024-02-29");
  add("effective", march, day(CivilDay(2024, 3, 1)));
  add("effective", march, day(CivilDay(2024, 3, 31)));
  add("effective", march, day(CivilDay(2024, 4, 1)), "before 2024-04-01",
      "2024-04-01");

  const auto products = [](ConditionsSpec* w) { w->products = {"a", "b"}; };
  add("product", products, [](Scene* s) { s->line.product = "b"; });
  add(
      "product", products, [](Scene* s) { s->line.product = "c"; }, "a, b",
      "c");

  const auto categories = [](ConditionsSpec* w) { w->categories = {"sim"}; };
  add("category", categories, [](Scene* s) { s->line.category = "sim"; });
  add("category", categories, same, "sim", "");

  const auto amounts = [](ConditionsSpec* w) {
    w->line_amount_minor = Within(1000, 2000);
  };
  const auto amount = [](int64_t n) {
    return [n](Scene* s) { s->line.amount_minor = n; };
  };
  add("line_amount", amounts, amount(999), "from 1000", "999");
  add("line_amount", amounts, amount(1000));
  add("line_amount", amounts, amount(1999));
  add("line_amount", amounts, amount(2000), "before 2000", "2000");

  const auto quantities = [](ConditionsSpec* w) { w->quantity = {10, {}}; };
  add("quantity", quantities, [](Scene* s) { s->line.quantity = 10; });
  add("quantity", quantities, same, "from 10", "1");
  return rows;
}

class ConditionTest : public ::testing::TestWithParam<ConditionRow> {};

TEST_P(ConditionTest, HoldsOrSaysWhatFailed) {
  const ConditionRow& row = GetParam();
  RuleSpec rule = PercentRule("special", "10%");
  row.condition(&rule.when);
  Mistakes mistakes;
  const auto program = Program::Build(TermsOf({rule}), &mistakes);
  ASSERT_NE(program, nullptr) << mistakes.ToString();
  Scene scene;
  row.scene(&scene);
  scene.Bind();
  const Rule& compiled = program->rules()[0];
  const auto failed = FirstFailed(compiled, EarnsOn::kPayment, scene.payment,
                                  scene.credit, scene.line);
  EXPECT_EQ(
      RuleHolds(compiled, EarnsOn::kPayment, scene.payment, scene.credit) &&
          LineHolds(compiled, scene.line),
      !failed.has_value());
  if (row.wanted.empty()) {
    EXPECT_FALSE(failed.has_value()) << failed->name;
    return;
  }
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->name, row.name);
  EXPECT_EQ(failed->wanted, row.wanted);
  EXPECT_EQ(failed->actual, row.actual);
}

INSTANTIATE_TEST_SUITE_P(EachCondition, ConditionTest,
                         ::testing::ValuesIn(ConditionRows()));

TEST(FirstFailedTest, AsksKindThenWhatItEarnsOnThenTheRole) {
  RuleSpec price = PercentRule("price", "");
  price.kind = RuleKind::kPrice;
  price.reward = RewardSpec();
  price.price_percent = "10%";
  RuleSpec lead = testing_support::FixedRule("lead", 100);
  lead.earns_on = EarnsOn::kQualifiedLead;
  RuleSpec service = PercentRule("service", "1%");
  service.role = Role::kServicer;
  Mistakes mistakes;
  const auto program =
      Program::Build(TermsOf({price, lead, service}), &mistakes);
  ASSERT_NE(program, nullptr) << mistakes.ToString();
  Scene scene;
  const std::vector<std::vector<std::string>> want = {
      {"kind", "PRICE", "COMMISSION"},
      {"earns_on", "QUALIFIED_LEAD", "PAYMENT"},
      {"role", "SERVICER", "ACQUIRER"}};
  for (std::size_t i = 0; i < want.size(); ++i) {
    const auto failed = FirstFailed(program->rules()[i], EarnsOn::kPayment,
                                    scene.payment, scene.credit, scene.line);
    ASSERT_TRUE(failed.has_value());
    EXPECT_EQ(failed->name, want[i][0]);
    EXPECT_EQ(failed->wanted, want[i][1]);
    EXPECT_EQ(failed->actual, want[i][2]);
    EXPECT_FALSE(RuleHolds(program->rules()[i], EarnsOn::kPayment,
                           scene.payment, scene.credit));
  }
  EXPECT_TRUE(PriceRuleHolds(program->rules()[0], RuleKind::kPrice,
                             scene.payment, scene.credit));
  EXPECT_FALSE(PriceRuleHolds(program->rules()[0], RuleKind::kCustomerDiscount,
                              scene.payment, scene.credit));
}

}  // namespace
}  // namespace vouch

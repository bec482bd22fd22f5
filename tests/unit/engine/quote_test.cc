// What a checkout is told before anything is booked, by hand
// (docs/SEMANTICS.md, sections 6, 9 and 10).
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/books_text.h"
#include "tests/support/event_box.h"
#include "vouch/base/limits.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// An engine with the partners anna and ben, and a checkout that asks it.
class Till {
 public:
  explicit Till(const ProgramSpec& spec) {
    Expect("2024-01-01", box.Program(spec));
    Expect("2024-01-01", EventBox::Partner("anna"));
    Expect("2024-01-01", EventBox::Partner("ben"));
  }

  void Expect(std::string_view day, EventBody body) {
    const std::string event_id = absl::StrCat("e", ++sent_);
    const Event event{"shop", event_id, Time(day), std::move(body)};
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(engine->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    ASSERT_EQ(outcomes.at(0).kind, OutcomeKind::kApplied)
        << outcomes.at(0).status;
    last = outcomes.at(0).seq;
  }

  static Instant Time(std::string_view day) {
    return ParseInstant(std::string(day) + "T00:00:00Z").value_or(kNoTime);
  }

  // One customer's question.
  QuoteRequest For(std::string_view day, std::string_view customer,
                   std::vector<event::PaymentLine> lines) {
    QuoteRequest request;
    request.at = Time(day);
    request.payment = box.Pay("", customer, std::move(lines));
    return request;
  }
  QuoteRequest For(std::string_view day, std::string_view customer,
                   int64_t amount_minor) {
    return For(day, customer, {Line(1, amount_minor)});
  }
  QuoteRequest ByCode(std::string_view day, std::string_view code,
                      int64_t amount_minor = 1000) {
    QuoteRequest request = For(day, "", amount_minor);
    request.code = code;
    return request;
  }
  QuoteRequest ByPartner(std::string_view day, std::string_view partner_id,
                         int64_t amount_minor = 1000) {
    QuoteRequest request = For(day, "", amount_minor);
    request.partner_id = partner_id;
    return request;
  }

  Quote Ask(const QuoteRequest& request) const {
    const auto quote = engine->GetQuote("shop", request);
    EXPECT_TRUE(quote.ok()) << quote.status();
    return quote.ok() ? *quote : Quote();
  }
  std::string Refused(const QuoteRequest& request) const {
    const auto quote = engine->GetQuote("shop", request);
    EXPECT_FALSE(quote.ok());
    return quote.status().ToString();
  }
  // "anna all 100": payee, rule and amount of each commission.
  std::vector<std::string> Earned(const QuoteRequest& request) const {
    std::vector<std::string> rows;
    for (const QuotedCommission& each : Ask(request).commissions) {
      rows.push_back(absl::StrCat(each.partner_id, " ", each.rule_id, " ",
                                  each.amount_minor));
    }
    return rows;
  }

  // Books what was quoted: a payment whose lines say the discounts. What it
  // earned, as Told tells it.
  std::vector<std::string> Book(std::string_view day,
                                std::string_view payment_id,
                                std::string_view customer,
                                const QuoteRequest& request,
                                const Quote& quote) {
    std::vector<event::PaymentLine> lines(request.payment.lines.begin(),
                                          request.payment.lines.end());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const int64_t off =
          quote.lines[i].discount_minor + quote.lines[i].budget_discount_minor;
      lines[i].amount_minor -= off;
      lines[i].discount_minor += off;
    }
    Expect(day, box.Pay(payment_id, customer, lines));
    std::vector<std::string> rows;
    for (const Output& row : OutputsOf(*engine, Seq(last.value() - 1))) {
      if (row.accrual == nullptr) continue;
      const Accrual& accrual = *row.accrual;
      rows.push_back(TellOne(row.partner_id, accrual.rule_id, accrual.role,
                             accrual.level, accrual.base_minor,
                             accrual.amount_minor));
    }
    return rows;
  }
  // The commissions of a quote, whole.
  static std::vector<std::string> Told(const Quote& quote) {
    std::vector<std::string> rows;
    for (const QuotedCommission& each : quote.commissions) {
      rows.push_back(TellOne(each.partner_id, each.rule_id, each.role,
                             each.level, each.base_minor, each.amount_minor));
    }
    return rows;
  }

  EventBox box;
  std::unique_ptr<Engine> engine = Engine::InMemory();
  Seq last;

 private:
  static std::string TellOne(std::string_view partner_id,
                             std::string_view rule_id, Role role, int32_t level,
                             int64_t base_minor, int64_t amount_minor) {
    return absl::StrCat(ToAbsl(partner_id), " ", ToAbsl(rule_id), " ",
                        ToAbsl(Word(role)), " level ", level, " of ",
                        base_minor, ": ", amount_minor);
  }

  int sent_ = 0;
};

RuleSpec PercentRule(std::string rule_id, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(rule_id);
  rule.reward.percent = std::move(percent);
  return rule;
}

RuleSpec PriceRuleOf(RuleKind kind, std::string rule_id, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(rule_id);
  rule.kind = kind;
  rule.price_percent = std::move(percent);
  return rule;
}

ProgramSpec ProgramOf(std::vector<RuleSpec> rules) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules = std::move(rules);
  return spec;
}

ProgramSpec BudgetProgram(std::string budget) {
  RuleSpec rule;
  rule.rule_id = "split";
  rule.budget = std::move(budget);
  return ProgramOf({rule});
}

event::PartnerSet WithShare(std::string_view partner, std::string_view share) {
  event::PartnerSet e = EventBox::Partner(partner);
  e.customer_share = *Rate::Parse(share);
  return e;
}

// ---------------------------------------------------------------------------
// Whose customer it would be

TEST(QuoteTest, ACodeNamesThePartnerOfOneWhoIsNotKnown) {
  RuleSpec by_code = PercentRule("by-code", "12%");
  by_code.when.codes = {"ANNA1"};
  Till till(ProgramOf({by_code, PercentRule("all", "10%")}));
  till.Expect("2024-01-02", EventBox::Code("anna-1", "anna"));

  const Quote quote = till.Ask(till.ByCode("2024-01-03", "Anna 1"));
  EXPECT_EQ(quote.currency, kEur);
  EXPECT_EQ(quote.amount_minor, 1000);
  EXPECT_EQ(quote.price_minor, 1000);
  EXPECT_EQ(quote.customer_discount_minor, 0);
  EXPECT_THAT(Till::Told(quote),
              ElementsAre("anna by-code ACQUIRER level 0 of 1000: 120"));
  EXPECT_THAT(quote.partner_ids, ElementsAre("anna"));
  ASSERT_EQ(quote.credits.size(), 1u);
  EXPECT_EQ(quote.credits[0].channel, Channel::kCode);
  EXPECT_EQ(quote.credits[0].weight_ppb, kPpb);

  EXPECT_THAT(till.Earned(till.ByPartner("2024-01-03", "ben")),
              ElementsAre("ben all 100"));
  // The code goes before the partner; without either nobody brings them.
  QuoteRequest both = till.ByCode("2024-01-03", "ANNA1");
  both.partner_id = "ben";
  EXPECT_THAT(till.Earned(both), ElementsAre("anna by-code 120"));
  const Quote neither = till.Ask(till.For("2024-01-03", "", 1000));
  EXPECT_THAT(neither.commissions, IsEmpty());
  EXPECT_THAT(neither.partner_ids, IsEmpty());
  EXPECT_EQ(neither.amount_minor, 1000);
}

TEST(QuoteTest, ACodeCompetesWithWhatTheCustomerHas) {
  Till till(PercentProgram("shop", "10%"));
  till.Expect("2024-01-02", EventBox::Code("BEN", "ben"));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  QuoteRequest request = till.For("2024-01-03", "c1", 1000);
  EXPECT_THAT(till.Earned(request), ElementsAre("anna all 100"));
  request.code = "BEN";  // the last touch
  EXPECT_THAT(till.Earned(request), ElementsAre("ben all 100"));
  // Once it is decided for good, a code changes nothing.
  till.Expect("2024-01-03", till.box.Pay("i1", "c1", 1000));
  EXPECT_THAT(till.Earned(request), ElementsAre("anna all 100"));
}

TEST(QuoteTest, ACodeThatDoesNotHoldIsRefused) {
  Till till(PercentProgram("shop", "10%"));
  event::CodeIssued once = EventBox::Code("ONCE", "anna");
  once.max_redemptions = 1;
  event::CodeIssued spring = EventBox::Code("SPRING", "anna");
  spring.valid_from = Till::Time("2024-03-01");
  spring.valid_until = Till::Time("2024-06-01");
  till.Expect("2024-01-02", once);
  till.Expect("2024-01-02", spring);
  till.Expect("2024-01-02", EventBox::Code("GONE", "anna"));
  till.Expect("2024-02-01", event::CodeRevoked{"GONE", ""});
  till.Expect("2024-01-02", EventBox::Redeem("c1", "ONCE"));

  constexpr const char* kWhy[][3] = {
      {"NEVER", "2024-01-05", "NOT_FOUND: code: no such code"},
      {"- -", "2024-01-05", "NOT_FOUND: code: no such code"},
      {"ONCE", "2024-01-05", "FAILED_PRECONDITION: code: the code was used up"},
      {"GONE", "2024-02-01", "FAILED_PRECONDITION: code: the code was revoked"},
      {"SPRING", "2024-02-29",
       "FAILED_PRECONDITION: code: the code was not valid yet"},
      {"SPRING", "2024-06-01",
       "FAILED_PRECONDITION: code: the code had expired"},
  };
  for (const auto& [code, day, why] : kWhy) {
    EXPECT_EQ(till.Refused(till.ByCode(day, code)), why) << code;
  }
  // Who has redeemed it may go on using it.
  QuoteRequest again = till.ByCode("2024-01-05", "ONCE");
  again.payment.customer.id = "c1";
  EXPECT_THAT(till.Earned(again), ElementsAre("anna all 100"));
  EXPECT_THAT(till.Earned(till.ByCode("2024-01-31", "GONE")),
              ElementsAre("anna all 100"));
  EXPECT_THAT(till.Earned(till.ByCode("2024-03-01", "SPRING")),
              ElementsAre("anna all 100"));
}

TEST(QuoteTest, APartnerMustBeThereAndEarnsOnlyWhileActive) {
  Till till(PercentProgram("shop", "10%"));
  till.Expect("2024-02-01", EventBox::Partner("cora"));
  till.Expect("2024-03-01",
              EventBox::Partner("ben", PartnerStatus::kTerminated));
  EXPECT_EQ(till.Refused(till.ByPartner("2024-03-01", "nobody")),
            "NOT_FOUND: partner_id: no such partner then");
  EXPECT_EQ(till.Refused(till.ByPartner("2024-01-31", "cora")),
            "NOT_FOUND: partner_id: no such partner then");
  EXPECT_THAT(till.Earned(till.ByPartner("2024-02-01", "cora")),
              ElementsAre("cora all 100"));
  EXPECT_THAT(till.Earned(till.ByPartner("2024-03-01", "ben")), IsEmpty());
}

TEST(QuoteTest, WhatIsSaidOfTheCustomerGoesBeforeWhatIsKnown) {
  RuleSpec german = PercentRule("german", "20%");
  german.when.countries = {"DE"};
  RuleSpec large = PercentRule("large", "15%");
  large.when.segments = {"large"};
  RuleSpec cold = PercentRule("cold", "12%");
  cold.when.attributes = {{AttributeOf::kCustomer, "heat", "low"}};
  Till till(ProgramOf({german, large, cold, PercentRule("all", "10%")}));
  event::Signup signup = EventBox::Signup("c1");
  signup.country = "DE";
  signup.segment = "large";
  till.Expect("2024-01-02", signup);

  QuoteRequest request = till.ByPartner("2024-01-03", "anna");
  EXPECT_THAT(till.Earned(request), ElementsAre("anna all 100"));
  const event::Attribute kLow[] = {{"heat", "low"}};
  request.attributes = kLow;
  EXPECT_THAT(till.Earned(request), ElementsAre("anna cold 120"));
  request.segment = "large";
  EXPECT_THAT(till.Earned(request), ElementsAre("anna large 150"));
  request.country = "DE";
  EXPECT_THAT(till.Earned(request), ElementsAre("anna german 200"));

  QuoteRequest known = till.ByPartner("2024-01-03", "anna");
  known.payment.customer.id = "c1";
  EXPECT_THAT(till.Earned(known), ElementsAre("anna german 200"));
  known.country = "FR";
  EXPECT_THAT(till.Earned(known), ElementsAre("anna large 150"));
  known.segment = "small";
  EXPECT_THAT(till.Earned(known), ElementsAre("anna all 100"));
}

// ---------------------------------------------------------------------------
// Prices, discounts and budgets

TEST(QuoteTest, AResellersPriceAndADiscount) {
  RuleSpec price = PriceRuleOf(RuleKind::kPrice, "resale", "20%");
  price.when.products = {"A"};
  Till till(ProgramOf({PercentRule("all", "10%"), price,
                       PriceRuleOf(RuleKind::kCustomerDiscount, "off", "5%")}));
  QuoteRequest request =
      till.For("2024-01-03", "", {Line(1, 999, "A"), Line(2, 500, "B")});
  request.partner_id = "anna";
  const Quote quote = till.Ask(request);
  ASSERT_EQ(quote.lines.size(), 2u);
  const QuotedLine& first = quote.lines[0];
  EXPECT_EQ(first.line, 1);
  EXPECT_EQ(first.amount_minor, 999);
  EXPECT_EQ(first.price_minor, 799);  // 999 - 199.8
  EXPECT_EQ(first.price_rule_id, "resale");
  EXPECT_EQ(first.discount_minor, 50);  // 49.95
  EXPECT_EQ(first.discount_rule_id, "off");
  EXPECT_EQ(first.budget_discount_minor, 0);
  EXPECT_EQ(first.budget_rule_id, "");
  const QuotedLine& second = quote.lines[1];
  EXPECT_EQ(second.price_minor, 500);
  EXPECT_EQ(second.price_rule_id, "");
  EXPECT_EQ(second.discount_minor, 25);
  EXPECT_EQ(quote.amount_minor, 1499);
  EXPECT_EQ(quote.price_minor, 1299);
  EXPECT_EQ(quote.customer_discount_minor, 75);
  // Of 949 and 475: 142.4.
  EXPECT_THAT(Till::Told(quote),
              ElementsAre("anna all ACQUIRER level 0 of 1424: 142"));
  // Neither is for one whom nobody brought.
  EXPECT_EQ(till.Ask(till.For("2024-01-03", "", {Line(1, 999, "A")}))
                .customer_discount_minor,
            0);
}

// It earns nothing by what it buys itself, but has its price: before that of a
// partner who brought it.
TEST(QuoteTest, APartnersOwnPurchaseHasItsPrice) {
  RuleSpec own = PriceRuleOf(RuleKind::kPrice, "own", "30%");
  own.when.partner_kinds = {PartnerKind::kReseller};
  Till till(ProgramOf({PercentRule("all", "10%"), own,
                       PriceRuleOf(RuleKind::kPrice, "any", "1%"),
                       PriceRuleOf(RuleKind::kCustomerDiscount, "off", "5%")}));
  const event::BlindKey key{"k", till.box.Text(std::string(64, '1'))};
  event::PartnerSet rita = EventBox::Partner("rita");
  rita.kind = PartnerKind::kReseller;
  rita.identity_keys = till.box.Keys({key});
  till.Expect("2024-01-01", rita);
  event::Signup signup = EventBox::Signup("rita-shop");
  signup.identity_keys = till.box.Keys({key});
  till.Expect("2024-01-02", signup);
  for (const char* partner_id : {"", "rita", "anna"}) {
    QuoteRequest request = till.For("2024-01-03", "rita-shop", 9999);
    request.partner_id = partner_id;
    const Quote quote = till.Ask(request);
    EXPECT_EQ(quote.price_minor, 6999) << partner_id;
    EXPECT_EQ(quote.lines.at(0).price_rule_id, "own") << partner_id;
    const bool brought = std::string_view(partner_id) == "anna";
    EXPECT_EQ(quote.customer_discount_minor, brought ? 500 : 0) << partner_id;
    EXPECT_EQ(quote.commissions.size(), brought ? 1u : 0u) << partner_id;
  }
  // Another's purchase is by the credit alone.
  EXPECT_EQ(till.Ask(till.ByPartner("2024-01-03", "anna", 9999)).price_minor,
            9899);
  rita.status = PartnerStatus::kSuspended;
  till.Expect("2024-01-04", rita);
  EXPECT_EQ(till.Ask(till.For("2024-01-05", "rita-shop", 9999)).price_minor,
            9999);
}

// Who buys for itself has neither role, and the prices of both.
TEST(QuoteTest, AnOwnPriceIsForEitherRole) {
  RuleSpec own = PriceRuleOf(RuleKind::kPrice, "own", "30%");
  own.role = Role::kServicer;
  Till till(ProgramOf({own}));
  const event::BlindKey key{"k", till.box.Text(std::string(64, '1'))};
  event::PartnerSet rita = EventBox::Partner("rita");
  rita.identity_keys = till.box.Keys({key});
  till.Expect("2024-01-01", rita);
  event::Signup signup = EventBox::Signup("rita-shop");
  signup.identity_keys = till.box.Keys({key});
  till.Expect("2024-01-02", signup);
  EXPECT_EQ(till.Ask(till.For("2024-01-03", "rita-shop", 9999)).price_minor,
            6999);
  EXPECT_EQ(till.Ask(till.For("2024-01-03", "else", 9999)).price_minor, 9999);
}

TEST(QuoteTest, ABudgetIsSharedByThePartnersShareOrTheCodes) {
  Till till(BudgetProgram("10%"));
  till.Expect("2024-01-02", WithShare("anna", "21%"));
  event::CodeIssued code = EventBox::Code("HALF", "anna");
  code.customer_share = *Rate::Parse("50%");
  till.Expect("2024-01-02", code);
  till.Expect("2024-01-02", EventBox::Code("PLAIN", "anna"));

  const auto split = [](const Quote& quote) {
    return absl::StrCat(quote.customer_discount_minor, "+",
                        quote.commissions.at(0).amount_minor);
  };
  EXPECT_EQ(split(till.Ask(till.ByPartner("2024-01-03", "anna"))), "21+79");
  EXPECT_EQ(split(till.Ask(till.ByCode("2024-01-03", "PLAIN"))), "21+79");
  EXPECT_EQ(split(till.Ask(till.ByCode("2024-01-03", "HALF"))), "50+50");
  EXPECT_EQ(split(till.Ask(till.ByPartner("2024-01-03", "ben"))), "0+100");
  // 25 of which 12.5 are even 12: the budget of 249 is 24.9, its half 12.45.
  EXPECT_EQ(split(till.Ask(till.ByCode("2024-01-03", "HALF", 249))), "12+13");

  // Later bounds cut the share.
  ProgramSpec bound = BudgetProgram("10%");
  bound.customer_share_max = "40%";
  till.Expect("2024-02-01", till.box.Program(bound));
  EXPECT_EQ(split(till.Ask(till.ByCode("2024-02-01", "HALF"))), "40+60");
  EXPECT_EQ(split(till.Ask(till.ByCode("2024-01-31", "HALF"))), "50+50");
}

TEST(QuoteTest, ABudgetIsOfThePriceWithTheDiscountAddedBack) {
  Till till(BudgetProgram("10%"));
  till.Expect("2024-01-02", WithShare("anna", "21%"));
  // 1,071 with 171 of tax, and 100 that the shop itself gives.
  event::PaymentLine line = Line(1, 1071);
  line.tax_minor = 171;
  line.discount_minor = 100;
  QuoteRequest request = till.For("2024-01-03", "", {line});
  request.partner_id = "anna";
  const Quote quote = till.Ask(request);
  EXPECT_EQ(quote.lines[0].budget_discount_minor, 21);
  EXPECT_EQ(quote.lines[0].budget_rule_id, "split");
  EXPECT_THAT(Till::Told(quote),
              ElementsAre("anna split ACQUIRER level 0 of 1000: 79"));
  // Over two lines by largest remainder: 6.993 and 14.007 of 21.
  request = till.For("2024-01-03", "", {Line(1, 333), Line(2, 667)});
  request.partner_id = "anna";
  const Quote two = till.Ask(request);
  EXPECT_EQ(two.lines[0].budget_discount_minor, 7);
  EXPECT_EQ(two.lines[1].budget_discount_minor, 14);
  EXPECT_EQ(two.customer_discount_minor, 21);
}

TEST(QuoteTest, EachOfTwoPartnersGivesItsPlaceInTheSplit) {
  ProgramSpec spec = BudgetProgram("10%");
  spec.model = Model::kLinear;
  Till till(spec);
  till.Expect("2024-01-02", WithShare("anna", "21%"));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  till.Expect("2024-01-03", EventBox::Click("c1", "ben"));
  // 200: anna's customers have 42 of it, ben's nothing; each has half of it.
  const Quote quote = till.Ask(till.For("2024-01-04", "c1", 2000));
  EXPECT_EQ(quote.customer_discount_minor, 21);
  EXPECT_THAT(Till::Told(quote),
              ElementsAre("anna split ACQUIRER level 0 of 2000: 79",
                          "ben split ACQUIRER level 0 of 2000: 100"));
  EXPECT_THAT(quote.partner_ids, ElementsAre("anna", "ben"));
}

TEST(QuoteTest, NoLineIsDiscountedByMoreThanItsAmount) {
  // The budget alone gives all of it away, and a half goes on top.
  ProgramSpec spec = BudgetProgram("100%");
  spec.rules.push_back(PriceRuleOf(RuleKind::kCustomerDiscount, "half", "50%"));
  Till till(spec);
  till.Expect("2024-01-02", WithShare("anna", "100%"));
  const Quote quote = till.Ask(till.ByPartner("2024-01-03", "anna"));
  EXPECT_EQ(quote.lines[0].discount_minor, 500);
  EXPECT_EQ(quote.lines[0].budget_discount_minor, 1000);
  EXPECT_EQ(quote.customer_discount_minor, 1000);
  EXPECT_THAT(quote.commissions, IsEmpty());
}

TEST(QuoteTest, WhatIsGivenForNothingEarnsNothing) {
  ProgramSpec spec =
      ProgramOf({PercentRule("all", "10%"),
                 PriceRuleOf(RuleKind::kCustomerDiscount, "free", "100%")});
  spec.base.add_discount = true;
  Till till(spec);
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  QuoteRequest request = till.For("2024-01-03", "c1", 1000);
  const Quote quote = till.Ask(request);
  EXPECT_EQ(quote.customer_discount_minor, 1000);
  EXPECT_THAT(quote.commissions, IsEmpty());
  EXPECT_THAT(till.Book("2024-01-03", "i1", "c1", request, quote), IsEmpty());
}

// ---------------------------------------------------------------------------
// What was earned before

TEST(QuoteTest, LimitsThatArePartlyUsed) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].limits.amount_per_customer_minor = 150;
  spec.rules[0].limits.payments_per_customer = 2;
  Till till(spec);
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  const QuoteRequest request = till.For("2024-01-04", "c1", 1000);
  EXPECT_THAT(till.Earned(request), ElementsAre("anna all 100"));
  till.Expect("2024-01-03", till.box.Pay("i1", "c1", 1000));
  EXPECT_THAT(till.Earned(request), ElementsAre("anna all 50"));
  // The limit is each customer's own.
  EXPECT_THAT(till.Earned(till.ByPartner("2024-01-04", "anna", 2000)),
              ElementsAre("anna all 150"));
  till.Expect("2024-01-03", till.box.Pay("i2", "c1", 100));
  EXPECT_THAT(till.Earned(request), IsEmpty());
}

TEST(QuoteTest, AFixedAmountThatWasSpent) {
  RuleSpec bounty;
  bounty.rule_id = "bounty";
  bounty.reward.fixed = {500, FixedPer::kCustomer};
  Till till(ProgramOf({bounty}));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  till.Expect("2024-01-03", till.box.Pay("i1", "c1", 1000));
  EXPECT_THAT(till.Earned(till.For("2024-01-04", "c1", 1000)), IsEmpty());
  EXPECT_THAT(till.Earned(till.ByPartner("2024-01-04", "anna")),
              ElementsAre("anna bounty 500"));
}

// Bands of the partner's revenue in a year, after 1000 of it.
Till TieredTill(TierMeaning meaning, std::string below, std::string above) {
  RuleSpec rule;
  rule.rule_id = "tiers";
  rule.reward.tiers = {{0, 1500, std::move(below), 0},
                       {1500, std::nullopt, std::move(above), 0}};
  rule.reward.tier_metric = Metric::kRevenue;
  rule.reward.tier_period = Period::kYear;
  rule.reward.tier_meaning = meaning;
  Till till(ProgramOf({rule}));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  till.Expect("2024-01-03", till.box.Pay("i1", "c1", 1000));
  return till;
}

TEST(QuoteTest, TiersThatArePartlyUsed) {
  const struct {
    TierMeaning meaning;
    std::string told;
  } kRows[] = {
      // 500 in each band.
      {TierMeaning::kGraduated, "tiers ACQUIRER level 0 of 1000: 150"},
      // 2000 are reached with it.
      {TierMeaning::kWholePayment, "tiers ACQUIRER level 0 of 1000: 200"},
      // 1000 were reached before it.
      {TierMeaning::kProspective, "tiers ACQUIRER level 0 of 1000: 100"},
      // 20% of 2000, of which 100 are accrued.
      {TierMeaning::kRetroactive, "tiers ACQUIRER level 0 of 2000: 300"},
  };
  for (const auto& row : kRows) {
    Till till = TieredTill(row.meaning, "10%", "20%");
    QuoteRequest request = till.For("2024-01-04", "c1", 1000);
    EXPECT_THAT(Till::Told(till.Ask(request)), ElementsAre("anna " + row.told));
    // The next year has a period of its own.
    request.at = Till::Time("2025-01-04");
    EXPECT_THAT(till.Earned(request), ElementsAre("anna tiers 100"));
  }
  // A true-up that goes down: 5% of 2000, of which 200 are accrued.
  Till down = TieredTill(TierMeaning::kRetroactive, "20%", "5%");
  EXPECT_THAT(down.Earned(down.For("2024-01-04", "c1", 1000)),
              ElementsAre("anna tiers -100"));
}

TEST(QuoteTest, ContractYearAndPhaseOfACustomer) {
  RuleSpec won = PercentRule("won", "20%");
  won.when.phase = Phase::kAcquisition;
  RuleSpec kept;
  kept.rule_id = "kept";
  kept.reward.by_contract_year = {"15%", "5%", "2%"};
  ProgramSpec spec = ProgramOf({won, kept});
  spec.acquisition = Boundary::kFirstContractYear;
  Till till(spec);
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  till.Expect("2024-01-03", till.box.Pay("i1", "c1", 1000));
  till.Expect("2025-01-01",
              EventBox::Contract("k1", "c1", CivilDay(2025, 1, 1)));

  const auto at = [&till](std::string_view day, std::string_view contract) {
    QuoteRequest request = till.For(day, "c1", 1000);
    request.payment.contract_id = contract;
    return till.Earned(request);
  };
  EXPECT_THAT(at("2025-01-02", ""), ElementsAre("anna won 200"));
  EXPECT_THAT(at("2025-01-03", ""), ElementsAre("anna kept 50"));
  EXPECT_THAT(at("2026-01-03", ""), ElementsAre("anna kept 20"));
  // The first year of a later contract is no acquisition.
  EXPECT_THAT(at("2025-06-01", "k1"), ElementsAre("anna kept 150"));
  EXPECT_THAT(at("2026-01-01", "k1"), ElementsAre("anna kept 50"));
  // One who is not known begins.
  EXPECT_THAT(till.Earned(till.ByPartner("2026-01-03", "anna")),
              ElementsAre("anna won 200"));
}

// ---------------------------------------------------------------------------
// Another currency

TEST(QuoteTest, AnotherCurrencyByItsRate) {
  Till till(ProgramOf({PercentRule("all", "10%"),
                       PriceRuleOf(RuleKind::kCustomerDiscount, "off", "5%")}));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  QuoteRequest request = till.For("2024-01-03", "c1", 1000);
  request.payment.currency = kUsd;
  EXPECT_THAT(till.Refused(request),
              StartsWith("INVALID_ARGUMENT: payment.exchange: missing"));
  request.payment.exchange = event::Exchange{kPpb * 9 / 10, std::nullopt, ""};
  const Quote quote = till.Ask(request);
  EXPECT_EQ(quote.currency, kEur);
  EXPECT_EQ(quote.amount_minor, 900);
  EXPECT_EQ(quote.lines[0].amount_minor, 900);
  EXPECT_EQ(quote.customer_discount_minor, 45);
  // 85.5, to the even one.
  EXPECT_THAT(Till::Told(quote),
              ElementsAre("anna all ACQUIRER level 0 of 855: 86"));
  // 45 are 50 of the payment's.
  event::PaymentLine line = Line(1, 950);
  line.discount_minor = 50;
  event::Payment payment = till.box.Pay("i1", "c1", {line}, kUsd);
  payment.exchange = request.payment.exchange;
  till.Expect("2024-01-03", payment);
  const OutputPage page = OutputsOf(*till.engine, Seq(till.last.value() - 1));
  ASSERT_NE(page.front().accrual, nullptr);
  EXPECT_EQ(page.front().accrual->base_minor, 855);
  EXPECT_EQ(page.front().accrual->amount_minor, 86);
}

// ---------------------------------------------------------------------------
// Before and after

TEST(QuoteTest, ThePaymentThenBooksWhatWasQuoted) {
  RuleSpec split;
  split.rule_id = "split";
  split.budget = "12%";
  split.when.products = {"A"};
  split.uplines = {{1, UplineOf::kCommission, "10%"},
                   {2, UplineOf::kBase, "1%"}};
  RuleSpec bonus = PercentRule("bonus", "1.5%");
  bonus.stack = true;
  Till till(
      ProgramOf({split, PercentRule("all", "7%"), bonus,
                 PriceRuleOf(RuleKind::kCustomerDiscount, "off", "3.3%")}));
  event::PartnerSet anna = WithShare("anna", "30%");
  event::PartnerSet ben = EventBox::Partner("ben");
  till.Expect("2024-01-02", EventBox::Partner("head"));
  ben.parent_partner_id = "head";
  till.Expect("2024-01-02", ben);
  anna.parent_partner_id = "ben";
  till.Expect("2024-01-02", anna);
  till.Expect("2024-01-02", EventBox::Code("ANNA", "anna"));

  QuoteRequest request =
      till.For("2024-01-03", "", {Line(1, 1999, "A"), Line(2, 777, "B")});
  request.code = "ANNA";
  const Quote quote = till.Ask(request);
  // 3.3%: 65.967 and 25.641. The budget of 1999 is 239.88, so 240, of which
  // 30% are 71.964, so 72.
  EXPECT_EQ(quote.lines[0].discount_minor, 66);
  EXPECT_EQ(quote.lines[0].budget_discount_minor, 72);
  EXPECT_EQ(quote.lines[1].discount_minor, 26);
  EXPECT_EQ(quote.lines[1].budget_discount_minor, 0);
  EXPECT_EQ(quote.customer_discount_minor, 164);
  // Of what is left, 1861 and 751: the budget is rated on 1999 again, the rest
  // on what is paid: 52.57, and 39.18 of both.
  const std::vector<std::string> told = Till::Told(quote);
  EXPECT_THAT(told, ElementsAre("anna split ACQUIRER level 0 of 1999: 168",
                                "ben split ACQUIRER level 1 of 1999: 17",
                                "head split ACQUIRER level 2 of 1999: 20",
                                "anna all ACQUIRER level 0 of 751: 53",
                                "anna bonus ACQUIRER level 0 of 2612: 39"));
  till.Expect("2024-01-03", EventBox::Redeem("c1", "ANNA"));
  EXPECT_EQ(till.Book("2024-01-03", "i1", "c1", request, quote), told);
}

TEST(QuoteTest, NothingIsKept) {
  ProgramSpec spec = BudgetProgram("10%");
  spec.rules[0].limits.payments_per_customer = 1;
  Till till(spec);
  event::CodeIssued once = EventBox::Code("ONCE", "anna");
  once.max_redemptions = 1;
  till.Expect("2024-01-02", once);
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  const std::string books = BooksText(*till.engine);
  const auto state = till.engine->StateBytes();
  ASSERT_TRUE(state.ok());
  QuoteRequest request = till.For("2024-01-03", "c1", 1000);
  for (int i = 0; i < 3; ++i) {
    for (const char* customer : {"c1", "c9", ""}) {
      for (const char* code : {"", "ONCE"}) {
        request.payment.customer.id = customer;
        request.code = code;
        const bool nobody = *customer != 'c' || customer[1] == '9';
        EXPECT_EQ(till.Ask(request).commissions.size(),
                  nobody && *code == '\0' ? 0u : 1u);
      }
    }
    till.Refused(till.ByCode("2024-01-03", "NEVER"));
  }
  EXPECT_EQ(BooksText(*till.engine), books);
  const auto after = till.engine->StateBytes();
  ASSERT_TRUE(after.ok());
  EXPECT_TRUE(*after == *state);
  EXPECT_THAT(DecisionsOf(*till.engine), IsEmpty());
  const auto report = till.engine->Verify();
  EXPECT_TRUE(report.ok()) << report.status();
}

// ---------------------------------------------------------------------------
// Refusals

TEST(QuoteTest, RefusedAsThePaymentWouldBe) {
  Till till(PercentProgram("shop", "10%"));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  EXPECT_EQ(till.engine->GetQuote("none", till.For("2024-01-03", "c1", 1))
                .status()
                .ToString(),
            "NOT_FOUND: program_id: no such program");
  EXPECT_EQ(till.Refused(till.For("2023-12-31", "c1", 1)),
            "FAILED_PRECONDITION: time_us: before the program's first version");
  const QuoteRequest good = till.For("2024-01-03", "c1", 1000);
  const std::string longer(kMaxIdBytes + 1, 'x');
  const std::vector<event::Attribute> many(kMaxAttributes + 1, {"k", "v"});
  const event::Attribute kTwice[] = {{"k", "1"}, {"k", "2"}};
  const event::Attribute kBytes[] = {{"k", "\xff"}};
  const event::PaymentLine kBelow[] = {Line(1, -1)};
  using Change = std::function<void(QuoteRequest&)>;
  const std::vector<std::pair<Change, std::string>> rows = {
      {[](auto& q) { q.at = kNoTime; }, "INVALID_ARGUMENT: time_us"},
      {[](auto& q) { q.at = Instant{kMaxInstant.us + 1}; },
       "INVALID_ARGUMENT: time_us"},
      {[&](auto& q) { q.payment.customer.id = longer; },
       "INVALID_ARGUMENT: payment.customer_id"},
      {[](auto& q) { q.payment.contract_id = "k9"; },
       "NOT_FOUND: payment.contract_id"},
      {[](auto& q) { q.payment.currency = Currency(); },
       "INVALID_ARGUMENT: payment.currency"},
      {[](auto& q) {
         q.payment.exchange = event::Exchange{kPpb, std::nullopt, ""};
       },
       "INVALID_ARGUMENT: payment.exchange"},
      {[](auto& q) { q.payment.lines = {}; },
       "INVALID_ARGUMENT: payment.lines"},
      {[&](auto& q) { q.payment.lines = kBelow; },
       "INVALID_ARGUMENT: payment.lines[0].amount_minor"},
      {[&](auto& q) { q.code = longer; }, "INVALID_ARGUMENT: code"},
      {[](auto& q) { q.code = "\xc3"; }, "INVALID_ARGUMENT: code"},
      {[](auto& q) { q.partner_id = "a\nb"; }, "INVALID_ARGUMENT: partner_id"},
      {[](auto& q) { q.country = "\xed\xa0\x80"; },
       "INVALID_ARGUMENT: country"},
      {[&](auto& q) { q.segment = longer; }, "INVALID_ARGUMENT: segment"},
      {[&](auto& q) { q.attributes = many; }, "INVALID_ARGUMENT: attributes"},
      {[&](auto& q) { q.attributes = kTwice; },
       "INVALID_ARGUMENT: attributes[1].key"},
      {[&](auto& q) { q.attributes = kBytes; },
       "INVALID_ARGUMENT: attributes[0].value"},
  };
  EXPECT_THAT(till.Earned(good), ElementsAre("anna all 100"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    QuoteRequest request = good;
    rows[i].first(request);
    EXPECT_THAT(till.Refused(request), StartsWith(rows[i].second + ": "))
        << "row " << i;
  }
}

TEST(QuoteTest, SumsPast64BitsAreRefused) {
  Till till(PercentProgram("shop", "100%"));
  till.Expect("2024-01-02", EventBox::Click("c1", "anna"));
  till.Expect("2024-01-03", till.box.Pay("i1", "c2", INT64_MAX));
  // Nothing was earned yet, but the program's payments are full.
  EXPECT_THAT(till.Refused(till.For("2024-01-03", "c1", 1)),
              HasSubstr("OUT_OF_RANGE: payment.lines: "));
  EXPECT_THAT(till.Earned(till.For("2024-01-03", "c1", 0)), IsEmpty());

  // A rate makes of two figures that fit two that do not together.
  Till foreign(
      ProgramOf({PercentRule("all", "1%"),
                 PriceRuleOf(RuleKind::kCustomerDiscount, "free", "100%")}));
  event::PaymentLine line = Line(1, 5'000'000'000'000'000'000 / 1000);
  line.discount_minor = line.amount_minor;
  QuoteRequest request = foreign.For("2024-01-03", "", {line});
  request.partner_id = "anna";
  request.payment.currency = kUsd;
  request.payment.exchange = event::Exchange{kPpb * 1000, std::nullopt, ""};
  EXPECT_THAT(foreign.Refused(request),
              HasSubstr("OUT_OF_RANGE: payment.lines: "));
}

}  // namespace
}  // namespace vouch

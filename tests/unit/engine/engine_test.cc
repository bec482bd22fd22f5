#include "vouch/engine/engine.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "vouch/program/spec_codec.h"

namespace vouch {
namespace {

using testing_support::BalancesOf;
using testing_support::ExpensesOf;

Event At(std::string_view id, std::string_view time, EventBody body) {
  return {"shop", id, *ParseInstant(time), body};
}

TEST(EngineTest, PaysTheBuyerWhoseCodeTheSupplierUsed) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "Europe/Berlin";
  spec.hold_days = 30;
  RuleSpec rule;
  rule.rule_id = "monthly";
  rule.budget = "10%";
  spec.rules.push_back(rule);
  const std::string bytes = EncodeSpec(spec);
  event::PartnerSet partner;
  partner.partner_id = "anna";
  partner.kind = PartnerKind::kCustomer;
  partner.customer_share = *Rate::Parse("21%");
  event::CodeIssued code;
  code.code = "ANNA-20";
  code.partner_id = "anna";
  event::Touch touch;
  touch.visitor.id = "v1";
  touch.channel = Channel::kCode;
  touch.code = "anna20";
  event::PaymentLine line;
  line.line = 1;
  line.amount_minor = 100000;
  event::Payment payment;
  payment.payment_id = "inv-1";
  payment.customer.id = "c1";
  payment.currency = *Currency::Parse("EUR");
  payment.lines = absl::MakeConstSpan(&line, 1);
  event::Refund refund;
  refund.refund_id = "r-1";
  refund.payment_id = "inv-1";
  refund.customer.id = "c1";
  refund.kind = RefundKind::kRefund;
  refund.amount_minor = 40000;
  event::CustomerIdentified identified;
  identified.visitor.id = "v1";
  identified.customer.id = "c1";

  auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  const std::vector<Event> events = {
      At("e0", "2024-01-01T00:00:00Z", event::ProgramSet{bytes}),
      At("e1", "2024-01-01T00:00:00Z", partner),
      At("e2", "2024-01-01T00:00:00Z", code),
      At("e3", "2024-01-02T00:00:00Z", touch),
      At("e4", "2024-01-03T00:00:00Z", identified),
      At("e5", "2024-01-04T00:00:00Z", payment),
      At("e6", "2024-01-05T00:00:00Z", refund),
      At("e7", "2024-02-05T00:00:00Z", event::Clock{}),
      At("e5", "2024-01-04T00:00:00Z", payment),
  };
  ASSERT_TRUE(engine->Apply(events, &outcomes).ok());
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(outcomes[i].kind, OutcomeKind::kApplied) << outcomes[i].status;
  }
  EXPECT_EQ(outcomes[8].kind, OutcomeKind::kDuplicate);
  const std::vector<BalanceRow> balances = BalancesOf(*engine);
  ASSERT_EQ(balances.size(), 1u);
  EXPECT_EQ(balances[0].balances.payable_minor, 7900 - 3160);
  EXPECT_EQ(ExpensesOf(*engine)[0].expense_minor, -4740);
  const auto why = engine->Explain("shop", "inv-1");
  ASSERT_TRUE(why.ok()) << why.status();
  EXPECT_EQ(why->nothing_earned, NothingEarned::kNone);
  ASSERT_EQ(why->amounts.size(), 1u);
  EXPECT_EQ(why->amounts[0].discount_minor, 2100);
  EXPECT_EQ(why->amounts[0].amount_minor, 7900);
}

}  // namespace
}  // namespace vouch

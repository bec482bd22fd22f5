#include "vouch/proto/convert_output.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/base/status.h"
#include "vouch/event/event.h"
#include "vouch/program/spec_codec.h"

namespace vouch {
namespace proto {
namespace {

Currency Eur() { return *Currency::Parse("EUR"); }
Instant At(std::string_view text) { return *ParseInstant(text); }

constexpr int64_t kTimeUs = 1704164645000000;  // 2024-01-02T03:04:05Z

Accrual SomeAccrual() {
  Accrual a;
  a.seq = Seq(7);
  a.time = At("2024-01-02T03:04:05Z");
  a.kind = AccrualKind::kAccrual;
  a.source = AccrualSource::kPayment;
  a.accrual_id = {Seq(7), 2};
  a.payment_seq = Seq(7);
  a.payment_id = "inv-1";
  a.rule_id = "tenth";
  a.role = Role::kServicer;
  a.level = 1;
  a.base_minor = 100000;
  a.amount_minor = 7900;
  a.weight_ppb = 250'000'000;
  a.currency = Eur();
  a.phase = Phase::kRetention;
  a.contract_year = 3;
  return a;
}

Output RowOf(Seq seq) {
  Output row;
  row.seq = seq;
  row.program_id = "shop";
  row.event_id = "e-7";
  row.partner_id = "anna";
  return row;
}

TEST(ConvertAccrualTest, CarriesEveryField) {
  const Accrual accrual = SomeAccrual();
  Output row = RowOf(Seq(7));
  row.accrual = &accrual;
  v1::Accrual m;
  m.set_lead_id("of another row");
  ConvertAccrual(row, &m);
  EXPECT_EQ(m.seq(), 7);
  EXPECT_EQ(m.event_id(), "e-7");
  EXPECT_EQ(m.time_us(), kTimeUs);
  EXPECT_EQ(m.accrual_id(), "7-2");
  EXPECT_EQ(m.kind(), v1::Accrual::ACCRUAL);
  EXPECT_EQ(m.payment_id(), "inv-1");
  EXPECT_EQ(m.partner_id(), "anna");
  EXPECT_EQ(m.rule_id(), "tenth");
  EXPECT_EQ(m.role(), v1::SERVICER);
  EXPECT_EQ(m.level(), 1);
  EXPECT_EQ(m.base_minor(), 100000);
  EXPECT_EQ(m.amount_minor(), 7900);
  EXPECT_EQ(m.currency(), "EUR");
  EXPECT_EQ(m.phase(), v1::RETENTION);
  EXPECT_EQ(m.contract_year(), 3);
  EXPECT_EQ(m.weight_ppb(), 250'000'000);
  EXPECT_EQ(m.restores_accrual_id(), "");
  EXPECT_EQ(m.source(), v1::Accrual::PAYMENT);
  EXPECT_EQ(m.program_id(), "shop");
  EXPECT_EQ(m.lead_id(), "");
}

TEST(ConvertAccrualTest, NamesTheAccrualThatIsTakenFromOrBroughtBack) {
  Accrual accrual = SomeAccrual();
  Output row = RowOf(Seq(9));
  row.accrual = &accrual;
  accrual.seq = Seq(9);
  accrual.kind = AccrualKind::kReversal;
  accrual.source = AccrualSource::kReview;
  v1::Accrual m;
  ConvertAccrual(row, &m);
  EXPECT_EQ(m.seq(), 9);
  EXPECT_EQ(m.accrual_id(), "7-2");
  EXPECT_EQ(m.kind(), v1::Accrual::REVERSAL);
  EXPECT_EQ(m.source(), v1::Accrual::REVIEW);
  EXPECT_EQ(m.refund_id(), "");
  accrual.source = AccrualSource::kRefund;
  accrual.refund_id = "r-1";
  ConvertAccrual(row, &m);
  EXPECT_EQ(m.source(), v1::Accrual::REFUND);
  EXPECT_EQ(m.refund_id(), "r-1");
  accrual.kind = AccrualKind::kAccrual;
  accrual.source = AccrualSource::kChargebackReversed;
  accrual.accrual_id = {Seq(9), 1};
  accrual.restores_id = {Seq(7), 2};
  ConvertAccrual(row, &m);
  EXPECT_EQ(m.accrual_id(), "9-1");
  EXPECT_EQ(m.restores_accrual_id(), "7-2");
  EXPECT_EQ(m.source(), v1::Accrual::CHARGEBACK_REVERSED);
}

TEST(ConvertEntryTest, PostsBothSides) {
  Entry entry;
  entry.seq = Seq(7);
  entry.place = 3;
  entry.time = At("2024-01-02T03:04:05Z");
  entry.kind = EntryKind::kAccrual;
  entry.currency = Eur();
  entry.from = Account::kExpense;
  entry.to = Account::kPending;
  entry.amount_minor = 7900;
  entry.accrual_id = {Seq(7), 2};
  entry.rule_id = "tenth";
  Output row = RowOf(Seq(7));
  row.entry = &entry;
  v1::Entry m;
  ConvertEntry(row, &m);
  EXPECT_EQ(m.seq(), 7);
  EXPECT_EQ(m.place(), 3);
  EXPECT_EQ(m.event_id(), "e-7");
  EXPECT_EQ(m.time_us(), kTimeUs);
  EXPECT_EQ(m.accrual_id(), "7-2");
  EXPECT_EQ(m.payout_id(), "");
  EXPECT_EQ(m.rule_id(), "tenth");
  EXPECT_EQ(m.partner_id(), "anna");
  EXPECT_EQ(m.currency(), "EUR");
  EXPECT_EQ(m.program_id(), "shop");
  ASSERT_EQ(m.postings_size(), 2);
  EXPECT_EQ(m.postings(0).account(), v1::EXPENSE);
  EXPECT_EQ(m.postings(0).partner_id(), "");
  EXPECT_EQ(m.postings(0).amount_minor(), -7900);
  EXPECT_EQ(m.postings(1).account(), v1::PENDING);
  EXPECT_EQ(m.postings(1).partner_id(), "anna");
  EXPECT_EQ(m.postings(1).amount_minor(), 7900);
}

// The two lists stand in different orders.
TEST(ConvertEntryTest, KnowsEveryKind) {
  const struct {
    EntryKind kind;
    v1::Entry::Kind word;
  } cases[] = {
      {EntryKind::kNone, v1::Entry::KIND_UNSPECIFIED},
      {EntryKind::kAccrual, v1::Entry::ACCRUAL},
      {EntryKind::kReversal, v1::Entry::REVERSAL},
      {EntryKind::kMature, v1::Entry::MATURE},
      {EntryKind::kVoid, v1::Entry::VOID},
      {EntryKind::kAdjustment, v1::Entry::ADJUSTMENT},
      {EntryKind::kOpeningBalance, v1::Entry::OPENING_BALANCE},
      {EntryKind::kPayoutRequested, v1::Entry::PAYOUT_REQUESTED},
      {EntryKind::kPayoutSent, v1::Entry::PAYOUT_SENT},
      {EntryKind::kPayoutFailed, v1::Entry::PAYOUT_FAILED},
  };
  for (const auto& c : cases) {
    Entry entry;
    entry.kind = c.kind;
    Output row = RowOf(Seq(1));
    row.entry = &entry;
    v1::Entry m;
    ConvertEntry(row, &m);
    EXPECT_EQ(m.kind(), c.word);
    if (c.kind != EntryKind::kNone) {
      EXPECT_EQ(v1::Entry::Kind_Name(m.kind()), std::string(Word(c.kind)));
    }
  }
}

TEST(ConvertPayoutTest, CarriesEveryField) {
  Payout payout;
  payout.seq = Seq(7);
  payout.time = At("2024-01-02T03:04:05Z");
  payout.state = PayoutState::kFailed;
  payout.payout_id = "pay-1";
  payout.currency = Eur();
  payout.amount_minor = 4740;
  Output row = RowOf(Seq(7));
  row.payout = &payout;
  v1::Output m;
  ConvertOutput(row, 4, &m);
  EXPECT_EQ(m.seq(), 7);
  EXPECT_EQ(m.place(), 4);
  ASSERT_EQ(m.body_case(), v1::Output::kPayout);
  EXPECT_EQ(m.payout().payout_id(), "pay-1");
  EXPECT_EQ(m.payout().partner_id(), "anna");
  EXPECT_EQ(m.payout().state(), v1::Payout::FAILED);
  EXPECT_EQ(m.payout().amount_minor(), 4740);
  EXPECT_EQ(m.payout().currency(), "EUR");
  EXPECT_EQ(m.payout().seq(), 7);
  EXPECT_EQ(m.payout().time_us(), kTimeUs);
  EXPECT_EQ(m.payout().event_id(), "e-7");
  EXPECT_EQ(m.payout().program_id(), "shop");
}

TEST(ConvertDecisionTest, CarriesItsCredits) {
  Decision decision;
  decision.seq = Seq(7);
  decision.at = At("2024-01-02T03:04:05Z");
  decision.trigger = Trigger::kSignup;
  Credit credit;
  credit.weight_ppb = kPpb;
  credit.channel = Channel::kCode;
  credit.campaign = "spring";
  credit.sub_ids =
      "a\x1f\x1f"
      "c";
  credit.touch_seq = Seq(5);
  credit.touch_at = At("2024-01-02T03:04:04Z");
  decision.credits.push_back(credit);
  decision.terms_seq = Seq(3);
  decision.touch_count = 2;
  decision.binds = true;
  const DecisionRow row{"shop",    "e-7",     "c-1",    CustomerNumber(2),
                        "inv-9",   &decision, {"anna"}, {"ANNA-20"},
                        {"lead-1"}};
  v1::Decision m;
  ConvertDecision(row, &m);
  EXPECT_EQ(m.seq(), 7);
  EXPECT_EQ(m.event_id(), "e-7");
  EXPECT_EQ(m.time_us(), kTimeUs);
  EXPECT_EQ(m.customer_number(), 2);
  EXPECT_EQ(m.customer_id(), "c-1");
  EXPECT_EQ(m.trigger(), v1::Decision::SIGNUP);
  EXPECT_EQ(m.result(), v1::Decision::PARTNERS);
  EXPECT_EQ(m.no_winner(), v1::Decision::NO_WINNER_UNSPECIFIED);
  EXPECT_EQ(m.terms_seq(), 3);
  EXPECT_EQ(m.payment_id(), "inv-9");
  EXPECT_TRUE(m.binds());
  EXPECT_FALSE(m.has_bound_until_us());
  EXPECT_EQ(m.program_id(), "shop");
  ASSERT_EQ(m.credits_size(), 1);
  EXPECT_EQ(m.credits(0).partner_id(), "anna");
  EXPECT_EQ(m.credits(0).role(), v1::ACQUIRER);
  EXPECT_EQ(m.credits(0).weight_ppb(), 1'000'000'000);
  EXPECT_EQ(m.credits(0).channel(), v1::CODE);
  EXPECT_EQ(m.credits(0).code(), "ANNA-20");
  EXPECT_EQ(m.credits(0).lead_id(), "lead-1");
  EXPECT_EQ(m.credits(0).campaign(), "spring");
  ASSERT_EQ(m.credits(0).sub_ids_size(), 3);
  EXPECT_EQ(m.credits(0).sub_ids(0), "a");
  EXPECT_EQ(m.credits(0).sub_ids(1), "");
  EXPECT_EQ(m.credits(0).sub_ids(2), "c");
  EXPECT_EQ(m.credits(0).touch_seq(), 5);
  EXPECT_EQ(m.credits(0).touch_time_us(), kTimeUs - 1'000'000);

  decision.credits.clear();
  ConvertDecision(row, &m);
  EXPECT_EQ(m.result(), v1::Decision::NOBODY);
  EXPECT_EQ(m.no_winner(), v1::Decision::ALL_OUT);
  EXPECT_EQ(m.credits_size(), 0);
  decision.touch_count = 0;
  ConvertDecision(row, &m);
  EXPECT_EQ(m.no_winner(), v1::Decision::NO_CANDIDATE);
}

TEST(ConvertDecisionTest, TellsTheVendorsShareAndWhatBinds) {
  Decision decision;
  decision.vendor_weight_ppb = 400'000'000;
  decision.credits.emplace_back().weight_ppb = 600'000'000;
  decision.bound_until = Instant{77};
  decision.binds = true;
  DecisionRow row;
  row.decision = &decision;
  row.partner_ids = {"anna"};
  row.codes = {""};
  row.lead_ids = {""};
  v1::Decision m;
  ConvertDecision(row, &m);
  EXPECT_EQ(m.result(), v1::Decision::PARTNERS);
  EXPECT_EQ(m.vendor_weight_ppb(), 400'000'000);
  EXPECT_TRUE(m.binds());
  EXPECT_EQ(m.bound_until_us(), 77);
  decision.credits.clear();
  decision.vendor_weight_ppb = kPpb;
  decision.binds = false;
  decision.bound_until.reset();
  ConvertDecision(row, &m);
  EXPECT_EQ(m.result(), v1::Decision::VENDOR);
  EXPECT_EQ(m.no_winner(), v1::Decision::NO_WINNER_UNSPECIFIED);
  EXPECT_FALSE(m.binds());
  EXPECT_FALSE(m.has_bound_until_us());
}

TEST(ConvertBalanceTest, CarriesEveryField) {
  Balances balances;
  balances.pending_minor = 1;
  balances.payable_minor = -2;
  balances.in_transit_minor = 3;
  balances.paid_minor = 4;
  v1::Balance balance;
  ConvertBalance({"shop", "anna", Eur(), balances}, &balance);
  EXPECT_EQ(balance.partner_id(), "anna");
  EXPECT_EQ(balance.currency(), "EUR");
  EXPECT_EQ(balance.pending_minor(), 1);
  EXPECT_EQ(balance.payable_minor(), -2);
  EXPECT_EQ(balance.in_transit_minor(), 3);
  EXPECT_EQ(balance.paid_minor(), 4);
  v1::ProgramBalance expense;
  ConvertExpense({"shop", Eur(), -6}, &expense);
  EXPECT_EQ(expense.program_id(), "shop");
  EXPECT_EQ(expense.currency(), "EUR");
  EXPECT_EQ(expense.expense_minor(), -6);
}

TEST(ConvertOutcomeTest, PartsFieldAndReason) {
  v1::Outcome m;
  ConvertOutcome({OutcomeKind::kRefused, Seq(),
                  absl::NotFoundError("refund.payment_id: no such payment")},
                 3, "r-1", &m);
  EXPECT_EQ(m.index(), 3);
  EXPECT_EQ(m.event_id(), "r-1");
  EXPECT_EQ(m.result(), v1::Outcome::REFUSED);
  EXPECT_EQ(m.seq(), 0);
  EXPECT_EQ(m.code(), 5);  // google.rpc.Code.NOT_FOUND
  EXPECT_EQ(m.field(), "refund.payment_id");
  EXPECT_EQ(m.reason(), "no such payment");
  ConvertOutcome({OutcomeKind::kConflictingDuplicate, Seq(4),
                  absl::AlreadyExistsError("event_id: taken")},
                 0, "e", &m);
  EXPECT_EQ(m.result(), v1::Outcome::CONFLICTING_DUPLICATE);
  EXPECT_EQ(m.seq(), 0);
  EXPECT_EQ(m.code(), 6);
  EXPECT_EQ(m.reason(), "");
  ConvertOutcome({OutcomeKind::kDuplicate, Seq(4), absl::OkStatus()}, 1, "e",
                 &m);
  EXPECT_EQ(m.result(), v1::Outcome::DUPLICATE);
  EXPECT_EQ(m.seq(), 4);
  EXPECT_EQ(m.code(), 0);
}

TEST(ConvertCountersTest, AddsUpRefusals) {
  Counters counters;
  counters.applied_count = 5;
  counters.duplicate_count = 4;
  counters.conflicting_duplicate_count = 3;
  counters.refused_count[absl::StatusCode::kNotFound] = 2;
  counters.refused_count[absl::StatusCode::kInvalidArgument] = 7;
  counters.last_seq = Seq(5);
  counters.log_bytes = 640;
  v1::Counters m;
  ConvertCounters(counters, &m);
  EXPECT_EQ(m.applied_count(), 5);
  EXPECT_EQ(m.duplicate_count(), 4);
  EXPECT_EQ(m.conflicting_duplicate_count(), 3);
  EXPECT_EQ(m.refused_count(), 9);
  ASSERT_EQ(m.refused_size(), 2);
  EXPECT_EQ(m.refused(0).code(), 3);
  EXPECT_EQ(m.refused(0).count(), 7);
  EXPECT_EQ(m.refused(1).code(), 5);
  EXPECT_EQ(m.refused(1).count(), 2);
  EXPECT_EQ(m.last_seq(), 5);
  EXPECT_EQ(m.event_bytes(), 640);
}

// The published month of docs/SEMANTICS.md, section 11.1.
TEST(ConvertStatsTest, GivesEveryRateThatHasADenominator) {
  Stats stats;
  stats.program_id = "portal";
  stats.currency = Eur();
  stats.from = Instant{1};
  stats.until = Instant{2};
  Funnel& f = stats.funnel;
  f.sent_count = 2100;
  f.not_delivered_count = 186;
  f.opened_count = 536;
  f.partners_count = 87;
  f.codes_used_count = 32;
  f.leads_count = 12;
  f.partner_signups_count = 56;
  f.signups_count = 56;
  f.partner_paying_count = 6;
  f.payments_count = 3;
  f.revenue_minor = 1001;
  f.partner_revenue_minor = 1000;
  f.commission_minor = 79;
  stats.partners["anna"].paying_count = 1;
  stats.codes["ANNA-20"];
  stats.campaigns["spring"];
  stats.channels["CODE"];
  v1::Stats m;
  ConvertStats(stats, &m);
  EXPECT_EQ(m.program_id(), "portal");
  EXPECT_EQ(m.currency(), "EUR");
  EXPECT_EQ(m.from_us(), 1);
  EXPECT_EQ(m.until_us(), 2);
  const v1::Funnel& out = m.funnel();
  EXPECT_EQ(out.sent_count(), 2100);
  EXPECT_EQ(out.delivered_count(), 1914);
  EXPECT_EQ(out.leads_count(), 12);
  EXPECT_EQ(out.opened_per_delivered_ppb(), 280'041'797);     // 536 / 1914
  EXPECT_EQ(out.partners_per_opened_ppb(), 162'313'433);      // 87 / 536
  EXPECT_EQ(out.codes_used_per_partner_ppb(), 367'816'092);   // 32 / 87
  EXPECT_EQ(out.signups_per_code_used_ppb(), 1'750'000'000);  // 56 / 32
  EXPECT_EQ(out.paying_per_partner_ppb(), 68'965'517);        // 6 / 87
  EXPECT_EQ(out.paying_per_opened_ppb(), 11'194'030);         // 6 / 536
  EXPECT_FALSE(out.has_signups_per_click_ppb());
  EXPECT_EQ(out.new_customers_per_signup_ppb(), 0);
  EXPECT_FALSE(out.has_partner_new_customers_ppb());
  EXPECT_EQ(out.commission_per_revenue_ppb(), 79'000'000);
  EXPECT_EQ(out.average_check_minor(), 334);  // 333.67
  EXPECT_FALSE(out.has_earnings_per_click_minor());
  ASSERT_EQ(m.partners_size(), 1);
  EXPECT_EQ(m.partners(0).key(), "anna");
  EXPECT_EQ(m.partners(0).funnel().paying_count(), 1);
  EXPECT_EQ(m.codes(0).key(), "ANNA-20");
  EXPECT_EQ(m.campaigns(0).key(), "spring");
  EXPECT_EQ(m.channels(0).key(), "CODE");
}

TEST(ConvertSimulationTest, GivesEveryListAndWhatWasLeftOut) {
  Simulation simulation;
  simulation.program_id = "shop";
  simulation.currency = Eur();
  simulation.from = Instant{7};
  simulation.total = {"", 100, 30, -70};
  simulation.partners = {{"anna", 100, 30, -70}, {"ben", 0, 0, 0}};
  simulation.rules = {{"tenth", 100, 30, -70}};
  simulation.months = {{"2024-03", 100, 30, -70}};
  simulation.changed_outcomes = {
      {Seq(9), "e-9", NotFoundField("payout_sent.payout_id", "gone")}};
  simulation.changed_outcomes_count = 3;
  v1::Simulation m;
  ConvertSimulation(simulation, &m);
  EXPECT_EQ(m.program_id(), "shop");
  EXPECT_EQ(m.currency(), "EUR");
  EXPECT_EQ(m.from_us(), 7);
  EXPECT_EQ(m.total().key(), "");
  EXPECT_EQ(m.total().booked_minor(), 100);
  EXPECT_EQ(m.total().simulated_minor(), 30);
  EXPECT_EQ(m.total().difference_minor(), -70);
  ASSERT_EQ(m.partners_size(), 2);
  EXPECT_EQ(m.partners(0).key(), "anna");
  EXPECT_EQ(m.partners(0).difference_minor(), -70);
  ASSERT_EQ(m.rules_size(), 1);
  EXPECT_EQ(m.rules(0).key(), "tenth");
  ASSERT_EQ(m.months_size(), 1);
  EXPECT_EQ(m.months(0).key(), "2024-03");
  EXPECT_EQ(m.changed_outcomes_count(), 3);
  ASSERT_EQ(m.changed_outcomes_size(), 1);
  const v1::Outcome& outcome = m.changed_outcomes(0);
  EXPECT_EQ(outcome.index(), 0);
  EXPECT_EQ(outcome.event_id(), "e-9");
  EXPECT_EQ(outcome.seq(), 9);
  EXPECT_EQ(outcome.result(), v1::Outcome::REFUSED);
  EXPECT_EQ(outcome.code(), 5);
  EXPECT_EQ(outcome.field(), "payout_sent.payout_id");
  EXPECT_EQ(outcome.reason(), "gone");
}

TEST(ConvertQuoteTest, AddsUpCommissions) {
  Quote quote;
  quote.currency = Eur();
  quote.customer_discount_minor = 2100;
  quote.commissions.push_back({"anna", "a", Role::kAcquirer, 0, 100000, 7900});
  quote.commissions.push_back({"bert", "b", Role::kServicer, 1, 100000, -100});
  v1::Quote m;
  ConvertQuote(quote, &m);
  EXPECT_EQ(m.currency(), "EUR");
  EXPECT_EQ(m.customer_discount_minor(), 2100);
  EXPECT_EQ(m.commission_minor(), 7800);
  ASSERT_EQ(m.commissions_size(), 2);
  EXPECT_EQ(m.commissions(0).partner_id(), "anna");
  EXPECT_EQ(m.commissions(0).rule_id(), "a");
  EXPECT_EQ(m.commissions(0).role(), v1::ACQUIRER);
  EXPECT_EQ(m.commissions(0).level(), 0);
  EXPECT_EQ(m.commissions(0).base_minor(), 100000);
  EXPECT_EQ(m.commissions(0).amount_minor(), 7900);
  EXPECT_EQ(m.commissions(1).role(), v1::SERVICER);
  EXPECT_EQ(m.commissions(1).level(), 1);
  EXPECT_EQ(m.commissions(1).amount_minor(), -100);
}

// The engine of one small history: 1000.00 paid with a code, a budget of 10% of
// which 21% is the customer's, 400.00 of the payment given back.
class AnswersTest : public testing::Test {
 protected:
  void SetUp() override {
    ProgramSpec spec;
    spec.program_id = "shop";
    spec.currency = "EUR";
    spec.time_zone = "Europe/Berlin";
    spec.hold_days = 30;
    spec.clawback_days = 60;
    RuleSpec by_link;
    by_link.rule_id = "by-link";
    by_link.when.channels = {Channel::kLink};
    by_link.reward.percent = "5%";
    RuleSpec later;
    later.rule_id = "later";
    later.when.contract_year.from = 2;
    later.reward.percent = "3%";
    RuleSpec budget;
    budget.rule_id = "monthly";
    budget.budget = "10%";
    spec.rules = {by_link, later, budget};
    spec.windows = {{Channel::kCode, 14, WindowEnd::kInclusive}};
    const std::string bytes = EncodeSpec(spec);
    event::PartnerSet partner;
    partner.partner_id = "anna";
    partner.kind = PartnerKind::kCustomer;
    partner.group = "gold";
    partner.customer_share = *Rate::Parse("21%");
    event::CodeIssued code;
    code.code = "ANNA-20";
    code.partner_id = "anna";
    event::Touch unknown;
    unknown.customer.id = "c1";
    unknown.channel = Channel::kCode;
    unknown.code = "NOBODY";
    event::Touch touch = unknown;
    touch.code = "anna20";
    const std::string_view sub_ids[] = {"mail", "top"};
    touch.sub_ids = sub_ids;
    const event::Attribute attribute{"seats", "5"};
    event::PaymentLine line;
    line.line = 1;
    line.product = "plan";
    line.category = "saas";
    line.quantity = 2;
    line.attributes = absl::MakeConstSpan(&attribute, 1);
    line.amount_minor = 100000;
    event::Payment payment;
    payment.payment_id = "inv-1";
    payment.customer.id = "c1";
    payment.currency = Eur();
    payment.lines = absl::MakeConstSpan(&line, 1);
    event::Refund refund;
    refund.refund_id = "r-1";
    refund.payment_id = "inv-1";
    refund.customer.id = "c1";
    refund.kind = RefundKind::kRefund;
    refund.amount_minor = 40000;
    engine_ = Engine::InMemory();
    const std::vector<Event> events = {
        {"shop", "e1", At("2024-01-01T00:00:00Z"), event::ProgramSet{bytes}},
        {"shop", "e2", At("2024-01-01T00:00:00Z"), partner},
        {"shop", "e3", At("2024-01-01T00:00:00Z"), code},
        {"shop", "e4", At("2024-01-01T12:00:00Z"), unknown},
        {"shop", "e5", At("2024-01-02T00:00:00Z"), touch},
        {"shop", "e6", At("2024-01-04T00:00:00Z"), payment},
        {"shop", "e7", At("2024-01-05T00:00:00Z"), refund},
        {"shop", "e8", At("2024-02-05T00:00:00Z"), event::Clock{}},
    };
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(engine_->Apply(events, &outcomes).ok());
    for (const Outcome& outcome : outcomes) {
      ASSERT_TRUE(outcome.status.ok()) << outcome.status;
    }
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(AnswersTest, ExplainsWhoIsCredited) {
  v1::Explanation m;
  ConvertExplanation(*engine_->Explain("shop", "inv-1"), &m);
  EXPECT_EQ(m.program_id(), "shop");
  EXPECT_EQ(m.payment_id(), "inv-1");
  EXPECT_EQ(m.customer_id(), "c1");
  EXPECT_EQ(m.customer_number(), 1);
  EXPECT_EQ(m.seq(), 6);
  EXPECT_EQ(m.event_id(), "e6");
  EXPECT_EQ(m.decision().trigger(), v1::Decision::PAYMENT);
  EXPECT_EQ(m.decision().payment_id(), "inv-1");
  EXPECT_EQ(m.decision().event_id(), "e6");
  EXPECT_EQ(m.decision().terms_seq(), 1);
  EXPECT_EQ(m.decision().result(), v1::Decision::PARTNERS);
  ASSERT_EQ(m.candidates_size(), 2);
  EXPECT_EQ(m.candidates(0).code(), "NOBODY");
  EXPECT_EQ(m.candidates(0).verdict(), v1::CODE_UNKNOWN);
  EXPECT_EQ(m.candidates(1).code(), "ANNA-20");
  EXPECT_EQ(m.candidates(1).verdict(), v1::WON);
  EXPECT_EQ(m.candidates(1).age_us(), 2 * kUsPerDay);
  EXPECT_EQ(m.candidates(1).weight_ppb(), 1'000'000'000);
  ASSERT_EQ(m.candidates(1).sub_ids_size(), 2);
  EXPECT_EQ(m.candidates(1).sub_ids(0), "mail");
  EXPECT_EQ(m.candidates(1).sub_ids(1), "top");
  EXPECT_EQ(m.candidates(1).window_us(), 14 * kUsPerDay);
  EXPECT_TRUE(m.candidates(1).window_inclusive());
  EXPECT_EQ(m.candidates(1).partner_status(), v1::ACTIVE);
  EXPECT_EQ(m.candidates(0).partner_status(), v1::PARTNER_STATUS_UNSPECIFIED);
  EXPECT_FALSE(m.candidates(0).has_limit_us());
  ASSERT_EQ(m.decision().credits_size(), 1);
  EXPECT_EQ(m.decision().credits(0).code(), "ANNA-20");
  EXPECT_EQ(m.decision().credits(0).sub_ids_size(), 2);
  ASSERT_EQ(m.credits_size(), 1);
  EXPECT_EQ(m.credits(0).place(), 1);
  EXPECT_EQ(m.credits(0).credit().partner_id(), "anna");
  EXPECT_EQ(m.credits(0).partner_status(), v1::ACTIVE);
  EXPECT_EQ(m.credits(0).partner_kind(), v1::CUSTOMER);
  EXPECT_EQ(m.credits(0).partner_group(), "gold");
  EXPECT_EQ(m.place().phase(), v1::ACQUISITION);
  EXPECT_EQ(m.place().contract_year(), 1);
  EXPECT_EQ(m.place().paid_on(), "2024-01-04");
  EXPECT_EQ(m.place().contract_anchor_on(), "2024-01-04");
  EXPECT_EQ(m.place().payment_number(), 1);
  EXPECT_EQ(m.terms().as_of(), "PAYMENT");
  EXPECT_EQ(m.terms().seq(), 1);
  EXPECT_EQ(m.terms().payment_terms_seq(), 1);
  EXPECT_EQ(m.terms().hold_days(), 30);
  EXPECT_EQ(m.terms().clawback_days(), 60);
}

TEST_F(AnswersTest, ExplainsWhatItCameTo) {
  v1::Explanation m;
  ConvertExplanation(*engine_->Explain("shop", "inv-1"), &m);
  ASSERT_EQ(m.lines_size(), 1);
  EXPECT_EQ(m.lines(0).given().product(), "plan");
  EXPECT_EQ(m.lines(0).given().category(), "saas");
  EXPECT_EQ(m.lines(0).given().quantity(), 2);
  ASSERT_EQ(m.lines(0).given().attributes_size(), 1);
  EXPECT_EQ(m.lines(0).given().attributes(0).key(), "seats");
  EXPECT_EQ(m.lines(0).given().attributes(0).value(), "5");
  EXPECT_EQ(m.lines(0).base_minor(), 100000);
  ASSERT_EQ(m.lines(0).trials_size(), 3);
  EXPECT_EQ(m.lines(0).trials(0).rule_place(), 1);
  EXPECT_EQ(m.lines(0).trials(2).rule_place(), 3);
  EXPECT_EQ(m.lines(0).trials(0).outcome(), v1::RuleTrial::CONDITION_FAILED);
  EXPECT_EQ(m.lines(0).trials(0).failed().wanted(), "LINK");
  EXPECT_EQ(m.lines(0).trials(0).failed().actual(), "CODE");
  EXPECT_EQ(m.lines(0).trials(1).outcome(), v1::RuleTrial::CONDITION_FAILED);
  EXPECT_EQ(m.lines(0).trials(1).failed().name(), "contract_years");
  EXPECT_EQ(m.lines(0).trials(1).failed().actual(), "1");
  EXPECT_EQ(m.lines(0).trials(2).outcome(), v1::RuleTrial::CHOSEN);
  EXPECT_EQ(m.lines(0).trials(2).role(), v1::ACQUIRER);
  ASSERT_EQ(m.ratings_size(), 1);
  const v1::RatingExplanation& rating = m.ratings(0);
  EXPECT_EQ(rating.rule_id(), "monthly");
  EXPECT_EQ(rating.rule_place(), 3);
  EXPECT_EQ(rating.lines(0), 1);
  ASSERT_EQ(rating.parts_size(), 1);
  EXPECT_EQ(rating.parts(0).source(), v1::RewardPart::BUDGET);
  EXPECT_EQ(rating.parts(0).percent(), "10%");
  EXPECT_EQ(rating.product_numerator(), "10000");
  EXPECT_EQ(rating.product_denominator(), "1");
  EXPECT_EQ(rating.rounding(), v1::HALF_EVEN);
  EXPECT_EQ(rating.rounded_minor(), 10000);
  EXPECT_EQ(rating.budget().customer_share(), "21%");
  EXPECT_EQ(rating.budget().share_from(), "partner");
  EXPECT_EQ(rating.budget().budget_minor(), 10000);
  EXPECT_EQ(rating.budget().customer_discount_minor(), 2100);
  EXPECT_EQ(rating.budget().commission_minor(), 7900);
  EXPECT_EQ(rating.split(0).part_minor(), 7900);
  EXPECT_EQ(rating.amount_minor(), 7900);
  EXPECT_EQ(rating.accrual_id(), "6-1");
  EXPECT_EQ(m.nothing_earned(), v1::NOTHING_EARNED_UNSPECIFIED);
}

// 7900 x 400 / 1000 = 3160 goes back; the rest matures.
TEST_F(AnswersTest, ExplainsWhatWasBooked) {
  v1::Explanation m;
  ConvertExplanation(*engine_->Explain("shop", "inv-1"), &m);
  ASSERT_EQ(m.accruals_size(), 2);
  EXPECT_EQ(m.accruals(0).source(), v1::Accrual::PAYMENT);
  EXPECT_EQ(m.accruals(0).base_minor(), 100000);
  EXPECT_EQ(m.accruals(0).matures_us(), At("2024-02-03T00:00:00Z").us);
  EXPECT_EQ(m.accruals(0).customer_id(), "c1");
  EXPECT_EQ(m.accruals(1).kind(), v1::Accrual::REVERSAL);
  EXPECT_EQ(m.accruals(1).accrual_id(), "6-1");
  EXPECT_EQ(m.accruals(1).refund_id(), "r-1");
  EXPECT_EQ(m.accruals(1).source(), v1::Accrual::REFUND);
  EXPECT_EQ(m.accruals(1).amount_minor(), 3160);
  ASSERT_EQ(m.entries_size(), 3);
  EXPECT_EQ(m.entries(1).postings(0).amount_minor(), -3160);
  EXPECT_EQ(m.entries(1).rule_id(), "monthly");
  EXPECT_EQ(m.entries(2).kind(), v1::Entry::MATURE);
  EXPECT_EQ(m.entries(2).postings(1).account(), v1::PAYABLE);
  EXPECT_EQ(m.entries(2).postings(1).amount_minor(), 4740);
  ASSERT_EQ(m.refunds_size(), 1);
  EXPECT_EQ(m.refunds(0).refund_id(), "r-1");
  EXPECT_EQ(m.refunds(0).kind(), v1::Refund::REFUND);
  ASSERT_EQ(m.refunds(0).lines_size(), 1);
  EXPECT_EQ(m.refunds(0).lines(0).line(), 1);
  EXPECT_EQ(m.refunds(0).lines(0).amount_minor(), 40000);
  ASSERT_EQ(m.refunds(0).reversals_size(), 1);
  EXPECT_EQ(m.refunds(0).reversals(0).accrual_id(), "6-1");
  EXPECT_EQ(m.refunds(0).reversals(0).target_minor(), 3160);
  EXPECT_EQ(m.refunds(0).reversals(0).before_minor(), 0);
  EXPECT_EQ(m.refunds(0).reversals(0).change_minor(), 3160);
}

// A rate of 10% and, in the first year, 2.5%, with 0.30 a payment; of 15 minor
// units reversed a won chargeback brought 5 back, which leaves 10.
TEST(ConvertExplanationTest, TellsEveryPartAndWhatAWonChargebackBroughtBack) {
  Explanation e;
  e.payment_number = 2;
  e.seq = Seq(9);
  e.terms_as_of = TermsAsOf::kConversion;
  e.terms_seq = Seq(1);
  e.payment_terms_seq = Seq(4);
  e.decision.emplace();
  e.decision->seq = Seq(6);
  e.decision->event_id = "e6";
  e.decision->payment_id = "inv-0";
  e.decision->terms_seq = Seq(2);
  ExplainedTouch touch;
  touch.fate = TouchFate::kDoesNotHold;
  touch.standing = Standing::kCodeExpired;
  touch.partner_status = PartnerStatus::kSuspended;
  touch.age_us = -5;
  touch.code_limit = Instant{77};
  e.decision->touches = {touch};
  ExplainedAmount amount;
  amount.rate = "12.5%";
  amount.percent = "10%";
  amount.year_rate = "2.5%";
  amount.fixed_minor = 30;
  e.amounts = {amount};
  ExplainedRefund refund;
  refund.lines = {{2, -10}};
  ExplainedReversal reversal;
  reversal.accrual_id = {Seq(9), 1};
  reversal.before_minor = 15;
  reversal.change_minor = -5;
  refund.reversals = {reversal};
  e.refunds = {refund};
  v1::Explanation m;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.decision().event_id(), "e6");
  EXPECT_EQ(m.decision().payment_id(), "inv-0");
  EXPECT_EQ(m.decision().terms_seq(), 2);
  EXPECT_EQ(m.terms().seq(), 1);
  EXPECT_EQ(m.terms().payment_terms_seq(), 4);
  ASSERT_EQ(m.candidates_size(), 1);
  EXPECT_EQ(m.candidates(0).partner_status(), v1::SUSPENDED);
  EXPECT_EQ(m.candidates(0).age_us(), -5);
  EXPECT_EQ(m.candidates(0).limit_us(), 77);
  EXPECT_FALSE(m.candidates(0).has_window_us());
  ASSERT_EQ(m.ratings_size(), 1);
  ASSERT_EQ(m.ratings(0).parts_size(), 3);
  EXPECT_EQ(m.ratings(0).parts(0).source(), v1::RewardPart::PERCENT);
  EXPECT_EQ(m.ratings(0).parts(0).percent(), "10%");
  EXPECT_EQ(m.ratings(0).parts(1).source(), v1::RewardPart::BY_CONTRACT_YEAR);
  EXPECT_EQ(m.ratings(0).parts(1).percent(), "2.5%");
  EXPECT_EQ(m.ratings(0).parts(2).source(), v1::RewardPart::FIXED);
  EXPECT_EQ(m.ratings(0).parts(2).fixed_minor(), 30);
  ASSERT_EQ(m.refunds(0).lines_size(), 1);
  EXPECT_EQ(m.refunds(0).lines(0).line(), 2);
  EXPECT_EQ(m.refunds(0).lines(0).amount_minor(), -10);
  ASSERT_EQ(m.refunds(0).reversals_size(), 1);
  EXPECT_EQ(m.refunds(0).reversals(0).before_minor(), 15);
  EXPECT_EQ(m.refunds(0).reversals(0).change_minor(), -5);
  EXPECT_EQ(m.refunds(0).reversals(0).target_minor(), 10);
}

TEST(ConvertExplanationTest, EveryFateHasItsVerdict) {
  const struct {
    TouchFate fate;
    v1::Verdict verdict;
  } cases[] = {
      {TouchFate::kWon, v1::WON},
      {TouchFate::kAfterConversion, v1::AFTER_CONVERSION},
      {TouchFate::kOutsideWindow, v1::OUTSIDE_WINDOW},
      {TouchFate::kPartnerNotActive, v1::PARTNER_NOT_ACTIVE},
      {TouchFate::kSelfReferral, v1::SELF_REFERRAL},
      {TouchFate::kLeadRejected, v1::LEAD_REJECTED},
      {TouchFate::kLeadLost, v1::LEAD_LOST},
      {TouchFate::kLeadExpired, v1::LEAD_EXPIRED},
      {TouchFate::kExcludedByLead, v1::EXCLUDED_BY_LEAD},
      {TouchFate::kLowerTier, v1::LOWER_TIER},
      {TouchFate::kNotInTiers, v1::CHANNEL_NOT_IN_TIERS},
      {TouchFate::kDirectIgnored, v1::DIRECT_IGNORED},
      {TouchFate::kExcludedByDirect, v1::EXCLUDED_BY_DIRECT},
      {TouchFate::kLost, v1::MODEL_GIVES_NOTHING},
  };
  Explanation e;
  e.decision.emplace();
  for (const auto& c : cases) e.decision->touches.emplace_back().fate = c.fate;
  v1::Explanation m;
  ConvertExplanation(e, &m);
  int place = 0;
  for (const auto& c : cases) {
    EXPECT_EQ(m.candidates(place).verdict(), c.verdict) << place;
    ++place;
  }
  EXPECT_EQ(m.candidates_size(), place);
}

TEST(ConvertExplanationTest, TellsACandidateWhole) {
  Explanation e;
  e.decision.emplace();
  ExplainedTouch touch;
  touch.seq = Seq(12);
  touch.channel = Channel::kLead;
  touch.lead_id = "l-1";
  touch.tier = 2;
  touch.weight_ppb = 333'333'334;
  touch.excluded_by = Seq(11);
  touch.lead_end = Instant{99};
  e.decision->touches = {touch, ExplainedTouch()};
  e.decision->fallen_touches = 1002;
  v1::Explanation m;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.fallen_touch_count(), 1002);
  ASSERT_EQ(m.candidates_size(), 2);
  EXPECT_EQ(m.candidates(0).seq(), 12);
  EXPECT_EQ(m.candidates(0).channel(), v1::LEAD);
  EXPECT_EQ(m.candidates(0).lead_id(), "l-1");
  EXPECT_EQ(m.candidates(0).tier(), 2);
  EXPECT_EQ(m.candidates(0).weight_ppb(), 333'333'334);
  EXPECT_EQ(m.candidates(0).excluded_by_seq(), 11);
  EXPECT_EQ(m.candidates(0).limit_us(), 99);
  EXPECT_FALSE(m.candidates(1).has_tier());
  EXPECT_FALSE(m.candidates(1).has_limit_us());
  EXPECT_EQ(m.candidates(1).excluded_by_seq(), 0);
}

TEST(ConvertExplanationTest, TellsWhoIsPaidAndTheSplit) {
  Explanation e;
  e.payment_id = "inv-1";
  e.payment_number = 1;
  e.decision.emplace();
  e.decision->vendor_weight_ppb = 400'000'000;
  e.decision->binds = true;
  e.decision->bound_until = Instant{77};
  ExplainedCredit credit;
  credit.partner_id = "anna";
  credit.lead_id = "l-1";
  credit.weight_ppb = 600'000'000;
  e.decision->credits = {credit};
  ExplainedPayee own;
  own.credit = credit;
  own.place = 1;
  own.standing = CreditStanding::kSelfReferral;
  ExplainedPayee out = own;
  out.credit.partner_id = "carl";
  out.credit.role = Role::kServicer;
  out.standing = CreditStanding::kNotActive;
  ExplainedPayee earns = own;
  earns.place = 2;
  earns.standing = CreditStanding::kEarns;
  e.credits = {own, out, earns};
  ExplainedAmount amount;
  amount.split = {{"anna", 600'000'000, 6}, {"", 400'000'000, 4}};
  amount.place = 1;
  e.amounts = {amount};
  v1::Explanation m;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.decision().vendor_weight_ppb(), 400'000'000);
  EXPECT_TRUE(m.decision().binds());
  EXPECT_EQ(m.decision().bound_until_us(), 77);
  EXPECT_EQ(m.decision().credits(0).lead_id(), "l-1");
  ASSERT_EQ(m.credits_size(), 3);
  EXPECT_EQ(m.credits(0).credit().lead_id(), "l-1");
  EXPECT_EQ(m.credits(0).place(), 1);
  EXPECT_EQ(m.credits(0).nothing_earned(), v1::OWN_PURCHASE);
  EXPECT_EQ(m.credits(1).credit().role(), v1::SERVICER);
  EXPECT_EQ(m.credits(1).nothing_earned(), v1::NOT_ACTIVE);
  EXPECT_EQ(m.credits(2).place(), 2);
  EXPECT_EQ(m.credits(2).nothing_earned(), v1::NOTHING_EARNED_UNSPECIFIED);
  ASSERT_EQ(m.ratings(0).split_size(), 2);
  EXPECT_EQ(m.ratings(0).place(), 1);
  EXPECT_EQ(m.ratings(0).split(0).partner_id(), "anna");
  EXPECT_EQ(m.ratings(0).split(0).part_minor(), 6);
  EXPECT_EQ(m.ratings(0).split(1).partner_id(), "");
  EXPECT_EQ(m.ratings(0).split(1).weight_ppb(), 400'000'000);
  EXPECT_EQ(m.ratings(0).split(1).part_minor(), 4);
}

TEST(ConvertExplanationTest, SaysWhyNothingWasEarned) {
  Explanation e;
  v1::Explanation m;
  e.nothing_earned = NothingEarned::kVendorCredited;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.nothing_earned(), v1::VENDOR_CREDITED);
  e.nothing_earned = NothingEarned::kOwnPurchase;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.nothing_earned(), v1::OWN_PURCHASE);
  const std::pair<NothingEarned, v1::NothingEarned> others[] = {
      {NothingEarned::kNobodyMayEarn, v1::NOBODY_MAY_EARN},
      {NothingEarned::kZeroRate, v1::ZERO_RATE},
      {NothingEarned::kRidesOnNothing, v1::RIDES_ON_NOTHING},
      {NothingEarned::kNoRuleForIt, v1::NO_RULE_FOR_IT},
      {NothingEarned::kNotQualified, v1::NOT_QUALIFIED},
      {NothingEarned::kQualifiedBefore, v1::QUALIFIED_BEFORE},
      {NothingEarned::kLeadNotLive, v1::LEAD_NOT_LIVE}};
  for (const auto& [given, wanted] : others) {
    e.nothing_earned = given;
    ConvertExplanation(e, &m);
    EXPECT_EQ(m.nothing_earned(), wanted);
  }
}

TEST(ConvertExplanationTest, TellsWhatALeadEarnedAndWhatASignupDecided) {
  Explanation e;
  e.lead_id = "l-1";
  ExplainedReward lead;
  lead.lead_id = "l-1";
  lead.seq = Seq(7);
  lead.event_id = "e7";
  lead.time = Instant{70};
  lead.terms_seq = Seq(1);
  lead.partner_id = "anna";
  lead.registered_at = Instant{60};
  lead.lead_life = {LeadLife::kExpired, Instant{65}};
  lead.nothing_earned = NothingEarned::kLeadNotLive;
  ExplainedReward signup;
  signup.seq = Seq(8);
  signup.decides = true;
  signup.decision.emplace();
  signup.decision->seq = Seq(8);
  signup.decision->touches.emplace_back().seq = Seq(4);
  ExplainedPayee payee;
  payee.parents = {
      {"head", PartnerStatus::kSuspended, CreditStanding::kNotActive}};
  signup.credits = {payee};
  signup.trials.emplace_back().rule_id = "signup";
  ExplainedAmount amount;
  amount.amount_minor = 300;
  amount.accrual_id = {Seq(8), 1};
  amount.fixed_spent = true;
  signup.amounts = {amount};
  e.rewards = {lead, signup};
  v1::Explanation m;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.lead_id(), "l-1");
  ASSERT_EQ(m.rewards_size(), 2);
  EXPECT_EQ(m.rewards(0).lead_id(), "l-1");
  EXPECT_EQ(m.rewards(0).event_id(), "e7");
  EXPECT_EQ(m.rewards(0).registered_us(), 60);
  EXPECT_EQ(m.rewards(0).lead_life(), v1::RewardExplanation::EXPIRED);
  EXPECT_EQ(m.rewards(0).lead_end_us(), 65);
  EXPECT_EQ(m.rewards(0).nothing_earned(), v1::LEAD_NOT_LIVE);
  EXPECT_FALSE(m.rewards(0).has_decision());
  const v1::RewardExplanation& second = m.rewards(1);
  EXPECT_FALSE(second.has_registered_us());
  EXPECT_TRUE(second.decided_for_this());
  EXPECT_EQ(second.decision().seq(), 8);
  EXPECT_EQ(second.candidates(0).seq(), 4);
  EXPECT_EQ(second.credits(0).upline_partner_ids(0), "head");
  EXPECT_EQ(second.credits(0).upline_statuses(0), v1::SUSPENDED);
  EXPECT_EQ(second.credits(0).upline_nothing_earned(0), v1::NOT_ACTIVE);
  EXPECT_EQ(second.trials(0).rule_id(), "signup");
  EXPECT_EQ(second.ratings(0).accrual_id(), "8-1");
  ASSERT_EQ(second.ratings(0).parts_size(), 1);
  EXPECT_TRUE(second.ratings(0).parts(0).spent());
}

TEST(ConvertExplanationTest, TellsWhatFollowedFromARefundAndEveryLimit) {
  Explanation e;
  ExplainedRefund refund;
  const LimitTrace limit{"amount_per_period", 100, 90, 20, 10};
  refund.kept = {{{Seq(5), 1}, limit}};
  refund.shares = {{"anna", Role::kAcquirer, "tiers", 60}};
  ExplainedAmount down;
  down.amount_minor = -9;
  down.true_up.emplace();
  down.true_up->taken_from = {Seq(6), 1};
  refund.true_ups = {down};
  e.refunds = {refund};
  ExplainedAmount cut;
  cut.limits = {{"months", 3, 3, 30, 20}, limit};
  cut.tiers.emplace();
  cut.tiers->metric = Metric::kPayments;
  cut.tiers->meaning = TierMeaning::kProspective;
  cut.tiers->before = 4;
  cut.tiers->after = 5;
  cut.budget = true;
  cut.share_given = "50%";
  cut.share_min = "0%";
  cut.share_max = "40%";
  e.amounts = {cut};
  v1::Explanation m;
  ConvertExplanation(e, &m);
  ASSERT_EQ(m.refunds_size(), 1);
  EXPECT_EQ(m.refunds(0).kept(0).accrual_id(), "5-1");
  EXPECT_EQ(m.refunds(0).kept(0).limit().after_minor(), 10);
  EXPECT_EQ(m.refunds(0).shares(0).rule_id(), "tiers");
  EXPECT_EQ(m.refunds(0).shares(0).change_minor(), 60);
  EXPECT_EQ(m.refunds(0).true_ups(0).amount_minor(), -9);
  EXPECT_EQ(m.refunds(0).true_ups(0).true_up().taken_from_accrual_id(), "6-1");
  ASSERT_EQ(m.ratings(0).limits_size(), 2);
  EXPECT_EQ(m.ratings(0).limits(1).name(), "amount_per_period");
  EXPECT_EQ(m.ratings(0).limit().name(), "months");
  EXPECT_EQ(m.ratings(0).limit().before_minor(), 30);
  EXPECT_EQ(m.ratings(0).limit().after_minor(), 10);
  EXPECT_EQ(m.ratings(0).tiers().meaning(), "PROSPECTIVE");
  EXPECT_EQ(m.ratings(0).tiers().after(), 5);
  EXPECT_EQ(m.ratings(0).budget().given_share(), "50%");
  EXPECT_EQ(m.ratings(0).budget().max_share(), "40%");
}

TEST(ConvertExplanationTest, OfACustomerAloneTellsWhatAConversionWouldSay) {
  Explanation e;
  e.program_id = "shop";
  e.customer = CustomerNumber(3);
  e.time = Instant{55};
  e.prospect.emplace();
  e.prospect->touches.emplace_back().seq = Seq(4);
  e.prospect->fallen_touches = 5;
  e.credits.emplace_back().credit.partner_id = "anna";
  v1::Explanation m;
  ConvertExplanation(e, &m);
  EXPECT_EQ(m.fallen_touch_count(), 5);
  EXPECT_EQ(m.payment_id(), "");
  EXPECT_EQ(m.customer_number(), 3);
  EXPECT_EQ(m.time_us(), 55);
  EXPECT_FALSE(m.has_decision());
  EXPECT_FALSE(m.has_place());
  EXPECT_FALSE(m.has_terms());
  ASSERT_EQ(m.candidates_size(), 1);
  EXPECT_EQ(m.candidates(0).seq(), 4);
  ASSERT_EQ(m.credits_size(), 1);
  EXPECT_EQ(m.credits(0).credit().partner_id(), "anna");
}

TEST_F(AnswersTest, StatesTheAccount) {
  v1::Statement m;
  ConvertStatement(
      *engine_->GetStatement("shop", "anna", At("2024-01-05T00:00:00Z"),
                             At("2024-03-01T00:00:00Z")),
      &m);
  EXPECT_EQ(m.program_id(), "shop");
  EXPECT_EQ(m.partner_id(), "anna");
  EXPECT_EQ(m.time_zone(), "Europe/Berlin");
  EXPECT_EQ(m.from_us(), At("2024-01-05T00:00:00Z").us);
  EXPECT_EQ(m.until_us(), At("2024-03-01T00:00:00Z").us);
  ASSERT_EQ(m.sections_size(), 1);
  const v1::StatementSection& section = m.sections(0);
  EXPECT_EQ(section.currency(), "EUR");
  EXPECT_EQ(section.opening().pending_minor(), 7900);
  EXPECT_EQ(section.closing().pending_minor(), 0);
  EXPECT_EQ(section.closing().payable_minor(), 4740);
  EXPECT_EQ(section.accruals_minor(), 0);
  EXPECT_EQ(section.reversals_minor(), 3160);
  EXPECT_EQ(section.matured_minor(), 4740);
  ASSERT_EQ(section.rows_size(), 2);
  EXPECT_EQ(section.rows(0).entry().kind(), v1::Entry::REVERSAL);
  EXPECT_EQ(section.rows(0).accrual().source(), v1::Accrual::REFUND);
  EXPECT_EQ(section.rows(0).change_minor(), -3160);
  EXPECT_EQ(section.rows(1).entry().kind(), v1::Entry::MATURE);
  EXPECT_EQ(section.rows(1).entry().seq(), 8);
  EXPECT_EQ(section.rows(1).accrual().seq(), 6);
  EXPECT_EQ(section.rows(1).accrual().accrual_id(), "6-1");
  EXPECT_EQ(section.rows(1).change_minor(), 0);
}

}  // namespace
}  // namespace proto
}  // namespace vouch

#include "vouch/proto/convert_event.h"

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/event_bytes.h"
#include "tests/unit/proto/event_samples.h"
#include "vouch/base/string_view.h"
#include "vouch/event/check.h"
#include "vouch/event/codec.h"
#include "vouch/program/spec_codec.h"
#include "vouch/proto/json_reader.h"

namespace vouch::proto {
namespace {

using ::testing::HasSubstr;

v1::Event Message(const std::string& body) {
  v1::Event message;
  const absl::Status status = ReadJson(EventJson(body), &message);
  EXPECT_TRUE(status.ok()) << body << status;
  return message;
}

std::string ProblemOf(const v1::Event& message) {
  EventArena arena;
  Event event;
  const absl::Status status = ConvertEvent(message, &arena, &event);
  if (status.ok()) return "OK";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(ToStd(status.message()));
}

// Keeps what one event points to.
struct Converted {
  explicit Converted(const std::string& body) : message(Message(body)) {
    status = ConvertEvent(message, &arena, &event);
    EXPECT_TRUE(status.ok()) << status;
  }
  template <typename T>
  const T& as() const {
    return std::get<T>(event.body);
  }

  v1::Event message;
  EventArena arena;
  Event event;
  absl::Status status;
};

TEST(ConvertEventTest, TakesOverEveryKindInItsPlace) {
  ASSERT_EQ(GoodBodies().size(), std::variant_size_v<EventBody>);
  for (std::size_t i = 0; i < GoodBodies().size(); ++i) {
    const Converted converted(GoodBodies()[i]);
    EXPECT_EQ(converted.event.body.index(), i);
    EXPECT_EQ(converted.event.program_id, "shop");
    EXPECT_EQ(converted.event.event_id, "e-1");
    EXPECT_EQ(converted.event.time.us, 1'709'285'400'000'000);
    EXPECT_TRUE(CheckEvent(converted.event).ok())
        << GoodBodies()[i] << CheckEvent(converted.event);
  }
}

TEST(ConvertEventTest, TakesOverPartnersAndCodes) {
  const Converted partner(GoodBodies()[1]);
  const auto& p = partner.as<event::PartnerSet>();
  EXPECT_EQ(p.partner_id, "p");
  EXPECT_EQ(p.kind, PartnerKind::kReseller);
  EXPECT_EQ(p.group, "gold");
  EXPECT_EQ(p.status, PartnerStatus::kSuspended);
  EXPECT_EQ(p.customer_share, Rate::FromPpb(125'000'000));
  ASSERT_EQ(p.attributes.size(), 1u);
  EXPECT_EQ(p.attributes[0].key, "k");
  EXPECT_EQ(p.attributes[0].value, "v");
  ASSERT_EQ(p.identity_keys.size(), 2u);
  EXPECT_EQ(p.identity_keys[0].key_id, "k1");
  EXPECT_EQ(p.identity_keys[1].key_id, "k2");
  EXPECT_EQ(p.identity_keys[1].digest, kDigest);

  EXPECT_EQ(p.parent_partner_id, "q");
  EXPECT_EQ(p.manager_id, "m");
  const Converted active(GoodBodies()[24]);
  EXPECT_EQ(active.as<event::ManagerActivity>().partner_id, "p");
  EXPECT_EQ(active.as<event::ManagerActivity>().manager_id, "m");

  const Converted code(GoodBodies()[2]);
  const auto& c = code.as<event::CodeIssued>();
  EXPECT_EQ(c.code, "AB-1");
  EXPECT_EQ(c.partner_id, "p");
  EXPECT_EQ(c.campaign, "c");
  EXPECT_EQ(c.customer_share, Rate::FromPpb(500'000'000));
  EXPECT_EQ(c.valid_from, Instant{1'704'067'200'000'000});
  EXPECT_EQ(c.valid_until, Instant{1'735'689'600'000'000});
  EXPECT_EQ(c.max_redemptions, 3);
}

TEST(ConvertEventTest, TakesOverTouchesAndContracts) {
  const Converted touch(GoodBodies()[4]);
  const auto& t = touch.as<event::Touch>();
  EXPECT_EQ(t.customer.id, "");
  EXPECT_EQ(t.visitor.id, "v");
  EXPECT_EQ(t.channel, Channel::kCode);
  EXPECT_EQ(t.partner_id, "");
  EXPECT_EQ(t.code, "ab1");
  EXPECT_EQ(t.campaign, "c");
  EXPECT_THAT(t.sub_ids, testing::ElementsAre("s1", "s2"));

  const Converted started(GoodBodies()[7]);
  const auto& s = started.as<event::ContractStarted>();
  EXPECT_EQ(s.contract_id, "k");
  EXPECT_EQ(s.customer.id, "c");
  EXPECT_EQ(s.product, "plan");
  EXPECT_EQ(s.start_date, CivilDay(2024, 2, 29));
  EXPECT_EQ(s.continues_contract_id, "j");
  const Converted ended(GoodBodies()[8]);
  EXPECT_EQ(ended.as<event::ContractEnded>().end_date, CivilDay(2025, 3, 1));
}

TEST(ConvertEventTest, TakesOverPaymentsAndRefunds) {
  const Converted payment(GoodBodies()[9]);
  const auto& p = payment.as<event::Payment>();
  EXPECT_EQ(p.payment_id, "i");
  EXPECT_EQ(p.customer.id, "c");
  EXPECT_EQ(p.contract_id, "k");
  EXPECT_EQ(p.currency.code(), "EUR");
  ASSERT_TRUE(p.exchange.has_value());
  EXPECT_EQ(p.exchange->rate_ppb, 921'345'678);
  EXPECT_EQ(p.exchange->date, CivilDay(2024, 1, 1));
  EXPECT_EQ(p.exchange->source, "ECB");
  const Converted dear(
      R"("payment":{"exchange":{"rate":"9223372036.854775807"}})");
  EXPECT_EQ(dear.as<event::Payment>().exchange->rate_ppb, INT64_MAX);
  EXPECT_FALSE(dear.as<event::Payment>().exchange->date.has_value());
  ASSERT_EQ(p.lines.size(), 2u);
  EXPECT_EQ(p.lines[0].line, 3);
  EXPECT_EQ(p.lines[0].product, "plan");
  EXPECT_EQ(p.lines[0].category, "saas");
  EXPECT_EQ(p.lines[0].quantity, 0);
  EXPECT_EQ(p.lines[0].amount_minor, 11900);
  EXPECT_EQ(p.lines[0].tax_minor, 1900);
  EXPECT_EQ(p.lines[0].discount_minor, 100);
  EXPECT_EQ(p.lines[0].fee_minor, 10);
  ASSERT_EQ(p.lines[0].attributes.size(), 1u);
  EXPECT_EQ(p.lines[1].line, 7);
  EXPECT_EQ(p.lines[1].quantity, 1);
  EXPECT_EQ(p.lines[1].amount_minor, 5);

  const Converted refund(GoodBodies()[10]);
  const auto& r = refund.as<event::Refund>();
  EXPECT_EQ(r.kind, RefundKind::kChargeback);
  EXPECT_FALSE(r.amount_minor.has_value());
  ASSERT_EQ(r.lines.size(), 1u);
  EXPECT_EQ(r.lines[0].line, 3);
  EXPECT_EQ(r.lines[0].amount_minor, 50);
  const Converted whole(R"("refund":{"amount_minor":0})");
  EXPECT_EQ(whole.as<event::Refund>().amount_minor, 0);
}

TEST(ConvertEventTest, TakesOverTheBooksEvents) {
  const Converted review(GoodBodies()[11]);
  EXPECT_EQ(review.as<event::AccrualReviewed>().verdict, Verdict::kVoid);
  EXPECT_EQ(review.as<event::AccrualReviewed>().reason, "because");
  const Converted adjustment(GoodBodies()[12]);
  EXPECT_EQ(adjustment.as<event::Adjustment>().amount_minor, -5);
  EXPECT_EQ(adjustment.as<event::Adjustment>().currency.code(), "JPY");
  const Converted requested(GoodBodies()[13]);
  EXPECT_EQ(requested.as<event::PayoutRequested>().amount_minor, 100);
  const Converted sent(GoodBodies()[14]);
  EXPECT_EQ(sent.as<event::PayoutSent>().payout_id, "o");
  EXPECT_EQ(sent.as<event::PayoutSent>().amount_minor, 100);
  const Converted failed(GoodBodies()[15]);
  EXPECT_FALSE(failed.as<event::PayoutFailed>().currency.has_value());
  EXPECT_FALSE(failed.as<event::PayoutFailed>().amount_minor.has_value());
  const Converted opening(GoodBodies()[16]);
  EXPECT_EQ(opening.as<event::OpeningBalance>().pending_minor, 1);
  EXPECT_EQ(opening.as<event::OpeningBalance>().payable_minor, 2);
  const auto& metrics = opening.as<event::OpeningBalance>().metrics;
  ASSERT_EQ(metrics.size(), 2u);
  EXPECT_EQ(metrics[0].metric, Metric::kRevenue);
  EXPECT_EQ(metrics[0].period, Period::kYear);
  EXPECT_EQ(metrics[0].value, 5000);
  EXPECT_EQ(metrics[1].metric, Metric::kPayments);
  EXPECT_EQ(metrics[1].period, Period::kNone);
  EXPECT_EQ(metrics[1].value, 3);
  const Converted outreach(GoodBodies()[17]);
  EXPECT_EQ(outreach.as<event::Outreach>().step, OutreachStep::kOpened);
  EXPECT_EQ(outreach.as<event::Outreach>().count, 536);
}

TEST(ConvertEventTest, TakesOverMergesLeadsRolesAndImports) {
  const Converted signup(GoodBodies()[6]);
  ASSERT_EQ(signup.as<event::Signup>().identity_keys.size(), 1u);
  EXPECT_EQ(signup.as<event::Signup>().identity_keys[0].digest, kDigest);
  const Converted merged(GoodBodies()[19]);
  EXPECT_EQ(merged.as<event::CustomerMerged>().from.id, "c");
  EXPECT_EQ(merged.as<event::CustomerMerged>().into.id, "d");

  const Converted registered(GoodBodies()[20]);
  const auto& lead = registered.as<event::LeadRegistered>();
  EXPECT_EQ(lead.lead_id, "l");
  EXPECT_EQ(lead.partner_id, "p");
  ASSERT_EQ(lead.contact_keys.size(), 1u);
  EXPECT_EQ(lead.contact_keys[0].key_id, "k1");
  EXPECT_EQ(lead.contact_keys[0].digest, kDigest);
  EXPECT_EQ(lead.customer.id, "c");
  const Converted updated(GoodBodies()[21]);
  const auto& update = updated.as<event::LeadUpdated>();
  EXPECT_EQ(update.lead_id, "l");
  EXPECT_EQ(update.contact_key.key_id, "k1");
  EXPECT_EQ(update.contact_key.digest, kDigest);
  EXPECT_EQ(update.status, LeadStatus::kWon);
  EXPECT_FALSE(update.activity);
  const Converted active(R"("lead_updated":{"lead_id":"l","activity":true})");
  EXPECT_TRUE(active.as<event::LeadUpdated>().activity);
  EXPECT_EQ(active.as<event::LeadUpdated>().status, LeadStatus::kNone);

  const Converted assigned(GoodBodies()[22]);
  const auto& role = assigned.as<event::RoleAssigned>();
  EXPECT_EQ(role.customer.id, "c");
  EXPECT_EQ(role.partner_id, "p");
  EXPECT_EQ(role.role, Role::kServicer);
  EXPECT_EQ(role.from, Instant{1'704'067'200'000'000});
  EXPECT_EQ(role.until, Instant{1'735'689'600'000'000});
  const Converted imported(GoodBodies()[23]);
  const auto& import = imported.as<event::AttributionImported>();
  EXPECT_EQ(import.customer.id, "c");
  EXPECT_EQ(import.partner_id, "p");
  EXPECT_EQ(import.role, Role::kAcquirer);
  EXPECT_EQ(import.since, Instant{1'704'067'200'000'000});
  EXPECT_EQ(import.contract_start_on, CivilDay(2023, 5, 1));
  EXPECT_EQ(import.payment_count, 7);
}

TEST(ConvertEventTest, TakesOverTouchesOfEveryChannel) {
  const Converted view(R"("touch":{"customer_id":"c","channel":"VIEW",
                          "partner_id":"p"})");
  EXPECT_EQ(view.as<event::Touch>().channel, Channel::kView);
  EXPECT_EQ(view.as<event::Touch>().partner_id, "p");
  const Converted direct(R"("touch":{"customer_id":"c","channel":"DIRECT"})");
  EXPECT_EQ(direct.as<event::Touch>().channel, Channel::kDirect);
  EXPECT_TRUE(CheckEvent(direct.event).ok()) << CheckEvent(direct.event);
  // A lead is an event of its own.
  const Converted lead(R"("touch":{"customer_id":"c","channel":"LEAD",
                          "partner_id":"p"})");
  EXPECT_EQ(ToStd(CheckEvent(lead.event).message()),
            "touch.channel: LEAD comes from lead events");
}

TEST(ConvertEventTest, LeftOutTakesTheSchemasDefault) {
  const Converted partner(R"("partner_set":{"partner_id":"p"})");
  EXPECT_EQ(partner.as<event::PartnerSet>().status, PartnerStatus::kActive);
  EXPECT_EQ(partner.as<event::PartnerSet>().kind, PartnerKind::kNone);
  EXPECT_FALSE(partner.as<event::PartnerSet>().customer_share.has_value());
  const Converted code(R"("code_issued":{"code":"x"})");
  EXPECT_FALSE(code.as<event::CodeIssued>().valid_from.has_value());
  EXPECT_FALSE(code.as<event::CodeIssued>().valid_until.has_value());
  EXPECT_FALSE(code.as<event::CodeIssued>().max_redemptions.has_value());
  const Converted payment(R"("payment":{"lines":[{},{},{"line":9}]})");
  const auto& lines = payment.as<event::Payment>().lines;
  EXPECT_EQ(lines[0].line, 1);
  EXPECT_EQ(lines[1].line, 2);
  EXPECT_EQ(lines[2].line, 9);
  const Converted role(R"("role_assigned":{"customer_id":"c"})");
  EXPECT_FALSE(role.as<event::RoleAssigned>().from.has_value());
  EXPECT_FALSE(role.as<event::RoleAssigned>().until.has_value());
  EXPECT_EQ(role.as<event::RoleAssigned>().role, Role::kNone);
  const Converted import(R"("attribution_imported":{"customer_id":"c"})");
  EXPECT_FALSE(import.as<event::AttributionImported>().since.has_value());
  EXPECT_FALSE(
      import.as<event::AttributionImported>().contract_start_on.has_value());
  EXPECT_EQ(import.as<event::AttributionImported>().payment_count, 0);
  // Required ones are left to CheckEvent.
  const Converted refund(R"("refund":{})");
  EXPECT_EQ(refund.as<event::Refund>().kind, RefundKind::kNone);
}

TEST(ConvertEventTest, ANegativeAmountIsReadAndThenRefused) {
  const Converted payment(
      R"("payment":{"payment_id":"i","customer_id":"c","currency":"EUR",
         "lines":[{"amount_minor":1},{"amount_minor":-1}]})");
  EXPECT_EQ(payment.as<event::Payment>().lines[1].amount_minor, -1);
  EXPECT_EQ(ToStd(CheckEvent(payment.event).message()),
            "payment.lines[1].amount_minor: negative");
}

TEST(ConvertEventTest, RefusesByName) {
  const struct {
    const char* body;
    const char* problem;
  } kCases[] = {
      {R"("event_id":"x")", "body: missing"},
      {R"("attribution_imported":{"contract_start_on":"2023-13-01"})",
       "attribution_imported.contract_start_on: does not exist"},
      {R"("partner_set":{"customer_share":"1/2"})",
       "partner_set.customer_share: "},
      {R"("partner_set":{"customer_share":""})",
       "partner_set.customer_share: "},
      {R"("code_issued":{"customer_share":"0.1234567891"})",
       "code_issued.customer_share: "},
      {R"("contract_started":{})", "contract_started.start_date: missing"},
      {R"("contract_started":{"start_date":"2023-02-29"})",
       "contract_started.start_date: does not exist"},
      {R"("contract_started":{"start_date":"1.2.2023"})",
       "contract_started.start_date: is not YYYY-MM-DD"},
      {R"("contract_ended":{})", "contract_ended.end_date: missing"},
      {R"("contract_ended":{"end_date":"10000-01-01"})",
       "contract_ended.end_date: is not YYYY-MM-DD"},
      {R"("payment":{"exchange":{}})", "payment.exchange.rate: missing"},
      {R"("payment":{"exchange":{"rate":"1e3"}})", "payment.exchange.rate: "},
      {R"("payment":{"exchange":{"rate":"50%"}})", "payment.exchange.rate: "},
      {R"("payment":{"exchange":{"rate":"0.1234567891"}})",
       "payment.exchange.rate: "},
      {R"("payment":{"exchange":{"rate":"1","date":"2023-02-29"}})",
       "payment.exchange.date: does not exist"},
      {R"("payment":{"currency":"eur"})",
       "payment.currency: is not a code of ISO 4217"},
      {R"("adjustment":{"currency":"XAU"})",
       "adjustment.currency: has no minor unit"},
      {R"("payout_requested":{"currency":"EURO"})",
       "payout_requested.currency: is not a code of ISO 4217"},
      {R"("payout_sent":{"currency":"E"})",
       "payout_sent.currency: is not a code of ISO 4217"},
      {R"("payout_failed":{"currency":"E"})",
       "payout_failed.currency: is not a code of ISO 4217"},
      {R"("opening_balance":{"currency":"E"})",
       "opening_balance.currency: is not a code of ISO 4217"},
      {R"("program_set":{})", "program_set.program: missing"},
  };
  for (const auto& c : kCases) {
    v1::Event message;
    if (std::string(c.problem) != "body: missing") message = Message(c.body);
    const std::string problem = ProblemOf(message);
    const std::string expected = c.problem;
    if (expected.substr(expected.size() - 2) == ": ") {
      EXPECT_EQ(problem.rfind(expected, 0), 0u) << problem;
      EXPECT_EQ(problem.find("rate: "), std::string::npos) << problem;
      EXPECT_GT(problem.size(), expected.size());
    } else {
      EXPECT_EQ(problem, expected);
    }
  }
}

// Absent is not 1970: CheckEvent refuses an event without a time.
TEST(ConvertEventTest, AnAbsentTimeIsNone) {
  v1::Event message = Message(GoodBodies()[0]);
  EventArena arena;
  Event event;
  message.clear_time_us();
  ASSERT_TRUE(ConvertEvent(message, &arena, &event).ok());
  EXPECT_EQ(event.time, kNoTime);
  message.set_time_us(0);
  ASSERT_TRUE(ConvertEvent(message, &arena, &event).ok());
  EXPECT_EQ(event.time, Instant{0});
}

// Numbers that only a newer schema knows are refused, never read as another.
TEST(ConvertEventTest, RefusesUnknownNumbers) {
  v1::Event message;
  message.mutable_partner_set()->set_kind(static_cast<v1::PartnerKind>(77));
  EXPECT_EQ(ProblemOf(message), "partner_set.kind: 77 is not a known value");
  message.mutable_partner_set()->set_kind(v1::CUSTOMER);
  message.mutable_partner_set()->set_status(static_cast<v1::PartnerStatus>(-1));
  EXPECT_EQ(ProblemOf(message), "partner_set.status: -1 is not a known value");
  message.mutable_touch()->set_channel(static_cast<v1::Channel>(300));
  EXPECT_EQ(ProblemOf(message), "touch.channel: 300 is not a known value");
  message.mutable_lead_updated()->set_status(
      static_cast<v1::LeadUpdated::Status>(77));
  EXPECT_EQ(ProblemOf(message), "lead_updated.status: 77 is not a known value");
  message.mutable_role_assigned()->set_role(static_cast<v1::Role>(77));
  EXPECT_EQ(ProblemOf(message), "role_assigned.role: 77 is not a known value");
  message.mutable_attribution_imported()->set_role(static_cast<v1::Role>(-2));
  EXPECT_EQ(ProblemOf(message),
            "attribution_imported.role: -2 is not a known value");
  message.mutable_refund()->set_kind(static_cast<v1::Refund::Kind>(77));
  EXPECT_EQ(ProblemOf(message), "refund.kind: 77 is not a known value");
  message.mutable_accrual_reviewed()->set_verdict(
      static_cast<v1::AccrualReviewed::Verdict>(77));
  EXPECT_EQ(ProblemOf(message),
            "accrual_reviewed.verdict: 77 is not a known value");
  v1::OpeningMetric* metric = message.mutable_opening_balance()->add_metrics();
  metric->set_metric(static_cast<v1::Metric>(77));
  EXPECT_EQ(ProblemOf(message),
            "opening_balance.metrics[0].metric: 77 is not a known value");
  metric->set_metric(v1::REVENUE);
  metric->set_period(static_cast<v1::Period>(77));
  EXPECT_EQ(ProblemOf(message),
            "opening_balance.metrics[0].period: 77 is not a known value");
  message.mutable_outreach()->set_step(static_cast<v1::Outreach::Step>(77));
  EXPECT_EQ(ProblemOf(message), "outreach.step: 77 is not a known value");
}

TEST(ConvertEventTest, RefusesListsPastTheirLimits) {
  v1::Event message;
  for (std::size_t i = 0; i <= kMaxLinesPerPayment; ++i) {
    message.mutable_payment()->add_lines();
  }
  EXPECT_EQ(ProblemOf(message), "payment.lines: more than 10000");
  message.mutable_payment()->mutable_lines()->RemoveLast();
  EXPECT_EQ(ProblemOf(message), "OK");
  for (std::size_t i = 0; i <= kMaxAttributes; ++i) {
    message.mutable_payment()->mutable_lines(2)->add_attributes();
  }
  EXPECT_EQ(ProblemOf(message), "payment.lines[2].attributes: more than 64");
  for (std::size_t i = 0; i <= kMaxLinesPerPayment; ++i) {
    message.mutable_refund()->add_lines();
  }
  EXPECT_EQ(ProblemOf(message), "refund.lines: more than 10000");
  for (std::size_t i = 0; i <= kMaxAttributes; ++i) {
    message.mutable_touch()->add_sub_ids();
  }
  EXPECT_EQ(ProblemOf(message), "touch.sub_ids: more than 64");
  for (std::size_t i = 0; i <= kMaxBlindKeys; ++i) {
    message.mutable_partner_set()->add_identity_keys();
  }
  EXPECT_EQ(ProblemOf(message), "partner_set.identity_keys: more than 64");
  message.mutable_partner_set()->mutable_identity_keys()->RemoveLast();
  EXPECT_EQ(ProblemOf(message), "OK");
  for (std::size_t i = 0; i <= kMaxBlindKeys; ++i) {
    message.mutable_signup()->add_identity_keys();
  }
  EXPECT_EQ(ProblemOf(message), "signup.identity_keys: more than 64");
  for (std::size_t i = 0; i <= kMaxBlindKeys; ++i) {
    message.mutable_lead_registered()->add_contact_keys();
  }
  EXPECT_EQ(ProblemOf(message), "lead_registered.contact_keys: more than 64");
  for (std::size_t i = 0; i <= kMaxOpeningMetrics; ++i) {
    message.mutable_opening_balance()->add_metrics();
  }
  EXPECT_EQ(ProblemOf(message), "opening_balance.metrics: more than 25");
}

TEST(ConvertEventTest, AProgramTakesTheEventsId) {
  const Converted converted(GoodBodies()[0]);
  const absl::StatusOr<ProgramSpec> spec =
      DecodeSpec(converted.as<event::ProgramSet>().spec);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->program_id, "shop");
  EXPECT_EQ(spec->rules[0].budget, "10%");

  v1::Event other = Message(GoodBodies()[0]);
  other.mutable_program_set()->mutable_program()->set_program_id("shop");
  EXPECT_EQ(ProblemOf(other), "OK");
  other.mutable_program_set()->mutable_program()->set_program_id("mall");
  EXPECT_EQ(ProblemOf(other),
            "program_set.program.program_id: not the event's program_id; "
            "write the same id or leave it out");
}

TEST(ConvertEventTest, AProgramsMistakesAreAllTold) {
  v1::Event message = Message(GoodBodies()[0]);
  v1::Program* program = message.mutable_program_set()->mutable_program();
  program->set_choosing(static_cast<v1::Program::Choosing>(77));
  program->set_hold_days(-1);
  program->mutable_report();
  const std::string problem = ProblemOf(message);
  EXPECT_THAT(problem, HasSubstr("program_set.program.choosing: 77 is not a "
                                 "known value; use a word of the schema\n"
                                 "program_set.program.report: not "
                                 "supported yet; leave it out\n"
                                 "program_set.program.hold_days: -1 is out"));
}

TEST(ConvertEventTest, ABatchStaysWhereItIsUntilClear) {
  EventArena arena;
  std::vector<v1::Event> messages;
  std::string expected;
  for (int round = 0; round < 2; ++round) {
    messages.assign(300, Message(GoodBodies()[9]));
    messages.push_back(Message(GoodBodies()[0]));
    messages[7].mutable_payment()->mutable_lines()->Reserve(1000);
    for (int i = 0; i < 1000; ++i) messages[7].mutable_payment()->add_lines();
    std::vector<Event> events(messages.size());
    std::vector<std::string> before;
    for (std::size_t i = 0; i < events.size(); ++i) {
      ASSERT_TRUE(ConvertEvent(messages[i], &arena, &events[i]).ok());
      testing_support::AppendWithNames(events[i], &before.emplace_back());
    }
    const EventArena moved = std::move(arena);
    std::set<const void*> lists;
    for (std::size_t i = 0; i < events.size(); ++i) {
      std::string after;
      testing_support::AppendWithNames(events[i], &after);
      EXPECT_EQ(after, before[i]) << i;
      if (i + 1 == events.size()) break;
      lists.insert(std::get<event::Payment>(events[i].body).lines.data());
    }
    EXPECT_EQ(lists.size(), messages.size() - 1);
    // A list that is made again holds nothing of the one before.
    if (round == 0) expected = before[0];
    EXPECT_EQ(before[0], expected);
    arena = EventArena();
  }
}

TEST(ConvertEventTest, ClearReusesTheMemory) {
  EventArena arena;
  const v1::Event message = Message(GoodBodies()[9]);
  Event event;
  ASSERT_TRUE(ConvertEvent(message, &arena, &event).ok());
  const void* first = std::get<event::Payment>(event.body).lines.data();
  std::string before;
  testing_support::AppendWithNames(event, &before);
  arena.Clear();
  const v1::Event bare = Message(R"("payment":{"lines":[{},{}]})");
  ASSERT_TRUE(ConvertEvent(bare, &arena, &event).ok());
  const auto& lines = std::get<event::Payment>(event.body).lines;
  EXPECT_EQ(lines.data(), first);
  EXPECT_TRUE(lines[0].attributes.empty());
  arena.Clear();
  ASSERT_TRUE(ConvertEvent(message, &arena, &event).ok());
  std::string after;
  testing_support::AppendWithNames(event, &after);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace vouch::proto

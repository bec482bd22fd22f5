// What crosses the C ABI, read and written with the full runtime: both runtimes
// are then in one process with the same schemas, as in a host that has its own.
#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "vouch/c.h"
#include "vouch/v1/engine.pb.h"

namespace {

namespace v1 = vouch::v1;
using testing::ElementsAre;

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message))
      << text;
  return message;
}

vouch_view View(const std::string& bytes) {
  return {bytes.data(), bytes.size()};
}

// What a call gave: a message, or a status with its text.
template <typename Message>
struct Gave {
  vouch_status status = VOUCH_OK;
  std::string error;
  Message message;
};

template <typename Message, typename Call>
Gave<Message> Get(const Call& call) {
  Gave<Message> gave;
  vouch_error error = VOUCH_ERROR_INIT;
  vouch_buffer buffer = VOUCH_BUFFER_INIT;
  gave.status = call(&buffer, &error);
  gave.error = error.message;
  if (gave.status != VOUCH_OK) {
    EXPECT_EQ(error.code, gave.status);
    EXPECT_EQ(buffer.data, nullptr);
  }
  EXPECT_TRUE(
      gave.message.ParseFromArray(buffer.data, static_cast<int>(buffer.size)));
  vouch_buffer_free(&buffer);
  return gave;
}

constexpr char kProgram[] = R"(
  program_id: "shop" currency: "EUR" time_zone: "UTC"
  conversion: FIRST_PAYMENT
  attribution { model: LAST_TOUCH binding { span: LIFETIME } }
  acquisition { until: FIRST_PAYMENT_ONLY }
  rules { rule_id: "tenth" reward { percent: "10%" } })";
constexpr int64_t kBegin = 1'704'067'200'000'000;  // 2024-01-01T00:00:00Z
constexpr int64_t kDay = 86'400'000'000;

class CEngine : public testing::Test {
 protected:
  CEngine() {
    EXPECT_EQ(vouch_engine_open({nullptr, 0}, nullptr, &engine_, nullptr),
              VOUCH_OK);
  }
  ~CEngine() override { vouch_engine_close(engine_); }

  Gave<v1::BatchResult> SetProgram(const v1::Program& program,
                                   const std::string& event_id) {
    const std::string bytes = program.SerializeAsString();
    return Get<v1::BatchResult>([&](vouch_buffer* out, vouch_error* error) {
      return vouch_engine_set_program(engine_, View(bytes), View(event_id),
                                      kBegin, out, error);
    });
  }
  Gave<v1::BatchResult> Apply(const std::string& bytes) {
    return Get<v1::BatchResult>([&](vouch_buffer* out, vouch_error* error) {
      return vouch_engine_apply(engine_, View(bytes), out, error);
    });
  }
  Gave<v1::Outputs> Outputs(int64_t after, int32_t limit) {
    return Get<v1::Outputs>([&](vouch_buffer* out, vouch_error* error) {
      return vouch_engine_outputs(engine_, after, limit, out, error);
    });
  }
  Gave<v1::Answer> AskBytes(const std::string& bytes) {
    return Get<v1::Answer>([&](vouch_buffer* out, vouch_error* error) {
      return vouch_engine_query(engine_, View(bytes), out, error);
    });
  }
  Gave<v1::Answer> Ask(const std::string& text) {
    return AskBytes(FromText<v1::Query>(text).SerializeAsString());
  }
  // The query fails with `status` and says `error`.
  void ExpectError(const std::string& query, vouch_status status,
                   const std::string& error) {
    const Gave<v1::Answer> gave = Ask(query);
    EXPECT_EQ(gave.status, status) << query;
    EXPECT_EQ(gave.error, error) << query;
  }

  // A shop where anna brought kim, who paid 119.00 and then 60.00.
  void OpenShop() {
    EXPECT_EQ(SetProgram(FromText<v1::Program>(kProgram), "p-1")
                  .message.outcomes(0)
                  .result(),
              v1::Outcome::APPLIED);
    const auto result = Apply(Shop().SerializeAsString()).message;
    ASSERT_EQ(result.outcomes_size(), 4);
    for (const v1::Outcome& outcome : result.outcomes()) {
      EXPECT_EQ(outcome.result(), v1::Outcome::APPLIED) << outcome.reason();
    }
  }
  static v1::Batch Shop() {
    auto batch = FromText<v1::Batch>(R"(
      events { event_id: "e-2" partner_set {
        partner_id: "anna" kind: AFFILIATE } }
      events { event_id: "e-3" touch {
        customer_id: "kim" channel: LINK partner_id: "anna" } }
      events { event_id: "e-4" payment { payment_id: "inv-1" customer_id: "kim"
        currency: "EUR" lines { amount_minor: 11900 } } }
      events { event_id: "e-5" payment { payment_id: "inv-2" customer_id: "kim"
        currency: "EUR" lines { amount_minor: 6000 } } })");
    for (int i = 0; i < batch.events_size(); ++i) {
      batch.mutable_events(i)->set_program_id("shop");
      batch.mutable_events(i)->set_time_us(kBegin + (i + 1) * kDay);
    }
    return batch;
  }

  vouch_engine* engine_ = nullptr;
};

TEST_F(CEngine, AnswersEveryQuestionThatTheEngineAnswers) {
  OpenShop();
  const auto balances = Ask("program_id: 'shop' balances {}").message;
  ASSERT_EQ(balances.balances().partners_size(), 1);
  EXPECT_EQ(balances.balances().partners(0).payable_minor() +
                balances.balances().partners(0).pending_minor(),
            1190 + 600);
  ASSERT_EQ(balances.balances().program_size(), 1);
  EXPECT_EQ(balances.balances().program(0).expense_minor(), -1790);
  EXPECT_EQ(Ask("program_id: 'shop' balances { partner_id: 'bo' }")
                .message.balances()
                .partners_size(),
            0);

  const auto decisions = Ask("program_id: 'shop' decisions {}").message;
  ASSERT_EQ(decisions.decisions().decisions_size(), 1);
  EXPECT_EQ(decisions.decisions().decisions(0).credits(0).partner_id(), "anna");
  EXPECT_EQ(decisions.decisions().last_seq(), 4);
  EXPECT_FALSE(decisions.decisions().more());

  const auto explained =
      Ask("program_id: 'shop' explain { payment_id: 'inv-1' }").message;
  EXPECT_EQ(explained.explain().customer_id(), "kim");
  EXPECT_EQ(explained.explain().seq(), 4);
  const auto standing =
      Ask("program_id: 'shop' explain { customer_id: 'kim' }").message;
  EXPECT_EQ(standing.explain().payment_id(), "");
  EXPECT_EQ(standing.explain().decision().payment_id(), "inv-1");
  EXPECT_EQ(standing.explain().time_us(), kBegin + 4 * kDay);

  // Only the second payment, of day 4.
  const auto statement =
      Ask("program_id: 'shop' statement { partner_id: 'anna' from_us: " +
          std::to_string(kBegin + 4 * kDay) + " }")
          .message.statement();
  ASSERT_EQ(statement.sections_size(), 1);
  EXPECT_EQ(statement.sections(0).accruals_minor(), 600);

  // 20% in place of 10%, from inv-2 on.
  auto terms = FromText<v1::Program>(kProgram);
  terms.mutable_rules(0)->mutable_reward()->set_percent("20%");
  v1::Query what_if;
  what_if.set_program_id("shop");
  *what_if.mutable_simulate()->mutable_program() = terms;
  what_if.mutable_simulate()->set_from_us(kBegin + 4 * kDay);
  const auto simulation =
      AskBytes(what_if.SerializeAsString()).message.simulate();
  EXPECT_EQ(simulation.total().booked_minor(), 1790);
  EXPECT_EQ(simulation.total().simulated_minor(), 2390);
  ASSERT_EQ(simulation.partners_size(), 1);
  EXPECT_EQ(simulation.partners(0).key(), "anna");
  EXPECT_EQ(simulation.partners(0).difference_minor(), 600);
  terms.mutable_rules(0)->mutable_reward()->set_percent("ten");
  *what_if.mutable_simulate()->mutable_program() = terms;
  EXPECT_THAT(
      AskBytes(what_if.SerializeAsString()).error,
      testing::StartsWith("simulate.program: rules[0].reward.percent: "));
  terms = FromText<v1::Program>(kProgram);
  terms.set_currency("USD");
  *what_if.mutable_simulate()->mutable_program() = terms;
  EXPECT_EQ(AskBytes(what_if.SerializeAsString()).error,
            "simulate.program.currency: a program's currency never changes");

  const auto stats = Ask("program_id: 'shop' stats {}").message.stats();
  EXPECT_EQ(stats.funnel().payments_count(), 2);
  EXPECT_EQ(stats.funnel().revenue_minor(), 17900);
  EXPECT_EQ(stats.funnel().commission_minor(), 1790);

  const auto quote = Ask("program_id: 'shop' quote { time_us: " +
                         std::to_string(kBegin + 9 * kDay) +
                         " customer_id: 'kim' currency: 'EUR' "
                         "lines { amount_minor: 5000 } }")
                         .message.quote();
  EXPECT_EQ(quote.currency(), "EUR");
  EXPECT_EQ(quote.commission_minor(), 500);

  const auto check = Ask("check { program { program_id: 'x' } }").message;
  EXPECT_GE(check.check().mistakes_size(), 3);
  EXPECT_EQ(Ask(std::string("check { program {") + kProgram + "} }")
                .message.check()
                .mistakes_size(),
            0);
}

TEST_F(CEngine, PagesTheFeed) {
  OpenShop();
  const auto all = Outputs(0, 0).message;
  EXPECT_FALSE(all.more());
  EXPECT_EQ(all.last_seq(), 5);
  // A page holds one event whole, whatever the limit.
  std::vector<std::string> rows;
  int64_t after = 0;
  bool more = true;
  while (more) {
    const auto page = Outputs(after, 1).message;
    ASSERT_GT(page.last_seq(), after);
    for (int i = 0; i < page.outputs_size(); ++i) {
      EXPECT_EQ(page.outputs(i).seq(), page.last_seq());
      EXPECT_EQ(page.outputs(i).place(), i + 1);
      rows.push_back(page.outputs(i).SerializeAsString());
    }
    after = page.last_seq();
    more = page.more();
  }
  ASSERT_EQ(static_cast<int>(rows.size()), all.outputs_size());
  for (int i = 0; i < all.outputs_size(); ++i) {
    EXPECT_EQ(rows[static_cast<std::size_t>(i)],
              all.outputs(i).SerializeAsString());
  }
  // The same as a question; of one program, or of all.
  EXPECT_EQ(Ask("outputs {}").message.outputs().SerializeAsString(),
            all.SerializeAsString());
  EXPECT_EQ(
      Ask("program_id: 'shop' outputs {}").message.outputs().outputs_size(),
      all.outputs_size());
  const auto other = Ask("program_id: 'other' outputs {}").message.outputs();
  EXPECT_EQ(other.outputs_size(), 0);
  EXPECT_EQ(other.last_seq(), 5);
}

TEST_F(CEngine, RefusesQuestionsByTheirField) {
  OpenShop();
  ExpectError("", VOUCH_INVALID_ARGUMENT, "body: missing");
  ExpectError("balances {}", VOUCH_INVALID_ARGUMENT, "program_id: missing");
  ExpectError("program_id: 'no' balances {}", VOUCH_NOT_FOUND,
              "program_id: no such program");
  ExpectError("program_id: 'shop' explain {}", VOUCH_INVALID_ARGUMENT,
              "explain.payment_id: missing");
  ExpectError("program_id: 'shop' explain { payment_id: 'no' }",
              VOUCH_NOT_FOUND, "payment_id: no such payment");
  ExpectError("program_id: 'shop' explain { payment_id: 'inv-1' time_us: 1 }",
              VOUCH_INVALID_ARGUMENT,
              "explain.time_us: is for a customer alone");
  ExpectError("program_id: 'shop' explain { lead_id: '' }",
              VOUCH_INVALID_ARGUMENT, "explain.lead_id: missing");
  ExpectError("program_id: 'shop' explain { lead_id: 'no' }", VOUCH_NOT_FOUND,
              "lead_id: no such lead");
  ExpectError("program_id: 'shop' explain { customer_id: '' }",
              VOUCH_INVALID_ARGUMENT, "explain.customer_id: missing");
  ExpectError("program_id: 'shop' explain { customer_id: 'nobody' }",
              VOUCH_NOT_FOUND, "customer_id: no such customer");
  ExpectError(
      "program_id: 'shop' explain { customer_id: 'kim'"
      " time_us: -99999999999999999 }",
      VOUCH_INVALID_ARGUMENT, "explain.time_us: not in the years 1 to 9999");
  ExpectError("program_id: 'shop' statement {}", VOUCH_INVALID_ARGUMENT,
              "statement.partner_id: missing");
  ExpectError("program_id: 'shop' stats { from_us: 5 until_us: 5 }",
              VOUCH_INVALID_ARGUMENT,
              "stats.until_us: not after from_us; it is out");
  ExpectError("program_id: 'shop' stats { from_us: -99999999999999999 }",
              VOUCH_INVALID_ARGUMENT,
              "stats.from_us: not in the years 1 to 9999");
  ExpectError("program_id: 'shop' decisions { limit: -1 }",
              VOUCH_INVALID_ARGUMENT, "decisions.limit: is negative");
  ExpectError("program_id: 'shop' simulate {}", VOUCH_INVALID_ARGUMENT,
              "simulate.program: missing");
  ExpectError(
      "program_id: 'shop' simulate { program {} "
      "from_us: -99999999999999999 }",
      VOUCH_INVALID_ARGUMENT, "simulate.from_us: not in the years 1 to 9999");
  ExpectError("outputs { after_seq: -1 }", VOUCH_INVALID_ARGUMENT,
              "outputs.after_seq: is negative");
  ExpectError("check {}", VOUCH_INVALID_ARGUMENT, "check.program: missing");
  ExpectError("program_id: 'shop' quote { customer_id: 'kim' time_us: 1 }",
              VOUCH_INVALID_ARGUMENT, "quote.currency: missing");
  ExpectError(
      "program_id: 'shop' quote { customer_id: 'kim' currency: 'EUR' "
      "lines { amount_minor: 5 } }",
      VOUCH_INVALID_ARGUMENT, "quote.time_us: missing");
}

TEST_F(CEngine, SaysWhatItDoesNotAnswerYet) {
  OpenShop();
  for (const std::string field :
       {"segments", "cohorts", "ranking", "free_partners"}) {
    ExpectError("program_id: 'shop' " + field + " {}", VOUCH_UNIMPLEMENTED,
                field + ": not supported yet");
  }
}

// A shop in which a code is worth half of a budget of 12%, everybody else's
// customers get 2% off, large ones another rate, and resellers a price.
class CQuote : public CEngine {
 protected:
  CQuote() {
    auto program = FromText<v1::Program>(R"(
      program_id: "shop" currency: "EUR" time_zone: "UTC"
      conversion: FIRST_PAYMENT
      attribution { model: LAST_TOUCH binding { span: LIFETIME } }
      acquisition { until: FIRST_PAYMENT_ONLY }
      rules { rule_id: "half" when { channels: CODE } budget: "12%" }
      rules { rule_id: "large" when { segments: "large" }
              reward { percent: "5%" } }
      rules { rule_id: "german" when { countries: "DE" }
              reward { percent: "6%" } }
      rules { rule_id: "cold"
              when { attributes { of: CUSTOMER key: "heat" value: "low" } }
              reward { percent: "7%" } }
      rules { rule_id: "tenth" reward { percent: "10%" }
              uplines { level: 1 of: COMMISSION percent: "10%" } }
      rules { rule_id: "resale" kind: PRICE
              when { partner_kinds: RESELLER } price { percent: "30%" } }
      rules { rule_id: "off" kind: CUSTOMER_DISCOUNT when { channels: LINK }
              price { percent: "2%" } })");
    EXPECT_EQ(SetProgram(program, "p-1").message.outcomes(0).result(),
              v1::Outcome::APPLIED);
    auto batch = FromText<v1::Batch>(R"(
      events { event_id: "e-1" partner_set {
        partner_id: "head" kind: RESELLER } }
      events { event_id: "e-2" partner_set {
        partner_id: "anna" kind: AFFILIATE parent_partner_id: "head" } }
      events { event_id: "e-3" code_issued {
        code: "ANNA-1" partner_id: "anna" customer_share: "50%" } }
      events { event_id: "e-4" code_issued {
        code: "GONE" partner_id: "anna" } }
      events { event_id: "e-5" code_revoked { code: "GONE" } })");
    for (v1::Event& event : *batch.mutable_events()) {
      event.set_program_id("shop");
      event.set_time_us(kBegin);
    }
    const auto result = Apply(batch.SerializeAsString()).message;
    for (const v1::Outcome& outcome : result.outcomes()) {
      EXPECT_EQ(outcome.result(), v1::Outcome::APPLIED) << outcome.reason();
    }
  }

  // 100.00 on the second day, with `more`.
  static std::string Asking(const std::string& more,
                            const std::string& currency = "EUR") {
    return "program_id: 'shop' quote { time_us: " +
           std::to_string(kBegin + kDay) + " currency: '" + currency +
           "' lines { amount_minor: 10000 } " + more + " }";
  }
  v1::Quote Quoted(const std::string& more,
                   const std::string& currency = "EUR") {
    const Gave<v1::Answer> gave = Ask(Asking(more, currency));
    EXPECT_EQ(gave.error, "");
    return gave.message.quote();
  }
  // "anna tenth 1000, head tenth 100"
  static std::string Earned(const v1::Quote& quote) {
    std::string text;
    for (const v1::QuotedCommission& each : quote.commissions()) {
      if (!text.empty()) text += ", ";
      text += each.partner_id() + " " + each.rule_id() + " " +
              std::to_string(each.amount_minor());
    }
    return text;
  }
};

TEST_F(CQuote, ByACodeOfOneWhoIsNotKnown) {
  const v1::Quote quote = Quoted("code: 'anna 1'");
  EXPECT_EQ(quote.currency(), "EUR");
  EXPECT_EQ(quote.amount_minor(), 10000);
  EXPECT_EQ(quote.price_minor(), 10000);
  EXPECT_EQ(quote.customer_discount_minor(), 600);
  EXPECT_EQ(quote.commission_minor(), 600);
  ASSERT_EQ(quote.lines_size(), 1);
  EXPECT_EQ(quote.lines(0).line(), 1);
  EXPECT_EQ(quote.lines(0).budget_discount_minor(), 600);
  EXPECT_EQ(quote.lines(0).budget_rule_id(), "half");
  ASSERT_EQ(quote.credits_size(), 1);
  EXPECT_EQ(quote.credits(0).partner_id(), "anna");
  EXPECT_EQ(quote.credits(0).channel(), v1::CODE);
  ASSERT_EQ(quote.commissions_size(), 1);
  const v1::QuotedCommission& commission = quote.commissions(0);
  EXPECT_EQ(commission.partner_id(), "anna");
  EXPECT_EQ(commission.rule_id(), "half");
  EXPECT_EQ(commission.role(), v1::ACQUIRER);
  EXPECT_EQ(commission.level(), 0);
  EXPECT_EQ(commission.base_minor(), 10000);
  EXPECT_EQ(commission.amount_minor(), 600);
  // A name that nobody has had is one who is not known, too.
  EXPECT_EQ(Quoted("code: 'ANNA1' customer_id: 'new'").SerializeAsString(),
            quote.SerializeAsString());
}

TEST_F(CQuote, ByAPartnerACurrencyAndWhatTheCustomerIs) {
  const v1::Quote quote = Quoted("partner_id: 'anna'");
  EXPECT_EQ(quote.lines(0).discount_minor(), 200);
  EXPECT_EQ(quote.lines(0).discount_rule_id(), "off");
  EXPECT_EQ(Earned(quote), "anna tenth 980, head tenth 98");
  EXPECT_EQ(quote.commissions(1).level(), 1);
  EXPECT_EQ(quote.commission_minor(), 1078);
  const v1::Quote price = Quoted("partner_id: 'head'");
  EXPECT_EQ(price.price_minor(), 7000);
  EXPECT_EQ(price.lines(0).price_rule_id(), "resale");
  EXPECT_EQ(Earned(Quoted("partner_id: 'anna' segment: 'large'")),
            "anna large 490");
  EXPECT_EQ(Earned(Quoted("partner_id: 'anna' country: 'DE'")),
            "anna german 588");
  EXPECT_EQ(
      Earned(Quoted("partner_id: 'anna' attributes { key: 'heat' value: 'low' "
                    "} attributes { key: 'b' }")),
      "anna cold 686");
  // 100.00 dollars are 90.00 euros.
  const v1::Quote dollars =
      Quoted("partner_id: 'anna' exchange { rate: '0.9' }", "USD");
  EXPECT_EQ(dollars.currency(), "EUR");
  EXPECT_EQ(dollars.amount_minor(), 9000);
  EXPECT_EQ(dollars.customer_discount_minor(), 180);
  EXPECT_EQ(Earned(dollars), "anna tenth 882, head tenth 88");
  EXPECT_EQ(Earned(Quoted("")), "");
}

TEST_F(CQuote, NamesWhatIsWrong) {
  const std::string longer(257, 'x');
  const struct {
    std::string more;
    vouch_status status;
    std::string error;
  } kRows[] = {
      {"code: 'other'", VOUCH_NOT_FOUND, "quote.code: no such code"},
      {"code: 'GONE'", VOUCH_FAILED_PRECONDITION,
       "quote.code: the code was revoked"},
      {"code: '" + longer + "'", VOUCH_INVALID_ARGUMENT,
       "quote.code: too long"},
      {"partner_id: 'other'", VOUCH_NOT_FOUND,
       "quote.partner_id: no such partner then"},
      {"partner_id: 'a\\nb'", VOUCH_INVALID_ARGUMENT,
       "quote.partner_id: holds a control character"},
      {"country: '" + longer + "'", VOUCH_INVALID_ARGUMENT,
       "quote.country: too long"},
      {"segment: '" + longer + "'", VOUCH_INVALID_ARGUMENT,
       "quote.segment: too long"},
      {"attributes {}", VOUCH_INVALID_ARGUMENT,
       "quote.attributes[0].key: missing"},
      {"customer_id: '" + longer + "'", VOUCH_INVALID_ARGUMENT,
       "quote.customer_id: too long"},
      {"contract_id: 'k-1'", VOUCH_NOT_FOUND,
       "quote.contract_id: the customer has no such contract"},
      {"exchange { rate: '0.9' }", VOUCH_INVALID_ARGUMENT,
       "quote.exchange: the payment is in the program's currency"},
      {"exchange { rate: '-1' }", VOUCH_INVALID_ARGUMENT,
       "quote.exchange.rate: not above zero"},
      {"lines { amount_minor: -1 }", VOUCH_INVALID_ARGUMENT,
       "quote.lines[1].amount_minor: negative"},
  };
  for (const auto& row : kRows) {
    ExpectError(Asking(row.more), row.status, row.error);
  }
  ExpectError(
      "program_id: 'shop' quote { time_us: -99999999999999999 "
      "currency: 'EUR' lines { amount_minor: 1 } }",
      VOUCH_INVALID_ARGUMENT, "quote.time_us: outside the years 1 to 9999");
  ExpectError(
      "program_id: 'shop' quote { time_us: 0 "
      "currency: 'EUR' lines { amount_minor: 1 } }",
      VOUCH_FAILED_PRECONDITION,
      "quote.time_us: before the program's first version");
  ExpectError("program_id: 'other' quote {}", VOUCH_NOT_FOUND,
              "program_id: no such program");
}

// Every byte of a question, changed to others: an answer or a refusal.
TEST_F(CQuote, TakesAnyBytes) {
  const std::string good =
      FromText<v1::Query>(Asking("code: 'ANNA1' country: 'DE' segment: 'large' "
                                 "attributes { key: 'heat' value: 'low' } "
                                 "exchange { rate: '0.9' }",
                                 "USD"))
          .SerializeAsString();
  EXPECT_EQ(AskBytes(good).status, VOUCH_OK);
  int refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int byte : {0x00, 0x01, 0x7f, 0x80, 0xc3, 0xff}) {
      std::string bytes = good;
      bytes[i] = static_cast<char>(byte);
      const Gave<v1::Answer> gave = AskBytes(bytes);
      if (gave.status == VOUCH_OK) continue;
      EXPECT_NE(gave.error, "");
      ++refused;
    }
    EXPECT_NE(AskBytes(good.substr(0, i)).status, VOUCH_OK) << i;
  }
  EXPECT_GT(refused, 0);
}

// A field that a newer schema might have, at each depth.
TEST_F(CEngine, RefusesFieldsThatItDoesNotKnow) {
  OpenShop();
  const struct {
    const char* path;
    google::protobuf::UnknownFieldSet* (*at)(v1::Event*);
  } places[] = {
      {"event",
       [](v1::Event* event) {
         return event->GetReflection()->MutableUnknownFields(event);
       }},
      {"payment",
       [](v1::Event* event) {
         auto* payment = event->mutable_payment();
         return payment->GetReflection()->MutableUnknownFields(payment);
       }},
      {"payment.lines[1]",
       [](v1::Event* event) {
         auto* line = event->mutable_payment()->mutable_lines(1);
         return line->GetReflection()->MutableUnknownFields(line);
       }},
      {"payment.lines[1].attributes[0]",
       [](v1::Event* event) {
         auto* attribute =
             event->mutable_payment()->mutable_lines(1)->add_attributes();
         attribute->set_key("k");
         return attribute->GetReflection()->MutableUnknownFields(attribute);
       }},
  };
  for (const auto& place : places) {
    v1::Batch batch;
    v1::Event* event = batch.add_events();
    *event = Shop().events(3);
    event->set_event_id("e-9");
    event->mutable_payment()->set_payment_id("inv-9");
    event->mutable_payment()->add_lines()->set_amount_minor(1);
    for (const bool as_bytes : {false, true}) {
      v1::Batch sent = batch;
      auto* unknown = place.at(sent.mutable_events(0));
      if (as_bytes) {
        unknown->AddLengthDelimited(77, "x");
      } else {
        unknown->AddVarint(77, 1);
      }
      const auto outcome = Apply(sent.SerializeAsString()).message.outcomes(0);
      EXPECT_EQ(outcome.result(), v1::Outcome::REFUSED);
      EXPECT_EQ(outcome.field(), place.path);
      EXPECT_EQ(outcome.reason(), "field 77 is not known to this version");
    }
  }
}

TEST_F(CEngine, RefusesWordsThatItDoesNotKnow) {
  OpenShop();
  v1::Batch batch;
  *batch.add_events() = Shop().events(1);
  batch.mutable_events(0)->set_event_id("e-9");
  batch.mutable_events(0)->mutable_touch()->set_channel(
      static_cast<v1::Channel>(99));
  const auto outcome = Apply(batch.SerializeAsString()).message.outcomes(0);
  EXPECT_EQ(outcome.field(), "touch.channel");
  EXPECT_EQ(outcome.reason(), "99 is not a known value");
}

TEST_F(CEngine, CountsWhatItCouldNotRead) {
  OpenShop();
  v1::Batch batch = Shop();  // four duplicates
  auto* event = batch.add_events();
  event->GetReflection()->MutableUnknownFields(event)->AddVarint(77, 1);
  batch.add_events()->set_event_id("e-9");  // no body
  EXPECT_EQ(Apply(batch.SerializeAsString()).status, VOUCH_OK);
  const auto counters = Ask("counters {}").message.counters();
  EXPECT_EQ(counters.applied_count(), 5);
  EXPECT_EQ(counters.duplicate_count(), 4);
  EXPECT_EQ(counters.refused_count(), 2);
  ASSERT_EQ(counters.refused_size(), 1);
  EXPECT_EQ(counters.refused(0).code(), VOUCH_INVALID_ARGUMENT);
  EXPECT_EQ(counters.last_seq(), 5);
}

TEST_F(CEngine, KeepsItsLimits) {
  const std::string batch((std::size_t{16} << 20) + 1, '\0');
  EXPECT_EQ(Apply(batch).status, VOUCH_RESOURCE_EXHAUSTED);
  EXPECT_EQ(Apply(batch).error, "batch: longer than 16777216 bytes");
  std::string events;
  for (int i = 0; i < 100'001; ++i) events.append("\x0a\x00", 2);
  EXPECT_EQ(Apply(events).error, "batch: more than 100000 events");
  EXPECT_EQ(AskBytes(std::string((4u << 20) + 1, '\0')).error,
            "query: longer than 4194304 bytes");
  v1::Program program;
  program.set_name(std::string(4u << 20, 'x'));
  EXPECT_EQ(SetProgram(program, "p").error,
            "program: longer than 4194304 bytes");
  v1::Batch longer;
  longer.add_events()->set_event_id(std::string(4u << 20, 'x'));
  const auto outcome = Apply(longer.SerializeAsString()).message.outcomes(0);
  EXPECT_EQ(outcome.code(), VOUCH_RESOURCE_EXHAUSTED);
  EXPECT_EQ(outcome.field(), "event");
  // None of it was applied.
  EXPECT_EQ(Ask("counters {}").message.counters().applied_count(), 0);
}

}  // namespace

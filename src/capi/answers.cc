// What reads an engine: the feed and the answers.
#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "capi/handle.h"
#include "capi/wire.h"
#include "vouch/base/instant.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/program/program.h"
#include "vouch/proto/convert_event.h"
#include "vouch/proto/convert_output.h"
#include "vouch/proto/convert_program.h"
#include "vouch/proto/program_file.h"

VOUCH_NAMESPACE_BEGIN

namespace capi {
namespace {

absl::Status NotYet(std::string_view field) {
  return FieldStatus(absl::StatusCode::kUnimplemented, field,
                     "not supported yet");
}

// A page as it was asked for.
struct PageQuery {
  Seq after;
  std::size_t limit = kDefaultPageRows;
};

absl::StatusOr<PageQuery> ReadPage(std::string_view field, int64_t after_seq,
                                   int32_t limit) {
  const auto path = [&](std::string_view name) {
    return absl::StrCat(ToAbsl(field), ToAbsl(name));
  };
  if (after_seq < 0) return InvalidField(path("after_seq"), "is negative");
  if (limit < 0) return InvalidField(path("limit"), "is negative");
  PageQuery page{Seq(static_cast<uint64_t>(after_seq))};
  if (limit > 0) {
    page.limit = std::min(static_cast<std::size_t>(limit), kMaxPageRows);
  }
  return page;
}

// [from, until) as it was asked for.
struct Span {
  Instant from = kMinInstant;
  Instant until = kMaxInstant;
};

template <typename Query>
absl::StatusOr<Span> ReadSpan(const std::string& field, const Query& query) {
  Span span;
  if (query.has_from_us()) span.from.us = query.from_us();
  if (query.has_until_us()) span.until.us = query.until_us();
  if (!IsValid(span.from)) {
    return InvalidField(field + ".from_us", "not in the years 1 to 9999");
  }
  if (!IsValid(span.until)) {
    return InvalidField(field + ".until_us", "not in the years 1 to 9999");
  }
  if (span.until <= span.from) {
    return InvalidField(field + ".until_us", "not after from_us; it is out");
  }
  return span;
}

// Rows of one program; empty: of all.
bool IsOf(std::string_view program_id, std::string_view row_program_id) {
  return program_id.empty() || program_id == row_program_id;
}

absl::Status FillOutputs(const Engine& engine, const PageQuery& query,
                         std::string_view program_id, v1::Outputs* message) {
  VOUCH_ASSIGN_OR_RETURN(const auto page,
                         engine.Outputs(query.after, query.limit));
  Seq last = query.after;
  int32_t place = 0;
  for (const Output& row : page) {
    place = row.seq == last ? place + 1 : 1;
    last = row.seq;
    if (IsOf(program_id, row.program_id)) {
      proto::ConvertOutput(row, place, message->add_outputs());
    }
  }
  message->set_last_seq(static_cast<int64_t>(last.value()));
  if (page.size() < query.limit) return absl::OkStatus();
  VOUCH_ASSIGN_OR_RETURN(const auto next, engine.Outputs(last, 1));
  message->set_more(!next.empty());
  return absl::OkStatus();
}

absl::Status FillDecisions(const Engine& engine, std::string_view program_id,
                           const v1::DecisionsQuery& query,
                           v1::Decisions* message) {
  VOUCH_ASSIGN_OR_RETURN(
      const PageQuery asked,
      ReadPage("decisions.", query.after_seq(), query.limit()));
  VOUCH_ASSIGN_OR_RETURN(const auto page,
                         engine.Decisions(asked.after, asked.limit));
  Seq last = asked.after;
  for (const DecisionRow& row : page) {
    last = row.decision->seq;
    if (row.program_id != program_id) continue;
    if (query.customer_id().empty() || query.customer_id() == row.customer_id) {
      proto::ConvertDecision(row, message->add_decisions());
    }
  }
  message->set_last_seq(static_cast<int64_t>(last.value()));
  if (page.size() < asked.limit) return absl::OkStatus();
  VOUCH_ASSIGN_OR_RETURN(const auto next, engine.Decisions(last, 1));
  message->set_more(!next.empty());
  return absl::OkStatus();
}

absl::Status FillBalances(const Engine& engine, std::string_view program_id,
                          const v1::BalancesQuery& query,
                          v1::Balances* message) {
  VOUCH_ASSIGN_OR_RETURN(const AccountRows accounts, engine.Accounts());
  for (const BalanceRow& row : accounts.balances) {
    if (row.program_id != program_id) continue;
    if (query.partner_id().empty() || query.partner_id() == row.partner_id) {
      proto::ConvertBalance(row, message->add_partners());
    }
  }
  for (const ExpenseRow& row : accounts.expenses) {
    if (row.program_id != program_id) continue;
    proto::ConvertExpense(row, message->add_program());
  }
  return absl::OkStatus();
}

absl::Status FillStanding(const Engine& engine, std::string_view program_id,
                          const v1::ExplainQuery& query,
                          v1::Explanation* message) {
  if (query.customer_id().empty()) {
    return InvalidField("explain.customer_id", "missing");
  }
  std::optional<Instant> at;
  if (query.has_time_us()) at = Instant{query.time_us()};
  if (at && !IsValid(*at)) {
    return InvalidField("explain.time_us", "not in the years 1 to 9999");
  }
  VOUCH_ASSIGN_OR_RETURN(
      const Explanation explanation,
      engine.ExplainCustomer(program_id, query.customer_id(), at));
  proto::ConvertExplanation(explanation, message);
  return absl::OkStatus();
}

absl::Status FillExplanation(const Engine& engine, std::string_view program_id,
                             const v1::ExplainQuery& query,
                             v1::Explanation* message) {
  if (query.of_case() == v1::ExplainQuery::kCustomerId) {
    return FillStanding(engine, program_id, query, message);
  }
  if (query.has_time_us()) {
    return InvalidField("explain.time_us", "is for a customer alone");
  }
  if (query.of_case() == v1::ExplainQuery::kLeadId) {
    if (query.lead_id().empty()) {
      return InvalidField("explain.lead_id", "missing");
    }
    VOUCH_ASSIGN_OR_RETURN(const Explanation explanation,
                           engine.ExplainLead(program_id, query.lead_id()));
    proto::ConvertExplanation(explanation, message);
    return absl::OkStatus();
  }
  if (query.payment_id().empty()) {
    return InvalidField("explain.payment_id", "missing");
  }
  VOUCH_ASSIGN_OR_RETURN(const Explanation explanation,
                         engine.Explain(program_id, query.payment_id()));
  proto::ConvertExplanation(explanation, message);
  return absl::OkStatus();
}

absl::Status FillStatement(const Engine& engine, std::string_view program_id,
                           const v1::StatementQuery& query,
                           v1::Statement* message) {
  if (query.partner_id().empty()) {
    return InvalidField("statement.partner_id", "missing");
  }
  VOUCH_ASSIGN_OR_RETURN(const Span span, ReadSpan("statement", query));
  VOUCH_ASSIGN_OR_RETURN(const Statement statement,
                         engine.GetStatement(program_id, query.partner_id(),
                                             span.from, span.until));
  proto::ConvertStatement(statement, message);
  return absl::OkStatus();
}

absl::Status FillStats(const Engine& engine, std::string_view program_id,
                       const v1::StatsQuery& query, v1::Stats* message) {
  VOUCH_ASSIGN_OR_RETURN(const Span span, ReadSpan("stats", query));
  VOUCH_ASSIGN_OR_RETURN(const Stats stats,
                         engine.GetStats(program_id, span.from, span.until));
  proto::ConvertStats(stats, message);
  return absl::OkStatus();
}

// The engine speaks of the terms as "program".
absl::Status OfSimulation(const absl::Status& status) {
  const absl::string_view message = status.message();
  if (!absl::StartsWith(message, "program.") &&
      !absl::StartsWith(message, "program:")) {
    return status;
  }
  return absl::Status(status.code(), absl::StrCat("simulate.", message));
}

absl::Status FillSimulation(const Engine& engine, std::string_view program_id,
                            const v1::SimulateQuery& query,
                            v1::Simulation* message) {
  if (!query.has_program()) return InvalidField("simulate.program", "missing");
  std::optional<Instant> from;
  if (query.has_from_us()) from = Instant{query.from_us()};
  if (from && !IsValid(*from)) {
    return InvalidField("simulate.from_us", "not in the years 1 to 9999");
  }
  Mistakes mistakes;
  ProgramSpec spec;
  if (!proto::ConvertProgram(query.program(), &spec, &mistakes)) {
    Program::Build(spec, &mistakes);
    return InvalidField("simulate.program", mistakes.ToString());
  }
  const absl::StatusOr<Simulation> simulation =
      engine.Simulate(program_id, spec, from);
  if (!simulation.ok()) return OfSimulation(simulation.status());
  proto::ConvertSimulation(*simulation, message);
  return absl::OkStatus();
}

// The engine speaks of the payment that would follow, and of what is asked
// beside it.
absl::Status OfQuote(const absl::Status& status) {
  absl::string_view field = status.message();
  absl::ConsumePrefix(&field, "payment.");
  return absl::Status(status.code(), absl::StrCat("quote.", field));
}

// The payment that would follow, as an event has it. `*event` borrows from
// `*message` and `*lists`.
absl::Status ReadQuoted(const v1::QuoteRequest& request, v1::Event* message,
                        proto::EventArena* lists, Event* event) {
  v1::Payment* payment = message->mutable_payment();
  payment->set_customer_id(request.customer_id());
  payment->set_contract_id(request.contract_id());
  payment->set_currency(request.currency());
  if (request.has_exchange()) *payment->mutable_exchange() = request.exchange();
  *payment->mutable_lines() = request.lines();
  return proto::ConvertEvent(*message, lists, event);
}

absl::StatusOr<Quote> AskQuote(const Engine& engine,
                               std::string_view program_id,
                               const v1::QuoteRequest& request) {
  v1::Event message;
  proto::EventArena lists;
  Event event;
  VOUCH_RETURN_IF_ERROR(ReadQuoted(request, &message, &lists, &event));
  QuoteRequest asked;
  if (request.has_time_us()) asked.at = Instant{request.time_us()};
  asked.payment = std::get<event::Payment>(event.body);
  asked.code = request.code();
  asked.partner_id = request.partner_id();
  asked.country = request.country();
  asked.segment = request.segment();
  std::vector<event::Attribute> attributes;
  for (const v1::Attribute& attribute : request.attributes()) {
    attributes.push_back({attribute.key(), attribute.value()});
  }
  asked.attributes = attributes;
  return engine.GetQuote(program_id, asked);
}

absl::Status FillQuote(const Engine& engine, std::string_view program_id,
                       const v1::QuoteRequest& request, v1::Quote* message) {
  const absl::StatusOr<Quote> quote = AskQuote(engine, program_id, request);
  if (!quote.ok()) return OfQuote(quote.status());
  proto::ConvertQuote(*quote, message);
  return absl::OkStatus();
}

absl::Status FillCheck(const v1::CheckQuery& query, v1::CheckResult* message) {
  if (!query.has_program()) return InvalidField("check.program", "missing");
  Mistakes mistakes;
  ProgramSpec spec;
  proto::ConvertProgram(query.program(), &spec, &mistakes);
  Program::Build(spec, &mistakes);
  for (const Mistake& mistake : mistakes.list()) {
    v1::Mistake* to = message->add_mistakes();
    to->set_path(mistake.path);
    to->set_problem(mistake.problem);
    to->set_advice(mistake.advice);
  }
  return absl::OkStatus();
}

// The questions that are put to one program.
absl::Status AnswerOfProgram(const Engine& engine, const v1::Query& query,
                             v1::Answer* answer) {
  const std::string& program_id = query.program_id();
  if (program_id.empty()) return InvalidField("program_id", "missing");
  VOUCH_RETURN_IF_ERROR(engine.GetProgram(program_id, kMaxInstant).status());
  switch (query.body_case()) {
    case v1::Query::kBalances:
      return FillBalances(engine, program_id, query.balances(),
                          answer->mutable_balances());
    case v1::Query::kDecisions:
      return FillDecisions(engine, program_id, query.decisions(),
                           answer->mutable_decisions());
    case v1::Query::kExplain:
      return FillExplanation(engine, program_id, query.explain(),
                             answer->mutable_explain());
    case v1::Query::kStatement:
      return FillStatement(engine, program_id, query.statement(),
                           answer->mutable_statement());
    case v1::Query::kStats:
      return FillStats(engine, program_id, query.stats(),
                       answer->mutable_stats());
    case v1::Query::kSimulate:
      return FillSimulation(engine, program_id, query.simulate(),
                            answer->mutable_simulate());
    case v1::Query::kQuote:
      return FillQuote(engine, program_id, query.quote(),
                       answer->mutable_quote());
    default:
      return InvalidField("body", "missing");
  }
}

}  // namespace

absl::Status Handle::Outputs(int64_t after_seq, int32_t limit,
                             v1::Outputs* page) const {
  page->Clear();
  VOUCH_ASSIGN_OR_RETURN(const PageQuery query, ReadPage("", after_seq, limit));
  return FillOutputs(*engine_, query, {}, page);
}

absl::Status Handle::Answer(std::string_view bytes, v1::Answer* answer) const {
  answer->Clear();
  if (bytes.size() > proto::kMaxProgramBytes) {
    return ExhaustedField(
        "query",
        absl::StrCat("longer than ", proto::kMaxProgramBytes, " bytes"));
  }
  v1::Query query;
  VOUCH_RETURN_IF_ERROR(ParseQuery(bytes, &query));
  switch (query.body_case()) {
    case v1::Query::kOutputs: {
      VOUCH_ASSIGN_OR_RETURN(const PageQuery page,
                             ReadPage("outputs.", query.outputs().after_seq(),
                                      query.outputs().limit()));
      return FillOutputs(*engine_, page, query.program_id(),
                         answer->mutable_outputs());
    }
    case v1::Query::kCounters:
      proto::ConvertCounters(CountersSoFar(), answer->mutable_counters());
      return absl::OkStatus();
    case v1::Query::kCheck:
      return FillCheck(query.check(), answer->mutable_check());
    case v1::Query::kSegments:
      return NotYet("segments");
    case v1::Query::kCohorts:
      return NotYet("cohorts");
    case v1::Query::kRanking:
      return NotYet("ranking");
    case v1::Query::kFreePartners:
      return NotYet("free_partners");
    case v1::Query::BODY_NOT_SET:
      return InvalidField("body", "missing");
    default:
      return AnswerOfProgram(*engine_, query, answer);
  }
}

}  // namespace capi

VOUCH_NAMESPACE_END

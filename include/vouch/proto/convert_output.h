// What the engine gives, as messages: the feed, the books and the answers.
//
//   v1::Accrual message;
//   for (const Output& row : page) {  // of Engine::Outputs
//     if (row.accrual == nullptr) continue;
//     proto::ConvertAccrual(row, &message);
//     std::cout << proto::WriteJson(message) << "\n";
//   }
//
// Each function replaces the whole message, so that one message can serve for
// many rows. A field of which the engine's value says nothing stays unset: what
// the rows themselves do not hold (the refund behind a reversal, when a hold
// ends) is in the explanation or in the books.
//
// Uses the generated accessors alone, so that it compiles against lite code
// too. Nothing can fail. Safe in any thread.
#ifndef VOUCH_PROTO_CONVERT_OUTPUT_H_
#define VOUCH_PROTO_CONVERT_OUTPUT_H_

#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/engine/engine.h"
#include "vouch/report/explanation.h"
#include "vouch/report/output.h"
#include "vouch/report/simulation.h"
#include "vouch/report/statement.h"
#include "vouch/report/stats.h"
#include "vouch/v1/accrual.pb.h"
#include "vouch/v1/attribution.pb.h"
#include "vouch/v1/engine.pb.h"
#include "vouch/v1/ledger.pb.h"
#include "vouch/v1/report.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// A row of the feed whose `accrual`, `entry` or `payout` is set. An entry
// becomes two postings that sum to zero: minus the amount of where it comes
// from, plus the amount of where it goes; EXPENSE is the program's and names
// no partner.
void ConvertAccrual(const Output& row, v1::Accrual* message);
void ConvertEntry(const Output& row, v1::Entry* message);
void ConvertPayout(const Output& row, v1::Payout* message);

// Any row; `place` counts from 1 among the rows of its event.
void ConvertOutput(const Output& row, int32_t place, v1::Output* message);

void ConvertDecision(const DecisionRow& row, v1::Decision* message);
void ConvertBalance(const BalanceRow& row, v1::Balance* message);
void ConvertExpense(const ExpenseRow& row, v1::ProgramBalance* message);

void ConvertExplanation(const Explanation& explanation,
                        v1::Explanation* message);
void ConvertStatement(const Statement& statement, v1::Statement* message);
// With every rate that has a denominator.
void ConvertStats(const Stats& stats, v1::Stats* message);
void ConvertSimulation(const Simulation& simulation, v1::Simulation* message);
void ConvertQuote(const Quote& quote, v1::Quote* message);

// Refusals by code; the engine does not count by field.
void ConvertCounters(const Counters& counters, v1::Counters* message);
// `index` is the event's place from 0 in its batch.
void ConvertOutcome(const Outcome& outcome, int64_t index,
                    std::string_view event_id, v1::Outcome* message);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_CONVERT_OUTPUT_H_

// The engine: events in, attributed, rated and booked; the feed and the
// answers out.
//
//   std::unique_ptr<Engine> engine = Engine::InMemory();
//   std::vector<Outcome> outcomes;
//   Status s = engine->Apply(events, &outcomes);
//   for (const Output& row : engine->Outputs(Seq(), 1000)) ...
//   StatusOr<Explanation> why = engine->Explain("shop", "inv-1");
//
// One engine holds any number of programs. An event is applied whole or
// refused whole, and what comes out is the same to the byte for any split into
// batches (docs/SEMANTICS.md, section 2).
//
// Thread-safe: Apply is serialised by the engine, and every answer sees the
// last applied batch whole and never a part of one. What answers borrow lives
// as long as the engine.
#ifndef VOUCH_ENGINE_ENGINE_H_
#define VOUCH_ENGINE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/attribute/credit.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"
#include "vouch/ledger/balances.h"
#include "vouch/report/explanation.h"
#include "vouch/report/output.h"
#include "vouch/report/statement.h"
#include "vouch/report/stats.h"

VOUCH_NAMESPACE_BEGIN

// What became of an event.
enum class OutcomeKind : uint8_t {
  kApplied,
  kDuplicate,             // the same id with the same content: nothing changed
  kConflictingDuplicate,  // the same id with other content: refused
  kRefused,
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kApplied;
  // Of the event; of a duplicate, conflicting or not, that of the first. None
  // when refused.
  Seq seq;
  // OK unless refused or conflicting (ALREADY_EXISTS); the message is
  // "field: reason".
  absl::Status status;
};

struct Counters {
  int64_t applied_count = 0;
  int64_t duplicate_count = 0;
  int64_t conflicting_duplicate_count = 0;
  std::map<absl::StatusCode, int64_t> refused_count;  // by reason
  Seq last_seq;
  int64_t log_bytes = 0;
};

// Who was credited with a customer, when it was decided.
struct DecisionRow {
  std::string_view program_id;
  std::string_view event_id;
  std::string_view customer_id;
  CustomerNumber customer;
  std::string_view payment_id;  // where a payment decided; else empty
  const Decision* decision = nullptr;
  // Of each credit, in order.
  std::vector<std::string_view> partner_ids;
  std::vector<std::string_view> codes;  // as issued; empty for none
};

// A partner's accounts in one currency.
struct BalanceRow {
  std::string_view program_id;
  std::string_view partner_id;
  Currency currency;
  Balances balances;
};

// What the program spent in one currency: minus the sum of its partners'
// balances, kept by itself.
struct ExpenseRow {
  std::string_view program_id;
  Currency currency;
  int64_t expense_minor = 0;
};

// What a payment would give if it were the customer's next.
struct Quote {
  Currency currency;
  int64_t customer_discount_minor = 0;  // of budgets: to be taken off
  struct Commission {
    std::string partner_id;
    std::string rule_id;
    int64_t base_minor = 0;
    int64_t discount_minor = 0;
    int64_t amount_minor = 0;
  };
  std::vector<Commission> commissions;
};

class Engine {
 public:
  // An engine that keeps everything in memory.
  static std::unique_ptr<Engine> InMemory();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Applies `events` in order; each gets its outcome in `*outcomes`, which is
  // cleared first. An error is the engine's own failure, never that of an
  // event: RESOURCE_EXHAUSTED when memory has run out, after which the engine
  // answers the same to every further Apply.
  absl::Status Apply(absl::Span<const Event> events,
                     std::vector<Outcome>* outcomes);

  // The feed after `after`, in order: for each event its accruals and
  // reversals, then entries, then the payout. Ends with the first event at
  // which `limit` rows are reached; an event's rows are never parted.
  std::vector<Output> Outputs(Seq after, std::size_t limit) const;

  // All decisions made after `after`, in order; at most `limit`.
  std::vector<DecisionRow> Decisions(Seq after, std::size_t limit) const;

  // Every account that was ever opened, by program, partner and currency.
  std::vector<BalanceRow> BalanceRows() const;
  std::vector<ExpenseRow> ExpenseRows() const;

  Counters GetCounters() const;
  std::vector<std::string_view> ProgramIds() const;

  // The terms of `program_id` in force at `at` (of before the first version:
  // the first). NOT_FOUND without such a program.
  absl::StatusOr<std::shared_ptr<const Program>> GetProgram(
      std::string_view program_id, Instant at) const;

  // Why a payment earned what it earned. Reads the log again up to now: the
  // time grows with the log. NOT_FOUND for an unknown program or payment.
  absl::StatusOr<Explanation> Explain(std::string_view program_id,
                                      std::string_view payment_id) const;

  // A partner's account of [from, until). NOT_FOUND for an unknown program or
  // partner.
  absl::StatusOr<Statement> GetStatement(std::string_view program_id,
                                         std::string_view partner_id,
                                         Instant from, Instant until) const;

  // The figures of [from, until). Reads the log again. NOT_FOUND for an
  // unknown program.
  absl::StatusOr<Stats> GetStats(std::string_view program_id, Instant from,
                                 Instant until) const;

  // What `payment` (its payment_id is not looked at) would give at `at`.
  // Refused as Apply would refuse the payment.
  absl::StatusOr<Quote> GetQuote(std::string_view program_id,
                                 const event::Payment& payment,
                                 Instant at) const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_ENGINE_ENGINE_H_

// The engine: events in, attributed, rated and booked; the feed and the
// answers out.
//
//   StatusOr<std::unique_ptr<Engine>> engine = Engine::Open("shop.vouch");
//   std::vector<Outcome> outcomes;
//   Status s = (*engine)->Apply(events, &outcomes);  // on disk when it is OK
//   StatusOr<OutputPage> page = (*engine)->Outputs(Seq(), 1000);
//   for (const Output& row : *page) ...
//   StatusOr<Explanation> why = (*engine)->Explain("shop", "inv-1");
//
// One engine holds any number of programs. An event is applied whole or
// refused whole, and what comes out is the same to the byte for any split into
// batches and across any stop and start (docs/SEMANTICS.md, section 2).
//
// An engine whose store or memory has failed inside a batch answers with that
// error from then on: what it holds may be ahead of the store. The store is
// whole; open another engine on it and send the batch again.
//
// Thread-safe: Apply is serialised by the engine, and every answer sees the
// last applied batch whole and never a part of one.
#ifndef VOUCH_ENGINE_ENGINE_H_
#define VOUCH_ENGINE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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
#include "vouch/engine/store.h"
#include "vouch/engine/verify.h"
#include "vouch/event/event.h"
#include "vouch/event/quote_request.h"
#include "vouch/ledger/balances.h"
#include "vouch/program/spec.h"
#include "vouch/report/explanation.h"
#include "vouch/report/output.h"
#include "vouch/report/simulation.h"
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
  int64_t applied_count = 0;  // ever
  // Since the engine was opened: what is not applied leaves no trace.
  int64_t duplicate_count = 0;
  int64_t conflicting_duplicate_count = 0;
  std::map<absl::StatusCode, int64_t> refused_count;  // by reason
  Seq last_seq;
  int64_t log_bytes = 0;  // of the log's records
  // The earliest and the latest moment of the applied events, program_set left
  // out; none before there is one.
  std::optional<Instant> first_at;
  std::optional<Instant> last_at;
  // Of the last snapshot that fell due: a failure costs time at the next
  // opening and nothing else, and it is tried again later.
  absl::Status snapshot;
};

// A page of the feed; its rows and what they borrow live as long as the page.
class OutputPage {
 public:
  auto begin() const { return outputs_.begin(); }
  auto end() const { return outputs_.end(); }
  std::size_t size() const { return outputs_.size(); }
  bool empty() const { return outputs_.empty(); }
  const Output& front() const { return outputs_.front(); }
  const Output& back() const { return outputs_.back(); }
  const Output& operator[](std::size_t i) const { return outputs_[i]; }

 private:
  friend class Engine;
  FeedRows rows_;
  std::vector<Output> outputs_;
};

// Who was credited with a customer, when it was decided.
struct DecisionRow {
  std::string_view program_id;
  std::string_view event_id;
  std::string_view customer_id;  // empty once erased
  CustomerNumber customer;
  std::string_view payment_id;  // where a payment decided; else empty
  const Decision* decision = nullptr;
  // Of each credit, in order.
  std::vector<std::string_view> partner_ids;
  std::vector<std::string_view> codes;     // as issued; empty for none
  std::vector<std::string_view> lead_ids;  // empty for none
};

// A page of decisions; its rows and what they borrow live as long as the page.
class DecisionPage {
 public:
  auto begin() const { return decisions_.begin(); }
  auto end() const { return decisions_.end(); }
  std::size_t size() const { return decisions_.size(); }
  bool empty() const { return decisions_.empty(); }
  const DecisionRow& front() const { return decisions_.front(); }
  const DecisionRow& back() const { return decisions_.back(); }
  const DecisionRow& operator[](std::size_t i) const { return decisions_[i]; }

 private:
  friend class Engine;
  DecidedRows rows_;
  std::vector<DecisionRow> decisions_;
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

// All accounts at one moment: those of a program and currency sum to zero.
struct AccountRows {
  std::vector<BalanceRow> balances;  // by program, partner and currency
  std::vector<ExpenseRow> expenses;  // by program and currency
};

// One line of a quote. Rule ids are empty where no rule holds.
struct QuotedLine {
  int32_t line = 0;
  int64_t amount_minor = 0;  // as asked
  int64_t price_minor = 0;   // the partner's own buying price, else the amount
  std::string price_rule_id;
  int64_t discount_minor = 0;  // of the partner's customers, outside any budget
  std::string discount_rule_id;
  int64_t budget_discount_minor = 0;  // the customer's part of a budget
  std::string budget_rule_id;
};

// What one partner would earn by one rule.
struct QuotedCommission {
  std::string partner_id;
  std::string rule_id;
  Role role = Role::kNone;
  int32_t level = 0;  // 0: credited; uplines from 1
  int64_t base_minor = 0;
  int64_t amount_minor = 0;  // below zero: a true-up would take back
};

// What a payment would give if it were the customer's next: prices and
// discounts of the lines as asked, and who would earn what once the discounts
// are taken off its lines' amounts and written as their discounts. All in the
// program's currency.
struct Quote {
  Currency currency;
  std::vector<QuotedLine> lines;
  int64_t amount_minor = 0;  // of all lines
  int64_t price_minor = 0;   // of all lines
  // To be taken off: of both kinds, of each line at most its amount.
  int64_t customer_discount_minor = 0;
  std::vector<QuotedCommission> commissions;
  // Who would be credited, and under which decision.
  std::vector<std::string> partner_ids;
  std::vector<Credit> credits;
};

struct EngineOptions {
  // The engine answers, and refuses Apply and Erase with FAILED_PRECONDITION.
  // It sees the store as of its opening.
  bool read_only = false;
  // After a batch, a snapshot of the state is written when at least so many
  // events were applied since the last one, and at least as many as that one
  // held: opening then reads at most half of the log again, and all snapshots
  // together cost about two of the last. 0: none but by WriteSnapshot.
  int64_t snapshot_events = 100'000;
  // False: the state is made from the log alone, as where a snapshot is
  // damaged.
  bool use_snapshot = true;
};

class Engine {
 public:
  // The engine on the SQLite file `path`, which is made where there is none.
  // Link vouch::sqlite. FAILED_PRECONDITION when another engine has it open
  // for writing, when it is no file of Vouch's or of a newer one, or was
  // written under another revision of the semantics; NOT_FOUND for reading
  // where there is none; DATA_LOSS when what is read is not what was written.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(
      const std::string& path, const EngineOptions& options = {});

  // The engine on a store of the host's own; the errors as above, and the
  // store's.
  static absl::StatusOr<std::unique_ptr<Engine>> OnStore(
      std::unique_ptr<Store> store, const EngineOptions& options = {});

  // An engine that keeps everything in memory.
  static std::unique_ptr<Engine> InMemory();

  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Applies `events` in order; each gets its outcome in `*outcomes`, which is
  // cleared first. When it returns OK, the applied events and all that follows
  // from them are in the store. An error is the engine's or the store's own
  // failure, never that of an event: RESOURCE_EXHAUSTED when memory or the
  // disk has run out. The engine then answers nothing more (see above), and
  // the store has all of the batch or, as nearly always, nothing of it;
  // sending the batch again to a new engine is right in both cases.
  absl::Status Apply(absl::Span<const Event> events,
                     std::vector<Outcome>* outcomes);

  // The feed after `after`, in order: for each event its accruals and
  // reversals, then entries, then the payout. Ends with the first event at
  // which `limit` rows are reached; an event's rows are never parted.
  absl::StatusOr<OutputPage> Outputs(Seq after, std::size_t limit) const;

  // All decisions made after `after`, in order; at most `limit`.
  absl::StatusOr<DecisionPage> Decisions(Seq after, std::size_t limit) const;

  // Every account that was ever opened. The names live as long as the engine.
  absl::StatusOr<AccountRows> Accounts() const;

  Counters GetCounters() const;
  // In the order of their letters; they live as long as the engine.
  std::vector<std::string_view> ProgramIds() const;

  // The terms of `program_id` in force at `at` (of before the first version:
  // the first). NOT_FOUND without such a program.
  absl::StatusOr<std::shared_ptr<const Program>> GetProgram(
      std::string_view program_id, Instant at) const;

  // Why a payment earned what it earned. Reads the log again up to now: the
  // time grows with the log. NOT_FOUND for an unknown program or payment.
  absl::StatusOr<Explanation> Explain(std::string_view program_id,
                                      std::string_view payment_id) const;

  // How a customer stands at `at` (absent: the latest moment of the applied
  // events), with or without a payment: the decision that binds a payment then,
  // else what a conversion then would say, which decides nothing. What was
  // applied so far counts, also of moments after `at`. Reads the log again.
  // NOT_FOUND for an unknown program or customer,
  // FAILED_PRECONDITION for a moment before the program's first version.
  absl::StatusOr<Explanation> ExplainCustomer(std::string_view program_id,
                                              std::string_view customer_id,
                                              std::optional<Instant> at) const;

  // What a lead earned when it became QUALIFIED, or why nothing, by now. Reads
  // the log again. NOT_FOUND for an unknown program or lead.
  absl::StatusOr<Explanation> ExplainLead(std::string_view program_id,
                                          std::string_view lead_id) const;

  // A partner's account of [from, until). NOT_FOUND for an unknown program or
  // partner.
  absl::StatusOr<Statement> GetStatement(std::string_view program_id,
                                         std::string_view partner_id,
                                         Instant from, Instant until) const;

  // The figures of [from, until). Reads the log again. NOT_FOUND for an
  // unknown program.
  absl::StatusOr<Stats> GetStats(std::string_view program_id, Instant from,
                                 Instant until) const;

  // What `program` would have paid in place of the terms that the log has from
  // `from` on (absent: of all), beside what was booked; see
  // vouch/report/simulation.h for what that is. Nothing is changed. Reads the
  // feed and then the log again with a state of its own, which takes about as
  // much memory as the program's; Apply waits meanwhile. NOT_FOUND for an
  // unknown program, INVALID_ARGUMENT with all mistakes of `program`, for
  // another program's id and for a `from` outside the years 1 to 9999,
  // FAILED_PRECONDITION for another currency or time zone, OUT_OF_RANGE where a
  // sum passes 64 bits.
  absl::StatusOr<Simulation> Simulate(
      std::string_view program_id, const ProgramSpec& program,
      std::optional<Instant> from = std::nullopt) const;

  // Answers before checkout; nothing is kept. Refused as Apply would refuse the
  // payment, and the sign-up of country, segment and attributes; NOT_FOUND for
  // a code or partner that is not there, FAILED_PRECONDITION for a code that
  // does not hold at that moment. Fields are named as in QuoteRequest
  // ("payment.currency", "code"), its `at` as "time_us".
  absl::StatusOr<Quote> GetQuote(std::string_view program_id,
                                 const QuoteRequest& request) const;

  // Removes the external id of a customer for good, with every id that was
  // merged with it, and those of the visitors identified as that customer: what
  // they did keeps its amounts and proofs under internal numbers. An event that
  // names the id again, and is not one of before, is of a new customer.
  // NOT_FOUND for an id that is not there. UNAVAILABLE: the id is gone, but a
  // reader keeps old pages of it in the write-ahead log; call again once the
  // reader has ended, until it is NOT_FOUND. Copies and backups of the file
  // keep what they hold.
  absl::Status Erase(std::string_view program_id, std::string_view customer_id);

  // Replays the whole log and compares everything that is kept with what it
  // gives, this engine's own state too. Apply waits meanwhile.
  absl::StatusOr<VerifyReport> Verify() const;

  // All of the state, in the form that snapshots hold: equal states have equal
  // bytes.
  absl::StatusOr<std::string> StateBytes() const;

  // Writes a snapshot now, so that the next opening reads no log.
  absl::Status WriteSnapshot();
  // Copies the store, as of the last batch, to a new file at `path`. Apply and
  // answers go on meanwhile.
  absl::Status Backup(const std::string& path) const;
  // Gives unused room of the store back to the disk.
  absl::Status Compact();

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_ENGINE_ENGINE_H_

#include "vouch/engine/engine.h"

#include <algorithm>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "chunked_list.h"
#include "content_hash.h"
#include "explain.h"
#include "memory_log.h"
#include "program_state.h"
#include "subject_names.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/event/check.h"
#include "vouch/event/codec.h"

VOUCH_NAMESPACE_BEGIN

namespace {

// What is known of an event by its id.
struct KnownEvent {
  Seq seq;
  ContentHash content;
};

// One program: its state, and what only ingest and answers need beside it.
struct ProgramSlot {
  std::string_view program_id;
  ProgramState state;
  SubjectNames<CustomerNumber> customers;
  SubjectNames<VisitorNumber> visitors;
  absl::flat_hash_map<std::string_view, KnownEvent> events;  // by event_id
};

// A row of the feed before its names are looked up; one of the last three.
struct FeedRow {
  Seq seq;
  PartnerIndex partner;
  const Accrual* accrual = nullptr;
  const Entry* entry = nullptr;
  const Payout* payout = nullptr;
};

struct DecidedRow {
  Seq seq;
  CustomerNumber customer;
  std::string_view payment_id;
  Decision decision;
};

// The customer or visitor that an event names, or nullptr.
template <typename E, typename = void>
struct HasCustomer : std::false_type {};
template <typename E>
struct HasCustomer<E, std::void_t<decltype(std::declval<E>().customer)>>
    : std::true_type {};
template <typename E, typename = void>
struct HasVisitor : std::false_type {};
template <typename E>
struct HasVisitor<E, std::void_t<decltype(std::declval<E>().visitor)>>
    : std::true_type {};

event::CustomerRef* CustomerOf(EventBody* body) {
  return std::visit(
      [](auto& e) -> event::CustomerRef* {
        if constexpr (HasCustomer<std::decay_t<decltype(e)>>::value) {
          return e.customer.id.empty() ? nullptr : &e.customer;
        } else {
          return nullptr;
        }
      },
      *body);
}

event::VisitorRef* VisitorOf(EventBody* body) {
  return std::visit(
      [](auto& e) -> event::VisitorRef* {
        if constexpr (HasVisitor<std::decay_t<decltype(e)>>::value) {
          return e.visitor.id.empty() ? nullptr : &e.visitor;
        } else {
          return nullptr;
        }
      },
      *body);
}

}  // namespace

class Engine::Impl {
 public:
  absl::Status Apply(absl::Span<const Event> events,
                     std::vector<Outcome>* outcomes);
  std::vector<Output> Outputs(Seq after, std::size_t limit) const;
  std::vector<DecisionRow> Decisions(Seq after, std::size_t limit) const;
  std::vector<BalanceRow> BalanceRows() const;
  std::vector<ExpenseRow> ExpenseRows() const;
  Counters GetCounters() const;
  std::vector<std::string_view> ProgramIds() const;
  absl::StatusOr<std::shared_ptr<const Program>> GetProgram(
      std::string_view program_id, Instant at) const;
  absl::StatusOr<Explanation> Explain(std::string_view program_id,
                                      std::string_view payment_id) const;
  absl::StatusOr<Statement> GetStatement(std::string_view program_id,
                                         std::string_view partner_id,
                                         Instant from, Instant until) const;
  absl::StatusOr<Stats> GetStats(std::string_view program_id, Instant from,
                                 Instant until) const;
  absl::StatusOr<Quote> GetQuote(std::string_view program_id,
                                 const event::Payment& payment,
                                 Instant at) const;

 private:
  using Lock = absl::MutexLock;
  using ReadLock = absl::ReaderMutexLock;

  Outcome ApplyOne(const Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome Refuse(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Outcome> Known(const ProgramSlot& slot, const Event& event,
                               const ContentHash& content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ProgramSlot& SlotFor(const Event& event)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(Event& event, const ContentHash& content, ProgramSlot* slot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish(Seq seq) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::StatusOr<const ProgramSlot*> Find(std::string_view program_id) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Output Named(const FeedRow& row) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::size_t FirstAfter(Seq after) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::size_t FirstDecisionAfter(Seq after) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  const ProgramSlot& SlotOf(Seq seq) const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return *slots_[log_.At(seq).program.value() - 1];
  }
  template <typename Listen>
  absl::Status Replay(const ProgramSlot& slot, ProgramState* state,
                      PaymentTrace* trace, Listen listen) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void AddBooked(Seq payment_seq, Explanation* out) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<ProgramSlot>> slots_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string_view, ProgramIndex> slot_index_
      ABSL_GUARDED_BY(mutex_);
  MemoryLog log_ ABSL_GUARDED_BY(mutex_);
  StringPool names_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string_view> event_ids_ ABSL_GUARDED_BY(mutex_);  // by seq
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  // What answers borrow must not move.
  ChunkedList<Accrual> accruals_ ABSL_GUARDED_BY(mutex_);
  ChunkedList<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  ChunkedList<Payout> payouts_ ABSL_GUARDED_BY(mutex_);
  ChunkedList<DecidedRow> decisions_ ABSL_GUARDED_BY(mutex_);
  std::vector<FeedRow> feed_ ABSL_GUARDED_BY(mutex_);
  // Work space of ApplyOne.
  ContentHasher hasher_ ABSL_GUARDED_BY(mutex_);
  std::string bytes_ ABSL_GUARDED_BY(mutex_);
  EventOutputs outputs_ ABSL_GUARDED_BY(mutex_);
  // A program that no program_set has been applied to yet.
  std::unique_ptr<ProgramSlot> fresh_ ABSL_GUARDED_BY(mutex_);
};

// ---------------------------------------------------------------------------
// Ingest

absl::Status Engine::Impl::Apply(absl::Span<const Event> events,
                                 std::vector<Outcome>* outcomes) {
  Lock lock(&mutex_);
  outcomes->clear();
  if (!broken_.ok()) return broken_;
  try {
    outcomes->reserve(events.size());
    for (const Event& event : events) outcomes->push_back(ApplyOne(event));
  } catch (const std::bad_alloc&) {
    // An event may have been half applied: nothing here is good any more.
    broken_ = absl::ResourceExhaustedError(
        "engine: memory ran out inside a batch; open another one");
    return broken_;
  }
  return absl::OkStatus();
}

Outcome Engine::Impl::Refuse(absl::Status status) {
  ++counters_.refused_count[status.code()];
  return {OutcomeKind::kRefused, Seq(), std::move(status)};
}

std::optional<Outcome> Engine::Impl::Known(const ProgramSlot& slot,
                                           const Event& event,
                                           const ContentHash& content) {
  const auto found = slot.events.find(event.event_id);
  if (found == slot.events.end()) return std::nullopt;
  if (found->second.content == content) {
    ++counters_.duplicate_count;
    return Outcome{OutcomeKind::kDuplicate, found->second.seq, {}};
  }
  ++counters_.conflicting_duplicate_count;
  return Outcome{OutcomeKind::kConflictingDuplicate, found->second.seq,
                 ExistsField("event_id", "taken by an event of other content")};
}

ProgramSlot& Engine::Impl::SlotFor(const Event& event) {
  const auto found = slot_index_.find(event.program_id);
  if (found != slot_index_.end()) return *slots_[found->second.value() - 1];
  if (fresh_ == nullptr) fresh_ = std::make_unique<ProgramSlot>();
  return *fresh_;
}

Outcome Engine::Impl::ApplyOne(const Event& given) {
  if (absl::Status status = CheckEvent(given); !status.ok()) {
    return Refuse(std::move(status));
  }
  ProgramSlot& slot = SlotFor(given);
  bytes_.clear();
  AppendCanonical(given, &bytes_);
  if (bytes_.size() > kMaxEventBytes) {
    return Refuse(ExhaustedField(
        "event", absl::StrCat("longer than ", kMaxEventBytes, " bytes")));
  }
  ContentHash content;
  if (absl::Status status = hasher_.Hash(bytes_, &content); !status.ok()) {
    return Refuse(std::move(status));
  }
  if (std::optional<Outcome> known = Known(slot, given, content)) {
    return *std::move(known);
  }
  Event event = given;
  if (event::CustomerRef* customer = CustomerOf(&event.body)) {
    customer->number = slot.customers.FindOrNext(customer->id);
  }
  if (event::VisitorRef* visitor = VisitorOf(&event.body)) {
    visitor->number = slot.visitors.FindOrNext(visitor->id);
  }
  const Seq seq = log_.Next();
  if (absl::Status status = slot.state.Apply(event, seq, nullptr, &outputs_);
      !status.ok()) {
    return Refuse(std::move(status));
  }
  Keep(event, content, &slot);
  Publish(seq);
  return {OutcomeKind::kApplied, seq, {}};
}

void Engine::Impl::Keep(Event& event, const ContentHash& content,
                        ProgramSlot* slot) {
  if (slot == fresh_.get()) {
    slot->program_id = names_.Add(event.program_id);
    slots_.push_back(std::move(fresh_));
    slot_index_.emplace(slot->program_id,
                        ProgramIndex(static_cast<uint32_t>(slots_.size())));
  }
  if (const event::CustomerRef* customer = CustomerOf(&event.body)) {
    slot->customers.Keep(customer->id, customer->number);
  }
  if (const event::VisitorRef* visitor = VisitorOf(&event.body)) {
    slot->visitors.Keep(visitor->id, visitor->number);
  }
  bytes_.clear();
  AppendRecord(event, &bytes_);
  const Seq seq = log_.Next();
  log_.Append(slot_index_.at(slot->program_id), bytes_);
  event_ids_.push_back(names_.Add(event.event_id));
  slot->events.emplace(event_ids_.back(), KnownEvent{seq, content});
  ++counters_.applied_count;
  counters_.last_seq = seq;
  counters_.log_bytes = static_cast<int64_t>(log_.size_bytes());
}

void Engine::Impl::Publish(Seq seq) {
  for (const Accrual& row : outputs_.accruals) {
    const Accrual& kept = accruals_.Add(row);
    feed_.push_back({seq, kept.partner, &kept, nullptr, nullptr});
  }
  for (const Entry& row : outputs_.entries) {
    const Entry& kept = entries_.Add(row);
    feed_.push_back({seq, kept.partner, nullptr, &kept, nullptr});
  }
  if (outputs_.payout) {
    const Payout& kept = payouts_.Add(*outputs_.payout);
    feed_.push_back({seq, kept.partner, nullptr, nullptr, &kept});
  }
  if (outputs_.decision) {
    decisions_.Add(
        {seq, outputs_.customer, outputs_.payment_id, *outputs_.decision});
  }
}

// ---------------------------------------------------------------------------
// Answers

absl::StatusOr<const ProgramSlot*> Engine::Impl::Find(
    std::string_view program_id) const {
  const auto found = slot_index_.find(program_id);
  if (found == slot_index_.end()) {
    return NotFoundField("program_id", "no such program");
  }
  return slots_[found->second.value() - 1].get();
}

Output Engine::Impl::Named(const FeedRow& row) const {
  const ProgramSlot& slot = SlotOf(row.seq);
  return {row.seq,
          slot.program_id,
          event_ids_[row.seq.value() - 1],
          slot.state.reference().partner(row.partner).partner_id,
          row.accrual == nullptr ? std::string_view()
                                 : slot.customers.NameOf(row.accrual->customer),
          row.accrual,
          row.entry,
          row.payout};
}

std::size_t Engine::Impl::FirstAfter(Seq after) const {
  const auto found = std::upper_bound(
      feed_.begin(), feed_.end(), after,
      [](Seq seq, const FeedRow& row) { return seq < row.seq; });
  return static_cast<std::size_t>(found - feed_.begin());
}

std::vector<Output> Engine::Impl::Outputs(Seq after, std::size_t limit) const {
  ReadLock lock(&mutex_);
  std::vector<Output> rows;
  for (std::size_t i = FirstAfter(after); i < feed_.size(); ++i) {
    const bool same_event = !rows.empty() && rows.back().seq == feed_[i].seq;
    if (rows.size() >= limit && !same_event) break;
    rows.push_back(Named(feed_[i]));
  }
  return rows;
}

std::size_t Engine::Impl::FirstDecisionAfter(Seq after) const {
  std::size_t low = 0;
  std::size_t high = decisions_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (decisions_[middle].seq <= after) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::vector<DecisionRow> Engine::Impl::Decisions(Seq after,
                                                 std::size_t limit) const {
  ReadLock lock(&mutex_);
  std::vector<DecisionRow> rows;
  for (std::size_t i = FirstDecisionAfter(after);
       i < decisions_.size() && rows.size() < limit; ++i) {
    const DecidedRow* decided = &decisions_[i];
    const ProgramSlot& slot = SlotOf(decided->seq);
    const Reference& reference = slot.state.reference();
    DecisionRow row{slot.program_id,
                    event_ids_[decided->seq.value() - 1],
                    slot.customers.NameOf(decided->customer),
                    decided->customer,
                    decided->payment_id,
                    &decided->decision,
                    {},
                    {}};
    for (const Credit& credit : decided->decision.credits) {
      row.partner_ids.push_back(reference.partner(credit.partner).partner_id);
      row.codes.push_back(credit.code.has_value()
                              ? reference.code(credit.code).code
                              : std::string_view());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<BalanceRow> Engine::Impl::BalanceRows() const {
  ReadLock lock(&mutex_);
  std::vector<BalanceRow> rows;
  for (const auto& slot : slots_) {
    const Reference& reference = slot->state.reference();
    for (uint32_t i = 1; i <= reference.partner_count(); ++i) {
      const PartnerIndex partner(i);
      for (const AccountState& account : slot->state.AccountsOf(partner)) {
        rows.push_back({slot->program_id, reference.partner(partner).partner_id,
                        account.currency, account.balances});
      }
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const BalanceRow& a, const BalanceRow& b) {
              return std::tie(a.program_id, a.partner_id, a.currency) <
                     std::tie(b.program_id, b.partner_id, b.currency);
            });
  return rows;
}

std::vector<ExpenseRow> Engine::Impl::ExpenseRows() const {
  ReadLock lock(&mutex_);
  std::vector<ExpenseRow> rows;
  for (const auto& slot : slots_) {
    for (const Currency currency : slot->state.Currencies()) {
      rows.push_back(
          {slot->program_id, currency, slot->state.ExpenseOf(currency)});
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const ExpenseRow& a, const ExpenseRow& b) {
              return std::tie(a.program_id, a.currency) <
                     std::tie(b.program_id, b.currency);
            });
  return rows;
}

Counters Engine::Impl::GetCounters() const {
  ReadLock lock(&mutex_);
  return counters_;
}

std::vector<std::string_view> Engine::Impl::ProgramIds() const {
  ReadLock lock(&mutex_);
  std::vector<std::string_view> ids;
  for (const auto& slot : slots_) ids.push_back(slot->program_id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::shared_ptr<const Program>> Engine::Impl::GetProgram(
    std::string_view program_id, Instant at) const {
  ReadLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, Find(program_id));
  const Reference& reference = slot->state.reference();
  return reference.VersionOf(reference.ProgramAtOrFirst(at))->program;
}

// Applies the program's part of the log to `*state` again, and lets `listen`
// hear each event with its seq and what it gave.
template <typename Listen>
absl::Status Engine::Impl::Replay(const ProgramSlot& slot, ProgramState* state,
                                  PaymentTrace* trace, Listen listen) const {
  const ProgramIndex program = slot_index_.at(slot.program_id);
  EventStorage storage;
  EventOutputs outputs;
  for (Seq seq(1); seq <= log_.Last(); seq = seq.Next()) {
    const MemoryLog::Record& record = log_.At(seq);
    if (record.program != program) continue;
    Event event;
    VOUCH_RETURN_IF_ERROR(ReadRecord(record.bytes, &storage, &event));
    VOUCH_RETURN_IF_ERROR(state->Apply(event, seq, trace, &outputs));
    listen(event, seq, outputs);
  }
  return absl::OkStatus();
}

// Adds the rows of the feed that concern the payment's accruals.
void Engine::Impl::AddBooked(Seq payment_seq, Explanation* out) const {
  absl::flat_hash_map<AccrualId, bool> of_payment;
  for (std::size_t i = FirstAfter(Seq(payment_seq.value() - 1));
       i < feed_.size(); ++i) {
    const Output row = Named(feed_[i]);
    if (row.accrual != nullptr && row.accrual->payment_seq == payment_seq) {
      of_payment[row.accrual->accrual_id] = true;
      out->accruals.push_back(row);
    } else if (row.entry != nullptr &&
               of_payment.contains(row.entry->accrual_id)) {
      out->entries.push_back(row);
    }
  }
}

absl::StatusOr<Explanation> Engine::Impl::Explain(
    std::string_view program_id, std::string_view payment_id) const {
  ReadLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, Find(program_id));
  PaymentTrace trace;
  trace.payment_seq = slot->state.FindPayment(payment_id);
  if (!trace.payment_seq.has_value()) {
    return NotFoundField("payment_id", "no such payment");
  }
  EventStorage storage;
  Event payment;
  VOUCH_RETURN_IF_ERROR(
      ReadRecord(log_.At(trace.payment_seq).bytes, &storage, &payment));
  trace.customer = std::get<event::Payment>(payment.body).customer.number;
  ProgramState state;
  VOUCH_RETURN_IF_ERROR(Replay(*slot, &state, &trace,
                               [](const Event&, Seq, const EventOutputs&) {}));
  Explanation out = ExplainPayment(state, payment, trace);
  out.customer_id = slot->customers.NameOf(trace.customer);
  if (out.decision) {
    out.decision->event_id = event_ids_[out.decision->seq.value() - 1];
  }
  AddBooked(trace.payment_seq, &out);
  return out;
}

absl::StatusOr<Statement> Engine::Impl::GetStatement(
    std::string_view program_id, std::string_view partner_id, Instant from,
    Instant until) const {
  ReadLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, Find(program_id));
  const Reference& reference = slot->state.reference();
  const PartnerIndex partner = reference.FindPartner(partner_id);
  if (!partner.has_value()) {
    return NotFoundField("partner_id", "no such partner");
  }
  StatementBuilder builder(
      slot->program_id, reference.partner(partner).partner_id,
      reference.ProgramAtOrFirst(from)->time_zone(), from, until);
  for (const FeedRow& row : feed_) {
    if (row.partner == partner) builder.Add(Named(row));
  }
  return builder.Finish();
}

absl::StatusOr<Stats> Engine::Impl::GetStats(std::string_view program_id,
                                             Instant from,
                                             Instant until) const {
  ReadLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, Find(program_id));
  ProgramState state;
  StatsBuilder builder(slot->state.reference(), slot->program_id, from, until);
  VOUCH_RETURN_IF_ERROR(Replay(
      *slot, &state, nullptr,
      [&builder](const Event& event, Seq seq, const EventOutputs& outputs) {
        builder.Add(event, seq, outputs.effect);
        if (outputs.decision) builder.Add(outputs.customer, *outputs.decision);
        for (const Accrual& accrual : outputs.accruals) builder.Add(accrual);
      }));
  return builder.Finish();
}

absl::StatusOr<Quote> Engine::Impl::GetQuote(std::string_view program_id,
                                             const event::Payment& payment,
                                             Instant at) const {
  ReadLock lock(&mutex_);
  VOUCH_RETURN_IF_ERROR(CheckQuoted(payment));
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, Find(program_id));
  event::Payment asked = payment;
  asked.customer.number = slot->customers.Find(payment.customer.id);
  RateTrace trace;
  RatedPayment rated;
  VOUCH_RETURN_IF_ERROR(slot->state.Quote(asked, at, &trace, &rated));
  Quote quote;
  quote.currency = payment.currency;
  for (const AmountTrace& amount : trace.amounts) {
    const Credit& credit = rated.attributed.decision->credits[amount.credit];
    quote.customer_discount_minor += amount.discount_minor;
    quote.commissions.push_back(
        {std::string(
             slot->state.reference().partner(credit.partner).partner_id),
         rated.attributed.rating->rules()[amount.rule].rule_id,
         amount.base_minor, amount.discount_minor, amount.amount_minor});
  }
  return quote;
}

// ---------------------------------------------------------------------------

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

std::unique_ptr<Engine> Engine::InMemory() {
  return std::unique_ptr<Engine>(new Engine(std::make_unique<Impl>()));
}

absl::Status Engine::Apply(absl::Span<const Event> events,
                           std::vector<Outcome>* outcomes) {
  return impl_->Apply(events, outcomes);
}
std::vector<Output> Engine::Outputs(Seq after, std::size_t limit) const {
  return impl_->Outputs(after, limit);
}
std::vector<DecisionRow> Engine::Decisions(Seq after, std::size_t limit) const {
  return impl_->Decisions(after, limit);
}
std::vector<BalanceRow> Engine::BalanceRows() const {
  return impl_->BalanceRows();
}
std::vector<ExpenseRow> Engine::ExpenseRows() const {
  return impl_->ExpenseRows();
}
Counters Engine::GetCounters() const { return impl_->GetCounters(); }
std::vector<std::string_view> Engine::ProgramIds() const {
  return impl_->ProgramIds();
}
absl::StatusOr<std::shared_ptr<const Program>> Engine::GetProgram(
    std::string_view program_id, Instant at) const {
  return impl_->GetProgram(program_id, at);
}
absl::StatusOr<Explanation> Engine::Explain(std::string_view program_id,
                                            std::string_view payment_id) const {
  return impl_->Explain(program_id, payment_id);
}
absl::StatusOr<Statement> Engine::GetStatement(std::string_view program_id,
                                               std::string_view partner_id,
                                               Instant from,
                                               Instant until) const {
  return impl_->GetStatement(program_id, partner_id, from, until);
}
absl::StatusOr<Stats> Engine::GetStats(std::string_view program_id,
                                       Instant from, Instant until) const {
  return impl_->GetStats(program_id, from, until);
}
absl::StatusOr<Quote> Engine::GetQuote(std::string_view program_id,
                                       const event::Payment& payment,
                                       Instant at) const {
  return impl_->GetQuote(program_id, payment, at);
}

VOUCH_NAMESPACE_END

// Answers: what the state, the feed and the log say.
#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "engine_impl.h"
#include "explain.h"
#include "vouch/base/status.h"
#include "vouch/event/codec.h"

VOUCH_NAMESPACE_BEGIN

absl::StatusOr<const ProgramSlot*> Engine::Impl::Find(
    std::string_view program_id) const {
  VOUCH_RETURN_IF_ERROR(broken_);
  const ProgramSlot* slot = state_.Find(program_id);
  if (slot == nullptr) return NotFoundField("program_id", "no such program");
  return slot;
}

// Names that can be erased are copied to `page`.
Output Engine::Impl::Named(const FeedRow& row, FeedRows* page) const {
  const ProgramSlot& slot = *state_.At(row.program);
  Output output;
  output.seq = row.seq;
  output.program_id = slot.program_id;
  output.event_id = row.event_id;
  output.partner_id = slot.state.reference().partner(row.partner()).partner_id;
  output.accrual = std::get_if<Accrual>(&row.body);
  output.entry = std::get_if<Entry>(&row.body);
  output.payout = std::get_if<Payout>(&row.body);
  if (output.accrual != nullptr) {
    output.customer_id =
        page->AddText(slot.customers.NameOf(output.accrual->customer));
  }
  return output;
}

namespace {

// Whether the engine knows what `row` names; a damaged row may name anything.
absl::Status CheckNames(const LogState& state, ProgramIndex program,
                        PartnerIndex partner) {
  const ProgramSlot* slot = state.At(program);
  if (slot == nullptr || !partner.has_value() ||
      partner.value() > slot->state.reference().partner_count()) {
    return absl::DataLossError("feed: a partner that is not there");
  }
  return absl::OkStatus();
}

absl::Status CheckCredit(const ProgramState& state, const Credit& credit) {
  const Reference& reference = state.reference();
  if (!credit.partner.has_value() ||
      credit.partner.value() > reference.partner_count() ||
      credit.code.value() > reference.code_count() ||
      credit.lead.value() > state.leads().size()) {
    return absl::DataLossError(
        "decisions: a partner, code or lead that is not there");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<OutputPage> Engine::Outputs(Seq after, std::size_t limit) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->broken_);
  OutputPage page;
  FeedQuery query;
  query.after = after;
  query.limit = limit;
  VOUCH_RETURN_IF_ERROR(impl_->store_->ReadFeed(query, &page.rows_));
  page.outputs_.reserve(page.rows_.rows().size());
  for (const FeedRow& row : page.rows_.rows()) {
    VOUCH_RETURN_IF_ERROR(
        CheckNames(impl_->state_, row.program, row.partner()));
    page.outputs_.push_back(impl_->Named(row, &page.rows_));
  }
  return page;
}

absl::StatusOr<DecisionPage> Engine::Decisions(Seq after,
                                               std::size_t limit) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->broken_);
  DecisionPage page;
  VOUCH_RETURN_IF_ERROR(
      impl_->store_->ReadDecisions(after, limit, &page.rows_));
  for (const DecidedRow& decided : page.rows_.rows()) {
    const ProgramSlot* slot = impl_->state_.At(decided.program);
    if (slot == nullptr) {
      return absl::DataLossError("decisions: a program that is not there");
    }
    const Reference& reference = slot->state.reference();
    DecisionRow row;
    row.program_id = slot->program_id;
    row.event_id = decided.event_id;
    row.customer_id =
        page.rows_.AddText(slot->customers.NameOf(decided.customer));
    row.customer = decided.customer;
    row.payment_id = decided.payment_id;
    row.decision = &decided.decision;
    for (const Credit& credit : decided.decision.credits) {
      VOUCH_RETURN_IF_ERROR(CheckCredit(slot->state, credit));
      row.partner_ids.push_back(reference.partner(credit.partner).partner_id);
      row.codes.push_back(credit.code.has_value()
                              ? reference.code(credit.code).code
                              : std::string_view());
      row.lead_ids.push_back(
          credit.lead.has_value()
              ? slot->state.leads()[credit.lead.value() - 1].lead_id
              : std::string_view());
    }
    page.decisions_.push_back(std::move(row));
  }
  return page;
}

namespace {

void AddBalances(const ProgramSlot& slot, std::vector<BalanceRow>* rows) {
  const Reference& reference = slot.state.reference();
  for (uint32_t i = 1; i <= reference.partner_count(); ++i) {
    const PartnerIndex partner(i);
    for (const AccountState& account : slot.state.AccountsOf(partner)) {
      rows->push_back({slot.program_id, reference.partner(partner).partner_id,
                       account.currency, account.balances});
    }
  }
}

void AddExpenses(const ProgramSlot& slot, std::vector<ExpenseRow>* rows) {
  for (const Currency currency : slot.state.Currencies()) {
    rows->push_back(
        {slot.program_id, currency, slot.state.ExpenseOf(currency)});
  }
}

}  // namespace

absl::StatusOr<AccountRows> Engine::Accounts() const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->broken_);
  AccountRows rows;
  for (const auto& slot : impl_->state_.slots()) {
    AddBalances(*slot, &rows.balances);
    AddExpenses(*slot, &rows.expenses);
  }
  std::sort(rows.balances.begin(), rows.balances.end(),
            [](const BalanceRow& a, const BalanceRow& b) {
              return std::tie(a.program_id, a.partner_id, a.currency) <
                     std::tie(b.program_id, b.partner_id, b.currency);
            });
  std::sort(rows.expenses.begin(), rows.expenses.end(),
            [](const ExpenseRow& a, const ExpenseRow& b) {
              return std::tie(a.program_id, a.currency) <
                     std::tie(b.program_id, b.currency);
            });
  return rows;
}

Counters Engine::GetCounters() const {
  Impl::ReadLock lock(&impl_->mutex_);
  return impl_->counters_;
}

std::vector<std::string_view> Engine::ProgramIds() const {
  Impl::ReadLock lock(&impl_->mutex_);
  std::vector<std::string_view> ids;
  for (const auto& slot : impl_->state_.slots()) {
    ids.push_back(slot->program_id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::shared_ptr<const Program>> Engine::GetProgram(
    std::string_view program_id, Instant at) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  const Reference& reference = slot->state.reference();
  return reference.VersionOf(reference.ProgramAtOrFirst(at))->program;
}

absl::Status Engine::Impl::Replay(
    const ProgramSlot& slot, ProgramState* state, PaymentTrace* trace,
    absl::FunctionRef<void(const Event&, Seq, const EventOutputs&)> listen)
    const {
  EventStorage storage;
  EventOutputs outputs;
  return ForEachLogRow(store_.get(), Seq(),
                       [&](const LogRow& row) -> absl::Status {
                         if (row.program != slot.program)
                           return absl::OkStatus();
                         Event event;
                         VOUCH_RETURN_IF_ERROR(
                             ReadEvent(row, slot.program_id, &storage, &event));
                         if (const absl::Status applied =
                                 state->Apply(event, row.seq, trace, &outputs);
                             !applied.ok()) {
                           return Refused(row.seq, applied);
                         }
                         listen(event, row.seq, outputs);
                         return absl::OkStatus();
                       });
}

namespace {

// Hears a replay for the rows of the feed that concern the accruals asked for;
// of a payment also for what it and its refunds took back of others' true-ups.
class BookedListener {
 public:
  using Asked = absl::FunctionRef<bool(const Accrual&)>;
  // `asked`, and the payment's id, must outlive it; without an id there is no
  // payment.
  BookedListener(Asked asked, std::string_view payment_id, ProgramIndex program,
                 FeedRows* rows)
      : asked_(asked),
        payment_id_(payment_id),
        program_(program),
        rows_(*rows) {}

  void Hear(const Event& event, Seq seq, const EventOutputs& outputs) {
    moved_.clear();
    moves_ = IsOfPayment(event.body);
    ForEachFeedRow(seq, program_, outputs, [&](FeedRow row) {
      if (!Concerns(row)) return;
      row.event_id = event.event_id;
      rows_.Add(row);
    });
  }

 private:
  // Whether the event is the payment or a refund of it.
  bool IsOfPayment(const EventBody& body) const {
    if (payment_id_.empty()) return false;
    if (const auto* payment = std::get_if<event::Payment>(&body)) {
      return payment->payment_id == payment_id_;
    }
    const auto* refund = std::get_if<event::Refund>(&body);
    return refund != nullptr && refund->payment_id == payment_id_;
  }

  bool Concerns(const FeedRow& row) {
    if (const auto* accrual = std::get_if<Accrual>(&row.body)) {
      const bool asked = asked_(*accrual);
      if (asked) accruals_.insert(accrual->accrual_id);
      // Of another's accrual no more than this event did to it.
      if (moves_ && !asked) moved_.insert(accrual->accrual_id);
      return asked || moves_;
    }
    const auto* entry = std::get_if<Entry>(&row.body);
    return entry != nullptr &&
           (accruals_.contains(entry->accrual_id) ||
            (moved_.contains(entry->accrual_id) && !MaturesOfItself(*entry)));
  }
  // An accrual of before, whose hold ended: no doing of the event at hand.
  static bool MaturesOfItself(const Entry& entry) {
    return entry.kind == EntryKind::kMature &&
           entry.accrual_id.seq != entry.seq;
  }

  const Asked asked_;
  const std::string_view payment_id_;
  const ProgramIndex program_;
  FeedRows& rows_;
  absl::flat_hash_set<AccrualId> accruals_;
  bool moves_ = false;                    // the event at hand
  absl::flat_hash_set<AccrualId> moved_;  // by it, and another payment's
};

// Whether a row is of what a lead or a sign-up earned.
bool IsReward(const Accrual& accrual) {
  return accrual.source == AccrualSource::kQualifiedLead ||
         accrual.source == AccrualSource::kSignup ||
         (accrual.source == AccrualSource::kReview &&
          !accrual.payment_seq.has_value());
}

// The one row of the log with that number.
absl::Status ReadOne(Store* store, Seq seq, LogPage* page) {
  VOUCH_RETURN_IF_ERROR(store->ReadLog(Seq(seq.value() - 1), 1, page));
  if (!page->rows().empty() && page->rows()[0].seq == seq) {
    return absl::OkStatus();
  }
  return absl::DataLossError("log: a row is missing");
}

void ListenTo(const ProgramState& state, CustomerNumber customer,
              PaymentTrace* trace) {
  const std::vector<CustomerNumber> names = state.NamesOf(customer);
  trace->customers = {names.begin(), names.end()};
  const absl::Span<const LeadIndex> leads = state.LeadsOf(customer);
  trace->leads = {leads.begin(), leads.end()};
}

absl::Status NameEvent(Store* store, Seq seq, std::string* event_id) {
  if (!seq.has_value()) return absl::OkStatus();
  LogPage page;
  VOUCH_RETURN_IF_ERROR(ReadOne(store, seq, &page));
  *event_id = std::string(page.rows()[0].event_id);
  return absl::OkStatus();
}

// Fills the ids of the events that decided and rewarded.
absl::Status NameEvents(Store* store, Explanation* out) {
  const auto name = [store](std::optional<ExplainedDecision>* decision) {
    return *decision
               ? NameEvent(store, (*decision)->seq, &(*decision)->event_id)
               : absl::OkStatus();
  };
  VOUCH_RETURN_IF_ERROR(name(&out->decision));
  for (ExplainedReward& reward : out->rewards) {
    VOUCH_RETURN_IF_ERROR(NameEvent(store, reward.seq, &reward.event_id));
    VOUCH_RETURN_IF_ERROR(name(&reward.decision));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Explanation> Engine::Explain(std::string_view program_id,
                                            std::string_view payment_id) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  PaymentTrace trace;
  trace.payment_seq = slot->state.FindPayment(payment_id);
  if (!trace.payment_seq.has_value()) {
    return NotFoundField("payment_id", "no such payment");
  }
  Store* store = impl_->store_.get();
  LogPage page;
  VOUCH_RETURN_IF_ERROR(ReadOne(store, trace.payment_seq, &page));
  EventStorage storage;
  Event payment;
  VOUCH_RETURN_IF_ERROR(
      ReadEvent(page.rows()[0], slot->program_id, &storage, &payment));
  if (!std::holds_alternative<event::Payment>(payment.body)) {
    return absl::DataLossError("log: a payment's row holds none");
  }
  const CustomerNumber customer =
      std::get<event::Payment>(payment.body).customer.number;
  ListenTo(slot->state, customer, &trace);
  const auto rows = std::make_shared<FeedRows>();
  const auto of_payment = [&trace](const Accrual& accrual) {
    return accrual.payment_seq == trace.payment_seq;
  };
  BookedListener booked(of_payment, payment_id, slot->program, rows.get());
  ProgramState state;
  VOUCH_RETURN_IF_ERROR(impl_->Replay(
      *slot, &state, &trace,
      [&booked](const Event& event, Seq seq, const EventOutputs& outputs) {
        booked.Hear(event, seq, outputs);
      }));
  Explanation out = ExplainPayment(state, payment, trace);
  VOUCH_RETURN_IF_ERROR(impl_->FinishExplanation(*slot, rows, &out));
  return out;
}

absl::Status Engine::Impl::FinishExplanation(
    const ProgramSlot& slot, const std::shared_ptr<FeedRows>& rows,
    Explanation* out) const {
  if (out->customer.has_value()) {
    out->customer_id = slot.customers.NameOf(out->customer);
  }
  VOUCH_RETURN_IF_ERROR(NameEvents(store_.get(), out));
  for (const FeedRow& row : rows->rows()) {
    Output output = Named(row, rows.get());
    (output.accrual != nullptr ? out->accruals : out->entries)
        .push_back(output);
  }
  out->rows = rows;
  return absl::OkStatus();
}

absl::StatusOr<Explanation> Engine::ExplainCustomer(
    std::string_view program_id, std::string_view customer_id,
    std::optional<Instant> at) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  const CustomerNumber customer = slot->customers.Find(customer_id);
  if (!customer.has_value()) {
    return NotFoundField("customer_id", "no such customer");
  }
  const Instant moment = at.value_or(impl_->state_.last_at());
  VOUCH_ASSIGN_OR_RETURN(const ProgramState::Prospect prospect,
                         slot->state.ProspectOf(customer, moment));
  PaymentTrace trace;
  ListenTo(slot->state, customer, &trace);
  const auto rows = std::make_shared<FeedRows>();
  const auto of_rewards = [&, moment](const Accrual& accrual) {
    return IsReward(accrual) && !(moment < accrual.time) &&
           (trace.customers.contains(accrual.customer) ||
            trace.leads.contains(slot->state.FindLead(accrual.lead_id)));
  };
  BookedListener booked(of_rewards, {}, slot->program, rows.get());
  // A trace borrows from the state that it is of.
  ProgramState replayed;
  VOUCH_RETURN_IF_ERROR(impl_->Replay(
      *slot, &replayed, &trace,
      [&booked](const Event& event, Seq seq, const EventOutputs& outputs) {
        booked.Hear(event, seq, outputs);
      }));
  Explanation out = ExplainStanding(replayed, customer, prospect, trace);
  VOUCH_RETURN_IF_ERROR(impl_->FinishExplanation(*slot, rows, &out));
  return out;
}

absl::StatusOr<Explanation> Engine::ExplainLead(
    std::string_view program_id, std::string_view lead_id) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  const LeadIndex lead = slot->state.FindLead(lead_id);
  if (!lead.has_value()) return NotFoundField("lead_id", "no such lead");
  PaymentTrace trace;
  trace.leads = {lead};
  const auto rows = std::make_shared<FeedRows>();
  const auto of_lead = [lead_id](const Accrual& accrual) {
    return !accrual.lead_id.empty() && accrual.lead_id == lead_id;
  };
  BookedListener booked(of_lead, {}, slot->program, rows.get());
  ProgramState replayed;
  VOUCH_RETURN_IF_ERROR(impl_->Replay(
      *slot, &replayed, &trace,
      [&booked](const Event& event, Seq seq, const EventOutputs& outputs) {
        booked.Hear(event, seq, outputs);
      }));
  Explanation out =
      ExplainLeadAlone(replayed, lead, impl_->state_.last_at(), trace);
  VOUCH_RETURN_IF_ERROR(impl_->FinishExplanation(*slot, rows, &out));
  return out;
}

absl::StatusOr<Statement> Engine::GetStatement(std::string_view program_id,
                                               std::string_view partner_id,
                                               Instant from,
                                               Instant until) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  const Reference& reference = slot->state.reference();
  const PartnerIndex partner = reference.FindPartner(partner_id);
  if (!partner.has_value()) {
    return NotFoundField("partner_id", "no such partner");
  }
  FeedQuery query;
  query.limit = std::numeric_limits<std::size_t>::max();
  query.program = slot->program;
  query.partner = partner;
  const auto rows = std::make_shared<FeedRows>();
  VOUCH_RETURN_IF_ERROR(impl_->store_->ReadFeed(query, rows.get()));
  StatementBuilder builder(
      slot->program_id, reference.partner(partner).partner_id,
      reference.ProgramAtOrFirst(from)->time_zone(), from, until);
  for (const FeedRow& row : rows->rows()) {
    builder.Add(impl_->Named(row, rows.get()));
  }
  Statement statement = builder.Finish();
  statement.rows = rows;
  return statement;
}

absl::StatusOr<Stats> Engine::GetStats(std::string_view program_id,
                                       Instant from, Instant until) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  ProgramState state;
  StatsBuilder builder(slot->state.reference(), slot->program_id, from, until);
  VOUCH_RETURN_IF_ERROR(impl_->Replay(
      *slot, &state, nullptr,
      [&builder](const Event& event, Seq seq, const EventOutputs& outputs) {
        builder.Add(event, seq, outputs.effect);
        if (outputs.decision) builder.Add(outputs.customer, *outputs.decision);
        for (const Accrual& accrual : outputs.accruals) builder.Add(accrual);
      }));
  return builder.Finish();
}

VOUCH_NAMESPACE_END

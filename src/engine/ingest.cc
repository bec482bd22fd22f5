// Events in: what a batch does to the state and what it gives the store.
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine_impl.h"
#include "subjects.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/event/check.h"
#include "vouch/event/codec.h"

VOUCH_NAMESPACE_BEGIN

absl::Status Engine::Apply(absl::Span<const Event> events,
                           std::vector<Outcome>* outcomes) {
  Impl::Lock lock(&impl_->mutex_);
  outcomes->clear();
  VOUCH_RETURN_IF_ERROR(impl_->CheckWritable());
  absl::Status status;
  impl_->torn_ = true;
  try {
    status = impl_->ApplyBatch(events, outcomes);
    impl_->torn_ = false;
  } catch (const std::bad_alloc&) {
    status = impl_->out_of_memory_;
  }
  if (!status.ok()) {
    // The state may be ahead of the store, or an event half applied.
    outcomes->clear();
    impl_->broken_ = status;
  }
  return status;
}

absl::Status Engine::Impl::CheckWritable() const {
  VOUCH_RETURN_IF_ERROR(broken_);
  if (!options_.read_only) return absl::OkStatus();
  return absl::FailedPreconditionError("engine: opened for reading only");
}

absl::Status Engine::Impl::ApplyBatch(absl::Span<const Event> events,
                                      std::vector<Outcome>* outcomes) {
  pending_.Clear();
  applied_.clear();
  VOUCH_RETURN_IF_ERROR(Prepare(events));
  outcomes->reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    VOUCH_ASSIGN_OR_RETURN(Outcome outcome, ApplyOne(events[i], i));
    outcomes->push_back(std::move(outcome));
  }
  if (pending_.empty()) return absl::OkStatus();
  VOUCH_RETURN_IF_ERROR(WriteBatch());
  return SnapshotIfDue();
}

absl::Status Engine::Impl::WriteBatch() {
  if (new_time_zone_version_) {
    VOUCH_RETURN_IF_ERROR(
        store_->WriteRevision({counters_.last_seq.Next(), kSemanticsRevision,
                               *new_time_zone_version_}));
    new_time_zone_version_.reset();
  }
  VOUCH_RETURN_IF_ERROR(store_->Write(pending_.Finish(state_)));
  Count();
  return absl::OkStatus();
}

// What the counters take from the log.
void Engine::Impl::Count() {
  counters_.applied_count = static_cast<int64_t>(state_.last_seq().value());
  counters_.last_seq = state_.last_seq();
  counters_.log_bytes = state_.log_bytes();
  if (state_.first_at() > state_.last_at()) return;
  counters_.first_at = state_.first_at();
  counters_.last_at = state_.last_at();
}

absl::Status Engine::Impl::SnapshotIfDue() {
  const uint64_t every = static_cast<uint64_t>(options_.snapshot_events);
  const uint64_t held = snapshot_seq_.value();
  const uint64_t since = state_.last_seq().value() - held;
  if (!has_snapshots_ || every == 0 || since < every || since < held) {
    return absl::OkStatus();
  }
  const absl::Status status = WriteSnapshot();
  return absl::IsUnimplemented(status) ? absl::OkStatus() : status;
}

// ---------------------------------------------------------------------------
// Before the batch: what is wrong in itself, and what is known already

// Fills all but the status.
absl::Status Engine::Impl::Encode(const Event& event, Prepared* prepared) {
  head_.clear();
  AppendCanonicalHead(event, &head_);
  prepared->rest_begin = rests_.size();
  AppendRest(event.body, &rests_);
  prepared->rest_bytes = rests_.size() - prepared->rest_begin;
  if (head_.size() + prepared->rest_bytes > kMaxEventBytes) {
    return ExhaustedField(
        "event", absl::StrCat("longer than ", kMaxEventBytes, " bytes"));
  }
  return hasher_.Content(head_,
                         std::string_view(rests_).substr(prepared->rest_begin),
                         &prepared->content);
}

absl::Status Engine::Impl::Prepare(absl::Span<const Event> events) {
  prepared_.clear();
  prepared_.resize(events.size());
  known_.clear();
  known_.resize(events.size());
  keys_.clear();
  places_.clear();
  rests_.clear();
  for (std::size_t i = 0; i < events.size(); ++i) {
    Prepared& prepared = prepared_[i];
    prepared.status = CheckEvent(events[i]);
    if (prepared.status.ok()) {
      prepared.status = Encode(events[i], &prepared);
    }
    if (!prepared.status.ok()) continue;
    const ProgramSlot* slot = state_.Find(events[i].program_id);
    if (slot == nullptr) continue;
    keys_.push_back({slot->program, events[i].event_id});
    places_.push_back(i);
  }
  VOUCH_RETURN_IF_ERROR(store_->FindEvents(keys_, &found_));
  for (std::size_t k = 0; k < keys_.size(); ++k) {
    known_[places_[k]] = found_[k];
  }
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------
// One event

Outcome Engine::Impl::Refuse(absl::Status status) {
  ++counters_.refused_count[status.code()];
  return {OutcomeKind::kRefused, Seq(), std::move(status)};
}

const KnownEvent* Engine::Impl::Known(const ProgramSlot& slot,
                                      const Event& event, std::size_t place) {
  if (known_[place]) return &*known_[place];
  const auto found = applied_.find({&slot, event.event_id});
  return found == applied_.end() ? nullptr : &found->second;
}

Outcome Engine::Impl::Duplicate(const KnownEvent& known,
                                const ContentHash& content) {
  if (known.content == content) {
    ++counters_.duplicate_count;
    return {OutcomeKind::kDuplicate, known.seq, {}};
  }
  ++counters_.conflicting_duplicate_count;
  return {OutcomeKind::kConflictingDuplicate, known.seq,
          ExistsField("event_id", "taken by an event of other content")};
}

ProgramSlot* Engine::Impl::SlotFor(const Event& event) {
  ProgramSlot* slot = state_.Find(event.program_id);
  if (slot != nullptr) return slot;
  if (fresh_ == nullptr) fresh_ = std::make_unique<ProgramSlot>();
  return fresh_.get();
}

absl::StatusOr<Outcome> Engine::Impl::ApplyOne(const Event& given,
                                               std::size_t place) {
  Prepared& prepared = prepared_[place];
  if (!prepared.status.ok()) return Refuse(std::move(prepared.status));
  ProgramSlot* slot = SlotFor(given);
  if (const KnownEvent* known = Known(*slot, given, place)) {
    return Duplicate(*known, prepared.content);
  }
  Event event = given;
  auto* customer = CustomerOf(&event.body);
  if (customer != nullptr && !customer->id.empty()) {
    customer->number = slot->customers.FindOrNext(customer->id);
  }
  auto* visitor = VisitorOf(&event.body);
  if (visitor != nullptr && !visitor->id.empty()) {
    visitor->number = slot->visitors.FindOrNext(visitor->id);
  }
  const Seq seq = state_.last_seq().Next();
  absl::Status status = slot->state.Apply(event, seq, nullptr, &outputs_);
  if (!status.ok()) return Refuse(std::move(status));
  VOUCH_RETURN_IF_ERROR(Keep(&event, prepared, slot));
  return Outcome{OutcomeKind::kApplied, seq, {}};
}

void Engine::Impl::KeepNames(Event* event, ProgramSlot* slot) {
  const auto* customer = CustomerOf(&event->body);
  if (customer != nullptr &&
      customer->number.value() > slot->customers.count()) {
    slot->customers.Keep(customer->id, customer->number);
    pending_.AddCustomer(
        {slot->program, customer->number.value(), customer->id});
  }
  const auto* visitor = VisitorOf(&event->body);
  if (visitor != nullptr && visitor->number.value() > slot->visitors.count()) {
    slot->visitors.Keep(visitor->id, visitor->number);
    pending_.AddVisitor({slot->program, visitor->number.value(), visitor->id});
  }
}

// Takes the applied event into the log and what follows from it into the feed.
absl::Status Engine::Impl::Keep(Event* event, const Prepared& prepared,
                                ProgramSlot* slot) {
  if (slot == fresh_.get()) {
    slot->program_id = std::string(event->program_id);
    slot = state_.Add(std::move(fresh_));
    pending_.AddProgram(*slot);
  }
  KeepNames(event, slot);
  LogRow row;
  row.seq = state_.last_seq().Next();
  row.program = slot->program;
  row.event_id = event->event_id;
  row.time = event->time;
  row.kind = KindWord(event->body);
  row.content = prepared.content;
  std::string* records = pending_.records();
  const std::size_t begin = records->size();
  AppendRecordHead(event->body, records);
  records->append(rests_, prepared.rest_begin, prepared.rest_bytes);
  row.record = std::string_view(*records).substr(begin);
  VOUCH_RETURN_IF_ERROR(
      hasher_.Chain(state_.chain(), slot->program_id, row, &row.chain));
  pending_.AddLog(row);
  pending_.AddOutputs(row.seq, slot->program, outputs_);
  if (const auto* set = std::get_if<event::PartnerSet>(&event->body)) {
    pending_.AddPartner(slot->program,
                        slot->state.reference().FindPartner(set->partner_id));
  }
  applied_.emplace(std::make_pair(slot, row.event_id),
                   KnownEvent{row.seq, row.content});
  state_.Advance(row);
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

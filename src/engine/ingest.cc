// Events in: what a batch does to the state and what it gives the store.
#include <algorithm>
#include <exception>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "engine_impl.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/event/check.h"
#include "vouch/event/codec.h"
#include "vouch/event/subjects.h"

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
  } catch (const std::exception&) {
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
  SnapshotIfDue();
  return absl::OkStatus();
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

void Engine::Impl::SnapshotIfDue() {
  const uint64_t every = static_cast<uint64_t>(options_.snapshot_events);
  const uint64_t held = snapshot_seq_.value();
  const uint64_t since =
      state_.last_seq().value() - std::max(held, snapshot_tried_.value());
  if (!has_snapshots_ || every == 0 || since < every || since < held) return;
  counters_.snapshot = WriteSnapshot();
  if (absl::IsUnimplemented(counters_.snapshot)) counters_.snapshot = {};
  // The books are whole without it: tried again after as many events.
  if (!counters_.snapshot.ok()) snapshot_tried_ = state_.last_seq();
}

// ---------------------------------------------------------------------------
// Before the batch: what is wrong in itself, and what is known already

// Fills all but the status.
absl::Status Engine::Impl::Encode(const Event& event, Prepared* prepared) {
  prepared->rest_begin = rests_.size();
  AppendRest(event.body, &rests_);
  prepared->rest_bytes = rests_.size() - prepared->rest_begin;
  if (prepared->rest_bytes <= kMaxEventBytes) return absl::OkStatus();
  return ExhaustedField("event",
                        absl::StrCat("longer than ", kMaxEventBytes, " bytes"));
}

// Customers and visitors must have their numbers.
absl::Status Engine::Impl::HashOf(const Event& event, const Prepared& prepared,
                                  ContentHash* content) {
  head_.clear();
  AppendCanonicalHead(event, &head_);
  return hasher_.Content(
      head_,
      std::string_view(rests_).substr(prepared.rest_begin, prepared.rest_bytes),
      content);
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

// Gives the customer and the visitor the numbers that the known event has,
// where the names of these were erased: nobody can tell any more whose they
// were, and a resend of an event of before the erasure is still the same event.
absl::Status Engine::Impl::TakeErasedNumbers(const KnownEvent& known,
                                             const ProgramSlot& slot,
                                             Event* event) {
  LogPage page;
  VOUCH_RETURN_IF_ERROR(store_->ReadLog(Seq(known.seq.value() - 1), 1, &page));
  if (page.rows().empty()) return absl::OkStatus();
  EventStorage storage;
  Event old;
  VOUCH_RETURN_IF_ERROR(
      ReadEvent(page.rows()[0], slot.program_id, &storage, &old));
  if (old.body.index() != event->body.index()) return absl::OkStatus();
  absl::InlinedVector<CustomerNumber, 2> customers;
  ForEachCustomer(old.body,
                  [&](auto& ref) { customers.push_back(ref.number); });
  absl::InlinedVector<VisitorNumber, 2> visitors;
  ForEachVisitor(old.body, [&](auto& ref) { visitors.push_back(ref.number); });
  const auto take = [](auto logged, const auto& names, auto* to) {
    const bool both = logged.has_value() && to->number.has_value();
    if (both && names.NameOf(logged).empty()) to->number = logged;
  };
  std::size_t place = 0;
  ForEachCustomer(event->body, [&](auto& ref) {
    take(customers[place++], slot.customers, &ref);
  });
  place = 0;
  ForEachVisitor(event->body, [&](auto& ref) {
    take(visitors[place++], slot.visitors, &ref);
  });
  return absl::OkStatus();
}

absl::StatusOr<Outcome> Engine::Impl::Duplicate(const KnownEvent& known,
                                                const ProgramSlot& slot,
                                                const Prepared& prepared,
                                                Event* event) {
  ContentHash content;
  VOUCH_RETURN_IF_ERROR(HashOf(*event, prepared, &content));
  if (content != known.content && known.seq <= counters_.last_seq) {
    VOUCH_RETURN_IF_ERROR(TakeErasedNumbers(known, slot, event));
    VOUCH_RETURN_IF_ERROR(HashOf(*event, prepared, &content));
  }
  if (content == known.content) {
    ++counters_.duplicate_count;
    return Outcome{OutcomeKind::kDuplicate, known.seq, {}};
  }
  ++counters_.conflicting_duplicate_count;
  return Outcome{OutcomeKind::kConflictingDuplicate, known.seq,
                 ExistsField("event_id", "taken by an event of other content")};
}

ProgramSlot* Engine::Impl::SlotFor(const Event& event) {
  ProgramSlot* slot = state_.Find(event.program_id);
  if (slot != nullptr) return slot;
  if (fresh_ == nullptr) fresh_ = std::make_unique<ProgramSlot>();
  return fresh_.get();
}

// Gives customers and visitors their numbers, new ones the next.
void Engine::Impl::NumberSubjects(const ProgramSlot& slot, Event* event) {
  std::string_view newcomer;  // an event names at most two customers
  CustomerNumber next(slot.customers.count() + 1);
  ForEachCustomer(event->body, [&](event::CustomerRef& ref) {
    if (ref.id.empty()) return;
    ref.number = slot.customers.Find(ref.id);
    if (ref.number.has_value()) return;
    if (!newcomer.empty() && ref.id != newcomer) next = next.Next();
    newcomer = ref.id;
    ref.number = next;
  });
  ForEachVisitor(event->body, [&](event::VisitorRef& ref) {
    if (!ref.id.empty()) ref.number = slot.visitors.FindOrNext(ref.id);
  });
}

absl::StatusOr<Outcome> Engine::Impl::ApplyOne(const Event& given,
                                               std::size_t place) {
  Prepared& prepared = prepared_[place];
  if (!prepared.status.ok()) return Refuse(std::move(prepared.status));
  ProgramSlot* slot = SlotFor(given);
  Event event = given;
  NumberSubjects(*slot, &event);
  if (const KnownEvent* known = Known(*slot, given, place)) {
    return Duplicate(*known, *slot, prepared, &event);
  }
  const Seq seq = state_.last_seq().Next();
  absl::Status status = slot->state.Apply(event, seq, nullptr, &outputs_);
  if (!status.ok()) return Refuse(std::move(status));
  VOUCH_RETURN_IF_ERROR(Keep(&event, prepared, slot));
  return Outcome{OutcomeKind::kApplied, seq, {}};
}

void Engine::Impl::KeepNames(const Event& event, ProgramSlot* slot) {
  // By a pointer: clang's analysis does not see the lock inside a lambda.
  PendingBatch* const pending = &pending_;
  ForEachCustomer(event.body, [&](const event::CustomerRef& ref) {
    if (ref.number.value() <= slot->customers.count()) return;
    slot->customers.Keep(ref.id, ref.number);
    pending->AddCustomer({slot->program, ref.number.value(), ref.id});
  });
  ForEachVisitor(event.body, [&](const event::VisitorRef& ref) {
    if (ref.number.value() <= slot->visitors.count()) return;
    slot->visitors.Keep(ref.id, ref.number);
    pending->AddVisitor({slot->program, ref.number.value(), ref.id});
  });
}

// Takes the applied event into the log and what follows from it into the feed.
absl::Status Engine::Impl::Keep(Event* event, const Prepared& prepared,
                                ProgramSlot* slot) {
  if (slot == fresh_.get()) {
    slot->program_id = std::string(event->program_id);
    slot = state_.Add(std::move(fresh_));
    pending_.AddProgram(*slot);
  }
  KeepNames(*event, slot);
  LogRow row;
  row.seq = state_.last_seq().Next();
  row.program = slot->program;
  row.event_id = event->event_id;
  row.time = event->time;
  row.kind = KindWord(event->body);
  VOUCH_RETURN_IF_ERROR(HashOf(*event, prepared, &row.content));
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

#include "log_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "subjects.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace {

// Rows read at once.
constexpr std::size_t kRowsAtATime = 1000;

absl::Status Damaged(Seq seq, std::string_view reason) {
  return absl::DataLossError(
      absl::StrCat("log ", seq.value(), ": ", ToAbsl(reason)));
}

}  // namespace

ProgramSlot* LogState::Add(std::unique_ptr<ProgramSlot> slot) {
  slot->program = ProgramIndex(static_cast<uint32_t>(slots_.size() + 1));
  index_.emplace(slot->program_id, slot->program);
  slots_.push_back(std::move(slot));
  return slots_.back().get();
}

absl::Status Refused(Seq seq, const absl::Status& why) {
  return Damaged(seq, absl::StrCat("would now be refused: ", why.message()));
}

absl::Status ReadEvent(const LogRow& row, std::string_view program_id,
                       EventStorage* storage, Event* event) {
  event->program_id = program_id;
  event->event_id = row.event_id;
  event->time = row.time;
  if (const absl::Status read = ReadRecord(row.record, storage, &event->body);
      !read.ok()) {
    return Damaged(row.seq, ToStd(read.message()));
  }
  if (KindWord(event->body) != row.kind) {
    return Damaged(
        row.seq, absl::StrCat("kind is ", ToAbsl(row.kind), ", by the record ",
                              ToAbsl(KindWord(event->body))));
  }
  return absl::OkStatus();
}

absl::Status Replayer::Check(const LogRow& row) {
  const Seq next = state_.last_seq().Next();
  if (row.seq != next) {
    return Damaged(next,
                   absl::StrCat("missing; ", row.seq.value(), " follows"));
  }
  if (!row.program.has_value() || row.program.value() > head_.programs.size()) {
    return Damaged(row.seq, "of a program that is not there");
  }
  program_id_ = head_.programs[row.program.value() - 1].second;
  ChainHash chain;
  VOUCH_RETURN_IF_ERROR(
      hasher_.Chain(state_.chain(), program_id_, row, &chain));
  if (chain != row.chain) return Damaged(row.seq, "breaks the chain");
  return ReadEvent(row, program_id_, &storage_, &event_);
}

absl::Status Replayer::ApplyToState(const LogRow& row) {
  ProgramSlot* slot = state_.At(row.program);
  if (slot == nullptr) {
    if (row.program.value() != state_.slots().size() + 1) {
      return Damaged(row.seq, "of a program that nothing set before");
    }
    auto fresh = std::make_unique<ProgramSlot>();
    fresh->program_id = std::string(program_id_);
    slot = state_.Add(std::move(fresh));
  }
  // An event gives the next number, or names an old one.
  bool in_turn = true;
  const auto grow = [&in_turn](auto number, auto* names) {
    if (number.value() > names->count() + 1) in_turn = false;
    if (in_turn) names->Grow(number);
  };
  ForEachCustomer(event_.body, [&](const auto& customer) {
    grow(customer.number, &slot->customers);
  });
  ForEachVisitor(event_.body, [&](const auto& visitor) {
    grow(visitor.number, &slot->visitors);
  });
  if (!in_turn) {
    return Damaged(row.seq, "a customer's or visitor's number out of turn");
  }
  absl::Status applied = slot->state.Apply(event_, row.seq, nullptr, &outputs_);
  if (applied.ok()) return applied;
  return Refused(row.seq, applied);
}

absl::Status Replayer::Apply(const LogRow& row) {
  VOUCH_RETURN_IF_ERROR(Check(row));
  VOUCH_RETURN_IF_ERROR(ApplyToState(row));
  state_.Advance(row);
  return absl::OkStatus();
}

absl::Status CheckSemantics(const RevisionRow& row) {
  if (row.semantics_revision == kSemanticsRevision) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "revisions: the log was written under revision ", row.semantics_revision,
      " of the semantics, and this is revision ", kSemanticsRevision));
}

absl::Status ForEachLogRow(
    Store* store, Seq after,
    absl::FunctionRef<absl::Status(const LogRow&)> each) {
  while (true) {
    LogPage page;
    VOUCH_RETURN_IF_ERROR(store->ReadLog(after, kRowsAtATime, &page));
    for (const LogRow& row : page.rows()) VOUCH_RETURN_IF_ERROR(each(row));
    if (page.rows().size() < kRowsAtATime) return absl::OkStatus();
    after = page.rows().back().seq;
  }
}

VOUCH_NAMESPACE_END

// All that the log gives: the state of every program, the numbers that were
// given, and how far the log goes. An engine holds one; replaying the log
// makes another that is equal to it.
#ifndef VOUCH_SRC_ENGINE_LOG_STATE_H_
#define VOUCH_SRC_ENGINE_LOG_STATE_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "event_hash.h"
#include "program_state.h"
#include "subject_names.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/engine/store.h"
#include "vouch/event/codec.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

struct ProgramSlot {
  ProgramIndex program;  // none until its first event is applied
  std::string program_id;
  ProgramState state;
  SubjectNames<CustomerNumber> customers;
  SubjectNames<VisitorNumber> visitors;
};

class LogState {
 public:
  ProgramSlot* Find(std::string_view program_id) {
    const auto found = index_.find(program_id);
    return found == index_.end() ? nullptr : At(found->second);
  }
  const ProgramSlot* Find(std::string_view program_id) const {
    return const_cast<LogState*>(this)->Find(program_id);
  }
  // nullptr for a number that no program has.
  ProgramSlot* At(ProgramIndex program) {
    return program.has_value() && program.value() <= slots_.size()
               ? slots_[program.value() - 1].get()
               : nullptr;
  }
  const ProgramSlot* At(ProgramIndex program) const {
    return const_cast<LogState*>(this)->At(program);
  }
  const std::vector<std::unique_ptr<ProgramSlot>>& slots() const {
    return slots_;
  }
  // Gives the program the next number.
  ProgramSlot* Add(std::unique_ptr<ProgramSlot> slot);

  Seq last_seq() const { return last_seq_; }
  const ChainHash& chain() const { return chain_; }
  int64_t log_bytes() const { return log_bytes_; }
  // Of all events but program_set, which may be in force from any moment on;
  // kMaxInstant and kMinInstant before there is one.
  Instant first_at() const { return first_at_; }
  Instant last_at() const { return last_at_; }

  // Takes note of a row that was applied; its chain is that behind chain().
  void Advance(const LogRow& row) {
    last_seq_ = row.seq;
    chain_ = row.chain;
    log_bytes_ += static_cast<int64_t>(row.record.size());
    if (row.kind == KindWord(event::ProgramSet())) return;
    first_at_ = std::min(first_at_, row.time);
    last_at_ = std::max(last_at_, row.time);
  }

 private:
  std::vector<std::unique_ptr<ProgramSlot>> slots_;
  absl::flat_hash_map<std::string_view, ProgramIndex> index_;
  Seq last_seq_;
  ChainHash chain_{};
  int64_t log_bytes_ = 0;
  Instant first_at_ = kMaxInstant;
  Instant last_at_ = kMinInstant;

  friend class StateStreamReader;
};

// Applies the rows of a log to a LogState again, in order.
class Replayer {
 public:
  // `program_ids` are those of the store, by number; both must outlive this.
  Replayer(const StoreHead* head, LogState* state)
      : head_(*head), state_(*state) {}

  // DATA_LOSS naming the row when it is not the one that stood there: a gap in
  // the numbers, a broken chain, a record that cannot be read, or an event
  // that would now be refused. `event()` and `outputs()` hold the last row's.
  absl::Status Apply(const LogRow& row);

  const Event& event() const { return event_; }
  const EventOutputs& outputs() const { return outputs_; }

 private:
  absl::Status Check(const LogRow& row);
  absl::Status ApplyToState(const LogRow& row);

  const StoreHead& head_;
  LogState& state_;
  std::string_view program_id_;
  EventHasher hasher_;
  EventStorage storage_;
  Event event_;
  EventOutputs outputs_;
};

// DATA_LOSS: the row `seq` would now be refused with `why`.
absl::Status Refused(Seq seq, const absl::Status& why);

// Reads a row's event; DATA_LOSS naming the row when it cannot be read.
absl::Status ReadEvent(const LogRow& row, std::string_view program_id,
                       EventStorage* storage, Event* event);

// FAILED_PRECONDITION when the log was written under another revision of the
// semantics than this one.
absl::Status CheckSemantics(const RevisionRow& row);

// Calls `each` with every row of the log after `after`, page by page. Its error
// ends the reading.
absl::Status ForEachLogRow(Store* store, Seq after,
                           absl::FunctionRef<absl::Status(const LogRow&)> each);

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_LOG_STATE_H_

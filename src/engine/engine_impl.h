// What an engine holds. Its functions are in rooms of their own: ingest.cc,
// restore.cc and answers.cc.
#ifndef VOUCH_SRC_ENGINE_ENGINE_IMPL_H_
#define VOUCH_SRC_ENGINE_ENGINE_IMPL_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "event_hash.h"
#include "log_state.h"
#include "pending_batch.h"
#include "program_state.h"
#include "time_zone_version.h"
#include "vouch/base/config.h"
#include "vouch/engine/engine.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

class Engine::Impl {
 public:
  using Lock = absl::MutexLock;
  using ReadLock = absl::ReaderMutexLock;

  Impl(std::unique_ptr<Store> store, const EngineOptions& options)
      : options_(options), store_(std::move(store)) {}

  // --- restore.cc

  // Makes the state from the store. Before anything else.
  absl::Status Restore() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status WriteSnapshot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // --- ingest.cc

  absl::Status ApplyBatch(absl::Span<const Event> events,
                          std::vector<Outcome>* outcomes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether Apply, Erase and the like may go on.
  absl::Status CheckWritable() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  // --- answers.cc

  absl::StatusOr<const ProgramSlot*> Find(std::string_view program_id) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Output Named(const FeedRow& row, FeedRows* page) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Applies the program's part of the log to `*state` again, and lets `listen`
  // hear each event with its seq and what it gave.
  absl::Status Replay(
      const ProgramSlot& slot, ProgramState* state, PaymentTrace* trace,
      absl::FunctionRef<void(const Event&, Seq, const EventOutputs&)> listen)
      const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Names what is left to name, and hands the rows over.
  absl::Status FinishExplanation(const ProgramSlot& slot,
                                 const std::shared_ptr<FeedRows>& rows,
                                 Explanation* out) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  const EngineOptions options_;
  std::unique_ptr<Store> store_;
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);
  // Made while there is memory for it.
  const absl::Status out_of_memory_ = absl::ResourceExhaustedError(
      "engine: memory ran out inside a batch; open another one");
  // A batch did not come to its end, since memory ran out: a table may be half
  // grown.
  bool torn_ ABSL_GUARDED_BY(mutex_) = false;
  LogState state_ ABSL_GUARDED_BY(mutex_);
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  // Of the last snapshot.
  Seq snapshot_seq_ ABSL_GUARDED_BY(mutex_);
  // The last event behind which one failed.
  Seq snapshot_tried_ ABSL_GUARDED_BY(mutex_);
  bool has_snapshots_ ABSL_GUARDED_BY(mutex_) = true;
  // What the next batch writes first: of a new log, or one written under other
  // time-zone data so far.
  std::optional<std::string> new_time_zone_version_ ABSL_GUARDED_BY(mutex_) =
      TimeZoneVersion();

 private:
  // What is known of an event of the batch before it is applied.
  struct Prepared {
    absl::Status status;  // that of CheckEvent, say
    // AppendRest of it, in rests_.
    std::size_t rest_begin = 0;
    std::size_t rest_bytes = 0;
  };

  absl::Status Prepare(absl::Span<const Event> events)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Encode(const Event& event, Prepared* prepared)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status HashOf(const Event& event, const Prepared& prepared,
                      ContentHash* content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TakeErasedNumbers(const KnownEvent& known,
                                 const ProgramSlot& slot, Event* event)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Count() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status WriteBatch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SnapshotIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Outcome> ApplyOne(const Event& given, std::size_t place)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome Refuse(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const KnownEvent* Known(const ProgramSlot& slot, const Event& event,
                          std::size_t place)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Outcome> Duplicate(const KnownEvent& known,
                                    const ProgramSlot& slot,
                                    const Prepared& prepared, Event* event)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ProgramSlot* SlotFor(const Event& event)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Keep(Event* event, const Prepared& prepared, ProgramSlot* slot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void NumberSubjects(const ProgramSlot& slot, Event* event);
  void KeepNames(const Event& event, ProgramSlot* slot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Status RestoreState() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckRevisions(std::string* written_with)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadSnapshot(const StoreHead& head)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReplayLog(const StoreHead& head, bool compare)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadNames(const StoreHead& head)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Work space of a batch.
  EventHasher hasher_ ABSL_GUARDED_BY(mutex_);
  std::string head_ ABSL_GUARDED_BY(mutex_);
  std::string rests_ ABSL_GUARDED_BY(mutex_);
  EventOutputs outputs_ ABSL_GUARDED_BY(mutex_);
  PendingBatch pending_ ABSL_GUARDED_BY(mutex_);
  std::vector<Prepared> prepared_ ABSL_GUARDED_BY(mutex_);
  std::vector<EventKey> keys_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::size_t> places_ ABSL_GUARDED_BY(mutex_);  // of keys_
  std::vector<std::optional<KnownEvent>> found_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::optional<KnownEvent>> known_ ABSL_GUARDED_BY(mutex_);
  // Of the batch's own events, by id.
  absl::flat_hash_map<std::pair<const ProgramSlot*, std::string_view>,
                      KnownEvent>
      applied_ ABSL_GUARDED_BY(mutex_);
  // A program that no program_set has been applied to yet.
  std::unique_ptr<ProgramSlot> fresh_ ABSL_GUARDED_BY(mutex_);
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_ENGINE_IMPL_H_

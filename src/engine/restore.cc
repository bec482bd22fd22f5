// The state from the store: the snapshot, then the log after it, then names.
#include <utility>

#include "absl/strings/str_cat.h"
#include "compare.h"
#include "engine_impl.h"
#include "name_counter.h"
#include "state_stream.h"
#include "time_zone_version.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

absl::Status Engine::Impl::Restore() {
  Lock lock(&mutex_);
  torn_ = true;  // and stays so where memory runs out
  absl::Status status = RestoreState();
  torn_ = false;
  return status;
}

absl::Status Engine::Impl::RestoreState() {
  std::string written_with;
  VOUCH_RETURN_IF_ERROR(CheckRevisions(&written_with));
  StoreHead head;
  VOUCH_RETURN_IF_ERROR(store_->ReadHead(&head));
  if (options_.use_snapshot) VOUCH_RETURN_IF_ERROR(ReadSnapshot(head));
  // Other time-zone data may give other years and months: what is booked says.
  const std::string version = TimeZoneVersion();
  const bool compare = !written_with.empty() && written_with != version;
  VOUCH_RETURN_IF_ERROR(ReplayLog(head, compare));
  VOUCH_RETURN_IF_ERROR(ReadNames(head));
  if (written_with == version) new_time_zone_version_.reset();
  Count();
  return absl::OkStatus();
}

// `*written_with`: the version of the time-zone data that was in use last.
absl::Status Engine::Impl::CheckRevisions(std::string* written_with) {
  absl::Status other;
  VOUCH_RETURN_IF_ERROR(store_->ReadRevisions([&](const RevisionRow& row) {
    other.Update(CheckSemantics(row));
    *written_with = std::string(row.time_zone_version);
  }));
  return other;
}

absl::Status Engine::Impl::ReadSnapshot(const StoreHead& head) {
  std::optional<SnapshotHead> snapshot;
  StateStreamReader reader(head.last_seq, &state_);
  VOUCH_RETURN_IF_ERROR(store_->ReadSnapshot(
      &snapshot,
      [&reader](std::string_view part) { return reader.Take(part); }));
  if (!snapshot) return absl::OkStatus();
  VOUCH_RETURN_IF_ERROR(reader.Finish());
  LogPage page;
  VOUCH_RETURN_IF_ERROR(
      store_->ReadLog(Seq(snapshot->seq.value() - 1), 1, &page));
  const bool of_this_log = !page.rows().empty() &&
                           page.rows()[0].seq == state_.last_seq() &&
                           page.rows()[0].chain == state_.chain() &&
                           snapshot->seq == state_.last_seq() &&
                           state_.slots().size() <= head.programs.size();
  if (!of_this_log) {
    return absl::DataLossError("snapshot: of another log than the one here");
  }
  snapshot_seq_ = snapshot->seq;
  return absl::OkStatus();
}

absl::Status Engine::Impl::ReplayLog(const StoreHead& head, bool compare) {
  Replayer replayer(&head, &state_);
  FeedComparer feed(store_.get(), state_.last_seq());
  VOUCH_RETURN_IF_ERROR(ForEachLogRow(
      store_.get(), state_.last_seq(), [&](const LogRow& row) -> absl::Status {
        VOUCH_RETURN_IF_ERROR(replayer.Apply(row));
        if (!compare) return absl::OkStatus();
        std::string difference;
        VOUCH_RETURN_IF_ERROR(feed.Compare(
            row, replayer.outputs(),
            [&](std::string_view text) { difference = std::string(text); }));
        if (difference.empty()) return absl::OkStatus();
        return absl::FailedPreconditionError(
            absl::StrCat("other time-zone data gives another ", difference));
      }));
  if (state_.last_seq() != head.last_seq) {
    return absl::DataLossError(
        absl::StrCat("log: ends at ", state_.last_seq().value(), ", not at ",
                     head.last_seq.value()));
  }
  return absl::OkStatus();
}

absl::Status Engine::Impl::ReadNames(const StoreHead& head) {
  NameCounter counter(&state_);
  LogState* const state = &state_;
  VOUCH_RETURN_IF_ERROR(store_->ReadNames(
      [&](const NameRow& row) -> absl::Status {
        VOUCH_RETURN_IF_ERROR(counter.CountCustomer(row));
        if (row.name.empty()) return absl::OkStatus();
        state->At(row.program)
            ->customers.Keep(row.name, CustomerNumber(row.number));
        return absl::OkStatus();
      },
      [&](const NameRow& row) -> absl::Status {
        VOUCH_RETURN_IF_ERROR(counter.CountVisitor(row));
        if (row.name.empty()) return absl::OkStatus();
        state->At(row.program)
            ->visitors.Keep(row.name, VisitorNumber(row.number));
        return absl::OkStatus();
      }));
  return counter.Finish(head);
}

absl::Status Engine::Impl::WriteSnapshot() {
  // Before the first event there is nothing to be kept.
  if (!state_.last_seq().has_value()) return absl::OkStatus();
  const LogState* const state = &state_;
  absl::Status status = store_->WriteSnapshot(
      {state->last_seq(), state->chain()},
      [state](SnapshotPart part) { return WriteState(*state, part); });
  if (absl::IsUnimplemented(status)) {
    has_snapshots_ = false;
    return status;
  }
  VOUCH_RETURN_IF_ERROR(status);
  snapshot_seq_ = state_.last_seq();
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

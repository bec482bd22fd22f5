// The log: its rows in order, one event by its id, and under which rules.
#include <algorithm>
#include <limits>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "store/name_check.h"
#include "store/row_reader.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

constexpr char kSelectLog[] =
    "SELECT seq, program, event_id, time_us, kind, content, chain, record"
    " FROM log WHERE seq > ? ORDER BY seq LIMIT ?";
constexpr char kFindEvent[] =
    "SELECT seq FROM log INDEXED BY log_by_event"
    " WHERE program = ? AND event_id = ?";
constexpr char kSelectEvent[] =
    "SELECT seq, program, event_id, content FROM log WHERE seq = ?";
constexpr char kSelectRevisions[] =
    "SELECT from_seq, semantics_revision, time_zone_version, check_bytes"
    " FROM revisions ORDER BY from_seq";

LogRow ReadLogRow(RowReader* row) {
  LogRow log;
  log.seq = row->Number<Seq>();
  log.program = row->Number<ProgramIndex>();
  log.event_id = row->Text();
  log.time = row->Time();
  log.kind = row->Text();
  log.content = row->BlobOf<16>();
  log.chain = row->BlobOf<32>();
  log.record = row->Blob();
  return log;
}

absl::Status ReadRevision(const Statement& select, Sha256* sha256,
                          RevisionRow* revision) {
  RowReader row(select, kRevisionsTable, 1);
  revision->from = row.Number<Seq>();
  revision->semantics_revision = row.IntBetween<int32_t>();
  revision->time_zone_version = row.Text();
  const CheckBytes check = row.BlobOf<8>();
  CheckBytes right;
  VOUCH_RETURN_IF_ERROR(
      CheckOfName(sha256, kRevisionsTable, revision->from.value(),
                  static_cast<uint64_t>(revision->semantics_revision),
                  revision->time_zone_version, &right));
  if (check != right) row.Fail("does not fit the row");
  return row.status();
}

}  // namespace

absl::Status SqliteStore::ReadLog(Seq after, std::size_t limit, LogPage* page) {
  absl::MutexLock lock(&mutex_);
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_ASSIGN_OR_RETURN(Statement * select,
                           connection_->Prepare(kSelectLog));
    ResetAtEnd reset(select);
    select->Number(after).Unsigned(std::min<uint64_t>(
        limit, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
    while (true) {
      VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
      if (!more) return absl::OkStatus();
      RowReader row(*select, "log", 1);
      const LogRow log = ReadLogRow(&row);
      VOUCH_RETURN_IF_ERROR(row.status());
      page->Add(log);
    }
  });
}

absl::Status SqliteStore::FindEvents(
    absl::Span<const EventKey> keys,
    std::vector<std::optional<KnownEvent>>* found) {
  absl::MutexLock lock(&mutex_);
  found->assign(keys.size(), std::nullopt);
  if (keys.empty()) return absl::OkStatus();
  // One look at the file for all keys.
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      VOUCH_RETURN_IF_ERROR(FindOne(keys[i], &(*found)[i]));
    }
    return absl::OkStatus();
  });
}

absl::Status SqliteStore::FindOne(const EventKey& key,
                                  std::optional<KnownEvent>* found) {
  VOUCH_ASSIGN_OR_RETURN(Statement * find, connection_->Prepare(kFindEvent));
  ResetAtEnd reset_find(find);
  VOUCH_ASSIGN_OR_RETURN(const bool known,
                         find->Number(key.program).Text(key.event_id).Step());
  if (!known) return absl::OkStatus();
  RowReader index(*find, "log_by_event", 0);
  const Seq seq = index.Number<Seq>();
  VOUCH_RETURN_IF_ERROR(index.status());
  // The row itself has to agree: a damaged index may point to another.
  VOUCH_ASSIGN_OR_RETURN(Statement * select,
                         connection_->Prepare(kSelectEvent));
  ResetAtEnd reset_select(select);
  VOUCH_ASSIGN_OR_RETURN(const bool there, select->Number(seq).Step());
  if (!there) {
    return absl::DataLossError(
        absl::StrCat("log[", seq.value(), "]: the index names it"));
  }
  RowReader row(*select, "log", 1);
  KnownEvent event;
  event.seq = row.Number<Seq>();
  const bool same_program = row.Number<ProgramIndex>() == key.program;
  const bool same_id = row.Text() == key.event_id;
  if (!same_program || !same_id) row.Fail("is not what the index says");
  event.content = row.BlobOf<16>();
  *found = event;
  return row.status();
}

absl::Status SqliteStore::ReadRevisions(
    absl::FunctionRef<void(const RevisionRow&)> each) {
  absl::MutexLock lock(&mutex_);
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_ASSIGN_OR_RETURN(Statement * select,
                           connection_->Prepare(kSelectRevisions));
    ResetAtEnd reset(select);
    while (true) {
      VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
      if (!more) return absl::OkStatus();
      RevisionRow revision;
      VOUCH_RETURN_IF_ERROR(ReadRevision(*select, &sha256_, &revision));
      each(revision);
    }
  });
}

}  // namespace store

VOUCH_NAMESPACE_END

// The rooms of the SQLite store: opening.cc, names.cc, write_batch.cc,
// read_log.cc, read_feed.cc, read_decisions.cc, read_books.cc, snapshot.cc and
// care.cc each hold the methods of their name.
#ifndef VOUCH_SRC_STORE_SQLITE_STORE_H_
#define VOUCH_SRC_STORE_SQLITE_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "engine/sha256.h"
#include "store/connection.h"
#include "store/writer_lock.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"
#include "vouch/store/sqlite.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

class SqliteStore final : public Store {
 public:
  static absl::StatusOr<std::unique_ptr<Store>> Open(
      const std::string& path, const SqliteOptions& options);

  absl::Status ReadHead(StoreHead* head) override;
  absl::Status ReadNames(
      absl::FunctionRef<absl::Status(const NameRow&)> customer,
      absl::FunctionRef<absl::Status(const NameRow&)> visitor) override;
  absl::Status ReadRevisions(
      absl::FunctionRef<void(const RevisionRow&)> each) override;
  absl::Status WriteRevision(const RevisionRow& row) override;

  absl::Status FindEvents(
      absl::Span<const EventKey> keys,
      std::vector<std::optional<KnownEvent>>* found) override;
  absl::Status Write(const StoreBatch& batch) override;

  absl::Status ReadLog(Seq after, std::size_t limit, LogPage* page) override;
  absl::Status ReadFeed(const FeedQuery& query, FeedRows* rows) override;
  absl::Status ReadDecisions(Seq after, std::size_t limit,
                             DecidedRows* rows) override;
  absl::Status ReadPartners(
      absl::FunctionRef<void(const PartnerRow&)> each) override;
  absl::Status ReadAccounts(
      absl::FunctionRef<void(const AccountRow&)> account,
      absl::FunctionRef<void(const ProgramAccountRow&)> program) override;

  absl::Status WriteSnapshot(
      const SnapshotHead& head,
      absl::FunctionRef<absl::Status(SnapshotPart)> write) override;
  absl::Status ReadSnapshot(std::optional<SnapshotHead>* head,
                            SnapshotPart part) override;

  absl::Status Erase(ProgramIndex program,
                     absl::Span<const CustomerNumber> customers,
                     absl::Span<const VisitorNumber> visitors) override;
  absl::Status Backup(const std::string& path) override;
  absl::Status Compact() override;
  absl::Status CheckMedium(std::vector<std::string>* problems) override;

 private:
  using NameReader = absl::FunctionRef<absl::Status(const NameRow&)>;

  SqliteStore(std::unique_ptr<Connection> connection, SqliteOptions options,
              std::optional<WriterLock> lock)
      : path_(connection->path()),
        resolved_path_(connection->ResolvedPath()),
        options_(std::move(options)),
        lock_(std::move(lock)),
        connection_(std::move(connection)) {}

  // FAILED_PRECONDITION on a handle that only reads.
  absl::Status CheckWritable() const;
  // Runs `body`, which sees one moment of the file.
  absl::Status Read(absl::FunctionRef<absl::Status()> body)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Status AddLines(const char* sql, std::vector<std::string>* problems)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadPrograms(StoreHead* head)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadNamesOf(const char* table, const char* sql, NameReader each)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status EraseRows(ProgramIndex program,
                         absl::Span<const CustomerNumber> customers,
                         absl::Span<const VisitorNumber> visitors)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FindOne(const EventKey& key, std::optional<KnownEvent>* found)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const std::string resolved_path_;
  const SqliteOptions options_;
  // Released after the connection has closed.
  const std::optional<WriterLock> lock_;

  absl::Mutex mutex_;
  std::unique_ptr<Connection> connection_ ABSL_PT_GUARDED_BY(mutex_);
  Sha256 sha256_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_SQLITE_STORE_H_

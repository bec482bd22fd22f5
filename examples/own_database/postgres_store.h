// Vouch's books in the host's own PostgreSQL, so that the host's rows and
// Vouch's are written in one transaction: both are there or neither, whatever
// ends the process.
//
//   StatusOr<std::unique_ptr<vouch::Store>> store = PostgresStore::Open(
//       connection, [&](PGconn* c, const vouch::StoreBatch& batch) {
//         return InsertInvoices(c, batch);    // in the same transaction
//       });
//   StatusOr<std::unique_ptr<vouch::Engine>> engine =
//       vouch::Engine::OnStore(*std::move(store));
//   Status s = (*engine)->Apply(events, &outcomes);  // OK: both are committed
//
// Why a callback, and not a transaction that the host opens and the store
// joins: when Apply returns OK the engine takes the batch for kept, answers
// from it, and calls a resend a duplicate. In a transaction that the host
// commits later that would not be true yet, and after the host's rollback it
// never would be. So the store begins and commits, and the host's part runs
// inside, after Vouch's rows and before the commit.
//
// There is no snapshot: opening an engine reads the whole log.
//
// Threads: the store calls libpq under a mutex of its own. Nobody else may use
// the connection beside it; the callback may, for it runs under that mutex.
#ifndef VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_STORE_H_
#define VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_STORE_H_

#include <libpq-fe.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "postgres.h"
#include "vouch/engine/store.h"

namespace own_database {

// The host's part of a batch: called in the transaction that has `batch`'s rows
// and is not committed yet. `batch.log` has the events that were applied, so
// that the host need not guess which were refused; without any, nothing is
// written and this is not called. It uses `connection` for its own rows, may
// not begin, commit or roll back, and may not call the engine, which waits for
// it. Its error rolls everything back, and Apply returns it.
using BeforeCommit =
    std::function<absl::Status(PGconn*, const vouch::StoreBatch& batch)>;

class PostgresStore final : public vouch::Store {
 public:
  // Makes Vouch's tables, all or nothing, where there are none yet.
  static absl::Status CreateTables(PGconn* connection);

  // On a connection that stays the caller's and outlives the store. One store
  // at a time may have the books: it holds an advisory lock that ends with the
  // connection, so that whoever has lost the lock cannot write either.
  // FAILED_PRECONDITION when another has it, without tables or with those of
  // another version, on a database or connection that is not in UTF-8, and with
  // synchronous_commit off, for then a commit would not last.
  static absl::StatusOr<std::unique_ptr<vouch::Store>> Open(
      PGconn* connection, BeforeCommit before_commit = nullptr);

  // Gives the lock back.
  ~PostgresStore() override;

  absl::Status ReadHead(vouch::StoreHead* head) override;
  absl::Status ReadNames(
      absl::FunctionRef<absl::Status(const vouch::NameRow&)> customer,
      absl::FunctionRef<absl::Status(const vouch::NameRow&)> visitor) override;
  absl::Status ReadRevisions(
      absl::FunctionRef<void(const vouch::RevisionRow&)> each) override;
  absl::Status WriteRevision(const vouch::RevisionRow& row) override;

  absl::Status FindEvents(
      absl::Span<const vouch::EventKey> keys,
      std::vector<std::optional<vouch::KnownEvent>>* found) override;
  absl::Status Write(const vouch::StoreBatch& batch) override;

  absl::Status ReadLog(vouch::Seq after, std::size_t limit,
                       vouch::LogPage* page) override;
  absl::Status ReadFeed(const vouch::FeedQuery& query,
                        vouch::FeedRows* rows) override;
  absl::Status ReadDecisions(vouch::Seq after, std::size_t limit,
                             vouch::DecidedRows* rows) override;
  absl::Status ReadPartners(
      absl::FunctionRef<void(const vouch::PartnerRow&)> each) override;
  absl::Status ReadAccounts(
      absl::FunctionRef<void(const vouch::AccountRow&)> account,
      absl::FunctionRef<void(const vouch::ProgramAccountRow&)> program)
      override;

  // Deletes the rows and rewrites both tables of names, for a deleted row stays
  // in its page until then. The write-ahead log, replicas and backups keep what
  // they hold. UNAVAILABLE: the names are gone from the books, but not yet from
  // the pages; VACUUM FULL does that.
  absl::Status Erase(vouch::ProgramIndex program,
                     absl::Span<const vouch::CustomerNumber> customers,
                     absl::Span<const vouch::VisitorNumber> visitors) override;

 private:
  PostgresStore(PGconn* connection, BeforeCommit before_commit)
      : connection_(connection),
        before_commit_(std::move(before_commit)),
        db_(connection) {}

  absl::Status ReadNamesOf(
      const char* table,
      absl::FunctionRef<absl::Status(const vouch::NameRow&)> each)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  PGconn* const connection_;
  const BeforeCommit before_commit_;
  absl::Mutex mutex_;
  Postgres db_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace own_database

#endif  // VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_STORE_H_

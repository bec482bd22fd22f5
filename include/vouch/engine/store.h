// The port behind which an engine keeps what must last: the log, what follows
// from it, and the names of customers. Vouch brings two stores, memory and
// SQLite (vouch/store/sqlite.h); a host may bring its own, so that its rows and
// Vouch's are written in one transaction (examples/own_database).
//
//   StatusOr<std::unique_ptr<Engine>> engine =
//       Engine::OnStore(std::make_unique<MyStore>(connection));
//
// The engine calls across this port once a batch, never once an event. A store
// keeps rows and gives them back; it knows nothing of attribution or rates.
//
// Threads: the engine never calls Write, WriteSnapshot, Erase or Compact beside
// any other call but Backup; it calls the others from several threads at once.
#ifndef VOUCH_ENGINE_STORE_H_
#define VOUCH_ENGINE_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/attribute/credit.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/string_pool.h"
#include "vouch/ledger/balances.h"
#include "vouch/ledger/entry.h"
#include "vouch/ledger/payout.h"
#include "vouch/program/reference.h"
#include "vouch/rate/accrual.h"

VOUCH_NAMESPACE_BEGIN

// The first 16 bytes of the SHA-256 of an event's canonical form.
using ContentHash = std::array<uint8_t, 16>;

// SHA-256 over the link before and a log row: see docs/STORAGE_FORMAT.md.
using ChainHash = std::array<uint8_t, 32>;

// ---------------------------------------------------------------------------
// Rows. Texts are borrowed: of a batch until Write returns, of a page as long
// as the page.

struct ProgramRow {
  ProgramIndex program;
  std::string_view program_id;
};

// The external id of a customer or a visitor and the number that stands for it.
struct NameRow {
  ProgramIndex program;
  uint64_t number = 0;
  std::string_view name;
};

// One applied event. `record` is what AppendRecord gives.
struct LogRow {
  Seq seq;
  ProgramIndex program;
  std::string_view event_id;
  Instant time;
  std::string_view kind;  // the event's name in events.jsonl: "payment"
  ContentHash content{};
  ChainHash chain{};
  std::string_view record;
};

// One row of the feed.
struct FeedRow {
  Seq seq;             // of the event that gave it
  uint32_t place = 0;  // from 1 among all rows of that event
  ProgramIndex program;
  std::string_view event_id;  // read; not written, for the log has it
  std::variant<Accrual, Entry, Payout> body;

  // Whose account the row is about.
  PartnerIndex partner() const {
    return std::visit([](const auto& row) { return row.partner; }, body);
  }
};

struct DecidedRow {
  ProgramIndex program;
  std::string_view event_id;  // read; not written, for the log has it
  CustomerNumber customer;
  std::string_view payment_id;  // where a payment decided; else empty
  Decision decision;
};

// A partner's record of the greatest moment.
struct PartnerRow {
  ProgramIndex program;
  PartnerIndex partner;
  std::string_view partner_id;
  Instant from;  // since when the record is in force
  PartnerRecord record;
};

struct AccountRow {
  ProgramIndex program;
  PartnerIndex partner;
  Currency currency;
  Balances balances;
};

struct ProgramAccountRow {
  ProgramIndex program;
  Currency currency;
  int64_t expense_minor = 0;
};

// Under which rules the log was written, from an event on.
struct RevisionRow {
  Seq from;
  int32_t semantics_revision = 0;
  std::string_view time_zone_version;  // "2024a"; "unknown" where none is told
};

// ---------------------------------------------------------------------------
// Reading

// A stretch of the log that owns what its rows borrow.
class LogPage {
 public:
  // Copies the texts of `row`.
  void Add(LogRow row) {
    row.event_id = texts_.Add(row.event_id);
    row.kind = texts_.Add(row.kind);
    row.record = texts_.Add(row.record);
    rows_.push_back(row);
  }
  absl::Span<const LogRow> rows() const { return rows_; }

 private:
  StringPool texts_;
  std::vector<LogRow> rows_;
};

// A stretch of the feed that owns what its rows borrow.
class FeedRows {
 public:
  // Copies the texts of `row`. Rows move when one is added.
  void Add(FeedRow row);
  // Copies one more text that a reader wants beside the rows.
  std::string_view AddText(std::string_view text) { return texts_.Add(text); }
  absl::Span<const FeedRow> rows() const { return rows_; }

 private:
  StringPool texts_;
  std::vector<FeedRow> rows_;
};

// Decisions that own what they borrow.
class DecidedRows {
 public:
  // Copies the texts of `row`. Rows move when one is added.
  void Add(DecidedRow row);
  std::string_view AddText(std::string_view text) { return texts_.Add(text); }
  absl::Span<const DecidedRow> rows() const { return rows_; }

 private:
  StringPool texts_;
  std::vector<DecidedRow> rows_;
};

// Which part of the feed.
struct FeedQuery {
  Seq after;
  // Ends with the first event at which so many rows are reached; an event's
  // rows are never parted.
  std::size_t limit = 0;
  // Only rows of this partner; none: of all partners of all programs. (With a
  // partner, those of one event that are another's are left out.)
  ProgramIndex program;
  PartnerIndex partner;
};

// What a batch asks of the index of events.
struct EventKey {
  ProgramIndex program;
  std::string_view event_id;
};
struct KnownEvent {
  Seq seq;
  ContentHash content{};
};

// What an engine needs before it reads the log.
struct StoreHead {
  std::vector<std::pair<ProgramIndex, std::string>> programs;  // by number
  Seq last_seq;
  // ReadNames gives a row for every number that was ever given, also where the
  // name was erased: a row that is missing is then noticed.
  bool names_complete = false;
};

// What an engine says of a snapshot: the state after `seq`.
struct SnapshotHead {
  Seq seq;
  ChainHash chain{};  // of that event's log row
};

// ---------------------------------------------------------------------------
// Writing

// What a batch adds, in order, and the accounts and partners that it changed,
// as they stand after it. Everything that is not there yet must be written and
// everything that is there (partners, accounts) replaced.
struct StoreBatch {
  absl::Span<const ProgramRow> programs;
  absl::Span<const NameRow> customers;
  absl::Span<const NameRow> visitors;
  absl::Span<const LogRow> log;
  absl::Span<const FeedRow> feed;
  absl::Span<const DecidedRow> decisions;
  absl::Span<const PartnerRow> partners;
  absl::Span<const AccountRow> accounts;
  absl::Span<const ProgramAccountRow> program_accounts;
};

// Takes or gives a part of a snapshot.
using SnapshotPart = absl::FunctionRef<absl::Status(std::string_view)>;

class Store {
 public:
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // --- Opening

  virtual absl::Status ReadHead(StoreHead* head) = 0;

  // Calls back for every name that is kept, by program and number, first
  // customers, then visitors. The row of an erased name, where it is kept, has
  // an empty one. An error of the caller ends the reading and is passed on.
  virtual absl::Status ReadNames(
      absl::FunctionRef<absl::Status(const NameRow&)> customer,
      absl::FunctionRef<absl::Status(const NameRow&)> visitor) = 0;

  // All rows, by `from`.
  virtual absl::Status ReadRevisions(
      absl::FunctionRef<void(const RevisionRow&)> each) = 0;
  // The engine writes one before the first batch under other rules.
  virtual absl::Status WriteRevision(const RevisionRow& row) = 0;

  // --- Batches

  // For each of `keys` what is kept of that event, in `*found` (as long as
  // `keys`).
  virtual absl::Status FindEvents(
      absl::Span<const EventKey> keys,
      std::vector<std::optional<KnownEvent>>* found) = 0;

  // Writes all or nothing; when it returns OK, what it wrote lasts. After an
  // error the engine answers nothing more and has to be opened again, for it
  // cannot know which of both became true.
  virtual absl::Status Write(const StoreBatch& batch) = 0;

  // --- Answers

  // The log after `after`, in order, at most `limit` rows.
  virtual absl::Status ReadLog(Seq after, std::size_t limit, LogPage* page) = 0;
  virtual absl::Status ReadFeed(const FeedQuery& query, FeedRows* rows) = 0;
  // Decisions after `after`, in order, at most `limit`.
  virtual absl::Status ReadDecisions(Seq after, std::size_t limit,
                                     DecidedRows* rows) = 0;
  // What was written of partners and accounts, sorted by numbers and currency;
  // `vouch verify` compares it with the log.
  virtual absl::Status ReadPartners(
      absl::FunctionRef<void(const PartnerRow&)> each) = 0;
  virtual absl::Status ReadAccounts(
      absl::FunctionRef<void(const AccountRow&)> account,
      absl::FunctionRef<void(const ProgramAccountRow&)> program) = 0;

  // --- Snapshots: a store may do without, then every opening reads the whole
  // log.

  // Replaces the snapshot by the parts that `write` gives, all or nothing.
  virtual absl::Status WriteSnapshot(
      const SnapshotHead& head,
      absl::FunctionRef<absl::Status(SnapshotPart)> write);
  // Calls `part` for each part as it was written, in order. Nothing in `*head`
  // when there is no snapshot. DATA_LOSS when it is not what was written.
  virtual absl::Status ReadSnapshot(std::optional<SnapshotHead>* head,
                                    SnapshotPart part);

  // --- Care

  // Removes the names of customers and visitors for good, from the medium too
  // as far as the store can reach. UNAVAILABLE is kept for this one case: the
  // names are gone, but the medium still holds old bytes of them, and the same
  // call clears these later. After any other error they are all there. Of
  // nobody, and of who has no name: clears what an earlier call left.
  virtual absl::Status Erase(ProgramIndex program,
                             absl::Span<const CustomerNumber> customers,
                             absl::Span<const VisitorNumber> visitors) = 0;
  // Writes a copy of the last batch's state to `path`, beside any other call.
  virtual absl::Status Backup(const std::string& path);
  // Gives back room that nothing uses.
  virtual absl::Status Compact();
  // Adds what the medium itself finds wrong, one line each.
  virtual absl::Status CheckMedium(std::vector<std::string>* problems);

 protected:
  Store() = default;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_ENGINE_STORE_H_

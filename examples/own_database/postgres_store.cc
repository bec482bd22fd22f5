// Opening, names, the log, and forgetting.
#include "postgres_store.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "postgres_schema.h"
#include "vouch/base/status.h"

namespace own_database {

namespace {

using vouch::EventKey;
using vouch::KnownEvent;
using vouch::LogRow;
using vouch::NameRow;
using vouch::ProgramIndex;
using vouch::Seq;

// The lock of these books: 'VOUC', and the table of the log in this database.
#define OWN_DATABASE_LOCK "1448039747, 'vouch.log'::regclass::oid::int4"

// A session would get its own lock again, hence the look for it.
constexpr char kTakeLock[] =
    "SELECT (CASE WHEN EXISTS ("
    "  SELECT FROM pg_locks WHERE locktype = 'advisory'"
    "  AND pid = pg_backend_pid() AND objsubid = 2"
    "  AND classid = 1448039747 AND objid = 'vouch.log'::regclass::oid)"
    " THEN false ELSE pg_try_advisory_lock(" OWN_DATABASE_LOCK
    ") END)::int::bigint";
constexpr char kGiveLock[] = "SELECT pg_advisory_unlock(" OWN_DATABASE_LOCK ")";
#undef OWN_DATABASE_LOCK

constexpr char kCountTables[] =
    "SELECT count(*) FROM pg_tables WHERE schemaname = 'vouch'";
constexpr char kSelectLog[] =
    "SELECT seq, program, event_id, time_us, kind, content, chain, record"
    " FROM vouch.log WHERE seq > $1 ORDER BY seq LIMIT $2";
constexpr char kFindEvent[] =
    "SELECT seq, content FROM vouch.log WHERE program = $1 AND event_id = $2";
constexpr char kSelectRevisions[] =
    "SELECT from_seq, semantics_revision, time_zone_version"
    " FROM vouch.revisions ORDER BY from_seq";
constexpr int kNamesInPage = 10'000;

// The first row's only column.
absl::StatusOr<int64_t> QueryInt(Postgres* db, const char* sql) {
  VOUCH_ASSIGN_OR_RETURN(const Rows rows, db->Query(sql));
  if (rows.size() != 1) return absl::DataLossError("postgres: not one row");
  Row row = rows.at(0, "vouch", 0);
  const int64_t value = row.Int();
  VOUCH_RETURN_IF_ERROR(row.status());
  return value;
}

absl::Status CheckSetting(PGconn* connection, Postgres* db) {
  for (const char* name : {"server_encoding", "client_encoding"}) {
    const char* value = PQparameterStatus(connection, name);
    if (value == nullptr || std::string_view(value) != "UTF8") {
      return absl::FailedPreconditionError(
          absl::StrCat("postgres: ", name, " is not UTF8"));
    }
  }
  VOUCH_ASSIGN_OR_RETURN(
      const int64_t forgets,
      QueryInt(db,
               "SELECT (current_setting('synchronous_commit') = 'off')"
               "::int::bigint"));
  if (forgets == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "postgres: with synchronous_commit off, what is committed may be lost");
}

absl::Status CheckVersion(Postgres* db) {
  VOUCH_ASSIGN_OR_RETURN(const int64_t tables, QueryInt(db, kCountTables));
  if (tables == 0) {
    return absl::FailedPreconditionError(
        "vouch: there are no tables; CreateTables makes them");
  }
  VOUCH_ASSIGN_OR_RETURN(
      const int64_t version,
      QueryInt(db, "SELECT version FROM vouch.schema_version"));
  if (version == kSchemaVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("vouch: the tables have version ", version,
                   ", and this program knows ", kSchemaVersion));
}

LogRow ReadLogRow(Row* row) {
  LogRow log;
  log.seq = row->Number<Seq>();
  log.program = row->Number<ProgramIndex>();
  log.event_id = row->Text();
  log.time = row->Time();
  log.kind = row->Text();
  log.content = row->BytesOf<16>();
  log.chain = row->BytesOf<32>();
  log.record = row->Bytes();
  return log;
}

}  // namespace

absl::Status PostgresStore::CreateTables(PGconn* connection) {
  Postgres db(connection);
  return db.InTransaction([&db]() -> absl::Status {
    VOUCH_ASSIGN_OR_RETURN(const int64_t tables, QueryInt(&db, kCountTables));
    return tables == 0 ? db.RunScript(kSchema) : absl::OkStatus();
  });
}

absl::StatusOr<std::unique_ptr<vouch::Store>> PostgresStore::Open(
    PGconn* connection, BeforeCommit before_commit) {
  Postgres db(connection);
  VOUCH_RETURN_IF_ERROR(CheckSetting(connection, &db));
  VOUCH_RETURN_IF_ERROR(CheckVersion(&db));
  VOUCH_ASSIGN_OR_RETURN(const int64_t locked, QueryInt(&db, kTakeLock));
  if (locked == 0) {
    return absl::FailedPreconditionError(
        "vouch: another engine has these books open");
  }
  return std::unique_ptr<vouch::Store>(
      new PostgresStore(connection, std::move(before_commit)));
}

PostgresStore::~PostgresStore() { Result(PQexec(connection_, kGiveLock)); }

absl::Status PostgresStore::ReadHead(vouch::StoreHead* head) {
  absl::MutexLock lock(&mutex_);
  *head = vouch::StoreHead();
  VOUCH_ASSIGN_OR_RETURN(
      const Rows rows,
      db_.Query("SELECT program, program_id FROM vouch.programs"
                " ORDER BY program"));
  for (int i = 0; i < rows.size(); ++i) {
    Row row = rows.at(i, "programs", 1);
    const auto program = row.Number<ProgramIndex>();
    head->programs.emplace_back(program, std::string(row.Text()));
    VOUCH_RETURN_IF_ERROR(row.status());
  }
  VOUCH_ASSIGN_OR_RETURN(const Rows last,
                         db_.Query("SELECT max(seq) FROM vouch.log"));
  Row row = last.at(0, "log", 0);
  head->last_seq = row.NumberOrNone<Seq>();
  return row.status();
}

absl::Status PostgresStore::ReadNames(
    absl::FunctionRef<absl::Status(const NameRow&)> customer,
    absl::FunctionRef<absl::Status(const NameRow&)> visitor) {
  absl::MutexLock lock(&mutex_);
  VOUCH_RETURN_IF_ERROR(ReadNamesOf("customer", customer));
  return ReadNamesOf("visitor", visitor);
}

absl::Status PostgresStore::ReadNamesOf(
    const char* table, absl::FunctionRef<absl::Status(const NameRow&)> each) {
  const std::string sql = absl::StrCat(
      "SELECT program, ", table, ", ", table, "_id FROM vouch.", table,
      "s WHERE (program, ", table, ") > ($1, $2) ORDER BY program, ", table,
      " LIMIT ", kNamesInPage);
  NameRow name;
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(
        const Rows rows,
        db_.Query(sql, Params()
                           .Number(name.program)
                           .Int(static_cast<int64_t>(name.number))));
    for (int i = 0; i < rows.size(); ++i) {
      Row row = rows.at(i, table, 2);
      name.program = row.Number<ProgramIndex>();
      name.number = row.Number<vouch::CustomerNumber>().value();
      name.name = row.Text();
      VOUCH_RETURN_IF_ERROR(row.status());
      VOUCH_RETURN_IF_ERROR(each(name));
    }
    if (rows.size() < kNamesInPage) return absl::OkStatus();
  }
}

absl::Status PostgresStore::ReadRevisions(
    absl::FunctionRef<void(const vouch::RevisionRow&)> each) {
  absl::MutexLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(const Rows rows, db_.Query(kSelectRevisions));
  for (int i = 0; i < rows.size(); ++i) {
    Row row = rows.at(i, "revisions", 1);
    vouch::RevisionRow revision;
    revision.from = row.Number<Seq>();
    revision.semantics_revision = row.IntBetween<int32_t>();
    revision.time_zone_version = row.Text();
    VOUCH_RETURN_IF_ERROR(row.status());
    each(revision);
  }
  return absl::OkStatus();
}

absl::Status PostgresStore::ReadLog(Seq after, std::size_t limit,
                                    vouch::LogPage* page) {
  absl::MutexLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(
      const Rows rows,
      db_.Query(kSelectLog, Params().Number(after).Limit(limit)));
  for (int i = 0; i < rows.size(); ++i) {
    Row row = rows.at(i, "log", 1);
    const LogRow log = ReadLogRow(&row);
    VOUCH_RETURN_IF_ERROR(row.status());
    page->Add(log);
  }
  return absl::OkStatus();
}

absl::Status PostgresStore::FindEvents(
    absl::Span<const EventKey> keys,
    std::vector<std::optional<KnownEvent>>* found) {
  absl::MutexLock lock(&mutex_);
  found->assign(keys.size(), std::nullopt);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    VOUCH_ASSIGN_OR_RETURN(
        const Rows rows,
        db_.Query(kFindEvent,
                  Params().Number(keys[i].program).Text(keys[i].event_id)));
    if (rows.size() == 0) continue;
    Row row = rows.at(0, "log", 1);
    KnownEvent event;
    event.seq = row.Number<Seq>();
    event.content = row.BytesOf<16>();
    VOUCH_RETURN_IF_ERROR(row.status());
    (*found)[i] = event;
  }
  return absl::OkStatus();
}

absl::Status PostgresStore::Erase(
    ProgramIndex program, absl::Span<const vouch::CustomerNumber> customers,
    absl::Span<const vouch::VisitorNumber> visitors) {
  absl::MutexLock lock(&mutex_);
  const absl::Status erased = db_.InTransaction([&]() -> absl::Status {
    mutex_.AssertHeld();
    for (const vouch::CustomerNumber customer : customers) {
      VOUCH_RETURN_IF_ERROR(db_.Run(
          "DELETE FROM vouch.customers WHERE program = $1 AND customer = $2",
          Params().Number(program).Number(customer)));
    }
    for (const vouch::VisitorNumber visitor : visitors) {
      VOUCH_RETURN_IF_ERROR(db_.Run(
          "DELETE FROM vouch.visitors WHERE program = $1 AND visitor = $2",
          Params().Number(program).Number(visitor)));
    }
    return absl::OkStatus();
  });
  // UNAVAILABLE is kept for what follows: see the port.
  if (absl::IsUnavailable(erased)) return absl::AbortedError(erased.message());
  VOUCH_RETURN_IF_ERROR(erased);
  for (const char* table : {"customers", "visitors"}) {
    const std::string vacuum = absl::StrCat("VACUUM FULL vouch.", table);
    const absl::Status status = db_.RunScript(vacuum.c_str());
    if (!status.ok()) {
      return absl::UnavailableError(absl::StrCat(
          table, ": the name is gone from the books, but stays in a page",
          " until VACUUM FULL: ", status.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace own_database

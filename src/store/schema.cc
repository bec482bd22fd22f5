#include "store/schema.h"

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "store/row_reader.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

// A table or an index. SQLite keeps the text as it is, comments included, so
// that .schema explains itself.
struct Object {
  const char* name;
  const char* sql;
};

// Names of people are in no index and their rows are only ever appended, so
// that a B-tree never has a reason to copy one to another page.
constexpr std::array<Object, 21> kObjects = {{
    {"programs", R"(CREATE TABLE programs(
  program INTEGER PRIMARY KEY, -- its number, from 1
  program_id TEXT NOT NULL,
  check_bytes BLOB NOT NULL
) STRICT)"},
    {"customers", R"(CREATE TABLE customers(
  program INTEGER NOT NULL,
  customer INTEGER NOT NULL, -- its number in the program, from 1
  customer_id TEXT, -- NULL: erased
  check_bytes BLOB
) STRICT)"},
    {"customers_by_number", R"(CREATE UNIQUE INDEX customers_by_number
  ON customers(program, customer))"},
    {"visitors", R"(CREATE TABLE visitors(
  program INTEGER NOT NULL,
  visitor INTEGER NOT NULL, -- its number in the program, from 1
  visitor_id TEXT, -- NULL: erased
  check_bytes BLOB
) STRICT)"},
    {"visitors_by_number", R"(CREATE UNIQUE INDEX visitors_by_number
  ON visitors(program, visitor))"},
    {"revisions", R"(CREATE TABLE revisions(
  from_seq INTEGER PRIMARY KEY, -- the first event under these rules
  semantics_revision INTEGER NOT NULL,
  time_zone_version TEXT NOT NULL,
  check_bytes BLOB NOT NULL
) STRICT)"},
    {"log", R"(CREATE TABLE log(
  seq INTEGER PRIMARY KEY, -- the number of the event, from 1
  program INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  time_us INTEGER NOT NULL, -- UTC, since 1970
  kind TEXT NOT NULL,
  content BLOB NOT NULL, -- hash of the event as it was given
  chain BLOB NOT NULL, -- hash of this row and all before it
  record BLOB NOT NULL
) STRICT)"},
    {"log_by_event", R"(CREATE UNIQUE INDEX log_by_event
  ON log(program, event_id))"},
    {"accruals", R"(CREATE TABLE accruals(
  seq INTEGER NOT NULL, -- the event that gave the row
  place INTEGER NOT NULL, -- from 1 among all rows of that event
  program INTEGER NOT NULL,
  partner INTEGER NOT NULL, -- the payee
  time_us INTEGER NOT NULL,
  kind TEXT NOT NULL, -- ACCRUAL or REVERSAL
  source TEXT NOT NULL, -- PAYMENT, REFUND, TRUE_UP, ...
  accrual_id TEXT, -- of a reversal: the one it takes from
  restores_accrual_id TEXT, -- what a won chargeback brings back
  payment_seq INTEGER,
  customer INTEGER, -- who paid
  due_us INTEGER NOT NULL, -- when it matures unless held
  payment_id TEXT,
  refund_id TEXT,
  rule_id TEXT,
  role TEXT, -- ACQUIRER or SERVICER
  level INTEGER NOT NULL, -- 0: the credited partner, uplines from 1
  base_minor INTEGER NOT NULL, -- the whole base of its lines
  amount_minor INTEGER NOT NULL, -- kind gives the direction
  weight_ppb INTEGER NOT NULL, -- of the credit, parts per billion
  currency TEXT NOT NULL,
  phase TEXT, -- ACQUISITION or RETENTION
  contract_year INTEGER NOT NULL, -- from 1
  lead_id TEXT, -- of a qualified lead
  period_from_us INTEGER, -- of a true-up: its period's first moment
  PRIMARY KEY (seq, place)
) STRICT, WITHOUT ROWID)"},
    {"accruals_by_partner", R"(CREATE INDEX accruals_by_partner
  ON accruals(program, partner, seq))"},
    {"entries", R"(CREATE TABLE entries(
  seq INTEGER NOT NULL, -- the event that gave the row
  place INTEGER NOT NULL, -- from 1 among all rows of that event
  program INTEGER NOT NULL,
  partner INTEGER NOT NULL, -- whose accounts
  time_us INTEGER NOT NULL,
  entry_place INTEGER NOT NULL, -- from 1 among the entries of that event
  kind TEXT NOT NULL, -- why: ACCRUAL, REVERSAL, MATURE, VOID, ...
  currency TEXT NOT NULL,
  from_account TEXT NOT NULL, -- EXPENSE, PENDING, PAYABLE, IN_TRANSIT, PAID
  to_account TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, -- taken from one, added to the other
  accrual_id TEXT,
  rule_id TEXT,
  payout_id TEXT,
  author TEXT,
  reason TEXT,
  due_us INTEGER, -- of MATURE: when the hold ended
  PRIMARY KEY (seq, place)
) STRICT, WITHOUT ROWID)"},
    {"entries_by_partner", R"(CREATE INDEX entries_by_partner
  ON entries(program, partner, seq))"},
    {"payouts", R"(CREATE TABLE payouts(
  seq INTEGER NOT NULL, -- the event of this step
  place INTEGER NOT NULL, -- from 1 among all rows of that event
  program INTEGER NOT NULL,
  partner INTEGER NOT NULL,
  time_us INTEGER NOT NULL,
  state TEXT NOT NULL, -- REQUESTED, SENT or FAILED
  payout_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (seq, place)
) STRICT, WITHOUT ROWID)"},
    {"payouts_by_partner", R"(CREATE INDEX payouts_by_partner
  ON payouts(program, partner, seq))"},
    {"decisions", R"(CREATE TABLE decisions(
  seq INTEGER PRIMARY KEY, -- the event that decided
  program INTEGER NOT NULL,
  customer INTEGER NOT NULL,
  payment_id TEXT,
  at_us INTEGER NOT NULL,
  decided_by TEXT NOT NULL, -- SIGNUP, PAYMENT or IMPORT
  touch_count INTEGER NOT NULL, -- how many were looked at
  terms_seq INTEGER, -- the event that set the terms
  vendor_weight_ppb INTEGER NOT NULL, -- the vendor's own, under DIRECT
  binds INTEGER NOT NULL, -- 1: it stands for other payments too; else 0
  bound_until_us INTEGER -- NULL: no end, or it does not bind
) STRICT)"},
    {"credits", R"(CREATE TABLE credits(
  seq INTEGER NOT NULL, -- the decision
  place INTEGER NOT NULL, -- from 1 in the decision
  partner INTEGER NOT NULL,
  role TEXT NOT NULL,
  weight_ppb INTEGER NOT NULL, -- with vendor_weight_ppb they add up to 1000000000
  channel TEXT,
  code INTEGER, -- number of the code
  lead INTEGER, -- number of the lead, where the channel is LEAD
  campaign TEXT,
  sub_ids TEXT, -- joined by the character 31
  touch_seq INTEGER, -- the last touch that counted, a lead or an import
  touch_at_us INTEGER NOT NULL,
  PRIMARY KEY (seq, place)
) STRICT, WITHOUT ROWID)"},
    {"partners", R"(CREATE TABLE partners(
  program INTEGER NOT NULL,
  partner INTEGER NOT NULL, -- its number in the program, from 1
  partner_id TEXT NOT NULL,
  since_us INTEGER NOT NULL, -- since when this record is in force
  kind TEXT,
  status TEXT NOT NULL,
  partner_group TEXT,
  customer_share_ppb INTEGER, -- parts per billion
  PRIMARY KEY (program, partner)
) STRICT, WITHOUT ROWID)"},
    {"balances", R"(CREATE TABLE balances(
  program INTEGER NOT NULL,
  partner INTEGER NOT NULL,
  currency TEXT NOT NULL,
  pending_minor INTEGER NOT NULL,
  payable_minor INTEGER NOT NULL,
  in_transit_minor INTEGER NOT NULL,
  paid_minor INTEGER NOT NULL,
  PRIMARY KEY (program, partner, currency)
) STRICT, WITHOUT ROWID)"},
    {"expenses", R"(CREATE TABLE expenses(
  program INTEGER NOT NULL,
  currency TEXT NOT NULL,
  expense_minor INTEGER NOT NULL, -- below zero by what partners gained
  PRIMARY KEY (program, currency)
) STRICT, WITHOUT ROWID)"},
    {"snapshot_head", R"(CREATE TABLE snapshot_head(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL, -- the state after this event
  chain BLOB NOT NULL, -- of that event
  row_count INTEGER NOT NULL, -- in snapshot
  hash BLOB NOT NULL
) STRICT)"},
    {"snapshot", R"(CREATE TABLE snapshot(
  place INTEGER PRIMARY KEY, -- from 1
  bytes BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT)"},
}};

absl::Status CreateObjects(Connection* connection) {
  for (const Object& object : kObjects) {
    VOUCH_RETURN_IF_ERROR(connection->Execute(object.sql));
  }
  return absl::OkStatus();
}

using Migration = absl::Status (*)(Connection*);

// The n-th brings a file from version n to n + 1.
constexpr std::array<Migration, kSchemaVersion> kMigrations = {CreateObjects};

absl::Status Foreign(const Connection& connection, std::string_view why) {
  return PreconditionField(
      connection.path(), absl::StrCat("is not a file of Vouch: ", ToAbsl(why)));
}

}  // namespace

absl::StatusOr<int64_t> ReadSchemaVersion(Connection* connection) {
  VOUCH_ASSIGN_OR_RETURN(const int64_t application,
                         connection->QueryInt("PRAGMA application_id"));
  VOUCH_ASSIGN_OR_RETURN(const int64_t version,
                         connection->QueryInt("PRAGMA user_version"));
  VOUCH_ASSIGN_OR_RETURN(
      const int64_t objects,
      connection->QueryInt("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && objects == 0) return int64_t{0};
  if (application != kApplicationId) {
    return Foreign(*connection,
                   absl::StrCat("its application_id is ", application, ", not ",
                                kApplicationId));
  }
  if (version < 1) {
    return absl::DataLossError(
        absl::StrCat(connection->path(), ": user_version is ", version));
  }
  if (version > kSchemaVersion) {
    return PreconditionField(
        connection->path(),
        absl::StrCat("has schema version ", version,
                     ", and this library knows none after ", kSchemaVersion));
  }
  return version;
}

absl::Status Migrate(Connection* connection) {
  return connection->InTransaction(kBeginWrite, [connection]() -> absl::Status {
    // Read again: another handle may have been quicker.
    VOUCH_ASSIGN_OR_RETURN(int64_t version, ReadSchemaVersion(connection));
    if (version == kSchemaVersion) return absl::OkStatus();
    for (; version < kSchemaVersion; ++version) {
      VOUCH_RETURN_IF_ERROR(
          kMigrations[static_cast<std::size_t>(version)](connection));
    }
    const std::string header =
        absl::StrCat("PRAGMA application_id=", kApplicationId,
                     ";PRAGMA user_version=", kSchemaVersion);
    return connection->Execute(header.c_str());
  });
}

absl::Status CheckSchema(Connection* connection) {
  static constexpr char kSelect[] =
      "SELECT sql FROM sqlite_schema WHERE name = ?";
  VOUCH_ASSIGN_OR_RETURN(Statement * select, connection->Prepare(kSelect));
  for (const Object& object : kObjects) {
    ResetAtEnd reset(select);
    VOUCH_ASSIGN_OR_RETURN(const bool found, select->Text(object.name).Step());
    if (!found) {
      return absl::DataLossError(
          absl::StrCat(connection->path(), ": ", object.name, " is missing"));
    }
    RowReader row(*select, "sqlite_schema", 0);
    const std::string_view sql = row.Text();
    VOUCH_RETURN_IF_ERROR(row.status());
    if (sql != object.sql) {
      return absl::DataLossError(absl::StrCat(
          connection->path(), ": ", object.name, " is not as it was made"));
    }
  }
  return absl::OkStatus();
}

}  // namespace store

VOUCH_NAMESPACE_END

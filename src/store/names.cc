// Which number stands for whom, and forgetting it.
#include <string_view>

#include "absl/strings/str_cat.h"
#include "store/name_check.h"
#include "store/row_reader.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

constexpr char kSelectPrograms[] =
    "SELECT program, program_id, check_bytes FROM programs ORDER BY program";
constexpr char kSelectLastSeq[] = "SELECT max(seq) FROM log";
constexpr char kSelectCustomers[] =
    "SELECT program, customer, customer_id, check_bytes"
    " FROM customers INDEXED BY customers_by_number"
    " ORDER BY program, customer";
constexpr char kSelectVisitors[] =
    "SELECT program, visitor, visitor_id, check_bytes"
    " FROM visitors INDEXED BY visitors_by_number"
    " ORDER BY program, visitor";

// The rows stay and only lose the name: when SQLite deletes rows it may join
// half-empty pages, and copies of their neighbours' names can stay in a page's
// unused bytes, out of reach of a later erasing. A row that shrinks in its
// place moves nothing, and SQLite fills what it lost with zeros.
constexpr char kEraseCustomer[] =
    "UPDATE customers SET customer_id = NULL, check_bytes = NULL"
    " WHERE program = ? AND customer = ?";
constexpr char kEraseVisitor[] =
    "UPDATE visitors SET visitor_id = NULL, check_bytes = NULL"
    " WHERE program = ? AND visitor = ?";

}  // namespace

absl::Status SqliteStore::ReadHead(StoreHead* head) {
  absl::MutexLock lock(&mutex_);
  *head = StoreHead();
  head->names_complete = true;
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_RETURN_IF_ERROR(ReadPrograms(head));
    VOUCH_ASSIGN_OR_RETURN(Statement * select,
                           connection_->Prepare(kSelectLastSeq));
    ResetAtEnd reset(select);
    VOUCH_RETURN_IF_ERROR(select->Step().status());
    RowReader row(*select, "log", 0);
    head->last_seq = row.NumberOrNone<Seq>();
    return row.status();
  });
}

absl::Status SqliteStore::ReadPrograms(StoreHead* head) {
  VOUCH_ASSIGN_OR_RETURN(Statement * select,
                         connection_->Prepare(kSelectPrograms));
  ResetAtEnd reset(select);
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
    if (!more) return absl::OkStatus();
    RowReader row(*select, kProgramsTable, 1);
    const auto program = row.Number<ProgramIndex>();
    const std::string_view name = row.Text();
    const CheckBytes check = row.BlobOf<8>();
    CheckBytes right;
    VOUCH_RETURN_IF_ERROR(CheckOfName(&sha256_, kProgramsTable, program.value(),
                                      0, name, &right));
    if (check != right) row.Fail("does not fit the name");
    VOUCH_RETURN_IF_ERROR(row.status());
    head->programs.emplace_back(program, std::string(name));
  }
}

absl::Status SqliteStore::ReadNames(NameReader customer, NameReader visitor) {
  absl::MutexLock lock(&mutex_);
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_RETURN_IF_ERROR(
        ReadNamesOf(kCustomersTable.data(), kSelectCustomers, customer));
    return ReadNamesOf(kVisitorsTable.data(), kSelectVisitors, visitor);
  });
}

absl::Status SqliteStore::ReadNamesOf(const char* table, const char* sql,
                                      NameReader each) {
  VOUCH_ASSIGN_OR_RETURN(Statement * select, connection_->Prepare(sql));
  ResetAtEnd reset(select);
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
    if (!more) return absl::OkStatus();
    RowReader row(*select, table, 2);
    NameRow name;
    name.program = row.Number<ProgramIndex>();
    name.number = row.Number<Seq>().value();
    const bool erased = row.SkipNull();
    if (erased && row.SkipNull()) {
      VOUCH_RETURN_IF_ERROR(row.status());
      VOUCH_RETURN_IF_ERROR(each(name));
      continue;
    }
    if (!erased) name.name = row.Text();
    const CheckBytes check = row.BlobOf<8>();
    CheckBytes right;
    VOUCH_RETURN_IF_ERROR(CheckOfName(&sha256_, table, name.program.value(),
                                      name.number, name.name, &right));
    if (check != right) row.Fail("does not fit the name");
    VOUCH_RETURN_IF_ERROR(row.status());
    VOUCH_RETURN_IF_ERROR(each(name));
  }
}

absl::Status SqliteStore::Erase(ProgramIndex program,
                                absl::Span<const CustomerNumber> customers,
                                absl::Span<const VisitorNumber> visitors) {
  VOUCH_RETURN_IF_ERROR(CheckWritable());
  absl::MutexLock lock(&mutex_);
  VOUCH_RETURN_IF_ERROR(connection_->Execute("PRAGMA secure_delete=ON"));
  const absl::Status erased = EraseRows(program, customers, visitors);
  // Should this fail, more is overwritten than need be.
  connection_->Execute("PRAGMA secure_delete=FAST").IgnoreError();
  if (absl::IsUnavailable(erased)) {
    // That code is kept for what follows.
    return absl::AbortedError(erased.message());
  }
  VOUCH_RETURN_IF_ERROR(erased);
  const absl::Status emptied = connection_->CheckpointWhole();
  if (emptied.ok()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      path_,
      "-wal: the name is gone from the books, but old pages that hold it stay"
      " until erase is called again while nobody reads: ",
      emptied.message()));
}

absl::Status SqliteStore::EraseRows(ProgramIndex program,
                                    absl::Span<const CustomerNumber> customers,
                                    absl::Span<const VisitorNumber> visitors) {
  return connection_->InTransaction(kBeginWrite, [&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_ASSIGN_OR_RETURN(Statement * of_customer,
                           connection_->Prepare(kEraseCustomer));
    for (const CustomerNumber customer : customers) {
      VOUCH_RETURN_IF_ERROR(
          of_customer->Number(program).Number(customer).Run());
    }
    VOUCH_ASSIGN_OR_RETURN(Statement * of_visitor,
                           connection_->Prepare(kEraseVisitor));
    for (const VisitorNumber visitor : visitors) {
      VOUCH_RETURN_IF_ERROR(of_visitor->Number(program).Number(visitor).Run());
    }
    return absl::OkStatus();
  });
}

}  // namespace store

VOUCH_NAMESPACE_END

// A batch in one transaction. Nothing is allocated a row: what a row points to
// is borrowed by SQLite until the row is in.
#include <array>
#include <charconv>
#include <string_view>
#include <variant>

#include "store/name_check.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

constexpr char kInsertProgram[] = "INSERT INTO programs VALUES(?,?,?)";
constexpr char kInsertCustomer[] = "INSERT INTO customers VALUES(?,?,?,?)";
constexpr char kInsertVisitor[] = "INSERT INTO visitors VALUES(?,?,?,?)";
constexpr char kReplaceRevision[] =
    "INSERT OR REPLACE INTO revisions VALUES(?,?,?,?)";
constexpr char kInsertLog[] = "INSERT INTO log VALUES(?,?,?,?,?,?,?,?)";
constexpr char kInsertAccrual[] =
    "INSERT INTO accruals "
    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kInsertEntry[] =
    "INSERT INTO entries VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kInsertPayout[] =
    "INSERT INTO payouts VALUES(?,?,?,?,?,?,?,?,?)";
constexpr char kInsertDecision[] =
    "INSERT INTO decisions VALUES(?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kInsertCredit[] =
    "INSERT INTO credits VALUES(?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kReplacePartner[] =
    "INSERT OR REPLACE INTO partners VALUES(?,?,?,?,?,?,?,?)";
constexpr char kReplaceBalance[] =
    "INSERT OR REPLACE INTO balances VALUES(?,?,?,?,?,?,?)";
constexpr char kReplaceExpense[] =
    "INSERT OR REPLACE INTO expenses VALUES(?,?,?)";

// FormatAccrualId into a place of its own.
class AccrualIdText {
 public:
  std::string_view Format(const AccrualId& id) {
    if (!id.has_value()) return {};
    char* const end = bytes_.data() + bytes_.size();
    // The last 11 are left to the dash and the place.
    char* at = std::to_chars(bytes_.data(), end - 11, id.seq.value()).ptr;
    *at++ = '-';
    at = std::to_chars(at, end, id.place).ptr;
    return std::string_view(bytes_.data(),
                            static_cast<std::size_t>(at - bytes_.data()));
  }

 private:
  std::array<char, 32> bytes_;  // 20 digits, a dash, 10 digits
};

// Puts the rows of one batch into their tables.
class BatchWriter {
 public:
  BatchWriter(Connection* connection, Sha256* sha256)
      : connection_(connection), sha256_(sha256) {}

  absl::Status WriteAll(const StoreBatch& batch) {
    VOUCH_RETURN_IF_ERROR(Each(kInsertProgram, batch.programs));
    VOUCH_RETURN_IF_ERROR(
        Names(kInsertCustomer, kCustomersTable, batch.customers));
    VOUCH_RETURN_IF_ERROR(
        Names(kInsertVisitor, kVisitorsTable, batch.visitors));
    VOUCH_RETURN_IF_ERROR(Each(kInsertLog, batch.log));
    VOUCH_RETURN_IF_ERROR(Feed(batch.feed));
    VOUCH_RETURN_IF_ERROR(Each(kInsertDecision, batch.decisions));
    VOUCH_RETURN_IF_ERROR(Credits(batch.decisions));
    VOUCH_RETURN_IF_ERROR(Each(kReplacePartner, batch.partners));
    VOUCH_RETURN_IF_ERROR(Each(kReplaceBalance, batch.accounts));
    return Each(kReplaceExpense, batch.program_accounts);
  }

  absl::Status Put(Statement* into, const ProgramRow& row);
  absl::Status Put(Statement* into, const LogRow& row);
  absl::Status Put(Statement* into, const DecidedRow& row);
  absl::Status Put(Statement* into, const PartnerRow& row);
  absl::Status Put(Statement* into, const AccountRow& row);
  absl::Status Put(Statement* into, const ProgramAccountRow& row);
  absl::Status Put(Statement* into, const RevisionRow& row);

  template <typename Row>
  absl::Status Each(const char* sql, absl::Span<const Row> rows) {
    if (rows.empty()) return absl::OkStatus();
    VOUCH_ASSIGN_OR_RETURN(Statement * into, connection_->Prepare(sql));
    for (const Row& row : rows) VOUCH_RETURN_IF_ERROR(Put(into, row));
    return absl::OkStatus();
  }

 private:
  absl::Status Names(const char* sql, std::string_view table,
                     absl::Span<const NameRow> rows);
  absl::Status Feed(absl::Span<const FeedRow> rows);
  absl::Status Credits(absl::Span<const DecidedRow> rows);
  absl::Status PutCredit(Statement* into, const DecidedRow& row,
                         std::size_t place);
  // A feed row's first columns, which all three tables share.
  static Statement& Key(Statement* into, const FeedRow& row,
                        PartnerIndex partner, Instant time) {
    return into->Number(row.seq)
        .Int(row.place)
        .Number(row.program)
        .Number(partner)
        .Int(time.us);
  }
  absl::Status Put(Statement* into, const FeedRow& row, const Accrual& body);
  absl::Status Put(Statement* into, const FeedRow& row, const Entry& body);
  absl::Status Put(Statement* into, const FeedRow& row, const Payout& body);

  Connection* connection_;
  Sha256* sha256_;
  AccrualIdText accrual_id_;
  AccrualIdText restores_id_;
};

absl::Status BatchWriter::Put(Statement* into, const ProgramRow& row) {
  CheckBytes check;
  VOUCH_RETURN_IF_ERROR(CheckOfName(
      sha256_, kProgramsTable, row.program.value(), 0, row.program_id, &check));
  return into->Number(row.program).Text(row.program_id).Blob(check).Run();
}

absl::Status BatchWriter::Put(Statement* into, const RevisionRow& row) {
  CheckBytes check;
  VOUCH_RETURN_IF_ERROR(
      CheckOfName(sha256_, kRevisionsTable, row.from.value(),
                  static_cast<uint64_t>(row.semantics_revision),
                  row.time_zone_version, &check));
  return into->Number(row.from)
      .Int(row.semantics_revision)
      .Text(row.time_zone_version)
      .Blob(check)
      .Run();
}

absl::Status BatchWriter::Names(const char* sql, std::string_view table,
                                absl::Span<const NameRow> rows) {
  if (rows.empty()) return absl::OkStatus();
  VOUCH_ASSIGN_OR_RETURN(Statement * into, connection_->Prepare(sql));
  for (const NameRow& row : rows) {
    CheckBytes check;
    VOUCH_RETURN_IF_ERROR(CheckOfName(sha256_, table, row.program.value(),
                                      row.number, row.name, &check));
    VOUCH_RETURN_IF_ERROR(into->Number(row.program)
                              .Unsigned(row.number)
                              .Text(row.name)
                              .Blob(check)
                              .Run());
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::Put(Statement* into, const LogRow& row) {
  return into->Number(row.seq)
      .Number(row.program)
      .Text(row.event_id)
      .Int(row.time.us)
      .Text(row.kind)
      .Blob(row.content)
      .Blob(row.chain)
      .Blob(row.record)
      .Run();
}

absl::Status BatchWriter::Feed(absl::Span<const FeedRow> rows) {
  if (rows.empty()) return absl::OkStatus();
  // In the order of the variant.
  std::array<Statement*, 3> into{};
  constexpr std::array<const char*, 3> kSql = {kInsertAccrual, kInsertEntry,
                                               kInsertPayout};
  for (std::size_t i = 0; i < into.size(); ++i) {
    VOUCH_ASSIGN_OR_RETURN(into[i], connection_->Prepare(kSql[i]));
  }
  for (const FeedRow& row : rows) {
    VOUCH_RETURN_IF_ERROR(std::visit(
        [&](const auto& body) {
          // One number is kept for both.
          if (body.seq != row.seq) {
            return absl::InternalError("feed: a body of another event");
          }
          return Put(into[row.body.index()], row, body);
        },
        row.body));
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::Put(Statement* into, const FeedRow& row,
                              const Accrual& body) {
  Statement& most = Key(into, row, body.partner, body.time)
                        .Choice(body.kind)
                        .Choice(body.source)
                        .TextOrNull(accrual_id_.Format(body.accrual_id))
                        .TextOrNull(restores_id_.Format(body.restores_id))
                        .NumberOrNull(body.payment_seq)
                        .NumberOrNull(body.customer)
                        .Int(body.due.us)
                        .TextOrNull(body.payment_id)
                        .TextOrNull(body.refund_id)
                        .TextOrNull(body.rule_id)
                        .Choice(body.role)
                        .Int(body.level)
                        .Int(body.base_minor)
                        .Int(body.amount_minor)
                        .Int(body.weight_ppb)
                        .Text(body.currency.code())
                        .Choice(body.phase)
                        .Int(body.contract_year)
                        .TextOrNull(body.lead_id);
  return (body.period_from ? most.Int(body.period_from->us) : most.Null())
      .Run();
}

absl::Status BatchWriter::Put(Statement* into, const FeedRow& row,
                              const Entry& body) {
  Statement& most = Key(into, row, body.partner, body.time)
                        .Int(body.place)
                        .Choice(body.kind)
                        .Text(body.currency.code())
                        .Choice(body.from)
                        .Choice(body.to)
                        .Int(body.amount_minor)
                        .TextOrNull(accrual_id_.Format(body.accrual_id))
                        .TextOrNull(body.rule_id)
                        .TextOrNull(body.payout_id)
                        .TextOrNull(body.author)
                        .TextOrNull(body.reason);
  return (body.due.us == 0 ? most.Null() : most.Int(body.due.us)).Run();
}

absl::Status BatchWriter::Put(Statement* into, const FeedRow& row,
                              const Payout& body) {
  return Key(into, row, body.partner, body.time)
      .Choice(body.state)
      .Text(body.payout_id)
      .Text(body.currency.code())
      .Int(body.amount_minor)
      .Run();
}

absl::Status BatchWriter::Put(Statement* into, const DecidedRow& row) {
  const Decision& decision = row.decision;
  Statement& most = into->Number(decision.seq)
                        .Number(row.program)
                        .Number(row.customer)
                        .TextOrNull(row.payment_id)
                        .Int(decision.at.us)
                        .Choice(decision.trigger)
                        .Int(decision.touch_count)
                        .NumberOrNull(decision.terms_seq)
                        .Int(decision.vendor_weight_ppb)
                        .Int(decision.binds ? 1 : 0);
  return (decision.bound_until ? most.Int(decision.bound_until->us)
                               : most.Null())
      .Run();
}

absl::Status BatchWriter::Credits(absl::Span<const DecidedRow> rows) {
  if (rows.empty()) return absl::OkStatus();
  VOUCH_ASSIGN_OR_RETURN(Statement * into, connection_->Prepare(kInsertCredit));
  for (const DecidedRow& row : rows) {
    for (std::size_t i = 0; i < row.decision.credits.size(); ++i) {
      VOUCH_RETURN_IF_ERROR(PutCredit(into, row, i));
    }
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::PutCredit(Statement* into, const DecidedRow& row,
                                    std::size_t place) {
  const Credit& credit = row.decision.credits[place];
  return into->Number(row.decision.seq)
      .Unsigned(place + 1)
      .Number(credit.partner)
      .Choice(credit.role)
      .Int(credit.weight_ppb)
      .Choice(credit.channel)
      .NumberOrNull(credit.code)
      .NumberOrNull(credit.lead)
      .TextOrNull(credit.campaign)
      .TextOrNull(credit.sub_ids)
      .NumberOrNull(credit.touch_seq)
      .Int(credit.touch_at.us)
      .Run();
}

absl::Status BatchWriter::Put(Statement* into, const PartnerRow& row) {
  const PartnerRecord& record = row.record;
  Statement& most = into->Number(row.program)
                        .Number(row.partner)
                        .Text(row.partner_id)
                        .Int(row.from.us)
                        .Choice(record.kind)
                        .Choice(record.status)
                        .TextOrNull(record.group);
  return (record.customer_share ? most.Int(record.customer_share->ppb())
                                : most.Null())
      .Run();
}

absl::Status BatchWriter::Put(Statement* into, const AccountRow& row) {
  return into->Number(row.program)
      .Number(row.partner)
      .Text(row.currency.code())
      .Int(row.balances.pending_minor)
      .Int(row.balances.payable_minor)
      .Int(row.balances.in_transit_minor)
      .Int(row.balances.paid_minor)
      .Run();
}

absl::Status BatchWriter::Put(Statement* into, const ProgramAccountRow& row) {
  return into->Number(row.program)
      .Text(row.currency.code())
      .Int(row.expense_minor)
      .Run();
}

}  // namespace

absl::Status SqliteStore::Write(const StoreBatch& batch) {
  VOUCH_RETURN_IF_ERROR(CheckWritable());
  absl::MutexLock lock(&mutex_);
  return connection_->InTransaction(kBeginWrite, [&] {
    mutex_.AssertHeld();
    return BatchWriter(connection_.get(), &sha256_).WriteAll(batch);
  });
}

absl::Status SqliteStore::WriteRevision(const RevisionRow& row) {
  VOUCH_RETURN_IF_ERROR(CheckWritable());
  absl::MutexLock lock(&mutex_);
  return connection_->InTransaction(kBeginWrite, [&] {
    mutex_.AssertHeld();
    return BatchWriter(connection_.get(), &sha256_)
        .Each(kReplaceRevision, absl::MakeConstSpan(&row, 1));
  });
}

}  // namespace store

VOUCH_NAMESPACE_END

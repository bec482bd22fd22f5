// A batch in one transaction, row by row through prepared statements: a round
// trip a row, which is right for a host that posts an invoice at a time.
// Whoever loads millions at once would rather COPY.
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "postgres_store.h"
#include "vouch/base/status.h"

namespace own_database {

namespace {

using vouch::Accrual;
using vouch::Entry;
using vouch::FeedRow;
using vouch::FormatAccrualId;
using vouch::Payout;

// What replaces the row that is there.
constexpr char kPartnerIsThere[] =
    " ON CONFLICT (program, partner) DO UPDATE SET"
    " partner_id = EXCLUDED.partner_id, since_us = EXCLUDED.since_us,"
    " kind = EXCLUDED.kind, status = EXCLUDED.status,"
    " partner_group = EXCLUDED.partner_group,"
    " customer_share_ppb = EXCLUDED.customer_share_ppb";
constexpr char kBalanceIsThere[] =
    " ON CONFLICT (program, partner, currency) DO UPDATE SET"
    " pending_minor = EXCLUDED.pending_minor,"
    " payable_minor = EXCLUDED.payable_minor,"
    " in_transit_minor = EXCLUDED.in_transit_minor,"
    " paid_minor = EXCLUDED.paid_minor";
constexpr char kExpenseIsThere[] =
    " ON CONFLICT (program, currency) DO UPDATE SET"
    " expense_minor = EXCLUDED.expense_minor";
constexpr char kRevisionIsThere[] =
    " ON CONFLICT (from_seq) DO UPDATE SET"
    " semantics_revision = EXCLUDED.semantics_revision,"
    " time_zone_version = EXCLUDED.time_zone_version";

class BatchWriter {
 public:
  explicit BatchWriter(Postgres* db) : db_(*db) {}

  absl::Status WriteAll(const vouch::StoreBatch& batch) {
    VOUCH_RETURN_IF_ERROR(Each(batch.programs));
    VOUCH_RETURN_IF_ERROR(Names("customers", batch.customers));
    VOUCH_RETURN_IF_ERROR(Names("visitors", batch.visitors));
    VOUCH_RETURN_IF_ERROR(Each(batch.log));
    VOUCH_RETURN_IF_ERROR(Each(batch.feed));
    VOUCH_RETURN_IF_ERROR(Each(batch.decisions));
    VOUCH_RETURN_IF_ERROR(Each(batch.partners));
    VOUCH_RETURN_IF_ERROR(Each(batch.accounts));
    return Each(batch.program_accounts);
  }

  absl::Status Put(const vouch::ProgramRow& row);
  absl::Status Put(const vouch::LogRow& row);
  absl::Status Put(const FeedRow& row);
  absl::Status Put(const vouch::DecidedRow& row);
  absl::Status Put(const vouch::PartnerRow& row);
  absl::Status Put(const vouch::AccountRow& row);
  absl::Status Put(const vouch::ProgramAccountRow& row);
  absl::Status Put(const vouch::RevisionRow& row);

 private:
  // One row of as many columns as `row` has parameters.
  absl::Status Insert(const char* table, int columns, const Params& row,
                      const char* if_there = "") {
    std::string sql = absl::StrCat("INSERT INTO vouch.", table, " VALUES(");
    for (int i = 1; i <= columns; ++i) {
      absl::StrAppend(&sql, i == 1 ? "$" : ",$", i);
    }
    return db_.Run(absl::StrCat(sql, ")", if_there), row);
  }
  template <typename Row>
  absl::Status Each(absl::Span<const Row> rows) {
    for (const Row& row : rows) VOUCH_RETURN_IF_ERROR(Put(row));
    return absl::OkStatus();
  }
  absl::Status Names(const char* table, absl::Span<const vouch::NameRow> rows);
  // A feed row's first columns, which all three tables share.
  static Params Key(const FeedRow& row, vouch::Instant time) {
    Params key;
    key.Number(row.seq)
        .Int(row.place)
        .Number(row.program)
        .Number(row.partner())
        .Int(time.us);
    return key;
  }
  absl::Status Put(const FeedRow& row, const Accrual& body);
  absl::Status Put(const FeedRow& row, const Entry& body);
  absl::Status Put(const FeedRow& row, const Payout& body);

  Postgres& db_;
};

absl::Status BatchWriter::Put(const vouch::ProgramRow& row) {
  return Insert("programs", 2,
                Params().Number(row.program).Text(row.program_id));
}

absl::Status BatchWriter::Names(const char* table,
                                absl::Span<const vouch::NameRow> rows) {
  for (const vouch::NameRow& row : rows) {
    VOUCH_RETURN_IF_ERROR(Insert(table, 3,
                                 Params()
                                     .Number(row.program)
                                     .Int(static_cast<int64_t>(row.number))
                                     .Text(row.name)));
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::Put(const vouch::LogRow& row) {
  return Insert("log", 8,
                Params()
                    .Number(row.seq)
                    .Number(row.program)
                    .Text(row.event_id)
                    .Int(row.time.us)
                    .Text(row.kind)
                    .Bytes(row.content)
                    .Bytes(row.chain)
                    .Bytes(row.record));
}

absl::Status BatchWriter::Put(const FeedRow& row) {
  return std::visit(
      [&](const auto& body) {
        // One number is kept for both.
        if (body.seq != row.seq) {
          return absl::InternalError("feed: a body of another event");
        }
        return Put(row, body);
      },
      row.body);
}

absl::Status BatchWriter::Put(const FeedRow& row, const Accrual& body) {
  Params params = Key(row, body.time);
  params.Choice(body.kind)
      .Choice(body.source)
      .TextOrNull(FormatAccrualId(body.accrual_id))
      .TextOrNull(FormatAccrualId(body.restores_id))
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
  return Insert(
      "accruals", 25,
      body.period_from ? params.Int(body.period_from->us) : params.Null());
}

absl::Status BatchWriter::Put(const FeedRow& row, const Entry& body) {
  Params params = Key(row, body.time);
  params.Int(body.place)
      .Choice(body.kind)
      .Text(body.currency.code())
      .Choice(body.from)
      .Choice(body.to)
      .Int(body.amount_minor)
      .TextOrNull(FormatAccrualId(body.accrual_id))
      .TextOrNull(body.rule_id)
      .TextOrNull(body.payout_id)
      .TextOrNull(body.author)
      .TextOrNull(body.reason);
  return Insert("entries", 17,
                body.due.us == 0 ? params.Null() : params.Int(body.due.us));
}

absl::Status BatchWriter::Put(const FeedRow& row, const Payout& body) {
  return Insert("payouts", 9,
                Key(row, body.time)
                    .Choice(body.state)
                    .Text(body.payout_id)
                    .Text(body.currency.code())
                    .Int(body.amount_minor));
}

absl::Status BatchWriter::Put(const vouch::DecidedRow& row) {
  const vouch::Decision& decision = row.decision;
  Params params;
  params.Number(decision.seq)
      .Number(row.program)
      .Number(row.customer)
      .TextOrNull(row.payment_id)
      .Int(decision.at.us)
      .Choice(decision.trigger)
      .Int(decision.touch_count)
      .NumberOrNull(decision.terms_seq)
      .Int(decision.vendor_weight_ppb)
      .Int(decision.binds ? 1 : 0);
  if (decision.bound_until) {
    params.Int(decision.bound_until->us);
  } else {
    params.Null();
  }
  VOUCH_RETURN_IF_ERROR(Insert("decisions", 11, params));
  int64_t place = 0;
  for (const vouch::Credit& credit : decision.credits) {
    VOUCH_RETURN_IF_ERROR(Insert("credits", 12,
                                 Params()
                                     .Number(decision.seq)
                                     .Int(++place)
                                     .Number(credit.partner)
                                     .Choice(credit.role)
                                     .Int(credit.weight_ppb)
                                     .Choice(credit.channel)
                                     .NumberOrNull(credit.code)
                                     .NumberOrNull(credit.lead)
                                     .TextOrNull(credit.campaign)
                                     .TextOrNull(credit.sub_ids)
                                     .NumberOrNull(credit.touch_seq)
                                     .Int(credit.touch_at.us)));
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::Put(const vouch::PartnerRow& row) {
  const vouch::PartnerRecord& record = row.record;
  Params params;
  params.Number(row.program)
      .Number(row.partner)
      .Text(row.partner_id)
      .Int(row.from.us)
      .Choice(record.kind)
      .Choice(record.status)
      .TextOrNull(record.group);
  if (record.customer_share) {
    params.Int(record.customer_share->ppb());
  } else {
    params.Null();
  }
  return Insert("partners", 8, params, kPartnerIsThere);
}

absl::Status BatchWriter::Put(const vouch::AccountRow& row) {
  return Insert("balances", 7,
                Params()
                    .Number(row.program)
                    .Number(row.partner)
                    .Text(row.currency.code())
                    .Int(row.balances.pending_minor)
                    .Int(row.balances.payable_minor)
                    .Int(row.balances.in_transit_minor)
                    .Int(row.balances.paid_minor),
                kBalanceIsThere);
}

absl::Status BatchWriter::Put(const vouch::ProgramAccountRow& row) {
  return Insert("expenses", 3,
                Params()
                    .Number(row.program)
                    .Text(row.currency.code())
                    .Int(row.expense_minor),
                kExpenseIsThere);
}

absl::Status BatchWriter::Put(const vouch::RevisionRow& row) {
  return Insert("revisions", 3,
                Params()
                    .Number(row.from)
                    .Int(row.semantics_revision)
                    .Text(row.time_zone_version),
                kRevisionIsThere);
}

}  // namespace

absl::Status PostgresStore::Write(const vouch::StoreBatch& batch) {
  absl::MutexLock lock(&mutex_);
  return db_.InTransaction([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_RETURN_IF_ERROR(BatchWriter(&db_).WriteAll(batch));
    if (before_commit_ == nullptr) return absl::OkStatus();
    return before_commit_(connection_, batch);
  });
}

// Before the first batch under other rules, and committed by itself: the engine
// writes it anew when the batch does not follow.
absl::Status PostgresStore::WriteRevision(const vouch::RevisionRow& row) {
  absl::MutexLock lock(&mutex_);
  return db_.InTransaction([&] {
    mutex_.AssertHeld();
    return BatchWriter(&db_).Put(row);
  });
}

}  // namespace own_database

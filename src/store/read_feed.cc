// The feed: accruals, entries and payouts stand in three tables, and are read
// as one in the order (seq, place).
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "store/row_reader.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

// The columns of each table, and how rows are chosen: all, or a partner's.
#define VOUCH_ACCRUAL_COLUMNS                                        \
  "SELECT seq, place, program, partner, time_us, kind, source,"      \
  " accrual_id, restores_accrual_id, payment_seq, customer, due_us," \
  " payment_id, refund_id, rule_id, role, level, base_minor,"        \
  " amount_minor, weight_ppb, currency, phase, contract_year,"       \
  " lead_id, period_from_us FROM accruals"
#define VOUCH_ENTRY_COLUMNS                                          \
  "SELECT seq, place, program, partner, time_us, entry_place, kind," \
  " currency, from_account, to_account, amount_minor, accrual_id,"   \
  " rule_id, payout_id, author, reason, due_us FROM entries"
#define VOUCH_PAYOUT_COLUMNS                                        \
  "SELECT seq, place, program, partner, time_us, state, payout_id," \
  " currency, amount_minor FROM payouts"
#define VOUCH_ALL_ROWS " WHERE seq > ? ORDER BY seq, place"
#define VOUCH_OF_PARTNER(index) \
  " INDEXED BY " index          \
  " WHERE seq > ? AND program = ? AND partner = ? ORDER BY seq, place"

constexpr std::string_view kTables[] = {"accruals", "entries", "payouts"};

constexpr char kAllAccruals[] = VOUCH_ACCRUAL_COLUMNS VOUCH_ALL_ROWS;
constexpr char kAllEntries[] = VOUCH_ENTRY_COLUMNS VOUCH_ALL_ROWS;
constexpr char kAllPayouts[] = VOUCH_PAYOUT_COLUMNS VOUCH_ALL_ROWS;
constexpr char kAccrualsOf[] =
    VOUCH_ACCRUAL_COLUMNS VOUCH_OF_PARTNER("accruals_by_partner");
constexpr char kEntriesOf[] =
    VOUCH_ENTRY_COLUMNS VOUCH_OF_PARTNER("entries_by_partner");
constexpr char kPayoutsOf[] =
    VOUCH_PAYOUT_COLUMNS VOUCH_OF_PARTNER("payouts_by_partner");

#undef VOUCH_ACCRUAL_COLUMNS
#undef VOUCH_ENTRY_COLUMNS
#undef VOUCH_PAYOUT_COLUMNS
#undef VOUCH_ALL_ROWS
#undef VOUCH_OF_PARTNER

constexpr char kEventOf[] =
    "SELECT seq, program, event_id FROM log WHERE seq = ?";

// The first five columns are read.
Accrual ReadAccrual(RowReader* row) {
  Accrual body;
  body.kind = row->Choice<AccrualKind>();
  body.source = row->Choice<AccrualSource>();
  body.accrual_id = row->AccrualIdOrNone();
  body.restores_id = row->AccrualIdOrNone();
  body.payment_seq = row->NumberOrNone<Seq>();
  body.customer = row->NumberOrNone<CustomerNumber>();
  body.due = row->DueTime();
  body.payment_id = row->TextOrEmpty();
  body.refund_id = row->TextOrEmpty();
  body.rule_id = row->TextOrEmpty();
  body.role = row->ChoiceOrNone<Role>();
  body.level = row->IntBetween<int32_t>();
  body.base_minor = row->Int();
  body.amount_minor = row->Int();
  body.weight_ppb = row->Int();
  body.currency = row->ReadCurrency();
  body.phase = row->ChoiceOrNone<Phase>();
  body.contract_year = row->IntBetween<int32_t>();
  body.lead_id = row->TextOrEmpty();
  if (!row->SkipNull()) body.period_from = row->Time();
  return body;
}

Entry ReadEntry(RowReader* row) {
  Entry body;
  body.place = row->IntBetween<uint32_t>();
  body.kind = row->Choice<EntryKind>();
  body.currency = row->ReadCurrency();
  body.from = row->Choice<Account>();
  body.to = row->Choice<Account>();
  body.amount_minor = row->Int();
  body.accrual_id = row->AccrualIdOrNone();
  body.rule_id = row->TextOrEmpty();
  body.payout_id = row->TextOrEmpty();
  body.author = row->TextOrEmpty();
  body.reason = row->TextOrEmpty();
  if (!row->SkipNull()) body.due = row->DueTime();
  return body;
}

Payout ReadPayout(RowReader* row) {
  Payout body;
  body.state = row->Choice<PayoutState>();
  body.payout_id = row->Text();
  body.currency = row->ReadCurrency();
  body.amount_minor = row->Int();
  return body;
}

// Walks the three tables side by side.
class FeedReader {
 public:
  FeedReader(Connection* connection, const FeedQuery& query)
      : connection_(connection), query_(query) {}
  ~FeedReader() {
    for (Source& source : sources_) {
      if (source.select != nullptr) source.select->Reset();
    }
    if (event_ != nullptr) event_->Reset();
  }
  FeedReader(const FeedReader&) = delete;
  FeedReader& operator=(const FeedReader&) = delete;

  absl::Status ReadInto(FeedRows* rows);

 private:
  // One table, at its next row.
  struct Source {
    Statement* select = nullptr;
    bool has_row = false;
    Seq seq;
    uint32_t place = 0;
  };

  absl::Status Begin();
  absl::Status Advance(std::size_t table);
  // The table with the next row of all, or 3.
  absl::StatusOr<std::size_t> Next() const;
  absl::StatusOr<FeedRow> ReadRow(std::size_t table);
  absl::Status LookUpEvent(const FeedRow& row);

  Connection* connection_;
  const FeedQuery& query_;
  std::array<Source, 3> sources_;
  Statement* event_ = nullptr;
  // Of the event whose rows are being read.
  Seq event_seq_;
  ProgramIndex event_program_;
  std::string event_id_;
};

absl::Status FeedReader::ReadInto(FeedRows* rows) {
  if (query_.limit == 0) return absl::OkStatus();
  VOUCH_RETURN_IF_ERROR(Begin());
  Seq last;
  for (std::size_t count = 0;; ++count) {
    VOUCH_ASSIGN_OR_RETURN(const std::size_t table, Next());
    if (table == sources_.size()) return absl::OkStatus();
    if (count >= query_.limit && sources_[table].seq != last) {
      return absl::OkStatus();
    }
    last = sources_[table].seq;
    VOUCH_ASSIGN_OR_RETURN(const FeedRow row, ReadRow(table));
    rows->Add(row);
    VOUCH_RETURN_IF_ERROR(Advance(table));
  }
}

absl::Status FeedReader::Begin() {
  constexpr std::array<const char*, 3> kAll = {kAllAccruals, kAllEntries,
                                               kAllPayouts};
  constexpr std::array<const char*, 3> kOf = {kAccrualsOf, kEntriesOf,
                                              kPayoutsOf};
  VOUCH_ASSIGN_OR_RETURN(event_, connection_->Prepare(kEventOf));
  const bool one = query_.partner.has_value();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    VOUCH_ASSIGN_OR_RETURN(sources_[i].select,
                           connection_->Prepare(one ? kOf[i] : kAll[i]));
    sources_[i].select->Number(query_.after);
    if (one) {
      sources_[i].select->Number(query_.program).Number(query_.partner);
    }
    VOUCH_RETURN_IF_ERROR(Advance(i));
  }
  return absl::OkStatus();
}

absl::Status FeedReader::Advance(std::size_t table) {
  Source& source = sources_[table];
  VOUCH_ASSIGN_OR_RETURN(source.has_row, source.select->Step());
  if (!source.has_row) return absl::OkStatus();
  RowReader row(*source.select, kTables[table], 2);
  source.seq = row.Number<Seq>();
  source.place = row.IntBetween<uint32_t>(1);
  return row.status();
}

absl::StatusOr<std::size_t> FeedReader::Next() const {
  std::size_t best = sources_.size();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!sources_[i].has_row) continue;
    if (best == sources_.size() || sources_[i].seq < sources_[best].seq) {
      best = i;
      continue;
    }
    if (sources_[i].seq != sources_[best].seq) continue;
    if (sources_[i].place == sources_[best].place) {
      return absl::DataLossError(absl::StrCat("feed[", sources_[i].seq.value(),
                                              ",", sources_[i].place,
                                              "]: stands in two tables"));
    }
    if (sources_[i].place < sources_[best].place) best = i;
  }
  return best;
}

absl::StatusOr<FeedRow> FeedReader::ReadRow(std::size_t table) {
  RowReader reader(*sources_[table].select, kTables[table], 2);
  FeedRow row;
  row.seq = reader.Number<Seq>();
  row.place = reader.IntBetween<uint32_t>(1);
  row.program = reader.Number<ProgramIndex>();
  const auto partner = reader.Number<PartnerIndex>();
  const Instant time = reader.Time();
  if (table == 0) {
    row.body = ReadAccrual(&reader);
  } else if (table == 1) {
    row.body = ReadEntry(&reader);
  } else {
    row.body = ReadPayout(&reader);
  }
  VOUCH_RETURN_IF_ERROR(reader.status());
  std::visit(
      [&](auto& body) {
        body.seq = row.seq;
        body.partner = partner;
        body.time = time;
      },
      row.body);
  VOUCH_RETURN_IF_ERROR(LookUpEvent(row));
  row.event_id = event_id_;
  return row;
}

absl::Status FeedReader::LookUpEvent(const FeedRow& row) {
  if (row.seq != event_seq_) {
    ResetAtEnd reset(event_);
    VOUCH_ASSIGN_OR_RETURN(const bool there, event_->Number(row.seq).Step());
    if (!there) {
      return absl::DataLossError(
          absl::StrCat("log[", row.seq.value(), "]: missing, the feed has it"));
    }
    RowReader event(*event_, "log", 1);
    event_seq_ = event.Number<Seq>();
    event_program_ = event.Number<ProgramIndex>();
    event_id_ = std::string(event.Text());
    VOUCH_RETURN_IF_ERROR(event.status());
  }
  if (row.program == event_program_) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("feed[", row.seq.value(), ",",
                                          row.place,
                                          "].program: not that of the event"));
}

}  // namespace

absl::Status SqliteStore::ReadFeed(const FeedQuery& query, FeedRows* rows) {
  absl::MutexLock lock(&mutex_);
  return Read([&] {
    mutex_.AssertHeld();
    return FeedReader(connection_.get(), query).ReadInto(rows);
  });
}

}  // namespace store

VOUCH_NAMESPACE_END

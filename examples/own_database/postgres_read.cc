// The feed, decisions, partners and accounts.
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "postgres_store.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

namespace own_database {

namespace {

using vouch::Accrual;
using vouch::Entry;
using vouch::FeedQuery;
using vouch::FeedRow;
using vouch::Payout;
using vouch::Seq;

// The columns of each table, in the order of FeedRow's variant, after those
// that all share.
struct FeedTable {
  const char* name;
  const char* columns;
};
constexpr std::array<FeedTable, 3> kFeedTables = {{
    {"accruals",
     "t.kind, source, accrual_id, restores_accrual_id, payment_seq, customer,"
     " due_us, payment_id, refund_id, rule_id, role, level, base_minor,"
     " amount_minor, weight_ppb, currency, phase, contract_year,"
     " lead_id, period_from_us"},
    {"entries",
     "entry_place, t.kind, currency, from_account, to_account, amount_minor,"
     " accrual_id, rule_id, payout_id, author, reason, due_us"},
    {"payouts", "state, payout_id, currency, amount_minor"},
}};

constexpr char kSelectDecisions[] =
    "SELECT d.seq, d.program, customer, payment_id, at_us, decided_by,"
    " touch_count, terms_seq, vendor_weight_ppb, binds, bound_until_us,"
    " log.event_id"
    " FROM vouch.decisions AS d LEFT JOIN vouch.log ON log.seq = d.seq"
    " WHERE d.seq > $1 ORDER BY d.seq LIMIT $2";
constexpr char kSelectCredits[] =
    "SELECT seq, place, partner, role, weight_ppb, channel, code, lead,"
    " campaign, sub_ids, touch_seq, touch_at_us FROM vouch.credits"
    " WHERE seq > $1 AND seq <= $2 ORDER BY seq, place";
constexpr char kSelectPartners[] =
    "SELECT program, partner, partner_id, since_us, kind, status,"
    " partner_group, customer_share_ppb FROM vouch.partners"
    " ORDER BY program, partner";
constexpr char kSelectBalances[] =
    "SELECT program, partner, currency, pending_minor, payable_minor,"
    " in_transit_minor, paid_minor FROM vouch.balances"
    " ORDER BY program, partner, currency";
constexpr char kSelectExpenses[] =
    "SELECT program, currency, expense_minor FROM vouch.expenses"
    " ORDER BY program, currency";

Accrual ReadAccrual(Row* row) {
  Accrual body;
  body.kind = row->Choice<vouch::AccrualKind>();
  body.source = row->Choice<vouch::AccrualSource>();
  body.accrual_id = row->AccrualIdOrNone();
  body.restores_id = row->AccrualIdOrNone();
  body.payment_seq = row->NumberOrNone<Seq>();
  body.customer = row->NumberOrNone<vouch::CustomerNumber>();
  body.due = row->DueTime();
  body.payment_id = row->TextOrEmpty();
  body.refund_id = row->TextOrEmpty();
  body.rule_id = row->TextOrEmpty();
  body.role = row->ChoiceOrNone<vouch::Role>();
  body.level = row->IntBetween<int32_t>();
  body.base_minor = row->Int();
  body.amount_minor = row->Int();
  body.weight_ppb = row->Int();
  body.currency = row->ReadCurrency();
  body.phase = row->ChoiceOrNone<vouch::Phase>();
  body.contract_year = row->IntBetween<int32_t>();
  body.lead_id = row->TextOrEmpty();
  if (!row->SkipNull()) body.period_from = row->Time();
  return body;
}

Entry ReadEntry(Row* row) {
  Entry body;
  body.place = row->IntBetween<uint32_t>();
  body.kind = row->Choice<vouch::EntryKind>();
  body.currency = row->ReadCurrency();
  body.from = row->Choice<vouch::Account>();
  body.to = row->Choice<vouch::Account>();
  body.amount_minor = row->Int();
  body.accrual_id = row->AccrualIdOrNone();
  body.rule_id = row->TextOrEmpty();
  body.payout_id = row->TextOrEmpty();
  body.author = row->TextOrEmpty();
  body.reason = row->TextOrEmpty();
  if (!row->SkipNull()) body.due = row->DueTime();
  return body;
}

Payout ReadPayout(Row* row) {
  Payout body;
  body.state = row->Choice<vouch::PayoutState>();
  body.payout_id = row->Text();
  body.currency = row->ReadCurrency();
  body.amount_minor = row->Int();
  return body;
}

// Which rows a query is about; the parameters are Selected's.
std::string WhereOf(const FeedQuery& query) {
  return query.partner.has_value()
             ? "WHERE t.seq > $1 AND t.program = $2 AND t.partner = $3"
             : "WHERE t.seq > $1";
}

Params Selected(const FeedQuery& query) {
  Params params;
  params.Number(query.after);
  if (query.partner.has_value()) {
    params.Number(query.program).Number(query.partner);
  }
  return params;
}

// The last event whose rows belong to the answer: the one at which the limit is
// reached. None where there are no rows.
absl::StatusOr<Seq> LastSeq(Postgres* db, const FeedQuery& query) {
  const char* limit = query.partner.has_value() ? "$4" : "$2";
  VOUCH_ASSIGN_OR_RETURN(
      const Rows rows,
      db->Query(absl::StrCat("SELECT max(seq) FROM (SELECT seq FROM vouch.feed",
                             " AS t ", WhereOf(query),
                             " ORDER BY seq, place LIMIT ", limit, ") AS page"),
                Selected(query).Limit(query.limit)));
  Row row = rows.at(0, "feed", 0);
  const auto last = row.NumberOrNone<Seq>();
  VOUCH_RETURN_IF_ERROR(row.status());
  return last;
}

absl::StatusOr<Rows> SelectTable(Postgres* db, const FeedTable& table,
                                 const FeedQuery& query, Seq last) {
  const char* until = query.partner.has_value() ? "$4" : "$2";
  return db->Query(
      absl::StrCat("SELECT t.seq, t.place, t.program, partner, t.time_us, ",
                   "log.program, log.event_id, ", table.columns, " FROM vouch.",
                   table.name, " AS t LEFT JOIN vouch.log ON log.seq = t.seq ",
                   WhereOf(query), " AND t.seq <= ", until,
                   " ORDER BY t.seq, t.place"),
      Selected(query).Number(last));
}

absl::StatusOr<FeedRow> ReadFeedRow(std::size_t table, Row row) {
  FeedRow feed;
  feed.seq = row.Number<Seq>();
  feed.place = row.IntBetween<uint32_t>(1);
  feed.program = row.Number<vouch::ProgramIndex>();
  const auto partner = row.Number<vouch::PartnerIndex>();
  const vouch::Instant time = row.Time();
  if (row.Number<vouch::ProgramIndex>() != feed.program) {
    row.Fail("the event is of another program");
  }
  feed.event_id = row.Text();
  if (table == 0) {
    feed.body = ReadAccrual(&row);
  } else if (table == 1) {
    feed.body = ReadEntry(&row);
  } else {
    feed.body = ReadPayout(&row);
  }
  VOUCH_RETURN_IF_ERROR(row.status());
  std::visit(
      [&](auto& body) {
        body.seq = feed.seq;
        body.partner = partner;
        body.time = time;
      },
      feed.body);
  return feed;
}

// One table of the feed, at its next row.
class FeedCursor {
 public:
  FeedCursor(std::size_t table, Rows rows)
      : table_(table), rows_(std::move(rows)) {}

  absl::Status Advance() {
    row_.reset();
    if (next_ == rows_.size()) return absl::OkStatus();
    VOUCH_ASSIGN_OR_RETURN(
        row_,
        ReadFeedRow(table_, rows_.at(next_++, kFeedTables[table_].name, 2)));
    return absl::OkStatus();
  }
  const std::optional<FeedRow>& row() const { return row_; }

 private:
  std::size_t table_;
  Rows rows_;
  int next_ = 0;
  std::optional<FeedRow> row_;
};

bool IsBefore(const FeedRow& a, const FeedRow& b) {
  return a.seq != b.seq ? a.seq < b.seq : a.place < b.place;
}

// Takes the rows of all tables in their order.
absl::Status Merge(std::vector<FeedCursor>* cursors, vouch::FeedRows* rows) {
  std::optional<FeedRow> last;
  while (true) {
    FeedCursor* next = nullptr;
    for (FeedCursor& cursor : *cursors) {
      if (!cursor.row()) continue;
      if (next == nullptr || IsBefore(*cursor.row(), *next->row())) {
        next = &cursor;
      }
    }
    if (next == nullptr) return absl::OkStatus();
    if (last && !IsBefore(*last, *next->row())) {
      return absl::DataLossError(absl::StrCat("feed[", last->seq.value(), ",",
                                              last->place,
                                              "]: stands in two tables"));
    }
    last = next->row();
    rows->Add(*last);
    VOUCH_RETURN_IF_ERROR(next->Advance());
  }
}

vouch::DecidedRow ReadDecided(Row* row) {
  vouch::DecidedRow decided;
  vouch::Decision& decision = decided.decision;
  decision.seq = row->Number<Seq>();
  decided.program = row->Number<vouch::ProgramIndex>();
  decided.customer = row->Number<vouch::CustomerNumber>();
  decided.payment_id = row->TextOrEmpty();
  decision.at = row->Time();
  decision.trigger = row->Choice<vouch::Trigger>();
  decision.touch_count = row->Int();
  decision.terms_seq = row->NumberOrNone<Seq>();
  decision.vendor_weight_ppb = row->IntBetween<int64_t>(0, vouch::kPpb);
  decision.binds = row->IntBetween<int64_t>(0, 1) == 1;
  if (!row->SkipNull()) decision.bound_until = row->Time();
  decided.event_id = row->Text();
  return decided;
}

vouch::Credit ReadCredit(Row* row) {
  vouch::Credit credit;
  credit.partner = row->Number<vouch::PartnerIndex>();
  credit.role = row->Choice<vouch::Role>();
  credit.weight_ppb = row->Int();
  credit.channel = row->ChoiceOrNone<vouch::Channel>();
  credit.code = row->NumberOrNone<vouch::CodeIndex>();
  credit.lead = row->NumberOrNone<vouch::LeadIndex>();
  credit.campaign = row->TextOrEmpty();
  credit.sub_ids = row->TextOrEmpty();
  credit.touch_seq = row->NumberOrNone<Seq>();
  credit.touch_at = row->Time();
  return credit;
}

// Puts a decision's credits into it, which begin at `*next`.
absl::Status TakeCredits(const Rows& credits, int* next,
                         vouch::Decision* decision) {
  for (; *next < credits.size(); ++*next) {
    Row row = credits.at(*next, "credits", 2);
    const auto seq = row.Number<Seq>();
    if (row.status().ok() && decision->seq < seq) return absl::OkStatus();
    if (seq != decision->seq) row.Fail("of no decision");
    if (row.IntBetween<uint32_t>() != decision->credits.size() + 1) {
      row.Fail("leaves a place out");
    }
    decision->credits.push_back(ReadCredit(&row));
    VOUCH_RETURN_IF_ERROR(row.status());
  }
  return absl::OkStatus();
}

vouch::PartnerRow ReadPartner(Row* row) {
  vouch::PartnerRow partner;
  partner.program = row->Number<vouch::ProgramIndex>();
  partner.partner = row->Number<vouch::PartnerIndex>();
  partner.partner_id = row->Text();
  partner.from = row->Time();
  partner.record.kind = row->ChoiceOrNone<vouch::PartnerKind>();
  partner.record.status = row->Choice<vouch::PartnerStatus>();
  partner.record.group = row->TextOrEmpty();
  if (!row->SkipNull()) {
    partner.record.customer_share = vouch::Rate::FromPpb(
        row->IntBetween<int64_t>(-vouch::Rate::kMaxPpb, vouch::Rate::kMaxPpb));
  }
  return partner;
}

vouch::AccountRow ReadAccount(Row* row) {
  vouch::AccountRow account;
  account.program = row->Number<vouch::ProgramIndex>();
  account.partner = row->Number<vouch::PartnerIndex>();
  account.currency = row->ReadCurrency();
  account.balances.pending_minor = row->Int();
  account.balances.payable_minor = row->Int();
  account.balances.in_transit_minor = row->Int();
  account.balances.paid_minor = row->Int();
  return account;
}

vouch::ProgramAccountRow ReadProgramAccount(Row* row) {
  vouch::ProgramAccountRow account;
  account.program = row->Number<vouch::ProgramIndex>();
  account.currency = row->ReadCurrency();
  account.expense_minor = row->Int();
  return account;
}

// Calls `each` with what `read` makes of every row.
template <typename T>
absl::Status ReadAll(Postgres* db, std::string_view table, const char* sql,
                     T (*read)(Row*), absl::FunctionRef<void(const T&)> each) {
  VOUCH_ASSIGN_OR_RETURN(const Rows rows, db->Query(sql));
  for (int i = 0; i < rows.size(); ++i) {
    Row row = rows.at(i, table, 1);
    const T value = read(&row);
    VOUCH_RETURN_IF_ERROR(row.status());
    each(value);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PostgresStore::ReadFeed(const FeedQuery& query,
                                     vouch::FeedRows* rows) {
  absl::MutexLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(const Seq last, LastSeq(&db_, query));
  if (!last.has_value()) return absl::OkStatus();
  std::vector<FeedCursor> cursors;
  for (std::size_t i = 0; i < kFeedTables.size(); ++i) {
    VOUCH_ASSIGN_OR_RETURN(Rows table,
                           SelectTable(&db_, kFeedTables[i], query, last));
    cursors.emplace_back(i, std::move(table));
    VOUCH_RETURN_IF_ERROR(cursors.back().Advance());
  }
  return Merge(&cursors, rows);
}

absl::Status PostgresStore::ReadDecisions(Seq after, std::size_t limit,
                                          vouch::DecidedRows* rows) {
  absl::MutexLock lock(&mutex_);
  VOUCH_ASSIGN_OR_RETURN(
      const Rows decisions,
      db_.Query(kSelectDecisions, Params().Number(after).Limit(limit)));
  if (decisions.size() == 0) return absl::OkStatus();
  Row end = decisions.at(decisions.size() - 1, "decisions", 1);
  const auto last = end.Number<Seq>();
  VOUCH_RETURN_IF_ERROR(end.status());
  VOUCH_ASSIGN_OR_RETURN(
      const Rows credits,
      db_.Query(kSelectCredits, Params().Number(after).Number(last)));
  int next = 0;
  for (int i = 0; i < decisions.size(); ++i) {
    Row row = decisions.at(i, "decisions", 1);
    vouch::DecidedRow decided = ReadDecided(&row);
    VOUCH_RETURN_IF_ERROR(row.status());
    VOUCH_RETURN_IF_ERROR(TakeCredits(credits, &next, &decided.decision));
    rows->Add(std::move(decided));
  }
  return absl::OkStatus();
}

absl::Status PostgresStore::ReadPartners(
    absl::FunctionRef<void(const vouch::PartnerRow&)> each) {
  absl::MutexLock lock(&mutex_);
  return ReadAll<vouch::PartnerRow>(&db_, "partners", kSelectPartners,
                                    ReadPartner, each);
}

absl::Status PostgresStore::ReadAccounts(
    absl::FunctionRef<void(const vouch::AccountRow&)> account,
    absl::FunctionRef<void(const vouch::ProgramAccountRow&)> program) {
  absl::MutexLock lock(&mutex_);
  VOUCH_RETURN_IF_ERROR(ReadAll<vouch::AccountRow>(
      &db_, "balances", kSelectBalances, ReadAccount, account));
  return ReadAll<vouch::ProgramAccountRow>(&db_, "expenses", kSelectExpenses,
                                           ReadProgramAccount, program);
}

}  // namespace own_database

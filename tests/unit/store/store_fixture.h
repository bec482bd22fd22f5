// What the tests of the SQLite store share: a folder that goes away, small
// books by hand, a look into the file past the store, and rows as text.
#ifndef VOUCH_TESTS_UNIT_STORE_STORE_FIXTURE_H_
#define VOUCH_TESTS_UNIT_STORE_STORE_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/store.h"
#include "vouch/store/sqlite.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {

inline constexpr int64_t kDay = kUsPerDay;
// 2024-01-01T00:00:00Z
inline constexpr Instant kStart{1'704'067'200'000'000};

inline Instant Day(int64_t n) { return Instant{kStart.us + n * kDay}; }
inline Currency Eur() { return *Currency::Parse("EUR"); }

// A folder of its own, removed with all that is in it.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = testing::TempDir() + "/vouch_store_XXXXXX";
    const char* made = mkdtemp(pattern.data());
    if (made != nullptr) path_ = made;
  }
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The file as SQLite itself gives it to anybody.
class Raw {
 public:
  explicit Raw(const std::string& path) {
    sqlite3_open_v2(path.c_str(), &db_,
                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  }
  ~Raw() { sqlite3_close(db_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  // SQLite's result code.
  int Run(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  }
  // Rows with their columns joined by '|'; on an error, that.
  std::vector<std::string> Rows(const std::string& sql) {
    std::vector<std::string> rows;
    sqlite3_stmt* stmt = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &stmt, nullptr) != SQLITE_OK) {
      return {std::string("error: ") + sqlite3_errmsg(db_)};
    }
    while (sqlite3_step(stmt) == SQLITE_ROW) {
      std::string row;
      for (int i = 0; i < sqlite3_column_count(stmt); ++i) {
        if (i > 0) row += '|';
        const unsigned char* text = sqlite3_column_text(stmt, i);
        row += text == nullptr ? "NULL" : reinterpret_cast<const char*>(text);
      }
      rows.push_back(row);
    }
    sqlite3_finalize(stmt);
    return rows;
  }
  std::string One(const std::string& sql) {
    const std::vector<std::string> rows = Rows(sql);
    return rows.empty() ? "" : rows[0];
  }

 private:
  sqlite3* db_ = nullptr;
};

inline std::unique_ptr<Store> MustOpen(const std::string& path,
                                       bool read_only = false) {
  SqliteOptions options;
  options.read_only = read_only;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(path, options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

// --- Rows as text, every field.

template <typename N>
void AppendNumber(std::string* out, N number) {
  absl::StrAppend(out, " ", number.value());
}
inline void AppendText(std::string* out, std::string_view text) {
  absl::StrAppend(out, " '", ToAbsl(text), "'");
}

inline std::string Describe(const Accrual& a) {
  std::string out = absl::StrCat(
      "accrual ", a.seq.value(), " ", a.time.us, " ", int(a.kind), " ",
      int(a.source), " ", FormatAccrualId(a.accrual_id), " ",
      FormatAccrualId(a.restores_id), " ", a.payment_seq.value(), " ");
  absl::StrAppend(&out, a.customer.value(), " ", a.due.us, " ",
                  a.partner.value(), " ", int(a.role), " ", a.level, " ",
                  a.base_minor);
  absl::StrAppend(&out, " ", a.amount_minor, " ", a.weight_ppb, " ",
                  ToAbsl(a.currency.code()), " ", int(a.phase), " ",
                  a.contract_year);
  absl::StrAppend(&out, " ", a.period_from ? a.period_from->us : -1);
  for (const std::string_view text :
       {a.payment_id, a.refund_id, a.rule_id, a.lead_id}) {
    AppendText(&out, text);
  }
  return out;
}

inline std::string Describe(const Entry& e) {
  std::string out = absl::StrCat("entry ", e.seq.value(), " ", e.place, " ",
                                 e.time.us, " ", int(e.kind), " ");
  absl::StrAppend(&out, e.partner.value(), " ", ToAbsl(e.currency.code()), " ",
                  int(e.from), " ", int(e.to), " ", e.amount_minor, " ",
                  FormatAccrualId(e.accrual_id), " ", e.due.us);
  for (const std::string_view text :
       {e.rule_id, e.payout_id, e.author, e.reason}) {
    AppendText(&out, text);
  }
  return out;
}

inline std::string Describe(const Payout& p) {
  std::string out =
      absl::StrCat("payout ", p.seq.value(), " ", p.time.us, " ", int(p.state),
                   " ", p.partner.value(), " ", ToAbsl(p.currency.code()));
  absl::StrAppend(&out, " ", p.amount_minor);
  AppendText(&out, p.payout_id);
  return out;
}

inline std::string Describe(const FeedRow& row) {
  std::string out = absl::StrCat(row.seq.value(), "/", row.place, " program ",
                                 row.program.value());
  AppendText(&out, row.event_id);
  absl::StrAppend(
      &out, " ",
      std::visit([](const auto& body) { return Describe(body); }, row.body));
  return out;
}

inline std::string Describe(const LogRow& row) {
  std::string out =
      absl::StrCat(row.seq.value(), " ", row.program.value(), " ", row.time.us);
  AppendText(&out, row.event_id);
  AppendText(&out, row.kind);
  AppendText(&out, row.record);
  for (const uint8_t byte : row.content) absl::StrAppend(&out, " ", byte);
  for (const uint8_t byte : row.chain) absl::StrAppend(&out, " ", byte);
  return out;
}

inline std::string Describe(const DecidedRow& row) {
  const Decision& d = row.decision;
  std::string out =
      absl::StrCat(row.program.value(), " ", row.customer.value(), " ",
                   d.seq.value(), " ", d.at.us, " ", int(d.trigger));
  absl::StrAppend(&out, " ", d.touch_count, " ", d.terms_seq.value(), " ",
                  d.vendor_weight_ppb, " ", d.binds, " ",
                  d.bound_until ? d.bound_until->us : -1);
  AppendText(&out, row.event_id);
  AppendText(&out, row.payment_id);
  for (const Credit& c : d.credits) {
    absl::StrAppend(&out, " [", c.partner.value(), " ", int(c.role), " ",
                    c.weight_ppb, " ", int(c.channel), " ", c.code.value(), " ",
                    c.lead.value());
    AppendText(&out, c.campaign);
    AppendText(&out, c.sub_ids);
    absl::StrAppend(&out, " ", c.touch_seq.value(), " ", c.touch_at.us, "]");
  }
  return out;
}

inline std::string Describe(const PartnerRow& row) {
  const PartnerRecord& r = row.record;
  std::string out =
      absl::StrCat(row.program.value(), " ", row.partner.value(), " ",
                   row.from.us, " ", int(r.kind), " ", int(r.status), " ",
                   r.customer_share ? r.customer_share->ppb() : -1);
  AppendText(&out, row.partner_id);
  AppendText(&out, r.group);
  return out;
}

inline std::string Describe(const AccountRow& row) {
  const Balances& b = row.balances;
  return absl::StrCat(row.program.value(), " ", row.partner.value(), " ",
                      ToAbsl(row.currency.code()), " ", b.pending_minor, " ",
                      absl::StrCat(b.payable_minor, " ", b.in_transit_minor,
                                   " ", b.paid_minor));
}

inline std::string Describe(const ProgramAccountRow& row) {
  return absl::StrCat(row.program.value(), " ", ToAbsl(row.currency.code()),
                      " ", row.expense_minor);
}

inline std::string Describe(const NameRow& row) {
  std::string out = absl::StrCat(row.program.value(), " ", row.number);
  AppendText(&out, row.name);
  return out;
}

template <typename Rows>
std::vector<std::string> DescribeAll(const Rows& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(Describe(row));
  return out;
}

// --- Small books, worked out by hand.

// What a batch is made of, with the batch over it. Texts are literals.
struct Books {
  std::vector<ProgramRow> programs;
  std::vector<NameRow> customers;
  std::vector<NameRow> visitors;
  std::vector<LogRow> log;
  std::vector<FeedRow> feed;
  std::vector<DecidedRow> decisions;
  std::vector<PartnerRow> partners;
  std::vector<AccountRow> accounts;
  std::vector<ProgramAccountRow> program_accounts;

  StoreBatch Batch() const {
    StoreBatch batch;
    batch.programs = programs;
    batch.customers = customers;
    batch.visitors = visitors;
    batch.log = log;
    batch.feed = feed;
    batch.decisions = decisions;
    batch.partners = partners;
    batch.accounts = accounts;
    batch.program_accounts = program_accounts;
    return batch;
  }

  // Adds an event of the next seq.
  Seq Event(std::string_view event_id, std::string_view kind, Instant time) {
    LogRow row;
    row.seq = Seq(log.size() + 1);
    row.program = ProgramIndex(1);
    row.event_id = event_id;
    row.time = time;
    row.kind = kind;
    row.content.fill(static_cast<uint8_t>(row.seq.value()));
    row.chain.fill(static_cast<uint8_t>(0x80 + row.seq.value()));
    row.record = "record";
    log.push_back(row);
    return row.seq;
  }

  // Adds a row of the feed to the last event.
  template <typename Body>
  void Feed(Body body) {
    FeedRow row;
    row.seq = log.back().seq;
    row.place =
        feed.empty() || feed.back().seq != row.seq ? 1 : feed.back().place + 1;
    row.program = log.back().program;
    row.event_id = log.back().event_id;
    body.seq = row.seq;
    body.time = log.back().time;
    row.body = body;
    feed.push_back(row);
  }
};

inline Accrual Earned(PartnerIndex partner, AccrualId id,
                      std::string_view payment_id, int64_t base_minor,
                      int64_t amount_minor, Instant due) {
  Accrual a;
  a.kind = AccrualKind::kAccrual;
  a.source = AccrualSource::kPayment;
  a.accrual_id = id;
  a.payment_seq = id.seq;
  a.customer = CustomerNumber(partner.value());
  a.due = due;
  a.partner = partner;
  a.payment_id = payment_id;
  a.rule_id = "ten-percent";
  a.role = Role::kAcquirer;
  a.base_minor = base_minor;
  a.amount_minor = amount_minor;
  a.weight_ppb = kPpb;
  a.currency = Eur();
  a.phase = Phase::kAcquisition;
  a.contract_year = 1;
  return a;
}

inline Entry Moved(EntryKind kind, PartnerIndex partner, Account from,
                   Account to, int64_t amount_minor) {
  Entry e;
  e.place = 1;
  e.kind = kind;
  e.partner = partner;
  e.currency = Eur();
  e.from = from;
  e.to = to;
  e.amount_minor = amount_minor;
  return e;
}

// One shop, two partners. anna earned 10.00 on inv-1; it matured, 2.00 went
// back with a refund, 8.00 are on their way to her; 3.00 of inv-3 are held. bob
// earned 5.00 on inv-2, held.
inline Books Shop() {
  const PartnerIndex anna(1);
  const PartnerIndex bob(2);
  const ProgramIndex shop(1);
  Books b;
  b.programs = {{shop, "shop"}};
  b.customers = {{shop, 1, "c-1"}, {shop, 2, "c-2"}};
  b.visitors = {{shop, 1, "v-1"}};
  b.Event("e-1", "program_set", Day(0));
  b.Event("e-2", "partner_set", Day(0));
  b.Event("e-3", "partner_set", Day(0));
  b.Event("e-4", "touch", Day(1));

  const AccrualId first{b.Event("e-5", "payment", Day(2)), 1};
  b.Feed(Earned(anna, first, "inv-1", 10000, 1000, Day(16)));
  Entry e = Moved(EntryKind::kAccrual, anna, Account::kExpense,
                  Account::kPending, 1000);
  e.accrual_id = first;
  e.rule_id = "ten-percent";
  b.Feed(e);

  const AccrualId second{b.Event("e-6", "payment", Day(3)), 1};
  b.Feed(Earned(bob, second, "inv-2", 5000, 500, Day(63)));
  e = Moved(EntryKind::kAccrual, bob, Account::kExpense, Account::kPending,
            500);
  e.accrual_id = second;
  e.rule_id = "ten-percent";
  b.Feed(e);

  b.Event("e-7", "clock", Day(20));
  e = Moved(EntryKind::kMature, anna, Account::kPending, Account::kPayable,
            1000);
  e.accrual_id = first;
  e.due = Day(16);
  b.Feed(e);

  b.Event("e-8", "refund", Day(21));
  Accrual back = Earned(anna, first, "inv-1", 10000, 200, Day(21));
  back.kind = AccrualKind::kReversal;
  back.source = AccrualSource::kRefund;
  back.refund_id = "rf-1";
  b.Feed(back);
  e = Moved(EntryKind::kReversal, anna, Account::kPayable, Account::kExpense,
            200);
  e.accrual_id = first;
  b.Feed(e);

  b.Event("e-9", "payout_requested", Day(22));
  e = Moved(EntryKind::kPayoutRequested, anna, Account::kPayable,
            Account::kInTransit, 800);
  e.payout_id = "po-1";
  b.Feed(e);
  Payout payout;
  payout.state = PayoutState::kRequested;
  payout.payout_id = "po-1";
  payout.partner = anna;
  payout.currency = Eur();
  payout.amount_minor = 800;
  b.Feed(payout);

  const AccrualId third{b.Event("e-10", "payment", Day(40)), 1};
  b.Feed(Earned(anna, third, "inv-3", 3000, 300, Day(100)));
  e = Moved(EntryKind::kAccrual, anna, Account::kExpense, Account::kPending,
            300);
  e.accrual_id = third;
  b.Feed(e);

  DecidedRow decided;
  decided.program = shop;
  decided.event_id = "e-5";
  decided.customer = CustomerNumber(1);
  decided.payment_id = "inv-1";
  decided.decision.seq = first.seq;
  decided.decision.at = Day(2);
  decided.decision.trigger = Trigger::kPayment;
  decided.decision.touch_count = 1;
  decided.decision.terms_seq = Seq(1);
  decided.decision.binds = true;
  Credit credit;
  credit.partner = anna;
  credit.weight_ppb = kPpb;
  credit.channel = Channel::kLink;
  credit.campaign = "spring";
  credit.touch_seq = Seq(4);
  credit.touch_at = Day(1);
  decided.decision.credits.push_back(credit);
  b.decisions = {decided};

  PartnerRecord record;
  record.kind = PartnerKind::kAffiliate;
  record.group = "north";
  b.partners = {{shop, anna, "anna", Day(0), record},
                {shop, bob, "bob", Day(0), record}};
  b.accounts = {{shop, anna, Eur(), {300, 0, 800, 0}},
                {shop, bob, Eur(), {500, 0, 0, 0}}};
  b.program_accounts = {{shop, Eur(), -1600}};
  return b;
}

// The feed after `after` as text.
inline std::vector<std::string> FeedOf(Store* store, FeedQuery query) {
  FeedRows rows;
  const absl::Status status = store->ReadFeed(query, &rows);
  if (!status.ok()) return {status.ToString()};
  return DescribeAll(rows.rows());
}

// Without the rows of erased names.
inline std::vector<std::string> NamesOf(Store* store) {
  std::vector<std::string> names;
  const auto add = [&](const NameRow& row) {
    if (!row.name.empty()) names.push_back(Describe(row));
    return absl::OkStatus();
  };
  const absl::Status status = store->ReadNames(add, add);
  if (!status.ok()) return {status.ToString()};
  return names;
}

}  // namespace store_test

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_UNIT_STORE_STORE_FIXTURE_H_

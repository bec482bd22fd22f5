// The engine on SQLite beside the speed of light for it: a plain loop that
// inserts the very same rows into the same tables with the same settings, a
// commit each 1,000 events. Batches of both alternate, so that a noisy machine
// disturbs both alike; `rate_of_loop` is the engine's rate divided by the
// loop's. The check value is the sum of all balances.
//
// The events have the shape of a year of a shop: 21 lines a payment, one
// payment in four refunded in part, a touch a customer, 200 partners.
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "benchmark/benchmark.h"
#include "vouch/engine/engine.h"
#include "vouch/program/spec_codec.h"
#include "vouch/store/sqlite.h"

namespace vouch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kBatch = 1000;
constexpr int64_t kPartners = 200;
constexpr int64_t kPaymentsOfCustomer = 4;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// The batches of a year, one at a time; a batch borrows from the year until the
// next is made.
class Year {
 public:
  // `lines`: of each payment.
  Year(int64_t count, int32_t lines) : count_(count), line_count_(lines) {
    ProgramSpec spec;
    spec.program_id = "shop";
    spec.currency = "GBP";
    spec.time_zone = "Europe/London";
    spec.hold_days = 30;
    RuleSpec first;
    first.rule_id = "acquisition";
    first.reward.percent = "8%";
    first.when.phase = Phase::kAcquisition;
    RuleSpec later;
    later.rule_id = "retention";
    later.reward.by_contract_year = {"4%", "2.5%", "1%"};
    spec.rules = {first, later};
    spec_ = EncodeSpec(spec);
  }

  // Empty at the end.
  absl::Span<const Event> Next() {
    events_.clear();
    ids_.clear();
    lines_.clear();
    ids_.reserve(static_cast<std::size_t>(kBatch * (line_count_ + 8)));
    lines_.reserve(static_cast<std::size_t>(kBatch * line_count_));
    while (made_ < count_ && static_cast<int64_t>(events_.size()) < kBatch) {
      Add(made_++);
    }
    return events_;
  }

 private:
  std::string_view Id(const char* prefix, int64_t a, int64_t b = -1) {
    ids_.push_back(b < 0 ? absl::StrCat(prefix, a)
                         : absl::StrCat(prefix, a, "-", b));
    return ids_.back();
  }
  void Push(int64_t n, EventBody body) {
    events_.push_back({"shop", Id("event-", 100'000'000 + n),
                       Instant{1'700'000'000'000'000 + n * 3'000'000},
                       std::move(body)});
  }
  // One program, the partners, then six events a customer, customers mixed in
  // blocks of a thousand.
  void Add(int64_t n) {
    if (n == 0) return Push(n, event::ProgramSet{spec_});
    if (n <= kPartners) {
      event::PartnerSet partner;
      partner.partner_id = Id("partner-", n);
      partner.kind = PartnerKind::kAffiliate;
      return Push(n, partner);
    }
    const int64_t at = n - kPartners - 1;
    const int64_t block = at / 6000;
    const int64_t step = at % 6000 / 1000;
    const int64_t customer = block * 1000 + at % 1000;
    if (step == 0) return AddTouch(n, customer);
    if (step <= kPaymentsOfCustomer) return AddPayment(n, customer, step);
    AddRefund(n, customer);
  }
  void AddTouch(int64_t n, int64_t customer) {
    event::Touch touch;
    touch.customer.id = Id("customer-", customer);
    touch.channel = Channel::kLink;
    touch.partner_id = Id("partner-", 1 + customer * 7919 % kPartners);
    Push(n, touch);
  }
  void AddPayment(int64_t n, int64_t customer, int64_t step) {
    const std::size_t begin = lines_.size();
    for (int32_t i = 1; i <= line_count_; ++i) {
      event::PaymentLine line;
      line.line = i;
      line.product = Id("8", 1000 + (customer * 31 + i * 17 + step) % 4000);
      line.quantity = 1 + i % 12;
      line.amount_minor = 199 + (customer * 13 + i * 7 + step) % 2000;
      lines_.push_back(line);
    }
    event::Payment payment;
    payment.payment_id = Id("invoice-", customer, step);
    payment.customer.id = Id("customer-", customer);
    payment.currency = *Currency::Parse("GBP");
    payment.lines = absl::MakeConstSpan(lines_).subspan(begin);
    Push(n, payment);
  }
  void AddRefund(int64_t n, int64_t customer) {
    event::Refund refund;
    refund.refund_id = Id("refund-", customer);
    refund.payment_id = Id("invoice-", customer, 1 + customer % 4);
    refund.customer.id = Id("customer-", customer);
    refund.kind = RefundKind::kRefund;
    refund.amount_minor = 100 + customer % 400;
    Push(n, refund);
  }

  const int64_t count_;
  const int32_t line_count_;
  int64_t made_ = 0;
  std::string spec_;
  std::vector<std::string> ids_;
  std::vector<event::PaymentLine> lines_;
  std::vector<Event> events_;
};

// One table: its rows as they stand in the engine's file, and the statement
// that inserts them into the loop's.
struct Cell {
  int type = SQLITE_NULL;
  int64_t number = 0;
  std::string bytes;
};

class Table {
 public:
  // `where` picks a batch's rows, with two parameters.
  Table(sqlite3* from, sqlite3* to, const std::string& name,
        const std::string& where, bool replace) {
    Prepare(from, absl::StrCat("SELECT * FROM ", name, " WHERE ", where),
            &select_);
    columns_ = sqlite3_column_count(select_);
    const std::vector<std::string> marks(static_cast<std::size_t>(columns_),
                                         "?");
    Prepare(to,
            absl::StrCat(replace ? "INSERT OR REPLACE INTO " : "INSERT INTO ",
                         name, " VALUES(", absl::StrJoin(marks, ","), ")"),
            &insert_);
  }
  ~Table() {
    sqlite3_finalize(select_);
    sqlite3_finalize(insert_);
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void Load(int64_t after, int64_t last) {
    cells_.clear();
    sqlite3_bind_int64(select_, 1, after);
    sqlite3_bind_int64(select_, 2, last);
    while (sqlite3_step(select_) == SQLITE_ROW) {
      for (int i = 0; i < columns_; ++i) cells_.push_back(Read(i));
    }
    sqlite3_reset(select_);
  }

  // What is timed.
  int64_t Insert() {
    int column = 0;
    int64_t rows = 0;
    for (const Cell& cell : cells_) {
      ++column;
      switch (cell.type) {
        case SQLITE_INTEGER:
          sqlite3_bind_int64(insert_, column, cell.number);
          break;
        case SQLITE_TEXT:
          sqlite3_bind_text(insert_, column, cell.bytes.data(),
                            static_cast<int>(cell.bytes.size()), SQLITE_STATIC);
          break;
        case SQLITE_BLOB:
          sqlite3_bind_blob(insert_, column, cell.bytes.data(),
                            static_cast<int>(cell.bytes.size()), SQLITE_STATIC);
          break;
        default:
          sqlite3_bind_null(insert_, column);
      }
      if (column < columns_) continue;
      if (sqlite3_step(insert_) != SQLITE_DONE) {
        Die(sqlite3_errmsg(sqlite3_db_handle(insert_)));
      }
      sqlite3_reset(insert_);
      column = 0;
      ++rows;
    }
    return rows;
  }

 private:
  static void Prepare(sqlite3* db, const std::string& sql, sqlite3_stmt** out) {
    if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, out,
                           nullptr) != SQLITE_OK) {
      Die(absl::StrCat(sql, ": ", sqlite3_errmsg(db)));
    }
  }
  Cell Read(int column) const {
    Cell cell;
    cell.type = sqlite3_column_type(select_, column);
    if (cell.type == SQLITE_INTEGER) {
      cell.number = sqlite3_column_int64(select_, column);
    } else if (cell.type != SQLITE_NULL) {
      const void* bytes = sqlite3_column_blob(select_, column);
      const auto size =
          static_cast<std::size_t>(sqlite3_column_bytes(select_, column));
      cell.bytes.assign(static_cast<const char*>(bytes), size);
    }
    return cell;
  }

  sqlite3_stmt* select_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  int columns_ = 0;
  std::vector<Cell> cells_;
};

sqlite3* OpenDb(const std::string& path, int flags) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(path.c_str(), &db, flags, nullptr) != SQLITE_OK) {
    Die(absl::StrCat(path, ": ", sqlite3_errmsg(db)));
  }
  return db;
}

void Execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    Die(absl::StrCat(sql, ": ", sqlite3_errmsg(db)));
  }
}

// The loop: a file of the same schema beside the engine's.
class Loop {
 public:
  Loop(const std::string& engine_path, const std::string& path) {
    // An engine that applies nothing makes the tables.
    if (!Engine::Open(path).ok()) Die("the loop's file");
    to_ = OpenDb(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
    Execute(to_,
            "PRAGMA synchronous=FULL;PRAGMA secure_delete=FAST;"
            "PRAGMA cell_size_check=ON;PRAGMA cache_size=-65536;"
            "PRAGMA wal_autocheckpoint=4000;"
            "PRAGMA journal_size_limit=67108864");
    from_ = OpenDb(engine_path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
    sqlite3_db_config(from_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    const auto add = [this](const char* name, const char* where,
                            bool replace = false) {
      tables_.push_back(
          std::make_unique<Table>(from_, to_, name, where, replace));
    };
    customers_ = std::make_unique<Table>(
        from_, to_, "customers", "customer > ? AND customer <= ?", false);
    constexpr char kBySeq[] = "seq > ? AND seq <= ?";
    add("programs", "?1 = 0 AND ?2 > 0");
    add("log", kBySeq);
    add("accruals", kBySeq);
    add("entries", kBySeq);
    add("payouts", kBySeq);
    add("decisions", kBySeq);
    add("credits", kBySeq);
    add("partners", "?1 = 0 AND ?2 > 0", true);
    add("balances",
        "(program, partner) IN (SELECT program, partner FROM entries"
        " WHERE seq > ? AND seq <= ?)",
        true);
    add("expenses", "?1 < ?2", true);
  }
  ~Loop() {
    customers_.reset();
    tables_.clear();
    sqlite3_close(from_);
    sqlite3_close(to_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Inserts the rows of the events in (after, last]; the seconds it took.
  double Batch(int64_t after, int64_t last) {
    for (const auto& table : tables_) table->Load(after, last);
    const int64_t customers = CustomerCount();
    customers_->Load(customer_count_, customers);
    customer_count_ = customers;
    const Clock::time_point begin = Clock::now();
    Execute(to_, "BEGIN IMMEDIATE");
    rows_ += customers_->Insert();
    for (const auto& table : tables_) rows_ += table->Insert();
    Execute(to_, "COMMIT");
    return Seconds(Clock::now() - begin);
  }
  int64_t rows() const { return rows_; }

 private:
  int64_t CustomerCount() {
    sqlite3_stmt* select = nullptr;
    sqlite3_prepare_v2(from_, "SELECT max(rowid) FROM customers", -1, &select,
                       nullptr);
    sqlite3_step(select);
    const int64_t count = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    return count;
  }

  std::unique_ptr<Table> customers_;
  int64_t customer_count_ = 0;
  sqlite3* from_ = nullptr;
  sqlite3* to_ = nullptr;
  std::vector<std::unique_ptr<Table>> tables_;
  int64_t rows_ = 0;
};

int64_t CheckOf(const Engine& engine) {
  const auto accounts = engine.Accounts();
  if (!accounts.ok()) Die(accounts.status().ToString());
  int64_t check = 0;
  for (const BalanceRow& row : accounts->balances) check += row.balances.Sum();
  return check;
}

std::unique_ptr<Engine> MustOpen(const std::string& path) {
  auto engine = Engine::Open(path);
  if (!engine.ok()) Die(engine.status().ToString());
  return *std::move(engine);
}

// A folder of its own in VOUCH_BENCHMARK_FOLDER, else in the system's for
// temporary files; removed at the end.
class Folder {
 public:
  Folder() {
    const char* set = std::getenv("VOUCH_BENCHMARK_FOLDER");
    path_ = (set != nullptr ? std::filesystem::path(set)
                            : std::filesystem::temp_directory_path()) /
            "vouch_sqlite_loop";
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void Measure(benchmark::State& state, int32_t lines, bool beside_loop) {
  const int64_t count = state.range(0);
  const Folder folder;
  const std::string path = folder.File("engine.vouch");
  double engine_seconds = 0;
  double loop_seconds = 0;
  int64_t check = 0;
  int64_t rows = 0;
  double reopen_seconds = 0;
  for (auto _ : state) {
    auto engine = MustOpen(path);
    std::unique_ptr<Loop> loop;
    if (beside_loop) {
      loop = std::make_unique<Loop>(path, folder.File("loop.vouch"));
    }
    Year year(count, lines);
    std::vector<Outcome> outcomes;
    int64_t after = 0;
    while (true) {
      const absl::Span<const Event> events = year.Next();
      if (events.empty()) break;
      const Clock::time_point begin = Clock::now();
      const absl::Status applied = engine->Apply(events, &outcomes);
      engine_seconds += Seconds(Clock::now() - begin);
      if (!applied.ok()) Die(applied.ToString());
      for (const Outcome& outcome : outcomes) {
        if (outcome.kind != OutcomeKind::kApplied) {
          Die(outcome.status.ToString());
        }
      }
      const int64_t last = after + static_cast<int64_t>(events.size());
      if (loop != nullptr) loop_seconds += loop->Batch(after, last);
      after = last;
    }
    check = CheckOf(*engine);
    if (loop != nullptr) rows = loop->rows();
    loop.reset();
    engine.reset();
    state.SetIterationTime(engine_seconds);
    const Clock::time_point begin = Clock::now();
    engine = MustOpen(path);
    reopen_seconds = Seconds(Clock::now() - begin);
    if (CheckOf(*engine) != check) Die("another state after reopening");
  }
  state.SetItemsProcessed(state.iterations() * count);
  state.SetLabel(absl::StrCat("events=", count, " check=", check));
  const auto events = static_cast<double>(count);
  state.counters["file_bytes_per_event"] =
      static_cast<double>(std::filesystem::file_size(path)) / events;
  state.counters["reopen_s"] = reopen_seconds;
  if (!beside_loop) return;
  state.counters["rate_of_loop"] = loop_seconds / engine_seconds;
  state.counters["loop_s"] = loop_seconds;
  state.counters["rows_per_event"] = static_cast<double>(rows) / events;
}

bool Full() {
  const char* full = std::getenv("VOUCH_FULL");
  return full != nullptr && std::string_view(full) == "1";
}

void BM_SqliteBesideLoop(benchmark::State& state) { Measure(state, 21, true); }
BENCHMARK(BM_SqliteBesideLoop)
    ->Apply([](benchmark::internal::Benchmark* b) {
      b->Arg(Full() ? 1'000'000 : 20'000);
    })
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// How long opening takes after many events: VOUCH_FULL=1 has ten million, with
// payments of three lines.
void BM_Reopen(benchmark::State& state) { Measure(state, 3, false); }
BENCHMARK(BM_Reopen)
    ->Apply([](benchmark::internal::Benchmark* b) {
      b->Arg(Full() ? 10'000'000 : 20'000);
    })
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();

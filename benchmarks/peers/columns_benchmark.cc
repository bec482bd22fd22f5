// All conversions of a table of touches at once: AttributeColumns beside what
// one would use instead, LAST_TOUCH with a window of 30 days.
//
// - A plain loop: rows in order of time, the last touch of each customer in an
//   absl::flat_hash_map, looked up at each conversion.
// - DuckDB on one thread: an ASOF join of two tables in memory. It runs in
//   Node.js, from the package in the folder that VOUCH_DUCKDB names
//   (benchmarks/columns.sh puts it there); without it, that part is skipped and
//   says so.
//
// The data are made from a seed: touches of a year over customers with skew (a
// hundredth of them has a fifth of the touches), half of the customers or more
// never converting, conversions drawn likewise. Each run prints the same check
// value, made of winner and conversion; one that differs is an error.
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "vouch/attribute/columns.h"
#include "vouch/base/instant.h"

namespace vouch {
namespace {

constexpr int64_t kWindowDays = 30;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// Processor time, of all threads: other work on the machine does not count.
double CpuSeconds() {
  timespec now;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) Die("no clock");
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

bool Full() {
  const char* full = std::getenv("VOUCH_FULL");
  return full != nullptr && std::string_view(full) == "1";
}

// Both tables. No two rows have one time, so that all agree on the order.
struct Tables {
  std::vector<uint64_t> customers;
  std::vector<uint32_t> partners;
  std::vector<Channel> channels;
  std::vector<int64_t> times_us;
  std::vector<uint64_t> conversion_customers;
  std::vector<int64_t> conversion_times_us;

  TouchColumns touches() const {
    return {customers, partners, channels, times_us};
  }
  ConversionColumns conversions() const {
    return {conversion_customers, conversion_times_us};
  }
};

class Maker {
 public:
  explicit Maker(uint64_t customers) : customers_(customers) {}

  Tables Make(size_t touches, size_t conversions) {
    Tables tables;
    const int64_t touch_step = AYear() / static_cast<int64_t>(touches);
    for (size_t i = 0; i < touches; ++i) {
      tables.customers.push_back(AnyCustomer());
      tables.partners.push_back(static_cast<uint32_t>(Below(1000)));
      constexpr Channel kChannels[] = {Channel::kLink, Channel::kLink,
                                       Channel::kCode, Channel::kView};
      tables.channels.push_back(kChannels[Below(4)]);
      // Even, those of conversions are odd.
      tables.times_us.push_back(static_cast<int64_t>(i) * touch_step / 2 * 2);
    }
    const int64_t step = AYear() / static_cast<int64_t>(conversions);
    for (size_t i = 0; i < conversions; ++i) {
      tables.conversion_customers.push_back(AnyCustomer());
      tables.conversion_times_us.push_back(
          static_cast<int64_t>(i) * step / 2 * 2 + 1);
    }
    return tables;
  }

 private:
  static int64_t AYear() { return 365 * kUsPerDay; }
  uint64_t Below(uint64_t n) { return random_() % n; }
  // Rank u^3 for u from 0 to 1; numbers mix ranks, as those of a shop would.
  uint64_t AnyCustomer() {
    const uint64_t u = random_() >> 43;  // 21 bits
    const uint64_t rank = (((u * u >> 21) * u >> 21) * customers_) >> 21;
    return rank * 1'000'003 % customers_;
  }

  const uint64_t customers_;
  std::mt19937_64 random_{2026};
};

const Tables& InOrder() {
  static const Tables* const kTables =
      new Tables(Full() ? Maker(2'000'000).Make(10'000'000, 1'000'000)
                        : Maker(2'000).Make(10'000, 1'000));
  return *kTables;
}

// The same rows, in no order.
const Tables& Shuffled() {
  static const Tables* const kTables = [] {
    const Tables& from = InOrder();
    std::vector<size_t> order(from.customers.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937_64(7));
    auto* tables = new Tables(from);
    for (size_t i = 0; i < order.size(); ++i) {
      tables->customers[i] = from.customers[order[i]];
      tables->partners[i] = from.partners[order[i]];
      tables->channels[i] = from.channels[order[i]];
      tables->times_us[i] = from.times_us[order[i]];
    }
    return tables;
  }();
  return *kTables;
}

ColumnTerms Terms(Model model) {
  ColumnTerms terms;
  terms.model.model = model;
  terms.model.half_life_us = 7 * kUsPerDay;
  terms.model.first_ppb = 400'000'000;
  terms.model.last_ppb = 400'000'000;
  for (const Channel channel :
       {Channel::kLink, Channel::kCode, Channel::kView}) {
    terms.windows.push_back({channel, kWindowDays});
  }
  return terms;
}

// What a winner adds to the check value.
int64_t CheckOf(uint32_t partner, size_t conversion) {
  return (int64_t{partner} + 1) * static_cast<int64_t>(conversion % 1009 + 1);
}

ColumnCredits Attribute(const Tables& tables, const ColumnTerms& terms) {
  ColumnCredits credits;
  const absl::Status status =
      AttributeColumns(terms, tables.touches(), tables.conversions(), &credits);
  if (!status.ok()) Die(status.ToString());
  return credits;
}

int64_t LoopOverHashMap(const Tables& t) {
  struct Last {
    int64_t time_us;
    uint32_t partner;
  };
  absl::flat_hash_map<uint64_t, Last> last_of;
  size_t touch = 0;
  int64_t check = 0;
  for (size_t i = 0; i < t.conversion_customers.size(); ++i) {
    const int64_t at = t.conversion_times_us[i];
    for (; touch < t.times_us.size() && t.times_us[touch] <= at; ++touch) {
      last_of[t.customers[touch]] = {t.times_us[touch], t.partners[touch]};
    }
    const auto found = last_of.find(t.conversion_customers[i]);
    if (found == last_of.end()) continue;
    if (at - found->second.time_us >= kWindowDays * kUsPerDay) continue;
    check += CheckOf(found->second.partner, i);
  }
  return check;
}

struct Best {
  double seconds = 1e9;
  int64_t check = 0;

  template <typename Work>
  void Run(Work work) {
    const double begin = CpuSeconds();
    check = work();
    seconds = std::min(seconds, CpuSeconds() - begin);
  }
};

int64_t CheckOf(const ColumnCredits& credits) {
  int64_t check = 0;
  for (size_t i = 0; i + 1 < credits.offsets.size(); ++i) {
    for (const ColumnCredit& credit : credits.Of(i)) {
      check += CheckOf(credit.partner, i);
    }
  }
  return check;
}

// A folder for DuckDB's input; removed at the end.
class Folder {
 public:
  Folder() {
    const char* set = std::getenv("VOUCH_BENCHMARK_FOLDER");
    path_ = (set != nullptr ? std::filesystem::path(set)
                            : std::filesystem::temp_directory_path()) /
            "vouch_columns";
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string File(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void WriteCsv(const Tables& t, const Folder& folder) {
  std::ofstream touches(folder.File("touches.csv"));
  for (size_t i = 0; i < t.customers.size(); ++i) {
    touches << t.customers[i] << ',' << t.partners[i] << ',' << t.times_us[i]
            << '\n';
  }
  std::ofstream conversions(folder.File("conversions.csv"));
  for (size_t i = 0; i < t.conversion_customers.size(); ++i) {
    conversions << i << ',' << t.conversion_customers[i] << ','
                << t.conversion_times_us[i] << '\n';
  }
  if (!touches.flush() || !conversions.flush()) Die("no room for the tables");
}

struct DuckDbAnswer {
  std::string version;  // empty: DuckDB is not installed
  Best best;
};

// Loads both tables into DuckDB and runs its query three times.
DuckDbAnswer AskDuckDb(const Tables& tables) {
  DuckDbAnswer answer;
  const char* package = std::getenv("VOUCH_DUCKDB");
  if (package == nullptr) return answer;
  const Folder folder;
  WriteCsv(tables, folder);
  const std::string command = absl::StrCat(
      "node '", VOUCH_BENCHMARK_SOURCE_DIR, "/peers/duckdb_last_touch.js' '",
      package, "' '", folder.File("touches.csv"), "' '",
      folder.File("conversions.csv"), "' ", kWindowDays * kUsPerDay);
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) Die("node does not start");
  std::array<char, 256> line = {};
  if (std::fgets(line.data(), line.size(), pipe) == nullptr) {
    Die("DuckDB gave no answer");
  }
  if (pclose(pipe) != 0) Die("DuckDB failed");
  std::istringstream fields(line.data());
  fields >> answer.version >> answer.best.seconds >> answer.best.check;
  if (!fields) Die(absl::StrCat("DuckDB said ", line.data()));
  return answer;
}

// One run of each of what is compared, by turns, the best counting: a noisy
// machine disturbs all alike.
void BM_LastTouchBesidePeers(benchmark::State& state) {
  const Tables& in_order = InOrder();
  const Tables& shuffled = Shuffled();
  const ColumnTerms terms = Terms(Model::kLastTouch);
  Best ours;
  Best ours_shuffled;
  Best loop;
  DuckDbAnswer duckdb;
  for (auto _ : state) {
    for (int i = 0; i < 3; ++i) {
      ours.Run([&] { return CheckOf(Attribute(in_order, terms)); });
      ours_shuffled.Run([&] { return CheckOf(Attribute(shuffled, terms)); });
      loop.Run([&] { return LoopOverHashMap(in_order); });
    }
    duckdb = AskDuckDb(in_order);
    state.SetIterationTime(ours.seconds);
  }
  const bool beside_duckdb = !duckdb.version.empty();
  if (ours.check != loop.check || ours.check != ours_shuffled.check ||
      (beside_duckdb && ours.check != duckdb.best.check)) {
    Die(absl::StrCat("check values differ: ", ours.check, " ",
                     ours_shuffled.check, " ", loop.check, " ",
                     duckdb.best.check));
  }
  const auto rows = static_cast<double>(in_order.customers.size() +
                                        in_order.conversion_customers.size());
  state.counters["ns_per_row"] = ours.seconds * 1e9 / rows;
  state.counters["ns_shuffled"] = ours_shuffled.seconds * 1e9 / rows;
  state.counters["ns_loop"] = loop.seconds * 1e9 / rows;
  state.counters["times_loop"] = loop.seconds / ours.seconds;
  if (beside_duckdb) {
    state.counters["ns_duckdb"] = duckdb.best.seconds * 1e9 / rows;
    state.counters["times_duckdb"] = duckdb.best.seconds / ours.seconds;
    state.counters["times_duckdb_shuffled"] =
        duckdb.best.seconds / ours_shuffled.seconds;
  }
  state.SetLabel(absl::StrCat("check=", ours.check, " ",
                              beside_duckdb
                                  ? absl::StrCat("DuckDB ", duckdb.version)
                                  : "without DuckDB: VOUCH_DUCKDB is not set"));
}
BENCHMARK(BM_LastTouchBesidePeers)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// All models, with tiers; the check value is made of partners and weights.
void BM_Columns(benchmark::State& state) {
  const auto model = static_cast<Model>(state.range(0));
  const Tables& tables = state.range(1) != 0 ? Shuffled() : InOrder();
  ColumnTerms terms = Terms(model);
  terms.tiers = {{Channel::kCode}, {Channel::kLink, Channel::kView}};
  ColumnCredits credits;
  for (auto _ : state) credits = Attribute(tables, terms);
  uint64_t check = 0;
  for (const ColumnCredit& credit : credits.credits) {
    check += (credit.partner + 1) * static_cast<uint64_t>(credit.weight_ppb);
  }
  state.SetItemsProcessed(
      state.iterations() *
      static_cast<int64_t>(tables.customers.size() +
                           tables.conversion_customers.size()));
  state.SetLabel(
      absl::StrCat("credits=", credits.credits.size(), " check=", check));
}
BENCHMARK(BM_Columns)
    ->ArgsProduct({{1, 2, 3, 4, 5}, {0, 1}})
    ->ArgNames({"model", "shuffled"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();

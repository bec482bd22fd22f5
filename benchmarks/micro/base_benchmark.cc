// Speed of the base layer: what every payment pays for money and time. Each
// benchmark shows a check value made of its last results, so that a fast wrong
// answer is seen.
#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "vouch/base/allocate.h"
#include "vouch/base/civil.h"
#include "vouch/base/currency.h"
#include "vouch/base/fraction_sum.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"

namespace vouch {
namespace {

void ShowCheck(benchmark::State& state, int64_t check) {
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("check=" + std::to_string(check));
}

void BM_ApplyRate(benchmark::State& state) {
  const Rate rate = Rate::FromPpb(125'000'000);
  int64_t amount = 1999;
  int64_t result = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(amount);
    result = ApplyRate(amount, rate, Rounding::kHalfEven).value_or(-1);
    benchmark::DoNotOptimize(result);
  }
  ShowCheck(state, result);  // 249.875: 250
}
BENCHMARK(BM_ApplyRate);

void BM_ParseRate(benchmark::State& state) {
  std::string text = "12.5%";
  int64_t result = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    result = Rate::Parse(text).value_or(Rate()).ppb();
  }
  ShowCheck(state, result);  // 125000000
}
BENCHMARK(BM_ParseRate);

void BM_ParseCurrency(benchmark::State& state) {
  std::string text = "USD";
  int64_t result = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    result = Currency::Parse(text).value_or(Currency()).numeric();
  }
  ShowCheck(state, result);  // 840
}
BENCHMARK(BM_ParseCurrency);

void BM_Allocate(benchmark::State& state) {
  const std::vector<int64_t> weights(static_cast<size_t>(state.range(0)), 3);
  std::vector<int64_t> parts(weights.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Allocate(999'999'999, weights, absl::MakeSpan(parts)).ok());
    benchmark::ClobberMemory();
  }
  ShowCheck(state, parts.front() - parts.back());  // 0 or 1
}
BENCHMARK(BM_Allocate)->Arg(2)->Arg(8)->Arg(64)->Arg(1000);

void BM_ContractYear(benchmark::State& state) {
  CivilDay start(2020, 2, 29);
  const CivilDay on(2024, 2, 28);
  int result = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(start);
    result = ContractYear(start, on);
    benchmark::DoNotOptimize(result);
  }
  ShowCheck(state, result);  // 4
}
BENCHMARK(BM_ContractYear);

void BM_DayOf(benchmark::State& state) {
  const TimeZone zone = TimeZone::Load("Europe/Berlin").value_or(TimeZone());
  Instant instant{1'704'164'645 * kUsPerSecond};
  CivilDay day;
  for (auto _ : state) {
    benchmark::DoNotOptimize(instant);
    day = DayOf(instant, zone);
    benchmark::DoNotOptimize(day);
  }
  ShowCheck(state, day.day());  // 2
}
BENCHMARK(BM_DayOf);

void BM_ParseInstant(benchmark::State& state) {
  std::string text = "2024-01-02T03:04:05.678901Z";
  int64_t result = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    result = ParseInstant(text).value_or(Instant()).us;
  }
  ShowCheck(state, result);  // 1704164645678901
}
BENCHMARK(BM_ParseInstant);

void Scale(benchmark::State& state, int64_t step) {
  std::vector<WeightedFraction> terms;
  for (int64_t i = 0; i < state.range(0); ++i) {
    terms.push_back({900 + i, 1 + i, 1000 + step * (2 * i + 1)});
  }
  int64_t result = 0;
  for (auto _ : state) {
    result = ScaleByFractions(7900, terms, Rounding::kHalfEven).value_or(-1);
    benchmark::DoNotOptimize(result);
  }
  ShowCheck(state, result);
}
void BM_ScaleOneDenominator(benchmark::State& state) { Scale(state, 0); }
void BM_ScaleManyDenominators(benchmark::State& state) { Scale(state, 1); }
BENCHMARK(BM_ScaleOneDenominator)->Arg(1)->Arg(10)->Arg(900);
BENCHMARK(BM_ScaleManyDenominators)->Arg(1)->Arg(10)->Arg(900);

// An exact tie over many denominators: the slow way, which settles it.
void BM_ScaleTie(benchmark::State& state) {
  std::vector<WeightedFraction> terms;
  for (int64_t i = 0; i < state.range(0) / 2; ++i) {
    const int64_t whole = (int64_t{1} << 30) + 2 * i + 1;
    terms.push_back({3, whole / 3, whole});
    terms.push_back({3, 2 * (whole - whole / 3), 2 * whole});
  }
  int64_t result = 0;
  for (auto _ : state) {
    result = ScaleByFractions(9, terms, Rounding::kHalfEven).value_or(-1);
    benchmark::DoNotOptimize(result);
  }
  ShowCheck(state, result);  // 4.5: 4
}
BENCHMARK(BM_ScaleTie)->Arg(10)->Arg(100)->Arg(1000)->Arg(10000);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();

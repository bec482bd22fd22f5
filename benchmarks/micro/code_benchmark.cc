// Speed of promo codes: a batch by CodeMaker beside the same numbers one code
// after the other, by CodeMaker and by the general FF1; and what a check at
// registration costs. Each shows a check value made of its last codes: the
// three ways give the same.
#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "vouch/code/avoided_words.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/code_checker.h"
#include "vouch/code/code_maker.h"
#include "vouch/code/contact_key.h"
#include "vouch/code/ff1.h"

namespace vouch {
namespace {

constexpr std::size_t kBatch = 10'000;
constexpr std::string_view kProgram = "shop";

std::vector<uint8_t> Key(int64_t bits) {
  return std::vector<uint8_t>(static_cast<std::size_t>(bits / 8), 7);
}

// The letters of all codes, the check symbols among them, as one number.
uint64_t Check(const std::vector<CodeText>& codes) {
  uint64_t sum = 0;
  for (const CodeText& code : codes) {
    for (std::size_t i = 0; i < code.size(); ++i) {
      sum = sum * 33 + code.value(i);
    }
  }
  return sum;
}

void Show(benchmark::State& state, const std::vector<CodeText>& codes) {
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(codes.size()));
  state.SetLabel("check=" + std::to_string(Check(codes)));
}

// Arguments: bits of the key, letters of a code.
void BM_MakeRange(benchmark::State& state) {
  const auto length = static_cast<int>(state.range(1));
  auto maker = CodeMaker::Create({3, Key(state.range(0))}, kProgram, length);
  std::vector<CodeText> codes(kBatch);
  for (auto _ : state) {
    benchmark::DoNotOptimize(maker->MakeRange(1, absl::MakeSpan(codes)).ok());
    benchmark::ClobberMemory();
  }
  Show(state, codes);
}

// As MakeRange, but a call for each code, and so for each of its blocks.
void BM_MakeOneByOne(benchmark::State& state) {
  const auto length = static_cast<int>(state.range(1));
  auto maker = CodeMaker::Create({3, Key(state.range(0))}, kProgram, length);
  std::vector<CodeText> codes(kBatch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      codes[i] = *maker->Make(1 + i);
    }
    benchmark::ClobberMemory();
  }
  Show(state, codes);
}

void BM_GeneralFf1(benchmark::State& state) {
  const auto letters = static_cast<std::size_t>(state.range(1) - 2);
  auto ff1 = Ff1::Create(Key(state.range(0)), 32);
  const std::vector<uint8_t> tweak(kProgram.begin(), kProgram.end());
  std::vector<uint16_t> numerals(letters);
  std::vector<CodeText> codes(kBatch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      uint64_t n = 1 + i;
      for (std::size_t k = letters; k-- > 0; n >>= 5) numerals[k] = n & 31;
      benchmark::DoNotOptimize(
          ff1->Encrypt(tweak, absl::MakeSpan(numerals)).ok());
      CodeText& code = codes[i];
      code.Resize(letters + 2);
      code.Put(0, 3);
      for (std::size_t k = 0; k < letters; ++k) {
        code.Put(k + 1, static_cast<uint8_t>(numerals[k]));
      }
      const char check = CheckSymbol(code.view().substr(0, letters + 1));
      code.Put(letters + 1, static_cast<uint8_t>(CodeLetterValue(check)));
    }
  }
  Show(state, codes);
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({128, 10})->Args({256, 6})->Args({256, 10})->Args({256, 16});
}
BENCHMARK(BM_MakeRange)->Apply(Sizes);
BENCHMARK(BM_MakeOneByOne)->Apply(Sizes);
BENCHMARK(BM_GeneralFf1)->Apply(Sizes);

// With a list of words, as a campaign would have it.
void BM_MakeCodesWithoutWords(benchmark::State& state) {
  auto maker = CodeMaker::Create({3, Key(256)}, kProgram, 10);
  std::vector<std::string> list;
  for (int i = 0; i < 500; ++i) list.push_back("W" + std::to_string(i * 37));
  list.erase(list.begin(), list.begin() + 3);  // too short
  const AvoidedWords words = *AvoidedWords::Create(list);
  std::vector<CodeText> codes(kBatch);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        MakeCodes(&*maker, words, 1, absl::MakeSpan(codes)).ok());
    benchmark::ClobberMemory();
  }
  Show(state, codes);
}
BENCHMARK(BM_MakeCodesWithoutWords);

void BM_CheckCode(benchmark::State& state) {
  CodeChecker checker{std::string(kProgram)};
  checker.Add({{3, Key(256)}, 10, 1'000'000}).IgnoreError();
  auto maker = CodeMaker::Create({3, Key(256)}, kProgram, 10);
  std::string text = " " + std::string(maker->Make(4711)->view());
  text.insert(5, "-");
  uint64_t n = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    n = checker.Check(text)->n;
    benchmark::DoNotOptimize(n);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("check=" + std::to_string(n));  // 4711
}
BENCHMARK(BM_CheckCode);

void BM_ContactKey(benchmark::State& state) {
  const std::vector<uint8_t> secret = Key(256);
  std::string value = "Anna Berg <Anna.Berg@Example.com>";
  std::string key;
  for (auto _ : state) {
    benchmark::DoNotOptimize(value);
    key = *ContactKey(ContactKind::kEmail, value, secret, "k1");
    benchmark::DoNotOptimize(key);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("check=" + key.substr(0, 12));
}
BENCHMARK(BM_ContactKey);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();

// Speed of the link layer, beside ada alone on the same links. Each benchmark
// shows a check value made of its last results, so that a fast wrong answer is
// seen.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "benchmark/benchmark.h"
#include "vouch/base/instant.h"
#include "vouch/link/fields.h"
#include "vouch/link/format.h"
#include "vouch/link/make.h"
#include "vouch/link/resolve.h"
#include "vouch/link/url.h"

namespace vouch {
namespace {

constexpr Instant kNow{1'710'000'000 * kUsPerSecond};

// Links as they are: a code in the path; a partner, a campaign and a sub id; a
// mail's UTM texts and a click id.
constexpr std::string_view kLinks[] = {
    "https://shop.example/r/ANNA-20",
    "https://www.shop.example/spring?ref=anna&campaign=spring24&sub1=footer",
    "https://shop.example/r/ANNA-20?utm_source=newsletter&utm_medium=email&"
    "utm_campaign=spring24&click_id=8f14e45fceea167a"};
// The last of them with a letter that a browser encodes.
constexpr std::string_view kUnusual =
    "https://shop.example/r/ANNA-20?utm_source=newsletter&utm_medium=email&"
    "utm_campaign=fr\xc3\xbchling&click_id=8f14e45fceea167a";

LinkFormatSpec Spec() {
  LinkFormatSpec spec;
  spec.program_id = "shop";
  spec.path_templates = {"/r/{code}"};
  spec.hosts = {"shop.example"};
  spec.secrets = {{"2024a", "0123456789abcdef0123456789abcdef"}};
  return spec;
}

void ShowCheck(benchmark::State& state, std::size_t check) {
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("check=" + std::to_string(check));
}

void Resolve(benchmark::State& state, std::string_view link) {
  const auto format = LinkFormat::Build(Spec());
  LinkScratch scratch;
  ResolvedLink out;
  std::size_t check = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(link);
    if (!ResolveLink(*format, link, kNow, &scratch, &out).ok()) {
      state.SkipWithError("not resolved");
      break;
    }
    benchmark::DoNotOptimize(out);
  }
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    check += out.fields[LinkFieldAt(i)].size();
  }
  ShowCheck(state, check);  // bytes of all fields
}

// 7; 4 + 8 + 6; 7 + 10 + 5 + 8 + 16
void BM_ResolveOrdinary(benchmark::State& state) {
  Resolve(state, kLinks[state.range(0)]);
}
BENCHMARK(BM_ResolveOrdinary)->DenseRange(0, 2);

// A destination to read, decode and look up: 4 + 28
void BM_ResolveDestination(benchmark::State& state) {
  Resolve(state,
          "https://shop.example/?ref=anna&to=https%3A%2F%2Fshop.example%2F"
          "spring24");
}
BENCHMARK(BM_ResolveDestination);

// 4 + 27
void BM_ResolveSigned(benchmark::State& state) {
  const auto format = LinkFormat::Build(Spec());
  LinkSpec spec;
  spec.base_url = "https://shop.example/";
  spec.key_id = "2024a";
  spec.fields[LinkField::kPartner] = "anna";
  spec.fields[LinkField::kDestination] = "https://shop.example/spring";
  Resolve(state, MakeLink(*format, spec).value_or(""));
}
BENCHMARK(BM_ResolveSigned);

void BM_ReadUrl(benchmark::State& state) {
  std::string_view link = kLinks[state.range(0)];
  UrlSpace space;
  UrlParts parts;
  for (auto _ : state) {
    benchmark::DoNotOptimize(link);
    benchmark::DoNotOptimize(ReadUrl(link, &space, &parts).ok());
    benchmark::DoNotOptimize(parts);
  }
  ShowCheck(state, parts.path.size() + parts.query.size());
}
BENCHMARK(BM_ReadUrl)->DenseRange(0, 2);

#ifdef VOUCH_LINK_ADA
// ada alone: the parts and no more. The same check as BM_ReadUrl.
void BM_Ada(benchmark::State& state) {
  std::string_view link = kLinks[state.range(0)];
  UrlSpace space;
  UrlParts parts;
  for (auto _ : state) {
    benchmark::DoNotOptimize(link);
    benchmark::DoNotOptimize(internal::ReadUrlWithAda(link, &space, &parts));
    benchmark::DoNotOptimize(parts);
  }
  ShowCheck(state, parts.path.size() + parts.query.size());
}
BENCHMARK(BM_Ada)->DenseRange(0, 2);

// The slow path: 7 + 10 + 5 + 9 + 16
void BM_ResolveUnusual(benchmark::State& state) { Resolve(state, kUnusual); }
BENCHMARK(BM_ResolveUnusual);
#endif

void BM_MakeSigned(benchmark::State& state) {
  const auto format = LinkFormat::Build(Spec());
  LinkSpec spec;
  spec.base_url = "https://shop.example/";
  spec.path_template = "/r/{code}";
  spec.key_id = "2024a";
  spec.fields[LinkField::kCode] = "ANNA-20";
  std::string link;
  for (auto _ : state) {
    link = MakeLink(*format, spec).value_or("");
    benchmark::DoNotOptimize(link);
  }
  ShowCheck(state, link.size());  // 30, "?vsig=2024a..", 22
}
BENCHMARK(BM_MakeSigned);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();

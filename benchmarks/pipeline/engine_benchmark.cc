// Speed of the whole road in memory: events a second from the facts to the
// books, and how often the road asks for memory. The check value is the sum of
// all balances, so that a fast wrong answer is seen.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "vouch/engine/engine.h"
#include "vouch/program/spec_codec.h"

namespace {
std::atomic<int64_t> allocations{0};
}  // namespace

// Not inlined, so that no compiler takes malloc and delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace vouch {
namespace {

constexpr int64_t kPartners = 200;
constexpr int64_t kPaymentsOfCustomer = 20;

// A year of a shop: a touch a customer, then its payments of three lines, one
// of them refunded in part. Owns the texts that its events borrow.
class Year {
 public:
  explicit Year(int64_t customers) {
    ids_.reserve(static_cast<std::size_t>(customers) * 60 + 1000);
    AddReference();
    for (int64_t i = 0; i < customers; ++i) AddTouch(i);
    for (int64_t n = 0; n < kPaymentsOfCustomer; ++n) {
      for (int64_t i = 0; i < customers; ++i) AddPayment(i, n);
    }
    for (int64_t i = 0; i < customers; ++i) AddRefund(i);
  }
  const std::vector<Event>& events() const { return events_; }

 private:
  std::string_view Id(std::string text) {
    ids_.push_back(std::make_unique<std::string>(std::move(text)));
    return *ids_.back();
  }
  void Add(EventBody body) {
    const int64_t n = static_cast<int64_t>(events_.size());
    events_.push_back({"shop", Id(absl::StrCat("e-", n)),
                       Instant{1'700'000'000'000'000 + n * 1'000'000},
                       std::move(body)});
  }
  void AddReference() {
    ProgramSpec spec;
    spec.program_id = "shop";
    spec.currency = "EUR";
    spec.time_zone = "Europe/Berlin";
    spec.hold_days = 30;
    RuleSpec first;
    first.rule_id = "first";
    first.reward.percent = "15%";
    first.when.phase = Phase::kAcquisition;
    RuleSpec later;
    later.rule_id = "later";
    later.reward.by_contract_year = {"10%", "7%", "5%"};
    spec.rules = {first, later};
    Add(event::ProgramSet{Id(EncodeSpec(spec))});
    for (int64_t i = 0; i < kPartners; ++i) {
      event::PartnerSet partner;
      partner.partner_id = Id(absl::StrCat("partner-", i));
      partner.kind = PartnerKind::kAffiliate;
      Add(partner);
    }
  }
  void AddTouch(int64_t customer) {
    event::Touch touch;
    customers_.push_back(Id(absl::StrCat("customer-", customer)));
    touch.customer.id = customers_.back();
    touch.channel = Channel::kLink;
    touch.partner_id = Id(absl::StrCat("partner-", customer % kPartners));
    Add(touch);
  }
  void AddPayment(int64_t customer, int64_t n) {
    auto lines = std::make_unique<std::array<event::PaymentLine, 3>>();
    for (int32_t i = 0; i < 3; ++i) {
      auto& line = (*lines)[static_cast<std::size_t>(i)];
      line.line = i + 1;
      line.product = "widget";
      line.amount_minor = 1999 + customer % 100 + n;
      line.tax_minor = 319;
    }
    event::Payment payment;
    payment.payment_id = Id(absl::StrCat("invoice-", customer, "-", n));
    payment.customer.id = customers_[static_cast<std::size_t>(customer)];
    payment.currency = *Currency::Parse("EUR");
    payment.lines = *lines;
    lines_.push_back(std::move(lines));
    Add(payment);
  }
  void AddRefund(int64_t customer) {
    event::Refund refund;
    refund.refund_id = Id(absl::StrCat("refund-", customer));
    refund.payment_id = Id(absl::StrCat("invoice-", customer, "-0"));
    refund.customer.id = customers_[static_cast<std::size_t>(customer)];
    refund.kind = RefundKind::kRefund;
    refund.amount_minor = 1000;
    Add(refund);
  }

  std::vector<std::unique_ptr<std::string>> ids_;
  std::vector<std::string_view> customers_;
  std::vector<std::unique_ptr<std::array<event::PaymentLine, 3>>> lines_;
  std::vector<Event> events_;
};

// Batches of 1,000, as a host would send them.
void BM_Apply(benchmark::State& state) {
  const Year year(state.range(0));
  const absl::Span<const Event> events = year.events();
  int64_t check = 0;
  int64_t asked = 0;
  for (auto _ : state) {
    auto engine = Engine::InMemory();
    std::vector<Outcome> outcomes;
    const int64_t before = allocations.load();
    for (std::size_t at = 0; at < events.size(); at += 1000) {
      if (!engine->Apply(events.subspan(at, 1000), &outcomes).ok()) {
        state.SkipWithError("the engine failed");
        return;
      }
    }
    asked = allocations.load() - before;
    state.PauseTiming();
    check = 0;
    const auto accounts = engine->Accounts();
    if (!accounts.ok()) std::abort();
    for (const BalanceRow& row : accounts->balances) {
      check += row.balances.Sum();
    }
    engine.reset();
    state.ResumeTiming();
  }
  const auto count = static_cast<int64_t>(events.size());
  state.SetItemsProcessed(state.iterations() * count);
  state.SetLabel(absl::StrCat("events=", count, " check=", check));
  state.counters["allocations_per_event"] =
      static_cast<double>(asked) / static_cast<double>(count);
}
BENCHMARK(BM_Apply)->Arg(10)->Arg(10'000)->Arg(50'000)->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();

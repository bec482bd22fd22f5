// Memory that runs out at every place where a call takes some: the call says
// RESOURCE_EXHAUSTED, nothing comes out, and the same call with enough memory
// then gives what it always gave.
//
// The calls here touch none of Abseil's hash tables, whose resize does not
// survive an allocation that throws (docs/C_ABI.md says so to users).
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>

#include "vouch/c.h"
#include "vouch/v1/engine.pb.h"

namespace {

// The allocation that fails, counted down; negative: none.
std::atomic<int64_t> allocations_left{-1};

void* Take(std::size_t size) {
  if (allocations_left.load() >= 0 && allocations_left.fetch_sub(1) <= 0) {
    allocations_left = 0;  // and all behind it
    return nullptr;
  }
  return std::malloc(size > 0 ? size : 1);
}

}  // namespace

// The library's allocations end up here, as those of every library of the
// process do.
void* operator new(std::size_t size) {
  void* memory = Take(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  allocations_left = -1;
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

vouch_view View(const std::string& bytes) {
  return {bytes.data(), bytes.size()};
}

constexpr int64_t kTime = 1'704'067'200'000'000;  // 2024-01-01T00:00:00Z

vouch::v1::Event* Add(const std::string& event_id, vouch::v1::Batch* batch) {
  vouch::v1::Event* event = batch->add_events();
  event->set_program_id("shop");
  event->set_event_id(event_id);
  event->set_time_us(kTime);
  return event;
}

std::string ProgramBytes() {
  vouch::v1::Program program;
  program.set_program_id("shop");
  program.set_currency("EUR");
  program.set_time_zone("UTC");
  program.set_conversion(vouch::v1::Program::FIRST_PAYMENT);
  program.mutable_attribution()->set_model(vouch::v1::Attribution::LAST_TOUCH);
  program.mutable_attribution()->mutable_binding()->set_span(
      vouch::v1::Binding::LIFETIME);
  program.mutable_acquisition()->set_until(
      vouch::v1::AcquisitionBoundary::FIRST_PAYMENT_ONLY);
  vouch::v1::Rule* rule = program.add_rules();
  rule->set_rule_id("tenth");
  rule->mutable_reward()->set_percent("10%");
  return program.SerializeAsString();
}

// A partner, a customer and a payment, with names that no short string holds.
std::string BatchBytes() {
  vouch::v1::Batch batch;
  auto* partner = Add("e-1", &batch)->mutable_partner_set();
  partner->set_partner_id("a partner whose name is in no short string");
  partner->set_kind(vouch::v1::AFFILIATE);
  auto* touch = Add("e-2", &batch)->mutable_touch();
  touch->set_customer_id("a customer whose name is in no short string");
  touch->set_channel(vouch::v1::LINK);
  touch->set_partner_id(partner->partner_id());
  auto* payment = Add("e-3", &batch)->mutable_payment();
  payment->set_payment_id("a payment whose name is in no short string");
  payment->set_customer_id(touch->customer_id());
  payment->set_currency("EUR");
  payment->add_lines()->set_amount_minor(11900);
  return batch.SerializeAsString();
}

// Events that are refused before the engine sees them, in three ways.
std::string UnreadBytes() {
  vouch::v1::Batch batch;
  Add("e-11", &batch);  // no body
  Add("e-12", &batch)
      ->mutable_touch()
      ->set_channel(static_cast<vouch::v1::Channel>(77));
  Add("e-13", &batch)
      ->mutable_partner_set()
      ->set_kind(static_cast<vouch::v1::PartnerKind>(77));
  return batch.SerializeAsString() + std::string("\x0a\x01\xff", 3);
}

std::string QueryBytes(void (*fill)(vouch::v1::Query*)) {
  vouch::v1::Query query;
  query.set_program_id("shop");
  fill(&query);
  return query.SerializeAsString();
}

vouch_engine* OpenShop() {
  vouch_engine* engine = nullptr;
  vouch_buffer result = VOUCH_BUFFER_INIT;
  const std::string program = ProgramBytes();
  const std::string batch = BatchBytes();
  const std::string event_id = "p-1";
  Require(vouch_engine_open({nullptr, 0}, nullptr, &engine, nullptr) == 0 &&
              vouch_engine_set_program(engine, View(program), View(event_id),
                                       kTime, &result, nullptr) == 0,
          "open");
  vouch_buffer_free(&result);
  Require(vouch_engine_apply(engine, View(batch), &result, nullptr) == 0,
          "apply");
  vouch_buffer_free(&result);
  return engine;
}

using Call = std::function<vouch_status(vouch_buffer*, vouch_error*)>;

// What the call gives with memory for `allocations` of its own; nothing where
// that is not enough.
std::optional<std::string> RunWith(const Call& call, int64_t allocations) {
  vouch_buffer result = VOUCH_BUFFER_INIT;
  vouch_error error = VOUCH_ERROR_INIT;
  allocations_left = allocations;
  const vouch_status status = call(&result, &error);
  allocations_left = -1;
  if (status != VOUCH_OK) {
    Require(status == VOUCH_RESOURCE_EXHAUSTED, error.message);
    Require(std::string(error.message) == "memory: ran out", error.message);
    Require(result.data == nullptr, "a failed call gave something");
    return std::nullopt;
  }
  std::string bytes(result.data, result.size);
  vouch_buffer_free(&result);
  return bytes;
}

// Each allocation of the call fails once; the number of them.
int64_t FailEach(const Call& call) {
  const std::optional<std::string> wanted = RunWith(call, -1);
  Require(wanted && !wanted->empty(), "no answer");
  for (int64_t allocations = 0;; ++allocations) {
    const std::optional<std::string> got = RunWith(call, allocations);
    Require(RunWith(call, -1) == wanted, "another answer than before");
    if (!got) continue;
    Require(got == wanted, "an answer with holes");
    return allocations;
  }
}

}  // namespace

int main() {
  vouch_engine* engine = OpenShop();
  int64_t allocations = FailEach([&](vouch_buffer* out, vouch_error* error) {
    return vouch_engine_outputs(engine, 0, 0, out, error);
  });
  const std::string unread = UnreadBytes();
  allocations += FailEach([&](vouch_buffer* out, vouch_error* error) {
    return vouch_engine_apply(engine, View(unread), out, error);
  });
  const std::string queries[] = {
      QueryBytes([](auto* query) { query->mutable_balances(); }),
      QueryBytes([](auto* query) { query->mutable_decisions(); }),
  };
  for (const std::string& query : queries) {
    allocations += FailEach([&](vouch_buffer* out, vouch_error* error) {
      return vouch_engine_query(engine, View(query), out, error);
    });
  }
  vouch_engine_close(engine);
  std::printf("%lld allocations, each failed once\n",
              static_cast<long long>(allocations));
  return allocations > 50 ? 0 : 1;  // else nothing was counted
}

// That rating and folding take no memory once they have what they need
// (vouch/rate/rate.h): every allocation of this executable is counted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/rate/rate_desk.h"
#include "vouch/rate/rate.h"

// A sanitizer has an operator new of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VOUCH_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define VOUCH_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef VOUCH_COUNTS_ALLOCATIONS
#define VOUCH_COUNTS_ALLOCATIONS 1
#endif

namespace {
// Of one thread: tests run in one.
std::size_t allocations = 0;
}  // namespace

#if VOUCH_COUNTS_ALLOCATIONS
// Not inline, so that g++ does not see malloc and free beside their callers.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace vouch {
namespace {

using testing_support::FixedRule;
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::TermsOf;
using testing_support::TierRule;
using testing_support::UplineAt;

// Conditions, tiers, limits, what is spent once, uplines and a true-up.
ProgramSpec Everything(Choosing choosing) {
  RuleSpec a = TierRule("a", TierMeaning::kGraduated, Metric::kRevenue,
                        Period::kMonth, {{0, "5%"}, {5000, "10%"}});
  a.when.products = {"A"};
  a.limits.amount_per_customer_minor = 100'000'000;
  a.limits.payments_per_customer = 1'000'000;
  RuleSpec b = TierRule("b", TierMeaning::kRetroactive, Metric::kRevenue,
                        Period::kYear, {{0, "5%"}, {20000, "10%"}});
  b.when.products = {"B"};
  b.uplines = {UplineAt(1, UplineOf::kCommission, "10%"),
               UplineAt(2, UplineOf::kBase, "1%")};
  RuleSpec c = FixedRule("c", 7, FixedPer::kContractYear);
  c.stack = true;
  ProgramSpec spec = TermsOf({a, b, c, PercentRule("rest", "1%")});
  spec.choosing = choosing;
  return spec;
}

TEST(AllocationTest, RatingTakesNoneOnceItHasRated) {
  if (!VOUCH_COUNTS_ALLOCATIONS) {
    GTEST_SKIP() << "a sanitizer has an operator new of its own";
  }
  for (const Choosing choosing :
       {Choosing::kFirstMatch, Choosing::kHighest, Choosing::kAll}) {
    Mistakes mistakes;
    const auto terms = Program::Build(Everything(choosing), &mistakes);
    ASSERT_NE(terms, nullptr) << mistakes.ToString();
    const std::vector<event::PaymentLine> lines = {
        Line(9000, "A"), Line(15000, "B"), Line(500, "C")};
    const std::vector<RatableParent> parents = {{PartnerIndex(7), true},
                                                {PartnerIndex(8), true}};
    std::vector<PartnerState> states(3);
    std::vector<RatableCredit> credits(3);
    for (std::size_t i = 0; i < credits.size(); ++i) {
      credits[i].partner = PartnerIndex(static_cast<uint32_t>(i + 1));
      credits[i].weight_ppb = i == 0 ? 333333334 : 333333333;
      credits[i].parents = parents;
      credits[i].state = &states[i];
    }
    RatablePayment payment;
    payment.lines = lines;
    payment.credits = credits;
    payment.customer = CustomerNumber(1);
    payment.on = CivilDay(2024, 5, 9);
    // Room for what is booked; its growth is not what is looked at.
    for (PartnerState& state : states) {
      state.accruals.reserve(1000);
      state.bases.reserve(1000);
      state.shares.reserve(1000);
    }
    std::vector<PartnerState*> kept = {&states[0], &states[1], &states[2]};
    Rating rating;
    for (uint64_t i = 1; i <= 12; ++i) {
      payment.seq = Seq(i);
      const std::size_t before = allocations;
      ASSERT_TRUE(RatePayment(*terms, payment, nullptr, &rating).ok());
      KeepRating(*terms, payment, rating, kept);
      if (i > 9) {
        EXPECT_EQ(allocations, before) << "payment " << i;
      }
    }
    EXPECT_GT(states[0].accruals.size(), 20u);
  }
}

}  // namespace
}  // namespace vouch

// What `explain` tells is what was booked (docs/SEMANTICS.md, section 9): of
// every payment, refund, lead and sign-up of random histories the explained
// amounts are those of the feed, by payee, rule, role and level. VOUCH_FULL=1
// asks for a hundred times as many.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/rating_history.h"
#include "tests/support/rating_text.h"
#include "tests/support/tries.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

// Payee, rule, role and level.
using PayeeRule = std::tuple<std::string, std::string, Role, int32_t>;
using PayeeSums = std::map<PayeeRule, int64_t>;

uint64_t ExplainedHistories() { return Full() ? 50'000 : 500; }

void AddTo(PayeeSums* sums, const PayeeRule& key, int64_t amount_minor) {
  if (amount_minor == 0) return;
  int64_t& sum = (*sums)[key];
  sum += amount_minor;
  if (sum == 0) sums->erase(key);
}

void AddAmounts(const std::vector<ExplainedAmount>& amounts, PayeeSums* sums) {
  for (const ExplainedAmount& a : amounts) {
    AddTo(sums, {a.partner_id, a.rule_id, a.role, a.level}, a.amount_minor);
  }
}

// What an engine booked, and the history that it is of.
class ExplainedBooks {
 public:
  explicit ExplainedBooks(RatingHistory history)
      : history_(std::move(history)) {
    std::vector<Outcome> outcomes;
    const absl::Status status = engine_->Apply(history_.events, &outcomes);
    EXPECT_TRUE(status.ok()) << status;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].kind != OutcomeKind::kApplied) continue;
      applied_.push_back(&history_.events[i]);
    }
    page_ = OutputsOf(*engine_);
    for (const Output& row : page_) {
      if (row.accrual == nullptr) continue;
      const Accrual& a = *row.accrual;
      const bool takes = a.kind == AccrualKind::kReversal;
      AddTo(&sums_[row.seq],
            {std::string(row.partner_id), std::string(a.rule_id), a.role,
             a.level},
            takes ? -a.amount_minor : a.amount_minor);
      if (takes) continue;
      accruals_[a.accrual_id] = &row;
      if (a.restores_id.has_value()) restored_.insert(a.accrual_id);
    }
  }

  const Engine& engine() const { return *engine_; }
  const std::vector<const Event*>& applied() const { return applied_; }
  const RatingHistory& history() const { return history_; }
  PayeeSums SumsOf(Seq seq) const {
    const auto found = sums_.find(seq);
    return found == sums_.end() ? PayeeSums() : found->second;
  }
  // The row of an accrual; nullptr for none.
  const Output* FindRow(const AccrualId& id) const {
    const auto found = accruals_.find(id);
    return found == accruals_.end() ? nullptr : found->second;
  }
  // How many accruals the event made that no explained amount is.
  std::size_t CountMade(Seq seq) const {
    std::size_t count = 0;
    for (const auto& [id, row] : accruals_) {
      if (id.seq == seq && restored_.count(id) == 0) ++count;
    }
    return count;
  }

 private:
  RatingHistory history_;
  std::unique_ptr<Engine> engine_ = Engine::InMemory();
  std::vector<const Event*> applied_;
  OutputPage page_;
  std::map<Seq, PayeeSums> sums_;
  std::map<AccrualId, const Output*> accruals_;
  std::set<AccrualId> restored_;
};

// How the steps of one amount do not hang together; empty: they do.
std::string WrongIn(const ExplainedBooks& books, const ExplainedAmount& a) {
  if ((a.amount_minor == 0) != (a.nothing_earned != NothingEarned::kNone)) {
    return "a reason for nothing where something is, or none";
  }
  if ((a.amount_minor > 0) != a.accrual_id.has_value()) return "accrual id";
  if (a.amount_minor > 0) {
    const Output* row = books.FindRow(a.accrual_id);
    if (row == nullptr || row->partner_id != a.partner_id ||
        row->accrual->rule_id != a.rule_id || row->accrual->level != a.level ||
        row->accrual->role != a.role ||
        row->accrual->base_minor != a.base_minor ||
        row->accrual->amount_minor != a.amount_minor) {
      return "it is not the accrual that it names";
    }
  }
  if (a.true_up) {
    const bool down = a.amount_minor < 0;
    if (down != a.true_up->taken_from.has_value()) return "taken from";
    if (down &&
        a.true_up->target_minor - a.true_up->so_far_minor > a.amount_minor) {
      return "it takes more than the target is less";
    }
    return "";
  }
  if (!a.split.empty()) {
    int64_t sum = 0;
    for (const ExplainedPart& part : a.split) sum += part.part_minor;
    if (sum != a.rounded_minor - a.discount_minor) return "the split's sum";
    if (a.split.at(static_cast<std::size_t>(a.place) - 1).part_minor !=
        a.split_minor) {
      return "the place in the split";
    }
  }
  int64_t left = a.split_minor;
  for (const LimitTrace& limit : a.limits) {
    if (limit.before_minor != left) return "a limit's begin";
    left = limit.after_minor;
  }
  const bool earns = !a.ride || a.ride->earns;
  return left == (earns ? a.amount_minor : left) ? "" : "what limits left";
}

class ExplainLawsTest : public testing::TestWithParam<int> {
 protected:
  void Check(const ExplainedBooks& books, Seq seq,
             const std::vector<ExplainedAmount>& amounts, PayeeSums sums,
             std::size_t restored = 0) {
    AddAmounts(amounts, &sums);
    EXPECT_EQ(sums, books.SumsOf(seq));
    std::size_t made = restored;
    for (const ExplainedAmount& a : amounts) {
      EXPECT_EQ(WrongIn(books, a), "") << a.rule_id << " " << a.partner_id;
      if (a.amount_minor > 0) ++made;
      seen_.insert(a.nothing_earned);
    }
    EXPECT_EQ(made, books.CountMade(seq));
    ++checked_;
  }

  void CheckRefund(const ExplainedBooks& books, const ExplainedRefund& refund) {
    PayeeSums sums;
    for (const ExplainedReversal& r : refund.reversals) {
      const Output* row = books.FindRow(r.accrual_id);
      ASSERT_NE(row, nullptr);
      EXPECT_EQ(row->partner_id, r.partner_id);
      EXPECT_EQ(row->accrual->amount_minor, r.amount_minor);
      EXPECT_LE(r.before_minor + r.change_minor, r.amount_minor);
      EXPECT_GE(r.before_minor + r.change_minor, 0);
      EXPECT_EQ(r.booked_minor, r.change_minor);  // nothing is reviewed
      AddTo(&sums, {r.partner_id, r.rule_id, row->accrual->role, r.level},
            -r.booked_minor);
    }
    Check(books, refund.seq, refund.true_ups, std::move(sums));
    if (refund.past_clawback) {
      EXPECT_TRUE(books.SumsOf(refund.seq).empty());
    }
  }

  void CheckReward(const ExplainedBooks& books, const ExplainedReward& reward) {
    seen_.insert(reward.nothing_earned);
    if (!reward.seq.has_value()) {
      EXPECT_TRUE(reward.amounts.empty());
      return;
    }
    Check(books, reward.seq, reward.amounts, {});
    EXPECT_EQ(books.SumsOf(reward.seq).empty(),
              reward.nothing_earned != NothingEarned::kNone);
  }

  void CheckPayment(const ExplainedBooks& books, const Event& event,
                    std::string_view payment_id) {
    const auto why = books.engine().Explain(event.program_id, payment_id);
    ASSERT_TRUE(why.ok()) << why.status();
    ASSERT_FALSE(ExplanationText(*why).empty());
    Check(books, why->seq, why->amounts, {});
    seen_.insert(why->nothing_earned);
    EXPECT_EQ(why->nothing_earned == NothingEarned::kNone,
              std::any_of(why->amounts.begin(), why->amounts.end(),
                          [](const auto& a) { return a.amount_minor != 0; }));
    for (const ExplainedRefund& refund : why->refunds) {
      CheckRefund(books, refund);
    }
    for (const ExplainedReward& reward : why->rewards) {
      CheckReward(books, reward);
    }
  }

  void CheckLead(const ExplainedBooks& books, const Event& event,
                 std::string_view lead_id) {
    const auto why = books.engine().ExplainLead(event.program_id, lead_id);
    ASSERT_TRUE(why.ok()) << why.status();
    ASSERT_FALSE(ExplanationText(*why).empty());
    seen_.insert(why->nothing_earned);
    int64_t explained = 0, booked = 0;
    for (const ExplainedReward& reward : why->rewards) {
      CheckReward(books, reward);
      for (const auto& a : reward.amounts) explained += a.amount_minor;
    }
    for (const Output& row : why->accruals) booked += row.accrual->amount_minor;
    EXPECT_EQ(explained, booked);
  }

  void CheckCustomer(const ExplainedBooks& books, const Event& event,
                     std::string_view customer) {
    const auto why = books.engine().ExplainCustomer(event.program_id, customer,
                                                    std::nullopt);
    ASSERT_TRUE(why.ok()) << why.status();
    ASSERT_FALSE(ExplanationText(*why).empty());
    for (const ExplainedReward& reward : why->rewards) {
      CheckReward(books, reward);
    }
  }

  std::set<NothingEarned> seen_;
  int64_t checked_ = 0;
};

constexpr int kExplainParts = 5;

TEST_P(ExplainLawsTest, WhatIsExplainedIsWhatWasBooked) {
  for (uint64_t i = 0; i < ExplainedHistories() / kExplainParts; ++i) {
    const uint64_t seed =
        1 + i * kExplainParts + static_cast<uint64_t>(GetParam());
    const ExplainedBooks books(MakeRatingHistory(seed));
    for (const Event* event : books.applied()) {
      if (const auto* paid = std::get_if<event::Payment>(&event->body)) {
        CheckPayment(books, *event, paid->payment_id);
        CheckCustomer(books, *event, paid->customer.id);
      }
      if (const auto* lead = std::get_if<event::LeadRegistered>(&event->body)) {
        CheckLead(books, *event, lead->lead_id);
      }
      ASSERT_FALSE(HasFailure())
          << "seed " << seed << ", event " << event->event_id << "\n"
          << EarningTable(books.history().events);
    }
  }
  EXPECT_GT(checked_, 1000);
  for (const NothingEarned why :
       {NothingEarned::kZeroPayment, NothingEarned::kNobodyCredited,
        NothingEarned::kNotActive, NothingEarned::kNoRuleHeld,
        NothingEarned::kRoundedToZero, NothingEarned::kLimitReached}) {
    EXPECT_EQ(seen_.count(why), 1u) << static_cast<int>(why);
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, ExplainLawsTest,
                         testing::Range(0, kExplainParts));

}  // namespace
}  // namespace vouch

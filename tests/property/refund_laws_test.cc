// A full refund leaves nothing of any accrual, in whatever steps it comes
// (docs/SEMANTICS.md, section 7).
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/auditor.h"
#include "tests/support/history.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

// One customer's payments under one program, given back step by step; the
// test's own count of what is left of each line decides what a step may take.
class Refunder {
 public:
  explicit Refunder(uint64_t seed)
      : random_(seed), engine_(Engine::InMemory()) {
    ProgramSpec spec = AnyProgram(&random_, "p0");
    spec.clawback_days.reset();
    spec.conversion = Conversion::kFirstPayment;
    Send(box_.Program(spec));
    Send(EventBox::Partner("anna"));
    Send(EventBox::Click("c", "anna"));
  }

  bool Run() {
    for (int64_t i = random_.Between(1, 3); i > 0; --i) Pay();
    for (int step = 0; step < 12; ++step) {
      for (auto& payment : payments_) GiveBackSome(&payment);
      if (!wrong_.empty()) return false;
    }
    for (auto& payment : payments_) GiveBackTheRest(&payment);
    const std::string audit = auditor_.Audit(*engine_);
    if (wrong_.empty()) wrong_ = audit;
    if (wrong_.empty() && !auditor_.AllReversed()) {
      wrong_ = "something is left of an accrual";
    }
    for (const BalanceRow& row : BalancesOf(*engine_)) {
      if (row.balances.Sum() != 0) wrong_ = "the account is not empty";
    }
    return wrong_.empty();
  }
  const std::string& wrong() const { return wrong_; }
  std::size_t accrual_count() const { return auditor_.accrual_count(); }

 private:
  struct Payment {
    std::string_view id;
    std::vector<event::PaymentLine> lines;
    std::vector<int64_t> left;
  };

  void Send(EventBody body) {
    now_.us += random_.Below(20 * kUsPerDay);
    const Event event{"p0", box_.Text(absl::StrCat("e", ++sent_)), now_,
                      std::move(body)};
    std::vector<Outcome> outcomes;
    const absl::Status status =
        engine_->Apply(absl::MakeConstSpan(&event, 1), &outcomes);
    if (!status.ok() || outcomes[0].kind != OutcomeKind::kApplied) {
      wrong_ = absl::StrCat("event ", sent_,
                            " is refused: ", outcomes[0].status.ToString());
    }
    const std::string audit = auditor_.Audit(*engine_);
    if (!audit.empty()) wrong_ = audit;
  }

  void Pay() {
    Payment payment;
    payment.id = box_.Text(absl::StrCat("i", payments_.size()));
    payment.lines = AnyLines(&random_);
    for (event::PaymentLine& line : payment.lines) {
      line.amount_minor %=
          300'000;  // the largest ones have a test of their own
      payment.left.push_back(line.amount_minor);
    }
    Send(box_.Pay(payment.id, "c", payment.lines));
    payments_.push_back(std::move(payment));
  }

  RefundKind AnyKind() {
    return random_.Of<RefundKind>({RefundKind::kRefund, RefundKind::kChargeback,
                                   RefundKind::kCancellation});
  }
  std::string_view RefundId() {
    return box_.Text(absl::StrCat("f", ++refunds_));
  }

  void GiveBackSome(Payment* payment) {
    if (random_.OneIn(3)) return;
    if (random_.OneIn(4)) return Send(event::Clock{});
    if (random_.OneIn(2)) return GiveBackLines(payment);
    int64_t left = 0;
    for (const int64_t of_line : payment->left) left += of_line;
    const int64_t amount = random_.Between(0, left / 2);
    // By largest remainder over what is left, worked out here again.
    std::vector<std::pair<int64_t, std::size_t>> remainders;
    int64_t given = 0;
    for (std::size_t i = 0; left > 0 && i < payment->left.size(); ++i) {
      const int64_t product = amount * payment->left[i];
      remainders.push_back({-(product % left), i});
      payment->left[i] -= product / left;
      given += product / left;
    }
    std::sort(remainders.begin(), remainders.end());
    for (const auto& [negative, i] : remainders) {
      if (given == amount) break;
      --payment->left[i];
      ++given;
    }
    Send(EventBox::Refund(RefundId(), payment->id, "c", AnyKind(), amount));
  }

  void GiveBackLines(Payment* payment) {
    std::vector<event::RefundLine> lines;
    for (std::size_t i = 0; i < payment->left.size(); ++i) {
      if (random_.OneIn(2)) continue;
      const int64_t amount = random_.Between(0, payment->left[i]);
      payment->left[i] -= amount;
      lines.push_back({payment->lines[i].line, amount});
    }
    if (lines.empty()) return;
    Send(box_.RefundLines(RefundId(), payment->id, "c", AnyKind(), lines));
  }

  void GiveBackTheRest(Payment* payment) {
    if (random_.OneIn(2)) {
      return Send(EventBox::Refund(RefundId(), payment->id, "c", AnyKind()));
    }
    // Line by line, to the last unit as this test has counted: no more and no
    // less is left.
    std::vector<event::RefundLine> lines;
    for (std::size_t i = 0; i < payment->left.size(); ++i) {
      lines.push_back({payment->lines[i].line, payment->left[i]});
    }
    Send(box_.RefundLines(RefundId(), payment->id, "c", AnyKind(), lines));
  }

  Random random_;
  EventBox box_;
  std::unique_ptr<Engine> engine_;
  Auditor auditor_;
  std::vector<Payment> payments_;
  Instant now_{1'704'067'200 * kUsPerSecond};  // 2024-01-01
  int64_t sent_ = 0, refunds_ = 0;
  std::string wrong_;
};

TEST(RefundLawsTest, AFullRefundInAnyStepsLeavesNothing) {
  std::size_t accruals = 0;
  for (uint64_t seed = 1; seed <= HistoryCount(); ++seed) {
    Refunder refunder(seed);
    ASSERT_TRUE(refunder.Run()) << "seed " << seed << ": " << refunder.wrong();
    accruals += refunder.accrual_count();
  }
  EXPECT_GT(accruals, HistoryCount() / 2);
}

}  // namespace
}  // namespace vouch

// A quote is what the payment then books: before each payment of random
// histories under random terms a checkout asks, with a code, a partner or
// neither; then the touch and the payment with the discounts taken off are
// applied, and what is booked is what was said. What is refused is refused
// alike, and asking leaves nothing behind. VOUCH_FULL=1 asks for a million
// histories in place of 10,000.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/history.h"
#include "tests/support/rating_history.h"
#include "tests/support/rating_text.h"
#include "tests/support/tries.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr int kQuoteParts = 10;

// What one payment earns whom, by payee, rule, role and level: the accruals'
// bases and amounts in order, and what is taken back in all.
struct QuotedOrBooked {
  std::vector<std::string> made;
  std::map<std::string, int64_t> taken;

  void Add(std::string_view partner_id, std::string_view rule_id, Role role,
           int32_t level, int64_t base_minor, int64_t amount_minor) {
    const std::string key =
        absl::StrCat(ToAbsl(partner_id), " ", ToAbsl(rule_id), " ",
                     ToAbsl(Word(role)), " ", level);
    if (amount_minor < 0) {
      taken[key] -= amount_minor;
    } else {
      made.push_back(absl::StrCat(key, " of ", base_minor, ": ", amount_minor));
    }
  }
  std::string ToString() const {
    std::string text;
    for (const std::string& row : made) absl::StrAppend(&text, "  ", row, "\n");
    for (const auto& [key, amount] : taken) {
      absl::StrAppend(&text, "  ", key, " takes back ", amount, "\n");
    }
    return text;
  }
};

// One history, asked before each payment.
class QuotedHistory {
 public:
  explicit QuotedHistory(uint64_t seed)
      : history_(MakeRatingHistory(seed)), random_(seed) {}

  void Run() {
    for (const Event& event : history_.events) {
      const auto* payment = std::get_if<event::Payment>(&event.body);
      if (payment == nullptr) {
        Apply(event);
      } else {
        AskAndPay(event, *payment);
      }
      if (testing::Test::HasFailure()) return;
    }
  }

  int64_t earning() const { return earning_; }
  int64_t discounted() const { return discounted_; }
  int64_t taken_back() const { return taken_back_; }
  int64_t refused() const { return refused_; }

 private:
  Outcome Apply(const Event& event) {
    std::vector<Outcome> outcomes;
    EXPECT_TRUE(engine_->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    return outcomes.at(0);
  }

  // By a code, a partner, or what the customer has.
  QuoteRequest Request(const Event& event, const event::Payment& payment) {
    QuoteRequest request;
    request.at = event.time;
    request.payment = payment;
    if (random_.OneIn(4)) {
      request.code =
          random_.Of<std::string_view>({"aa1", "BB-2", "bb2", "none"});
    } else if (random_.OneIn(4)) {
      request.partner_id =
          random_.Of<std::string_view>({"anna", "ben", "cora", "nobody"});
    }
    return request;
  }

  absl::StatusOr<Quote> Ask(const QuoteRequest& request,
                            std::string_view program_id) {
    const bool whole = random_.OneIn(50);
    const std::string before =
        whole ? engine_->StateBytes().value_or("") : std::string();
    auto quote = engine_->GetQuote(program_id, request);
    if (whole) {
      EXPECT_TRUE(engine_->StateBytes().value_or("none") == before);
    }
    return quote;
  }

  void AskAndPay(const Event& event, const event::Payment& payment) {
    const QuoteRequest request = Request(event, payment);
    const auto quote = Ask(request, event.program_id);
    const bool named = !request.code.empty() || !request.partner_id.empty();
    if (named && absl::IsNotFound(quote.status()) &&
        !absl::StartsWith(quote.status().message(), "payment.")) {
      Apply(event);  // nobody is there to be named
      return;
    }
    if (named) Apply(TouchOf(event, request));
    Event paid = event;
    if (quote.ok() && !Discount(*quote, payment, &paid)) {
      Apply(paid);  // its own currency cannot say the discount exactly
      return;
    }
    const Outcome outcome = Apply(paid);
    if (!quote.ok()) {
      ++refused_;
      EXPECT_EQ(outcome.status.ToString(), quote.status().ToString()) << Text();
      return;
    }
    ASSERT_EQ(outcome.kind, OutcomeKind::kApplied) << outcome.status << "\n"
                                                   << Text();
    Compare(*quote, outcome.seq);
  }

  Event TouchOf(const Event& event, const QuoteRequest& request) {
    event::Touch touch =
        request.code.empty()
            ? EventBox::Click(request.payment.customer.id, request.partner_id)
            : EventBox::Redeem(request.payment.customer.id, request.code);
    return {event.program_id, history_.box.Text(absl::StrCat("t", ++touches_)),
            event.time, touch};
  }

  // Takes the discounts off; false where another currency is in the way.
  bool Discount(const Quote& quote, const event::Payment& payment,
                Event* paid) {
    if (quote.customer_discount_minor == 0) return true;
    if (payment.exchange) return false;
    std::vector<event::PaymentLine> lines(payment.lines.begin(),
                                          payment.lines.end());
    int64_t sum = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const int64_t off = std::min(
          quote.lines[i].discount_minor + quote.lines[i].budget_discount_minor,
          lines[i].amount_minor);
      lines[i].amount_minor -= off;
      lines[i].discount_minor += off;
      sum += off;
    }
    EXPECT_EQ(sum, quote.customer_discount_minor);
    event::Payment discounted =
        history_.box.Pay(payment.payment_id, payment.customer.id,
                         std::move(lines), payment.currency);
    discounted.contract_id = payment.contract_id;
    paid->body = discounted;
    ++discounted_;
    return true;
  }

  void Compare(const Quote& quote, Seq seq) {
    QuotedOrBooked said;
    for (const QuotedCommission& each : quote.commissions) {
      said.Add(each.partner_id, each.rule_id, each.role, each.level,
               each.base_minor, each.amount_minor);
    }
    QuotedOrBooked booked;
    for (const Output& row : OutputsOf(*engine_, Seq(seq.value() - 1))) {
      if (row.accrual == nullptr) continue;
      const Accrual& accrual = *row.accrual;
      const bool back = accrual.kind == AccrualKind::kReversal;
      booked.Add(row.partner_id, accrual.rule_id, accrual.role, accrual.level,
                 accrual.base_minor,
                 back ? -accrual.amount_minor : accrual.amount_minor);
    }
    if (!said.made.empty()) ++earning_;
    if (!said.taken.empty()) ++taken_back_;
    EXPECT_EQ(said.ToString(), booked.ToString()) << Text();
  }

  std::string Text() const {
    return absl::StrCat("seed ", history_.seed, "\n",
                        EarningTable(history_.events));
  }

  RatingHistory history_;
  Random random_;
  std::unique_ptr<Engine> engine_ = Engine::InMemory();
  int64_t touches_ = 0;
  int64_t earning_ = 0;
  int64_t discounted_ = 0;
  int64_t taken_back_ = 0;
  int64_t refused_ = 0;
};

class QuoteLawsTest : public testing::TestWithParam<int> {};

TEST_P(QuoteLawsTest, ThePaymentBooksWhatTheQuoteSaid) {
  const uint64_t count = Tries(10'000, 1'000'000) / kQuoteParts;
  const uint64_t first = static_cast<uint64_t>(GetParam()) * count;
  int64_t earning = 0;
  int64_t discounted = 0;
  int64_t taken_back = 0;
  int64_t refused = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    QuotedHistory history(seed);
    history.Run();
    if (HasFailure()) return;
    earning += history.earning();
    discounted += history.discounted();
    taken_back += history.taken_back();
    refused += history.refused();
  }
  // What was met is not nothing.
  EXPECT_GT(earning, 0);
  EXPECT_GT(discounted, 0);
  EXPECT_GT(taken_back, 0);
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Parts, QuoteLawsTest, testing::Range(0, kQuoteParts));

}  // namespace
}  // namespace vouch

#include "vouch/rate/reverse.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const PartnerIndex kAnna(1);
const Seq kPayment(5);

PaidLine Paid(int32_t line, int64_t amount_minor) {
  PaidLine paid;
  paid.line = line;
  paid.amount_minor = amount_minor;
  return paid;
}

// One payment, its lines, and the accruals that one partner has of it.
struct PaidCase {
  PartnerState state;
  std::vector<PaidLine> lines;
  Rounding rounding = Rounding::kHalfEven;
  bool brings_back = false;

  void Accrue(Seq payment, int64_t amount, const std::vector<LineBase>& bases) {
    BookedAccrual accrual;
    accrual.accrual_id = {payment,
                          static_cast<uint32_t>(state.accruals.size() + 1)};
    accrual.payment_seq = payment;
    accrual.amount_minor = amount;
    accrual.first_base = state.bases.size();
    accrual.base_count = bases.size();
    state.bases.insert(state.bases.end(), bases.begin(), bases.end());
    state.accruals.push_back(accrual);
  }
  RefundedPayment MakeRefund() const {
    RefundedPayment refund;
    refund.partner = kAnna;
    refund.payment_seq = kPayment;
    refund.lines = lines;
    refund.rounding = rounding;
    refund.brings_back = brings_back;
    return refund;
  }
  // What changes with the lines as they are now: folded in, and given.
  std::vector<int64_t> Step() {
    const RefundedPayment refund = MakeRefund();
    Undoing out;
    const absl::Status status = Reverse(state, refund, nullptr, &out);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<int64_t> changes;
    for (const Reversal& reversal : out.reversals) {
      EXPECT_EQ(reversal.partner, kAnna);
      KeepReversal(refund, reversal, &state);
      changes.push_back(reversal.change_minor);
    }
    return changes;
  }
};

// C earned on one line of `amount`.
PaidCase OneLine(int64_t c, int64_t amount) {
  PaidCase one;
  one.lines = {Paid(1, amount)};
  one.Accrue(kPayment, c, {{0, amount}});
  return one;
}

TEST(ReverseTest, SeventyNineOnAThousandInTwoSteps) {
  PaidCase c = OneLine(79, 1000);
  c.lines[0].counted_minor = 400;  // 79 x 0.4 = 31.6
  EXPECT_THAT(c.Step(), ElementsAre(32));
  c.lines[0].counted_minor = 1000;  // all: 79, of which 32 are back
  EXPECT_THAT(c.Step(), ElementsAre(47));
  EXPECT_EQ(c.state.accruals[0].reversed_minor, 79);
  EXPECT_THAT(c.Step(), IsEmpty());  // nothing left, nothing below zero
}

TEST(ReverseTest, AnOddAmountInThreeSteps) {
  PaidCase c = OneLine(79, 1000);
  c.lines[0].counted_minor = 333;  // 26.307
  EXPECT_THAT(c.Step(), ElementsAre(26));
  c.lines[0].counted_minor = 666;  // 52.614 -> 53
  EXPECT_THAT(c.Step(), ElementsAre(27));
  c.lines[0].counted_minor = 1000;
  EXPECT_THAT(c.Step(), ElementsAre(26));
}

TEST(ReverseTest, StepsTooSmallToMoveAUnitGiveNothing) {
  PaidCase c = OneLine(1, 1000);
  c.lines[0].counted_minor = 500;  // 0.5 -> 0
  EXPECT_THAT(c.Step(), IsEmpty());
  c.lines[0].counted_minor = 501;
  EXPECT_THAT(c.Step(), ElementsAre(1));
}

TEST(ReverseTest, TheFractionIsOfTheAmountAndWeighsByTheBase) {
  PaidCase c;
  c.lines = {Paid(1, 1190)};  // 190 tax within
  c.Accrue(kPayment, 100, {{0, 1000}});
  c.lines[0].counted_minor = 595;  // half of what was paid
  EXPECT_THAT(c.Step(), ElementsAre(50));
}

TEST(ReverseTest, SeveralLinesWithFractionsOfTheirOwn) {
  PaidCase c;
  c.lines = {Paid(1, 1000), Paid(2, 500)};
  c.Accrue(kPayment, 140, {{0, 1000}, {1, 400}});
  c.lines[0].counted_minor = 250;
  c.lines[1].counted_minor = 500;
  // (1000 x 1/4 + 400 x 1) / 1400 of 140 is 65.
  EXPECT_THAT(c.Step(), ElementsAre(65));
}

TEST(ReverseTest, ALineOfAnotherRuleDoesNotMatter) {
  PaidCase c;
  c.lines = {Paid(1, 1000), Paid(2, 500)};
  c.Accrue(kPayment, 100, {{0, 1000}});
  c.Accrue(kPayment, 30, {{1, 500}});
  c.lines[1].counted_minor = 250;
  EXPECT_THAT(c.Step(), ElementsAre(15));
  EXPECT_EQ(c.state.accruals[0].reversed_minor, 0);
  EXPECT_EQ(c.state.accruals[1].reversed_minor, 15);
}

TEST(ReverseTest, EachAccrualReversesByItselfInTheOrderBooked) {
  PaidCase c;
  c.lines = {Paid(1, 300)};
  c.Accrue(Seq(4), 10, {{0, 300}});  // of another payment
  c.Accrue(kPayment, 3, {{0, 300}});
  c.Accrue(kPayment, 5, {{0, 300}});
  c.Accrue(Seq(6), 10, {{0, 300}});
  c.lines[0].counted_minor = 150;  // 1.5 -> 2, 2.5 -> 2
  EXPECT_THAT(c.Step(), ElementsAre(2, 2));
  EXPECT_EQ(c.state.accruals[0].reversed_minor, 0);
  EXPECT_EQ(c.state.accruals[3].reversed_minor, 0);
  const auto [first, last] = c.state.AccrualsOf(kPayment);
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(last, 3u);
  EXPECT_EQ(c.state.AccrualsOf(Seq(7)).first, 4u);
  EXPECT_EQ(c.state.AccrualsOf(Seq(7)).second, 4u);
}

TEST(ReverseTest, RoundsByTheReversalsOwnMode) {
  struct Row {
    Rounding rounding;
    int64_t half_of_79, half_of_77;  // 39.5 and 38.5
  };
  const Row rows[] = {
      {Rounding::kHalfEven, 40, 38}, {Rounding::kHalfUp, 40, 39},
      {Rounding::kHalfDown, 39, 38}, {Rounding::kDown, 39, 38},
      {Rounding::kUp, 40, 39},       {Rounding::kFloor, 39, 38},
      {Rounding::kCeiling, 40, 39},
  };
  for (const Row& row : rows) {
    PaidCase c;
    c.rounding = row.rounding;
    c.lines = {Paid(1, 1000)};
    c.Accrue(kPayment, 79, {{0, 1000}});
    c.Accrue(kPayment, 77, {{0, 1000}});
    c.lines[0].counted_minor = 500;
    EXPECT_THAT(c.Step(), ElementsAre(row.half_of_79, row.half_of_77))
        << RoundingName(row.rounding);
    c.lines[0].counted_minor = 1000;  // whatever the mode, exactly C in all
    EXPECT_THAT(c.Step(),
                ElementsAre(79 - row.half_of_79, 77 - row.half_of_77));
  }
}

TEST(ReverseTest, AWonChargebackBringsBack) {
  PaidCase c = OneLine(79, 1000);
  c.lines[0].counted_minor = 1000;
  EXPECT_THAT(c.Step(), ElementsAre(79));
  c.brings_back = true;
  c.lines[0].counted_minor = 600;  // 47.4: 32 come back
  EXPECT_THAT(c.Step(), ElementsAre(-32));
  c.lines[0].counted_minor = 0;
  EXPECT_THAT(c.Step(), ElementsAre(-47));
  EXPECT_EQ(c.state.accruals[0].reversed_minor, 0);
}

// ---------------------------------------------------------------------------
// Lines of nothing

// 50 for a line of nothing that stands beside one of 100.
PaidCase GiftBesideAPaidLine() {
  PaidCase c;
  c.lines = {Paid(1, 0), Paid(2, 100)};
  c.Accrue(kPayment, 50, {{0, 0}});
  return c;
}

TEST(ReverseTest, ALineOfNothingStandsWhileOthersArePartlyGivenBack) {
  PaidCase c = GiftBesideAPaidLine();
  EXPECT_THAT(c.Step(), IsEmpty());
  c.lines[1].counted_minor = 99;
  EXPECT_THAT(c.Step(), IsEmpty());
}

TEST(ReverseTest, ALineOfNothingGoesWithItsCancellation) {
  PaidCase c = GiftBesideAPaidLine();
  c.lines[0].cancelled = true;
  EXPECT_THAT(c.Step(), ElementsAre(50));
}

TEST(ReverseTest, ALineOfNothingGoesOnceAllOthersAreGivenBackWhole) {
  PaidCase c = GiftBesideAPaidLine();
  c.lines[1].counted_minor = 100;
  EXPECT_THAT(c.Step(), ElementsAre(50));
  c.brings_back = true;
  c.lines[1].counted_minor = 40;  // a chargeback of 60 was won
  EXPECT_THAT(c.Step(), ElementsAre(-50));
}

TEST(ReverseTest, WithoutBasesTheAmountsWeigh) {
  PaidCase c;
  c.lines = {Paid(1, 100), Paid(2, 300)};  // all of both was tax
  c.Accrue(kPayment, 40, {{0, 0}, {1, 0}});
  c.lines[0].counted_minor = 100;  // 100 of 400
  EXPECT_THAT(c.Step(), ElementsAre(10));
  c.lines[1].counted_minor = 150;  // and half of 300: 250 of 400
  EXPECT_THAT(c.Step(), ElementsAre(15));
}

TEST(ReverseTest, WithoutBasesAndAmountsEachLineWeighsAlike) {
  PaidCase c;
  c.lines = {Paid(1, 0), Paid(2, 0), Paid(3, 900)};
  c.Accrue(kPayment, 41, {{0, 0}, {1, 0}});
  c.lines[1].cancelled = true;  // 20.5 -> 20
  EXPECT_THAT(c.Step(), ElementsAre(20));
  c.lines[0].cancelled = true;
  EXPECT_THAT(c.Step(), ElementsAre(21));
}

TEST(ReverseTest, ACancelledLineWithAnAmountGoesByItsAmount) {
  PaidCase c = OneLine(80, 1000);
  c.lines[0].cancelled = true;
  c.lines[0].counted_minor = 250;
  EXPECT_THAT(c.Step(), ElementsAre(20));
}

TEST(ReverseTest, ALineWithABaseAndNoAmount) {
  // A discount of 100% that the program adds back: b is 100, paid was nothing.
  PaidCase c;
  c.lines = {Paid(1, 0), Paid(2, 300)};
  c.Accrue(kPayment, 40, {{0, 100}, {1, 300}});
  c.lines[1].counted_minor = 150;  // 150 of 400
  EXPECT_THAT(c.Step(), ElementsAre(15));
  c.lines[0].cancelled = true;  // and 100 of 400
  EXPECT_THAT(c.Step(), ElementsAre(10));
}

// ---------------------------------------------------------------------------
// Edges

TEST(ReverseTest, TheLargestAmounts) {
  const int64_t max = std::numeric_limits<int64_t>::max();
  PaidCase c = OneLine(max, max);
  c.lines[0].counted_minor = max / 2;
  EXPECT_THAT(c.Step(), ElementsAre(max / 2));
  c.lines[0].counted_minor = max;
  EXPECT_THAT(c.Step(), ElementsAre(max - max / 2));
}

TEST(ReverseTest, APaymentThatEarnedNothingReversesNothing) {
  PaidCase c;
  c.lines = {Paid(1, 1000)};
  c.lines[0].counted_minor = 1000;
  EXPECT_THAT(c.Step(), IsEmpty());
}

}  // namespace
}  // namespace vouch

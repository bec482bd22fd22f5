#include "vouch/settle/settle.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vouch/base/string_view.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kDay = kUsPerDay;
const Currency kEur = *Currency::Parse("EUR");

// One account; an event a call, at a day (or a moment) of its own. Each gives
// the entries it wrote, as "KIND FROM>TO amount id".
class Account1 {
 public:
  using Entries = std::vector<std::string>;

  // Each event has the next seq, so that the n-th call earns "n-1".
  Entries Earn(Instant at, int64_t amount, int64_t hold_us) {
    return EarnBack(at, {}, amount, hold_us);
  }
  Entries EarnBack(Instant at, std::string_view restores, int64_t amount,
                   int64_t hold_us) {
    return Event(at, [&](const Booking& booking) {
      const Earned earned{{booking.seq, 1},
                          restores.empty() ? AccrualId() : Id(restores),
                          "rule",
                          amount,
                          hold_us};
      booked_ = BookAccrual(booking, earned, &state_);
    });
  }
  Entries Reverse(Instant at, std::string_view id, int64_t amount) {
    return Event(at, [&](const Booking& booking) {
      std::vector<Taken> taken;
      BookReversal(booking, Id(id), amount, &state_, &taken);
      taken_ = 0;
      for (const Taken& each : taken) taken_ += each.amount_minor;
    });
  }
  Entries Clock(Instant at) {
    return Event(at,
                 [&](const Booking& booking) { BookClock(booking, &state_); });
  }
  // An error's text, else the entries.
  Entries Review(Instant at, std::string_view id, Verdict verdict) {
    const absl::Status status = CheckReview(state_, Id(id), verdict, at);
    if (!status.ok()) return {StatusCodeText(status)};
    return Event(at, [&](const Booking& booking) {
      taken_ = BookReview(booking, Id(id), verdict, {}, &state_);
    });
  }
  Entries Adjust(Instant at, int64_t amount) {
    return Event(at, [&](const Booking& booking) {
      BookAdjustment(booking, amount, {}, &state_);
    });
  }
  Entries Open(Instant at, int64_t pending, int64_t payable, int64_t hold_us) {
    return Event(at, [&](const Booking& booking) {
      BookOpening(booking, pending, payable, hold_us, &state_);
    });
  }
  Entries Request(Instant at, std::optional<int64_t> asked, int64_t minimum) {
    const auto amount = CheckPayout(state_, asked, minimum, at);
    if (!amount.ok()) return {StatusCodeText(amount.status())};
    return Step(at, EntryKind::kPayoutRequested, *amount);
  }
  Entries Step(Instant at, EntryKind kind, int64_t amount) {
    return Event(at, [&](const Booking& booking) {
      BookPayout(booking, kind, "p1", amount, &state_);
    });
  }

  // "pending payable in_transit paid"
  std::string Balances() const {
    const auto& b = state_.balances;
    return absl::StrCat(b.pending_minor, " ", b.payable_minor, " ",
                        b.in_transit_minor, " ", b.paid_minor);
  }
  int64_t taken() const { return taken_; }
  int64_t booked() const { return booked_; }
  const AccountState& state() const { return state_; }

 private:
  static AccrualId Id(std::string_view text) { return *ParseAccrualId(text); }
  static std::string StatusCodeText(const absl::Status& status) {
    return absl::StatusCodeToString(status.code());
  }
  template <typename Book>
  Entries Event(Instant at, Book book) {
    seq_ = seq_.Next();
    std::vector<Entry> entries;
    book(Booking{seq_, at, PartnerIndex(1), kEur, &entries});
    Entries texts;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& e = entries[i];
      EXPECT_EQ(e.seq, seq_);
      EXPECT_EQ(e.place, i + 1);
      EXPECT_EQ(e.time, at);
      EXPECT_EQ(e.partner, PartnerIndex(1));
      EXPECT_EQ(e.currency, kEur);
      EXPECT_GT(e.amount_minor, 0);
      std::string text =
          absl::StrCat(ToAbsl(Word(e.kind)), " ", ToAbsl(Word(e.from)), ">",
                       ToAbsl(Word(e.to)), " ", e.amount_minor);
      if (e.accrual_id.has_value()) {
        absl::StrAppend(&text, " ", FormatAccrualId(e.accrual_id));
      }
      if (!e.payout_id.empty()) absl::StrAppend(&text, " ", "p1");
      texts.push_back(text);
    }
    return texts;
  }

  AccountState state_;
  Seq seq_;
  int64_t taken_ = -1;
  int64_t booked_ = -1;
};

Instant Day(int64_t n) { return Instant{n * kDay}; }

// ---------------------------------------------------------------------------
// Maturing

TEST(MatureTest, WithoutHoldAtOnce) {
  Account1 a;
  EXPECT_THAT(a.Earn(Day(1), 79, 0),
              ElementsAre("ACCRUAL EXPENSE>PENDING 79 1-1",
                          "MATURE PENDING>PAYABLE 79 1-1"));
  EXPECT_EQ(a.Balances(), "0 79 0 0");
  EXPECT_THAT(a.Clock(Day(9)), IsEmpty());
}

TEST(MatureTest, AtTheMomentItIsDueAndNotBefore) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  EXPECT_FALSE(IsDue(a.state(), Instant{31 * kDay - 1}));
  EXPECT_TRUE(IsDue(a.state(), Day(31)));
  EXPECT_THAT(a.Clock(Instant{31 * kDay - 1}), IsEmpty());
  EXPECT_EQ(a.Balances(), "79 0 0 0");
  EXPECT_THAT(a.Clock(Day(31)), ElementsAre("MATURE PENDING>PAYABLE 79 1-1"));
  EXPECT_EQ(a.Balances(), "0 79 0 0");
  EXPECT_THAT(a.Clock(Day(32)), IsEmpty());
}

TEST(MatureTest, InTheOrderBookedWhateverFallsDueFirst) {
  Account1 a;
  a.Earn(Day(1), 10, 30 * kDay);
  a.Earn(Day(2), 20, 5 * kDay);
  a.Earn(Day(3), 30, 10 * kDay);
  a.Earn(Day(4), 40, 90 * kDay);
  EXPECT_THAT(a.Clock(Day(40)), ElementsAre("MATURE PENDING>PAYABLE 10 1-1",
                                            "MATURE PENDING>PAYABLE 20 2-1",
                                            "MATURE PENDING>PAYABLE 30 3-1"));
  EXPECT_EQ(a.Balances(), "40 60 0 0");
}

TEST(MatureTest, EveryInputFirstMaturesWhatIsDue) {
  const auto held = [] {
    Account1 a;
    a.Earn(Day(1), 79, 30 * kDay);
    return a;
  };
  Account1 earn = held();
  EXPECT_THAT(earn.Earn(Day(31), 5, kDay),
              ElementsAre("MATURE PENDING>PAYABLE 79 1-1",
                          "ACCRUAL EXPENSE>PENDING 5 2-1"));
  Account1 reverse = held();
  EXPECT_THAT(reverse.Reverse(Day(31), "1-1", 79),
              ElementsAre("MATURE PENDING>PAYABLE 79 1-1",
                          "REVERSAL PAYABLE>EXPENSE 79 1-1"));
  Account1 adjust = held();
  EXPECT_THAT(adjust.Adjust(Day(31), 5),
              ElementsAre("MATURE PENDING>PAYABLE 79 1-1",
                          "ADJUSTMENT EXPENSE>PAYABLE 5"));
  Account1 request = held();
  EXPECT_THAT(request.Request(Day(31), std::nullopt, 0),
              ElementsAre("MATURE PENDING>PAYABLE 79 1-1",
                          "PAYOUT_REQUESTED PAYABLE>IN_TRANSIT 79 p1"));
  Account1 open = held();
  EXPECT_THAT(open.Open(Day(31), 0, 3, 0),
              ElementsAre("MATURE PENDING>PAYABLE 79 1-1",
                          "OPENING_BALANCE EXPENSE>PAYABLE 3"));
}

TEST(MatureTest, AnOlderInputMaturesOnlyWhatWasDueThen) {
  Account1 a;
  a.Earn(Day(10), 10, 5 * kDay);
  a.Earn(Day(1), 20, 5 * kDay);  // late: due on day 6
  EXPECT_THAT(a.Clock(Day(7)), ElementsAre("MATURE PENDING>PAYABLE 20 2-1"));
  EXPECT_THAT(a.Clock(Day(3)), IsEmpty());
  EXPECT_EQ(a.Balances(), "10 20 0 0");
}

// ---------------------------------------------------------------------------
// Reversals

TEST(ReversalTest, TakesFromWhereItsOwnAccrualStands) {
  Account1 a;
  a.Earn(Day(1), 100, kDay);       // 1-1, matured below
  a.Earn(Day(2), 200, 30 * kDay);  // 2-1, held
  EXPECT_THAT(a.Reverse(Day(3), "2-1", 50),
              ElementsAre("REVERSAL PENDING>EXPENSE 50 2-1"));
  EXPECT_THAT(a.Reverse(Day(3), "1-1", 40),
              ElementsAre("REVERSAL PAYABLE>EXPENSE 40 1-1"));
  EXPECT_EQ(a.Balances(), "150 60 0 0");
}

TEST(ReversalTest, AfterAPayoutMakesDebtThatLaterAccrualsPayOff) {
  Account1 a;
  a.Earn(Day(1), 100, 0);
  a.Request(Day(2), std::nullopt, 0);
  a.Step(Day(3), EntryKind::kPayoutSent, 100);
  EXPECT_THAT(a.Reverse(Day(4), "1-1", 70),
              ElementsAre("REVERSAL PAYABLE>EXPENSE 70 1-1"));
  EXPECT_EQ(a.Balances(), "0 -70 0 100");
  EXPECT_THAT(a.Request(Day(4), std::nullopt, 0),
              ElementsAre("FAILED_PRECONDITION"));
  a.Earn(Day(5), 50, 0);
  EXPECT_EQ(a.Balances(), "0 -20 0 100");
  EXPECT_THAT(a.Request(Day(5), std::nullopt, 0),
              ElementsAre("FAILED_PRECONDITION"));
  a.Earn(Day(6), 50, 0);
  EXPECT_EQ(a.Balances(), "0 30 0 100");
  EXPECT_THAT(a.Request(Day(6), 31, 0), ElementsAre("FAILED_PRECONDITION"));
  EXPECT_THAT(a.Request(Day(6), std::nullopt, 0),
              ElementsAre("PAYOUT_REQUESTED PAYABLE>IN_TRANSIT 30 p1"));
}

TEST(ReversalTest, WhatIsReversedWholeMaturesWithoutAnEntry) {
  Account1 a;
  a.Earn(Day(1), 100, 5 * kDay);
  a.Reverse(Day(2), "1-1", 100);
  EXPECT_EQ(a.Balances(), "0 0 0 0");
  EXPECT_THAT(a.Clock(Day(9)), IsEmpty());
}

TEST(ReversalTest, WhatCameBackIsHeldFromItsOwnTimeAndTakenFirst) {
  Account1 a;
  a.Earn(Day(1), 100, 5 * kDay);  // 1-1
  a.Reverse(Day(10), "1-1", 60);  // matured: from payable
  EXPECT_EQ(a.Balances(), "0 40 0 0");
  EXPECT_THAT(a.EarnBack(Day(11), "1-1", 60, 5 * kDay),  // 3-1
              ElementsAre("ACCRUAL EXPENSE>PENDING 60 3-1"));
  EXPECT_EQ(a.Balances(), "60 40 0 0");
  // 80 more: 60 that are still held, then 20 of what is payable.
  EXPECT_THAT(a.Reverse(Day(12), "1-1", 80),
              ElementsAre("REVERSAL PENDING>EXPENSE 60 3-1",
                          "REVERSAL PAYABLE>EXPENSE 20 1-1"));
  EXPECT_EQ(a.Balances(), "0 20 0 0");
  EXPECT_THAT(a.Clock(Day(30)), IsEmpty());
}

TEST(ReversalTest, SeveralThingsThatCameBackAreOneChain) {
  Account1 a;
  a.Earn(Day(1), 100, 5 * kDay);            // 1-1, due on day 6
  a.Reverse(Day(2), "1-1", 100);            // 2
  a.EarnBack(Day(3), "1-1", 30, 5 * kDay);  // 3-1, due on day 8
  a.EarnBack(Day(4), "1-1", 70, 5 * kDay);  // 4-1, due on day 9
  EXPECT_THAT(a.Clock(Day(8)), ElementsAre("MATURE PENDING>PAYABLE 30 3-1"));
  EXPECT_THAT(a.Reverse(Day(8), "1-1", 90),
              ElementsAre("REVERSAL PENDING>EXPENSE 70 4-1",
                          "REVERSAL PAYABLE>EXPENSE 20 3-1"));
  EXPECT_EQ(a.Balances(), "0 10 0 0");
}

// ---------------------------------------------------------------------------
// Reviews

TEST(ReviewTest, HoldKeepsFromMaturingUntilRelease) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  EXPECT_THAT(a.Review(Day(2), "1-1", Verdict::kHold), IsEmpty());
  EXPECT_THAT(a.Clock(Day(50)), IsEmpty());
  EXPECT_EQ(a.Balances(), "79 0 0 0");
  // What is due at its RELEASE matures with it.
  EXPECT_THAT(a.Review(Day(50), "1-1", Verdict::kRelease),
              ElementsAre("MATURE PENDING>PAYABLE 79 1-1"));
  EXPECT_EQ(a.Balances(), "0 79 0 0");
}

TEST(ReviewTest, ReleasedBeforeItIsDueItWaits) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Review(Day(2), "1-1", Verdict::kHold);
  EXPECT_THAT(a.Review(Day(3), "1-1", Verdict::kRelease), IsEmpty());
  EXPECT_THAT(a.Clock(Day(30)), IsEmpty());
  EXPECT_THAT(a.Clock(Day(31)), ElementsAre("MATURE PENDING>PAYABLE 79 1-1"));
  EXPECT_THAT(a.Clock(Day(99)), IsEmpty());
}

TEST(ReviewTest, ReleasedByALateEventBeforeItIsDueItWaitsToo) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Review(Day(2), "1-1", Verdict::kHold);
  a.Clock(Day(40));  // passes over it
  EXPECT_THAT(a.Review(Day(3), "1-1", Verdict::kRelease), IsEmpty());
  EXPECT_THAT(a.Clock(Day(40)), ElementsAre("MATURE PENDING>PAYABLE 79 1-1"));
}

TEST(ReviewTest, VoidTakesWhatIsPendingForGood) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  EXPECT_THAT(a.Review(Day(2), "1-1", Verdict::kVoid),
              ElementsAre("VOID PENDING>EXPENSE 79 1-1"));
  EXPECT_EQ(a.taken(), 79);
  EXPECT_EQ(a.Balances(), "0 0 0 0");
  EXPECT_THAT(a.Clock(Day(99)), IsEmpty());
  for (const Verdict verdict :
       {Verdict::kHold, Verdict::kRelease, Verdict::kVoid}) {
    EXPECT_THAT(a.Review(Day(3), "1-1", verdict),
                ElementsAre("FAILED_PRECONDITION"));
  }
}

TEST(ReviewTest, VoidOfOneOnHold) {
  Account1 a;
  a.Earn(Day(1), 79, 0 + kDay);
  a.Review(Day(1), "1-1", Verdict::kHold);
  EXPECT_THAT(a.Review(Day(9), "1-1", Verdict::kVoid),
              ElementsAre("VOID PENDING>EXPENSE 79 1-1"));
}

TEST(ReviewTest, ARefundAfterAVoidFindsNothing) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Review(Day(2), "1-1", Verdict::kVoid);
  EXPECT_THAT(a.Reverse(Day(3), "1-1", 32), IsEmpty());
  EXPECT_EQ(a.taken(), 0);
}

TEST(ReviewTest, AVoidAfterAPartOfARefundTakesTheRest) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Reverse(Day(2), "1-1", 32);
  EXPECT_THAT(a.Review(Day(3), "1-1", Verdict::kVoid),
              ElementsAre("VOID PENDING>EXPENSE 47 1-1"));
  EXPECT_THAT(a.Reverse(Day(4), "1-1", 47), IsEmpty());
  EXPECT_EQ(a.Balances(), "0 0 0 0");
}

TEST(ReviewTest, NothingComesBackToAVoidAccrual) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Reverse(Day(2), "1-1", 32);
  a.Review(Day(3), "1-1", Verdict::kVoid);
  EXPECT_THAT(a.EarnBack(Day(4), "1-1", 32, kDay), IsEmpty());
  EXPECT_EQ(a.booked(), 0);
  EXPECT_EQ(a.Balances(), "0 0 0 0");
}

TEST(ReviewTest, WhatAVoidTookOfWhatCameBackNeverComesBack) {
  Account1 a;
  a.Earn(Day(1), 100, kDay);                 // 1-1, matures
  a.Reverse(Day(5), "1-1", 40);              // 2: 60 left, payable
  a.EarnBack(Day(6), "1-1", 40, 30 * kDay);  // 3-1: 40 held
  EXPECT_THAT(a.Review(Day(7), "3-1", Verdict::kVoid),
              ElementsAre("VOID PENDING>EXPENSE 40 3-1"));
  // All 100 are charged back: 60 are there to be taken, 40 are void.
  EXPECT_THAT(a.Reverse(Day(8), "1-1", 100),
              ElementsAre("REVERSAL PAYABLE>EXPENSE 60 1-1"));
  EXPECT_EQ(a.taken(), 60);
  EXPECT_EQ(a.Balances(), "0 0 0 0");
  // Half of it is won: of the 50, 40 are those that the VOID took.
  EXPECT_THAT(a.EarnBack(Day(9), "1-1", 50, kDay),
              ElementsAre("ACCRUAL EXPENSE>PENDING 10 6-1"));
  EXPECT_THAT(a.EarnBack(Day(9), "1-1", 50, kDay),
              ElementsAre("ACCRUAL EXPENSE>PENDING 50 7-1"));
  EXPECT_EQ(a.Balances(), "60 0 0 0");
}

TEST(ReviewTest, OnlyAPendingAccrualOfTheAccountCanBeReviewed) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Open(Day(1), 50, 0, 30 * kDay);  // 2-0 is no accrual
  EXPECT_THAT(a.Review(Day(2), "3-1", Verdict::kHold),
              ElementsAre("NOT_FOUND"));
  EXPECT_THAT(a.Review(Day(2), "1-2", Verdict::kHold),
              ElementsAre("NOT_FOUND"));
  EXPECT_THAT(a.Review(Day(2), "2-0", Verdict::kHold),
              ElementsAre("NOT_FOUND"));
  EXPECT_THAT(a.Review(Day(2), "1-1", Verdict::kRelease),
              ElementsAre("FAILED_PRECONDITION"));
  EXPECT_THAT(a.Review(Day(2), "1-1", Verdict::kHold), IsEmpty());
  EXPECT_THAT(a.Review(Day(2), "1-1", Verdict::kHold),
              ElementsAre("FAILED_PRECONDITION"));
  a.Review(Day(2), "1-1", Verdict::kRelease);
  // Due at the review's time, though nothing has matured it yet: too late.
  EXPECT_THAT(a.Review(Day(31), "1-1", Verdict::kHold),
              ElementsAre("FAILED_PRECONDITION"));
  EXPECT_THAT(a.Review(Day(31), "1-1", Verdict::kVoid),
              ElementsAre("FAILED_PRECONDITION"));
  EXPECT_THAT(a.Review(Instant{31 * kDay - 1}, "1-1", Verdict::kVoid),
              ElementsAre("VOID PENDING>EXPENSE 79 1-1"));
}

TEST(ReviewTest, ARefusedReviewChangesNothing) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Review(Day(40), "1-1", Verdict::kHold);
  EXPECT_EQ(a.Balances(), "79 0 0 0");
  EXPECT_THAT(a.Clock(Day(40)), ElementsAre("MATURE PENDING>PAYABLE 79 1-1"));
}

TEST(ReviewTest, OfOneWhollyReversedNothingIsPending) {
  Account1 a;
  a.Earn(Day(1), 79, 30 * kDay);
  a.Review(Day(2), "1-1", Verdict::kHold);
  a.Reverse(Day(3), "1-1", 79);  // a reversal takes what is on HOLD, too
  EXPECT_THAT(a.Review(Day(4), "1-1", Verdict::kVoid),
              ElementsAre("FAILED_PRECONDITION"));
  EXPECT_THAT(a.Review(Day(40), "1-1", Verdict::kRelease), IsEmpty());
  EXPECT_EQ(a.Balances(), "0 0 0 0");
}

// ---------------------------------------------------------------------------
// Adjustments and opening balances

TEST(AdjustmentTest, GoesStraightToPayableEitherWay) {
  Account1 a;
  EXPECT_THAT(a.Adjust(Day(1), 100),
              ElementsAre("ADJUSTMENT EXPENSE>PAYABLE 100"));
  EXPECT_THAT(a.Adjust(Day(1), -150),
              ElementsAre("ADJUSTMENT PAYABLE>EXPENSE 150"));
  EXPECT_EQ(a.Balances(), "0 -50 0 0");
}

TEST(OpeningTest, PendingIsHeldFromTheEventsTimePayableIsAtOnce) {
  Account1 a;
  EXPECT_THAT(a.Open(Day(1), 70, 30, 10 * kDay),
              ElementsAre("OPENING_BALANCE EXPENSE>PENDING 70",
                          "OPENING_BALANCE EXPENSE>PAYABLE 30"));
  EXPECT_EQ(a.Balances(), "70 30 0 0");
  EXPECT_THAT(a.Clock(Day(11)), ElementsAre("MATURE PENDING>PAYABLE 70"));
}

TEST(OpeningTest, ADebtStandsBelowZero) {
  Account1 a;
  EXPECT_THAT(a.Open(Day(1), 70, -30, 10 * kDay),
              ElementsAre("OPENING_BALANCE EXPENSE>PENDING 70",
                          "OPENING_BALANCE PAYABLE>EXPENSE 30"));
  EXPECT_EQ(a.Balances(), "70 -30 0 0");
}

TEST(OpeningTest, WithoutHoldPendingMaturesAtOnce) {
  Account1 a;
  EXPECT_THAT(a.Open(Day(1), 70, 0, 0),
              ElementsAre("OPENING_BALANCE EXPENSE>PENDING 70",
                          "MATURE PENDING>PAYABLE 70"));
}

TEST(OpeningTest, OfNothingBooksNothing) {
  Account1 a;
  EXPECT_THAT(a.Open(Day(1), 0, 0, kDay), IsEmpty());
  EXPECT_THAT(a.state().parcels, IsEmpty());
}

// ---------------------------------------------------------------------------
// Payouts

TEST(PayoutTest, RequestedSentAndFailed) {
  Account1 a;
  a.Earn(Day(1), 100, 0);
  EXPECT_THAT(a.Request(Day(2), 60, 0),
              ElementsAre("PAYOUT_REQUESTED PAYABLE>IN_TRANSIT 60 p1"));
  EXPECT_THAT(a.Request(Day(2), 40, 0),
              ElementsAre("PAYOUT_REQUESTED PAYABLE>IN_TRANSIT 40 p1"));
  EXPECT_THAT(a.Step(Day(3), EntryKind::kPayoutSent, 60),
              ElementsAre("PAYOUT_SENT IN_TRANSIT>PAID 60 p1"));
  EXPECT_THAT(a.Step(Day(3), EntryKind::kPayoutFailed, 40),
              ElementsAre("PAYOUT_FAILED IN_TRANSIT>PAYABLE 40 p1"));
  EXPECT_EQ(a.Balances(), "0 40 0 60");
}

TEST(PayoutTest, WhatARequestMayTake) {
  struct Row {
    std::optional<int64_t> asked;
    int64_t minimum;
    int64_t amount;  // -1: FAILED_PRECONDITION
  };
  const Row rows[] = {
      {std::nullopt, 0, 100},
      {std::nullopt, 100, 100},
      {std::nullopt, 101, -1},  // all of it is below the minimum
      {50, 50, 50},
      {49, 50, -1},
      {100, 0, 100},
      {101, 0, -1},
  };
  Account1 a;
  a.Earn(Day(1), 100, 0);
  a.Earn(Day(1), 900, 30 * kDay);  // held: not payable
  for (const Row& row : rows) {
    const auto amount = CheckPayout(a.state(), row.asked, row.minimum, Day(2));
    if (row.amount < 0) {
      EXPECT_EQ(amount.status().code(), absl::StatusCode::kFailedPrecondition);
    } else {
      ASSERT_TRUE(amount.ok()) << amount.status();
      EXPECT_EQ(*amount, row.amount);
    }
  }
}

TEST(PayoutTest, CountsWhatIsDueAtItsTimeAndNothingElse) {
  Account1 a;
  a.Earn(Day(1), 10, 30 * kDay);  // due on day 31
  a.Earn(Day(2), 20, 30 * kDay);  // due on day 32
  a.Earn(Day(1), 40, 30 * kDay);  // on HOLD
  a.Review(Day(3), "3-1", Verdict::kHold);
  a.Reverse(Day(3), "1-1", 4);
  EXPECT_EQ(*CheckPayout(a.state(), std::nullopt, 0, Day(31)), 6);
  EXPECT_EQ(*CheckPayout(a.state(), std::nullopt, 0, Day(32)), 26);
  EXPECT_FALSE(
      CheckPayout(a.state(), std::nullopt, 0, Instant{31 * kDay - 1}).ok());
  EXPECT_THAT(a.Request(Day(32), 26, 0),
              ElementsAre("MATURE PENDING>PAYABLE 6 1-1",
                          "MATURE PENDING>PAYABLE 20 2-1",
                          "PAYOUT_REQUESTED PAYABLE>IN_TRANSIT 26 p1"));
  EXPECT_EQ(a.Balances(), "40 0 26 0");
}

TEST(PayoutTest, WhatIsDuePaysDebtFirst) {
  Account1 a;
  a.Adjust(Day(1), -30);
  a.Earn(Day(1), 50, 5 * kDay);
  EXPECT_EQ(*CheckPayout(a.state(), std::nullopt, 0, Day(6)), 20);
  EXPECT_FALSE(CheckPayout(a.state(), std::nullopt, 0, Day(5)).ok());
}

TEST(PayoutTest, OfAnEmptyAccount) {
  EXPECT_EQ(
      CheckPayout(AccountState(), std::nullopt, 0, Day(1)).status().code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CheckPayout(AccountState(), 1, 0, Day(1)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace vouch

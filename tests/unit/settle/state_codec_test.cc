#include "vouch/settle/state_codec.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "tests/support/torn_bytes.h"
#include "vouch/settle/settle.h"

namespace vouch {
namespace {

using testing_support::ExpectCanonical;
using testing_support::Hex;

const Currency kEuro = *Currency::Find("EUR");

std::string BytesOf(const AccountState& state) {
  std::string bytes;
  AppendState(state, &bytes);
  return bytes;
}

absl::StatusOr<std::string> Again(std::string_view bytes) {
  Reference reference;
  AccountState state;
  VOUCH_RETURN_IF_ERROR(ReadState(bytes, &reference, &state));
  return BytesOf(state);
}

// One account and its entries; events come one a microsecond unless said.
class Books {
 public:
  Books() { account.currency = kEuro; }

  Booking At(int64_t us) {
    now = us;
    return {Seq(++seq), Instant{us}, PartnerIndex(1), kEuro, &entries};
  }
  AccrualId Earn(int64_t us, int64_t amount, int64_t hold_us,
                 AccrualId restores = {}) {
    const Booking booking = At(us);
    const AccrualId id{booking.seq, 1};
    BookAccrual(booking, {id, restores, "r", amount, hold_us}, &account);
    return id;
  }
  void Review(int64_t us, const AccrualId& id, Verdict verdict) {
    BookReview(At(us), id, verdict, {"eve", "because"}, &account);
  }
  void Reverse(int64_t us, const AccrualId& id, int64_t amount) {
    BookReversal(At(us), id, amount, &account, &taken);
  }

  AccountState account;
  std::vector<Entry> entries;
  std::vector<Taken> taken;
  uint64_t seq = 0;
  int64_t now = 0;
};

// An opening, a parcel in each state, and a chain.
Books Lived() {
  Books books;
  BookOpening(books.At(0), 40, -5, 100, &books.account);
  const AccrualId held = books.Earn(1, 500, 1000);
  const AccrualId waits = books.Earn(2, 60, 10);
  const AccrualId gone = books.Earn(3, 70, 1000);
  books.Earn(4, 80, 0);
  books.Review(5, waits, Verdict::kHold);
  books.Review(6, gone, Verdict::kVoid);
  books.Reverse(7, held, 200);
  books.Earn(8, 90, 1000, held);
  books.Earn(9, 10, 2000, held);
  books.Reverse(10, gone, 30);
  BookClock(books.At(50), &books.account);
  BookPayout(books.At(51), EntryKind::kPayoutRequested, "o", 20,
             &books.account);
  return books;
}

TEST(AccountStateCodecTest, BytesOfAHeldAndAMaturedParcel) {
  Books books;
  books.Earn(1, 64, 2);
  books.Earn(2, 3, 0);
  EXPECT_EQ(Hex(BytesOf(books.account)),
            "01"        // version
            "03455552"  // "EUR"
            "8001"      // 64 pending, zigzag
            "06"        // 3 payable
            "0000"      // none in transit, none paid
            "02"        // two parcels
            "0101"      // 1-1
            "0172"      // "r"
            "06"        // due at 3
            "8001"      // 64 held
            "8001"      // 64 open
            "00"        // none missed
            "00"        // held
            "00"        // its own head
            "0201"      // 2-1
            "0172"      // "r"
            "04"        // due at 2
            "0006"      // none held, 3 open
            "00"        // none missed
            "02"        // matured
            "00");      // its own head
}

TEST(AccountStateCodecTest, ComesBackAsItWas) {
  const Books books = Lived();
  Reference reference;
  AccountState again;
  ASSERT_EQ(ReadState(BytesOf(books.account), &reference, &again),
            absl::OkStatus());
  ASSERT_EQ(again.parcels.size(), books.account.parcels.size());
  for (std::size_t i = 0; i < again.parcels.size(); ++i) {
    const Parcel& was = books.account.parcels[i];
    EXPECT_EQ(again.parcels[i].head, was.head) << i;
    EXPECT_EQ(again.parcels[i].next, was.next) << i;
    EXPECT_EQ(again.parcels[i].state, was.state) << i;
    EXPECT_EQ(again.parcels[i].missed_minor, was.missed_minor) << i;
    EXPECT_EQ(again.parcels[i].rule_id, was.rule_id) << i;
  }
  EXPECT_EQ(again.parcels[1].next, 5u);
  EXPECT_EQ(again.parcels[5].next, 6u);
  EXPECT_EQ(again.parcels[6].head, 1u);
  EXPECT_EQ(again.parcels[3].missed_minor, 30);
}

std::string EntriesText(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& e : entries) {
    absl::StrAppend(&text, ToAbsl(Word(e.kind)), " ", ToAbsl(Word(e.from)), ">",
                    ToAbsl(Word(e.to)), " ", e.amount_minor, " ",
                    FormatAccrualId(e.accrual_id), " ", e.due.us, "\n");
  }
  return text;
}

// The heap is not written. What was popped while on HOLD, what waits still
// though void, the layout: none of it may show later.
TEST(AccountStateCodecTest, WhatFollowsIsTheSameWithoutTheHeap) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    Books books;
    std::vector<AccrualId> ids;
    int64_t now = 0;
    for (int step = 0; step < 60; ++step) {
      Books again;
      Reference reference;
      ASSERT_EQ(ReadState(BytesOf(books.account), &reference, &again.account),
                absl::OkStatus());
      again.seq = books.seq;
      books.entries.clear();
      now += static_cast<int64_t>(random() % 9) - 1;  // late at times
      const auto amount = static_cast<int64_t>(1 + random() % 50);
      const auto hold = static_cast<int64_t>(random() % 4 * 10);
      const uint64_t dice = random() % 8;
      const AccrualId any =
          ids.empty() ? AccrualId() : ids[random() % ids.size()];
      const auto verdict = static_cast<Verdict>(1 + random() % 3);
      for (Books* each : {&books, &again}) {
        if (dice < 3 || ids.empty()) {
          each->Earn(now, amount, hold);
        } else if (dice == 3) {
          each->Earn(now, amount, hold, any);
        } else if (dice == 4) {
          each->Reverse(now, any,
                        std::min(amount, each->account.Find(any)->open_minor));
        } else if (dice == 5) {
          BookClock(each->At(now), &each->account);
        } else if (CheckReview(each->account, any, verdict, Instant{now})
                       .ok()) {
          each->Review(now, any, verdict);
        } else {
          each->At(now);
        }
      }
      ASSERT_EQ(EntriesText(again.entries), EntriesText(books.entries))
          << "seed " << seed << ", step " << step;
      ASSERT_EQ(BytesOf(again.account), BytesOf(books.account))
          << "seed " << seed << ", step " << step;
      if (dice < 3 || ids.empty()) ids.push_back({Seq(books.seq), 1});
    }
  }
}

TEST(AccountStateCodecTest, AccountsThatDifferInWhatWaitsInVainAreEqual) {
  Books popped;  // matured while on HOLD, so that nothing waits
  Books waiting;
  for (Books* books : {&popped, &waiting}) {
    const AccrualId id = books->Earn(1, 10, 5);
    books->Review(2, id, Verdict::kHold);
  }
  BookClock(popped.At(9), &popped.account);
  EXPECT_TRUE(popped.account.due.empty());
  EXPECT_FALSE(waiting.account.due.empty());
  EXPECT_EQ(BytesOf(popped.account), BytesOf(waiting.account));
}

TEST(AccountStateCodecTest, ADueMomentMayLieAfterTheCalendar) {
  Books books;
  books.Earn(kMaxInstant.us, 10, kMaxDays * kUsPerDay);
  EXPECT_EQ(Again(BytesOf(books.account)).status(), absl::OkStatus());
}

TEST(AccountStateCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  Books none;
  ExpectCanonical(BytesOf(none.account), Again);
  ExpectCanonical(BytesOf(Lived().account), Again);
}

TEST(AccountStateCodecTest, TellsWhatIsWrong) {
  using Change = void (*)(AccountState&);
  const struct {
    Change change;
    std::string_view message;
  } kCases[] = {
      {[](AccountState& a) { a.currency = Currency(); },
       "account_state: an unknown currency"},
      {[](AccountState& a) { a.balances.pending_minor += 1; },
       "account_state: parcels that do not add up to what is pending"},
      {[](AccountState& a) {
         a.parcels[2].accrual_id = {Seq(2), 1};
       },
       "account_state: parcels out of order"},
      {[](AccountState& a) { a.parcels[1].head = 2; },
       "account_state: a chain without a head"},
      {[](AccountState& a) { a.parcels[6].head = 5; },
       "account_state: a chain without a head"},
      {[](AccountState& a) { a.parcels[1].held_minor = -1; },
       "account_state: a parcel that cannot be"},
      {[](AccountState& a) { a.parcels[1].open_minor = 1; },
       "account_state: a parcel that cannot be"},
      {[](AccountState& a) { a.parcels[1].missed_minor = -1; },
       "account_state: a parcel that cannot be"},
      {[](AccountState& a) { a.parcels[1].state = ParcelState::kMatured; },
       "account_state: a parcel that cannot be"},
      {[](AccountState& a) {
         a.parcels[1].due.us = kMaxInstant.us + kMaxDays * kUsPerDay + 1;
       },
       "account_state: a parcel that cannot be"},
      {[](AccountState& a) { a.parcels[1].due.us = kMinInstant.us - 1; },
       "account_state: a parcel that cannot be"},
      {[](AccountState& a) {
         a.parcels[1].state = static_cast<ParcelState>(4);
       },
       "account_state: an unknown choice"},
  };
  for (const auto& c : kCases) {
    AccountState bad = Lived().account;
    c.change(bad);
    EXPECT_EQ(Again(BytesOf(bad)).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
}

}  // namespace
}  // namespace vouch

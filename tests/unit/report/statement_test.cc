#include "vouch/report/statement.h"

#include <cstdint>
#include <deque>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Currency kEur = *Currency::Parse("EUR");
const Currency kUsd = *Currency::Parse("USD");
Instant Day(int64_t n) { return Instant{n * kUsPerDay}; }

// A feed written by hand; the n-th event is of day n.
class Feed {
 public:
  Feed& Accrue(AccrualKind kind, AccrualId id, int64_t amount,
               int32_t level = 0) {
    Accrual a;
    a.kind = kind;
    a.accrual_id = id;
    a.payment_id = "i1";
    a.rule_id = "r1";
    a.amount_minor = amount;
    a.base_minor = 10 * amount;
    a.level = level;
    a.phase = Phase::kAcquisition;
    a.contract_year = 1;
    a.currency = kEur;
    accruals_.push_back(a);
    Output row = Row();
    row.accrual = &accruals_.back();
    rows_.push_back(row);
    return *this;
  }
  Feed& Book(EntryKind kind, Account from, Account to, int64_t amount,
             AccrualId id = {}, Currency currency = kEur) {
    Entry e;
    e.seq = seq_;
    e.time = Day(static_cast<int64_t>(seq_.value()));
    e.kind = kind;
    e.currency = currency;
    e.from = from;
    e.to = to;
    e.amount_minor = amount;
    e.accrual_id = id;
    if (kind == EntryKind::kPayoutRequested) e.payout_id = "o1";
    entries_.push_back(e);
    Output row = Row();
    row.entry = &entries_.back();
    rows_.push_back(row);
    return *this;
  }
  Feed& Next() {
    seq_ = seq_.Next();
    return *this;
  }
  Statement Of(std::string_view partner, Instant from, Instant until) const {
    StatementBuilder builder("shop", partner, TimeZone(), from, until);
    for (const Output& row : rows_) builder.Add(row);
    return builder.Finish();
  }

 private:
  Output Row() const { return {seq_, "shop", "e", "anna", {}, {}, {}}; }

  Seq seq_{1};
  std::deque<Accrual> accruals_;
  std::deque<Entry> entries_;
  std::deque<Output> rows_;
};

// Day 1: 100 and an upline of 10; day 2: 100 mature; day 3: 30 reversed;
// day 4: void 10; day 5: an adjustment of -5; day 6: payout of 60; day 7: it
// fails; day 8: opening balance 9 in USD.
Feed Example() {
  const AccrualId own{Seq(1), 1}, upline{Seq(1), 2};
  Feed f;
  f.Accrue(AccrualKind::kAccrual, own, 100)
      .Accrue(AccrualKind::kAccrual, upline, 10, 1)
      .Book(EntryKind::kAccrual, Account::kExpense, Account::kPending, 100, own)
      .Book(EntryKind::kAccrual, Account::kExpense, Account::kPending, 10,
            upline)
      .Next()
      .Book(EntryKind::kMature, Account::kPending, Account::kPayable, 100, own)
      .Next()
      .Accrue(AccrualKind::kReversal, own, 30)
      .Book(EntryKind::kReversal, Account::kPayable, Account::kExpense, 30, own)
      .Next()
      .Accrue(AccrualKind::kReversal, upline, 10, 1)
      .Book(EntryKind::kVoid, Account::kPending, Account::kExpense, 10, upline)
      .Next()
      .Book(EntryKind::kAdjustment, Account::kPayable, Account::kExpense, 5)
      .Next()
      .Book(EntryKind::kPayoutRequested, Account::kPayable, Account::kInTransit,
            60)
      .Next()
      .Book(EntryKind::kPayoutFailed, Account::kInTransit, Account::kPayable,
            60)
      .Next()
      .Book(EntryKind::kOpeningBalance, Account::kExpense, Account::kPayable, 9,
            {Seq(8), 0}, kUsd);
  return f;
}

TEST(StatementTest, SumsOfAllKinds) {
  const Feed feed = Example();
  const Statement s = feed.Of("anna", Day(0), Day(100));
  ASSERT_EQ(s.sections.size(), 2u);
  const StatementSection& eur = s.sections[0];
  EXPECT_EQ(eur.currency, kEur);
  EXPECT_EQ(eur.opening.Sum(), 0);
  EXPECT_EQ(eur.accruals_minor, 100);
  EXPECT_EQ(eur.upline_minor, 10);
  EXPECT_EQ(eur.reversals_minor, 40);  // the VOID among them
  EXPECT_EQ(eur.adjustments_minor, -5);
  EXPECT_EQ(eur.matured_minor, 100);
  EXPECT_EQ(eur.payouts_requested_minor, 60);
  EXPECT_EQ(eur.payouts_failed_minor, 60);
  EXPECT_EQ(eur.closing.Sum(), 65);
  EXPECT_EQ(eur.closing.payable_minor, 65);
  EXPECT_EQ(eur.rows.size(), 8u);
  EXPECT_EQ(eur.rows[0].change_minor, 100);
  EXPECT_EQ(eur.rows[2].change_minor, 0);
  EXPECT_EQ(eur.rows[3].change_minor, -30);
  ASSERT_NE(eur.rows[3].accrual, nullptr);
  EXPECT_EQ(eur.rows[3].accrual->kind, AccrualKind::kReversal);
  EXPECT_EQ(s.sections[1].currency, kUsd);
  EXPECT_EQ(s.sections[1].opening_balances_minor, 9);
  EXPECT_EQ(s.sections[1].closing.Sum(), 9);
}

TEST(StatementTest, AnySplitOfThePeriodTies) {
  const Feed feed = Example();
  const Statement whole = feed.Of("anna", Day(0), Day(100));
  for (int64_t cut = 0; cut <= 10; ++cut) {
    const Statement a = feed.Of("anna", Day(0), Day(cut));
    const Statement b = feed.Of("anna", Day(cut), Day(100));
    ASSERT_EQ(b.sections.size(), 2u);
    const StatementSection none;
    const StatementSection& first = a.sections.empty() ? none : a.sections[0];
    const StatementSection& second = b.sections[0];
    EXPECT_EQ(first.closing.pending_minor, second.opening.pending_minor);
    EXPECT_EQ(first.closing.payable_minor, second.opening.payable_minor);
    EXPECT_EQ(first.closing.in_transit_minor, second.opening.in_transit_minor);
    EXPECT_EQ(first.accruals_minor + second.accruals_minor, 100);
    EXPECT_EQ(first.reversals_minor + second.reversals_minor, 40);
    EXPECT_EQ(first.rows.size() + second.rows.size(),
              whole.sections[0].rows.size());
    EXPECT_EQ(second.opening.Sum() + second.accruals_minor +
                  second.upline_minor - second.reversals_minor +
                  second.adjustments_minor,
              second.closing.Sum());
  }
}

TEST(StatementTest, RowsOfOthersArePassedOver) {
  const Feed feed = Example();
  const Statement s = feed.Of("ben", Day(0), Day(100));
  EXPECT_THAT(s.sections, IsEmpty());
  EXPECT_THAT(StatementText(s), HasSubstr("nothing was ever booked"));
}

TEST(StatementTest, TextShowsReasonsAndMajorUnits) {
  const Feed feed = Example();
  const std::string text = StatementText(feed.Of("anna", Day(0), Day(100)));
  EXPECT_THAT(text, HasSubstr("partner anna in program shop"));
  EXPECT_THAT(text, HasSubstr("1970-01-01 to 1970-04-10"));
  EXPECT_THAT(text, HasSubstr("payment i1, rule r1, ACQUISITION year 1"));
  EXPECT_THAT(text, HasSubstr("upline level 1"));
  EXPECT_THAT(text, HasSubstr("payout o1"));
  EXPECT_THAT(text, HasSubstr("-0.05"));
  EXPECT_THAT(text, HasSubstr("0.65"));
}

}  // namespace
}  // namespace vouch

#include "vouch/ledger/entry.h"

#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(AccrualIdTest, WritesSeqDashPlace) {
  EXPECT_EQ(FormatAccrualId({Seq(12), 1}), "12-1");
  EXPECT_EQ(FormatAccrualId({Seq(7), 0}), "7-0");  // of an opening balance
  EXPECT_EQ(FormatAccrualId(AccrualId()), "");
  EXPECT_EQ(FormatAccrualId({Seq(18446744073709551615u), 4294967295u}),
            "18446744073709551615-4294967295");
}

TEST(AccrualIdTest, ReadsBackWhatItWrites) {
  for (const AccrualId id :
       {AccrualId{Seq(1), 0}, AccrualId{Seq(12), 1},
        AccrualId{Seq(18446744073709551615u), 4294967295u}}) {
    const auto again = ParseAccrualId(FormatAccrualId(id));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, id);
  }
}

TEST(AccrualIdTest, ReadsNothingElse) {
  for (const std::string_view text :
       {"", "-", "1", "1-", "-1", "0-1", "01-1", "1-01", "+1-1", "1-+1", " 1-1",
        "1-1 ", "1--1", "1-1-1", "a-1", "1-a", "18446744073709551616-1",
        "1-4294967296", "1-1\n"}) {
    EXPECT_FALSE(ParseAccrualId(text).has_value()) << text;
  }
}

TEST(AccrualIdTest, OrdersBySeqThenPlace) {
  const AccrualId a{Seq(9), 2}, b{Seq(10), 1}, c{Seq(10), 2};
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
  EXPECT_FALSE(c < b);
  EXPECT_FALSE(b < b);
  EXPECT_NE(b, c);
  EXPECT_EQ(absl::flat_hash_set<AccrualId>({a, b, c, b}).size(), 3u);
}

TEST(EntryTest, WordsOfAccountsAndKinds) {
  EXPECT_EQ(Word(Account::kExpense), "EXPENSE");
  EXPECT_EQ(Word(Account::kInTransit), "IN_TRANSIT");
  EXPECT_EQ(Word(Account::kPaid), "PAID");
  EXPECT_EQ(Word(EntryKind::kAccrual), "ACCRUAL");
  EXPECT_EQ(Word(EntryKind::kVoid), "VOID");
  EXPECT_EQ(Word(EntryKind::kOpeningBalance), "OPENING_BALANCE");
  EXPECT_EQ(Word(EntryKind::kNone), "");
}

}  // namespace
}  // namespace vouch

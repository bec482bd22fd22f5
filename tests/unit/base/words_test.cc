#include "vouch/base/words.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

// The words of docs/SEMANTICS.md, sections 1, 3 and 5, in the order of their
// stored numbers, from 1.
template <typename E>
void ExpectWords(const std::vector<std::string_view>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = static_cast<E>(i + 1);
    EXPECT_EQ(Word(value), words[i]);
    EXPECT_EQ(ParseWord<E>(words[i]), value);
    EXPECT_TRUE(IsWord(value));
  }
  // Zero is "not said"; past the end and 255 are no words.
  for (const std::size_t other :
       {std::size_t{0}, words.size() + 1, std::size_t{255}}) {
    EXPECT_EQ(Word(static_cast<E>(other)), "");
    EXPECT_FALSE(IsWord(static_cast<E>(other)));
  }
  EXPECT_EQ(std::set<std::string_view>(words.begin(), words.end()).size(),
            words.size());
}

TEST(WordsTest, EveryListSpellsItsWords) {
  ExpectWords<Channel>({"LINK", "CODE", "LEAD", "VIEW", "DIRECT"});
  ExpectWords<PartnerKind>({"CUSTOMER", "AFFILIATE", "REFERRER", "RESELLER",
                            "DISTRIBUTOR", "CONSULTANT"});
  ExpectWords<PartnerStatus>({"ACTIVE", "SUSPENDED", "TERMINATED"});
  ExpectWords<Role>({"ACQUIRER", "SERVICER"});
  ExpectWords<Phase>({"ACQUISITION", "RETENTION"});
  ExpectWords<RefundKind>(
      {"REFUND", "CHARGEBACK", "CANCELLATION", "CHARGEBACK_REVERSED"});
  ExpectWords<Verdict>({"HOLD", "RELEASE", "VOID"});
  ExpectWords<OutreachStep>({"SENT", "NOT_DELIVERED", "OPENED", "CLICKED"});
  ExpectWords<Trigger>({"SIGNUP", "PAYMENT", "IMPORT"});
  ExpectWords<AccrualKind>({"ACCRUAL", "REVERSAL"});
}

TEST(WordsTest, TheNamedValuesHaveTheirWords) {
  EXPECT_EQ(Word(Channel::kDirect), "DIRECT");
  EXPECT_EQ(Word(PartnerKind::kConsultant), "CONSULTANT");
  EXPECT_EQ(Word(PartnerStatus::kTerminated), "TERMINATED");
  EXPECT_EQ(Word(Role::kServicer), "SERVICER");
  EXPECT_EQ(Word(Phase::kRetention), "RETENTION");
  EXPECT_EQ(Word(RefundKind::kChargebackReversed), "CHARGEBACK_REVERSED");
  EXPECT_EQ(Word(Verdict::kVoid), "VOID");
  EXPECT_EQ(Word(OutreachStep::kClicked), "CLICKED");
  EXPECT_EQ(Word(Trigger::kImport), "IMPORT");
  EXPECT_EQ(Word(AccrualKind::kReversal), "REVERSAL");
}

TEST(WordsTest, OnlyTheExactSpellingIsRead) {
  for (const std::string_view other :
       {"", "link", "Link", " LINK", "LINK ", "LIN", "LINKS", "BILLBOARD"}) {
    EXPECT_EQ(ParseWord<Channel>(other), std::nullopt) << other;
  }
  // A word of another list is none of this one.
  EXPECT_EQ(ParseWord<Channel>("ACTIVE"), std::nullopt);
}

TEST(WordsTest, WordsAreKnownWhenCompiling) {
  static_assert(Word(Channel::kLink) == "LINK");
  static_assert(ParseWord<Verdict>("VOID") == Verdict::kVoid);
  static_assert(!IsWord(Phase::kNone));
}

}  // namespace
}  // namespace vouch

// The limits of what one customer, lead, key or code may hold
// (vouch/base/limits.h): each reached, and one past it.
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/attribution_table.h"
#include "vouch/base/limits.h"

namespace vouch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::AttributionTable;
using testing_support::RunTable;

// `line` for each number from `first` to `last`, which stands where # does.
std::string Lines(int first, int last, const std::string& line) {
  std::string table;
  for (int i = first; i <= last; ++i) {
    absl::StrAppend(&table, absl::StrReplaceAll(line, {{"#", absl::StrCat(i)}}),
                    "\n");
  }
  return table;
}

// ---------------------------------------------------------------------------
// Live touches

// A thousand touches of nobody push out none that can win.
TEST(LiveTouchLimitTest, TouchesThatDoNotHoldFallBeforeOthers) {
  ASSERT_EQ(kMaxLiveTouches, 1000u);
  AttributionTable table;
  table.Run(absl::StrCat(R"(
    2023-06-01 program tiers=CODE/LINK,VIEW
    2023-06-01 partner anna
    2023-06-01 partner bob
    2023-06-01 code A anna
    2024-01-01 touch c1 VIEW bob
    2024-01-01T01:00:00Z touch c1 CODE A
)",
                         Lines(1, 1000, "2024-01-02 touch c1 VIEW nobody"),
                         "2024-01-04 pay p1 c1 -> anna 1000000000 CODE pays "
                         "anna 1000 ACQUIRER"));
  const auto why = table.engine().Explain("p", "p1");
  ASSERT_TRUE(why.ok()) << why.status();
  EXPECT_EQ(why->decision->fallen_touches, 2);
  EXPECT_EQ(why->decision->touches.size(), 1000u);
  EXPECT_THAT(ExplanationText(*why),
              HasSubstr("\n  2 touches had fallen: no more than 1000 are "
                        "kept\n  anna with 100%\n"));
}

// What is past every window takes no room from the others.
TEST(LiveTouchLimitTest, IdentificationsAndMergesDropWhatIsPastFirst) {
  for (const char* joins :
       {"2023-01-02 touch v:a LINK carl\n2024-01-03 identify a c1\n",
        "2023-01-02 touch c2 LINK carl\n2024-01-03 merge c2 c1\n"}) {
    AttributionTable table;
    const std::string_view both(joins);
    const std::size_t second = both.find('\n') + 1;
    table.Run(absl::StrCat(
        R"(
    2023-01-01 program model=FIRST_TOUCH window.LINK=30
    2023-01-01 partner anna
    2023-01-01 partner bob
    2023-01-01 partner carl
)",
        std::string(both.substr(0, second)), "2024-01-01 touch c1 LINK anna\n",
        Lines(1, 999, "2024-01-02 touch c1 LINK bob"),
        std::string(both.substr(second)),
        "2024-01-04 pay p1 c1 -> anna 1000000000 LINK"));
    const auto why = table.engine().Explain("p", "p1");
    ASSERT_TRUE(why.ok()) << why.status();
    EXPECT_EQ(why->decision->fallen_touches, 0);
    EXPECT_THAT(ExplanationText(*why), Not(HasSubstr("fallen")));
  }
}

// The first touch of all is out by its window at the conversion; the first that
// is not fell for the limit, and the explanation says so.
TEST(LiveTouchLimitTest, FirstTouchMayLoseTheFirstThatIsIn) {
  AttributionTable table;
  table.Run(absl::StrCat(R"(
    2023-01-01 program model=FIRST_TOUCH window.LINK=30
    2023-01-01 partner anna
    2023-01-01 partner bob
    2023-01-01 partner carl
    2023-11-20 touch c1 LINK carl
    2024-01-01 touch c1 LINK anna
)",
                         Lines(1, 999, "2024-01-02 touch c1 LINK bob")));
  const auto standing = table.engine().ExplainCustomer(
      "p", "c1", *ParseInstant("2024-01-03T00:00:00Z"));
  ASSERT_TRUE(standing.ok()) << standing.status();
  ASSERT_TRUE(standing->prospect);
  EXPECT_EQ(standing->prospect->fallen_touches, 1);
  table.Run("2024-01-04 pay p1 c1 -> bob 1000000000 LINK");
  const auto why = table.engine().Explain("p", "p1");
  ASSERT_TRUE(why.ok()) << why.status();
  EXPECT_EQ(why->decision->fallen_touches, 1);
  EXPECT_THAT(
      ExplanationText(*why),
      HasSubstr("\n  1 touch had fallen: no more than 1000 are kept\n"));
}

// ---------------------------------------------------------------------------
// Codes

TEST(RedeemedCodeLimitTest, IsOfOneHandHoweverItCameToThem) {
  ASSERT_EQ(kMaxRedeemedCodes, 10'000u);
  RunTable(absl::StrCat(
      R"(
    2024-01-01 program binding=NONE
    2024-01-01 partner anna
)",
      Lines(1, 10'001, "2024-01-01 code C# anna"),
      Lines(1, 9'999, "2024-01-02 touch c1 CODE C#"), R"(
    2024-01-02 touch v:a CODE C10000
    2024-01-02 touch v:a CODE C10001
    2024-01-02 touch c2 CODE C1
    2024-01-02 touch c2 CODE C10000
    2024-01-02 touch c2 CODE C10001
    # Together they have 10,001.
    2024-01-03 identify a c1   -> refused RESOURCE_EXHAUSTED customer_identified.visitor_id: more than 10000 codes of one hand
    2024-01-03 merge c2 c1     -> refused RESOURCE_EXHAUSTED customer_merged: more than 10000 redeemed codes together
    2024-01-03 merge c1 c2     -> refused RESOURCE_EXHAUSTED customer_merged: more than 10000 redeemed codes together
    2024-01-03 touch c1 CODE C10000
    2024-01-03 touch c1 CODE C10001 -> refused RESOURCE_EXHAUSTED touch.code: more than 10000 codes of one hand
    # What is redeemed already may be used again.
    2024-01-03 touch c1 CODE C5
    2024-01-03 touch v:b CODE C7
    2024-01-03 touch c3 CODE C8
    2024-01-04 identify b c1
    2024-01-04 merge c3 c1
    2024-01-05 pay p1 c2       -> anna 1000000000 CODE why NOTHING NOTHING WON
  )"));
}

// ---------------------------------------------------------------------------
// Leads

TEST(LeadUpdateLimitTest, ALeadPastItStillTakesItsEnd) {
  ASSERT_EQ(kMaxUpdatesPerLead, 1000u);
  RunTable(absl::StrCat(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner bob
    2024-01-02 lead l1 anna k1 customer=c1
)",
                        Lines(1, 1000, "2024-01-03 update l1 k1 activity"), R"(
    2024-01-03 update l1 k1 activity  -> refused RESOURCE_EXHAUSTED lead_updated.lead_id: more than 1000 updates of one lead
    2024-01-03 update l1 k1 WON       -> refused RESOURCE_EXHAUSTED
    2024-01-04 lead l2 bob k1         -> refused ALREADY_EXISTS
    2024-01-20 update l1 k1 REJECTED
    2024-01-20 update l1 k1 activity  -> refused RESOURCE_EXHAUSTED
    2024-01-21 update l1 k1 LOST
    2024-01-19 lead l2 bob k2 customer=c1 -> refused ALREADY_EXISTS
    # Of several ends the earliest counts, in whatever order they came.
    2024-01-18 update l1 k1 LOST
    2024-01-19 lead l2 bob k2 customer=c1
    2024-01-22 pay p1 c1              -> bob 1000000000 LEAD why LEAD_LOST WON
  )"));
}

TEST(LeadLimitTest, IsOfAContactKeyAndOfACustomer) {
  ASSERT_EQ(kMaxLeadsPerKey, 1000u);
  RunTable(absl::StrCat(
      R"(
    2024-01-01 program
    2024-01-01 partner anna
)",
      Lines(1, 1000, "2024-01-02 lead l# anna x"),
      "2024-01-02 lead m anna x -> refused RESOURCE_EXHAUSTED "
      "lead_registered.lead_id: more than 1000 leads of one contact key\n",
      Lines(1, 1000, "2024-01-02 lead n# anna y# customer=c2"),
      R"(
    2024-01-02 lead m anna z customer=c2 -> refused RESOURCE_EXHAUSTED lead_registered.lead_id
    2024-01-02 lead m anna z
  )"));
}

// So many leads of partners keep no customer out, and its later sign-ups with
// the same keys bring nothing new.
TEST(LeadLimitTest, DoesNotBlockASignUp) {
  RunTable(absl::StrCat(
      R"(
    2024-01-01 program
    2024-01-01 partner anna
)",
      Lines(1, 600, "2024-01-02 lead l# anna x\n2024-01-02 lead m# anna y"),
      R"(
    2024-01-03 signup c1 keys=x
    2024-01-03 signup c1 keys=x
    2024-01-04 signup c1 keys=x,y
    2024-01-04 signup c1 keys=y,x
    # But nobody registers one more for it.
    2024-01-04 lead n anna z customer=c1 -> refused RESOURCE_EXHAUSTED lead_registered.lead_id
    2024-01-05 pay p1 c1                 -> anna 1000000000 LEAD
  )"));
}

// ---------------------------------------------------------------------------
// Keys, names and roles

// 15 times 64 keys and 40 are 1,000.
TEST(IdentityKeyLimitTest, CountsEachKeyOnce) {
  ASSERT_EQ(kMaxKeysPerCustomer, 1000u);
  std::string table = "2024-01-01 program\n";
  const auto signup = [&table](int first, int last, std::string_view after) {
    std::string keys;
    for (int i = first; i <= last; ++i) absl::StrAppend(&keys, ",k", i);
    absl::StrAppend(&table, "2024-01-02 signup c1 keys=", keys.substr(1),
                    std::string(after), "\n");
  };
  for (int i = 0; i < 15; ++i) signup(64 * i + 1, 64 * i + 64, "");
  for (int i = 0; i < 15; ++i) signup(1, 64, "");
  signup(960, 1001,
         " -> refused RESOURCE_EXHAUSTED signup.identity_keys: more than 1000 "
         "identity keys of one customer");
  signup(960, 1000, "");
  signup(1001, 1001, " -> refused RESOURCE_EXHAUSTED signup.identity_keys");
  signup(990, 1000, "");
  RunTable(table);
}

TEST(IdentityKeyLimitTest, SoManyCustomersShareOne) {
  ASSERT_EQ(kMaxCustomersPerKey, 1000u);
  RunTable(absl::StrCat("2024-01-01 program\n2024-01-01 partner anna\n",
                        Lines(1, 1000, "2024-01-02 signup c# keys=x"), R"(
    2024-01-02 signup c1001 keys=y,x -> refused RESOURCE_EXHAUSTED signup.identity_keys: more than 1000 customers of one identity key
    2024-01-02 signup c1000 keys=x,y
    # A merge gives room back; the refused sign-up took none.
    2024-01-03 merge c1 c2
    2024-01-03 signup c1001 keys=x
    2024-01-03 signup c1002 keys=x   -> refused RESOURCE_EXHAUSTED signup.identity_keys
    2024-01-04 lead l1 anna x
    2024-01-05 pay p1 c1001          -> anna 1000000000 LEAD
  )"));
}

TEST(MergeLimitTest, SoManyNamesHasACustomer) {
  ASSERT_EQ(kMaxMergedCustomers, 1000u);
  RunTable(absl::StrCat("2024-01-01 program\n2024-01-01 partner anna\n",
                        "2024-01-01 touch c1001 LINK anna\n",
                        Lines(1, 1000, "2024-01-02 merge c# c0"), R"(
    2024-01-02 merge c1001 c0 -> refused RESOURCE_EXHAUSTED customer_merged: more than 1000 names together
    2024-01-02 merge c0 c1001 -> refused RESOURCE_EXHAUSTED customer_merged
    2024-01-03 pay p1 c1000   -> nobody
    2024-01-03 pay p2 c1001   -> anna 1000000000 LINK
  )"));
}

// A role that was imported counts, an acquirer is none.
TEST(RoleLimitTest, IsOfServicersAlone) {
  ASSERT_EQ(kMaxRolesPerCustomer, 1000u);
  RunTable(absl::StrCat("2024-01-01 program\n2024-01-01 partner anna\n",
                        Lines(1, 999, "2024-01-02 role c1 anna"), R"(
    2024-01-02 import c1 anna SERVICER
    2024-01-02 import c1 anna SERVICER -> refused RESOURCE_EXHAUSTED attribution_imported.customer_id: more than 1000 roles of one customer
    2024-01-02 role c1 anna            -> refused RESOURCE_EXHAUSTED role_assigned.customer_id
    2024-01-02 import c1 anna ACQUIRER -> anna 1000000000 -
  )"));
}

}  // namespace
}  // namespace vouch

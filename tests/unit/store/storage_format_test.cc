// Every query of docs/STORAGE_FORMAT.md runs on a file that the store made and
// finds something, and what it finds is what the books say by hand.
#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string Document() {
  const std::string text = BytesOf(VOUCH_SOURCE_DIR "/docs/STORAGE_FORMAT.md");
  EXPECT_FALSE(text.empty());
  return text;
}

// The blocks marked sql, in order.
std::vector<std::string> Queries() {
  const std::string text = Document();
  const std::string begin = "```sql\n";
  std::vector<std::string> found;
  for (std::size_t at = text.find(begin); at != std::string::npos;
       at = text.find(begin, at)) {
    at += begin.size();
    const std::size_t end = text.find("```", at);
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

class StorageFormatTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.File("books.vouch");
    store_ = MustOpen(path_);
    ASSERT_TRUE(store_->Write(Shop().Batch()).ok());
  }

  TempFolder folder_;
  std::string path_;
  std::unique_ptr<Store> store_;  // open, as while an engine runs
};

TEST_F(StorageFormatTest, TenQueriesFindWhatTheBooksSay) {
  Raw raw(path_);
  raw.Run("PRAGMA query_only=ON");
  const std::vector<std::string> queries = Queries();
  ASSERT_THAT(queries, SizeIs(10));
  std::vector<std::vector<std::string>> answers;
  for (const std::string& query : queries) {
    answers.push_back(raw.Rows(query));
    EXPECT_THAT(answers.back(), Not(IsEmpty())) << query;
  }
  EXPECT_THAT(answers[0],
              ElementsAre("anna|EUR|300|0|800|0", "bob|EUR|500|0|0|0"));
  EXPECT_THAT(answers[1], ElementsAre("anna|EUR|1100", "bob|EUR|500"));
  EXPECT_THAT(
      answers[2],
      ElementsAre("5-1|ACCRUAL|anna|ten-percent|ACQUIRER|0|10000|1000|EUR",
                  "5-1|REVERSAL|anna|ten-percent|ACQUIRER|0|10000|200|EUR"));
  EXPECT_THAT(answers[3], ElementsAre("5-1|anna|200|EUR|PAYABLE"));
  EXPECT_THAT(answers[4],
              ElementsAre("anna|2024-01|EUR|800", "bob|2024-01|EUR|500",
                          "anna|2024-02|EUR|300"));
  EXPECT_THAT(answers[5], ElementsAre("po-1|anna|800|EUR|2024-01-23 00:00:00"));
  EXPECT_THAT(answers[6], ElementsAre("1|EUR|0"));
  EXPECT_THAT(answers[7],
              ElementsAre("2024-03-04|EUR|1|500", "2024-04-10|EUR|1|300"));
  EXPECT_EQ(answers[8][0], "payment|3|2024-02-10 00:00:00");
  EXPECT_THAT(answers[9],
              ElementsAre("c-1|anna|ACQUIRER|1000000000|LINK|spring|"
                          "2024-01-02 00:00:00"));
}

TEST_F(StorageFormatTest, EveryTableAndColumnIsDescribed) {
  const std::string text = Document();
  Raw raw(path_);
  for (const std::string& table :
       raw.Rows("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    EXPECT_THAT(text, HasSubstr("`" + table + "`"));
    for (const std::string& column :
         raw.Rows("SELECT name FROM pragma_table_info('" + table + "')")) {
      if (column == "one") continue;  // what keeps snapshot_head to one row
      EXPECT_THAT(text, HasSubstr("`" + column + "`")) << table;
    }
  }
}

TEST_F(StorageFormatTest, PayoutThatArrivedIsNotOnItsWay) {
  Books more = Shop();
  more.feed.clear();
  more.Event("e-11", "payout_sent", Day(41));
  Payout sent;
  sent.state = PayoutState::kSent;
  sent.payout_id = "po-1";
  sent.partner = PartnerIndex(1);
  sent.currency = Eur();
  sent.amount_minor = 800;
  more.Feed(sent);
  StoreBatch batch;
  batch.log = absl::MakeConstSpan(more.log).subspan(10);
  batch.feed = more.feed;
  ASSERT_TRUE(store_->Write(batch).ok());
  EXPECT_THAT(Raw(path_).Rows(Queries()[5]), IsEmpty());
}

}  // namespace
}  // namespace store_test

VOUCH_NAMESPACE_END

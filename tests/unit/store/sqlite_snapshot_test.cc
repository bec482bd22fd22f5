// Snapshots: parts in, the same parts out, whole or not at all.
#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SnapshotHead Head(uint64_t seq) {
  SnapshotHead head;
  head.seq = Seq(seq);
  head.chain.fill(static_cast<uint8_t>(seq));
  return head;
}

class SqliteSnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.File("books.vouch");
    store_ = MustOpen(path_);
    ASSERT_NE(store_, nullptr);
  }
  absl::Status WriteParts(const SnapshotHead& head,
                          const std::vector<std::string>& parts) {
    return store_->WriteSnapshot(head, [&](SnapshotPart add) {
      for (const std::string& part : parts) {
        const absl::Status status = add(part);
        if (!status.ok()) return status;
      }
      return absl::OkStatus();
    });
  }
  std::vector<std::string> ReadParts(std::optional<SnapshotHead>* head) {
    std::vector<std::string> parts;
    const absl::Status status =
        store_->ReadSnapshot(head, [&](std::string_view part) {
          parts.emplace_back(part);
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    return parts;
  }

  TempFolder folder_;
  std::string path_;
  std::unique_ptr<Store> store_;
};

TEST_F(SqliteSnapshotTest, NoneAtFirst) {
  std::optional<SnapshotHead> head = Head(1);
  EXPECT_THAT(ReadParts(&head), IsEmpty());
  EXPECT_FALSE(head.has_value());
}

TEST_F(SqliteSnapshotTest, PartsComeBackAsTheyWereWritten) {
  ASSERT_TRUE(
      WriteParts(Head(7), {"one", "", std::string("\0two", 4), "three"}).ok());
  store_.reset();
  store_ = MustOpen(path_);
  std::optional<SnapshotHead> head;
  EXPECT_THAT(ReadParts(&head),
              ElementsAre("one", "", std::string("\0two", 4), "three"));
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->seq, Seq(7));
  EXPECT_EQ(head->chain, Head(7).chain);
}

TEST_F(SqliteSnapshotTest, WithoutPartsIsOneToo) {
  ASSERT_TRUE(WriteParts(Head(3), {}).ok());
  std::optional<SnapshotHead> head;
  EXPECT_THAT(ReadParts(&head), IsEmpty());
  EXPECT_TRUE(head.has_value());
}

TEST_F(SqliteSnapshotTest, SmallPartsAreGatheredAndLargeOnesAreNotParted) {
  // A row holds 1 MiB of parts, each with 4 bytes for its length.
  std::vector<std::string> parts(40, std::string(100'000, 'a'));
  parts.push_back(std::string(3 << 20, 'b'));
  parts.push_back("c");
  ASSERT_TRUE(WriteParts(Head(9), parts).ok());
  std::optional<SnapshotHead> head;
  EXPECT_EQ(ReadParts(&head), parts);
  // 10 parts of 100,004 bytes fit; the large one stands alone.
  EXPECT_THAT(
      Raw(path_).Rows("SELECT length(bytes) FROM snapshot"),
      ElementsAre("1000040", "1000040", "1000040", "1000040", "3145732", "5"));
}

TEST_F(SqliteSnapshotTest, NextOneReplacesTheLast) {
  ASSERT_TRUE(WriteParts(Head(1), {std::string(3 << 20, 'x'), "y"}).ok());
  ASSERT_TRUE(WriteParts(Head(2), {"z"}).ok());
  std::optional<SnapshotHead> head;
  EXPECT_THAT(ReadParts(&head), ElementsAre("z"));
  EXPECT_EQ(head->seq, Seq(2));
  EXPECT_EQ(Raw(path_).One("SELECT count(*) FROM snapshot"), "1");
}

TEST_F(SqliteSnapshotTest, OneThatFailsLeavesTheLast) {
  ASSERT_TRUE(WriteParts(Head(1), {"kept"}).ok());
  const absl::Status status =
      store_->WriteSnapshot(Head(2), [](SnapshotPart add) {
        EXPECT_TRUE(add(std::string(3 << 20, 'x')).ok());
        return absl::CancelledError("no more");
      });
  EXPECT_EQ(status, absl::CancelledError("no more"));
  std::optional<SnapshotHead> head;
  EXPECT_THAT(ReadParts(&head), ElementsAre("kept"));
  EXPECT_EQ(head->seq, Seq(1));
}

TEST_F(SqliteSnapshotTest, ErrorOfTheReaderIsPassedOn) {
  ASSERT_TRUE(WriteParts(Head(1), {"a", "b"}).ok());
  std::optional<SnapshotHead> head;
  int count = 0;
  const absl::Status status =
      store_->ReadSnapshot(&head, [&](std::string_view) {
        ++count;
        return absl::CancelledError("enough");
      });
  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(count, 1);
  EXPECT_FALSE(head.has_value());
}

}  // namespace
}  // namespace store_test

VOUCH_NAMESPACE_END

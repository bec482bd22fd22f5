// Erasing, copying, compacting, checking.
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SqliteCareTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.File("books.vouch");
    store_ = MustOpen(path_);
    ASSERT_NE(store_, nullptr);
  }

  // Names of several programs by turns, in batches, so that pages split.
  static constexpr uint64_t kNames = 3000;
  static std::string CustomerName(uint64_t n) {
    return absl::StrFormat("customer-%05d-%s", n, std::string(n % 90, 'x'));
  }
  static std::string VisitorName(uint64_t n) {
    return absl::StrFormat("visitor-%05d", n);
  }
  static ProgramIndex ProgramOf(uint64_t n) {
    return ProgramIndex(static_cast<uint32_t>(n % 3 + 1));
  }
  void WriteNames() {
    for (uint64_t first = 1; first <= kNames; first += 100) {
      std::vector<std::string> texts;
      for (uint64_t n = first; n < first + 100; ++n) {
        texts.push_back(CustomerName(n));
        texts.push_back(VisitorName(n));
      }
      Books books;
      for (uint64_t i = 0; i < 100; ++i) {
        const uint64_t n = first + i;
        books.customers.push_back({ProgramOf(n), n, texts[2 * i]});
        books.visitors.push_back({ProgramOf(n), n, texts[2 * i + 1]});
      }
      ASSERT_TRUE(store_->Write(books.Batch()).ok());
    }
  }
  absl::Status EraseOne(uint64_t n) {
    const CustomerNumber customer(n);
    const VisitorNumber visitor(n);
    return store_->Erase(ProgramOf(n), absl::MakeConstSpan(&customer, 1),
                         absl::MakeConstSpan(&visitor, 1));
  }
  // Everything that the store has on disk.
  std::string Disk() const {
    return BytesOf(path_) + BytesOf(path_ + "-wal") + BytesOf(path_ + "-shm") +
           BytesOf(path_ + "-writer");
  }

  TempFolder folder_;
  std::string path_;
  std::unique_ptr<Store> store_;
};

TEST_F(SqliteCareTest, ErasedNamesAreNowhereOnDisk) {
  WriteNames();
  ASSERT_GT(std::stoi(Raw(path_).One("PRAGMA page_count")), 50);
  ASSERT_TRUE(absl::StrContains(Disk(), CustomerName(1)));
  // Both ends, the middle, and whole stretches, in which pages run empty.
  std::vector<uint64_t> gone = {1, kNames, kNames / 2};
  for (uint64_t n = 1000; n < 1120; ++n) gone.push_back(n);
  for (uint64_t n = 2000; n < 2090; n += 3) gone.push_back(n);
  for (const uint64_t n : gone) {
    ASSERT_TRUE(EraseOne(n).ok()) << n;
  }
  const std::string disk = Disk();
  for (const uint64_t n : gone) {
    EXPECT_FALSE(absl::StrContains(disk, absl::StrFormat("customer-%05d", n)));
    EXPECT_FALSE(absl::StrContains(disk, VisitorName(n))) << n;
  }
  EXPECT_TRUE(absl::StrContains(disk, CustomerName(999)));
  EXPECT_TRUE(absl::StrContains(disk, VisitorName(2001)));
  EXPECT_THAT(NamesOf(store_.get()), SizeIs(2 * (kNames - gone.size())));
}

TEST_F(SqliteCareTest, ErasingKeepsEverythingElse) {
  ASSERT_TRUE(store_->Write(Shop().Batch()).ok());
  const CustomerNumber customer(2);
  const VisitorNumber visitor(1);
  ASSERT_TRUE(store_
                  ->Erase(ProgramIndex(1), absl::MakeConstSpan(&customer, 1),
                          absl::MakeConstSpan(&visitor, 1))
                  .ok());
  EXPECT_THAT(NamesOf(store_.get()), ElementsAre("1 1 'c-1'"));
  FeedQuery query;
  query.limit = 100;
  EXPECT_EQ(FeedOf(store_.get(), query), DescribeAll(Shop().feed));
  // The number is not given to another.
  Books again;
  again.customers = {{ProgramIndex(1), 2, "c-2"}};
  EXPECT_FALSE(store_->Write(again.Batch()).ok());
  store_.reset();
  store_ = MustOpen(path_);
  EXPECT_THAT(NamesOf(store_.get()), ElementsAre("1 1 'c-1'"));
}

TEST_F(SqliteCareTest, ReaderKeepsOldPagesUntilErasedAgain) {
  WriteNames();
  // A program that reads, and takes its time.
  Raw reader(path_);
  reader.Run("BEGIN");
  ASSERT_EQ(reader.One("SELECT count(*) FROM customers"), absl::StrCat(kNames));
  const absl::Status status = EraseOne(7);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("until erase is called again while nobody reads"));
  EXPECT_THAT(NamesOf(store_.get()), SizeIs(2 * (kNames - 1)));
  EXPECT_TRUE(absl::StrContains(Disk(), CustomerName(7)));
  reader.Run("COMMIT");
  EXPECT_TRUE(EraseOne(7).ok());
  EXPECT_FALSE(absl::StrContains(Disk(), CustomerName(7)));
}

TEST_F(SqliteCareTest, ErasingWhoIsNotThereIsDone) {
  EXPECT_TRUE(EraseOne(7).ok());
  EXPECT_TRUE(store_->Erase(ProgramIndex(1), {}, {}).ok());
}

TEST_F(SqliteCareTest, BackupIsAWholeFile) {
  ASSERT_TRUE(store_->Write(Shop().Batch()).ok());
  const std::string copy = folder_.File("copy.vouch");
  ASSERT_TRUE(store_->Backup(copy).ok());
  EXPECT_FALSE(std::filesystem::exists(copy + "-journal"));
  const std::unique_ptr<Store> opened = MustOpen(copy);
  FeedQuery query;
  query.limit = 100;
  EXPECT_EQ(FeedOf(opened.get(), query), DescribeAll(Shop().feed));
  std::vector<std::string> problems;
  EXPECT_TRUE(opened->CheckMedium(&problems).ok());
  EXPECT_THAT(problems, IsEmpty());
  // It is a store like any other, apart from the first.
  Books more;
  more.customers = {{ProgramIndex(1), 3, "c-3"}};
  EXPECT_TRUE(opened->Write(more.Batch()).ok());
  EXPECT_THAT(NamesOf(store_.get()), SizeIs(3));
}

TEST_F(SqliteCareTest, BackupOfAHandleThatReads) {
  ASSERT_TRUE(store_->Write(Shop().Batch()).ok());
  const std::unique_ptr<Store> reader = MustOpen(path_, true);
  ASSERT_TRUE(reader->Backup(folder_.File("copy.vouch")).ok());
  EXPECT_THAT(NamesOf(MustOpen(folder_.File("copy.vouch")).get()), SizeIs(3));
}

TEST_F(SqliteCareTest, BackupRefusesWhatIsThereAndWhatCannotBe) {
  const std::string copy = folder_.File("copy.vouch");
  std::ofstream(copy) << "mine";
  EXPECT_EQ(store_->Backup(copy),
            absl::AlreadyExistsError(copy + ": is there already"));
  EXPECT_EQ(BytesOf(copy), "mine");
  const std::string empty = folder_.File("empty");
  std::ofstream(empty).close();
  EXPECT_EQ(store_->Backup(empty).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->Backup(path_).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->Backup("").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(store_->Backup(folder_.File("none/copy")).code(),
            absl::StatusCode::kUnavailable);
}

// While a writer goes on, another handle's copy is one moment of it.
TEST_F(SqliteCareTest, BackupWhileWritingIsOneMoment) {
  WriteNames();
  const std::unique_ptr<Store> reader = MustOpen(path_, true);
  std::thread writing([this] {
    for (uint64_t n = 1; n <= 200; ++n) {
      const std::string id = absl::StrCat("e-", n);
      Books books;
      LogRow event;
      event.seq = Seq(n);
      event.program = ProgramIndex(1);
      event.event_id = id;
      event.kind = "payment";
      books.log = {event};
      books.Feed(Earned(PartnerIndex(1), {event.seq, 1}, "p", 1, 1, Day(1)));
      books.accounts = {{ProgramIndex(1),
                         PartnerIndex(1),
                         Eur(),
                         {static_cast<int64_t>(n), 0, 0, 0}}};
      ASSERT_TRUE(store_->Write(books.Batch()).ok());
    }
  });
  for (int i = 0; i < 5; ++i) {
    const std::string copy = folder_.File(absl::StrCat("copy", i));
    const absl::Status status = reader->Backup(copy);
    ASSERT_TRUE(status.ok()) << status;
    Raw raw(copy);
    EXPECT_EQ(raw.One("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(raw.One("SELECT (SELECT count(*) FROM log) = (SELECT count(*)"
                      " FROM accruals) AND (SELECT count(*) FROM log) ="
                      " (SELECT total(pending_minor) FROM balances)"),
              "1");
    EXPECT_EQ(raw.One("SELECT count(*) FROM customers"), absl::StrCat(kNames));
  }
  writing.join();
}

TEST_F(SqliteCareTest, CompactGivesRoomBack) {
  ASSERT_TRUE(store_->Write(Shop().Batch()).ok());
  const auto write = [&](std::size_t bytes) {
    return store_->WriteSnapshot({Seq(1), {}}, [&](SnapshotPart add) {
      return add(std::string(bytes, 'x'));
    });
  };
  ASSERT_TRUE(write(2 << 20).ok());
  ASSERT_TRUE(write(1).ok());
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_LT(std::filesystem::file_size(path_), 400'000u);
  EXPECT_EQ(std::filesystem::file_size(path_ + "-wal"), 0u);
  FeedQuery query;
  query.limit = 100;
  EXPECT_EQ(FeedOf(store_.get(), query), DescribeAll(Shop().feed));
  Books more;
  more.customers = {{ProgramIndex(1), 3, "c-3"}};
  EXPECT_TRUE(store_->Write(more.Batch()).ok());
}

TEST_F(SqliteCareTest, CompactTellsOfAReaderThatKeepsTheRoom) {
  ASSERT_TRUE(store_->Write(Shop().Batch()).ok());
  Raw reader(path_);
  reader.Run("BEGIN");
  ASSERT_EQ(reader.One("SELECT count(*) FROM log"), "10");
  EXPECT_EQ(store_->Compact().code(), absl::StatusCode::kUnavailable);
  reader.Run("COMMIT");
  EXPECT_TRUE(store_->Compact().ok());
}

TEST_F(SqliteCareTest, ErasedNamesStayAwayThroughCompact) {
  WriteNames();
  for (uint64_t n = 100; n < 160; ++n) ASSERT_TRUE(EraseOne(n).ok());
  ASSERT_TRUE(store_->Compact().ok());
  for (uint64_t n = 160; n < 170; ++n) ASSERT_TRUE(EraseOne(n).ok());
  const std::string disk = Disk();
  for (uint64_t n = 100; n < 170; ++n) {
    EXPECT_FALSE(absl::StrContains(disk, absl::StrFormat("customer-%05d", n)));
  }
}

TEST_F(SqliteCareTest, CheckMediumFindsAFlippedPage) {
  WriteNames();
  std::vector<std::string> problems;
  ASSERT_TRUE(store_->CheckMedium(&problems).ok());
  EXPECT_THAT(problems, IsEmpty());
  store_.reset();
  std::string bytes = BytesOf(path_);
  const std::string root = Raw(path_).One(
      "SELECT rootpage FROM sqlite_schema WHERE name = 'customers'");
  bytes[(std::stoul(root) - 1) * 4096] = '\x7f';  // the kind of the page
  std::ofstream(path_, std::ios::binary) << bytes;
  store_ = MustOpen(path_);
  ASSERT_TRUE(store_->CheckMedium(&problems).ok());
  EXPECT_FALSE(problems.empty());
}

}  // namespace
}  // namespace store_test

VOUCH_NAMESPACE_END

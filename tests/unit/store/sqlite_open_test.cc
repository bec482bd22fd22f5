// Who may open what, and how.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/match.h"
#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class SqliteOpenTest : public testing::Test {
 protected:
  void SetUp() override { path_ = folder_.File("books.vouch"); }

  absl::Status Open(const SqliteOptions& options = {}) {
    return OpenSqliteStore(path_, options).status();
  }
  absl::Status OpenReader() {
    SqliteOptions options;
    options.read_only = true;
    return Open(options);
  }

  TempFolder folder_;
  std::string path_;
};

TEST_F(SqliteOpenTest, MakesOneFileThatSaysWhatItIs) {
  MustOpen(path_);
  Raw raw(path_);
  EXPECT_EQ(raw.One("PRAGMA application_id"), "1448039747");  // "VOUC"
  EXPECT_EQ(raw.One("PRAGMA user_version"), "1");
  EXPECT_EQ(raw.One("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(raw.One("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                    " AND sql NOT LIKE '%STRICT%'"),
            "0");
}

TEST_F(SqliteOpenTest, LastHandleLeavesTheFileAndAnEmptyLock) {
  ASSERT_TRUE(MustOpen(path_)->Write(Shop().Batch()).ok());
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(path_ + "-shm"));
  EXPECT_EQ(std::filesystem::file_size(path_ + "-writer"), 0u);
}

TEST_F(SqliteOpenTest, RefusesOptionsAndPathsThatCannotBe) {
  SqliteOptions options;
  options.cache_bytes = 65535;
  EXPECT_EQ(Open(options),
            absl::InvalidArgumentError("cache_bytes: below 64 KiB"));
  options = SqliteOptions();
  options.checkpoint_pages = 0;
  EXPECT_EQ(Open(options),
            absl::InvalidArgumentError("checkpoint_pages: below 1"));
  options = SqliteOptions();
  options.vfs = "no-such-vfs";
  EXPECT_EQ(Open(options),
            absl::InvalidArgumentError("vfs: there is none of that name"));
  for (const std::string& path :
       {std::string(), std::string(":memory:"), std::string("file:x?mode=ro"),
        std::string("a\0b", 3)}) {
    EXPECT_EQ(OpenSqliteStore(path, {}).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteOpenTest, TakesAVfsByItsName) {
  SqliteOptions options;
  options.vfs = sqlite3_vfs_find(nullptr)->zName;
  EXPECT_TRUE(Open(options).ok());
}

TEST_F(SqliteOpenTest, FolderThatIsNotThere) {
  path_ = folder_.File("none/books.vouch");
  EXPECT_EQ(Open().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(OpenReader().code(), absl::StatusCode::kNotFound);
}

TEST_F(SqliteOpenTest, SecondWriterInTheSameProcessIsRefused) {
  const std::unique_ptr<Store> first = MustOpen(path_);
  EXPECT_EQ(Open(), absl::FailedPreconditionError(
                        path_ + ": another engine has it open for writing"));
  EXPECT_TRUE(first->Write(Shop().Batch()).ok());
}

TEST_F(SqliteOpenTest, SecondWriterThroughALinkIsRefused) {
  const std::unique_ptr<Store> first = MustOpen(path_);
  const std::string link = folder_.File("link.vouch");
  ASSERT_EQ(symlink(path_.c_str(), link.c_str()), 0);
  EXPECT_EQ(OpenSqliteStore(link, {}).status(),
            absl::FailedPreconditionError(
                link + ": another engine has it open for writing"));
}

TEST_F(SqliteOpenTest, WriterAfterTheFirstHasGone) {
  MustOpen(path_);
  EXPECT_TRUE(Open().ok());
}

// The child opens, says so and waits until it is killed.
TEST_F(SqliteOpenTest, SecondWriterOfAnotherProcessIsRefusedUntilItDies) {
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto store = OpenSqliteStore(path_, {});
    const bool written = store.ok() && (*store)->Write(Shop().Batch()).ok();
    const char answer = written ? '1' : '0';
    if (write(told[1], &answer, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char answer = '0';
  ASSERT_EQ(read(told[0], &answer, 1), 1);
  EXPECT_EQ(answer, '1');
  EXPECT_EQ(Open(), absl::FailedPreconditionError(
                        path_ + ": another engine has it open for writing"));
  EXPECT_EQ(NamesOf(MustOpen(path_, true).get()).size(), 3u);

  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  const std::unique_ptr<Store> after = MustOpen(path_);
  EXPECT_EQ(NamesOf(after.get()).size(), 3u);
  close(told[0]);
  close(told[1]);
}

TEST_F(SqliteOpenTest, ReaderOfNothingIsTold) {
  EXPECT_EQ(OpenReader(),
            absl::NotFoundError(path_ + ": there is no such file"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  std::ofstream(path_).close();
  EXPECT_EQ(OpenReader(),
            absl::FailedPreconditionError(path_ + ": holds no books yet"));
  EXPECT_EQ(std::filesystem::file_size(path_), 0u);
}

TEST_F(SqliteOpenTest, EmptyFileBecomesOne) {
  std::ofstream(path_).close();
  EXPECT_TRUE(Open().ok());
  EXPECT_EQ(Raw(path_).One("PRAGMA user_version"), "1");
}

TEST_F(SqliteOpenTest, ReaderReadsWithoutAWriter) {
  ASSERT_TRUE(MustOpen(path_)->Write(Shop().Batch()).ok());
  const std::string before = BytesOf(path_);
  const std::unique_ptr<Store> reader = MustOpen(path_, true);
  EXPECT_THAT(NamesOf(reader.get()), SizeIs(3));
  EXPECT_EQ(BytesOf(path_), before);
}

TEST_F(SqliteOpenTest, ReaderSeesWhatStandsInTheLogAloneAndLeavesItThere) {
  std::unique_ptr<Store> writer = MustOpen(path_);
  ASSERT_TRUE(writer->Write(Shop().Batch()).ok());
  const std::string file = BytesOf(path_);
  const std::string wal = BytesOf(path_ + "-wal");
  EXPECT_TRUE(absl::StrContains(wal, "inv-1"));
  {
    const std::unique_ptr<Store> reader = MustOpen(path_, true);
    EXPECT_THAT(NamesOf(reader.get()), SizeIs(3));
  }
  EXPECT_EQ(BytesOf(path_), file);
  EXPECT_EQ(BytesOf(path_ + "-wal"), wal);
}

TEST_F(SqliteOpenTest, ReaderOfOneMomentStaysThere) {
  const std::unique_ptr<Store> writer = MustOpen(path_);
  ASSERT_TRUE(writer->Write(Shop().Batch()).ok());
  SqliteOptions options;
  options.one_moment = true;
  EXPECT_EQ(Open(options),
            absl::InvalidArgumentError("one_moment: is for reading only"));
  options.read_only = true;
  auto opened = OpenSqliteStore(path_, options);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const std::unique_ptr<Store> still = *std::move(opened);
  const std::unique_ptr<Store> moving = MustOpen(path_, true);

  Books more = Shop();
  more.Event("e-11", "clock", Day(50));
  StoreBatch batch;
  batch.log = absl::MakeConstSpan(more.log).subspan(10);
  ASSERT_TRUE(writer->Write(batch).ok());
  for (Store* store : {still.get(), moving.get()}) {
    const uint64_t last = store == still.get() ? 10 : 11;
    StoreHead head;
    ASSERT_TRUE(store->ReadHead(&head).ok());
    EXPECT_EQ(head.last_seq, Seq(last));
    LogPage page;
    ASSERT_TRUE(store->ReadLog(Seq(), 100, &page).ok());
    EXPECT_THAT(page.rows(), SizeIs(last));
    FeedQuery query;
    query.limit = 100;
    EXPECT_EQ(FeedOf(store, query), DescribeAll(Shop().feed));
  }
}

TEST_F(SqliteOpenTest, ReaderWritesNothing) {
  const std::unique_ptr<Store> writer = MustOpen(path_);
  const std::unique_ptr<Store> reader = MustOpen(path_, true);
  const absl::Status refused =
      absl::FailedPreconditionError(path_ + ": is open for reading only");
  EXPECT_EQ(reader->Write(Shop().Batch()), refused);
  EXPECT_EQ(reader->WriteRevision({Seq(1), 1, "2024a"}), refused);
  EXPECT_EQ(reader->WriteSnapshot(
                SnapshotHead(), [](SnapshotPart) { return absl::OkStatus(); }),
            refused);
  EXPECT_EQ(reader->Erase(ProgramIndex(1), {}, {}), refused);
  EXPECT_EQ(reader->Compact(), refused);
}

TEST_F(SqliteOpenTest, ReaderSeesWholeBatchesAsTheyCome) {
  const std::unique_ptr<Store> writer = MustOpen(path_);
  const std::unique_ptr<Store> reader = MustOpen(path_, true);
  // Each batch adds one event with `seq` rows; the reader reads all the while.
  constexpr uint64_t kBatches = 60;
  std::thread writing([&] {
    Books books;
    for (uint64_t n = 1; n <= kBatches; ++n) {
      Books batch;
      books.Event("e", "payment", Day(0));
      LogRow event = books.log.back();
      const std::string id = absl::StrCat("e-", n);
      event.event_id = id;
      batch.log = {event};
      for (uint32_t i = 1; i <= 7; ++i) {
        batch.Feed(Earned(PartnerIndex(1), {event.seq, i}, "p", 1, 1, Day(1)));
      }
      batch.accounts = {{ProgramIndex(1),
                         PartnerIndex(1),
                         Eur(),
                         {static_cast<int64_t>(7 * n), 0, 0, 0}}};
      batch.program_accounts = {
          {ProgramIndex(1), Eur(), -static_cast<int64_t>(7 * n)}};
      ASSERT_TRUE(writer->Write(batch.Batch()).ok());
    }
  });
  uint64_t seen = 0;
  while (seen < kBatches) {
    FeedRows rows;
    FeedQuery query;
    query.limit = 10000;
    ASSERT_TRUE(reader->ReadFeed(query, &rows).ok());
    ASSERT_EQ(rows.rows().size() % 7, 0u);
    ASSERT_GE(rows.rows().size() / 7, seen);
    seen = rows.rows().size() / 7;
    int64_t sum = 0;
    ASSERT_TRUE(
        reader
            ->ReadAccounts(
                [&](const AccountRow& row) { sum += row.balances.Sum(); },
                [&](const ProgramAccountRow& row) { sum += row.expense_minor; })
            .ok());
    ASSERT_EQ(sum, 0);
  }
  writing.join();
}

TEST_F(SqliteOpenTest, ForeignFileIsRefusedAndLeftAsItWas) {
  for (const char* mode : {"delete", "wal"}) {
    path_ = folder_.File(mode);
    {
      Raw raw(path_);
      raw.Run(absl::StrCat("PRAGMA journal_mode=", mode));
      ASSERT_EQ(raw.Run("CREATE TABLE accruals(x); INSERT INTO accruals "
                        "VALUES(1)"),
                SQLITE_OK);
    }
    const std::string before = BytesOf(path_);
    const absl::Status status = Open();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("is not a file of Vouch: its application_id is 0"));
    EXPECT_EQ(OpenReader().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(BytesOf(path_), before);
    EXPECT_FALSE(std::filesystem::exists(path_ + "-writer"));
  }
}

TEST_F(SqliteOpenTest, ForeignLogIsNotMovedIntoItsFile) {
  Raw raw(path_);
  raw.Run("PRAGMA journal_mode=wal");
  raw.Run("CREATE TABLE t(x)");
  // As a crash would leave them.
  const std::string copy = folder_.File("crashed");
  std::filesystem::copy(path_, copy);
  std::filesystem::copy(path_ + "-wal", copy + "-wal");
  path_ = copy;
  const std::string before = BytesOf(path_);
  EXPECT_EQ(Open().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(BytesOf(path_), before);
}

TEST_F(SqliteOpenTest, FileThatIsNoDatabaseIsRefusedAndLeftAsItWas) {
  const std::string text(5000, 'x');
  std::ofstream(path_) << text;
  EXPECT_EQ(Open().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenReader().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(BytesOf(path_), text);
}

TEST_F(SqliteOpenTest, NewerSchemaIsRefused) {
  MustOpen(path_);
  ASSERT_EQ(Raw(path_).Run("PRAGMA user_version=7"), SQLITE_OK);
  const absl::Status newer = absl::FailedPreconditionError(
      path_ + ": has schema version 7, and this library knows none after 1");
  EXPECT_EQ(Open(), newer);
  EXPECT_EQ(OpenReader(), newer);
  EXPECT_EQ(Raw(path_).One("PRAGMA user_version"), "7");
}

TEST_F(SqliteOpenTest, LostSchemaVersionIsDamage) {
  MustOpen(path_);
  ASSERT_EQ(Raw(path_).Run("PRAGMA user_version=0"), SQLITE_OK);
  EXPECT_EQ(Open().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SqliteOpenTest, ChangedSchemaIsDamageAndMoreIsNot) {
  MustOpen(path_);
  ASSERT_EQ(Raw(path_).Run("CREATE VIEW mine AS SELECT * FROM accruals;"
                           "CREATE INDEX more ON decisions(customer)"),
            SQLITE_OK);
  EXPECT_TRUE(Open().ok());
  ASSERT_EQ(Raw(path_).Run("DROP INDEX entries_by_partner"), SQLITE_OK);
  EXPECT_EQ(Open(),
            absl::DataLossError(path_ + ": entries_by_partner is missing"));
  ASSERT_EQ(Raw(path_).Run(
                "CREATE INDEX entries_by_partner ON entries(partner, seq)"),
            SQLITE_OK);
  const absl::Status changed =
      absl::DataLossError(path_ + ": entries_by_partner is not as it was made");
  EXPECT_EQ(Open(), changed);
  EXPECT_EQ(OpenReader(), changed);
}

TEST_F(SqliteOpenTest, TriggersOfOthersDoNotRun) {
  MustOpen(path_);
  ASSERT_EQ(Raw(path_).Run("CREATE TRIGGER more AFTER INSERT ON log BEGIN"
                           " DELETE FROM accruals; END"),
            SQLITE_OK);
  const std::unique_ptr<Store> store = MustOpen(path_);
  ASSERT_TRUE(store->Write(Shop().Batch()).ok());
  Books more = Shop();
  more.Event("e-11", "clock", Day(50));
  StoreBatch batch;
  batch.log = absl::MakeConstSpan(more.log).subspan(10);
  ASSERT_TRUE(store->Write(batch).ok());
  EXPECT_EQ(Raw(path_).One("SELECT count(*) FROM accruals"), "4");
}

}  // namespace
}  // namespace store_test

VOUCH_NAMESPACE_END

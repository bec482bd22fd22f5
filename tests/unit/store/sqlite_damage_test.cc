// What somebody or something changed in the file is noticed, and named.
#include <ostream>
#include <string>

#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {
namespace {

// One change, and what reading everything says then.
struct Damage {
  const char* sql;
  const char* message;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.sql; }

// Reads everything; the first error.
absl::Status ReadEverything(const std::string& path) {
  SqliteOptions options;
  options.read_only = true;
  const auto opened = OpenSqliteStore(path, options);
  if (!opened.ok()) return opened.status();
  Store& store = **opened;
  StoreHead head;
  absl::Status status = store.ReadHead(&head);
  const auto name = [](const NameRow&) { return absl::OkStatus(); };
  status.Update(store.ReadNames(name, name));
  status.Update(store.ReadRevisions([](const RevisionRow&) {}));
  LogPage page;
  status.Update(store.ReadLog(Seq(), 1000, &page));
  FeedRows feed;
  FeedQuery query;
  query.limit = 1000;
  status.Update(store.ReadFeed(query, &feed));
  DecidedRows decisions;
  status.Update(store.ReadDecisions(Seq(), 1000, &decisions));
  status.Update(store.ReadPartners([](const PartnerRow&) {}));
  status.Update(store.ReadAccounts([](const AccountRow&) {},
                                   [](const ProgramAccountRow&) {}));
  std::optional<SnapshotHead> snapshot;
  status.Update(store.ReadSnapshot(
      &snapshot, [](std::string_view) { return absl::OkStatus(); }));
  return status;
}

class SqliteDamageTest : public testing::TestWithParam<Damage> {
 protected:
  void SetUp() override {
    path_ = folder_.File("books.vouch");
    const std::unique_ptr<Store> store = MustOpen(path_);
    ASSERT_TRUE(store->Write(Shop().Batch()).ok());
    ASSERT_TRUE(store->WriteRevision({Seq(1), 1, "2024a"}).ok());
    ASSERT_TRUE(
        store
            ->WriteSnapshot({Seq(10), {}},
                            [](SnapshotPart part) { return part("state"); })
            .ok());
  }

  TempFolder folder_;
  std::string path_;
};

TEST_P(SqliteDamageTest, IsNoticed) {
  ASSERT_EQ(ReadEverything(path_), absl::OkStatus());
  ASSERT_EQ(Raw(path_).Run(GetParam().sql), SQLITE_OK);
  EXPECT_EQ(ReadEverything(path_), absl::DataLossError(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Names, SqliteDamageTest,
    testing::Values(
        Damage{"UPDATE programs SET program_id = 'shoq'",
               "programs[1].check_bytes: does not fit the name"},
        Damage{"UPDATE programs SET check_bytes = x'00'",
               "programs[1].check_bytes: has a wrong size"},
        Damage{"UPDATE customers SET customer_id = 'c-3' WHERE customer = 2",
               "customers[1,2].check_bytes: does not fit the name"},
        Damage{"UPDATE customers SET customer = 9 WHERE customer = 2",
               "customers[1,9].check_bytes: does not fit the name"},
        Damage{"UPDATE customers SET customer_id = NULL WHERE customer = 2",
               "customers[1,2].check_bytes: does not fit the name"},
        Damage{"UPDATE customers SET check_bytes = NULL WHERE customer = 2",
               "customers[1,2].check_bytes: missing"},
        Damage{"UPDATE visitors SET program = 0",
               "visitors[0,1].program: out of range"},
        Damage{"INSERT INTO visitors SELECT * FROM customers WHERE customer=2",
               "visitors[1,2].check_bytes: does not fit the name"},
        Damage{"UPDATE revisions SET semantics_revision = 2",
               "revisions[1].check_bytes: does not fit the row"},
        Damage{"UPDATE revisions SET time_zone_version = '2024b'",
               "revisions[1].check_bytes: does not fit the row"}));

INSTANTIATE_TEST_SUITE_P(
    Log, SqliteDamageTest,
    testing::Values(
        Damage{"UPDATE log SET program = -1 WHERE seq = 3",
               "log[3].program: out of range"},
        Damage{"UPDATE log SET content = x'00' WHERE seq = 3",
               "log[3].content: has a wrong size"},
        Damage{"UPDATE log SET chain = zeroblob(33) WHERE seq = 3",
               "log[3].chain: has a wrong size"},
        Damage{"UPDATE log SET event_id = CAST(x'ff' AS TEXT) WHERE seq = 3",
               "log[3].event_id: is not UTF-8"},
        Damage{"UPDATE log SET time_us = 9223372036854775807 WHERE seq = 3",
               "log[3].time_us: out of range"}));

INSTANTIATE_TEST_SUITE_P(
    Feed, SqliteDamageTest,
    testing::Values(
        Damage{"DELETE FROM log WHERE seq = 6",
               "log[6]: missing, the feed has it"},
        Damage{"UPDATE entries SET program = 2 WHERE seq = 7",
               "feed[7,1].program: not that of the event"},
        Damage{"UPDATE entries SET place = 1 WHERE seq = 6",
               "feed[6,1]: stands in two tables"},
        Damage{"UPDATE accruals SET place = 0 WHERE seq = 6",
               "accruals[6,0].place: out of range"},
        Damage{"UPDATE accruals SET partner = 4294967296 WHERE seq = 6",
               "accruals[6,1].partner: out of range"},
        Damage{"UPDATE accruals SET kind = 'BCCRUAL' WHERE seq = 6",
               "accruals[6,1].kind: no such word"},
        Damage{"UPDATE accruals SET source = '' WHERE seq = 6",
               "accruals[6,1].source: no such word"},
        Damage{"UPDATE accruals SET accrual_id = '6-01' WHERE seq = 6",
               "accruals[6,1].accrual_id: is no accrual's id"},
        Damage{"UPDATE accruals SET accrual_id = '0-1' WHERE seq = 6",
               "accruals[6,1].accrual_id: is no accrual's id"},
        Damage{"UPDATE accruals SET due_us = -9223372036854775808",
               "accruals[5,1].due_us: out of range"},
        Damage{"UPDATE accruals SET level = 4294967296 WHERE seq = 6",
               "accruals[6,1].level: out of range"},
        Damage{"UPDATE accruals SET currency = 'EVR' WHERE seq = 6",
               "accruals[6,1].currency: no such currency"},
        Damage{"UPDATE accruals SET phase = 'acquisition' WHERE seq = 6",
               "accruals[6,1].phase: no such word"},
        Damage{"UPDATE accruals SET customer = 0 WHERE seq = 6",
               "accruals[6,1].customer: out of range"},
        Damage{"UPDATE entries SET from_account = 'POCKET' WHERE seq = 8",
               "entries[8,2].from_account: no such word"},
        Damage{"UPDATE entries SET entry_place = -1 WHERE seq = 8",
               "entries[8,2].entry_place: out of range"},
        Damage{"UPDATE payouts SET state = 'LOST'",
               "payouts[9,2].state: no such word"}));

INSTANTIATE_TEST_SUITE_P(
    Books, SqliteDamageTest,
    testing::Values(
        Damage{"UPDATE decisions SET decided_by = 'DICE'",
               "decisions[5].decided_by: no such word"},
        Damage{"UPDATE decisions SET customer = 0",
               "decisions[5].customer: out of range"},
        Damage{"UPDATE decisions SET vendor_weight_ppb = 1000000001",
               "decisions[5].vendor_weight_ppb: out of range"},
        Damage{"UPDATE decisions SET vendor_weight_ppb = -1",
               "decisions[5].vendor_weight_ppb: out of range"},
        Damage{"UPDATE decisions SET binds = 2",
               "decisions[5].binds: out of range"},
        Damage{"UPDATE decisions SET bound_until_us = 9223372036854775807",
               "decisions[5].bound_until_us: out of range"},
        Damage{"UPDATE credits SET partner = 0",
               "credits[5,1].partner: out of range"},
        Damage{"UPDATE credits SET lead = 0",
               "credits[5,1].lead: out of range"},
        Damage{"UPDATE credits SET place = 2",
               "credits[5,2].place: leaves a place out"},
        Damage{"UPDATE credits SET channel = 'FAX'",
               "credits[5,1].channel: no such word"},
        Damage{"UPDATE partners SET status = 'GONE' WHERE partner = 2",
               "partners[1,2].status: no such word"},
        Damage{"UPDATE partners SET customer_share_ppb = -9000000000000",
               "partners[1,1].customer_share_ppb: out of range"},
        Damage{"UPDATE balances SET currency = 'xxx' WHERE partner = 2",
               "balances[1,2].currency: no such currency"},
        Damage{"UPDATE expenses SET program = 0",
               "expenses[0].program: out of range"}));

INSTANTIATE_TEST_SUITE_P(
    Snapshot, SqliteDamageTest,
    testing::Values(
        Damage{"UPDATE snapshot SET bytes = CAST(bytes || 'x' AS BLOB)",
               "snapshot[1].hash: does not fit the bytes"},
        Damage{"UPDATE snapshot SET place = 2",
               "snapshot[2].place: leaves a place out"},
        Damage{"DELETE FROM snapshot",
               "snapshot: has not the 1 rows of its head"},
        Damage{"DELETE FROM snapshot_head",
               "snapshot: has not the 0 rows of its head"},
        Damage{"INSERT INTO snapshot VALUES(2, x'', zeroblob(32))",
               "snapshot: has not the 1 rows of its head"},
        Damage{"UPDATE snapshot_head SET seq = 9",
               "snapshot_head[].hash: does not fit the head"},
        Damage{"UPDATE snapshot_head SET chain = zeroblob(31)",
               "snapshot_head[].chain: has a wrong size"}));

TEST(SqliteIndexDamageTest, IndexThatPointsElsewhereIsNoticed) {
  TempFolder folder;
  const std::string path = folder.File("books.vouch");
  ASSERT_TRUE(MustOpen(path)->Write(Shop().Batch()).ok());
  // The index's entry of e-5 then names seq 6, as no SQL can make it: the seq
  // is the byte behind the id.
  std::string bytes = BytesOf(path);
  const std::string root = Raw(path).One(
      "SELECT rootpage FROM sqlite_schema WHERE name = 'log_by_event'");
  const std::size_t begin = (std::stoul(root) - 1) * 4096;
  const std::size_t seq = bytes.find("e-5", begin) + 3;
  ASSERT_LT(seq, begin + 4096);
  ASSERT_EQ(bytes[seq], 5);
  bytes[seq] = 6;
  std::ofstream(path, std::ios::binary) << bytes;

  const std::unique_ptr<Store> store = MustOpen(path);
  const std::vector<EventKey> keys = {{ProgramIndex(1), "e-5"}};
  std::vector<std::optional<KnownEvent>> found;
  EXPECT_EQ(store->FindEvents(keys, &found),
            absl::DataLossError("log[6].event_id: is not what the index says"));
  std::vector<std::string> problems;
  EXPECT_TRUE(store->CheckMedium(&problems).ok());
  EXPECT_FALSE(problems.empty());
}

}  // namespace
}  // namespace store_test

VOUCH_NAMESPACE_END

// The store port on PostgreSQL (examples/own_database): the same books as in
// memory, in one transaction with the host's rows whatever ends the process.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/examples/own_database_fixture.h"
#include "vouch/report/statement.h"

namespace own_database {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using vouch::Engine;
using vouch::Event;
using vouch::Outcome;
using vouch::OutcomeKind;
using vouch::StoreBatch;
using vouch::testing_support::EventBox;
using vouch::testing_support::MakeHistory;

// ---------------------------------------------------------------------------
// The program

TEST_F(OwnDatabaseTest, ExamplePostsInvoicesAndAgrees) {
  const std::string command =
      std::string(VOUCH_OWN_DATABASE_PATH) + " \"" + conninfo() + "\" 2>&1";
  int code = -1;
  const std::string first = Shell(command, &code);
  EXPECT_EQ(code, 0) << first;
  EXPECT_THAT(
      first, AllOf(HasSubstr("inv-5: committed with what it earned\n"),
                   HasSubstr("inv-1: 120.00 EUR, earned 12.00\n"
                             "inv-2: 80.00 EUR, earned 8.00\n"
                             "inv-3: 50.00 EUR, earned 0.00\n"
                             "inv-4: 35.50 EUR, earned 3.55\n"
                             "inv-5: 200.00 EUR, earned 20.00\n"
                             "all invoices earned 43.55 EUR\n"
                             "every invoice has its payment, every payment its "
                             "invoice")));
  EXPECT_EQ(Int("SELECT count(*) FROM invoices"), 5);
  EXPECT_EQ(Int("SELECT sum(amount_minor)::bigint FROM vouch.accruals"), 4355);
  EXPECT_EQ(Int("SELECT (pending_minor + payable_minor) FROM vouch.balances"),
            4355);

  const std::string second = Shell(command, &code);
  EXPECT_EQ(code, 0) << second;
  EXPECT_THAT(second, AllOf(HasSubstr("inv-5: was there already\n"),
                            HasSubstr("all invoices earned 43.55 EUR\n")));
  EXPECT_EQ(Int("SELECT count(*) FROM vouch.accruals"), 4);
}

TEST_F(OwnDatabaseTest, ExampleSaysWhatIsWrong) {
  int code = -1;
  const std::string said = Shell(std::string(VOUCH_OWN_DATABASE_PATH) +
                                     " 'host=/nowhere-at-all dbname=none' 2>&1",
                                 &code);
  EXPECT_EQ(code, 1);
  EXPECT_THAT(said, HasSubstr("example_own_database: UNAVAILABLE: postgres: "));
}

// ---------------------------------------------------------------------------
// The same books as in memory

// What partners see, which is read through the feed of one partner.
std::string Statements(const Engine& engine) {
  std::string text;
  for (const auto& row : vouch::testing_support::BalancesOf(engine)) {
    text += vouch::StatementText(
        *engine.GetStatement(row.program_id, row.partner_id, vouch::kMinInstant,
                             vouch::kMaxInstant));
  }
  return text;
}

// The feed in pages of at most three rows, or an event.
std::string PagedFeed(const Engine& engine) {
  std::string text;
  vouch::Seq after;
  while (true) {
    const auto page = vouch::testing_support::OutputsOf(engine, after, 3);
    if (page.empty()) return text;
    for (const vouch::Output& row : page) {
      text += vouch::testing_support::RowText(row);
    }
    text += "--\n";
    after = page.back().seq;
  }
}

constexpr const char* kTables[] = {
    "programs", "customers", "visitors", "revisions", "log",
    "accruals", "entries",   "payouts",  "decisions", "credits",
    "partners", "balances",  "expenses"};

TEST_F(OwnDatabaseTest, GivesTheBooksOfAnEngineInMemory) {
  std::map<std::string, int64_t> rows;  // of each table, in all
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    const auto history = MakeHistory(seed);
    const std::vector<Event>& events = history.events;
    const auto reference = Engine::InMemory();
    ApplyInBatches(reference.get(), events, 0, events.size(), events.size());
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{7}, events.size()}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", size " << size);
      MakeBooks();
      auto engine = MustOpenEngine();
      ASSERT_NE(engine, nullptr);
      ApplyInBatches(engine.get(), events, 0, events.size() / 2, size);
      engine.reset();
      engine = MustOpenEngine();
      ASSERT_NE(engine, nullptr);
      ApplyInBatches(engine.get(), events, events.size() / 2, events.size(),
                     size);
      ASSERT_EQ(WholeText(*engine), WholeText(*reference));
      EXPECT_EQ(PagedFeed(*engine), PagedFeed(*reference));
      EXPECT_EQ(Statements(*engine), Statements(*reference));
      ExpectVerified(*engine);
      engine.reset();
      engine = MustOpenEngine();
      ASSERT_NE(engine, nullptr);
      ASSERT_EQ(WholeText(*engine), WholeText(*reference));
    }
    for (const char* table : kTables) {
      rows[table] += Int(absl::StrCat("SELECT count(*) FROM vouch.", table));
    }
  }
  for (const auto& [table, count] : rows) EXPECT_GT(count, 0) << table;
}

TEST_F(OwnDatabaseTest, NamesArePagedAndErasedForGood) {
  MakeBooks();
  EventBox box;
  const vouch::Instant at = *vouch::ParseInstant("2024-03-01T00:00:00Z");
  std::vector<Event> events = {
      {"p", "terms", at,
       box.Program(vouch::testing_support::PercentProgram("p", "10%"))}};
  // More than a page of names.
  for (int i = 1; i <= 10'500; ++i) {
    const std::string_view id = box.Text(absl::StrCat("customer-", i, "-x"));
    events.push_back({"p", id, at, EventBox::Signup(id)});
  }
  auto engine = MustOpenEngine();
  ASSERT_NE(engine, nullptr);
  ApplyInBatches(engine.get(), events, 0, events.size(), events.size());
  engine.reset();
  engine = MustOpenEngine();
  ASSERT_NE(engine, nullptr);
  // Known names get no new numbers.
  std::vector<Outcome> outcomes;
  const Event more{"p", "again", at, EventBox::Signup("customer-10500-x")};
  ASSERT_TRUE(engine->Apply({&more, 1}, &outcomes).ok());
  EXPECT_EQ(Int("SELECT count(*) FROM vouch.customers"), 10'500);

  ASSERT_TRUE(engine->Erase("p", "customer-77-x").ok());
  EXPECT_EQ(Int("SELECT count(*) FROM vouch.customers"), 10'499);
  EXPECT_EQ(engine->Erase("p", "customer-77-x").code(),
            absl::StatusCode::kNotFound);
  Do("CHECKPOINT");
  int code = -1;
  const std::string grep =
      "p=$(psql -XAt \"" + conninfo() +
      "\" -c \"SELECT pg_relation_filepath('vouch.customers')\") && grep -c ";
  const std::string file = " " + folder() + "/data/$p";
  EXPECT_EQ(Shell(grep + "customer-77-x" + file, &code), "0");
  EXPECT_NE(Shell(grep + "customer-78-x" + file, &code), "0");
  ExpectVerified(*engine);
}

// ---------------------------------------------------------------------------
// Both or neither

const Invoice& Paid() {
  static const Invoice* const kInvoice = new Invoice{
      "inv-1", "c-1", 12000, *vouch::ParseInstant("2024-03-02T12:00:00Z")};
  return *kInvoice;
}

// Each statement of a batch, and the commit itself, tells the client that it
// has begun (of the host's row: that it has ended, too).
constexpr char kTell[] = R"sql(
CREATE OR REPLACE FUNCTION vouch.tell() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN
    RAISE NOTICE '% % %', TG_NAME, TG_WHEN, TG_TABLE_NAME; RETURN NULL;
  END $$;
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT schemaname, tablename FROM pg_tables
           WHERE schemaname = 'vouch' OR tablename = 'invoices' LOOP
    EXECUTE format('CREATE TRIGGER told BEFORE INSERT ON %I.%I'
                   ' EXECUTE FUNCTION vouch.tell()', t.schemaname, t.tablename);
  END LOOP;
END $$;
CREATE TRIGGER told_after AFTER INSERT ON public.invoices
  EXECUTE FUNCTION vouch.tell();
CREATE CONSTRAINT TRIGGER told_commit AFTER INSERT ON public.invoices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION vouch.tell();
)sql";

// The process that is going to be killed.
struct Victim {
  int pipe = -1;
  int notices_left = 0;  // it stops at the last

  [[noreturn]] void StopAt(std::string point) {
    point.push_back('\n');
    if (write(pipe, point.data(), point.size()) < 0) _exit(1);
    while (true) pause();
  }
  static void Hear(void* self, const char* notice) {
    auto* victim = static_cast<Victim*>(self);
    if (--victim->notices_left > 0) return;
    std::string point(notice);
    point.erase(0, point.find_first_not_of(' ', sizeof("NOTICE:") - 1));
    point.resize(point.find('\n'));
    victim->StopAt(point);
  }
  [[noreturn]] void Run(const std::string& conninfo) {
    const absl::StatusOr<Connection> connection = Connect(conninfo);
    if (!connection.ok()) StopAt(connection.status().ToString());
    const auto shop = Shop::Open(connection->get());
    if (!shop.ok()) StopAt(shop.status().ToString());
    PQsetNoticeProcessor(connection->get(), Hear, this);
    const absl::StatusOr<bool> posted = (*shop)->Post(Paid());
    StopAt(posted.ok() ? "posted" : posted.status().ToString());
  }
};

// Posts the invoice in a process of its own, which is killed at its n-th
// notice; says where that was, "posted" when it had come to its end.
std::string PostAndKill(const std::string& conninfo, int n) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    Victim victim;
    victim.pipe = ends[1];
    victim.notices_left = n;
    victim.Run(conninfo);
  }
  close(ends[1]);
  std::string point;
  char c = 0;
  while (read(ends[0], &c, 1) == 1 && c != '\n') point.push_back(c);
  close(ends[0]);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return point;
}

void IgnoreNotice(void*, const char*) {}

class OwnDatabaseKillTest : public OwnDatabaseTest {
 protected:
  // A shop that has begun and has no invoice yet.
  void MakeShop() {
    Drop();
    const absl::Status made = Shop::CreateTables(connection_.get());
    ASSERT_TRUE(made.ok()) << made;
    ASSERT_NE(OpenShop(), nullptr);
  }
  std::unique_ptr<Shop> OpenShop() {
    auto shop = Shop::Open(connection_.get());
    EXPECT_TRUE(shop.ok()) << shop.status();
    return shop.ok() ? *std::move(shop) : nullptr;
  }
  // Until the server has seen that the other process has gone; bounded by the
  // connection's lock_timeout.
  void WaitForTheBooks() {
    const std::string lock = "(1448039747, 'vouch.log'::regclass::oid::int4)";
    Do("SELECT pg_advisory_lock" + lock);
    Do("SELECT pg_advisory_unlock" + lock);
  }
  // How many of the invoice's rows are there, each table once.
  std::vector<int64_t> Traces() {
    return {Int("SELECT count(*) FROM public.invoices"),
            Int("SELECT count(*) FROM vouch.log WHERE kind = 'payment'"),
            Int("SELECT count(*) FROM vouch.accruals"),
            Int("SELECT count(*) FROM vouch.decisions"),
            Int("SELECT count(*) FROM vouch.credits"),
            Int("SELECT count(*) FROM vouch.balances"),
            Int("SELECT count(*) FROM vouch.expenses")};
  }
  std::string Undisturbed() {
    MakeShop();
    const auto shop = OpenShop();
    const absl::StatusOr<bool> posted = shop->Post(Paid());
    EXPECT_TRUE(posted.ok() && *posted);
    EXPECT_THAT(Traces(), ElementsAre(1, 1, 1, 1, 1, 1, 1));
    return WholeText(shop->engine());
  }
};

TEST_F(OwnDatabaseKillTest, KilledAnywhereBothAreThereOrNeither) {
  PQsetNoticeProcessor(connection_.get(), IgnoreNotice, nullptr);
  const std::string undisturbed = Undisturbed();
  std::vector<std::string> points;
  do {
    MakeShop();
    Do(kTell);
    points.push_back(
        PostAndKill(conninfo(), static_cast<int>(points.size()) + 1));
    SCOPED_TRACE("killed at " + points.back());
    WaitForTheBooks();
    const bool kept =
        points.back() == "posted" ||
        points.back() == "told_commit AFTER invoices";  // COMMIT was on its way
    const int64_t count = kept ? 1 : 0;
    EXPECT_THAT(Traces(), testing::Each(count));
    const auto shop = OpenShop();
    ASSERT_NE(shop, nullptr);
    const absl::StatusOr<bool> again = shop->Post(Paid());
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, !kept);
    EXPECT_THAT(Traces(), testing::Each(1));
    EXPECT_EQ(WholeText(shop->engine()), undisturbed);
    ExpectVerified(shop->engine());
  } while (points.back() != "posted" && points.size() < 50);
  EXPECT_EQ(points.front(), "told BEFORE log");
  EXPECT_THAT(points, AllOf(Contains("told BEFORE accruals"),
                            Contains("told BEFORE expenses")));
  points.erase(points.begin(), points.end() - 4);
  EXPECT_THAT(points,
              ElementsAre("told BEFORE invoices", "told_after AFTER invoices",
                          "told_commit AFTER invoices", "posted"));
}

TEST_F(OwnDatabaseKillTest, HostsRowRefusedTakesVouchsRowsWithIt) {
  MakeShop();
  {
    const auto shop = OpenShop();
    Do("ALTER TABLE invoices ADD CONSTRAINT small CHECK (amount_minor < 9000)");
    const absl::StatusOr<bool> posted = shop->Post(Paid());
    EXPECT_EQ(posted.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(posted.status().ToString(), HasSubstr("small"));
    // It answers nothing more, for it is ahead of the store.
    EXPECT_EQ(shop->engine().Accounts().status(), posted.status());
  }
  EXPECT_THAT(Traces(), testing::Each(0));
  Do("ALTER TABLE invoices DROP CONSTRAINT small");
  const auto shop = OpenShop();
  ASSERT_NE(shop, nullptr);
  const absl::StatusOr<bool> again = shop->Post(Paid());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(*again);
  EXPECT_THAT(Traces(), testing::Each(1));
}

TEST_F(OwnDatabaseKillTest, RefusedEventWritesNoInvoice) {
  MakeShop();
  const auto shop = OpenShop();
  ASSERT_TRUE(shop->Post(Paid()).ok());
  Invoice other = Paid();
  other.amount_minor += 1;
  EXPECT_EQ(shop->Post(other).status().code(),
            absl::StatusCode::kAlreadyExists);
  other.invoice_id = "inv-2";
  other.customer_id = "";
  EXPECT_EQ(shop->Post(other).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Traces(), testing::Each(1));
}

// ---------------------------------------------------------------------------
// The host's part

class OwnDatabaseHostTest : public OwnDatabaseTest {
 protected:
  void SetUp() override {
    OwnDatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    MakeBooks();
  }
  // One batch, on an engine whose host does `part` in it.
  absl::Status Apply(BeforeCommit part) {
    const auto engine = MustOpenEngine(std::move(part));
    std::vector<Outcome> outcomes;
    return engine->Apply({&terms_, 1}, &outcomes);
  }
  void ExpectNothingThereAndGoesOn() {
    EXPECT_EQ(Int("SELECT count(*) FROM vouch.log"), 0);
    EXPECT_EQ(Int("SELECT count(*) FROM vouch.programs"), 0);
    EXPECT_EQ(Apply(nullptr), absl::OkStatus());
    EXPECT_EQ(Int("SELECT count(*) FROM vouch.log"), 1);
  }

  EventBox box_;
  const Event terms_{
      "p", "terms", *vouch::ParseInstant("2024-03-01T00:00:00Z"),
      box_.Program(vouch::testing_support::PercentProgram("p", "10%"))};
};

TEST_F(OwnDatabaseHostTest, SeesTheBatchAndItsRows) {
  std::vector<std::string> events;
  EXPECT_EQ(Apply([&](PGconn* connection, const StoreBatch& batch) {
              EXPECT_EQ(connection, connection_.get());
              for (const auto& row : batch.log) {
                events.emplace_back(row.event_id);
              }
              EXPECT_EQ(Int("SELECT count(*) FROM vouch.log"), 1);
              return absl::OkStatus();
            }),
            absl::OkStatus());
  EXPECT_THAT(events, ElementsAre("terms"));
}

TEST_F(OwnDatabaseHostTest, ErrorIsPassedOn) {
  const absl::Status error = absl::ResourceExhaustedError("host: no more");
  EXPECT_EQ(Apply([&](PGconn*, const StoreBatch&) { return error; }), error);
  ExpectNothingThereAndGoesOn();
}

TEST_F(OwnDatabaseHostTest, FailureThatIsNotToldIsNoticed) {
  EXPECT_EQ(Apply([&](PGconn* connection, const StoreBatch&) {
              EXPECT_FALSE(Postgres(connection).RunScript("SELECT 1 / 0").ok());
              return absl::OkStatus();
            }).code(),
            absl::StatusCode::kFailedPrecondition);
  ExpectNothingThereAndGoesOn();
}

TEST_F(OwnDatabaseHostTest, RollbackIsNoticed) {
  EXPECT_EQ(Apply([&](PGconn* connection, const StoreBatch&) {
              return Postgres(connection).RunScript("ROLLBACK");
            }).code(),
            absl::StatusCode::kFailedPrecondition);
  ExpectNothingThereAndGoesOn();
}

TEST_F(OwnDatabaseHostTest, ConstraintAtTheCommitTakesAll) {
  Do("CREATE TEMP TABLE late (n bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  EXPECT_EQ(Apply([&](PGconn* connection, const StoreBatch&) {
              return Postgres(connection)
                  .RunScript("INSERT INTO late VALUES (1), (1)");
            }).code(),
            absl::StatusCode::kFailedPrecondition);
  ExpectNothingThereAndGoesOn();
}

TEST_F(OwnDatabaseHostTest, TransactionOfTheHostsIsRefused) {
  const auto engine = MustOpenEngine();
  Do("BEGIN");
  std::vector<Outcome> outcomes;
  EXPECT_EQ(engine->Apply({&terms_, 1}, &outcomes).code(),
            absl::StatusCode::kFailedPrecondition);
  Do("ROLLBACK");
  EXPECT_EQ(Int("SELECT count(*) FROM vouch.log"), 0);
}

TEST_F(OwnDatabaseHostTest, LostConnectionLosesTheBatchWhole) {
  EXPECT_EQ(
      Apply([&](PGconn* connection, const StoreBatch&) {
        const Connection other = MustConnect(conninfo());
        EXPECT_TRUE(Postgres(other.get())
                        .Run("SELECT pg_terminate_backend($1::int, 10000)",
                             Params().Int(PQbackendPID(connection)))
                        .ok());
        return absl::OkStatus();
      }).code(),
      absl::StatusCode::kUnavailable);
  connection_ = MustConnect(conninfo());
  ExpectNothingThereAndGoesOn();
}

TEST_F(OwnDatabaseHostTest, LockOfAnothersIsWaitedForWithinBounds) {
  const Connection other = MustConnect(conninfo());
  ASSERT_TRUE(Postgres(other.get())
                  .RunScript("BEGIN; LOCK TABLE vouch.log IN EXCLUSIVE MODE")
                  .ok());
  Do("SET lock_timeout = '50ms'");
  EXPECT_EQ(Apply(nullptr).code(), absl::StatusCode::kDeadlineExceeded);
  ASSERT_TRUE(Postgres(other.get()).RunScript("ROLLBACK").ok());
  ExpectNothingThereAndGoesOn();
}

// ---------------------------------------------------------------------------
// Opening

TEST_F(OwnDatabaseHostTest, OneEngineAtATime) {
  const Connection other = MustConnect(conninfo());
  auto engine = MustOpenEngine();
  for (PGconn* connection : {other.get(), connection_.get()}) {
    EXPECT_EQ(OpenEngine(connection).status(),
              absl::FailedPreconditionError(
                  "vouch: another engine has these books open"));
  }
  // The first was not disturbed, and gives the books back in the end.
  std::vector<Outcome> outcomes;
  EXPECT_TRUE(engine->Apply({&terms_, 1}, &outcomes).ok());
  engine.reset();
  EXPECT_TRUE(OpenEngine(other.get()).ok());
}

TEST_F(OwnDatabaseHostTest, OpensOnlyWhatItKnowsAndWhatLasts) {
  Do("SET synchronous_commit = off");
  EXPECT_THAT(OpenEngine(connection_.get()).status().ToString(),
              HasSubstr("synchronous_commit off"));
  Do("RESET synchronous_commit");
  ASSERT_EQ(PQsetClientEncoding(connection_.get(), "LATIN1"), 0);
  EXPECT_THAT(OpenEngine(connection_.get()).status().ToString(),
              HasSubstr("client_encoding is not UTF8"));
  ASSERT_EQ(PQsetClientEncoding(connection_.get(), "UTF8"), 0);
  Do("UPDATE vouch.schema_version SET version = 2");
  EXPECT_THAT(OpenEngine(connection_.get()).status().ToString(),
              HasSubstr("the tables have version 2"));
  Drop();
  EXPECT_THAT(OpenEngine(connection_.get()).status().ToString(),
              HasSubstr("there are no tables"));
}

// ---------------------------------------------------------------------------
// Nothing that comes back is believed

// The first history that leaves rows to change in every table: somebody earned
// by a credit.
vouch::testing_support::History HistoryThatEarns() {
  for (uint64_t seed = 1;; ++seed) {
    auto history = MakeHistory(seed);
    const auto engine = Engine::InMemory();
    std::vector<Outcome> outcomes;
    EXPECT_TRUE(engine->Apply(history.events, &outcomes).ok());
    bool earned = false;
    bool credited = false;
    for (const vouch::Output& row :
         vouch::testing_support::OutputsOf(*engine)) {
      earned |= row.accrual != nullptr;
    }
    for (const vouch::DecisionRow& row :
         vouch::testing_support::DecisionsOf(*engine)) {
      credited |= !row.decision->credits.empty();
    }
    if (earned && credited) return history;
  }
}

TEST_F(OwnDatabaseHostTest, WhatWasChangedByHandIsFound) {
  // No foreign keys, so that rows can go missing.
  Do("SET session_replication_role = replica");
  const auto history = HistoryThatEarns();
  const std::vector<Event>& events = history.events;
  auto engine = MustOpenEngine();
  ApplyInBatches(engine.get(), events, 0, events.size(), events.size());
  ExpectVerified(*engine);
  const std::string first = " WHERE seq = (SELECT min(seq) FROM vouch.";
  for (const std::string& change : std::vector<std::string>{
           "UPDATE vouch.log SET record = record || 'x'" + first + "log)",
           "UPDATE vouch.log SET chain = '\\x00'" + first + "log)",
           "UPDATE vouch.log SET kind = 'clock'" + first + "log)",
           "DELETE FROM vouch.log" + first + "log)",
           "UPDATE vouch.accruals SET amount_minor = amount_minor + 1" + first +
               "accruals)",
           "UPDATE vouch.accruals SET source = 'LUCK'" + first + "accruals)",
           "UPDATE vouch.accruals SET currency = 'XXY'" + first + "accruals)",
           "DELETE FROM vouch.accruals" + first + "accruals)",
           "UPDATE vouch.entries SET kind = 'GIFT'" + first + "entries)",
           "UPDATE vouch.entries SET place = place + 100" + first + "entries)",
           "UPDATE vouch.entries SET program = 3" + first + "entries)",
           "UPDATE vouch.entries SET accrual_id = '1'" + first + "entries)",
           "UPDATE vouch.entries SET time_us = -9000000000000000000" + first +
               "entries)",
           "UPDATE vouch.decisions SET binds = 1 - binds" + first +
               "decisions)",
           "UPDATE vouch.decisions SET vendor_weight_ppb = 5" + first +
               "decisions)",
           "DELETE FROM vouch.decisions" + first + "decisions)",
           "UPDATE vouch.credits SET lead = 7777" + first + "credits)",
           "UPDATE vouch.credits SET weight_ppb = 1" + first + "credits)",
           "UPDATE vouch.credits SET place = place + 9" + first + "credits)",
           "DELETE FROM vouch.credits" + first + "credits)",
           "UPDATE vouch.partners SET status = 'TERMINATED', since_us = 0",
           "DELETE FROM vouch.partners",
           "UPDATE vouch.balances SET paid_minor = paid_minor + 1",
           "DELETE FROM vouch.expenses",
           "UPDATE vouch.customers SET customer = customer + 1000000",
           "DELETE FROM vouch.programs"}) {
    SCOPED_TRACE(change);
    Do("BEGIN");
    Do(change);
    const auto report = engine->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_GT(report->differences_count, 0);
    Do("ROLLBACK");
  }
  ExpectVerified(*engine);
}

}  // namespace
}  // namespace own_database

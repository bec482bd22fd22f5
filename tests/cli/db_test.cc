// Every command on a file of books: what `run` keeps, what the others read
// from it, and what they refuse.
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_fixture.h"
#include "tests/cli/sql.h"

namespace vouch {
namespace cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kCustomer[] = "bob-of-baker-street";

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string Joined(const std::vector<std::string>& lines, std::size_t from,
                   std::size_t until) {
  std::string text;
  for (std::size_t i = from; i < until; ++i) text += lines[i] + "\n";
  return text;
}

// The customer c1 under a name that stands nowhere by chance.
std::string Renamed(std::string text) {
  const std::string id = "\"c1\"";
  for (std::size_t at = text.find(id); at != std::string::npos;
       at = text.find(id, at)) {
    text.replace(at, id.size(), "\"" + std::string(kCustomer) + "\"");
  }
  return text;
}

// After the clock, which only lets an accrual mature, a third payment. Rows of
// the feed: seq 4, 5 and 6 two each, the clock one, the third payment three,
// the last clock one.
std::string DbHistory() {
  return Renamed(cli_test::History() +
                 Payment("p3", "2024-04-05T10:00:00Z", "7000") +
                 Line("end", "2024-06-01T00:00:00Z", "\"clock\":{}"));
}

class DbTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("p.textproto", kProgram);
    Write("e.jsonl", DbHistory());
  }

  Result Run(const std::string& more = "") const {
    return Vouch("run --db b.vouch --program p.textproto --events e.jsonl " +
                 more);
  }
  Result InMemory(const std::string& question) const {
    return Vouch(question + " --program p.textproto --events e.jsonl");
  }
  std::string Outputs(const std::string& flags) const {
    const Result result = Vouch("outputs --db b.vouch " + flags);
    EXPECT_EQ(result.exit_code, 0) << flags << ": " << result.err;
    EXPECT_THAT(result.err, IsEmpty());
    return result.out;
  }
  // Every answer from `db` is that from the events.
  void ExpectAnswersOfTheEvents(const std::string& db) const {
    for (const char* const question :
         {"statement --partner anna", "statement --partner anna --format json",
          "statement --partner anna --period 2024-02", "explain --payment p1",
          "explain --payment p2 --format json", "stats", "stats --format json",
          "stats --program-id shop --period 2024-Q1"}) {
      const Result kept = Vouch(std::string(question) + " --db " + db);
      EXPECT_EQ(kept.exit_code, 0) << question << ": " << kept.err;
      EXPECT_EQ(kept.out, InMemory(question).out) << question;
      EXPECT_THAT(kept.out, Not(IsEmpty())) << question;
    }
    for (const char* const rows :
         {"accruals", "entries", "decisions", "balances"}) {
      const std::string print = std::string(" --print ") + rows;
      EXPECT_EQ(Vouch("outputs --db " + db + print).out,
                InMemory("run" + print).out)
          << rows;
    }
  }
  void Sql(const std::string& name, const std::string& sql) const {
    RunSql(Path(name), sql);
  }
  void ExpectVerified(const std::string& db) const {
    const Result result = Vouch("verify --db " + db);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_THAT(result.out,
                HasSubstr("OK: 9 events applied anew, 11 rows compared, "
                          "0 differences\n"));
  }
  // The bytes of b.vouch and of all that stands beside it.
  std::string FilesOfTheBooks() const {
    std::string bytes;
    for (const auto& file : std::filesystem::directory_iterator(Path(""))) {
      const std::string name = file.path().filename().string();
      if (name.rfind("b.vouch", 0) == 0) bytes += ReadFile(Path(name));
    }
    return bytes;
  }
  bool Exists(const std::string& name) const {
    return std::filesystem::exists(Path(name));
  }
};

// ---------------------------------------------------------------------- run

TEST_F(DbTest, ASecondRunFindsDuplicatesOnly) {
  const Result memory = InMemory("run --print entries");
  const Result first = Run("--print entries");
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_EQ(first.out, memory.out);
  EXPECT_EQ(first.err, memory.err);
  const Result again = Run("--print entries");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.out, IsEmpty());
  EXPECT_EQ(again.err, R"(8 events: 0 applied, 8 duplicates, 0 refused

  program shop          EUR
  before this run     72.00
  + accruals           0.00
  - reversals          0.00
  + adjustments        0.00
  + opening balances   0.00
  = balances          72.00
      pending          0.00
      payable         72.00
      in transit       0.00
      paid             0.00
  expense            -72.00
  before + accruals - reversals + adjustments + opening balances = balances: holds
)");
  // The program may stay away: the file has it.
  EXPECT_EQ(Vouch("run --db b.vouch --events e.jsonl").err, again.err);
  ExpectAnswersOfTheEvents("b.vouch");
}

TEST_F(DbTest, TwoRunsAreOneRun) {
  const std::vector<std::string> lines = LinesOf(DbHistory());
  const std::string entries = InMemory("run --print entries").out;
  for (std::size_t cut = 1; cut < lines.size(); ++cut) {
    const std::string db = "cut" + std::to_string(cut) + ".vouch";
    const std::string run = "run --db " + db + " --print entries ";
    Write("1.jsonl", Joined(lines, 0, cut));
    Write("2.jsonl", Joined(lines, cut, lines.size()));
    const Result one = Vouch(run + "--program p.textproto --events 1.jsonl");
    const Result two = Vouch(run + "--events 2.jsonl");
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_EQ(two.exit_code, 0) << two.err;
    EXPECT_EQ(one.out + two.out, entries) << cut;
    EXPECT_THAT(two.err, HasSubstr("balances: holds"));
    ExpectVerified(db);
    if (cut == 4) {
      EXPECT_THAT(two.err, AllOf(HasSubstr("before this run     60.00"),
                                 HasSubstr("+ accruals          12.00"),
                                 HasSubstr("= balances          72.00")));
      ExpectAnswersOfTheEvents(db);
    }
  }
}

TEST_F(DbTest, RefusesAnotherProgramOfTheSameId) {
  Run();
  std::string terms = kProgram;
  terms.replace(terms.find("10%"), 3, "20%");
  Write("other.textproto", terms);
  const Result other =
      Vouch("run --db b.vouch --program other.textproto --events e.jsonl");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err,
              HasSubstr("other.textproto: the books have another program "
                        "\"shop\"; new terms come as an event, a program_set"));
  ExpectAnswersOfTheEvents("b.vouch");
}

// What is wrong with the input is said before a file is made.
TEST_F(DbTest, MakesNoFileForARunThatCannotBegin) {
  Write("bad.textproto", "program_id: \"shop\"");
  for (const char* const input : {"--program p.textproto --events no.jsonl",
                                  "--program no.textproto --events e.jsonl",
                                  "--program bad.textproto --events e.jsonl"}) {
    EXPECT_EQ(Vouch(std::string("run --db b.vouch ") + input).exit_code, 1);
    EXPECT_FALSE(Exists("b.vouch")) << input;
  }
}

// -------------------------------------------------------------------- flags

TEST_F(DbTest, SaysWhichFlagsDoNotGoTogether) {
  Run();
  struct {
    const char* arguments;
    const char* message;
  } const cases[] = {
      {"statement --db b.vouch --events e.jsonl --partner anna",
       "statement takes no --events with --db"},
      {"explain --db b.vouch --program p.textproto --payment p1",
       "explain takes no --program with --db"},
      {"stats", "stats needs --events or --db"},
      {"statement --db b.vouch", "statement needs --partner"},
      {"outputs", "outputs needs --db"},
      {"outputs --db b.vouch --after -1", "--after: is a number from 0"},
      {"outputs --db b.vouch --limit -1", "--limit: is a number from 0"},
      {"backup --db b.vouch", "backup needs --to"},
      {"erase --db b.vouch", "erase needs --customer"},
      {"run --db= --events e.jsonl", "--db: names no file"},
      {"verify --db ''", "--db: names no file"},
      {"stats --db b.vouch --program-id mart",
       "--program-id: no program \"mart\" in these books"},
  };
  for (const auto& c : cases) {
    const Result result = Vouch(c.arguments);
    EXPECT_EQ(result.exit_code, 1) << c.arguments;
    EXPECT_THAT(result.out, IsEmpty()) << c.arguments;
    EXPECT_THAT(result.err, HasSubstr(c.message)) << c.arguments;
  }
}

TEST_F(DbTest, SaysThatTheBooksHaveNoProgram) {
  Write("none.jsonl", "");
  EXPECT_EQ(Vouch("run --db n.vouch --events none.jsonl").exit_code, 0);
  for (const char* const command :
       {"stats", "statement --partner anna", "erase --customer c1"}) {
    const Result result = Vouch(std::string(command) + " --db n.vouch");
    EXPECT_EQ(result.exit_code, 1) << command;
    EXPECT_THAT(result.err,
                HasSubstr("n.vouch: no program was ever set in these books"));
  }
  EXPECT_EQ(Vouch("verify --db n.vouch").exit_code, 0);
  EXPECT_THAT(Vouch("outputs --db n.vouch").out, IsEmpty());
}

TEST_F(DbTest, SaysThatThereIsNoFile) {
  for (const char* const command :
       {"statement --partner anna", "explain --payment p1", "stats", "outputs",
        "verify", "backup --to c.vouch", "compact", "compact --rebuild",
        "erase --customer c1"}) {
    const Result result = Vouch(std::string(command) + " --db no.vouch");
    EXPECT_EQ(result.exit_code, 1) << command;
    EXPECT_THAT(result.out, IsEmpty()) << command;
    EXPECT_THAT(result.err, HasSubstr("no.vouch: there is no such file"))
        << command;
    EXPECT_FALSE(Exists("no.vouch")) << command;
  }
  EXPECT_FALSE(Exists("c.vouch"));
}

TEST_F(DbTest, LeavesAForeignFileAlone) {
  Write("notes.txt", std::string(5000, 'x'));
  Sql("other.db", "CREATE TABLE notes(line TEXT)");
  for (const char* const file : {"notes.txt", "other.db"}) {
    const std::string before = ReadFile(Path(file));
    for (const char* const command :
         {"run --program p.textproto --events e.jsonl", "stats", "verify",
          "outputs", "compact", "erase --customer c1"}) {
      const Result result =
          Vouch(std::string(command) + " --db " + std::string(file));
      EXPECT_EQ(result.exit_code, 1) << command << " " << file;
      EXPECT_THAT(result.out, IsEmpty());
      EXPECT_THAT(result.err, AllOf(HasSubstr(file), HasSubstr("file")))
          << command;
    }
    EXPECT_EQ(ReadFile(Path(file)), before) << file;
  }
  EXPECT_THAT(Vouch("stats --db other.db").err,
              HasSubstr("is not a file of Vouch"));
  EXPECT_THAT(Vouch("stats --db notes.txt").err,
              HasSubstr("is no SQLite file"));
}

// ------------------------------------------------------------------ outputs

// Page by page, each from the seq of the last row, as a program would.
TEST_F(DbTest, PagesCoverEachRowOnce) {
  Run();
  for (const char* const rows : {"", "accruals", "entries", "decisions"}) {
    const std::string print =
        *rows == '\0' ? "" : std::string(" --print ") + rows;
    const std::string all = Outputs(print);
    EXPECT_THAT(all, Not(IsEmpty()));
    for (const int limit : {1, 2, 3, 100}) {
      std::string pages;
      std::string after = "0";
      for (int page = 0; page < 50; ++page) {
        const std::string one = Outputs("--after " + after + " --limit " +
                                        std::to_string(limit) + print);
        if (one.empty()) break;
        pages += one;
        const std::string last = LinesOf(one).back();
        ASSERT_THAT(last, StartsWith("{\"seq\":\""));
        after = last.substr(8, last.find('"', 8) - 8);
      }
      EXPECT_EQ(pages, all) << rows << " " << limit;
    }
  }
}

TEST_F(DbTest, APageEndsBehindAnEvent) {
  Run();
  // Event 4, the first payment: its accrual and its entry.
  EXPECT_EQ(LinesOf(Outputs("--limit 1")).size(), 2U);
  EXPECT_EQ(LinesOf(Outputs("--limit 2")).size(), 2U);
  EXPECT_EQ(LinesOf(Outputs("--limit 3")).size(), 4U);
  EXPECT_EQ(LinesOf(Outputs("")).size(), 11U);
  EXPECT_THAT(Outputs("--after 9"), IsEmpty());
  EXPECT_THAT(Outputs("--after 6 --limit 1 --print accruals"),
              HasSubstr("\"payment_id\":\"p3\""));
}

// ------------------------------------------------------------------- verify

TEST_F(DbTest, VerifyNamesWhatWasChanged) {
  struct {
    const char* sql;
    const char* message;
  } const cases[] = {
      {"UPDATE entries SET amount_minor = 10001 WHERE seq = 4",
       "entries 4-2: amount_minor is 10001, by the log 10000"},
      {"DELETE FROM accruals WHERE seq = 6",
       "accruals 6-1: missing, and the log gives it"},
      {"UPDATE balances SET payable_minor = 7201",
       "balances 1/1/EUR: payable_minor is 7201, by the log 7200"},
      {"UPDATE log SET time_us = time_us + 1 WHERE seq = 5", "log 5"},
  };
  for (const auto& c : cases) {
    std::filesystem::remove(Path("b.vouch"));
    EXPECT_EQ(Run().exit_code, 0);
    ExpectVerified("b.vouch");
    Sql("b.vouch", c.sql);
    const Result result = Vouch("verify --db b.vouch");
    EXPECT_EQ(result.exit_code, 2) << c.sql;
    EXPECT_THAT(result.out, AllOf(HasSubstr(c.message), HasSubstr("DIFFERS: ")))
        << c.sql;
  }
}

// ------------------------------------------------------------- backup, care

TEST_F(DbTest, ABackupIsTheBooks) {
  Run();
  const Result backup = Vouch("backup --db b.vouch --to c.vouch");
  EXPECT_EQ(backup.exit_code, 0) << backup.err;
  EXPECT_EQ(backup.out, "OK: c.vouch\n");
  ExpectAnswersOfTheEvents("c.vouch");
  ExpectVerified("c.vouch");
  const Result more = Vouch("run --db c.vouch --events e.jsonl");
  EXPECT_THAT(more.err, StartsWith("8 events: 0 applied, 8 duplicates"));

  const std::string before = ReadFile(Path("c.vouch"));
  const Result again = Vouch("backup --db b.vouch --to c.vouch");
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("c.vouch: is there already"));
  EXPECT_EQ(ReadFile(Path("c.vouch")), before);
}

TEST_F(DbTest, CompactKeepsTheBooks) {
  Run();
  for (const char* const flags :
       {"--db b.vouch", "--db b.vouch --rebuild", "--rebuild --db b.vouch"}) {
    const Result result = Vouch(std::string("compact ") + flags);
    EXPECT_EQ(result.exit_code, 0) << flags << ": " << result.err;
    EXPECT_EQ(result.out, "OK\n");
    ExpectVerified("b.vouch");
  }
  ExpectAnswersOfTheEvents("b.vouch");
}

TEST_F(DbTest, RebuildHealsTheSnapshot) {
  Run();
  EXPECT_EQ(Vouch("compact --db b.vouch --rebuild").exit_code, 0);
  Sql("b.vouch", "UPDATE snapshot SET bytes = zeroblob(length(bytes))");
  EXPECT_EQ(Vouch("stats --db b.vouch").exit_code, 1);
  EXPECT_EQ(Vouch("verify --db b.vouch").exit_code, 2);
  EXPECT_EQ(Vouch("compact --db b.vouch").exit_code, 1);
  EXPECT_EQ(Vouch("compact --db b.vouch --rebuild").exit_code, 0);
  ExpectVerified("b.vouch");
  ExpectAnswersOfTheEvents("b.vouch");
}

// -------------------------------------------------------------------- erase

TEST_F(DbTest, EraseTakesTheNameAndLeavesTheMoney) {
  Run();
  EXPECT_THAT(FilesOfTheBooks(), HasSubstr(kCustomer));
  EXPECT_THAT(Outputs("--print decisions"), HasSubstr(kCustomer));
  const std::string accruals = Outputs("--print accruals");
  const std::string entries = Outputs("--print entries");
  const std::string balances = Outputs("--print balances");
  const std::string erase = std::string("erase --db b.vouch --customer ");

  const Result done = Vouch(erase + kCustomer);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith("OK: the id is gone"));
  EXPECT_THAT(FilesOfTheBooks(), Not(HasSubstr(kCustomer)));
  EXPECT_THAT(Outputs("--print decisions"),
              AllOf(Not(IsEmpty()), Not(HasSubstr(kCustomer))));
  EXPECT_EQ(Outputs("--print entries"), entries);
  EXPECT_EQ(Outputs("--print balances"), balances);
  EXPECT_EQ(LinesOf(Outputs("--print accruals")).size(),
            LinesOf(accruals).size());
  EXPECT_THAT(Outputs("--print accruals"), Not(HasSubstr(kCustomer)));
  ExpectVerified("b.vouch");

  const Result resent = Run();
  EXPECT_EQ(resent.exit_code, 0);
  EXPECT_THAT(resent.err, StartsWith("8 events: 0 applied, 8 duplicates"));
  EXPECT_THAT(FilesOfTheBooks(), Not(HasSubstr(kCustomer)));

  const Result again = Vouch(erase + kCustomer);
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("customer_id: no such customer"));
}

// The file keeps old pages as long as somebody sees them.
TEST_F(DbTest, EraseBesideAReaderIsCalledAgain) {
  Run();
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open_v2(Path("b.vouch").c_str(), &reader,
                            SQLITE_OPEN_READONLY, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM log", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  const std::string erase =
      std::string("erase --db b.vouch --customer ") + kCustomer;
  const Result beside = Vouch(erase);
  EXPECT_EQ(beside.exit_code, 1);
  EXPECT_THAT(beside.out, IsEmpty());
  EXPECT_THAT(beside.err, HasSubstr("until erase is called again while nobody "
                                    "reads"));
  EXPECT_THAT(Outputs("--print decisions"), Not(HasSubstr(kCustomer)));
  EXPECT_THAT(FilesOfTheBooks(), HasSubstr(kCustomer));

  ASSERT_EQ(sqlite3_close(reader), SQLITE_OK);
  const Result after = Vouch(erase);
  EXPECT_EQ(after.exit_code, 1);
  EXPECT_THAT(after.err, HasSubstr("customer_id: no such customer"));
  EXPECT_THAT(FilesOfTheBooks(), Not(HasSubstr(kCustomer)));
  ExpectVerified("b.vouch");
}

// ------------------------------------------------------------- two at a time

TEST_F(DbTest, OneWritesAndOthersRead) {
  Run();
  Write("more.jsonl", Renamed(Payment("p4", "2024-06-05T10:00:00Z", "1000")));
  const std::string command = "cd '" + Path("") +
                              "' && '" VOUCH_CLI_PATH
                              "' run --db b.vouch --events - >out1 2>err1";
  std::FILE* const writer = popen(command.c_str(), "w");
  ASSERT_NE(writer, nullptr);
  // More than a pipe holds: once this is written, the other side reads, and it
  // reads when it has opened the books.
  const std::string blank(std::size_t{2} << 20, '\n');
  ASSERT_EQ(std::fwrite(blank.data(), 1, blank.size(), writer), blank.size());
  ASSERT_EQ(std::fflush(writer), 0);

  for (const char* const second :
       {"run --db b.vouch --events more.jsonl", "compact --db b.vouch",
        "erase --db b.vouch --customer x"}) {
    const Result result = Vouch(second);
    EXPECT_EQ(result.exit_code, 1) << second;
    EXPECT_THAT(result.err,
                HasSubstr("b.vouch: another engine has it open for writing"))
        << second;
  }
  ExpectAnswersOfTheEvents("b.vouch");
  ExpectVerified("b.vouch");
  EXPECT_EQ(Vouch("backup --db b.vouch --to c.vouch").exit_code, 0);

  const std::string more = ReadFile(Path("more.jsonl"));
  EXPECT_EQ(std::fwrite(more.data(), 1, more.size(), writer), more.size());
  EXPECT_EQ(pclose(writer), 0);
  EXPECT_THAT(ReadFile(Path("err1")), StartsWith("1 event: 1 applied"));
  EXPECT_THAT(Outputs("--after 9"), HasSubstr("\"payment_id\":\"p4\""));
  ExpectVerified("c.vouch");
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch

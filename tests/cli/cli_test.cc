#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_fixture.h"

namespace vouch {
namespace cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class VouchTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("p.textproto", kProgram);
    Write("e.jsonl", cli_test::History());
  }
  Result Ask(const std::string& question) const {
    return Vouch(question + " --program p.textproto --events e.jsonl");
  }
};

// ------------------------------------------------------------------- itself

TEST_F(VouchTest, SaysWhatThereIs) {
  for (const char* const way : {"help", "--help", "run --help", "-h"}) {
    const Result help = Vouch(way);
    EXPECT_EQ(help.exit_code, 0) << way;
    EXPECT_THAT(help.out,
                AllOf(HasSubstr("usage: vouch"), HasSubstr("\"program\""),
                      HasSubstr("seq 1"), HasSubstr("exit codes:")));
    EXPECT_THAT(help.err, IsEmpty());
  }
  const Result version = Vouch("--version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, "vouch 0.1.0 (semantics revision 1)\n");
}

TEST_F(VouchTest, RefusesWhatItDoesNotKnow) {
  struct {
    const char* arguments;
    const char* message;
  } const cases[] = {
      {"", "usage: vouch"},
      {"frobnicate", "no command \"frobnicate\""},
      {"check", "check needs --program"},
      {"check p.textproto", "what is \"p.textproto\"?"},
      {"check --program p.textproto --partner a", "check takes no --partner"},
      {"run --program p.textproto", "run needs --events"},
      {"run --events e.jsonl --prnt accruals", "prnt"},
      {"run --events e.jsonl --print money",
       "--print: is one of accruals, entries, decisions, balances"},
      {"run --events e.jsonl --input csv", "--input: is one of jsonl, binary"},
      {"run --events e.jsonl --batch-size 0", "--batch-size: is from 1 to"},
      {"run --events e.jsonl --batch-size many", "batch_size"},
      {"run --events e.jsonl --batch-size", "batch_size"},
      {"stats --events e.jsonl --format xml", "--format: is one of text, json"},
      {"run --events no.jsonl", "no.jsonl: No such file or directory"},
      {"run --events .", ".: input: cannot be read: Is a directory"},
      {"run --program no.textproto --events e.jsonl",
       "no.textproto: No such file or directory"},
  };
  for (const auto& c : cases) {
    const Result result = Vouch(c.arguments);
    EXPECT_EQ(result.exit_code, 1) << c.arguments;
    EXPECT_THAT(result.out, IsEmpty()) << c.arguments;
    EXPECT_THAT(result.err, HasSubstr(c.message)) << c.arguments;
  }
}

TEST_F(VouchTest, ReportsOutputThatCannotBeWritten) {
  const std::string run =
      "'" VOUCH_CLI_PATH
      "' run --program p.textproto --events e.jsonl --print entries 2>err";
  const Result closed = Shell(run + " >&-");
  EXPECT_EQ(closed.exit_code, 1);
  EXPECT_THAT(closed.err, HasSubstr("standard output: Bad file descriptor"));
  if (access("/dev/full", W_OK) == 0) {
    const Result full = Shell(run + " >/dev/full");
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_THAT(full.err, HasSubstr("standard output: No space left"));
    EXPECT_EQ(Shell("'" VOUCH_CLI_PATH "' help 2>err >/dev/full").exit_code, 1);
  }
}

// -------------------------------------------------------------------- check

TEST_F(VouchTest, ChecksAProgram) {
  const Result ok = Vouch("check --program p.textproto");
  EXPECT_EQ(ok.exit_code, 0);
  EXPECT_EQ(ok.out, "OK: program shop, EUR, Europe/Berlin, 1 rule\n");
  EXPECT_THAT(ok.err, IsEmpty());
  Write("p.json",
        R"({"program_id":"shop","currency":"EUR","time_zone":"Europe/Berlin",)"
        R"("conversion":"FIRST_PAYMENT","attribution":{"model":"LAST_TOUCH",)"
        R"("binding":{"span":"LIFETIME"}},)"
        R"("acquisition":{"until":"FIRST_PAYMENT_ONLY"},)"
        R"("rules":[{"rule_id":"a","reward":{"percent":"1%"}},)"
        R"({"rule_id":"b","reward":{"percent":"2%"}}]})");
  EXPECT_EQ(Vouch("check --program=p.json").out,
            "OK: program shop, EUR, Europe/Berlin, 2 rules\n");
}

// One mistake in each line but those of `attribution`.
TEST_F(VouchTest, ListsTenMistakesAtOnce) {
  Write("ten.textproto", R"(
currency: "EURO"
time_zone: "Europe/Atlantis"
conversion: FIRST_PAYMENT
attribution {
  model: TIME_DECAY
  windows { channel: LINK days: -1 }
  binding { span: LIFETIME }
}
acquisition { until: FIRST_PAYMENT_ONLY }
hold_days: -2
clawback_days: -3
customer_share_bounds { min: "50%" max: "10%" }
rules { rule_id: "a" reward { percent: "1.12345678999%" } }
rules { rule_id: "a" reward { percent: "ten" } }
)");
  const Result result = Vouch("check --program ten.textproto");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, IsEmpty());
  for (const char* const path :
       {"program_id: ", "currency: ", "time_zone: ",
        "attribution.half_life_days: ", "attribution.windows[0].days: ",
        "hold_days: ", "clawback_days: ", "customer_share",
        "rules[0].reward.percent: ", "rules[1].reward.percent: "}) {
    EXPECT_THAT(result.err,
                HasSubstr(std::string("vouch: ten.textproto: ") + path));
  }
  EXPECT_GE(std::count(result.err.begin(), result.err.end(), '\n'), 10);
  EXPECT_EQ(Vouch("run --program ten.textproto --events e.jsonl").exit_code, 1);
}

// ---------------------------------------------------------------------- run

TEST_F(VouchTest, SumsUpARun) {
  const Result result = Ask("run");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(result.err, R"(6 events: 6 applied, 0 duplicates, 0 refused

  program shop          EUR
  accruals           105.00
  - reversals         40.00
  + adjustments        0.00
  + opening balances   0.00
  = balances          65.00
      pending          5.00
      payable         60.00
      in transit       0.00
      paid             0.00
  expense            -65.00
  accruals - reversals + adjustments + opening balances = balances: holds
)");
}

TEST_F(VouchTest, PrintsAccruals) {
  const Result result = Ask("run --print accruals");
  EXPECT_EQ(result.exit_code, 0);
  const std::string common =
      R"("partner_id":"anna","rule_id":"tenth","role":"ACQUIRER","level":0,)";
  const std::string accrual =
      R"({"seq":"4","event_id":"e-p1","time_us":"1704880800000000",)"
      R"("accrual_id":"4-1","kind":"ACCRUAL","payment_id":"p1",)" +
      common +
      R"("base_minor":"100000","amount_minor":"10000","currency":"EUR",)"
      R"("phase":"ACQUISITION","contract_year":1,)";
  const std::string reversal =
      R"({"seq":"5","event_id":"e-r1","time_us":"1705744800000000",)"
      R"("accrual_id":"4-1","kind":"REVERSAL","payment_id":"p1",)" +
      common +
      R"("base_minor":"100000","amount_minor":"4000","currency":"EUR",)";
  const std::string second =
      R"({"seq":"6","event_id":"e-p2","time_us":"1707127200000000",)"
      R"("accrual_id":"6-1","kind":"ACCRUAL","payment_id":"p2",)" +
      common +
      R"("base_minor":"5000","amount_minor":"500","currency":"EUR",)"
      R"("phase":"RETENTION","contract_year":1,)";
  const std::size_t at_reversal = result.out.find('\n') + 1;
  const std::size_t at_second = result.out.find('\n', at_reversal) + 1;
  EXPECT_THAT(result.out, StartsWith(accrual));
  EXPECT_THAT(result.out.substr(at_reversal), StartsWith(reversal));
  EXPECT_THAT(result.out.substr(at_second), StartsWith(second));
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
}

TEST_F(VouchTest, PrintsBalances) {
  EXPECT_EQ(Ask("run --print balances").out,
            R"({"partner_id":"anna","currency":"EUR","pending_minor":"500",)"
            R"("payable_minor":"6000","in_transit_minor":"0","paid_minor":"0",)"
            R"("program_id":"shop"})"
            "\n"
            R"({"program_id":"shop","currency":"EUR","expense_minor":"-6500"})"
            "\n");
}

TEST_F(VouchTest, PrintsDecisionsAndEntries) {
  const Result decisions = Ask("run --print decisions");
  EXPECT_THAT(
      decisions.out,
      StartsWith(
          R"({"seq":"4","event_id":"e-p1","time_us":"1704880800000000",)"
          R"("customer_number":"1","customer_id":"c1","trigger":"PAYMENT",)"
          R"("result":"PARTNERS","credits":[{"partner_id":"anna",)"
          R"("role":"ACQUIRER","weight_ppb":"1000000000","channel":"LINK",)"));
  EXPECT_EQ(std::count(decisions.out.begin(), decisions.out.end(), '\n'), 1);
  const Result entries = Ask("run --print entries");
  EXPECT_THAT(entries.out, HasSubstr(R"("kind":"MATURE","accrual_id":"4-1")"));
  EXPECT_EQ(std::count(entries.out.begin(), entries.out.end(), '\n'), 4);
}

TEST_F(VouchTest, PrintsTheSameForAnyBatchSize) {
  for (const char* const rows :
       {"accruals", "entries", "decisions", "balances"}) {
    const std::string run = std::string("run --print ") + rows;
    const Result whole = Ask(run);
    EXPECT_THAT(whole.out, Not(IsEmpty()));
    for (const char* const size : {"1", "7", "1000"}) {
      EXPECT_EQ(Ask(run + " --batch-size " + size).out, whole.out)
          << rows << " " << size;
    }
  }
}

TEST_F(VouchTest, ReadsStandardInput) {
  const Result result = Shell("'" VOUCH_CLI_PATH
                              "' run --program p.textproto --events - "
                              "--print accruals <e.jsonl >out 2>err");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, Ask("run --print accruals").out);
}

TEST_F(VouchTest, TakesTheProgramFromTheEvents) {
  const std::string program =
      R"("program_set":{"program":{"currency":"EUR",)"
      R"("time_zone":"Europe/Berlin","conversion":"FIRST_PAYMENT",)"
      R"("attribution":{"model":"LAST_TOUCH","binding":{"span":"LIFETIME"}},)"
      R"("acquisition":{"until":"FIRST_PAYMENT_ONLY"},)"
      R"("rules":[{"rule_id":"tenth","reward":{"percent":"10%"}}]}})";
  Write("own.jsonl",
        Line("terms", "2024-01-01T00:00:00Z", program) + cli_test::History());
  const Result result = Vouch("run --events own.jsonl --print balances");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(R"("expense_minor":"-6500")"));
}

TEST_F(VouchTest, CountsDuplicatesAndListsConflicts) {
  Write("e.jsonl", cli_test::History() + Anna() + Anna() +
                       Payment("p1", "2024-01-10T10:00:00Z", "100001"));
  const Result result = Ask("run");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(
      result.err,
      StartsWith("line 9: event_id: taken by an event of other content "
                 "(ALREADY_EXISTS, event e-p1)\n"
                 "9 events: 6 applied, 2 duplicates, 0 refused, 1 under the id "
                 "of another\n"));
  Write("e.jsonl", cli_test::History() + Anna());
  EXPECT_EQ(Ask("run").exit_code, 0);
}

TEST_F(VouchTest, DrawsABarWhereATerminalLooks) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
    GTEST_SKIP() << "no pseudo terminal here";
  }
  const std::string terminal = ptsname(master);
  const Result result = Shell("'" VOUCH_CLI_PATH
                              "' run --program p.textproto --events e.jsonl "
                              ">out 2>" +
                              terminal);
  EXPECT_EQ(result.exit_code, 0);
  std::string seen(4096, '\0');
  const ssize_t count = read(master, seen.data(), seen.size());
  close(master);
  ASSERT_GT(count, 0);
  EXPECT_THAT(seen, HasSubstr("] "));
  EXPECT_THAT(seen, HasSubstr("6 events\r\x1b[K"));
}

// ------------------------------------------------------------------ answers

TEST_F(VouchTest, StatesAPartnersAccount) {
  const Result all = Ask("statement --partner anna");
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_THAT(all.out,
              AllOf(HasSubstr("2024-01-01 to 2024-02-15 (Europe/Berlin)"),
                    HasSubstr("+ accruals"), HasSubstr("105.00"),
                    HasSubstr("= closing"), HasSubstr("65.00")));
  // January: 100.00 earned, 40.00 taken back; nothing has matured.
  const Result january =
      Ask("statement --partner anna --period 2024-01 --format json");
  EXPECT_EQ(january.exit_code, 0) << january.err;
  EXPECT_THAT(
      january.out,
      AllOf(HasSubstr(R"("from_us":"1704063600000000")"),  // Berlin, UTC+1
            HasSubstr(R"("until_us":"1706742000000000")"),
            HasSubstr(R"("accruals_minor":"10000")"),
            HasSubstr(R"("reversals_minor":"4000")"),
            HasSubstr(R"("closing":{"partner_id":"anna","currency":"EUR",)"
                      R"("pending_minor":"6000","payable_minor":"0")")));
  EXPECT_EQ(std::count(january.out.begin(), january.out.end(), '\n'), 1);
}

TEST_F(VouchTest, ReadsPeriods) {
  struct {
    const char* period;
    const char* accruals;  // in the period
  } const cases[] = {{"2024", "10500"},
                     {"2024-Q1", "10500"},
                     {"2024-Q2", "0"},
                     {"2024-01", "10000"},
                     {"2024-02", "500"},
                     {"2024-02-05", "500"},
                     {"2024-01-10..2024-02-05", "10000"},
                     {"2024-01-11..2024-02-06", "500"}};
  for (const auto& c : cases) {
    const Result result =
        Ask(std::string("statement --partner anna --format json --period ") +
            c.period);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(std::string("\"accruals_minor\":\"") +
                                      c.accruals + "\""))
        << c.period;
  }
  for (const char* const wrong :
       {"2024-13", "2024-Q5", "24", "2024-02-30", "2024-01-05..", "soon",
        "2024-02-05..2024-02-05", "2024-02-05..2024-01-05"}) {
    const Result result =
        Ask(std::string("statement --partner anna --period ") + wrong);
    EXPECT_EQ(result.exit_code, 1) << wrong;
    EXPECT_THAT(result.err, HasSubstr("--period: ")) << wrong;
  }
}

TEST_F(VouchTest, ExplainsAPayment) {
  const Result text = Ask("explain --payment p1");
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out,
              AllOf(StartsWith("Payment p1 of customer c1, 1000.00 EUR"),
                    HasSubstr("anna"), HasSubstr("rule tenth for anna: chosen"),
                    HasSubstr("REFUND r1 of 400.00")));
  const Result json = Ask("explain --payment p1 --format json");
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_THAT(json.out,
              AllOf(StartsWith(R"({"program_id":"shop","payment_id":"p1",)"),
                    HasSubstr(R"("verdict":"WON")"),
                    HasSubstr(R"("product_numerator":"10000")"),
                    HasSubstr(R"("product_denominator":"1")")));
}

TEST_F(VouchTest, ExplainsACustomer) {
  const Result bound = Ask("explain --customer c1");
  EXPECT_EQ(bound.exit_code, 0) << bound.err;
  EXPECT_THAT(bound.out, AllOf(StartsWith("Customer c1 at "),
                               HasSubstr("decided by payment p1"),
                               HasSubstr("it binds for good")));
  const Result json = Ask("explain --customer c1 --format json");
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_THAT(json.out, AllOf(HasSubstr(R"("payment_id":"p1")"),
                              Not(HasSubstr(R"("place":{)"))));
  // A day begins by the clocks of Berlin.
  const Result day = Ask("explain --customer c1 --at 2024-01-31");
  const Result moment = Ask("explain --customer c1 --at=2024-01-31T00:00:00Z");
  EXPECT_THAT(moment.out, StartsWith("Customer c1 at 2024-01-31T00:00:00Z\n"));
  EXPECT_THAT(day.out, StartsWith("Customer c1 at 2024-01-30T23:00:00Z\n"));
  struct {
    const char* question;
    const char* message;
  } const wrong[] = {
      {"explain", "explain needs --payment or --customer or --lead"},
      {"explain --payment p1 --customer c1",
       "explain takes --payment or --customer or --lead, only one"},
      {"explain --payment p1 --at 2024-01-31",
       "--at: is for a customer, not for a payment"},
      {"explain --customer c1 --at soon",
       "--at: is 2024-01-31 or 2024-01-31T12:00:00Z"},
      {"explain --customer c9", "customer_id: no such customer"},
      {"explain --lead l9", "lead_id: no such lead"},
      {"explain --lead l9 --at 2024-01-31",
       "--at: is for a customer, not for a lead"},
  };
  for (const auto& w : wrong) {
    const Result result = Ask(w.question);
    EXPECT_EQ(result.exit_code, 1) << w.question;
    EXPECT_THAT(result.err, HasSubstr(w.message)) << w.question;
  }
}

TEST_F(VouchTest, GivesTheFigures) {
  const Result text = Ask("stats");
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(StartsWith("Program shop\n"),
                              HasSubstr("revenue"), HasSubstr("650.00")));
  // 1000.00 + 50.00 - 400.00 in two payments.
  const Result json = Ask("stats --format json");
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_THAT(json.out, AllOf(HasSubstr(R"("revenue_minor":"65000")"),
                              HasSubstr(R"("commission_minor":"6500")"),
                              HasSubstr(R"("average_check_minor":"32500")"),
                              HasSubstr(R"("partners":[{"key":"anna",)")));
  EXPECT_THAT(Ask("stats --format json --period 2024-02").out,
              HasSubstr(R"("revenue_minor":"5000")"));
}

TEST_F(VouchTest, SaysWhatItDoesNotKnow) {
  struct {
    const char* question;
    const char* message;
  } const cases[] = {
      {"statement --partner bert", "partner_id: no such partner"},
      {"explain --payment p9", "payment_id: no such payment"},
      {"stats --program-id other", "--program-id: no program \"other\""},
  };
  for (const auto& c : cases) {
    const Result result = Ask(c.question);
    EXPECT_EQ(result.exit_code, 1) << c.question;
    EXPECT_THAT(result.out, IsEmpty()) << c.question;
    EXPECT_THAT(result.err, HasSubstr(c.message)) << c.question;
  }
  Write("none.jsonl", "");
  const Result none = Vouch("stats --events none.jsonl");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("bring no program"));
}

TEST_F(VouchTest, AnswersBesideRefusedEvents) {
  Write("e.jsonl", cli_test::History() + "nonsense\n");
  const Result result = Ask("statement --partner anna");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("1 event was refused"));
  EXPECT_THAT(result.out, HasSubstr("= closing"));
}

TEST_F(VouchTest, AsksWhichOfSeveralPrograms) {
  const std::string program =
      R"("program_set":{"program":{"currency":"EUR",)"
      R"("time_zone":"Europe/Berlin","conversion":"FIRST_PAYMENT",)"
      R"("attribution":{"model":"LAST_TOUCH","binding":{"span":"LIFETIME"}},)"
      R"("acquisition":{"until":"FIRST_PAYMENT_ONLY"},)"
      R"("rules":[{"rule_id":"a","reward":{"percent":"1%"}}]}})";
  std::string other = Line("terms", "2024-01-01T00:00:00Z", program);
  other.replace(other.find("shop"), 4, "mart");
  Write("e.jsonl", cli_test::History() + other);
  const Result open = Ask("stats");
  EXPECT_EQ(open.exit_code, 1);
  EXPECT_THAT(open.err, HasSubstr("--program-id: needed, as there are several: "
                                  "mart, shop"));
  EXPECT_THAT(Ask("stats --program-id mart").out, StartsWith("Program mart"));
  EXPECT_THAT(Ask("stats --program-id shop").out, StartsWith("Program shop"));
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch

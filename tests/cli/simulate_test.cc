// `vouch simulate` as a user runs it.
#include <filesystem>
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

std::string Fifth() {
  std::string terms = kProgram;
  terms.replace(terms.find("10%"), 3, "20%");
  return terms;
}

class SimulateTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("p.textproto", kProgram);
    Write("fifth.textproto", Fifth());
    Write("e.jsonl", cli_test::History());
  }
  Result Simulate(const std::string& more) const {
    return Vouch("simulate --program p.textproto --events e.jsonl " + more);
  }
};

// A tenth was 100.00 - 40.00 in January and 5.00 in February.
TEST_F(SimulateTest, TellsTheDifferenceFromADayOn) {
  const Result result = Simulate("--terms fifth.textproto --from 2024-02-01");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(result.out,
            "Program shop under other terms from 2024-02-01 (Europe/Berlin)\n"
            "\n"
            "  EUR                     booked simulated difference\n"
            "  accruals less reversals  65.00     70.00      +5.00 +7.69%\n"
            "\n"
            "  partner booked simulated difference\n"
            "  anna     65.00     70.00      +5.00 +7.69%\n"
            "\n"
            "  rule  booked simulated difference\n"
            "  tenth  65.00     70.00      +5.00 +7.69%\n"
            "\n"
            "  month   booked simulated difference\n"
            "  2024-01  60.00     60.00       0.00    0.00%\n"
            "  2024-02   5.00     10.00      +5.00 +100.00%\n");
}

TEST_F(SimulateTest, AsJson) {
  const Result result = Simulate("--terms fifth.textproto --format json");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(
      result.out,
      AllOf(StartsWith("{\"program_id\":\"shop\""),
            HasSubstr("\"total\":{\"key\":\"\",\"booked_minor\":\"6500\","
                      "\"simulated_minor\""
                      ":\"13000\",\"difference_minor\":\"6500\"}"),
            HasSubstr("{\"key\":\"2024-02\",\"booked_minor\":\"500\","
                      "\"simulated_minor\":\"1000\",\"difference_minor\":"
                      "\"500\"}")));
}

// The books of a file stay as they are, to the byte.
TEST_F(SimulateTest, OnBooksWithAnHtmlFile) {
  ASSERT_EQ(Vouch("run --db b.vouch --program p.textproto --events e.jsonl")
                .exit_code,
            0);
  const std::string before = Vouch("outputs --db b.vouch").out;
  const Result result = Vouch(
      "simulate --db b.vouch --program-id shop --terms fifth.textproto"
      " --from 2024-01-15T00:00:00Z --html out.html");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("from 2024-01-15T00:00:00Z"));
  const std::string html = ReadFile(Path("out.html"));
  EXPECT_THAT(html, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(html, HasSubstr("<bdi>anna</bdi>"));
  EXPECT_THAT(html, HasSubstr("+5.00"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_EQ(Vouch("outputs --db b.vouch").out, before);
  EXPECT_EQ(Vouch("verify --db b.vouch").exit_code, 0);
  // The same again gives the same file.
  ASSERT_EQ(Vouch("simulate --db b.vouch --terms fifth.textproto"
                  " --from 2024-01-15T00:00:00Z --html again.html")
                .exit_code,
            0);
  EXPECT_EQ(ReadFile(Path("again.html")), html);
}

// By another name too.
TEST_F(SimulateTest, WritesOverNothingThatItReads) {
  ASSERT_EQ(Vouch("run --db b.vouch --program p.textproto --events e.jsonl")
                .exit_code,
            0);
  const std::string books = ReadFile(Path("b.vouch"));
  const std::string terms = ReadFile(Path("fifth.textproto"));
  std::filesystem::create_hard_link(Path("b.vouch"), Path("same.html"));
  for (const std::string html :
       {"b.vouch", "./b.vouch", "same.html", "fifth.textproto"}) {
    const Result result =
        Vouch("simulate --db b.vouch --terms fifth.textproto --html " + html);
    EXPECT_EQ(result.exit_code, 1) << html;
    EXPECT_THAT(result.err, HasSubstr("--html: is the file ")) << html;
    EXPECT_EQ(result.out, "") << html;
  }
  EXPECT_EQ(ReadFile(Path("b.vouch")), books);
  EXPECT_EQ(ReadFile(Path("fifth.textproto")), terms);
  // A report takes the place of an older one.
  Write("old.html", "old");
  ASSERT_EQ(Vouch("simulate --db b.vouch --terms fifth.textproto"
                  " --html old.html")
                .exit_code,
            0);
  EXPECT_THAT(ReadFile(Path("old.html")), StartsWith("<!DOCTYPE html>"));
}

TEST_F(SimulateTest, SaysWhatIsWrong) {
  Write("usd.textproto", [] {
    std::string terms = kProgram;
    terms.replace(terms.find("\"EUR\""), 5, "\"USD\"");
    return terms;
  }());
  Write("bad.textproto", [] {
    std::string terms = kProgram;
    terms.replace(terms.find("10%"), 3, "ten");
    return terms;
  }());
  struct {
    const char* arguments;
    const char* message;
  } const cases[] = {
      {"", "simulate needs --terms"},
      {"--terms no.textproto", "no.textproto: No such file or directory"},
      {"--terms bad.textproto", "bad.textproto: rules[0].reward.percent: "},
      {"--terms usd.textproto",
       "usd.textproto: program.currency: a program's currency never changes"},
      {"--terms fifth.textproto --from yesterday",
       "--from: is 2024-01-31 or 2024-01-31T12:00:00Z"},
      {"--terms fifth.textproto --html no/such/folder.html",
       "no/such/folder.html: No such file or directory"},
      {"--terms fifth.textproto --html ''", "--html: names no file"},
      {"--terms fifth.textproto --program-id none",
       "--program-id: no program \"none\""},
      {"--terms fifth.textproto --period 2024", "simulate takes no --period"},
  };
  for (const auto& c : cases) {
    const Result result = Simulate(c.arguments);
    EXPECT_EQ(result.exit_code, 1) << c.arguments;
    EXPECT_THAT(result.out, IsEmpty()) << c.arguments;
    EXPECT_THAT(result.err, HasSubstr(c.message)) << c.arguments;
  }
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch

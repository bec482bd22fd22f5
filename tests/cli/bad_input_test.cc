// Input that is wrong: a clear message with its line, no crash, nothing half
// applied, and the rest goes on.
#include <algorithm>
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

class BadInputTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("p.textproto", kProgram);
  }
  Result Run(const std::string& events, const std::string& more = "") const {
    Write("e.jsonl", events);
    return Vouch("run --program p.textproto --events e.jsonl " + more);
  }
  // `line` between good ones, as line 3: it is refused with `message`, and the
  // books are those of the good ones.
  void ExpectRefused(const std::string& line, const std::string& message) {
    const std::string good = Payment("p1", "2024-01-10T10:00:00Z", "100000");
    const Result result =
        Run(Anna() + Click() + line + "\n" + good, "--print balances");
    EXPECT_EQ(result.exit_code, 2) << line.substr(0, 200);
    EXPECT_THAT(result.err, HasSubstr("line 3: ")) << line.substr(0, 200);
    EXPECT_THAT(result.err, HasSubstr(message)) << line.substr(0, 200);
    EXPECT_THAT(result.err,
                HasSubstr("4 events: 3 applied, 0 duplicates, 1 refused"));
    EXPECT_THAT(result.err, HasSubstr("balances: holds"));
    EXPECT_THAT(result.out, HasSubstr(R"("expense_minor":"-10000")"));
  }
};

TEST_F(BadInputTest, AnEmptyFile) {
  const Result result = Run("", "--print accruals");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(result.err, "0 events: 0 applied, 0 duplicates, 0 refused\n");
  Write("empty.textproto", "");
  const Result check = Vouch("check --program empty.textproto");
  EXPECT_EQ(check.exit_code, 1);
  EXPECT_THAT(check.err, HasSubstr("program_id: missing"));
}

TEST_F(BadInputTest, ATruncatedLine) {
  const std::string line = Payment("p9", "2024-01-09T10:00:00Z", "5");
  ExpectRefused(line.substr(0, line.size() / 2), "byte ");
}

TEST_F(BadInputTest, InvalidUtf8) {
  ExpectRefused(Payment("p\xff", "2024-01-09T10:00:00Z", "5"), "UTF-8");
}

TEST_F(BadInputTest, AWrongType) {
  ExpectRefused(Payment("p9", "2024-01-09T10:00:00Z", "true"),
                "payment.lines[0].amount_minor: ");
}

TEST_F(BadInputTest, AnUnknownField) {
  ExpectRefused(Line("x", "2024-01-09T10:00:00Z",
                     R"("touch":{"customer_id":"c1","chanel":"LINK"})"),
                "chanel");
}

TEST_F(BadInputTest, AKeyTwice) {
  ExpectRefused(
      Line("x", "2024-01-09T10:00:00Z", R"("clock":{},"event_id":"y")"),
      "event_id");
}

TEST_F(BadInputTest, AnAmountPast64Bits) {
  ExpectRefused(Payment("p9", "2024-01-09T10:00:00Z", "9223372036854775808"),
                "payment.lines[0].amount_minor: ");
}

TEST_F(BadInputTest, ANegativeAmount) {
  ExpectRefused(Payment("p9", "2024-01-09T10:00:00Z", "-1"),
                "payment.lines[0].amount_minor: ");
}

TEST_F(BadInputTest, ARefundBeforeItsPayment) {
  ExpectRefused(Refund("r9", "p9", "2024-01-09T10:00:00Z", "5"),
                "refund.payment_id: ");
  const Result again = Run(
      Anna() + Click() + Refund("r1", "p1", "2024-01-20T10:00:00Z", "100000") +
          Payment("p1", "2024-01-10T10:00:00Z", "100000") +
          Refund("r1", "p1", "2024-01-20T10:00:00Z", "100000"),
      "--print balances");
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("(NOT_FOUND, event e-r1)"));
  EXPECT_THAT(again.out, HasSubstr(R"("expense_minor":"0")"));
}

TEST_F(BadInputTest, TheYear10000) {
  ExpectRefused(Payment("p9", "10000-01-01T00:00:00Z", "5"), "time");
}

TEST_F(BadInputTest, ALineOfTenMegabytes) {
  ExpectRefused(
      Line(std::string(10 << 20, 'x'), "2024-01-09T10:00:00Z", R"("clock":{})"),
      "line: longer than 4194304 bytes");
}

TEST_F(BadInputTest, ControlCharactersDoNotReachTheTerminal) {
  const Result result =
      Run(Line("a\\u001b[31mb", "2024-01-09T10:00:00Z", R"("clock":{})"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("line 1: "), HasSubstr("\\x1b[31m"),
                                Not(HasSubstr("\x1b"))));
}

TEST_F(BadInputTest, EveryRefusalHasItsLineInOrder) {
  const Result result =
      Run("{}\n" + Anna() + "\nnonsense\n" +
              Refund("r1", "p1", "2024-01-20T10:00:00Z", "5") + "[]\n",
          "--batch-size 2");
  EXPECT_EQ(result.exit_code, 2);
  const std::size_t first = result.err.find("line 1: ");
  const std::size_t second = result.err.find("line 4: ");
  const std::size_t third = result.err.find("line 5: refund.payment_id: ");
  const std::size_t fourth = result.err.find("line 6: ");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_LT(third, fourth);
  EXPECT_NE(fourth, std::string::npos);
  EXPECT_THAT(result.err, HasSubstr("5 events: 1 applied, 0 duplicates, "
                                    "4 refused"));
}

TEST_F(BadInputTest, BinaryThatIsNone) {
  Write("e.bin", std::string("\x05\x01\x02", 3));
  const Result result = Vouch("run --program p.textproto --events e.bin");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("record 1: "));
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch

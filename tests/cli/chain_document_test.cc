// The program in docs/STORAGE_FORMAT.md that checks the chain of a file, on
// files that `vouch run` made.
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_fixture.h"
#include "tests/cli/sql.h"

namespace vouch {
namespace cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The one block marked python.
std::string DocumentedProgram() {
  const std::string text = ReadFile(VOUCH_SOURCE_DIR "/docs/STORAGE_FORMAT.md");
  const std::string begin = "```python\n";
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t from = at + begin.size();
  return text.substr(from, text.find("```", from) - from);
}

class ChainDocumentTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    ASSERT_THAT(DocumentedProgram(), Not(IsEmpty()));
    Write("check.py", DocumentedProgram());
    Write("p.textproto", kProgram);
    // Texts and moments of more than one byte's length, before 1970 too.
    Write("e.jsonl",
          History() +
              Line(std::string(100, 'n') + "\xc3\xbc" + std::string(100, 'n'),
                   "2024-03-01T00:00:00.000001Z", "\"clock\":{}") +
              Line("old", "1969-12-31T23:59:59.999999Z", "\"clock\":{}"));
    ASSERT_EQ(Vouch("run --db b.vouch --program p.textproto --events e.jsonl")
                  .exit_code,
              0);
  }
  Result Check() const {
    return Shell("'" VOUCH_PYTHON "' check.py b.vouch >out 2>err");
  }
};

TEST_F(ChainDocumentTest, AgreesWithTheFile) {
  const Result result = Check();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out,
              StartsWith("9 rows, the chain holds; the last link is "));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(ChainDocumentTest, FindsEachColumnThatWasChanged) {
  std::filesystem::copy_file(Path("b.vouch"), Path("whole"));
  struct {
    const char* sql;
    const char* message;
  } const cases[] = {
      {"UPDATE log SET time_us = time_us + 1 WHERE seq = 5",
       "log 5: the chain"},
      {"UPDATE log SET event_id = 'e-p9' WHERE seq = 4", "log 4: the chain"},
      {"UPDATE log SET kind = 'payment' WHERE seq = 9", "log 9: the chain"},
      {"UPDATE log SET record = x'00' WHERE seq = 1", "log 1: the chain"},
      {"UPDATE log SET content = zeroblob(16) WHERE seq = 2",
       "log 2: the chain"},
      {"UPDATE log SET chain = zeroblob(32) WHERE seq = 3", "log 3: the chain"},
      {"UPDATE programs SET program_id = 'shoq'", "log 1: the chain"},
      {"DELETE FROM log WHERE seq = 6", "log 7: comes after 5"},
  };
  for (const auto& c : cases) {
    std::filesystem::copy_file(
        Path("whole"), Path("b.vouch"),
        std::filesystem::copy_options::overwrite_existing);
    RunSql(Path("b.vouch"), c.sql);
    const Result result = Check();
    EXPECT_EQ(result.exit_code, 1) << c.sql;
    EXPECT_THAT(result.err, HasSubstr(c.message)) << c.sql;
    EXPECT_EQ(Vouch("verify --db b.vouch").exit_code, 2) << c.sql;
  }
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch

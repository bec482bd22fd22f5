// One bit of a file is not what was written: it is found, or no answer is
// another; and nothing is ever believed that differs.
//
// In the daily run: sixteen bits of every page of a small file, of its head, its
// cell pointers and its content. With VOUCH_FULL=1: one bit of every byte.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"
#include "tests/storage/test_disk.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

constexpr uint64_t kSeed = 5;
constexpr std::size_t kEvents = 300;
constexpr std::size_t kPage = 4096;
constexpr int kParts = 4;

EngineOptions Plain() {
  EngineOptions options;
  options.snapshot_events = 0;
  return options;
}

SqliteOptions On(const TestDisk& disk) {
  SqliteOptions options;
  options.vfs = disk.vfs();
  return options;
}

// All that people ask, with the errors where there is no answer.
std::string AnswersText(const OnFile& on) {
  const KeptBooks kept = ReadBooks(on);
  std::string text = absl::StrCat(kept.books, kept.log, kept.state);
  for (const BalanceRow& row : on.engine->BalanceRows().value()) {
    const absl::StatusOr<Statement> statement = on.engine->GetStatement(
        row.program_id, row.partner_id, Instant{0}, Instant{int64_t{1} << 60});
    if (!statement.ok()) return statement.status().ToString();
    for (const StatementCurrency& currency : statement->currencies) {
      absl::StrAppend(&text, ToAbsl(currency.currency.code()), "|");
      AppendFigures(currency, &text);
    }
  }
  return text;
}

class FlipTest : public testing::TestWithParam<int> {};

}  // namespace

}  // namespace storage_test

VOUCH_NAMESPACE_END

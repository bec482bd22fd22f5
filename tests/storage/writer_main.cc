// A process that applies a script to a file of books, for tests that kill it.
//
//   storage_writer <path> <seed> <events> <first batch>
//
// Says R when the books are open, or E and the error. For each byte of standard
// input it applies the next batch and, when Apply has returned, says A. Ends
// with its input, or with Z when nothing is left to apply.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/storage/child.h"
#include "tests/storage/kept_books.h"
#include "tests/storage/script.h"

using namespace vouch::storage_test;  // NOLINT: the program's own
using vouch::Seq;

namespace {

bool Say(const std::string& what) {
  return write(STDOUT_FILENO, what.data(), what.size()) ==
         static_cast<ssize_t>(what.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const auto script = MakeScript(std::strtoull(argv[2], nullptr, 10),
                                 std::strtoull(argv[3], nullptr, 10));
  const OnFile on = OpenOnFile(argv[1], WriterOptions(), WriterSnapshots());
  if (!on) {
    Say("E" + on.status.ToString());
    return 2;
  }
  const Seq kept = on.engine->GetCounters().last_seq;
  const auto batches = WriterBatches(*script);
  if (!Say("R")) return 3;
  char go = 0;
  for (std::size_t i = std::strtoull(argv[4], nullptr, 10); i < batches.size();
       ++i) {
    if (read(STDIN_FILENO, &go, 1) != 1) return 0;
    std::vector<vouch::Outcome> outcomes;
    const auto events = NotAnswered(*script, batches[i], kept);
    if (!on.engine->Apply(events, &outcomes).ok()) return 4;
    if (!Say("A")) return 3;
  }
  return Say("Z") ? 0 : 3;
}

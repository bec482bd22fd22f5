// A host that finds the installed package: the engine, the readers, the headers
// generated from the schemas, and codes.
#include <cstdio>
#include <string>
#include <vector>

#include "vouch/code/code_checker.h"
#include "vouch/proto/program_file.h"
#include "vouch/v1/program.pb.h"
#include "vouch/vouch.h"

int main() {
  vouch::v1::Program schema;
  schema.set_program_id("shop");

  vouch::Mistakes mistakes;
  const auto spec =
      vouch::proto::ReadProgramText("program_id: \"shop\"", &mistakes);
  // A program of a name alone has mistakes, and they are all told.
  if (spec.ok() || mistakes.list().size() < 3) return 1;

  const auto engine = vouch::Engine::InMemory();
  if (engine->GetCounters().applied_count != 0) return 1;

  const std::vector<uint8_t> key(16);
  auto maker = vouch::CodeMaker::Create({0, key}, "shop", 8);
  vouch::CodeChecker checker("shop");
  if (!maker.ok() || !checker.Add({{0, key}, 8, 10}).ok()) return 1;
  if (checker.Check(maker->Make(9)->view())->n != 9) return 1;
  std::printf("%s\nrules of revision %d\n", mistakes.ToString().c_str(),
              vouch::kSemanticsRevision);
  return 0;
}

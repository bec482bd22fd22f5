// A host that finds the installed package: the engine, the readers, and the
// headers generated from the schemas.
#include <cstdio>
#include <string>

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
  std::printf("%s\nrules of revision %d\n", mistakes.ToString().c_str(),
              vouch::kSemanticsRevision);
  return 0;
}

// A host that finds the installed package: the engine, the readers, the headers
// generated from the schemas, codes and links.
#include <cstdio>
#include <string>
#include <vector>

#include "vouch/code/code_checker.h"
#include "vouch/link/resolve.h"
#include "vouch/proto/program_file.h"
#include "vouch/v1/program.pb.h"
#include "vouch/vouch.h"

// A link, and one that is not ordinary, where this build reads such.
static bool ReadsLinks() {
  vouch::LinkFormatSpec spec;
  spec.program_id = "shop";
  const auto format = vouch::LinkFormat::Build(spec);
  if (!format.ok()) return false;
  for (const char* url :
       {"https://shop.example/?ref=anna", "HTTPS://shop.example/./?ref=anna"}) {
    if (url[0] == 'H' && !vouch::ReadsEveryUrl()) continue;
    vouch::LinkScratch scratch;
    vouch::ResolvedLink link;
    if (!vouch::ResolveLink(*format, url, {}, &scratch, &link).ok() ||
        link.fields[vouch::LinkField::kPartner] != "anna") {
      return false;
    }
  }
  return true;
}

int main() {
  if (!ReadsLinks()) return 1;
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

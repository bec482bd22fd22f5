// A host that finds the installed package: libraries, headers and the headers
// generated from the schemas.
#include <google/protobuf/text_format.h>

#include <cstdio>

#include "vouch/base/config.h"
#include "vouch/v1/program.pb.h"

int main() {
  vouch::v1::Program program;
  if (!google::protobuf::TextFormat::ParseFromString("attribution {}",
                                                     &program) ||
      !program.has_attribution()) {
    return 1;
  }
  std::printf("rules of revision %d\n", vouch::kSemanticsRevision);
  return 0;
}

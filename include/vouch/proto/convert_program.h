// A program's message as the plain terms of the program layer.
//
//   Mistakes mistakes;
//   ProgramSpec spec;
//   if (proto::ConvertProgram(message, &spec, &mistakes)) {
//     program = Program::Build(spec, &mistakes);
//   }
//
// The schema holds the whole contract; what the engine does not yet carry out,
// which is `report`, is refused by its path ("report: not supported yet"),
// never ignored. The same goes for words that only a newer schema knows; for
// fields of one see vouch/proto/unknown_fields.h.
#ifndef VOUCH_PROTO_CONVERT_PROGRAM_H_
#define VOUCH_PROTO_CONVERT_PROGRAM_H_

#include "vouch/base/config.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/spec.h"
#include "vouch/v1/program.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Fills `*spec` from `program` and returns whether there was no mistake; every
// mistake is added to `*mistakes` in the order of the schema's fields, with
// the paths that Program::Build uses for its own. A word that is left out
// takes the default that the schema gives it (docs/SEMANTICS.md, sections 4 to
// 7), or is "missing" where the schema requires one. Names for people (`name`)
// change nothing and are not taken over.
//
// With mistakes `*spec` is good for one purpose: to let Program::Build find
// what else is wrong. What was refused is then replaced by something harmless,
// so that nothing is told twice.
//
// Uses the generated accessors alone, so that it compiles against lite code
// too. Safe in any thread.
bool ConvertProgram(const v1::Program& program, ProgramSpec* spec,
                    Mistakes* mistakes);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_CONVERT_PROGRAM_H_

// A program from the file that people write: text format or JSON.
//
//   Mistakes mistakes;
//   absl::StatusOr<ProgramSpec> spec = proto::ReadProgram(text, &mistakes);
//   if (!spec.ok()) std::cerr << mistakes.ToString();
//   // rules[2].reward.percent: ...
//   // line 14:3: Message type "vouch.v1.Rule" has no field named "percnt".
//
// A program comes back only when it is right as a whole: what Program::Build
// would find is among the mistakes too, after those of reading.
#ifndef VOUCH_PROTO_PROGRAM_FILE_H_
#define VOUCH_PROTO_PROGRAM_FILE_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Bytes of a program file: a thousand rules with long lists fit.
inline constexpr std::size_t kMaxProgramBytes = std::size_t{4} * 1024 * 1024;

// Reads one vouch.v1.Program. Every mistake is added to `*mistakes`; the error
// is INVALID_ARGUMENT with the text of them all. A syntax mistake hides those
// behind it; its path is "line 3:7" (both from 1) in text format, the field or
// "byte 17" in JSON. Safe in any thread.
absl::StatusOr<ProgramSpec> ReadProgramText(std::string_view text,
                                            Mistakes* mistakes);
absl::StatusOr<ProgramSpec> ReadProgramJson(std::string_view text,
                                            Mistakes* mistakes);

// JSON if the first character that is no space is '{', which no program in
// text format begins with; else text format.
absl::StatusOr<ProgramSpec> ReadProgram(std::string_view text,
                                        Mistakes* mistakes);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_PROGRAM_FILE_H_

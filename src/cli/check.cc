#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

int RunCheck(const Options& options) {
  const absl::StatusOr<ProgramSpec> spec = LoadProgram(options.program);
  if (!spec.ok()) {
    if (spec.status().code() != absl::StatusCode::kInvalidArgument) {
      Complain(spec.status());
      return kExitFailed;
    }
    // The mistakes alone, one a line, as a compiler tells them.
    for (const absl::string_view line :
         absl::StrSplit(spec.status().message(), '\n')) {
      Say(absl::StrCat(options.program, ": ", Printable(ToStd(line)), "\n"));
    }
    return kExitFailed;
  }
  const bool said = Answer(
      absl::StrCat("OK: program ", spec->program_id, ", ", spec->currency, ", ",
                   spec->time_zone, ", ", spec->rules.size(),
                   spec->rules.size() == 1 ? " rule\n" : " rules\n"));
  return said ? kExitDone : kExitFailed;
}

}  // namespace cli

VOUCH_NAMESPACE_END

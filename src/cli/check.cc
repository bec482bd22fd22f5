#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

int RunCheck(const Options& options) {
  const absl::StatusOr<ProgramSpec> spec = LoadProgram(options.program);
  if (!spec.ok()) {
    Complain(spec.status());
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

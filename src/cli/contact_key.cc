// vouch contact-key.
#include "vouch/code/contact_key.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/key_file.h"
#include "cli/lines.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// The first contact that cannot be read ends it: a file with a line fewer than
// the one that came in would be put beside the wrong people.
absl::Status MakeKeys(const Options& options) {
  const CodeOptions& flags = options.code;
  const std::optional<ContactKind> kind =
      ParseWord<ContactKind>(absl::AsciiStrToUpper(flags.kind));
  if (!kind.has_value()) {
    return InvalidField("--kind", "is one of email, phone, tax_number");
  }
  VOUCH_ASSIGN_OR_RETURN(const Secret secret,
                         ReadSecret(options.secret, "VOUCH_CONTACT_SECRET"));
  StandardOutput out;
  VOUCH_RETURN_IF_ERROR(ForEachLine(
      flags.values,
      [&](std::string_view line, std::size_t number) -> absl::Status {
        const absl::StatusOr<std::string> key =
            ContactKey(*kind, line, secret.bytes(), options.key_id);
        if (!key.ok()) {
          return InvalidField(absl::StrCat("line ", number),
                              ToStd(key.status().message()));
        }
        absl::StrAppend(out.buffer(), *key, "\n");
        return out.Commit();
      }));
  return out.Flush();
}

}  // namespace

int RunContactKey(const Options& options) {
  const absl::Status status = MakeKeys(options);
  if (!status.ok()) Complain(status);
  return status.ok() ? kExitDone : kExitFailed;
}

}  // namespace cli

VOUCH_NAMESPACE_END

// Keys and secrets: from a file or the environment, never from the command
// line, which everybody on a machine can read.
#ifndef VOUCH_SRC_CLI_KEY_FILE_H_
#define VOUCH_SRC_CLI_KEY_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/code/secret.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

// A key of codes and its epoch.
struct EpochKey {
  int epoch = 0;
  Secret key;
};

// The keys in the file `path`, or in VOUCH_CODE_KEYS when `path` is empty, in
// the order written; with `epoch` other than -1 that one alone.
// INVALID_ARGUMENT for a line that is none, an epoch twice, and when there is
// none; a message never shows a line.
absl::StatusOr<std::vector<EpochKey>> ReadKeys(const std::string& path,
                                               int epoch);

// The secret in the file `path`, or in the environment variable when that is
// empty: one line of hexadecimal digits.
absl::StatusOr<Secret> ReadSecret(const std::string& path,
                                  const char* variable);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_KEY_FILE_H_

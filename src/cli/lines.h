// A text file, or standard input, line by line.
#ifndef VOUCH_SRC_CLI_LINES_H_
#define VOUCH_SRC_CLI_LINES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

inline constexpr std::size_t kMaxLineBytes = 4096;

inline bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

// Calls `take` with each line of the file `path` ("-": standard input) without
// its end, and its number from 1, until one call fails, which is then the
// answer. NOT_FOUND or DATA_LOSS
// with the name when the file cannot be read, INVALID_ARGUMENT for a line of
// more than kMaxLineBytes. The line's bytes are wiped in the end, for it may
// be a secret.
absl::Status ForEachLine(const std::string& path,
                         const std::function<absl::Status(
                             std::string_view line, std::size_t number)>& take);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_LINES_H_

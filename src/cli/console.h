// Standard output and standard error.
#ifndef VOUCH_SRC_CLI_CONSOLE_H_
#define VOUCH_SRC_CLI_CONSOLE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

// Standard output, a large piece at a time. The first error stays; after it
// nothing more is written.
class StandardOutput {
 public:
  StandardOutput() = default;
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  // Where the next bytes go; Commit after each row.
  std::string* buffer() { return &buffer_; }
  // Writes what is there if it is enough for a piece. DATA_LOSS when the
  // output cannot be written.
  absl::Status Commit();
  // Writes all that is there.
  absl::Status Flush();

 private:
  std::string buffer_;
  absl::Status status_;
};

// `text` with control characters and bytes that are no UTF-8 as "\x1b", so
// that what comes from a file cannot steer a terminal.
std::string Printable(std::string_view text);

// "vouch: <message>" on standard error, a line each line of the message.
void Complain(std::string_view message);
void Complain(const absl::Status& status);

// `text` as it is on standard error.
void Say(std::string_view text);

// Writes `text` to standard output; false, and said so, when that fails.
bool Answer(std::string_view text);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_CONSOLE_H_

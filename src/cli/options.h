// What the user asked for: the command and its flags, read and checked.
#ifndef VOUCH_SRC_CLI_OPTIONS_H_
#define VOUCH_SRC_CLI_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/proto/event_reader.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

// What `run` and `outputs` print on standard output.
enum class Print : uint8_t {
  kNothing,
  kOutputs,  // every row of the feed
  kAccruals,
  kEntries,
  kDecisions,
  kBalances,
};

enum class Format : uint8_t { kText, kJson };

struct Options {
  std::vector<std::string> arguments;  // what is no flag; first the command
  std::vector<std::string> given;      // the flags that were named, by name
  std::string program;
  std::string events;
  std::string db;  // file of the books; empty: in memory
  proto::EventFormat input = proto::EventFormat::kJsonLines;
  Print print = Print::kNothing;
  std::size_t batch_size = 1000;
  std::string program_id;
  std::string partner;
  std::string payment;
  std::string period;
  Format format = Format::kText;
  int64_t after = 0;  // a seq
  int64_t limit = 0;  // of printed rows; 0: all
  std::string to;     // a file to be made
  std::string customer;
  std::string at;     // a moment
  std::string terms;  // file of a program
  std::string from;   // a moment
  std::string html;   // a file to be made
  bool rebuild = false;

  bool Given(std::string_view flag) const;
};

// Reads the command line. A flag may be written with hyphens or underscores
// and with its value behind '=' or as the next argument. INVALID_ARGUMENT for
// a value that a flag does not take; for an unknown flag, says so on standard
// error and ends the program with kExitFailed.
absl::StatusOr<Options> ParseOptions(int argc, char** argv);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_OPTIONS_H_

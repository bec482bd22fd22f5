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

// What is said of codes and contact keys.
struct CodeOptions {
  std::string keys;   // file; empty: the environment
  std::string codes;  // file of codes to be checked
  std::string words;  // file of words to avoid; empty: none
  int epoch = -1;     // -1: that of the last key
  int length = 0;
  uint64_t from = 0;  // a number
  uint64_t until = 0;
  uint64_t count = 0;
  uint64_t out = 0;     // codes that are out
  uint64_t one_in = 0;  // 0: any chance will do
  std::string kind;
  std::string values;  // file of contacts
};

// What is said of links.
struct LinkOptions {
  std::string base;           // URL that a link is made from
  std::string path_template;  // several for resolving
  std::string hosts;          // where links may lead
  std::string expires;        // a moment, the end of a signature
  bool require_signature = false;
};

struct Options {
  // What is no flag; first the command, until it is found.
  std::vector<std::string> arguments;
  std::vector<std::string> given;  // the flags that were named, by name
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
  std::string lead;
  std::string at;      // a moment
  std::string key_id;  // name of the secret
  std::string secret;  // file; empty: the environment
  std::string terms;   // file of a program
  std::string from;    // a moment
  std::string html;    // a file to be made
  bool rebuild = false;
  CodeOptions code;
  LinkOptions link;

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

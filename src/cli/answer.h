// What the commands that answer a question share.
#ifndef VOUCH_SRC_CLI_ANSWER_H_
#define VOUCH_SRC_CLI_ANSWER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"
#include "cli/options.h"
#include "google/protobuf/message.h"
#include "vouch/base/config.h"
#include "vouch/proto/json_writer.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

inline std::string JsonLine(const google::protobuf::Message& message) {
  return absl::StrCat(proto::WriteJson(message), "\n");
}

// Runs the events, then prints what `make(options, history)` gives. An error
// of either is said, and nothing is printed.
template <typename Make>
int AnswerFrom(const Options& options, Make make) {
  History history;
  const absl::StatusOr<int> exit_code = RunForAnswer(options, &history);
  if (!exit_code.ok()) {
    Complain(exit_code.status());
    return kExitFailed;
  }
  const absl::StatusOr<std::string> text = make(options, history);
  if (!text.ok()) {
    Complain(text.status());
    return kExitFailed;
  }
  return Answer(*text) ? *exit_code : kExitFailed;
}

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_ANSWER_H_

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "vouch/base/status.h"
#include "vouch/proto/convert_output.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

absl::StatusOr<std::string> MakeExplanation(const Options& options,
                                            const History& history) {
  VOUCH_ASSIGN_OR_RETURN(const std::string program_id,
                         ChosenProgram(options, *history.engine));
  VOUCH_ASSIGN_OR_RETURN(const Explanation explanation,
                         history.engine->Explain(program_id, options.payment));
  if (options.format == Format::kText) return ExplanationText(explanation);
  v1::Explanation message;
  proto::ConvertExplanation(explanation, &message);
  return JsonLine(message);
}

}  // namespace

int RunExplain(const Options& options) {
  return AnswerFrom(options, MakeExplanation);
}

}  // namespace cli

VOUCH_NAMESPACE_END

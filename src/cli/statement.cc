#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "vouch/base/status.h"
#include "vouch/proto/convert_output.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

absl::StatusOr<std::string> MakeStatement(const Options& options,
                                          const History& history) {
  VOUCH_ASSIGN_OR_RETURN(const std::string program_id,
                         ChosenProgram(options, *history.engine));
  VOUCH_ASSIGN_OR_RETURN(const Period period,
                         ChosenPeriod(options, *history.engine, program_id));
  VOUCH_ASSIGN_OR_RETURN(
      const Statement statement,
      history.engine->GetStatement(program_id, options.partner, period.from,
                                   period.until));
  if (options.format == Format::kText) return StatementText(statement);
  v1::Statement message;
  proto::ConvertStatement(statement, &message);
  return JsonLine(message);
}

}  // namespace

int RunStatement(const Options& options) {
  return AnswerFrom(options, MakeStatement);
}

}  // namespace cli

VOUCH_NAMESPACE_END

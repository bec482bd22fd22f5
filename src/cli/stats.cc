#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "vouch/base/status.h"
#include "vouch/proto/convert_output.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

absl::StatusOr<std::string> MakeStats(const Options& options,
                                      const History& history) {
  VOUCH_ASSIGN_OR_RETURN(const std::string program_id,
                         ChosenProgram(options, *history.engine));
  VOUCH_ASSIGN_OR_RETURN(const Period period,
                         ChosenPeriod(options, *history.engine, program_id));
  VOUCH_ASSIGN_OR_RETURN(
      const Stats stats,
      history.engine->GetStats(program_id, period.from, period.until));
  if (options.format == Format::kText) return StatsText(stats);
  v1::Stats message;
  proto::ConvertStats(stats, &message);
  return JsonLine(message);
}

}  // namespace

int RunStats(const Options& options) { return AnswerFrom(options, MakeStats); }

}  // namespace cli

VOUCH_NAMESPACE_END

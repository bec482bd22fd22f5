#include <optional>
#include <string>
#include <string_view>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "vouch/base/instant.h"
#include "vouch/base/status.h"
#include "vouch/proto/convert_output.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

absl::StatusOr<Explanation> Ask(const Options& options, const Engine& engine,
                                std::string_view program_id) {
  const bool of_payment = options.Given("payment");
  if (of_payment || options.Given("lead")) {
    if (options.Given("at")) {
      return InvalidField("--at", of_payment
                                      ? "is for a customer, not for a payment"
                                      : "is for a customer, not for a lead");
    }
    return of_payment ? engine.Explain(program_id, options.payment)
                      : engine.ExplainLead(program_id, options.lead);
  }
  VOUCH_ASSIGN_OR_RETURN(
      const std::optional<Instant> at,
      ChosenMoment(options, "at", options.at, engine, program_id));
  return engine.ExplainCustomer(program_id, options.customer, at);
}

absl::StatusOr<std::string> MakeExplanation(const Options& options,
                                            const History& history) {
  VOUCH_ASSIGN_OR_RETURN(const std::string program_id,
                         ChosenProgram(options, *history.engine));
  VOUCH_ASSIGN_OR_RETURN(const Explanation explanation,
                         Ask(options, *history.engine, program_id));
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

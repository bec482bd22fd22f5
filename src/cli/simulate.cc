#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/history.h"
#include "vouch/base/status.h"
#include "vouch/proto/convert_output.h"
#include "vouch/report/simulation_html.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// Whether the report would be written over a file that is read.
absl::Status CheckReportPath(const Options& options) {
  for (const std::string* read :
       {&options.db, &options.program, &options.events, &options.terms}) {
    std::error_code none;  // one of the two is not there
    if (!read->empty() &&
        std::filesystem::equivalent(options.html, *read, none)) {
      return InvalidField("--html",
                          absl::StrCat("is the file ", *read, " that is read"));
    }
  }
  return absl::OkStatus();
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  const auto failed = [&path] {
    return absl::DataLossError(absl::StrCat(path, ": ", std::strerror(errno)));
  };
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return failed();
  const bool written =
      std::fwrite(text.data(), 1, text.size(), file) == text.size();
  absl::Status status = written ? absl::OkStatus() : failed();
  if (std::fclose(file) != 0 && status.ok()) return failed();
  return status;
}

absl::StatusOr<std::string> MakeSimulation(const ProgramSpec& terms,
                                           const Options& options,
                                           const History& history) {
  VOUCH_ASSIGN_OR_RETURN(const std::string program_id,
                         ChosenProgram(options, *history.engine));
  VOUCH_ASSIGN_OR_RETURN(
      const std::optional<Instant> from,
      ChosenMoment(options, "from", options.from, *history.engine, program_id));
  const absl::StatusOr<Simulation> simulation =
      history.engine->Simulate(program_id, terms, from);
  if (!simulation.ok()) {
    return absl::Status(
        simulation.status().code(),
        absl::StrCat(options.terms, ": ", simulation.status().message()));
  }
  if (!options.html.empty()) {
    VOUCH_RETURN_IF_ERROR(WriteFile(options.html, SimulationHtml(*simulation)));
  }
  if (options.format == Format::kText) return SimulationText(*simulation);
  v1::Simulation message;
  proto::ConvertSimulation(*simulation, &message);
  return JsonLine(message);
}

}  // namespace

int RunSimulate(const Options& options) {
  if (const absl::Status html = CheckReportPath(options); !html.ok()) {
    Complain(html);
    return kExitFailed;
  }
  const absl::StatusOr<ProgramSpec> terms = LoadProgram(options.terms);
  if (!terms.ok()) {
    Complain(terms.status());
    return kExitFailed;
  }
  return AnswerFrom(options, [&terms](const auto& asked, const auto& history) {
    return MakeSimulation(*terms, asked, history);
  });
}

}  // namespace cli

VOUCH_NAMESPACE_END

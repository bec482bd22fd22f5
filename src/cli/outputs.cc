#include "cli/commands.h"
#include "cli/console.h"
#include "cli/row_printer.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

absl::Status PrintOutputs(const Options& options) {
  EngineOptions reading;
  reading.read_only = true;
  VOUCH_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                         Engine::Open(options.db, reading));
  const Print print =
      options.print == Print::kNothing ? Print::kOutputs : options.print;
  RowPrinter printer(print, nullptr);
  printer.StartAfter(Seq(static_cast<uint64_t>(options.after)));
  VOUCH_RETURN_IF_ERROR(
      printer.Take(*engine, static_cast<std::size_t>(options.limit)));
  return printer.Finish(*engine);
}

}  // namespace

int RunOutputs(const Options& options) {
  const absl::Status status = PrintOutputs(options);
  if (!status.ok()) Complain(status);
  return status.ok() ? kExitDone : kExitFailed;
}

}  // namespace cli

VOUCH_NAMESPACE_END

// The events of a file, run through an engine.
#ifndef VOUCH_SRC_CLI_HISTORY_H_
#define VOUCH_SRC_CLI_HISTORY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/options.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/engine/engine.h"
#include "vouch/program/spec.h"
#include "vouch/proto/event_reader.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

// An engine and what became of the events of the file.
struct History {
  std::unique_ptr<Engine> engine;
  int64_t events_count = 0;  // all of the file
  int64_t applied_count = 0;
  int64_t duplicate_count = 0;
  int64_t conflicting_count = 0;
  int64_t refused_count = 0;  // those that could not be read among them

  int64_t NotApplied() const { return conflicting_count + refused_count; }
};

// An event that was not applied.
struct Refusal {
  proto::EventPlace place;
  std::string_view event_id;  // empty: it could not be read
  const absl::Status& status;
};

// How far the reading is.
struct Reading {
  const History& history;
  int64_t offset = 0;  // bytes
  int64_t size = 0;    // bytes in all; 0: not known
};

// What a command wants to hear meanwhile; each may be empty. An error of
// `on_open` or `on_batch` ends the run.
struct Listener {
  std::function<absl::Status(const Engine&)> on_open;  // before the first batch
  std::function<void(const Refusal&)> on_refused;
  std::function<absl::Status(const Reading&)> on_batch;
};

// Reads and checks the program of the file `path`. The error's message holds
// every mistake, one a line, each behind the file's name.
absl::StatusOr<ProgramSpec> LoadProgram(const std::string& path);

// Opens the books that --db names, else new ones in memory; applies the
// program, where one is named, and then the events, in batches.
// The error is that of a file that cannot be read, of a wrong program, of the
// engine itself or of `on_batch`; refused events are none.
absl::Status RunHistory(const Options& options, const Listener& listener,
                        History* history);

// The program that --program-id names, else the only one that there is.
absl::StatusOr<std::string> ChosenProgram(const Options& options,
                                          const Engine& engine);

// [from, until) of --period in the program's time zone; without one, the whole
// days from the first event that was ever applied to the last.
struct Period {
  Instant from;
  Instant until;
};
absl::StatusOr<Period> ChosenPeriod(const Options& options,
                                    const Engine& engine,
                                    std::string_view program_id);

// The value of the flag `flag` ("at"), "2024-01-31", its first moment in the
// program's time zone, or a moment of RFC 3339; nothing where it was not given.
absl::StatusOr<std::optional<Instant>> ChosenMoment(
    const Options& options, std::string_view flag, const std::string& value,
    const Engine& engine, std::string_view program_id);

// Runs the events for a question, or opens what --db names for reading. The
// exit code of a run that gave an answer: kExitDone, or kExitRefused, with a
// line on standard error. The error is that of RunHistory.
absl::StatusOr<int> RunForAnswer(const Options& options, History* history);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_HISTORY_H_

#include "cli/history.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/period.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/spec_codec.h"
#include "vouch/proto/program_file.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// A file that closes itself, unless it is standard input.
class InputFile {
 public:
  static absl::StatusOr<InputFile> Open(const std::string& path) {
    if (path == "-") return InputFile(stdin);
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
      return absl::NotFoundError(
          absl::StrCat(path, ": ", std::strerror(errno)));
    }
    return InputFile(file);
  }
  InputFile(InputFile&& other) noexcept
      : file_(std::exchange(other.file_, nullptr)) {}
  InputFile& operator=(InputFile&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~InputFile() {
    if (file_ != nullptr && file_ != stdin) std::fclose(file_);
  }

  std::FILE* get() const { return file_; }
  // 0 for what is no plain file.
  int64_t size() const {
    struct stat info = {};
    if (fstat(fileno(file_), &info) != 0 || !S_ISREG(info.st_mode)) return 0;
    return static_cast<int64_t>(info.st_size);
  }

 private:
  explicit InputFile(std::FILE* file) : file_(file) {}
  std::FILE* file_;
};

// At most one byte more than a program may have.
absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  VOUCH_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(path));
  const proto::ByteSource source = proto::FileSource(file.get());
  std::string text;
  char buffer[4096];
  while (text.size() <= proto::kMaxProgramBytes) {
    const absl::StatusOr<std::size_t> count = source(buffer, sizeof buffer);
    if (!count.ok()) {
      return absl::DataLossError(
          absl::StrCat(path, ": ", count.status().message()));
    }
    if (*count == 0) break;
    text.append(buffer, *count);
  }
  return text;
}

absl::Status ApplyProgram(const std::string& path, const ProgramSpec& spec,
                          Engine* engine) {
  const std::string bytes = EncodeSpec(spec);
  const Event event{spec.program_id, "program", kMinInstant,
                    event::ProgramSet{bytes}};
  std::vector<Outcome> outcomes;
  VOUCH_RETURN_IF_ERROR(
      engine->Apply(absl::MakeConstSpan(&event, 1), &outcomes));
  const Outcome& outcome = outcomes[0];
  if (outcome.status.ok()) return absl::OkStatus();
  if (outcome.kind == OutcomeKind::kConflictingDuplicate) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, ": the books have another program \"", spec.program_id,
        "\"; new terms come as an event, a program_set in force from its "
        "time"));
  }
  return absl::Status(outcome.status.code(),
                      absl::StrCat(path, ": ", outcome.status.message()));
}

// Applies batches and tells what became of each event, in the file's order.
class Runner {
 public:
  Runner(const Listener& listener, History* history)
      : listener_(listener), history_(*history) {}

  absl::Status Apply(const proto::EventBatch& batch) {
    VOUCH_RETURN_IF_ERROR(history_.engine->Apply(batch.events, &outcomes_));
    std::size_t bad = 0;
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      for (; bad < batch.bad.size() &&
             batch.bad[bad].place.number < batch.places[i].number;
           ++bad) {
        VOUCH_RETURN_IF_ERROR(Unreadable(batch.bad[bad]));
      }
      Note(batch.events[i], batch.places[i], outcomes_[i]);
    }
    for (; bad < batch.bad.size(); ++bad) {
      VOUCH_RETURN_IF_ERROR(Unreadable(batch.bad[bad]));
    }
    return absl::OkStatus();
  }

 private:
  // An event is refused; a file that cannot be read on is an error.
  absl::Status Unreadable(const proto::BadEvent& bad) {
    if (bad.status.code() == absl::StatusCode::kDataLoss) return bad.status;
    ++history_.events_count;
    ++history_.refused_count;
    Refused({bad.place, {}, bad.status});
    return absl::OkStatus();
  }

  void Note(const Event& event, const proto::EventPlace& place,
            const Outcome& outcome) {
    ++history_.events_count;
    switch (outcome.kind) {
      case OutcomeKind::kApplied:
        ++history_.applied_count;
        return;
      case OutcomeKind::kDuplicate:
        ++history_.duplicate_count;
        return;
      case OutcomeKind::kConflictingDuplicate:
        ++history_.conflicting_count;
        break;
      case OutcomeKind::kRefused:
        ++history_.refused_count;
        break;
    }
    Refused({place, event.event_id, outcome.status});
  }

  void Refused(const Refusal& refusal) {
    if (listener_.on_refused) listener_.on_refused(refusal);
  }

  const Listener& listener_;
  History& history_;
  std::vector<Outcome> outcomes_;
};

}  // namespace

absl::StatusOr<ProgramSpec> LoadProgram(const std::string& path) {
  VOUCH_ASSIGN_OR_RETURN(const std::string text, ReadWhole(path));
  Mistakes mistakes;
  absl::StatusOr<ProgramSpec> spec = proto::ReadProgram(text, &mistakes);
  if (spec.ok()) return spec;
  std::string lines;
  for (const absl::string_view line :
       absl::StrSplit(spec.status().message(), '\n')) {
    absl::StrAppend(&lines, lines.empty() ? "" : "\n", path, ": ", line);
  }
  return absl::InvalidArgumentError(lines);
}

namespace {

absl::StatusOr<std::unique_ptr<Engine>> OpenBooks(const Options& options) {
  if (options.db.empty()) return Engine::InMemory();
  return Engine::Open(options.db);
}

}  // namespace

absl::Status RunHistory(const Options& options, const Listener& listener,
                        History* history) {
  // What is wrong with these is said before a file of books is made.
  std::optional<ProgramSpec> spec;
  if (!options.program.empty()) {
    VOUCH_ASSIGN_OR_RETURN(spec, LoadProgram(options.program));
  }
  VOUCH_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(options.events));
  VOUCH_ASSIGN_OR_RETURN(history->engine, OpenBooks(options));
  if (listener.on_open) {
    VOUCH_RETURN_IF_ERROR(listener.on_open(*history->engine));
  }
  if (spec) {
    VOUCH_RETURN_IF_ERROR(
        ApplyProgram(options.program, *spec, history->engine.get()));
  }
  Reading reading{*history, 0, file.size()};
  proto::EventReader reader(proto::FileSource(file.get()), options.input);
  proto::EventBatch batch;
  Runner runner(listener, history);
  while (reader.ReadBatch(options.batch_size, &batch)) {
    if (!batch.places.empty()) reading.offset = batch.places.back().offset;
    const absl::Status status = runner.Apply(batch);
    if (status.code() == absl::StatusCode::kDataLoss) {
      return absl::DataLossError(
          absl::StrCat(options.events, ": ", status.message()));
    }
    VOUCH_RETURN_IF_ERROR(status);
    if (listener.on_batch) VOUCH_RETURN_IF_ERROR(listener.on_batch(reading));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ChosenProgram(const Options& options,
                                          const Engine& engine) {
  const std::vector<std::string_view> ids = engine.ProgramIds();
  if (!options.program_id.empty()) {
    if (std::find(ids.begin(), ids.end(), options.program_id) != ids.end()) {
      return options.program_id;
    }
    return NotFoundField(
        "--program-id", absl::StrCat("no program \"", options.program_id,
                                     options.db.empty() ? "\" in these events"
                                                        : "\" in these books"));
  }
  if (ids.empty() && !options.db.empty()) {
    return NotFoundField(options.db, "no program was ever set in these books");
  }
  if (ids.empty()) {
    return NotFoundField("--program",
                         "the events bring no program of their own; name one");
  }
  if (ids.size() == 1) return std::string(ids[0]);
  std::string list;
  for (const std::string_view id : ids) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", ToAbsl(id));
  }
  return InvalidField("--program-id",
                      absl::StrCat("needed, as there are several: ", list));
}

absl::StatusOr<Period> ChosenPeriod(const Options& options,
                                    const Engine& engine,
                                    std::string_view program_id) {
  const Counters counters = engine.GetCounters();
  VOUCH_ASSIGN_OR_RETURN(
      const std::shared_ptr<const Program> program,
      engine.GetProgram(program_id, counters.last_at.value_or(kMinInstant)));
  const TimeZone& zone = program->time_zone();
  if (!options.period.empty()) {
    VOUCH_ASSIGN_OR_RETURN(const DayRange days, ParsePeriod(options.period));
    return Period{StartOfDay(days.from, zone), StartOfDay(days.until, zone)};
  }
  if (!counters.last_at) return Period{kMinInstant, kMaxInstant};
  return Period{StartOfDay(DayOf(*counters.first_at, zone), zone),
                StartOfDay(DayOf(*counters.last_at, zone) + 1, zone)};
}

absl::StatusOr<std::optional<Instant>> ChosenMoment(
    const Options& options, std::string_view flag, const std::string& value,
    const Engine& engine, std::string_view program_id) {
  if (!options.Given(flag)) return std::optional<Instant>();
  const auto moment = ParseInstant(value);
  if (moment.ok()) return std::optional(*moment);
  const auto day = ParseDay(value);
  if (!day.ok()) {
    return InvalidField(absl::StrCat("--", ToAbsl(flag)),
                        "is 2024-01-31 or 2024-01-31T12:00:00Z");
  }
  VOUCH_ASSIGN_OR_RETURN(const std::shared_ptr<const Program> program,
                         engine.GetProgram(program_id, kMaxInstant));
  return std::optional(StartOfDay(*day, program->time_zone()));
}

absl::StatusOr<int> RunForAnswer(const Options& options, History* history) {
  if (!options.db.empty()) {
    EngineOptions reading;
    reading.read_only = true;
    VOUCH_ASSIGN_OR_RETURN(history->engine, Engine::Open(options.db, reading));
    return kExitDone;
  }
  VOUCH_RETURN_IF_ERROR(RunHistory(options, Listener(), history));
  const int64_t count = history->NotApplied();
  if (count == 0) return kExitDone;
  Complain(absl::StrCat(count, count == 1 ? " event was" : " events were",
                        " refused and do not count here; "
                        "\"vouch run\" lists them"));
  return kExitRefused;
}

}  // namespace cli

VOUCH_NAMESPACE_END

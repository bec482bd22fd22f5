// Opening, and what changes an engine.
#include "capi/handle.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "capi/wire.h"
#include "google/protobuf/arena.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/proto/convert_event.h"
#include "vouch/proto/convert_output.h"
#include "vouch/proto/event_reader.h"
#include "vouch/proto/program_file.h"

VOUCH_NAMESPACE_BEGIN

namespace capi {
namespace {

// The one place that knows where engines come from.
absl::StatusOr<std::unique_ptr<Engine>> OpenEngine(const std::string& path,
                                                   bool read_only) {
  if (path.empty()) {
    if (read_only) {
      return InvalidField("options.read_only",
                          "an engine in memory would stay empty");
    }
    return Engine::InMemory();
  }
  if (!IsUtf8(path)) return InvalidField("path", "not UTF-8");
  if (path.find('\0') != std::string::npos) {
    return InvalidField("path", "holds a NUL");
  }
  EngineOptions options;
  options.read_only = read_only;
  return Engine::Open(path, options);
}

absl::Status TooLong(std::string_view field, std::size_t most) {
  return ExhaustedField(field, absl::StrCat("longer than ", most, " bytes"));
}

// The events of a batch: those that the engine takes, and why the others are
// refused.
class BatchReader {
 public:
  void Read(std::string_view bytes) {
    auto* message =
        google::protobuf::Arena::CreateMessage<v1::Event>(&messages_);
    if (bytes.size() > kMaxEventBytes) {
      return Add(*message, TooLong("event", kMaxEventBytes));
    }
    absl::Status status = ParseEvent(bytes, message);
    if (!status.ok()) message->Clear();  // half of it may have been read
    Add(*message, std::move(status));
  }

  // `message` must stay as long as this reader.
  void Add(const v1::Event& message, absl::Status status) {
    Event event;
    if (status.ok()) status = proto::ConvertEvent(message, &lists_, &event);
    if (status.ok()) events_.push_back(event);
    read_.push_back({message.event_id(), std::move(status)});
  }

  const std::vector<Event>& events() const { return events_; }

  // `outcomes` are of events(); the refusals come in between.
  void Finish(const std::vector<Outcome>& outcomes, v1::BatchResult* result,
              Refusals* refused) const {
    result->Clear();
    auto next = outcomes.begin();
    for (std::size_t i = 0; i < read_.size(); ++i) {
      const auto& [event_id, status] = read_[i];
      v1::Outcome* message = result->add_outcomes();
      const auto index = static_cast<int64_t>(i);
      if (status.ok()) {
        proto::ConvertOutcome(*next++, index, event_id, message);
      } else {
        proto::ConvertOutcome({OutcomeKind::kRefused, Seq(), status}, index,
                              event_id, message);
        ++(*refused)[status.code()];
      }
    }
  }

 private:
  struct ReadEvent {
    std::string_view event_id;  // empty: it could not be read
    absl::Status status;
  };

  google::protobuf::Arena messages_;
  proto::EventArena lists_;
  std::vector<Event> events_;
  std::vector<ReadEvent> read_;
};

// Applies what was read and tells what became of all of it.
absl::Status ApplyRead(const BatchReader& reader, Engine* engine,
                       v1::BatchResult* result, Refusals* refused) {
  std::vector<Outcome> outcomes;
  VOUCH_RETURN_IF_ERROR(engine->Apply(reader.events(), &outcomes));
  reader.Finish(outcomes, result, refused);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Handle>> Handle::Open(const std::string& path,
                                                     bool read_only) {
  VOUCH_ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine,
                         OpenEngine(path, read_only));
  return std::unique_ptr<Handle>(new Handle(std::move(engine)));
}

absl::Status Handle::SetProgram(std::string_view program,
                                std::string_view event_id, int64_t from_us,
                                v1::BatchResult* result) {
  if (program.size() > proto::kMaxProgramBytes) {
    return TooLong("program", proto::kMaxProgramBytes);
  }
  if (!IsUtf8(event_id)) return InvalidField("event_id", "not UTF-8");
  v1::Event event;
  v1::Program* terms = event.mutable_program_set()->mutable_program();
  VOUCH_RETURN_IF_ERROR(ParseProgram(program, terms));
  event.set_program_id(terms->program_id());
  event.set_event_id(event_id.data(), event_id.size());
  event.set_time_us(from_us);
  BatchReader reader;
  reader.Add(event, absl::OkStatus());
  Refusals refused;
  VOUCH_RETURN_IF_ERROR(ApplyRead(reader, engine_.get(), result, &refused));
  Count(refused);
  return absl::OkStatus();
}

absl::Status Handle::Apply(std::string_view batch, v1::BatchResult* result) {
  if (batch.size() > proto::kMaxBatchBytes) {
    return TooLong("batch", proto::kMaxBatchBytes);
  }
  std::vector<std::string_view> events;
  VOUCH_RETURN_IF_ERROR(SplitBatch(batch, &events));
  if (events.size() > kMaxBatchEvents) {
    return ExhaustedField(
        "batch", absl::StrCat("more than ", kMaxBatchEvents, " events"));
  }
  BatchReader reader;
  for (const std::string_view event : events) reader.Read(event);
  Refusals refused;
  VOUCH_RETURN_IF_ERROR(ApplyRead(reader, engine_.get(), result, &refused));
  Count(refused);
  return absl::OkStatus();
}

void Handle::Count(const Refusals& refused) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [code, count] : refused) unread_count_[code] += count;
}

Counters Handle::CountersSoFar() const {
  Counters counters = engine_->GetCounters();
  absl::MutexLock lock(&mutex_);
  for (const auto& [code, count] : unread_count_) {
    counters.refused_count[code] += count;
  }
  return counters;
}

}  // namespace capi

VOUCH_NAMESPACE_END

// Long scripts for the tests of what lasts: several histories one behind the
// other, each under programs of its own, so that every kind of event is there.
//
//   Script script = MakeScript(1, 1000);
//   for (absl::Span<const Event> batch : MixedBatches(script, 1, 40)) ...
#ifndef VOUCH_TESTS_STORAGE_SCRIPT_H_
#define VOUCH_TESTS_STORAGE_SCRIPT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "tests/support/history.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

using testing_support::Full;
using testing_support::History;
using testing_support::Random;

// What became of an event, as text.
inline std::string OutcomeText(const Outcome& outcome) {
  return absl::StrCat(static_cast<int>(outcome.kind), "|", outcome.seq.value(),
                      "|", outcome.status.ToString());
}

// Events that borrow from what is kept beside them. Does not move.
struct Script {
  std::deque<History> histories;
  std::deque<std::string> texts;
  std::vector<Event> events;
  std::vector<Outcome> outcomes;  // of an engine in memory
};

// Puts `event` of the history number `part` under programs of that number, and
// lets it name accruals of events that come `applied` later.
inline Event Moved(Event event, uint64_t part, uint64_t applied,
                   Script* script) {
  const auto keep = [script](std::string text) -> std::string_view {
    return script->texts.emplace_back(std::move(text));
  };
  const std::string program =
      absl::StrCat("h", part, "-", ToAbsl(event.program_id));
  event.program_id = keep(program);
  if (auto* set = std::get_if<event::ProgramSet>(&event.body)) {
    absl::StatusOr<ProgramSpec> spec = DecodeSpec(set->spec);
    if (spec.ok()) {
      spec->program_id = program;
      set->spec = keep(EncodeSpec(*spec));
    }
  } else if (auto* review = std::get_if<event::AccrualReviewed>(&event.body)) {
    std::optional<AccrualId> id = ParseAccrualId(review->accrual_id);
    if (id) {
      id->seq = Seq(id->seq.value() + applied);
      review->accrual_id = keep(FormatAccrualId(*id));
    }
  }
  return event;
}

// `count` events; the same for the same seed.
inline std::unique_ptr<Script> MakeScript(uint64_t seed, std::size_t count) {
  auto script = std::make_unique<Script>();
  const std::unique_ptr<Engine> host = Engine::InMemory();
  for (uint64_t part = 1; script->events.size() < count; ++part) {
    const History& history = script->histories.emplace_back(
        testing_support::MakeHistory(seed * 1000 + part));
    const uint64_t applied = host->GetCounters().last_seq.value();
    const std::size_t begin = script->events.size();
    for (const Event& event : history.events) {
      if (script->events.size() == count) break;
      script->events.push_back(Moved(event, part, applied, script.get()));
    }
    std::vector<Outcome> outcomes;
    const absl::Status status = host->Apply(
        absl::MakeConstSpan(script->events).subspan(begin), &outcomes);
    if (!status.ok()) std::abort();
    for (Outcome& outcome : outcomes) {
      script->outcomes.push_back(std::move(outcome));
    }
  }
  return script;
}

// The events in batches of one to `most`, of which every fourth is single.
inline std::vector<absl::Span<const Event>> MixedBatches(
    absl::Span<const Event> events, uint64_t seed, int64_t most) {
  Random random(seed);
  std::vector<absl::Span<const Event>> batches;
  while (!events.empty()) {
    const int64_t size = random.OneIn(4) ? 1 : random.Between(1, most);
    const auto length = std::min(events.size(), static_cast<std::size_t>(size));
    batches.push_back(events.subspan(0, length));
    events.remove_prefix(length);
  }
  return batches;
}

}  // namespace storage_test

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_STORAGE_SCRIPT_H_

// The engine decides as the text says: a naive model (naive_attribution.h)
// agrees with it on every outcome, decision and credited accrual of random
// histories, in batches of 1, 7, 1,000 and all. Forty histories, each a program
// of its own, share an engine, event by event in turn. VOUCH_FULL=1 asks for a
// million of them in place of 10,000.
//
// A failure names its seed and shows the shortest history, with every event
// left out that it fails without.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/attribution_history.h"
#include "tests/support/attribution_text.h"
#include "tests/support/naive_attribution.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr int kParts = 20;
constexpr std::size_t kTogether = 40;
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kBatches[] = {1, 7, 1000, kAll};

uint64_t Count() {
  const char* full = std::getenv("VOUCH_FULL");
  return full != nullptr && std::string_view(full) == "1" ? 1'000'000 : 10'000;
}

// What became of one program's events, a line each.
struct Told {
  std::vector<std::string> outcomes;
  std::vector<std::string> decisions;
  std::vector<std::string> accruals;
};

std::string OutcomeLine(std::string_view event_id, absl::StatusCode code) {
  return absl::StrCat(std::string(event_id), " ",
                      absl::StatusCodeToString(code));
}

Told ToldByModel(absl::Span<const Event> events) {
  NaiveAttribution naive;
  Told told;
  for (const Event& event : events) {
    told.outcomes.push_back(OutcomeLine(event.event_id, naive.Apply(event)));
  }
  for (const NaiveDecision& decision : naive.decisions()) {
    told.decisions.push_back(DecisionLine(decision));
  }
  for (const NaiveAccrual& accrual : naive.accruals()) {
    told.accruals.push_back(AccrualLine(accrual));
  }
  return told;
}

std::map<std::string, Told> ToldByEngine(const Engine& engine,
                                         absl::Span<const Event> events,
                                         const std::vector<Outcome>& outcomes) {
  std::map<std::string, Told> told;
  EventIds ids;
  for (std::size_t i = 0; i < events.size(); ++i) {
    told[std::string(events[i].program_id)].outcomes.push_back(
        OutcomeLine(events[i].event_id, outcomes[i].status.code()));
    if (outcomes[i].seq.has_value()) ids[outcomes[i].seq] = events[i].event_id;
  }
  for (const DecisionRow& row : DecisionsOf(engine)) {
    told[std::string(row.program_id)].decisions.push_back(
        DecisionLine(row, ids));
  }
  for (const Output& row : OutputsOf(engine)) {
    if (row.accrual == nullptr) continue;
    told[std::string(row.program_id)].accruals.push_back(AccrualLine(row));
  }
  return told;
}

// The first line in which they differ; empty for none.
std::string Difference(const std::vector<std::string>& model,
                       const std::vector<std::string>& engine) {
  for (std::size_t i = 0; i < std::max(model.size(), engine.size()); ++i) {
    const std::string a = i < model.size() ? model[i] : "nothing";
    const std::string b = i < engine.size() ? engine[i] : "nothing";
    if (a != b) return absl::StrCat("\n  model:  ", a, "\n  engine: ", b, "\n");
  }
  return "";
}

std::string Difference(const Told& model, const Told& engine) {
  std::string wrong = Difference(model.outcomes, engine.outcomes);
  if (wrong.empty()) wrong = Difference(model.decisions, engine.decisions);
  if (wrong.empty()) wrong = Difference(model.accruals, engine.accruals);
  return wrong;
}

void ApplyBy(Engine* engine, absl::Span<const Event> events, std::size_t size,
             std::vector<Outcome>* all) {
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < events.size();
       i += std::min(size, events.size())) {
    const absl::Status status =
        engine->Apply(events.subspan(i, size), &outcomes);
    ASSERT_TRUE(status.ok()) << status;
    all->insert(all->end(), outcomes.begin(), outcomes.end());
  }
}

// How engine and model differ on one program's events; empty: not at all.
std::string Wrong(absl::Span<const Event> events) {
  const auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  ApplyBy(engine.get(), events, kAll, &outcomes);
  auto told = ToldByEngine(*engine, events, outcomes);
  return Difference(ToldByModel(events),
                    told[std::string(events[0].program_id)]);
}

// Drops events while it still fails.
std::string Shortest(std::vector<Event> events) {
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (std::size_t i = events.size(); i-- > 1;) {
      std::vector<Event> fewer = events;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (Wrong(fewer).empty()) continue;
      events = std::move(fewer);
      shorter = true;
    }
  }
  return absl::StrCat(Wrong(events), TableOf(events));
}

// Histories whose events come in turn.
struct Together {
  std::vector<AttributionHistory> histories;
  std::vector<Event> events;
};

Together MakeTogether(uint64_t first_seed, std::size_t count) {
  Together together;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    together.histories.push_back(MakeAttributionHistory(first_seed + i));
    longest = std::max(longest, together.histories.back().events.size());
  }
  for (std::size_t place = 0; place < longest; ++place) {
    for (const AttributionHistory& history : together.histories) {
      if (place < history.events.size()) {
        together.events.push_back(history.events[place]);
      }
    }
  }
  return together;
}

class AttributionLawsTest : public testing::TestWithParam<int> {
 protected:
  // Calls `check` with the histories of this part.
  template <typename Check>
  void ForEachTogether(uint64_t histories, Check check) {
    const uint64_t groups = histories / kTogether;
    for (uint64_t group = static_cast<uint64_t>(GetParam()); group < groups;
         group += kParts) {
      check(MakeTogether(1 + group * kTogether, kTogether));
      if (HasFatalFailure()) return;
    }
  }
};

TEST_P(AttributionLawsTest, EngineDecidesAsTheTextSays) {
  ForEachTogether(Count(), [](const Together& together) {
    std::vector<Told> model;
    for (const AttributionHistory& history : together.histories) {
      model.push_back(ToldByModel(history.events));
    }
    std::string state;
    for (const std::size_t size : kBatches) {
      const auto engine = Engine::InMemory();
      std::vector<Outcome> outcomes;
      ASSERT_NO_FATAL_FAILURE(
          ApplyBy(engine.get(), together.events, size, &outcomes));
      auto told = ToldByEngine(*engine, together.events, outcomes);
      for (std::size_t i = 0; i < model.size(); ++i) {
        const AttributionHistory& history = together.histories[i];
        const std::string wrong = Difference(
            model[i], told[std::string(history.events[0].program_id)]);
        ASSERT_EQ(wrong, "") << "seed " << history.seed << ", batches of "
                             << size << Shortest(history.events);
      }
      const std::string bytes = engine->StateBytes().value();
      if (state.empty()) state = bytes;
      ASSERT_TRUE(bytes == state) << "another state by batches of " << size;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Parts, AttributionLawsTest, testing::Range(0, kParts));

}  // namespace
}  // namespace vouch

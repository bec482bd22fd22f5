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
#include <filesystem>
#include <limits>
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
#include "tests/support/histories.h"
#include "tests/support/naive_attribution.h"
#include "tests/support/tries.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr int kAttributionParts = 20;
constexpr std::size_t kTogether = 40;
constexpr std::size_t kAllEvents = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kBatches[] = {1, 7, 1000, kAllEvents};

uint64_t AttributionCount() { return Tries(10'000, 1'000'000); }

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
std::string FirstDifference(const std::vector<std::string>& model,
                            const std::vector<std::string>& engine) {
  for (std::size_t i = 0; i < std::max(model.size(), engine.size()); ++i) {
    const std::string a = i < model.size() ? model[i] : "nothing";
    const std::string b = i < engine.size() ? engine[i] : "nothing";
    if (a != b) return absl::StrCat("\n  model:  ", a, "\n  engine: ", b, "\n");
  }
  return "";
}

std::string FirstDifference(const Told& model, const Told& engine) {
  std::string wrong = FirstDifference(model.outcomes, engine.outcomes);
  if (wrong.empty()) wrong = FirstDifference(model.decisions, engine.decisions);
  if (wrong.empty()) wrong = FirstDifference(model.accruals, engine.accruals);
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
std::string DiffersOn(absl::Span<const Event> events) {
  const auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  ApplyBy(engine.get(), events, kAllEvents, &outcomes);
  auto told = ToldByEngine(*engine, events, outcomes);
  return FirstDifference(ToldByModel(events),
                         told[std::string(events[0].program_id)]);
}

// Drops events while it still fails.
std::string ShortestTable(const std::vector<Event>& events) {
  const std::vector<Event> fewest =
      WhatStillFails(events, [](const std::vector<Event>& fewer) {
        return !DiffersOn(fewer).empty();
      });
  return absl::StrCat(DiffersOn(fewest), TableOf(fewest));
}

// Histories whose events come in turn.
struct Interleaved {
  std::vector<AttributionHistory> histories;
  std::vector<Event> events;
};

Interleaved MakeInterleaved(uint64_t first_seed, std::size_t count) {
  Interleaved together;
  for (std::size_t i = 0; i < count; ++i) {
    together.histories.push_back(MakeAttributionHistory(first_seed + i));
  }
  together.events = InTurn(together.histories);
  return together;
}

class AttributionLawsTest : public testing::TestWithParam<int> {
 protected:
  // Calls `check` with the histories of this part.
  template <typename Check>
  void ForEachInterleaved(uint64_t histories, Check check) {
    const uint64_t groups = histories / kTogether;
    for (uint64_t group = static_cast<uint64_t>(GetParam()); group < groups;
         group += kAttributionParts) {
      check(MakeInterleaved(1 + group * kTogether, kTogether));
      if (HasFatalFailure()) return;
    }
  }
};

TEST_P(AttributionLawsTest, EngineDecidesAsTheTextSays) {
  ForEachInterleaved(AttributionCount(), [](const Interleaved& together) {
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
        const std::string wrong = FirstDifference(
            model[i], told[std::string(history.events[0].program_id)]);
        ASSERT_EQ(wrong, "") << "seed " << history.seed << ", batches of "
                             << size << ShortestTable(history.events);
      }
      const std::string bytes = engine->StateBytes().value();
      if (state.empty()) state = bytes;
      ASSERT_TRUE(bytes == state) << "another state by batches of " << size;
    }
  });
}

// A file of its own in a folder that goes with it.
class TemporaryBooks {
 public:
  explicit TemporaryBooks(const std::string& name)
      : folder_(std::filesystem::path(testing::TempDir()) / name) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~TemporaryBooks() { std::filesystem::remove_all(folder_); }
  TemporaryBooks(const TemporaryBooks&) = delete;
  TemporaryBooks& operator=(const TemporaryBooks&) = delete;
  std::string path() const { return folder_ / "books.vouch"; }

 private:
  std::filesystem::path folder_;
};

TEST_P(AttributionLawsTest, SnapshotInTheMiddleChangesNothing) {
  const TemporaryBooks books(absl::StrCat("attribution_laws_", GetParam()));
  int files = 0;
  ForEachInterleaved(AttributionCount() / 10, [&](const Interleaved& together) {
    if (files > 0 && !Full()) return;  // once a day is enough
    const std::string path = absl::StrCat(books.path(), files++);
    const auto events = absl::MakeConstSpan(together.events);
    const auto memory = Engine::InMemory();
    std::vector<Outcome> whole;
    ASSERT_NO_FATAL_FAILURE(ApplyBy(memory.get(), events, kAllEvents, &whole));
    Random random(together.histories[0].seed);
    const auto cut = static_cast<std::size_t>(
        random.Between(1, static_cast<int64_t>(events.size()) - 1));
    std::vector<Outcome> parted;
    {
      auto before = Engine::Open(path);
      ASSERT_TRUE(before.ok()) << before.status();
      ASSERT_NO_FATAL_FAILURE(
          ApplyBy(before->get(), events.first(cut), kAllEvents, &parted));
      const absl::Status snapshot = (*before)->WriteSnapshot();
      ASSERT_TRUE(snapshot.ok()) << snapshot;
    }
    const auto after = Engine::Open(path);
    ASSERT_TRUE(after.ok()) << after.status();
    ASSERT_NO_FATAL_FAILURE(
        ApplyBy(after->get(), events.subspan(cut), kAllEvents, &parted));
    const auto told = ToldByEngine(*memory, events, whole);
    auto told_after = ToldByEngine(**after, events, parted);
    for (const auto& [program_id, one] : told) {
      ASSERT_EQ(FirstDifference(one, told_after[program_id]), "")
          << program_id << ", snapshot after event " << cut;
    }
    ASSERT_TRUE(memory->StateBytes().value() == (*after)->StateBytes().value())
        << "another state";
  });
}

INSTANTIATE_TEST_SUITE_P(Parts, AttributionLawsTest,
                         testing::Range(0, kAttributionParts));

// The histories are worth something only if they reach everything.
TEST(AttributionHistoriesTest, ReachEveryRule) {
  std::map<std::string, int64_t> seen;
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    const AttributionHistory history = MakeAttributionHistory(seed);
    NaiveAttribution naive;
    for (const Event& event : history.events) {
      const absl::StatusCode code = naive.Apply(event);
      ++seen[absl::StrCat(std::string(KindWord(event.body)), " ",
                          absl::StatusCodeToString(code))];
    }
    for (const NaiveDecision& decision : naive.decisions()) {
      ++seen[std::string(Word(decision.trigger))];
      if (decision.bound_until) ++seen["for months"];
      if (!decision.binds) ++seen["binds not"];
      if (decision.vendor_weight_ppb == kPpb) ++seen["vendor alone"];
      if (decision.vendor_weight_ppb % kPpb > 0) ++seen["vendor beside others"];
      if (decision.credits.size() > 1) ++seen["several"];
      if (decision.credits.empty() && decision.vendor_weight_ppb == 0) {
        ++seen["nobody"];
      }
      for (const NaiveCredit& credit : decision.credits) {
        ++seen[std::string(Word(credit.channel))];
      }
    }
    for (const NaiveAccrual& accrual : naive.accruals()) {
      ++seen[std::string(Word(accrual.role))];
      ++seen[std::string(Word(accrual.phase))];
    }
  }
  for (const char* what : {"code_issued ALREADY_EXISTS",
                           "code_revoked OK",
                           "customer_identified FAILED_PRECONDITION",
                           "customer_merged OK",
                           "customer_merged FAILED_PRECONDITION",
                           "lead_registered OK",
                           "lead_registered ALREADY_EXISTS",
                           "lead_updated OK",
                           "lead_updated NOT_FOUND",
                           "role_assigned OK",
                           "role_assigned NOT_FOUND",
                           "attribution_imported OK",
                           "attribution_imported ALREADY_EXISTS",
                           "SIGNUP",
                           "PAYMENT",
                           "IMPORT",
                           "for months",
                           "binds not",
                           "vendor alone",
                           "vendor beside others",
                           "several",
                           "nobody",
                           "LINK",
                           "CODE",
                           "LEAD",
                           "VIEW",
                           "ACQUIRER",
                           "SERVICER",
                           "ACQUISITION",
                           "RETENTION"}) {
    EXPECT_GT(seen[what], 50) << what;
  }
}

}  // namespace
}  // namespace vouch

// Laws of the simulation that hold for every history and all terms
// (docs/SEMANTICS.md, section 9).
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/event_box.h"
#include "tests/support/history.h"
#include "vouch/engine/engine.h"
#include "vouch/program/spec_codec.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr std::string_view kProgram = "p0";

// An engine with those of the events that it takes and `keep` lets pass, and
// which these are.
struct Kept {
  std::unique_ptr<Engine> engine = Engine::InMemory();
  std::vector<Event> applied;
};

template <typename Keep>
Kept KeepSome(const History& history, Keep keep) {
  Kept kept;
  std::vector<Outcome> outcomes;
  for (const Event& event : history.events) {
    if (!keep(*kept.engine, event)) continue;
    const absl::Status status =
        kept.engine->Apply(absl::MakeConstSpan(&event, 1), &outcomes);
    EXPECT_TRUE(status.ok()) << status;
    if (outcomes[0].kind == OutcomeKind::kApplied) {
      kept.applied.push_back(event);
    }
  }
  return kept;
}

bool Knows(const Engine& engine, std::string_view program_id) {
  return engine.GetProgram(program_id, kMaxInstant).ok();
}

// Any terms that the program can have.
ProgramSpec AnyTerms(const Engine& engine, Random* random) {
  ProgramSpec terms = AnyProgram(random, kProgram);
  const auto now = engine.GetProgram(kProgram, kMaxInstant);
  terms.currency = std::string((*now)->currency().code());
  terms.time_zone = (*now)->time_zone().name();
  return terms;
}

// Empty when nothing differs and nothing was left out.
std::string WhatDiffers(const Simulation& simulation) {
  if (simulation.changed_outcomes_count != 0) {
    return std::string(simulation.changed_outcomes[0].status.message());
  }
  for (const auto* list :
       {&simulation.partners, &simulation.rules, &simulation.months}) {
    for (const Difference& each : *list) {
      if (each.difference_minor != 0) return each.key;
    }
  }
  return simulation.total.difference_minor == 0 ? "" : "the total";
}

TEST(SimulateLawsTest, TheSameTermsGiveNoDifferenceAtAll) {
  const auto first_version_alone = [](const Engine& engine, const Event& e) {
    return !std::holds_alternative<event::ProgramSet>(e.body) ||
           !Knows(engine, e.program_id);
  };
  int64_t earned = 0;
  for (uint64_t seed = 1; seed <= HistoryCount(); ++seed) {
    const History history = MakeHistory(seed);
    const Kept kept = KeepSome(history, first_version_alone);
    const std::string before = *kept.engine->StateBytes();
    for (const Event& event : kept.applied) {
      const auto* set = std::get_if<event::ProgramSet>(&event.body);
      if (set == nullptr) continue;
      const ProgramSpec spec = *DecodeSpec(set->spec);
      for (const auto from :
           {std::optional<Instant>(), std::optional<Instant>(event.time)}) {
        const auto same = kept.engine->Simulate(event.program_id, spec, from);
        ASSERT_TRUE(same.ok()) << "seed " << seed << ": " << same.status();
        ASSERT_EQ(WhatDiffers(*same), "") << "seed " << seed;
        earned += same->total.booked_minor != 0 ? 1 : 0;
      }
    }
    ASSERT_EQ(*kept.engine->StateBytes(), before) << "seed " << seed;
  }
  EXPECT_GT(earned, 0);  // there was something to compare
}

TEST(SimulateLawsTest, TermsThatAreNeverInForceChangeNothing) {
  for (uint64_t seed = 1; seed <= HistoryCount(); ++seed) {
    const History history = MakeHistory(seed);
    const Kept kept =
        KeepSome(history, [](const Engine&, const Event&) { return true; });
    if (!Knows(*kept.engine, kProgram)) continue;
    Random random(seed);
    const ProgramSpec terms = AnyTerms(*kept.engine, &random);
    const auto never = kept.engine->Simulate(kProgram, terms, kMaxInstant);
    ASSERT_TRUE(never.ok()) << "seed " << seed << ": " << never.status();
    ASSERT_EQ(WhatDiffers(*never), "") << "seed " << seed;
  }
}

// Accruals less reversals in cents, by partner and rule.
using Sums = std::map<std::string, int64_t>;

Sums SumsOf(const Engine& engine) {
  Sums sums;
  for (const Output& row : OutputsOf(engine)) {
    if (row.accrual == nullptr) continue;
    const bool takes = row.accrual->kind == AccrualKind::kReversal;
    const int64_t amount =
        takes ? -row.accrual->amount_minor : row.accrual->amount_minor;
    sums[absl::StrCat("partner ", std::string(row.partner_id))] += amount;
    sums[absl::StrCat("rule ", std::string(row.accrual->rule_id))] += amount;
  }
  return sums;
}

// The figures of one run.
template <typename Figure>
Sums SumsOf(const Simulation& simulation, Figure figure) {
  Sums sums;
  for (const Difference& each : simulation.partners) {
    sums["partner " + each.key] = each.*figure;
  }
  for (const Difference& each : simulation.rules) {
    sums["rule " + each.key] = each.*figure;
  }
  return sums;
}

// Rows of zero say nothing.
Sums NotZero(Sums sums) {
  for (auto it = sums.begin(); it != sums.end();) {
    it = it->second == 0 ? sums.erase(it) : std::next(it);
  }
  return sums;
}

// An engine that got what was applied of the program under the old terms, and
// the other ones when their time had come.
struct Happened {
  std::unique_ptr<Engine> engine = Engine::InMemory();
  int64_t refused_count = 0;
};

Happened LetHappen(const ProgramSpec& terms, Instant from,
                   const std::vector<Event>& applied) {
  Happened happened;
  EventBox box;
  std::vector<Event> events;
  bool told = false;
  for (const Event& event : applied) {
    if (event.program_id != kProgram) continue;
    if (!told && event.time >= from) {
      told = true;
      events.push_back({kProgram, "other-terms", from, box.Program(terms)});
    }
    const bool sets = std::holds_alternative<event::ProgramSet>(event.body);
    if (!sets || event.time < from) events.push_back(event);
  }
  std::vector<Outcome> outcomes;
  EXPECT_TRUE(happened.engine->Apply(events, &outcomes).ok());
  for (const Outcome& outcome : outcomes) {
    happened.refused_count += outcome.kind == OutcomeKind::kApplied ? 0 : 1;
  }
  return happened;
}

// Reviews apart, which name accruals by the numbers of their own history.
TEST(SimulateLawsTest, WhatItSaysIsWhatHadHappened) {
  const auto no_review = [](const Engine&, const Event& event) {
    return !std::holds_alternative<event::AccrualReviewed>(event.body);
  };
  int64_t tried = 0;
  int64_t different = 0;
  for (uint64_t seed = 1; seed <= HistoryCount(); ++seed) {
    const History history = MakeHistory(seed);
    const Kept kept = KeepSome(history, no_review);
    if (!Knows(*kept.engine, kProgram)) continue;
    Random random(seed);
    ProgramSpec terms = AnyTerms(*kept.engine, &random);
    // A share outside the bounds is cut by the one and refused by the other.
    terms.customer_share_min.clear();
    terms.customer_share_max.clear();
    const Instant from =
        random.OneIn(3) ? kMinInstant : random.Of(history.events).time;
    const auto simulation = kept.engine->Simulate(kProgram, terms, from);
    if (absl::IsOutOfRange(simulation.status())) continue;
    ASSERT_TRUE(simulation.ok())
        << "seed " << seed << ": " << simulation.status();
    const Happened happened = LetHappen(terms, from, kept.applied);
    const Sums simulated =
        NotZero(SumsOf(*simulation, &Difference::simulated_minor));
    ASSERT_EQ(simulated, NotZero(SumsOf(*happened.engine))) << "seed " << seed;
    ASSERT_EQ(simulation->changed_outcomes_count, happened.refused_count)
        << "seed " << seed;
    ++tried;
    different += simulation->total.difference_minor != 0 ? 1 : 0;
  }
  EXPECT_GT(tried, static_cast<int64_t>(HistoryCount() / 2));
  EXPECT_GT(different, tried / 4);
}

}  // namespace
}  // namespace vouch

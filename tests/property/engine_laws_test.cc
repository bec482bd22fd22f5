// Laws that hold for every history (docs/SEMANTICS.md, sections 2, 3 and 8).
// Each failure names its seed and the shortest beginning of the history that
// shows it.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/auditor.h"
#include "tests/support/books_text.h"
#include "tests/support/history.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

std::vector<Outcome> Apply(Engine* engine, absl::Span<const Event> events) {
  std::vector<Outcome> outcomes;
  const absl::Status status = engine->Apply(events, &outcomes);
  EXPECT_TRUE(status.ok()) << status;
  return outcomes;
}

// Applies in batches of `size`.
std::vector<Outcome> ApplyBy(Engine* engine, absl::Span<const Event> events,
                             std::size_t size) {
  std::vector<Outcome> all;
  for (std::size_t i = 0; i < events.size(); i += size) {
    for (Outcome& outcome : Apply(engine, events.subspan(i, size))) {
      all.push_back(std::move(outcome));
    }
  }
  return all;
}

std::string OutcomesText(const std::vector<Outcome>& outcomes) {
  std::string text;
  for (const Outcome& outcome : outcomes) {
    absl::StrAppend(&text, static_cast<int>(outcome.kind), "|",
                    outcome.seq.value(), "|", outcome.status.ToString(), "\n");
  }
  return text;
}

// The first event, counted from 1, with which `law` gives a text, by trying
// beginnings from the shortest.
template <typename Law>
std::string Shortest(const History& history, Law law) {
  const auto events = absl::MakeConstSpan(history.events);
  for (std::size_t n = 1; n <= events.size(); ++n) {
    const std::string wrong = law(events.first(n));
    if (!wrong.empty()) {
      return absl::StrCat("seed ", history.seed, ", after event ", n, " (",
                          std::string(events[n - 1].event_id), ", kind ",
                          events[n - 1].body.index(), "): ", wrong);
    }
  }
  return absl::StrCat("seed ", history.seed, ": only as a whole");
}

template <typename Law>
void HoldsForAll(Law law) {
  const uint64_t count = HistoryCount();
  for (uint64_t seed = 1; seed <= count; ++seed) {
    const History history = MakeHistory(seed);
    const std::string wrong = law(absl::MakeConstSpan(history.events));
    ASSERT_EQ(wrong, "") << Shortest(history, law);
  }
}

TEST(EngineLawsTest, BooksAreInBalanceAfterEveryEvent) {
  HoldsForAll([](absl::Span<const Event> events) -> std::string {
    const auto engine = Engine::InMemory();
    Auditor auditor;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Outcome outcome = Apply(engine.get(), events.subspan(i, 1))[0];
      if (outcome.kind != OutcomeKind::kApplied) continue;
      const std::string wrong = auditor.Audit(*engine);
      if (!wrong.empty()) return wrong;
    }
    return auditor.Audit(*engine);
  });
}

TEST(EngineLawsTest, AnyBatchesGiveTheSameBytes) {
  HoldsForAll([](absl::Span<const Event> events) -> std::string {
    const auto ones = Engine::InMemory();
    const auto sevens = Engine::InMemory();
    const auto whole = Engine::InMemory();
    const std::string outcomes = OutcomesText(ApplyBy(ones.get(), events, 1));
    if (OutcomesText(ApplyBy(sevens.get(), events, 7)) != outcomes ||
        OutcomesText(Apply(whole.get(), events)) != outcomes) {
      return "other outcomes";
    }
    const std::string books = BooksText(*ones);
    if (BooksText(*sevens) != books) return "batches of 7 differ";
    if (BooksText(*whole) != books) return "one batch differs";
    return "";
  });
}

TEST(EngineLawsTest, TwiceIsOnce) {
  HoldsForAll([](absl::Span<const Event> events) -> std::string {
    const auto engine = Engine::InMemory();
    // What is refused may be sent again and is then another history, so only
    // what was applied is sent twice.
    std::vector<Event> applied;
    const std::vector<Outcome> first = Apply(engine.get(), events);
    std::vector<Seq> seqs;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (first[i].kind != OutcomeKind::kApplied) continue;
      applied.push_back(events[i]);
      seqs.push_back(first[i].seq);
    }
    const std::string books = BooksText(*engine);
    const std::vector<Outcome> second = Apply(engine.get(), applied);
    for (std::size_t i = 0; i < applied.size(); ++i) {
      if (second[i].kind != OutcomeKind::kDuplicate) return "no duplicate";
      if (second[i].seq != seqs[i]) return "a duplicate with another seq";
    }
    return BooksText(*engine) == books ? "" : "the books changed";
  });
}

TEST(EngineLawsTest, RefusedEventsLeaveNoTrace) {
  HoldsForAll([](absl::Span<const Event> events) -> std::string {
    const auto with = Engine::InMemory();
    const auto without = Engine::InMemory();
    const std::vector<Outcome> outcomes = Apply(with.get(), events);
    std::vector<Event> applied;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (outcomes[i].kind == OutcomeKind::kApplied) {
        applied.push_back(events[i]);
      }
    }
    for (const Outcome& outcome : Apply(without.get(), applied)) {
      if (outcome.kind != OutcomeKind::kApplied) {
        return absl::StrCat("refused without the refused ones: ",
                            outcome.status.ToString());
      }
    }
    return BooksText(*with) == BooksText(*without) ? "" : "the books differ";
  });
}

// Answers are folds and replays: they must tie to the books as well.
TEST(EngineLawsTest, AnswersTieToTheBooks) {
  const uint64_t count = HistoryCount() / 10;
  for (uint64_t seed = 1; seed <= count; ++seed) {
    const History history = MakeHistory(seed);
    const auto engine = Engine::InMemory();
    Apply(engine.get(), history.events);
    Random random(seed);
    const Instant cut{history.events[0].time.us +
                      random.Below(400) * kUsPerDay};
    for (const BalanceRow& row : BalancesOf(*engine)) {
      SCOPED_TRACE(absl::StrCat("seed ", seed));
      const auto before = engine->GetStatement(row.program_id, row.partner_id,
                                               kMinInstant, cut);
      const auto after = engine->GetStatement(row.program_id, row.partner_id,
                                              cut, kMaxInstant);
      ASSERT_TRUE(before.ok() && after.ok());
      Balances opening;
      for (const StatementSection& s : before->sections) {
        ASSERT_EQ(s.opening.Sum(), 0);
        ASSERT_EQ(s.accruals_minor + s.upline_minor - s.reversals_minor +
                      s.adjustments_minor + s.opening_balances_minor,
                  s.closing.Sum());
        if (s.currency == row.currency) opening = s.closing;
      }
      for (const StatementSection& s : after->sections) {
        if (s.currency != row.currency) continue;
        ASSERT_EQ(s.opening.Sum(), opening.Sum());
        ASSERT_EQ(s.opening.payable_minor, opening.payable_minor);
        ASSERT_EQ(s.opening.Sum() + s.accruals_minor + s.upline_minor -
                      s.reversals_minor + s.adjustments_minor +
                      s.opening_balances_minor,
                  s.closing.Sum());
        ASSERT_EQ(s.closing.pending_minor, row.balances.pending_minor);
        ASSERT_EQ(s.closing.payable_minor, row.balances.payable_minor);
        ASSERT_EQ(s.closing.in_transit_minor, row.balances.in_transit_minor);
        ASSERT_EQ(s.closing.paid_minor, row.balances.paid_minor);
      }
    }
    for (const std::string_view program : engine->ProgramIds()) {
      const auto stats =
          engine->GetStats(program, kMinInstant, Instant{kMaxInstant.us + 1});
      ASSERT_TRUE(stats.ok()) << stats.status();
      int64_t commission = 0;
      for (const auto& [partner, funnel] : stats->partners) {
        commission += funnel.commission_minor;
      }
      ASSERT_EQ(commission, stats->funnel.commission_minor) << "seed " << seed;
    }
    for (const Event& event : history.events) {
      const auto* payment = std::get_if<event::Payment>(&event.body);
      if (payment == nullptr) continue;
      const auto why = engine->Explain(event.program_id, payment->payment_id);
      if (!why.ok()) continue;  // it was refused
      int64_t explained = 0, booked = 0;
      for (const ExplainedAmount& amount : why->amounts) {
        explained += amount.amount_minor;
      }
      for (const Output& row : why->accruals) {
        if (row.seq == why->seq) booked += row.accrual->amount_minor;
      }
      ASSERT_EQ(explained, booked) << "seed " << seed;
      ASSERT_EQ(why->nothing_earned == NothingEarned::kNone, booked > 0)
          << "seed " << seed;
    }
  }
}

// The histories are worth something only if they reach everything.
TEST(EngineLawsTest, HistoriesReachEveryEventAndEveryRefusal) {
  std::map<std::size_t, int64_t> applied;
  std::map<std::size_t, int64_t> refused;
  std::map<absl::StatusCode, int64_t> codes;
  std::map<OutcomeKind, int64_t> kinds;
  std::map<EntryKind, int64_t> entries;
  for (uint64_t seed = 1; seed <= 2500; ++seed) {
    const History history = MakeHistory(seed);
    const auto engine = Engine::InMemory();
    const std::vector<Outcome> outcomes = Apply(engine.get(), history.events);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      ++kinds[outcomes[i].kind];
      const std::size_t body = history.events[i].body.index();
      if (outcomes[i].kind == OutcomeKind::kApplied) ++applied[body];
      if (outcomes[i].kind == OutcomeKind::kRefused) {
        ++refused[body];
        ++codes[outcomes[i].status.code()];
      }
    }
    for (const Output& row : OutputsOf(*engine, Seq(), SIZE_MAX)) {
      if (row.entry != nullptr) ++entries[row.entry->kind];
    }
  }
  // Nothing is generated for outreach and for what managers do: neither moves
  // money.
  for (std::size_t body = 0; body < std::variant_size_v<EventBody>; ++body) {
    if (body == EventBody(event::Outreach{}).index() ||
        body == EventBody(event::ManagerActivity{}).index()) {
      continue;
    }
    EXPECT_GT(applied[body], 50) << body;
    EXPECT_GT(refused[body], 10) << body;
  }
  for (const OutcomeKind kind :
       {OutcomeKind::kApplied, OutcomeKind::kDuplicate,
        OutcomeKind::kConflictingDuplicate, OutcomeKind::kRefused}) {
    EXPECT_GT(kinds[kind], 500);
  }
  for (const absl::StatusCode code :
       {absl::StatusCode::kInvalidArgument, absl::StatusCode::kNotFound,
        absl::StatusCode::kAlreadyExists, absl::StatusCode::kFailedPrecondition,
        absl::StatusCode::kOutOfRange}) {
    EXPECT_GT(codes[code], 5) << absl::StatusCodeToString(code);
  }
  for (int kind = 1; kind <= 9; ++kind) {
    EXPECT_GT(entries[static_cast<EntryKind>(kind)], 50) << kind;
  }
}

}  // namespace
}  // namespace vouch

// The engine earns as the text says: a naive model (naive_rating.h) agrees with
// it on every outcome, accrual and reversal of random histories, in batches of
// 1, 7, 1,000 and all. Forty histories, each a program of its own, share an
// engine, event by event in turn. VOUCH_FULL=1 asks for a million of them in
// place of 10,000.
//
// Besides, what the text promises of all programs: parts add up to wholes, a
// budget to its two parts, a payment that is given back leaves nothing, and no
// limit is passed.
//
// A failure names its seed and shows the shortest history, with every event
// left out that it fails without.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/fraction.h"
#include "tests/support/histories.h"
#include "tests/support/naive_rating.h"
#include "tests/support/rating_history.h"
#include "tests/support/rating_text.h"
#include "tests/support/tries.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr int kRatingParts = 20;
constexpr std::size_t kRatedTogether = 40;
constexpr std::size_t kWholeHistory = std::numeric_limits<std::size_t>::max();

uint64_t RatingCount() { return Tries(10'000, 1'000'000); }

// What became of one program's events, a line each.
struct Earned {
  std::vector<std::string> outcomes;
  std::vector<std::string> rows;
};

std::string EarnedOutcome(std::string_view event_id, absl::StatusCode code) {
  return absl::StrCat(std::string(event_id), " ",
                      absl::StatusCodeToString(code));
}

// Whether the row at each place is a true-up is the model's word: an engine's
// row does not say.
struct EarnedByModel : Earned {
  std::vector<bool> true_ups;
};

EarnedByModel EarnByModel(absl::Span<const Event> events) {
  NaiveRating naive;
  EarnedByModel earned;
  for (const Event& event : events) {
    earned.outcomes.push_back(
        EarnedOutcome(event.event_id, naive.Apply(event)));
  }
  for (const NaiveRow& row : naive.rows()) {
    earned.rows.push_back(RowLine(row));
    earned.true_ups.push_back(row.true_up);
  }
  return earned;
}

using Models = std::map<std::string, EarnedByModel>;

// The rows of one program as the model tells them: what a refund takes of an
// accrual and of what came back to it is one row of that accrual.
class TakenTogether {
 public:
  // The row to be told; whether it takes the place of the one told last.
  std::pair<Accrual, bool> Add(const Accrual& row) {
    Accrual told = row;
    if (row.restores_id.has_value()) heads_[row.accrual_id] = row.restores_id;
    const auto head = heads_.find(row.accrual_id);
    if (row.kind != AccrualKind::kReversal) return {last_ = told, false};
    if (head != heads_.end()) told.accrual_id = head->second;
    const bool same = last_.seq == told.seq && last_.kind == told.kind &&
                      last_.accrual_id == told.accrual_id;
    if (same) told.amount_minor += last_.amount_minor;
    return {last_ = told, same};
  }

 private:
  std::map<AccrualId, AccrualId> heads_;
  Accrual last_;
};

std::map<std::string, Earned> EarnByEngine(const Engine& engine,
                                           absl::Span<const Event> events,
                                           const std::vector<Outcome>& outcomes,
                                           const Models& models) {
  std::map<std::string, Earned> earned;
  std::map<std::string, TakenTogether> taken;
  EventIds ids;
  for (std::size_t i = 0; i < events.size(); ++i) {
    earned[std::string(events[i].program_id)].outcomes.push_back(
        EarnedOutcome(events[i].event_id, outcomes[i].status.code()));
    if (outcomes[i].seq.has_value()) ids[outcomes[i].seq] = events[i].event_id;
  }
  for (const Output& row : OutputsOf(engine)) {
    if (row.accrual == nullptr) continue;
    const std::string program(row.program_id);
    const std::vector<bool>& true_ups = models.at(program).true_ups;
    std::vector<std::string>& rows = earned[program].rows;
    const auto [told, again] = taken[program].Add(*row.accrual);
    if (again) rows.pop_back();
    const bool true_up = rows.size() < true_ups.size() && true_ups[rows.size()];
    Output output = row;
    output.accrual = &told;
    rows.push_back(RowLine(NaiveRowOf(output, ids, true_up)));
  }
  return earned;
}

std::string FirstEarnedOtherwise(const std::vector<std::string>& model,
                                 const std::vector<std::string>& engine) {
  for (std::size_t i = 0; i < std::max(model.size(), engine.size()); ++i) {
    const std::string a = i < model.size() ? model[i] : "nothing";
    const std::string b = i < engine.size() ? engine[i] : "nothing";
    if (a != b) return absl::StrCat("\n  model:  ", a, "\n  engine: ", b, "\n");
  }
  return "";
}

std::string FirstEarnedOtherwise(const Earned& model, const Earned& engine) {
  const std::string wrong = FirstEarnedOtherwise(model.rows, engine.rows);
  return wrong.empty() ? FirstEarnedOtherwise(model.outcomes, engine.outcomes)
                       : wrong;
}

void RateBy(Engine* engine, absl::Span<const Event> events, std::size_t size,
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
std::string EarnsOtherwise(absl::Span<const Event> events) {
  const auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  RateBy(engine.get(), events, kWholeHistory, &outcomes);
  const std::string program(events[0].program_id);
  const Models models = {{program, EarnByModel(events)}};
  auto earned = EarnByEngine(*engine, events, outcomes, models);
  return FirstEarnedOtherwise(models.at(program), earned[program]);
}

// Drops events while it still fails.
std::string ShortestEarning(const std::vector<Event>& events) {
  const std::vector<Event> fewest =
      WhatStillFails(events, [](const std::vector<Event>& fewer) {
        return !EarnsOtherwise(fewer).empty();
      });
  return absl::StrCat(EarnsOtherwise(fewest), EarningTable(fewest));
}

// Histories whose events come in turn.
struct RatedTogether {
  std::vector<RatingHistory> histories;
  std::vector<Event> events;
};

RatedTogether RateTogether(uint64_t first_seed, std::size_t count) {
  RatedTogether together;
  for (std::size_t i = 0; i < count; ++i) {
    together.histories.push_back(MakeRatingHistory(first_seed + i));
  }
  together.events = InTurn(together.histories);
  return together;
}

// The first seeds of every `step`th group, from the one at `first`.
std::vector<uint64_t> FirstSeeds(uint64_t histories, uint64_t first,
                                 uint64_t step) {
  std::vector<uint64_t> seeds;
  for (uint64_t group = first; group < histories / kRatedTogether;
       group += step) {
    seeds.push_back(1 + group * kRatedTogether);
  }
  return seeds;
}

class RatingLawsTest : public testing::TestWithParam<int> {
 protected:
  // The first seeds of the groups of this part.
  static std::vector<uint64_t> Groups(uint64_t histories) {
    return FirstSeeds(histories, static_cast<uint64_t>(GetParam()),
                      kRatingParts);
  }
};

TEST_P(RatingLawsTest, EngineEarnsAsTheTextSays) {
  for (const uint64_t seed : Groups(RatingCount())) {
    const RatedTogether together = RateTogether(seed, kRatedTogether);
    Models models;
    for (const RatingHistory& history : together.histories) {
      models[std::string(history.events[0].program_id)] =
          EarnByModel(history.events);
    }
    std::string state;
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{7}, std::size_t{1000}, kWholeHistory}) {
      const auto engine = Engine::InMemory();
      std::vector<Outcome> outcomes;
      ASSERT_NO_FATAL_FAILURE(
          RateBy(engine.get(), together.events, size, &outcomes));
      auto earned = EarnByEngine(*engine, together.events, outcomes, models);
      for (const RatingHistory& history : together.histories) {
        const std::string program(history.events[0].program_id);
        const std::string wrong =
            FirstEarnedOtherwise(models[program], earned[program]);
        ASSERT_EQ(wrong, "") << "seed " << history.seed << ", batches of "
                             << size << ShortestEarning(history.events);
      }
      const std::string bytes = engine->StateBytes().value();
      if (state.empty()) state = bytes;
      ASSERT_TRUE(bytes == state) << "another state by batches of " << size;
    }
  }
}

// ---------------------------------------------------------------------------
// Laws that need no model

using RowKey = std::tuple<std::string, std::string, std::string>;

int64_t SignedAmount(const Accrual& accrual) {
  return accrual.kind == AccrualKind::kReversal ? -accrual.amount_minor
                                                : accrual.amount_minor;
}

// The rules that no version makes RETROACTIVE: those rows are of payments.
bool IsOfPayments(const RatingHistory& history, std::string_view rule_id) {
  for (const ProgramSpec& spec : history.versions) {
    for (const RuleSpec& rule : spec.rules) {
      if (rule.rule_id == rule_id && rule.earns_on == EarnsOn::kPayment &&
          rule.reward.tier_meaning != TierMeaning::kRetroactive) {
        return true;
      }
    }
  }
  return false;
}

// Of a history under which every refund counts, with all payments given back
// at its end: what is left by payment, payee and rule.
TEST_P(RatingLawsTest, GivenBackWholeLeavesNothing) {
  int64_t seen = 0;
  for (const uint64_t first : Groups(RatingCount())) {
    for (uint64_t seed = first; seed < first + kRatedTogether; ++seed) {
      RatingHistory history = MakeRatingHistory(seed);
      const auto claws_back = [](const ProgramSpec& spec) {
        return spec.clawback_days.has_value();
      };
      if (std::any_of(history.versions.begin(), history.versions.end(),
                      claws_back)) {
        continue;
      }
      std::vector<Event> events = history.events;
      Instant last = events[0].time;
      for (const Event& event : events) last = std::max(last, event.time);
      for (const Event& event : history.events) {
        const auto* paid = std::get_if<event::Payment>(&event.body);
        if (paid == nullptr) continue;
        const std::string_view id =
            history.box.Text(absl::StrCat("back-", events.size()));
        events.push_back(
            {event.program_id, id, last,
             EventBox::Refund(id, paid->payment_id, paid->customer.id)});
      }
      const auto engine = Engine::InMemory();
      std::vector<Outcome> outcomes;
      ASSERT_NO_FATAL_FAILURE(
          RateBy(engine.get(), events, kWholeHistory, &outcomes));
      std::map<RowKey, int64_t> left;
      for (const Output& row : OutputsOf(*engine)) {
        if (row.accrual == nullptr ||
            !IsOfPayments(history, row.accrual->rule_id)) {
          continue;
        }
        left[{std::string(row.accrual->payment_id), std::string(row.partner_id),
              std::string(row.accrual->rule_id)}] += SignedAmount(*row.accrual);
        ++seen;
      }
      for (const auto& [key, amount] : left) {
        ASSERT_EQ(amount, 0)
            << "seed " << seed << ", " << std::get<0>(key) << " "
            << std::get<1>(key) << " " << std::get<2>(key) << "\n"
            << EarningTable(events);
      }
    }
  }
  EXPECT_GT(seen, 100);
}

// The rule's only version, else nullptr.
const RuleSpec* OnlyRule(const RatingHistory& history,
                         std::string_view rule_id) {
  if (history.versions.size() != 1) return nullptr;
  for (const RuleSpec& rule : history.versions[0].rules) {
    if (rule.rule_id == rule_id) return &rule;
  }
  return nullptr;
}

// A number for each period.
int64_t PeriodOf(Period period, Instant at, const TimeZone& zone) {
  const CivilDay day = DayOf(at, zone);
  switch (period) {
    case Period::kMonth:
      return day.year() * 12 + day.month();
    case Period::kQuarter:
      return day.year() * 4 + (day.month() - 1) / 3;
    case Period::kYear:
      return day.year();
    case Period::kLifetime:
    case Period::kNone:
      break;
  }
  return 0;
}

// What one rule paid one partner so far, against the rule's limits.
class PaidByRule {
 public:
  // Empty, or the limit that is passed with `accrual`.
  std::string Add(const RuleSpec& rule, const Accrual& accrual,
                  const TimeZone& zone) {
    // A reversal and what is won back belong to the accrual's own period.
    const bool again = accrual.restores_id.has_value();
    if (again || accrual.kind == AccrualKind::kReversal) {
      const AccrualId of = again ? accrual.restores_id : accrual.accrual_id;
      booked_at_.emplace(accrual.accrual_id, booked_at_.at(of));
    } else {
      booked_at_.emplace(accrual.accrual_id, accrual.time);
      payments_[accrual.customer].insert(accrual.payment_seq);
    }
    of_customer_[accrual.customer] += SignedAmount(accrual);
    const LimitsSpec& limits = rule.limits;
    if (limits.amount_per_customer_minor) {
      const int64_t most = *limits.amount_per_customer_minor;
      if (of_customer_[accrual.customer] > most) return "amount per customer";
      if (of_customer_[accrual.customer] == most) ++met_;
    }
    if (limits.payments_per_customer &&
        static_cast<int64_t>(payments_[accrual.customer].size()) >
            *limits.payments_per_customer) {
      return "payments per customer";
    }
    if (limits.contract_years &&
        accrual.contract_year > *limits.contract_years) {
      return "contract years";
    }
    if (!limits.amount_per_period) return "";
    int64_t& sum =
        of_period_[PeriodOf(limits.amount_per_period->period,
                            booked_at_.at(accrual.accrual_id), zone)];
    sum += SignedAmount(accrual);
    if (sum == limits.amount_per_period->amount_minor) ++met_;
    return sum > limits.amount_per_period->amount_minor ? "amount per period"
                                                        : "";
  }
  int64_t met() const { return met_; }

 private:
  std::map<AccrualId, Instant> booked_at_;
  std::map<CustomerNumber, std::set<Seq>> payments_;
  std::map<CustomerNumber, int64_t> of_customer_;
  std::map<int64_t, int64_t> of_period_;
  int64_t met_ = 0;
};

// Under one version, and of customers that stay who they are.
TEST_P(RatingLawsTest, NoLimitIsPassed) {
  int64_t met = 0;
  for (const uint64_t first : Groups(RatingCount())) {
    for (uint64_t seed = first; seed < first + kRatedTogether; ++seed) {
      const RatingHistory history = MakeRatingHistory(seed);
      const auto merges = [](const Event& event) {
        return std::holds_alternative<event::CustomerMerged>(event.body);
      };
      if (history.versions.size() != 1 ||
          std::any_of(history.events.begin(), history.events.end(), merges)) {
        continue;
      }
      const TimeZone zone = *TimeZone::Load(history.versions[0].time_zone);
      const auto engine = Engine::InMemory();
      std::vector<Outcome> outcomes;
      ASSERT_NO_FATAL_FAILURE(
          RateBy(engine.get(), history.events, kWholeHistory, &outcomes));
      std::map<std::pair<std::string, std::string>, PaidByRule> paid;
      for (const Output& row : OutputsOf(*engine)) {
        // The period of a true-up is not told by the time of its row.
        if (row.accrual == nullptr || row.accrual->level != 0 ||
            !IsOfPayments(history, row.accrual->rule_id)) {
          continue;
        }
        const RuleSpec* rule = OnlyRule(history, row.accrual->rule_id);
        ASSERT_NE(rule, nullptr) << row.accrual->rule_id;
        const std::string passed =
            paid[{std::string(row.partner_id), rule->rule_id}].Add(
                *rule, *row.accrual, zone);
        ASSERT_EQ(passed, "") << "seed " << seed << "\n"
                              << EarningTable(history.events);
      }
      for (const auto& [key, of_rule] : paid) met += of_rule.met();
    }
  }
  EXPECT_GT(met, 10);
}

// A rule that pays nothing but a percent, to everybody, without a limit.
bool IsPlainPercent(const RuleSpec& rule) {
  const LimitsSpec& limits = rule.limits;
  return !rule.reward.percent.empty() && rule.reward.tiers.empty() &&
         rule.reward.fixed.amount_minor == 0 &&
         rule.reward.by_contract_year.empty() && rule.rate_exceptions.empty() &&
         !limits.payments_per_customer && !limits.months &&
         !limits.contract_years && !limits.amount_per_customer_minor &&
         !limits.amount_per_period;
}

TEST(RatingLaws, PartsAddUpToTheWhole) {
  struct Parts {
    int64_t weight = 0;
    int64_t amount = 0;
    std::set<int64_t> bases;
    int64_t count = 0;
  };
  int64_t seen = 0;
  for (const uint64_t first : FirstSeeds(RatingCount(), 0, 1)) {
    for (uint64_t seed = first; seed < first + kRatedTogether; ++seed) {
      const RatingHistory history = MakeRatingHistory(seed);
      if (history.versions.size() != 1) continue;
      const auto engine = Engine::InMemory();
      std::vector<Outcome> outcomes;
      ASSERT_NO_FATAL_FAILURE(
          RateBy(engine.get(), history.events, kWholeHistory, &outcomes));
      std::map<std::pair<Seq, std::string>, Parts> wholes;
      for (const Output& row : OutputsOf(*engine)) {
        if (row.accrual == nullptr || row.accrual->level != 0 ||
            row.accrual->source != AccrualSource::kPayment) {
          continue;
        }
        Parts& parts = wholes[{row.seq, std::string(row.accrual->rule_id)}];
        parts.weight += row.accrual->weight_ppb;
        parts.amount += row.accrual->amount_minor;
        parts.bases.insert(row.accrual->base_minor);
        ++parts.count;
      }
      for (const auto& [key, parts] : wholes) {
        const RuleSpec* rule = OnlyRule(history, key.second);
        // All of them earned, and by the same lines.
        if (rule == nullptr || !IsPlainPercent(*rule) || parts.weight != kPpb ||
            parts.bases.size() != 1) {
          continue;
        }
        const int64_t ppb = Rate::Parse(rule->reward.percent)->ppb();
        const Fraction whole =
            Fraction(*parts.bases.begin()) * Fraction(ppb, int64_t{kPpb});
        ASSERT_EQ(parts.amount, whole.Rounded(history.versions[0].rounding))
            << "seed " << seed << "\n"
            << EarningTable(history.events);
        if (parts.count > 1) ++seen;
      }
    }
  }
  EXPECT_GT(seen, 0);
}

// A budget of one credit, asked for before the payment and booked by it.
TEST(RatingLaws, DiscountAndCommissionAddUpToTheBudget) {
  int64_t seen = 0;
  for (const uint64_t first : FirstSeeds(RatingCount(), 0, 1)) {
    for (uint64_t seed = first; seed < first + kRatedTogether; ++seed) {
      const RatingHistory history = MakeRatingHistory(seed);
      const auto has_budget = [](const RuleSpec& rule) {
        return !rule.budget.empty();
      };
      const std::vector<RuleSpec>& rules = history.versions[0].rules;
      if (history.versions.size() != 1 ||
          std::none_of(rules.begin(), rules.end(), has_budget)) {
        continue;
      }
      const auto engine = Engine::InMemory();
      std::vector<Outcome> outcomes;
      for (const Event& event : history.events) {
        const auto* paid = std::get_if<event::Payment>(&event.body);
        absl::StatusOr<Quote> quote = absl::NotFoundError("not asked for");
        if (paid != nullptr) {
          QuoteRequest request;
          request.at = event.time;
          request.payment = *paid;
          quote = engine->GetQuote(event.program_id, request);
        }
        const Seq before = engine->GetCounters().last_seq;
        ASSERT_NO_FATAL_FAILURE(RateBy(engine.get(),
                                       absl::MakeConstSpan(&event, 1),
                                       kWholeHistory, &outcomes));
        if (!quote.ok() || quote->credits.size() != 1) continue;
        const OutputPage page = OutputsOf(*engine, before);
        for (const QuotedCommission& part : quote->commissions) {
          const RuleSpec* rule = OnlyRule(history, part.rule_id);
          ASSERT_NE(rule, nullptr);
          // The whole budget of one who is credited with all of the payment.
          const auto is_it = [&](const Output& row) {
            return row.accrual != nullptr && row.accrual->level == 0 &&
                   row.accrual->rule_id == part.rule_id &&
                   row.partner_id == part.partner_id &&
                   row.accrual->weight_ppb == kPpb &&
                   row.accrual->amount_minor == part.amount_minor;
          };
          LimitsSpec limits = rule->limits;
          if (rule->budget.empty() || limits.payments_per_customer ||
              limits.months || limits.contract_years ||
              limits.amount_per_customer_minor || limits.amount_per_period ||
              std::none_of(page.begin(), page.end(), is_it)) {
            continue;
          }
          const Fraction whole =
              Fraction(part.base_minor) *
              Fraction(Rate::Parse(rule->budget)->ppb(), int64_t{kPpb});
          int64_t discount_minor = 0;
          for (const QuotedLine& line : quote->lines) {
            if (line.budget_rule_id != part.rule_id) continue;
            discount_minor += line.budget_discount_minor;
          }
          ASSERT_EQ(discount_minor + part.amount_minor,
                    whole.Rounded(history.versions[0].rounding))
              << "seed " << seed << "\n"
              << EarningTable(history.events);
          ++seen;
        }
      }
    }
  }
  EXPECT_GT(seen, 0);
}

INSTANTIATE_TEST_SUITE_P(Parts, RatingLawsTest,
                         testing::Range(0, kRatingParts));

}  // namespace
}  // namespace vouch

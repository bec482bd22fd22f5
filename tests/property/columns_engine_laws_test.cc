// The column function gives the engine's own decisions, on random tables within
// its scope: binding NONE, every partner ACTIVE, every code good, no leads.
// VOUCH_FULL=1 asks for a million tables in place of 10,000.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/event_box.h"
#include "tests/support/history.h"
#include "tests/support/tries.h"
#include "vouch/attribute/columns.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr int kTableParts = 10;

uint64_t TableCount() { return Tries(10'000, 1'000'000); }

constexpr std::string_view kTablePartners[] = {"anna", "ben", "cora", "dora"};
constexpr std::string_view kTableCodes[] = {"A", "B", "C", "D"};

// A table of touches and conversions; all within 80 days, so that no touch
// falls for coming late (vouch/identify/live_touches.h).
struct EngineTable {
  ProgramSpec spec;
  std::vector<uint64_t> customers;
  std::vector<uint32_t> partners;
  std::vector<Channel> channels;
  std::vector<int64_t> times_us;
  std::vector<uint64_t> converting;
  std::vector<int64_t> converted_us;
};

ProgramSpec AnyTableTerms(Random* random) {
  ProgramSpec spec = PercentProgram("p", "10%");
  spec.binding = BindingSpan::kUnbound;
  spec.model = static_cast<Model>(random->Between(1, 5));
  if (spec.model == Model::kTimeDecay) {
    spec.half_life_days = random->Between(1, 30);
  }
  if (spec.model == Model::kPositionBased) {
    const int64_t first = random->Below(101);
    spec.first_share = absl::StrCat(first, "%");
    spec.last_share = absl::StrCat(random->Below(101 - first), "%");
  }
  for (const Channel channel :
       {Channel::kLink, Channel::kCode, Channel::kView, Channel::kDirect}) {
    if (random->OneIn(2)) continue;
    spec.windows.push_back(
        {channel, random->Between(1, 40),
         random->OneIn(2) ? WindowEnd::kInclusive : WindowEnd::kExclusive});
  }
  switch (random->Below(4)) {
    case 0:
      spec.tiers = {{Channel::kCode}, {Channel::kLink, Channel::kView}};
      break;
    case 1:
      spec.tiers = {{Channel::kDirect, Channel::kLink}, {Channel::kCode}};
      break;
    case 2:
      spec.tiers = {{Channel::kView}, {Channel::kDirect}};
      break;
    default:
      break;
  }
  spec.direct = static_cast<DirectPolicy>(random->Between(1, 3));
  return spec;
}

EngineTable AnyEngineTable(uint64_t seed) {
  Random random(seed);
  EngineTable table;
  table.spec = AnyTableTerms(&random);
  // Days and a microsecond around them, so that ages stand at windows' ends.
  const auto any_time = [&random] {
    const int64_t us = random.Below(80) * kUsPerDay;
    return us + random.Between(0, 2);
  };
  for (int64_t i = random.Between(0, 20); i > 0; --i) {
    table.customers.push_back(static_cast<uint64_t>(random.Below(3)));
    table.partners.push_back(static_cast<uint32_t>(random.Below(4)));
    table.channels.push_back(random.Of<Channel>(
        {Channel::kLink, Channel::kCode, Channel::kView, Channel::kDirect}));
    table.times_us.push_back(any_time());
  }
  for (int64_t i = random.Between(1, 6); i > 0; --i) {
    table.converting.push_back(static_cast<uint64_t>(random.Below(3)));
    table.converted_us.push_back(any_time());
  }
  return table;
}

// A line a credit, the vendor's last.
std::string CreditLine(std::string_view partner, int64_t weight_ppb,
                       Channel channel, std::size_t touch) {
  return absl::StrCat(ToAbsl(partner), " ", weight_ppb, " ",
                      ToAbsl(Word(channel)), " touch ", touch, "\n");
}

std::vector<std::string> CreditsByColumns(const EngineTable& table) {
  ColumnTerms terms;
  terms.model.model = table.spec.model;
  terms.model.half_life_us = table.spec.half_life_days * kUsPerDay;
  if (table.spec.model == Model::kPositionBased) {
    terms.model.first_ppb = Rate::Parse(table.spec.first_share)->ppb();
    terms.model.last_ppb = Rate::Parse(table.spec.last_share)->ppb();
  }
  terms.windows = table.spec.windows;
  terms.tiers = table.spec.tiers;
  terms.direct = table.spec.direct;
  ColumnCredits credits;
  const absl::Status status = AttributeColumns(
      terms, {table.customers, table.partners, table.channels, table.times_us},
      {table.converting, table.converted_us}, &credits);
  EXPECT_TRUE(status.ok()) << status;
  std::vector<std::string> lines(table.converting.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const ColumnCredit& credit : credits.Of(i)) {
      const bool vendor = credit.channel == Channel::kDirect;
      lines[i] +=
          vendor ? absl::StrCat("vendor ", credit.weight_ppb, "\n")
                 : CreditLine(kTablePartners[credit.partner], credit.weight_ppb,
                              credit.channel, credit.touch_row);
    }
  }
  return lines;
}

std::vector<std::string> CreditsByEngine(const EngineTable& table) {
  static const int64_t kStartUs = 1'704'067'200 * kUsPerSecond;
  EventBox box;
  std::vector<Event> events;
  const auto put = [&](int64_t us, EventBody body) {
    const std::string_view id = box.Text(absl::StrCat("e", events.size()));
    events.push_back({"p", id, Instant{kStartUs + us}, std::move(body)});
  };
  put(0, box.Program(table.spec));
  for (std::size_t i = 0; i < 4; ++i) {
    put(0, EventBox::Partner(kTablePartners[i]));
    put(0, EventBox::Code(kTableCodes[i], kTablePartners[i]));
  }
  const auto customer = [&](uint64_t number) {
    return box.Text(absl::StrCat("c", number));
  };
  const std::size_t first_touch = events.size();
  for (std::size_t i = 0; i < table.customers.size(); ++i) {
    event::Touch touch;
    touch.customer.id = customer(table.customers[i]);
    touch.channel = table.channels[i];
    if (touch.channel == Channel::kCode) {
      touch.code = kTableCodes[table.partners[i]];
    } else if (touch.channel != Channel::kDirect) {
      touch.partner_id = kTablePartners[table.partners[i]];
    }
    put(table.times_us[i], touch);
  }
  for (std::size_t i = 0; i < table.converting.size(); ++i) {
    put(table.converted_us[i], box.Pay(box.Text(absl::StrCat("i", i)),
                                       customer(table.converting[i]), 1000));
  }
  const auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  EXPECT_TRUE(engine->Apply(events, &outcomes).ok());
  std::vector<std::string> lines;
  for (const DecisionRow& row : DecisionsOf(*engine)) {
    std::string& text = lines.emplace_back();
    for (std::size_t i = 0; i < row.partner_ids.size(); ++i) {
      const Credit& credit = row.decision->credits[i];
      text += CreditLine(row.partner_ids[i], credit.weight_ppb, credit.channel,
                         credit.touch_seq.value() - 1 - first_touch);
    }
    if (row.decision->vendor_weight_ppb > 0) {
      absl::StrAppend(&text, "vendor ", row.decision->vendor_weight_ppb, "\n");
    }
  }
  return lines;
}

class ColumnsEngineLawsTest : public testing::TestWithParam<int> {};

TEST_P(ColumnsEngineLawsTest, ColumnsDecideAsTheEngine) {
  int64_t won = 0, shared = 0;
  for (uint64_t seed = 1 + static_cast<uint64_t>(GetParam());
       seed <= TableCount(); seed += kTableParts) {
    const EngineTable table = AnyEngineTable(seed);
    const std::vector<std::string> columns = CreditsByColumns(table);
    ASSERT_EQ(columns, CreditsByEngine(table)) << "seed " << seed;
    for (const std::string& lines : columns) {
      const auto credits = std::count(lines.begin(), lines.end(), '\n');
      if (credits > 0) ++won;
      if (credits > 1) ++shared;
    }
  }
  EXPECT_GT(won, static_cast<int64_t>(TableCount() / 20));
  EXPECT_GT(shared, static_cast<int64_t>(TableCount() / 100));
}

INSTANTIATE_TEST_SUITE_P(Parts, ColumnsEngineLawsTest,
                         testing::Range(0, kTableParts));

}  // namespace
}  // namespace vouch

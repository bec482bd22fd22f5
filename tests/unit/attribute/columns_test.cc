#include "vouch/attribute/columns.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"

namespace vouch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Channel kLink = Channel::kLink;
constexpr Channel kCode = Channel::kCode;
constexpr Channel kView = Channel::kView;
constexpr Channel kDirect = Channel::kDirect;

// A touch or a conversion on a day.
struct TouchRow {
  uint64_t customer;
  uint32_t partner;
  Channel channel;
  int64_t day;
};
struct ConversionRow {
  uint64_t customer;
  int64_t day;
};

// partner, weight in ppb, row, channel.
using Row = std::tuple<uint32_t, int64_t, uint32_t, Channel>;
constexpr uint32_t kVendor = kVendorPartner;

class Tables {
 public:
  Tables(const std::vector<TouchRow>& touches,
         const std::vector<ConversionRow>& conversions) {
    for (const TouchRow& row : touches) {
      customers.push_back(row.customer);
      partners.push_back(row.partner);
      channels.push_back(row.channel);
      times_us.push_back(row.day * kUsPerDay);
    }
    for (const ConversionRow& row : conversions) {
      conversion_customers.push_back(row.customer);
      conversion_times_us.push_back(row.day * kUsPerDay);
    }
  }
  absl::Status Attribute(const ColumnTerms& terms, ColumnCredits* out) const {
    return AttributeColumns(terms, {customers, partners, channels, times_us},
                            {conversion_customers, conversion_times_us}, out);
  }

  std::vector<uint64_t> customers;
  std::vector<uint32_t> partners;
  std::vector<Channel> channels;
  std::vector<int64_t> times_us;
  std::vector<uint64_t> conversion_customers;
  std::vector<int64_t> conversion_times_us;
};

std::vector<std::vector<Row>> RowsOf(const Tables& tables,
                                     const ColumnTerms& terms) {
  ColumnCredits credits;
  const absl::Status status = tables.Attribute(terms, &credits);
  EXPECT_TRUE(status.ok()) << status;
  std::vector<std::vector<Row>> rows;
  if (!status.ok()) return rows;
  EXPECT_EQ(credits.offsets.size(), tables.conversion_customers.size() + 1);
  EXPECT_EQ(credits.offsets.back(), credits.credits.size());
  for (std::size_t i = 0; i + 1 < credits.offsets.size(); ++i) {
    std::vector<Row>& row = rows.emplace_back();
    for (const ColumnCredit& credit : credits.Of(i)) {
      row.emplace_back(credit.partner, credit.weight_ppb, credit.touch_row,
                       credit.channel);
    }
  }
  return rows;
}

std::vector<std::vector<Row>> Attributed(
    const ColumnTerms& terms, const std::vector<TouchRow>& touches,
    const std::vector<ConversionRow>& conversions) {
  return RowsOf(Tables(touches, conversions), terms);
}

ColumnTerms Terms(Model model) {
  ColumnTerms terms;
  terms.model.model = model;
  terms.model.half_life_us = 10 * kUsPerDay;
  terms.model.first_ppb = 400'000'000;
  terms.model.last_ppb = 400'000'000;
  return terms;
}

TEST(ColumnsTest, LastTouchOfTheSameCustomerNotLater) {
  EXPECT_THAT(
      Attributed(Terms(Model::kLastTouch),
                 {{7, 1, kLink, 1},
                  {7, 2, kCode, 3},
                  {8, 3, kLink, 4},
                  {7, 4, kLink, 6}},
                 {{7, 5}, {7, 6}, {7, 0}, {9, 5}, {8, 4}}),
      ElementsAre(ElementsAre(Row(2, kPpb, 1, kCode)),
                  // At its own time a touch counts.
                  ElementsAre(Row(4, kPpb, 3, kLink)),
                  // Before all of them; a customer without any.
                  IsEmpty(), IsEmpty(), ElementsAre(Row(3, kPpb, 2, kLink))));
}

TEST(ColumnsTest, RowsMayStandInAnyOrder) {
  const std::vector<TouchRow> touches = {
      {7, 1, kLink, 6}, {7, 2, kCode, 1}, {7, 3, kView, 4}, {7, 4, kView, 2}};
  const std::vector<ConversionRow> conversions = {{7, 5}, {7, 1}, {7, 3}};
  EXPECT_THAT(Attributed(Terms(Model::kLastTouch), touches, conversions),
              ElementsAre(ElementsAre(Row(3, kPpb, 2, kView)),
                          ElementsAre(Row(2, kPpb, 1, kCode)),
                          ElementsAre(Row(4, kPpb, 3, kView))));
  EXPECT_THAT(Attributed(Terms(Model::kFirstTouch), touches, conversions),
              ElementsAre(ElementsAre(Row(2, kPpb, 1, kCode)),
                          ElementsAre(Row(2, kPpb, 1, kCode)),
                          ElementsAre(Row(2, kPpb, 1, kCode))));
}

TEST(ColumnsTest, OfEqualTimesTheLaterRowIsTheLaterTouch) {
  const std::vector<TouchRow> touches = {
      {1, 10, kLink, 2}, {1, 11, kCode, 2}, {1, 12, kLink, 2}};
  EXPECT_THAT(Attributed(Terms(Model::kLastTouch), touches, {{1, 2}}),
              ElementsAre(ElementsAre(Row(12, kPpb, 2, kLink))));
  EXPECT_THAT(Attributed(Terms(Model::kFirstTouch), touches, {{1, 2}}),
              ElementsAre(ElementsAre(Row(10, kPpb, 0, kLink))));
}

TEST(ColumnsTest, WindowsHaveTheirEndOutOrIn) {
  ColumnTerms terms = Terms(Model::kLastTouch);
  terms.windows = {{kLink, 30, WindowEnd::kExclusive},
                   {kCode, 30, WindowEnd::kInclusive}};
  const std::vector<ConversionRow> at_31 = {{1, 31}};
  EXPECT_THAT(Attributed(terms, {{1, 5, kLink, 1}}, at_31),
              ElementsAre(IsEmpty()));
  EXPECT_THAT(Attributed(terms, {{1, 5, kCode, 1}}, at_31),
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kCode))));
  EXPECT_THAT(Attributed(terms, {{1, 5, kLink, 2}, {1, 6, kCode, 0}}, at_31),
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kLink))));
  // A channel without a window has none.
  EXPECT_THAT(Attributed(terms, {{1, 5, kView, -9000}}, at_31),
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kView))));
  // By one microsecond.
  Tables tables({{1, 5, kLink, 1}, {2, 6, kCode, 1}}, {{1, 31}, {2, 31}});
  tables.conversion_times_us = {31 * kUsPerDay - 1, 31 * kUsPerDay + 1};
  EXPECT_THAT(RowsOf(tables, terms),
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kLink)), IsEmpty()));
}

TEST(ColumnsTest, FirstTouchIsTheFirstInsideItsWindow) {
  ColumnTerms terms = Terms(Model::kFirstTouch);
  terms.windows = {{kLink, 10}, {kCode, 30}};
  EXPECT_THAT(Attributed(terms,
                         {{1, 5, kLink, 1},
                          {1, 6, kCode, 2},
                          {1, 7, kLink, 12},
                          {1, 8, kLink, 40}},
                         {{1, 10}, {1, 12}, {1, 33}, {1, 60}, {1, 45}}),
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kLink)),
                          ElementsAre(Row(6, kPpb, 1, kCode)), IsEmpty(),
                          IsEmpty(), ElementsAre(Row(8, kPpb, 3, kLink))));
}

TEST(ColumnsTest, OnlyTheHighestTierWithACandidateCompetes) {
  ColumnTerms terms = Terms(Model::kLastTouch);
  terms.windows = {{kCode, 10}};
  terms.tiers = {{kCode}, {kLink, Channel::kLead}};
  EXPECT_THAT(Attributed(terms,
                         {{1, 5, kCode, 1},
                          {1, 6, kLink, 2},
                          {1, 7, kView, 3},
                          {2, 8, kView, 3},
                          {1, 9, Channel::kLead, 1}},
                         {{1, 4}, {1, 20}, {2, 4}}),
              // The code; once it is too old the link; a view cannot win.
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kCode)),
                          ElementsAre(Row(6, kPpb, 1, kLink)), IsEmpty()));
  terms.model.model = Model::kLinear;
  EXPECT_THAT(
      Attributed(
          terms,
          {{1, 6, kLink, 2}, {1, 7, kView, 3}, {1, 9, Channel::kLead, 1}},
          {{1, 4}}),
      ElementsAre(ElementsAre(Row(9, kPpb / 2, 2, Channel::kLead),
                              Row(6, kPpb / 2, 0, kLink))));
}

TEST(ColumnsTest, CreditsStandByFirstTouchAndShowTheLast) {
  EXPECT_THAT(Attributed(Terms(Model::kLinear),
                         {{1, 20, kLink, 3},
                          {1, 10, kCode, 2},
                          {1, 20, kView, 1},
                          {1, 10, kLink, 4},
                          {1, 20, kCode, 9}},
                         {{1, 5}}),
              // Of the four that count two each.
              ElementsAre(ElementsAre(Row(20, kPpb / 2, 0, kLink),
                                      Row(10, kPpb / 2, 3, kLink))));
}

TEST(ColumnsTest, TimeDecayCountsFromTheConversion) {
  // 1, 1/2 and 1/4: sevenths, of which the two largest fractions round up.
  EXPECT_THAT(
      Attributed(Terms(Model::kTimeDecay),
                 {{1, 5, kLink, 0}, {1, 6, kLink, 10}, {1, 7, kLink, 20}},
                 {{1, 25}, {1, 10}}),
      ElementsAre(ElementsAre(Row(5, 142'857'143, 0, kLink),
                              Row(6, 285'714'286, 1, kLink),
                              Row(7, 571'428'571, 2, kLink)),
                  ElementsAre(Row(5, 333'333'333, 0, kLink),
                              Row(6, 666'666'667, 1, kLink))));
  // Thirty-one half-lives: less than half a part.
  EXPECT_THAT(Attributed(Terms(Model::kTimeDecay),
                         {{1, 5, kLink, 0}, {1, 6, kLink, 310}}, {{1, 310}}),
              ElementsAre(ElementsAre(Row(6, kPpb, 1, kLink))));
}

TEST(ColumnsTest, PositionsThatGetNothingDoNotCount) {
  ColumnTerms terms = Terms(Model::kPositionBased);
  const std::vector<TouchRow> touches = {
      {1, 5, kLink, 1}, {1, 6, kCode, 2}, {1, 6, kView, 3}, {1, 5, kCode, 4}};
  EXPECT_THAT(Attributed(terms, touches, {{1, 4}, {1, 3}, {1, 2}, {1, 1}}),
              ElementsAre(ElementsAre(Row(5, 800'000'000, 3, kCode),
                                      Row(6, 200'000'000, 2, kView)),
                          ElementsAre(Row(5, 400'000'000, 0, kLink),
                                      Row(6, 600'000'000, 2, kView)),
                          ElementsAre(Row(5, 500'000'000, 0, kLink),
                                      Row(6, 500'000'000, 1, kCode)),
                          ElementsAre(Row(5, kPpb, 0, kLink))));
  // The first gets nothing: 6 has the first touch that counts. The last gets
  // all the rest.
  terms.model.first_ppb = 0;
  EXPECT_THAT(Attributed(terms, touches, {{1, 4}}),
              ElementsAre(ElementsAre(Row(6, 600'000'000, 2, kView),
                                      Row(5, 400'000'000, 3, kCode))));
  // Nor does the last: what 5 came by is the first.
  terms.model.first_ppb = kPpb;
  terms.model.last_ppb = 0;
  EXPECT_THAT(Attributed(terms, touches, {{1, 4}}),
              ElementsAre(ElementsAre(Row(5, kPpb, 0, kLink))));
}

TEST(ColumnsTest, DirectIsIgnored) {
  ColumnTerms terms = Terms(Model::kLastTouch);
  terms.tiers = {{kDirect}, {kLink}};
  EXPECT_THAT(
      Attributed(terms,
                 {{1, 5, kLink, 1}, {1, 0, kDirect, 2}, {2, 0, kDirect, 1}},
                 {{1, 3}, {2, 3}}),
      ElementsAre(ElementsAre(Row(5, kPpb, 0, kLink)), IsEmpty()));
}

TEST(ColumnsTest, DirectCompetes) {
  ColumnTerms terms = Terms(Model::kLinear);
  terms.direct = DirectPolicy::kCompete;
  // The vendor's credit stands last, though its touch is the first, and takes
  // the unit that is left only where no partner's fraction is as large.
  const std::vector<TouchRow> touches = {
      {1, 77, kDirect, 1}, {1, 5, kLink, 2}, {1, 6, kCode, 3}};
  EXPECT_THAT(Attributed(terms, touches, {{1, 3}}),
              ElementsAre(ElementsAre(Row(5, 333'333'334, 1, kLink),
                                      Row(6, 333'333'333, 2, kCode),
                                      Row(kVendor, 333'333'333, 0, kDirect))));
  // In the tier that competes when no tier names it, ...
  terms.tiers = {{kCode}, {kLink}};
  EXPECT_THAT(Attributed(terms, touches, {{1, 3}, {1, 2}, {1, 1}}),
              ElementsAre(ElementsAre(Row(6, kPpb / 2, 2, kCode),
                                      Row(kVendor, kPpb / 2, 0, kDirect)),
                          ElementsAre(Row(5, kPpb / 2, 1, kLink),
                                      Row(kVendor, kPpb / 2, 0, kDirect)),
                          // ... alone if there is no other candidate, ...
                          ElementsAre(Row(kVendor, kPpb, 0, kDirect))));
  // ... else in its own: below the code, beside the link.
  terms.tiers = {{kCode}, {kLink, kDirect}};
  EXPECT_THAT(Attributed(terms, touches, {{1, 3}, {1, 2}}),
              ElementsAre(ElementsAre(Row(6, kPpb, 2, kCode)),
                          ElementsAre(Row(5, kPpb / 2, 1, kLink),
                                      Row(kVendor, kPpb / 2, 0, kDirect))));
  // A partner may have the vendor's number.
  terms.tiers.clear();
  EXPECT_THAT(
      Attributed(terms, {{1, kVendor, kDirect, 1}, {1, kVendor, kLink, 2}},
                 {{1, 2}}),
      ElementsAre(ElementsAre(Row(kVendor, kPpb / 2, 1, kLink),
                              Row(kVendor, kPpb / 2, 0, kDirect))));
}

TEST(ColumnsTest, DirectWinsInsideItsWindow) {
  for (const Model model :
       {Model::kFirstTouch, Model::kLastTouch, Model::kLinear,
        Model::kTimeDecay, Model::kPositionBased}) {
    ColumnTerms terms = Terms(model);
    terms.direct = DirectPolicy::kWin;
    terms.windows = {{kDirect, 10}};
    terms.tiers = {{kCode}, {kLink}};
    EXPECT_THAT(Attributed(terms, {{1, 0, kDirect, 1}, {1, 6, kCode, 2}},
                           {{1, 2}, {1, 11}}),
                ElementsAre(ElementsAre(Row(kVendor, kPpb, 0, kDirect)),
                            ElementsAre(Row(6, kPpb, 1, kCode))));
  }
}

TEST(ColumnsTest, NumbersOfCustomersAndTimesMayBeAny) {
  constexpr uint64_t kHuge = UINT64_MAX;
  ColumnTerms terms = Terms(Model::kLastTouch);
  // Wide and narrow numbers do not meet in their low bits.
  EXPECT_THAT(
      Attributed(terms, {{kHuge, 5, kLink, 1}, {UINT32_MAX, 6, kLink, 1}},
                 {{kHuge, 1}, {UINT32_MAX, 1}, {0, 1}}),
      ElementsAre(ElementsAre(Row(5, kPpb, 0, kLink)),
                  ElementsAre(Row(6, kPpb, 1, kLink)), IsEmpty()));
  EXPECT_THAT(Attributed(terms, {{kHuge, 5, kLink, 1}}, {{UINT32_MAX, 1}}),
              ElementsAre(IsEmpty()));
  Tables tables({{1, 5, kLink, 0}, {1, 6, kCode, 0}}, {{1, 0}, {1, 0}});
  tables.times_us = {INT64_MIN, INT64_MAX};
  tables.conversion_times_us = {INT64_MAX, INT64_MAX - 1};
  EXPECT_THAT(RowsOf(tables, terms),
              ElementsAre(ElementsAre(Row(6, kPpb, 1, kCode)),
                          ElementsAre(Row(5, kPpb, 0, kLink))));
}

TEST(ColumnsTest, OneCustomerWithManyTouches) {
  // Partner i at day i, backwards; each conversion sees ten days of them.
  std::vector<TouchRow> touches;
  for (uint32_t day = 1000; day-- > 0;) touches.push_back({1, day, kLink, day});
  ColumnTerms terms = Terms(Model::kLinear);
  terms.windows = {{kLink, 100}};
  const auto rows = Attributed(terms, touches, {{1, 999}, {1, 99}});
  ASSERT_EQ(rows.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(rows[i].size(), 100u);
    for (uint32_t place = 0; place < 100; ++place) {
      const uint32_t partner = (i == 0 ? 900 : 0) + place;
      EXPECT_EQ(rows[i][place], Row(partner, kPpb / 100, 999 - partner, kLink));
    }
  }
}

TEST(ColumnsTest, EmptyTables) {
  EXPECT_THAT(Attributed(Terms(Model::kLinear), {}, {}), IsEmpty());
  EXPECT_THAT(Attributed(Terms(Model::kLinear), {{1, 5, kLink, 1}}, {}),
              IsEmpty());
  EXPECT_THAT(Attributed(Terms(Model::kLinear), {}, {{1, 1}}),
              ElementsAre(IsEmpty()));
}

TEST(ColumnsTest, RefusesColumnsThatDoNotFit) {
  const ColumnTerms terms = Terms(Model::kLastTouch);
  ColumnCredits credits;
  const Tables good({{1, 5, kLink, 1}}, {{1, 1}});
  const auto lengths =
      absl::InvalidArgumentError("touches: have columns of different lengths");
  Tables tables = good;
  tables.partners.push_back(1);
  EXPECT_EQ(tables.Attribute(terms, &credits), lengths);
  tables = good;
  tables.channels.clear();
  EXPECT_EQ(tables.Attribute(terms, &credits), lengths);
  tables = good;
  tables.times_us.push_back(1);
  EXPECT_EQ(tables.Attribute(terms, &credits), lengths);
  tables = good;
  tables.conversion_times_us.clear();
  EXPECT_EQ(tables.Attribute(terms, &credits),
            absl::InvalidArgumentError(
                "conversions: have columns of different lengths"));
  // Also of a customer that never converts.
  for (const int channel : {0, 6, 255}) {
    tables = good;
    tables.customers[0] = 2;
    tables.channels[0] = static_cast<Channel>(channel);
    EXPECT_EQ(tables.Attribute(terms, &credits),
              absl::InvalidArgumentError(
                  "touches.channels: hold one that is no word"));
  }
}

TEST(ColumnsTest, RefusesMoreRowsThanItsLimit) {
  // Only the lengths are looked at: the one row is not read.
  const uint64_t customer = 1;
  const int64_t time_us = 1;
  ColumnCredits credits;
  const ConversionColumns conversions = {
      absl::MakeConstSpan(&customer, kMaxColumnRows + 1),
      absl::MakeConstSpan(&time_us, kMaxColumnRows + 1)};
  EXPECT_EQ(
      AttributeColumns(Terms(Model::kLastTouch), {}, conversions, &credits),
      absl::ResourceExhaustedError("conversions: are more than 2^29 - 1"));
  const uint32_t partner = 1;
  const Channel channel = kLink;
  const TouchColumns touches = {
      absl::MakeConstSpan(&customer, kMaxColumnRows + 1),
      absl::MakeConstSpan(&partner, kMaxColumnRows + 1),
      absl::MakeConstSpan(&channel, kMaxColumnRows + 1),
      absl::MakeConstSpan(&time_us, kMaxColumnRows + 1)};
  EXPECT_EQ(AttributeColumns(Terms(Model::kLastTouch), touches, {}, &credits),
            absl::ResourceExhaustedError("touches: are more than 2^29 - 1"));
}

TEST(ColumnsTest, RefusesTermsThatAreNone) {
  const Tables tables({{1, 5, kLink, 1}}, {{1, 1}});
  struct {
    void (*change)(ColumnTerms*);
    const char* message;
  } const cases[] = {
      {[](ColumnTerms* t) { t->model.model = Model::kNone; }, "model: is none"},
      {[](ColumnTerms* t) { t->direct = DirectPolicy::kNone; },
       "direct: is none"},
      {[](ColumnTerms* t) {
         t->windows = {{kLink, 0}};
       },
       "windows[0].days: is out of range"},
      {[](ColumnTerms* t) {
         t->windows = {{kCode, 1}, {kLink, 36501}};
       },
       "windows[1].days: is out of range"},
      {[](ColumnTerms* t) {
         t->windows = {{Channel::kNone, 1}};
       },
       "windows[0].channel: is none"},
      {[](ColumnTerms* t) {
         t->windows = {{kLink, 1}, {kLink, 2}};
       },
       "windows[1].channel: has a window already"},
      {[](ColumnTerms* t) {
         t->windows = {{kLink, 1, WindowEnd::kNone}};
       },
       "windows[0].end: is none"},
      {[](ColumnTerms* t) {
         t->tiers = {{kLink}, {}};
       },
       "tiers[1]: is empty"},
      {[](ColumnTerms* t) { t->tiers = {{Channel::kNone}}; },
       "tiers[0]: names no channel"},
      {[](ColumnTerms* t) {
         t->tiers = {{kLink}, {kCode, kLink}};
       },
       "tiers[1]: names a channel that has a tier already"},
  };
  for (const auto& c : cases) {
    ColumnTerms terms = Terms(Model::kLastTouch);
    c.change(&terms);
    ColumnCredits credits;
    EXPECT_EQ(tables.Attribute(terms, &credits),
              absl::InvalidArgumentError(c.message));
  }
}

}  // namespace
}  // namespace vouch

// A simulation's figures by hand (docs/SEMANTICS.md, section 9).
#include "vouch/report/simulation.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vouch/base/status.h"
#include "vouch/report/simulation_html.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Of(const Difference& d) {
  return absl::StrCat(d.key, " ", d.booked_minor, " ", d.simulated_minor, " ",
                      d.difference_minor);
}
std::vector<std::string> Of(const std::vector<Difference>& list) {
  std::vector<std::string> texts;
  for (const Difference& each : list) texts.push_back(Of(each));
  return texts;
}

Accrual Row(std::string_view time, std::string_view rule_id,
            int64_t amount_minor, AccrualKind kind = AccrualKind::kAccrual) {
  Accrual row;
  row.time = *ParseInstant(time);
  row.kind = kind;
  row.rule_id = rule_id;
  row.amount_minor = amount_minor;
  return row;
}

SimulationBuilder Builder(Instant from = kMinInstant) {
  return SimulationBuilder("shop", *Currency::Parse("EUR"),
                           *TimeZone::Load("Europe/Berlin"), from);
}

// 100.00 to anna and 50.00 to ben in March, of anna's 40.00 given back in April
// (in Berlin; it is still March in UTC). The other terms give anna 130.00, take
// back 52.00, give ben nothing, and cora an upline of 13.00 by a rule of
// theirs.
Simulation ByHand() {
  SimulationBuilder builder = Builder(*ParseInstant("2024-02-29T23:00:00Z"));
  builder.AddBooked("anna", Row("2024-03-10T10:00:00Z", "tenth", 10000));
  builder.AddBooked("ben", Row("2024-03-11T10:00:00Z", "flat", 5000));
  builder.AddBooked("anna", Row("2024-03-31T22:30:00Z", "tenth", 4000,
                                AccrualKind::kReversal));
  builder.AddSimulated("anna", Row("2024-03-10T10:00:00Z", "tenth", 13000));
  Accrual upline = Row("2024-03-10T10:00:00Z", "group", 1300);
  upline.level = 1;
  builder.AddSimulated("cora", upline);
  builder.AddSimulated("anna", Row("2024-03-31T22:30:00Z", "tenth", 5200,
                                   AccrualKind::kReversal));
  builder.AddRefused(Seq(7), "pay-out",
                     PreconditionField("payout_requested.amount_minor",
                                       "more than is payable"));
  return *builder.Finish();
}

TEST(SimulationBuilderTest, EachListAddsUpToTheTotal) {
  const Simulation simulation = ByHand();
  EXPECT_EQ(Of(simulation.total), " 11000 9100 -1900");
  EXPECT_THAT(Of(simulation.partners),
              ElementsAre("anna 6000 7800 1800", "ben 5000 0 -5000",
                          "cora 0 1300 1300"));
  EXPECT_THAT(Of(simulation.rules),
              ElementsAre("flat 5000 0 -5000", "group 0 1300 1300",
                          "tenth 6000 7800 1800"));
  EXPECT_THAT(Of(simulation.months), ElementsAre("2024-03 15000 14300 -700",
                                                 "2024-04 -4000 -5200 -1200"));
  EXPECT_EQ(simulation.program_id, "shop");
  EXPECT_EQ(simulation.changed_outcomes_count, 1);
  ASSERT_EQ(simulation.changed_outcomes.size(), 1u);
  EXPECT_EQ(simulation.changed_outcomes[0].seq, Seq(7));
  EXPECT_EQ(simulation.changed_outcomes[0].event_id, "pay-out");
}

TEST(SimulationBuilderTest, NothingAtAll) {
  const Simulation simulation = *Builder().Finish();
  EXPECT_EQ(Of(simulation.total), " 0 0 0");
  EXPECT_THAT(simulation.partners, IsEmpty());
  EXPECT_THAT(simulation.rules, IsEmpty());
  EXPECT_THAT(simulation.months, IsEmpty());
  EXPECT_EQ(SimulationText(simulation),
            "Program shop under other terms from the beginning "
            "(Europe/Berlin)\n\n"
            "  EUR                     booked simulated difference\n"
            "  accruals less reversals   0.00      0.00       0.00\n");
}

// Each run fits; the way from one to the other does not.
TEST(SimulationBuilderTest, ADifferencePast64BitsIsAnError) {
  SimulationBuilder fits = Builder();
  fits.AddBooked("anna", Row("2024-03-10T10:00:00Z", "r", INT64_MAX));
  fits.AddSimulated("anna", Row("2024-03-10T10:00:00Z", "r", INT64_MAX));
  EXPECT_EQ(fits.Finish()->total.difference_minor, 0);
  SimulationBuilder apart = Builder();
  apart.AddBooked("anna", Row("2024-03-10T10:00:00Z", "r", INT64_MAX));
  apart.AddSimulated(
      "anna", Row("2024-03-10T10:00:00Z", "r", 2, AccrualKind::kReversal));
  const auto finished = apart.Finish();
  EXPECT_EQ(finished.status(), RangeField("total", "passes 64 bits"));
  // The total fits where a part does not.
  SimulationBuilder part = Builder();
  part.AddBooked("anna", Row("2024-03-10T10:00:00Z", "r", INT64_MAX));
  part.AddBooked("anna", Row("2024-03-10T10:00:00Z", "r", 1));
  part.AddBooked("ben",
                 Row("2024-03-10T10:00:00Z", "r", 1, AccrualKind::kReversal));
  EXPECT_EQ(part.Finish().status(), RangeField("anna", "passes 64 bits"));
}

TEST(SimulationBuilderTest, TellsTheFirstHundredByName) {
  SimulationBuilder builder = Builder();
  for (uint64_t i = 1; i <= kMaxChangedOutcomes + 5; ++i) {
    builder.AddRefused(Seq(i), absl::StrCat("e-", i),
                       NotFoundField("x", "gone"));
  }
  const Simulation simulation = *builder.Finish();
  EXPECT_EQ(simulation.changed_outcomes_count, 105);
  ASSERT_EQ(simulation.changed_outcomes.size(), kMaxChangedOutcomes);
  EXPECT_EQ(simulation.changed_outcomes.back().event_id, "e-100");
  const std::string text = SimulationText(simulation);
  EXPECT_THAT(text, HasSubstr("105 events are refused under the other terms and"
                              " left out:\n"));
  EXPECT_THAT(text, HasSubstr("  100 e-100 x: gone\n  and 5 more\n"));
  EXPECT_THAT(SimulationHtml(simulation), HasSubstr("<p>And 5 more.</p>"));
}

TEST(LargestDifferencesTest, BySizeThenById) {
  const std::vector<Difference> list = {
      {"a", 0, 5, 5},  {"b", 9, 0, -9}, {"c", 1, 1, 0},
      {"d", 5, 0, -5}, {"e", 0, 7, 7},
  };
  EXPECT_THAT(Of(LargestDifferences(list, 10)),
              ElementsAre("b 9 0 -9", "e 0 7 7", "a 0 5 5", "d 5 0 -5"));
  EXPECT_THAT(Of(LargestDifferences(list, 3)),
              ElementsAre("b 9 0 -9", "e 0 7 7", "a 0 5 5"));
  EXPECT_THAT(LargestDifferences(list, 0), IsEmpty());
  EXPECT_THAT(LargestDifferences({{"x", 0, INT64_MIN, INT64_MIN},
                                  {"y", 0, INT64_MAX, INT64_MAX}},
                                 1)[0]
                  .key,
              "x");
}

TEST(SimulationTextTest, AllTablesInMajorUnits) {
  EXPECT_EQ(SimulationText(ByHand()),
            R"(Program shop under other terms from 2024-03-01 (Europe/Berlin)

  EUR                     booked simulated difference
  accruals less reversals 110.00     91.00     -19.00 -17.27%

  partner booked simulated difference
  anna     60.00     78.00     +18.00  +30.00%
  ben      50.00      0.00     -50.00 -100.00%
  cora      0.00     13.00     +13.00

  rule  booked simulated difference
  flat   50.00      0.00     -50.00 -100.00%
  group   0.00     13.00     +13.00
  tenth  60.00     78.00     +18.00  +30.00%

  month   booked simulated difference
  2024-03 150.00    143.00      -7.00 -4.67%
  2024-04 -40.00    -52.00     -12.00

1 event is refused under the other terms and left out:
  seq event   why
    7 pay-out payout_requested.amount_minor: more than is payable
)");
}

TEST(SimulationTextTest, AMomentWithinADay) {
  const Simulation simulation =
      *Builder(*ParseInstant("2024-03-01T12:00:00Z")).Finish();
  EXPECT_THAT(SimulationText(simulation),
              HasSubstr("from 2024-03-01T12:00:00Z"));
}

TEST(ChangePercentTest, HalfToEvenWithItsSign) {
  const auto percent = [](int64_t booked, int64_t simulated) {
    return internal::ChangePercent({"", booked, simulated, simulated - booked});
  };
  EXPECT_EQ(percent(100, 130), "+30.00%");
  EXPECT_EQ(percent(100, 100), "0.00%");
  EXPECT_EQ(percent(1000, 995), "-0.50%");
  EXPECT_EQ(percent(20000, 20001), "0.00%");   // 0.5 hundredths: to even
  EXPECT_EQ(percent(20000, 20003), "+0.02%");  // 1.5
  EXPECT_EQ(percent(20000, 19997), "-0.02%");
  EXPECT_EQ(percent(0, 100), "");
  EXPECT_EQ(percent(-5, 100), "");
  EXPECT_EQ(percent(1, INT64_MAX), "");  // past 64 bits
}

// ------------------------------------------------------------------- as HTML

TEST(SimulationHtmlTest, StandsAlone) {
  const std::string html = SimulationHtml(ByHand());
  EXPECT_EQ(html.rfind("<!DOCTYPE html>\n", 0), 0u);
  for (const char* const foreign :
       {"<script", "http:", "https:", "//", "url(", "@import", "src=", "href",
        "<img", "<link", "<iframe", "xlink"}) {
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
  }
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(html, HasSubstr("@media print"));
  EXPECT_EQ(SimulationHtml(ByHand()), html);
}

TEST(SimulationHtmlTest, HasTheFiguresOfTheTable) {
  const std::string html = SimulationHtml(ByHand());
  EXPECT_THAT(html,
              HasSubstr("<h1>Program <bdi>shop</bdi> under other terms from "
                        "2024-03-01</h1>"));
  EXPECT_THAT(
      html,
      HasSubstr("<tr><th scope=\"row\">2024-04</th><td class=\"n\">-40.00</td>"
                "<td class=\"n\">-52.00</td><td class=\"n less\">-12.00</td>"));
  EXPECT_THAT(
      html,
      HasSubstr("<tr><th scope=\"row\">Total</th><td class=\"n\">110.00</td>"
                "<td class=\"n\">91.00</td><td class=\"n less\">-19.00</td>"
                "<td class=\"n\">-17.27%</td></tr>\n"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\"><bdi>group</bdi></th>"
                              "<td class=\"n\">0.00</td><td class=\"n\">13.00"
                              "</td><td class=\"n more\">+13.00</td>"));
  EXPECT_THAT(html, HasSubstr("1 event is refused under the other terms"));
}

// Ben's -50.00 reaches to the left, anna's 18.00 to the right of 68.00 in all:
// zero stands at 735, and 265 of 1000 are anna's. Cora's 13.00 are 191.
TEST(SimulationHtmlTest, TheChartIsLargestFirst) {
  const std::string html = SimulationHtml(ByHand());
  const std::size_t ben = html.find("<bdi>ben</bdi>");
  const std::size_t anna = html.find("<bdi>anna</bdi>");
  const std::size_t cora = html.find("<bdi>cora</bdi>");
  EXPECT_LT(ben, anna);
  EXPECT_LT(anna, cora);
  const std::string chart = html.substr(ben, html.find("By month") - ben);
  EXPECT_THAT(chart, HasSubstr("<rect class=\"less\" x=\"0\" y=\"1\" "
                               "width=\"735\" height=\"6\"/>"));
  EXPECT_THAT(chart, HasSubstr("<rect class=\"more\" x=\"735\" y=\"1\" "
                               "width=\"265\" height=\"6\"/>"));
  EXPECT_THAT(chart, HasSubstr("<rect class=\"more\" x=\"735\" y=\"1\" "
                               "width=\"191\" height=\"6\"/>"));
}

TEST(SimulationHtmlTest, TenBarsAtMost) {
  SimulationBuilder builder = Builder();
  for (int i = 1; i <= 12; ++i) {
    builder.AddSimulated(absl::StrCat("p", i),
                         Row("2024-03-10T10:00:00Z", "r", i * 100));
  }
  const std::string html = SimulationHtml(*builder.Finish());
  const std::string chart = html.substr(0, html.find("By month"));
  EXPECT_THAT(chart, HasSubstr("<bdi>p12</bdi>"));
  EXPECT_THAT(chart, HasSubstr("<bdi>p3</bdi>"));
  EXPECT_THAT(chart, Not(HasSubstr("<bdi>p2</bdi>")));
  EXPECT_THAT(html, HasSubstr("<bdi>p2</bdi>"));  // in the table of all
}

TEST(SimulationHtmlTest, WithoutADifferenceThereIsNoChart) {
  SimulationBuilder builder = Builder();
  builder.AddBooked("anna", Row("2024-03-10T10:00:00Z", "r", 100));
  builder.AddSimulated("anna", Row("2024-03-10T10:00:00Z", "r", 100));
  EXPECT_THAT(SimulationHtml(*builder.Finish()),
              HasSubstr("No partner would get more or less."));
  EXPECT_THAT(SimulationHtml(*Builder().Finish()),
              HasSubstr("No partner would get more or less."));
}

// What is past the rows of a file stands in one, and the table adds up.
TEST(SimulationHtmlTest, ManyPartnersShareTheLastRow) {
  SimulationBuilder builder = Builder();
  for (std::size_t i = 1; i <= kMaxHtmlPartners + 3; ++i) {
    const auto amount = static_cast<int64_t>(i);
    builder.AddBooked(absl::StrCat("p", i),
                      Row("2024-03-10T10:00:00Z", "r", 10));
    builder.AddSimulated(absl::StrCat("p", i),
                         Row("2024-03-10T10:00:00Z", "r", 9 + amount));
  }
  // p1 has no difference, p2 and p3 have 1 and 2 cents: the three that are
  // left.
  EXPECT_THAT(
      SimulationHtml(*builder.Finish()),
      HasSubstr("<tr><th scope=\"row\">3 others</th><td class=\"n\">0.30</td>"
                "<td class=\"n\">0.33</td><td class=\"n more\">+0.03</td>"));
}

TEST(SimulationHtmlTest, EscapesEveryText) {
  SimulationBuilder builder("<b>shop</b>", *Currency::Parse("EUR"), TimeZone(),
                            kMinInstant);
  builder.AddSimulated("<i>anna", Row("2024-03-10T10:00:00Z", "\"r<u>", 100));
  builder.AddRefused(Seq(1), "<s>e", NotFoundField("x", "<em>gone"));
  const std::string html = SimulationHtml(*builder.Finish());
  for (const char* const raw : {"<b>", "<i>", "<u>", "<s>", "<em>"}) {
    EXPECT_THAT(html, Not(HasSubstr(raw)));
  }
  for (const char* const escaped :
       {"<title>&lt;b&gt;shop&lt;/b&gt;", "<bdi>&lt;b&gt;shop&lt;/b&gt;</bdi>",
        "<bdi>&lt;i&gt;anna</bdi>", "<bdi>&quot;r&lt;u&gt;</bdi>",
        "<bdi>&lt;s&gt;e</bdi>", "x: &lt;em&gt;gone"}) {
    EXPECT_THAT(html, HasSubstr(escaped));
  }
}

TEST(BarsSvgTest, WhatIsNotZeroIsSeen) {
  internal::BarScale scale;
  scale.Take(1'000'000);
  EXPECT_EQ(internal::BarLength(0, scale), 0);
  EXPECT_EQ(internal::BarLength(1, scale), 1);
  EXPECT_EQ(internal::BarLength(1'000'000, scale), 1000);
  EXPECT_EQ(internal::BarLength(499'499, scale), 499);
  EXPECT_EQ(internal::BarLength(499'500, scale), 500);
  internal::BarScale widest;
  widest.Take(INT64_MIN);
  widest.Take(INT64_MAX);
  EXPECT_EQ(internal::BarLength(internal::Magnitude(INT64_MIN), widest), 500);
}

}  // namespace
}  // namespace vouch

#ifndef VOUCH_REPORT_SIMULATION_HTML_INL_H_
#define VOUCH_REPORT_SIMULATION_HTML_INL_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/money.h"
#include "vouch/base/rounding.h"
#include "vouch/base/string_view.h"
#include "vouch/report/html.h"
#include "vouch/report/simulation_html.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The policy lets a browser load nothing at all, whatever stands below.
inline constexpr char kHtmlHead[] = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --paper: #ffffff; --line: #d1d9e0; --before: #8c959f; --after: #0969da; --more: #b35900; --less: #0969da; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --line: #3d444d; --before: #768390; --after: #58a6ff; --more: #f0883e; --less: #58a6ff; }
}
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; color: var(--soft); }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.more { color: var(--more); }
.less { color: var(--less); }
.bar { width: 40%; }
svg { display: block; width: 100%; height: 1.1rem; }
svg .before { fill: var(--before); }
svg .after { fill: var(--after); }
svg .more { fill: var(--more); }
svg .less { fill: var(--less); }
svg line { stroke: var(--soft); }
@media print {
  :root { color-scheme: light; --ink: #000000; --soft: #444444; --paper: #ffffff; --line: #999999; --before: #777777; --after: #0950ae; --more: #b35900; --less: #0950ae; }
  body { margin: 0; max-width: none; font-size: 10pt; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, .chart { break-inside: avoid; }
  h2 { break-after: avoid; }
}
</style>
)";

// How far bars reach to both sides of zero.
struct BarScale {
  uint64_t below = 0;
  uint64_t above = 0;

  void Take(int64_t value) {
    uint64_t& side = value < 0 ? below : above;
    side = std::max(side, Magnitude(value));
  }
};

inline constexpr int64_t kBarWidth = 1000;

// How long `size` is drawn: to the nearest whole, but what is not zero is seen.
inline int64_t BarLength(uint64_t size, const BarScale& scale) {
  if (size == 0) return 0;
  const absl::uint128 whole = absl::uint128(scale.below) + scale.above;
  const absl::uint128 length =
      (absl::uint128(size) * kBarWidth + whole / 2) / whole;
  return std::max<int64_t>(1, static_cast<int64_t>(length));
}

struct Bar {
  int64_t value = 0;
  const char* css_class = "";
};

// Bars one below the other, from a line at zero. Who cannot see them finds the
// figures beside them.
inline std::string BarsSvg(const std::vector<Bar>& bars,
                           const BarScale& scale) {
  const int64_t height = 8;
  const int64_t bottom = height * static_cast<int64_t>(bars.size());
  const int64_t zero = BarLength(scale.below, scale);
  std::string svg = absl::StrCat(
      "<svg viewBox=\"0 0 ", kBarWidth, " ", bottom,
      "\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><line x1=\"", zero,
      "\" y1=\"0\" x2=\"", zero, "\" y2=\"", bottom,
      "\" vector-effect=\"non-scaling-stroke\"/>");
  int64_t top = 0;
  for (const Bar& bar : bars) {
    const int64_t length = BarLength(Magnitude(bar.value), scale);
    absl::StrAppend(&svg, "<rect class=\"", bar.css_class, "\" x=\"",
                    bar.value < 0 ? zero - length : zero, "\" y=\"", top + 1,
                    "\" width=\"", length, "\" height=\"", height - 2, "\"/>");
    top += height;
  }
  return svg + "</svg>";
}

inline const char* ChangeClass(int64_t difference_minor) {
  return difference_minor > 0 ? "more" : difference_minor < 0 ? "less" : "";
}

// The direction of a foreign name stays inside its <bdi>.
inline std::string NameHtml(std::string_view name) {
  return absl::StrCat("<bdi>", EscapeHtml(name), "</bdi>");
}

inline std::string NumberCell(std::string_view text,
                              std::string_view more = "") {
  return absl::StrCat("<td class=\"n", more.empty() ? "" : " ", ToAbsl(more),
                      "\">", EscapeHtml(text), "</td>");
}

inline std::string ChangeCells(const Difference& each, Currency currency) {
  return absl::StrCat(NumberCell(SignedMinor(each.difference_minor, currency),
                                 ChangeClass(each.difference_minor)),
                      NumberCell(ChangePercent(each)));
}

// `name` is HTML already; `last` comes behind the figures.
inline std::string DifferenceRow(std::string_view name, const Difference& each,
                                 Currency currency,
                                 std::string_view last = "") {
  return absl::StrCat("<tr><th scope=\"row\">", ToAbsl(name), "</th>",
                      NumberCell(FormatMinor(each.booked_minor, currency)),
                      NumberCell(FormatMinor(each.simulated_minor, currency)),
                      ChangeCells(each, currency), ToAbsl(last), "</tr>\n");
}

inline std::string TableHead(const char* name, const char* last = "") {
  return absl::StrCat("<table>\n<thead><tr><th scope=\"col\">", name,
                      "</th><th scope=\"col\" class=\"n\">Booked</th>"
                      "<th scope=\"col\" class=\"n\">Simulated</th>"
                      "<th scope=\"col\" class=\"n\">Difference</th>"
                      "<th scope=\"col\" class=\"n\">Change</th>",
                      last, "</tr></thead>\n<tbody>\n");
}

inline std::string TableFoot(const Simulation& simulation,
                             const char* last = "") {
  return absl::StrCat(
      "</tbody>\n<tfoot>",
      DifferenceRow("Total", simulation.total, simulation.currency, last),
      "</tfoot>\n</table>\n");
}

inline std::string IntroHtml(const Simulation& simulation) {
  const std::string title =
      absl::StrCat("Program ", NameHtml(simulation.program_id),
                   " under other terms ", FromText(simulation));
  return absl::StrCat(
      kHtmlHead, "<title>", EscapeHtml(simulation.program_id),
      ": simulation</title>\n</head>\n<body>\n<h1>", title,
      "</h1>\n<p>Accruals less reversals in ",
      ToAbsl(simulation.currency.code()), "; days and months in ",
      EscapeHtml(simulation.time_zone.name()),
      ". The books are as they were.</p>\n<h2>In all</h2>\n", TableHead(""),
      DifferenceRow("Accruals less reversals", simulation.total,
                    simulation.currency),
      "</tbody>\n</table>\n");
}

inline std::string ChartHtml(const Simulation& simulation) {
  const std::vector<Difference> largest =
      LargestDifferences(simulation.partners, kChartBars);
  std::string html = "<h2>Largest differences</h2>\n";
  if (largest.empty()) {
    return html + "<p>No partner would get more or less.</p>\n";
  }
  BarScale scale;
  for (const Difference& each : largest) scale.Take(each.difference_minor);
  html +=
      "<table class=\"chart\">\n<thead><tr><th scope=\"col\">Partner</th>"
      "<th scope=\"col\" class=\"bar\"></th>"
      "<th scope=\"col\" class=\"n\">Difference</th>"
      "<th scope=\"col\" class=\"n\">Change</th></tr></thead>\n<tbody>\n";
  for (const Difference& each : largest) {
    const Bar bar{each.difference_minor, ChangeClass(each.difference_minor)};
    absl::StrAppend(&html, "<tr><th scope=\"row\">", NameHtml(each.key),
                    "</th><td class=\"bar\">", BarsSvg({bar}, scale), "</td>",
                    ChangeCells(each, simulation.currency), "</tr>\n");
  }
  return html + "</tbody>\n</table>\n";
}

inline std::string MonthsHtml(const Simulation& simulation) {
  if (simulation.months.empty()) return "";
  BarScale scale;
  for (const Difference& month : simulation.months) {
    scale.Take(month.booked_minor);
    scale.Take(month.simulated_minor);
  }
  std::string html = absl::StrCat(
      "<h2>By month</h2>\n<p>Bars: booked above, simulated below.</p>\n",
      TableHead("Month", "<th scope=\"col\" class=\"bar\"></th>"));
  for (const Difference& month : simulation.months) {
    const std::string bars = BarsSvg(
        {{month.booked_minor, "before"}, {month.simulated_minor, "after"}},
        scale);
    html += DifferenceRow(EscapeHtml(month.key), month, simulation.currency,
                          absl::StrCat("<td class=\"bar\">", bars, "</td>"));
  }
  return html + TableFoot(simulation, "<td></td>");
}

inline std::string RulesHtml(const Simulation& simulation) {
  if (simulation.rules.empty()) return "";
  std::string html = "<h2>By rule</h2>\n" + TableHead("Rule");
  for (const Difference& rule : simulation.rules) {
    html += DifferenceRow(NameHtml(rule.key), rule, simulation.currency);
  }
  return html + TableFoot(simulation);
}

// Cut to 64 bits.
inline int64_t Cut(absl::int128 figure) {
  const absl::int128 least = std::numeric_limits<int64_t>::min();
  const absl::int128 most = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(std::max(figure, least), most));
}

// What is left of the whole when `listed` is taken off: of figures that an
// engine books it fits.
inline Difference RestOf(const Difference& whole,
                         const std::vector<Difference>& listed) {
  absl::int128 booked = whole.booked_minor;
  absl::int128 simulated = whole.simulated_minor;
  for (const Difference& each : listed) {
    booked -= each.booked_minor;
    simulated -= each.simulated_minor;
  }
  return {"", Cut(booked), Cut(simulated), Cut(simulated - booked)};
}

inline std::string PartnersHtml(const Simulation& simulation) {
  if (simulation.partners.empty()) return "";
  std::vector<Difference> listed =
      LargestDifferences(simulation.partners, kMaxHtmlPartners);
  for (const Difference& each : simulation.partners) {
    if (listed.size() >= kMaxHtmlPartners) break;
    if (each.difference_minor == 0) listed.push_back(each);
  }
  std::string html =
      "<h2>By partner</h2>\n<p>By the size of the difference.</p>\n" +
      TableHead("Partner");
  for (const Difference& partner : listed) {
    html += DifferenceRow(NameHtml(partner.key), partner, simulation.currency);
  }
  const std::size_t more = simulation.partners.size() - listed.size();
  if (more > 0) {
    html +=
        DifferenceRow(absl::StrCat(more, more == 1 ? " other" : " others"),
                      RestOf(simulation.total, listed), simulation.currency);
  }
  return html + TableFoot(simulation);
}

inline std::string LeftOutHtml(const Simulation& simulation) {
  if (simulation.changed_outcomes_count == 0) return "";
  std::string html = absl::StrCat(
      "<h2>Left out</h2>\n<p>", LeftOutText(simulation),
      ".</p>\n<table>\n<thead><tr><th scope=\"col\" class=\"n\">Seq</th>"
      "<th scope=\"col\">Event</th><th scope=\"col\">Why</th></tr></thead>\n"
      "<tbody>\n");
  for (const ChangedOutcome& outcome : simulation.changed_outcomes) {
    absl::StrAppend(
        &html, "<tr>", NumberCell(absl::StrCat(outcome.seq.value())),
        "<th scope=\"row\">", NameHtml(outcome.event_id), "</th><td>",
        NameHtml(ToStd(outcome.status.message())), "</td></tr>\n");
  }
  html += "</tbody>\n</table>\n";
  const int64_t more = simulation.changed_outcomes_count -
                       static_cast<int64_t>(simulation.changed_outcomes.size());
  if (more > 0) absl::StrAppend(&html, "<p>And ", more, " more.</p>\n");
  return html;
}

}  // namespace internal

inline std::string SimulationHtml(const Simulation& simulation) {
  return absl::StrCat(
      internal::IntroHtml(simulation), internal::ChartHtml(simulation),
      internal::MonthsHtml(simulation), internal::RulesHtml(simulation),
      internal::PartnersHtml(simulation), internal::LeftOutHtml(simulation),
      "</body>\n</html>\n");
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_SIMULATION_HTML_INL_H_

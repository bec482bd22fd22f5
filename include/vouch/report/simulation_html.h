// A simulation as one HTML file that stands alone: no script, no image, font or
// style from elsewhere, so that it can be mailed, kept and printed.
//
//   std::ofstream("simulation.html") << SimulationHtml(simulation);
//
// The total; a chart of the ten partners with the largest differences, largest
// first, ties by id; totals by month and by rule; partners by the size of their
// difference, then by id, those past kMaxHtmlPartners together in one row, so
// that every table adds up to the total; what was left out. Bars are drawn in
// whole numbers and the text comes from the simulation alone: equal simulations
// give equal bytes. Every text from outside is escaped. Light or dark as the
// reader has it, and light on paper. Pure; safe in any thread.
#ifndef VOUCH_REPORT_SIMULATION_HTML_H_
#define VOUCH_REPORT_SIMULATION_HTML_H_

#include <cstddef>
#include <string>

#include "vouch/base/config.h"
#include "vouch/report/simulation.h"

VOUCH_NAMESPACE_BEGIN

// Bars of the chart.
inline constexpr std::size_t kChartBars = 10;
// Partners with a row of their own: a file of a megabyte or so.
inline constexpr std::size_t kMaxHtmlPartners = 2000;

// The whole file, in UTF-8.
std::string SimulationHtml(const Simulation& simulation);

VOUCH_NAMESPACE_END

#include "vouch/report/simulation_html-inl.h"  // IWYU pragma: export

#endif  // VOUCH_REPORT_SIMULATION_HTML_H_

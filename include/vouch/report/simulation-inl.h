#ifndef VOUCH_REPORT_SIMULATION_INL_H_
#define VOUCH_REPORT_SIMULATION_INL_H_

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vouch/base/money.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/report/simulation.h"
#include "vouch/report/table.h"

VOUCH_NAMESPACE_BEGIN

inline SimulationBuilder::SimulationBuilder(std::string_view program_id,
                                            Currency currency,
                                            TimeZone time_zone, Instant from) {
  simulation_.program_id = std::string(program_id);
  simulation_.currency = currency;
  simulation_.time_zone = std::move(time_zone);
  simulation_.from = from;
}

inline void SimulationBuilder::Add(Run run, std::string_view partner_id,
                                   const Accrual& row) {
  const absl::int128 amount = row.kind == AccrualKind::kReversal
                                  ? -absl::int128(row.amount_minor)
                                  : absl::int128(row.amount_minor);
  const auto add = [run, amount](std::string_view key, auto* sums) {
    auto found = sums->find(key);
    if (found == sums->end()) {
      found = sums->emplace(std::string(key), Sums()).first;
    }
    found->second.*run += amount;
  };
  add(partner_id, &partners_);
  add(row.rule_id, &rules_);
  months_[absl::CivilMonth(DayOf(row.time, simulation_.time_zone))].*run +=
      amount;
  total_.*run += amount;
}

inline void SimulationBuilder::AddBooked(std::string_view partner_id,
                                         const Accrual& row) {
  Add(&Sums::booked, partner_id, row);
}

inline void SimulationBuilder::AddSimulated(std::string_view partner_id,
                                            const Accrual& row) {
  Add(&Sums::simulated, partner_id, row);
}

inline void SimulationBuilder::AddRefused(Seq seq, std::string_view event_id,
                                          const absl::Status& status) {
  ++simulation_.changed_outcomes_count;
  if (simulation_.changed_outcomes.size() == kMaxChangedOutcomes) return;
  simulation_.changed_outcomes.push_back({seq, std::string(event_id), status});
}

namespace internal {

template <typename Sums>
absl::StatusOr<Difference> DifferenceOf(std::string key, const Sums& sums) {
  const absl::int128 difference = sums.simulated - sums.booked;
  for (const absl::int128 figure : {sums.booked, sums.simulated, difference}) {
    if (figure < std::numeric_limits<int64_t>::min() ||
        figure > std::numeric_limits<int64_t>::max()) {
      return RangeField(key.empty() ? "total" : key, "passes 64 bits");
    }
  }
  return Difference{std::move(key), static_cast<int64_t>(sums.booked),
                    static_cast<int64_t>(sums.simulated),
                    static_cast<int64_t>(difference)};
}

inline const std::string& KeyText(const std::string& key) { return key; }
// "2024-03"; the day, "-01", is cut off.
inline std::string KeyText(absl::CivilMonth month) {
  std::string text = FormatDay(CivilDay(month));
  text.resize(text.size() - 3);
  return text;
}

template <typename Map>
absl::Status ListDifferences(const Map& map, std::vector<Difference>* list) {
  list->reserve(map.size());
  for (const auto& [key, sums] : map) {
    VOUCH_ASSIGN_OR_RETURN(Difference difference,
                           DifferenceOf(std::string(KeyText(key)), sums));
    list->push_back(std::move(difference));
  }
  return absl::OkStatus();
}

// "+1.00", "-1.00" or "0.00".
inline std::string SignedMinor(int64_t minor, Currency currency) {
  return absl::StrCat(minor > 0 ? "+" : "", FormatMinor(minor, currency));
}

// "+12.34%" of what was booked, for people: rounded half to even. Empty where
// nothing, or less, was booked.
inline std::string ChangePercent(const Difference& difference) {
  if (difference.booked_minor <= 0) return "";
  const auto hundredths =
      DivideRounded(absl::int128(difference.difference_minor) * 10'000,
                    difference.booked_minor, Rounding::kHalfEven);
  if (!hundredths.ok()) return "";
  const uint64_t size = Magnitude(*hundredths);
  const char* const sign = *hundredths < 0 ? "-" : *hundredths > 0 ? "+" : "";
  return absl::StrFormat("%s%d.%02d%%", sign, size / 100, size % 100);
}

// "from the beginning", "from 2024-03-01" or, within a day, the moment.
inline std::string FromText(const Simulation& simulation) {
  const Instant from = simulation.from;
  if (from == kMinInstant) return "from the beginning";
  const CivilDay day = DayOf(from, simulation.time_zone);
  const bool whole = StartOfDay(day, simulation.time_zone) == from;
  return absl::StrCat("from ", whole ? FormatDay(day) : FormatInstant(from));
}

// "3 events are refused under the other terms and left out"; empty for none.
inline std::string LeftOutText(const Simulation& simulation) {
  const int64_t count = simulation.changed_outcomes_count;
  if (count == 0) return "";
  return absl::StrCat(count, count == 1 ? " event is" : " events are",
                      " refused under the other terms and left out");
}

inline std::vector<std::string> DifferenceCells(const Difference& difference,
                                                Currency currency) {
  return {difference.key, FormatMinor(difference.booked_minor, currency),
          FormatMinor(difference.simulated_minor, currency),
          SignedMinor(difference.difference_minor, currency),
          ChangePercent(difference)};
}

inline std::string DifferencesText(const char* name,
                                   const std::vector<Difference>& list,
                                   Currency currency) {
  if (list.empty()) return "";
  Table table({name, ">booked", ">simulated", ">difference", ">"});
  for (const Difference& each : list) {
    table.Row(DifferenceCells(each, currency));
  }
  return absl::StrCat("\n", table.ToString());
}

inline std::string ChangedOutcomesText(const Simulation& simulation) {
  if (simulation.changed_outcomes_count == 0) return "";
  Table table({">seq", "event", "why"});
  for (const ChangedOutcome& outcome : simulation.changed_outcomes) {
    table.Row({absl::StrCat(outcome.seq.value()), outcome.event_id,
               std::string(outcome.status.message())});
  }
  const int64_t more = simulation.changed_outcomes_count -
                       static_cast<int64_t>(simulation.changed_outcomes.size());
  return absl::StrCat("\n", LeftOutText(simulation), ":\n", table.ToString(),
                      more == 0 ? "" : absl::StrCat("  and ", more, " more\n"));
}

}  // namespace internal

inline absl::StatusOr<Simulation> SimulationBuilder::Finish() {
  VOUCH_ASSIGN_OR_RETURN(simulation_.total, internal::DifferenceOf("", total_));
  VOUCH_RETURN_IF_ERROR(
      internal::ListDifferences(partners_, &simulation_.partners));
  VOUCH_RETURN_IF_ERROR(internal::ListDifferences(rules_, &simulation_.rules));
  VOUCH_RETURN_IF_ERROR(
      internal::ListDifferences(months_, &simulation_.months));
  return std::move(simulation_);
}

inline std::vector<Difference> LargestDifferences(
    const std::vector<Difference>& list, std::size_t count) {
  std::vector<Difference> largest;
  for (const Difference& each : list) {
    if (each.difference_minor != 0) largest.push_back(each);
  }
  const auto end = largest.begin() +
                   static_cast<std::ptrdiff_t>(std::min(count, largest.size()));
  std::partial_sort(
      largest.begin(), end, largest.end(),
      [](const Difference& a, const Difference& b) {
        const uint64_t size_a = internal::Magnitude(a.difference_minor);
        const uint64_t size_b = internal::Magnitude(b.difference_minor);
        return size_a != size_b ? size_a > size_b : a.key < b.key;
      });
  largest.erase(end, largest.end());
  return largest;
}

inline std::string SimulationText(const Simulation& simulation) {
  const Currency currency = simulation.currency;
  Difference total = simulation.total;
  total.key = "accruals less reversals";
  Table table({std::string(currency.code()), ">booked", ">simulated",
               ">difference", ">"});
  table.Row(internal::DifferenceCells(total, currency));
  return absl::StrCat(
      "Program ", simulation.program_id, " under other terms ",
      internal::FromText(simulation), " (", simulation.time_zone.name(),
      ")\n\n", table.ToString(),
      internal::DifferencesText("partner", simulation.partners, currency),
      internal::DifferencesText("rule", simulation.rules, currency),
      internal::DifferencesText("month", simulation.months, currency),
      internal::ChangedOutcomesText(simulation));
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_SIMULATION_INL_H_

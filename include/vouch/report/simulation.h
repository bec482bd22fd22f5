// What other terms would have paid, beside what was booked (docs/SEMANTICS.md,
// section 9).
//
//   SimulationBuilder builder(program_id, currency, zone, from);
//   for (each accrual row of the feed) builder.AddBooked(partner_id, row);
//   for (each one under the other terms) builder.AddSimulated(partner_id, row);
//   StatusOr<Simulation> simulation = builder.Finish();
//   std::cout << SimulationText(*simulation);
//
// Amounts are accruals less reversals, uplines and VOIDs included, in minor
// units of the program's currency. A month is that of the row's own time in the
// program's zone. Nothing of the books is compared but these rows: when money
// matures and what was paid out is no difference.
//
// What a simulation is, where the text is silent:
//   - From `from` on the other terms take the place of every version that the
//     log has from then on; versions from before stay, and so do decisions and
//     payments whose terms are of a moment before (`terms_as_of`). They are set
//     just before the first event of `from` or later, whenever the log learnt
//     of its own versions; so all events from then on stand under them, and the
//     touches that they find are those that were still kept.
//   - An event that the other terms would refuse is left out and told, and so
//     is what then names the missing. What was refused when it came is not in
//     the log, and stays out.
//   - A customer_share outside the other terms' bounds is cut to them, as by
//     bounds that come later.
//   - A review concerns the accrual of the same event, partner, rule, role and
//     level; of several such the one at the same place among them. Where there
//     is none it is left out and told.
//   - The names of rules tie both runs together: a rule that is written anew
//     under its old id is the same rule with other figures.
// Not thread-safe beside itself.
#ifndef VOUCH_REPORT_SIMULATION_H_
#define VOUCH_REPORT_SIMULATION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/rate/accrual.h"

VOUCH_NAMESPACE_BEGIN

// Accruals less reversals, booked and simulated; minor units.
struct Difference {
  std::string key;  // partner id, rule id or month ("2024-03"); else empty
  int64_t booked_minor = 0;
  int64_t simulated_minor = 0;
  int64_t difference_minor = 0;  // simulated - booked
};

// An event of the log that the other terms refuse.
struct ChangedOutcome {
  Seq seq;  // that it has in the log
  std::string event_id;
  absl::Status status;
};

// Events that are told by name; of more only the number is known.
inline constexpr std::size_t kMaxChangedOutcomes = 100;

// A value of its own: it borrows nothing.
struct Simulation {
  std::string program_id;
  Currency currency;  // the program's
  TimeZone time_zone;
  // From when the other terms are in force; kMinInstant: from the beginning.
  Instant from;
  Difference total;
  // Whatever has a row in either run, by key: each list adds up to the total.
  std::vector<Difference> partners;
  std::vector<Difference> rules;
  std::vector<Difference> months;
  // In the order of the log, the first kMaxChangedOutcomes.
  std::vector<ChangedOutcome> changed_outcomes;
  int64_t changed_outcomes_count = 0;
};

class SimulationBuilder {
 public:
  SimulationBuilder(std::string_view program_id, Currency currency,
                    TimeZone time_zone, Instant from);

  // Each takes the next row of its run, whose partner has that id.
  void AddBooked(std::string_view partner_id, const Accrual& row);
  void AddSimulated(std::string_view partner_id, const Accrual& row);
  void AddRefused(Seq seq, std::string_view event_id,
                  const absl::Status& status);

  // OUT_OF_RANGE when a sum or a difference passes 64 bits.
  absl::StatusOr<Simulation> Finish();

 private:
  struct Sums {
    absl::int128 booked = 0;
    absl::int128 simulated = 0;
  };
  using Run = absl::int128 Sums::*;

  void Add(Run run, std::string_view partner_id, const Accrual& row);

  Simulation simulation_;
  Sums total_;
  std::map<std::string, Sums, std::less<>> partners_;
  std::map<std::string, Sums, std::less<>> rules_;
  std::map<absl::CivilMonth, Sums> months_;
};

// The `count` largest of `list` by the size of the difference, largest first,
// ties by key; those without a difference are left out.
std::vector<Difference> LargestDifferences(const std::vector<Difference>& list,
                                           std::size_t count);

// For people: the total, then a table by partner, by rule and by month, amounts
// in major units, then what was left out.
std::string SimulationText(const Simulation& simulation);

VOUCH_NAMESPACE_END

#include "vouch/report/simulation-inl.h"  // IWYU pragma: export

#endif  // VOUCH_REPORT_SIMULATION_H_

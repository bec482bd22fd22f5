// The periods that people name: years, quarters, months, days and ranges.
#ifndef VOUCH_SRC_CLI_PERIOD_H_
#define VOUCH_SRC_CLI_PERIOD_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

struct DayRange {
  CivilDay from;   // in
  CivilDay until;  // out
};

// Reads "2024", "2024-Q1", "2024-01", "2024-01-31" or
// "2024-01-05..2024-02-05", the last without its end. INVALID_ARGUMENT for
// another form, a date that does not exist, and a range that holds no day.
absl::StatusOr<DayRange> ParsePeriod(std::string_view text);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_PERIOD_H_

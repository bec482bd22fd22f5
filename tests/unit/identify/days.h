// Moments as days after 1970, for tables of days.
#ifndef VOUCH_TESTS_UNIT_IDENTIFY_DAYS_H_
#define VOUCH_TESTS_UNIT_IDENTIFY_DAYS_H_

#include <cstdint>

#include "vouch/base/instant.h"

namespace vouch {

inline constexpr int64_t kDay = int64_t{24} * 3600 * 1'000'000;

// Midnight of that day, and some microseconds.
constexpr Instant Day(int64_t day, int64_t us = 0) {
  return Instant{day * kDay + us};
}

}  // namespace vouch

#endif  // VOUCH_TESTS_UNIT_IDENTIFY_DAYS_H_

// The words of AccrualSource, as in the schemas (proto/vouch/v1/accrual.proto).
#ifndef VOUCH_EXAMPLES_OWN_DATABASE_ACCRUAL_SOURCE_H_
#define VOUCH_EXAMPLES_OWN_DATABASE_ACCRUAL_SOURCE_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "vouch/rate/accrual.h"

namespace own_database {

// In the order of the enum, from 1.
inline constexpr std::array<std::string_view, 4> kAccrualSources = {
    "PAYMENT", "REFUND", "CHARGEBACK_REVERSED", "REVIEW"};
static_assert(static_cast<std::size_t>(vouch::AccrualSource::kReview) ==
              kAccrualSources.size());

}  // namespace own_database

#endif  // VOUCH_EXAMPLES_OWN_DATABASE_ACCRUAL_SOURCE_H_

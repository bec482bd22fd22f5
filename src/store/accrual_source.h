// The words of AccrualSource, as in the schemas (proto/vouch/v1/accrual.proto).
#ifndef VOUCH_SRC_STORE_ACCRUAL_SOURCE_H_
#define VOUCH_SRC_STORE_ACCRUAL_SOURCE_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/rate/accrual.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

// In the order of the enum, from 1.
inline constexpr std::array<std::string_view, 4> kAccrualSources = {
    "PAYMENT", "REFUND", "CHARGEBACK_REVERSED", "REVIEW"};
static_assert(static_cast<std::size_t>(AccrualSource::kReview) ==
              kAccrualSources.size());

// Empty for none.
inline std::string_view SourceWord(AccrualSource source) {
  const auto place = static_cast<std::size_t>(source);
  return place >= 1 && place <= kAccrualSources.size()
             ? kAccrualSources[place - 1]
             : std::string_view();
}

inline std::optional<AccrualSource> ParseSource(std::string_view word) {
  for (std::size_t i = 0; i < kAccrualSources.size(); ++i) {
    if (kAccrualSources[i] == word) return static_cast<AccrualSource>(i + 1);
  }
  return std::nullopt;
}

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_ACCRUAL_SOURCE_H_

// The bytes beside a name by which damage is seen when it is read.
#ifndef VOUCH_SRC_STORE_NAME_CHECK_H_
#define VOUCH_SRC_STORE_NAME_CHECK_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "engine/sha256.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

// Enough to see damage.
using CheckBytes = std::array<uint8_t, 8>;

inline constexpr std::string_view kProgramsTable = "programs";
inline constexpr std::string_view kCustomersTable = "customers";
inline constexpr std::string_view kVisitorsTable = "visitors";
inline constexpr std::string_view kRevisionsTable = "revisions";

// The first 8 bytes of SHA-256 over the table's name, a zero byte, both
// numbers as 8 bytes with the lowest first, and the name.
inline absl::Status CheckOfName(Sha256* sha256, std::string_view table,
                                uint64_t first, uint64_t second,
                                std::string_view name, CheckBytes* check) {
  return sha256->Begin()
      .Bytes(table)
      .Bytes(std::string_view("\0", 1))
      .Number(first)
      .Number(second)
      .Bytes(name)
      .Finish(check);
}

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_NAME_CHECK_H_

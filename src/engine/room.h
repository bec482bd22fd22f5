// Whether sums stay within 64 bits.
#ifndef VOUCH_SRC_ENGINE_ROOM_H_
#define VOUCH_SRC_ENGINE_ROOM_H_

#include <cstdint>
#include <limits>

#include "absl/numeric/int128.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// Whether `sum` and `more` together do.
inline bool HasRoom(int64_t sum, absl::int128 more) {
  return more + sum <= std::numeric_limits<int64_t>::max();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_ROOM_H_

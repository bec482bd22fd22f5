// How often something random is tried.
#ifndef VOUCH_TESTS_SUPPORT_TRIES_H_
#define VOUCH_TESTS_SUPPORT_TRIES_H_

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "absl/base/config.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// VOUCH_FULL=1: everything, however long it takes.
inline bool Full() {
  const char* full = std::getenv("VOUCH_FULL");
  return full != nullptr && std::string_view(full) == "1";
}

// Under sanitizers a fifth of what is tried daily: the same build's tests
// without them try all, and what a sanitizer sees hangs on the paths, not on
// the numbers.
#if defined(ABSL_HAVE_ADDRESS_SANITIZER) || defined(ABSL_HAVE_THREAD_SANITIZER)
inline constexpr uint64_t kOneOf = 5;
#else
inline constexpr uint64_t kOneOf = 1;
#endif

// One of kOneOf of `daily`, or `full` where everything is asked for.
inline uint64_t Tries(uint64_t daily, uint64_t full) {
  return Full() ? full : daily / kOneOf;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_TRIES_H_

// RapidCheck beside GoogleTest, with the same cases in each run; VOUCH_FULL=1
// asks for more of them, RC_PARAMS of the environment for others.
#ifndef VOUCH_TESTS_SUPPORT_RAPID_H_
#define VOUCH_TESTS_SUPPORT_RAPID_H_

#include <cstdlib>
#include <string_view>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"  // needs GoogleTest before it
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// RapidCheck reads its parameters when the first law is tried.
inline const bool kRapidCheckIsSet = [] {
  const char* full = std::getenv("VOUCH_FULL");
  const bool more = full != nullptr && std::string_view(full) == "1";
  return setenv("RC_PARAMS",
                more ? "seed=4 max_success=100000" : "seed=4 max_success=2000",
                /*overwrite=*/0) == 0;
}();

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_RAPID_H_

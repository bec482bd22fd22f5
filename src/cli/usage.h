// What the program says about itself.
#ifndef VOUCH_SRC_CLI_USAGE_H_
#define VOUCH_SRC_CLI_USAGE_H_

#include <string>
#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

// Every command and flag, with the exit codes.
std::string_view UsageText();

// "vouch 0.1.0 (semantics revision 1)", with the line's end.
std::string VersionText();

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_USAGE_H_

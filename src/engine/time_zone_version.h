// The version of the time-zone data that civil dates are counted with.
#ifndef VOUCH_SRC_ENGINE_TIME_ZONE_VERSION_H_
#define VOUCH_SRC_ENGINE_TIME_ZONE_VERSION_H_

#include <string>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// As the IANA names it ("2024a"), from the folder that Abseil reads zones from:
// TZDIR, else /usr/share/zoneinfo. "unknown" where nothing there tells.
std::string TimeZoneVersion();

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_TIME_ZONE_VERSION_H_

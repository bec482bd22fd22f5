#include "time_zone_version.h"

#include <cstdlib>
#include <fstream>
#include <string_view>

VOUCH_NAMESPACE_BEGIN

namespace {

// The first line of `path` behind `prefix`, where it is a plain word.
std::string FirstLine(const std::string& path, std::string_view prefix) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return {};
  if (line.compare(0, prefix.size(), prefix) != 0) return {};
  line.erase(0, prefix.size());
  for (const char c : line) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                       (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
    if (!plain) return {};
  }
  return line.size() <= 32 ? line : std::string();
}

}  // namespace

std::string TimeZoneVersion() {
  const char* set = std::getenv("TZDIR");
  const std::string folder =
      set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
  std::string version = FirstLine(folder + "/tzdata.zi", "# version ");
  if (version.empty()) version = FirstLine(folder + "/+VERSION", "");
  return version.empty() ? "unknown" : version;
}

VOUCH_NAMESPACE_END

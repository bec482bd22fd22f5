#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/console.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

constexpr int64_t kWidth = 30;
constexpr std::chrono::milliseconds kPause(100);

// "[###...]  10%  ", for an input of known size.
std::string Bar(const Reading& reading) {
  if (reading.size <= 0) return "";
  const int64_t done = std::min(reading.offset, reading.size);
  const int64_t full = done * kWidth / reading.size;
  return absl::StrFormat(
      "[%s%s] %3d%%  ", std::string(static_cast<std::size_t>(full), '#'),
      std::string(static_cast<std::size_t>(kWidth - full), '.'),
      done * 100 / reading.size);
}

}  // namespace

Progress::Progress(bool rows_printed)
    : shown_(isatty(STDERR_FILENO) != 0 &&
             !(rows_printed && isatty(STDOUT_FILENO) != 0)) {}

void Progress::Update(const Reading& reading) {
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kPause;
  drawn_ = true;
  Say(absl::StrCat("\r\x1b[K", Bar(reading), reading.history.events_count,
                   " events"));
}

void Progress::Clear() {
  if (drawn_) Say("\r\x1b[K");
  drawn_ = false;
}

}  // namespace cli

VOUCH_NAMESPACE_END

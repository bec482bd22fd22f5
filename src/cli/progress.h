// A bar on standard error while events are read, where a terminal looks.
//
//   [#########.....................]  31%  120000 events
#ifndef VOUCH_SRC_CLI_PROGRESS_H_
#define VOUCH_SRC_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>

#include "cli/history.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

class Progress {
 public:
  // `rows_printed`: rows go to standard output; the bar stays away where they
  // go to a terminal too.
  explicit Progress(bool rows_printed);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws the bar, at most ten times a second.
  void Update(const Reading& reading);
  // Wipes it, so that a line can be written in its place.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;              // a terminal looks
  bool drawn_ = false;      // the bar stands there now
  Clock::time_point next_;  // when it may be drawn again
};

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_PROGRESS_H_

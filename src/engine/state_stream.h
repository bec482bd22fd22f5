// A LogState as a stream of bytes: what snapshots hold and what states are
// compared by. Equal states give equal streams.
//
// The stream is a sequence of frames, each a length and bytes. The first holds
// the version, how far the log goes and the number of programs; for each
// program there follows one with its id and how many numbers it gave, then the
// items of its ProgramState (program_state_codec.cc), then an empty frame.
// Parts of the stream may be cut anywhere.
#ifndef VOUCH_SRC_ENGINE_STATE_STREAM_H_
#define VOUCH_SRC_ENGINE_STATE_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "log_state.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

// Gives `part` the stream in parts of some 256 KiB. Its error ends the writing.
absl::Status WriteState(const LogState& state, SnapshotPart part);

// Reads the parts of a stream, in order, into a new LogState.
class StateStreamReader {
 public:
  // `most`: what the log ends with; a state behind it is refused.
  StateStreamReader(Seq most, LogState* state) : most_(most), state_(*state) {}

  // DATA_LOSS when the bytes are not what WriteState gave.
  absl::Status Take(std::string_view part);
  absl::Status Finish() const;

 private:
  absl::Status TakeFrame(std::string_view frame);
  absl::Status ReadHead(std::string_view frame);
  absl::Status ReadProgram(std::string_view frame);

  const Seq most_;
  LogState& state_;
  std::string rest_;  // of the parts so far: less than a frame
  bool has_head_ = false;
  uint64_t programs_left_ = 0;
  ProgramSlot* slot_ = nullptr;  // whose items come
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_STATE_STREAM_H_

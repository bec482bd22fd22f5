// What stands behind a vouch_engine: an engine that speaks the bytes of
// vouch.v1. Nothing here knows of C; src/capi/c.cc does.
#ifndef VOUCH_SRC_CAPI_HANDLE_H_
#define VOUCH_SRC_CAPI_HANDLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "vouch/base/config.h"
#include "vouch/engine/engine.h"
#include "vouch/v1/engine.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace capi {

// Events of one batch: outcomes are longer than the shortest events.
inline constexpr std::size_t kMaxBatchEvents = 100'000;
// Rows of one page of the feed or of decisions, and the default.
inline constexpr std::size_t kMaxPageRows = 10'000;
inline constexpr std::size_t kDefaultPageRows = 1000;

using Refusals = std::map<absl::StatusCode, int64_t>;  // by reason

// Thread-safe. Each function replaces its message, which is unspecified after
// an error.
class Handle {
 public:
  // The errors of vouch_engine_open (vouch/c.h).
  static absl::StatusOr<std::unique_ptr<Handle>> Open(const std::string& path,
                                                      bool read_only);

  // Those of the functions of the same name there.
  absl::Status SetProgram(std::string_view program, std::string_view event_id,
                          int64_t from_us, v1::BatchResult* result);
  absl::Status Apply(std::string_view batch, v1::BatchResult* result);
  absl::Status Outputs(int64_t after_seq, int32_t limit,
                       v1::Outputs* page) const;
  absl::Status Answer(std::string_view query, v1::Answer* answer) const;

 private:
  explicit Handle(std::unique_ptr<Engine> engine)
      : engine_(std::move(engine)) {}

  // Adds events that were refused before the engine saw them.
  void Count(const Refusals& refused);

  // The engine's, and the events that were refused before it saw them.
  Counters CountersSoFar() const;

  const std::unique_ptr<Engine> engine_;
  mutable absl::Mutex mutex_;
  Refusals unread_count_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace capi

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CAPI_HANDLE_H_

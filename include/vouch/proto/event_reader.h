// Events from a file or pipe, a batch at a time: JSON Lines or length-delimited
// binary.
//
//   proto::EventReader reader(proto::FileSource(stdin),
//                             proto::EventFormat::kJsonLines);
//   proto::EventBatch batch;
//   while (reader.ReadBatch(1000, &batch)) {
//     engine.Apply(batch.events);
//     for (const proto::BadEvent& bad : batch.bad) {
//       std::cerr << "line " << bad.place.number << ": " << bad.status << "\n";
//     }
//   }
//
// What cannot be read is told with its place, and reading goes on behind it.
//
// JSON Lines: one event a line (vouch/proto/json_reader.h). Lines end with LF
// or CRLF, the last one also without; lines of nothing but spaces count and
// say nothing. A line of more than kMaxEventBytes is passed over without being
// kept.
//
// Binary: records of a varint (the length in bytes) and a vouch.v1.Event of
// that length. A length that cannot be (torn, or over kMaxEventBytes) ends the
// reading, because nothing tells where the next record begins.
#ifndef VOUCH_PROTO_EVENT_READER_H_
#define VOUCH_PROTO_EVENT_READER_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Fills a buffer with up to `size` (more than 0) next bytes and says how many;
// 0 is the end. An error ends the reading.
using ByteSource =
    std::function<absl::StatusOr<std::size_t>(char* buffer, std::size_t size)>;

// The bytes of `file`, which the caller opened (binary), keeps open while the
// source is read, and closes. DATA_LOSS when reading it fails.
ByteSource FileSource(std::FILE* file);

enum class EventFormat : uint8_t { kJsonLines, kBinary };

// Where in the input an event stands.
struct EventPlace {
  int64_t number = 0;  // of the line or record, from 1
  int64_t offset = 0;  // of its first byte, from 0
};

struct BadEvent {
  EventPlace place;
  absl::Status status;  // why it could not be read
};

// What was read at once. `events` and `places` go together; `bad` stands
// between them in the order of the places.
struct EventBatch {
  std::vector<Event> events;
  std::vector<EventPlace> places;  // of `events`
  std::vector<BadEvent> bad;
};

// Bytes of input after which a batch is closed, whatever it holds.
inline constexpr std::size_t kMaxBatchBytes = std::size_t{16} * 1024 * 1024;

// Not thread-safe.
class EventReader {
 public:
  EventReader(ByteSource source, EventFormat format);
  ~EventReader();
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;

  // Replaces `*batch` by the next events and bad ones, together at most
  // `max_events` (at least 1). False, with an empty batch, at the end. The
  // events point into the reader and are valid until its next call or end. A
  // read error is a bad event with the source's status, and then the end.
  //
  // The events are read, not checked: see CheckEvent (vouch/event/check.h).
  bool ReadBatch(std::size_t max_events, EventBatch* batch);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_EVENT_READER_H_

// Any bytes as a stream of events, binary and JSON Lines, in small reads and
// small batches: every byte is accounted for, and the places only go up.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "vouch/event/check.h"
#include "vouch/event/codec.h"
#include "vouch/proto/event_reader.h"

namespace {

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

// What was read, as bytes; it must not depend on the sizes.
std::string ReadAll(const uint8_t* data, std::size_t size,
                    vouch::proto::EventFormat format, std::size_t step,
                    std::size_t batch_size) {
  std::size_t at = 0;
  vouch::proto::EventReader reader(
      [&](char* buffer, std::size_t most) -> absl::StatusOr<std::size_t> {
        const std::size_t count = std::min({most, step, size - at});
        if (count > 0) std::memcpy(buffer, data + at, count);
        at += count;
        return count;
      },
      format);
  vouch::proto::EventBatch batch;
  std::string events;
  std::string bad;
  while (reader.ReadBatch(batch_size, &batch)) {
    Require(batch.events.size() == batch.places.size());
    Require(batch.events.size() + batch.bad.size() <= batch_size);
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      Require(i == 0 || batch.places[i - 1].number < batch.places[i].number);
      Require(batch.places[i].offset < static_cast<int64_t>(size));
      if (vouch::CheckEvent(batch.events[i]).ok()) {
        vouch::AppendCanonical(batch.events[i], &events);
      }
    }
    for (const vouch::proto::BadEvent& one : batch.bad) {
      Require(!one.status.ok());
      bad += one.status.ToString();
    }
  }
  return events + bad;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  for (const auto format : {vouch::proto::EventFormat::kBinary,
                            vouch::proto::EventFormat::kJsonLines}) {
    Require(ReadAll(data, size, format, 3, 2) ==
            ReadAll(data, size, format, 1 << 16, 1000));
  }
  return 0;
}

// Any bytes as one event in JSON: read it, convert it, check it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vouch/event/check.h"
#include "vouch/proto/convert_event.h"
#include "vouch/proto/json_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  vouch::v1::Event message;
  if (!vouch::proto::ReadJson(text, &message).ok()) {
    // What could not be read leaves nothing behind.
    if (message.ByteSizeLong() != 0) __builtin_trap();
    return 0;
  }
  vouch::proto::EventArena arena;
  vouch::Event event;
  if (!vouch::proto::ConvertEvent(message, &arena, &event).ok()) return 0;
  (void)vouch::CheckEvent(event);
  return 0;
}

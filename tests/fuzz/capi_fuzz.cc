// Any bytes through the C ABI: as a program, a batch and a query, to an engine
// that has something to lose. Whatever comes, a call gives a known status, what
// fails gives nothing, and a batch sent again changes nothing.
#include <cstddef>
#include <cstdint>
#include <string>

#include "vouch/c.h"

namespace {

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

vouch_view View(const std::string& bytes) {
  return {bytes.data(), bytes.size()};
}

// What a call gave, freed; empty where it failed.
template <typename Call>
std::string Take(const Call& call) {
  vouch_buffer out = VOUCH_BUFFER_INIT;
  vouch_error error = VOUCH_ERROR_INIT;
  const vouch_status status = call(&out, &error);
  if (status != VOUCH_OK) {
    Require(status > 0 && status <= VOUCH_UNAUTHENTICATED);
    Require(status != VOUCH_INTERNAL && error.code == status);
    Require(error.message[0] != '\0' && out.data == nullptr && out.size == 0);
    return "";
  }
  Require(error.message[0] == '\0' && (out.data == nullptr) == (out.size == 0));
  std::string bytes(out.data, out.size);
  vouch_buffer_free(&out);
  return bytes;
}

std::string Feed(const vouch_engine* engine) {
  return Take([&](vouch_buffer* out, vouch_error* error) {
    return vouch_engine_outputs(engine, 0, 10000, out, error);
  });
}

std::string Apply(vouch_engine* engine, const std::string& batch) {
  return Take([&](vouch_buffer* out, vouch_error* error) {
    return vouch_engine_apply(engine, View(batch), out, error);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  vouch_engine* engine = nullptr;
  Require(vouch_engine_open({nullptr, 0}, nullptr, &engine, nullptr) ==
          VOUCH_OK);
  const std::string event_id = "p";
  Take([&](vouch_buffer* out, vouch_error* error) {
    return vouch_engine_set_program(engine, View(bytes), View(event_id), 0, out,
                                    error);
  });
  const std::string result = Apply(engine, bytes);
  const std::string feed = Feed(engine);
  Require(Apply(engine, bytes).empty() == result.empty());
  Require(Feed(engine) == feed);
  Take([&](vouch_buffer* out, vouch_error* error) {
    return vouch_engine_query(engine, View(bytes), out, error);
  });
  vouch_engine_close(engine);
  return 0;
}

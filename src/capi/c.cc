// The functions of vouch/c.h: arguments in, a status and bytes out. What they
// do is in handle.h.
#include "vouch/c.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "capi/cut.h"
#include "capi/handle.h"
#include "google/protobuf/message_lite.h"
#include "google/protobuf/stubs/logging.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

struct vouch_engine {
  std::unique_ptr<vouch::capi::Handle> handle;
};

namespace {

using vouch::ExhaustedField;
using vouch::InvalidField;
using vouch::ToStd;

#define VOUCH_STRING2(x) #x
#define VOUCH_STRING(x) VOUCH_STRING2(x)
constexpr char kVersion[] = VOUCH_STRING(VOUCH_VERSION_MAJOR) "." VOUCH_STRING(
    VOUCH_VERSION_MINOR) "." VOUCH_STRING(VOUCH_VERSION_PATCH);

vouch_status Fail(absl::StatusCode code, std::string_view message,
                  vouch_error* error) noexcept {
  const auto status = static_cast<vouch_status>(code);
  if (error != nullptr) {
    error->code = status;
    const std::string_view text =
        vouch::capi::Cut(message, sizeof(error->message) - 1);
    std::memcpy(error->message, text.data(), text.size());
    error->message[text.size()] = '\0';
  }
  return status;
}

// Runs `body`, which returns an absl::Status, and lets nothing but the status
// out.
template <typename Body>
vouch_status Run(vouch_error* error, const Body& body) noexcept {
  if (error != nullptr && error->version != VOUCH_ERROR_VERSION) {
    return VOUCH_INVALID_ARGUMENT;
  }
  try {
    // Protocol Buffers tells on standard error of what it does not like.
    const google::protobuf::LogSilencer silence;
    const absl::Status status = body();
    if (status.ok()) return VOUCH_OK;
    return Fail(status.code(), ToStd(status.message()), error);
  } catch (const std::bad_alloc&) {
    return Fail(absl::StatusCode::kResourceExhausted, "memory: ran out", error);
  } catch (const std::length_error&) {
    return Fail(absl::StatusCode::kResourceExhausted, "memory: ran out", error);
  } catch (const std::exception& exception) {
    return Fail(absl::StatusCode::kInternal, exception.what(), error);
  } catch (...) {
    return Fail(absl::StatusCode::kInternal, "library: unknown exception",
                error);
  }
}

absl::Status CheckView(std::string_view field, vouch_view view) {
  if (view.data == nullptr && view.size > 0) {
    return InvalidField(field, "NULL with a size");
  }
  if (view.size > std::string_view().max_size()) {
    return ExhaustedField(field, "longer than memory");
  }
  return absl::OkStatus();
}

std::string_view Text(vouch_view view) {
  return {view.data, static_cast<std::size_t>(view.size)};
}

absl::Status CheckPointer(std::string_view field, const void* pointer) {
  return pointer == nullptr ? InvalidField(field, "NULL") : absl::OkStatus();
}

absl::Status CheckOptions(const vouch_open_options& options) {
  if (options.version != VOUCH_OPEN_OPTIONS_VERSION) {
    return InvalidField(
        "options.version",
        absl::StrCat(options.version, " is not known to this version"));
  }
  if (options.read_only > 1) {
    return InvalidField("options.read_only", "neither 0 nor 1");
  }
  for (const uint8_t byte : options.reserved) {
    if (byte != 0) return InvalidField("options.reserved", "not zero");
  }
  return absl::OkStatus();
}

// The message's bytes in memory of the caller's.
absl::Status Give(const google::protobuf::MessageLite& message,
                  vouch_buffer* out) {
  constexpr std::size_t kMost = 0x7fffffff;  // of a message
  const std::size_t size = message.ByteSizeLong();
  if (size > kMost) {
    return ExhaustedField("answer",
                          absl::StrCat("longer than ", kMost, " bytes"));
  }
  vouch_buffer made = VOUCH_BUFFER_INIT;
  if (size > 0) {
    made.data = static_cast<char*>(std::malloc(size));
    if (made.data == nullptr) throw std::bad_alloc();
    made.size = size;
    message.SerializeWithCachedSizesToArray(
        reinterpret_cast<uint8_t*>(made.data));
  }
  *out = made;
  return absl::OkStatus();
}

}  // namespace

const char* vouch_version(void) { return kVersion; }

vouch_status vouch_engine_open(vouch_view path,
                               const vouch_open_options* options,
                               vouch_engine** out_engine, vouch_error* error) {
  return Run(error, [&]() -> absl::Status {
    VOUCH_RETURN_IF_ERROR(CheckView("path", path));
    if (options != nullptr) VOUCH_RETURN_IF_ERROR(CheckOptions(*options));
    VOUCH_RETURN_IF_ERROR(CheckPointer("out_engine", out_engine));
    VOUCH_ASSIGN_OR_RETURN(
        std::unique_ptr<vouch::capi::Handle> handle,
        vouch::capi::Handle::Open(std::string(Text(path)),
                                  options != nullptr && options->read_only));
    *out_engine = new vouch_engine{std::move(handle)};
    return absl::OkStatus();
  });
}

void vouch_engine_close(vouch_engine* engine) { delete engine; }

vouch_status vouch_engine_set_program(vouch_engine* engine, vouch_view program,
                                      vouch_view event_id, int64_t from_us,
                                      vouch_buffer* out_result,
                                      vouch_error* error) {
  return Run(error, [&]() -> absl::Status {
    VOUCH_RETURN_IF_ERROR(CheckPointer("engine", engine));
    VOUCH_RETURN_IF_ERROR(CheckView("program", program));
    VOUCH_RETURN_IF_ERROR(CheckView("event_id", event_id));
    VOUCH_RETURN_IF_ERROR(CheckPointer("out_result", out_result));
    vouch::v1::BatchResult result;
    VOUCH_RETURN_IF_ERROR(engine->handle->SetProgram(
        Text(program), Text(event_id), from_us, &result));
    return Give(result, out_result);
  });
}

vouch_status vouch_engine_apply(vouch_engine* engine, vouch_view batch,
                                vouch_buffer* out_result, vouch_error* error) {
  return Run(error, [&]() -> absl::Status {
    VOUCH_RETURN_IF_ERROR(CheckPointer("engine", engine));
    VOUCH_RETURN_IF_ERROR(CheckView("batch", batch));
    VOUCH_RETURN_IF_ERROR(CheckPointer("out_result", out_result));
    vouch::v1::BatchResult result;
    VOUCH_RETURN_IF_ERROR(engine->handle->Apply(Text(batch), &result));
    return Give(result, out_result);
  });
}

vouch_status vouch_engine_outputs(const vouch_engine* engine, int64_t after_seq,
                                  int32_t limit, vouch_buffer* out_outputs,
                                  vouch_error* error) {
  return Run(error, [&]() -> absl::Status {
    VOUCH_RETURN_IF_ERROR(CheckPointer("engine", engine));
    VOUCH_RETURN_IF_ERROR(CheckPointer("out_outputs", out_outputs));
    vouch::v1::Outputs page;
    VOUCH_RETURN_IF_ERROR(engine->handle->Outputs(after_seq, limit, &page));
    return Give(page, out_outputs);
  });
}

vouch_status vouch_engine_query(const vouch_engine* engine, vouch_view query,
                                vouch_buffer* out_answer, vouch_error* error) {
  return Run(error, [&]() -> absl::Status {
    VOUCH_RETURN_IF_ERROR(CheckPointer("engine", engine));
    VOUCH_RETURN_IF_ERROR(CheckView("query", query));
    VOUCH_RETURN_IF_ERROR(CheckPointer("out_answer", out_answer));
    vouch::v1::Answer answer;
    VOUCH_RETURN_IF_ERROR(engine->handle->Answer(Text(query), &answer));
    return Give(answer, out_answer);
  });
}

void vouch_buffer_free(vouch_buffer* buffer) {
  if (buffer == nullptr) return;
  std::free(buffer->data);
  *buffer = vouch_buffer VOUCH_BUFFER_INIT;
}

// Any bytes as a program file: a program, or at least one mistake.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vouch/program/program.h"
#include "vouch/program/spec_codec.h"
#include "vouch/proto/program_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  vouch::Mistakes mistakes;
  const absl::StatusOr<vouch::ProgramSpec> spec =
      vouch::proto::ReadProgram(text, &mistakes);
  if (spec.ok() != mistakes.empty()) __builtin_trap();
  if (!spec.ok()) return 0;
  const std::string bytes = vouch::EncodeSpec(*spec);
  const absl::StatusOr<vouch::ProgramSpec> again = vouch::DecodeSpec(bytes);
  if (!again.ok() || vouch::EncodeSpec(*again) != bytes) __builtin_trap();
  return 0;
}

#include "cli/console.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;

}  // namespace

absl::Status StandardOutput::Commit() {
  return buffer_.size() < kPiece ? status_ : Flush();
}

absl::Status StandardOutput::Flush() {
  if (!status_.ok()) return status_;
  const bool written =
      std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) == buffer_.size();
  if (!written || std::fflush(stdout) != 0) {
    status_ = absl::DataLossError(
        absl::StrCat("standard output: ", std::strerror(errno)));
  }
  buffer_.clear();
  return status_;
}

std::string Printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = internal::Utf8Length(text, at);
    const auto byte = static_cast<uint8_t>(text[at]);
    // U+0080 to U+009F are control characters too.
    const bool c1 = length == 2 && byte == 0xc2 &&
                    static_cast<uint8_t>(text[at + 1]) < 0xa0;
    if (length == 0 || byte < 0x20 || byte == 0x7f || c1) {
      absl::StrAppendFormat(&out, "\\x%02x", byte);
      ++at;
    } else {
      out.append(text.data() + at, length);
      at += length;
    }
  }
  return out;
}

void Complain(std::string_view message) {
  for (const absl::string_view line : absl::StrSplit(ToAbsl(message), '\n')) {
    Say(absl::StrCat("vouch: ", Printable(ToStd(line)), "\n"));
  }
}

void Complain(const absl::Status& status) { Complain(ToStd(status.message())); }

void Say(std::string_view text) {
  // Nothing is left to say it to if standard error itself fails.
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

bool Answer(std::string_view text) {
  StandardOutput out;
  out.buffer()->assign(text.data(), text.size());
  const absl::Status status = out.Flush();
  if (!status.ok()) Complain(status);
  return status.ok();
}

}  // namespace cli

VOUCH_NAMESPACE_END

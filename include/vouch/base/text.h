// What a name may be: the one check of ids and texts from outside.
//
//   IdProblem("inv-1")  -> ""
//   IdProblem("")       -> "missing"
//   IdProblem("a\nb")   -> "holds a control character"
//
// Ids are compared byte by byte and printed as they are, so they are UTF-8
// without control characters and at most kMaxIdBytes long. Other texts may be
// empty and longer.
#ifndef VOUCH_BASE_TEXT_H_
#define VOUCH_BASE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/limits.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The value of a hexadecimal digit, -1 for another byte.
constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 32);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The length of the UTF-8 sequence that begins at text[at], 0 for none.
inline std::size_t Utf8Length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0};
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint8_t lead = byte(at);
  const uint8_t next = byte(at + 1);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4 || !tail(at + 1)) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) {
    if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f))
      return 0;
    return tail(at + 2) ? 3 : 0;
  }
  if ((lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next > 0x8f)) return 0;
  return tail(at + 2) && tail(at + 3) ? 4 : 0;
}

}  // namespace internal

// Whether `text` is well-formed UTF-8.
inline bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = internal::Utf8Length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

// What is wrong with `text` as a text of at most `max_bytes`, empty for
// nothing.
inline std::string_view TextProblem(std::string_view text,
                                    std::size_t max_bytes = kMaxTextBytes) {
  if (text.size() > max_bytes) return "too long";
  if (!IsUtf8(text)) return "is not UTF-8";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    // U+0080 to U+009F are controls too, and some terminals obey them.
    const bool high = byte == 0xc2 && static_cast<uint8_t>(text[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || high) return "holds a control character";
  }
  return "";
}

// What is wrong with `id` as an id, empty for nothing.
inline std::string_view IdProblem(std::string_view id) {
  return id.empty() ? "missing" : TextProblem(id, kMaxIdBytes);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_TEXT_H_

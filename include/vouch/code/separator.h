// What people, word processors and web pages put between the letters of a code
// or a number, and what counts for nothing there. For this layer's own use.
#ifndef VOUCH_CODE_SEPARATOR_H_
#define VOUCH_CODE_SEPARATOR_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Three bytes of UTF-8 from `text`, 0 when there are fewer or the first is none
// that begins such a sequence.
constexpr uint32_t ThreeBytes(std::string_view text) {
  if (text.size() < 3 || (static_cast<uint8_t>(text[0]) & 0xf0) != 0xe0) {
    return 0;
  }
  return uint32_t{static_cast<uint8_t>(text[0])} << 16 |
         uint32_t{static_cast<uint8_t>(text[1])} << 8 |
         static_cast<uint8_t>(text[2]);
}

// Bytes of the space at the front of `text`, 0 for none: ASCII's space and tab,
// the no-break space, those of U+2000 to U+200A, U+202F and U+3000; and marks
// that nobody sees, which come along when text is copied: the soft hyphen,
// U+200B to U+200F, U+202A to U+202E, U+2060, U+2066 to U+2069, U+FEFF.
constexpr std::size_t SpaceLength(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == ' ' || text[0] == '\t') return 1;
  if (text.size() >= 2 && text[0] == '\xc2') {
    return text[1] == '\xa0' || text[1] == '\xad' ? 2 : 0;
  }
  const uint32_t bytes = ThreeBytes(text);
  const bool space = (bytes >= 0xe28080 && bytes <= 0xe2808f) ||
                     (bytes >= 0xe280aa && bytes <= 0xe280af) ||
                     bytes == 0xe281a0 ||
                     (bytes >= 0xe281a6 && bytes <= 0xe281a9) ||
                     bytes == 0xe38080 || bytes == 0xefbbbf;
  return space ? 3 : 0;
}

// Bytes of the hyphen at the front of `text`, 0 for none: ASCII's, the hyphens
// and dashes U+2010 to U+2015, the minus sign, the full-width hyphen.
constexpr std::size_t HyphenLength(std::string_view text) {
  if (!text.empty() && text[0] == '-') return 1;
  const uint32_t bytes = ThreeBytes(text);
  const bool hyphen = (bytes >= 0xe28090 && bytes <= 0xe28095) ||
                      bytes == 0xe28892 || bytes == 0xefbc8d;
  return hyphen ? 3 : 0;
}

// Of either.
constexpr std::size_t SeparatorLength(std::string_view text) {
  const std::size_t space = SpaceLength(text);
  return space > 0 ? space : HyphenLength(text);
}

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_SEPARATOR_H_

// A text cut to so many bytes, between two characters.
#ifndef VOUCH_SRC_CAPI_CUT_H_
#define VOUCH_SRC_CAPI_CUT_H_

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

namespace capi {

// As many whole characters of `text` as fit into `most` bytes; a byte that
// begins none is one by itself. Pure; takes no memory.
inline std::string_view Cut(std::string_view text, std::size_t most) noexcept {
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t length =
        std::max(internal::Utf8Length(text, size), std::size_t{1});
    if (size + length > most) break;
    size += length;
  }
  return text.substr(0, size);
}

}  // namespace capi

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CAPI_CUT_H_

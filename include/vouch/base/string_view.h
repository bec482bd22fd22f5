// The one place that knows that Abseil's string_view can be a type of its own.
//
// Vouch's public headers speak std::string_view. Where Abseil was built with a
// string_view of its own (Debian 12 does so), a call into Abseil needs a
// conversion; where it is an alias, both functions do nothing.
//
//   absl::SimpleAtoi(ToAbsl(text), &n);
//   std::string_view message = ToStd(status.message());
#ifndef VOUCH_BASE_STRING_VIEW_H_
#define VOUCH_BASE_STRING_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// The same bytes as Abseil's type. Owns nothing: valid as long as `text`.
constexpr absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

// The same bytes as the standard type. Owns nothing: valid as long as `text`.
constexpr std::string_view ToStd(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_STRING_VIEW_H_

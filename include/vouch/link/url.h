// An http or https URL taken apart as a browser would (the WHATWG URL
// Standard).
//
//   UrlSpace space;
//   UrlParts url;
//   Status s = ReadUrl("https://shop.example/r/ANNA?to=home", &space, &url);
//   url.host;   // "shop.example"
//   url.path;   // "/r/ANNA"
//   url.query;  // "to=home"
//
// An ordinary URL, and that is what links are, is one that the standard leaves
// as it is: it is read in one pass, and the parts are views into it. Everything
// else goes through ada where the build has it (vouch::links then defines
// VOUCH_LINK_ADA), and the parts are views into `space`. Both give the same
// parts for an ordinary URL; without ada any other URL is UNIMPLEMENTED, never
// guessed at.
//
// Pure functions; safe in any thread, one UrlSpace by one thread at a time.
#ifndef VOUCH_LINK_URL_H_
#define VOUCH_LINK_URL_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/base/limits.h"

VOUCH_NAMESPACE_BEGIN

// What a URL consists of, percent-encoded as the standard writes it. Views into
// the text that was read, or into the UrlSpace that it was read with: valid
// until either changes.
struct UrlParts {
  std::string_view scheme;    // "http" or "https"
  std::string_view host;      // in lower case; names in other scripts as xn--
  std::string_view port;      // empty for the scheme's own
  std::string_view path;      // begins with '/'
  std::string_view query;     // without '?'
  std::string_view fragment;  // without '#'
  bool has_user = false;      // a user name or password stands before the host
  // The whole URL: what stands before its path, and what from there on. An
  // ordinary URL may leave out a path that is "/" alone.
  std::string_view before_path;
  std::string_view from_path;
};

// Where the parts of a URL stand that is not ordinary. Empty until it is
// needed; kept to be used again.
struct UrlSpace {
  std::string href;
};

// Whether this build reads every URL, or ordinary ones only.
constexpr bool ReadsEveryUrl() {
#ifdef VOUCH_LINK_ADA
  return true;
#else
  return false;
#endif
}

// Reads the absolute URL `text` into `*out`. INVALID_ARGUMENT `link: ...` for a
// text that is longer than kMaxLinkBytes, is no URL by the standard, is not
// UTF-8 or is not of http or https; UNIMPLEMENTED `link: ...` without ada for
// any that is not ordinary. `*out` is then unspecified. Allocates nothing for
// an ordinary URL.
absl::Status ReadUrl(std::string_view text, UrlSpace* space, UrlParts* out);

// The whole of `url` as the standard writes it ("href").
std::string UrlText(const UrlParts& url);

namespace internal {

// The fast path: false, and `*out` unspecified, when `text` is not ordinary.
bool ReadOrdinaryUrl(std::string_view text, UrlParts* out);

#ifdef VOUCH_LINK_ADA
// The slow one, in src/link/ada.cc: false when `text` is no URL by the
// standard. Of any scheme.
bool ReadUrlWithAda(std::string_view text, UrlSpace* space, UrlParts* out);
#endif

}  // namespace internal

VOUCH_NAMESPACE_END

#include "vouch/link/url-inl.h"  // IWYU pragma: export

#endif  // VOUCH_LINK_URL_H_

// Bodies of url.h.
#ifndef VOUCH_LINK_URL_INL_H_
#define VOUCH_LINK_URL_INL_H_

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/base/attributes.h"
#include "vouch/base/status.h"
#include "vouch/base/text.h"
#include "vouch/link/url.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What the standard does with a byte, for each place in a URL: a byte without
// the place's bit is changed there, ends it, or has to be looked at twice.
enum UrlByte : uint8_t {
  kHostByte = 1,
  kPathByte = 2,
  kQueryByte = 4,
  kFragmentByte = 8,
  kPlainByte = 16,  // stands for itself in a query's key or value
};

constexpr bool Among(char c, std::string_view list) {
  return list.find(c) != std::string_view::npos;
}

constexpr std::array<uint8_t, 256> MakeUrlBytes() {
  std::array<uint8_t, 256> table{};
  for (int code = 0x21; code < 0x7f; ++code) {
    const char c = static_cast<char>(code);
    const bool digit = c >= '0' && c <= '9';
    const bool lower = c >= 'a' && c <= 'z';
    unsigned bits = 0;
    if (digit || lower || c == '-') bits |= kHostByte;
    if (!Among(c, "\"<>^`{}|\\?#.%")) bits |= kPathByte;
    if (!Among(c, "\"<>'#")) bits |= kQueryByte;
    if (!Among(c, "\"<>`")) bits |= kFragmentByte;
    if (!Among(c, "\"<>'#&=%+")) bits |= kPlainByte;
    table[static_cast<std::size_t>(code)] = static_cast<uint8_t>(bits);
  }
  return table;
}

inline constexpr std::array<uint8_t, 256> kUrlBytes = MakeUrlBytes();

constexpr bool Is(char c, UrlByte place) {
  return (kUrlBytes[static_cast<uint8_t>(c)] & place) != 0;
}

// The first byte from `at` on that has not the bit of `place`. Four at a time:
// this is most of the time that a link takes.
constexpr const char* Skip(const char* at, const char* end, UrlByte place) {
  for (; end - at >= 4; at += 4) {
    if (!Is(at[0], place)) return at;
    if (!Is(at[1], place)) return at + 1;
    if (!Is(at[2], place)) return at + 2;
    if (!Is(at[3], place)) return at + 3;
  }
  while (at < end && Is(*at, place)) ++at;
  return at;
}

#ifdef __SSE2__
// A bit for each of the sixteen bytes at `at`: 0 means that it is plain.
// 1 that it is not, or one of "!$".
inline unsigned PerhapsNotPlain(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  // The comparison is signed, so that this holds what is past ASCII too.
  const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8('('));
  const __m128i plus = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+'));
  const __m128i last = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
  const __m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8('<'));
  const __m128i compare =  // "<=>"
      _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(2)), from);
  return static_cast<unsigned>(_mm_movemask_epi8(
      _mm_or_si128(_mm_or_si128(low, plus), _mm_or_si128(last, compare))));
}
#endif

// Skip(at, end, kPlainByte), sixteen at a time where the processor can: the
// keys and values of a query are most of a link.
inline const char* SkipPlain(const char* at, const char* end) {
#ifdef __SSE2__
  while (end - at >= 16) {
    const unsigned bits = PerhapsNotPlain(at);
    if (bits == 0) {
      at += 16;
      continue;
    }
    at += __builtin_ctz(bits);
    if (!Is(*at, kPlainByte)) return at;
    ++at;
  }
#endif
  return Skip(at, end, kPlainByte);
}

constexpr std::string_view Between(const char* begin, const char* end) {
  return std::string_view(begin, static_cast<std::size_t>(end - begin));
}

// The longest name and label of the DNS. The standard takes longer ones.
inline constexpr std::ptrdiff_t kMaxHostBytes = 253;
inline constexpr std::ptrdiff_t kMaxLabelBytes = 63;

// The end of an ordinary host name at `begin`, null for none: labels of a-z,
// 0-9 and '-' between single dots, none of them "xn--", the last not beginning
// with a digit (it could be an address).
inline const char* OrdinaryHost(const char* begin, const char* end) {
  const char* at = begin;
  for (const char* label = begin;; label = ++at) {
    at = Skip(at, end, kHostByte);
    if (at == label || at - label > kMaxLabelBytes) return nullptr;
    if (at - label >= 4 && Between(label, label + 4) == "xn--") return nullptr;
    if (at < end && *at == '.') continue;
    const bool number = *label >= '0' && *label <= '9';
    return number || at - begin > kMaxHostBytes ? nullptr : at;
  }
}

// The end of the digits of an ordinary port at `begin`, null for none: without
// a leading zero, not the scheme's own.
inline const char* OrdinaryPort(const char* begin, const char* end,
                                std::string_view own) {
  const char* at = begin;
  uint32_t number = 0;
  for (; at < end && *at >= '0' && *at <= '9' && at - begin < 6; ++at) {
    number = number * 10 + static_cast<uint32_t>(*at - '0');
  }
  if (at == begin || *begin == '0' || number > 65535) return nullptr;
  return Between(begin, at) == own ? nullptr : at;
}

// Whether the segment that begins at `at` is one or two dots, each of them
// spelled '.' or "%2e": the standard takes it out.
inline bool IsDots(const char* at, const char* end) {
  for (int dots = 0; at < end; ++dots) {
    if (*at == '.') {
      ++at;
    } else if (end - at >= 3 && *at == '%' && at[1] == '2' &&
               (at[2] | 32) == 'e') {
      at += 3;
    } else {
      return dots > 0 && (*at == '/' || *at == '?' || *at == '#');
    }
    if (dots == 2) return false;
  }
  return true;
}

// The end of an ordinary path at `begin`, where '?', '#' or the end stands;
// null for none.
inline const char* OrdinaryPath(const char* begin, const char* end) {
  for (const char* at = begin;; ++at) {
    at = Skip(at, end, kPathByte);
    if (at == end || *at == '?' || *at == '#') return at;
    if (*at != '.' && *at != '%') return nullptr;
    if (at[-1] == '/' && IsDots(at, end)) return nullptr;
  }
}

// The next three are inlined so that nothing is stored of the parts that their
// caller does not read: in a link these are most.
//
// Scheme, host and port; null for none, else where the path begins.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline const char* OrdinaryAuthority(
    std::string_view text, UrlParts* out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool secure = text.substr(0, 8) == "https://";
  if (!secure && text.substr(0, 7) != "http://") return nullptr;
  out->scheme = text.substr(0, secure ? 5 : 4);
  const char* const host = at + out->scheme.size() + 3;
  at = OrdinaryHost(host, end);
  if (at == nullptr) return nullptr;
  out->host = Between(host, at);
  out->port = std::string_view();
  if (at < end && *at == ':') {
    const char* const port = at + 1;
    at = OrdinaryPort(port, end, secure ? "443" : "80");
    if (at == nullptr) return nullptr;
    out->port = Between(port, at);
  }
  return at;
}

// Everything before the query; where that begins with its '?', or the fragment
// with its '#', or the end; null for none.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline const char* OrdinaryFront(
    std::string_view text, UrlParts* out) {
  const char* const end = text.data() + text.size();
  const char* at = OrdinaryAuthority(text, out);
  if (at == nullptr) return nullptr;
  out->has_user = false;
  out->before_path = Between(text.data(), at);
  out->from_path = Between(at, end);
  const char* const path = at;
  if (at < end && *at == '/') at = OrdinaryPath(at, end);
  if (at == nullptr) return nullptr;
  out->path = at == path ? std::string_view("/") : Between(path, at);
  return at;
}

// Whether nothing or an ordinary fragment stands from `at` on.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline bool OrdinaryEnd(const char* at,
                                                     const char* end,
                                                     UrlParts* out) {
  out->fragment = std::string_view();
  if (at < end && *at == '#') {
    const char* const fragment = ++at;
    at = Skip(at, end, kFragmentByte);
    out->fragment = Between(fragment, at);
  }
  return at == end;
}

inline bool ReadOrdinaryUrl(std::string_view text, UrlParts* out) {
  const char* const end = text.data() + text.size();
  const char* at = OrdinaryFront(text, out);
  if (at == nullptr) return false;
  out->query = std::string_view();
  if (at < end && *at == '?') {
    const char* const query = ++at;
    at = Skip(at, end, kQueryByte);
    out->query = Between(query, at);
  }
  return OrdinaryEnd(at, end, out);
}

inline absl::Status ReadUnusualUrl(std::string_view text, UrlSpace* space,
                                   UrlParts* out) {
  if (!IsUtf8(text)) return InvalidField("link", "is not UTF-8");
#ifdef VOUCH_LINK_ADA
  if (!ReadUrlWithAda(text, space, out)) {
    return InvalidField("link", "is no URL");
  }
  if (out->scheme != "http" && out->scheme != "https") {
    return InvalidField("link", "is not of http or https");
  }
  return absl::OkStatus();
#else
  static_cast<void>(space);
  static_cast<void>(out);
  return FieldStatus(absl::StatusCode::kUnimplemented, "link",
                     "is not an ordinary http or https URL, and this build "
                     "reads no others");
#endif
}

}  // namespace internal

inline absl::Status ReadUrl(std::string_view text, UrlSpace* space,
                            UrlParts* out) {
  if (text.size() > kMaxLinkBytes) return InvalidField("link", "too long");
  if (internal::ReadOrdinaryUrl(text, out)) return absl::OkStatus();
  return internal::ReadUnusualUrl(text, space, out);
}

inline std::string UrlText(const UrlParts& url) {
  const bool has_path = !url.from_path.empty() && url.from_path[0] == '/';
  std::string text;
  text.reserve(url.before_path.size() + 1 + url.from_path.size());
  text.append(url.before_path);
  if (!has_path) text.push_back('/');
  return text.append(url.from_path);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_LINK_URL_INL_H_

// What a URL that came back says: partner, code, campaign, where it leads.
//
//   LinkScratch scratch;  // one a thread, kept
//   ResolvedLink link;
//   Status s = ResolveLink(
//       format,
//       "https://shop.example/r/ANNA?sub1=footer&to=https://shop.ex...", now,
//       &scratch, &link);
//   if (s.ok() && link.refusal == LinkRefusal::kNone) {
//     link.fields[LinkField::kCode];         // "ANNA"
//     link.fields[LinkField::kDestination];  // safe to redirect to
//   }
//
// A server that has only the request's target puts its own "https://host"
// before it. Allocates nothing for an ordinary link (url.h) that is right;
// where it is signed, OpenSSL takes memory of its own. Pure functions; safe in
// any thread, one LinkScratch by one thread at a time.
#ifndef VOUCH_LINK_RESOLVE_H_
#define VOUCH_LINK_RESOLVE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/base/limits.h"
#include "vouch/link/fields.h"
#include "vouch/link/format.h"
#include "vouch/link/url.h"

VOUCH_NAMESPACE_BEGIN

// Why a link does not count.
enum class LinkRefusal : uint8_t {
  kNone,
  kDestination,       // is no http(s) URL, or its host is not on the list
  kSignatureMissing,  // and this program requires one
  kSignatureBad,      // something was rewritten, or it was guessed
  kSignatureExpired,
  kSignatureForeign,  // names a key that is not this program's
};

// "DESTINATION", "SIGNATURE_BAD" ...; empty for none.
std::string_view Word(LinkRefusal refusal);

struct ResolvedLink {
  LinkRefusal refusal = LinkRefusal::kNone;
  bool is_signed = false;  // and rightly so
  // Percent-decoded; empty where the link is refused. Views into the URL and
  // the scratch: valid until either changes.
  LinkFields fields;
};

// Where decoded texts stand. One link at a time: the next resets it.
class LinkScratch {
 public:
  // Leaves its bytes as they are: 16 KiB, well on a stack.
  LinkScratch() {}
  LinkScratch(const LinkScratch&) = delete;
  LinkScratch& operator=(const LinkScratch&) = delete;

  void Reset() { used_ = 0; }
  // `text` percent-decoded, and with ' ' for '+' where `form`.
  std::string_view Decode(std::string_view text, bool form);
  // One behind the other.
  std::string_view Join(std::string_view a, std::string_view b,
                        std::string_view c);

  UrlSpace url;
  UrlSpace destination;

 private:
  // All that is decoded of a link is no longer than the link was, before ada
  // encoded any of it; a destination may gain a '/'.
  static constexpr std::size_t kBytes = 2 * kMaxLinkBytes + 64;

  bool Has(std::size_t bytes) const { return bytes <= kBytes - used_; }

  char bytes_[kBytes];
  std::size_t used_ = 0;
};

// Reads `url` by `format` as of `now`.
//
// Each field is the path's, if a template fits the whole path, else that of the
// first query key, in the format's order, which has a value; of a key that
// stands twice, the first value. A value that is too long, not UTF-8 or holds a
// control character is as if it were not there, but for a destination, which is
// refused. The query is read as browsers and servers do
// (application/x-www-form-urlencoded).
//
// OK with what the link says, or why it is refused, in `*out`. A destination
// is given as the URL Standard writes it. INVALID_ARGUMENT or UNIMPLEMENTED
// `link: ...` as ReadUrl, UNIMPLEMENTED `destination: ...`, INTERNAL when
// OpenSSL refuses; `*out` is then empty.
absl::Status ResolveLink(const LinkFormat& format, std::string_view url,
                         Instant now, LinkScratch* scratch, ResolvedLink* out);

VOUCH_NAMESPACE_END

#include "vouch/link/resolve-inl.h"  // IWYU pragma: export

#endif  // VOUCH_LINK_RESOLVE_H_

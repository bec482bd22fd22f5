// A referral link from what it should say.
//
//   LinkSpec spec;
//   spec.base_url = "https://shop.example";
//   spec.path_template = "/r/{code}";  // one of the format's
//   spec.fields[LinkField::kCode] = "ANNA";
//   spec.fields[LinkField::kDestination] = "https://shop.example/spring";
//   spec.key_id = "2024a";
//   spec.expires_at = *ParseInstant("2025-01-01T00:00:00Z");
//   StatusOr<std::string> link = MakeLink(format, spec);
//   // "https://shop.example/r/ANNA?to=https%3A%2F%2Fshop...&vsig=2024a.17..."
//
// A pure function; safe in any thread.
#ifndef VOUCH_LINK_MAKE_H_
#define VOUCH_LINK_MAKE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/link/fields.h"
#include "vouch/link/format.h"

VOUCH_NAMESPACE_BEGIN

struct LinkSpec {
  // http or https. What it has of a query and a fragment stays. With a path
  // template it has no path of its own.
  std::string_view base_url;
  // One of the format's, as it is written there; empty: all is in the query.
  std::string_view path_template;
  LinkFields fields;
  // The key that signs; empty: no signature.
  std::string_view key_id;
  // The end of the signature's validity, which is out; a whole second. Without
  // one the link is good for as long as its key.
  std::optional<Instant> expires_at;
};

// The link, which ResolveLink reads as exactly these fields: each that is not
// in the path stands in the query, under the first of its keys, and a
// destination is written as the URL Standard does.
//
// INVALID_ARGUMENT with the field's name for a text that cannot be one, a
// destination that is not on the list, a field of the path that is missing, a
// base that cannot be one; UNIMPLEMENTED `base_url: ...` or `destination: ...`
// as ReadUrl; NOT_FOUND `path_template: ...` or `key_id: ...`;
// FAILED_PRECONDITION `link: ...` when the link would be read as something
// else, because the base says something already or a template fits its path;
// `key_id: ...` without a key where the format requires one.
absl::StatusOr<std::string> MakeLink(const LinkFormat& format,
                                     const LinkSpec& spec);

VOUCH_NAMESPACE_END

#include "vouch/link/make-inl.h"  // IWYU pragma: export

#endif  // VOUCH_LINK_MAKE_H_

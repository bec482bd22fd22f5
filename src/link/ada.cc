// The one place that speaks to ada, through its C interface.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "vouch/link/url.h"

extern "C" {  // its header does not say so itself
#include <ada_c.h>
}

VOUCH_NAMESPACE_BEGIN

namespace internal {

namespace {

// Pieces of ada's text, found again in a copy of it.
class Copy {
 public:
  Copy(ada_string href, std::string* copy)
      : href_(href.data, href.length), copy_(copy) {
    copy->assign(href_);
  }

  std::size_t Offset(ada_string piece) const {
    return static_cast<std::size_t>(piece.data - href_.data());
  }
  // The piece without `skip` bytes at its beginning; an empty one need not
  // point into the text.
  std::string_view View(ada_string piece, std::size_t skip = 0) const {
    if (piece.length <= skip) return std::string_view();
    return std::string_view(*copy_).substr(Offset(piece) + skip,
                                           piece.length - skip);
  }

 private:
  std::string_view href_;
  const std::string* copy_;
};

}  // namespace

bool ReadUrlWithAda(std::string_view text, UrlSpace* space, UrlParts* out) {
  const std::unique_ptr<void, decltype(&ada_free)> url(
      ada_parse(text.data(), text.size()), &ada_free);
  if (!ada_is_valid(url.get())) return false;
  const Copy copy(ada_get_href(url.get()), &space->href);
  const ada_string path = ada_get_pathname(url.get());
  *out = UrlParts();
  out->scheme = copy.View(ada_get_protocol(url.get()));
  out->scheme.remove_suffix(1);  // the colon
  out->host = copy.View(ada_get_hostname(url.get()));
  out->port = copy.View(ada_get_port(url.get()));
  out->path = copy.View(path);
  out->query = copy.View(ada_get_search(url.get()), 1);
  out->fragment = copy.View(ada_get_hash(url.get()), 1);
  out->has_user = ada_has_credentials(url.get());
  const std::string_view whole(space->href);
  const std::size_t begin = path.length > 0 ? copy.Offset(path) : whole.size();
  out->before_path = whole.substr(0, begin);
  out->from_path = whole.substr(begin);
  return true;
}

}  // namespace internal

VOUCH_NAMESPACE_END

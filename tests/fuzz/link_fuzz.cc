// Any bytes as a link: the fast path says what ada says, what is read can be
// made again, and a destination is always on the list.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/link_check.h"
#include "vouch/link/fields.h"
#include "vouch/link/format.h"
#include "vouch/link/make.h"
#include "vouch/link/resolve.h"

namespace {

void CheckMadeAgain(const vouch::LinkFormat& format,
                    const vouch::LinkFields& fields) {
  vouch::LinkSpec spec;
  spec.base_url = "https://shop.example/";
  spec.fields = fields;
  const auto link = vouch::MakeLink(format, spec);
  // Encoded anew it may be too long.
  if (!link.ok()) {
    if (link.status().message() != "link: too long") __builtin_trap();
    return;
  }
  vouch::LinkScratch scratch;
  vouch::ResolvedLink again;
  if (!vouch::ResolveLink(format, *link, vouch::Instant{1}, &scratch, &again)
           .ok() ||
      again.fields != fields) {
    __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const vouch::LinkFormat& format = vouch::link_test::CheckedFormat();
#ifdef VOUCH_LINK_ADA
  if (!vouch::link_test::DifferenceInUrl(text).empty()) __builtin_trap();
  if (!vouch::link_test::DifferenceInFields(text).empty()) __builtin_trap();
#endif
  vouch::LinkScratch scratch;
  vouch::ResolvedLink link;
  const absl::Status status =
      vouch::ResolveLink(format, text, vouch::Instant{1}, &scratch, &link);
  if (!status.ok() || link.refusal != vouch::LinkRefusal::kNone) {
    if (link.fields != vouch::LinkFields()) __builtin_trap();
    return 0;
  }
  const std::string_view to = link.fields[vouch::LinkField::kDestination];
  if (!to.empty() && to.substr(0, 21) != "https://shop.example/" &&
      to.substr(0, 20) != "http://shop.example/") {
    __builtin_trap();
  }
  CheckMadeAgain(format, link.fields);
  return 0;
}

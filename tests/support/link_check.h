// What ada says about a link, found the slow and plain way, to hold the link
// layer against. Empty without ada.
//
//   EXPECT_EQ(DifferenceInUrl(text), "");
//   EXPECT_EQ(DifferenceInFields(text), "");
#ifndef VOUCH_TESTS_SUPPORT_LINK_CHECK_H_
#define VOUCH_TESTS_SUPPORT_LINK_CHECK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vouch/link/fields.h"
#include "vouch/link/format.h"
#include "vouch/link/resolve.h"
#include "vouch/link/url.h"

#ifdef VOUCH_LINK_ADA
extern "C" {
#include <ada_c.h>
}
#endif

namespace vouch {
namespace link_test {

// A small generator of our own: std's distributions differ between libraries.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  // From 0 to n - 1.
  std::size_t Roll(std::size_t n) {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>((z ^ (z >> 31)) % n);
  }
  template <std::size_t n>
  std::string_view Pick(const std::string_view (&list)[n]) {
    return list[Roll(n)];
  }

 private:
  uint64_t state_;
};

// Links, and the pieces on which readers of URLs disagree.
inline constexpr std::string_view kLinkBases[] = {
    "https://shop.example/r/ANNA-20",
    "https://shop.example/r/ANNA?utm_source=mail&sub1=x&click_id=8f14#top",
    "http://go.shop-1.example:8080/a.b/%2ec/?ref=anna&via=eve&to=https%3A%2F%2F"
    "shop.example%2F",
    "https://a.b?ref=&via=bob&code=A+B%20C",
    "http://a.b.c?x=%zz&y='&ref=%C3%BC",
    "https://shop.example/a/./b/%2E%2e/c|d^e"};
inline constexpr std::string_view kLinkPieces[] = {".",
                                                   "..",
                                                   "/",
                                                   "//",
                                                   "%2e",
                                                   "%2E",
                                                   "%2f",
                                                   "%5c",
                                                   "xn--",
                                                   "0x1f",
                                                   "1",
                                                   "9",
                                                   ":80",
                                                   ":443",
                                                   ":0",
                                                   ":08",
                                                   ":65536",
                                                   ":",
                                                   "@",
                                                   "\\",
                                                   "?",
                                                   "#",
                                                   "%",
                                                   "'",
                                                   "\"",
                                                   "<",
                                                   ">",
                                                   "^",
                                                   "`",
                                                   "{",
                                                   "}",
                                                   "|",
                                                   "~",
                                                   "_",
                                                   "-",
                                                   "--",
                                                   "A",
                                                   "\t",
                                                   "\n",
                                                   " ",
                                                   "\xc3\xbc",
                                                   "+",
                                                   "&",
                                                   "=",
                                                   ";",
                                                   "!",
                                                   "$",
                                                   "*",
                                                   "(",
                                                   "[",
                                                   "]",
                                                   "\x7f",
                                                   ".1",
                                                   ".0x",
                                                   "%00",
                                                   "%ff",
                                                   "ref=a",
                                                   "via=",
                                                   "/r/b",
                                                   "%26",
                                                   "%3D",
                                                   "%23",
                                                   "&&",
                                                   "?#",
                                                   "\xe3\x80\x82",
                                                   "\xff",
                                                   "\xef\xbc\x8f",
                                                   "localhost",
                                                   "example.",
                                                   "https://"};

// A link with a few pieces put in, bytes changed and bytes left out.
inline std::string RandomLink(Dice* dice) {
  std::string text(dice->Pick(kLinkBases));
  for (std::size_t changes = dice->Roll(5); changes > 0; --changes) {
    const std::size_t at = dice->Roll(text.size() + 1);
    switch (dice->Roll(4)) {
      case 0:
        text.erase(at, 1 + dice->Roll(3));
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(dice->Roll(128));
        break;
      default:
        text.insert(at, dice->Pick(kLinkPieces));
    }
  }
  return text;
}

// The format that DifferenceInFields reads by.
inline const LinkFormat& CheckedFormat() {
  static const LinkFormat* const format = [] {
    LinkFormatSpec spec;
    spec.program_id = "shop";
    spec.path_templates = {"/r/{code}"};
    spec.hosts = {"shop.example"};
    return new LinkFormat(*LinkFormat::Build(spec));
  }();
  return *format;
}

#ifdef VOUCH_LINK_ADA

inline std::string_view Std(ada_string text) {
  return std::string_view(text.data, text.length);
}
inline std::string_view Tail(ada_string text) {
  return Std(text).substr(text.length > 0 ? 1 : 0);
}

// What the fast path says and ada does not, empty for nothing; nothing either
// where the fast path leaves `text` to ada.
inline std::string DifferenceInUrl(std::string_view text) {
  UrlParts fast;
  if (!vouch::internal::ReadOrdinaryUrl(text, &fast)) return "";
  const std::unique_ptr<void, decltype(&ada_free)> url(
      ada_parse(text.data(), text.size()), &ada_free);
  if (!ada_is_valid(url.get())) return "ada: no URL";
  const std::string scheme = std::string(fast.scheme) + ":";
  const std::array<std::pair<std::string_view, std::string_view>, 7> parts = {
      {{scheme, Std(ada_get_protocol(url.get()))},
       {fast.host, Std(ada_get_hostname(url.get()))},
       {fast.port, Std(ada_get_port(url.get()))},
       {fast.path, Std(ada_get_pathname(url.get()))},
       {fast.query, Tail(ada_get_search(url.get()))},
       {fast.fragment, Tail(ada_get_hash(url.get()))},
       {UrlText(fast), Std(ada_get_href(url.get()))}}};
  if (UrlText(fast) != Std(ada_get_href(url.get()))) return "ada: other href";
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i].first == parts[i].second) continue;
    return "ada: " + std::string(parts[i].second);
  }
  return ada_has_credentials(url.get()) ? "ada: a user" : "";
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// A form's pairs, by ada.
inline Pairs FormPairs(std::string_view text) {
  Pairs out;
  ada_url_search_params form =
      ada_parse_search_params(text.data(), text.size());
  ada_url_search_params_entries_iter each = ada_search_params_get_entries(form);
  while (ada_search_params_entries_iter_has_next(each)) {
    const ada_string_pair pair = ada_search_params_entries_iter_next(each);
    out.emplace_back(Std(pair.key), Std(pair.value));
  }
  ada_free_search_params_entries_iter(each);
  ada_free_search_params(form);
  return out;
}

// What a segment of a path says: a form's value in which '+', '&' and '=' mean
// themselves.
inline std::string SegmentText(std::string_view segment) {
  std::string form = "x=";
  for (const char c : segment) {
    if (c == '+') {
      form += "%2B";
    } else if (c == '&') {
      form += "%26";
    } else {
      form += c;
    }
  }
  const Pairs pairs = FormPairs(form);
  return pairs.empty() ? "" : pairs[0].second;
}

// The fields of a link of CheckedFormat by ada, each looked for by itself.
inline std::vector<std::string> FieldsByAda(ada_url url) {
  std::vector<std::string> out(kLinkFieldCount);
  // With its '?', for ada takes one away.
  const Pairs pairs = FormPairs(Std(ada_get_search(url)));
  for (const LinkQueryKey& key : UsualLinkKeys()) {
    std::string& field = out[static_cast<std::size_t>(key.field)];
    for (const auto& [name, value] : pairs) {
      if (name != key.key || value.empty() || !field.empty()) continue;
      if (FieldProblem(key.field, value).empty()) field = value;
    }
  }
  std::string_view path = Std(ada_get_pathname(url));
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (path.substr(0, 3) == "/r/" && path.size() > 3 &&
      path.find('/', 3) == std::string_view::npos) {
    const std::string code = SegmentText(path.substr(3));
    if (FieldProblem(LinkField::kCode, code).empty()) {
      out[static_cast<std::size_t>(LinkField::kCode)] = code;
    }
  }
  return out;
}

// What ResolveLink says and ada does not, empty for nothing.
inline std::string DifferenceInFields(std::string_view text) {
  LinkScratch scratch;
  ResolvedLink link;
  const absl::Status status =
      ResolveLink(CheckedFormat(), text, Instant{1}, &scratch, &link);
  const std::unique_ptr<void, decltype(&ada_free)> url(
      ada_parse(text.data(), text.size()), &ada_free);
  const bool readable = ada_is_valid(url.get()) &&
                        text.size() <= kMaxLinkBytes && IsUtf8(text) &&
                        (Std(ada_get_protocol(url.get())) == "http:" ||
                         Std(ada_get_protocol(url.get())) == "https:");
  if (status.ok() != readable) {
    return "ada: " + std::string(readable ? "a link" : "no link");
  }
  if (!readable || link.refusal != LinkRefusal::kNone) return "";
  const std::vector<std::string> wanted = FieldsByAda(url.get());
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    const LinkField field = LinkFieldAt(i);
    if (field == LinkField::kDestination) continue;  // written anew
    if (link.fields[field] == wanted[i]) continue;
    return std::string(FieldName(field)) + " by ada: " + wanted[i];
  }
  return "";
}

#endif

}  // namespace link_test
}  // namespace vouch

#endif  // VOUCH_TESTS_SUPPORT_LINK_CHECK_H_

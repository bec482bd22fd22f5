// What a referral link says: who recommended, by what, and where it leads.
//
//   LinkFields link;
//   link[LinkField::kPartner] = "anna";
//   link[LinkField::kSub1] = "footer";
//   FieldName(LinkField::kSub1)      -> "sub1"
//   ParseFieldName("utm_source")     -> LinkField::kUtmSource
//
// A host turns them into a touch (docs/SEMANTICS.md, section 3): partner, code
// and campaign have their places there.
#ifndef VOUCH_LINK_FIELDS_H_
#define VOUCH_LINK_FIELDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "vouch/base/config.h"
#include "vouch/base/limits.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

enum class LinkField : uint8_t {
  kPartner,
  kCode,
  kCampaign,
  kDestination,  // a URL, where the visitor is sent
  kSub1,         // the partner's own marks
  kSub2,
  kSub3,
  kSub4,
  kSub5,
  // From here on nothing is signed: others add and rewrite these on the way
  // (signature.h).
  kClickId,
  kUtmSource,
  kUtmMedium,
  kUtmCampaign,
  kUtmTerm,
  kUtmContent,
};

inline constexpr std::array<std::string_view, 15> kLinkFieldNames = {
    "partner",    "code",       "campaign",     "destination", "sub1",
    "sub2",       "sub3",       "sub4",         "sub5",        "click_id",
    "utm_source", "utm_medium", "utm_campaign", "utm_term",    "utm_content"};
inline constexpr std::size_t kLinkFieldCount = kLinkFieldNames.size();

// The fields before this one are signed.
inline constexpr std::size_t kSignedFieldCount =
    static_cast<std::size_t>(LinkField::kClickId);

constexpr LinkField LinkFieldAt(std::size_t place) {
  return static_cast<LinkField>(place);
}

// The name in path templates, messages and the command line.
constexpr std::string_view FieldName(LinkField field) {
  return kLinkFieldNames[static_cast<std::size_t>(field)];
}

// The field of that name, spelled exactly; nothing for another text.
constexpr std::optional<LinkField> ParseFieldName(std::string_view name) {
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    if (kLinkFieldNames[i] == name) return LinkFieldAt(i);
  }
  return std::nullopt;
}

// A text for each field, empty where the link does not say. Owns none of them.
class LinkFields {
 public:
  constexpr std::string_view& operator[](LinkField field) {
    return values_[static_cast<std::size_t>(field)];
  }
  constexpr std::string_view operator[](LinkField field) const {
    return values_[static_cast<std::size_t>(field)];
  }

  // Empties all.
  constexpr void Clear() { Clear(std::make_index_sequence<kLinkFieldCount>()); }

  friend bool operator==(const LinkFields& a, const LinkFields& b) {
    return a.values_ == b.values_;
  }
  friend bool operator!=(const LinkFields& a, const LinkFields& b) {
    return !(a == b);
  }

 private:
  // Written out: compilers make an instruction of a loop that takes longer to
  // begin than this takes in all.
  template <std::size_t... places>
  constexpr void Clear(std::index_sequence<places...>) {
    ((values_[places] = std::string_view()), ...);
  }

  std::array<std::string_view, kLinkFieldCount> values_;
};

// How many bytes `field` may have.
constexpr std::size_t MaxFieldBytes(LinkField field) {
  if (field == LinkField::kDestination) return kMaxLinkBytes;
  const bool id = field == LinkField::kPartner || field == LinkField::kCode;
  return id ? kMaxIdBytes : kMaxTextBytes;
}

// What is wrong with `value` as `field`, empty for nothing.
inline std::string_view FieldProblem(LinkField field, std::string_view value) {
  return TextProblem(value, MaxFieldBytes(field));
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_LINK_FIELDS_H_

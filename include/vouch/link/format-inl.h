// Bodies of format.h.
#ifndef VOUCH_LINK_FORMAT_INL_H_
#define VOUCH_LINK_FORMAT_INL_H_

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/link/format.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// `status` about `path` instead of whatever it named.
inline absl::Status AtPath(const std::string& path,
                           const absl::Status& status) {
  const std::string_view message = ToStd(status.message());
  const std::size_t colon = message.find(": ");
  return FieldStatus(
      status.code(), path,
      colon == std::string_view::npos ? message : message.substr(colon + 2));
}

template <typename List, typename Add>
absl::Status AddEach(std::string_view name, const List& list, std::size_t limit,
                     Add add) {
  if (list.size() > limit) return ExhaustedField(name, "too many");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const absl::Status status = add(list[i]);
    if (!status.ok()) {
      return AtPath(absl::StrCat(ToAbsl(name), "[", i, "]"), status);
    }
  }
  return absl::OkStatus();
}

// What is wrong with `key` as a query key: links are made with it as it is.
inline std::string_view QueryKeyProblem(std::string_view key) {
  if (key.empty()) return "missing";
  if (key.size() > kMaxIdBytes) return "too long";
  for (const char c : key) {
    if (!Is(c, kPlainByte)) return "has a character that a query encodes";
  }
  return "";
}

// "{code}" and nothing else in the segment, or no brace at all.
inline absl::StatusOr<LinkFormat::Segment> ReadSegment(std::string_view text) {
  const bool braces = text.find_first_of("{}") != std::string_view::npos;
  if (!braces) {
    for (const char c : text) {
      if (c != '.' && !Is(c, kPathByte)) {
        return InvalidField("path", "has a character that a path encodes");
      }
    }
    if (text.empty() || text == "." || text == "..") {
      return InvalidField("path", "has an empty segment, or one of dots");
    }
    return LinkFormat::Segment{std::string(text), std::nullopt};
  }
  if (text.front() != '{' || text.back() != '}') {
    return InvalidField("path", "has a segment that is more than one field");
  }
  const auto field = ParseFieldName(text.substr(1, text.size() - 2));
  if (!field.has_value() || *field == LinkField::kDestination) {
    return InvalidField("path", "names no field that a path may hold");
  }
  return LinkFormat::Segment{std::string(), field};
}

}  // namespace internal

inline const std::vector<LinkQueryKey>& UsualLinkKeys() {
  static const auto* const kKeys =
      new std::vector<LinkQueryKey>{{"ref", LinkField::kPartner},
                                    {"via", LinkField::kPartner},
                                    {"partner", LinkField::kPartner},
                                    {"code", LinkField::kCode},
                                    {"campaign", LinkField::kCampaign},
                                    {"to", LinkField::kDestination},
                                    {"sub1", LinkField::kSub1},
                                    {"sub2", LinkField::kSub2},
                                    {"sub3", LinkField::kSub3},
                                    {"sub4", LinkField::kSub4},
                                    {"sub5", LinkField::kSub5},
                                    {"click_id", LinkField::kClickId},
                                    {"gclid", LinkField::kClickId},
                                    {"fbclid", LinkField::kClickId},
                                    {"msclkid", LinkField::kClickId},
                                    {"utm_source", LinkField::kUtmSource},
                                    {"utm_medium", LinkField::kUtmMedium},
                                    {"utm_campaign", LinkField::kUtmCampaign},
                                    {"utm_term", LinkField::kUtmTerm},
                                    {"utm_content", LinkField::kUtmContent}};
  return *kKeys;
}

inline absl::StatusOr<LinkFormat> LinkFormat::Build(
    const LinkFormatSpec& spec) {
  const std::string_view problem = IdProblem(spec.program_id);
  if (!problem.empty()) return InvalidField("program_id", problem);
  if (spec.signature_bytes < kMinSignatureBytes ||
      spec.signature_bytes > kMaxSignatureBytes) {
    return InvalidField("signature_bytes", "is not from 12 to 32");
  }
  LinkFormat out(spec);
  VOUCH_RETURN_IF_ERROR(out.AddKeys(spec));
  VOUCH_RETURN_IF_ERROR(internal::AddEach(
      "path_templates", spec.path_templates, kMaxLinkTemplates,
      [&](const std::string& text) { return out.AddTemplate(text); }));
  VOUCH_RETURN_IF_ERROR(internal::AddEach(
      "hosts", spec.hosts, kMaxLinkHosts,
      [&](const std::string& text) { return out.AddHost(text); }));
  VOUCH_RETURN_IF_ERROR(out.AddSecrets(spec));
  return out;
}

inline std::size_t LinkFormat::SlotOf(std::string_view name) {
  return (name.size() * 37 + static_cast<uint8_t>(name.front()) * 5 +
          static_cast<uint8_t>(name.back()) * 11) %
         kSlots;
}

inline const LinkFormat::KeyUse* LinkFormat::FindKey(
    std::string_view name) const {
  if (name.empty()) return nullptr;
  for (std::size_t slot = SlotOf(name); table_[slot] != kNone;
       slot = (slot + 1) % kSlots) {
    const KeyUse& key = keys_[table_[slot]];
    if (key.name == name) return &key;
  }
  return nullptr;
}

inline const LinkFormat::KeyUse* LinkFormat::FirstKey(std::size_t field) const {
  for (const KeyUse& key : keys_) {
    if (key.field == field) return &key;
  }
  return nullptr;
}

inline absl::Status LinkFormat::AddKey(std::string_view name,
                                       std::size_t field) {
  const std::string_view problem = internal::QueryKeyProblem(name);
  if (!problem.empty()) return InvalidField("key", problem);
  if (FindKey(name) != nullptr) return ExistsField("key", "is taken");
  if (keys_.size() >= kMaxLinkQueryKeys) {
    return ExhaustedField("key", "past the number of keys there may be");
  }
  std::size_t slot = SlotOf(name);
  while (table_[slot] != kNone) slot = (slot + 1) % kSlots;
  const auto place = static_cast<uint8_t>(keys_.size());
  table_[slot] = place;
  keys_.push_back({std::string(name), field, place});
  return absl::OkStatus();
}

inline absl::Status LinkFormat::AddKeys(const LinkFormatSpec& spec) {
  const absl::Status status = AddKey(spec.signature_key, kSignature);
  if (!status.ok()) return internal::AtPath("signature_key", status);
  VOUCH_RETURN_IF_ERROR(internal::AddEach(
      "query_keys", spec.query_keys, kMaxLinkQueryKeys,
      [&](const LinkQueryKey& key) {
        return AddKey(key.key, static_cast<std::size_t>(key.field));
      }));
  if (!spec.usual_keys) return absl::OkStatus();
  for (const LinkQueryKey& key : UsualLinkKeys()) {
    // A usual key that the program uses otherwise is the program's.
    if (FindKey(key.key) != nullptr) continue;
    const absl::Status added =
        AddKey(key.key, static_cast<std::size_t>(key.field));
    if (!added.ok()) return internal::AtPath("query_keys", added);
  }
  return absl::OkStatus();
}

inline absl::Status LinkFormat::AddTemplate(std::string_view text) {
  if (text.size() > kMaxIdBytes) return InvalidField("path", "too long");
  if (text.empty() || text.front() != '/') {
    return InvalidField("path", "does not begin with a slash");
  }
  Template out{std::string(text), {}};
  LinkFields named;
  bool any = false;
  for (std::string_view rest = text; !rest.empty();) {
    rest.remove_prefix(1);  // the slash
    const std::size_t end = std::min(rest.find('/'), rest.size());
    VOUCH_ASSIGN_OR_RETURN(Segment segment,
                           internal::ReadSegment(rest.substr(0, end)));
    if (segment.field.has_value()) {
      any = true;
      if (!named[*segment.field].empty()) {
        return ExistsField("path", "names a field twice");
      }
      named[*segment.field] = "named";
    }
    out.segments.push_back(std::move(segment));
    rest.remove_prefix(end);
  }
  if (!any) return InvalidField("path", "names no field");
  templates_.push_back(std::move(out));
  return absl::OkStatus();
}

inline absl::Status LinkFormat::AddHost(std::string_view text) {
  const bool below = text.substr(0, 2) == "*.";
  const std::string_view name = text.substr(below ? 2 : 0);
  if (name.find_first_of("/?#@\\") != std::string_view::npos || name.empty()) {
    return InvalidField("host", "is not a host, or a host and its port");
  }
  const std::string whole = absl::StrCat("https://", ToAbsl(name), "/");
  UrlSpace space;
  UrlParts url;
  VOUCH_RETURN_IF_ERROR(ReadUrl(whole, &space, &url));
  hosts_.push_back({absl::StrCat(below ? "." : "", ToAbsl(url.host)),
                    std::string(url.port), below});
  return absl::OkStatus();
}

inline absl::Status LinkFormat::AddSecrets(const LinkFormatSpec& spec) {
  for (std::size_t i = 0; i < spec.secrets.size(); ++i) {
    const LinkSecret& each = spec.secrets[i];
    const absl::Status status = signer_.AddKey(each.key_id, each.secret);
    if (status.ok()) continue;
    return absl::Status(status.code(),
                        absl::StrCat("secrets[", i, "].", status.message()));
  }
  if (spec.require_signature && spec.secrets.empty()) {
    return InvalidField("secrets", "missing, and signatures are required");
  }
  return absl::OkStatus();
}

inline bool LinkFormat::MayLeadTo(const UrlParts& url) const {
  if (url.has_user) return false;
  for (const Host& host : hosts_) {
    if (host.port != url.port) continue;
    if (!host.below) {
      if (host.name == url.host) return true;
      continue;
    }
    if (url.host.size() > host.name.size() &&
        url.host.substr(url.host.size() - host.name.size()) == host.name) {
      return true;
    }
  }
  return false;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_LINK_FORMAT_INL_H_

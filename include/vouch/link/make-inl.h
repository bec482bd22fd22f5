// Bodies of make.h.
#ifndef VOUCH_LINK_MAKE_INL_H_
#define VOUCH_LINK_MAKE_INL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/link/make.h"
#include "vouch/link/resolve.h"
#include "vouch/link/url.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Appends `text` with everything encoded that means something anywhere in a
// URL, or that programs on the way are known to change.
inline void AppendEncoded(std::string_view text, std::string* out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9') || Among(c, "-._~")) {
      out->push_back(c);
      continue;
    }
    out->push_back('%');
    out->push_back(kHex[byte >> 4]);
    out->push_back(kHex[byte & 15]);
  }
}

// Puts a link together piece by piece.
class LinkMaking {
 public:
  LinkMaking(const LinkFormat& format, const LinkSpec& spec)
      : format_(format), spec_(spec), fields_(spec.fields) {}

  absl::StatusOr<std::string> Make() {
    VOUCH_RETURN_IF_ERROR(CheckFields());
    VOUCH_RETURN_IF_ERROR(WriteBase());
    for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
      const std::string_view value = fields_[LinkFieldAt(i)];
      if (in_path_[i] || value.empty()) continue;
      VOUCH_RETURN_IF_ERROR(WriteQuery(i, FieldName(LinkFieldAt(i)), value));
    }
    VOUCH_RETURN_IF_ERROR(WriteSignature());
    if (!base_.fragment.empty()) {
      absl::StrAppend(&text_, "#", ToAbsl(base_.fragment));
    }
    VOUCH_RETURN_IF_ERROR(ReadBack());
    return std::move(text_);
  }

 private:
  absl::Status CheckFields() {
    for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
      const LinkField field = LinkFieldAt(i);
      const std::string_view problem = FieldProblem(field, fields_[field]);
      if (!problem.empty()) return InvalidField(FieldName(field), problem);
    }
    if (fields_[LinkField::kDestination].empty()) return absl::OkStatus();
    UrlSpace space;
    UrlParts url;
    const absl::Status status =
        ReadUrl(fields_[LinkField::kDestination], &space, &url);
    if (!status.ok()) return AtPath("destination", status);
    if (!format_.MayLeadTo(url)) {
      return InvalidField("destination", "is not on the list of hosts");
    }
    destination_ = UrlText(url);
    fields_[LinkField::kDestination] = destination_;
    return absl::OkStatus();
  }

  absl::Status WriteBase() {
    const absl::Status status = ReadUrl(spec_.base_url, &space_, &base_);
    if (!status.ok()) return AtPath("base_url", status);
    if (base_.has_user) return InvalidField("base_url", "names a user");
    text_.assign(base_.before_path);
    if (spec_.path_template.empty()) {
      text_.append(base_.path);
    } else {
      if (base_.path != "/") {
        return InvalidField("base_url", "has a path beside that of a template");
      }
      VOUCH_RETURN_IF_ERROR(WritePath());
    }
    if (!base_.query.empty()) {
      absl::StrAppend(&text_, "?", ToAbsl(base_.query));
      has_query_ = true;
    }
    return absl::OkStatus();
  }

  absl::Status WritePath() {
    for (const LinkFormat::Template& each : format_.templates()) {
      if (each.text != spec_.path_template) continue;
      for (const LinkFormat::Segment& segment : each.segments) {
        text_.push_back('/');
        text_.append(segment.text);
        if (!segment.field.has_value()) continue;
        const std::string_view value = fields_[*segment.field];
        if (value.empty()) {
          return InvalidField(FieldName(*segment.field),
                              "missing, and the path names it");
        }
        AppendEncoded(value, &text_);
        in_path_[static_cast<std::size_t>(*segment.field)] = true;
      }
      return absl::OkStatus();
    }
    return NotFoundField("path_template", "is not one of the format's");
  }

  absl::Status WriteQuery(std::size_t field, std::string_view name,
                          std::string_view value) {
    const LinkFormat::KeyUse* key = format_.FirstKey(field);
    if (key == nullptr) {
      return InvalidField(name, "has no query key in this format");
    }
    absl::StrAppend(&text_, has_query_ ? "&" : "?", key->name, "=");
    AppendEncoded(value, &text_);
    has_query_ = true;
    return absl::OkStatus();
  }

  absl::Status WriteSignature() {
    if (spec_.key_id.empty()) {
      if (format_.require_signature()) {
        return PreconditionField("key_id",
                                 "missing, and the format requires "
                                 "a signature");
      }
      if (spec_.expires_at.has_value()) {
        return InvalidField("expires_at",
                            "is of a signature, and none is made");
      }
      return absl::OkStatus();
    }
    VOUCH_ASSIGN_OR_RETURN(
        const std::string signature,
        format_.signer().Sign(spec_.key_id, spec_.expires_at, fields_));
    return WriteQuery(LinkFormat::kSignature, "key_id", signature);
  }

  absl::Status ReadBack() const {
    if (text_.size() > kMaxLinkBytes) return InvalidField("link", "too long");
    const auto scratch = std::make_unique<LinkScratch>();
    ResolvedLink link;
    // Before the end of any signature.
    VOUCH_RETURN_IF_ERROR(
        ResolveLink(format_, text_, kMinInstant, scratch.get(), &link));
    if (link.refusal == LinkRefusal::kNone && link.fields == fields_ &&
        link.is_signed == !spec_.key_id.empty()) {
      return absl::OkStatus();
    }
    return PreconditionField("link",
                             "would be read as something else: the base URL "
                             "says something already, or another template "
                             "fits its path");
  }

  const LinkFormat& format_;
  const LinkSpec& spec_;
  LinkFields fields_;
  std::string destination_;
  UrlSpace space_;
  UrlParts base_;
  std::string text_;
  std::array<bool, kLinkFieldCount> in_path_{};
  bool has_query_ = false;
};

}  // namespace internal

inline absl::StatusOr<std::string> MakeLink(const LinkFormat& format,
                                            const LinkSpec& spec) {
  return internal::LinkMaking(format, spec).Make();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_LINK_MAKE_INL_H_

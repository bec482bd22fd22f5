// Bodies of resolve.h.
#ifndef VOUCH_LINK_RESOLVE_INL_H_
#define VOUCH_LINK_RESOLVE_INL_H_

#include <algorithm>
#include <cstring>

#include "vouch/base/status.h"
#include "vouch/base/text.h"
#include "vouch/link/resolve.h"

VOUCH_NAMESPACE_BEGIN

inline std::string_view Word(LinkRefusal refusal) {
  switch (refusal) {
    case LinkRefusal::kDestination:
      return "DESTINATION";
    case LinkRefusal::kSignatureMissing:
      return "SIGNATURE_MISSING";
    case LinkRefusal::kSignatureBad:
      return "SIGNATURE_BAD";
    case LinkRefusal::kSignatureExpired:
      return "SIGNATURE_EXPIRED";
    case LinkRefusal::kSignatureForeign:
      return "SIGNATURE_FOREIGN";
    default:
      return "";
  }
}

namespace internal {

// The byte that text[at], a '%', and the two after it spell; -1 for none.
constexpr int Escaped(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = HexDigit(text[at + 1]);
  const int low = HexDigit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Steps over a key or value of a query to where it ends: at '&', in a key at
// '=', at the end, or at a byte that no ordinary query has. Tells whether it
// has to be decoded.
inline const char* SkipForm(const char* at, const char* end, bool in_key,
                            bool* encoded) {
  for (;; ++at) {
    at = SkipPlain(at, end);
    if (at == end) return at;
    if (*at == '%' || *at == '+') {
      *encoded = true;
    } else if (*at != '=' || in_key) {
      return at;
    }
  }
}

// Gathers the fields of one link.
class LinkReading {
 public:
  LinkReading(const LinkFormat& format, LinkScratch* scratch,
              LinkFields* fields)
      : format_(format), scratch_(*scratch), fields_(*fields) {
    Restart();
  }

  void Restart() {
    scratch_.Reset();
    fields_.Clear();
    priority_.fill(kNobody);
    signature_ = std::string_view();
  }

  void ReadPath(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    for (const LinkFormat::Template& each : format_.templates()) {
      if (!Fits(each, path)) continue;
      TakePath(each);
      return;
    }
  }

  // Reads the query between `at` and `end`, up to the first byte that none has
  // which is written as the standard does; where that is, or `end`.
  const char* ReadQuery(const char* at, const char* end) {
    for (; at < end; ++at) {
      bool encoded_key = false;
      bool encoded = false;
      const char* const key = at;
      at = SkipForm(at, end, true, &encoded_key);
      if (at < end && *at == '=') {
        const char* const value = at + 1;
        const std::string_view name = Between(key, at);
        at = SkipForm(value, end, false, &encoded);
        if (at != value) {
          TakeQuery(name, encoded_key, Between(value, at), encoded);
        }
      }
      if (at == end || *at != '&') return at;
    }
    return at;
  }

  std::string_view signature() const { return signature_; }

 private:
  static constexpr uint8_t kPathPriority = 0;
  static constexpr uint8_t kNobody = 255;

  // Bytes of a path; not initialised, unlike a view.
  struct Piece {
    const char* begin;
    const char* end;
  };

  // Whether `path` is of that form; its pieces then stand in pieces_.
  bool Fits(const LinkFormat::Template& each, std::string_view path) {
    const char* at = path.data();
    const char* const end = at + path.size();
    for (const LinkFormat::Segment& wanted : each.segments) {
      if (at == end) return false;
      const char* const begin = ++at;  // over the slash
      while (at < end && *at != '/') ++at;
      if (!wanted.field.has_value()) {
        if (Between(begin, at) != wanted.text) return false;
        continue;
      }
      if (begin == at) return false;
      pieces_[static_cast<std::size_t>(*wanted.field)] = {begin, at};
    }
    return at == end;
  }

  void TakePath(const LinkFormat::Template& each) {
    for (const LinkFormat::Segment& wanted : each.segments) {
      if (!wanted.field.has_value()) continue;
      const auto field = static_cast<std::size_t>(*wanted.field);
      const std::string_view piece =
          Between(pieces_[field].begin, pieces_[field].end);
      const bool encoded = piece.find('%') != std::string_view::npos;
      Take(field, kPathPriority, piece, encoded, false);
    }
  }

  void TakeQuery(std::string_view key, bool encoded_key, std::string_view value,
                 bool encoded) {
    if (encoded_key) key = scratch_.Decode(key, true);
    const LinkFormat::KeyUse* use = format_.FindKey(key);
    if (use == nullptr) return;
    // The path's priority stands before that of every key.
    Take(use->field, static_cast<uint8_t>(use->priority + 1), value, encoded,
         true);
  }

  void Take(std::size_t field, uint8_t priority, std::string_view value,
            bool encoded, bool form) {
    if (priority_[field] <= priority) return;
    if (encoded) value = scratch_.Decode(value, form);
    if (field == LinkFormat::kSignature) {
      signature_ = value;
    } else {
      const LinkField which = LinkFieldAt(field);
      // What needs no decoding is printable ASCII.
      const bool good = encoded ? FieldProblem(which, value).empty()
                                : value.size() <= MaxFieldBytes(which);
      // A destination that cannot be one refuses the link (CheckDestination).
      if (!good && which != LinkField::kDestination) return;
      fields_[which] = value;
    }
    priority_[field] = priority;
  }

  const LinkFormat& format_;
  LinkScratch& scratch_;
  LinkFields& fields_;
  std::array<uint8_t, kLinkFieldCount + 1> priority_;
  std::array<Piece, kLinkFieldCount> pieces_;  // by field
  std::string_view signature_;
};

// Reads the destination `text`. A browser would take a tab or a line's end out
// of it; nobody who means well puts one in.
inline absl::Status ReadDestination(std::string_view text, UrlSpace* space,
                                    UrlParts* url) {
  if (ReadOrdinaryUrl(text, url)) return absl::OkStatus();
  const std::string_view problem = FieldProblem(LinkField::kDestination, text);
  if (!problem.empty()) return InvalidField("destination", problem);
  return ReadUnusualUrl(text, space, url);
}

// Reads the destination and puts it as the standard writes it, if it may be
// led to; else says so in `*refusal`.
inline absl::Status CheckDestination(const LinkFormat& format,
                                     LinkScratch* scratch, LinkFields* fields,
                                     LinkRefusal* refusal) {
  std::string_view& text = (*fields)[LinkField::kDestination];
  if (text.empty()) return absl::OkStatus();
  UrlParts url;
  const absl::Status status =
      ReadDestination(text, &scratch->destination, &url);
  if (absl::IsUnimplemented(status)) {
    return FieldStatus(status.code(), "destination",
                       "is not an ordinary http or https URL, and this build "
                       "reads no others");
  }
  if (!status.ok() || !format.MayLeadTo(url)) {
    *refusal = LinkRefusal::kDestination;
    return absl::OkStatus();
  }
  const bool has_path = !url.from_path.empty() && url.from_path[0] == '/';
  text = has_path ? Between(url.before_path.data(),
                            url.from_path.data() + url.from_path.size())
                  : scratch->Join(url.before_path, "/", url.from_path);
  return absl::OkStatus();
}

inline absl::Status CheckSignature(const LinkFormat& format,
                                   std::string_view signature, Instant now,
                                   ResolvedLink* out) {
  if (signature.empty()) {
    if (format.require_signature()) {
      out->refusal = LinkRefusal::kSignatureMissing;
    }
    return absl::OkStatus();
  }
  const absl::StatusOr<SignatureState> state =
      format.signer().Check(signature, out->fields, now);
  if (!state.ok()) return state.status();
  switch (*state) {
    case SignatureState::kGood:
      out->is_signed = true;
      break;
    case SignatureState::kExpired:
      out->refusal = LinkRefusal::kSignatureExpired;
      break;
    case SignatureState::kForeign:
      out->refusal = LinkRefusal::kSignatureForeign;
      break;
    default:
      out->refusal = LinkRefusal::kSignatureBad;
  }
  return absl::OkStatus();
}

// An ordinary link, its query read while it is looked at: false when it is not
// ordinary; what was gathered is then worth nothing.
inline bool ReadOrdinaryLink(std::string_view url, LinkReading* reading) {
  UrlParts parts;
  const char* const end = url.data() + url.size();
  const char* at = OrdinaryFront(url, &parts);
  if (at == nullptr) return false;
  reading->ReadPath(parts.path);
  if (at < end && *at == '?') at = reading->ReadQuery(at + 1, end);
  return OrdinaryEnd(at, end, &parts);
}

inline absl::Status ReadUnusualLink(std::string_view url, UrlSpace* space,
                                    LinkReading* reading) {
  UrlParts parts;
  VOUCH_RETURN_IF_ERROR(ReadUnusualUrl(url, space, &parts));
  reading->ReadPath(parts.path);
  const std::string_view query = parts.query;
  reading->ReadQuery(query.data(), query.data() + query.size());
  return absl::OkStatus();
}

inline absl::Status ReadLink(const LinkFormat& format, std::string_view url,
                             Instant now, LinkScratch* scratch,
                             ResolvedLink* out) {
  if (url.size() > kMaxLinkBytes) return InvalidField("link", "too long");
  LinkReading reading(format, scratch, &out->fields);
  if (!ReadOrdinaryLink(url, &reading)) {
    reading.Restart();
    VOUCH_RETURN_IF_ERROR(ReadUnusualLink(url, &scratch->url, &reading));
  }
  VOUCH_RETURN_IF_ERROR(
      CheckDestination(format, scratch, &out->fields, &out->refusal));
  if (out->refusal != LinkRefusal::kNone) return absl::OkStatus();
  return CheckSignature(format, reading.signature(), now, out);
}

}  // namespace internal

inline std::string_view LinkScratch::Decode(std::string_view text, bool form) {
  char* const begin = bytes_ + used_;
  char* const end = bytes_ + kBytes;
  char* out = begin;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && form) c = ' ';
    const int byte = c == '%' ? internal::Escaped(text, i) : -1;
    if (byte >= 0) {
      c = static_cast<char>(byte);
      i += 2;
    }
    // No link that is short enough decodes to more.
    VOUCH_DCHECK(out < end);
    if (out == end) return std::string_view();
    *out++ = c;
  }
  used_ += static_cast<std::size_t>(out - begin);
  return internal::Between(begin, out);
}

inline std::string_view LinkScratch::Join(std::string_view a,
                                          std::string_view b,
                                          std::string_view c) {
  const std::size_t size = a.size() + b.size() + c.size();
  VOUCH_DCHECK(Has(size));
  if (!Has(size)) return std::string_view();
  char* out = bytes_ + used_;
  for (const std::string_view part : {a, b, c}) {
    if (!part.empty()) std::memcpy(out, part.data(), part.size());
    out += part.size();
  }
  const std::string_view joined(bytes_ + used_, size);
  used_ += size;
  return joined;
}

inline absl::Status ResolveLink(const LinkFormat& format, std::string_view url,
                                Instant now, LinkScratch* scratch,
                                ResolvedLink* out) {
  out->refusal = LinkRefusal::kNone;
  out->is_signed = false;
  absl::Status status = internal::ReadLink(format, url, now, scratch, out);
  if (!status.ok() || out->refusal != LinkRefusal::kNone) {
    out->fields.Clear();
  }
  return status;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_LINK_RESOLVE_INL_H_

// Bodies of contact_key.h.
#ifndef VOUCH_CODE_CONTACT_KEY_INL_H_
#define VOUCH_CODE_CONTACT_KEY_INL_H_

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "vouch/base/status.h"
#include "vouch/base/text.h"
#include "vouch/code/alphabet.h"
#include "vouch/code/contact_key.h"
#include "vouch/code/separator.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

constexpr char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsSmallOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || IsDigit(c);
}

// Takes `word`, of small letters, off the front whatever its case.
inline bool TakeWord(std::string_view word, std::string_view* text) {
  if (text->size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (LowerAscii((*text)[i]) != word[i]) return false;
  }
  text->remove_prefix(word.size());
  return true;
}

// Bytes of the space or line's end at the front of `text`, 0 for none.
inline std::size_t BlankLength(std::string_view text) {
  const bool end = !text.empty() && (text[0] == '\r' || text[0] == '\n');
  return end ? 1 : SpaceLength(text);
}

// `text` without what is blank around it.
inline std::string_view Trimmed(std::string_view text) {
  while (const std::size_t length = BlankLength(text)) {
    text.remove_prefix(length);
  }
  std::size_t end = 0;  // behind the last that is not blank
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = BlankLength(text.substr(at));
    at += length > 0 ? length : 1;
    if (length == 0) end = at;
  }
  return text.substr(0, end);
}

inline std::string_view LocalPartProblem(std::string_view local) {
  constexpr std::string_view kNever = "\"(),:;<>@[\\]";
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (SpaceLength(local.substr(i)) > 0 ||
        kNever.find(local[i]) != std::string_view::npos) {
      return "holds a character that no address has";
    }
  }
  if (local.empty() || local.size() > 64) {
    return "has too little or too much before the @";
  }
  if (local.front() == '.' || local.back() == '.' ||
      local.find("..") != std::string_view::npos) {
    return "has a dot where none can be";
  }
  return "";
}

// The domain's labels of letters, digits and hyphens; at least two.
inline std::string_view DomainProblem(std::string_view domain) {
  std::size_t label = 0;
  bool dot = false;
  char before = '.';
  for (const char c : domain) {
    if (static_cast<uint8_t>(c) >= 0x80) {
      return "has a domain that is not in ASCII (its form with xn--)";
    }
    const bool fits = c == '.'   ? label > 0 && before != '-'
                      : c == '-' ? label > 0
                                 : IsSmallOrDigit(c);
    if (!fits) return "has no domain that can be";
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return "has no domain that can be";
    dot = dot || c == '.';
    before = c;
  }
  if (!dot || label == 0 || before == '-') return "has no domain that can be";
  return "";
}

inline std::string_view NormalizeEmail(std::string_view value,
                                       std::string* out) {
  if (!value.empty() && value.back() == '>') {
    const std::size_t open = value.rfind('<');
    if (open == std::string_view::npos) return "has brackets that do not match";
    value = Trimmed(value.substr(open + 1, value.size() - open - 2));
  }
  TakeWord("mailto:", &value);
  const std::size_t at = value.rfind('@');
  if (at == std::string_view::npos) return "has no @";
  if (!value.empty() && value.back() == '.') value.remove_suffix(1);
  for (const char c : value) out->push_back(LowerAscii(c));
  const std::string_view whole(*out);
  if (whole.size() > 254) return "is too long";
  const std::string_view problem = LocalPartProblem(whole.substr(0, at));
  return !problem.empty() ? problem : DomainProblem(whole.substr(at + 1));
}

// Takes a digit of any of the scripts that phones are written in off the front:
// ASCII, full-width, Arabic-Indic, extended Arabic-Indic. -1 for none.
inline int TakeDigit(std::string_view* text) {
  const auto byte = [text](std::size_t i) {
    return i < text->size() ? static_cast<int>(static_cast<uint8_t>((*text)[i]))
                            : 0;
  };
  int digit = -1;
  std::size_t length = 1;
  if (byte(0) >= '0' && byte(0) <= '9') {
    digit = byte(0) - '0';
  } else if (byte(0) == 0xef && byte(1) == 0xbc) {
    digit = byte(2) - 0x90, length = 3;
  } else if (byte(0) == 0xd9) {
    digit = byte(1) - 0xa0, length = 2;
  } else if (byte(0) == 0xdb) {
    digit = byte(1) - 0xb0, length = 2;
  }
  if (digit < 0 || digit > 9) return -1;
  text->remove_prefix(length);
  return digit;
}

// Takes "+", also a full-width one, off the front.
inline bool TakePlus(std::string_view* text) {
  for (const std::string_view plus : {"+", "\uff0b"}) {
    if (text->substr(0, plus.size()) != plus) continue;
    text->remove_prefix(plus.size());
    return true;
  }
  return false;
}

// Takes what stands between digits off the front.
inline bool TakeBetween(std::string_view between, std::string_view* text) {
  std::size_t length = SeparatorLength(*text);
  if (length == 0 && !text->empty() &&
      between.find(text->front()) != std::string_view::npos) {
    length = 1;
  }
  text->remove_prefix(length);
  return length > 0;
}

inline std::string_view NormalizePhone(std::string_view value,
                                       std::string* out) {
  TakeWord("tel:", &value);
  while (TakeBetween("(", &value)) {
  }
  if (TakePlus(&value)) out->push_back('+');
  while (!value.empty()) {
    constexpr std::string_view kTrunk = "(0)";
    const bool trunk = value.substr(0, kTrunk.size()) == kTrunk;
    // Italy alone dials its 0 from everywhere.
    if (trunk && out->size() > 1 && out->front() == '+' && *out != "+39") {
      value.remove_prefix(kTrunk.size());
    } else if (const int digit = TakeDigit(&value); digit >= 0) {
      out->push_back(static_cast<char>('0' + digit));
      if (*out == "00") *out = "+";
    } else if (!TakeBetween("./()", &value)) {
      return "holds what is no digit, or an extension";
    }
  }
  if (out->empty() || out->front() != '+') {
    return "does not begin with + or 00 and its country";
  }
  if (out->size() < 1 + 7 || out->size() > 1 + 15) {
    return "is not of 7 to 15 digits";
  }
  return (*out)[1] == '0' ? "begins with a country 0" : "";
}

inline std::string_view NormalizeTaxNumber(std::string_view value,
                                           std::string* out) {
  bool digits = false;
  while (!value.empty()) {
    if (TakeBetween("./,", &value)) continue;
    const char c = UpperAscii(value.front());
    // Old Irish numbers have a + or * for a letter.
    if ((c < 'A' || c > 'Z') && !IsDigit(c) && c != '+' && c != '*') {
      return "holds what is no letter or digit";
    }
    out->push_back(c);
    digits = digits || IsDigit(c);
    value.remove_prefix(1);
  }
  if (out->size() == 2 + 9 && out->compare(0, 2, "GR") == 0) {
    out->replace(0, 2, "EL");
  }
  constexpr std::size_t kSwiss = 3 + 9;
  if (out->compare(0, 3, "CHE") == 0 && out->size() > kSwiss) {
    const std::string_view tail = std::string_view(*out).substr(kSwiss);
    if (tail == "MWST" || tail == "TVA" || tail == "IVA") out->resize(kSwiss);
  }
  if (out->size() < 4 || out->size() > 32) return "is not of 4 to 32 letters";
  return digits ? "" : "has no digit";
}

inline std::string_view NormalizeContact(ContactKind kind,
                                         std::string_view value,
                                         std::string* out) {
  value = Trimmed(value);
  if (value.empty()) return "missing";
  const std::string_view problem = TextProblem(value, kMaxContactBytes);
  if (!problem.empty()) return problem;
  switch (kind) {
    case ContactKind::kEmail:
      return NormalizeEmail(value, out);
    case ContactKind::kPhone:
      return NormalizePhone(value, out);
    default:
      return NormalizeTaxNumber(value, out);
  }
}

// The field that a message names.
constexpr std::string_view ContactField(ContactKind kind) {
  switch (kind) {
    case ContactKind::kEmail:
      return "email";
    case ContactKind::kPhone:
      return "phone";
    default:
      return "tax_number";
  }
}

inline std::string_view ContactKeyIdProblem(std::string_view key_id) {
  if (key_id.empty()) return "missing";
  if (key_id.size() > kMaxContactKeyIdBytes) return "too long";
  for (const char c : key_id) {
    const bool plain =
        IsSmallOrDigit(LowerAscii(c)) || c == '-' || c == '_' || c == '.';
    if (!plain) return "holds more than letters, digits, '-', '_' and '.'";
  }
  return "";
}

}  // namespace internal

inline absl::StatusOr<std::string> ContactKey(ContactKind kind,
                                              std::string_view value,
                                              absl::Span<const uint8_t> secret,
                                              std::string_view key_id) {
  if (!IsWord(kind)) return InvalidField("kind", "missing");
  std::string_view problem = internal::ContactKeyIdProblem(key_id);
  if (!problem.empty()) return InvalidField("key_id", problem);
  if (secret.size() < kMinContactSecretBytes || secret.size() > 1024) {
    return InvalidField("secret", "is not of 16 to 1024 bytes");
  }
  // "EMAIL:" and the value. Neither string grows, so that both are wiped whole.
  std::string text;
  text.reserve(kMaxContactBytes + 16);
  std::string normal;
  normal.reserve(kMaxContactBytes + 16);
  problem = internal::NormalizeContact(kind, value, &normal);
  text.append(Word(kind)).append(":").append(normal);
  std::array<uint8_t, 32> mac{};
  unsigned int size = 0;
  const bool made =
      problem.empty() &&
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const uint8_t*>(text.data()), text.size(),
           mac.data(), &size) != nullptr;
  for (std::string* const each : {&text, &normal}) {
    each->resize(each->capacity());
    OPENSSL_cleanse(each->data(), each->size());
  }
  if (!problem.empty()) {
    return InvalidField(internal::ContactField(kind), problem);
  }
  if (!made || size != mac.size()) {
    return absl::InternalError("HMAC-SHA-256 is not to be had from OpenSSL");
  }
  std::string key(key_id);
  key.push_back(':');
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const uint8_t byte : mac) {
    key.push_back(kHex[byte >> 4]);
    key.push_back(kHex[byte & 15]);
  }
  return key;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CONTACT_KEY_INL_H_

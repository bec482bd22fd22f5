// Bodies of signature.h.
#ifndef VOUCH_LINK_SIGNATURE_INL_H_
#define VOUCH_LINK_SIGNATURE_INL_H_

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <utility>

#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/link/signature.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Base64url of the longest signature: 32 bytes.
inline constexpr std::size_t kMaxSignatureText = 43;

inline absl::Status NoMac() {
  return absl::InternalError("HMAC-SHA-256 is not to be had from OpenSSL");
}

// Writes `bytes` in base64url without padding to `out`; where it ends.
inline char* WriteBase64Url(const uint8_t* bytes, std::size_t count,
                            char* out) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  uint32_t bits = 0;
  int have = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bits = bits << 8 | bytes[i];
    for (have += 8; have >= 6; have -= 6) {
      *out++ = kDigits[bits >> (have - 6) & 63];
    }
  }
  if (have > 0) *out++ = kDigits[bits << (6 - have) & 63];
  return out;
}

// Feeds a MAC with texts, each with its length before it, in few large pieces.
class MacTexts {
 public:
  explicit MacTexts(EVP_MAC_CTX* mac) : mac_(mac) {}

  void Add(std::string_view text) {
    std::array<char, 4> length{};
    for (std::size_t i = 0; i < length.size(); ++i) {
      length[i] = static_cast<char>(text.size() >> (8 * i));
    }
    Put(std::string_view(length.data(), length.size()));
    Put(text);
  }

  // False when OpenSSL refused at any step.
  bool Finish() {
    Flush();
    return good_;
  }

 private:
  void Put(std::string_view bytes) {
    while (!bytes.empty()) {
      if (used_ == space_.size()) Flush();
      const std::size_t fits = std::min(bytes.size(), space_.size() - used_);
      std::copy_n(bytes.begin(), fits, space_.begin() + used_);
      used_ += fits;
      bytes.remove_prefix(fits);
    }
  }
  void Flush() {
    const auto* bytes = reinterpret_cast<const unsigned char*>(space_.data());
    good_ = good_ && EVP_MAC_update(mac_, bytes, used_) == 1;
    used_ = 0;
  }

  EVP_MAC_CTX* mac_;
  std::array<char, 256> space_;
  std::size_t used_ = 0;
  bool good_ = true;
};

inline std::string_view LinkKeyIdProblem(std::string_view id) {
  if (id.empty()) return "missing";
  if (id.size() > kMaxKeyIdBytes) return "too long";
  for (const char c : id) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
      return "has a character other than letters, digits, - and _";
    }
  }
  return "";
}

// The end that `digits` name, in the one spelling that is written; kMaxInstant
// for an empty text, nothing for any other.
inline std::optional<Instant> ParseExpiry(std::string_view digits) {
  if (digits.empty()) return kMaxInstant;
  if (digits.size() > 12 || digits[0] == '0') return std::nullopt;
  int64_t seconds = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    seconds = seconds * 10 + (c - '0');
  }
  if (seconds > kMaxInstant.us / kUsPerSecond) return std::nullopt;
  return Instant{seconds * kUsPerSecond};
}

}  // namespace internal

inline LinkSigner::LinkSigner(std::string_view program_id,
                              std::size_t signature_bytes)
    : program_id_(program_id), signature_bytes_(signature_bytes) {
  VOUCH_DCHECK(signature_bytes >= kMinSignatureBytes &&
               signature_bytes <= kMaxSignatureBytes);
}

inline absl::Status LinkSigner::AddKey(std::string_view key_id,
                                       std::string_view secret) {
  const std::string_view problem = internal::LinkKeyIdProblem(key_id);
  if (!problem.empty()) return InvalidField("key_id", problem);
  if (secret.size() < kMinLinkSecretBytes) {
    return InvalidField("secret", "shorter than 16 bytes");
  }
  if (secret.size() > kMaxLinkSecretBytes)
    return InvalidField("secret", "too long");
  if (Find(key_id) != nullptr) return ExistsField("key_id", "is taken");
  if (keys_.size() >= kMaxLinkSecrets) {
    return ExhaustedField("key_id", "past the number of keys there may be");
  }
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(
      EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
  if (hmac == nullptr) return internal::NoMac();
  Mac mac(EVP_MAC_CTX_new(hmac.get()), &EVP_MAC_CTX_free);
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const auto* bytes = reinterpret_cast<const unsigned char*>(secret.data());
  if (mac == nullptr ||
      EVP_MAC_init(mac.get(), bytes, secret.size(), parameters.data()) != 1) {
    return internal::NoMac();
  }
  keys_.push_back({std::string(key_id), std::move(mac)});
  return absl::OkStatus();
}

inline const LinkSigner::Key* LinkSigner::Find(std::string_view key_id) const {
  for (const Key& key : keys_) {
    if (key.id == key_id) return &key;
  }
  return nullptr;
}

inline absl::Status LinkSigner::Compute(const Key& key, std::string_view expiry,
                                        const LinkFields& fields,
                                        std::string_view* result,
                                        char* out) const {
  const Mac mac(EVP_MAC_CTX_dup(key.mac.get()), &EVP_MAC_CTX_free);
  if (mac == nullptr) return internal::NoMac();
  internal::MacTexts texts(mac.get());
  for (const std::string_view text :
       {std::string_view("vouch-link-1"), std::string_view(program_id_),
        std::string_view(key.id), expiry}) {
    texts.Add(text);
  }
  for (std::size_t i = 0; i < kSignedFieldCount; ++i) {
    texts.Add(fields[LinkFieldAt(i)]);
  }
  std::array<uint8_t, kMaxSignatureBytes> hash{};
  std::size_t size = 0;
  const bool good =
      texts.Finish() &&
      EVP_MAC_final(mac.get(), hash.data(), &size, hash.size()) == 1 &&
      size == hash.size();
  if (!good) return internal::NoMac();
  const char* end =
      internal::WriteBase64Url(hash.data(), signature_bytes_, out);
  *result = std::string_view(out, static_cast<std::size_t>(end - out));
  return absl::OkStatus();
}

inline absl::StatusOr<std::string> LinkSigner::Sign(
    std::string_view key_id, std::optional<Instant> expires_at,
    const LinkFields& fields) const {
  std::string expiry;
  if (expires_at.has_value()) {
    if (expires_at->us <= 0 || !IsValid(*expires_at)) {
      return InvalidField("expires_at", "is not in the years 1970 to 9999");
    }
    if (expires_at->us % kUsPerSecond != 0) {
      return InvalidField("expires_at", "is not a whole second");
    }
    expiry = std::to_string(expires_at->us / kUsPerSecond);
  }
  const Key* key = Find(key_id);
  if (key == nullptr) return NotFoundField("key_id", "is not one of the keys");
  std::array<char, internal::kMaxSignatureText> space{};
  std::string_view signature;
  VOUCH_RETURN_IF_ERROR(
      Compute(*key, expiry, fields, &signature, space.data()));
  std::string text(key_id);
  return text.append(".").append(expiry).append(".").append(signature);
}

inline absl::StatusOr<SignatureState> LinkSigner::Check(
    std::string_view text, const LinkFields& fields, Instant now) const {
  const std::size_t first = std::min(text.find('.'), text.size());
  const std::string_view rest = text.substr(std::min(first + 1, text.size()));
  const std::size_t second = std::min(rest.find('.'), rest.size());
  const std::string_view expiry = rest.substr(0, second);
  const std::string_view given = rest.substr(std::min(second + 1, rest.size()));
  const Key* key = Find(text.substr(0, first));
  if (key == nullptr) return SignatureState::kForeign;
  const std::optional<Instant> expires_at = internal::ParseExpiry(expiry);
  if (!expires_at.has_value()) return SignatureState::kBad;
  std::array<char, internal::kMaxSignatureText> space{};
  std::string_view wanted;
  VOUCH_RETURN_IF_ERROR(Compute(*key, expiry, fields, &wanted, space.data()));
  // The length is no secret: it is that of every signature.
  if (given.size() != wanted.size() ||
      CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) != 0) {
    return SignatureState::kBad;
  }
  const bool lasts = expiry.empty() || now < *expires_at;
  return lasts ? SignatureState::kGood : SignatureState::kExpired;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_LINK_SIGNATURE_INL_H_

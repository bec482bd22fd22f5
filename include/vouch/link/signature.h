// Signatures of links: nobody but the merchant makes or rewrites one.
//
//   LinkSigner signer("shop", 16);
//   Status s = signer.AddKey("2024a", secret);
//   StatusOr<std::string> text = signer.Sign("2024a", expires_at, fields);
//   // "2024a.1735689600.8t1QG3o...", the value of the query key `vsig`
//   StatusOr<SignatureState> state = signer.Check(*text, fields, now);
//
// The text is the key's id, the end of its validity in seconds since 1970
// (nothing for a link that never expires) and the first bytes of an
// HMAC-SHA-256 in base64url, with a '.' between them. Signed are, each with its
// length before it as 4 bytes, the lowest first:
//
//   "vouch-link-1", the program's id, the key's id, the end as it is written,
//   partner, code, campaign, destination, sub1, sub2, sub3, sub4, sub5
//
// An empty field has the length zero, so that changing, dropping or adding any
// of them gives another signature. They are signed as they are read, not as
// they are spelled in the URL: %41 and A are the same, and a destination is
// signed as the URL Standard writes it. Not signed are the click id and the
// UTM texts, for mail services and ad networks add and rewrite them; scheme,
// host and path of the link itself, and whatever else its query holds.
//
// Built, then only read; safe in any thread from then on.
#ifndef VOUCH_LINK_SIGNATURE_H_
#define VOUCH_LINK_SIGNATURE_H_

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/link/fields.h"

VOUCH_NAMESPACE_BEGIN

// 96 bits are what an attacker who tries links on a server cannot reach; 32
// bytes are the whole of SHA-256.
inline constexpr std::size_t kMinSignatureBytes = 12;
inline constexpr std::size_t kMaxSignatureBytes = 32;

// Bytes of a secret: below 128 bits it would be the weak part.
inline constexpr std::size_t kMinLinkSecretBytes = 16;
inline constexpr std::size_t kMaxLinkSecretBytes = 1024;

// Letters, digits, '-' and '_'.
inline constexpr std::size_t kMaxKeyIdBytes = 32;

enum class SignatureState : uint8_t {
  kGood,
  kBad,      // not made with the key it names, for these fields
  kExpired,  // good, but at its end or later
  kForeign,  // names a key that is not ours
};

class LinkSigner {
 public:
  // Signatures are for links of `program_id` alone, and are cut to
  // `signature_bytes`, from kMinSignatureBytes to kMaxSignatureBytes.
  LinkSigner(std::string_view program_id, std::size_t signature_bytes);

  // A key that counts from now on. INVALID_ARGUMENT `key_id: ...` or
  // `secret: ...`, ALREADY_EXISTS, RESOURCE_EXHAUSTED past kMaxLinkSecrets;
  // INTERNAL when OpenSSL refuses. No message holds any of the secret, and it
  // is not kept but inside OpenSSL.
  absl::Status AddKey(std::string_view key_id, std::string_view secret);

  // The text that signs `fields` until `expires_at`, which is out and a whole
  // second. INVALID_ARGUMENT `expires_at: ...`; NOT_FOUND `key_id: ...`.
  absl::StatusOr<std::string> Sign(std::string_view key_id,
                                   std::optional<Instant> expires_at,
                                   const LinkFields& fields) const;

  // What `text` is for `fields` at `now`. The comparison takes the same time
  // wherever the first difference is. INTERNAL when OpenSSL refuses. Takes no
  // memory but what OpenSSL takes.
  absl::StatusOr<SignatureState> Check(std::string_view text,
                                       const LinkFields& fields,
                                       Instant now) const;

 private:
  using Mac = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;
  struct Key {
    std::string id;
    Mac mac;  // keyed; only ever duplicated
  };

  const Key* Find(std::string_view key_id) const;
  // The signature over `fields` in base64url into `*out`.
  absl::Status Compute(const Key& key, std::string_view expiry,
                       const LinkFields& fields, std::string_view* result,
                       char* out) const;

  std::string program_id_;
  std::size_t signature_bytes_;
  std::vector<Key> keys_;
};

VOUCH_NAMESPACE_END

#include "vouch/link/signature-inl.h"  // IWYU pragma: export

#endif  // VOUCH_LINK_SIGNATURE_H_

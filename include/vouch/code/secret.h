// Key material that does not stay in memory.
//
//   VOUCH_ASSIGN_OR_RETURN(Secret key, Secret::FromHex(text_of_a_file));
//   CodeMaker::Create({epoch, key.bytes()}, ...);
//
// The bytes are overwritten with zeros when the object goes. What a host reads
// a key from (a file's buffer, a variable of the environment) is its own.
#ifndef VOUCH_CODE_SECRET_H_
#define VOUCH_CODE_SECRET_H_

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

// Longest secret: more adds nothing to HMAC-SHA-256 or AES.
inline constexpr std::size_t kMaxSecretBytes = 64;

// Bytes that are wiped. Movable, so that there is one place of them; the
// default is empty. A value type; one object by one thread at a time.
class Secret {
 public:
  Secret() = default;
  Secret(Secret&& other) noexcept = default;
  Secret& operator=(Secret&& other) noexcept {
    bytes_.swap(other.bytes_);
    return *this;
  }
  ~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  // A copy of `bytes`. INVALID_ARGUMENT when there are more than
  // kMaxSecretBytes.
  static absl::StatusOr<Secret> FromBytes(absl::Span<const uint8_t> bytes) {
    if (bytes.size() > kMaxSecretBytes) return InvalidField("key", "too long");
    Secret secret;
    secret.bytes_.assign(bytes.begin(), bytes.end());
    return secret;
  }

  // Of two hexadecimal digits a byte, of either case, without anything else.
  // INVALID_ARGUMENT for another text or more than kMaxSecretBytes; the
  // message says nothing of the text.
  static absl::StatusOr<Secret> FromHex(std::string_view hex) {
    if (hex.size() % 2 != 0) {
      return InvalidField("key", "is not of two hexadecimal digits a byte");
    }
    if (hex.size() / 2 > kMaxSecretBytes)
      return InvalidField("key", "too long");
    Secret secret;
    secret.bytes_.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      const int high = internal::HexDigit(hex[i]);
      const int low = internal::HexDigit(hex[i + 1]);
      if (high < 0 || low < 0) {
        return InvalidField("key", "is not of hexadecimal digits");
      }
      secret.bytes_.push_back(static_cast<uint8_t>(high * 16 + low));
    }
    return secret;
  }

  // Valid as long as this object is.
  absl::Span<const uint8_t> bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_SECRET_H_

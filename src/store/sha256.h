// SHA-256 over fields put one after another, for what the store itself wants to
// know again: numbers as 8 bytes, the lowest first.
#ifndef VOUCH_SRC_STORE_SHA256_H_
#define VOUCH_SRC_STORE_SHA256_H_

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

using Sha256Hash = std::array<uint8_t, 32>;
// The first bytes of a SHA-256: enough to see damage.
using CheckBytes = std::array<uint8_t, 8>;

// Begin, add, finish; again from Begin. Not synchronised.
class Sha256 {
 public:
  Sha256();

  Sha256& Begin();
  Sha256& Bytes(std::string_view bytes);
  Sha256& Number(uint64_t number);
  // INTERNAL when OpenSSL refused at any step; `*hash` is then unchanged.
  absl::Status Finish(Sha256Hash* hash);
  absl::Status Finish(CheckBytes* bytes);

 private:
  // Fetched once: a look-up for each row would take OpenSSL's locks.
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool good_ = false;
};

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_SHA256_H_

// SHA-256 over fields put one after another: of the log's chain, of events, and
// of what the SQLite store wants to know again.
//
//   VOUCH_RETURN_IF_ERROR(sha256.Begin().Bytes(head).Number(7).Finish(&hash));
#ifndef VOUCH_SRC_ENGINE_SHA256_H_
#define VOUCH_SRC_ENGINE_SHA256_H_

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

using Sha256Hash = std::array<uint8_t, 32>;

// Begin, add, finish; again from Begin. Not synchronised.
class Sha256 {
 public:
  Sha256()
      : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free),
        context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

  Sha256& Begin() {
    good_ = sha256_ != nullptr && context_ != nullptr &&
            EVP_DigestInit_ex(context_.get(), sha256_.get(), nullptr) == 1;
    return *this;
  }
  Sha256& Bytes(std::string_view bytes) { return Add(bytes); }
  template <std::size_t N>
  Sha256& Bytes(const std::array<uint8_t, N>& bytes) {
    return Add(bytes);
  }
  // As 8 bytes, the lowest first.
  Sha256& Number(uint64_t number) {
    std::array<uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>(number >> (8 * i));
    }
    return Add(bytes);
  }
  // The first bytes of the hash, up to all 32. INTERNAL when OpenSSL refused at
  // any step; `*hash` is then unchanged.
  template <std::size_t N>
  absl::Status Finish(std::array<uint8_t, N>* hash) {
    static_assert(N <= std::tuple_size_v<Sha256Hash>);
    unsigned int size = 0;
    Sha256Hash digest{};
    good_ =
        good_ && EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1;
    if (!good_) {
      return absl::InternalError("SHA-256 is not to be had from OpenSSL");
    }
    good_ = false;
    std::copy_n(digest.begin(), N, hash->begin());
    return absl::OkStatus();
  }

 private:
  template <typename T>
  Sha256& Add(const T& bytes) {
    good_ = good_ &&
            EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    return *this;
  }

  // Fetched once: a look-up for each row would take OpenSSL's locks.
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool good_ = false;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_SHA256_H_

// A hash of an event's canonical form, by which a resend is told from another
// event under the same id: the first 16 bytes of its SHA-256.
#ifndef VOUCH_SRC_ENGINE_CONTENT_HASH_H_
#define VOUCH_SRC_ENGINE_CONTENT_HASH_H_

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN


// Keeps what OpenSSL needs from event to event. Not thread-safe.
class ContentHasher {
 public:
  ContentHasher()
      : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free),
        context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

  // INTERNAL when OpenSSL refuses; `*out` is then unchanged.
  absl::Status Hash(std::string_view bytes, ContentHash* out) {
    std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    if (context_ == nullptr || sha256_ == nullptr ||
        EVP_DigestInit_ex(context_.get(), sha256_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) {
      return absl::InternalError("SHA-256 is not to be had from OpenSSL");
    }
    std::copy_n(digest.begin(), out->size(), out->begin());
    return absl::OkStatus();
  }

 private:
  // Fetched once: a look-up for each event would take OpenSSL's locks.
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_CONTENT_HASH_H_

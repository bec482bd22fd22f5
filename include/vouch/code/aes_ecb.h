// AES on whole blocks, many at a time: what FF1 is made of. For this layer's
// own use; a single block of AES keeps no secret by itself.
#ifndef VOUCH_CODE_AES_ECB_H_
#define VOUCH_CODE_AES_ECB_H_

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr std::size_t kAesBlockBytes = 16;

// One key. Movable; one object by one thread at a time. OpenSSL overwrites the
// key's schedule with zeros when it frees it.
class AesEcb {
 public:
  // INVALID_ARGUMENT unless `key` is of 16, 24 or 32 bytes; INTERNAL when
  // OpenSSL has no AES.
  static absl::StatusOr<AesEcb> Create(absl::Span<const uint8_t> key) {
    const EVP_CIPHER* const cipher = key.size() == 16   ? EVP_aes_128_ecb()
                                     : key.size() == 24 ? EVP_aes_192_ecb()
                                     : key.size() == 32 ? EVP_aes_256_ecb()
                                                        : nullptr;
    if (cipher == nullptr) {
      return InvalidField("key", "is not of 16, 24 or 32 bytes");
    }
    Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    if (context == nullptr ||
        EVP_EncryptInit_ex(context.get(), cipher, nullptr, key.data(),
                           nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
      return Failed();
    }
    return AesEcb(std::move(context));
  }

  // Encrypts whole blocks in place, at most 2^20 bytes of them.
  absl::Status Encrypt(absl::Span<uint8_t> blocks) {
    VOUCH_DCHECK(blocks.size() % kAesBlockBytes == 0);
    int written = 0;
    const int size = static_cast<int>(blocks.size());
    if (EVP_EncryptUpdate(context_.get(), blocks.data(), &written,
                          blocks.data(), size) != 1 ||
        written != size) {
      return Failed();
    }
    return absl::OkStatus();
  }

 private:
  using Context =
      std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

  explicit AesEcb(Context context) : context_(std::move(context)) {}

  static absl::Status Failed() {
    return absl::InternalError("AES is not to be had from OpenSSL");
  }

  Context context_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_AES_ECB_H_

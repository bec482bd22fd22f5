#include "store/sha256.h"

#include <algorithm>
#include <cstddef>

#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

Sha256::Sha256()
    : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free),
      context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

Sha256& Sha256::Begin() {
  good_ = sha256_ != nullptr && context_ != nullptr &&
          EVP_DigestInit_ex(context_.get(), sha256_.get(), nullptr) == 1;
  return *this;
}

Sha256& Sha256::Bytes(std::string_view bytes) {
  good_ = good_ &&
          EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  return *this;
}

Sha256& Sha256::Number(uint64_t number) {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(number >> (8 * i));
  }
  return Bytes(std::string_view(bytes.data(), bytes.size()));
}

absl::Status Sha256::Finish(Sha256Hash* hash) {
  unsigned int size = 0;
  Sha256Hash digest;
  if (!good_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) {
    return absl::InternalError("SHA-256 is not to be had from OpenSSL");
  }
  good_ = false;
  *hash = digest;
  return absl::OkStatus();
}

absl::Status Sha256::Finish(CheckBytes* bytes) {
  Sha256Hash hash;
  VOUCH_RETURN_IF_ERROR(Finish(&hash));
  std::copy_n(hash.begin(), bytes->size(), bytes->begin());
  return absl::OkStatus();
}

}  // namespace store

VOUCH_NAMESPACE_END

// The two hashes of an event: of its canonical form, by which a resend is told
// from another event under the same id, and the link of the log's chain.
#ifndef VOUCH_SRC_ENGINE_EVENT_HASH_H_
#define VOUCH_SRC_ENGINE_EVENT_HASH_H_

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/bytes.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

using Sha256 = std::array<uint8_t, 32>;

// Keeps what OpenSSL needs from event to event. Not thread-safe.
class EventHasher {
 public:
  EventHasher()
      : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free),
        context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

  // INTERNAL when OpenSSL refuses; `*out` is then unchanged.
  // `head` and `rest` are the two parts of the canonical form.
  absl::Status Content(std::string_view head, std::string_view rest,
                       ContentHash* out) {
    Sha256 digest{};
    VOUCH_RETURN_IF_ERROR(Begin());
    Add(head.data(), head.size());
    Add(rest.data(), rest.size());
    VOUCH_RETURN_IF_ERROR(Finish(&digest));
    std::copy_n(digest.begin(), out->size(), out->begin());
    return absl::OkStatus();
  }

  // The link of `row` behind the link `before`, over everything that the row
  // says; the program by its id. `row.chain` is not looked at.
  absl::Status Chain(const ChainHash& before, std::string_view program_id,
                     const LogRow& row, ChainHash* out) {
    bytes_.clear();
    ByteWriter w(&bytes_);
    w.Unsigned(row.seq.value());
    w.Text(program_id);
    w.Text(row.event_id);
    w.Signed(row.time.us);
    w.Text(row.kind);
    for (const uint8_t byte : row.content) w.Byte(byte);
    VOUCH_RETURN_IF_ERROR(Begin());
    Add(before.data(), before.size());
    Add(bytes_.data(), bytes_.size());
    Add(row.record.data(), row.record.size());
    return Finish(out);
  }

  // Of many texts as if they were one.
  absl::Status Begin() {
    ok_ = context_ != nullptr && sha256_ != nullptr &&
          EVP_DigestInit_ex(context_.get(), sha256_.get(), nullptr) == 1;
    return ok_ ? absl::OkStatus() : NoSha256();
  }
  void Add(const void* bytes, std::size_t size) {
    ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes, size) == 1;
  }
  absl::Status Finish(Sha256* out) {
    unsigned int size = 0;
    Sha256 digest{};
    ok_ = ok_ && EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1;
    if (!ok_) return NoSha256();
    *out = digest;
    return absl::OkStatus();
  }

 private:
  static absl::Status NoSha256() {
    return absl::InternalError("SHA-256 is not to be had from OpenSSL");
  }

  // Fetched once: a look-up for each event would take OpenSSL's locks.
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  std::string bytes_;
  bool ok_ = false;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_EVENT_HASH_H_

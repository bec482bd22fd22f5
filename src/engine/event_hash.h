// The two hashes of an event: of its canonical form, by which a resend is told
// from another event under the same id, and the link of the log's chain.
#ifndef VOUCH_SRC_ENGINE_EVENT_HASH_H_
#define VOUCH_SRC_ENGINE_EVENT_HASH_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "sha256.h"
#include "vouch/base/bytes.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

class EventHasher {
 public:
  // `head` and `rest` are the two parts of the canonical form. INTERNAL when
  // OpenSSL refuses; `*out` is then unchanged.
  absl::Status Content(std::string_view head, std::string_view rest,
                       ContentHash* out) {
    return sha256_.Begin().Bytes(head).Bytes(rest).Finish(out);
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
    return sha256_.Begin()
        .Bytes(before)
        .Bytes(bytes_)
        .Bytes(row.record)
        .Finish(out);
  }

 private:
  Sha256 sha256_;
  std::string bytes_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_EVENT_HASH_H_

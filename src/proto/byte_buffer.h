// A window on a byte source: look at what comes next, take it, pass it over.
#ifndef VOUCH_SRC_PROTO_BYTE_BUFFER_H_
#define VOUCH_SRC_PROTO_BYTE_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/proto/event_reader.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Not thread-safe.
class ByteBuffer {
 public:
  explicit ByteBuffer(ByteSource source) : source_(std::move(source)) {}

  // The bytes that are here, valid until the next call of Fill.
  std::string_view bytes() const {
    return std::string_view(buffer_.data() + begin_, end_ - begin_);
  }
  // Of the first byte that is here, in the whole input.
  int64_t offset() const { return offset_; }
  // OK until the source failed.
  const absl::Status& status() const { return status_; }

  // Gets more bytes behind those that are here; false at the end and after an
  // error.
  bool Fill() {
    if (at_end_) return false;
    MakeRoom();
    absl::StatusOr<std::size_t> count =
        source_(buffer_.data() + end_, buffer_.size() - end_);
    if (!count.ok()) status_ = count.status();
    at_end_ = !count.ok() || *count == 0;
    if (at_end_) return false;
    end_ += std::min(*count, buffer_.size() - end_);
    return true;
  }

  // Leaves the first `count` bytes that are here.
  void Take(std::size_t count) {
    begin_ += count;
    offset_ += static_cast<int64_t>(count);
  }

 private:
  static constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;

  // Moves what is here to the front; grows only when it fills the buffer.
  void MakeRoom() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
              buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < kChunkBytes) {
      buffer_.resize(std::max(2 * buffer_.size(), 2 * kChunkBytes));
    }
  }

  ByteSource source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  int64_t offset_ = 0;
  bool at_end_ = false;
  absl::Status status_;
};

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_PROTO_BYTE_BUFFER_H_

// Reading and writing the small binary forms that Vouch keeps: the log's
// records and a program's canonical bytes.
//
//   std::string bytes;
//   ByteWriter w(&bytes);
//   w.Unsigned(300);
//   w.Text("abc");
//
//   ByteReader r(bytes);
//   uint64_t n = r.Unsigned();      // 300
//   std::string_view t = r.Text();  // "abc", borrowed from `bytes`
//   if (!r.ok() || !r.AtEnd()) ...  // torn or foreign bytes
//
// Unsigned numbers are LEB128 with no needless byte, signed ones zigzag first,
// texts are length and bytes. A reader that meets bytes it cannot read stays
// !ok() and answers zeros and empty texts from then on; it never reads past
// the end. Neither class is thread-safe.
#ifndef VOUCH_BASE_BYTES_H_
#define VOUCH_BASE_BYTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

class ByteWriter {
 public:
  // Appends to `*out`, which must outlive the writer.
  explicit ByteWriter(std::string* out) : out_(out) {}

  void Unsigned(uint64_t value) {
    if (value < 0x80) return Byte(static_cast<uint8_t>(value));
    std::array<char, 10> bytes;
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7) {
      bytes[size++] = static_cast<char>(value | 0x80);
    }
    bytes[size++] = static_cast<char>(value);
    out_->append(bytes.data(), size);
  }
  void Signed(int64_t value) {
    Unsigned((static_cast<uint64_t>(value) << 1) ^
             static_cast<uint64_t>(value >> 63));
  }
  void Byte(uint8_t value) { out_->push_back(static_cast<char>(value)); }
  void Text(std::string_view text) {
    Unsigned(text.size());
    out_->append(text.data(), text.size());
  }

 private:
  std::string* out_;
};

class ByteReader {
 public:
  // Borrows `bytes`.
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Unsigned() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      if (!ok_) return 0;
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) break;
        return value;
      }
    }
    return Fail();
  }
  int64_t Signed() {
    const uint64_t value = Unsigned();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  uint8_t Byte() {
    if (!ok_ || at_ == bytes_.size()) return static_cast<uint8_t>(Fail());
    return static_cast<uint8_t>(bytes_[at_++]);
  }
  std::string_view Text() {
    const uint64_t size = Unsigned();
    if (!ok_ || size > bytes_.size() - at_) {
      Fail();
      return {};
    }
    const std::string_view text = bytes_.substr(at_, size);
    at_ += size;
    return text;
  }
  // A byte that is 0 or 1.
  bool Flag() {
    const uint8_t byte = Byte();
    if (byte > 1) Fail();
    return byte == 1;
  }
  // A count of things that take at least one byte each, so that torn bytes
  // cannot ask for more memory than they have.
  std::size_t Count() {
    const uint64_t count = Unsigned();
    if (!ok_ || count > bytes_.size() - at_) return Fail();
    return count;
  }

  bool ok() const { return ok_; }
  bool AtEnd() const { return at_ == bytes_.size(); }
  // Marks the bytes as unreadable; answers 0.
  std::size_t Fail() {
    ok_ = false;
    return 0;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_BYTES_H_

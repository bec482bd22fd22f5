// An append-only arena of texts whose views stay where they are.
//
//   StringPool pool;
//   std::string_view id = pool.Add(event.partner_id());  // outlives the event
//
// For tables that keep many small ids: one allocation a chunk in place of one
// a text. Nothing is ever taken out; the pool frees all at once.
#ifndef VOUCH_BASE_STRING_POOL_H_
#define VOUCH_BASE_STRING_POOL_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// Movable, not copyable: views stay valid through a move of the pool and die
// with the pool that holds the bytes. Not synchronised: Add needs the caller's
// exclusion, reading views does not.
class StringPool {
 public:
  // Bytes of a chunk; a text of more than a quarter gets one of its own.
  static constexpr size_t kChunkBytes = 16 * 1024;

  StringPool() = default;
  StringPool(const StringPool&) = delete;
  StringPool& operator=(const StringPool&) = delete;

  // The source is empty afterwards and may be used again.
  StringPool(StringPool&& other) noexcept { Swap(other); }
  StringPool& operator=(StringPool&& other) noexcept {
    StringPool(std::move(other)).Swap(*this);
    return *this;
  }

  // Copies `text` and returns the copy. Equal texts are stored twice: whoever
  // wants them once keeps a set of views.
  std::string_view Add(std::string_view text) {
    if (text.empty()) return {};
    char* place = Reserve(text.size());
    std::memcpy(place, text.data(), text.size());
    return std::string_view(place, text.size());
  }

  // Overwrites the bytes of `text`, which Add gave, with zeros, for what must
  // not be found in memory any more. Its room is not used again.
  void Wipe(std::string_view text) {
    std::fill_n(const_cast<char*>(text.data()), text.size(), '\0');
  }

  // Bytes taken from the heap for chunks.
  size_t allocated_bytes() const { return allocated_; }

 private:
  char* Reserve(size_t bytes) {
    if (bytes <= free_) {
      char* place = next_;
      next_ += bytes;
      free_ -= bytes;
      return place;
    }
    const bool own_chunk = bytes > kChunkBytes / 4;
    const size_t size = own_chunk ? bytes : kChunkBytes;
    chunks_.push_back(std::unique_ptr<char[]>(new char[size]));
    allocated_ += size;
    char* place = chunks_.back().get();
    if (!own_chunk) {
      next_ = place + bytes;
      free_ = size - bytes;
    }
    return place;
  }

  void Swap(StringPool& other) noexcept {
    std::swap(chunks_, other.chunks_);
    std::swap(next_, other.next_);
    std::swap(free_, other.free_);
    std::swap(allocated_, other.allocated_);
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;  // into the open chunk
  size_t free_ = 0;
  size_t allocated_ = 0;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_STRING_POOL_H_

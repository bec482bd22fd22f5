// A list that grows at its end and never moves what it holds, so that answers
// may borrow from it. std::deque does the same in blocks of 512 bytes, which is
// an allocation for every few rows; here a block is a thousand rows.
#ifndef VOUCH_SRC_ENGINE_CHUNKED_LIST_H_
#define VOUCH_SRC_ENGINE_CHUNKED_LIST_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

template <typename T>
class ChunkedList {
 public:
  // Adds `value` and gives it as it stands from now on.
  const T& Add(T value) {
    if (chunks_.empty() || chunks_.back().size() == kChunk) {
      chunks_.emplace_back();
      chunks_.back().reserve(kChunk);
    }
    chunks_.back().push_back(std::move(value));
    return chunks_.back().back();
  }
  std::size_t size() const {
    return chunks_.empty()
               ? 0
               : (chunks_.size() - 1) * kChunk + chunks_.back().size();
  }
  const T& operator[](std::size_t place) const {
    return chunks_[place / kChunk][place % kChunk];
  }

 private:
  static constexpr std::size_t kChunk = 1024;

  std::vector<std::vector<T>> chunks_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_CHUNKED_LIST_H_

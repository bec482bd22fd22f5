// The log of applied events in memory: records by seq, from 1.
#ifndef VOUCH_SRC_ENGINE_MEMORY_LOG_H_
#define VOUCH_SRC_ENGINE_MEMORY_LOG_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/string_pool.h"

VOUCH_NAMESPACE_BEGIN

class MemoryLog {
 public:
  struct Record {
    ProgramIndex program;
    std::string_view bytes;  // as AppendRecord gives them
  };

  // The seq of the next record.
  Seq Next() const { return Seq(records_.size() + 1); }
  Seq Last() const { return Seq(records_.size()); }
  void Append(ProgramIndex program, std::string_view bytes) {
    records_.push_back({program, pool_.Add(bytes)});
    size_bytes_ += bytes.size();
  }
  const Record& At(Seq seq) const { return records_[seq.value() - 1]; }
  std::size_t size_bytes() const { return size_bytes_; }

 private:
  StringPool pool_;
  std::vector<Record> records_;
  std::size_t size_bytes_ = 0;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_MEMORY_LOG_H_

// Reads comma-separated values: fields may be quoted, with "" for a quote and
// commas and line ends within.
//
//   CsvReader reader(stdin);
//   std::vector<std::string> fields;
//   while (reader.Next(&fields)) use(fields, reader.line());
//   if (!reader.status().ok()) ...
#ifndef VOUCH_EXAMPLES_RETAIL_YEAR_CSV_H_
#define VOUCH_EXAMPLES_RETAIL_YEAR_CSV_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace retail_year {

class CsvReader {
 public:
  // `file` is the caller's, open while the reader is used.
  explicit CsvReader(std::FILE* file) : file_(file) {}

  // The fields of the next record; lines without any character are passed
  // over. False at the end and at an error, which status() then names.
  bool Next(std::vector<std::string>* fields);

  // The line, from 1, on which the last record began.
  int64_t line() const { return line_; }
  const absl::Status& status() const { return status_; }

 private:
  static constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;

  int Get();
  bool ReadRecord(std::vector<std::string>* fields);
  bool ReadQuoted(std::string* field);
  bool Fail(const char* why);

  std::FILE* file_;
  int64_t line_ = 0;
  int64_t next_line_ = 1;
  std::size_t record_bytes_ = 0;
  absl::Status status_;
};

}  // namespace retail_year

#endif  // VOUCH_EXAMPLES_RETAIL_YEAR_CSV_H_

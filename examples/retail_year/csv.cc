#include "csv.h"

#include "absl/strings/str_cat.h"

namespace retail_year {

int CsvReader::Get() {
  const int c = std::getc(file_);
  if (c == '\n') ++next_line_;
  ++record_bytes_;
  return c;
}

bool CsvReader::Fail(const char* why) {
  status_ = absl::InvalidArgumentError(absl::StrCat("line ", line_, ": ", why));
  return false;
}

bool CsvReader::Next(std::vector<std::string>* fields) {
  do {
    fields->clear();
    if (!status_.ok() || std::feof(file_) != 0) return false;
    if (!ReadRecord(fields)) return false;
  } while (fields->size() == 1 && (*fields)[0].empty());
  return true;
}

bool CsvReader::ReadRecord(std::vector<std::string>* fields) {
  line_ = next_line_;
  record_bytes_ = 0;
  std::string* field = &fields->emplace_back();
  while (record_bytes_ <= kMaxRecordBytes) {
    const int c = Get();
    if (c == EOF) {
      if (std::ferror(file_) != 0) return Fail("the input cannot be read");
      return true;
    }
    if (c == '\n') {
      if (!field->empty() && field->back() == '\r') field->pop_back();
      return true;
    }
    if (c == ',') {
      field = &fields->emplace_back();
    } else if (c == '"' && field->empty()) {
      if (!ReadQuoted(field)) return false;
    } else {
      field->push_back(static_cast<char>(c));
    }
  }
  return Fail("the record is too long");
}

// After the opening quote; ends after the closing one.
bool CsvReader::ReadQuoted(std::string* field) {
  while (record_bytes_ <= kMaxRecordBytes) {
    const int c = Get();
    if (c == EOF) return Fail("a quoted field does not end");
    if (c != '"') {
      field->push_back(static_cast<char>(c));
      continue;
    }
    const int after = std::getc(file_);
    if (after != '"') {
      std::ungetc(after, file_);
      return true;
    }
    field->push_back('"');
  }
  return Fail("the record is too long");
}

}  // namespace retail_year

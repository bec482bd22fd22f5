// Plain tables for people: columns as wide as their widest cell.
//
//   Table t({"partner", ">amount"});    // '>' aligns to the right
//   t.Row({"anna", "79.00"});
//   std::string text = t.ToString();
#ifndef VOUCH_REPORT_TABLE_H_
#define VOUCH_REPORT_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

class Table {
 public:
  explicit Table(std::vector<std::string> headers) {
    for (std::string& header : headers) {
      const bool right = !header.empty() && header[0] == '>';
      right_.push_back(right);
      if (right) header.erase(0, 1);
    }
    rows_.push_back(std::move(headers));
  }

  // As many cells as there are headers.
  void Row(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
  }
  bool empty() const { return rows_.size() == 1; }

  // The headers, then the rows, each line indented by two spaces.
  std::string ToString() const {
    std::vector<std::size_t> widths(right_.size(), 0);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths[i] = std::max(widths[i], Width(row[i]));
      }
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string pad(widths[i] - Width(row[i]), ' ');
        line += ' ';
        line += right_[i] ? pad + row[i] : row[i] + pad;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + '\n';
    }
    return text;
  }

 private:
  // Characters, counted as UTF-8 code points.
  static std::size_t Width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(),
        [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
  }

  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_TABLE_H_

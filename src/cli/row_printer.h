// Prints rows of one sort on standard output, as JSON Lines.
#ifndef VOUCH_SRC_CLI_ROW_PRINTER_H_
#define VOUCH_SRC_CLI_ROW_PRINTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "cli/console.h"
#include "cli/options.h"
#include "google/protobuf/message.h"
#include "vouch/base/config.h"
#include "vouch/engine/engine.h"
#include "vouch/proto/convert_output.h"
#include "vouch/proto/json_writer.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

class RowPrinter {
 public:
  // `on_row` hears every row of the feed, printed or not; may be empty.
  RowPrinter(Print print, std::function<void(const Output&)> on_row)
      : print_(print), on_row_(std::move(on_row)) {}

  // Rows of events up to `seq` are passed over.
  void StartAfter(Seq seq) {
    fed_ = seq;
    decided_ = seq;
  }

  // What the engine gave since the last call; all of it with 0, else ends with
  // the first event at which `limit` rows are printed.
  absl::Status Take(const Engine& engine, std::size_t limit = 0);

  // What is printed at the end, and the end itself.
  absl::Status Finish(const Engine& engine);

 private:
  absl::Status TakeFeed(const Engine& engine, std::size_t limit);
  absl::Status PrintOutput(const Output& row);
  absl::Status TakeDecisions(const Engine& engine, std::size_t limit);
  absl::Status PrintBalances(const Engine& engine);
  absl::Status PrintExpenses(const std::vector<ExpenseRow>& expenses,
                             std::string_view program_id, std::size_t* next);
  absl::Status PrintRow(const google::protobuf::Message& message);

  const Print print_;
  const std::function<void(const Output&)> on_row_;
  StandardOutput out_;
  proto::JsonWriter json_;
  std::size_t printed_ = 0;
  Seq fed_;            // the last event whose rows were taken
  Seq decided_;        // the last event whose decision was taken
  Seq seq_;            // of the last row
  int32_t place_ = 0;  // of it among the rows of its event
  v1::Output output_;
  v1::Accrual accrual_;
  v1::Entry entry_;
};

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_ROW_PRINTER_H_

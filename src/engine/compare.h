// What is kept, compared with what the log gives.
#ifndef VOUCH_SRC_ENGINE_COMPARE_H_
#define VOUCH_SRC_ENGINE_COMPARE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "program_state.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

// Takes "entries 12-2: amount_minor is 7900, by the log 8000".
using TakeDifference = absl::FunctionRef<void(std::string_view)>;

// Each takes `kept`, then what the log gives; empty when they are equal.
std::string FirstDifference(const FeedRow& kept, const FeedRow& given);
std::string FirstDifference(const DecidedRow& kept, const DecidedRow& given);
std::string FirstDifference(const PartnerRow& kept, const PartnerRow& given);
std::string FirstDifference(const AccountRow& kept, const AccountRow& given);
std::string FirstDifference(const ProgramAccountRow& kept,
                            const ProgramAccountRow& given);

// Walks through the feed beside a replay of the log.
class FeedComparer {
 public:
  // Rows after `after`.
  FeedComparer(Store* store, Seq after) : store_(*store), after_(after) {}

  // What the event of `row` gave, by the log; events must come in order.
  absl::Status Compare(const LogRow& row, const EventOutputs& outputs,
                       TakeDifference take);
  // The log has ended: nothing may be left.
  absl::Status Finish(TakeDifference take);

  int64_t rows_count() const { return rows_count_; }

 private:
  // The next row; nullptr at the end.
  absl::StatusOr<const FeedRow*> Next();

  Store& store_;
  Seq after_;
  FeedRows page_;
  std::size_t at_ = 0;  // of page_
  bool ended_ = false;
  int64_t rows_count_ = 0;
};

// The same for decisions.
class DecisionComparer {
 public:
  explicit DecisionComparer(Store* store) : store_(*store) {}

  absl::Status Compare(const LogRow& row, const EventOutputs& outputs,
                       TakeDifference take);
  absl::Status Finish(TakeDifference take);

 private:
  absl::StatusOr<const DecidedRow*> Next();

  Store& store_;
  Seq after_;
  DecidedRows page_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_COMPARE_H_

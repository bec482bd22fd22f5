// Whether a store has all the names that it should have. A name that is
// missing, and was not erased, would make a new customer of an old one.
#ifndef VOUCH_SRC_ENGINE_NAME_COUNTER_H_
#define VOUCH_SRC_ENGINE_NAME_COUNTER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "log_state.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

class NameCounter {
 public:
  explicit NameCounter(const LogState* state)
      : state_(*state), seen_(state->slots().size()) {}

  // DATA_LOSS for a number that was never given.
  absl::Status CountCustomer(const NameRow& row) {
    const ProgramSlot* slot = state_.At(row.program);
    const uint64_t given = slot == nullptr ? 0 : slot->customers.count();
    if (row.number == 0 || row.number > given) return NeverGiven("customers");
    ++seen_[row.program.value() - 1].customers;
    return absl::OkStatus();
  }
  absl::Status CountVisitor(const NameRow& row) {
    const ProgramSlot* slot = state_.At(row.program);
    const uint64_t given = slot == nullptr ? 0 : slot->visitors.count();
    if (row.number == 0 || row.number > given) return NeverGiven("visitors");
    ++seen_[row.program.value() - 1].visitors;
    return absl::OkStatus();
  }
  // DATA_LOSS when one is missing, as far as the store can tell.
  absl::Status Finish(const StoreHead& head) const {
    if (!head.names_complete) return absl::OkStatus();
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const ProgramSlot& slot = *state_.slots()[i];
      if (seen_[i].customers != slot.customers.count()) {
        return Missing("customers", slot);
      }
      if (seen_[i].visitors != slot.visitors.count()) {
        return Missing("visitors", slot);
      }
    }
    return absl::OkStatus();
  }

 private:
  struct Seen {
    uint64_t customers = 0;
    uint64_t visitors = 0;
  };

  static absl::Status NeverGiven(std::string_view table) {
    return absl::DataLossError(
        absl::StrCat(ToAbsl(table), ": a number that was never given"));
  }
  static absl::Status Missing(std::string_view table, const ProgramSlot& slot) {
    return absl::DataLossError(absl::StrCat(
        ToAbsl(table), ": a row of program ", slot.program_id, " is missing"));
  }

  const LogState& state_;
  std::vector<Seen> seen_;  // by program
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_NAME_COUNTER_H_

// A replay of one program's log under other terms (vouch/report/simulation.h).
#ifndef VOUCH_SRC_ENGINE_SIMULATE_H_
#define VOUCH_SRC_ENGINE_SIMULATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "log_state.h"
#include "program_state.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"
#include "vouch/event/event.h"
#include "vouch/program/spec.h"
#include "vouch/report/simulation.h"

VOUCH_NAMESPACE_BEGIN

// Finds the accrual of a simulated run that stands where a booked one does:
// their numbers within the event may differ. Keeps the accruals of those events
// alone of which one was reviewed.
class AccrualTwins {
 public:
  // Before anything is added: `booked` will be asked for.
  void Want(const AccrualId& booked) { events_[booked.seq]; }

  // Each takes a row of the feed, in order; what earns nothing is passed over.
  void AddBooked(std::string_view partner_id, const Accrual& row) {
    Add(&Runs::booked, partner_id, row);
  }
  void AddSimulated(std::string_view partner_id, const Accrual& row) {
    Add(&Runs::simulated, partner_id, row);
  }

  // Nothing where none stands there.
  std::optional<AccrualId> TwinOf(const AccrualId& booked) const;

 private:
  struct Earned {
    AccrualId id;
    std::string partner_id;
    std::string rule_id;
    Role role = Role::kNone;
    int32_t level = 0;

    bool IsLike(const Earned& other) const {
      return partner_id == other.partner_id && rule_id == other.rule_id &&
             role == other.role && level == other.level;
    }
  };
  struct Runs {
    std::vector<Earned> booked;
    std::vector<Earned> simulated;
  };

  void Add(std::vector<Earned> Runs::*run, std::string_view partner_id,
           const Accrual& row);

  absl::btree_map<Seq, Runs> events_;
};

// Runs the log of one program again, from `from` on under other terms.
class Simulator {
 public:
  // All must outlive this.
  Simulator(Store* store, const ProgramSlot* slot, Instant from,
            SimulationBuilder* builder)
      : store_(*store), slot_(*slot), from_(from), builder_(*builder) {}

  // `program` must be terms that the program can have, `terms_seq` a number
  // that no event of the log has.
  absl::Status Run(const ProgramSpec& program, Seq terms_seq);

 private:
  absl::Status FindReviews();
  absl::Status ReadBooked();
  absl::Status ReadBooked(const FeedRow& row);
  absl::Status SetTerms();
  absl::Status Apply(const LogRow& row);
  // Makes `*event` what the simulated run takes in its place.
  absl::Status Adapt(Event* event);
  void Hear();

  Store& store_;
  const ProgramSlot& slot_;
  const Instant from_;
  SimulationBuilder& builder_;
  std::string terms_;  // as EncodeSpec gives them
  Seq terms_seq_;
  bool terms_set_ = false;
  AccrualTwins twins_;
  ProgramState state_;
  EventStorage storage_;
  EventOutputs outputs_;
  std::string accrual_id_;  // of the review being applied
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_SIMULATE_H_

#include "proto/convert_output_words.h"
#include "vouch/proto/convert_output.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

void FillDifference(const Difference& difference, v1::Difference* message) {
  message->set_key(difference.key);
  message->set_booked_minor(difference.booked_minor);
  message->set_simulated_minor(difference.simulated_minor);
  message->set_difference_minor(difference.difference_minor);
}

}  // namespace

void ConvertSimulation(const Simulation& simulation, v1::Simulation* message) {
  message->Clear();
  message->set_program_id(simulation.program_id);
  message->set_from_us(simulation.from.us);
  SetText(message->mutable_currency(), simulation.currency.code());
  FillDifference(simulation.total, message->mutable_total());
  for (const Difference& partner : simulation.partners) {
    FillDifference(partner, message->add_partners());
  }
  for (const Difference& rule : simulation.rules) {
    FillDifference(rule, message->add_rules());
  }
  for (const Difference& month : simulation.months) {
    FillDifference(month, message->add_months());
  }
  int64_t index = 0;
  for (const ChangedOutcome& changed : simulation.changed_outcomes) {
    v1::Outcome* outcome = message->add_changed_outcomes();
    ConvertOutcome({OutcomeKind::kRefused, Seq(), changed.status}, index++,
                   changed.event_id, outcome);
    outcome->set_seq(static_cast<int64_t>(changed.seq.value()));
  }
  message->set_changed_outcomes_count(simulation.changed_outcomes_count);
}

}  // namespace proto

VOUCH_NAMESPACE_END

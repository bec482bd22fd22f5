#include "simulate.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <variant>

#include "engine_impl.h"
#include "vouch/base/status.h"
#include "vouch/event/codec.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/program.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

// ---------------------------------------------------------------------------
// Reviews

void AccrualTwins::Add(std::vector<Earned> Runs::*run,
                       std::string_view partner_id, const Accrual& row) {
  if (row.kind != AccrualKind::kAccrual) return;
  const auto found = events_.find(row.accrual_id.seq);
  if (found == events_.end()) return;
  (found->second.*run)
      .push_back({row.accrual_id, std::string(partner_id),
                  std::string(row.rule_id), row.role, row.level});
}

std::optional<AccrualId> AccrualTwins::TwinOf(const AccrualId& booked) const {
  const auto found = events_.find(booked.seq);
  if (found == events_.end()) return std::nullopt;
  const Runs& runs = found->second;
  for (std::size_t i = 0; i < runs.booked.size(); ++i) {
    const Earned& earned = runs.booked[i];
    if (earned.id != booked) continue;
    std::size_t before = 0;  // accruals like it
    for (std::size_t k = 0; k < i; ++k) {
      before += runs.booked[k].IsLike(earned) ? 1 : 0;
    }
    for (const Earned& twin : runs.simulated) {
      if (twin.IsLike(earned) && before-- == 0) return twin.id;
    }
  }
  return std::nullopt;
}

// ---------------------------------------------------------------------------
// The run

absl::Status Simulator::Run(const ProgramSpec& program, Seq terms_seq) {
  terms_ = EncodeSpec(program);
  terms_seq_ = terms_seq;
  VOUCH_RETURN_IF_ERROR(FindReviews());
  VOUCH_RETURN_IF_ERROR(ReadBooked());
  return ForEachLogRow(&store_, Seq(),
                       [this](const LogRow& row) { return Apply(row); });
}

// Which accruals were reviewed.
absl::Status Simulator::FindReviews() {
  const std::string_view kind = KindWord(event::AccrualReviewed());
  return ForEachLogRow(
      &store_, Seq(), [this, kind](const LogRow& row) -> absl::Status {
        if (row.program != slot_.program || row.kind != kind) {
          return absl::OkStatus();
        }
        Event event;
        VOUCH_RETURN_IF_ERROR(
            ReadEvent(row, slot_.program_id, &storage_, &event));
        const auto* review = std::get_if<event::AccrualReviewed>(&event.body);
        const auto id = ParseAccrualId(review->accrual_id);
        if (id) twins_.Want(*id);
        return absl::OkStatus();
      });
}

// What was booked is what the feed says.
absl::Status Simulator::ReadBooked() {
  constexpr std::size_t kRowsOfAPage = 1000;
  FeedQuery query;
  query.limit = kRowsOfAPage;
  while (true) {
    FeedRows page;
    VOUCH_RETURN_IF_ERROR(store_.ReadFeed(query, &page));
    for (const FeedRow& row : page.rows()) {
      VOUCH_RETURN_IF_ERROR(ReadBooked(row));
    }
    if (page.rows().size() < kRowsOfAPage) return absl::OkStatus();
    query.after = page.rows().back().seq;
  }
}

absl::Status Simulator::ReadBooked(const FeedRow& row) {
  const auto* accrual = std::get_if<Accrual>(&row.body);
  if (row.program != slot_.program || accrual == nullptr) {
    return absl::OkStatus();
  }
  const Reference& reference = slot_.state.reference();
  // A damaged row may name anything.
  if (!accrual->partner.has_value() ||
      accrual->partner.value() > reference.partner_count()) {
    return absl::DataLossError("feed: a partner that is not there");
  }
  const std::string_view partner_id =
      reference.partner(accrual->partner).partner_id;
  builder_.AddBooked(partner_id, *accrual);
  twins_.AddBooked(partner_id, *accrual);
  return absl::OkStatus();
}

absl::Status Simulator::SetTerms() {
  terms_set_ = true;
  const Event set{slot_.program_id, {}, from_, event::ProgramSet{terms_}};
  return state_.Apply(set, terms_seq_, nullptr, &outputs_);
}

absl::Status Simulator::Apply(const LogRow& row) {
  if (row.program != slot_.program) return absl::OkStatus();
  if (!terms_set_ && row.time >= from_) VOUCH_RETURN_IF_ERROR(SetTerms());
  Event event;
  VOUCH_RETURN_IF_ERROR(ReadEvent(row, slot_.program_id, &storage_, &event));
  const bool sets = std::holds_alternative<event::ProgramSet>(event.body);
  if (sets && event.time >= from_) return absl::OkStatus();
  absl::Status status = Adapt(&event);
  if (status.ok()) status = state_.Apply(event, row.seq, nullptr, &outputs_);
  if (status.ok()) {
    Hear();
  } else {
    builder_.AddRefused(row.seq, row.event_id, status);
  }
  return absl::OkStatus();
}

absl::Status Simulator::Adapt(Event* event) {
  // The first event of a program sets its first terms.
  if (!state_.reference().has_program()) return absl::OkStatus();
  const Program& terms = *state_.reference().ProgramAtOrFirst(event->time);
  // The share was agreed before anybody thought of other bounds, and bounds
  // that come later cut.
  const auto cut = [&terms](std::optional<Rate>* share) {
    if (*share) *share = terms.CutShare(*share);
  };
  if (auto* partner = std::get_if<event::PartnerSet>(&event->body)) {
    cut(&partner->customer_share);
  } else if (auto* code = std::get_if<event::CodeIssued>(&event->body)) {
    cut(&code->customer_share);
  } else if (auto* review = std::get_if<event::AccrualReviewed>(&event->body)) {
    const auto booked = ParseAccrualId(review->accrual_id);
    const auto twin = booked ? twins_.TwinOf(*booked) : std::nullopt;
    if (!twin) {
      return NotFoundField("accrual_reviewed.accrual_id",
                           "nothing is earned in its place");
    }
    accrual_id_ = FormatAccrualId(*twin);
    review->accrual_id = accrual_id_;
  }
  return absl::OkStatus();
}

void Simulator::Hear() {
  for (const Accrual& accrual : outputs_.accruals) {
    const std::string_view partner_id =
        state_.reference().partner(accrual.partner).partner_id;
    builder_.AddSimulated(partner_id, accrual);
    twins_.AddSimulated(partner_id, accrual);
  }
}

// ---------------------------------------------------------------------------
// The answer

namespace {

// Whether `spec` may stand in the place of `now`.
absl::Status CheckTerms(const ProgramSpec& spec, const Program& now) {
  Mistakes mistakes;
  const std::shared_ptr<const Program> program =
      Program::Build(spec, &mistakes);
  if (program == nullptr) return InvalidField("program", mistakes.ToString());
  if (program->program_id() != now.program_id()) {
    return InvalidField("program.program_id", "not the program's own");
  }
  if (program->currency() != now.currency()) {
    return PreconditionField("program.currency",
                             "a program's currency never changes");
  }
  if (program->time_zone() != now.time_zone()) {
    return PreconditionField("program.time_zone",
                             "a program's time zone never changes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Simulation> Engine::Simulate(std::string_view program_id,
                                            const ProgramSpec& program,
                                            std::optional<Instant> from) const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_ASSIGN_OR_RETURN(const ProgramSlot* slot, impl_->Find(program_id));
  const Instant since = from.value_or(kMinInstant);
  if (!IsValid(since)) {
    return InvalidField("from", "not in the years 1 to 9999");
  }
  const Program& now = *slot->state.reference().ProgramAtOrFirst(since);
  VOUCH_RETURN_IF_ERROR(CheckTerms(program, now));
  SimulationBuilder builder(slot->program_id, now.currency(), now.time_zone(),
                            since);
  Simulator simulator(impl_->store_.get(), slot, since, &builder);
  VOUCH_RETURN_IF_ERROR(
      simulator.Run(program, impl_->state_.last_seq().Next()));
  return builder.Finish();
}

VOUCH_NAMESPACE_END

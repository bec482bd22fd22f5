#include "program_state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

absl::Status ProgramState::Apply(const Event& event, Seq seq,
                                 PaymentTrace* trace, EventOutputs* outputs) {
  seq_ = seq;
  at_ = event.time;
  program_id_ = event.program_id;
  trace_ = trace;
  outputs_ = outputs;
  outputs->Clear();
  if (!std::holds_alternative<event::ProgramSet>(event.body)) {
    if (!reference_.has_program()) {
      return NotFoundField("program_id", "no such program");
    }
    if (reference_.ProgramAt(at_) == nullptr) {
      return PreconditionField("time_us", "before the program's first version");
    }
  }
  VOUCH_RETURN_IF_ERROR(
      std::visit([this](const auto& body) { return On(body); }, event.body));
  CloseBooks();
  return absl::OkStatus();
}

Seq ProgramState::FindPayment(std::string_view payment_id) const {
  const auto found = payments_.find(payment_id);
  return found == payments_.end() ? Seq() : found->second;
}

absl::Span<const AccountState> ProgramState::AccountsOf(
    PartnerIndex partner) const {
  if (partner.value() > accounts_.size()) return {};
  return accounts_[partner.value() - 1];
}

int64_t ProgramState::ExpenseOf(Currency currency) const {
  for (const Books& books : books_) {
    if (books.currency == currency) return books.expense_minor;
  }
  return 0;
}

std::vector<Currency> ProgramState::Currencies() const {
  std::vector<Currency> currencies;
  for (const Books& books : books_) currencies.push_back(books.currency);
  return currencies;
}

// ---------------------------------------------------------------------------
// Reference data

absl::Status ProgramState::On(const event::ProgramSet& e) {
  VOUCH_ASSIGN_OR_RETURN(const ProgramSpec spec, DecodeSpec(e.spec));
  Mistakes mistakes;
  std::shared_ptr<const Program> program = Program::Build(spec, &mistakes);
  if (program == nullptr) {
    return InvalidField("program_set.program", mistakes.ToString());
  }
  if (program->program_id() != program_id_) {
    return InvalidField("program_set.program.program_id",
                        "another than the event's program_id");
  }
  if (reference_.has_program()) {
    const Program& first = *reference_.ProgramAtOrFirst(at_);
    if (first.currency() != program->currency()) {
      return PreconditionField("program_set.program.currency",
                               "a program's currency never changes");
    }
    if (first.time_zone().name() != program->time_zone().name()) {
      return PreconditionField("program_set.program.time_zone",
                               "a program's time zone never changes");
    }
  }
  reference_.AddProgram({at_, seq_, std::move(program), std::string(e.spec)});
  return absl::OkStatus();
}

absl::Status ProgramState::CheckShare(std::string_view field,
                                      const std::optional<Rate>& share) const {
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  if (!share || terms.CutShare(share) == *share) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat(share->ToString(), " is outside the program's ",
                          terms.customer_share_min().ToString(), " to ",
                          terms.customer_share_max().ToString()));
}

absl::Status ProgramState::On(const event::PartnerSet& e) {
  VOUCH_RETURN_IF_ERROR(
      CheckShare("partner_set.customer_share", e.customer_share));
  PartnerIndex parent;
  if (!e.parent_partner_id.empty()) {
    if (e.parent_partner_id == e.partner_id) {
      return PreconditionField("partner_set.parent_partner_id",
                               "the partner would be its own parent");
    }
    VOUCH_ASSIGN_OR_RETURN(parent, NeedPartner("partner_set.parent_partner_id",
                                               e.parent_partner_id));
    VOUCH_RETURN_IF_ERROR(reference_.CheckParent(
        "partner_set.parent_partner_id", reference_.FindPartner(e.partner_id),
        parent, at_));
  }
  std::vector<std::string> keys;
  for (const event::BlindKey& key : e.identity_keys) {
    keys.push_back(BlindKeyText(key.key_id, key.digest));
  }
  const PartnerIndex partner =
      reference_.SetPartner(e.partner_id,
                            {e.kind,
                             e.status,
                             e.group,
                             e.customer_share,
                             {keys.begin(), keys.end()},
                             parent,
                             e.manager_id,
                             {e.attributes.begin(), e.attributes.end()}},
                            at_);
  if (partner.value() > partners_.size()) {
    partners_.resize(partner.value());
    accounts_.resize(partner.value());
  }
  return absl::OkStatus();
}

// The log has it; what managers did is counted by reports.
absl::Status ProgramState::On(const event::ManagerActivity& e) {
  return NeedPartner("manager_activity.partner_id", e.partner_id).status();
}

absl::StatusOr<PartnerIndex> ProgramState::NeedPartner(
    std::string_view field, std::string_view partner_id) const {
  const PartnerIndex partner = reference_.FindPartner(partner_id);
  if (!partner.has_value()) return NotFoundField(field, "no such partner");
  return partner;
}

absl::Status ProgramState::On(const event::CodeIssued& e) {
  const std::string folded = FoldCode(e.code);
  if (folded.empty()) {
    return InvalidField("code_issued.code", "nothing but spaces and hyphens");
  }
  VOUCH_ASSIGN_OR_RETURN(const PartnerIndex partner,
                         NeedPartner("code_issued.partner_id", e.partner_id));
  VOUCH_RETURN_IF_ERROR(
      CheckShare("code_issued.customer_share", e.customer_share));
  if (reference_.FindCode(folded).has_value()) {
    return ExistsField("code_issued.code", "taken");
  }
  if (e.valid_until && *e.valid_until <= e.valid_from.value_or(at_)) {
    return InvalidField("code_issued.valid_until_us",
                        "not after the moment from which the code is valid");
  }
  reference_.AddCode({e.code,
                      {},
                      partner,
                      e.campaign,
                      e.customer_share,
                      e.valid_from.value_or(at_),
                      e.valid_until,
                      std::nullopt,
                      e.max_redemptions});
  codes_.emplace_back();
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::CodeRevoked& e) {
  const CodeIndex code = reference_.FindCode(FoldCode(e.code));
  if (!code.has_value()) return NotFoundField("code_revoked.code", "unknown");
  const Partner& partner = reference_.partner(reference_.code(code).partner);
  if (!e.partner_id.empty() && e.partner_id != partner.partner_id) {
    return NotFoundField("code_revoked.code", "the partner has no such code");
  }
  if (reference_.code(code).revoked_at) {
    return PreconditionField("code_revoked.code", "revoked already");
  }
  reference_.RevokeCode(code, at_);
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

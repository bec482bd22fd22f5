#include "explain_decision.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace {

std::vector<std::string> SubIds(std::string_view joined) {
  if (joined.empty()) return {};
  return absl::StrSplit(ToAbsl(joined), kSubIdSeparator);
}

std::string CodeName(const Reference& reference, CodeIndex code) {
  return code.has_value() ? std::string(reference.code(code).code)
                          : std::string();
}

std::string LeadName(const ProgramState& state, LeadIndex lead) {
  return lead.has_value() ? std::string(state.leads()[lead.value() - 1].lead_id)
                          : std::string();
}

// The partner that `touch` means, by its code too; as it was named where it was
// unknown.
std::string PartnerName(const Reference& reference, const Touch& touch) {
  if (touch.partner.has_value()) return NameOf(reference, touch.partner);
  if (touch.code.has_value()) {
    return NameOf(reference, reference.code(touch.code).partner);
  }
  return touch.standing == Standing::kPartnerUnknown ? std::string(touch.named)
                                                     : std::string();
}

std::optional<Instant> CodeLimit(const Reference& reference,
                                 const Touch& touch) {
  if (!touch.code.has_value()) return std::nullopt;
  const Code& code = reference.code(touch.code);
  switch (touch.standing) {
    case Standing::kCodeNotYetValid:
      return code.valid_from;
    case Standing::kCodeExpired:
      return code.valid_until;
    case Standing::kCodeRevoked:
      return code.revoked_at;
    default:
      return std::nullopt;
  }
}

void NameTouch(const ProgramState& state, const Touch& touch,
               ExplainedTouch* out) {
  const Reference& reference = state.reference();
  out->seq = touch.seq;
  out->time = touch.time;
  out->channel = touch.channel;
  out->partner_id = PartnerName(reference, touch);
  out->code = CodeName(reference, touch.code);
  if (touch.standing == Standing::kCodeUnknown) out->code = touch.named;
  out->campaign = touch.campaign;
  out->sub_ids = SubIds(touch.sub_ids);
  out->lead_id = LeadName(state, touch.lead);
  out->code_limit = CodeLimit(reference, touch);
  out->standing = touch.standing;
}

// A touch can count and its partner's weight come to no part at all.
TouchFate FateIn(const Decision& decision, const TouchVerdict& verdict) {
  if (verdict.fate != TouchFate::kWon) return verdict.fate;
  const PartnerIndex partner = verdict.touch.partner;
  const bool holds =
      partner.has_value()
          ? std::any_of(decision.credits.begin(), decision.credits.end(),
                        [&](const Credit& c) { return c.partner == partner; })
          : decision.vendor_weight_ppb > 0;
  return holds ? TouchFate::kWon : TouchFate::kLost;
}

ExplainedTouch ExplainTouch(const ProgramState& state, const Decision& decision,
                            const TouchVerdict& verdict,
                            const DecisionTrace& trace) {
  const Touch& touch = verdict.touch;
  const Window& window = trace.terms->window(touch.channel);
  ExplainedTouch out;
  NameTouch(state, touch, &out);
  out.partner_status = verdict.partner_status;
  out.age_us = decision.at.us - touch.time.us;
  if (window.length_us != std::numeric_limits<int64_t>::max()) {
    out.window_us = window.length_us;
  }
  out.window_inclusive = window.inclusive;
  out.lead_end = verdict.lead_end;
  if (trace.terms->has_tiers()) out.tier = verdict.tier;
  out.excluded_by = verdict.excluded_by;
  out.weight_ppb = verdict.weight_ppb;
  out.fate = FateIn(decision, verdict);
  out.reason = FateText(out, trace.model);
  return out;
}

ExplainedCredit ExplainCredit(const ProgramState& state, const Credit& credit) {
  const Reference& reference = state.reference();
  ExplainedCredit out;
  out.partner_id = NameOf(reference, credit.partner);
  out.role = credit.role;
  out.weight_ppb = credit.weight_ppb;
  out.channel = credit.channel;
  out.code = CodeName(reference, credit.code);
  out.lead_id = LeadName(state, credit.lead);
  out.campaign = credit.campaign;
  out.sub_ids = SubIds(credit.sub_ids);
  out.touch_seq = credit.touch_seq;
  out.touch_at = credit.touch_at;
  return out;
}

void ExplainModel(const DecisionTrace& trace, ExplainedDecision* out) {
  out->model = trace.model;
  if (trace.terms == nullptr) return;
  out->has_tiers = trace.terms->has_tiers();
  if (trace.model == Model::kTimeDecay) {
    out->half_life_us = trace.terms->half_life_us();
  }
  if (trace.model == Model::kPositionBased) {
    out->first_share = trace.terms->first_share().ToString();
    out->last_share = trace.terms->last_share().ToString();
  }
}

}  // namespace

std::string NameOf(const Reference& reference, PartnerIndex partner) {
  return partner.has_value()
             ? std::string(reference.partner(partner).partner_id)
             : std::string();
}

ExplainedDecision ExplainDecision(const ProgramState& state,
                                  const Decision& decision,
                                  std::string_view payment_id,
                                  const DecisionTrace& trace) {
  ExplainedDecision out;
  out.seq = decision.seq;
  out.at = decision.at;
  out.trigger = decision.trigger;
  out.payment_id = payment_id;
  out.terms_seq = decision.terms_seq;
  out.vendor_weight_ppb = decision.vendor_weight_ppb;
  out.binds = decision.binds;
  out.bound_until = decision.bound_until;
  out.fallen_touches = trace.fallen_touches;
  ExplainModel(trace, &out);
  for (const TouchVerdict& verdict : trace.touches) {
    out.touches.push_back(ExplainTouch(state, decision, verdict, trace));
  }
  for (const Credit& credit : decision.credits) {
    out.credits.push_back(ExplainCredit(state, credit));
  }
  return out;
}

std::vector<ExplainedPayee> ExplainCredits(
    const ProgramState& state, absl::Span<const PaymentCredit> paid,
    absl::Span<const RatableCredit> rated) {
  std::vector<ExplainedPayee> out;
  for (std::size_t i = 0; i < paid.size(); ++i) {
    const PaymentCredit& credit = paid[i];
    ExplainedPayee payee;
    payee.credit = ExplainCredit(state, credit.credit);
    payee.standing = credit.standing;
    payee.status = credit.status;
    payee.kind = rated[i].kind;
    payee.group = rated[i].group;
    payee.place = 1 + static_cast<int32_t>(std::count_if(
                          out.begin(), out.end(), [&](const auto& before) {
                            return before.credit.role == credit.credit.role;
                          }));
    out.push_back(std::move(payee));
  }
  return out;
}

VOUCH_NAMESPACE_END

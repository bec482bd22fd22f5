#include "explain.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "vouch/base/string_view.h"
#include "vouch/rate/rate.h"

VOUCH_NAMESPACE_BEGIN

namespace {

std::string Int128Text(absl::int128 value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string PartnerName(const Reference& reference, PartnerIndex partner) {
  return partner.has_value()
             ? std::string(reference.partner(partner).partner_id)
             : std::string();
}

std::string CodeName(const Reference& reference, CodeIndex code) {
  return code.has_value() ? std::string(reference.code(code).code)
                          : std::string();
}

ExplainedTouch ExplainTouch(const Reference& reference,
                            const TouchVerdict& verdict) {
  const Touch& touch = verdict.touch;
  ExplainedTouch out;
  out.seq = touch.seq;
  out.time = touch.time;
  out.channel = touch.channel;
  out.partner_id = PartnerName(reference, touch.partner);
  out.code = CodeName(reference, touch.code);
  if (touch.standing == Standing::kPartnerUnknown) out.partner_id = touch.named;
  if (touch.standing == Standing::kCodeUnknown) out.code = touch.named;
  out.campaign = touch.campaign;
  out.standing = touch.standing;
  out.fate = verdict.fate;
  out.reason = FateText(verdict.fate, touch.standing);
  return out;
}

ExplainedCredit ExplainCredit(const Reference& reference, const Credit& credit,
                              const RatableCredit* at_payment) {
  ExplainedCredit out;
  out.partner_id = PartnerName(reference, credit.partner);
  out.role = credit.role;
  out.weight_ppb = credit.weight_ppb;
  out.channel = credit.channel;
  out.code = CodeName(reference, credit.code);
  out.campaign = credit.campaign;
  if (!credit.sub_ids.empty()) {
    out.sub_ids = absl::StrSplit(ToAbsl(credit.sub_ids), kSubIdSeparator);
  }
  out.touch_seq = credit.touch_seq;
  out.touch_at = credit.touch_at;
  if (at_payment != nullptr) {
    out.kind = at_payment->kind;
    out.group = at_payment->group;
    out.active = at_payment->active;
  }
  return out;
}

ExplainedDecision ExplainDecision(const Reference& reference,
                                  const PaymentTrace& trace) {
  const Decision& decision = *trace.payment.decision;
  ExplainedDecision out;
  out.seq = decision.seq;
  out.at = decision.at;
  out.trigger = decision.trigger;
  out.model = trace.decision.model;
  for (const TouchVerdict& verdict : trace.decision.touches) {
    out.touches.push_back(ExplainTouch(reference, verdict));
  }
  for (std::size_t i = 0; i < decision.credits.size(); ++i) {
    out.credits.push_back(
        ExplainCredit(reference, decision.credits[i],
                      i < trace.credits.size() ? &trace.credits[i] : nullptr));
  }
  return out;
}

std::string CreditedPartner(const Reference& reference,
                            const PaymentTrace& trace, std::size_t credit) {
  return PartnerName(reference,
                     trace.payment.decision->credits[credit].partner);
}

std::vector<ExplainedLine> ExplainLines(const Reference& reference,
                                        const event::Payment& payment,
                                        const PaymentTrace& trace) {
  std::vector<ExplainedLine> out;
  for (const event::PaymentLine& line : payment.lines) {
    ExplainedLine explained;
    explained.line = line.line;
    explained.product = line.product;
    explained.amount_minor = line.amount_minor;
    explained.tax_minor = line.tax_minor;
    explained.discount_minor = line.discount_minor;
    explained.fee_minor = line.fee_minor;
    // It fits: the sum of all bases was checked when the payment was rated.
    explained.base_minor =
        static_cast<int64_t>(BaseOf(line, trace.payment.rating->base()));
    out.push_back(std::move(explained));
  }
  for (const RuleTrial& trial : trace.rate.trials) {
    const Rule& rule = trace.payment.rating->rules()[trial.rule];
    out[trial.line].trials.push_back(
        {CreditedPartner(reference, trace, trial.credit), rule.rule_id,
         out[trial.line].line, std::string(trial.failed), trial.wanted,
         trial.actual});
  }
  return out;
}

// The lines for which the rule of `amount` was chosen, by its trials.
std::vector<int32_t> LinesOf(const AmountTrace& amount,
                             const event::Payment& payment,
                             const PaymentTrace& trace) {
  std::vector<int32_t> lines;
  for (const RuleTrial& trial : trace.rate.trials) {
    if (trial.credit == amount.credit && trial.rule == amount.rule &&
        trial.failed.empty()) {
      lines.push_back(payment.lines[trial.line].line);
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

ExplainedAmount ExplainAmount(const Reference& reference,
                              const event::Payment& payment,
                              const PaymentTrace& trace,
                              const AmountTrace& amount) {
  const Program& terms = *trace.payment.rating;
  const Rule& rule = terms.rules()[amount.rule];
  ExplainedAmount out;
  out.partner_id = CreditedPartner(reference, trace, amount.credit);
  out.rule_id = rule.rule_id;
  out.role = rule.role;
  out.lines = LinesOf(amount, payment, trace);
  out.base_minor = amount.base_minor;
  out.budget = rule.budget.has_value();
  out.rate = amount.rate.ToString();
  out.fixed_minor = amount.fixed_minor;
  out.numerator = Int128Text(amount.numerator);
  out.denominator = absl::StrCat(amount.denominator);
  out.rounding = terms.rounding();
  out.rounded_minor = amount.rounded_minor;
  if (out.budget) out.customer_share = amount.share.ToString();
  out.discount_minor = amount.discount_minor;
  out.weight_ppb = trace.credits[amount.credit].weight_ppb;
  out.amount_minor = amount.amount_minor;
  return out;
}

NothingEarned WhyNothing(const PaymentTrace& trace) {
  if (trace.payment.number == 0) return NothingEarned::kZeroPayment;
  if (trace.credits.empty()) return NothingEarned::kNobodyCredited;
  const bool any_active =
      std::any_of(trace.credits.begin(), trace.credits.end(),
                  [](const RatableCredit& c) { return c.active; });
  if (!any_active) return NothingEarned::kNotActive;
  if (trace.rate.amounts.empty()) return NothingEarned::kNoRule;
  const bool any_amount =
      std::any_of(trace.rate.amounts.begin(), trace.rate.amounts.end(),
                  [](const AmountTrace& a) { return a.amount_minor != 0; });
  return any_amount ? NothingEarned::kNone : NothingEarned::kRoundedToZero;
}

// The version that rated: the one whose program it is.
void ExplainTerms(const Reference& reference, const PaymentTrace& trace,
                  Explanation* out) {
  const AttributedPayment& payment = trace.payment;
  out->terms_as_of = payment.terms->terms_as_of();
  out->hold_days = payment.terms->hold_us() / kUsPerDay;
  if (payment.terms->clawback_us()) {
    out->clawback_days = *payment.terms->clawback_us() / kUsPerDay;
  }
  const ProgramVersion* version = reference.VersionOf(payment.rating);
  if (version == nullptr) return;
  out->terms_seq = version->seq;
  out->terms_from = version->from;
}

}  // namespace

Explanation ExplainPayment(const ProgramState& state, const Event& payment,
                           const PaymentTrace& trace) {
  const Reference& reference = state.reference();
  const auto& body = std::get<event::Payment>(payment.body);
  const AttributedPayment& attributed = trace.payment;
  Explanation out;
  out.program_id = payment.program_id;
  out.payment_id = body.payment_id;
  out.event_id = payment.event_id;
  out.customer = body.customer.number;
  out.seq = trace.payment_seq;
  out.time = payment.time;
  out.currency = body.currency;
  out.time_zone = attributed.terms->time_zone();
  out.payment_number = attributed.number;
  out.phase = attributed.phase;
  out.contract_year = attributed.contract_year;
  out.contract_id = body.contract_id;
  out.contract_anchor = attributed.contract_anchor;
  out.phase_anchor = attributed.phase_anchor;
  ExplainTerms(reference, trace, &out);
  if (attributed.decision) out.decision = ExplainDecision(reference, trace);
  out.lines = ExplainLines(reference, body, trace);
  for (const AmountTrace& amount : trace.rate.amounts) {
    out.amounts.push_back(ExplainAmount(reference, body, trace, amount));
  }
  for (const RefundTrace& refund : trace.refunds) {
    out.refunds.push_back({refund.refund_id, refund.seq, refund.at, refund.kind,
                           refund.amount_minor, !refund.counts});
  }
  out.nothing_earned = WhyNothing(trace);
  return out;
}

VOUCH_NAMESPACE_END

#include "explain.h"

#include <algorithm>
#include <limits>
#include <optional>
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

// Of a fraction that is not negative.
ExplainedFraction Lowest(absl::int128 numerator, absl::int128 denominator) {
  absl::int128 a = numerator;
  absl::int128 b = denominator;
  while (b != 0) {
    const absl::int128 rest = a % b;
    a = b;
    b = rest;
  }
  return {Int128Text(numerator / a), Int128Text(denominator / a)};
}

std::vector<std::string> SubIds(std::string_view joined) {
  if (joined.empty()) return {};
  return absl::StrSplit(ToAbsl(joined), kSubIdSeparator);
}

PartnerStatus StatusAt(const Reference& reference, PartnerIndex partner,
                       Instant at) {
  if (!partner.has_value()) return PartnerStatus::kNone;
  const PartnerRecord* record = reference.partner(partner).records.At(at);
  return record == nullptr ? PartnerStatus::kNone : record->status;
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

// The partner that `touch` means: by its code, else as named. None when no such
// partner was ever known.
PartnerIndex MeantBy(const Reference& reference, const Touch& touch) {
  if (touch.partner.has_value()) return touch.partner;
  if (touch.code.has_value()) return reference.code(touch.code).partner;
  if (touch.standing != Standing::kPartnerUnknown) return PartnerIndex();
  return reference.FindPartner(touch.named);
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

ExplainedTouch ExplainTouch(const Reference& reference,
                            const TouchVerdict& verdict,
                            const DecisionTrace& trace, Instant conversion) {
  const Touch& touch = verdict.touch;
  const PartnerIndex partner = MeantBy(reference, touch);
  const Window& window = trace.terms->window(touch.channel);
  ExplainedTouch out;
  out.seq = touch.seq;
  out.time = touch.time;
  out.channel = touch.channel;
  out.partner_id = PartnerName(reference, partner);
  out.code = CodeName(reference, touch.code);
  if (!partner.has_value() && touch.standing == Standing::kPartnerUnknown) {
    out.partner_id = touch.named;
  }
  if (touch.standing == Standing::kCodeUnknown) out.code = touch.named;
  out.campaign = touch.campaign;
  out.sub_ids = SubIds(touch.sub_ids);
  out.partner_status = StatusAt(reference, partner, conversion);
  out.age_us = conversion.us - touch.time.us;
  if (window.length_us != std::numeric_limits<int64_t>::max()) {
    out.window_us = window.length_us;
  }
  out.window_inclusive = window.inclusive;
  out.code_limit = CodeLimit(reference, touch);
  out.standing = touch.standing;
  out.fate = verdict.fate;
  out.reason = FateText(out, trace.model);
  return out;
}

std::string LeadName(const ProgramState& state, LeadIndex lead) {
  return lead.has_value() ? std::string(state.leads()[lead.value() - 1].lead_id)
                          : std::string();
}

ExplainedCredit ExplainCredit(const ProgramState& state, const Credit& credit,
                              Instant paid_at,
                              const RatableCredit* at_payment) {
  ExplainedCredit out;
  out.partner_id = PartnerName(reference, credit.partner);
  out.role = credit.role;
  out.weight_ppb = credit.weight_ppb;
  out.channel = credit.channel;
  out.code = CodeName(reference, credit.code);
  out.campaign = credit.campaign;
  out.sub_ids = SubIds(credit.sub_ids);
  out.touch_seq = credit.touch_seq;
  out.touch_at = credit.touch_at;
  out.status = StatusAt(reference, credit.partner, paid_at);
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
  out.payment_id = trace.decision_payment_id;
  out.model = trace.decision.model;
  out.terms_seq = decision.terms_seq;
  for (const TouchVerdict& verdict : trace.decision.touches) {
    out.touches.push_back(
        ExplainTouch(reference, verdict, trace.decision, decision.at));
  }
  for (std::size_t i = 0; i < decision.credits.size(); ++i) {
    out.credits.push_back(
        ExplainCredit(reference, decision.credits[i], trace.payment.at,
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
    explained.category = line.category;
    explained.quantity = line.quantity;
    for (const event::Attribute& attribute : line.attributes) {
      explained.attributes.emplace_back(attribute.key, attribute.value);
    }
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
         trial.actual, static_cast<int32_t>(trial.rule + 1)});
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

// The parts of the rate as the rule has them.
void ExplainRate(const Rule& rule, int32_t contract_year,
                 ExplainedAmount* out) {
  if (rule.budget) return;
  const int64_t percent = rule.percent.ppb();
  if (percent != 0) out->percent = rule.percent.ToString();
  if (rule.by_contract_year.empty()) return;
  const int64_t all = rule.RateOfYear(contract_year).ppb();
  out->year_rate = Rate::FromPpb(all - percent).ToString();
}

std::string ShareFrom(const Reference& reference, const Credit& credit,
                      const std::optional<Rate>& given, Rate used) {
  if (!given || *given != used) return "program";
  return credit.code.has_value() && reference.code(credit.code).customer_share
             ? "code"
             : "partner";
}

void ExplainBudget(const Reference& reference, const PaymentTrace& trace,
                   const AmountTrace& amount, ExplainedAmount* out) {
  out->customer_share = amount.share.ToString();
  out->share_from =
      ShareFrom(reference, trace.payment.decision->credits[amount.credit],
                trace.credits[amount.credit].customer_share, amount.share);
  out->discount = {Int128Text(amount.numerator * amount.share.ppb()),
                   Int128Text(absl::int128(amount.denominator) * kPpb)};
  out->discount_minor = amount.discount_minor;
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
  out.rule_place = static_cast<int32_t>(amount.rule + 1);
  out.role = rule.role;
  out.lines = LinesOf(amount, payment, trace);
  out.base_minor = amount.base_minor;
  out.budget = rule.budget.has_value();
  out.rate = amount.rate.ToString();
  ExplainRate(rule, trace.payment.contract_year, &out);
  out.fixed_minor = amount.fixed_minor;
  out.numerator = Int128Text(amount.numerator);
  out.denominator = absl::StrCat(amount.denominator);
  out.lowest = Lowest(amount.numerator, amount.denominator);
  out.rounding = terms.rounding();
  out.rounded_minor = amount.rounded_minor;
  if (out.budget) ExplainBudget(reference, trace, amount, &out);
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

Seq SeqOf(const Reference& reference, const Program* terms) {
  const ProgramVersion* version = reference.VersionOf(terms);
  return version == nullptr ? Seq() : version->seq;
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
  out->payment_terms_seq = SeqOf(reference, payment.terms);
  const ProgramVersion* version = reference.VersionOf(payment.rating);
  if (version == nullptr) return;
  out->terms_seq = version->seq;
  out->terms_from = version->from;
}

ExplainedRefund ExplainRefund(const RefundTrace& refund) {
  ExplainedRefund out{
      refund.refund_id,    refund.seq,     refund.at,    refund.kind,
      refund.amount_minor, !refund.counts, refund.lines, {}};
  for (const ReversalTrace& reversal : refund.reversals) {
    out.reversals.push_back(
        {reversal.accrual_id, reversal.before_minor, reversal.change_minor});
  }
  return out;
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
    out.refunds.push_back(ExplainRefund(refund));
  }
  out.nothing_earned = WhyNothing(trace);
  return out;
}

VOUCH_NAMESPACE_END

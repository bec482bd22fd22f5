#include "explain.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "explain_amount.h"
#include "explain_decision.h"
#include "vouch/rate/exchange.h"

VOUCH_NAMESPACE_BEGIN

namespace {

// A rate of exchange as decimal text: "0.92".
std::string DecimalText(int64_t ppb) {
  std::string text = absl::StrCat(ppb / kPpb);
  const int64_t rest = ppb % kPpb;
  if (rest == 0) return text;
  std::string places = absl::StrCat(kPpb + rest).substr(1);
  places.erase(places.find_last_not_of('0') + 1);
  return absl::StrCat(text, ".", places);
}

ExplainedFigures FiguresOf(const event::PaymentLine& line) {
  return {line.amount_minor, line.tax_minor, line.discount_minor,
          line.fee_minor};
}

// The payment's lines in the program's currency.
std::vector<event::PaymentLine> ConvertedLines(const event::Payment& payment,
                                               const Program& rating) {
  std::vector<event::PaymentLine> lines(payment.lines.begin(),
                                        payment.lines.end());
  if (!payment.exchange) return lines;
  // The payment was rated by the same conversion, so that it cannot fail.
  if (!ConvertLines(payment.lines,
                    {payment.currency, payment.exchange->rate_ppb,
                     rating.currency(), rating.rounding()},
                    &lines)
           .ok()) {
    lines.assign(payment.lines.begin(), payment.lines.end());
  }
  return lines;
}

ExplainedTrial ExplainTrial(const RatedTrace& rated, const RuleTrial& trial) {
  return {CreditedPartner(rated, trial.credit),
          rated.terms.rules()[trial.rule].rule_id,
          0,
          std::string(trial.failed),
          trial.wanted,
          trial.actual,
          static_cast<int32_t>(trial.rule + 1),
          rated.credits[trial.credit].role,
          trial.outcome,
          trial.alone_minor};
}

std::vector<ExplainedLine> ExplainLines(const event::Payment& payment,
                                        const RatedTrace& rated) {
  const Program& rating = rated.terms;
  const std::vector<event::PaymentLine> converted =
      ConvertedLines(payment, rating);
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
    explained.given = FiguresOf(line);
    explained.converted = FiguresOf(converted[out.size()]);
    // It fits: the sum of all bases was checked when the payment was rated.
    explained.base_minor =
        static_cast<int64_t>(BaseOf(converted[out.size()], rating.base()));
    out.push_back(std::move(explained));
  }
  for (const RuleTrial& trial : rated.rate.trials) {
    ExplainedLine& line = out[trial.line];
    line.trials.push_back(ExplainTrial(rated, trial));
    line.trials.back().line = line.line;
  }
  return out;
}

// Why nothing was earned by those who are credited; empty amounts: no rule
// held.
NothingEarned WhyNothing(absl::Span<const PaymentCredit> credits,
                         int64_t vendor_weight_ppb,
                         const std::vector<ExplainedAmount>& amounts) {
  if (credits.empty()) {
    return vendor_weight_ppb > 0 ? NothingEarned::kVendorCredited
                                 : NothingEarned::kNobodyCredited;
  }
  const auto all = [credits](CreditStanding standing) {
    return std::all_of(
        credits.begin(), credits.end(),
        [standing](const PaymentCredit& c) { return c.standing == standing; });
  };
  if (all(CreditStanding::kNotActive)) return NothingEarned::kNotActive;
  if (all(CreditStanding::kSelfReferral)) return NothingEarned::kOwnPurchase;
  const bool any_earns =
      std::any_of(credits.begin(), credits.end(), [](const PaymentCredit& c) {
        return c.standing == CreditStanding::kEarns;
      });
  if (!any_earns) return NothingEarned::kNobodyMayEarn;
  if (amounts.empty()) return NothingEarned::kNoRuleHeld;
  // Where several came to nothing the first says why.
  const bool any_amount =
      std::any_of(amounts.begin(), amounts.end(),
                  [](const ExplainedAmount& a) { return a.amount_minor != 0; });
  return any_amount ? NothingEarned::kNone : amounts.front().nothing_earned;
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
  out->base = payment.rating->base();
}

ExplainedRefund ExplainRefund(const Reference& reference,
                              const RefundTrace& refund) {
  ExplainedRefund out;
  out.refund_id = refund.refund_id;
  out.seq = refund.seq;
  out.time = refund.at;
  out.kind = refund.kind;
  out.amount_minor = refund.amount_minor;
  out.past_clawback = !refund.counts;
  out.lines = refund.lines;
  for (const ReversalTrace& r : refund.reversals) {
    out.reversals.push_back({r.accrual_id, r.before_minor, r.change_minor,
                             r.booked_minor, NameOf(reference, r.payee),
                             r.rule_id, r.level, r.amount_minor});
  }
  for (const KeptTrace& kept : refund.kept) {
    out.kept.push_back({kept.accrual_id, kept.limit});
  }
  for (const ShareTrace& share : refund.shares) {
    out.shares.push_back({NameOf(reference, share.partner), share.role,
                          share.rule_id, share.change_minor});
  }
  for (const TrueUpStep& step : refund.true_ups) {
    out.true_ups.push_back(ExplainTrueUpStep(reference, step));
  }
  return out;
}

// What the replay heard of `decision`.
ExplainedDecision ExplainHeard(const ProgramState& state,
                               const Decision& decision,
                               const PaymentTrace& trace) {
  const auto heard = trace.decisions.find(decision.seq);
  if (heard == trace.decisions.end()) {
    return ExplainDecision(state, decision, {}, {});
  }
  return ExplainDecision(state, decision, heard->second.payment_id,
                         heard->second.trace);
}

std::vector<int32_t> LineNumbers(const event::Payment& payment) {
  std::vector<int32_t> numbers;
  for (const event::PaymentLine& line : payment.lines) {
    numbers.push_back(line.line);
  }
  return numbers;
}

void NameParents(const Reference& reference,
                 absl::Span<const std::vector<ParentTrace>> parents,
                 std::vector<ExplainedPayee>* payees) {
  for (std::size_t i = 0; i < parents.size(); ++i) {
    for (const ParentTrace& parent : parents[i]) {
      (*payees)[i].parents.push_back(
          {NameOf(reference, parent.partner), parent.status, parent.standing});
    }
  }
}

bool EarnsByLeads(const Program& terms) {
  return std::any_of(terms.rules().begin(), terms.rules().end(),
                     [](const Rule& rule) {
                       return rule.kind == RuleKind::kCommission &&
                              rule.earns_on == EarnsOn::kQualifiedLead;
                     });
}

NothingEarned WhyOut(RewardTrace::Out out) {
  switch (out) {
    case RewardTrace::kNoRuleForIt:
      return NothingEarned::kNoRuleForIt;
    case RewardTrace::kQualifiedBefore:
      return NothingEarned::kQualifiedBefore;
    case RewardTrace::kNotLive:
      return NothingEarned::kLeadNotLive;
    case RewardTrace::kRated:
      break;
  }
  return NothingEarned::kNone;
}

void NameLead(const ProgramState& state, LeadIndex index,
              ExplainedReward* out) {
  if (!index.has_value()) return;
  const LeadState& lead = state.leads()[index.value() - 1];
  out->lead_id = std::string(lead.lead_id);
  out->partner_id = NameOf(state.reference(), lead.partner);
  out->registered_at = lead.registered_at;
}

ExplainedReward ExplainReward(const ProgramState& state,
                              const RewardTrace& reward,
                              const PaymentTrace& trace) {
  const Reference& reference = state.reference();
  ExplainedReward out;
  NameLead(state, reward.lead, &out);
  out.seq = reward.seq;
  out.time = reward.at;
  out.terms_seq = SeqOf(reference, reward.terms);
  out.lead_life = reward.life;
  out.nothing_earned = WhyOut(reward.out);
  if (reward.out != RewardTrace::kRated) return out;
  out.decides = reward.decides;
  if (reward.decides) {
    out.decision = ExplainDecision(state, *reward.decision, {}, reward.decided);
  } else if (reward.decision) {
    out.decision = ExplainHeard(state, *reward.decision, trace);
  }
  const int64_t vendor =
      reward.decision ? reward.decision->vendor_weight_ppb : 0;
  const RatedTrace rated{reference,
                         *reward.terms,
                         reward.paid,
                         reward.credits,
                         reward.parents,
                         reward.rate,
                         {},
                         vendor,
                         1,
                         false,
                         reward.seq};
  out.credits = ExplainCredits(state, reward.paid, reward.credits);
  NameParents(reference, reward.parents, &out.credits);
  for (const RuleTrial& trial : reward.rate.trials) {
    out.trials.push_back(ExplainTrial(rated, trial));
  }
  out.amounts = ExplainAmounts(rated);
  out.nothing_earned = WhyNothing(reward.paid, vendor, out.amounts);
  return out;
}

// A lead that no event made QUALIFIED by `at`.
ExplainedReward ExplainUnqualified(const ProgramState& state, LeadIndex index,
                                   Instant at) {
  const Program& terms = *state.reference().ProgramAtOrFirst(at);
  ExplainedReward out;
  NameLead(state, index, &out);
  out.time = at;
  out.terms_seq = SeqOf(state.reference(), &terms);
  out.lead_life = LifeAt(state.leads()[index.value() - 1], at, terms);
  out.nothing_earned = EarnsByLeads(terms) ? NothingEarned::kNotQualified
                                           : NothingEarned::kNoRuleForIt;
  return out;
}

// Those of `leads` that no reward of the trace is about and that were
// registered by `at`.
std::vector<LeadIndex> Unqualified(const ProgramState& state,
                                   absl::Span<const LeadIndex> leads,
                                   const PaymentTrace& trace, Instant at) {
  std::vector<LeadIndex> out;
  for (const LeadIndex index : leads) {
    const bool told = std::any_of(
        trace.rewards.begin(), trace.rewards.end(),
        [index](const RewardTrace& reward) { return reward.lead == index; });
    const LeadState& lead = state.leads()[index.value() - 1];
    if (!told && !(at < lead.registered_at)) out.push_back(index);
  }
  return out;
}

// What the customer's leads and sign-up earned by `at`, or could have.
std::vector<ExplainedReward> ExplainRewards(const ProgramState& state,
                                            CustomerNumber customer,
                                            const PaymentTrace& trace,
                                            Instant at) {
  std::vector<ExplainedReward> out;
  const auto add = [&out](ExplainedReward reward) {
    if (reward.nothing_earned != NothingEarned::kNoRuleForIt) {
      out.push_back(std::move(reward));
    }
  };
  for (const RewardTrace& reward : trace.rewards) {
    if (!(at < reward.at)) add(ExplainReward(state, reward, trace));
  }
  for (const LeadIndex index :
       Unqualified(state, state.LeadsOf(customer), trace, at)) {
    add(ExplainUnqualified(state, index, at));
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
  out.customer = state.RootOf(body.customer.number);
  out.seq = trace.payment_seq;
  out.time = payment.time;
  out.currency = body.currency;
  out.program_currency = attributed.terms->currency();
  if (body.exchange) {
    const event::Exchange& exchange = *body.exchange;
    out.exchange_rate = DecimalText(exchange.rate_ppb);
    if (exchange.date) out.exchange_on = FormatDay(*exchange.date);
    out.exchange_source = exchange.source;
  }
  out.time_zone = attributed.terms->time_zone();
  out.payment_number = attributed.number;
  out.phase = attributed.phase;
  out.contract_year = attributed.contract_year;
  out.contract_id = body.contract_id;
  out.contract_anchor = attributed.contract_anchor;
  out.phase_anchor = attributed.phase_anchor;
  out.first_payment_on = attributed.first_payment_on;
  out.signup_on = attributed.signup_on;
  ExplainTerms(reference, trace, &out);
  if (attributed.decision) {
    out.decision = ExplainHeard(state, *attributed.decision, trace);
  }
  out.credits = ExplainCredits(state, attributed.credits, trace.credits);
  NameParents(reference, trace.parents, &out.credits);
  const std::vector<int32_t> lines = LineNumbers(body);
  const int64_t vendor =
      attributed.decision ? attributed.decision->vendor_weight_ppb : 0;
  const RatedTrace rated{reference,
                         *attributed.rating,
                         attributed.credits,
                         trace.credits,
                         trace.parents,
                         trace.rate,
                         lines,
                         vendor,
                         attributed.contract_year,
                         true,
                         trace.payment_seq};
  out.lines = ExplainLines(body, rated);
  out.amounts = ExplainAmounts(rated);
  for (const RefundTrace& refund : trace.refunds) {
    out.refunds.push_back(ExplainRefund(reference, refund));
  }
  out.rewards = ExplainRewards(state, out.customer, trace, kMaxInstant);
  out.nothing_earned = attributed.number == 0 ? NothingEarned::kZeroPayment
                                              : WhyNothing(attributed.credits,
                                                           vendor, out.amounts);
  return out;
}

Explanation ExplainStanding(const ProgramState& state, CustomerNumber customer,
                            const ProgramState::Prospect& prospect,
                            const PaymentTrace& trace) {
  const AttributedPayment& attributed = prospect.attributed;
  Explanation out;
  out.program_id = attributed.terms->program_id();
  out.customer = state.RootOf(customer);
  out.time = attributed.at;
  out.currency = attributed.terms->currency();
  out.program_currency = out.currency;
  out.time_zone = attributed.terms->time_zone();
  if (attributed.decides) {
    out.prospect =
        ExplainDecision(state, *attributed.decision, {}, prospect.trace);
    out.prospect->trigger = Trigger::kNone;
  } else {
    out.decision = ExplainHeard(state, *attributed.decision, trace);
  }
  out.credits = ExplainCredits(state, attributed.credits, prospect.credits);
  out.rewards = ExplainRewards(state, out.customer, trace, out.time);
  return out;
}

Explanation ExplainLeadAlone(const ProgramState& state, LeadIndex lead,
                             Instant at, const PaymentTrace& trace) {
  const LeadState& of = state.leads()[lead.value() - 1];
  Explanation out;
  const Program& terms = *state.reference().ProgramAtOrFirst(at);
  out.program_id = terms.program_id();
  out.lead_id = std::string(of.lead_id);
  out.customer = state.CustomerOf(of);
  out.time = at;
  out.currency = terms.currency();
  out.program_currency = out.currency;
  out.time_zone = terms.time_zone();
  for (const RewardTrace& reward : trace.rewards) {
    out.rewards.push_back(ExplainReward(state, reward, trace));
  }
  for (const LeadIndex index :
       Unqualified(state, absl::MakeConstSpan(&lead, 1), trace, at)) {
    out.rewards.push_back(ExplainUnqualified(state, index, at));
  }
  const bool any = std::any_of(
      out.rewards.begin(), out.rewards.end(), [](const ExplainedReward& r) {
        return r.nothing_earned == NothingEarned::kNone;
      });
  if (!any && !out.rewards.empty()) {
    out.nothing_earned = out.rewards.front().nothing_earned;
  }
  return out;
}

VOUCH_NAMESPACE_END

#include "explain.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "explain_decision.h"
#include "vouch/base/allocate.h"
#include "vouch/rate/exchange.h"

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

// A rate of exchange as decimal text: "0.92".
std::string DecimalText(int64_t ppb) {
  std::string text = absl::StrCat(ppb / kPpb);
  const int64_t rest = ppb % kPpb;
  if (rest == 0) return text;
  std::string places = absl::StrCat(kPpb + rest).substr(1);
  places.erase(places.find_last_not_of('0') + 1);
  return absl::StrCat(text, ".", places);
}

std::string CreditedPartner(const Reference& reference,
                            const PaymentTrace& trace, std::size_t credit) {
  return NameOf(reference, trace.payment.credits[credit].credit.partner);
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

std::vector<ExplainedLine> ExplainLines(const Reference& reference,
                                        const event::Payment& payment,
                                        const PaymentTrace& trace) {
  const Program& rating = *trace.payment.rating;
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
  for (const RuleTrial& trial : trace.rate.trials) {
    const Rule& rule = rating.rules()[trial.rule];
    out[trial.line].trials.push_back(
        {CreditedPartner(reference, trace, trial.credit), rule.rule_id,
         out[trial.line].line, std::string(trial.failed), trial.wanted,
         trial.actual, static_cast<int32_t>(trial.rule + 1),
         trace.credits[trial.credit].role, trial.outcome, trial.alone_minor});
  }
  return out;
}

// The lines that the rule of `amount` pays, by its trials.
std::vector<int32_t> LinesOf(const AmountTrace& amount,
                             const event::Payment& payment,
                             const PaymentTrace& trace) {
  std::vector<int32_t> lines;
  for (const RuleTrial& trial : trace.rate.trials) {
    if (trial.credit == amount.credit && trial.rule == amount.rule &&
        (trial.outcome == TrialOutcome::kChosen ||
         trial.outcome == TrialOutcome::kStacked)) {
      lines.push_back(payment.lines[trial.line].line);
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The parts of the rate as the rule, or the partner's exception, has them.
void ExplainRate(const Reward& reward, int32_t contract_year,
                 ExplainedAmount* out) {
  const int64_t percent = reward.percent.ppb();
  if (percent != 0) out->percent = reward.percent.ToString();
  if (reward.by_contract_year.empty()) return;
  const int64_t all = reward.RateOfYear(contract_year).ppb();
  out->year_rate = Rate::FromPpb(all - percent).ToString();
}

// The days of a span; none of all time.
void ExplainSpan(MonthSpan span, std::optional<CivilDay>* from,
                 std::optional<CivilDay>* until) {
  if (span == PeriodOf(Period::kLifetime, 0)) return;
  *from = FirstDayOf(span.from);
  *until = FirstDayOf(span.until);
}

ExplainedTiers ExplainTiers(const TierTrace& tiers) {
  ExplainedTiers out;
  out.metric = tiers.metric;
  out.meaning = tiers.meaning;
  ExplainSpan(tiers.period, &out.from, &out.until);
  out.before = tiers.before;
  out.after = tiers.after;
  for (const BandTrace& band : tiers.bands) {
    out.bands.push_back({static_cast<int32_t>(band.place + 1),
                         band.percent.ToString(), band.fixed_minor,
                         band.part_minor});
  }
  return out;
}

ExplainedTrueUp ExplainTrueUp(const TrueUpTrace& true_up) {
  ExplainedTrueUp out;
  ExplainSpan(true_up.period, &out.from, &out.until);
  out.base_minor = true_up.base_minor;
  out.target_minor = true_up.target_minor;
  out.so_far_minor = true_up.so_far_minor;
  return out;
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
      ShareFrom(reference, trace.payment.credits[amount.credit].credit,
                trace.credits[amount.credit].customer_share, amount.share);
  out->discount = {Int128Text(amount.numerator * amount.share.ppb()),
                   Int128Text(absl::int128(amount.denominator) * kPpb)};
  out->discount_minor = amount.discount_minor;
}

// The split that the credit took its place in: over the weights of its role,
// the vendor's last.
void ExplainSplit(const Reference& reference, const PaymentTrace& trace,
                  const AmountTrace& amount, ExplainedAmount* out) {
  const Role role = trace.credits[amount.credit].role;
  absl::InlinedVector<int64_t, 4> weights;
  const auto add = [&](std::string partner_id, int64_t weight_ppb) {
    weights.push_back(weight_ppb);
    out->split.push_back({std::move(partner_id), weight_ppb, 0});
  };
  for (std::size_t i = 0; i < trace.credits.size(); ++i) {
    if (trace.credits[i].role != role) continue;
    add(CreditedPartner(reference, trace, i), trace.credits[i].weight_ppb);
    if (i == amount.credit) out->place = static_cast<int32_t>(weights.size());
  }
  const int64_t vendor = trace.payment.decision->vendor_weight_ppb;
  if (role == Role::kAcquirer && vendor > 0) add({}, vendor);
  absl::InlinedVector<int64_t, 4> parts(weights.size(), 0);
  // The payment was rated by the same split, so that this cannot fail.
  if (!Allocate(amount.rounded_minor - amount.discount_minor, weights,
                absl::MakeSpan(parts))
           .ok()) {
    return;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out->split[i].part_minor = parts[i];
  }
}

// Whether the reward's only part is one that was paid before.
bool IsSpent(const Reward& reward, const AmountTrace& amount) {
  const bool once = reward.fixed_per == FixedPer::kCustomer ||
                    reward.fixed_per == FixedPer::kContractYear;
  return once && reward.fixed_minor != 0 && amount.fixed_times == 0 &&
         amount.rounded_minor == 0;
}

// Why an amount of nothing is one; `reward` is null above level 0 and of a
// true-up by another rule than those chosen.
NothingEarned WhyZero(const Reward* reward, const AmountTrace& amount) {
  if (!amount.payee_earns) return NothingEarned::kNotActive;
  if (amount.true_up) return NothingEarned::kNothingToTrueUp;
  if (!amount.limits.empty()) return NothingEarned::kLimitReached;
  if (reward != nullptr && IsSpent(*reward, amount)) {
    return NothingEarned::kSpentBefore;
  }
  if (amount.rounded_minor != 0 &&
      amount.discount_minor == amount.rounded_minor) {
    return NothingEarned::kAllToCustomer;
  }
  if (amount.tiers && amount.tiers->bands.empty()) {
    return NothingEarned::kBelowFirstTier;
  }
  if (amount.base_minor == 0 && amount.fixed_minor == 0) {
    return NothingEarned::kZeroBase;
  }
  return NothingEarned::kRoundedToZero;
}

ExplainedAmount ExplainAmount(const Reference& reference,
                              const event::Payment& payment,
                              const PaymentTrace& trace,
                              const AmountTrace& amount) {
  const Program& terms = *trace.payment.rating;
  const std::string credited = CreditedPartner(reference, trace, amount.credit);
  const bool chosen = amount.rule != kNoRule;
  const Reward* reward = nullptr;
  ExplainedAmount out;
  out.partner_id =
      amount.payee.has_value() ? NameOf(reference, amount.payee) : credited;
  out.role = trace.credits[amount.credit].role;
  out.level = amount.level;
  if (chosen) {
    const Rule& rule = terms.rules()[amount.rule];
    out.rule_id = rule.rule_id;
    out.rule_place = static_cast<int32_t>(amount.rule + 1);
    out.lines = LinesOf(amount, payment, trace);
    out.budget = rule.budget.has_value() && amount.level == 0;
    if (!out.budget && amount.level == 0) {
      reward = &rule.RewardOf(credited);
      ExplainRate(*reward, trace.payment.contract_year, &out);
    }
  } else if (amount.true_up) {
    out.rule_id = std::string(amount.true_up->rule_id);
  }
  out.base_minor = amount.base_minor;
  out.rate = amount.rate.ToString();
  out.fixed_minor = amount.fixed_minor;
  out.fixed_times = amount.fixed_times;
  out.rate_exception = amount.rate_exception;
  if (amount.tiers) out.tiers = ExplainTiers(*amount.tiers);
  out.numerator = Int128Text(amount.numerator);
  out.denominator = Int128Text(amount.denominator);
  out.lowest = Lowest(amount.numerator, amount.denominator);
  out.rounding = terms.rounding();
  out.rounded_minor = amount.rounded_minor;
  if (out.budget) ExplainBudget(reference, trace, amount, &out);
  out.weight_ppb = trace.credits[amount.credit].weight_ppb;
  const bool splits = !amount.true_up &&
                      (amount.level == 0 || amount.upline == UplineOf::kBase);
  if (splits) ExplainSplit(reference, trace, amount, &out);
  out.split_minor = amount.split_minor;
  out.limits = amount.limits;
  out.amount_minor = amount.amount_minor;
  if (amount.amount_minor == 0) out.nothing_earned = WhyZero(reward, amount);
  if (amount.level > 0) {
    out.ride = ExplainedRide{credited, amount.upline == UplineOf::kBase,
                             amount.upline_of_minor, amount.payee_earns};
  }
  if (amount.true_up) out.true_up = ExplainTrueUp(*amount.true_up);
  return out;
}

NothingEarned WhyNothing(const PaymentTrace& trace,
                         const std::vector<ExplainedAmount>& amounts) {
  if (trace.payment.number == 0) return NothingEarned::kZeroPayment;
  if (trace.credits.empty()) {
    return trace.payment.decision->vendor_weight_ppb > 0
               ? NothingEarned::kVendorCredited
               : NothingEarned::kNobodyCredited;
  }
  const auto all = [&trace](CreditStanding standing) {
    return std::all_of(
        trace.payment.credits.begin(), trace.payment.credits.end(),
        [standing](const PaymentCredit& c) { return c.standing == standing; });
  };
  if (all(CreditStanding::kNotActive)) return NothingEarned::kNotActive;
  if (all(CreditStanding::kSelfReferral)) return NothingEarned::kOwnPurchase;
  const bool any_earns =
      std::any_of(trace.credits.begin(), trace.credits.end(),
                  [](const RatableCredit& c) { return c.active; });
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
  out.credits = ExplainCredits(state, attributed, trace.credits);
  out.lines = ExplainLines(reference, body, trace);
  for (const AmountTrace& amount : trace.rate.amounts) {
    out.amounts.push_back(ExplainAmount(reference, body, trace, amount));
  }
  for (const RefundTrace& refund : trace.refunds) {
    out.refunds.push_back(ExplainRefund(refund));
  }
  out.nothing_earned = WhyNothing(trace, out.amounts);
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
  out.credits = ExplainCredits(state, attributed, prospect.credits);
  return out;
}

VOUCH_NAMESPACE_END

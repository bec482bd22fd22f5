#include "explain_amount.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "explain_decision.h"
#include "vouch/base/allocate.h"

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

// The lines that the rule of `amount` pays, by its trials.
std::vector<int32_t> LinesOf(const RatedTrace& rated,
                             const AmountTrace& amount) {
  std::vector<int32_t> lines;
  if (!rated.is_payment) return lines;
  for (const RuleTrial& trial : rated.rate.trials) {
    if (trial.credit == amount.credit && trial.rule == amount.rule &&
        (trial.outcome == TrialOutcome::kChosen ||
         trial.outcome == TrialOutcome::kStacked)) {
      lines.push_back(rated.lines[trial.line]);
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
  out.taken_from = true_up.taken_from;
  return out;
}

std::string ShareFrom(const Reference& reference, const Credit& credit,
                      const std::optional<Rate>& given, Rate used) {
  if (!given || *given != used) return "program";
  return credit.code.has_value() && reference.code(credit.code).customer_share
             ? "code"
             : "partner";
}

void ExplainBudget(const RatedTrace& rated, const AmountTrace& amount,
                   ExplainedAmount* out) {
  const std::optional<Rate>& given =
      rated.credits[amount.credit].customer_share;
  out->customer_share = amount.share.ToString();
  out->share_from = ShareFrom(rated.reference, rated.paid[amount.credit].credit,
                              given, amount.share);
  if (given) out->share_given = given->ToString();
  out->share_min = rated.terms.CutShare(Rate()).ToString();
  out->share_max = rated.terms.CutShare(Rate::FromPpb(kPpb)).ToString();
  out->discount = {Int128Text(amount.numerator * amount.share.ppb()),
                   Int128Text(absl::int128(amount.denominator) * kPpb)};
  out->discount_minor = amount.discount_minor;
}

// The split that the credit took its place in: over the weights of its role,
// the vendor's last.
void ExplainSplit(const RatedTrace& rated, const AmountTrace& amount,
                  ExplainedAmount* out) {
  const Role role = rated.credits[amount.credit].role;
  absl::InlinedVector<int64_t, 4> weights;
  const auto add = [&](std::string partner_id, int64_t weight_ppb) {
    weights.push_back(weight_ppb);
    out->split.push_back({std::move(partner_id), weight_ppb, 0});
  };
  for (std::size_t i = 0; i < rated.credits.size(); ++i) {
    if (rated.credits[i].role != role) continue;
    add(CreditedPartner(rated, i), rated.credits[i].weight_ppb);
    if (i == amount.credit) out->place = static_cast<int32_t>(weights.size());
  }
  const int64_t vendor = rated.vendor_weight_ppb;
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

// Whether the reward's fixed amount is one that was paid before.
bool IsSpent(const RatedTrace& rated, const Reward& reward,
             const AmountTrace& amount) {
  const bool once = !rated.is_payment ||
                    reward.fixed_per == FixedPer::kCustomer ||
                    reward.fixed_per == FixedPer::kContractYear;
  return once && reward.fixed_minor != 0 && amount.fixed_times == 0;
}

// Why the payee of an upline may not earn. That of a book may have been another
// parent than now: it is not told which of the two it is.
NothingEarned WhyNoParent(const RatedTrace& rated, const AmountTrace& amount) {
  // Going down by what nobody earned, it was another payment's parent.
  if (amount.true_up &&
      amount.true_up->target_minor < amount.true_up->so_far_minor) {
    return NothingEarned::kNobodyMayEarn;
  }
  const std::vector<ParentTrace>& parents = rated.parents[amount.credit];
  const std::size_t place = static_cast<std::size_t>(amount.level) - 1;
  if (place >= parents.size() || parents[place].partner != amount.payee) {
    return NothingEarned::kNobodyMayEarn;
  }
  return parents[place].standing == CreditStanding::kSelfReferral
             ? NothingEarned::kOwnPurchase
             : NothingEarned::kNotActive;
}

NothingEarned WhyNoTrueUp(const AmountTrace& amount) {
  const bool below = amount.tiers && amount.tiers->bands.empty() &&
                     amount.true_up->so_far_minor == 0;
  return below ? NothingEarned::kBelowFirstTier
               : NothingEarned::kNothingToTrueUp;
}

// Why an amount of nothing is one whose payee may earn.
NothingEarned WhyZero(const AmountTrace& amount, bool fixed_spent) {
  if (!amount.limits.empty()) return NothingEarned::kLimitReached;
  if (amount.true_up) return WhyNoTrueUp(amount);
  if (amount.upline == UplineOf::kCommission && amount.upline_of_minor == 0) {
    return NothingEarned::kRidesOnNothing;
  }
  if (fixed_spent && amount.rounded_minor == 0) {
    return NothingEarned::kSpentBefore;
  }
  if (amount.rounded_minor != 0 &&
      amount.discount_minor == amount.rounded_minor) {
    return NothingEarned::kAllToCustomer;
  }
  if (amount.tiers && amount.tiers->bands.empty() && amount.numerator == 0) {
    return NothingEarned::kBelowFirstTier;
  }
  if (amount.base_minor == 0 && amount.fixed_minor == 0) {
    return NothingEarned::kZeroBase;
  }
  return amount.numerator == 0 ? NothingEarned::kZeroRate
                               : NothingEarned::kRoundedToZero;
}

// What needs no names.
ExplainedAmount ExplainSteps(const AmountTrace& amount, Rounding rounding) {
  ExplainedAmount out;
  out.level = amount.level;
  out.base_minor = amount.base_minor;
  out.rate = amount.rate.ToString();
  out.fixed_minor = amount.fixed_minor;
  out.fixed_times = amount.fixed_times;
  out.rate_exception = amount.rate_exception;
  if (amount.tiers) out.tiers = ExplainTiers(*amount.tiers);
  out.numerator = Int128Text(amount.numerator);
  out.denominator = Int128Text(amount.denominator);
  out.lowest = Lowest(amount.numerator, amount.denominator);
  out.rounding = rounding;
  out.rounded_minor = amount.rounded_minor;
  out.split_minor = amount.split_minor;
  out.limits = amount.limits;
  out.amount_minor = amount.amount_minor;
  if (amount.true_up) {
    out.true_up = ExplainTrueUp(*amount.true_up);
    out.rule_id = std::string(amount.true_up->rule_id);
    out.rounding = amount.true_up->rounding;
  }
  return out;
}

void ExplainRide(const AmountTrace& amount, std::string child,
                 ExplainedAmount* out) {
  if (amount.level == 0) return;
  out->ride = ExplainedRide{std::move(child), amount.upline == UplineOf::kBase,
                            amount.upline_of_minor, amount.payee_earns};
}

// What the rule that was chosen says.
void ExplainRule(const RatedTrace& rated, const AmountTrace& amount,
                 ExplainedAmount* out) {
  const Rule& rule = rated.terms.rules()[amount.rule];
  out->rule_id = rule.rule_id;
  out->rule_place = static_cast<int32_t>(amount.rule + 1);
  out->lines = LinesOf(rated, amount);
  if (amount.level > 0) return;
  out->budget = rule.budget.has_value();
  if (out->budget) {
    ExplainBudget(rated, amount, out);
    return;
  }
  const Reward& reward = rule.RewardOf(rated.credits[amount.credit].partner_id);
  ExplainRate(reward, rated.contract_year, out);
  out->fixed_spent = IsSpent(rated, reward, amount);
}

ExplainedAmount ExplainAmount(const RatedTrace& rated,
                              const AmountTrace& amount) {
  const std::string credited = CreditedPartner(rated, amount.credit);
  ExplainedAmount out = ExplainSteps(amount, rated.terms.rounding());
  out.partner_id = amount.payee.has_value()
                       ? NameOf(rated.reference, amount.payee)
                       : credited;
  out.role = rated.credits[amount.credit].role;
  out.weight_ppb = rated.credits[amount.credit].weight_ppb;
  if (amount.rule != kNoRule) ExplainRule(rated, amount, &out);
  const bool splits = !amount.true_up &&
                      (amount.level == 0 || amount.upline == UplineOf::kBase);
  if (splits) ExplainSplit(rated, amount, &out);
  ExplainRide(amount, credited, &out);
  if (amount.amount_minor == 0) {
    out.nothing_earned = amount.payee_earns ? WhyZero(amount, out.fixed_spent)
                                            : WhyNoParent(rated, amount);
  }
  return out;
}

}  // namespace

std::string CreditedPartner(const RatedTrace& rated, std::size_t credit) {
  return NameOf(rated.reference, rated.paid[credit].credit.partner);
}

std::vector<ExplainedAmount> ExplainAmounts(const RatedTrace& rated) {
  std::vector<ExplainedAmount> out;
  AccrualId id{rated.seq, 0};
  for (const AmountTrace& amount : rated.rate.amounts) {
    out.push_back(ExplainAmount(rated, amount));
    if (amount.amount_minor <= 0) continue;
    ++id.place;
    out.back().accrual_id = id;
  }
  return out;
}

ExplainedAmount ExplainTrueUpStep(const Reference& reference,
                                  const TrueUpStep& step) {
  const AmountTrace& amount = step.amount;
  const std::string credited = NameOf(reference, step.partner);
  ExplainedAmount out = ExplainSteps(amount, Rounding::kHalfEven);
  out.partner_id =
      amount.payee.has_value() ? NameOf(reference, amount.payee) : credited;
  out.role = step.role;
  out.accrual_id = step.accrual_id;
  ExplainRide(amount, credited, &out);
  if (amount.amount_minor == 0) {
    out.nothing_earned = amount.payee_earns ? WhyZero(amount, false)
                                            : NothingEarned::kNobodyMayEarn;
  }
  return out;
}

VOUCH_NAMESPACE_END

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/convert_credit.h"
#include "proto/convert_output_words.h"
#include "vouch/base/civil.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/proto/convert_output.h"
#include "vouch/report/amount_text.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

v1::Verdict StandingVerdict(Standing standing) {
  switch (standing) {
    case Standing::kPartnerUnknown:
      return v1::PARTNER_UNKNOWN;
    case Standing::kCodeUnknown:
      return v1::CODE_UNKNOWN;
    case Standing::kCodeNotYetValid:
      return v1::CODE_NOT_YET_VALID;
    case Standing::kCodeExpired:
      return v1::CODE_EXPIRED;
    case Standing::kCodeRevoked:
      return v1::CODE_REVOKED;
    case Standing::kCodeUsedUp:
      return v1::CODE_USED_UP;
    case Standing::kHolds:
      break;
  }
  return v1::VERDICT_UNSPECIFIED;
}

v1::Verdict VerdictOf(const ExplainedTouch& touch) {
  switch (touch.fate) {
    case TouchFate::kAfterConversion:
      return v1::AFTER_CONVERSION;
    case TouchFate::kDoesNotHold:
      return StandingVerdict(touch.standing);
    case TouchFate::kDirectIgnored:
      return v1::DIRECT_IGNORED;
    case TouchFate::kOutsideWindow:
      return v1::OUTSIDE_WINDOW;
    case TouchFate::kPartnerNotActive:
      return v1::PARTNER_NOT_ACTIVE;
    case TouchFate::kSelfReferral:
      return v1::SELF_REFERRAL;
    case TouchFate::kLeadRejected:
      return v1::LEAD_REJECTED;
    case TouchFate::kLeadLost:
      return v1::LEAD_LOST;
    case TouchFate::kLeadExpired:
      return v1::LEAD_EXPIRED;
    case TouchFate::kExcludedByDirect:
      return v1::EXCLUDED_BY_DIRECT;
    case TouchFate::kExcludedByLead:
      return v1::EXCLUDED_BY_LEAD;
    case TouchFate::kNotInTiers:
      return v1::CHANNEL_NOT_IN_TIERS;
    case TouchFate::kLowerTier:
      return v1::LOWER_TIER;
    case TouchFate::kLost:
      return v1::MODEL_GIVES_NOTHING;
    case TouchFate::kWon:
      return v1::WON;
  }
  return v1::VERDICT_UNSPECIFIED;
}

v1::NothingEarned ToV1(NothingEarned why) {
  switch (why) {
    case NothingEarned::kZeroPayment:
      return v1::ZERO_PAYMENT;
    case NothingEarned::kNobodyCredited:
      return v1::NOBODY_CREDITED;
    case NothingEarned::kVendorCredited:
      return v1::VENDOR_CREDITED;
    case NothingEarned::kNotActive:
      return v1::NOT_ACTIVE;
    case NothingEarned::kOwnPurchase:
      return v1::OWN_PURCHASE;
    case NothingEarned::kNoRuleHeld:
      return v1::NO_RULE;
    case NothingEarned::kRoundedToZero:
      return v1::ROUNDED_TO_ZERO;
    case NothingEarned::kLimitReached:
      return v1::LIMIT_REACHED;
    case NothingEarned::kSpentBefore:
      return v1::SPENT_BEFORE;
    case NothingEarned::kBelowFirstTier:
      return v1::BELOW_FIRST_TIER;
    case NothingEarned::kZeroBase:
      return v1::ZERO_BASE;
    case NothingEarned::kAllToCustomer:
      return v1::ALL_TO_CUSTOMER;
    case NothingEarned::kNothingToTrueUp:
      return v1::NOTHING_TO_TRUE_UP;
    case NothingEarned::kNobodyMayEarn:
      return v1::NOBODY_MAY_EARN;
    case NothingEarned::kZeroRate:
      return v1::ZERO_RATE;
    case NothingEarned::kRidesOnNothing:
      return v1::RIDES_ON_NOTHING;
    case NothingEarned::kNoRuleForIt:
      return v1::NO_RULE_FOR_IT;
    case NothingEarned::kNotQualified:
      return v1::NOT_QUALIFIED;
    case NothingEarned::kQualifiedBefore:
      return v1::QUALIFIED_BEFORE;
    case NothingEarned::kLeadNotLive:
      return v1::LEAD_NOT_LIVE;
    case NothingEarned::kNone:
      break;
  }
  return v1::NOTHING_EARNED_UNSPECIFIED;
}

v1::NothingEarned ToV1(CreditStanding standing) {
  switch (standing) {
    case CreditStanding::kNotActive:
      return v1::NOT_ACTIVE;
    case CreditStanding::kSelfReferral:
      return v1::OWN_PURCHASE;
    case CreditStanding::kEarns:
      break;
  }
  return v1::NOTHING_EARNED_UNSPECIFIED;
}

v1::Rounding ToV1(Rounding rounding) {
  static_assert(static_cast<int>(Rounding::kHalfEven) + 1 == v1::HALF_EVEN &&
                static_cast<int>(Rounding::kCeiling) + 1 == v1::CEILING);
  return static_cast<v1::Rounding>(static_cast<int>(rounding) + 1);
}

v1::PartnerStatus ToV1(PartnerStatus status) {
  static_assert(static_cast<int>(PartnerStatus::kActive) == v1::ACTIVE &&
                static_cast<int>(PartnerStatus::kTerminated) == v1::TERMINATED);
  return static_cast<v1::PartnerStatus>(status);
}

void FillCandidate(const ExplainedTouch& touch, v1::Candidate* message) {
  message->set_seq(Number(touch.seq));
  message->set_time_us(touch.time.us);
  message->set_channel(proto::ToV1(touch.channel));
  message->set_partner_id(touch.partner_id);
  message->set_code(touch.code);
  message->set_campaign(touch.campaign);
  message->set_lead_id(touch.lead_id);
  message->set_verdict(VerdictOf(touch));
  for (const std::string& sub_id : touch.sub_ids) message->add_sub_ids(sub_id);
  message->set_age_us(touch.age_us);
  if (touch.window_us) {
    message->set_window_us(*touch.window_us);
    message->set_window_inclusive(touch.window_inclusive);
  }
  if (touch.code_limit) message->set_limit_us(touch.code_limit->us);
  if (touch.lead_end) message->set_limit_us(touch.lead_end->us);
  if (touch.tier != kNoTier) message->set_tier(touch.tier);
  message->set_weight_ppb(touch.weight_ppb);
  message->set_partner_status(ToV1(touch.partner_status));
  message->set_excluded_by_seq(Number(touch.excluded_by));
}

// The field of `Conditions` by the name that the trial gives it.
std::string_view ConditionField(std::string_view name) {
  constexpr std::string_view kFields[][2] = {
      {"partner_id", "partner_ids"},
      {"partner_kind", "partner_kinds"},
      {"partner_group", "partner_groups"},
      {"campaign", "campaigns"},
      {"code", "codes"},
      {"channel", "channels"},
      {"country", "countries"},
      {"segment", "segments"},
      {"phase", "phases"},
      {"contract_year", "contract_years"},
      {"payment_number", "payment_numbers"},
      {"attribute", "attributes"},
      {"category", "categories"},
      {"product", "products"}};
  for (const auto& field : kFields) {
    if (field[0] == name) return field[1];
  }
  return name;
}

// Writes an Explanation part by part.
class ExplanationConverter {
 public:
  ExplanationConverter(const Explanation& in, v1::Explanation* out)
      : in_(in), out_(*out), paid_on_(DayOf(in.time, in.time_zone)) {}

  void Convert() {
    Head();
    if (in_.decision) {
      Decision(*in_.decision, out_.mutable_decision());
      Candidates(*in_.decision);
    }
    if (in_.prospect) Candidates(*in_.prospect);
    for (const ExplainedPayee& payee : in_.credits) {
      Credit(payee, out_.add_credits());
    }
    if (!in_.payment_id.empty()) Place();
    if (in_.payment_number != 0) Terms();
    if (!in_.exchange_rate.empty()) {
      v1::Exchange* exchange = out_.mutable_exchange();
      exchange->set_rate(in_.exchange_rate);
      exchange->set_date(in_.exchange_on);
      exchange->set_source(in_.exchange_source);
    }
    for (const ExplainedLine& line : in_.lines) Line(line, out_.add_lines());
    for (const ExplainedAmount& amount : in_.amounts) {
      Rating(amount, out_.add_ratings());
    }
    for (const Output& row : in_.accruals) {
      ConvertAccrual(row, out_.add_accruals());
    }
    for (const Output& row : in_.entries) {
      ConvertEntry(row, out_.add_entries());
    }
    for (const ExplainedRefund& refund : in_.refunds) {
      Refund(refund, out_.add_refunds());
    }
    for (const ExplainedReward& reward : in_.rewards) {
      Reward(reward, out_.add_rewards());
    }
    out_.set_nothing_earned(ToV1(in_.nothing_earned));
  }

 private:
  void Head() {
    out_.set_program_id(in_.program_id);
    out_.set_payment_id(in_.payment_id);
    out_.set_lead_id(in_.lead_id);
    out_.set_customer_number(Number(in_.customer));
    out_.set_customer_id(in_.customer_id);
    out_.set_seq(Number(in_.seq));
    out_.set_event_id(in_.event_id);
    out_.set_time_us(in_.time.us);
  }

  void Decision(const ExplainedDecision& decision, v1::Decision* out) const {
    FillDecision(decision, static_cast<int64_t>(decision.touches.size()), out);
    out->set_customer_number(Number(in_.customer));
    out->set_customer_id(in_.customer_id);
    out->set_program_id(in_.program_id);
    out->set_event_id(decision.event_id);
    out->set_payment_id(decision.payment_id);
    for (const ExplainedCredit& credit : decision.credits) {
      Named(credit, out->add_credits());
    }
  }

  void Candidates(const ExplainedDecision& decision) {
    for (const ExplainedTouch& touch : decision.touches) {
      FillCandidate(touch, out_.add_candidates());
    }
    out_.set_fallen_touch_count(decision.fallen_touches);
  }

  static void Named(const ExplainedCredit& credit, v1::Credit* out) {
    FillCredit(credit, {credit.partner_id, credit.code, credit.lead_id},
               credit.sub_ids, out);
  }

  static void Credit(const ExplainedPayee& payee, v1::CreditExplanation* out) {
    Named(payee.credit, out->mutable_credit());
    out->set_place(payee.place);
    out->set_partner_kind(proto::ToV1(payee.kind));
    out->set_partner_group(payee.group);
    out->set_partner_status(ToV1(payee.status));
    out->set_nothing_earned(ToV1(payee.standing));
    for (const ExplainedParent& parent : payee.parents) {
      out->add_upline_partner_ids(parent.partner_id);
      out->add_upline_statuses(ToV1(parent.status));
      out->add_upline_nothing_earned(ToV1(parent.standing));
    }
  }

  static v1::RewardExplanation::LeadLife LifeOf(LeadLife::State state) {
    switch (state) {
      case LeadLife::kLive:
        return v1::RewardExplanation::LIVE;
      case LeadLife::kRejected:
        return v1::RewardExplanation::REJECTED;
      case LeadLife::kLost:
        return v1::RewardExplanation::LOST;
      case LeadLife::kExpired:
        return v1::RewardExplanation::EXPIRED;
    }
    return v1::RewardExplanation::LEAD_LIFE_UNSPECIFIED;
  }

  static void Lead(const ExplainedReward& reward, v1::RewardExplanation* out) {
    if (reward.lead_id.empty()) return;
    out->set_lead_id(reward.lead_id);
    out->set_partner_id(reward.partner_id);
    out->set_registered_us(reward.registered_at.us);
    out->set_lead_life(LifeOf(reward.lead_life.state));
    if (reward.lead_life.end) {
      out->set_lead_end_us(reward.lead_life.end->us);
    }
  }

  void Reward(const ExplainedReward& reward, v1::RewardExplanation* out) const {
    Lead(reward, out);
    out->set_seq(Number(reward.seq));
    out->set_event_id(reward.event_id);
    out->set_time_us(reward.time.us);
    out->set_terms_seq(Number(reward.terms_seq));
    if (reward.decision) Decision(*reward.decision, out->mutable_decision());
    out->set_decided_for_this(reward.decides);
    if (reward.decides) {
      for (const ExplainedTouch& touch : reward.decision->touches) {
        FillCandidate(touch, out->add_candidates());
      }
    }
    for (const ExplainedPayee& payee : reward.credits) {
      Credit(payee, out->add_credits());
    }
    for (const ExplainedTrial& trial : reward.trials) {
      Trial(trial, out->add_trials());
    }
    for (const ExplainedAmount& amount : reward.amounts) {
      Rating(amount, out->add_ratings());
    }
    out->set_nothing_earned(ToV1(reward.nothing_earned));
  }

  void Place() {
    v1::PaymentPlace* place = out_.mutable_place();
    place->set_contract_id(in_.contract_id);
    place->set_paid_on(FormatDay(paid_on_));
    place->set_payment_number(in_.payment_number);
    if (in_.payment_number == 0) return;
    place->set_phase(proto::ToV1(in_.phase));
    place->set_contract_year(in_.contract_year);
    place->set_contract_month_count(
        static_cast<int32_t>(MonthsSince(in_.contract_anchor, paid_on_)));
    place->set_first_payment_month_count(
        static_cast<int32_t>(MonthsSince(in_.first_payment_on, paid_on_)));
    if (in_.signup_on) {
      place->set_signup_month_count(
          static_cast<int32_t>(MonthsSince(*in_.signup_on, paid_on_)));
    }
    place->set_contract_anchor_on(FormatDay(in_.contract_anchor));
    place->set_phase_anchor_on(FormatDay(in_.phase_anchor));
  }

  void Terms() {
    v1::TermsUsed* terms = out_.mutable_terms();
    switch (in_.terms_as_of) {
      case TermsAsOf::kPayment:
        terms->set_as_of("PAYMENT");
        terms->set_as_of_us(in_.time.us);
        break;
      case TermsAsOf::kConversion:
        terms->set_as_of("CONVERSION");
        if (in_.decision) terms->set_as_of_us(in_.decision->at.us);
        break;
      case TermsAsOf::kContractStart:
        terms->set_as_of("CONTRACT_START");
        terms->set_as_of_us(StartOfDay(in_.contract_anchor, in_.time_zone).us);
        break;
      case TermsAsOf::kNone:
        break;
    }
    terms->set_seq(Number(in_.terms_seq));
    terms->set_payment_terms_seq(Number(in_.payment_terms_seq));
    terms->set_effective_from_us(in_.terms_from.us);
    terms->set_hold_days(static_cast<int32_t>(in_.hold_days));
    if (in_.clawback_days) {
      terms->set_clawback_days(static_cast<int32_t>(*in_.clawback_days));
    }
    terms->set_subtract_tax(in_.base.subtract_tax);
    terms->set_subtract_fee(in_.base.subtract_fee);
    terms->set_add_discount(in_.base.add_discount);
  }

  template <typename Message>
  static void Figures(const ExplainedFigures& figures, Message* out) {
    out->set_amount_minor(figures.amount_minor);
    out->set_tax_minor(figures.tax_minor);
    out->set_discount_minor(figures.discount_minor);
    out->set_fee_minor(figures.fee_minor);
  }

  void Line(const ExplainedLine& line, v1::LineExplanation* out) {
    out->set_line(line.line);
    v1::Line* given = out->mutable_given();
    given->set_line(line.line);
    given->set_product(line.product);
    given->set_category(line.category);
    given->set_quantity(line.quantity);
    for (const auto& [key, value] : line.attributes) {
      v1::Attribute* attribute = given->add_attributes();
      attribute->set_key(key);
      attribute->set_value(value);
    }
    Figures(line.given, given);
    Figures(line.converted, out);
    out->set_base_minor(line.base_minor);
    for (const ExplainedTrial& trial : line.trials) {
      Trial(trial, out->add_trials());
    }
  }

  static void Trial(const ExplainedTrial& trial, v1::RuleTrial* out) {
    out->set_partner_id(trial.partner_id);
    out->set_role(proto::ToV1(trial.role));
    out->set_rule_id(trial.rule_id);
    out->set_rule_place(trial.rule_place);
    out->set_outcome(OutcomeOf(trial));
    if (trial.alone_minor) out->set_alone_minor(*trial.alone_minor);
    if (out->outcome() != v1::RuleTrial::CONDITION_FAILED) return;
    SetText(out->mutable_failed()->mutable_name(),
            ConditionField(trial.failed));
    out->mutable_failed()->set_wanted(trial.wanted);
    out->mutable_failed()->set_actual(trial.actual);
  }

  static v1::RuleTrial::Outcome OutcomeOf(const ExplainedTrial& trial) {
    switch (trial.outcome) {
      case TrialOutcome::kChosen:
        return v1::RuleTrial::CHOSEN;
      case TrialOutcome::kStacked:
        return v1::RuleTrial::STACKED;
      case TrialOutcome::kLower:
        return v1::RuleTrial::LOWER_AMOUNT;
      case TrialOutcome::kAfterBudget:
        return v1::RuleTrial::AFTER_BUDGET;
      case TrialOutcome::kFailed:
        break;
    }
    if (trial.failed == "role") return v1::RuleTrial::OTHER_ROLE;
    if (trial.failed == "kind" || trial.failed == "earns_on") {
      return v1::RuleTrial::OTHER_KIND;
    }
    return v1::RuleTrial::CONDITION_FAILED;
  }

  void Rating(const ExplainedAmount& amount, v1::RatingExplanation* out) const {
    out->set_partner_id(amount.partner_id);
    out->set_role(proto::ToV1(amount.role));
    out->set_rule_id(amount.rule_id);
    out->set_rule_place(amount.rule_place);
    for (const int32_t line : amount.lines) out->add_lines(line);
    out->set_base_minor(amount.base_minor);
    Parts(amount, out);
    out->set_product_numerator(amount.lowest.numerator);
    out->set_product_denominator(amount.lowest.denominator);
    out->set_rounding(ToV1(amount.rounding));
    out->set_rounded_minor(amount.rounded_minor);
    for (const ExplainedPart& share : amount.split) {
      v1::SplitPart* part = out->add_split();
      part->set_partner_id(share.partner_id);
      part->set_weight_ppb(share.weight_ppb);
      part->set_part_minor(share.part_minor);
    }
    out->set_place(amount.place);
    out->set_level(amount.level);
    Limits(amount.limits, out);
    if (amount.tiers) Tiers(*amount.tiers, out->mutable_tiers());
    if (amount.ride) {
      v1::UplineRide* ride = out->mutable_upline();
      ride->set_child_partner_id(amount.ride->child_partner_id);
      ride->set_of_base(amount.ride->of_base);
      ride->set_of_minor(amount.ride->of_minor);
    }
    if (amount.true_up) TrueUp(*amount.true_up, out->mutable_true_up());
    if (amount.budget) Budget(amount, out->mutable_budget());
    out->set_amount_minor(amount.amount_minor);
    out->set_accrual_id(FormatAccrualId(amount.accrual_id));
    if (amount.amount_minor == 0) {
      out->set_nothing_earned(ToV1(amount.nothing_earned));
    }
  }

  static void Limit(const LimitTrace& limit, v1::LimitCut* out) {
    SetText(out->mutable_name(), limit.name);
    out->set_limit(limit.limit);
    out->set_used(limit.used);
    out->set_before_minor(limit.before_minor);
    out->set_after_minor(limit.after_minor);
  }

  // Of several limits the first cut names what all cut together.
  static void Limits(const std::vector<LimitTrace>& limits,
                     v1::RatingExplanation* out) {
    if (limits.empty()) return;
    for (const LimitTrace& limit : limits) Limit(limit, out->add_limits());
    Limit(limits.front(), out->mutable_limit());
    out->mutable_limit()->set_after_minor(limits.back().after_minor);
  }

  void Tiers(const ExplainedTiers& tiers, v1::TierStand* out) const {
    out->set_metric(static_cast<v1::Metric>(tiers.metric));
    SetText(out->mutable_meaning(),
            ::vouch::internal::MeaningText(tiers.meaning));
    out->set_from_us(MomentOf(tiers.from, kMinInstant));
    out->set_until_us(MomentOf(tiers.until, kMaxInstant));
    out->set_before(tiers.before);
    out->set_after(tiers.after);
  }

  // The first moment of a period's day; of all time the first and last there
  // are.
  int64_t MomentOf(const std::optional<CivilDay>& day,
                   Instant otherwise) const {
    return day ? StartOfDay(*day, in_.time_zone).us : otherwise.us;
  }
  void TrueUp(const ExplainedTrueUp& true_up, v1::TrueUp* out) const {
    out->set_from_us(MomentOf(true_up.from, kMinInstant));
    out->set_until_us(MomentOf(true_up.until, kMaxInstant));
    out->set_base_minor(true_up.base_minor);
    out->set_target_minor(true_up.target_minor);
    out->set_so_far_minor(true_up.so_far_minor);
    out->set_taken_from_accrual_id(FormatAccrualId(true_up.taken_from));
  }

  static v1::RewardPart* AddRate(v1::RewardPart::Source source,
                                 const std::string& rate,
                                 const ExplainedAmount& amount,
                                 v1::RatingExplanation* out) {
    if (rate.empty()) return nullptr;
    v1::RewardPart* part = out->add_parts();
    part->set_source(source);
    part->set_percent(rate);
    part->set_rate_exception(amount.rate_exception);
    return part;
  }

  static void Parts(const ExplainedAmount& amount, v1::RatingExplanation* out) {
    if (amount.budget) {
      AddRate(v1::RewardPart::BUDGET, amount.rate, amount, out);
    }
    if (amount.level > 0) {
      AddRate(v1::RewardPart::UPLINE, amount.rate, amount, out);
    }
    AddRate(v1::RewardPart::PERCENT, amount.percent, amount, out);
    AddRate(v1::RewardPart::BY_CONTRACT_YEAR, amount.year_rate, amount, out);
    int64_t fixed_minor = amount.fixed_minor;
    if (amount.tiers) {
      for (const ExplainedBand& band : amount.tiers->bands) {
        fixed_minor -= band.fixed_minor;
        Band(*amount.tiers, band, amount, out);
      }
    }
    if (fixed_minor == 0 && !amount.fixed_spent) return;
    v1::RewardPart* fixed = out->add_parts();
    fixed->set_source(v1::RewardPart::FIXED);
    fixed->set_fixed_minor(fixed_minor);
    fixed->set_times_count(amount.fixed_times);
    fixed->set_spent(amount.fixed_spent);
    fixed->set_rate_exception(amount.rate_exception);
  }

  static void Band(const ExplainedTiers& tiers, const ExplainedBand& band,
                   const ExplainedAmount& amount, v1::RatingExplanation* out) {
    v1::RewardPart* part = out->add_parts();
    part->set_source(v1::RewardPart::TIER);
    part->set_percent(band.percent);
    part->set_fixed_minor(band.fixed_minor);
    part->set_tier_place(band.place);
    part->set_metric(static_cast<v1::Metric>(tiers.metric));
    part->set_metric_before(tiers.before);
    part->set_metric_after(tiers.after);
    part->set_band_part_minor(band.part_minor);
    part->set_rate_exception(amount.rate_exception);
  }

  static void Budget(const ExplainedAmount& amount, v1::BudgetSplit* out) {
    out->set_undiscounted_base_minor(amount.base_minor);
    out->set_budget(amount.rate);
    out->set_customer_share(amount.customer_share);
    out->set_share_from(amount.share_from);
    out->set_budget_minor(amount.rounded_minor);
    out->set_customer_discount_minor(amount.discount_minor);
    out->set_commission_minor(amount.rounded_minor - amount.discount_minor);
    out->set_given_share(amount.share_given);
    out->set_min_share(amount.share_min);
    out->set_max_share(amount.share_max);
  }

  void Refund(const ExplainedRefund& refund, v1::RefundExplanation* out) const {
    out->set_refund_id(refund.refund_id);
    out->set_seq(Number(refund.seq));
    out->set_kind(proto::ToV1(refund.kind));
    out->set_time_us(refund.time.us);
    for (const event::RefundLine& given : refund.lines) {
      v1::RefundLine* line = out->add_lines();
      line->set_line(given.line);
      line->set_amount_minor(given.amount_minor);
    }
    out->set_past_clawback(refund.past_clawback);
    for (const ExplainedReversal& reversal : refund.reversals) {
      v1::ReversalExplanation* to = out->add_reversals();
      to->set_accrual_id(FormatAccrualId(reversal.accrual_id));
      to->set_target_minor(reversal.before_minor + reversal.change_minor);
      to->set_before_minor(reversal.before_minor);
      to->set_change_minor(reversal.change_minor);
      to->set_partner_id(reversal.partner_id);
      to->set_rule_id(reversal.rule_id);
      to->set_level(reversal.level);
      to->set_amount_minor(reversal.amount_minor);
      to->set_booked_minor(reversal.booked_minor);
    }
    for (const ExplainedKept& kept : refund.kept) {
      v1::KeptExplanation* to = out->add_kept();
      to->set_accrual_id(FormatAccrualId(kept.accrual_id));
      Limit(kept.limit, to->mutable_limit());
    }
    for (const ExplainedShare& share : refund.shares) {
      v1::ShareExplanation* to = out->add_shares();
      to->set_partner_id(share.partner_id);
      to->set_role(proto::ToV1(share.role));
      to->set_rule_id(share.rule_id);
      to->set_change_minor(share.change_minor);
    }
    for (const ExplainedAmount& true_up : refund.true_ups) {
      Rating(true_up, out->add_true_ups());
    }
  }

  const Explanation& in_;
  v1::Explanation& out_;
  const CivilDay paid_on_;
};

}  // namespace

void ConvertExplanation(const Explanation& explanation,
                        v1::Explanation* message) {
  message->Clear();
  ExplanationConverter(explanation, message).Convert();
}

}  // namespace proto

VOUCH_NAMESPACE_END

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/convert_output_words.h"
#include "vouch/base/civil.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/proto/convert_output.h"

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
    case TouchFate::kOutsideWindow:
      return v1::OUTSIDE_WINDOW;
    case TouchFate::kPartnerNotActive:
      return v1::PARTNER_NOT_ACTIVE;
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
    case NothingEarned::kNotActive:
      return v1::NOT_ACTIVE;
    case NothingEarned::kNoRule:
      return v1::NO_RULE;
    case NothingEarned::kRoundedToZero:
      return v1::ROUNDED_TO_ZERO;
    case NothingEarned::kNone:
      break;
  }
  return v1::NOTHING_EARNED_UNSPECIFIED;
}

v1::Rounding ToV1(Rounding rounding) {
  static_assert(static_cast<int>(Rounding::kHalfEven) + 1 == v1::HALF_EVEN &&
                static_cast<int>(Rounding::kCeiling) + 1 == v1::CEILING);
  return static_cast<v1::Rounding>(static_cast<int>(rounding) + 1);
}

void FillCandidate(const ExplainedTouch& touch, Instant conversion,
                   v1::Candidate* message) {
  message->set_seq(Number(touch.seq));
  message->set_time_us(touch.time.us);
  message->set_channel(proto::ToV1(touch.channel));
  message->set_partner_id(touch.partner_id);
  message->set_code(touch.code);
  message->set_campaign(touch.campaign);
  message->set_verdict(VerdictOf(touch));
  message->set_age_us(conversion.us - touch.time.us);
  if (touch.fate == TouchFate::kWon) message->set_weight_ppb(kPpb);
}

void FillCredit(const ExplainedCredit& credit, v1::Credit* message) {
  message->set_partner_id(credit.partner_id);
  message->set_role(proto::ToV1(credit.role));
  message->set_weight_ppb(credit.weight_ppb);
  message->set_channel(proto::ToV1(credit.channel));
  message->set_code(credit.code);
  message->set_campaign(credit.campaign);
  for (const std::string& sub_id : credit.sub_ids) message->add_sub_ids(sub_id);
  message->set_touch_seq(Number(credit.touch_seq));
  message->set_touch_time_us(credit.touch_at.us);
}

// The exact product in lowest terms; the engine's is over 10^9 parts.
struct Fraction {
  std::string numerator;
  std::string denominator;
};

Fraction Reduced(const std::string& numerator, const std::string& denominator) {
  absl::uint128 whole = 0;
  uint64_t parts = 0;
  // Products of a payment are never negative.
  if (!absl::SimpleAtoi(denominator, &parts) || parts == 0) {
    return {numerator, denominator};
  }
  for (const char digit : numerator) {
    if (digit < '0' || digit > '9') return {numerator, denominator};
    whole = whole * 10 + static_cast<unsigned>(digit - '0');
  }
  absl::uint128 a = whole;
  absl::uint128 b = parts;
  while (b != 0) {
    const absl::uint128 rest = a % b;
    a = b;
    b = rest;
  }
  std::string text;
  absl::uint128 left = whole / a;
  do {
    text.insert(text.begin(),
                static_cast<char>('0' + static_cast<int>(left % 10)));
    left /= 10;
  } while (left != 0);
  return {text, absl::StrCat(absl::Uint128Low64(parts / a))};
}

// The field of `Conditions` by the name that the trial gives it.
std::string_view ConditionField(std::string_view name) {
  constexpr std::string_view kFields[][2] = {
      {"partner_kind", "partner_kinds"},
      {"partner_group", "partner_groups"},
      {"channel", "channels"},
      {"phase", "phases"},
      {"contract_year", "contract_years"},
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
    if (in_.decision) Decision(*in_.decision);
    Place();
    if (in_.payment_number != 0) Terms();
    for (const ExplainedLine& line : in_.lines) Line(line, out_.add_lines());
    for (const ExplainedAmount& amount : in_.amounts) {
      Rating(amount, out_.add_ratings());
    }
    for (const ExplainedAccrual& row : in_.accruals) {
      Accrual(row, out_.add_accruals());
    }
    for (const ExplainedEntry& row : in_.entries) {
      Entry(row, out_.add_entries());
    }
    for (const ExplainedRefund& refund : in_.refunds) {
      Refund(refund, out_.add_refunds());
    }
    out_.set_nothing_earned(ToV1(in_.nothing_earned));
  }

 private:
  void Head() {
    out_.set_program_id(in_.program_id);
    out_.set_payment_id(in_.payment_id);
    out_.set_customer_number(Number(in_.customer));
    out_.set_customer_id(in_.customer_id);
    out_.set_seq(Number(in_.seq));
    out_.set_event_id(in_.event_id);
    out_.set_time_us(in_.time.us);
  }

  void Decision(const ExplainedDecision& decision) {
    v1::Decision* out = out_.mutable_decision();
    out->set_seq(Number(decision.seq));
    out->set_time_us(decision.at.us);
    out->set_customer_number(Number(in_.customer));
    out->set_customer_id(in_.customer_id);
    out->set_trigger(proto::ToV1(decision.trigger));
    out->set_binds(true);
    out->set_program_id(in_.program_id);
    if (decision.seq == in_.seq) {
      out->set_event_id(in_.event_id);
      out->set_payment_id(in_.payment_id);
    }
    for (const ExplainedTouch& touch : decision.touches) {
      FillCandidate(touch, decision.at, out_.add_candidates());
    }
    for (const ExplainedCredit& credit : decision.credits) {
      FillCredit(credit, out->add_credits());
      CreditAtPayment(credit, out_.add_credits());
    }
    if (!decision.credits.empty()) {
      out->set_result(v1::Decision::PARTNERS);
      return;
    }
    out->set_result(v1::Decision::NOBODY);
    out->set_no_winner(decision.touches.empty() ? v1::Decision::NO_CANDIDATE
                                                : v1::Decision::ALL_OUT);
  }

  void CreditAtPayment(const ExplainedCredit& credit,
                       v1::CreditExplanation* out) {
    FillCredit(credit, out->mutable_credit());
    out->set_place(out_.credits_size());
    out->set_partner_kind(proto::ToV1(credit.kind));
    out->set_partner_group(credit.group);
    if (credit.active) {
      out->set_partner_status(v1::ACTIVE);
    } else if (in_.payment_number != 0) {
      out->set_nothing_earned(v1::NOT_ACTIVE);
    }
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
    if (in_.contract_id.empty()) {
      // The contract that the first payment implies.
      place->set_first_payment_month_count(place->contract_month_count());
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
        terms->set_payment_terms_seq(Number(in_.terms_seq));
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
    terms->set_effective_from_us(in_.terms_from.us);
    terms->set_hold_days(static_cast<int32_t>(in_.hold_days));
    if (in_.clawback_days) {
      terms->set_clawback_days(static_cast<int32_t>(*in_.clawback_days));
    }
  }

  void Line(const ExplainedLine& line, v1::LineExplanation* out) {
    out->set_line(line.line);
    v1::Line* given = out->mutable_given();
    given->set_line(line.line);
    given->set_product(line.product);
    given->set_amount_minor(line.amount_minor);
    given->set_tax_minor(line.tax_minor);
    given->set_discount_minor(line.discount_minor);
    given->set_fee_minor(line.fee_minor);
    out->set_amount_minor(line.amount_minor);
    out->set_tax_minor(line.tax_minor);
    out->set_discount_minor(line.discount_minor);
    out->set_fee_minor(line.fee_minor);
    out->set_base_minor(line.base_minor);
    for (const ExplainedTrial& trial : line.trials) {
      Trial(trial, out->add_trials());
    }
  }

  void Trial(const ExplainedTrial& trial, v1::RuleTrial* out) {
    out->set_partner_id(trial.partner_id);
    out->set_rule_id(trial.rule_id);
    if (in_.decision) {
      for (const ExplainedCredit& credit : in_.decision->credits) {
        if (credit.partner_id == trial.partner_id) {
          out->set_role(proto::ToV1(credit.role));
        }
      }
    }
    if (trial.failed.empty()) {
      out->set_outcome(v1::RuleTrial::CHOSEN);
    } else if (trial.failed == "role") {
      out->set_outcome(v1::RuleTrial::OTHER_ROLE);
    } else {
      out->set_outcome(v1::RuleTrial::CONDITION_FAILED);
      SetText(out->mutable_failed()->mutable_name(),
              ConditionField(trial.failed));
      out->mutable_failed()->set_wanted(trial.wanted);
      out->mutable_failed()->set_actual(trial.actual);
    }
  }

  void Rating(const ExplainedAmount& amount, v1::RatingExplanation* out) {
    out->set_partner_id(amount.partner_id);
    out->set_role(proto::ToV1(amount.role));
    out->set_rule_id(amount.rule_id);
    for (const int32_t line : amount.lines) out->add_lines(line);
    out->set_base_minor(amount.base_minor);
    Parts(amount, out);
    const Fraction product = Reduced(amount.numerator, amount.denominator);
    out->set_product_numerator(product.numerator);
    out->set_product_denominator(product.denominator);
    out->set_rounding(ToV1(amount.rounding));
    out->set_rounded_minor(amount.rounded_minor);
    if (amount.weight_ppb == kPpb) {
      v1::SplitPart* part = out->add_split();
      part->set_partner_id(amount.partner_id);
      part->set_weight_ppb(amount.weight_ppb);
      part->set_part_minor(amount.amount_minor);
      out->set_place(1);
    }
    if (amount.budget) Budget(amount, out->mutable_budget());
    out->set_amount_minor(amount.amount_minor);
    if (amount.amount_minor == 0) {
      out->set_nothing_earned(WhyNothing(amount));
    } else if (const ExplainedAccrual* row = AccrualOf(amount)) {
      out->set_accrual_id(FormatAccrualId(row->accrual_id));
    }
  }

  static v1::NothingEarned WhyNothing(const ExplainedAmount& amount) {
    if (amount.base_minor == 0 && amount.fixed_minor == 0) {
      return v1::ZERO_BASE;
    }
    const bool to_customer = amount.rounded_minor != 0 &&
                             amount.discount_minor == amount.rounded_minor;
    return to_customer ? v1::ALL_TO_CUSTOMER : v1::ROUNDED_TO_ZERO;
  }

  static void Parts(const ExplainedAmount& amount, v1::RatingExplanation* out) {
    v1::RewardPart* rate = out->add_parts();
    rate->set_source(amount.budget ? v1::RewardPart::BUDGET
                                   : v1::RewardPart::PERCENT);
    rate->set_percent(amount.rate);
    if (amount.fixed_minor == 0) return;
    v1::RewardPart* fixed = out->add_parts();
    fixed->set_source(v1::RewardPart::FIXED);
    fixed->set_fixed_minor(amount.fixed_minor);
    fixed->set_times_count(1);
  }

  static void Budget(const ExplainedAmount& amount, v1::BudgetSplit* out) {
    out->set_undiscounted_base_minor(amount.base_minor);
    out->set_budget(amount.rate);
    out->set_customer_share(amount.customer_share);
    out->set_budget_minor(amount.rounded_minor);
    out->set_customer_discount_minor(amount.discount_minor);
    out->set_commission_minor(amount.rounded_minor - amount.discount_minor);
  }

  // What the payment itself booked for `amount`.
  const ExplainedAccrual* AccrualOf(const ExplainedAmount& amount) const {
    for (const ExplainedAccrual& row : in_.accruals) {
      if (row.seq == in_.seq && row.kind == AccrualKind::kAccrual &&
          row.partner_id == amount.partner_id &&
          row.rule_id == amount.rule_id) {
        return &row;
      }
    }
    return nullptr;
  }

  void Accrual(const ExplainedAccrual& row, v1::Accrual* out) {
    out->set_seq(Number(row.seq));
    out->set_event_id(row.event_id);
    out->set_time_us(row.time.us);
    out->set_accrual_id(FormatAccrualId(row.accrual_id));
    out->set_kind(proto::ToV1(row.kind));
    out->set_payment_id(in_.payment_id);
    out->set_partner_id(row.partner_id);
    out->set_rule_id(row.rule_id);
    out->set_amount_minor(row.amount_minor);
    SetText(out->mutable_currency(), in_.currency.code());
    out->set_phase(proto::ToV1(in_.phase));
    out->set_contract_year(in_.contract_year);
    out->set_customer_number(Number(in_.customer));
    out->set_customer_id(in_.customer_id);
    out->set_program_id(in_.program_id);
    for (const ExplainedAmount& amount : in_.amounts) {
      if (amount.partner_id != row.partner_id ||
          amount.rule_id != row.rule_id) {
        continue;
      }
      out->set_role(proto::ToV1(amount.role));
      out->set_base_minor(amount.base_minor);
      out->set_weight_ppb(amount.weight_ppb);
    }
    Cause(row, out);
  }

  // Whether the payment, a refund of it, or a person's review made the row.
  void Cause(const ExplainedAccrual& row, v1::Accrual* out) const {
    if (row.seq == in_.seq) {
      out->set_source(v1::Accrual::PAYMENT);
      return;
    }
    for (const ExplainedRefund& refund : in_.refunds) {
      if (refund.seq != row.seq) continue;
      out->set_refund_id(refund.refund_id);
      out->set_source(row.kind == AccrualKind::kAccrual
                          ? v1::Accrual::CHARGEBACK_REVERSED
                          : v1::Accrual::REFUND);
      return;
    }
    out->set_source(v1::Accrual::REVIEW);
  }

  void Entry(const ExplainedEntry& row, v1::Entry* out) {
    vouch::Entry entry;
    entry.seq = row.seq;
    entry.place = row.place;
    entry.time = row.time;
    entry.kind = row.kind;
    entry.currency = in_.currency;
    entry.from = row.from;
    entry.to = row.to;
    entry.amount_minor = row.amount_minor;
    entry.accrual_id = row.accrual_id;
    for (const ExplainedAccrual& accrual : in_.accruals) {
      if (accrual.accrual_id == row.accrual_id) entry.rule_id = accrual.rule_id;
    }
    Output output;
    output.seq = row.seq;
    output.program_id = in_.program_id;
    output.event_id = row.event_id;
    output.partner_id = row.partner_id;
    output.entry = &entry;
    ConvertEntry(output, out);
  }

  void Refund(const ExplainedRefund& refund, v1::RefundExplanation* out) {
    out->set_refund_id(refund.refund_id);
    out->set_seq(Number(refund.seq));
    out->set_kind(proto::ToV1(refund.kind));
    out->set_time_us(refund.time.us);
    if (in_.lines.size() == 1) {
      v1::RefundLine* line = out->add_lines();
      line->set_line(in_.lines.front().line);
      line->set_amount_minor(refund.amount_minor);
    }
    out->set_past_clawback(refund.past_clawback);
    for (const ExplainedAccrual& row : in_.accruals) {
      if (row.seq == refund.seq && row.kind == AccrualKind::kReversal) {
        Reversal(row, out->add_reversals());
      }
    }
  }

  // Before it stands what earlier events took of the same accrual.
  void Reversal(const ExplainedAccrual& row, v1::ReversalExplanation* out) {
    int64_t before_minor = 0;
    for (const ExplainedAccrual& earlier : in_.accruals) {
      if (earlier.seq < row.seq && earlier.kind == AccrualKind::kReversal &&
          earlier.accrual_id == row.accrual_id) {
        before_minor += earlier.amount_minor;
      }
    }
    out->set_accrual_id(FormatAccrualId(row.accrual_id));
    out->set_target_minor(before_minor + row.amount_minor);
    out->set_before_minor(before_minor);
    out->set_change_minor(row.amount_minor);
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

#ifndef VOUCH_REPORT_EXPLANATION_INL_H_
#define VOUCH_REPORT_EXPLANATION_INL_H_

#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vouch/base/money.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/report/explanation.h"
#include "vouch/report/table.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline std::string_view StandingText(Standing standing) {
  switch (standing) {
    case Standing::kHolds:
      return "holds";
    case Standing::kPartnerUnknown:
      return "the partner was unknown then";
    case Standing::kCodeUnknown:
      return "the code was unknown then";
    case Standing::kCodeNotYetValid:
      return "the code was not valid yet";
    case Standing::kCodeExpired:
      return "the code had expired";
    case Standing::kCodeRevoked:
      return "the code was revoked";
    case Standing::kCodeUsedUp:
      return "the code was used up";
  }
  return "";
}

inline std::string_view NothingText(NothingEarned why) {
  switch (why) {
    case NothingEarned::kZeroPayment:
      return "a payment of nothing earns nothing";
    case NothingEarned::kNobodyCredited:
      return "no partner is credited with the customer";
    case NothingEarned::kNotActive:
      return "the partner was not ACTIVE at the payment";
    case NothingEarned::kNoRule:
      return "no rule held for any line";
    case NothingEarned::kRoundedToZero:
      return "every amount came to zero";
    case NothingEarned::kNone:
      break;
  }
  return "";
}

// Writes an Explanation paragraph by paragraph.
class ExplanationWriter {
 public:
  explicit ExplanationWriter(const Explanation& e) : e_(e) {}

  std::string Write() {
    Head();
    if (e_.decision) Decision(*e_.decision);
    Lines();
    Amounts();
    if (e_.nothing_earned != NothingEarned::kNone) {
      Say("\nNothing was earned: ", NothingText(e_.nothing_earned), ".\n");
    }
    Refunds();
    Booked();
    return std::move(text_);
  }

 private:
  template <typename... Parts>
  void Say(const Parts&... parts) {
    (Append(parts), ...);
  }
  void Append(std::string_view part) { text_ += part; }
  void Append(const char* part) { text_ += part; }
  void Append(const std::string& part) { text_ += part; }
  void Append(int64_t part) { absl::StrAppend(&text_, part); }
  void Append(uint64_t part) { absl::StrAppend(&text_, part); }
  void Append(int32_t part) { absl::StrAppend(&text_, part); }

  std::string Minor(int64_t minor) const {
    return FormatMinor(minor, e_.currency);
  }
  std::string Day(Instant at) const {
    return FormatDay(DayOf(at, e_.time_zone));
  }

  void Head() {
    int64_t paid = 0;
    for (const ExplainedLine& line : e_.lines) paid += line.amount_minor;
    Say("Payment ", e_.payment_id, " of customer ", e_.customer_id, ", ",
        FormatMoney({paid, e_.currency}), " on ", Day(e_.time), " (event ",
        e_.event_id, ", seq ", e_.seq.value(), ")\n");
    if (e_.payment_number == 0) return;
    Say("  number ", e_.payment_number, ", ", Word(e_.phase), " (counted from ",
        FormatDay(e_.phase_anchor), "), contract year ", e_.contract_year,
        " (of ",
        e_.contract_id.empty() ? std::string("the first payment")
                               : "contract " + e_.contract_id,
        ", counted from ", FormatDay(e_.contract_anchor), ")\n");
    Say("  rated by the terms set by seq ", e_.terms_seq.value(), ", held for ",
        e_.hold_days, " days, ",
        e_.clawback_days
            ? absl::StrCat("refunds reverse for ", *e_.clawback_days, " days")
            : std::string("every refund reverses"),
        "\n");
  }

  void Decision(const ExplainedDecision& decision) {
    Say("\nWho is credited: decided by ",
        decision.trigger == Trigger::kSignup ? "the sign-up" : "a payment",
        " on ", Day(decision.at), " (seq ", decision.seq.value(), "), ",
        decision.model == Model::kFirstTouch ? "first" : "last", " touch\n");
    Table table({"touch", "channel", "partner", "code", "outcome"});
    for (const ExplainedTouch& touch : decision.touches) {
      table.Row({FormatInstant(touch.time), std::string(Word(touch.channel)),
                 touch.partner_id, touch.code, touch.reason});
    }
    Say(table.empty() ? "  there was no touch\n" : table.ToString());
    for (const ExplainedCredit& credit : decision.credits) {
      Say("  ", Word(credit.role), " ", credit.partner_id, " with ",
          Rate::FromPpb(credit.weight_ppb).ToString(), " (", Word(credit.kind),
          credit.group.empty() ? "" : ", group " + credit.group,
          credit.active ? "" : ", not ACTIVE at the payment", ")\n");
    }
    if (decision.credits.empty()) Say("  nobody\n");
  }

  void Lines() {
    for (const ExplainedLine& line : e_.lines) {
      if (line.trials.empty()) continue;
      Say("\nLine ", line.line,
          line.product.empty() ? "" : " (" + line.product + ")", ": amount ",
          Minor(line.amount_minor), ", tax ", Minor(line.tax_minor),
          ", discount ", Minor(line.discount_minor), ", fee ",
          Minor(line.fee_minor), ", base ", Minor(line.base_minor), "\n");
      for (const ExplainedTrial& trial : line.trials) {
        Say("  rule ", trial.rule_id, " for ", trial.partner_id, ": ",
            trial.failed.empty()
                ? "chosen"
                : absl::StrCat(trial.failed, " is ", Quoted(trial.actual),
                               ", wanted ", Quoted(trial.wanted)),
            "\n");
      }
    }
  }

  static std::string Quoted(const std::string& text) {
    return text.empty() ? "empty" : text;
  }

  void Amounts() {
    if (!e_.amounts.empty()) Say("\nWhat it came to:\n");
    for (const ExplainedAmount& a : e_.amounts) {
      Say("  ", a.partner_id, " by rule ", a.rule_id, ": base ",
          Minor(a.base_minor), " x ", a.rate);
      if (a.fixed_minor != 0) Say(" + ", Minor(a.fixed_minor));
      Say(" = ", a.numerator, "/", a.denominator, " minor units, ",
          RoundingName(a.rounding), " to ", Minor(a.rounded_minor));
      if (a.budget) {
        Say("; the customer's share of ", a.customer_share,
            " is a discount of ", Minor(a.discount_minor));
      }
      if (a.weight_ppb != kPpb) {
        Say("; a weight of ", Rate::FromPpb(a.weight_ppb).ToString());
      }
      Say("; earns ", Minor(a.amount_minor), "\n");
    }
  }

  void Refunds() {
    if (!e_.refunds.empty()) Say("\nRefunds:\n");
    for (const ExplainedRefund& refund : e_.refunds) {
      Say("  ", Word(refund.kind), " ", refund.refund_id, " of ",
          Minor(refund.amount_minor), " on ", Day(refund.time),
          refund.past_clawback ? ": past the clawback window, reverses nothing"
                               : "",
          "\n");
    }
  }

  void Booked() {
    Table rows({"event", "kind", "accrual", "partner", "rule", ">amount"});
    for (const ExplainedAccrual& a : e_.accruals) {
      rows.Row({a.event_id, std::string(Word(a.kind)),
                FormatAccrualId(a.accrual_id), a.partner_id, a.rule_id,
                Minor(a.amount_minor)});
    }
    if (!rows.empty()) Say("\nEarned and taken back:\n", rows.ToString());
    Table entries({"event", "date", "why", "from", "to", ">amount"});
    for (const ExplainedEntry& entry : e_.entries) {
      entries.Row({entry.event_id, Day(entry.time),
                   std::string(Word(entry.kind)), std::string(Word(entry.from)),
                   std::string(Word(entry.to)), Minor(entry.amount_minor)});
    }
    if (!entries.empty()) Say("\nIn the books:\n", entries.ToString());
  }

  const Explanation& e_;
  std::string text_;
};

}  // namespace internal

inline std::string FateText(TouchFate fate, Standing standing) {
  switch (fate) {
    case TouchFate::kAfterConversion:
      return "out: after the conversion";
    case TouchFate::kDoesNotHold:
      return absl::StrCat("out: ", ToAbsl(internal::StandingText(standing)));
    case TouchFate::kOutsideWindow:
      return "out: older than the channel's window";
    case TouchFate::kPartnerNotActive:
      return "out: the partner was not ACTIVE at the conversion";
    case TouchFate::kLost:
      return "lost: another touch won";
    case TouchFate::kWon:
      return "won";
  }
  return "";
}

inline std::string ExplanationText(const Explanation& explanation) {
  return internal::ExplanationWriter(explanation).Write();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_EXPLANATION_INL_H_

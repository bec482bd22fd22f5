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

// "1 day", "31 days", "4:05" or "30 days 0:00:10": as fine as needed.
inline std::string AgeText(int64_t us) {
  const int64_t days = us / kUsPerDay;
  const int64_t rest = us % kUsPerDay;
  std::string text;
  if (days != 0 || rest == 0) {
    text = absl::StrCat(days, days == 1 ? " day" : " days");
  }
  if (rest == 0) return text;
  const int64_t seconds = rest / 1'000'000;
  absl::StrAppend(&text, text.empty() ? "" : " ", seconds / 3600, ":",
                  absl::Dec(seconds / 60 % 60, absl::kZeroPad2));
  if (rest % 60'000'000 == 0) return text;
  absl::StrAppend(&text, ":", absl::Dec(seconds % 60, absl::kZeroPad2));
  if (rest % 1'000'000 == 0) return text;
  absl::StrAppend(&text, ".", absl::Dec(rest % 1'000'000, absl::kZeroPad6));
  return text;
}

inline std::string WindowText(const ExplainedTouch& touch) {
  const int64_t window_us = touch.window_us.value_or(0);
  return absl::StrCat("out: ", AgeText(touch.age_us), " old, the window of ",
                      ToAbsl(Word(touch.channel)), " is ", AgeText(window_us),
                      touch.age_us == window_us ? " without its end" : "");
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
        e_.hold_days, " days",
        e_.payment_terms_seq == e_.terms_seq
            ? std::string()
            : absl::StrCat(" by those of its own time, set by seq ",
                           e_.payment_terms_seq.value()),
        ", ",
        e_.clawback_days
            ? absl::StrCat("refunds reverse for ", *e_.clawback_days, " days")
            : std::string("every refund reverses"),
        "\n");
  }

  void Decision(const ExplainedDecision& decision) {
    Say("\nWho is credited: decided by ",
        decision.trigger == Trigger::kSignup ? "the sign-up" : "payment",
        decision.payment_id.empty() ? "" : " " + decision.payment_id, " on ",
        Day(decision.at), " (event ", decision.event_id, ", seq ",
        decision.seq.value(), "), ",
        decision.model == Model::kFirstTouch ? "first" : "last",
        " touch, by the terms set by seq ", decision.terms_seq.value(), "\n");
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
          credit.active ? std::string() : ", not ACTIVE at the payment", ")\n");
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
      Say("  ", a.partner_id, " by rule ", a.rule_id, ": ",
          a.budget ? "price (the discount added back) " : "base ",
          Minor(a.base_minor), " x ", a.rate);
      if (!a.percent.empty() && !a.year_rate.empty()) {
        Say(" (", a.percent, " and the year's ", a.year_rate, ")");
      }
      if (a.fixed_minor != 0) Say(" + ", Minor(a.fixed_minor));
      Say(" = ", a.numerator, "/", a.denominator, " minor units, ",
          RoundingName(a.rounding), " to ", Minor(a.rounded_minor));
      if (a.budget) Discount(a);
      if (a.weight_ppb != kPpb) {
        Say("; a weight of ", Rate::FromPpb(a.weight_ppb).ToString());
      }
      Say("; earns ", Minor(a.amount_minor), "\n");
    }
  }

  void Discount(const ExplainedAmount& a) {
    Say("; the customer's share of ", a.customer_share, " (", a.share_from,
        ") = ", a.discount.numerator, "/", a.discount.denominator,
        " minor units, ", RoundingName(a.rounding), " to a discount of ",
        Minor(a.discount_minor));
  }

  void Refunds() {
    if (!e_.refunds.empty()) Say("\nRefunds:\n");
    for (const ExplainedRefund& refund : e_.refunds) {
      Say("  ", Word(refund.kind), " ", refund.refund_id, " of ",
          Minor(refund.amount_minor), " on ", Day(refund.time),
          refund.past_clawback ? ": past the clawback window, reverses nothing"
                               : "",
          "\n");
      for (const event::RefundLine& line : refund.lines) {
        Say("    line ", line.line, ": ", Minor(line.amount_minor), "\n");
      }
      for (const ExplainedReversal& r : refund.reversals) {
        Say("    accrual ", FormatAccrualId(r.accrual_id), ": reversed ",
            Minor(r.before_minor), " before, ",
            Minor(r.before_minor + r.change_minor), " after\n");
      }
    }
  }

  void Booked() {
    Table rows({"event", "kind", "accrual", "partner", "rule", ">amount"});
    for (const Output& row : e_.accruals) {
      const Accrual& a = *row.accrual;
      rows.Row({std::string(row.event_id), std::string(Word(a.kind)),
                FormatAccrualId(a.accrual_id), std::string(row.partner_id),
                std::string(a.rule_id), Minor(a.amount_minor)});
    }
    if (!rows.empty()) Say("\nEarned and taken back:\n", rows.ToString());
    Table entries({"event", "date", "why", "from", "to", ">amount"});
    for (const Output& row : e_.entries) {
      const Entry& entry = *row.entry;
      entries.Row({std::string(row.event_id), Day(entry.time),
                   std::string(Word(entry.kind)), std::string(Word(entry.from)),
                   std::string(Word(entry.to)), Minor(entry.amount_minor)});
    }
    if (!entries.empty()) Say("\nIn the books:\n", entries.ToString());
  }

  const Explanation& e_;
  std::string text_;
};

}  // namespace internal

inline std::string FateText(const ExplainedTouch& touch, Model model) {
  switch (touch.fate) {
    case TouchFate::kAfterConversion:
      return "out: after the conversion";
    case TouchFate::kDoesNotHold:
      return absl::StrCat("out: ",
                          ToAbsl(internal::StandingText(touch.standing)));
    case TouchFate::kOutsideWindow:
      return internal::WindowText(touch);
    case TouchFate::kPartnerNotActive:
      return touch.partner_status == PartnerStatus::kNone
                 ? "out: the partner was not ACTIVE at the conversion"
                 : absl::StrCat("out: the partner was ",
                                ToAbsl(Word(touch.partner_status)),
                                " at the conversion");
    case TouchFate::kLost:
      return model == Model::kFirstTouch ? "lost: an earlier touch won"
                                         : "lost: a later touch won";
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

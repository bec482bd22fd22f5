#ifndef VOUCH_REPORT_EXPLANATION_INL_H_
#define VOUCH_REPORT_EXPLANATION_INL_H_

#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vouch/base/limits.h"
#include "vouch/base/money.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/report/amount_text.h"
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

inline std::string NotActiveText(PartnerStatus status) {
  if (status == PartnerStatus::kNone) {
    return "out: the partner had no record at the conversion";
  }
  return absl::StrCat("out: the partner was ", ToAbsl(Word(status)),
                      " at the conversion");
}

inline std::string LeadEndText(std::string_view what,
                               const ExplainedTouch& touch) {
  std::string text = absl::StrCat("out: the lead ", ToAbsl(what));
  if (touch.lead_end) {
    absl::StrAppend(&text, " ", FormatInstant(*touch.lead_end));
  }
  return text;
}

inline std::string_view LostText(Model model) {
  switch (model) {
    case Model::kFirstTouch:
      return "lost: an earlier touch won";
    case Model::kLastTouch:
    case Model::kNone:
      return "lost: a later touch won";
    case Model::kLinear:
    case Model::kTimeDecay:
    case Model::kPositionBased:
      break;
  }
  return "lost: the model gives it nothing";
}

inline std::string_view StandingText(CreditStanding standing) {
  switch (standing) {
    case CreditStanding::kNotActive:
      return ", not ACTIVE then";
    case CreditStanding::kSelfReferral:
      return ", its own purchase";
    case CreditStanding::kEarns:
      break;
  }
  return "";
}

// Writes an Explanation paragraph by paragraph.
class ExplanationWriter {
 public:
  explicit ExplanationWriter(const Explanation& e) : e_(e) {}

  std::string Write() {
    if (!e_.lead_id.empty()) {
      LeadHead();
    } else if (e_.payment_id.empty()) {
      CustomerHead();
    } else {
      Head();
    }
    if (e_.decision) Decision(*e_.decision);
    if (e_.prospect) Prospect(*e_.prospect);
    Credits(e_.credits, e_.payment_id.empty()
                            ? "\nCredited with a payment then:\n"
                            : "\nCredited with the payment:\n");
    Lines();
    Amounts();
    if (e_.nothing_earned != NothingEarned::kNone && e_.lead_id.empty()) {
      Say("\nNothing was earned: ", NothingText(e_.nothing_earned), ".\n");
    }
    Refunds();
    for (const ExplainedReward& reward : e_.rewards) Reward(reward);
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

  // In the program's currency, which all is but what was paid.
  std::string Minor(int64_t minor) const {
    return FormatMinor(minor, e_.program_currency);
  }
  std::string Paid(int64_t minor) const {
    return FormatMinor(minor, e_.currency);
  }
  std::string Day(Instant at) const {
    return FormatDay(DayOf(at, e_.time_zone));
  }

  void Head() {
    int64_t paid = 0;
    for (const ExplainedLine& line : e_.lines) paid += line.given.amount_minor;
    Say("Payment ", e_.payment_id, " of customer ", e_.customer_id, ", ",
        FormatMoney({paid, e_.currency}), " on ", Day(e_.time), " (event ",
        e_.event_id, ", seq ", e_.seq.value(), ")\n");
    if (!e_.exchange_rate.empty()) {
      Say("  one ", e_.currency.code(), " is worth ", e_.exchange_rate, " ",
          e_.program_currency.code(),
          e_.exchange_on.empty() ? "" : ", the rate of " + e_.exchange_on,
          e_.exchange_source.empty() ? "" : ", by " + e_.exchange_source, "\n");
    }
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
    if (e_.terms_as_of == TermsAsOf::kConversion ||
        e_.terms_as_of == TermsAsOf::kContractStart) {
      Say("  these terms are in force from ", Day(e_.terms_from),
          ": the payment is rated as of the ",
          e_.terms_as_of == TermsAsOf::kConversion ? "conversion"
                                                   : "contract's start",
          "\n");
    }
  }

  void LeadHead() {
    Say("Lead ", e_.lead_id,
        e_.customer_id.empty() ? std::string()
                               : " of customer " + e_.customer_id,
        " at ", FormatInstant(e_.time), "\n");
  }

  void CustomerHead() {
    Say("Customer ", e_.customer_id, " at ", FormatInstant(e_.time), "\n");
  }

  static std::string TriggerText(const ExplainedDecision& decision) {
    switch (decision.trigger) {
      case Trigger::kSignup:
        return "decided by the sign-up";
      case Trigger::kImport:
        return "brought from elsewhere, as of";
      case Trigger::kPayment:
      case Trigger::kNone:
        break;
    }
    return decision.payment_id.empty()
               ? "decided by payment"
               : "decided by payment " + decision.payment_id;
  }

  void Decision(const ExplainedDecision& decision) {
    const std::string model = ModelText(decision);
    Say("\nWho is credited: ", TriggerText(decision),
        decision.trigger == Trigger::kImport ? " " : " on ", Day(decision.at),
        " (event ", decision.event_id, ", seq ", decision.seq.value(), "), ",
        model, model.empty() ? "" : ", ", "by the terms set by seq ",
        decision.terms_seq.value(), "\n");
    if (decision.trigger != Trigger::kImport) Touches(decision);
    Result(decision);
    Say("  ", BindingText(decision), "\n");
  }

  void Prospect(const ExplainedDecision& prospect) {
    Say("\nNothing binds the customer then. A conversion would be decided by ",
        ModelText(prospect), ", by the terms set by seq ",
        prospect.terms_seq.value(), "\n");
    Touches(prospect);
    Result(prospect);
  }

  void Touches(const ExplainedDecision& decision) {
    const bool tiers = decision.has_tiers;
    std::vector<std::string> head = {">seq",    "touch", "channel",
                                     "partner", "code",  "lead"};
    if (tiers) head.emplace_back("tier");
    head.emplace_back("outcome");
    Table table(head);
    for (const ExplainedTouch& touch : decision.touches) {
      std::vector<std::string> row = {absl::StrCat(touch.seq.value()),
                                      FormatInstant(touch.time),
                                      std::string(Word(touch.channel)),
                                      touch.partner_id,
                                      touch.code,
                                      touch.lead_id};
      if (tiers) {
        row.push_back(touch.tier == kNoTier ? "-" : absl::StrCat(touch.tier));
      }
      row.push_back(touch.reason);
      table.Row(row);
    }
    Say(table.empty() ? "  there was no touch\n" : table.ToString());
    if (decision.fallen_touches == 0) return;
    Say("  ", decision.fallen_touches,
        decision.fallen_touches == 1 ? " touch" : " touches",
        " had fallen: no more than ", static_cast<uint64_t>(kMaxLiveTouches),
        " are kept\n");
  }

  void Result(const ExplainedDecision& decision) {
    for (const ExplainedCredit& credit : decision.credits) {
      Say("  ", credit.partner_id, " with ", ShareText(credit.weight_ppb),
          "\n");
    }
    if (decision.vendor_weight_ppb > 0) {
      Say("  the vendor's own sales with ",
          ShareText(decision.vendor_weight_ppb), "\n");
    }
    if (!decision.has_winner()) Say("  nobody\n");
  }

  std::string BindingText(const ExplainedDecision& decision) const {
    if (!decision.binds) return "it binds no other payment";
    return decision.bound_until ? "it binds until " + Day(*decision.bound_until)
                                : "it binds for good";
  }

  void Credits(const std::vector<ExplainedPayee>& credits,
               std::string_view head) {
    if (!credits.empty()) Say(head);
    for (const ExplainedPayee& payee : credits) {
      const ExplainedCredit& credit = payee.credit;
      Say("  ", Word(credit.role), " ", credit.partner_id, " with ",
          ShareText(credit.weight_ppb), " (", PayeeText(payee), ")\n");
    }
  }

  // A partner without a record then has no kind.
  static std::string PayeeText(const ExplainedPayee& payee) {
    const std::string text =
        absl::StrCat(ToAbsl(Word(payee.kind)),
                     payee.group.empty() ? "" : ", group " + payee.group,
                     ToAbsl(StandingText(payee.standing)));
    return absl::StartsWith(text, ", ") ? text.substr(2) : text;
  }

  // What of the line is its base: "amount less tax, plus discount".
  std::string BaseText() const {
    std::string text = "amount";
    if (e_.base.subtract_tax) text += " less tax";
    if (e_.base.subtract_fee) text += " less fee";
    if (e_.base.add_discount) text += " plus discount";
    return text;
  }

  void Lines() {
    for (const ExplainedLine& line : e_.lines) {
      if (line.trials.empty()) continue;
      Say("\nLine ", line.line,
          line.product.empty() ? "" : " (" + line.product + ")");
      if (!e_.exchange_rate.empty()) {
        Say(", paid ", Paid(line.given.amount_minor), " ", e_.currency.code());
      }
      Say(": amount ", Minor(line.converted.amount_minor), ", tax ",
          Minor(line.converted.tax_minor), ", discount ",
          Minor(line.converted.discount_minor), ", fee ",
          Minor(line.converted.fee_minor), ", base (", BaseText(), ") ",
          Minor(line.base_minor), "\n");
      Trials(line.trials);
    }
  }
  void Trials(const std::vector<ExplainedTrial>& trials) {
    for (const ExplainedTrial& trial : trials) {
      Say("  rule ", trial.rule_id, " for ", trial.partner_id, ": ",
          TrialText(trial), "\n");
    }
  }

  std::string TrialText(const ExplainedTrial& trial) const {
    std::string text;
    switch (trial.outcome) {
      case TrialOutcome::kFailed:
        return absl::StrCat(trial.failed, " is ", Quoted(trial.actual),
                            ", wanted ", Quoted(trial.wanted));
      case TrialOutcome::kChosen:
        text = "chosen";
        break;
      case TrialOutcome::kStacked:
        text = "pays beside the chosen ones";
        break;
      case TrialOutcome::kLower:
        text = "holds, and another gives more";
        break;
      case TrialOutcome::kAfterBudget:
        text = "chosen, but another budget pays the line";
        break;
    }
    if (trial.alone_minor) {
      text += " (" + Minor(*trial.alone_minor) + " for this line alone)";
    }
    return text;
  }

  static std::string Quoted(const std::string& text) {
    return text.empty() ? "empty" : text;
  }

  void Amounts() {
    if (!e_.amounts.empty()) Say("\nWhat it came to:\n");
    for (const ExplainedAmount& amount : e_.amounts) {
      Say("  ", AmountText(amount, e_.program_currency), "\n");
    }
  }

  void Refunds() {
    if (!e_.refunds.empty()) Say("\nRefunds:\n");
    for (const ExplainedRefund& refund : e_.refunds) Refund(refund);
  }

  void Refund(const ExplainedRefund& refund) {
    Say("  ", Word(refund.kind), " ", refund.refund_id, " of ",
        Paid(refund.amount_minor), " on ", Day(refund.time));
    if (refund.past_clawback) {
      Say(": past the clawback window",
          e_.clawback_days ? absl::StrCat(" of ", *e_.clawback_days, " days")
                           : std::string(),
          ", reverses nothing");
    }
    Say("\n");
    for (const event::RefundLine& line : refund.lines) {
      Say("    line ", line.line, ": ", Paid(line.amount_minor), "\n");
    }
    for (const ExplainedReversal& reversal : refund.reversals) {
      Reversal(reversal);
    }
    for (const ExplainedKept& kept : refund.kept) {
      Say("    accrual ", FormatAccrualId(kept.accrual_id), ": ",
          LimitText(kept.limit, e_.program_currency), " of what comes back\n");
    }
    for (const ExplainedShare& share : refund.shares) {
      Say("    ",
          share.rule_id.empty() ? std::string("the metric REVENUE")
                                : "the period's base of rule " + share.rule_id,
          " of ", share.partner_id, " as ", Word(share.role),
          share.change_minor < 0 ? " rises by " : " falls by ",
          Minor(share.change_minor < 0 ? -share.change_minor
                                       : share.change_minor),
          "\n");
    }
    for (const ExplainedAmount& true_up : refund.true_ups) {
      Say("    ", AmountText(true_up, e_.program_currency), "\n");
    }
  }

  void Reversal(const ExplainedReversal& r) {
    Say("    accrual ", FormatAccrualId(r.accrual_id));
    if (!r.partner_id.empty()) {
      Say(" (", r.partner_id, " by rule ", r.rule_id);
      if (r.level > 0) Say(" at level ", r.level);
      Say(", ", Minor(r.amount_minor), ")");
    }
    Say(": reversed ", Minor(r.before_minor), " before, ",
        Minor(r.before_minor + r.change_minor), " after");
    if (r.booked_minor != r.change_minor) {
      Say("; a VOID had taken it, so that the books move ",
          Minor(r.booked_minor));
    }
    Say("\n");
  }

  void RewardHead(const ExplainedReward& reward) {
    if (reward.lead_id.empty()) {
      Say("\nThe sign-up");
    } else {
      Say("\nLead ", reward.lead_id, " of ", reward.partner_id, ", registered ",
          FormatInstant(reward.registered_at), ", ",
          reward.seq.has_value() ? "QUALIFIED" : "not QUALIFIED yet");
    }
    if (reward.seq.has_value()) {
      Say(" on ", Day(reward.time), " (event ", reward.event_id, ", seq ",
          reward.seq.value(), ")");
    }
    Say(", by the terms set by seq ", reward.terms_seq.value(), "\n");
  }

  static std::string_view LeadEndVerb(LeadLife::State state) {
    switch (state) {
      case LeadLife::kRejected:
        return "was rejected ";
      case LeadLife::kLost:
        return "was lost ";
      case LeadLife::kExpired:
        return "was protected until ";
      case LeadLife::kLive:
        break;
    }
    return "lives until ";
  }

  void Reward(const ExplainedReward& reward) {
    RewardHead(reward);
    if (!reward.lead_id.empty() && reward.lead_life.end) {
      Say("  it ", LeadEndVerb(reward.lead_life.state),
          FormatInstant(*reward.lead_life.end), "\n");
    }
    if (reward.decision && reward.decides) {
      Say("  who is credited, for this alone: ", ModelText(*reward.decision),
          "\n");
      Touches(*reward.decision);
    } else if (reward.decision) {
      Say("  credited as decided by seq ", reward.decision->seq.value(), "\n");
    }
    Credits(reward.credits, "");
    Trials(reward.trials);
    for (const ExplainedAmount& amount : reward.amounts) {
      Say("  ", AmountText(amount, e_.program_currency), "\n");
    }
    if (reward.nothing_earned != NothingEarned::kNone) {
      Say("  it earned nothing: ", NothingText(reward.nothing_earned), "\n");
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
    case TouchFate::kDirectIgnored:
      return "out: the program ignores DIRECT";
    case TouchFate::kPartnerNotActive:
      return internal::NotActiveText(touch.partner_status);
    case TouchFate::kSelfReferral:
      return "out: the partner shares an identity key with the customer";
    case TouchFate::kLeadRejected:
      return internal::LeadEndText("was rejected", touch);
    case TouchFate::kLeadLost:
      return internal::LeadEndText("was lost", touch);
    case TouchFate::kLeadExpired:
      return internal::LeadEndText("was protected until", touch);
    case TouchFate::kExcludedByDirect:
      return absl::StrCat("out: the DIRECT touch of seq ",
                          touch.excluded_by.value(), " takes the decision");
    case TouchFate::kExcludedByLead:
      return absl::StrCat("out: another partner's lead of seq ",
                          touch.excluded_by.value(), " lives");
    case TouchFate::kNotInTiers:
      return absl::StrCat("out: no tier names ", ToAbsl(Word(touch.channel)));
    case TouchFate::kLowerTier:
      return absl::StrCat("out: a tier above tier ", touch.tier,
                          " has a candidate");
    case TouchFate::kLost:
      return std::string(internal::LostText(model));
    case TouchFate::kWon:
      return touch.weight_ppb == kPpb
                 ? std::string("won")
                 : "won " + internal::ShareText(touch.weight_ppb);
  }
  return "";
}

inline std::string ModelText(const ExplainedDecision& decision) {
  switch (decision.model) {
    case Model::kFirstTouch:
      return "first touch";
    case Model::kLastTouch:
      return "last touch";
    case Model::kLinear:
      return "linear";
    case Model::kTimeDecay:
      return absl::StrCat("time decay with a half-life of ",
                          internal::AgeText(decision.half_life_us));
    case Model::kPositionBased:
      return absl::StrCat("position based, ", decision.first_share,
                          " to the first touch and ", decision.last_share,
                          " to the last");
    case Model::kNone:
      break;
  }
  return "";
}

inline std::string ExplanationText(const Explanation& explanation) {
  return internal::ExplanationWriter(explanation).Write();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_EXPLANATION_INL_H_

// How an amount came about, in words: the line of an explanation that a rule
// and a payee get.
//
//   AmountText(amount, Currency::Parse("EUR").value());
//   // "anna by rule first: base 100.00 x 12.5% = 1250000000000/1000000000
//   minor
//   //  units, HALF_EVEN to 12.50; earns 12.50"
#ifndef VOUCH_REPORT_AMOUNT_TEXT_H_
#define VOUCH_REPORT_AMOUNT_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/money.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/string_view.h"
#include "vouch/base/words.h"
#include "vouch/report/explained_amount.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The part of a whole: "33.3333333%".
inline std::string ShareText(int64_t ppb) {
  return Rate::FromPpb(ppb).ToString();
}

// "2024-01-01 to 2024-04-01", the end out; "all time".
inline std::string PeriodText(const std::optional<CivilDay>& from,
                              const std::optional<CivilDay>& until) {
  if (!from || !until) return "all time";
  return FormatDay(*from) + " to " + FormatDay(*until);
}

inline std::string_view MeaningText(TierMeaning meaning) {
  switch (meaning) {
    case TierMeaning::kGraduated:
      return "GRADUATED";
    case TierMeaning::kWholePayment:
      return "WHOLE_PAYMENT";
    case TierMeaning::kProspective:
      return "PROSPECTIVE";
    case TierMeaning::kRetroactive:
      return "RETROACTIVE";
    case TierMeaning::kNone:
      break;
  }
  return "";
}

inline std::string_view NothingText(NothingEarned why) {
  switch (why) {
    case NothingEarned::kZeroPayment:
      return "a payment of nothing earns nothing";
    case NothingEarned::kNobodyCredited:
      return "no partner is credited with the customer";
    case NothingEarned::kVendorCredited:
      return "the vendor's own sales hold the customer";
    case NothingEarned::kNotActive:
      return "the partner was not ACTIVE then";
    case NothingEarned::kOwnPurchase:
      return "it is the partner's own purchase";
    case NothingEarned::kNoRuleHeld:
      return "no rule held";
    case NothingEarned::kRoundedToZero:
      return "what was rounded and split came to zero";
    case NothingEarned::kLimitReached:
      return "a limit left nothing";
    case NothingEarned::kSpentBefore:
      return "an amount that is earned once was spent before, which no refund "
             "undoes";
    case NothingEarned::kBelowFirstTier:
      return "the metric is in no band";
    case NothingEarned::kZeroBase:
      return "the base is zero";
    case NothingEarned::kAllToCustomer:
      return "the whole budget is the customer's";
    case NothingEarned::kNothingToTrueUp:
      return "the period's true-up changes nothing";
    case NothingEarned::kNobodyMayEarn:
      return "who would be paid was not ACTIVE then, or it is an own purchase";
    case NothingEarned::kZeroRate:
      return "the rule pays 0% of it";
    case NothingEarned::kRidesOnNothing:
      return "what it rides on came to nothing";
    case NothingEarned::kNoRuleForIt:
      return "no rule of the terms then earns on leads";
    case NothingEarned::kNotQualified:
      return "the lead is not QUALIFIED";
    case NothingEarned::kQualifiedBefore:
      return "the lead was QUALIFIED before, and earns once";
    case NothingEarned::kLeadNotLive:
      return "the lead did not live any more";
    case NothingEarned::kNone:
      break;
  }
  return "";
}

// Limits of money have names that say so.
inline std::string LimitText(const LimitTrace& limit, Currency currency) {
  constexpr std::string_view kMoney = "amount_";
  const bool money = limit.name.substr(0, kMoney.size()) == kMoney;
  const auto value = [currency, money](int64_t number) {
    return money ? FormatMinor(number, currency) : absl::StrCat(number);
  };
  return absl::StrCat(ToAbsl(limit.name), " of ", value(limit.limit), ", ",
                      value(limit.used), " used, cuts ",
                      FormatMinor(limit.before_minor, currency), " to ",
                      FormatMinor(limit.after_minor, currency));
}

class AmountWriter {
 public:
  AmountWriter(const ExplainedAmount& amount, Currency currency)
      : a_(amount), currency_(currency) {}

  std::string Write() {
    Say(a_.partner_id, " by rule ", a_.rule_id);
    if (a_.rate_exception) Say(" (a rate exception)");
    if (a_.ride) {
      Ride(*a_.ride);
    } else {
      Own();
    }
    Say(" = ", a_.numerator, "/", a_.denominator, " minor units, ",
        RoundingName(a_.rounding), " to ", Minor(a_.rounded_minor));
    if (a_.budget) Discount();
    if (a_.split.size() > 1) Split();
    for (const LimitTrace& limit : a_.limits) Limit(limit);
    if (a_.true_up) TrueUp(*a_.true_up);
    Result();
    return std::move(text_);
  }

 private:
  template <typename... Parts>
  void Say(const Parts&... parts) {
    (Append(parts), ...);
  }
  void Append(std::string_view part) { text_ += part; }
  void Append(int64_t part) { absl::StrAppend(&text_, part); }
  void Append(int32_t part) { absl::StrAppend(&text_, part); }

  void Result() {
    if (a_.amount_minor > 0) {
      Say("; earns ", Minor(a_.amount_minor));
    } else if (a_.amount_minor < 0) {
      Say("; takes back ", Minor(-a_.amount_minor));
      if (a_.true_up && a_.true_up->taken_from.has_value()) {
        Say(" of accrual ", FormatAccrualId(a_.true_up->taken_from));
      }
    } else {
      Say("; earns nothing");
      const std::string_view why = NothingText(a_.nothing_earned);
      if (!why.empty()) Say(": ", why);
    }
  }

  std::string Minor(int64_t minor) const {
    return FormatMinor(minor, currency_);
  }
  // A metric's value: money, or a count.
  std::string Value(Metric metric, int64_t value) const {
    return metric == Metric::kRevenue || metric == Metric::kCommission
               ? Minor(value)
               : absl::StrCat(value);
  }

  void Own() {
    Say(": ", a_.budget ? "price (the discount added back) " : "base ",
        Minor(a_.base_minor));
    if (a_.lines.size() > 1) {
      Say(" (lines ", absl::StrJoin(a_.lines, ", "), ")");
    }
    Say(" x ", a_.rate);
    if (!a_.percent.empty() && !a_.year_rate.empty()) {
      Say(" (", a_.percent, " and the year's ", a_.year_rate, ")");
    }
    if (a_.fixed_minor != 0) Say(" + ", Minor(a_.fixed_minor));
    if (a_.fixed_times > 1) Say(" (", a_.fixed_times, " times)");
    if (a_.fixed_spent) Say(", its fixed amount was spent before");
    if (a_.tiers) Tiers(*a_.tiers);
  }

  void Ride(const ExplainedRide& ride) {
    Say(" at level ", a_.level, ": ", a_.rate, " of ",
        ride.of_base ? std::string("the base of ") + ride.child_partner_id
                     : ride.child_partner_id + "'s",
        " ", Minor(ride.of_minor));
  }

  void Tiers(const ExplainedTiers& tiers) {
    Say(", tiers ", MeaningText(tiers.meaning), " over ", Word(tiers.metric),
        " of ", PeriodText(tiers.from, tiers.until), " (",
        Value(tiers.metric, tiers.before), " before, ",
        Value(tiers.metric, tiers.after), " with it): ");
    if (tiers.bands.empty()) Say("no band");
    for (std::size_t i = 0; i < tiers.bands.size(); ++i) {
      const ExplainedBand& band = tiers.bands[i];
      Say(i == 0 ? "" : ", ", "band ", band.place, " pays ", band.percent);
      if (band.fixed_minor != 0) Say(" + ", Minor(band.fixed_minor));
      if (tiers.meaning == TierMeaning::kGraduated) {
        Say(" on ", Minor(band.part_minor));
      }
    }
  }

  void Discount() {
    Say("; the customer's share of ", a_.customer_share, " (", ShareFrom(),
        ") = ", a_.discount.numerator, "/", a_.discount.denominator,
        " minor units, ", RoundingName(a_.rounding), " to a discount of ",
        Minor(a_.discount_minor));
  }

  // Whose share it is; where the bounds set it, what they set it from.
  std::string ShareFrom() const {
    if (a_.share_from != "program" || a_.share_min.empty()) {
      return a_.share_from;
    }
    return absl::StrCat(
        "program: ",
        a_.share_given.empty() ? "nobody gave one" : a_.share_given + " given",
        ", ", a_.share_min, " to ", a_.share_max, " allowed");
  }

  void Split() {
    Say("; split by weight:");
    for (std::size_t i = 0; i < a_.split.size(); ++i) {
      const ExplainedPart& part = a_.split[i];
      Say(i == 0 ? " " : ", ",
          part.partner_id.empty() ? std::string("the vendor") : part.partner_id,
          " ", ShareText(part.weight_ppb), " ", Minor(part.part_minor));
    }
  }

  void Limit(const LimitTrace& limit) {
    Say("; ", LimitText(limit, currency_));
  }

  void TrueUp(const ExplainedTrueUp& true_up) {
    Say("; the period ", PeriodText(true_up.from, true_up.until),
        " has earned ", Minor(true_up.target_minor), " in all, ",
        Minor(true_up.so_far_minor), " so far");
  }

  const ExplainedAmount& a_;
  const Currency currency_;
  std::string text_;
};

}  // namespace internal

// `currency` is the program's.
inline std::string AmountText(const ExplainedAmount& amount,
                              Currency currency) {
  return internal::AmountWriter(amount, currency).Write();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_AMOUNT_TEXT_H_

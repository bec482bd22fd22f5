// How an amount came about, in words: the line of an explanation that a rule
// and a payee get.
//
//   AmountText(amount, Currency::Parse("EUR").value());
//   // "anna by rule first: base 100.00 x 12.5% = 1250/1 minor units, half even
//   //  to 12.50; earns 12.50"
#ifndef VOUCH_REPORT_AMOUNT_TEXT_H_
#define VOUCH_REPORT_AMOUNT_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
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

class AmountWriter {
 public:
  AmountWriter(const ExplainedAmount& amount, Currency currency)
      : a_(amount), currency_(currency) {}

  std::string Write() {
    Say(a_.partner_id, " by rule ", a_.rule_id);
    if (a_.rate_exception) Say(" (a rate exception)");
    if (a_.ride) {
      Ride(*a_.ride);
      if (!a_.ride->earns) {
        Say("; the parent may not earn: nothing");
        return std::move(text_);
      }
    } else {
      Own();
    }
    Say(" = ", a_.numerator, "/", a_.denominator, " minor units, ",
        RoundingName(a_.rounding), " to ", Minor(a_.rounded_minor));
    if (a_.budget) Discount();
    if (a_.weight_ppb != kPpb) {
      Say("; a weight of ", ShareText(a_.weight_ppb));
    }
    for (const LimitTrace& limit : a_.limits) Limit(limit);
    if (a_.true_up) TrueUp(*a_.true_up);
    Say(a_.amount_minor < 0 ? "; takes back " + Minor(-a_.amount_minor)
                            : "; earns " + Minor(a_.amount_minor));
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
        Minor(a_.base_minor), " x ", a_.rate);
    if (!a_.percent.empty() && !a_.year_rate.empty()) {
      Say(" (", a_.percent, " and the year's ", a_.year_rate, ")");
    }
    if (a_.fixed_minor != 0) Say(" + ", Minor(a_.fixed_minor));
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
      Say(i == 0 ? "band " : ", band ", band.place, " pays ", band.percent);
      if (band.fixed_minor != 0) Say(" + ", Minor(band.fixed_minor));
      if (tiers.meaning == TierMeaning::kGraduated) {
        Say(" on ", Minor(band.part_minor));
      }
    }
  }

  void Discount() {
    Say("; the customer's share of ", a_.customer_share, " (", a_.share_from,
        ") = ", a_.discount.numerator, "/", a_.discount.denominator,
        " minor units, ", RoundingName(a_.rounding), " to a discount of ",
        Minor(a_.discount_minor));
  }

  // Limits of money have names that say so.
  void Limit(const LimitTrace& limit) {
    constexpr std::string_view kMoney = "amount_";
    const bool money = limit.name.substr(0, kMoney.size()) == kMoney;
    const auto value = [this, money](int64_t number) {
      return money ? Minor(number) : absl::StrCat(number);
    };
    Say("; ", limit.name, " of ", value(limit.limit), ", ", value(limit.used),
        " used, cuts ", Minor(limit.before_minor), " to ",
        Minor(limit.after_minor));
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

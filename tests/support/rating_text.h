// Accruals, reversals, terms and what earns as lines of text: by which the
// engine is compared with the naive model of rating, and in which a failure is
// shown.
#ifndef VOUCH_TESTS_SUPPORT_RATING_TEXT_H_
#define VOUCH_TESTS_SUPPORT_RATING_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "tests/support/attribution_text.h"
#include "tests/support/naive_rating.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// What is not said of a true-up is left out: its base and weight.
inline std::string RowLine(const NaiveRow& row) {
  std::string text =
      absl::StrCat(row.event_id, " ", ToAbsl(Word(row.kind)), " ", row.accrual,
                   row.restores.empty() ? "" : " of ", row.restores, " ",
                   row.payee, " ", row.rule, " ", ToAbsl(Word(row.role)));
  absl::StrAppend(&text, " level ", row.level, " amount ", row.amount_minor,
                  row.refund.empty() ? "" : " by ", row.refund);
  if (row.true_up) return text + " true-up";
  return absl::StrCat(text, " base ", row.base_minor, " weight ",
                      row.weight_ppb, " customer ", row.customer);
}

// An engine's row in the form of the model's. `true_up` is the model's word.
inline NaiveRow NaiveRowOf(const Output& output, const EventIds& ids,
                           bool true_up) {
  const Accrual& from = *output.accrual;
  const auto name = [&](const AccrualId& id) {
    return id.has_value() ? absl::StrCat(ToAbsl(ids.at(id.seq)), "-", id.place)
                          : std::string();
  };
  NaiveRow row;
  row.event_id = std::string(output.event_id);
  row.kind = from.kind;
  row.accrual = name(from.accrual_id);
  row.restores = name(from.restores_id);
  row.customer = std::string(output.customer_id);
  row.payee = std::string(output.partner_id);
  row.rule = std::string(from.rule_id);
  row.role = from.role;
  row.level = from.level;
  row.base_minor = from.base_minor;
  row.weight_ppb = from.weight_ppb;
  row.amount_minor = from.amount_minor;
  row.true_up = true_up;
  row.refund = std::string(from.refund_id);
  return row;
}

namespace internal {

// Words, numbers and texts of a list, between brackets.
template <typename T>
std::string ListText(std::string_view name, const std::vector<T>& list) {
  if (list.empty()) return "";
  std::string text = absl::StrCat(" ", ToAbsl(name), "=[");
  for (const T& item : list) {
    if constexpr (std::is_enum_v<T>) {
      absl::StrAppend(&text, ToAbsl(Word(item)), " ");
    } else {
      absl::StrAppend(&text, item, " ");
    }
  }
  return text + "]";
}

template <typename T>
std::string NumberText(std::string_view name, const std::optional<T>& value) {
  return value ? absl::StrCat(" ", ToAbsl(name), "=", *value) : "";
}

inline std::string RangeText(std::string_view name, const RangeSpec& range) {
  if (!range.from && !range.until) return "";
  return absl::StrCat(" ", ToAbsl(name), NumberText("from", range.from),
                      NumberText("until", range.until));
}

inline std::string ConditionsText(const ConditionsSpec& when) {
  std::string text = absl::StrCat(
      ListText("partners", when.partner_ids),
      ListText("kinds", when.partner_kinds),
      ListText("groups", when.partner_groups),
      ListText("campaigns", when.campaigns), ListText("codes", when.codes),
      ListText("channels", when.channels), ListText("products", when.products),
      ListText("categories", when.categories));
  absl::StrAppend(&text, ListText("countries", when.countries),
                  ListText("segments", when.segments),
                  RangeText("year", when.contract_year),
                  RangeText("number", when.payment_number),
                  RangeText("line_amount", when.line_amount_minor),
                  RangeText("quantity", when.quantity));
  if (when.phase != Phase::kNone) {
    absl::StrAppend(&text, " phase=", ToAbsl(Word(when.phase)));
  }
  for (const MonthsSinceSpec& since : when.months_since) {
    absl::StrAppend(&text, " since ", static_cast<int>(since.anchor),
                    RangeText("months", since.months));
  }
  for (const AttributeConditionSpec& wanted : when.attributes) {
    absl::StrAppend(&text, " attribute of ", static_cast<int>(wanted.of), " ",
                    wanted.key, "=", wanted.value);
  }
  if (when.effective_from) {
    absl::StrAppend(&text, " from ", FormatDay(*when.effective_from));
  }
  if (when.effective_until) {
    absl::StrAppend(&text, " until ", FormatDay(*when.effective_until));
  }
  return text;
}

inline std::string RewardText(const RewardSpec& reward) {
  std::string text;
  if (!reward.percent.empty()) absl::StrAppend(&text, " ", reward.percent);
  if (reward.fixed.amount_minor != 0) {
    absl::StrAppend(&text, " fixed ", reward.fixed.amount_minor, " per ",
                    static_cast<int>(reward.fixed.per));
  }
  absl::StrAppend(&text, ListText("by_year", reward.by_contract_year));
  if (reward.tiers.empty()) return text;
  absl::StrAppend(&text, " tiers ", static_cast<int>(reward.tier_meaning),
                  " of ", ToAbsl(Word(reward.tier_metric)), " by ",
                  ToAbsl(Word(reward.tier_period)));
  for (const TierSpec& tier : reward.tiers) {
    absl::StrAppend(&text, " [", tier.from, ", ", tier.until.value_or(-1), ") ",
                    tier.percent, "+", tier.fixed_amount_minor);
  }
  return text;
}

inline std::string RuleText(const RuleSpec& rule) {
  std::string text = absl::StrCat(
      "      ", rule.rule_id, " ", ToAbsl(Word(rule.role)), " kind ",
      static_cast<int>(rule.kind), " on ", static_cast<int>(rule.earns_on),
      rule.stack ? " stack" : "", RewardText(rule.reward));
  if (!rule.budget.empty()) absl::StrAppend(&text, " budget ", rule.budget);
  for (const RateExceptionSpec& exception : rule.rate_exceptions) {
    absl::StrAppend(&text, " but ", exception.partner_id,
                    RewardText(exception.reward));
  }
  for (const UplineSpec& upline : rule.uplines) {
    absl::StrAppend(
        &text, " upline ", upline.level, " ", upline.percent,
        upline.of == UplineOf::kBase ? " of BASE" : " of COMMISSION");
  }
  const LimitsSpec& limits = rule.limits;
  absl::StrAppend(&text, NumberText("payments", limits.payments_per_customer),
                  NumberText("months", limits.months),
                  NumberText("years", limits.contract_years),
                  NumberText("a_customer", limits.amount_per_customer_minor));
  if (limits.amount_per_period) {
    absl::StrAppend(&text, " at most ", limits.amount_per_period->amount_minor,
                    " a ", ToAbsl(Word(limits.amount_per_period->period)));
  }
  return absl::StrCat(text, " when", ConditionsText(rule.when), "\n");
}

}  // namespace internal

inline std::string TermsText(const ProgramSpec& spec) {
  std::string text = absl::StrCat(
      spec.currency, " ", spec.time_zone, " rounding ",
      ToAbsl(RoundingName(spec.rounding)), "/",
      ToAbsl(RoundingName(spec.reversal_rounding.value_or(spec.rounding))),
      " choosing ", static_cast<int>(spec.choosing), " as_of ",
      static_cast<int>(spec.terms_as_of));
  absl::StrAppend(&text, " base ", spec.base.subtract_tax ? "-tax" : "",
                  spec.base.subtract_fee ? "-fee" : "",
                  spec.base.add_discount ? "+discount" : "",
                  internal::NumberText("clawback", spec.clawback_days),
                  " share ", spec.customer_share_min, "..",
                  spec.customer_share_max, SpecText(spec), "\n");
  for (const RuleSpec& rule : spec.rules) text += internal::RuleText(rule);
  return text;
}

inline std::string EarningText(const event::Payment& e) {
  std::string text = absl::StrCat(
      " ", ToAbsl(e.payment_id), " of ", ToAbsl(e.customer.id),
      " contract=", ToAbsl(e.contract_id), " ", ToAbsl(e.currency.code()));
  if (e.exchange) absl::StrAppend(&text, " at ", e.exchange->rate_ppb, " ppb");
  for (const event::PaymentLine& line : e.lines) {
    absl::StrAppend(&text, " | ", line.line, ": ", line.quantity, " x ",
                    ToAbsl(line.product), "/", ToAbsl(line.category), " ",
                    line.amount_minor);
    absl::StrAppend(&text, " tax ", line.tax_minor, " discount ",
                    line.discount_minor, " fee ", line.fee_minor);
    for (const event::Attribute& attribute : line.attributes) {
      absl::StrAppend(&text, " ", ToAbsl(attribute.key), "=",
                      ToAbsl(attribute.value));
    }
  }
  return text;
}
inline std::string EarningText(const event::Refund& e) {
  std::string text =
      absl::StrCat(" ", ToAbsl(Word(e.kind)), " of ", ToAbsl(e.payment_id),
                   internal::NumberText("amount", e.amount_minor));
  for (const event::RefundLine& line : e.lines) {
    absl::StrAppend(&text, " | ", line.line, ": ", line.amount_minor);
  }
  return text;
}
inline std::string EarningText(const event::ContractStarted& e) {
  return absl::StrCat(" ", ToAbsl(e.contract_id), " of ", ToAbsl(e.customer.id),
                      " from ", FormatDay(e.start_date),
                      " continues=", ToAbsl(e.continues_contract_id));
}
inline std::string EarningText(const event::OpeningBalance& e) {
  std::string text = absl::StrCat(" ", ToAbsl(e.partner_id));
  for (const event::OpeningMetric& metric : e.metrics) {
    absl::StrAppend(&text, " ", ToAbsl(Word(metric.metric)), " ",
                    ToAbsl(Word(metric.period)), "=", metric.value);
  }
  return text;
}
inline std::string EarningText(const event::PartnerSet& e) {
  std::string text =
      absl::StrCat(BodyText(e), " parent=", ToAbsl(e.parent_partner_id), " ",
                   ToAbsl(Word(e.kind)), " group=", ToAbsl(e.group));
  if (e.customer_share) {
    absl::StrAppend(&text, " share=", e.customer_share->ToString());
  }
  for (const event::Attribute& attribute : e.attributes) {
    absl::StrAppend(&text, " ", ToAbsl(attribute.key), "=",
                    ToAbsl(attribute.value));
  }
  return text;
}
inline std::string EarningText(const event::Signup& e) {
  std::string text =
      absl::StrCat(BodyText(e), " ", ToAbsl(e.country), " ", ToAbsl(e.segment));
  for (const event::Attribute& attribute : e.attributes) {
    absl::StrAppend(&text, " ", ToAbsl(attribute.key), "=",
                    ToAbsl(attribute.value));
  }
  return text;
}
inline std::string EarningText(const event::ProgramSet& e) {
  return " " + TermsText(*DecodeSpec(e.spec));
}
template <typename Other>
std::string EarningText(const Other& e) {
  return BodyText(e);
}

// One line an event, and one a rule.
inline std::string EarningTable(absl::Span<const Event> events) {
  std::string text;
  for (const Event& event : events) {
    absl::StrAppend(
        &text, "  ", ToAbsl(event.event_id), "  ", FormatInstant(event.time),
        "  ", ToAbsl(KindWord(event.body)),
        std::visit([](const auto& body) { return EarningText(body); },
                   event.body),
        "\n");
  }
  return text;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_RATING_TEXT_H_

// Bodies of conditions.h: each condition is written once; a listener says what
// becomes of one that does not hold.
#ifndef VOUCH_RATE_CONDITIONS_INL_H_
#define VOUCH_RATE_CONDITIONS_INL_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vouch/base/civil.h"
#include "vouch/base/string_view.h"
#include "vouch/rate/conditions.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Says no and nothing else.
struct NoListener {
  template <typename Wanted, typename Actual>
  bool Fail(std::string_view, Wanted, Actual) {
    return false;
  }
};

// Keeps the texts of what failed.
struct FailureListener {
  std::optional<FailedCondition> failed;

  template <typename Wanted, typename Actual>
  bool Fail(std::string_view name, Wanted wanted, Actual actual) {
    failed = FailedCondition{name, wanted(), actual()};
    return false;
  }
};

template <typename E>
std::string WordsOf(const WordSet<E>& set) {
  std::string text;
  for (std::size_t i = 1; i <= Words<E>::kList.size(); ++i) {
    const E value = static_cast<E>(i);
    if (!set.Has(value)) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", ToAbsl(Word(value)));
  }
  return text;
}

inline std::string_view KindName(RuleKind kind) {
  switch (kind) {
    case RuleKind::kPrice:
      return "PRICE";
    case RuleKind::kCustomerDiscount:
      return "CUSTOMER_DISCOUNT";
    default:
      return "COMMISSION";
  }
}

inline std::string_view EarnsOnName(EarnsOn earns_on) {
  switch (earns_on) {
    case EarnsOn::kQualifiedLead:
      return "QUALIFIED_LEAD";
    case EarnsOn::kSignup:
      return "SIGNUP";
    default:
      return "PAYMENT";
  }
}

inline std::string_view AnchorName(MonthsAnchor anchor) {
  switch (anchor) {
    case MonthsAnchor::kFirstPayment:
      return "FIRST_PAYMENT";
    case MonthsAnchor::kSignup:
      return "SIGNUP";
    default:
      return "CONTRACT_START";
  }
}

inline bool Lists(const std::vector<std::string>& list,
                  std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// nullptr where there is none.
inline const event::Attribute* FindAttribute(
    absl::Span<const event::Attribute> attributes, std::string_view key) {
  for (const event::Attribute& attribute : attributes) {
    if (attribute.key == key) return &attribute;
  }
  return nullptr;
}

// One condition of each kind, told to a listener.
template <typename Listener>
class ConditionChecker {
 public:
  explicit ConditionChecker(Listener* listener) : listener_(*listener) {}

  // A value of a closed list, which `name_of` names.
  template <typename E, typename NameOf>
  bool Same(std::string_view name, E wanted, E actual, NameOf name_of) {
    return wanted == actual ||
           listener_.Fail(
               name, [&] { return std::string(name_of(wanted)); },
               [&] { return std::string(name_of(actual)); });
  }
  template <typename E>
  bool Has(std::string_view name, const WordSet<E>& set, E value) {
    return set.Has(value) || listener_.Fail(
                                 name, [&] { return WordsOf(set); },
                                 [&] { return std::string(Word(value)); });
  }
  bool Has(std::string_view name, const std::vector<std::string>& list,
           std::string_view value) {
    return list.empty() || Lists(list, value) ||
           listener_.Fail(
               name, [&] { return absl::StrJoin(list, ", "); },
               [&] { return std::string(value); });
  }
  bool Within(std::string_view name, const Range& range, int64_t value) {
    return range.Has(value) || listener_.Fail(
                                   name, [&] { return Bound(range, value); },
                                   [&] { return absl::StrCat(value); });
  }
  // Months since an anchor; without the anchor the condition does not hold.
  bool Months(const MonthsCondition& since,
              const std::optional<int64_t>& months) {
    if (months && since.months.Has(*months)) return true;
    return listener_.Fail(
        "months_since",
        [&] {
          return absl::StrCat(ToAbsl(AnchorName(since.anchor)), " ",
                              Bound(since.months, months.value_or(0)));
        },
        [&] { return months ? absl::StrCat(*months) : std::string(); });
  }
  bool Equals(const AttributeCondition& condition, std::string_view side,
              absl::Span<const event::Attribute> attributes) {
    const event::Attribute* found = FindAttribute(attributes, condition.key);
    if (found != nullptr && found->value == condition.value) return true;
    const auto pair = [&](std::string_view value) {
      return absl::StrCat(ToAbsl(side), " ", condition.key, "=", ToAbsl(value));
    };
    return listener_.Fail(
        "attribute", [&] { return pair(condition.value); },
        [&] { return found == nullptr ? std::string() : pair(found->value); });
  }
  bool Effective(const Conditions& when, CivilDay on) {
    if (when.effective_from && on < *when.effective_from) {
      return listener_.Fail(
          "effective",
          [&] { return "from " + FormatDay(*when.effective_from); },
          [&] { return FormatDay(on); });
    }
    if (when.effective_until && on >= *when.effective_until) {
      return listener_.Fail(
          "effective",
          [&] { return "before " + FormatDay(*when.effective_until); },
          [&] { return FormatDay(on); });
    }
    return true;
  }

 private:
  // The bound that `value` is past.
  static std::string Bound(const Range& range, int64_t value) {
    if (value < range.from) return absl::StrCat("from ", range.from);
    if (value >= range.until) return absl::StrCat("before ", range.until);
    if (range.from == Range().from) {
      return absl::StrCat("before ", range.until);
    }
    return absl::StrCat("from ", range.from);
  }

  Listener& listener_;
};

template <typename Listener>
bool MonthsHold(const Conditions& when, const RatablePayment& payment,
                ConditionChecker<Listener>* check) {
  for (const MonthsCondition& since : when.months_since) {
    std::optional<int64_t> months = payment.contract_months;
    if (since.anchor == MonthsAnchor::kFirstPayment) {
      months = payment.first_payment_months;
    } else if (since.anchor == MonthsAnchor::kSignup) {
      months = payment.signup_months;
    }
    if (!check->Months(since, months)) return false;
  }
  return true;
}

template <typename Listener>
bool AttributesHold(const Conditions& when, const RatablePayment& payment,
                    const RatableCredit& credit,
                    ConditionChecker<Listener>* check) {
  for (const AttributeCondition& condition : when.attributes) {
    const bool of_partner = condition.of == AttributeOf::kPartner;
    if (condition.of == AttributeOf::kLine) continue;
    if (!check->Equals(
            condition, of_partner ? "partner" : "customer",
            of_partner ? credit.attributes : payment.customer_attributes)) {
      return false;
    }
  }
  return true;
}

// All conditions but those that ask about a line.
template <typename Listener>
bool ConditionsHold(const Rule& rule, const RatablePayment& payment,
                    const RatableCredit& credit, Listener* listener) {
  ConditionChecker<Listener> check(listener);
  const Conditions& when = rule.when;
  return check.Same("role", rule.role, credit.role, Word<Role>) &&
         check.Has("partner_id", when.partner_ids, credit.partner_id) &&
         check.Has("partner_kind", when.partner_kinds, credit.kind) &&
         check.Has("partner_group", when.partner_groups, credit.group) &&
         check.Has("campaign", when.campaigns, credit.campaign) &&
         check.Has("code", when.codes, credit.code) &&
         check.Has("channel", when.channels, credit.channel) &&
         check.Has("country", when.countries, payment.country) &&
         check.Has("segment", when.segments, payment.segment) &&
         check.Has("phase", when.phases, payment.phase) &&
         check.Within("contract_year", when.contract_years,
                      payment.contract_year) &&
         check.Within("payment_number", when.payment_numbers, payment.number) &&
         MonthsHold(when, payment, &check) &&
         AttributesHold(when, payment, credit, &check) &&
         check.Effective(when, payment.on);
}

template <typename Listener>
bool LineConditionsHold(const Rule& rule, const event::PaymentLine& line,
                        Listener* listener) {
  ConditionChecker<Listener> check(listener);
  const Conditions& when = rule.when;
  if (!check.Has("product", when.products, line.product) ||
      !check.Has("category", when.categories, line.category) ||
      !check.Within("line_amount", when.line_amount_minor, line.amount_minor) ||
      !check.Within("quantity", when.quantity, line.quantity)) {
    return false;
  }
  for (const AttributeCondition& condition : when.attributes) {
    if (condition.of != AttributeOf::kLine) continue;
    if (!check.Equals(condition, "line", line.attributes)) return false;
  }
  return true;
}

// The kind of rule, what it earns on, and its conditions.
template <typename Listener>
bool CommissionHolds(const Rule& rule, EarnsOn earns_on,
                     const RatablePayment& payment, const RatableCredit& credit,
                     Listener* listener) {
  ConditionChecker<Listener> check(listener);
  return check.Same("kind", rule.kind, RuleKind::kCommission, KindName) &&
         check.Same("earns_on", rule.earns_on, earns_on, EarnsOnName) &&
         ConditionsHold(rule, payment, credit, listener);
}

}  // namespace internal

inline bool RuleHolds(const Rule& rule, EarnsOn earns_on,
                      const RatablePayment& payment,
                      const RatableCredit& credit) {
  if (rule.kind != RuleKind::kCommission || rule.earns_on != earns_on ||
      rule.role != credit.role) {
    return false;
  }
  internal::NoListener listener;
  return internal::ConditionsHold(rule, payment, credit, &listener);
}

inline bool LineHolds(const Rule& rule, const event::PaymentLine& line) {
  internal::NoListener listener;
  return internal::LineConditionsHold(rule, line, &listener);
}

inline bool PriceRuleHolds(const Rule& rule, RuleKind kind,
                           const RatablePayment& payment,
                           const RatableCredit& credit) {
  internal::NoListener listener;
  return rule.kind == kind &&
         internal::ConditionsHold(rule, payment, credit, &listener);
}

inline std::optional<FailedCondition> FirstFailed(
    const Rule& rule, EarnsOn earns_on, const RatablePayment& payment,
    const RatableCredit& credit, const event::PaymentLine& line) {
  internal::FailureListener listener;
  if (internal::CommissionHolds(rule, earns_on, payment, credit, &listener)) {
    internal::LineConditionsHold(rule, line, &listener);
  }
  return listener.failed;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_CONDITIONS_INL_H_

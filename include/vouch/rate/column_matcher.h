// Which conditions hold in a run of payments: what rules ask of a partner is
// asked once a partner, rules of products are found by the lines' products, and
// texts are compared as numbers (docs/SEMANTICS.md, section 6, "Choosing").
//
// It says what RuleHolds and LineHolds say (vouch/rate/conditions.h), but for
// attributes of customers and lines, which no column has.
#ifndef VOUCH_RATE_COLUMN_MATCHER_H_
#define VOUCH_RATE_COLUMN_MATCHER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"
#include "vouch/base/words.h"
#include "vouch/program/program.h"
#include "vouch/rate/conditions.h"
#include "vouch/rate/credit_rater.h"
#include "vouch/rate/ratable.h"
#include "vouch/rate/rate_tables.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The texts that rules name, numbered from 1; 0 is every other text, and the
// empty one, which no rule can name.
class NamedTexts {
 public:
  // Numbers the texts of a rule's list, in ascending order.
  std::vector<uint32_t> Add(const std::vector<std::string>& list) {
    std::vector<uint32_t> numbers;
    for (const std::string& text : list) {
      const auto next = static_cast<uint32_t>(numbers_.size() + 1);
      numbers.push_back(numbers_.emplace(ToAbsl(text), next).first->second);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }
  uint32_t NumberOf(std::string_view text) const {
    const auto found = numbers_.find(ToAbsl(text));
    return found == numbers_.end() ? 0 : found->second;
  }

 private:
  absl::flat_hash_map<absl::string_view, uint32_t> numbers_;
};

// The lists of a rule's conditions; an empty one stands for "any".
struct ColumnRule {
  std::vector<uint32_t> campaigns;
  std::vector<uint32_t> codes;
  std::vector<uint32_t> countries;
  std::vector<uint32_t> segments;
  std::vector<uint32_t> products;
  std::vector<uint32_t> categories;
};

// The rules that may pay a partner, as written.
struct PartnerRules {
  std::vector<uint32_t> of_all;  // that ask for no product
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> of_product;
};

// Made once for a run; set to a payment and then to each of its credits. The
// tables are checked, and these and the terms must outlive it.
class ColumnMatcher {
 public:
  ColumnMatcher(const Program& terms, const RateTables& tables)
      : rules_(terms.rules()), t_(tables) {
    NamedTexts names;
    for (const Rule& rule : rules_) {
      const Conditions& when = rule.when;
      texts_.push_back({names.Add(when.campaigns), names.Add(when.codes),
                        names.Add(when.countries), names.Add(when.segments),
                        names.Add(when.products), names.Add(when.categories)});
    }
    for (const std::string_view text : t_.texts) {
      numbers_.push_back(names.NumberOf(text));
    }
    lists_of_partner_.resize(2 * t_.partners.size(), kNotAsked);
  }

  // `payment` is that of the row, and must stay until the next.
  void SetPayment(std::size_t row, const RatablePayment& payment) {
    payment_ = &payment;
    first_line_ = t_.payments.line_offsets[row];
    last_line_ = t_.payments.line_offsets[row + 1];
    first_credit_ = t_.payments.credit_offsets[row];
    country_ = NumberAt(t_.payments.countries, row);
    segment_ = NumberAt(t_.payments.segments, row);
  }
  void SetCredit(const CreditRater& by) {
    credit_ = &by.credit();
    const std::size_t row = first_credit_ + by.place();
    campaign_ = NumberAt(t_.credits.campaigns, row);
    code_ = NumberAt(t_.credits.codes, row);
    FindRules(t_.credits.partners[row]);
  }

  // The rules that may pay the credit's partner for one of the lines, as
  // written.
  std::size_t count() const { return tried_.size(); }
  std::size_t RuleAt(std::size_t i) const { return tried_[i]; }

  bool Holds(std::size_t rule) const {
    const Conditions& when = rules_[rule].when;
    const ColumnRule& texts = texts_[rule];
    NoListener listener;
    ConditionChecker<NoListener> check(&listener);
    return Lists(texts.campaigns, campaign_) && Lists(texts.codes, code_) &&
           when.channels.Has(credit_->channel) &&
           Lists(texts.countries, country_) &&
           Lists(texts.segments, segment_) &&
           when.phases.Has(payment_->phase) &&
           when.contract_years.Has(payment_->contract_year) &&
           when.payment_numbers.Has(payment_->number) &&
           MonthsHold(when, *payment_, &check) &&
           check.Effective(when, payment_->on);
  }
  bool HoldsOf(std::size_t rule, std::size_t line) const {
    const Conditions& when = rules_[rule].when;
    const ColumnRule& texts = texts_[rule];
    const std::size_t row = first_line_ + line;
    return Lists(texts.products, t_.lines.products, row) &&
           Lists(texts.categories, t_.lines.categories, row) &&
           when.line_amount_minor.Has(t_.lines.amounts_minor[row]) &&
           when.quantity.Has(AtOr<int64_t>(t_.lines.quantities, row, 1));
  }

 private:
  static constexpr uint32_t kNotAsked = std::numeric_limits<uint32_t>::max();

  static bool Lists(const std::vector<uint32_t>& list, uint32_t number) {
    return list.empty() || std::binary_search(list.begin(), list.end(), number);
  }
  bool Lists(const std::vector<uint32_t>& list,
             absl::Span<const uint32_t> column, std::size_t row) const {
    return list.empty() || Lists(list, NumberAt(column, row));
  }
  uint32_t NumberAt(absl::Span<const uint32_t> column, std::size_t row) const {
    return column.empty() ? 0 : numbers_[column[row]];
  }

  void FindRules(uint32_t partner) {
    tried_ = {};
    if (!IsWord(credit_->role)) return;
    const PartnerRules& rules = RulesOf(partner);
    tried_ = rules.of_all;
    if (rules.of_product.empty()) return;
    merged_ = rules.of_all;
    for (std::size_t row = first_line_; row < last_line_; ++row) {
      const auto found =
          rules.of_product.find(NumberAt(t_.lines.products, row));
      if (found == rules.of_product.end()) continue;
      merged_.insert(merged_.end(), found->second.begin(), found->second.end());
    }
    std::sort(merged_.begin(), merged_.end());
    merged_.erase(std::unique(merged_.begin(), merged_.end()), merged_.end());
    tried_ = merged_;
  }

  // By the credit's role; most partners share theirs.
  const PartnerRules& RulesOf(uint32_t partner) {
    const bool services = credit_->role == Role::kServicer;
    uint32_t& place =
        lists_of_partner_[std::size_t{2} * partner + (services ? 1 : 0)];
    if (place == kNotAsked) place = PlaceOf(AskPartner());
    return lists_[place];
  }
  std::vector<uint32_t> AskPartner() const {
    std::vector<uint32_t> list;
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      if (PartnerHolds(rules_[r])) {
        list.push_back(static_cast<uint32_t>(r));
      }
    }
    return list;
  }
  bool PartnerHolds(const Rule& rule) const {
    const Conditions& when = rule.when;
    NoListener listener;
    ConditionChecker<NoListener> check(&listener);
    return rule.kind == RuleKind::kCommission &&
           rule.earns_on == EarnsOn::kPayment && rule.role == credit_->role &&
           check.Has("partner_id", when.partner_ids, credit_->partner_id) &&
           when.partner_kinds.Has(credit_->kind) &&
           check.Has("partner_group", when.partner_groups, credit_->group) &&
           AttributesHold(when, *payment_, *credit_, &check);
  }
  uint32_t PlaceOf(std::vector<uint32_t> list) {
    const auto next = static_cast<uint32_t>(lists_.size());
    const auto [entry, is_new] = places_.emplace(std::move(list), next);
    if (is_new) lists_.push_back(ByProduct(entry->first));
    return entry->second;
  }
  PartnerRules ByProduct(const std::vector<uint32_t>& list) const {
    PartnerRules rules;
    for (const uint32_t r : list) {
      if (texts_[r].products.empty()) rules.of_all.push_back(r);
      for (const uint32_t product : texts_[r].products) {
        rules.of_product[product].push_back(r);
      }
    }
    return rules;
  }

  const std::vector<Rule>& rules_;
  const RateTables& t_;
  std::vector<ColumnRule> texts_;           // as the rules
  std::vector<uint32_t> numbers_;           // as the dictionary
  std::vector<uint32_t> lists_of_partner_;  // places of lists, two a partner
  std::map<std::vector<uint32_t>, uint32_t> places_;
  std::vector<PartnerRules> lists_;

  const RatablePayment* payment_ = nullptr;
  std::size_t first_line_ = 0;
  std::size_t last_line_ = 0;  // out
  std::size_t first_credit_ = 0;
  uint32_t country_ = 0;
  uint32_t segment_ = 0;
  const RatableCredit* credit_ = nullptr;
  uint32_t campaign_ = 0;
  uint32_t code_ = 0;
  std::vector<uint32_t> merged_;
  absl::Span<const uint32_t> tried_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_COLUMN_MATCHER_H_

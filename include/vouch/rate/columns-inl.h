// Bodies of columns.h.
#ifndef VOUCH_RATE_COLUMNS_INL_H_
#define VOUCH_RATE_COLUMNS_INL_H_

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "vouch/base/civil.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/rate/columns.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The value of a row, or the default of a column that is not given.
template <typename T>
T AtOr(absl::Span<const T> column, std::size_t row, T otherwise) {
  return column.empty() ? otherwise : column[row];
}

// Looks at the shapes of all columns before any is read.
class ColumnChecker {
 public:
  explicit ColumnChecker(const RateTables& tables) : t_(tables) {}

  absl::Status Check() {
    VOUCH_RETURN_IF_ERROR(CheckPayments());
    VOUCH_RETURN_IF_ERROR(CheckLines());
    return CheckCredits();
  }

 private:
  template <typename T>
  bool Fits(absl::Span<const T> column, std::size_t rows) const {
    return column.empty() || column.size() == rows;
  }
  bool IsText(absl::Span<const uint32_t> column) const {
    return std::all_of(column.begin(), column.end(), [this](uint32_t text) {
      return text < t_.texts.size();
    });
  }
  // One more than there are payments, ascending from 0 to all rows.
  static absl::Status CheckOffsets(absl::Span<const std::size_t> offsets,
                                   std::size_t payments, std::size_t rows,
                                   std::string_view field) {
    if (offsets.size() != payments + 1) {
      return InvalidField(field, "is not one more than the payments");
    }
    if (offsets.front() != 0 || offsets.back() != rows ||
        !std::is_sorted(offsets.begin(), offsets.end())) {
      return InvalidField(field, "does not ascend from 0 to all rows");
    }
    return absl::OkStatus();
  }

  absl::Status CheckPayments() const {
    const PaymentColumns& p = t_.payments;
    if (p.line_offsets.empty()) {
      return InvalidField("payments.line_offsets", "missing");
    }
    const std::size_t n = p.line_offsets.size() - 1;
    if (std::max({n, t_.lines.amounts_minor.size(),
                  t_.credits.partners.size()}) > kMaxRatedRows) {
      return ExhaustedField("payments", "more rows than one call takes");
    }
    VOUCH_RETURN_IF_ERROR(CheckOffsets(p.line_offsets, n,
                                       t_.lines.amounts_minor.size(),
                                       "payments.line_offsets"));
    VOUCH_RETURN_IF_ERROR(CheckOffsets(p.credit_offsets, n,
                                       t_.credits.partners.size(),
                                       "payments.credit_offsets"));
    const bool same =
        Fits(p.customers, n) && Fits(p.numbers, n) && Fits(p.days, n) &&
        Fits(p.phases, n) && Fits(p.contract_years, n) &&
        Fits(p.contract_months, n) && Fits(p.first_payment_months, n) &&
        Fits(p.signup_months, n) && Fits(p.vendor_weights_ppb, n) &&
        Fits(p.countries, n) && Fits(p.segments, n);
    if (!same) return InvalidField("payments", "columns of other lengths");
    if (!IsText(p.countries) || !IsText(p.segments)) {
      return InvalidField("payments", "a text that is none");
    }
    return CheckDays();
  }

  absl::Status CheckDays() const {
    const int64_t first = CivilDay(1, 1, 1) - kColumnEpoch;
    const int64_t last = CivilDay(9999, 12, 31) - kColumnEpoch;
    for (const int32_t day : t_.payments.days) {
      if (day < first || day > last) {
        return InvalidField("payments.days", "a day outside the calendar");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckLines() const {
    const LineColumns& l = t_.lines;
    const std::size_t n = l.amounts_minor.size();
    if (!Fits(l.taxes_minor, n) || !Fits(l.discounts_minor, n) ||
        !Fits(l.fees_minor, n) || !Fits(l.quantities, n) ||
        !Fits(l.products, n) || !Fits(l.categories, n)) {
      return InvalidField("lines", "columns of other lengths");
    }
    if (!IsText(l.products) || !IsText(l.categories)) {
      return InvalidField("lines", "a text that is none");
    }
    return absl::OkStatus();
  }

  absl::Status CheckCredits() const {
    const CreditColumns& c = t_.credits;
    const std::size_t n = c.partners.size();
    if (c.weights_ppb.size() != n || !Fits(c.roles, n) ||
        !Fits(c.channels, n) || !Fits(c.campaigns, n) || !Fits(c.codes, n)) {
      return InvalidField("credits", "columns of other lengths");
    }
    if (!IsText(c.campaigns) || !IsText(c.codes)) {
      return InvalidField("credits", "a text that is none");
    }
    for (const uint32_t partner : c.partners) {
      if (partner >= t_.partners.size()) {
        return InvalidField("credits.partners", "a row that is none");
      }
    }
    return CheckParents();
  }

  absl::Status CheckParents() const {
    for (const ColumnPartner& partner : t_.partners) {
      for (const RatableParent& parent : partner.parents) {
        if (parent.partner.value() > t_.partners.size()) {
          return InvalidField("partners.parents", "a row that is none");
        }
      }
    }
    return absl::OkStatus();
  }

  const RateTables& t_;
};

// Rates row after row; what it works with is made once for all.
class ColumnRater {
 public:
  ColumnRater(const Program& terms, const RateTables& tables,
              std::vector<PartnerState>* states, ColumnAccruals* out)
      : terms_(terms), t_(tables), out_(*out), states_(*states) {}

  absl::Status Run(bool keeps) {
    const std::size_t payments = t_.payments.line_offsets.size() - 1;
    for (std::size_t row = 0; row < payments; ++row) {
      FillLines(row);
      FillCredits(row);
      FillPayment(row);
      VOUCH_RETURN_IF_ERROR(RatePayment(terms_, payment_, nullptr, &rating_));
      AddRows(row);
      if (keeps) KeepRating(terms_, payment_, rating_, kept_);
    }
    return absl::OkStatus();
  }

 private:
  std::string_view TextAt(absl::Span<const uint32_t> column,
                          std::size_t row) const {
    return column.empty() ? std::string_view() : t_.texts[column[row]];
  }

  void FillLines(std::size_t row) {
    const LineColumns& columns = t_.lines;
    lines_.clear();
    const std::size_t first = t_.payments.line_offsets[row];
    for (std::size_t i = first; i < t_.payments.line_offsets[row + 1]; ++i) {
      event::PaymentLine& line = lines_.emplace_back();
      line.line = static_cast<int32_t>(i - first) + 1;
      line.amount_minor = columns.amounts_minor[i];
      line.tax_minor = AtOr<int64_t>(columns.taxes_minor, i, 0);
      line.discount_minor = AtOr<int64_t>(columns.discounts_minor, i, 0);
      line.fee_minor = AtOr<int64_t>(columns.fees_minor, i, 0);
      line.quantity = AtOr<int64_t>(columns.quantities, i, 1);
      line.product = TextAt(columns.products, i);
      line.category = TextAt(columns.categories, i);
    }
  }

  void FillCredits(std::size_t row) {
    credits_.clear();
    kept_.clear();
    for (std::size_t i = t_.payments.credit_offsets[row];
         i < t_.payments.credit_offsets[row + 1]; ++i) {
      FillCredit(i, &credits_.emplace_back());
    }
  }

  void FillCredit(std::size_t i, RatableCredit* credit) {
    const CreditColumns& columns = t_.credits;
    const uint32_t place = columns.partners[i];
    const ColumnPartner& partner = t_.partners[place];
    credit->role = AtOr(columns.roles, i, Role::kAcquirer);
    credit->weight_ppb = columns.weights_ppb[i];
    credit->channel = AtOr(columns.channels, i, Channel::kNone);
    credit->campaign = TextAt(columns.campaigns, i);
    credit->code = TextAt(columns.codes, i);
    credit->partner = PartnerIndex(place + 1);
    credit->partner_id = partner.partner_id;
    credit->kind = partner.kind;
    credit->group = partner.group;
    credit->active = partner.active;
    credit->customer_share = partner.customer_share;
    credit->attributes = partner.attributes;
    credit->parents = partner.parents;
    credit->state = &states_[place];
    kept_.push_back(&states_[place]);
  }

  void FillPayment(std::size_t row) {
    const PaymentColumns& columns = t_.payments;
    payment_.seq = Seq(uint64_t{row} + 1);
    payment_.lines = lines_;
    payment_.credits = credits_;
    payment_.customer =
        CustomerNumber(AtOr<uint64_t>(columns.customers, row, 0));
    payment_.number = AtOr<int64_t>(columns.numbers, row, 1);
    payment_.on = kColumnEpoch + AtOr<int32_t>(columns.days, row, 0);
    payment_.phase = AtOr(columns.phases, row, Phase::kNone);
    payment_.contract_year = AtOr<int32_t>(columns.contract_years, row, 1);
    payment_.contract_months = AtOr<int64_t>(columns.contract_months, row, 0);
    payment_.first_payment_months =
        AtOr<int64_t>(columns.first_payment_months, row, 0);
    const int64_t signup = AtOr<int64_t>(columns.signup_months, row, -1);
    payment_.signup_months.reset();
    if (signup >= 0) payment_.signup_months = signup;
    payment_.vendor_weight_ppb =
        AtOr<int64_t>(columns.vendor_weights_ppb, row, 0);
    payment_.country = TextAt(columns.countries, row);
    payment_.segment = TextAt(columns.segments, row);
  }

  void AddRows(std::size_t row) {
    for (const RatedAmount& amount : rating_.amounts) {
      const std::size_t rule =
          amount.rule != kNoRule
              ? amount.rule
              : credits_[amount.credit].state->books[amount.book].rule;
      out_.payments.push_back(static_cast<uint32_t>(row));
      out_.payees.push_back(amount.payee.value() - 1);
      out_.rules.push_back(static_cast<uint32_t>(rule));
      out_.levels.push_back(amount.level);
      out_.bases_minor.push_back(amount.base_minor);
      out_.amounts_minor.push_back(amount.takes_back() ? -amount.amount_minor
                                                       : amount.amount_minor);
    }
  }

  const Program& terms_;
  const RateTables& t_;
  ColumnAccruals& out_;
  std::vector<PartnerState>& states_;
  std::vector<event::PaymentLine> lines_;
  std::vector<RatableCredit> credits_;
  std::vector<PartnerState*> kept_;
  RatablePayment payment_;
  Rating rating_;
};

inline bool LooksBack(const Reward& reward) {
  return !reward.tiers.empty() ||
         (reward.fixed_minor > 0 && IsOnce(reward.fixed_per));
}

// Whether every condition of the terms can be answered by columns.
inline absl::Status CheckColumnsFor(const Program& terms) {
  for (const Rule& rule : terms.rules()) {
    for (const AttributeCondition& condition : rule.when.attributes) {
      if (condition.of == AttributeOf::kPartner) continue;
      return InvalidField(
          absl::StrCat("terms.rules[", ToAbsl(rule.rule_id),
                       "].when.attributes"),
          "asks for one of a customer or a line, and no column has these");
    }
  }
  return absl::OkStatus();
}

}  // namespace internal

inline void ColumnAccruals::Clear() {
  payments.clear();
  payees.clear();
  rules.clear();
  levels.clear();
  bases_minor.clear();
  amounts_minor.clear();
}

inline bool LooksBack(const Program& terms) {
  for (const Rule& rule : terms.rules()) {
    const Limits& limits = rule.limits;
    if (limits.payments_per_customer || limits.amount_per_customer_minor ||
        limits.amount_per_period_minor || internal::LooksBack(rule.reward)) {
      return true;
    }
    for (const RateException& exception : rule.rate_exceptions) {
      if (internal::LooksBack(exception.reward)) return true;
    }
  }
  return false;
}

inline absl::Status RateColumns(const Program& terms, const RateTables& tables,
                                std::vector<PartnerState>* states,
                                ColumnAccruals* out) {
  out->Clear();
  VOUCH_RETURN_IF_ERROR(internal::CheckColumnsFor(terms));
  VOUCH_RETURN_IF_ERROR(internal::ColumnChecker(tables).Check());
  std::vector<PartnerState> own;
  const bool keeps = states != nullptr || LooksBack(terms);
  if (states == nullptr) states = &own;
  states->clear();
  states->resize(tables.partners.size());
  return internal::ColumnRater(terms, tables, states, out).Run(keeps);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_COLUMNS_INL_H_

// Bodies of columns.h.
#ifndef VOUCH_RATE_COLUMNS_INL_H_
#define VOUCH_RATE_COLUMNS_INL_H_

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "vouch/base/civil.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/rate/column_checker.h"
#include "vouch/rate/column_matcher.h"
#include "vouch/rate/columns.h"
#include "vouch/rate/unkept_rater.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Rates row after row; what it works with is made once for all.
class ColumnRater {
 public:
  // `states`, a new one a partner, are kept; nullptr: none is.
  ColumnRater(const Program& terms, const RateTables& tables,
              std::vector<PartnerState>* states, ColumnAccruals* out)
      : terms_(terms),
        t_(tables),
        out_(*out),
        states_(states),
        matcher_(terms, tables),
        unkept_(terms, tables) {}

  absl::Status Run() {
    const bool unkept = states_ == nullptr && UnkeptRater::Rates(terms_);
    if (states_ != nullptr) ReserveStates();
    const std::size_t payments = t_.payments.line_offsets.size() - 1;
    for (std::size_t row = 0; row < payments; ++row) {
      FillCredits(row);
      FillPayment(row);
      matcher_.SetPayment(row, payment_);
      if (!unkept || !unkept_.Rate(row, payment_, &matcher_, &rating_)) {
        VOUCH_RETURN_IF_ERROR(RateWhole(row));
      }
      AddRows(row);
      if (states_ != nullptr) KeepRating(terms_, payment_, rating_, kept_);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status RateWhole(std::size_t row) {
    FillLines(row);
    return Rater<ColumnMatcher>(terms_, EarnsOn::kPayment, payment_, &matcher_,
                                nullptr, &rating_)
        .Run();
  }

  // How much the states will hold at least is known from the tables.
  void ReserveStates() {
    std::vector<std::size_t> credits(states_->size());
    std::vector<std::size_t> lines(states_->size());
    const PaymentColumns& p = t_.payments;
    for (std::size_t row = 0; row + 1 < p.line_offsets.size(); ++row) {
      for (std::size_t i = p.credit_offsets[row]; i < p.credit_offsets[row + 1];
           ++i) {
        const uint32_t place = t_.credits.partners[i];
        ++credits[place];
        lines[place] += p.line_offsets[row + 1] - p.line_offsets[row];
      }
    }
    for (std::size_t i = 0; i < states_->size(); ++i) {
      (*states_)[i].shares.reserve(credits[i]);
      (*states_)[i].accruals.reserve(credits[i]);
      (*states_)[i].bases.reserve(lines[i]);
    }
  }

  // The first `n` of rows that are filled again for each payment.
  template <typename Row>
  static absl::Span<Row> RowsOf(std::size_t n, std::vector<Row>* rows) {
    if (rows->size() < n) rows->resize(n);
    return absl::MakeSpan(*rows).first(n);
  }

  // Texts are the matcher's alone.
  void FillLines(std::size_t row) {
    const LineColumns& columns = t_.lines;
    const std::size_t first = t_.payments.line_offsets[row];
    const std::size_t end = t_.payments.line_offsets[row + 1];
    const absl::Span<event::PaymentLine> lines = RowsOf(end - first, &lines_);
    payment_.lines = lines;
    for (std::size_t i = first; i < end; ++i) {
      event::PaymentLine& line = lines[i - first];
      line.amount_minor = columns.amounts_minor[i];
      line.tax_minor = AtOr<int64_t>(columns.taxes_minor, i, 0);
      line.discount_minor = AtOr<int64_t>(columns.discounts_minor, i, 0);
      line.fee_minor = AtOr<int64_t>(columns.fees_minor, i, 0);
      line.quantity = AtOr<int64_t>(columns.quantities, i, 1);
    }
  }

  void FillCredits(std::size_t row) {
    const std::size_t first = t_.payments.credit_offsets[row];
    const std::size_t end = t_.payments.credit_offsets[row + 1];
    const absl::Span<RatableCredit> credits = RowsOf(end - first, &credits_);
    payment_.credits = credits;
    kept_.clear();
    for (std::size_t i = first; i < end; ++i) {
      FillCredit(i, &credits[i - first]);
    }
  }

  void FillCredit(std::size_t i, RatableCredit* credit) {
    const CreditColumns& columns = t_.credits;
    const uint32_t place = columns.partners[i];
    const ColumnPartner& partner = t_.partners[place];
    credit->role = AtOr(columns.roles, i, Role::kAcquirer);
    credit->weight_ppb = columns.weights_ppb[i];
    credit->channel = AtOr(columns.channels, i, Channel::kNone);
    credit->partner = PartnerIndex(place + 1);
    credit->partner_id = partner.partner_id;
    credit->kind = partner.kind;
    credit->group = partner.group;
    credit->active = partner.active;
    credit->customer_share = partner.customer_share;
    credit->attributes = partner.attributes;
    credit->parents = partner.parents;
    if (states_ == nullptr) return;
    credit->state = &(*states_)[place];
    kept_.push_back(&(*states_)[place]);
  }

  void FillPayment(std::size_t row) {
    const PaymentColumns& columns = t_.payments;
    payment_.seq = Seq(uint64_t{row} + 1);
    payment_.customer =
        CustomerNumber(AtOr<uint64_t>(columns.customers, row, 0));
    payment_.number = AtOr<int64_t>(columns.numbers, row, 1);
    SetDay(AtOr<int32_t>(columns.days, row, 0));
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
  }

  // Many payments in a row are of one day.
  void SetDay(int32_t day) {
    if (day == day_) return;
    day_ = day;
    payment_.on = kColumnEpoch + day;
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
  std::vector<PartnerState>* states_;
  std::vector<event::PaymentLine> lines_;
  std::vector<RatableCredit> credits_;
  std::vector<PartnerState*> kept_;
  ColumnMatcher matcher_;
  UnkeptRater unkept_;
  RatablePayment payment_;
  int32_t day_ = 0;  // of payment_, since kColumnEpoch
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
  if (states == nullptr && LooksBack(terms)) states = &own;
  if (states != nullptr) {
    states->clear();
    states->resize(tables.partners.size());
  }
  return internal::ColumnRater(terms, tables, states, out).Run();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_COLUMNS_INL_H_

// Whether the columns of a run fit each other: the refusals of
// vouch/rate/columns.h.
#ifndef VOUCH_RATE_COLUMN_CHECKER_H_
#define VOUCH_RATE_COLUMN_CHECKER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"
#include "vouch/rate/rate_tables.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

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

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_COLUMN_CHECKER_H_

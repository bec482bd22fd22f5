// The columns of a run of payments, as vouch/rate/columns.h rates them: spans
// over the host's own rows. Everything is borrowed.
#ifndef VOUCH_RATE_RATE_TABLES_H_
#define VOUCH_RATE_RATE_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/types/span.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/rate/ratable.h"

VOUCH_NAMESPACE_BEGIN

inline constexpr CivilDay kColumnEpoch(1970, 1, 1);
inline constexpr std::size_t kMaxRatedRows = (std::size_t{1} << 31) - 1;

// A payment a row. A column that is empty holds the default of RatablePayment
// in every row; the others are of one length. Texts are numbers of a
// dictionary's rows.
struct PaymentColumns {
  // Where the lines, and the credits, of a payment begin, by row, and the end
  // of the last: one more than there are payments. Required.
  absl::Span<const std::size_t> line_offsets;
  absl::Span<const std::size_t> credit_offsets;
  absl::Span<const uint64_t> customers;
  absl::Span<const int64_t> numbers;
  absl::Span<const int32_t> days;  // since kColumnEpoch, in the program's zone
  absl::Span<const Phase> phases;
  absl::Span<const int32_t> contract_years;
  absl::Span<const int64_t> contract_months;
  absl::Span<const int64_t> first_payment_months;
  absl::Span<const int64_t> signup_months;  // below zero: no sign-up
  absl::Span<const int64_t> vendor_weights_ppb;
  absl::Span<const uint32_t> countries;
  absl::Span<const uint32_t> segments;
};

// A line a row, in the program's currency; a payment whose lines are all 0 is
// one of nothing.
struct LineColumns {
  absl::Span<const int64_t> amounts_minor;  // required
  absl::Span<const int64_t> taxes_minor;
  absl::Span<const int64_t> discounts_minor;
  absl::Span<const int64_t> fees_minor;
  absl::Span<const int64_t> quantities;
  absl::Span<const uint32_t> products;
  absl::Span<const uint32_t> categories;
};

// A credit a row: acquirers in their order, then the servicer.
struct CreditColumns {
  absl::Span<const uint32_t> partners;    // rows of the partners; required
  absl::Span<const int64_t> weights_ppb;  // required
  absl::Span<const Role> roles;
  absl::Span<const Channel> channels;
  absl::Span<const uint32_t> campaigns;
  absl::Span<const uint32_t> codes;  // folded
};

// A partner, the same for the whole run. `parents` name partners by their row
// and 1.
struct ColumnPartner {
  std::string_view partner_id;
  PartnerKind kind = PartnerKind::kNone;
  std::string_view group;
  bool active = true;
  std::optional<Rate> customer_share;
  absl::Span<const event::Attribute> attributes;
  absl::Span<const RatableParent> parents;
};

struct RateTables {
  PaymentColumns payments;
  LineColumns lines;
  CreditColumns credits;
  absl::Span<const ColumnPartner> partners;
  absl::Span<const std::string_view> texts;  // the dictionary
};

namespace internal {

// The value of a row, or the default of a column that is not given.
template <typename T>
T AtOr(absl::Span<const T> column, std::size_t row, T otherwise) {
  return column.empty() ? otherwise : column[row];
}

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_RATE_TABLES_H_

// Columns in, accruals out: all payments of a run at once, without an engine
// (docs/SEMANTICS.md, section 6).
//
//   RateTables tables;             // spans over the host's own columns
//   tables.payments.line_offsets = line_offsets;
//   tables.lines.amounts_minor = amounts;
//   ...
//   ColumnAccruals accruals;
//   Status s = RateColumns(*program, tables, nullptr, &accruals);
//   for (size_t i = 0; i < accruals.size(); ++i) ...
//
// The answers are those of RatePayment and KeepRating, payment by payment in
// the order of the rows, from partners that have earned nothing yet. States are
// kept only where a rule of the program looks at what was before.
// INVALID_ARGUMENT where a column does not fit the others, or a rule asks for
// an attribute of a customer or a line: no column has these. Pure; may be
// called from any thread.
#ifndef VOUCH_RATE_COLUMNS_H_
#define VOUCH_RATE_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/program/program.h"
#include "vouch/rate/rate.h"

VOUCH_NAMESPACE_BEGIN

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

// A line a row, in the program's currency.
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

// An accrual a row, in the order of the payments and then of Rating::amounts.
// Below zero is what a true-up takes back of earlier ones.
struct ColumnAccruals {
  std::vector<uint32_t> payments;
  std::vector<uint32_t> payees;  // rows of the partners
  std::vector<uint32_t> rules;   // places in Program::rules()
  std::vector<int32_t> levels;
  std::vector<int64_t> bases_minor;
  std::vector<int64_t> amounts_minor;

  std::size_t size() const { return amounts_minor.size(); }
  void Clear();
};

inline constexpr CivilDay kColumnEpoch(1970, 1, 1);
inline constexpr std::size_t kMaxRatedRows = (std::size_t{1} << 31) - 1;

// Whether a rule looks at what a partner earned before: a limit, a once-only
// amount or tiers.
bool LooksBack(const Program& terms);

// Rates all payments into `*out`, which is cleared first. `*states`, by row of
// the partners, are those of after the run; nullptr: not asked for.
//
// INVALID_ARGUMENT: columns of different lengths, offsets that do not ascend to
// all rows, a number past partners or texts, a day outside years 1 to 9999.
// RESOURCE_EXHAUSTED: more than kMaxRatedRows. OUT_OF_RANGE as of RatePayment.
// `*out` is unspecified then.
absl::Status RateColumns(const Program& terms, const RateTables& tables,
                         std::vector<PartnerState>* states,
                         ColumnAccruals* out);

VOUCH_NAMESPACE_END

#include "vouch/rate/columns-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_COLUMNS_H_

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
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/program/program.h"
#include "vouch/rate/rate.h"
#include "vouch/rate/rate_tables.h"

VOUCH_NAMESPACE_BEGIN

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

// Columns in, credits out: all conversions of a table of touches at once,
// without an engine (docs/SEMANTICS.md, section 5, steps 1, 2 and 4 to 6).
//
//   ColumnTerms terms;
//   terms.model.model = Model::kLinear;
//   terms.windows = {{Channel::kLink, 30}};
//   terms.tiers = {{Channel::kCode}, {Channel::kLink, Channel::kView}};
//   TouchColumns touches;       // spans over the host's own columns
//   touches.customers = customer_of_touch;
//   ...
//   ColumnCredits credits;
//   Status s = AttributeColumns(terms, touches, conversions, &credits);
//   for (const ColumnCredit& credit : credits.Of(7)) ...  // of row 7
//
// It answers as the engine does with these touches under the binding NONE:
// each conversion is decided by itself. What columns do not hold counts as
// well: every partner is ACTIVE, every code holds, nobody refers himself, and a
// row of channel LEAD is a candidate like any other that protects nothing.
// Pure; may be called from any thread.
#ifndef VOUCH_ATTRIBUTE_COLUMNS_H_
#define VOUCH_ATTRIBUTE_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/attribute/column_credit.h"
#include "vouch/attribute/weights.h"
#include "vouch/base/config.h"
#include "vouch/base/words.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

// What of a program's terms decides; the meaning and the defaults are those of
// ProgramSpec.
struct ColumnTerms {
  ModelTerms model;
  std::vector<WindowSpec> windows;          // by channel, each once
  std::vector<std::vector<Channel>> tiers;  // highest first; empty: one of all
  DirectPolicy direct = DirectPolicy::kIgnore;
};

// A touch a row, all columns of one length, at most kMaxColumnRows. Rows may
// stand in any order and count as applied in it: of equal times the later row
// is the later touch. Time in microseconds, from any moment on. The partner of
// a DIRECT touch is not read.
struct TouchColumns {
  absl::Span<const uint64_t> customers;  // any numbers
  absl::Span<const uint32_t> partners;   // any numbers
  absl::Span<const Channel> channels;
  absl::Span<const int64_t> times_us;
};

// A conversion a row, in any order, both columns of one length, at most
// kMaxColumnRows. A touch counts up to and including the conversion's time.
struct ConversionColumns {
  absl::Span<const uint64_t> customers;
  absl::Span<const int64_t> times_us;
};

inline constexpr size_t kMaxColumnRows = (size_t{1} << 29) - 1;

// The credits of all conversions, one after the other.
struct ColumnCredits {
  // Where the credits of a conversion begin, by row, and the end of the last:
  // one more than there are conversions.
  std::vector<size_t> offsets;
  std::vector<ColumnCredit> credits;

  // The credits of one conversion, in the order of the partners' first touches
  // that counted, the vendor's last; none: nobody won.
  absl::Span<const ColumnCredit> Of(size_t conversion_row) const {
    return absl::MakeConstSpan(credits).subspan(
        offsets[conversion_row],
        offsets[conversion_row + 1] - offsets[conversion_row]);
  }
};

// Decides all conversions. A touch counts that the model gives anything; a
// credit whose weight comes to 0 is left out. Under DirectPolicy::kWin all is
// the vendor's wherever a DIRECT touch is inside its window.
//
// INVALID_ARGUMENT: columns of different lengths, a channel that is no word,
// terms that CheckModelTerms refuses, a window of other than 1 to kMaxDays days
// or of a channel that has one already, an empty tier, a channel in two tiers,
// a policy that is none. RESOURCE_EXHAUSTED: more than kMaxColumnRows. `*out`
// is unspecified then.
//
// Time: linear in the rows, but that each customer's are sorted unless they
// stand in order of time; beyond that each conversion looks at the touches
// inside its longest window unless the model is kFirstTouch or kLastTouch.
//
// Memory, beside `*out`: 16 bytes for each touch of a customer that converts,
// 32 for each conversion, and once more the bytes of `out->credits`; 8 more for
// each of the rows if numbers of customers that convert pass 32 bits. Address
// space is taken for all rows; what is not needed is never touched.
absl::Status AttributeColumns(const ColumnTerms& terms,
                              const TouchColumns& touches,
                              const ConversionColumns& conversions,
                              ColumnCredits* out);

VOUCH_NAMESPACE_END

#include "vouch/attribute/columns-inl.h"

#endif  // VOUCH_ATTRIBUTE_COLUMNS_H_

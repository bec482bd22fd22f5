#ifndef VOUCH_RATE_REVERSE_INL_H_
#define VOUCH_RATE_REVERSE_INL_H_

#include <utility>

#include "absl/container/inlined_vector.h"
#include "vouch/rate/reverse.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What a line weighs: its base; where all bases are zero its amount; where
// these are zero too, each line alike.
enum class Weighing { kBase, kAmount, kAlike };

inline int64_t WeightOf(Weighing weighing, const LineBase& base,
                        const PaidLine& line) {
  switch (weighing) {
    case Weighing::kBase:
      return base.base_minor;
    case Weighing::kAmount:
      return line.amount_minor;
    case Weighing::kAlike:
      break;
  }
  return 1;
}

inline Weighing WeighingOf(absl::Span<const LineBase> bases,
                           absl::Span<const PaidLine> lines) {
  bool any_amount = false;
  for (const LineBase& base : bases) {
    if (base.base_minor > 0) return Weighing::kBase;
    any_amount = any_amount || lines[base.line].amount_minor > 0;
  }
  return any_amount ? Weighing::kAmount : Weighing::kAlike;
}

// Whether every line that something was paid for is given back whole.
inline bool PaidAllBack(absl::Span<const PaidLine> lines) {
  return std::all_of(lines.begin(), lines.end(), [](const PaidLine& line) {
    return line.counted_minor == line.amount_minor;
  });
}

// f of one line as part / whole.
inline WeightedFraction FractionOf(int64_t weight, const PaidLine& line,
                                   bool all_back) {
  if (line.amount_minor > 0) {
    return {weight, line.counted_minor, line.amount_minor};
  }
  return {weight, line.cancelled || all_back ? 1 : 0, 1};
}

}  // namespace internal

inline std::pair<std::size_t, std::size_t> PartnerState::AccrualsOf(
    Seq payment_seq) const {
  const auto first = std::lower_bound(
      accruals.begin(), accruals.end(), payment_seq,
      [](const BookedAccrual& a, Seq seq) { return a.payment_seq < seq; });
  auto last = first;
  while (last != accruals.end() && last->payment_seq == payment_seq) ++last;
  return {static_cast<std::size_t>(first - accruals.begin()),
          static_cast<std::size_t>(last - accruals.begin())};
}

inline absl::Status Reverse(const PartnerState& state, PartnerIndex partner,
                            Seq payment_seq, absl::Span<const PaidLine> lines,
                            Rounding rounding, std::vector<Reversal>* out) {
  const bool all_back = internal::PaidAllBack(lines);
  const auto [first, last] = state.AccrualsOf(payment_seq);
  absl::InlinedVector<WeightedFraction, 16> fractions;
  for (std::size_t i = first; i < last; ++i) {
    const BookedAccrual& accrual = state.accruals[i];
    const auto bases = absl::MakeConstSpan(state.bases)
                           .subspan(accrual.first_base, accrual.base_count);
    const internal::Weighing weighing = internal::WeighingOf(bases, lines);
    fractions.clear();
    for (const LineBase& base : bases) {
      const PaidLine& line = lines[base.line];
      fractions.push_back(internal::FractionOf(
          internal::WeightOf(weighing, base, line), line, all_back));
    }
    VOUCH_ASSIGN_OR_RETURN(
        const int64_t target,
        ScaleByFractions(accrual.amount_minor, fractions, rounding));
    const int64_t change = target - accrual.reversed_minor;
    if (change != 0) out->push_back({partner, i, change});
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_REVERSE_INL_H_

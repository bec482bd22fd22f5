// The amounts of a run of payments of which nothing is kept: in one pass over
// the lines of a credit, without what the states of partners would count
// (docs/SEMANTICS.md, section 6).
//
// What a credit earns by a rule is CreditRater's to say, as everywhere.
#ifndef VOUCH_RATE_UNKEPT_RATER_H_
#define VOUCH_RATE_UNKEPT_RATER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/program/program.h"
#include "vouch/rate/column_matcher.h"
#include "vouch/rate/credit_rater.h"
#include "vouch/rate/ratable.h"
#include "vouch/rate/rate_tables.h"
#include "vouch/rate/rating.h"
#include "vouch/rate/reward.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Made once for a run by terms of which no rule looks back.
class UnkeptRater {
 public:
  UnkeptRater(const Program& terms, const RateTables& tables)
      : terms_(terms), t_(tables) {}

  // Whether it rates by the terms at all: rules are not compared with each
  // other, and none has a budget.
  static bool Rates(const Program& terms) {
    return terms.choosing() != Choosing::kHighest &&
           std::none_of(
               terms.rules().begin(), terms.rules().end(),
               [](const Rule& rule) { return rule.budget.has_value(); });
  }

  // Fills `rating->amounts` and nothing else with those of the payment of the
  // row, to which `matcher` is set; its lines are read from the tables alone.
  // False: something does not fit its bits, or the weights do not fit each
  // other. RatePayment says what becomes of such a payment.
  bool Rate(std::size_t row, const RatablePayment& payment,
            ColumnMatcher* matcher, Rating* rating) {
    rating->Clear();
    all_minor_ = 0;
    if (IsOfNothing(row)) return true;
    FillBases(row);
    for (std::size_t i = 0; i < payment.credits.size(); ++i) {
      if (!payment.credits[i].active) continue;
      CreditRater by(terms_, EarnsOn::kPayment, payment, i,
                     &rating->work.weights);
      matcher->SetCredit(by);
      if (!RateCredit(by, *matcher, &rating->amounts)) return false;
    }
    return true;
  }

 private:
  static constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

  // What a line is counted by.
  struct Line {
    int64_t base_minor = 0;
    int64_t quantity = 1;
  };

  // As event::IsOfNothing of the row's lines.
  bool IsOfNothing(std::size_t row) const {
    const std::size_t first = t_.payments.line_offsets[row];
    const auto amounts = t_.lines.amounts_minor.subspan(
        first, t_.payments.line_offsets[row + 1] - first);
    return std::all_of(amounts.begin(), amounts.end(),
                       [](int64_t amount) { return amount == 0; });
  }

  // Bases that do not fit 64 bits make their sum as large.
  void FillBases(std::size_t row) {
    const LineColumns& columns = t_.lines;
    lines_.clear();
    base_minor_ = 0;
    event::PaymentLine line;
    for (std::size_t i = t_.payments.line_offsets[row];
         i < t_.payments.line_offsets[row + 1]; ++i) {
      line.amount_minor = columns.amounts_minor[i];
      line.tax_minor = AtOr<int64_t>(columns.taxes_minor, i, 0);
      line.discount_minor = AtOr<int64_t>(columns.discounts_minor, i, 0);
      line.fee_minor = AtOr<int64_t>(columns.fees_minor, i, 0);
      const absl::int128 base = BaseOf(line, terms_.base());
      base_minor_ += base;
      lines_.push_back({static_cast<int64_t>(base),
                        AtOr<int64_t>(columns.quantities, i, 1)});
    }
  }

  // Counts a figure among all of the payment: while these fit 64 bits
  // together, so do those of each partner.
  bool Count(const absl::StatusOr<int64_t>& figure) {
    if (!figure.ok()) return false;
    all_minor_ += *figure;
    return all_minor_ <= kMost;
  }

  bool RateCredit(const CreditRater& by, const ColumnMatcher& matcher,
                  std::vector<RatedAmount>* amounts) {
    if (base_minor_ > kMost ||
        !Count(by.PlaceOf(static_cast<int64_t>(base_minor_)))) {
      return false;
    }
    open_.resize(lines_.size());
    std::iota(open_.begin(), open_.end(), 0);
    for (std::size_t i = 0; i < matcher.count(); ++i) {
      const std::size_t r = matcher.RuleAt(i);
      if (!matcher.Holds(r)) continue;
      const LineSum sum = TakeLines(r, matcher);
      if (sum.lines_count > 0 && !Pay(by, r, sum, amounts)) return false;
    }
    return true;
  }

  // The lines that the rule pays; no other takes them then, unless rules stack.
  LineSum TakeLines(std::size_t r, const ColumnMatcher& matcher) {
    LineSum sum;
    if (terms_.rules()[r].stack || terms_.choosing() == Choosing::kAll) {
      for (std::size_t line = 0; line < lines_.size(); ++line) {
        if (matcher.HoldsOf(r, line)) AddLine(line, &sum);
      }
      return sum;
    }
    std::size_t left = 0;
    for (const std::size_t line : open_) {
      if (matcher.HoldsOf(r, line)) {
        AddLine(line, &sum);
      } else {
        open_[left++] = line;
      }
    }
    open_.resize(left);
    return sum;
  }
  void AddLine(std::size_t line, LineSum* sum) const {
    sum->base_minor += lines_[line].base_minor;
    sum->units += lines_[line].quantity;
    ++sum->lines_count;
  }

  bool Pay(const CreditRater& by, std::size_t r, const LineSum& sum,
           std::vector<RatedAmount>* amounts) {
    const Rule& rule = terms_.rules()[r];
    int64_t discount = 0;
    const absl::StatusOr<int64_t> split =
        by.SplitOf(rule, sum, MetricStand(), &discount, nullptr);
    if (!split.ok()) return false;
    RatedAmount amount;
    amount.credit = by.place();
    amount.rule = r;
    amount.base_minor = sum.base_minor;
    amount.amount_minor = by.CutOf(rule, *split, {}, nullptr);
    amount.payee = by.credit().partner;
    if (!Add(amount, amounts)) return false;
    for (const Upline& upline : rule.uplines) {
      if (!PayUpline(by, upline, amount, amounts)) return false;
    }
    return true;
  }

  // `child` is what level 0 was booked.
  bool PayUpline(const CreditRater& by, const Upline& upline,
                 const RatedAmount& child, std::vector<RatedAmount>* amounts) {
    const RatableParent parent = by.ParentAt(upline.level);
    if (!parent.partner.has_value()) return true;
    const absl::StatusOr<UplineSplit> split =
        by.UplineSplitOf(upline, child.base_minor, child.amount_minor);
    if (!split.ok()) return false;
    if (!parent.earns) return true;
    RatedAmount amount = child;
    amount.level = upline.level;
    amount.payee = parent.partner;
    amount.amount_minor = split->split_minor;
    return Add(amount, amounts);
  }

  bool Add(const RatedAmount& amount, std::vector<RatedAmount>* amounts) {
    if (amount.amount_minor <= 0) return true;
    amounts->push_back(amount);
    return Count(amount.amount_minor);
  }

  const Program& terms_;
  const RateTables& t_;
  std::vector<Line> lines_;
  absl::int128 base_minor_ = 0;  // of all lines
  absl::int128 all_minor_ = 0;
  std::vector<std::size_t> open_;  // lines that no rule has yet
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_UNKEPT_RATER_H_

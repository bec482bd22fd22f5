// From lines to the exact amount of a reward, before it is rounded
// (docs/SEMANTICS.md, section 6, "Rating").
//
// Parts are added as one fraction, so that they are rounded once. Pure; may be
// called from any thread.
#ifndef VOUCH_RATE_REWARD_H_
#define VOUCH_RATE_REWARD_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/program/program.h"
#include "vouch/rate/rate_trace.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// What a rule's lines come to.
struct LineSum {
  int64_t base_minor = 0;
  int64_t share_minor = 0;  // of it, the credit's place in the split
  int64_t lines_count = 0;
  absl::int128 units = 0;
};

// Where the metric of a reward's tiers stands.
struct MetricStand {
  int64_t before = 0;
  int64_t after = 0;
};

struct Product {
  absl::int128 numerator = 0;
  absl::int128 denominator = kPpb;
};

inline absl::Status ProductError() {
  return RangeField("payment.lines", "an exact product passes 128 bits");
}

// How often the fixed amount counts; `spent`: it was earned before.
inline absl::int128 TimesOf(FixedPer per, const LineSum& sum, bool spent) {
  switch (per) {
    case FixedPer::kLine:
      return sum.lines_count;
    case FixedPer::kUnit:
      return sum.units;
    case FixedPer::kCustomer:
    case FixedPer::kContractYear:
      return spent ? 0 : 1;
    default:
      return 1;
  }
}

// A fixed amount that is earned once a customer, or once each of its years.
inline bool IsOnce(FixedPer per) {
  return per == FixedPer::kCustomer || per == FixedPer::kContractYear;
}

// What of [begin, end) is in the band.
inline absl::int128 PartIn(const Tier& tier, absl::int128 begin,
                           absl::int128 end) {
  const bool endless = tier.until == std::numeric_limits<int64_t>::max();
  const absl::int128 from = std::max<absl::int128>(tier.from, begin);
  const absl::int128 until =
      endless ? end : std::min<absl::int128>(tier.until, end);
  return std::max<absl::int128>(until - from, 0);
}

// Adds up one reward; made anew for each.
class RewardAdder {
 public:
  // `trace` may be null.
  RewardAdder(const Reward& reward, int64_t contract_year, const LineSum& sum,
              AmountTrace* trace)
      : reward_(reward),
        sum_(sum),
        trace_(trace),
        rate_ppb_(reward.RateOfYear(contract_year).ppb()) {}

  absl::StatusOr<Product> Add(FixedPer per, bool spent,
                              const MetricStand& stand) {
    const absl::int128 times = TimesOf(per, sum_, spent);
    if (!CheckedMul(reward_.fixed_minor, times, &fixed_)) return ProductError();
    if (trace_ != nullptr) TraceFixed(times);
    absl::int128 graded = 0;  // rates of bands times their parts of the share
    if (!reward_.tiers.empty()) graded = AddTiers(stand);
    VOUCH_ASSIGN_OR_RETURN(const Product product, Join(graded));
    if (trace_ != nullptr) TraceProduct(product);
    return product;
  }

 private:
  absl::int128 AddTiers(const MetricStand& stand) {
    if (trace_ != nullptr) {
      trace_->tiers->before = stand.before;
      trace_->tiers->after = stand.after;
    }
    if (reward_.tier_meaning == TierMeaning::kGraduated) {
      if (sum_.share_minor > 0) return AddGraduated(stand.before);
      AddBand(reward_.BandOf(stand.before));
    } else if (reward_.tier_meaning == TierMeaning::kWholePayment) {
      AddBand(reward_.BandOf(stand.after));
    } else {
      AddBand(reward_.BandOf(stand.before));
    }
    return 0;
  }

  void AddBand(const Tier* band) {
    if (band == nullptr) return;
    rate_ppb_ += band->percent.ppb();
    fixed_ += band->fixed_minor;
    if (trace_ != nullptr) TraceBand(*band, 0);
  }

  absl::int128 AddGraduated(int64_t before) {
    const absl::int128 begin = before;
    const absl::int128 end = begin + sum_.share_minor;
    absl::int128 graded = 0;
    for (const Tier& tier : reward_.tiers) {
      const absl::int128 part = PartIn(tier, begin, end);
      if (part == 0) continue;
      graded += part * tier.percent.ppb();
      if (trace_ != nullptr) TraceBand(tier, static_cast<int64_t>(part));
    }
    return graded;
  }

  // base x rate + fixed + base x graded / share.
  absl::StatusOr<Product> Join(absl::int128 graded) const {
    Product product;
    absl::int128 fixed = 0;
    if (!CheckedMul(fixed_, kPpb, &fixed)) return ProductError();
    product.numerator = absl::int128(sum_.base_minor) * rate_ppb_;
    if (!Plus(fixed, &product.numerator)) return ProductError();
    if (graded == 0) return product;
    const int64_t common = std::gcd(sum_.base_minor, sum_.share_minor);
    const int64_t scale = sum_.share_minor / common;
    absl::int128 part = 0;
    if (!CheckedMul(product.numerator, scale, &product.numerator) ||
        !CheckedMul(graded, sum_.base_minor / common, &part) ||
        !Plus(part, &product.numerator)) {
      return ProductError();
    }
    product.denominator = absl::int128(kPpb) * scale;
    return product;
  }

  static bool Plus(absl::int128 part, absl::int128* sum) {
    if (part > absl::Int128Max() - *sum) return false;
    *sum += part;
    return true;
  }

  void TraceFixed(absl::int128 times) {
    trace_->fixed_times =
        reward_.fixed_minor == 0 ? 0 : static_cast<int64_t>(times);
    if (reward_.tiers.empty()) return;
    trace_->tiers.emplace();
    trace_->tiers->metric = reward_.tier_metric;
    trace_->tiers->meaning = reward_.tier_meaning;
  }
  void TraceBand(const Tier& tier, int64_t part) {
    const std::size_t place =
        static_cast<std::size_t>(&tier - reward_.tiers.data());
    trace_->tiers->bands.push_back(
        {place, tier.percent, tier.fixed_minor, part});
  }
  void TraceProduct(const Product& product) {
    trace_->rate = Rate::FromPpb(rate_ppb_);
    trace_->fixed_minor = static_cast<int64_t>(fixed_);
    trace_->numerator = product.numerator;
    trace_->denominator = product.denominator;
  }

  const Reward& reward_;
  const LineSum& sum_;
  AmountTrace* trace_;
  int64_t rate_ppb_;
  absl::int128 fixed_ = 0;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_REWARD_H_

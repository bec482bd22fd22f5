// A rate: an exact decimal fraction in parts per billion.
//
//   VOUCH_ASSIGN_OR_RETURN(Rate rate, Rate::Parse("12.5%"));
//   rate.ppb();       // 125'000'000
//   rate.ToString();  // "12.5%"
//   ApplyRate(1000, rate, Rounding::kHalfEven);  // 125
//
// Nine places after the point of the fraction, seven of the percent; more are
// refused, never cut (docs/SEMANTICS.md, section 4). All functions are pure and
// may be called from any thread.
#ifndef VOUCH_BASE_RATE_H_
#define VOUCH_BASE_RATE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/rounding.h"

VOUCH_NAMESPACE_BEGIN

// Parts per billion in a whole.
inline constexpr int64_t kPpb = 1'000'000'000;

// The exact decimal `text` times 10^places, as an integer; `places` is 0 to
// 18. The form is an optional minus sign, digits, and optionally a point with
// digits after it; both parts have at least one digit. No plus sign, exponent,
// space or separator. INVALID_ARGUMENT for any other form, for more than
// `places` digits after the point (zeros too), for a text of more than
// kMaxDecimalBytes, and for a number that does not fit 64 bits.
absl::StatusOr<int64_t> ParseDecimal(std::string_view text, int places);
inline constexpr size_t kMaxDecimalBytes = 64;

// A value type; the default is 0.
class Rate {
 public:
  // The largest magnitude that Parse takes: 1000, that is 100000%.
  static constexpr int64_t kMaxPpb = 1000 * kPpb;

  constexpr Rate() = default;

  // The rate of `ppb` parts per billion; any number, for sums and averages.
  static constexpr Rate FromPpb(int64_t ppb) { return Rate(ppb); }

  // Reads a fraction ("0.125") or a percentage ("12.5%", "7%"), in the form of
  // ParseDecimal. INVALID_ARGUMENT for another form, too many places or a
  // magnitude over kMaxPpb.
  static absl::StatusOr<Rate> Parse(std::string_view text);

  constexpr int64_t ppb() const { return ppb_; }

  // As a percentage, in the shortest form that Parse reads back: "12.5%".
  std::string ToString() const;

  friend constexpr bool operator==(Rate a, Rate b) { return a.ppb_ == b.ppb_; }
  friend constexpr bool operator!=(Rate a, Rate b) { return a.ppb_ != b.ppb_; }
  friend constexpr bool operator<(Rate a, Rate b) { return a.ppb_ < b.ppb_; }
  friend constexpr bool operator<=(Rate a, Rate b) { return a.ppb_ <= b.ppb_; }
  friend constexpr bool operator>(Rate a, Rate b) { return a.ppb_ > b.ppb_; }
  friend constexpr bool operator>=(Rate a, Rate b) { return a.ppb_ >= b.ppb_; }

 private:
  explicit constexpr Rate(int64_t ppb) : ppb_(ppb) {}

  int64_t ppb_ = 0;
};

// amount_minor * rate, rounded once, in the minor units of the amount.
// OUT_OF_RANGE if that does not fit 64 bits.
absl::StatusOr<int64_t> ApplyRate(int64_t amount_minor, Rate rate,
                                  Rounding rounding);

VOUCH_NAMESPACE_END

#include "vouch/base/rate-inl.h"

#endif  // VOUCH_BASE_RATE_H_

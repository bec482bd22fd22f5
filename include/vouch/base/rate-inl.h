// Bodies of rate.h.
#ifndef VOUCH_BASE_RATE_INL_H_
#define VOUCH_BASE_RATE_INL_H_

#include "vouch/base/rate.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Collects decimal digits into a magnitude of at most `limit`.
class DigitScanner {
 public:
  explicit constexpr DigitScanner(uint64_t limit) : limit_(limit) {}

  // Takes the digits at the front of *text; returns how many there were.
  size_t Take(std::string_view* text) {
    size_t count = 0;
    while (count < text->size() && (*text)[count] >= '0' &&
           (*text)[count] <= '9') {
      Push(static_cast<uint64_t>((*text)[count] - '0'));
      ++count;
    }
    text->remove_prefix(count);
    return count;
  }

  void Push(uint64_t digit) {
    if (fits_ && value_ <= (limit_ - digit) / 10) {
      value_ = value_ * 10 + digit;
    } else {
      fits_ = false;
    }
  }

  bool fits() const { return fits_; }
  uint64_t value() const { return value_; }

 private:
  uint64_t limit_;
  uint64_t value_ = 0;
  bool fits_ = true;
};

// As ParseDecimal, but returns the reason of a refusal (nullptr: none), so
// that each caller can name its own field.
inline const char* ScanDecimal(std::string_view text, int places,
                               int64_t* value) {
  if (text.size() > kMaxDecimalBytes) return "is too long";
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  DigitScanner digits(uint64_t{INT64_MAX} + (negative ? 1 : 0));
  if (digits.Take(&text) == 0) return "is not a decimal number";
  size_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = digits.Take(&text);
    if (fraction == 0) return "is not a decimal number";
  }
  if (!text.empty()) return "is not a decimal number";
  if (fraction > static_cast<size_t>(places)) return "has too many places";
  for (; fraction < static_cast<size_t>(places); ++fraction) digits.Push(0);
  if (!digits.fits()) return "is too large";
  *value = WithSign(digits.value(), negative);
  return nullptr;
}

// Appends magnitude / 10^places with all its places.
inline void AppendScaled(uint64_t magnitude, int places, std::string* out) {
  std::string digits = std::to_string(magnitude);
  const size_t point = static_cast<size_t>(places);
  if (digits.size() <= point) digits.insert(0, point + 1 - digits.size(), '0');
  out->append(digits, 0, digits.size() - point);
  if (places == 0) return;
  out->push_back('.');
  out->append(digits, digits.size() - point, point);
}

}  // namespace internal

inline absl::StatusOr<int64_t> ParseDecimal(std::string_view text, int places) {
  if (places < 0 || places > 18) {
    return InvalidField("places", "is not 0 to 18");
  }
  int64_t value = 0;
  const char* reason = internal::ScanDecimal(text, places, &value);
  if (reason != nullptr) return InvalidField("decimal", reason);
  return value;
}

inline absl::StatusOr<Rate> Rate::Parse(std::string_view text) {
  const bool percent = !text.empty() && text.back() == '%';
  if (percent) text.remove_suffix(1);
  int64_t ppb = 0;
  const char* reason = internal::ScanDecimal(text, percent ? 7 : 9, &ppb);
  if (reason != nullptr) return InvalidField("rate", reason);
  if (ppb > kMaxPpb || ppb < -kMaxPpb) {
    return InvalidField("rate", "is beyond 100000%");
  }
  return Rate(ppb);
}

inline std::string Rate::ToString() const {
  std::string text = ppb_ < 0 ? "-" : "";
  internal::AppendScaled(internal::Magnitude(ppb_), 7, &text);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  text.push_back('%');
  return text;
}

inline absl::StatusOr<int64_t> ApplyRate(int64_t amount_minor, Rate rate,
                                         Rounding rounding) {
  return MultiplyRounded(amount_minor, rate.ppb(), kPpb, rounding);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_RATE_INL_H_

#include "proto/json_number.h"

#include <algorithm>
#include <cstddef>
#include <limits>

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

// Beyond this every exponent is the same: too large, or nothing whole.
constexpr int64_t kMaxExponent = 100'000'000;

std::string_view TakeDigits(std::string_view* text) {
  std::size_t n = 0;
  while (n < text->size() && (*text)[n] >= '0' && (*text)[n] <= '9') ++n;
  const std::string_view digits = text->substr(0, n);
  text->remove_prefix(n);
  return digits;
}

bool Take(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// Reads "e+05" if it is there; false for an exponent without digits.
bool TakeExponent(std::string_view* text, int64_t* exponent) {
  if (!Take(text, 'e') && !Take(text, 'E')) return true;
  const bool negative = Take(text, '-');
  if (!negative) Take(text, '+');
  const std::string_view digits = TakeDigits(text);
  for (const char c : digits) {
    *exponent = std::min(*exponent * 10 + (c - '0'), kMaxExponent);
  }
  if (negative) *exponent = -*exponent;
  return !digits.empty();
}

// The first `keep` digits of whole and fraction, with zeros behind them.
NumberProblem Accumulate(std::string_view whole, std::string_view fraction,
                         int64_t keep, uint64_t* magnitude) {
  const auto size = static_cast<int64_t>(whole.size() + fraction.size());
  uint64_t value = 0;
  for (int64_t i = 0; i < std::max(size, keep); ++i) {
    if (i >= size && value == 0) break;  // zero times any power
    const auto place = static_cast<std::size_t>(i);
    const char c = i >= size              ? '0'
                   : place < whole.size() ? whole[place]
                                          : fraction[place - whole.size()];
    const auto digit = static_cast<uint64_t>(c - '0');
    if (i >= keep) {
      if (digit != 0) return NumberProblem::kNotWhole;
      continue;
    }
    if (value > (std::numeric_limits<uint64_t>::max() - digit) / 10) {
      return NumberProblem::kTooLarge;
    }
    value = value * 10 + digit;
  }
  *magnitude = value;
  return NumberProblem::kNone;
}

}  // namespace

NumberProblem ParseWholeNumber(std::string_view text, WholeNumber* number) {
  const bool negative = Take(&text, '-');
  const std::string_view whole = TakeDigits(&text);
  std::string_view fraction;
  const bool has_point = Take(&text, '.');
  if (has_point) fraction = TakeDigits(&text);
  int64_t exponent = 0;
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0') ||
      (has_point && fraction.empty()) || !TakeExponent(&text, &exponent) ||
      !text.empty()) {
    return NumberProblem::kNoNumber;
  }
  uint64_t magnitude = 0;
  const NumberProblem problem =
      Accumulate(whole, fraction, static_cast<int64_t>(whole.size()) + exponent,
                 &magnitude);
  if (problem == NumberProblem::kNone) *number = {negative, magnitude};
  return problem;
}

}  // namespace proto

VOUCH_NAMESPACE_END

// The check symbol of a code: one letter of the same alphabet that catches
// every single wrong letter and every swap of two neighbours.
//
//   CheckSymbol("M9S3")      -> '8'
//   CheckSymbolFits("M9S38") -> true
//   CheckSymbolFits("9MS38") -> false
//
// Letters are numbers of GF(32), made with x^5 + x^2 + 1; s = 2 * (s + d) for
// each letter d from the left, beginning with 0, gives the symbol s. A code is
// whole when the sum of d_i * 2^(n-1-i) over its n letters is 0. The powers of
// 2 differ for 31 places, which is why swaps are seen, also of letters further
// apart; two wrong letters go unseen once in 31. The symbol is no secret and
// proves nothing: it is there for typing errors.
//
// All functions are pure and may be called from any thread.
#ifndef VOUCH_CODE_CHECK_SYMBOL_H_
#define VOUCH_CODE_CHECK_SYMBOL_H_

#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/code/alphabet.h"

VOUCH_NAMESPACE_BEGIN

// Letters of a text with its check symbol for which the promise holds.
inline constexpr std::size_t kMaxCheckedLetters = 31;

namespace internal {

// 2 * value in GF(32).
constexpr uint8_t Gf32Double(uint8_t value) {
  return static_cast<uint8_t>((value << 1) ^ ((value >> 4) * 0x25));
}

// The sum of d_i * 2^(n-i) over the n letters.
constexpr uint8_t CheckSum(std::string_view letters) {
  uint8_t sum = 0;
  for (const char letter : letters) {
    sum = Gf32Double(sum ^ kCodeLetterTable[static_cast<uint8_t>(letter)]);
  }
  return sum;
}

}  // namespace internal

// The symbol to put behind `letters`: at most kMaxCheckedLetters - 1 letters of
// kCodeLetters.
constexpr char CheckSymbol(std::string_view letters) {
  return kCodeLetters[internal::CheckSum(letters)];
}

// Whether the last of `letters` is the check symbol of those before it. They
// are at most kMaxCheckedLetters letters of kCodeLetters; false for none.
constexpr bool CheckSymbolFits(std::string_view letters) {
  // The sum over all is twice the sum that must be 0.
  return !letters.empty() && internal::CheckSum(letters) == 0;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CHECK_SYMBOL_H_

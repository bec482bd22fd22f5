// Which letters are taken for one another: what vanity codes and words to
// avoid are compared by. For this layer's own use.
#ifndef VOUCH_CODE_CONFUSABLE_H_
#define VOUCH_CODE_CONFUSABLE_H_

#include <cstddef>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/code/alphabet.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The letter that stands for all that look like `letter` (upper case or a
// digit) on paper or a screen: I L 1, O 0, U V, S 5, Z 2, B 8.
constexpr char LooksLike(char letter) {
  switch (letter) {
    case 'I':
    case 'L':
      return '1';
    case 'O':
      return '0';
    case 'U':
      return 'V';
    case 'S':
      return '5';
    case 'Z':
      return '2';
    case 'B':
      return '8';
    default:
      return letter;
  }
}

// The same for letters that are read as one inside a word: A 4, E 3, T 7 too.
constexpr char ReadsLike(char letter) {
  switch (letter) {
    case 'A':
      return '4';
    case 'E':
      return '3';
    case 'T':
      return '7';
    default:
      return LooksLike(letter);
  }
}

// Calls `take` with each letter and digit of `text` in upper case; spaces and
// hyphens are left out. False when there is anything else.
template <typename Take>
bool FoldToLetters(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t separator = SeparatorLength(text);
    if (separator == 0) {
      const char letter = UpperAscii(text.front());
      const bool plain =
          (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
      if (!plain) return false;
      take(letter);
    }
    text.remove_prefix(separator == 0 ? 1 : separator);
  }
  return true;
}

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CONFUSABLE_H_

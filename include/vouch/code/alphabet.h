// The letters of promo codes, and how people's spellings of them are read.
//
//   CodeLetterValue('z')  -> 31
//   CodeLetterValue('o')  -> 0, as CodeLetterValue('0')
//   CodeText code;
//   ReadCodeText("k7m2-qwxo", &code)  -> CodeProblem::kNone, code "K7M2QWX0"
//
// 32 letters: the digits and the alphabet without I, L, O and U. Reading folds
// case, I and L to 1, O to 0, and drops spaces and hyphens, also those that a
// word processor or a web page puts in their place (separator.h). U is no
// letter of a code. All functions are pure and may be called from any thread.
#ifndef VOUCH_CODE_ALPHABET_H_
#define VOUCH_CODE_ALPHABET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "vouch/base/config.h"
#include "vouch/base/limits.h"
#include "vouch/base/words.h"
#include "vouch/code/separator.h"

VOUCH_NAMESPACE_BEGIN

// In the order of their values.
inline constexpr std::string_view kCodeLetters =
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// Letters of a generated code: one for the key's epoch, four to fourteen of
// the permuted number, one check symbol.
inline constexpr int kMinCodeLength = 6;
inline constexpr int kMaxCodeLength = 16;

// Keys that can be told apart by a code's first letter.
inline constexpr int kMaxCodeEpochs = 32;

// Why a text is not a code that was given out. One axis: the first reason, in
// this order, that holds.
enum class CodeProblem : uint8_t {
  kNone,         // it is one
  kLength,       // of a length that no series has
  kLetter,       // holds what is no letter of a code
  kCheckSymbol,  // mistyped: the check symbol does not fit
  kEpoch,        // no series of this first letter and length is known
  kRange,        // its number has not been given out
  kWord,         // its number was skipped for a word to avoid
};

namespace internal {

template <>
struct Words<CodeProblem> {
  static constexpr std::array<std::string_view, 6> kList = {
      "LENGTH", "LETTER", "CHECK_SYMBOL", "EPOCH", "RANGE", "WORD"};
};

inline constexpr uint8_t kNoCodeLetter = 0xff;

constexpr char UpperAscii(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

constexpr std::array<uint8_t, 256> CodeLetterTable() {
  std::array<uint8_t, 256> table{};
  for (uint8_t& value : table) value = kNoCodeLetter;
  for (std::size_t i = 0; i < kCodeLetters.size(); ++i) {
    const auto letter = static_cast<uint8_t>(kCodeLetters[i]);
    table[letter] = static_cast<uint8_t>(i);
    if (letter >= 'A') table[letter - 'A' + 'a'] = static_cast<uint8_t>(i);
  }
  for (const char one : {'I', 'i', 'L', 'l'}) {
    table[static_cast<uint8_t>(one)] = 1;
  }
  for (const char zero : {'O', 'o'}) table[static_cast<uint8_t>(zero)] = 0;
  return table;
}
inline constexpr std::array<uint8_t, 256> kCodeLetterTable = CodeLetterTable();

}  // namespace internal

// The value of `letter`, 0 to 31, folded as in reading; -1 for what is none.
constexpr int CodeLetterValue(char letter) {
  const uint8_t value =
      internal::kCodeLetterTable[static_cast<uint8_t>(letter)];
  return value == internal::kNoCodeLetter ? -1 : value;
}

// The canonical letters of one code. A small value without allocation; the
// default is empty.
class CodeText {
 public:
  constexpr CodeText() = default;

  // The letters; valid as long as this value is.
  constexpr std::string_view view() const {
    return std::string_view(letters_.data(), size_);
  }
  constexpr std::size_t size() const { return size_; }
  static constexpr std::size_t max_size() { return kMaxCodeLength; }

  // Makes it `size` letters long, at most max_size(), each to be Put.
  constexpr void Resize(std::size_t size) {
    letters_ = {};
    size_ = static_cast<uint8_t>(size);
  }
  // Sets the letter at `place`, below size(), to that of `value`, 0 to 31.
  constexpr void Put(std::size_t place, uint8_t value) {
    letters_[place] = kCodeLetters[value];
  }
  // The value of the letter at `place`.
  constexpr uint8_t value(std::size_t place) const {
    return internal::kCodeLetterTable[static_cast<uint8_t>(letters_[place])];
  }

  friend bool operator==(const CodeText& a, const CodeText& b) {
    return a.view() == b.view();
  }
  friend bool operator!=(const CodeText& a, const CodeText& b) {
    return !(a == b);
  }
  friend bool operator<(const CodeText& a, const CodeText& b) {
    return a.view() < b.view();
  }
  template <typename H>
  friend H AbslHashValue(H h, const CodeText& code) {
    return H::combine(std::move(h), code.letters_, code.size_);
  }

 private:
  std::array<char, kMaxCodeLength> letters_{};
  uint8_t size_ = 0;
};

// Reads the letters of a code out of what somebody typed, without a look at
// their check symbol: kLength when there are not kMinCodeLength to
// kMaxCodeLength of them or `text` is longer than kMaxIdBytes, kLetter when it
// holds anything else; *code is then empty.
constexpr CodeProblem ReadCodeText(std::string_view text, CodeText* code) {
  *code = CodeText();
  if (text.size() > kMaxIdBytes) return CodeProblem::kLength;
  std::array<uint8_t, kMaxCodeLength> values{};
  std::size_t size = 0;
  while (!text.empty()) {
    const std::size_t separator = internal::SeparatorLength(text);
    if (separator == 0) {
      const int value = CodeLetterValue(text.front());
      if (value < 0) return CodeProblem::kLetter;
      if (size < values.size()) values[size] = static_cast<uint8_t>(value);
      ++size;
    }
    text.remove_prefix(separator == 0 ? 1 : separator);
  }
  if (size < kMinCodeLength || size > values.size()) {
    return CodeProblem::kLength;
  }
  code->Resize(size);
  for (std::size_t i = 0; i < size; ++i) code->Put(i, values[i]);
  return CodeProblem::kNone;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_ALPHABET_H_

// Words that no code should hold, and making codes without them.
//
//   VOUCH_ASSIGN_OR_RETURN(const AvoidedWords words,
//                          AvoidedWords::Create({"damn", "b00b"}));
//   words.In("7DAMN3X9")  -> true, and so are "7D4MN3X9" and "7DAM-N3X9"
//
//   std::vector<CodeText> codes(1000);
//   VOUCH_ASSIGN_OR_RETURN(
//       const CodeWalk walk,
//       MakeCodes(&maker, words, next_n, absl::MakeSpan(codes)));
//   // walk.next_n is next_n + 1000 + walk.skipped_count
//
// A number whose code holds a word is not given out: the walk takes the next
// one and reaches that much further, so that a number always has the same code
// and a code the same number. With the same list, a walk in parts gives what it
// gives in one. The list of a series must stay as it is, for a checker refuses
// codes with its words; new words come with the next epoch.
#ifndef VOUCH_CODE_AVOIDED_WORDS_H_
#define VOUCH_CODE_AVOIDED_WORDS_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/code/alphabet.h"
#include "vouch/code/code_maker.h"

VOUCH_NAMESPACE_BEGIN

// Letters of a word to avoid; shorter ones would leave few codes, longer ones
// are in none.
inline constexpr std::size_t kMinAvoidedLetters = 3;
inline constexpr std::size_t kMaxAvoidedLetters = kMaxCodeLength;
inline constexpr std::size_t kMaxAvoidedWords = 10000;

// Words in the form in which they are looked for: one letter stands for all
// that read like it, I L 1, O 0, U V, S 5, Z 2, B 8, A 4, E 3 and T 7. Built
// once, then immutable, and may be used from any thread. The default avoids
// nothing.
class AvoidedWords {
 public:
  AvoidedWords() = default;

  // Words of ASCII letters and digits; case, spaces and hyphens do not count.
  // INVALID_ARGUMENT for one that holds anything else or is not of
  // kMinAvoidedLetters to kMaxAvoidedLetters, RESOURCE_EXHAUSTED for more than
  // kMaxAvoidedWords. Twice is once.
  static absl::StatusOr<AvoidedWords> Create(
      absl::Span<const std::string> words);

  bool empty() const { return words_.empty(); }
  std::size_t size() const { return words_.size(); }

  // Whether a word is anywhere in `letters`, across the letter of the epoch and
  // the check symbol too. `letters` are those of a CodeText.
  bool In(std::string_view letters) const;

 private:
  bool AnyAt(std::string_view letters) const;

  std::vector<std::string> words_;    // in their form, sorted
  std::bitset<32 * 32 * 32> firsts_;  // by which three letters they begin
};

// Where a walk came to.
struct CodeWalk {
  uint64_t next_n = 0;         // the first number that it did not look at
  uint64_t skipped_count = 0;  // numbers whose codes hold a word
};

// Numbers that a walk may skip beside as many as it gives out.
inline constexpr uint64_t kMaxSkippedCodes = 1000;

// Fills `codes` with those of the next numbers from first_n on that hold none
// of `words`. OUT_OF_RANGE when the maker has not so many, with the length that
// fits; RESOURCE_EXHAUSTED when more than codes.size() + kMaxSkippedCodes would
// be skipped; INTERNAL when OpenSSL fails. Then nothing is given out, and
// `codes` are of no use. Allocates nothing.
absl::StatusOr<CodeWalk> MakeCodes(CodeMaker* maker, const AvoidedWords& words,
                                   uint64_t first_n,
                                   absl::Span<CodeText> codes);

VOUCH_NAMESPACE_END

#include "vouch/code/avoided_words-inl.h"

#endif  // VOUCH_CODE_AVOIDED_WORDS_H_

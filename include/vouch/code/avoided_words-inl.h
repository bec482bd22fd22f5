// Bodies of avoided_words.h.
#ifndef VOUCH_CODE_AVOIDED_WORDS_INL_H_
#define VOUCH_CODE_AVOIDED_WORDS_INL_H_

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "vouch/base/status.h"
#include "vouch/code/avoided_words.h"
#include "vouch/code/confusable.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The number, 0 to 31, of the form of a letter.
constexpr std::array<uint8_t, 256> WordLetterTable() {
  std::array<uint8_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const char form = ReadsLike(UpperAscii(static_cast<char>(byte)));
    table[byte] = kCodeLetterTable[static_cast<uint8_t>(form)] & 31;
  }
  return table;
}
inline constexpr std::array<uint8_t, 256> kWordLetterTable = WordLetterTable();

// The last three letters as a number: `key` of those before, and one more.
inline std::size_t NextWordKey(std::size_t key, char letter) {
  return ((key << 5) | kWordLetterTable[static_cast<uint8_t>(letter)]) & 0x7fff;
}

}  // namespace internal

inline absl::StatusOr<AvoidedWords> AvoidedWords::Create(
    absl::Span<const std::string> words) {
  if (words.size() > kMaxAvoidedWords) {
    return ExhaustedField("words", "are more than 10000");
  }
  AvoidedWords out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string form;
    const bool plain = internal::FoldToLetters(
        words[i], [&form](char c) { form.push_back(internal::ReadsLike(c)); });
    const char* problem = nullptr;
    if (!plain) {
      problem = "holds more than letters and digits";
    } else if (form.size() < kMinAvoidedLetters) {
      problem = "is shorter than 3 letters";
    } else if (form.size() > kMaxAvoidedLetters) {
      problem = "is longer than a code";
    }
    if (problem != nullptr) {
      return InvalidField(absl::StrCat("words[", i, "]"), problem);
    }
    std::size_t key = 0;
    for (std::size_t k = 0; k < kMinAvoidedLetters; ++k) {
      key = internal::NextWordKey(key, form[k]);
    }
    out.firsts_.set(key);
    out.words_.push_back(std::move(form));
  }
  std::sort(out.words_.begin(), out.words_.end());
  out.words_.erase(std::unique(out.words_.begin(), out.words_.end()),
                   out.words_.end());
  return out;
}

inline bool AvoidedWords::In(std::string_view letters) const {
  if (words_.empty() || letters.size() > kMaxAvoidedLetters) return false;
  std::size_t key = 0;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    key = internal::NextWordKey(key, letters[i]);
    if (i + 1 < kMinAvoidedLetters || !firsts_.test(key)) continue;
    if (AnyAt(letters.substr(i + 1 - kMinAvoidedLetters))) return true;
  }
  return false;
}

// Whether a word stands at the front of `letters`, which has at least
// kMinAvoidedLetters.
inline bool AvoidedWords::AnyAt(std::string_view letters) const {
  std::array<char, kMaxAvoidedLetters> form{};
  std::transform(letters.begin(), letters.end(), form.begin(),
                 internal::ReadsLike);
  const std::string_view rest(form.data(), letters.size());
  // A word at the front of `rest` is not behind it in the order, and what
  // stands between them begins with the word too; so from the last such word
  // down until one differs in its first letters.
  auto word = std::upper_bound(words_.begin(), words_.end(), rest);
  while (word != words_.begin()) {
    --word;
    if (rest.substr(0, word->size()) == *word) return true;
    if (word->compare(0, kMinAvoidedLetters, rest, 0, kMinAvoidedLetters) !=
        0) {
      break;
    }
  }
  return false;
}

inline absl::StatusOr<CodeWalk> MakeCodes(CodeMaker* maker,
                                          const AvoidedWords& words,
                                          uint64_t first_n,
                                          absl::Span<CodeText> codes) {
  CodeWalk walk{first_n, 0};
  const uint64_t most_skipped = codes.size() + kMaxSkippedCodes;
  std::size_t made = 0;
  while (made < codes.size()) {
    const absl::Span<CodeText> rest = codes.subspan(made);
    VOUCH_RETURN_IF_ERROR(maker->MakeRange(walk.next_n, rest));
    walk.next_n += rest.size();
    if (words.empty()) break;
    const auto end = std::remove_if(
        rest.begin(), rest.end(),
        [&words](const CodeText& code) { return words.In(code.view()); });
    const auto kept = static_cast<std::size_t>(end - rest.begin());
    walk.skipped_count += rest.size() - kept;
    if (walk.skipped_count > most_skipped) {
      return ExhaustedField("words", "are in too many codes");
    }
    made += kept;
  }
  return walk;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_AVOIDED_WORDS_INL_H_

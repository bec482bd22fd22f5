// How codes are compared: by their letters and digits alone.
//
//   FoldCode("anna-2024 x")  -> "ANNA2024X"
#ifndef VOUCH_PROGRAM_FOLD_CODE_H_
#define VOUCH_PROGRAM_FOLD_CODE_H_

#include <string>
#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// The form in which codes are compared: letters in upper case, no spaces and
// no hyphens. Empty when nothing is left. Letters outside ASCII stay as they
// are.
inline std::string FoldCode(std::string_view code) {
  std::string folded;
  folded.reserve(code.size());
  for (const char c : code) {
    if (c == ' ' || c == '-') continue;
    folded.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A')
                                          : c);
  }
  return folded;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_FOLD_CODE_H_

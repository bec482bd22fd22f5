// Is this a code that was given out? Answered without a list of codes.
//
//   CodeChecker checker("shop");
//   // The old key's codes 0 to 4999 still hold; of the new key 800 are out.
//   VOUCH_RETURN_IF_ERROR(checker.Add({{0, old_key.bytes()}, 10, 5000}));
//   VOUCH_RETURN_IF_ERROR(checker.Add({{1, new_key.bytes()}, 10, 800}));
//   VOUCH_ASSIGN_OR_RETURN(const CodeAnswer answer,
//                          checker.Check("0k7m-2qwx-d4"));
//   if (answer.problem == CodeProblem::kNone) Redeem(answer.code.view());
//
// A key is rotated by making new codes under the next epoch and leaving the old
// series in the checker for as long as its codes hold. A campaign is a range
// of a series' numbers, which the host tells apart by CodeAnswer::n.
//
// What was given out is below until_n, and nothing else: a host that makes
// more codes says so with SetUntil. Nobody who lacks the key can tell which
// strings these are, so that guessing is left (code_plan.h says what it is
// worth). The code is computed back, never compared with secrets.
#ifndef VOUCH_CODE_CODE_CHECKER_H_
#define VOUCH_CODE_CODE_CHECKER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/code/alphabet.h"
#include "vouch/code/avoided_words.h"
#include "vouch/code/code_maker.h"

VOUCH_NAMESPACE_BEGIN

// Codes of one key and length.
struct CodeSeries {
  CodeKey key;              // borrowed while it is added
  int length = 0;           // letters
  uint64_t until_n = 0;     // numbers below it were given out or skipped
  AvoidedWords words = {};  // as they were made with
};

struct CodeAnswer {
  CodeProblem problem = CodeProblem::kNone;
  // The canonical letters, as soon as they could be read: what to record.
  CodeText code;
  // Of a code that was given out; 0 otherwise.
  int epoch = 0;
  uint64_t n = 0;
};

// A sentence for the person who typed the code, in English: "the code is
// mistyped". Empty for kNone. The text lives for ever.
constexpr std::string_view CodeProblemText(CodeProblem problem) {
  switch (problem) {
    case CodeProblem::kNone:
      return "";
    case CodeProblem::kLength:
      return "no code has this many letters";
    case CodeProblem::kLetter:
      return "codes have letters and digits alone, and no U";
    case CodeProblem::kCheckSymbol:
      return "the code is mistyped";
    case CodeProblem::kEpoch:
      return "no code of this length begins with this letter";
    case CodeProblem::kRange:
      return "no such code was given out";
    case CodeProblem::kWord:
      return "no such code was given out, for a word in it";
  }
  return "";
}

// The series of one program. Movable; one object by one thread at a time.
class CodeChecker {
 public:
  // `program_id` as the codes were made with.
  explicit CodeChecker(std::string program_id)
      : program_id_(std::move(program_id)) {}

  // INVALID_ARGUMENT as CodeMaker::Create; OUT_OF_RANGE when there are not
  // until_n codes of this length; ALREADY_EXISTS for an epoch and length that
  // are there.
  absl::Status Add(CodeSeries series);

  // More codes of a series, or fewer, are out. NOT_FOUND when there is no such
  // series, OUT_OF_RANGE as Add; nothing is then changed.
  absl::Status SetUntil(int epoch, int length, uint64_t until_n);

  // What `text`, as somebody typed it, is. A text that is no code is an answer;
  // INTERNAL when OpenSSL fails.
  absl::StatusOr<CodeAnswer> Check(std::string_view text);

 private:
  struct Row {
    CodeMaker maker;
    uint64_t until_n;
    AvoidedWords words;
  };

  Row* Find(int epoch, int length);
  bool HasLength(int length) const;

  std::string program_id_;
  std::vector<Row> rows_;  // by epoch and length; few
};

VOUCH_NAMESPACE_END

#include "vouch/code/code_checker-inl.h"

#endif  // VOUCH_CODE_CODE_CHECKER_H_

// Bodies of code_checker.h.
#ifndef VOUCH_CODE_CODE_CHECKER_INL_H_
#define VOUCH_CODE_CODE_CHECKER_INL_H_

#include "vouch/base/status.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/code_checker.h"

VOUCH_NAMESPACE_BEGIN

inline absl::Status CodeChecker::Add(CodeSeries series) {
  VOUCH_ASSIGN_OR_RETURN(
      CodeMaker maker,
      CodeMaker::Create(series.key, program_id_, series.length));
  VOUCH_RETURN_IF_ERROR(
      internal::CheckCodeRange(series.length, series.until_n));
  if (Find(series.key.epoch, series.length) != nullptr) {
    return ExistsField("epoch", "has a series of this length");
  }
  rows_.push_back({std::move(maker), series.until_n, std::move(series.words)});
  return absl::OkStatus();
}

inline absl::Status CodeChecker::SetUntil(int epoch, int length,
                                          uint64_t until_n) {
  Row* const row = Find(epoch, length);
  if (row == nullptr) {
    return NotFoundField("epoch", "has no series of this length");
  }
  VOUCH_RETURN_IF_ERROR(internal::CheckCodeRange(length, until_n));
  row->until_n = until_n;
  return absl::OkStatus();
}

inline CodeChecker::Row* CodeChecker::Find(int epoch, int length) {
  for (Row& row : rows_) {
    if (row.maker.epoch() == epoch && row.maker.length() == length) return &row;
  }
  return nullptr;
}

inline bool CodeChecker::HasLength(int length) const {
  for (const Row& row : rows_) {
    if (row.maker.length() == length) return true;
  }
  return false;
}

inline absl::StatusOr<CodeAnswer> CodeChecker::Check(std::string_view text) {
  CodeAnswer answer;
  answer.problem = ReadCodeText(text, &answer.code);
  if (answer.problem != CodeProblem::kNone) return answer;
  const auto refuse = [&answer](CodeProblem problem) {
    answer.problem = problem;
    return answer;
  };
  const auto length = static_cast<int>(answer.code.size());
  if (!HasLength(length)) return refuse(CodeProblem::kLength);
  if (!CheckSymbolFits(answer.code.view())) {
    return refuse(CodeProblem::kCheckSymbol);
  }
  Row* const row = Find(answer.code.value(0), length);
  if (row == nullptr) return refuse(CodeProblem::kEpoch);
  VOUCH_ASSIGN_OR_RETURN(const absl::uint128 n,
                         row->maker.NumberOf(answer.code));
  if (n >= absl::uint128(row->until_n)) return refuse(CodeProblem::kRange);
  if (row->words.In(answer.code.view())) return refuse(CodeProblem::kWord);
  answer.epoch = row->maker.epoch();
  answer.n = absl::Uint128Low64(n);
  return answer;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CODE_CHECKER_INL_H_

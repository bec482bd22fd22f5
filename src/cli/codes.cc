// vouch codes make, check and plan.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/key_file.h"
#include "cli/lines.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/code/avoided_words.h"
#include "vouch/code/code_checker.h"
#include "vouch/code/code_maker.h"
#include "vouch/code/code_plan.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// Codes that are made before they are printed.
constexpr uint64_t kCodesAtOnce = 4096;

absl::StatusOr<AvoidedWords> ReadWords(const std::string& path) {
  std::vector<std::string> words;
  if (path.empty()) return AvoidedWords();
  VOUCH_RETURN_IF_ERROR(
      ForEachLine(path, [&words](std::string_view line, std::size_t) {
        if (IsBlank(line)) return absl::OkStatus();
        if (words.size() > kMaxAvoidedWords) {
          return ExhaustedField("words", "are more than 10000");
        }
        words.emplace_back(line);
        return absl::OkStatus();
      }));
  return AvoidedWords::Create(words);
}

absl::Status MakeAll(const Options& options) {
  const CodeOptions& flags = options.code;
  // Too small a range is refused before a code of it is out.
  VOUCH_RETURN_IF_ERROR(
      PlanCodes({flags.length, flags.from, 0, flags.count, 0}).status());
  VOUCH_ASSIGN_OR_RETURN(const AvoidedWords words, ReadWords(flags.words));
  VOUCH_ASSIGN_OR_RETURN(const std::vector<EpochKey> keys,
                         ReadKeys(flags.keys, flags.epoch));
  VOUCH_ASSIGN_OR_RETURN(
      CodeMaker maker,
      CodeMaker::Create({keys.back().epoch, keys.back().key.bytes()},
                        options.program_id, flags.length));
  StandardOutput out;
  CodeWalk walk{flags.from, 0};
  std::vector<CodeText> codes(std::min(flags.count, kCodesAtOnce));
  for (uint64_t made = 0; made < flags.count; made += codes.size()) {
    codes.resize(std::min(flags.count - made, kCodesAtOnce));
    VOUCH_ASSIGN_OR_RETURN(
        const CodeWalk piece,
        MakeCodes(&maker, words, walk.next_n, absl::MakeSpan(codes)));
    walk = {piece.next_n, walk.skipped_count + piece.skipped_count};
    for (const CodeText& code : codes) {
      absl::StrAppend(out.buffer(), ToAbsl(code.view()), "\n");
      VOUCH_RETURN_IF_ERROR(out.Commit());
    }
  }
  VOUCH_RETURN_IF_ERROR(out.Flush());
  Say(absl::StrCat(flags.count, flags.count == 1 ? " code" : " codes",
                   " of epoch ", maker.epoch(), ", ", walk.skipped_count,
                   walk.skipped_count == 1 ? " number" : " numbers",
                   " skipped for a word, the next number is ", walk.next_n,
                   "\n"));
  return absl::OkStatus();
}

absl::StatusOr<CodeChecker> MakeChecker(const Options& options) {
  const CodeOptions& flags = options.code;
  VOUCH_ASSIGN_OR_RETURN(const AvoidedWords words, ReadWords(flags.words));
  VOUCH_ASSIGN_OR_RETURN(const std::vector<EpochKey> keys,
                         ReadKeys(flags.keys, flags.epoch));
  VOUCH_RETURN_IF_ERROR(internal::CheckCodeLength(flags.length));
  const uint64_t until =
      options.Given("until")
          ? flags.until
          : absl::Uint128Low64(std::min(NumberedCodes(flags.length),
                                        absl::uint128(UINT64_MAX)));
  CodeChecker checker(options.program_id);
  for (const EpochKey& key : keys) {
    VOUCH_RETURN_IF_ERROR(checker.Add(
        {{key.epoch, key.key.bytes()}, flags.length, until, words}));
  }
  return checker;
}

absl::StatusOr<int> CheckAll(const Options& options) {
  VOUCH_ASSIGN_OR_RETURN(CodeChecker checker, MakeChecker(options));
  StandardOutput out;
  uint64_t count = 0;
  uint64_t wrong_count = 0;
  VOUCH_RETURN_IF_ERROR(ForEachLine(
      options.code.codes,
      [&](std::string_view line, std::size_t) -> absl::Status {
        if (IsBlank(line)) return absl::OkStatus();
        VOUCH_ASSIGN_OR_RETURN(const CodeAnswer answer, checker.Check(line));
        ++count;
        if (answer.problem == CodeProblem::kNone) {
          absl::StrAppend(out.buffer(), ToAbsl(answer.code.view()), "\tOK\t",
                          answer.epoch, "\t", answer.n, "\n");
        } else {
          ++wrong_count;
          absl::StrAppend(out.buffer(), Printable(line), "\t",
                          ToAbsl(Word(answer.problem)), "\t",
                          ToAbsl(CodeProblemText(answer.problem)), "\n");
        }
        return out.Commit();
      }));
  VOUCH_RETURN_IF_ERROR(out.Flush());
  Say(absl::StrCat(count, count == 1 ? " line, " : " lines, ", wrong_count,
                   " without a code\n"));
  return wrong_count == 0 ? kExitDone : kExitRefused;
}

std::string ChanceText(const GuessChance& chance) {
  if (chance.hits == 0) return "no guess hits one";
  return absl::StrCat("a guess hits one in ", Uint128Text(chance.OneIn()), ": ",
                      chance.Fraction(), " = ", chance.Decimal());
}

absl::StatusOr<std::string> PlanText(const Options& options) {
  const CodeOptions& flags = options.code;
  const uint64_t out = options.Given("out") ? flags.out : flags.from;
  VOUCH_ASSIGN_OR_RETURN(
      const CodePlan plan,
      PlanCodes({flags.length, flags.from, out, flags.count, flags.one_in}));
  return absl::StrCat(
      "codes of ", flags.length,
      " letters under one key: ", Uint128Text(plan.capacity),
      "\nout now: ", plan.out_before_count, "; ",
      ChanceText(plan.chance_before), "\nout with ", flags.count,
      " more: ", plan.out_after_count, "; ", ChanceText(plan.chance_after),
      "\nnumbers left then: ", Uint128Text(plan.left_count), "\n");
}

int CodesFailed(const absl::Status& status) {
  Complain(status);
  return kExitFailed;
}

}  // namespace

int RunCodesMake(const Options& options) {
  const absl::Status status = MakeAll(options);
  return status.ok() ? kExitDone : CodesFailed(status);
}

int RunCodesCheck(const Options& options) {
  const absl::StatusOr<int> exit_code = CheckAll(options);
  return exit_code.ok() ? *exit_code : CodesFailed(exit_code.status());
}

int RunCodesPlan(const Options& options) {
  const absl::StatusOr<std::string> text = PlanText(options);
  if (!text.ok()) return CodesFailed(text.status());
  return Answer(*text) ? kExitDone : kExitFailed;
}

}  // namespace cli

VOUCH_NAMESPACE_END

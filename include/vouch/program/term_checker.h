// What every part of a program is checked with: the paths of mistakes, words,
// texts and rates. Shared by the parts of Program::Build.
#ifndef VOUCH_PROGRAM_TERM_CHECKER_H_
#define VOUCH_PROGRAM_TERM_CHECKER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/rule.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The greatest rate of a reward or an upline: 1000%.
inline constexpr int64_t kMaxRewardPpb = 10 * kPpb;

// Adds what is wrong to the mistakes; they must outlive it. Not thread-safe.
class TermChecker {
 public:
  explicit TermChecker(Mistakes* mistakes) : mistakes_(*mistakes) {}

  bool AnyMistake() const { return !mistakes_.empty(); }

  void Wrong(std::string path, std::string problem, std::string advice) {
    mistakes_.Add(std::move(path), std::move(problem), std::move(advice));
  }
  // The reason of a status "field: reason"; the path names the field already.
  void WrongStatus(std::string path, const absl::Status& status,
                   std::string advice) {
    const std::string message(status.message());
    const std::size_t colon = message.find(": ");
    Wrong(std::move(path),
          colon == std::string::npos ? message : message.substr(colon + 2),
          std::move(advice));
  }

  // Whether `value` is a choice of its list, whose last one is `last`. A spec
  // may come as bytes, with numbers that this version does not know.
  template <typename E>
  bool Known(std::string path, E value, E last, bool may_be_zero = false) {
    if (value <= last && (may_be_zero || value != E())) return true;
    Wrong(std::move(path), "missing or unknown",
          "choose one of the words of this field");
    return false;
  }

  // An id that terms compare with or are known by.
  bool Id(std::string path, std::string_view id, std::string advice) {
    const std::string_view problem = IdProblem(id);
    if (problem.empty()) return true;
    Wrong(std::move(path), std::string(problem), std::move(advice));
    return false;
  }

  bool NotNegative(std::string path, int64_t value, std::string advice) {
    if (value >= 0) return true;
    Wrong(std::move(path), "negative", std::move(advice));
    return false;
  }

  // `text` as a rate within both bounds; nothing when it is none.
  std::optional<Rate> ParseRate(std::string path, const std::string& text,
                                int64_t min_ppb, int64_t max_ppb) {
    const absl::StatusOr<Rate> rate = Rate::Parse(text);
    if (!rate.ok()) {
      WrongStatus(std::move(path), rate.status(),
                  "write a rate such as \"12.5%\", of at most 7 places, or "
                  "\"0.125\", of at most 9");
      return std::nullopt;
    }
    if (rate->ppb() > kPpb && text.back() != '%') {
      // As a fraction "10" is 1000%: hardly ever what is meant.
      Wrong(
          std::move(path), absl::StrCat("above 1 without a \"%\": ", text),
          absl::StrCat("write \"", text, "%\" or \"", rate->ToString(), "\""));
      return std::nullopt;
    }
    if (rate->ppb() < min_ppb || rate->ppb() > max_ppb) {
      Wrong(std::move(path), absl::StrCat(rate->ToString(), " is out of range"),
            absl::StrCat("write ", Rate::FromPpb(min_ppb).ToString(), " to ",
                         Rate::FromPpb(max_ppb).ToString()));
      return std::nullopt;
    }
    return *rate;
  }

  // `spec` as a range of values that are never below `least`. `unit` ends the
  // names of both bounds: "" or "_minor".
  Range RangeOf(const std::string& path, const RangeSpec& spec, int64_t least,
                const std::string& unit = "") {
    Range range;
    range.from = spec.from.value_or(range.from);
    range.until = spec.until.value_or(range.until);
    if (spec.from && *spec.from < least) {
      Wrong(path + ".from" + unit, absl::StrCat("below ", least),
            absl::StrCat("write ", least, " or more"));
    } else if (spec.until && *spec.until <= spec.from.value_or(least)) {
      Wrong(path + ".until" + unit,
            spec.from ? "not after from" : absl::StrCat("not above ", least),
            "the value named by until is out of the range");
    }
    return range;
  }

 private:
  Mistakes& mistakes_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_TERM_CHECKER_H_

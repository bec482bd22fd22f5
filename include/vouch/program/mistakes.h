// The mistakes of a program, all at once: where, what, and what to do.
//
//   Mistakes mistakes;
//   mistakes.Add("rules[2].reward.percent", "more than 9 places",
//                "write at most 7 places before the percent sign");
//   mistakes.ToString();
//   // rules[2].reward.percent: more than 9 places; write at most 7 places ...
//
// Not thread-safe.
#ifndef VOUCH_PROGRAM_MISTAKES_H_
#define VOUCH_PROGRAM_MISTAKES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

struct Mistake {
  std::string path;     // of the field, e.g. "rules[2].reward.percent"
  std::string problem;  // what is wrong with it
  std::string advice;   // what would be right; may be empty
};

class Mistakes {
 public:
  void Add(std::string path, std::string problem, std::string advice = "") {
    list_.push_back({std::move(path), std::move(problem), std::move(advice)});
  }
  bool empty() const { return list_.empty(); }
  const std::vector<Mistake>& list() const { return list_; }

  // One mistake a line, in the order found.
  std::string ToString() const {
    std::string text;
    for (const Mistake& mistake : list_) {
      if (!text.empty()) text += '\n';
      text += mistake.path + ": " + mistake.problem;
      if (!mistake.advice.empty()) text += "; " + mistake.advice;
    }
    return text;
  }

  // OK without a mistake, else INVALID_ARGUMENT with the text of all.
  absl::Status ToStatus() const {
    return empty() ? absl::OkStatus() : absl::InvalidArgumentError(ToString());
  }

 private:
  std::vector<Mistake> list_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_MISTAKES_H_

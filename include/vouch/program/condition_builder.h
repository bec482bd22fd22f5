// The conditions of a rule, checked and compiled (docs/SEMANTICS.md, section
// 6, "Choosing"). A part of Program::Build.
#ifndef VOUCH_PROGRAM_CONDITION_BUILDER_H_
#define VOUCH_PROGRAM_CONDITION_BUILDER_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/limits.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/base/words.h"
#include "vouch/program/fold_code.h"
#include "vouch/program/rule.h"
#include "vouch/program/spec.h"
#include "vouch/program/term_checker.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

class ConditionBuilder {
 public:
  // Mistakes go to `*checker`, with paths below `path`.
  ConditionBuilder(TermChecker* checker, std::string path)
      : checker_(*checker), path_(std::move(path)) {}

  Conditions Build(const ConditionsSpec& spec) {
    Conditions when;
    when.partner_ids = Texts("partner_ids", spec.partner_ids);
    AddWords("partner_kinds", spec.partner_kinds, &when.partner_kinds);
    when.partner_groups = Texts("partner_groups", spec.partner_groups);
    when.campaigns = Texts("campaigns", spec.campaigns);
    when.codes = Codes(spec.codes);
    AddWords("channels", spec.channels, &when.channels);
    when.products = Texts("products", spec.products);
    when.categories = Texts("categories", spec.categories);
    when.countries = Texts("countries", spec.countries);
    when.segments = Texts("segments", spec.segments);
    if (checker_.Known(Path("phases"), spec.phase, Phase::kRetention, true) &&
        spec.phase != Phase::kNone) {
      when.phases.Add(spec.phase);
    }
    when.contract_years =
        checker_.RangeOf(Path("contract_years"), spec.contract_year, 1);
    when.payment_numbers =
        checker_.RangeOf(Path("payment_numbers"), spec.payment_number, 1);
    AddMonths(spec.months_since, &when);
    when.line_amount_minor = checker_.RangeOf(
        Path("line_amount"), spec.line_amount_minor, 0, "_minor");
    when.quantity = checker_.RangeOf(Path("quantity"), spec.quantity, 0);
    AddAttributes(spec.attributes, &when);
    AddDates(spec, &when);
    return when;
  }

 private:
  std::string Path(std::string_view field) const {
    return absl::StrCat(path_, ".", ToAbsl(field));
  }
  std::string Path(std::string_view field, std::size_t place) const {
    return absl::StrCat(path_, ".", ToAbsl(field), "[", place, "]");
  }

  // Whether a list is within its limit.
  bool Fits(std::string_view field, std::size_t size, std::size_t most) {
    if (size <= most) return true;
    checker_.Wrong(Path(field), absl::StrCat("more than ", most),
                   "spread them over several rules");
    return false;
  }
  void Twice(std::string path) {
    checker_.Wrong(std::move(path), "stands in the list already",
                   "name each value once");
  }

  template <typename E>
  void AddWords(std::string_view field, const std::vector<E>& words,
                WordSet<E>* set) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!IsWord(words[i])) {
        checker_.Wrong(Path(field, i), "missing",
                       "name one of the words of this list");
      } else if (!set->any() && set->Has(words[i])) {
        Twice(Path(field, i));
      } else {
        set->Add(words[i]);
      }
    }
  }

  std::vector<std::string> Texts(std::string_view field,
                                 const std::vector<std::string>& texts) {
    if (!Fits(field, texts.size(), kMaxConditionValues)) return {};
    absl::flat_hash_set<std::string_view> seen;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      // What it compares with may be as long as a free text: a campaign is.
      const std::string_view problem =
          texts[i].empty() ? "missing" : TextProblem(texts[i]);
      if (!problem.empty()) {
        checker_.Wrong(Path(field, i), std::string(problem),
                       "write the value that the condition compares with");
      } else if (!seen.insert(texts[i]).second) {
        Twice(Path(field, i));
      }
    }
    return texts;
  }

  // Codes are compared folded, so two spellings of one are the same value.
  std::vector<std::string> Codes(const std::vector<std::string>& codes) {
    std::vector<std::string> folded;
    if (!Fits("codes", codes.size(), kMaxConditionValues)) return folded;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      std::string code = FoldCode(codes[i]);
      if (!checker_.Id(Path("codes", i), code,
                       "write the code that the condition compares with")) {
        continue;
      }
      if (std::find(folded.begin(), folded.end(), code) != folded.end()) {
        Twice(Path("codes", i));
      }
      folded.push_back(std::move(code));
    }
    return folded;
  }

  void AddMonths(const std::vector<MonthsSinceSpec>& specs, Conditions* when) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const std::string path = Path("months_since", i);
      if (!checker_.Known(path + ".anchor", specs[i].anchor,
                          MonthsAnchor::kSignup)) {
        continue;
      }
      for (const MonthsCondition& before : when->months_since) {
        if (before.anchor == specs[i].anchor) {
          Twice(path + ".anchor");
        }
      }
      when->months_since.push_back(
          {specs[i].anchor,
           checker_.RangeOf(path + ".months", specs[i].months, 0)});
    }
  }

  void AddAttributes(const std::vector<AttributeConditionSpec>& specs,
                     Conditions* when) {
    if (!Fits("attributes", specs.size(), kMaxAttributes)) return;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const AttributeConditionSpec& spec = specs[i];
      const std::string path = Path("attributes", i);
      checker_.Known(path + ".of", spec.of, AttributeOf::kLine);
      checker_.Id(path + ".key", spec.key, "name the attribute");
      const std::string_view problem = TextProblem(spec.value);
      if (!problem.empty()) {
        checker_.Wrong(path + ".value", std::string(problem),
                       "write the value that the attribute must have");
      }
      for (const AttributeCondition& before : when->attributes) {
        // Two values of one attribute never hold together.
        if (before.of == spec.of && before.key == spec.key) {
          Twice(path + ".key");
        }
      }
      when->attributes.push_back({spec.of, spec.key, spec.value});
    }
  }

  void AddDates(const ConditionsSpec& spec, Conditions* when) {
    when->effective_from = spec.effective_from;
    when->effective_until = spec.effective_until;
    Day("effective.from_on", spec.effective_from);
    Day("effective.until_on", spec.effective_until);
    if (spec.effective_from && spec.effective_until &&
        *spec.effective_until <= *spec.effective_from) {
      checker_.Wrong(Path("effective.until_on"), "not after from_on",
                     "the day named by until_on is out of the range");
    }
  }

  void Day(std::string_view field, const std::optional<CivilDay>& day) {
    if (day && (day->year() < 1 || day->year() > 9999)) {
      checker_.Wrong(Path(field), "outside the years 1 to 9999",
                     "write a day such as 2025-01-31");
    }
  }

  TermChecker& checker_;
  std::string path_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_CONDITION_BUILDER_H_

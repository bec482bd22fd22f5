// How the naive models read the parts of a program's spec.
#ifndef VOUCH_TESTS_SUPPORT_NAIVE_SPEC_H_
#define VOUCH_TESTS_SUPPORT_NAIVE_SPEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fraction.h"
#include "vouch/base/config.h"
#include "vouch/base/rate.h"
#include "vouch/event/event.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support::naive {

inline constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

inline Fraction PercentOf(std::string_view text) {
  return text.empty() ? Fraction()
                      : Fraction(Rate::Parse(text)->ppb(), int64_t{kPpb});
}

// Letters alike in either case, spaces and hyphens left out.
inline std::string Folded(std::string_view code) {
  std::string folded;
  for (const char c : code) {
    if (c == ' ' || c == '-') continue;
    folded += 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return folded;
}

// The host's id in a name.
inline std::string IdOf(const std::string& name) {
  return name.substr(name.find(' ') + 1);
}

template <typename List>
std::map<std::string, std::string, std::less<>> AttributesOf(const List& list) {
  std::map<std::string, std::string, std::less<>> attributes;
  for (const event::Attribute& attribute : list) {
    attributes[std::string(attribute.key)] = std::string(attribute.value);
  }
  return attributes;
}

// An empty list asks for nothing.
template <typename T>
bool Among(const std::vector<T>& list, const T& value) {
  return list.empty() ||
         std::find(list.begin(), list.end(), value) != list.end();
}

inline bool Inside(const RangeSpec& range, int64_t value) {
  return (!range.from || value >= *range.from) &&
         (!range.until || value < *range.until);
}

inline const RewardSpec& RewardOf(const RuleSpec& rule,
                                  std::string_view partner) {
  for (const RateExceptionSpec& exception : rule.rate_exceptions) {
    if (exception.partner_id == partner) return exception.reward;
  }
  return rule.reward;
}

inline bool IsRetroactive(const RuleSpec& rule, std::string_view partner) {
  return RewardOf(rule, partner).tier_meaning == TierMeaning::kRetroactive;
}

// Where the band ends; absent: nowhere.
inline std::optional<int64_t> EndOf(const RewardSpec& reward,
                                    std::size_t band) {
  if (reward.tiers[band].until) return reward.tiers[band].until;
  if (band + 1 < reward.tiers.size()) return reward.tiers[band + 1].from;
  return std::nullopt;
}

// nullptr: no band holds it.
inline const TierSpec* BandOf(const RewardSpec& reward, int64_t metric) {
  for (std::size_t i = 0; i < reward.tiers.size(); ++i) {
    const std::optional<int64_t> end = EndOf(reward, i);
    if (metric >= reward.tiers[i].from && (!end || metric < *end)) {
      return &reward.tiers[i];
    }
  }
  return nullptr;
}

inline std::vector<UplineSpec> ByLevel(std::vector<UplineSpec> uplines) {
  std::stable_sort(uplines.begin(), uplines.end(),
                   [](const UplineSpec& a, const UplineSpec& b) {
                     return a.level < b.level;
                   });
  return uplines;
}

}  // namespace testing_support::naive

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_NAIVE_SPEC_H_

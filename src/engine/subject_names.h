// The names that a host has for customers or visitors, and the numbers that
// Vouch gives them at ingest, from 1 in the order in which they first came in
// an applied event.
#ifndef VOUCH_SRC_ENGINE_SUBJECT_NAMES_H_
#define VOUCH_SRC_ENGINE_SUBJECT_NAMES_H_

#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vouch/base/config.h"
#include "vouch/base/string_pool.h"

VOUCH_NAMESPACE_BEGIN

template <typename Number>
class SubjectNames {
 public:
  // The number of `name`, or the one that it would get.
  Number FindOrNext(std::string_view name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? Number(names_.size() + 1) : found->second;
  }
  // None for an unknown name.
  Number Find(std::string_view name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? Number() : found->second;
  }
  // Keeps what FindOrNext promised.
  void Keep(std::string_view name, Number number) {
    if (number.value() <= names_.size()) return;
    names_.push_back(pool_.Add(name));
    numbers_.emplace(names_.back(), number);
  }
  // Empty for a number that nobody has.
  std::string_view NameOf(Number number) const {
    return number.has_value() && number.value() <= names_.size()
               ? names_[number.value() - 1]
               : std::string_view();
  }

 private:
  StringPool pool_;
  std::vector<std::string_view> names_;
  absl::flat_hash_map<std::string_view, Number> numbers_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_SUBJECT_NAMES_H_

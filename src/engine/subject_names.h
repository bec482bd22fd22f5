// The names that a host has for customers or visitors, and the numbers that
// Vouch gives them at ingest, from 1 in the order in which they first came in
// an applied event. A number stays when its name is erased.
#ifndef VOUCH_SRC_ENGINE_SUBJECT_NAMES_H_
#define VOUCH_SRC_ENGINE_SUBJECT_NAMES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vouch/base/config.h"
#include "vouch/base/string_pool.h"

VOUCH_NAMESPACE_BEGIN

template <typename Number>
class SubjectNames {
 public:
  // How many numbers were given.
  uint64_t count() const { return names_.size(); }

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
  // Takes note that numbers up to `number` were given.
  void Grow(Number number) {
    if (number.value() > names_.size()) names_.resize(number.value());
  }
  // Gives `number`, which has no name, the name `name`, which has no number.
  void Keep(std::string_view name, Number number) {
    Grow(number);
    std::string_view& kept = names_[number.value() - 1];
    kept = pool_.Add(name);
    numbers_.emplace(kept, number);
  }
  // Empty for a number without a name.
  std::string_view NameOf(Number number) const {
    return number.has_value() && number.value() <= names_.size()
               ? names_[number.value() - 1]
               : std::string_view();
  }
  // Forgets the name of `number`, its bytes too.
  void Erase(Number number) {
    std::string_view& name = names_[number.value() - 1];
    numbers_.erase(name);
    pool_.Wipe(name);
    name = {};
  }

 private:
  StringPool pool_;
  std::vector<std::string_view> names_;
  absl::flat_hash_map<std::string_view, Number> numbers_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_SUBJECT_NAMES_H_

// A value that changes from moment to moment and is looked up by moment: the
// terms of a program, the record of a partner.
//
//   Versions<int> price;
//   price.Add(Instant{100}, 5);
//   price.Add(Instant{200}, 7);
//   *price.At(Instant{150});       // 5
//   price.At(Instant{99});         // nullptr: nothing is in force yet
//   *price.AtOrFirst(Instant{0});  // 5
//
// A version is in force from its moment until that of the next one. Of
// versions from the same moment the one added last is in force. Pointers live
// until the next Add.
#ifndef VOUCH_PROGRAM_VERSIONS_H_
#define VOUCH_PROGRAM_VERSIONS_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"

VOUCH_NAMESPACE_BEGIN

template <typename T>
class Versions {
 public:
  void Add(Instant from, T value) {
    list_.insert(After(list_, from), Version{from, std::move(value)});
  }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }

  // Calls `each` with the moment and the value of every version, by moment; of
  // the same moment in the order added.
  template <typename Each>
  void ForEach(Each each) const {
    for (const Version& version : list_) each(version.from, version.value);
  }
  // The moment after `at` at which another version comes into force; absent:
  // none does.
  std::optional<Instant> NextAfter(Instant at) const {
    const auto after = After(list_, at);
    if (after == list_.end()) return std::nullopt;
    return after->from;
  }
  // From when the last version is in force. There must be one.
  Instant LastFrom() const { return list_.back().from; }

  // The version in force at `at`; nullptr before the first.
  const T* At(Instant at) const {
    const auto after = After(list_, at);
    return after == list_.begin() ? nullptr : &(after - 1)->value;
  }
  // The first version that `matches`; nullptr for none.
  template <typename Matches>
  const T* Find(Matches matches) const {
    for (const Version& version : list_) {
      if (matches(version.value)) return &version.value;
    }
    return nullptr;
  }
  // As At, but a moment before the first version takes the first that is ever
  // in force. There must be one.
  const T* AtOrFirst(Instant at) const {
    const T* found = At(at);
    return found != nullptr ? found : At(list_.front().from);
  }

 private:
  struct Version {
    Instant from;
    T value;
  };

  template <typename List>
  static auto After(List& list, Instant at) -> decltype(list.begin()) {
    return std::upper_bound(
        list.begin(), list.end(), at,
        [](Instant moment, const Version& v) { return moment < v.from; });
  }

  absl::InlinedVector<Version, 1> list_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_VERSIONS_H_

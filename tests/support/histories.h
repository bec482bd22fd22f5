// What the laws over random histories share: several that come in turn, and one
// that is cut down to what still fails.
#ifndef VOUCH_TESTS_SUPPORT_HISTORIES_H_
#define VOUCH_TESTS_SUPPORT_HISTORIES_H_

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// The events of all, the first of each, then the second of each, and so on.
template <typename History>
std::vector<Event> InTurn(const std::vector<History>& histories) {
  std::vector<Event> events;
  std::size_t longest = 0;
  for (const History& history : histories) {
    longest = std::max(longest, history.events.size());
  }
  for (std::size_t place = 0; place < longest; ++place) {
    for (const History& history : histories) {
      if (place < history.events.size()) {
        events.push_back(history.events[place]);
      }
    }
  }
  return events;
}

// Drops events, never the first, while `fails` holds of the rest.
template <typename Fails>
std::vector<Event> WhatStillFails(std::vector<Event> events, Fails fails) {
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (std::size_t i = events.size(); i-- > 1;) {
      std::vector<Event> fewer = events;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (!fails(fewer)) continue;
      events = std::move(fewer);
      shorter = true;
    }
  }
  return events;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_HISTORIES_H_

// A free property of a partner, a customer or a line: a key and its value, both
// texts that rules may ask for (docs/SEMANTICS.md, section 6, "Choosing").
// Borrowed; whoever keeps one says where its texts live.
#ifndef VOUCH_BASE_ATTRIBUTE_H_
#define VOUCH_BASE_ATTRIBUTE_H_

#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

struct Attribute {
  std::string_view key;
  std::string_view value;

  friend bool operator==(const Attribute& a, const Attribute& b) {
    return a.key == b.key && a.value == b.value;
  }
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_ATTRIBUTE_H_

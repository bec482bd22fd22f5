// A word of the engine and one of the schemas that have the same number.
#ifndef VOUCH_SRC_PROTO_SAME_NUMBER_H_
#define VOUCH_SRC_PROTO_SAME_NUMBER_H_

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

template <typename Ours, typename Theirs>
constexpr bool Same(Ours ours, Theirs theirs) {
  return static_cast<int>(ours) == static_cast<int>(theirs);
}

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_PROTO_SAME_NUMBER_H_

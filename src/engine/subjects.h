// The customers and visitors that an event names, in the order of its fields.
#ifndef VOUCH_SRC_ENGINE_SUBJECTS_H_
#define VOUCH_SRC_ENGINE_SUBJECTS_H_

#include <cstdint>
#include <type_traits>
#include <variant>

#include "vouch/base/config.h"
#include "vouch/base/struct_bytes.h"
#include "vouch/event/codec.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

template <typename Ref, typename Body, typename Each>
void ForEachRef(Body& body, Each each) {
  std::visit(
      [&each](auto& e) {
        ForEachField(EventFields(e), [&each](auto& field, uint64_t) {
          if constexpr (std::is_same_v<std::decay_t<decltype(field)>, Ref>) {
            each(field);
          } else {
            static_cast<void>(field);
          }
        });
      },
      body);
}

}  // namespace internal

// Calls `each` with every field that names a customer; it may be empty.
template <typename Body, typename Each>
void ForEachCustomer(Body& body, Each each) {
  internal::ForEachRef<event::CustomerRef>(body, each);
}
template <typename Body, typename Each>
void ForEachVisitor(Body& body, Each each) {
  internal::ForEachRef<event::VisitorRef>(body, each);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_SUBJECTS_H_

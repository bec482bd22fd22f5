// The customer and the visitor that an event names.
#ifndef VOUCH_SRC_ENGINE_SUBJECTS_H_
#define VOUCH_SRC_ENGINE_SUBJECTS_H_

#include <type_traits>
#include <utility>
#include <variant>

#include "vouch/base/config.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

template <typename E, typename = void>
struct HasCustomer : std::false_type {};
template <typename E>
struct HasCustomer<E, std::void_t<decltype(std::declval<E>().customer)>>
    : std::true_type {};
template <typename E, typename = void>
struct HasVisitor : std::false_type {};
template <typename E>
struct HasVisitor<E, std::void_t<decltype(std::declval<E>().visitor)>>
    : std::true_type {};

}  // namespace internal

// nullptr for an event that has no such field; the field may be empty.
inline event::CustomerRef* CustomerOf(EventBody* body) {
  return std::visit(
      [](auto& e) -> event::CustomerRef* {
        if constexpr (internal::HasCustomer<std::decay_t<decltype(e)>>::value) {
          return &e.customer;
        } else {
          return nullptr;
        }
      },
      *body);
}
inline event::VisitorRef* VisitorOf(EventBody* body) {
  return std::visit(
      [](auto& e) -> event::VisitorRef* {
        if constexpr (internal::HasVisitor<std::decay_t<decltype(e)>>::value) {
          return &e.visitor;
        } else {
          return nullptr;
        }
      },
      *body);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_SUBJECTS_H_

// All of an event as bytes, the names of people too, to compare events by.
#ifndef VOUCH_TESTS_SUPPORT_EVENT_BYTES_H_
#define VOUCH_TESTS_SUPPORT_EVENT_BYTES_H_

#include <string>

#include "vouch/base/bytes.h"
#include "vouch/base/config.h"
#include "vouch/event/codec.h"
#include "vouch/event/event.h"
#include "vouch/event/subjects.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

inline void AppendWithNames(const Event& event, std::string* out) {
  AppendCanonical(event, out);
  ByteWriter w(out);
  const auto name = [&w](const auto& ref) { w.Text(ref.id); };
  ForEachCustomer(event.body, name);
  ForEachVisitor(event.body, name);
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_EVENT_BYTES_H_

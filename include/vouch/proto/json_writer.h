// A message as JSON on one line: Protocol Buffers' JSON mapping.
//
//   proto::WriteJson(accrual)
//   // {"seq":"7","event_id":"e-7","time_us":"1704164645000000",...,"level":0}
//
// Fields stand in the order of the schema under its names ("payment_id"), enums
// are words, 64-bit integers are text (so that readers whose numbers are
// floating point cut nothing), bytes are base64. A field that has no presence
// is always written, so that a level of 0, an empty id and an empty list
// appear; an `optional` field and a message only where it is set. The same
// message gives the same bytes everywhere, without spaces or a line end. What
// vouch/proto/json_reader.h reads back is the same message.
//
// Maps, groups and fields of floating point, which the schemas do not have, are
// not written. A text that is no UTF-8 comes out with U+FFFD for its bad bytes.
#ifndef VOUCH_PROTO_JSON_WRITER_H_
#define VOUCH_PROTO_JSON_WRITER_H_

#include <string>

#include "google/protobuf/message.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Safe in any thread.
std::string WriteJson(const google::protobuf::Message& message);

// The same behind what `*out` holds, without an allocation once it is large
// enough.
void AppendJson(const google::protobuf::Message& message, std::string* out);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_JSON_WRITER_H_

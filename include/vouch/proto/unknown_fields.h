// Whether a message from binary input holds a field that this schema has not.
//
//   VOUCH_RETURN_IF_ERROR(proto::CheckNoUnknownFields(event));
//
// Protocol Buffers keeps such fields aside; an engine that ignored them could
// move other amounts than the sender meant. Text and JSON never have any: both
// readers refuse them.
#ifndef VOUCH_PROTO_UNKNOWN_FIELDS_H_
#define VOUCH_PROTO_UNKNOWN_FIELDS_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// OK, or INVALID_ARGUMENT with the path of the first message that holds one
// and the field's number: "payment.lines[2]: field 77 is not known to this
// version". Safe in any thread.
absl::Status CheckNoUnknownFields(const google::protobuf::Message& message);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_UNKNOWN_FIELDS_H_

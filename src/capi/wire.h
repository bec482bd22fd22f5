// Bytes of the caller's as messages of the lite runtime, held to what the
// full runtime's readers hold them to.
//
//   v1::Query query;
//   VOUCH_RETURN_IF_ERROR(capi::ParseQuery(bytes, &query));
//   // "statement.partner_id: not UTF-8"
//   // "statement: field 77 is not known to this version"
//
// Lite code has no descriptors, so that nobody could ask a message what it put
// aside as unknown. The bytes themselves are walked in its place, against a
// table that the build makes of the schemas (schema_table/main.cc). Two things
// stay as lenient as Protocol Buffers: a field that stands twice has its last
// value, and a number wider than its field loses its high bits.
//
// All functions are pure, print nothing and may be called from any thread.
#ifndef VOUCH_SRC_CAPI_WIRE_H_
#define VOUCH_SRC_CAPI_WIRE_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/v1/engine.pb.h"
#include "vouch/v1/event.pb.h"
#include "vouch/v1/program.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace capi {

// The bytes of each event of a vouch.v1.Batch, borrowed from `batch`.
// INVALID_ARGUMENT, naming `batch`, where its frame is broken or holds more
// than events; what is inside the events is not looked at.
absl::Status SplitBatch(std::string_view batch,
                        std::vector<std::string_view>* events);

// Each replaces `*message`; INVALID_ARGUMENT names the field, or for bytes that
// are no such message the whole ("event: ...").
absl::Status ParseEvent(std::string_view bytes, v1::Event* message);
absl::Status ParseProgram(std::string_view bytes, v1::Program* message);
absl::Status ParseQuery(std::string_view bytes, v1::Query* message);

}  // namespace capi

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CAPI_WIRE_H_

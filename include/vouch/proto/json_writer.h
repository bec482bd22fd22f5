// A message as JSON on one line: Protocol Buffers' JSON mapping.
//
//   proto::JsonWriter writer;
//   std::string out;
//   for (const v1::Accrual& accrual : accruals) {
//     writer.Append(accrual, &out);
//     out += '\n';
//   }
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

#include <memory>
#include <string>

#include "google/protobuf/message.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Keeps what it learned of the schemas, so one writer should write many
// messages. Not thread-safe.
class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(JsonWriter&&) noexcept;
  JsonWriter& operator=(JsonWriter&&) noexcept;

  // Puts `message` behind what `*out` holds.
  void Append(const google::protobuf::Message& message, std::string* out);

 private:
  class State;
  std::unique_ptr<State> state_;
};

// The same with a writer for one message. Safe in any thread.
std::string WriteJson(const google::protobuf::Message& message);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_JSON_WRITER_H_

// Strict JSON into a message: Protocol Buffers' JSON mapping, without its
// leniencies (docs/SEMANTICS.md, section 3).
//
//   proto::JsonReader reader;
//   v1::Event event;
//   absl::Status status = reader.Read(line, &event);
//   // "payment.lines[2].amount_minor: is past 64 bits"
//   // "byte 17: syntax error while parsing value - unexpected '}'"
//
// What is read: a field by the schema's name or its JSON name; an integer as
// number or text, a whole number in any spelling ("1e3", "1.0") by its exact
// value; an enum by word or number; bytes as base64, either alphabet; `null`
// as "not set". One comfort: a 64-bit field whose name ends in `_us` also reads
// RFC 3339 text.
//
// What is refused: a key twice, also under a field's two names; an unknown
// field, word or number of an enum; a second member of a oneof; a wrong type; a
// number past its range or with a fraction; NaN and Infinity; comments,
// trailing commas, single quotes; bytes after the document, a byte order mark,
// a NUL byte, invalid UTF-8; more depth than kMaxJsonDepth. Maps, groups and
// fields of floating point, which the schemas do not have, are not read.
#ifndef VOUCH_PROTO_JSON_READER_H_
#define VOUCH_PROTO_JSON_READER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// Objects within objects; the schemas need less than half of it.
inline constexpr std::size_t kMaxJsonDepth = 32;

// Keeps the names of the fields that it met, so one reader should read many
// documents. Not thread-safe.
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // Replaces `*message` by the JSON object `text`. INVALID_ARGUMENT with the
  // path by the schema's names, or with the byte (from 1) for what is no JSON;
  // `*message` is then empty.
  absl::Status Read(std::string_view text, google::protobuf::Message* message);

 private:
  class State;
  std::unique_ptr<State> state_;
};

// The same with a reader for one document. Safe in any thread.
absl::Status ReadJson(std::string_view text,
                      google::protobuf::Message* message);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_JSON_READER_H_

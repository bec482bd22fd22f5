#include "vouch/proto/unknown_fields.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The path is built on the way back, so that a good message costs no text.
struct Found {
  int number = 0;
  std::string path;

  void Within(const std::string& step) {
    path = path.empty() ? step : absl::StrCat(step, ".", path);
  }
};

// The schema bounds the depth: no message of it holds itself, and a parser has
// bounded that of others.
bool FindUnknown(const Message& message, Found* found) {
  const Reflection& reflection = *message.GetReflection();
  const auto& unknown = reflection.GetUnknownFields(message);
  if (!unknown.empty()) {
    found->number = unknown.field(0).number();
    return true;
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!FindUnknown(reflection.GetMessage(message, field), found)) continue;
      found->Within(field->name());
      return true;
    }
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      if (FindUnknown(reflection.GetRepeatedMessage(message, field, i),
                      found)) {
        found->Within(absl::StrCat(field->name(), "[", i, "]"));
        return true;
      }
    }
  }
  return false;
}

}  // namespace

absl::Status CheckNoUnknownFields(const Message& message) {
  Found found;
  if (!FindUnknown(message, &found)) return absl::OkStatus();
  if (found.path.empty()) found.path = "record";
  return InvalidField(
      found.path,
      absl::StrCat("field ", found.number, " is not known to this version"));
}

}  // namespace proto

VOUCH_NAMESPACE_END

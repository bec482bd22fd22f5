#include "vouch/proto/json_writer.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Whether a byte of a text can be written as it is, whatever stands beside it.
constexpr bool IsPlain(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void AppendEscape(char c, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  const std::size_t place = kShort.find(c);
  *out += '\\';
  if (place != std::string_view::npos) {
    *out += kLetters[place];
    return;
  }
  const auto byte = static_cast<uint8_t>(c);
  *out += "u00";
  *out += kHex[byte >> 4];
  *out += kHex[byte & 0xf];
}

void AppendText(std::string_view text, std::string* out) {
  *out += '"';
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && IsPlain(text[end])) ++end;
    out->append(text.data() + at, end - at);
    at = end;
    if (at == text.size()) break;
    if (static_cast<uint8_t>(text[at]) < 0x80) {
      AppendEscape(text[at++], out);
      continue;
    }
    const std::size_t length = internal::Utf8Length(text, at);
    if (length == 0) {
      *out += "\xef\xbf\xbd";
      ++at;
    } else {
      out->append(text.data() + at, length);
      at += length;
    }
  }
  *out += '"';
}

template <typename Integer>
void AppendQuoted(Integer value, std::string* out) {
  *out += '"';
  absl::StrAppend(out, value);
  *out += '"';
}

void AppendEnum(const FieldDescriptor& field, int number, std::string* out) {
  const EnumValueDescriptor* value =
      field.enum_type()->FindValueByNumber(number);
  if (value == nullptr) {
    absl::StrAppend(out, number);
  } else {
    *out += '"';
    *out += value->name();
    *out += '"';
  }
}

void AppendString(const FieldDescriptor& field, const std::string& value,
                  std::string* out) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    *out += '"';
    *out += absl::Base64Escape(value);
    *out += '"';
  } else {
    AppendText(value, out);
  }
}

// Writes one message; one place knows how to get a value of each type, alone
// or in a list.
class MessageWriter {
 public:
  MessageWriter(const Message& message, std::string* out)
      : message_(message), reflection_(*message.GetReflection()), out_(*out) {}

  void Write() {
    const Descriptor& type = *message_.GetDescriptor();
    out_ += '{';
    for (int i = 0; i < type.field_count(); ++i) Field(*type.field(i));
    out_ += '}';
  }

 private:
  void Field(const FieldDescriptor& field) {
    if (field.is_repeated()) {
      Name(field);
      List(field);
    } else if (!field.has_presence() ||
               reflection_.HasField(message_, &field)) {
      Name(field);
      Value(field);
    }
  }

  void Name(const FieldDescriptor& field) {
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += field.name();
    out_ += "\":";
  }

  void Value(const FieldDescriptor& field) {
    std::string scratch;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        absl::StrAppend(&out_, reflection_.GetInt32(message_, &field));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        absl::StrAppend(&out_, reflection_.GetUInt32(message_, &field));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        AppendQuoted(reflection_.GetInt64(message_, &field), &out_);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        AppendQuoted(reflection_.GetUInt64(message_, &field), &out_);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += reflection_.GetBool(message_, &field) ? "true" : "false";
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        AppendEnum(field, reflection_.GetEnumValue(message_, &field), &out_);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        AppendString(field,
                     reflection_.GetStringReference(message_, &field, &scratch),
                     &out_);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        MessageWriter(reflection_.GetMessage(message_, &field), &out_).Write();
        break;
      default:
        out_ += "null";
    }
  }

  void List(const FieldDescriptor& field) {
    const int size = reflection_.FieldSize(message_, &field);
    out_ += '[';
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_ += ',';
      Item(field, i);
    }
    out_ += ']';
  }

  void Item(const FieldDescriptor& field, int i) {
    std::string scratch;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        absl::StrAppend(&out_,
                        reflection_.GetRepeatedInt32(message_, &field, i));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        absl::StrAppend(&out_,
                        reflection_.GetRepeatedUInt32(message_, &field, i));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        AppendQuoted(reflection_.GetRepeatedInt64(message_, &field, i), &out_);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        AppendQuoted(reflection_.GetRepeatedUInt64(message_, &field, i), &out_);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ +=
            reflection_.GetRepeatedBool(message_, &field, i) ? "true" : "false";
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        AppendEnum(field, reflection_.GetRepeatedEnumValue(message_, &field, i),
                   &out_);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        AppendString(field,
                     reflection_.GetRepeatedStringReference(message_, &field, i,
                                                            &scratch),
                     &out_);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        MessageWriter(reflection_.GetRepeatedMessage(message_, &field, i),
                      &out_)
            .Write();
        break;
      default:
        out_ += "null";
    }
  }

  const Message& message_;
  const Reflection& reflection_;
  std::string& out_;
};

}  // namespace

std::string WriteJson(const Message& message) {
  std::string out;
  AppendJson(message, &out);
  return out;
}

void AppendJson(const Message& message, std::string* out) {
  MessageWriter(message, out).Write();
}

}  // namespace proto

VOUCH_NAMESPACE_END

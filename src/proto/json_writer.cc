#include "vouch/proto/json_writer.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
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
    const std::size_t length = vouch::internal::Utf8Length(text, at);
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

void AppendBytes(std::string_view bytes, std::string* out) {
  *out += '"';
  *out += absl::Base64Escape(ToAbsl(bytes));
  *out += '"';
}

// What is to be known of a field, looked up once.
struct FieldPlan {
  const FieldDescriptor* field;
  FieldDescriptor::CppType type;
  bool repeated;
  bool has_presence;
  bool is_bytes;
  std::string first_name;               // "\"name\":"
  std::string name;                     // ",\"name\":"
  std::vector<std::string> enum_words;  // by number, quoted; "" for none
};

using Plan = std::vector<FieldPlan>;

// An enum's numbers are small; one past this is written as a number.
constexpr int kMaxEnumNumber = 1000;

std::vector<std::string> EnumWords(const FieldDescriptor& field) {
  std::vector<std::string> words;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const EnumValueDescriptor& value = *field.enum_type()->value(i);
    if (value.number() < 0 || value.number() > kMaxEnumNumber) continue;
    const auto number = static_cast<std::size_t>(value.number());
    if (words.size() <= number) words.resize(number + 1);
    if (words[number].empty()) {
      words[number] = absl::StrCat("\"", value.name(), "\"");
    }
  }
  return words;
}

FieldPlan PlanOf(const FieldDescriptor& field) {
  FieldPlan plan;
  plan.field = &field;
  plan.type = field.cpp_type();
  plan.repeated = field.is_repeated();
  plan.has_presence = field.has_presence();
  plan.is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
  plan.first_name = absl::StrCat("\"", field.name(), "\":");
  plan.name = absl::StrCat(",", plan.first_name);
  if (plan.type == FieldDescriptor::CPPTYPE_ENUM) {
    plan.enum_words = EnumWords(field);
  }
  return plan;
}

void AppendEnum(const FieldPlan& plan, int number, std::string* out) {
  const auto place = static_cast<std::size_t>(number);
  if (number >= 0 && place < plan.enum_words.size() &&
      !plan.enum_words[place].empty()) {
    *out += plan.enum_words[place];
  } else {
    absl::StrAppend(out, number);
  }
}

}  // namespace

class JsonWriter::State {
 public:
  void Append(const Message& message, std::string* out) {
    const Reflection& reflection = *message.GetReflection();
    bool first = true;
    *out += '{';
    for (const FieldPlan& plan : PlanFor(message)) {
      if (!plan.repeated && plan.has_presence &&
          !reflection.HasField(message, plan.field)) {
        continue;
      }
      *out += first ? plan.first_name : plan.name;
      first = false;
      if (plan.repeated) {
        List(message, reflection, plan, out);
      } else {
        Value(message, reflection, plan, out);
      }
    }
    *out += '}';
  }

 private:
  // A plan stays where it is when further ones are made.
  const Plan& PlanFor(const Message& message) {
    const Descriptor* const type = message.GetDescriptor();
    if (type == last_type_) return *last_plan_;
    std::unique_ptr<Plan>& plan = plans_[type];
    if (plan == nullptr) {
      plan = std::make_unique<Plan>();
      for (int i = 0; i < type->field_count(); ++i) {
        plan->push_back(PlanOf(*type->field(i)));
      }
    }
    last_type_ = type;
    last_plan_ = plan.get();
    return *plan;
  }

  void Text(const FieldPlan& plan, const std::string& text, std::string* out) {
    if (plan.is_bytes) {
      AppendBytes(text, out);
    } else {
      AppendText(text, out);
    }
  }

  void Value(const Message& message, const Reflection& reflection,
             const FieldPlan& plan, std::string* out) {
    const FieldDescriptor* const field = plan.field;
    switch (plan.type) {
      case FieldDescriptor::CPPTYPE_INT32:
        absl::StrAppend(out, reflection.GetInt32(message, field));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        absl::StrAppend(out, reflection.GetUInt32(message, field));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        AppendQuoted(reflection.GetInt64(message, field), out);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        AppendQuoted(reflection.GetUInt64(message, field), out);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        *out += reflection.GetBool(message, field) ? "true" : "false";
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        AppendEnum(plan, reflection.GetEnumValue(message, field), out);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        Text(plan, reflection.GetStringReference(message, field, &scratch_),
             out);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Append(reflection.GetMessage(message, field), out);
        break;
      default:
        *out += "null";
    }
  }

  void List(const Message& message, const Reflection& reflection,
            const FieldPlan& plan, std::string* out) {
    const int size = reflection.FieldSize(message, plan.field);
    *out += '[';
    for (int i = 0; i < size; ++i) {
      if (i > 0) *out += ',';
      Item(message, reflection, plan, i, out);
    }
    *out += ']';
  }

  void Item(const Message& message, const Reflection& reflection,
            const FieldPlan& plan, int i, std::string* out) {
    const FieldDescriptor* const field = plan.field;
    switch (plan.type) {
      case FieldDescriptor::CPPTYPE_INT32:
        absl::StrAppend(out, reflection.GetRepeatedInt32(message, field, i));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        absl::StrAppend(out, reflection.GetRepeatedUInt32(message, field, i));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        AppendQuoted(reflection.GetRepeatedInt64(message, field, i), out);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        AppendQuoted(reflection.GetRepeatedUInt64(message, field, i), out);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        *out +=
            reflection.GetRepeatedBool(message, field, i) ? "true" : "false";
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        AppendEnum(plan, reflection.GetRepeatedEnumValue(message, field, i),
                   out);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        Text(
            plan,
            reflection.GetRepeatedStringReference(message, field, i, &scratch_),
            out);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Append(reflection.GetRepeatedMessage(message, field, i), out);
        break;
      default:
        *out += "null";
    }
  }

  absl::flat_hash_map<const Descriptor*, std::unique_ptr<Plan>> plans_;
  const Descriptor* last_type_ = nullptr;
  const Plan* last_plan_ = nullptr;
  std::string scratch_;
};

JsonWriter::JsonWriter() : state_(std::make_unique<State>()) {}
JsonWriter::~JsonWriter() = default;
JsonWriter::JsonWriter(JsonWriter&&) noexcept = default;
JsonWriter& JsonWriter::operator=(JsonWriter&&) noexcept = default;

void JsonWriter::Append(const Message& message, std::string* out) {
  state_->Append(message, out);
}

std::string WriteJson(const Message& message) {
  std::string out;
  JsonWriter().Append(message, &out);
  return out;
}

}  // namespace proto

VOUCH_NAMESPACE_END

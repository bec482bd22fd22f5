#include "vouch/proto/json_reader.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/json_number.h"
#include "vouch/base/instant.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

// A field by either of its names.
using FieldNames = absl::flat_hash_map<std::string, const FieldDescriptor*>;

FieldNames NamesOf(const Descriptor& descriptor) {
  FieldNames names;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    names.emplace(field->json_name(), field);
    names.emplace(field->name(), field);
  }
  return names;
}

// One object that is being read.
struct Frame {
  Message* message = nullptr;
  const FieldNames* names = nullptr;
  const FieldDescriptor* field = nullptr;  // of the value that comes next
  int index = -1;                          // of that value in a list
  absl::InlinedVector<uint64_t, 2> seen;   // a bit a field

  // Marks the field; false if it was marked.
  bool MarkSeen() {
    const auto place = static_cast<std::size_t>(field->index());
    const uint64_t bit = uint64_t{1} << (place % 64);
    if (seen.size() <= place / 64) seen.resize(place / 64 + 1);
    if ((seen[place / 64] & bit) != 0) return false;
    seen[place / 64] |= bit;
    return true;
  }
};

// Somebody else's text in a message of ours: short and printable.
std::string Shown(std::string_view text) {
  constexpr std::size_t kMost = 64;
  const std::string shown =
      absl::Utf8SafeCEscape(ToAbsl(text.substr(0, kMost)));
  return absl::StrCat("\"", shown, text.size() > kMost ? "...\"" : "\"");
}

// What nlohmann's message says beside its own name, the place and the input.
// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax
// error while parsing ...; last read: '...'", or "[...] number overflow parsing
// '1e999'".
std::string_view SyntaxReason(std::string_view what) {
  const std::size_t column = what.find(", column ");
  if (column == std::string_view::npos) return "a number out of range";
  const std::size_t begin = what.find(": ", column);
  if (begin != std::string_view::npos) what.remove_prefix(begin + 2);
  return what.substr(0, what.find("; last read:"));
}

std::string_view TypeName(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "an object";
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? "base64 text"
                                                         : "a text";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "a word";
    default:
      return "a whole number";
  }
}

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

}  // namespace

// The handler of nlohmann's event parser: each call is one token, false stops
// the parser. It never throws: errors come as calls too.
class JsonReader::State {
 public:
  absl::Status Read(std::string_view text, Message* message) {
    status_ = absl::OkStatus();
    depth_ = 0;
    root_ = message;
    message->Clear();
    CheckBytes(text);
    if (status_.ok()) {
      nlohmann::json::sax_parse(text.begin(), text.end(), this);
    }
    if (!status_.ok()) message->Clear();
    return status_;
  }

  // ------------------------------------------ the calls of the parser

  bool null() {  // NOLINT(readability-identifier-naming)
    if (depth_ == 0) return WrongDocument();
    if (top().index >= 0) return Wrong("null in a list");
    return true;
  }
  bool boolean(bool value) {
    if (!Expect(FieldDescriptor::CPPTYPE_BOOL)) return false;
    const Reflection& reflection = *top().message->GetReflection();
    if (top().index >= 0) {
      reflection.AddBool(top().message, top().field, value);
    } else {
      reflection.SetBool(top().message, top().field, value);
    }
    return Done();
  }
  bool number_integer(int64_t value) {
    const bool negative = value < 0;
    const auto bits = static_cast<uint64_t>(value);
    return Whole({negative, negative ? uint64_t{0} - bits : bits});
  }
  bool number_unsigned(uint64_t value) { return Whole({false, value}); }
  // Also a whole number past 64 bits. The text counts, never the double.
  bool number_float(double /*rounded*/, const std::string& text) {
    if (!BeginValue()) return false;
    if (!IsInteger(*top().field) &&
        top().field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM) {
      return WrongType();
    }
    return WholeText(text);
  }
  bool string(std::string& text) {
    if (!BeginValue()) return false;
    const FieldDescriptor& field = *top().field;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return Text(text);
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumWord(text);
      default:
        return IsInteger(field) ? WholeText(text) : WrongType();
    }
  }
  // Only of nlohmann's binary formats, which are not read.
  bool binary(nlohmann::json::binary_t& /*bytes*/) { return WrongDocument(); }

  bool start_object(std::size_t /*size*/) {
    if (depth_ == 0) {
      Push(root_);
      return true;
    }
    if (!Expect(FieldDescriptor::CPPTYPE_MESSAGE)) return false;
    if (top().field->is_map()) return Wrong("maps are not read");
    if (depth_ == kMaxJsonDepth) return Wrong("nested too deep");
    Message* parent = top().message;
    const Reflection& reflection = *parent->GetReflection();
    Push(top().index >= 0 ? reflection.AddMessage(parent, top().field)
                          : reflection.MutableMessage(parent, top().field));
    return true;
  }
  bool key(const std::string& name) {
    const auto found = top().names->find(name);
    top().index = -1;
    if (found == top().names->end()) {
      top().field = nullptr;
      return WrongAt(
          absl::StrCat(Path(), Path().empty() ? "" : ".", ShownName(name)),
          "unknown field");
    }
    top().field = found->second;
    if (!top().MarkSeen()) return Wrong("given twice");
    return true;
  }
  bool end_object() {
    --depth_;
    return depth_ == 0 || Done();
  }
  bool start_array(std::size_t /*size*/) {
    if (depth_ == 0) return WrongDocument();
    if (!top().field->is_repeated() || top().index >= 0) return WrongType();
    top().index = 0;
    return true;
  }
  bool end_array() {
    top().index = -1;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& error) {
    return WrongAt(absl::StrCat("byte ", position), SyntaxReason(error.what()));
  }

 private:
  Frame& top() { return frames_[depth_ - 1]; }

  void Push(Message* message) {
    if (frames_.size() == depth_) frames_.emplace_back();
    Frame& frame = frames_[depth_++];
    frame.message = message;
    frame.field = nullptr;
    frame.index = -1;
    frame.seen.clear();
    const Descriptor* descriptor = message->GetDescriptor();
    std::unique_ptr<FieldNames>& names = names_[descriptor];
    if (names == nullptr) {
      names = std::make_unique<FieldNames>(NamesOf(*descriptor));
    }
    frame.names = names.get();
  }

  // The parser takes both as if they were not there.
  void CheckBytes(std::string_view text) {
    if (text.substr(0, 3) == "\xef\xbb\xbf") {
      WrongAt("byte 1", "a byte order mark");
    } else if (text.find('\0') != std::string_view::npos) {
      WrongAt(absl::StrCat("byte ", text.find('\0') + 1), "a NUL byte");
    }
  }

  std::string Path() {
    std::string path;
    for (std::size_t i = 0; i < depth_; ++i) {
      if (frames_[i].field == nullptr) continue;
      if (!path.empty()) path += '.';
      path += frames_[i].field->name();
      if (frames_[i].index >= 0)
        absl::StrAppend(&path, "[", frames_[i].index, "]");
    }
    return path;
  }

  // A good name stands bare in a path, another one quoted.
  static std::string ShownName(std::string_view name) {
    const std::string shown = Shown(name);
    return absl::ascii_isalnum(
               static_cast<unsigned char>(name.empty() ? ' ' : name.front())) &&
                   shown.size() == name.size() + 2
               ? std::string(name)
               : shown;
  }

  bool WrongAt(std::string_view field, std::string_view reason) {
    if (status_.ok()) status_ = InvalidField(field, reason);
    return false;
  }
  bool Wrong(std::string_view reason) { return WrongAt(Path(), reason); }
  bool WrongDocument() { return WrongAt("document", "is not an object"); }
  bool WrongType() {
    const FieldDescriptor& field = *top().field;
    if (field.is_repeated() && top().index < 0) return Wrong("is not a list");
    return Wrong(absl::StrCat("is not ", ToAbsl(TypeName(field))));
  }

  // Called at each value: in its place, and alone in its oneof.
  bool BeginValue() {
    if (depth_ == 0) return WrongDocument();
    const FieldDescriptor& field = *top().field;
    if (field.is_repeated() != (top().index >= 0)) return WrongType();
    const OneofDescriptor* oneof = field.real_containing_oneof();
    if (oneof == nullptr) return true;
    const Reflection& reflection = *top().message->GetReflection();
    const FieldDescriptor* other =
        reflection.GetOneofFieldDescriptor(*top().message, oneof);
    if (other == nullptr) return true;
    return Wrong(
        absl::StrCat("stands beside ", other->name(), "; give one of them"));
  }
  bool Expect(FieldDescriptor::CppType type) {
    if (!BeginValue()) return false;
    return top().field->cpp_type() == type || WrongType();
  }
  bool Done() {
    if (top().index >= 0) ++top().index;
    return true;
  }

  bool Whole(WholeNumber number) {
    if (!BeginValue()) return false;
    return StoreWhole(number);
  }

  bool WholeText(const std::string& text) {
    WholeNumber number;
    switch (ParseWholeNumber(text, &number)) {
      case NumberProblem::kNone:
        return StoreWhole(number);
      case NumberProblem::kNotWhole:
        return Wrong("is not a whole number");
      case NumberProblem::kTooLarge:
        return Wrong("is past 64 bits");
      case NumberProblem::kNoNumber:
        break;
    }
    const FieldDescriptor& field = *top().field;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_INT64 ||
        !absl::EndsWith(field.name(), "_us")) {
      return WrongType();
    }
    const absl::StatusOr<Instant> instant = ParseInstant(text);
    if (!instant.ok()) {
      return Wrong(
          ToStd(instant.status().message()).substr(sizeof("time: ") - 1));
    }
    StoreInt64(instant->us);
    return Done();
  }

  bool StoreWhole(WholeNumber number) {
    Message* message = top().message;
    const FieldDescriptor* field = top().field;
    const Reflection& reflection = *message->GetReflection();
    const bool is_listed = top().index >= 0;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT64:
        if (!FitsSigned(number, std::numeric_limits<int64_t>::max())) {
          return Wrong("is past 64 bits");
        }
        StoreInt64(Signed(number));
        return Done();
      case FieldDescriptor::CPPTYPE_INT32: {
        if (!FitsSigned(number, std::numeric_limits<int32_t>::max())) {
          return Wrong("is past 32 bits");
        }
        const auto value = static_cast<int32_t>(Signed(number));
        is_listed ? reflection.AddInt32(message, field, value)
                  : reflection.SetInt32(message, field, value);
        return Done();
      }
      case FieldDescriptor::CPPTYPE_UINT64:
        if (number.negative && number.magnitude != 0)
          return Wrong("is negative");
        is_listed ? reflection.AddUInt64(message, field, number.magnitude)
                  : reflection.SetUInt64(message, field, number.magnitude);
        return Done();
      case FieldDescriptor::CPPTYPE_UINT32: {
        if (number.negative && number.magnitude != 0)
          return Wrong("is negative");
        if (number.magnitude > std::numeric_limits<uint32_t>::max()) {
          return Wrong("is past 32 bits");
        }
        const auto value = static_cast<uint32_t>(number.magnitude);
        is_listed ? reflection.AddUInt32(message, field, value)
                  : reflection.SetUInt32(message, field, value);
        return Done();
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumNumber(number);
      default:
        return WrongType();
    }
  }

  // `most` is that of the signed type; its least is one further from zero.
  static bool FitsSigned(WholeNumber number, int64_t most) {
    return number.magnitude <=
           static_cast<uint64_t>(most) + (number.negative ? 1 : 0);
  }
  static int64_t Signed(WholeNumber number) {
    return static_cast<int64_t>(number.negative ? uint64_t{0} - number.magnitude
                                                : number.magnitude);
  }

  void StoreInt64(int64_t value) {
    const Reflection& reflection = *top().message->GetReflection();
    if (top().index >= 0) {
      reflection.AddInt64(top().message, top().field, value);
    } else {
      reflection.SetInt64(top().message, top().field, value);
    }
  }

  bool Text(std::string& text) {
    Message* message = top().message;
    const FieldDescriptor* field = top().field;
    const Reflection& reflection = *message->GetReflection();
    if (field->type() == FieldDescriptor::TYPE_BYTES && !FromBase64(&text)) {
      return WrongType();
    }
    if (top().index >= 0) {
      reflection.AddString(message, field, std::move(text));
    } else {
      reflection.SetString(message, field, std::move(text));
    }
    return Done();
  }

  // Abseil skips spaces, which are no base64 here.
  static bool FromBase64(std::string* text) {
    std::string bytes;
    if (text->find_first_of(" \t\r\n\v\f") != std::string::npos) return false;
    if (!absl::Base64Unescape(*text, &bytes) &&
        !absl::WebSafeBase64Unescape(*text, &bytes)) {
      return false;
    }
    *text = std::move(bytes);
    return true;
  }

  bool EnumWord(const std::string& word) {
    const EnumValueDescriptor* value =
        top().field->enum_type()->FindValueByName(word);
    if (value == nullptr) {
      return Wrong(absl::StrCat(Shown(word), " is not a word of ",
                                top().field->enum_type()->name()));
    }
    return StoreEnum(value);
  }
  bool EnumNumber(WholeNumber number) {
    const EnumValueDescriptor* value = nullptr;
    if (FitsSigned(number, std::numeric_limits<int32_t>::max())) {
      value = top().field->enum_type()->FindValueByNumber(
          static_cast<int>(Signed(number)));
    }
    if (value == nullptr) {
      return Wrong(absl::StrCat(number.negative ? "-" : "", number.magnitude,
                                " is not a number of ",
                                top().field->enum_type()->name()));
    }
    return StoreEnum(value);
  }
  bool StoreEnum(const EnumValueDescriptor* value) {
    const Reflection& reflection = *top().message->GetReflection();
    if (top().index >= 0) {
      reflection.AddEnum(top().message, top().field, value);
    } else {
      reflection.SetEnum(top().message, top().field, value);
    }
    return Done();
  }

  absl::flat_hash_map<const Descriptor*, std::unique_ptr<FieldNames>> names_;
  std::vector<Frame> frames_;  // the first `depth_` are open
  std::size_t depth_ = 0;
  Message* root_ = nullptr;
  absl::Status status_;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

absl::Status JsonReader::Read(std::string_view text, Message* message) {
  return state_->Read(text, message);
}

absl::Status ReadJson(std::string_view text, Message* message) {
  return JsonReader().Read(text, message);
}

}  // namespace proto

VOUCH_NAMESPACE_END

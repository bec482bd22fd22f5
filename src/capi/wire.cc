#include "capi/wire.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/wire_format_lite.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

namespace capi {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

enum class FieldKind : uint8_t { kNumber, kNumbers, kText, kBytes, kMessage };

struct SchemaField {
  int number;
  FieldKind kind;
  bool is_repeated;
  int message;  // of a kMessage: its place in kMessages
  const char* name;
};

struct SchemaMessage {
  int first_field;
  int field_count;
};

// kFields, kMessages and the place of each message that comes in.
#include "schema_table.inc"

// More than the schemas nest; a schema that holds itself ends here.
constexpr int kMaxDepth = 32;

const SchemaField* FindField(int message, int number) {
  const SchemaMessage& of = kMessages[message];
  for (const SchemaField& field : absl::MakeConstSpan(kFields).subspan(
           static_cast<std::size_t>(of.first_field),
           static_cast<std::size_t>(of.field_count))) {
    if (field.number == number) return &field;
  }
  return nullptr;
}

// Several numbers may also stand in one packed field.
bool Fits(FieldKind kind, WireFormatLite::WireType type) {
  const bool is_number = type == WireFormatLite::WIRETYPE_VARINT;
  const bool is_length = type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  if (kind == FieldKind::kNumber) return is_number;
  return kind == FieldKind::kNumbers ? is_number || is_length : is_length;
}

// What is wrong, and where from the message inside on: the path is put before
// it on the way back, so that good bytes cost no text.
struct Problem {
  std::string path;
  std::string reason;

  bool Is(std::string text) {
    reason = std::move(text);
    return false;
  }
  bool Within(const SchemaField& field, int place) {
    std::string step = field.name;
    if (field.is_repeated) absl::StrAppend(&step, "[", place, "]");
    path = path.empty() ? step : absl::StrCat(step, ".", path);
    return false;
  }
};

constexpr char kTorn[] = "not the bytes of a message";

// Reads a length and the bytes behind it.
bool TakeBytes(std::string_view whole, CodedInputStream* input,
               std::string_view* bytes) {
  uint32_t size = 0;
  if (!input->ReadVarint32(&size)) return false;
  const auto at = static_cast<std::size_t>(input->CurrentPosition());
  if (size > whole.size() - at) return false;
  *bytes = whole.substr(at, size);
  return input->Skip(static_cast<int>(size));
}

CodedInputStream InputOf(std::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
}

class Checker {
 public:
  bool Check(std::string_view bytes, int message, int depth) {
    if (depth > kMaxDepth) return problem_.Is("nested too deep");
    CodedInputStream input = InputOf(bytes);
    Places places;
    while (const uint32_t tag = input.ReadTag()) {
      const int number = WireFormatLite::GetTagFieldNumber(tag);
      const SchemaField* field = FindField(message, number);
      if (field == nullptr ||
          !Fits(field->kind, WireFormatLite::GetTagWireType(tag))) {
        return problem_.Is(
            absl::StrCat("field ", number, " is not known to this version"));
      }
      const int place = field->is_repeated ? places.Next(number) : 0;
      if (!CheckValue(bytes, *field, tag, depth, &input)) {
        return problem_.Within(*field, place);
      }
    }
    return input.ConsumedEntireMessage() &&
                   input.CurrentPosition() == static_cast<int>(bytes.size())
               ? true
               : problem_.Is(kTorn);
  }

  const Problem& problem() const { return problem_; }

 private:
  // How often each repeated field stood; few numbers, so a list does.
  class Places {
   public:
    int Next(int number) {
      for (auto& [known, count] : counts_) {
        if (known == number) return count++;
      }
      counts_.emplace_back(number, 1);
      return 0;
    }

   private:
    std::vector<std::pair<int, int>> counts_;
  };

  bool CheckValue(std::string_view bytes, const SchemaField& field,
                  uint32_t tag, int depth, CodedInputStream* input) {
    if (WireFormatLite::GetTagWireType(tag) ==
        WireFormatLite::WIRETYPE_VARINT) {
      uint64_t ignored;
      return input->ReadVarint64(&ignored) || problem_.Is(kTorn);
    }
    std::string_view value;
    if (!TakeBytes(bytes, input, &value)) return problem_.Is(kTorn);
    switch (field.kind) {
      case FieldKind::kText:
        return IsUtf8(value) || problem_.Is("not UTF-8");
      case FieldKind::kMessage:
        return Check(value, field.message, depth + 1);
      case FieldKind::kNumbers:
        return CheckPacked(value);
      default:
        return true;
    }
  }

  bool CheckPacked(std::string_view value) {
    CodedInputStream numbers = InputOf(value);
    uint64_t ignored;
    while (numbers.CurrentPosition() < static_cast<int>(value.size())) {
      if (!numbers.ReadVarint64(&ignored)) return problem_.Is(kTorn);
    }
    return true;
  }

  Problem problem_;
};

// `whole` names the message itself.
template <typename Message>
absl::Status Parse(std::string_view bytes, int place, std::string_view whole,
                   Message* message) {
  Checker checker;
  if (!checker.Check(bytes, place, 0)) {
    const Problem& problem = checker.problem();
    return InvalidField(problem.path.empty() ? whole : problem.path,
                        problem.reason);
  }
  // What the walk let pass is read; should a runtime think otherwise, it would
  // say so on standard error too.
  const google::protobuf::LogSilencer silence;
  if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  return InvalidField(whole, kTorn);
}

}  // namespace

absl::Status SplitBatch(std::string_view batch,
                        std::vector<std::string_view>* events) {
  constexpr uint32_t kEventsTag = v1::Batch::kEventsFieldNumber << 3 |
                                  WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  CodedInputStream input = InputOf(batch);
  while (input.CurrentPosition() < static_cast<int>(batch.size())) {
    const uint32_t tag = input.ReadTag();
    if (tag == 0) return InvalidField("batch", kTorn);
    if (tag != kEventsTag) {
      return InvalidField(
          "batch",
          absl::StrCat("field ", WireFormatLite::GetTagFieldNumber(tag),
                       " is not known to this version"));
    }
    std::string_view event;
    if (!TakeBytes(batch, &input, &event)) return InvalidField("batch", kTorn);
    events->push_back(event);
  }
  return absl::OkStatus();
}

absl::Status ParseEvent(std::string_view bytes, v1::Event* message) {
  return Parse(bytes, kEventPlace, "event", message);
}

absl::Status ParseProgram(std::string_view bytes, v1::Program* message) {
  return Parse(bytes, kProgramPlace, "program", message);
}

absl::Status ParseQuery(std::string_view bytes, v1::Query* message) {
  return Parse(bytes, kQueryPlace, "query", message);
}

}  // namespace capi

VOUCH_NAMESPACE_END

#include "vouch/proto/program_file.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/text_format.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/program/program.h"
#include "vouch/proto/convert_program.h"
#include "vouch/proto/json_reader.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

// Messages within messages; the schema needs less than half of it.
constexpr int kMaxTextDepth = 32;

// The parser counts lines and columns from 0.
class Collector : public google::protobuf::io::ErrorCollector {
 public:
  explicit Collector(Mistakes* mistakes) : mistakes_(*mistakes) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    mistakes_.Add(absl::StrCat("line ", line + 1, ":", column + 1), message);
  }

 private:
  Mistakes& mistakes_;
};

// Reading, converting and building, each as far as the one before allows.
absl::StatusOr<ProgramSpec> Finish(const v1::Program& program,
                                   Mistakes* mistakes) {
  ProgramSpec spec;
  ConvertProgram(program, &spec, mistakes);
  if (Program::Build(spec, mistakes) == nullptr) return mistakes->ToStatus();
  return spec;
}

bool IsTooLong(std::string_view text, Mistakes* mistakes) {
  if (text.size() <= kMaxProgramBytes) return false;
  mistakes->Add("program",
                absl::StrCat("longer than ", kMaxProgramBytes, " bytes"));
  return true;
}

std::string PlaceOf(std::string_view text, std::size_t at) {
  std::size_t line = 1;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < at; ++i) {
    if (text[i] != '\n') continue;
    ++line;
    begin = i + 1;
  }
  return absl::StrCat("line ", line, ":", at - begin + 1);
}

// The text parser lets any bytes pass in a quoted text.
bool IsBroken(std::string_view text, Mistakes* mistakes) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = vouch::internal::Utf8Length(text, at);
    if (length == 0) break;
    at += length;
  }
  if (at == text.size()) return false;
  mistakes->Add(PlaceOf(text, at), "not UTF-8", "save the file as UTF-8");
  return true;
}

}  // namespace

absl::StatusOr<ProgramSpec> ReadProgramText(std::string_view text,
                                            Mistakes* mistakes) {
  if (IsTooLong(text, mistakes) || IsBroken(text, mistakes)) {
    return mistakes->ToStatus();
  }
  Collector collector(mistakes);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.SetRecursionLimit(kMaxTextDepth);
  google::protobuf::io::ArrayInputStream input(text.data(),
                                               static_cast<int>(text.size()));
  v1::Program program;
  if (!parser.Parse(&input, &program)) {
    if (mistakes->empty()) mistakes->Add("program", "not readable");
    return mistakes->ToStatus();
  }
  return Finish(program, mistakes);
}

absl::StatusOr<ProgramSpec> ReadProgramJson(std::string_view text,
                                            Mistakes* mistakes) {
  if (IsTooLong(text, mistakes)) return mistakes->ToStatus();
  v1::Program program;
  const absl::Status status = ReadJson(text, &program);
  if (!status.ok()) {
    const std::string_view message = ToStd(status.message());
    const std::size_t colon = message.find(": ");
    mistakes->Add(std::string(message.substr(0, colon)),
                  std::string(message.substr(colon + 2)));
    return mistakes->ToStatus();
  }
  return Finish(program, mistakes);
}

absl::StatusOr<ProgramSpec> ReadProgram(std::string_view text,
                                        Mistakes* mistakes) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  return is_json ? ReadProgramJson(text, mistakes)
                 : ReadProgramText(text, mistakes);
}

}  // namespace proto

VOUCH_NAMESPACE_END

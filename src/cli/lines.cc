#include "cli/lines.h"

#include <openssl/crypto.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

int Keep(std::FILE*) { return 0; }

}  // namespace

absl::Status ForEachLine(
    const std::string& path,
    const std::function<absl::Status(std::string_view line,
                                     std::size_t number)>& take) {
  const bool standard = path == "-";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      standard ? stdin : std::fopen(path.c_str(), "rb"),
      standard ? Keep : std::fclose);
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  std::string line;
  line.reserve(kMaxLineBytes);
  const auto wiped = [&line](absl::Status status) {
    line.resize(kMaxLineBytes);
    OPENSSL_cleanse(line.data(), line.size());
    return status;
  };
  for (std::size_t number = 1;; ++number) {
    line.clear();
    int byte = std::getc(file.get());
    for (; byte != EOF && byte != '\n'; byte = std::getc(file.get())) {
      if (line.size() == kMaxLineBytes) {
        return wiped(absl::InvalidArgumentError(
            absl::StrCat(path, ": line ", number, ": longer than ",
                         kMaxLineBytes, " bytes")));
      }
      line.push_back(static_cast<char>(byte));
    }
    if (std::ferror(file.get()) != 0) {
      return wiped(
          absl::DataLossError(absl::StrCat(path, ": ", std::strerror(errno))));
    }
    if (byte != EOF || !line.empty()) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      absl::Status status = take(line, number);
      if (!status.ok()) return wiped(std::move(status));
    }
    if (byte == EOF) return wiped(absl::OkStatus());
  }
}

}  // namespace cli

VOUCH_NAMESPACE_END

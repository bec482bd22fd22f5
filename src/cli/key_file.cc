#include "cli/key_file.h"

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/lines.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/code/alphabet.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

// Calls `take` with each line of the file, or each part between ";" or line
// ends of the variable, that is no remark; and where it stands.
absl::Status ForEachKeyLine(
    const std::string& path, const char* variable,
    const std::function<absl::Status(std::string_view line,
                                     const std::string& where)>& take) {
  const auto take_plain = [&take](std::string_view line,
                                  const std::string& where) {
    const std::string_view text =
        ToStd(absl::StripAsciiWhitespace(ToAbsl(line)));
    if (text.empty() || text.front() == '#') return absl::OkStatus();
    return take(text, where);
  };
  if (!path.empty()) {
    return ForEachLine(path, [&](std::string_view line, std::size_t number) {
      return take_plain(line, absl::StrCat(path, ": line ", number));
    });
  }
  const char* const value = std::getenv(variable);
  if (value == nullptr) {
    return InvalidField(variable, "is not set, and no file is named");
  }
  for (const absl::string_view line :
       absl::StrSplit(value, absl::ByAnyChar(";\n"))) {
    VOUCH_RETURN_IF_ERROR(take_plain(ToStd(line), variable));
  }
  return absl::OkStatus();
}

absl::StatusOr<EpochKey> ReadKey(std::string_view line,
                                 const std::string& where) {
  const std::size_t end = line.find_first_of(" \t");
  EpochKey out;
  if (end == std::string_view::npos ||
      !absl::SimpleAtoi(ToAbsl(line.substr(0, end)), &out.epoch) ||
      out.epoch < 0 || out.epoch >= kMaxCodeEpochs) {
    return InvalidField(where, "does not begin with an epoch, 0 to 31");
  }
  auto key = Secret::FromHex(
      ToStd(absl::StripLeadingAsciiWhitespace(ToAbsl(line.substr(end)))));
  if (!key.ok()) return InvalidField(where, ToStd(key.status().message()));
  out.key = *std::move(key);
  return out;
}

bool HasEpoch(const std::vector<EpochKey>& keys, int epoch) {
  for (const EpochKey& key : keys) {
    if (key.epoch == epoch) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<EpochKey>> ReadKeys(const std::string& path,
                                               int epoch) {
  std::vector<EpochKey> keys;
  VOUCH_RETURN_IF_ERROR(ForEachKeyLine(
      path, "VOUCH_CODE_KEYS",
      [&](std::string_view line, const std::string& where) -> absl::Status {
        VOUCH_ASSIGN_OR_RETURN(EpochKey key, ReadKey(line, where));
        if (HasEpoch(keys, key.epoch)) {
          return InvalidField(where, "has an epoch for the second time");
        }
        keys.push_back(std::move(key));
        return absl::OkStatus();
      }));
  if (keys.empty()) return InvalidField("--keys", "has no key");
  if (epoch == -1) return keys;
  std::vector<EpochKey> one;
  for (EpochKey& key : keys) {
    if (key.epoch == epoch) one.push_back(std::move(key));
  }
  if (one.empty()) return InvalidField("--epoch", "has no key");
  return one;
}

absl::StatusOr<Secret> ReadSecret(const std::string& path,
                                  const char* variable) {
  Secret secret;
  int count = 0;
  VOUCH_RETURN_IF_ERROR(ForEachKeyLine(
      path, variable,
      [&](std::string_view line, const std::string& where) -> absl::Status {
        auto read = Secret::FromHex(line);
        if (!read.ok())
          return InvalidField(where, ToStd(read.status().message()));
        secret = *std::move(read);
        ++count;
        return absl::OkStatus();
      }));
  if (count != 1) return InvalidField("--secret", "is not one line");
  return secret;
}

}  // namespace cli

VOUCH_NAMESPACE_END

// Bodies of vanity.h.
#ifndef VOUCH_CODE_VANITY_INL_H_
#define VOUCH_CODE_VANITY_INL_H_

#include <utility>

#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/confusable.h"
#include "vouch/code/vanity.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Whether a checker that knows one of `epochs` might take `text` for a
// generated code.
inline bool ReadsAsGenerated(std::string_view text, uint32_t epochs) {
  CodeText read;
  return ReadCodeText(text, &read) == CodeProblem::kNone &&
         (epochs >> read.value(0) & 1) != 0 && CheckSymbolFits(read.view());
}

}  // namespace internal

inline absl::StatusOr<std::string> VanityRegistry::Form(std::string_view code) {
  if (code.size() > kMaxIdBytes) return InvalidField("code", "too long");
  std::string form;
  const bool plain = internal::FoldToLetters(
      code, [&form](char c) { form.push_back(internal::LooksLike(c)); });
  if (!plain) {
    return InvalidField("code",
                        "holds more than letters, digits, spaces and hyphens");
  }
  if (form.size() < kMinVanityLetters) {
    return InvalidField("code", "is shorter than 3 letters");
  }
  if (form.size() > kMaxVanityLetters) {
    return InvalidField("code", "is longer than 32 letters");
  }
  return form;
}

inline absl::Status VanityRegistry::Add(std::string_view code) {
  VOUCH_ASSIGN_OR_RETURN(std::string form, Form(code));
  const auto found = codes_.find(form);
  if (found != codes_.end()) {
    return ExistsField("code",
                       absl::StrCat("reads like \"", found->second, "\""));
  }
  if (internal::ReadsAsGenerated(code, code_epochs_)) {
    return PreconditionField("code", "reads as a generated one");
  }
  codes_.emplace(std::move(form), std::string(code));
  return absl::OkStatus();
}

inline std::optional<std::string_view> VanityRegistry::Find(
    std::string_view text) const {
  const absl::StatusOr<std::string> form = Form(text);
  if (!form.ok()) return std::nullopt;
  const auto found = codes_.find(*form);
  if (found == codes_.end()) return std::nullopt;
  return std::string_view(found->second);
}

inline absl::Status VanityRegistry::Remove(std::string_view code) {
  const absl::StatusOr<std::string> form = Form(code);
  if (!form.ok() || codes_.erase(*form) == 0) {
    return NotFoundField("code", "is not there");
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_VANITY_INL_H_

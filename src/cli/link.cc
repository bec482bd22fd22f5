// vouch link make and resolve.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/key_file.h"
#include "vouch/base/instant.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/link/fields.h"
#include "vouch/link/format.h"
#include "vouch/link/make.h"
#include "vouch/link/resolve.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

std::vector<std::string> CommaList(const std::string& text) {
  if (text.empty()) return {};
  return absl::StrSplit(text, ',');
}

absl::StatusOr<LinkFormat> FormatOf(const Options& options) {
  LinkFormatSpec spec;
  spec.program_id = options.program_id;
  spec.path_templates = CommaList(options.link.path_template);
  spec.hosts = CommaList(options.link.hosts);
  spec.require_signature = options.link.require_signature;
  if (!options.key_id.empty()) {
    VOUCH_ASSIGN_OR_RETURN(const Secret secret,
                           ReadSecret(options.secret, "VOUCH_LINK_SECRET"));
    spec.secrets.push_back(
        {options.key_id, {secret.bytes().begin(), secret.bytes().end()}});
  }
  return LinkFormat::Build(spec);
}

// "partner=anna" and the like into `*fields`.
absl::Status ReadFields(const std::vector<std::string>& words,
                        LinkFields* fields) {
  for (const std::string_view word : words) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::optional<LinkField> field = ParseFieldName(name);
    if (equals == std::string_view::npos || !field.has_value()) {
      return InvalidField(Printable(word),
                          "is not a field and its value, as partner=anna");
    }
    if (!(*fields)[*field].empty()) return ExistsField(name, "is there twice");
    (*fields)[*field] = word.substr(equals + 1);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> LinkOf(const Options& options) {
  VOUCH_ASSIGN_OR_RETURN(const LinkFormat format, FormatOf(options));
  LinkSpec spec;
  spec.base_url = options.link.base;
  spec.path_template = options.link.path_template;
  spec.key_id = options.key_id;
  if (!options.link.expires.empty()) {
    VOUCH_ASSIGN_OR_RETURN(spec.expires_at, ParseInstant(options.link.expires));
  }
  VOUCH_RETURN_IF_ERROR(ReadFields(options.arguments, &spec.fields));
  return MakeLink(format, spec);
}

// Fields are UTF-8 without control characters.
std::string JsonText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out.append("\"");
}

std::string AnswerText(const ResolvedLink& link, Format format) {
  const bool json = format == Format::kJson;
  std::string out = json ? "{" : "";
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    const std::string_view name = FieldName(LinkFieldAt(i));
    const std::string_view value = link.fields[LinkFieldAt(i)];
    if (value.empty()) continue;
    if (json) {
      absl::StrAppend(&out, "\"", ToAbsl(name), "\":", JsonText(value), ",");
    } else {
      absl::StrAppend(&out, ToAbsl(name), "=", ToAbsl(value), "\n");
    }
  }
  const char* const is_signed = link.is_signed ? "true" : "false";
  absl::StrAppend(&out, json ? "\"signed\":" : "signed=", is_signed,
                  json ? "}\n" : "\n");
  return out;
}

absl::Status ResolveOne(const Options& options, LinkScratch* scratch,
                        ResolvedLink* link) {
  if (options.arguments.size() != 1) {
    return InvalidField("link resolve", "takes one URL");
  }
  VOUCH_ASSIGN_OR_RETURN(const LinkFormat format, FormatOf(options));
  Instant now{absl::ToUnixMicros(absl::Now())};
  if (!options.at.empty()) {
    VOUCH_ASSIGN_OR_RETURN(now, ParseInstant(options.at));
  }
  return ResolveLink(format, options.arguments[0], now, scratch, link);
}

}  // namespace

int RunLinkMake(const Options& options) {
  const absl::StatusOr<std::string> link = LinkOf(options);
  if (!link.ok()) {
    Complain(link.status());
    return kExitFailed;
  }
  return Answer(absl::StrCat(*link, "\n")) ? kExitDone : kExitFailed;
}

int RunLinkResolve(const Options& options) {
  const auto scratch = std::make_unique<LinkScratch>();
  ResolvedLink link;
  const absl::Status status = ResolveOne(options, scratch.get(), &link);
  if (!status.ok()) {
    Complain(status);
    return kExitFailed;
  }
  if (link.refusal != LinkRefusal::kNone) {
    Complain(absl::StrCat("the link is refused: ", ToAbsl(Word(link.refusal))));
    return kExitRefused;
  }
  return Answer(AnswerText(link, options.format)) ? kExitDone : kExitFailed;
}

}  // namespace cli

VOUCH_NAMESPACE_END

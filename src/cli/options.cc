#include "cli/options.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

ABSL_FLAG(std::string, program, "", "file of the program, text format or JSON");
ABSL_FLAG(std::string, events, "", "file of the events; - is standard input");
ABSL_FLAG(std::string, db, "", "file of the books");
ABSL_FLAG(std::string, input, "", "form of the events: jsonl or binary");
ABSL_FLAG(std::string, print, "",
          "rows to print: accruals, entries, decisions or balances");
ABSL_FLAG(int64_t, batch_size, 1000, "events to apply at once");
ABSL_FLAG(std::string, program_id, "", "which program is asked about");
ABSL_FLAG(std::string, partner, "", "which partner is asked about");
ABSL_FLAG(std::string, payment, "", "which payment is asked about");
ABSL_FLAG(std::string, period, "", "which time is asked about");
ABSL_FLAG(int64_t, after, 0, "rows of events after this number");
ABSL_FLAG(int64_t, limit, 0, "how many rows; 0 is all");
ABSL_FLAG(std::string, to, "", "file to be made");
ABSL_FLAG(std::string, customer, "",
          "which customer is asked about, or erased");
ABSL_FLAG(std::string, lead, "", "which lead is asked about");
ABSL_FLAG(std::string, at, "", "which moment is asked about");
ABSL_FLAG(std::string, terms, "", "file of the other terms");
ABSL_FLAG(std::string, from, "",
          "since when the other terms are in force, or the first number");
ABSL_FLAG(std::string, html, "", "HTML file to be made");
ABSL_FLAG(bool, rebuild, false, "make the snapshot anew from the log");
ABSL_FLAG(std::string, key_id, "", "name of the secret");
ABSL_FLAG(std::string, secret, "", "file of the secret");
ABSL_FLAG(std::string, keys, "", "file of the keys of codes");
ABSL_FLAG(std::string, codes, "", "file of codes; - is standard input");
ABSL_FLAG(std::string, words, "", "file of words to avoid");
ABSL_FLAG(int, epoch, -1, "which key");
ABSL_FLAG(int, length, 0, "letters of a code");
ABSL_FLAG(uint64_t, until, 0, "the first number that is not out");
ABSL_FLAG(uint64_t, count, 0, "how many codes");
ABSL_FLAG(uint64_t, out, 0, "how many codes are out");
ABSL_FLAG(uint64_t, one_in, 0, "at most one guess in so many is to hit");
ABSL_FLAG(std::string, kind, "", "kind of contact");
ABSL_FLAG(std::string, values, "", "file of contacts; - is standard input");
ABSL_FLAG(std::string, base, "", "URL that a link is made from");
ABSL_FLAG(std::string, path_template, "",
          "paths of links, with fields in braces");
ABSL_FLAG(std::string, hosts, "", "where links may lead");
ABSL_FLAG(std::string, expires, "", "end of a link's signature");
ABSL_FLAG(bool, require_signature, false, "refuse a link without a signature");
ABSL_FLAG(std::string, format, "text", "form of the answer: text or json");

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

constexpr int64_t kMaxBatchSize = 1'000'000;

// Whether a flag stands alone; behind all others comes a value.
bool IsSwitch(std::string_view flag) {
  return flag == "rebuild" || flag == "require_signature";
}

// "--batch-size" as Abseil wants it, "--batch_size"; notes the flag's name.
// Abseil itself would read a value that begins with a hyphen as another flag.
std::vector<std::string> Normalized(int argc, char** argv,
                                    std::vector<std::string>* given) {
  std::vector<std::string> out;
  for (int i = 0; i < argc; ++i) {
    std::string argument = argv[i];
    if (i == 0 || argument.size() < 2 || argument[0] != '-') {
      out.push_back(std::move(argument));
      continue;
    }
    const std::size_t begin = argument.find_first_not_of('-');
    const std::size_t end = std::min(argument.find('='), argument.size());
    if (begin > 2 || begin >= end) {
      out.push_back(std::move(argument));
      continue;
    }
    std::replace(argument.begin() + static_cast<std::ptrdiff_t>(begin),
                 argument.begin() + static_cast<std::ptrdiff_t>(end), '-', '_');
    given->push_back(argument.substr(begin, end - begin));
    if (end == argument.size() && i + 1 < argc && !IsSwitch(given->back())) {
      absl::StrAppend(&argument, "=", argv[++i]);
    }
    out.push_back(std::move(argument));
  }
  return out;
}

template <typename T>
struct Choice {
  std::string_view word;
  T value;
};

// The value of one of a few words.
template <typename T, std::size_t n>
absl::StatusOr<T> Choose(std::string_view flag, std::string_view word,
                         const Choice<T> (&choices)[n]) {
  std::string words;
  for (const Choice<T>& choice : choices) {
    if (choice.word == word) return choice.value;
    if (choice.word.empty()) continue;
    absl::StrAppend(&words, words.empty() ? "" : ", ", ToAbsl(choice.word));
  }
  return InvalidField(flag, absl::StrCat("is one of ", words));
}

constexpr Choice<Print> kPrints[] = {{"", Print::kNothing},
                                     {"accruals", Print::kAccruals},
                                     {"entries", Print::kEntries},
                                     {"decisions", Print::kDecisions},
                                     {"balances", Print::kBalances}};
constexpr Choice<Format> kFormats[] = {{"text", Format::kText},
                                       {"json", Format::kJson}};
constexpr Choice<proto::EventFormat> kInputs[] = {
    {"jsonl", proto::EventFormat::kJsonLines},
    {"binary", proto::EventFormat::kBinary}};

proto::EventFormat FormatOfName(std::string_view name) {
  const bool json = name == "-" || absl::EndsWith(ToAbsl(name), ".jsonl") ||
                    absl::EndsWith(ToAbsl(name), ".json");
  return json ? proto::EventFormat::kJsonLines : proto::EventFormat::kBinary;
}

CodeOptions ReadCodeFlags() {
  CodeOptions out;
  out.keys = absl::GetFlag(FLAGS_keys);
  out.codes = absl::GetFlag(FLAGS_codes);
  out.words = absl::GetFlag(FLAGS_words);
  out.epoch = absl::GetFlag(FLAGS_epoch);
  out.length = absl::GetFlag(FLAGS_length);
  out.until = absl::GetFlag(FLAGS_until);
  out.count = absl::GetFlag(FLAGS_count);
  out.out = absl::GetFlag(FLAGS_out);
  out.one_in = absl::GetFlag(FLAGS_one_in);
  out.kind = absl::GetFlag(FLAGS_kind);
  out.values = absl::GetFlag(FLAGS_values);
  return out;
}

// --from is a moment to `simulate` and a number to `codes`.
absl::Status ReadFirstCode(Options* out) {
  const bool of_codes = !out->arguments.empty() && out->arguments[0] == "codes";
  if (!of_codes || !out->Given("from") ||
      absl::SimpleAtoi(out->from, &out->code.from)) {
    return absl::OkStatus();
  }
  return InvalidField("--from", "is a number from 0");
}

LinkOptions ReadLinkFlags() {
  LinkOptions out;
  out.base = absl::GetFlag(FLAGS_base);
  out.path_template = absl::GetFlag(FLAGS_path_template);
  out.hosts = absl::GetFlag(FLAGS_hosts);
  out.expires = absl::GetFlag(FLAGS_expires);
  out.require_signature = absl::GetFlag(FLAGS_require_signature);
  return out;
}

absl::StatusOr<Options> ReadFlags() {
  Options out;
  out.program = absl::GetFlag(FLAGS_program);
  out.events = absl::GetFlag(FLAGS_events);
  out.db = absl::GetFlag(FLAGS_db);
  out.to = absl::GetFlag(FLAGS_to);
  out.customer = absl::GetFlag(FLAGS_customer);
  out.lead = absl::GetFlag(FLAGS_lead);
  out.at = absl::GetFlag(FLAGS_at);
  out.key_id = absl::GetFlag(FLAGS_key_id);
  out.secret = absl::GetFlag(FLAGS_secret);
  out.terms = absl::GetFlag(FLAGS_terms);
  out.from = absl::GetFlag(FLAGS_from);
  out.html = absl::GetFlag(FLAGS_html);
  out.rebuild = absl::GetFlag(FLAGS_rebuild);
  out.after = absl::GetFlag(FLAGS_after);
  out.limit = absl::GetFlag(FLAGS_limit);
  if (out.after < 0) return InvalidField("--after", "is a number from 0");
  if (out.limit < 0) return InvalidField("--limit", "is a number from 0");
  out.program_id = absl::GetFlag(FLAGS_program_id);
  out.partner = absl::GetFlag(FLAGS_partner);
  out.payment = absl::GetFlag(FLAGS_payment);
  out.period = absl::GetFlag(FLAGS_period);
  const std::string input = absl::GetFlag(FLAGS_input);
  if (input.empty()) {
    out.input = FormatOfName(out.events);
  } else {
    VOUCH_ASSIGN_OR_RETURN(out.input, Choose("--input", input, kInputs));
  }
  VOUCH_ASSIGN_OR_RETURN(
      out.print, Choose("--print", absl::GetFlag(FLAGS_print), kPrints));
  VOUCH_ASSIGN_OR_RETURN(
      out.format, Choose("--format", absl::GetFlag(FLAGS_format), kFormats));
  const int64_t batch_size = absl::GetFlag(FLAGS_batch_size);
  if (batch_size < 1 || batch_size > kMaxBatchSize) {
    return InvalidField("--batch-size",
                        absl::StrCat("is from 1 to ", kMaxBatchSize));
  }
  out.batch_size = static_cast<std::size_t>(batch_size);
  out.code = ReadCodeFlags();
  out.link = ReadLinkFlags();
  return out;
}

}  // namespace

bool Options::Given(std::string_view flag) const {
  return std::find(given.begin(), given.end(), flag) != given.end();
}

absl::StatusOr<Options> ParseOptions(int argc, char** argv) {
  std::vector<std::string> given;
  std::vector<std::string> arguments = Normalized(argc, argv, &given);
  std::vector<char*> pointers;
  pointers.reserve(arguments.size());
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  const std::vector<char*> rest = absl::ParseCommandLine(
      static_cast<int>(pointers.size()), pointers.data());
  VOUCH_ASSIGN_OR_RETURN(Options out, ReadFlags());
  out.arguments.assign(rest.begin() + 1, rest.end());
  out.given = std::move(given);
  VOUCH_RETURN_IF_ERROR(ReadFirstCode(&out));
  // Books in memory would be lost unseen.
  if (out.Given("db") && out.db.empty()) {
    return InvalidField("--db", "names no file");
  }
  if (out.Given("html") && out.html.empty()) {
    return InvalidField("--html", "names no file");
  }
  return out;
}

}  // namespace cli

VOUCH_NAMESPACE_END

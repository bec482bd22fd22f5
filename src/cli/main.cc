// The program `vouch`: see usage.cc for what it does.
#include <csignal>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/usage.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {
namespace {

struct Command {
  std::string_view name;                   // of one word, or two
  std::vector<std::string_view> required;  // flags
  std::vector<std::string_view> optional;
  // Those that go with --db in place of --events; none: the command takes one
  // of both only as the lists above say.
  std::vector<std::string_view> on_db;
  int (*run)(const Options& options);
  // Flags of which exactly one is given; they are optional by themselves.
  std::vector<std::string_view> one_of = {};
  bool takes_words = false;  // behind its name, which are no flags
};

const Command* FindCommand(std::string_view name) {
  static const std::vector<Command>* const kCommands = new std::vector<Command>{
      {"check", {"program"}, {}, {}, RunCheck},
      {"run",
       {"events"},
       {"db", "program", "input", "print", "batch_size"},
       {},
       RunEvents},
      {"statement",
       {"events", "partner"},
       {"program", "input", "batch_size", "program_id", "period", "format"},
       {"db", "partner", "program_id", "period", "format"},
       RunStatement},
      {"explain",
       {"events"},
       {"program", "input", "batch_size", "program_id", "format", "payment",
        "customer", "lead", "at"},
       {"db", "program_id", "format", "payment", "customer", "lead", "at"},
       RunExplain,
       {"payment", "customer", "lead"}},
      {"stats",
       {"events"},
       {"program", "input", "batch_size", "program_id", "period", "format"},
       {"db", "program_id", "period", "format"},
       RunStats},
      {"simulate",
       {"events", "terms"},
       {"program", "input", "batch_size", "program_id", "from", "html",
        "format"},
       {"db", "terms", "program_id", "from", "html", "format"},
       RunSimulate},
      {"outputs", {"db"}, {"after", "limit", "print"}, {}, RunOutputs},
      {"verify", {"db"}, {}, {}, RunVerify},
      {"backup", {"db", "to"}, {}, {}, RunBackup},
      {"compact", {"db"}, {"rebuild"}, {}, RunCompact},
      {"erase", {"db", "customer"}, {"program_id"}, {}, RunErase},
      {"codes make",
       {"program_id", "length", "count"},
       {"keys", "epoch", "from", "words"},
       {},
       RunCodesMake},
      {"codes check",
       {"program_id", "length", "codes"},
       {"keys", "epoch", "until", "words"},
       {},
       RunCodesCheck},
      {"codes plan",
       {"length", "count"},
       {"from", "out", "one_in"},
       {},
       RunCodesPlan},
      {"contact-key",
       {"kind", "key_id", "values"},
       {"secret"},
       {},
       RunContactKey},
      {"link make",
       {"program_id", "base"},
       {"path_template", "hosts", "secret", "key_id", "expires"},
       {},
       RunLinkMake,
       {},
       true},
      {"link resolve",
       {"program_id"},
       {"path_template", "hosts", "secret", "key_id", "at", "require_signature",
        "format"},
       {},
       RunLinkResolve,
       {},
       true},
  };
  for (const Command& command : *kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool Has(const std::vector<std::string_view>& list, std::string_view item) {
  for (const std::string_view each : list) {
    if (each == item) return true;
  }
  return false;
}

// "--batch-size", as people write it.
std::string FlagText(std::string_view name) {
  std::string text = absl::StrCat("--", ToAbsl(name));
  for (char& c : text) {
    if (c == '_') c = '-';
  }
  return text;
}

int FailWithHint(const std::string& message) {
  Complain(message);
  Complain("\"vouch help\" says what there is");
  return kExitFailed;
}

// What is wrong with the flags of which one is wanted; empty: nothing.
std::string CheckOneOf(const Options& options, const Command& command) {
  if (command.one_of.empty()) return {};
  std::string wanted;
  int count = 0;
  for (const std::string_view flag : command.one_of) {
    absl::StrAppend(&wanted, wanted.empty() ? "" : " or ", FlagText(flag));
    if (options.Given(flag)) ++count;
  }
  if (count == 1) return {};
  return absl::StrCat(ToAbsl(command.name), count == 0 ? " needs " : " takes ",
                      wanted, count == 0 ? "" : ", only one");
}

// The command that the first word names, or the first two, which it takes off
// the arguments; null where there is none, and then `*name` is what there was.
const Command* TakeCommand(std::vector<std::string>* arguments,
                           std::string* name) {
  *name = (*arguments)[0];
  std::ptrdiff_t words = 1;
  const Command* command = FindCommand(*name);
  if (command == nullptr && arguments->size() > 1) {
    absl::StrAppend(name, " ", (*arguments)[1]);
    words = 2;
    command = FindCommand(*name);
  }
  if (command != nullptr) {
    arguments->erase(arguments->begin(), arguments->begin() + words);
  }
  return command;
}

int Dispatch(Options options) {
  std::string name;
  const Command* command = TakeCommand(&options.arguments, &name);
  if (command == nullptr) {
    return FailWithHint(absl::StrCat("no command \"", name, "\""));
  }
  if (!options.arguments.empty() && !command->takes_words) {
    return FailWithHint(absl::StrCat("what is \"", options.arguments[0],
                                     "\"? A value stands behind its flag"));
  }
  const bool on_db = !command->on_db.empty() && options.Given("db");
  for (const std::string_view flag : command->required) {
    if (options.Given(flag) || (on_db && flag == "events")) continue;
    const bool either = flag == "events" && !command->on_db.empty();
    return FailWithHint(absl::StrCat(name, " needs ", FlagText(flag),
                                     either ? " or --db" : ""));
  }
  for (const std::string& flag : options.given) {
    const bool taken =
        on_db ? Has(command->on_db, flag)
              : Has(command->required, flag) || Has(command->optional, flag);
    if (!taken) {
      return FailWithHint(absl::StrCat(name, " takes no ", FlagText(flag),
                                       on_db ? " with --db" : ""));
    }
  }
  if (const std::string wrong = CheckOneOf(options, *command); !wrong.empty()) {
    return FailWithHint(wrong);
  }
  return command->run(options);
}

int Main(int argc, char** argv) {
#ifdef SIGPIPE
  // A reader who went away is an error of writing, not a silent end.
  std::signal(SIGPIPE, SIG_IGN);
#endif
  if (argc < 2) {
    Say(UsageText());
    return kExitFailed;
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h" ||
        (i == 1 && argument == "help")) {
      return Answer(UsageText()) ? kExitDone : kExitFailed;
    }
    if (argument == "--version") {
      return Answer(VersionText()) ? kExitDone : kExitFailed;
    }
  }
  absl::StatusOr<Options> options = ParseOptions(argc, argv);
  if (!options.ok())
    return FailWithHint(std::string(options.status().message()));
  if (options->arguments.empty()) return FailWithHint("no command is named");
  return Dispatch(*std::move(options));
}

}  // namespace
}  // namespace cli

VOUCH_NAMESPACE_END

int main(int argc, char** argv) { return vouch::cli::Main(argc, argv); }

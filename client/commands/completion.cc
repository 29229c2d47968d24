#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"

// The script is made of what the command line knows of itself, so that it has
// every verb and every flag. Words in it are constants of ours: letters, digits
// and hyphens.

namespace etalon {
namespace {

// What a verb's first positional argument is.
enum class Argument { kNone, kSearch, kTrial, kFile };

Argument ArgumentOf(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const std::string& name = option->get_name(/*positional=*/true);
    if (name == "SEARCH") return Argument::kSearch;
    if (name == "TRIAL") return Argument::kTrial;
    if (name == "SPEC" || name == "MODEL" || name == "FILE") {
      return Argument::kFile;
    }
  }
  return Argument::kNone;
}

std::vector<std::string> FlagsOf(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // not in the help either
    for (const std::string& name : option->get_lnames()) {
      flags.push_back("--" + name);
    }
  }
  return flags;
}

std::vector<std::string> VerbsOf(const CLI::App& app) {
  std::vector<std::string> verbs;
  for (const CLI::App* command :
       app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    verbs.push_back(command->get_name());
  }
  return verbs;
}

const char* FunctionOf(Argument argument) {
  switch (argument) {
    case Argument::kSearch:
      return "_etalon_searches";
    case Argument::kTrial:
      return "_etalon_trials";
    case Argument::kFile:
      return "_etalon_files";
    case Argument::kNone:
      break;
  }
  return ":";
}

// One case of the script: the words of `command`, which may have verbs of its
// own.
void WriteCase(const CLI::App& command, std::ostream& out) {
  std::vector<std::string> words = VerbsOf(command);
  // `db`, whose verbs another program has (server/database_command.cc).
  if (command.get_prefix_command()) {
    words = {"backup", "check", "migrate", "restore"};
  }
  for (std::string& flag : FlagsOf(command)) words.push_back(std::move(flag));
  out << "    " << command.get_name() << ") words='"
      << absl::StrJoin(words, " ")
      << "'; argument=" << FunctionOf(ArgumentOf(command)) << " ;;\n";
}

void WriteBash(const CLI::App& app, std::ostream& out) {
  out << R"sh(# Completion of etalon for bash: `etalon completion bash`.
_etalon_searches() {
  COMPREPLY+=($(compgen -W "$(etalon list --timeout 2s -o name 2>/dev/null |
    sed 's|^searches/||')" -- "$1"))
}
_etalon_trials() {
  compopt -o nospace
  COMPREPLY+=($(compgen -S / -W "$(etalon list --timeout 2s -o name 2>/dev/null |
    sed 's|^searches/||')" -- "$1"))
}
_etalon_files() {
  compopt -o filenames
  COMPREPLY+=($(compgen -f -- "$1"))
}
_etalon() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local words argument=:
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
)sh";
  out << "    COMPREPLY=($(compgen -W '" << absl::StrJoin(VerbsOf(app), " ")
      << " --help --version' -- \"$word\"))\n    return\n  fi\n"
      << "  case ${COMP_WORDS[1]} in\n";
  for (const CLI::App* command :
       app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    WriteCase(*command, out);
  }
  out << R"sh(    *) return ;;
  esac
  case $before in
    -o | --output)
      COMPREPLY=($(compgen -W 'table json jsonl csv yaml name' -- "$word"))
      return ;;
    --out | --data | --database | --tokens | --output-file | --token-file | --tls-*)
      _etalon_files "$word"
      return ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *)
      if [ "$argument" = : ]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
      else
        "$argument" "$word"
      fi ;;
  esac
}
complete -F _etalon etalon
)sh";
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* const command = app.add_subcommand(
      "completion", "A script that completes verbs, flags and names");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash")
      ->required()
      ->check(CLI::IsMember({"bash"}));
  command->footer(
      "Names of searches are asked of the coordinator while you type.\n"
      "Example: for this shell, and for those to come\n"
      "  source <(etalon completion bash)\n"
      "  etalon completion bash > ~/.local/share/bash-completion/completions/"
      "etalon");
  command->callback([&invocation, &app, shell] {
    invocation = [&app](Context& context) -> absl::StatusOr<ExitCode> {
      WriteBash(app, context.out);
      return ExitCode::kDone;
    };
  });
}

}  // namespace etalon

// token create, list and revoke: on the coordinator's own file of tokens, so
// that the first one needs no coordinator.

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "common/files.h"
#include "common/security/token_file.h"
#include "common/security/token_file_lock.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr absl::Duration kMinLife = absl::Seconds(1);
constexpr absl::Duration kMaxLife = absl::Hours(24 * 3660);

struct Options {
  std::string file;
  std::string name;
  std::string role;
  std::string output;
  absl::Duration life = absl::InfiniteDuration();
  OutputFormat format = OutputFormat::kTable;
};

// "90d", "12h".
absl::Duration ParseLife(const std::string& text) {
  absl::Duration life;
  int days = 0;
  absl::string_view number = text;
  if (absl::ConsumeSuffix(&number, "d") && absl::SimpleAtoi(number, &days)) {
    life = days * absl::Hours(24);
  } else if (!absl::ParseDuration(text, &life)) {
    throw CLI::ValidationError(
        "--expires",
        absl::StrCat("'", text, "' is no time such as 90d or 12h"));
  }
  if (life < kMinLife || life > kMaxLife) {
    throw CLI::ValidationError(
        "--expires",
        absl::StrCat("'", text, "' must be between 1s and 10 years"));
  }
  return life;
}

Cell TimeCell(std::optional<absl::Time> time) {
  if (!time.has_value()) return std::monostate();
  return FormatTokenTime(*time);
}

absl::StatusOr<ExitCode> Create(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const Role role, ParseRole(options.role));
  const absl::Time now = absl::FromTimeT(absl::ToTimeT(context.clock.Now()));
  std::optional<absl::Time> expire_time;
  if (options.life < absl::InfiniteDuration()) expire_time = now + options.life;
  std::string text;
  int live = 0;
  const absl::Status status = ChangeTokenFile(
      options.file, /*create=*/true, [&](TokenList& tokens) -> absl::Status {
        ETALON_ASSIGN_OR_RETURN(
            const Token token,
            AddToken(tokens, options.name, role, now, expire_time));
        text = absl::StrCat(token.ToString(), "\n");
        for (const TokenRecord& record : tokens) {
          live += record.name == options.name && record.LiveAt(now) ? 1 : 0;
        }
        // Before the coordinator believes it: a token that nobody has must not
        // be in the file.
        if (options.output.empty()) return absl::OkStatus();
        return WriteFileAtomically(options.output, text, /*replace=*/false,
                                   kOwnerOnly);
      });
  if (!status.ok()) {
    if (!text.empty() && !options.output.empty() &&
        !absl::IsAlreadyExists(status)) {
      unlink(options.output.c_str());
    }
    return status;
  }
  if (options.output.empty()) {
    context.out << text;
    context.err << "this is the only time that it is shown\n";
  } else {
    context.err << "the token is in " << options.output << "\n";
  }
  if (live > 1) {
    context.err << options.name << " has " << live
                << " live tokens now; revoke the old one by its id, which "
                   "etalon token list shows\n";
  }
  return ExitCode::kDone;
}

const std::vector<Column>& TokenColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"token", Display::kText, 0},       {"name", Display::kText, 1},
      {"role", Display::kText, 2},        {"state", Display::kState, 3},
      {"create_time", Display::kTime, 6}, {"expire_time", Display::kTime, 4},
      {"revoke_time", Display::kTime, 5},
  };
  return *columns;
}

std::string StateOf(const TokenRecord& token, absl::Time now) {
  if (token.revoke_time.has_value()) return "REVOKED";
  return token.LiveAt(now) ? "LIVE" : "EXPIRED";
}

absl::StatusOr<ExitCode> List(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const TokenList tokens, ReadTokenList(options.file));
  const auto writer = MakeRowWriter(options.format, TokenColumns(),
                                    context.out_terminal, context.out);
  for (const TokenRecord& token : tokens) {
    writer->Write({token.id,
                   {token.id, token.name, std::string(RoleName(token.role)),
                    StateOf(token, context.clock.Now()),
                    FormatTokenTime(token.create_time),
                    TimeCell(token.expire_time), TimeCell(token.revoke_time)}});
  }
  writer->Finish();
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Revoke(const Options& options, Context& context) {
  const absl::Time now = absl::FromTimeT(absl::ToTimeT(context.clock.Now()));
  int revoked = 0;
  ETALON_RETURN_IF_ERROR(ChangeTokenFile(
      options.file, /*create=*/false, [&](TokenList& tokens) -> absl::Status {
        ETALON_ASSIGN_OR_RETURN(revoked,
                                RevokeTokens(tokens, options.name, now));
        return absl::OkStatus();
      }));
  context.err << "revoked " << revoked << " live token"
              << (revoked == 1 ? "" : "s")
              << "; a running coordinator refuses it within a second\n";
  return ExitCode::kDone;
}

// Adds `verb` with --tokens; `run` is what it does.
CLI::App* AddVerb(CLI::App& app, Invocation& invocation, const char* verb,
                  const char* description,
                  const std::shared_ptr<Options>& options,
                  absl::StatusOr<ExitCode> (*run)(const Options&, Context&)) {
  CLI::App* const command = app.add_subcommand(verb, description);
  command
      ->add_option(
          "--tokens", options->file,
          "The coordinator's file of tokens, as etalon-server --tokens "
          "has it")
      ->type_name("FILE")
      ->required();
  command->callback([&invocation, options, run] {
    invocation = [options, run](Context& context) {
      return run(*options, context);
    };
  });
  return command;
}

}  // namespace

void AddTokenCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const group = app.add_subcommand(
      "token", "Who may call the coordinator: make, list and revoke tokens");
  group->require_subcommand(1);
  group->footer(
      "On the coordinator's machine, with it up or down.\n"
      "docs/security.md tells what each role may do.");

  CLI::App* const create =
      AddVerb(*group, invocation, "create",
              "Make a token; it is shown this once", options, Create);
  create->add_option("NAME", options->name, "Who is to hold it, e.g. gpu-7")
      ->required();
  create->add_option("--role", options->role, "admin, client, viewer or worker")
      ->type_name("ROLE")
      ->required();
  create
      ->add_option_function<std::string>(
          "--expires",
          [options](const std::string& text) {
            options->life = ParseLife(text);
          },
          "How long it is good for: 90d, 12h; else until it is revoked")
      ->type_name("TIME");
  create
      ->add_option("--output", options->output,
                   "Write the token here, for this user alone to read, rather "
                   "than to standard output")
      ->type_name("FILE");
  create->footer(
      "A second token of one name and role lets a holder change over before\n"
      "the first is revoked.\n"
      "Example: for one machine of a cluster, a year long\n"
      "  etalon token create gpu-7 --role worker --expires 365d \\\n"
      "    --tokens /etc/etalon/tokens --output gpu-7.token");

  CLI::App* const list =
      AddVerb(*group, invocation, "list",
              "All tokens, without what is secret of them", options, List);
  AddOutputFlag(*list, options->format);
  list->footer(
      "Example: which are about to expire\n"
      "  etalon token list --tokens /etc/etalon/tokens -o csv");

  CLI::App* const revoke =
      AddVerb(*group, invocation, "revoke", "Refuse a token from now on",
              options, Revoke);
  revoke
      ->add_option("TOKEN", options->name,
                   "Its id, or the name of a holder, all of whose tokens go")
      ->required();
  revoke->footer(
      "Example:\n"
      "  etalon token revoke gpu-7 --tokens /etc/etalon/tokens");
}

}  // namespace etalon

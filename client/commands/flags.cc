#include "client/commands/flags.h"

#include <initializer_list>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/settings.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// Longer waits are somebody's slip.
constexpr absl::Duration kMaxTimeout = absl::Hours(24);

// "30s", "500ms", "2m", or a number of seconds.
absl::Duration ParseTimeout(const std::string& text) {
  absl::Duration timeout;
  double seconds = 0;
  if (absl::SimpleAtod(text, &seconds)) {
    timeout = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(text, &timeout)) {
    throw CLI::ValidationError(
        "--timeout", absl::StrCat("'", text, "' is no duration such as 30s"));
  }
  if (timeout < absl::Milliseconds(1) || timeout > kMaxTimeout) {
    throw CLI::ValidationError(
        "--timeout", absl::StrCat("'", text, "' must be between 1ms and 24h"));
  }
  return timeout;
}

OutputFormat FormatOf(const std::string& name) {
  static const auto* const formats = new std::map<std::string, OutputFormat>{
      {"table", OutputFormat::kTable}, {"json", OutputFormat::kJson},
      {"jsonl", OutputFormat::kJsonl}, {"csv", OutputFormat::kCsv},
      {"yaml", OutputFormat::kYaml},   {"name", OutputFormat::kName},
  };
  return formats->at(name);
}

}  // namespace

void AddTimeoutFlag(CLI::App& command, ServerFlags& flags) {
  command
      .add_option_function<std::string>(
          "--timeout",
          [&flags](const std::string& text) {
            flags.timeout = ParseTimeout(text);
          },
          "How long to wait for each answer: 30s (the default), 500ms, 2m")
      ->type_name("DURATION");
}

void AddServerFlags(CLI::App& command, ServerFlags& flags) {
  command
      .add_option("--server", flags.server,
                  absl::StrCat("The coordinator's address; else "
                               "$ETALON_SERVER, the configuration file, ",
                               kDefaultServer))
      ->type_name("HOST:PORT");
  struct Credential {
    const char* flag;
    const char* description;
    std::string& file;
  };
  ClientCredentialFiles& files = flags.credentials;
  for (const Credential& credential : std::initializer_list<Credential>{
           {"--tls-ca",
            "Encrypt the connection, to a coordinator with a certificate of "
            "these authorities; else $ETALON_TLS_CA",
            files.ca},
           {"--tls-certificate",
            "Ours, for a coordinator that asks for one; else "
            "$ETALON_TLS_CERTIFICATE",
            files.certificate},
           {"--tls-key", "Its key; else $ETALON_TLS_KEY", files.key},
           {"--token-file", "Holds the token to show; else $ETALON_TOKEN_FILE",
            files.token}}) {
    command
        .add_option(credential.flag, credential.file, credential.description)
        ->type_name("FILE");
  }
  AddTimeoutFlag(command, flags);
}

void AddOutputFlag(CLI::App& command, const std::vector<std::string>& formats,
                   OutputFormat& format) {
  command
      .add_option_function<std::string>(
          "-o,--output",
          [&format](const std::string& name) { format = FormatOf(name); },
          absl::StrCat("Format: ", absl::StrJoin(formats, ", ")))
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT");
}

void AddOutputFlag(CLI::App& command, OutputFormat& format) {
  AddOutputFlag(command, {"table", "json", "jsonl", "csv", "yaml", "name"},
                format);
}

absl::StatusOr<std::unique_ptr<Connection>> Connect(const ServerFlags& flags,
                                                    Context& context) {
  ETALON_ASSIGN_OR_RETURN(
      const Settings settings,
      ResolveSettings(flags.server, flags.credentials, context.environment));
  ETALON_ASSIGN_OR_RETURN(const auto credentials,
                          ReadCredentials(settings.credentials, context.clock));
  return std::make_unique<Connection>(settings.server, flags.timeout, context,
                                      credentials);
}

}  // namespace etalon

#include "client/settings.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/read_file.h"
#include "common/spec/fields.h"
#include "common/spec/problems.h"
#include "common/spec/yaml_tree.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// One setting, in all the places that it can come from.
struct Place {
  const char* key;       // in the file
  const char* variable;  // in the environment
  std::string& (*in)(Settings&);
};

constexpr Place kPlaces[] = {
    {"server", "ETALON_SERVER",
     [](Settings& s) -> std::string& { return s.server; }},
    {"tls_ca", "ETALON_TLS_CA",
     [](Settings& s) -> std::string& { return s.credentials.ca; }},
    {"tls_certificate", "ETALON_TLS_CERTIFICATE",
     [](Settings& s) -> std::string& { return s.credentials.certificate; }},
    {"tls_key", "ETALON_TLS_KEY",
     [](Settings& s) -> std::string& { return s.credentials.key; }},
    {"token_file", "ETALON_TOKEN_FILE",
     [](Settings& s) -> std::string& { return s.credentials.token; }},
};

// Empty where the environment names no place for it.
std::string ConfigPath(const Environment& environment) {
  const std::string config = environment("XDG_CONFIG_HOME").value_or("");
  // The XDG base directory specification: relative paths are to be ignored.
  if (!config.empty() && config[0] == '/') {
    return absl::StrCat(config, "/etalon/config.yaml");
  }
  const std::string home = environment("HOME").value_or("");
  return home.empty() ? "" : absl::StrCat(home, "/.config/etalon/config.yaml");
}

absl::Status ReadConfig(const std::string& path, Settings& settings) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxYamlBytes);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(text.status());
  ETALON_ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(*text, path));
  if (root.kind == YamlNode::Kind::kNull) return absl::OkStatus();
  Problems problems;
  MapReader map({&root, "", &problems});
  for (const Place& place : kPlaces) {
    const auto field = map.Find(place.key);
    if (!field.has_value()) continue;
    const std::optional<std::string> text = ReadText(*field);
    if (text.has_value() && text->empty()) field->Fail("must not be empty");
    if (text.has_value()) place.in(settings) = *text;
  }
  map.Finish();
  return problems.ToStatus();
}

}  // namespace

absl::StatusOr<Settings> ResolveSettings(const std::string& server_flag,
                                         const ClientCredentialFiles& flags,
                                         const Environment& environment) {
  Settings settings;
  // A wrong file is reported even where a flag overrides it: it is wrong for
  // the next command.
  if (const std::string path = ConfigPath(environment); !path.empty()) {
    ETALON_RETURN_IF_ERROR(ReadConfig(path, settings));
  }
  Settings given = {server_flag, flags};
  for (const Place& place : kPlaces) {
    const std::string variable = environment(place.variable).value_or("");
    const std::string& flag = place.in(given);
    if (!flag.empty() || !variable.empty()) {
      place.in(settings) = flag.empty() ? variable : flag;
    }
  }
  return settings;
}

}  // namespace etalon

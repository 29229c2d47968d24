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
  if (const auto field = map.Find("server")) {
    const std::optional<std::string> server = ReadText(*field);
    if (server.has_value() && server->empty()) field->Fail("must not be empty");
    if (server.has_value()) settings.server = *server;
  }
  map.Finish();
  return problems.ToStatus();
}

}  // namespace

absl::StatusOr<Settings> ResolveSettings(const std::string& server_flag,
                                         const Environment& environment) {
  Settings settings;
  // A wrong file is reported even where a flag overrides it: it is wrong for
  // the next command.
  if (const std::string path = ConfigPath(environment); !path.empty()) {
    ETALON_RETURN_IF_ERROR(ReadConfig(path, settings));
  }
  const std::string variable = environment("ETALON_SERVER").value_or("");
  if (!variable.empty()) settings.server = variable;
  if (!server_flag.empty()) settings.server = server_flag;
  return settings;
}

}  // namespace etalon

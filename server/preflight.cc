#include "server/preflight.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "storage/database_file.h"

namespace etalon {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> LookAtAddress(const ListenAddress& address) {
  ETALON_ASSIGN_OR_RETURN(const ListeningSocket socket, Listen(address));
  close(socket.fd);
  if (address.port == 0) {
    return absl::StrCat(address.ToString(), ": the system chooses a port");
  }
  return absl::StrCat(address.ToString(), " is free");
}

absl::StatusOr<std::string> LookAtNewDatabase(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::absolute(path).parent_path();
  if (!fs::is_directory(folder, error)) {
    return absl::NotFoundError(absl::StrCat("there is no folder '",
                                            folder.string(),
                                            "'; create it or name another"));
  }
  if (access(folder.c_str(), W_OK) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(
        "folder '", folder.string(), "' cannot be written; make it writable"));
  }
  return absl::StrCat("'", path.string(), "' would be created");
}

absl::StatusOr<std::string> LookAtDatabase(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error) || fs::file_size(path, error) == 0) {
    return LookAtNewDatabase(path);
  }
  ETALON_ASSIGN_OR_RETURN(const DatabaseReport report,
                          CheckDatabase(path, CheckDepth::kQuick));
  if (!report.problems.empty()) {
    return absl::DataLossError(
        absl::StrCat("'", path, "' is damaged (", report.problems[0],
                     "); restore a backup with `etalon db restore`"));
  }
  if (!report.in_use_by.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "'", path, "' is in use by ", report.in_use_by, "; stop that server"));
  }
  if (access(path.c_str(), W_OK) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat("'", path, "' cannot be written; make it writable"));
  }
  const std::string schema =
      report.schema_version == report.newest_schema_version
          ? absl::StrCat("schema ", report.schema_version)
          : absl::StrCat("schema ", report.schema_version,
                         ", which would become ", report.newest_schema_version);
  return absl::StrFormat("'%s': %s, %d searches, %d trials, %d live leases",
                         path, schema, report.searches, report.trials,
                         report.live_leases);
}

}  // namespace

std::vector<Finding> LookBefore(const Server::Options& options) {
  std::vector<Finding> findings = {
      {"address", LookAtAddress(options.listen)},
      {"database", LookAtDatabase(options.database)}};
  if (options.metrics.has_value()) {
    findings.push_back({"metrics", LookAtAddress(*options.metrics)});
  }
  return findings;
}

std::string ToText(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    absl::StrAppendFormat(
        &text, "%-4s  %-8s  %s\n", finding.found.ok() ? "ok" : "FAIL",
        finding.subject,
        EscapeLine(finding.found.ok() ? absl::string_view(*finding.found)
                                      : finding.found.status().message()));
  }
  return text;
}

bool WouldStart(const std::vector<Finding>& findings) {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.found.ok(); });
}

}  // namespace etalon

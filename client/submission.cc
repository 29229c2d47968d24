#include "client/submission.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/read_file.h"
#include "client/spec/tree_path.h"
#include "client/spec/yaml_tree.h"
#include "common/random.h"
#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<SearchFile> LoadSearchFile(const std::string& path,
                                          const SearchFileOverrides& overrides,
                                          Context& context) {
  if (path == "-") {
    return ReadSearchFile(ReadAll(context.in, kMaxYamlBytes), "standard input",
                          overrides);
  }
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxYamlBytes);
  if (!text.ok()) {
    // NOT_FOUND would speak of a search.
    return absl::InvalidArgumentError(text.status().message());
  }
  return ReadSearchFile(*text, path, overrides);
}

absl::StatusOr<v1::Search> Submit(Connection& connection,
                                  const SearchFile& file,
                                  const std::string& request_id, bool paused) {
  v1::CreateSearchRequest request;
  *request.mutable_spec() = file.spec;
  request.set_request_id(request_id);
  request.set_paused(paused);
  absl::StatusOr<v1::Search> search =
      connection.CallWithRetry<v1::CreateSearchRequest, v1::Search>(
          &Connection::Service::CreateSearch, request);
  if (absl::IsInvalidArgument(search.status()) ||
      absl::IsUnimplemented(search.status())) {
    const std::optional<std::string> where =
        Locate(search.status().message(), file.tree);
    if (where.has_value()) {
      return absl::Status(
          search.status().code(),
          absl::StrCat(*where, ": ", search.status().message()));
    }
  }
  return search;
}

std::string RandomRequestId(const Context& context) {
  return fmt::format("cli-{:016x}{:016x}",
                     DeriveSeed(context.random_seed, "request id", {0}),
                     DeriveSeed(context.random_seed, "request id", {1}));
}

std::string RequestIdOf(const v1::SearchSpec& spec) {
  // Unlike the wire format, the text format has one spelling: there are no maps
  // in the definition.
  std::string text;
  google::protobuf::TextFormat::PrintToString(spec, &text);
  return fmt::format("spec-{:016x}{:016x}", DeriveSeed(0, text),
                     DeriveSeed(1, text));
}

}  // namespace etalon

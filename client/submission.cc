#include "client/submission.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "common/read_file.h"
#include "common/spec/tree_path.h"
#include "common/spec/yaml_tree.h"
#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<SearchFile> LoadSearchFile(const std::string& path,
                                          const SearchFileOverrides& overrides,
                                          Context& context) {
  const bool standard_input = path == "-";
  const absl::StatusOr<std::string> text =
      standard_input ? ReadAll(context.in, kMaxYamlBytes)
                     : ReadFile(path, kMaxYamlBytes);
  if (!text.ok()) {
    // NOT_FOUND would speak of a search.
    return absl::InvalidArgumentError(text.status().message());
  }
  absl::StatusOr<SearchFile> file = ReadSearchFile(
      *text, standard_input ? "standard input" : path, overrides);
  if (file.ok()) return file;
  return absl::InvalidArgumentError(
      absl::StrCat("the search file is wrong, nothing was submitted:\n",
                   file.status().message()));
}

absl::StatusOr<v1::Search> Submit(Connection& connection,
                                  const SearchFile& file,
                                  const std::string& request_id, bool paused) {
  v1::CreateSearchRequest request;
  *request.mutable_spec() = file.spec;
  request.set_request_id(request_id);
  request.set_paused(paused);
  absl::StatusOr<v1::Search> search =
      connection.CallUntilDeadline<v1::CreateSearchRequest, v1::Search>(
          &Connection::Service::CreateSearch, request);
  if (search.ok()) return search;
  return LocateInFile(search.status(), file);
}

absl::Status LocateInFile(const absl::Status& refusal, const SearchFile& file) {
  if (absl::IsInvalidArgument(refusal) || absl::IsUnimplemented(refusal) ||
      absl::IsResourceExhausted(refusal)) {
    const std::optional<std::string> located =
        Locate(refusal.message(), file.tree);
    // Whatever the coordinator calls it: it is the file that has to change.
    if (located.has_value()) return absl::InvalidArgumentError(*located);
  }
  return refusal;
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

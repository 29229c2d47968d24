#include "common/spec/search_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/spec/fields.h"
#include "common/spec/overrides.h"
#include "common/spec/problems.h"
#include "common/spec/read_parameters.h"
#include "common/spec/read_replicates.h"
#include "common/spec/read_stages.h"
#include "common/spec/read_training.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

void ReadSearch(const Field& field, bool named, v1::SearchSpec& spec) {
  MapReader map(field);
  if (const auto name = named ? map.Find("name") : map.Require("name")) {
    if (const auto text = ReadText(*name)) spec.set_name(*text);
  }
  map.Set("seed", spec, &v1::SearchSpec::set_seed);
  if (const auto training = map.Require("training")) {
    ReadTraining(*training, *spec.mutable_training());
  }
  if (const auto parameters = map.Require("parameters")) {
    ReadParameters(*parameters, *spec.mutable_parameters());
  }
  if (const auto stages = map.Require("stages")) {
    ReadStages(*stages, *spec.mutable_stages());
  }
  ReadReplicates(map, spec);
  map.Set("max_attempts", spec, &v1::SearchSpec::set_max_attempts);
  map.Set("max_parallel", spec, &v1::SearchSpec::set_max_parallel);
  map.Finish();
}

}  // namespace

absl::StatusOr<SearchFile> ReadSearchFile(
    absl::string_view text, absl::string_view source,
    const SearchFileOverrides& overrides) {
  SearchFile file;
  ETALON_ASSIGN_OR_RETURN(file.tree, ParseYaml(text, source));
  if (file.tree.kind == YamlNode::Kind::kNull) {
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": the file is empty"));
  }
  if (file.tree.kind != YamlNode::Kind::kMap) {
    return absl::InvalidArgumentError(absl::StrCat(
        file.tree.where,
        ": must be a map with the keys name, training, parameters, stages"));
  }
  for (const std::string& override_text : overrides.set) {
    ETALON_RETURN_IF_ERROR(ApplyOverride(override_text, file.tree));
  }
  Problems problems;
  ReadSearch({&file.tree, "", &problems}, !overrides.name.empty(), file.spec);
  ETALON_RETURN_IF_ERROR(problems.ToStatus());
  if (!overrides.name.empty()) file.spec.set_name(overrides.name);
  return file;
}

}  // namespace etalon

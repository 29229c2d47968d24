#ifndef ETALON_SERVER_SEARCH_STAGE_LOOKUP_H_
#define ETALON_SERVER_SEARCH_STAGE_LOOKUP_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Position of the first stage of that name.
std::optional<int> FindStage(const v1::SearchSpec& spec,
                             absl::string_view name);

// The stage that stage `stage` has its configurations from: itself where it
// samples; else the one that it takes from, followed back to one that samples.
// Of a valid spec.
int SamplingStage(const v1::SearchSpec& spec, int stage);

// The original ranges of a stage: the search's parameters, in their order, with
// the stage's own in place of those of the same name.
std::vector<v1::Parameter> DeclaredParameters(const v1::SearchSpec& spec,
                                              int stage);

// How often the stage trains each configuration.
int Replicates(const v1::SearchSpec& spec, int stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STAGE_LOOKUP_H_

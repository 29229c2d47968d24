#ifndef ETALON_SERVER_SEARCH_STAGE_LOOKUP_H_
#define ETALON_SERVER_SEARCH_STAGE_LOOKUP_H_

#include <optional>
#include <string>
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
// the stage's own in place of those of the same name, which keep the search's
// conditions.
std::vector<v1::Parameter> DeclaredParameters(const v1::SearchSpec& spec,
                                              int stage);

// Where stage `stage` has its range of that parameter from: "parameters[0]", or
// "stages[1].parameters[0]". Of a parameter of the search.
std::string ParameterField(const v1::SearchSpec& spec, int stage,
                           absl::string_view name);

// The race that decides how often the stage trains each configuration; null
// where a number does.
const v1::Race* RaceOf(const v1::SearchSpec& spec, int stage);

// How often the stage trains each configuration: of a race, before any is out.
int Replicates(const v1::SearchSpec& spec, int stage);

// The most that it trains any of them.
int MostReplicates(const v1::SearchSpec& spec, int stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STAGE_LOOKUP_H_

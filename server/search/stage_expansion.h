#ifndef ETALON_SERVER_SEARCH_STAGE_EXPANSION_H_
#define ETALON_SERVER_SEARCH_STAGE_EXPANSION_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Stages that stand for others: those that zoom (zoom.h), and Hyperband
// (hyperband.h).

// Whether every one of `spec` can be written out: codes and messages are those
// of ValidateSpec, which tells about the stages that it gives.
absl::Status ValidateExpansion(const v1::SearchSpec& spec);

// `spec` with the stages that others stand for in their place. Those it has are
// valid.
v1::SearchSpec ExpandStages(const v1::SearchSpec& spec);

// The stage of `spec` that stage `expanded` of ExpandStages(spec) comes from.
int GivenStage(const v1::SearchSpec& spec, int expanded);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STAGE_EXPANSION_H_

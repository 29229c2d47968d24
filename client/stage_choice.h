#ifndef ETALON_CLIENT_STAGE_CHOICE_H_
#define ETALON_CLIENT_STAGE_CHOICE_H_

#include <string>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// What a user calls all stages together; no stage may have this name.
inline constexpr char kAllStages[] = "all";

// Id of the stage whose configurations are a search's best: the last that has a
// succeeded trial, empty where none has. Not all stages together, because they
// train on other images and for other lengths, so that their accuracies do not
// compare. `search` is as GetSearch gives it.
std::string BestStage(const v1::Search& search);

// NOT_FOUND, with the stages that there are, unless `search` has a stage of
// this id.
absl::Status CheckStage(const v1::Search& search, const std::string& stage);

}  // namespace etalon

#endif  // ETALON_CLIENT_STAGE_CHOICE_H_

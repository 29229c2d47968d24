#ifndef ETALON_SERVER_SEARCH_ZOOM_H_
#define ETALON_SERVER_SEARCH_ZOOM_H_

#include <vector>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// `zoom: {rounds: n, top: k}` of a stage NAME stands for n stages NAME-1,
// NAME-2, ..., NAME. All sample as that one does; each but the first refines
// the one before to its best k. The test images are for the last one.

// Whether the zoom that stage `stage` has can be written out.
absl::Status ValidateZoom(const v1::SearchSpec& spec, int stage);

// The stages that `stage`, which zooms, stands for; they have no zoom.
std::vector<v1::StageSpec> ZoomRounds(const v1::StageSpec& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_ZOOM_H_

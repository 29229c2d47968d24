#ifndef ETALON_SERVER_SEARCH_ZOOM_H_
#define ETALON_SERVER_SEARCH_ZOOM_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// `zoom: {rounds: n, top: k}` of a stage NAME stands for n stages NAME-1,
// NAME-2, ..., NAME. All sample as that one does; each but the first refines
// the one before to its best k. The test images are for the last one.

// Whether every zoom of `spec` can be written out: codes and messages are those
// of ValidateSpec, which tells about the stages that it gives.
absl::Status ValidateZooms(const v1::SearchSpec& spec);

// `spec` with the stages that zooms stand for in their place, and no zoom.
// Those it has are valid.
v1::SearchSpec ExpandZooms(const v1::SearchSpec& spec);

// The stage of `spec` that stage `expanded` of ExpandZooms(spec) comes from.
int ZoomedStage(const v1::SearchSpec& spec, int expanded);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_ZOOM_H_

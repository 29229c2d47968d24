#ifndef ETALON_CLIENT_PICTURES_MODEL_WEIGHTS_H_
#define ETALON_CLIENT_PICTURES_MODEL_WEIGHTS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "client/pictures/weights_plot.h"
#include "common/formats/safetensors.h"

namespace etalon {

struct FirstLayer {
  // Its first kMaxWeightImages units at most.
  WeightImages images;
  // Units that it has.
  int64_t units = 0;
};

// The first layer of a stored model, `layers.0.weight` (units x inputs), as
// images of `shape`, or of the usual shape for its inputs. The pictures of a
// network of one layer are labelled with the classes, where its metadata name a
// data set of which we know them.
// INVALID_ARGUMENT: there is no such array, its inputs are no such image, or a
// weight is not finite.
absl::StatusOr<FirstLayer> ReadFirstLayer(
    const Safetensors& model, const std::optional<ImageShape>& shape,
    const std::string& title);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_MODEL_WEIGHTS_H_

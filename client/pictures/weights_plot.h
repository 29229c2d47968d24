#ifndef ETALON_CLIENT_PICTURES_WEIGHTS_PLOT_H_
#define ETALON_CLIENT_PICTURES_WEIGHTS_PLOT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/pictures/canvas.h"

namespace etalon {

// How the inputs of a network are an image: channel by channel, each row by
// row.
struct ImageShape {
  // 1, grey, or 3: red, green, blue.
  int channels = 1;
  int height = 0;
  int width = 0;

  int64_t inputs() const { return int64_t{channels} * height * width; }
};

// "3x32x32". INVALID_ARGUMENT: another form, other than 1 or 3 channels, or a
// side that is not 1 to 256.
absl::StatusOr<ImageShape> ParseImageShape(absl::string_view text);

// What `inputs` inputs are in the data sets that are known: 3072 of CIFAR and
// of generated images, 784 of MNIST and the like.
// INVALID_ARGUMENT: none of these.
absl::StatusOr<ImageShape> UsualImageShape(int64_t inputs);

// Pictures in one grid; more are too small to see.
inline constexpr int64_t kMaxWeightImages = 256;

struct WeightImages {
  std::string title;
  ImageShape shape;
  // (units x shape.inputs(), row-major), 1 to kMaxWeightImages units. Finite.
  std::vector<float> weights;
  // Below the pictures, one each; or empty.
  std::vector<std::string> labels;
};

struct WeightsPicture {
  std::string plot;
  // As wide as asked for, and no higher than the pictures need.
  Canvas canvas;
};

// The gnuplot commands of the weights as pictures: one for each unit, from its
// smallest weight (black) to its largest (white, or full colour), in a grid
// that makes the most of `canvas`.
WeightsPicture PlotWeights(const WeightImages& images, const Canvas& canvas);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_WEIGHTS_PLOT_H_

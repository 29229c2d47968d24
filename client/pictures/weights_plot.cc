#include "client/pictures/weights_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/pictures/script.h"

namespace etalon {
namespace {

constexpr int kMaxImageSide = 256;

// Pixels of the canvas.
constexpr int kTitleHeight = 44;
constexpr int kMargin = 12;
constexpr int kLabelHeight = 22;

// A tile is a picture with the gap to the next, and its label.
struct Grid {
  int columns = 1;
  int rows = 1;
};

bool ParseSide(absl::string_view text, int& side) {
  return absl::SimpleAtoi(text, &side) && side >= 1 && side <= kMaxImageSide;
}

// Of the image's pixels.
double Gap(const ImageShape& shape) {
  return std::max(1.0, 0.08 * std::max(shape.width, shape.height));
}

// Canvas pixels for each pixel of an image.
double Magnification(const ImageShape& shape, const Grid& grid, bool labels,
                     const Canvas& canvas) {
  const double label = labels ? kLabelHeight : 0;
  const double across = (canvas.width - 2.0 * kMargin) / grid.columns /
                        (shape.width + Gap(shape));
  const double down =
      ((canvas.height - kTitleHeight - 1.0 * kMargin) / grid.rows - label) /
      (shape.height + Gap(shape));
  return std::min(across, down);
}

// The grid in which pictures are large and few places stay empty.
Grid ChooseGrid(const ImageShape& shape, int units, bool labels,
                const Canvas& canvas) {
  Grid best;
  double best_score = -1;
  for (int columns = 1; columns <= units; ++columns) {
    const Grid grid{columns, (units + columns - 1) / columns};
    const double score = Magnification(shape, grid, labels, canvas) * units /
                         (grid.columns * grid.rows);
    if (score > best_score) {
      best_score = score;
      best = grid;
    }
  }
  return best;
}

// The pixels of one unit as lines of "x y red green blue", `left` and `top`
// being the middle of its first pixel.
std::string Pixels(const float* weights, const ImageShape& shape, double left,
                   double top) {
  const auto [low, high] =
      std::minmax_element(weights, weights + shape.inputs());
  const double range = double{*high} - *low;
  const int64_t plane = int64_t{shape.height} * shape.width;
  std::string lines;
  for (int row = 0; row < shape.height; ++row) {
    for (int column = 0; column < shape.width; ++column) {
      fmt::format_to(std::back_inserter(lines), "{:.4g} {:.4g}", left + column,
                     top + row);
      for (int colour = 0; colour < 3; ++colour) {
        const int channel = shape.channels == 3 ? colour : 0;
        const double weight =
            weights[channel * plane + int64_t{row} * shape.width + column];
        // A unit that weighs all alike is grey.
        const double share = range > 0 ? (weight - *low) / range : 0.5;
        fmt::format_to(std::back_inserter(lines), " {}",
                       std::lround(255 * share));
      }
      lines += '\n';
    }
  }
  return lines;
}

}  // namespace

absl::StatusOr<ImageShape> ParseImageShape(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, 'x');
  ImageShape shape;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &shape.channels) ||
      (shape.channels != 1 && shape.channels != 3) ||
      !ParseSide(parts[1], shape.height) || !ParseSide(parts[2], shape.width)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", text, "' is no shape CxHxW such as 3x32x32, of 1 or 3 channels"));
  }
  return shape;
}

absl::StatusOr<ImageShape> UsualImageShape(int64_t inputs) {
  for (const ImageShape& shape :
       {ImageShape{3, 32, 32}, ImageShape{1, 28, 28}}) {
    if (shape.inputs() == inputs) return shape;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the first layer has ", inputs,
                   " inputs; say with --shape what image they are"));
}

WeightsPicture PlotWeights(const WeightImages& images, const Canvas& canvas) {
  const ImageShape& shape = images.shape;
  const int units = static_cast<int>(
      static_cast<int64_t>(images.weights.size()) / shape.inputs());
  const bool labels = !images.labels.empty();
  const Grid grid = ChooseGrid(shape, units, labels, canvas);
  const double pixel = Magnification(shape, grid, labels, canvas);
  const double pitch_x = shape.width + Gap(shape);
  const double pitch_y =
      shape.height + Gap(shape) + (labels ? kLabelHeight / pixel : 0);
  Canvas cropped = canvas;
  cropped.height =
      std::min(canvas.height,
               kTitleHeight + kMargin +
                   static_cast<int>(std::ceil(grid.rows * pitch_y * pixel)));
  // Axes in image pixels, on a frame that keeps these square.
  const double frame_width = grid.columns * pitch_x * pixel / canvas.width;
  const double frame_height = grid.rows * pitch_y * pixel / cropped.height;
  const double frame_top = 1.0 - 1.0 * kTitleHeight / cropped.height;
  std::string plot = fmt::format(
      "unset key\nunset border\nunset tics\n"
      "set label 1 {} at screen 0.5, screen {:.5f} center\n"
      "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
      "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n"
      "set xrange [0:{}]\nset yrange [{}:0]\n",
      Quoted(images.title), 1 - 0.5 * kTitleHeight / cropped.height,
      0.5 - frame_width / 2, 0.5 + frame_width / 2, frame_top,
      frame_top - frame_height, Number(grid.columns * pitch_x),
      Number(grid.rows * pitch_y));
  std::vector<std::string> curves;
  for (int unit = 0; unit < units; ++unit) {
    const double left = (unit % grid.columns) * pitch_x + Gap(shape) / 2;
    const double top = (unit / grid.columns) * pitch_y + Gap(shape) / 2;
    absl::StrAppend(&plot, "$unit", unit, " << END\n",
                    Pixels(images.weights.data() + unit * shape.inputs(), shape,
                           left + 0.5, top + 0.5),
                    "END\n");
    curves.push_back(
        absl::StrCat("$unit", unit, " using 1:2:3:4:5 with rgbimage"));
    if (labels) {
      absl::StrAppend(&plot, "set label ", unit + 2, " ",
                      Quoted(images.labels[static_cast<size_t>(unit)]), " at ",
                      Number(left + shape.width / 2.0), ", ",
                      Number(top + shape.height), " center offset 0, -0.8\n");
    }
  }
  absl::StrAppend(&plot, "plot ", absl::StrJoin(curves, ", \\\n  "), "\n");
  return {plot, cropped};
}

}  // namespace etalon

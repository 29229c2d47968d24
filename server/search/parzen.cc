#include "server/search/parzen.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "server/search/sample.h"

namespace etalon {
namespace {

using std::numbers::sqrt2;

// Of the uniform distribution on [0, 1].
constexpr double kUniformVariance = 1.0 / 12;
// Keeps a density that has come to a point able to move.
constexpr double kNarrowest = 0.003;

// Of the standard normal distribution.
double NormalBelow(double z) { return 0.5 * std::erfc(-z / sqrt2); }
// Finite for every share.
double NormalQuantile(double share) {
  return -sqrt2 * boost::math::erfc_inv(
                      2 * std::clamp(share, 0x1.0p-1000, 1 - 0x1.0p-53));
}

// The probability of [low, high], precise in both tails.
double NormalMass(double low, double high) {
  if (low > 0) return NormalBelow(-low) - NormalBelow(-high);
  return NormalBelow(high) - NormalBelow(low);
}

double Middle(const Interval& cell) { return (cell.low + cell.high) / 2; }

// The category of a cell among `count` equal ones.
int CategoryOf(const Interval& cell, int count) {
  return static_cast<int>(Middle(cell) * count);
}

// The deviation of the kernels round `places`, at least one.
double Deviation(const std::vector<double>& places, int dimensions,
                 double width) {
  const double count = static_cast<double>(places.size());
  const double mean =
      std::accumulate(places.begin(), places.end(), 0.0) / count;
  double variance = kUniformVariance;
  for (const double place : places) variance += (place - mean) * (place - mean);
  variance /= count + 1;
  return std::clamp(
      width * std::sqrt(variance) * std::pow(count, -1.0 / (dimensions + 4)),
      kNarrowest, 1.0);
}

}  // namespace

ParzenEstimator::ParzenEstimator(absl::Span<const v1::Parameter> box,
                                 absl::Span<const Cells> points, double width)
    : kernels_(points.size() + 1, std::vector<Kernel>(box.size())) {
  const int dimensions = SearchedDimensions(box);
  for (size_t i = 0; i < box.size(); ++i) {
    categories_.push_back(box[i].categories().values_size());
    if (ValueCount(box[i]) == 1) continue;
    std::vector<double> places;
    for (const Cells& point : points) {
      if (point[i].has_value()) places.push_back(Middle(*point[i]));
    }
    if (places.empty()) continue;
    const double count = static_cast<double>(places.size());
    const double deviation =
        categories_[i] > 0 ? (categories_[i] - 1) / (count + categories_[i])
                           : Deviation(places, dimensions, width);
    for (size_t j = 0; j < points.size(); ++j) {
      if (!points[j][i].has_value()) continue;
      const Interval& cell = *points[j][i];
      Kernel& kernel = kernels_[j][i];
      kernel.uniform = false;
      kernel.deviation = deviation;
      if (categories_[i] > 0) {
        kernel.mean = CategoryOf(cell, categories_[i]);
        continue;
      }
      kernel.mean = Middle(cell);
      // No narrower than an integer's cell, or none would ever lead to the
      // next.
      kernel.deviation = std::max(deviation, cell.width());
      kernel.log_mass =
          std::log(NormalMass(-kernel.mean / kernel.deviation,
                              (1 - kernel.mean) / kernel.deviation));
    }
  }
}

std::vector<double> ParzenEstimator::DrawMarginals(RandomStream& random) const {
  std::vector<double> point;
  point.reserve(categories_.size());
  for (size_t i = 0; i < categories_.size(); ++i) {
    const Kernel& kernel =
        kernels_[random.NextBelow(static_cast<uint32_t>(kernels_.size()))][i];
    const double draw = random.NextUniform();
    if (kernel.uniform) {
      point.push_back(draw);
    } else if (categories_[i] > 0) {
      // Its own category has the first 1 - b of the draws.
      const double others = draw - (1 - kernel.deviation);
      double category = kernel.mean;
      if (others >= 0) {
        category = std::floor(others / kernel.deviation * (categories_[i] - 1));
        if (category >= kernel.mean) ++category;
      }
      point.push_back((category + 0.5) / categories_[i]);
    } else {
      const double below = NormalBelow(-kernel.mean / kernel.deviation);
      const double share = below + draw * std::exp(kernel.log_mass);
      point.push_back(std::clamp(
          kernel.mean + kernel.deviation * NormalQuantile(share), 0.0, 1.0));
    }
  }
  return point;
}

double ParzenEstimator::LogKernel(size_t parameter, const Kernel& kernel,
                                  const Interval& cell) const {
  if (categories_[parameter] > 0) {
    if (kernel.uniform) return -std::log(categories_[parameter]);
    return CategoryOf(cell, categories_[parameter]) == kernel.mean
               ? std::log1p(-kernel.deviation)
               : std::log(kernel.deviation / (categories_[parameter] - 1));
  }
  const bool integer = cell.width() > 0;
  if (kernel.uniform) return integer ? std::log(cell.width()) : 0;
  if (integer) {
    return std::log(NormalMass((cell.low - kernel.mean) / kernel.deviation,
                               (cell.high - kernel.mean) / kernel.deviation)) -
           kernel.log_mass;
  }
  const double z = (cell.low - kernel.mean) / kernel.deviation;
  return -z * z / 2 - std::log(kernel.deviation) -
         std::log(2 * std::numbers::pi) / 2 - kernel.log_mass;
}

double ParzenEstimator::LogDensity(const Cells& configuration) const {
  std::vector<double> logs;
  logs.reserve(kernels_.size());
  for (const std::vector<Kernel>& kernels : kernels_) {
    double sum = 0;
    for (size_t i = 0; i < kernels.size(); ++i) {
      if (!configuration[i].has_value()) continue;
      sum += LogKernel(i, kernels[i], *configuration[i]);
    }
    logs.push_back(sum);
  }
  // Finite: that of the uniform kernel is.
  const double largest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - largest);
  return largest + std::log(sum / static_cast<double>(logs.size()));
}

}  // namespace etalon

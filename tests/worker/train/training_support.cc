#include "tests/worker/train/training_support.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <utility>

#include "common/random.h"
#include "worker/train/kernels/select.h"

namespace etalon::train {
namespace {

// Class k is bright in every feature j with j % classes == k, and dim
// elsewhere.
ImageSet Blobs(int64_t features, int64_t classes, int64_t count,
               RandomStream& random) {
  ImageSet set;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t label = i % classes;
    set.labels.push_back(static_cast<uint8_t>(label));
    for (int64_t j = 0; j < features; ++j) {
      const uint32_t base = j % classes == label ? 100 : 60;
      set.images.push_back(static_cast<uint8_t>(base + random.NextBelow(80)));
    }
  }
  return set;
}

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool SameBits(const std::optional<Score>& a, const std::optional<Score>& b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() == b.has_value();
  return SameBits(a->loss, b->loss) && SameBits(a->cost, b->cost) &&
         SameBits(a->accuracy, b->accuracy);
}

}  // namespace

const KernelSet& FastKernels() { return **SelectKernels("auto"); }

PreparedData MakeBlobs(int64_t features, int64_t classes, int64_t train,
                       int64_t validation, int64_t test) {
  RandomStream random(7);
  Dataset dataset;
  dataset.shape = {1, 1, features};
  dataset.classes = classes;
  dataset.train = Blobs(features, classes, train, random);
  dataset.validation = Blobs(features, classes, validation, random);
  dataset.test = Blobs(features, classes, test, random);
  return *PreparedData::Create(std::move(dataset));
}

AlignedArray<double> RandomNormals(size_t count, uint64_t seed) {
  RandomStream random(seed);
  AlignedArray<double> values(count);
  for (double& value : values) value = random.NextNormal();
  return values;
}

std::vector<double> CentralDifferences(ArrayView<double> values, Index count,
                                       const std::function<double()>& f) {
  constexpr double kStep = 1e-5;
  std::vector<double> gradient;
  for (Index i = 0; i < count; ++i) {
    double& value = values[i];
    const double original = value;
    value = original + kStep;
    const double above = f();
    value = original - kStep;
    const double below = f();
    value = original;
    gradient.push_back((above - below) / (2 * kStep));
  }
  return gradient;
}

double RelativeError(const double* a, const std::vector<double>& b) {
  double difference = 0;
  double size = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(a[i]) + std::abs(b[i]));
  }
  return difference / size;
}

bool Identical(const Measurement& a, const Measurement& b) {
  return a.update == b.update && a.weights_update == b.weights_update &&
         SameBits(a.epoch, b.epoch) &&
         SameBits(a.learning_rate, b.learning_rate) &&
         SameBits(a.training, b.training) &&
         SameBits(a.validation, b.validation) && SameBits(a.test, b.test);
}

}  // namespace etalon::train

#ifndef ETALON_TESTS_WORKER_TRAIN_TRAINING_SUPPORT_H_
#define ETALON_TESTS_WORKER_TRAIN_TRAINING_SUPPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "tests/worker/train/kernel_sets.h"
#include "worker/train/aligned_array.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/input_batch.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/parameter.h"
#include "worker/train/trainer.h"

namespace etalon::train {

// Keeps every measurement and the model, and asks to stop at question `stop_at`
// (from 0).
class RecordingObserver : public Observer {
 public:
  explicit RecordingObserver(
      int64_t stop_at = std::numeric_limits<int64_t>::max())
      : stop_at_(stop_at) {}

  void OnMeasurement(const Measurement& measurement) override {
    measurements.push_back(measurement);
  }
  bool ShouldStop() override { return questions++ >= stop_at_; }

  bool WantsModel() override { return true; }
  void OnModel(std::vector<Tensor> tensors) override {
    model = std::move(tensors);
  }

  std::vector<Measurement> measurements;
  std::vector<Tensor> model;  // empty without one
  int64_t questions = 0;

 private:
  const int64_t stop_at_;
};

// The fastest kernels of this machine, as a worker would take them.
const KernelSet& FastKernels();

// Easy data: `classes` blobs of bytes with `features` features.
PreparedData MakeBlobs(int64_t features, int64_t classes, int64_t train,
                       int64_t validation, int64_t test);

AlignedArray<double> RandomNormals(size_t count, uint64_t seed);

// The gradient of `f` with respect to `count` numbers by central differences;
// they are as they were afterwards.
std::vector<double> CentralDifferences(ArrayView<double> values, Index count,
                                       const std::function<double()>& f);

template <typename Scalar>
std::vector<Scalar> ToVector(const ArrayView<Scalar>& values, Index count) {
  std::vector<Scalar> copy;
  for (Index i = 0; i < count; ++i) copy.push_back(values[i]);
  return copy;
}
template <typename Scalar>
std::vector<Scalar> ToVector(const NamedArray<Scalar>& array) {
  return ToVector(array.values, array.count);
}
template <typename Scalar, typename Numbers>
void Assign(const Numbers& from, const NamedArray<Scalar>& to) {
  Index i = 0;
  for (const auto& number : from) {
    to.values[i++] = static_cast<Scalar>(number);
  }
}

// What was packed into a batch, (rows x features): its product with the
// identity, which in float32 and float64 changes no bit.
template <typename Scalar>
AlignedArray<Scalar> Unpack(const Kernels<Scalar>& kernels, const Batch& batch,
                            Index features) {
  const Index columns = PaddedColumns<Scalar>(features);
  AlignedArray<Scalar> identity(features * columns);
  for (Index j = 0; j < features; ++j) identity[j * columns + j] = 1;
  AlignedArray<std::byte> panels(
      kernels.packed_panels_bytes(features, columns));
  kernels.pack_panels(features, columns, columns, identity.data(),
                      panels.data());
  AlignedArray<Scalar> padded(batch.rows * columns);
  kernels.multiply(batch.rows, features, columns, batch.inputs, panels.data(),
                   /*biases=*/nullptr, columns, padded.data());
  AlignedArray<Scalar> values;
  for (Index i = 0; i < batch.rows; ++i) {
    values.insert(values.end(), padded.begin() + i * columns,
                  padded.begin() + i * columns + features);
  }
  return values;
}

// |a - b| / (|a| + |b|) in the maximum norm: over whole arrays, since of
// entries near zero a central difference holds few digits.
double RelativeError(const double* a, const std::vector<double>& b);

// Whether two measurements are the same to the bit.
bool Identical(const Measurement& a, const Measurement& b);

}  // namespace etalon::train

#endif  // ETALON_TESTS_WORKER_TRAIN_TRAINING_SUPPORT_H_

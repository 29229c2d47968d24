#ifndef ETALON_WORKER_TRAIN_NETWORK_H_
#define ETALON_WORKER_TRAIN_NETWORK_H_

#include <cstdint>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/fully_connected.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// Some images, normalised, and their classes; borrowed.
template <typename Scalar>
struct Batch {
  Index rows = 0;
  const Scalar* inputs = nullptr;   // (rows x features), row-major
  const uint8_t* labels = nullptr;  // rows
};

// A classifier of fully connected layers with rectifiers between them and
// softmax cross-entropy on top; float to train, double to check gradients.
// Owns its parameters and the activations of one batch. Not thread-safe.
template <typename Scalar>
class Network {
 public:
  // Takes batches of up to `max_rows` rows. `kernels` must outlive the network.
  Network(const Kernels<Scalar>& kernels, Index features,
          const std::vector<int64_t>& hidden, Index classes, Index max_rows);

  // Draws all parameters; layer l from stream l of `seed`.
  void Initialize(const WeightInit& init, uint64_t seed);

  // Classifies a batch. What Tally holds is without the penalty.
  Tally Evaluate(const Batch<Scalar>& batch);

  // One step of stochastic gradient descent on the batch's cost,
  //   W -= eta * (d loss / d W + 2 lambda W),  b -= eta * d loss / d b,
  // where loss is the mean over the batch. Returns the tally from before it;
  // when its loss is not finite nothing is changed.
  Tally Descend(const Batch<Scalar>& batch, double eta, double lambda);

  // The gradient of the batch's cost with respect to each layer's parameters.
  std::vector<AffineParameters<Scalar>> CostGradient(const Batch<Scalar>& batch,
                                                     double lambda);

  // Sum of all squared weights of all layers.
  double SquaredWeights() const;

  std::vector<FullyConnected<Scalar>>& layers() { return layers_; }

 private:
  // Leaves each hidden layer's activations and, of the last layer, the gradient
  // with respect to its output.
  Tally Forward(const Batch<Scalar>& batch);
  // Leaves the gradients with respect to every other layer's output.
  void Backward(Index rows);
  const Scalar* LayerInput(const Batch<Scalar>& batch, size_t layer) const {
    return layer == 0 ? batch.inputs : outputs_[layer - 1].data();
  }

  const Kernels<Scalar>& kernels_;
  std::vector<FullyConnected<Scalar>> layers_;
  // Per layer (max_rows x outputs): what leaves it, rectified where hidden, and
  // the mean loss's gradient with respect to what leaves its affine part. The
  // last layer's scores become their gradient in place, so outputs_ lacks it.
  std::vector<AlignedArray<Scalar>> outputs_;
  std::vector<AlignedArray<Scalar>> gradients_;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_NETWORK_H_

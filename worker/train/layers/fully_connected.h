#ifndef ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_
#define ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/network_spec.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// A fully connected layer, y = W x + b for every row x of a batch; all arrays
// row-major. Owns its parameters. Not thread-safe.
template <typename Scalar>
class FullyConnected {
 public:
  // `kernels` must outlive the layer. Parameters start at zero.
  FullyConnected(const Kernels<Scalar>& kernels, Index inputs, Index outputs);

  // Draws the weights as `init` says from the numbers of `seed` and `stream`,
  // and zeroes the biases.
  void Initialize(const WeightInit& init, uint64_t seed, uint64_t stream);

  // output (rows x outputs) from input (rows x inputs).
  void Forward(Index rows, const Scalar* input, Scalar* output) const;

  // The loss's gradient with respect to the input (rows x inputs) from that
  // with respect to the output (rows x outputs).
  void Backward(Index rows, const Scalar* output_gradient,
                Scalar* input_gradient) const;

  // Leaves the loss's gradient with respect to weights and biases in
  // Parameters(), from that with respect to the output.
  void Differentiate(Index rows, const Scalar* input,
                     const Scalar* output_gradient);

  // Steps against that gradient by `eta` of it, without storing it; the weights
  // lose their `decay`-th part.
  void Descend(Index rows, const Scalar* input, const Scalar* output_gradient,
               Scalar decay, Scalar eta);

  // `prefix`weight (outputs x inputs) and `prefix`bias.
  std::vector<Parameter<Scalar>> Parameters(const std::string& prefix);

  // Sum of all squared weights.
  double SquaredWeights() const;

  Index inputs() const { return inputs_; }
  Index outputs() const { return outputs_; }

 private:
  const Kernels<Scalar>* kernels_;
  Index inputs_;
  Index outputs_;
  // Weights (outputs x inputs), row-major, and biases, with their gradients.
  AlignedArray<Scalar> weights_;
  AlignedArray<Scalar> biases_;
  AlignedArray<Scalar> weight_gradient_;
  AlignedArray<Scalar> bias_gradient_;
};

extern template class FullyConnected<float>;
extern template class FullyConnected<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_

#ifndef ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_
#define ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_

#include <cstdint>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// What a fully connected layer learns, or the gradient of it.
template <typename Scalar>
struct AffineParameters {
  AlignedArray<Scalar> weights;  // (outputs x inputs), row-major
  AlignedArray<Scalar> biases;   // outputs
};

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

  // Adds `step` times the gradient with respect to the parameters to `target`,
  // whose weights lose their `decay`-th part first. With the layer's own
  // parameters as target this is a step of gradient descent with weight decay,
  // for which the gradient itself is never stored.
  void AccumulateGradient(Index rows, const Scalar* input,
                          const Scalar* output_gradient, Scalar decay,
                          Scalar step, AffineParameters<Scalar>& target) const;

  // Sum of all squared weights.
  double SquaredWeights() const;

  Index inputs() const { return inputs_; }
  Index outputs() const { return outputs_; }
  AffineParameters<Scalar>& parameters() { return parameters_; }
  const AffineParameters<Scalar>& parameters() const { return parameters_; }

 private:
  const Kernels<Scalar>* kernels_;
  Index inputs_;
  Index outputs_;
  AffineParameters<Scalar> parameters_;
};

extern template class FullyConnected<float>;
extern template class FullyConnected<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_

#ifndef ETALON_WORKER_TRAIN_LAYERS_BLOCK_H_
#define ETALON_WORKER_TRAIN_LAYERS_BLOCK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/batch_norm.h"
#include "worker/train/layers/dropout.h"
#include "worker/train/layers/fully_connected.h"
#include "worker/train/network_spec.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// What a network repeats: an affine layer and what follows it up to the next,
// y = dropout(activation(norm(W x + b))). Owns all of it and the output of one
// batch; arrays are (rows x inputs or outputs), row-major. Not thread-safe.
template <typename Scalar>
class Block {
 public:
  // A hidden block as `spec` has it, or the affine last one. Batches have up to
  // `max_rows` rows. `kernels` must outlive the block.
  Block(const Kernels<Scalar>& kernels, Index inputs, Index outputs,
        const NetworkSpec& spec, bool is_last, Index max_rows);

  // Draws the weights from stream `stream` of `seed`.
  void Initialize(const WeightInit& init, uint64_t seed, uint64_t stream);

  // Fill output(), training with dropout from stream `stream` of `seed`.
  void ForwardInEvaluation(Index rows, const Scalar* input);
  void ForwardInTraining(Index rows, const Scalar* input, uint64_t seed,
                         uint64_t stream);

  // Moves the running statistics towards the batch of ForwardInTraining.
  void UpdateStatistics(Index rows);

  // Turns the loss's gradient with respect to output() in place into that with
  // respect to W x + b.
  void BackwardToAffine(Index rows, Scalar* gradient);
  // From the latter, the gradient with respect to the input.
  void BackwardToInput(Index rows, const Scalar* gradient,
                       Scalar* input_gradient) const {
    affine_.Backward(rows, gradient, input_gradient);
  }

  // From the gradient with respect to W x + b: either leaves those with respect
  // to W and b in Parameters(), or steps against them, W by its L2 term too.
  void Differentiate(Index rows, const Scalar* input, const Scalar* gradient) {
    affine_.Differentiate(rows, input, gradient);
  }
  void Descend(Index rows, const Scalar* input, const Scalar* gradient,
               double eta, double lambda);

  // Names begin with `prefix`.
  std::vector<Parameter<Scalar>> Parameters(const std::string& prefix);
  std::vector<NamedArray<Scalar>> Statistics(const std::string& prefix);

  double SquaredWeights() const { return affine_.SquaredWeights(); }
  Index outputs() const { return affine_.outputs(); }
  Scalar* output() { return output_.data(); }
  const Scalar* output() const { return output_.data(); }

 private:
  const Kernels<Scalar>* kernels_;
  FullyConnected<Scalar> affine_;
  std::optional<BatchNorm<Scalar>> norm_;
  Activation activation_;
  std::optional<Dropout<Scalar>> dropout_;
  AlignedArray<Scalar> output_;  // (max_rows x outputs)
};

extern template class Block<float>;
extern template class Block<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_BLOCK_H_

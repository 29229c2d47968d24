#ifndef ETALON_WORKER_TRAIN_NETWORK_H_
#define ETALON_WORKER_TRAIN_NETWORK_H_

#include <cstdint>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/block.h"
#include "worker/train/network_spec.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// Some images, normalised, and their classes; borrowed.
template <typename Scalar>
struct Batch {
  Index rows = 0;
  const Scalar* inputs = nullptr;   // (rows x features), row-major
  const uint8_t* labels = nullptr;  // rows
};

// A classifier: blocks of layers, the last of them affine, with softmax
// cross-entropy on top; float to train, double to check gradients. Owns its
// parameters and the activations of one batch. Not thread-safe.
//
// Training differs from evaluation where the spec has batch normalisation
// (moments of the batch in place of running ones) or dropout. Which units drop
// out is a pure function of a `dropout_seed`: one for each update.
template <typename Scalar>
class Network {
 public:
  // Takes batches of up to `max_rows` rows; with batch normalisation, of 2 or
  // more in training. `kernels` must outlive the network.
  Network(const Kernels<Scalar>& kernels, Index features,
          const NetworkSpec& spec, Index classes, Index max_rows);

  // Draws all weights, block l from stream l of `seed`; biases start at zero
  // and normalisation as the identity.
  void Initialize(uint64_t seed);

  // Classifies a batch. What Tally holds is without the penalty.
  Tally Evaluate(const Batch<Scalar>& batch);

  // Classifies a batch as training does. Parameters, gradients and running
  // statistics stay as they are.
  Tally TrainingLoss(const Batch<Scalar>& batch, uint64_t dropout_seed);

  // TrainingLoss, and leaves the gradient of the mean loss, without the
  // penalty, in Parameters(); moves the running statistics. When the loss is
  // not finite nothing is changed.
  Tally Differentiate(const Batch<Scalar>& batch, uint64_t dropout_seed);

  // TrainingLoss, and one step of gradient descent on the batch's cost,
  //   W -= eta * (d loss / d W + 2 lambda W),  and without lambda for the rest,
  // where loss is the mean over the batch; moves the running statistics. When
  // the loss is not finite nothing is changed. Faster than Differentiate: the
  // large gradients are never stored.
  Tally Descend(const Batch<Scalar>& batch, double eta, double lambda,
                uint64_t dropout_seed);

  // All that is learnt, from the input on: of block l "layers.l.weight"
  // (outputs x inputs), "layers.l.bias" and, with batch normalisation,
  // "layers.l.norm.weight" and "layers.l.norm.bias".
  std::vector<Parameter<Scalar>> Parameters();
  // What follows the data without being learnt: "layers.l.norm.running_mean"
  // and "layers.l.norm.running_var".
  std::vector<NamedArray<Scalar>> Statistics();
  // Both, parameters first: what makes the network the one it is.
  std::vector<NamedArray<Scalar>> State();

  // What hidden layer `block` gave for the latest batch, after dropout:
  // (rows x its units). Zero or less where the unit was not active.
  const Scalar* HiddenOutput(size_t block) const {
    return blocks_[block].output();
  }

  // Sum of all squared weights of all layers.
  double SquaredWeights() const;

 private:
  // Of the scores that the last block holds, which become the gradient of the
  // mean loss with respect to them.
  Tally Loss(const Batch<Scalar>& batch);
  // TrainingLoss; when it is finite, moves the running statistics and leaves
  // the gradients with respect to the output of every block's affine layer.
  Tally ForwardAndBackward(const Batch<Scalar>& batch, uint64_t dropout_seed);
  const Scalar* Input(const Batch<Scalar>& batch, size_t block) const {
    return block == 0 ? batch.inputs : blocks_[block - 1].output();
  }
  // (rows x outputs) of the block; after ForwardAndBackward.
  Scalar* Gradient(size_t block) {
    return block + 1 < blocks_.size() ? gradients_[block].data()
                                      : blocks_[block].output();
  }

  const Kernels<Scalar>& kernels_;
  const NetworkSpec spec_;
  std::vector<Block<Scalar>> blocks_;
  std::vector<AlignedArray<Scalar>> gradients_;  // but for the last block
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_NETWORK_H_

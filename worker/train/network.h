#ifndef ETALON_WORKER_TRAIN_NETWORK_H_
#define ETALON_WORKER_TRAIN_NETWORK_H_

#include <cstdint>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/input_batch.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/block.h"
#include "worker/train/network_spec.h"
#include "worker/train/optimizers/member_step.h"
#include "worker/train/optimizers/step_rule.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// The classifiers of a group of trials, its members, that are trained side by
// side on the same batches: blocks of layers, the last of them affine, with
// softmax cross-entropy on top; float to train, double to check gradients. Owns
// parameters, what the optimiser remembers, and the activations of one batch.
// What one member gets does not depend on the others, to the bit. Not
// thread-safe.
//
// Training differs from evaluation where a spec has batch normalisation
// (moments of the batch in place of running ones) or dropout. Which units drop
// out is a pure function of a member's dropout seed: one for each update.
template <typename Scalar>
class Network {
 public:
  // `members`, one or more, differ in initialisation and dropout alone. Takes
  // batches of up to `max_rows` rows; with batch normalisation, of 2 or more in
  // training. `kernels` must outlive the network.
  Network(const Kernels<Scalar>& kernels, Index features,
          const std::vector<NetworkSpec>& members, Index classes,
          Index max_rows, StepRule<Scalar> rule);

  // Draws all weights, block l of a member from stream l of its seed; biases
  // start at zero and normalisation as the identity.
  void Initialize(const std::vector<uint64_t>& seeds);

  // Classifies a batch: what each member gets, without the penalty.
  const std::vector<Tally>& Evaluate(const Batch& batch);

  // Classifies a batch as training does. Parameters, gradients and running
  // statistics stay as they are.
  const std::vector<Tally>& TrainingLoss(
      const Batch& batch, const std::vector<uint64_t>& dropout_seeds);

  // TrainingLoss, and one step of each member on the gradient of its cost, by
  // the rule of the network; moves the running statistics. A member whose loss
  // is not finite must not be used again; when that is all, nothing is changed.
  // Under kStore the steps are without effect, and the gradient of the mean
  // loss, without the penalty, is in Parameters().
  const std::vector<Tally>& Step(const Batch& batch,
                                 const std::vector<uint64_t>& dropout_seeds,
                                 const std::vector<MemberStep>& steps);

  Index members() const { return members_; }

  // All that a member learns, from the input on: of block l "layers.l.weight"
  // (outputs x inputs), "layers.l.bias" and, with batch normalisation,
  // "layers.l.norm.weight" and "layers.l.norm.bias". Gradients are under kStore
  // alone.
  std::vector<Parameter<Scalar>> Parameters(Index member);
  // What follows the data without being learnt: "layers.l.norm.running_mean"
  // and "layers.l.norm.running_var".
  std::vector<NamedArray<Scalar>> Statistics(Index member);
  // Both, parameters first: what makes the network the one it is.
  std::vector<NamedArray<Scalar>> State(Index member);
  // All that, beside these, a later step depends on: of each parameter
  // ".momentum", or ".first_moment" and then of each ".second_moment".
  std::vector<NamedArray<Scalar>> Moments(Index member);
  // Whoever wrote to parameters must call this before the next batch.
  void RefreshCopies();

  // What a hidden layer gave for the latest batch, after dropout:
  // (rows x HiddenColumns().width). Zero or less where the unit was not active.
  const Scalar* HiddenOutput(size_t block) const {
    return blocks_[block].output();
  }
  const Columns& HiddenColumns(size_t block) const {
    return blocks_[block].columns();
  }

  // Of each member: the sum of all squared weights of all layers.
  std::vector<double> SquaredWeights() const;

 private:
  // Of the scores that the last block holds, which become the gradients of the
  // mean losses with respect to them.
  const std::vector<Tally>& Loss(const Batch& batch);
  bool AllDiverged() const;
  // Packs what the block before gave, where it is not the batch.
  const std::byte* Input(const Batch& batch, size_t block);
  // (rows x width) of the block's output.
  Scalar* Gradient(size_t block) {
    return block + 1 < blocks_.size() ? gradients_[block].data()
                                      : blocks_[block].output();
  }

  const Kernels<Scalar>& kernels_;
  const Index members_;
  const std::vector<NetworkSpec> specs_;
  const StepRule<Scalar> rule_;
  std::vector<Block<Scalar>> blocks_;
  std::vector<const std::byte*> inputs_;         // of each block, packed
  std::vector<AlignedArray<Scalar>> gradients_;  // but for the last block
  std::vector<Tally> tallies_;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_NETWORK_H_

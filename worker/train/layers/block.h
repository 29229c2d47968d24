#ifndef ETALON_WORKER_TRAIN_LAYERS_BLOCK_H_
#define ETALON_WORKER_TRAIN_LAYERS_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/batch_norm.h"
#include "worker/train/layers/columns.h"
#include "worker/train/layers/dropout.h"
#include "worker/train/layers/fully_connected.h"
#include "worker/train/network_spec.h"
#include "worker/train/optimizers/step_table.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// What a network repeats: an affine layer and what follows it up to the next,
// y = dropout(activation(norm(W x + b))), for all members of a group. Owns all
// of it and the input and output of one batch; but for inputs arrays are
// (rows x columns().width). Not thread-safe.
template <typename Scalar>
class Block {
 public:
  // A hidden block as the members' specs have it, which differ in
  // initialisation and dropout alone, or the affine last one. Batches have up
  // to `max_rows` rows. `kernels` must outlive the block.
  Block(const Kernels<Scalar>& kernels, const AffineShape& shape,
        const std::vector<NetworkSpec>& specs, bool is_last,
        StepRule<Scalar> rule, Index max_rows);

  // Draws a member's weights from stream `stream` of `seed`. Call RefreshCopies
  // after the last.
  void Initialize(Index member, const WeightInit& init, uint64_t seed,
                  uint64_t stream) {
    affine_.Initialize(member, init, seed, stream);
  }
  // Whatever else wrote weights must call this before the next batch.
  void RefreshCopies() { affine_.RefreshCopies(); }

  // Takes what the block before gave as this one's input, and forgets it at the
  // next.
  const std::byte* PackInput(Index rows, const Block& before);

  // Fill output() from a packed input, training with dropout from stream
  // `stream` of the members' seeds.
  void ForwardInEvaluation(Index rows, const std::byte* input);
  void ForwardInTraining(Index rows, const std::byte* input,
                         const std::vector<uint64_t>& seeds, uint64_t stream);

  // Moves the running statistics towards the batch of ForwardInTraining.
  void UpdateStatistics(Index rows);

  // Turns the loss's gradient with respect to output() in place into that with
  // respect to W x + b.
  void BackwardToAffine(Index rows, Scalar* gradient);
  // From the latter, the gradient with respect to the input, which `before`
  // gave.
  void BackwardToInput(Index rows, const Scalar* gradient, const Block& before,
                       Scalar* input_gradient) {
    affine_.Backward(rows, gradient, before.columns(), input_gradient);
  }

  // Makes a step, from the gradient with respect to W x + b. One step for each
  // member.
  void Step(Index rows, const std::byte* input, const Scalar* gradient,
            const std::vector<MemberStep>& steps);

  // Of a member; names begin with `prefix`.
  std::vector<Parameter<Scalar>> Parameters(Index member,
                                            const std::string& prefix);
  std::vector<NamedArray<Scalar>> Statistics(Index member,
                                             const std::string& prefix);
  std::vector<NamedArray<Scalar>> FirstMoments(Index member,
                                               const std::string& prefix,
                                               const std::string& suffix);
  std::vector<NamedArray<Scalar>> SecondMoments(Index member,
                                                const std::string& prefix,
                                                const std::string& suffix);

  void AddSquaredWeights(std::vector<double>& sums) const {
    affine_.AddSquaredWeights(sums);
  }
  const Columns& columns() const { return affine_.columns(); }
  Scalar* output() { return output_.data(); }
  const Scalar* output() const { return output_.data(); }

 private:
  const Kernels<Scalar>* kernels_;
  FullyConnected<Scalar> affine_;
  std::optional<BatchNorm<Scalar>> norm_;
  Activation activation_;
  std::optional<Dropout<Scalar>> dropout_;
  StepTable<Scalar> steps_;
  AlignedArray<std::byte> input_;  // packed, unless it is the batch
  AlignedArray<Scalar> output_;    // (max_rows x width)
};

extern template class Block<float>;
extern template class Block<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_BLOCK_H_

#ifndef ETALON_WORKER_TRAIN_LAYERS_BATCH_NORM_H_
#define ETALON_WORKER_TRAIN_LAYERS_BATCH_NORM_H_

#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/columns.h"
#include "worker/train/layers/learnt_array.h"
#include "worker/train/optimizers/step_table.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// Batch normalisation, per unit y = gamma (x - mean) / sqrt(variance + 1e-5) +
// beta (S. Ioffe, C. Szegedy, "Batch normalization", 2015, algorithm 1). In
// training the moments are the batch's own, its variance the biased one; for
// evaluation they are running averages, r <- 0.9 r + 0.1 m, whose variances are
// unbiased. For a group of trials: every column is normalised by itself. Arrays
// are (rows x columns.width). Owns what it learns and keeps the normalised
// values of one batch. Not thread-safe.
template <typename Scalar>
class BatchNorm {
 public:
  // Batches have up to `max_rows` rows. `kernels` must outlive the layer, which
  // starts as Reset leaves it.
  BatchNorm(const Kernels<Scalar>& kernels, const Columns& columns,
            StepRule<Scalar> rule, Index max_rows);

  // gamma 1, beta 0, running mean 0, running variance 1.
  void Reset();

  // y in place of x, by the moments of these rows, of which there are 2 or
  // more. A variance that overflows gives NaN: divergence must show.
  void ForwardInTraining(Index rows, Scalar* values);

  // y in place of x, by the running moments.
  void ForwardInEvaluation(Index rows, Scalar* values);

  // Moves the running moments towards those of the batch of ForwardInTraining.
  void UpdateStatistics(Index rows);

  // Turns the loss's gradient with respect to y of ForwardInTraining in place
  // into that with respect to x, and keeps those with respect to gamma and beta
  // for Step.
  void Backward(Index rows, Scalar* gradient);

  // gamma and beta step against their gradients.
  void Step(const StepTable<Scalar>& steps);

  // Of a member: `prefix`weight (gamma) and `prefix`bias (beta).
  std::vector<Parameter<Scalar>> Parameters(Index member,
                                            const std::string& prefix);
  // What the rule remembers of them: first moments, or second ones.
  std::vector<NamedArray<Scalar>> FirstMoments(Index member,
                                               const std::string& prefix,
                                               const std::string& suffix);
  std::vector<NamedArray<Scalar>> SecondMoments(Index member,
                                                const std::string& prefix,
                                                const std::string& suffix);
  // `prefix`running_mean and `prefix`running_var.
  std::vector<NamedArray<Scalar>> Statistics(Index member,
                                             const std::string& prefix);

 private:
  void Normalize(Index rows, const AlignedArray<Scalar>& mean,
                 const AlignedArray<Scalar>& variance, Scalar* values);

  NamedArray<Scalar> Array(Index member, std::string name,
                           AlignedArray<Scalar>& array) const;

  const Kernels<Scalar>* kernels_;
  Columns columns_;
  // One number for each column.
  LearntArray<Scalar> gamma_;
  LearntArray<Scalar> beta_;
  AlignedArray<Scalar> gamma_gradient_;
  AlignedArray<Scalar> beta_gradient_;
  AlignedArray<Scalar> running_mean_;
  AlignedArray<Scalar> running_variance_;
  // Of the latest batch.
  AlignedArray<Scalar> mean_;
  AlignedArray<Scalar> variance_;
  AlignedArray<Scalar> inverse_deviation_;
  AlignedArray<Scalar> normalized_;  // (max_rows x width)
};

extern template class BatchNorm<float>;
extern template class BatchNorm<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_BATCH_NORM_H_

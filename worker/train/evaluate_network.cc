#include "worker/train/evaluate_network.h"

#include <new>

#include "common/status_macros.h"
#include "worker/train/classify_part.h"
#include "worker/train/evaluation.h"
#include "worker/train/input_batch.h"
#include "worker/train/kernels_for.h"
#include "worker/train/network.h"

namespace etalon::train {
namespace {

absl::StatusOr<PartScores> Evaluate(const TrialPlan& plan,
                                    const std::vector<Tensor>& state,
                                    const PreparedData& data,
                                    const Kernels<float>& kernels) {
  const DataSizes sizes = data.sizes();
  Network<float> network(kernels, sizes.features, {plan.network}, sizes.classes,
                         kEvaluationRows, StepRule<float>::kDescent);
  ETALON_RETURN_IF_ERROR(CheckFit(state, network.State(0), "the model"));
  CopyFromTensors(state, network.State(0));
  network.RefreshCopies();

  InputBatch<float> buffer(kernels, sizes.features, kEvaluationRows);
  const double squared_weights = network.SquaredWeights().front();
  const auto score = [&](const ImageSet& part) {
    const std::vector<Tally> tallies =
        ClassifyPart(network, data, part, buffer, [] { return false; });
    return MakeScore(tallies.front(), part.size(), plan.lambda,
                     squared_weights);
  };
  PartScores scores = {score(data.train()), score(data.validation()), {}};
  if (data.test().size() > 0) scores.test = score(data.test());
  return scores;
}

}  // namespace

absl::StatusOr<PartScores> EvaluateNetwork(const TrialPlan& plan,
                                           const std::vector<Tensor>& state,
                                           const PreparedData& data,
                                           const KernelSet& kernels) {
  ETALON_RETURN_IF_ERROR(Validate(plan, data.sizes()));
  try {
    return Evaluate(plan, state, data, KernelsFor(plan.precision, kernels));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "not enough memory for the model's network and batches");
  }
}

}  // namespace etalon::train

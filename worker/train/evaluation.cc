#include "worker/train/evaluation.h"

#include <variant>

namespace etalon::train {
namespace {

int64_t PeriodLength(const TrialPlan& plan, int64_t updates_per_epoch) {
  switch (plan.evaluation.period) {
    case EvaluationPlan::Period::kEpoch:
      break;
    case EvaluationPlan::Period::kCycle:
      return std::get<CyclicalRate>(plan.schedule).CycleLength();
  }
  return updates_per_epoch;
}

}  // namespace

bool EvaluationDue(const TrialPlan& plan, int64_t updates_per_epoch,
                   int64_t update) {
  if (update == plan.updates) return true;
  const int64_t length = PeriodLength(plan, updates_per_epoch);
  const int64_t count = plan.evaluation.count;
  const int64_t before = (update - 1) % length;  // made in this period
  return (before + 1) * count / length > before * count / length;
}

Score MakeScore(const Tally& tally, int64_t images, double lambda,
                double squared_weights) {
  const double n = static_cast<double>(images);
  Score score;
  score.loss = tally.loss_sum / n;
  score.cost = score.loss + lambda * squared_weights;
  score.accuracy = static_cast<double>(tally.correct) / n;
  return score;
}

}  // namespace etalon::train

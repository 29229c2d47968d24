#include "worker/train/evaluation.h"

#include <variant>

namespace etalon::train {
namespace {

// Periods of `length` updates, one after another, from update `start` on.
struct Periods {
  int64_t start = 0;
  int64_t length = 0;
};

Periods PeriodsOf(const TrialPlan& plan, int64_t updates_per_epoch) {
  switch (plan.evaluation.period) {
    case EvaluationPlan::Period::kEpoch:
      break;
    case EvaluationPlan::Period::kCycle:
      return {plan.schedule.warmup,
              std::get<CyclicalRate>(plan.schedule.form).CycleLength()};
  }
  return {0, updates_per_epoch};
}

}  // namespace

bool EvaluationDue(const TrialPlan& plan, int64_t updates_per_epoch,
                   int64_t update) {
  if (update == plan.updates) return true;
  const Periods periods = PeriodsOf(plan, updates_per_epoch);
  if (update <= periods.start) return false;
  const int64_t count = plan.evaluation.count;
  // Made in this period.
  const int64_t before = (update - periods.start - 1) % periods.length;
  return (before + 1) * count / periods.length >
         before * count / periods.length;
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

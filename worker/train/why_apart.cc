#include "worker/train/why_apart.h"

#include <variant>

#include "absl/strings/str_cat.h"

namespace etalon::train {
namespace {

// The rule that an optimiser steps by; its numbers may differ within a group.
std::string RuleName(const OptimizerSpec& optimizer) {
  if (std::holds_alternative<AdamSpec>(optimizer)) return "adam";
  return std::get<SgdSpec>(optimizer).momentum == 0 ? "sgd without momentum"
                                                    : "sgd with momentum";
}

// The update after which evaluations begin to be counted, and how many there
// are to a period; 0 where a period is an epoch.
int64_t CycleStart(const TrialPlan& plan) {
  return plan.evaluation.period == EvaluationPlan::Period::kCycle
             ? plan.schedule.warmup
             : 0;
}
int64_t CycleLength(const TrialPlan& plan) {
  const auto* cyclical = std::get_if<CyclicalRate>(&plan.schedule.form);
  return plan.evaluation.period == EvaluationPlan::Period::kCycle &&
                 cyclical != nullptr
             ? cyclical->CycleLength()
             : 0;
}

bool MeasuredAlike(const TrialPlan& a, const TrialPlan& b) {
  return a.evaluation.period == b.evaluation.period &&
         a.evaluation.count == b.evaluation.count &&
         a.evaluation.training == b.evaluation.training &&
         a.evaluation.test == b.evaluation.test &&
         CycleStart(a) == CycleStart(b) && CycleLength(a) == CycleLength(b);
}

}  // namespace

std::string WhyApart(const TrialPlan& a, const TrialPlan& b) {
  if (a.network.hidden != b.network.hidden) {
    return "their hidden layers differ";
  }
  if (a.network.batch_norm != b.network.batch_norm) {
    return "only one has batch normalisation";
  }
  if (a.network.activation != b.network.activation) {
    return "their activations differ";
  }
  if (RuleName(a.optimizer) != RuleName(b.optimizer)) {
    return absl::StrCat("one is trained by ", RuleName(a.optimizer),
                        ", the other by ", RuleName(b.optimizer));
  }
  if (a.precision != b.precision) return "their precisions differ";
  if (a.batch_size != b.batch_size) return "their batch sizes differ";
  if (a.updates != b.updates) {
    return absl::StrCat("they are trained for ", a.updates, " and ", b.updates,
                        " updates");
  }
  if (a.seeds.minibatches != b.seeds.minibatches) {
    return "they are other replicates, which see other minibatches";
  }
  if (a.augmentation.mirror != b.augmentation.mirror ||
      a.augmentation.shift != b.augmentation.shift) {
    return "their images are augmented differently";
  }
  if (!MeasuredAlike(a, b)) return "they are measured at other updates";
  return "";
}

}  // namespace etalon::train

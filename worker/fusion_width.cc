#include "worker/fusion_width.h"

#include <unistd.h>

#include <algorithm>
#include <variant>

namespace etalon {
namespace {

// Columns of the product over all first layers past which more are no faster.
constexpr int64_t kEnoughUnits = 512;
constexpr int64_t kUsualCacheBytes = int64_t{16} << 20;
constexpr int64_t kMemoryShare = 4;
constexpr int64_t kFloatBytes = 4;
constexpr int64_t kBfloat16Bytes = 2;

int64_t FirstLayerUnits(const train::TrialPlan& plan,
                        const train::DataSizes& sizes) {
  return plan.network.hidden.empty() ? sizes.classes
                                     : plan.network.hidden.front();
}

// Of all layers; biases and normalisation do not count beside them.
int64_t Weights(const train::TrialPlan& plan, const train::DataSizes& sizes) {
  int64_t weights = 0;
  int64_t inputs = sizes.features;
  for (const int64_t units : plan.network.hidden) {
    weights += inputs * units;
    inputs = units;
  }
  return weights + inputs * sizes.classes;
}

// Running means that the optimiser keeps of each weight's gradient.
int64_t Moments(const train::OptimizerSpec& optimizer) {
  if (std::holds_alternative<train::AdamSpec>(optimizer)) return 2;
  return std::get<train::SgdSpec>(optimizer).momentum == 0 ? 0 : 1;
}

// Of a weight, what every update reads or writes: itself, its moments, and what
// products in bfloat16 read in its place.
int64_t TouchedBytesPerWeight(const train::TrialPlan& plan) {
  const int64_t rounded =
      plan.precision == train::Precision::kBfloat16 ? kBfloat16Bytes : 0;
  return kFloatBytes * (1 + Moments(plan.optimizer)) + rounded;
}

// And what is seldom touched: the best weights so far.
int64_t KeptBytesPerWeight(const train::TrialPlan& plan) {
  return TouchedBytesPerWeight(plan) +
         (plan.early_stopping.has_value() ? kFloatBytes : 0);
}

}  // namespace

TrainingMachine ThisMachine(int threads) {
  TrainingMachine machine;
  machine.threads = threads;
  machine.cache_bytes = std::max(sysconf(_SC_LEVEL3_CACHE_SIZE), 0L);
  machine.memory_bytes = std::max(sysconf(_SC_PHYS_PAGES), 0L) *
                         std::max(sysconf(_SC_PAGESIZE), 0L);
  return machine;
}

int FusionWidth(const train::TrialPlan& plan, const train::DataSizes& sizes,
                const TrainingMachine& machine) {
  const int64_t weights = Weights(plan, sizes);
  const int64_t cache_bytes =
      machine.cache_bytes > 0 ? machine.cache_bytes : kUsualCacheBytes;
  const int64_t threads = std::max(machine.threads, 1);
  int64_t width = std::min(
      {int64_t{kMaxFusionWidth}, kEnoughUnits / FirstLayerUnits(plan, sizes),
       cache_bytes / threads / (weights * TouchedBytesPerWeight(plan))});
  if (machine.memory_bytes > 0) {
    width = std::min(width, machine.memory_bytes / kMemoryShare / threads /
                                (weights * KeptBytesPerWeight(plan)));
  }
  return static_cast<int>(std::max<int64_t>(width, 1));
}

}  // namespace etalon

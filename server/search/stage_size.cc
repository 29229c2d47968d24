#include "server/search/stage_size.h"

#include <algorithm>
#include <limits>

#include "common/limits.h"
#include "server/search/grid_sampler.h"
#include "server/search/sample.h"
#include "server/search/stage_lookup.h"
#include "server/search/stage_plan.h"

namespace etalon {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

// Whether `spec` is small enough to pair its parameters with a stage's.
bool Pairable(const v1::SearchSpec& spec, const v1::StageSpec& stage) {
  return spec.parameters_size() <= kMaxParameters &&
         stage.parameters_size() <= kMaxParameters &&
         stage.sample().grid().points_size() <= kMaxParameters;
}

}  // namespace

int64_t SaturatingProduct(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kMost : product;
}

int64_t SaturatingSum(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kMost : sum;
}

int64_t PlannedConfigurations(const v1::SearchSpec& spec, int stage) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (stage_spec.has_take()) return std::max(stage_spec.take().top(), 0);
  if (!stage_spec.sample().has_grid()) {
    return std::max(SampleCount(stage_spec.sample()), 0);
  }
  if (!Pairable(spec, stage_spec)) return kMost;
  return GridSize(stage_spec.sample().grid(), DeclaredParameters(spec, stage));
}

int64_t PlannedTrials(const v1::SearchSpec& spec, int stage) {
  return SaturatingProduct(PlannedConfigurations(spec, stage),
                           std::max(MostReplicates(spec, stage), 0));
}

}  // namespace etalon

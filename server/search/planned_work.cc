#include "server/search/planned_work.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/search/grid_sampler.h"
#include "server/search/halving.h"
#include "server/search/random_sampler.h"
#include "server/search/stage_lookup.h"
#include "server/search/stage_plan.h"
#include "server/search/stage_size.h"
#include "server/search/training.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;

// Enough that the mean of what differs by a factor of ten is known to a tenth.
constexpr int kMaxSample = 256;
constexpr size_t kMaxShapes = 8;

struct Sampled {
  std::vector<Assignments> configurations;
  // Whether they are the very ones that will be trained.
  bool all = false;
};

Sampled SampleStage(const v1::SearchSpec& spec, int stage) {
  const int source = SamplingStage(spec, stage);
  const v1::StageSpec& from = spec.stages(source);
  const std::vector<v1::Parameter> box = DeclaredParameters(spec, source);
  const int64_t count = PlannedConfigurations(spec, source);
  Sampled sampled;
  const bool known = source == stage && !from.has_refine() &&
                     (from.sample().has_grid() || from.sample().has_random());
  sampled.all = known && count <= kMaxSample;
  if (sampled.all && from.sample().has_grid()) {
    sampled.configurations = GridConfigurations(from.sample().grid(), box);
    return sampled;
  }
  for (int i = 0; i < std::min<int64_t>(count, kMaxSample); ++i) {
    sampled.configurations.push_back(
        DrawConfiguration(spec.seed(), source, i, box));
  }
  return sampled;
}

// Trials of one shape, or of several that are much alike.
struct Group {
  v1::Training training;
  int64_t trials = 0;
  int64_t updates = 0;  // of all
};

// Arithmetic of a trial, but for a factor: to put the like together only, so
// that what the coordinator does not know of the data may stay out.
double Effort(const Group& group) {
  const v1::Network& network = group.training.network();
  // Of a CIFAR image; others differ, but all of a search alike.
  double inputs = 3072;
  double weights = 0;
  for (const int units : network.hidden().values()) {
    weights += inputs * units;
    inputs = units;
  }
  return (weights + 10 * inputs) * group.training.batch_size() *
         static_cast<double>(group.updates) / static_cast<double>(group.trials);
}

// At most kMaxShapes of `groups`.
std::vector<Group> PutTogether(std::vector<Group> groups) {
  if (groups.size() <= kMaxShapes) return groups;
  std::stable_sort(
      groups.begin(), groups.end(),
      [](const Group& a, const Group& b) { return Effort(a) < Effort(b); });
  std::vector<Group> fewer;
  for (size_t i = 0; i < kMaxShapes; ++i) {
    const size_t begin = i * groups.size() / kMaxShapes;
    const size_t end = (i + 1) * groups.size() / kMaxShapes;
    // The one in the middle stands for all.
    Group& together = fewer.emplace_back(groups[begin + (end - begin) / 2]);
    together.trials = 0;
    together.updates = 0;
    for (size_t j = begin; j < end; ++j) {
      together.trials += groups[j].trials;
      together.updates += groups[j].updates;
    }
  }
  return fewer;
}

int64_t Scaled(int64_t sum, int64_t of, int64_t trials) {
  const double scaled = static_cast<double>(sum) / static_cast<double>(of) *
                        static_cast<double>(trials);
  return of == trials ? sum : static_cast<int64_t>(scaled + 0.5);
}

// How many of so many trials a budget has room for, at so many updates each.
int64_t WithinBudget(const v1::Budget& budget, int64_t trials,
                     double updates_per_trial) {
  if (budget.trials() > 0) trials = std::min(trials, budget.trials());
  if (budget.updates() > 0 && updates_per_trial > 0) {
    const double fitting =
        std::floor(static_cast<double>(budget.updates()) / updates_per_trial);
    if (fitting < static_cast<double>(trials)) {
      trials = static_cast<int64_t>(fitting);
    }
  }
  return trials;
}

v1::PlannedStage PlanStageWork(const v1::SearchSpec& spec, int stage) {
  v1::PlannedStage planned;
  planned.set_name(spec.stages(stage).name());
  planned.set_trials(PlannedTrials(spec, stage));
  const v1::Training base = ResolveTraining(spec, stage);
  const Sampled sampled = SampleStage(spec, stage);
  const v1::Stopping& stopping = spec.stages(stage).stopping();
  // Where a stage halves, each that is told apart stands for as many as the
  // stage has: their updates are known of all together.
  const int64_t stands_for =
      stopping.has_halving()
          ? std::max<int64_t>(PlannedConfigurations(spec, stage), 1)
          : 1;
  // In the order of the first of each.
  std::map<std::string, size_t> places;
  std::vector<Group> groups;
  int64_t trials = 0;
  int64_t updates = 0;
  int64_t images = 0;
  bool differ = false;
  int64_t first_updates = -1;
  int64_t first_images = -1;
  for (const Assignments& configuration : sampled.configurations) {
    absl::StatusOr<v1::Training> training =
        ApplyParameters(base, configuration);
    // Validation has tried the corners; what is refused between them, if
    // anything, is found when the stage starts.
    if (!training.ok()) continue;
    const int64_t its_updates =
        stopping.has_halving()
            ? HalvedUpdates(stopping.halving(), *training, stands_for)
            : UpdatesOf(*training);
    const int64_t its_images =
        SaturatingProduct(its_updates, training->batch_size());
    if (trials == 0) {
      first_updates = its_updates;
      first_images = its_images;
    }
    differ =
        differ || its_updates != first_updates || its_images != first_images;
    trials += stands_for;
    updates += its_updates;
    images = SaturatingSum(images, its_images);
    const auto [place, added] =
        places.emplace(ShapeOf(*training), groups.size());
    if (added) groups.push_back({*std::move(training)});
    groups[place->second].trials += stands_for;
    groups[place->second].updates += its_updates;
  }
  if (trials == 0) return planned;
  planned.set_trials(
      WithinBudget(spec.stages(stage).budget(), planned.trials(),
                   static_cast<double>(updates) / static_cast<double>(trials)));
  planned.set_updates(Scaled(updates, trials, planned.trials()));
  planned.set_images(Scaled(images, trials, planned.trials()));
  planned.set_estimated(differ && !sampled.all);
  for (Group& group : PutTogether(std::move(groups))) {
    v1::PlannedShape& shape = *planned.add_shapes();
    *shape.mutable_training() = std::move(group.training);
    shape.set_evaluate_test(spec.stages(stage).evaluate_test());
    shape.set_share(static_cast<double>(group.trials) /
                    static_cast<double>(trials));
    shape.set_updates(static_cast<double>(group.updates) /
                      static_cast<double>(group.trials));
  }
  return planned;
}

}  // namespace

v1::SearchPlan PlanWork(const v1::SearchSpec& spec) {
  v1::SearchPlan plan;
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    *plan.add_stages() = PlanStageWork(spec, stage);
  }
  return plan;
}

std::string ShapeOf(const v1::Training& training) {
  v1::Training shape = training;
  // What is computed with does not change how long it takes.
  shape.clear_lambda();
  shape.clear_schedule();
  shape.clear_epochs();
  shape.clear_updates();
  shape.clear_early_stopping();
  shape.clear_keep_model();
  shape.mutable_dataset()->clear_seed();
  shape.mutable_network()->clear_initialization();
  shape.mutable_network()->set_dropout(training.network().dropout() > 0 ? 0.5
                                                                        : 0);
  if (training.optimizer().has_sgd()) {
    v1::Optimizer::Sgd& sgd = *shape.mutable_optimizer()->mutable_sgd();
    sgd.set_momentum(training.optimizer().sgd().momentum() > 0 ? 0.5 : 0);
  } else if (training.optimizer().has_adam()) {
    shape.mutable_optimizer()->mutable_adam()->Clear();
  }
  if (training.evaluation().has_per_cycle()) {
    // How often that is, the length of a cycle says.
    const v1::Schedule::Cyclical& cyclical = training.schedule().cyclical();
    *shape.mutable_schedule()->mutable_cyclical() = v1::Schedule::Cyclical();
    shape.mutable_schedule()->mutable_cyclical()->set_step_size(
        cyclical.step_size());
  }
  return shape.SerializeAsString();
}

}  // namespace etalon

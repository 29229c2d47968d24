#include "server/search/hyperband.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/corners.h"
#include "server/search/field_error.h"
#include "server/search/halving.h"
#include "server/search/sample.h"
#include "server/search/stage_lookup.h"
#include "server/search/training.h"
#include "server/search/validate_stopping.h"

namespace etalon {
namespace {

// Of a first rung that is the length divided by a power of the factor.
constexpr double kRounding = 1e-6;

v1::Stopping::Halving RungsOf(const v1::Stopping::Hyperband& hyperband) {
  v1::Stopping::Halving halving;
  if (hyperband.has_factor()) halving.set_factor(hyperband.factor());
  if (hyperband.has_minimum_epochs()) {
    halving.set_minimum_epochs(hyperband.minimum_epochs());
  }
  return halving;
}

// The trainings at the ends of the stage's ranges, those that can be made.
std::vector<v1::Training> TrainingsOf(const v1::SearchSpec& spec, int stage) {
  std::vector<v1::Training> trainings;
  if (spec.parameters_size() > kMaxParameters ||
      spec.stages(stage).parameters_size() > kMaxParameters) {
    return trainings;
  }
  const v1::Training base = ResolveTraining(spec, stage);
  for (const auto& corner : Corners(DeclaredParameters(spec, stage))) {
    absl::StatusOr<v1::Training> training = ApplyParameters(base, corner);
    if (training.ok() && UpdatesPerEpoch(*training) > 0) {
      trainings.push_back(*std::move(training));
    }
  }
  return trainings;
}

double EpochsOf(const v1::Training& training) {
  return static_cast<double>(UpdatesOf(training)) /
         static_cast<double>(UpdatesPerEpoch(training));
}

bool IsSampleOfCount(const v1::Sample& sample) {
  return sample.has_random() || sample.has_sobol() ||
         sample.has_latin_hypercube();
}

void SetCount(int count, v1::Sample& sample) {
  if (sample.has_random()) sample.mutable_random()->set_count(count);
  if (sample.has_sobol()) sample.mutable_sobol()->set_count(count);
  if (sample.has_latin_hypercube()) {
    sample.mutable_latin_hypercube()->set_count(count);
  }
}

// Whether stage `later` follows `earlier` in one Hyperband.
bool IsNextBracket(const v1::StageSpec& earlier, const v1::StageSpec& later) {
  if (!earlier.stopping().has_halving() || !later.stopping().has_halving()) {
    return false;
  }
  const v1::Stopping::Halving& from = earlier.stopping().halving();
  const v1::Stopping::Halving& to = later.stopping().halving();
  const double expected = MinimumEpochs(from) * HalvingFactor(from);
  return HalvingFactor(from) == HalvingFactor(to) &&
         std::abs(MinimumEpochs(to) - expected) <= kRounding * expected;
}

}  // namespace

absl::Status ValidateHyperband(const v1::SearchSpec& spec, int stage) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (!stage_spec.stopping().has_hyperband()) return absl::OkStatus();
  const std::string path =
      absl::StrCat("stages[", stage, "].stopping.hyperband");
  if (!stage_spec.has_sample()) {
    return InvalidField(path,
                        "configurations that were taken are trained to their "
                        "end; leave it out");
  }
  if (!IsSampleOfCount(stage_spec.sample())) {
    return InvalidField(path,
                        "every bracket draws its own configurations; use "
                        "random, sobol or latin_hypercube");
  }
  if (stage_spec.has_zoom()) {
    return InvalidField(path,
                        "the stage zooms as well; give each a stage of its "
                        "own");
  }
  ETALON_RETURN_IF_ERROR(
      ValidateRungFields(path, stage_spec.stopping().hyperband()));
  const std::vector<v1::Training> trainings = TrainingsOf(spec, stage);
  for (const v1::Training& training : trainings) {
    ETALON_RETURN_IF_ERROR(CheckMinimumEpochs(
        path, RungsOf(stage_spec.stopping().hyperband()), training));
    if (EpochsOf(training) == EpochsOf(trainings.front())) continue;
    return InvalidField(
        path, absl::StrCat("its trials have ",
                           FormatNumber(EpochsOf(trainings.front())), " or ",
                           FormatNumber(EpochsOf(training)),
                           " epochs, and brackets need one length; search no "
                           "lengths, or use halving"));
  }
  return absl::OkStatus();
}

std::vector<v1::StageSpec> HyperbandBrackets(const v1::SearchSpec& spec,
                                             int stage) {
  const v1::StageSpec& given = spec.stages(stage);
  v1::Stopping::Halving halving = RungsOf(given.stopping().hyperband());
  const std::vector<v1::Training> trainings = TrainingsOf(spec, stage);
  const int64_t count = SampleCount(given.sample());
  // Where nothing can be told of its trials, what is wrong with them is for
  // others to say.
  int rungs = 0;
  double epochs = MinimumEpochs(halving);
  if (!trainings.empty() && HalvingFactor(halving) > 1 && epochs > 0 &&
      HasMinimumEpochs(halving, trainings.front())) {
    rungs = static_cast<int>(RungUpdates(halving, trainings.front()).size());
    epochs = EpochsOf(trainings.front());
  }
  std::vector<v1::StageSpec> brackets;
  // factor^(s_max - s).
  int64_t power = 1;
  for (int s = rungs; s >= 0; --s) {
    v1::StageSpec& bracket = brackets.emplace_back(given);
    if (s > 0) {
      bracket.set_name(absl::StrCat(given.name(), "-", rungs - s + 1));
    }
    const int64_t among = int64_t{s + 1} * power;
    SetCount(static_cast<int>((count * (rungs + 1) + among - 1) / among),
             *bracket.mutable_sample());
    halving.set_minimum_epochs(epochs / std::pow(HalvingFactor(halving), s));
    *bracket.mutable_stopping()->mutable_halving() = halving;
    power *= HalvingFactor(halving);
  }
  return brackets;
}

std::vector<int> StagesMeant(const v1::SearchSpec& spec, int stage) {
  const std::string& name = spec.stages(stage).name();
  std::vector<int> stages = {stage};
  // The first is number 1: how many there are shows by going back to it.
  for (int brackets = 2; brackets <= stage + 1; ++brackets) {
    const int first = stage - brackets + 1;
    bool together = true;
    for (int i = first; i < stage; ++i) {
      together =
          together &&
          spec.stages(i).name() == absl::StrCat(name, "-", i - first + 1) &&
          IsNextBracket(spec.stages(i), spec.stages(i + 1));
    }
    if (!together) continue;
    stages.clear();
    for (int i = first; i <= stage; ++i) stages.push_back(i);
  }
  return stages;
}

}  // namespace etalon

#include "server/search/validate_stopping.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/search/asynchronous_halving.h"
#include "server/search/halving.h"
#include "server/search/sample.h"
#include "server/search/stage_size.h"
#include "server/search/training.h"

namespace etalon {
namespace {

// Its own replicates come before the search's race.
bool Races(const v1::SearchSpec& spec, const v1::StageSpec& stage) {
  return stage.has_race() || (spec.has_race() && !stage.has_replicates());
}

absl::Status ValidateHalving(const v1::StageSpec& stage,
                             const std::string& path) {
  if (IsAdaptive(stage.sample())) {
    return InvalidField(path,
                        "the stage's sample chooses by results, which halving "
                        "waits for; use random, sobol, latin_hypercube or "
                        "grid");
  }
  return ValidateRungFields(path, stage.stopping().halving());
}

// What rules are given that compare trials with earlier ones.
template <typename Rule>
absl::Status ValidateComparison(const v1::SearchSpec& spec, int stage,
                                const std::string& path, const Rule& rule) {
  if (rule.has_look_ahead()) {
    ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".look_ahead"),
                                      rule.look_ahead(), 1, kMaxLookAhead));
  }
  const int64_t configurations = PlannedConfigurations(spec, stage);
  if (configurations <= kMaxComparedConfigurations) return absl::OkStatus();
  return PastLimit(
      path,
      absl::StrCat(configurations,
                   " configurations, each compared with those before it,"),
      absl::StrCat(kMaxComparedConfigurations, "; use halving, or fewer"));
}

absl::Status ValidateMedian(const v1::SearchSpec& spec, int stage,
                            const std::string& path) {
  const v1::Stopping::Median& median = spec.stages(stage).stopping().median();
  if (median.has_startup()) {
    ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".startup"),
                                      median.startup(), 1, kMaxTrials));
  }
  const double warmup = median.warmup_epochs();
  if (!std::isfinite(warmup) || warmup < 0) {
    return InvalidField(
        absl::StrCat(path, ".warmup_epochs"),
        absl::StrCat(FormatNumber(warmup), "; use a number that is 0 or more"));
  }
  return ValidateComparison(spec, stage, path, median);
}

absl::Status ValidateAsynchronousHalving(const v1::SearchSpec& spec, int stage,
                                         const std::string& path) {
  const v1::Stopping::AsynchronousHalving& halving =
      spec.stages(stage).stopping().asynchronous_halving();
  ETALON_RETURN_IF_ERROR(ValidateRungFields(path, halving));
  return ValidateComparison(spec, stage, path, halving);
}

}  // namespace

absl::Status ValidateStopping(const v1::SearchSpec& spec, int stage,
                              const std::string& path) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (!stage_spec.has_stopping()) return absl::OkStatus();
  if (!stage_spec.has_sample()) {
    return InvalidField(path,
                        "configurations that were taken are trained to their "
                        "end; leave it out");
  }
  if (Races(spec, stage_spec)) {
    return InvalidField(path,
                        "the stage races its replicates, which are trained to "
                        "their end; give it replicates, or leave this out");
  }
  switch (stage_spec.stopping().rule_case()) {
    case v1::Stopping::kHalving:
      return ValidateHalving(stage_spec, absl::StrCat(path, ".halving"));
    case v1::Stopping::kMedian:
      return ValidateMedian(spec, stage, absl::StrCat(path, ".median"));
    case v1::Stopping::kAsynchronousHalving:
      return ValidateAsynchronousHalving(
          spec, stage, absl::StrCat(path, ".asynchronous_halving"));
    case v1::Stopping::kHyperband:  // its brackets stand in its place
    case v1::Stopping::RULE_NOT_SET:
      break;
  }
  return InvalidField(path,
                      "has no rule; use median, halving, "
                      "asynchronous_halving or hyperband");
}

absl::Status CheckMinimumEpochs(const std::string& path,
                                const v1::Stopping::Halving& rungs,
                                const v1::Training& training) {
  if (HasMinimumEpochs(rungs, training)) return absl::OkStatus();
  const double epochs = static_cast<double>(UpdatesOf(training)) /
                        static_cast<double>(UpdatesPerEpoch(training));
  return InvalidField(
      absl::StrCat(path, ".minimum_epochs"),
      absl::StrCat(FormatNumber(MinimumEpochs(rungs)), "; a trial has ",
                   FormatNumber(epochs), ", use no more"));
}

absl::Status ValidateRungs(const v1::SearchSpec& spec, int stage,
                           const StageTraining& training) {
  const v1::Stopping& stopping = spec.stages(stage).stopping();
  const std::string path = absl::StrCat("stages[", stage, "].stopping");
  if (stopping.has_halving()) {
    return CheckMinimumEpochs(absl::StrCat(path, ".halving"),
                              stopping.halving(), training.resolved());
  }
  if (!stopping.has_asynchronous_halving()) return absl::OkStatus();
  return CheckMinimumEpochs(absl::StrCat(path, ".asynchronous_halving"),
                            SynchronousRule(stopping.asynchronous_halving()),
                            training.resolved());
}

}  // namespace etalon

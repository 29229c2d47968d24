#include "server/stage_proposals.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"
#include "server/search/adaptive_stage.h"
#include "server/search/course.h"
#include "server/search/proposal.h"
#include "server/search/sample.h"
#include "server/search/sample_box.h"
#include "server/search/stage_lookup.h"
#include "server/search/training.h"

namespace etalon {
namespace {

bool IsOpen(v1::Search::State state) {
  return state == v1::Search::RUNNING || state == v1::Search::PAUSED;
}

const v1::Stage* FindRunningStage(const v1::Search& search,
                                  const StageKey& key) {
  if (!IsOpen(search.state())) return nullptr;
  const std::string name = FormatStageName(key.search, key.stage);
  for (const v1::Stage& stage : search.stages()) {
    if (stage.name() == name && stage.state() == v1::Stage::RUNNING) {
      return &stage;
    }
  }
  return nullptr;
}

// An adaptive stage, as the store has it.
struct View {
  const v1::SearchSpec& spec;
  int position;  // of the stage
  std::vector<v1::Parameter> box;
  std::vector<v1::Trial> trials;  // by configuration and replicate

  const v1::StageSpec& stage() const { return spec.stages(position); }
};

std::vector<v1::ParameterAssignment> ParametersOf(const v1::Trial& trial) {
  return {trial.parameters().begin(), trial.parameters().end()};
}

bool IsOpen(const v1::Trial& trial) {
  return trial.state() == v1::Trial::QUEUED ||
         trial.state() == v1::Trial::RUNNING ||
         trial.state() == v1::Trial::SUSPENDED;
}

// One of each configuration.
std::vector<Observation> Observe(absl::Span<const v1::Trial> trials) {
  std::vector<Observation> observations;
  std::vector<int> measured;
  for (const v1::Trial& trial : trials) {
    if (static_cast<size_t>(trial.configuration()) == observations.size()) {
      Observation& begun = observations.emplace_back();
      begun.parameters = ParametersOf(trial);
      begun.state = Observation::State::kUseless;
      measured.push_back(0);
    }
    Observation& observation = observations.back();
    if (IsOpen(trial)) {
      observation.state = Observation::State::kOpen;
    } else if (trial.state() == v1::Trial::SUCCEEDED ||
               trial.state() == v1::Trial::STOPPED) {
      observation.value += trial.result().validation().accuracy();
      ++measured.back();
    }
  }
  for (size_t i = 0; i < observations.size(); ++i) {
    if (observations[i].state == Observation::State::kOpen ||
        measured[i] == 0) {
      continue;
    }
    observations[i].state = Observation::State::kMeasured;
    observations[i].value /= measured[i];
  }
  return observations;
}

// The configurations that have open trials.
std::vector<int> OpenOnes(absl::Span<const Observation> observations) {
  std::vector<int> open;
  for (size_t i = 0; i < observations.size(); ++i) {
    if (observations[i].state == Observation::State::kOpen) {
      open.push_back(static_cast<int>(i));
    }
  }
  return open;
}

Closed CountClosed(absl::Span<const Observation> observations) {
  const std::vector<int> open = OpenOnes(observations);
  const int count = static_cast<int>(observations.size());
  return {open.empty() ? count : open.front(),
          count - static_cast<int>(open.size())};
}

std::optional<Course::End> EndOf(const v1::Trial& trial) {
  switch (trial.state()) {
    case v1::Trial::SUCCEEDED:
      return Course::End::kWhole;
    case v1::Trial::STOPPED:
      return Course::End::kStopped;
    case v1::Trial::DIVERGED:
    case v1::Trial::FAILED:
      return Course::End::kUseless;
    default:
      return std::nullopt;
  }
}

// What trials of a stage are compared with: the courses of those that have
// ended, of configurations that are closed.
class Compared {
 public:
  // `stored` were read after `view`.
  Compared(const View& view, absl::Span<const Observation> observations,
           absl::Span<const StoredCourse> stored)
      : view_(view), training_(ResolveTraining(view.spec, view.position)) {
    auto next = stored.begin();
    for (const v1::Trial& trial : view.trials) {
      const auto key = std::make_pair(trial.configuration(), trial.replicate());
      while (next != stored.end() &&
             std::make_pair(next->configuration, next->replicate) < key) {
        ++next;
      }
      const std::optional<Course::End> end = EndOf(trial);
      if (!end.has_value() || observations[trial.configuration()].state ==
                                  Observation::State::kOpen) {
        continue;
      }
      Course& course = courses_.emplace_back();
      course.end = *end;
      configurations_.push_back(trial.configuration());
      if (next != stored.end() &&
          std::make_pair(next->configuration, next->replicate) == key) {
        for (const StoredCourse::Point& point : next->points) {
          AddPoint(point.update, point.epoch, point.accuracy, course);
        }
      }
      const auto training = ApplyParameters(training_, ParametersOf(trial));
      if (training.ok()) {
        course.rungs = ComparedRungs(view.stage(), *training);
      }
    }
  }

  // Nothing of parameters that make no training: who queues them tells.
  std::vector<v1::Threshold> ThresholdsOf(
      int index, absl::Span<const v1::ParameterAssignment> parameters) const {
    const auto training = ApplyParameters(training_, parameters);
    if (!training.ok()) return {};
    const auto end =
        std::lower_bound(configurations_.begin(), configurations_.end(),
                         ComparedCount(view_.stage(), index));
    return MakeThresholds(
        view_.stage(), *training,
        absl::MakeConstSpan(courses_.data(), end - configurations_.begin()));
  }

 private:
  const View& view_;
  const v1::Training training_;
  // Of the same trials, by configuration.
  std::vector<int> configurations_;
  std::vector<Course> courses_;
};

// The configurations that can follow those of `view`.
std::vector<Configuration> Propose(const View& view,
                                   const std::optional<Compared>& compared,
                                   std::vector<Observation> observations) {
  const v1::StageSpec& stage = view.stage();
  const int proposable =
      ProposableCount(stage, view.box, CountClosed(observations));
  std::vector<std::vector<v1::ParameterAssignment>> sampled;
  if (!IsAdaptive(stage.sample())) {
    sampled = SampleBox(view.spec, view.position, view.box);
  }
  std::vector<Configuration> proposed;
  while (static_cast<int>(observations.size()) < proposable) {
    const int index = static_cast<int>(observations.size());
    std::vector<v1::ParameterAssignment> parameters =
        sampled.empty() ? Propose(view.spec.seed(), view.position,
                                  stage.sample(), view.box, observations)
                        : sampled[static_cast<size_t>(index)];
    Configuration& configuration = proposed.emplace_back(
        PlanConfiguration(view.spec, view.position, index, parameters));
    if (compared.has_value()) {
      configuration.thresholds = compared->ThresholdsOf(index, parameters);
    }
    if (!IsDeterministic(stage)) configuration.unseen = OpenOnes(observations);
    observations.push_back({.parameters = std::move(parameters)});
  }
  return proposed;
}

}  // namespace

absl::StatusOr<std::vector<Configuration>> ProposeConfigurations(
    Reader& reader, const StageKey& stage) {
  const absl::StatusOr<v1::Search> search = reader.GetSearch(stage.search);
  // Deleted while this look at it waited for its turn.
  if (absl::IsNotFound(search.status())) return std::vector<Configuration>();
  ETALON_RETURN_IF_ERROR(search.status());
  const v1::Stage* const running = FindRunningStage(*search, stage);
  const std::optional<int> position = FindStage(search->spec(), stage.stage);
  if (running == nullptr || !position.has_value() ||
      !IsAdaptive(search->spec().stages(*position))) {
    return std::vector<Configuration>();
  }
  View view = {search->spec(),
               *position,
               {running->box().begin(), running->box().end()},
               {}};
  ETALON_ASSIGN_OR_RETURN(view.trials,
                          reader.ListStageTrials(stage.search, stage.stage));
  std::vector<Observation> observations = Observe(view.trials);
  std::optional<Compared> compared;
  if (ComparesTrials(view.stage())) {
    ETALON_ASSIGN_OR_RETURN(const std::vector<StoredCourse> courses,
                            reader.ListCourses(stage.search, stage.stage));
    compared.emplace(view, observations, courses);
  }
  return Propose(view, compared, std::move(observations));
}

}  // namespace etalon

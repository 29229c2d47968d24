#include "server/stage_proposals.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"
#include "server/search/proposal.h"
#include "server/search/sample.h"
#include "server/search/stage_lookup.h"

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

// `trials` are all of a stage, by configuration and replicate.
std::vector<Observation> Observe(absl::Span<const v1::Trial> trials) {
  std::vector<Observation> observations;
  std::vector<int> succeeded;
  for (const v1::Trial& trial : trials) {
    if (static_cast<size_t>(trial.configuration()) == observations.size()) {
      Observation& begun = observations.emplace_back();
      begun.parameters.assign(trial.parameters().begin(),
                              trial.parameters().end());
      begun.state = Observation::State::kUseless;
      succeeded.push_back(0);
    }
    Observation& observation = observations.back();
    switch (trial.state()) {
      case v1::Trial::QUEUED:
      case v1::Trial::RUNNING:
        observation.state = Observation::State::kOpen;
        break;
      case v1::Trial::SUCCEEDED:
        observation.value += trial.result().validation().accuracy();
        ++succeeded.back();
        break;
      default:
        break;
    }
  }
  for (size_t i = 0; i < observations.size(); ++i) {
    if (observations[i].state == Observation::State::kOpen ||
        succeeded[i] == 0) {
      continue;
    }
    observations[i].state = Observation::State::kMeasured;
    observations[i].value /= succeeded[i];
  }
  return observations;
}

// As ProposableCount counts them.
int CountClosed(const v1::Sample& sample,
                absl::Span<const Observation> observations) {
  const auto is_open = [](const Observation& observation) {
    return observation.state == Observation::State::kOpen;
  };
  const auto closed =
      IsDeterministic(sample)
          ? std::find_if(observations.begin(), observations.end(), is_open) -
                observations.begin()
          : std::count_if(observations.begin(), observations.end(),
                          [&](const Observation& o) { return !is_open(o); });
  return static_cast<int>(closed);
}

}  // namespace

absl::StatusOr<std::vector<Configuration>> ProposeConfigurations(
    Reader& reader, const StageKey& stage) {
  std::vector<Configuration> proposed;
  const absl::StatusOr<v1::Search> search = reader.GetSearch(stage.search);
  // Deleted while this look at it waited for its turn.
  if (absl::IsNotFound(search.status())) return proposed;
  ETALON_RETURN_IF_ERROR(search.status());
  const v1::Stage* const running = FindRunningStage(*search, stage);
  const std::optional<int> position = FindStage(search->spec(), stage.stage);
  if (running == nullptr || !position.has_value()) return proposed;
  const v1::Sample& sample = search->spec().stages(*position).sample();
  if (!IsAdaptive(sample)) return proposed;
  const std::vector<v1::Parameter> box(running->box().begin(),
                                       running->box().end());
  ETALON_ASSIGN_OR_RETURN(const std::vector<v1::Trial> trials,
                          reader.ListStageTrials(stage.search, stage.stage));
  std::vector<Observation> observations = Observe(trials);
  const int proposable =
      ProposableCount(sample, box, CountClosed(sample, observations));
  while (static_cast<int>(observations.size()) < proposable) {
    const int index = static_cast<int>(observations.size());
    std::vector<v1::ParameterAssignment> parameters =
        Propose(search->spec().seed(), *position, sample, box, observations);
    observations.push_back({.parameters = parameters});
    proposed.push_back(PlanConfiguration(search->spec(), *position, index,
                                         std::move(parameters)));
  }
  return proposed;
}

}  // namespace etalon

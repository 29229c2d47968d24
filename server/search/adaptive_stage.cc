#include "server/search/adaptive_stage.h"

#include <algorithm>

#include "server/search/asynchronous_halving.h"
#include "server/search/grid_sampler.h"
#include "server/search/median_rule.h"
#include "server/search/proposal.h"
#include "server/search/sample.h"

namespace etalon {
namespace {

constexpr int kDefaultLookAhead = 8;

// How far a rule that compares looks.
struct Sight {
  int look_ahead = kDefaultLookAhead;
  bool deterministic = true;
};

template <typename Rule>
Sight SightOf(const Rule& rule) {
  return {rule.has_look_ahead() ? rule.look_ahead() : kDefaultLookAhead,
          !rule.has_deterministic() || rule.deterministic()};
}

// Of a stage that compares.
Sight SightOf(const v1::StageSpec& stage) {
  return stage.stopping().has_median()
             ? SightOf(stage.stopping().median())
             : SightOf(stage.stopping().asynchronous_halving());
}

int CountOf(const Closed& closed, bool deterministic) {
  return deterministic ? closed.first : closed.all;
}

}  // namespace

bool IsAdaptive(const v1::StageSpec& stage) {
  return IsAdaptive(stage.sample()) || ComparesTrials(stage);
}

bool ComparesTrials(const v1::StageSpec& stage) {
  return stage.has_sample() && (stage.stopping().has_median() ||
                                stage.stopping().has_asynchronous_halving());
}

bool IsDeterministic(const v1::StageSpec& stage) {
  return (!IsAdaptive(stage.sample()) || IsDeterministic(stage.sample())) &&
         (!ComparesTrials(stage) || SightOf(stage).deterministic);
}

int ConfigurationCount(const v1::StageSpec& stage,
                       absl::Span<const v1::Parameter> box) {
  return stage.sample().has_grid()
             ? static_cast<int>(GridSize(stage.sample().grid(), box))
             : SampleCount(stage.sample());
}

int ProposableCount(const v1::StageSpec& stage,
                    absl::Span<const v1::Parameter> box, const Closed& closed) {
  const v1::Sample& sample = stage.sample();
  int count = IsAdaptive(sample)
                  ? ProposableCount(sample, box,
                                    CountOf(closed, IsDeterministic(sample)))
                  : ConfigurationCount(stage, box);
  if (ComparesTrials(stage)) {
    const Sight sight = SightOf(stage);
    count = std::min(count,
                     CountOf(closed, sight.deterministic) + sight.look_ahead);
  }
  return count;
}

int ComparedCount(const v1::StageSpec& stage, int index) {
  const Sight sight = SightOf(stage);
  return sight.deterministic ? std::max(index - sight.look_ahead + 1, 0)
                             : index;
}

std::vector<int64_t> ComparedRungs(const v1::StageSpec& stage,
                                   const v1::Training& training) {
  if (!stage.stopping().has_asynchronous_halving()) return {};
  return RungUpdates(stage.stopping().asynchronous_halving(), training);
}

std::vector<v1::Threshold> MakeThresholds(const v1::StageSpec& stage,
                                          const v1::Training& training,
                                          absl::Span<const Course> compared) {
  return stage.stopping().has_median()
             ? MedianThresholds(stage.stopping().median(), training, compared)
             : AsynchronousHalvingThresholds(
                   stage.stopping().asynchronous_halving(), training, compared);
}

}  // namespace etalon

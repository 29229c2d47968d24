#include "server/past_rates.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/durations.h"
#include "server/search/planned_work.h"
#include "server/search/statistics.h"
#include "server/search/training.h"
#include "server/succeeded_trials.h"

namespace etalon {
namespace {

constexpr int kMaxSearches = 100;
constexpr int kMaxStageTrials = 200;
constexpr int64_t kEnoughTrials = 200;

// Seconds of a thread for each update, by worker.
using Rates = std::map<std::string, std::vector<double>>;

// What no parameter changes of a shape: the data set and its sizes. Stages with
// another need no look.
using DatasetKey = std::tuple<std::string, std::string, int, int>;

DatasetKey KeyOf(const v1::Dataset& dataset) {
  return {dataset.name(), dataset.path(), dataset.train(),
          dataset.validation()};
}

class Collector {
 public:
  Collector(Reader& reader, const v1::SearchPlan& plan) : reader_(reader) {
    for (const v1::PlannedStage& stage : plan.stages()) {
      for (const v1::PlannedShape& shape : stage.shapes()) {
        wanted_.emplace(ShapeOf(shape.training()), Wanted());
        datasets_.insert(KeyOf(shape.training().dataset()));
      }
    }
  }

  absl::Status Collect() {
    PageRequest page;
    page.size = kMaxSearches;
    ETALON_ASSIGN_OR_RETURN(const Page<v1::Search> searches,
                            reader_.ListSearches(page));
    for (const v1::Search& search : searches.items) {
      if (search.counts().succeeded() == 0) continue;
      for (int i = 0; i < search.spec().stages_size(); ++i) {
        if (Done()) return absl::OkStatus();
        ETALON_RETURN_IF_ERROR(LookAtStage(search, i));
      }
    }
    return absl::OkStatus();
  }

  const Rates& RatesOf(const v1::Training& training) {
    return wanted_[ShapeOf(training)].rates;
  }

 private:
  struct Wanted {
    Rates rates;
    int64_t trials = 0;
  };

  bool Done() const {
    for (const auto& [shape, wanted] : wanted_) {
      if (wanted.trials < kEnoughTrials) return false;
    }
    return true;
  }

  absl::Status LookAtStage(const v1::Search& search, int stage) {
    const v1::Training base = ResolveTraining(search.spec(), stage);
    if (datasets_.count(KeyOf(base.dataset())) == 0) return absl::OkStatus();
    TrialQuery query;
    ETALON_ASSIGN_OR_RETURN(query.search, ParseSearchName(search.name()));
    query.filter = SucceededTrials(search.spec().stages(stage).name());
    PageRequest page;
    page.size = kMaxStageTrials;
    const absl::StatusOr<Page<v1::Trial>> trials =
        reader_.ListTrials(query, page);
    // Deleted since it was listed.
    if (absl::IsNotFound(trials.status())) return absl::OkStatus();
    ETALON_RETURN_IF_ERROR(trials.status());
    for (const v1::Trial& trial : trials->items) Add(trial, base);
    return absl::OkStatus();
  }

  void Add(const v1::Trial& trial, const v1::Training& base) {
    const std::vector<v1::ParameterAssignment> parameters(
        trial.parameters().begin(), trial.parameters().end());
    const absl::StatusOr<v1::Training> training =
        ApplyParameters(base, parameters);
    if (!training.ok()) return;
    const auto found = wanted_.find(ShapeOf(*training));
    if (found == wanted_.end()) return;
    const double seconds =
        absl::ToDoubleSeconds(FromProto(trial.training_time()));
    const double width = std::max(1, trial.fusion().width());
    const auto updates = static_cast<double>(trial.result().update());
    if (!(seconds > 0) || updates < 1) return;
    found->second.rates[trial.worker()].push_back(seconds / width / updates);
    ++found->second.trials;
  }

  Reader& reader_;
  std::map<std::string, Wanted> wanted_;
  std::set<DatasetKey> datasets_;
};

}  // namespace

absl::Status AddPastRates(Reader& reader, v1::SearchPlan& plan) {
  Collector collector(reader, plan);
  ETALON_RETURN_IF_ERROR(collector.Collect());
  for (v1::PlannedStage& stage : *plan.mutable_stages()) {
    for (v1::PlannedShape& shape : *stage.mutable_shapes()) {
      for (const auto& [worker, seconds] :
           collector.RatesOf(shape.training())) {
        const v1::Statistic statistic = ComputeStatistic(seconds);
        v1::TrainingRate& rate = *shape.add_rates();
        rate.set_worker(worker);
        rate.set_trials(statistic.count());
        rate.set_seconds_per_update(statistic.mean());
        rate.set_deviation(statistic.standard_deviation());
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon

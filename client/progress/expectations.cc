#include "client/progress/expectations.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/output/numbers.h"
#include "client/progress/rates.h"
#include "common/limits.h"

namespace etalon {
namespace {

// Workers past these are counted, not named.
constexpr size_t kMaxNames = 3;

// "24 trials of workers/1, workers/2 and a calibration on this machine".
std::string SourceOf(const v1::PlannedStage& stage) {
  int64_t trials = 0;
  bool calibrated = false;
  std::set<std::string> workers;
  for (const v1::PlannedShape& shape : stage.shapes()) {
    for (const v1::TrainingRate& rate : shape.rates()) {
      if (rate.worker().empty()) {
        calibrated = true;
      } else {
        trials += rate.trials();
        workers.insert(rate.worker());
      }
    }
  }
  std::string source;
  if (trials > 0) {
    absl::StrAppend(&source, trials, trials == 1 ? " trial of " : " trials of ",
                    workers.size() > kMaxNames
                        ? absl::StrCat(workers.size(), " workers")
                        : absl::StrJoin(workers, ", "));
  }
  if (calibrated) {
    absl::StrAppend(&source, source.empty() ? "" : " and ",
                    "a calibration on this machine");
  }
  return source;
}

}  // namespace

Expectations Expect(const v1::SearchPlan& plan,
                    const std::vector<v1::Worker>& workers,
                    const std::vector<double>& speeds,
                    const std::map<std::string, std::string>& unknown,
                    const std::map<std::string, absl::Duration>& times) {
  Expectations expected;
  std::vector<StageWork> work;
  for (const v1::PlannedStage& stage : plan.stages()) {
    Expectation& expectation = expected.stages.emplace_back();
    const std::optional<TrialCost> cost = CostOfStage(stage, workers);
    if (const auto why = unknown.find(stage.name()); why != unknown.end()) {
      expectation.source = absl::StrCat("not known: ", why->second);
    } else if (!cost.has_value()) {
      expectation.source = "not known";
    } else {
      work.push_back({*cost, {}, stage.trials()});
      if (const auto time = times.find(stage.name()); time != times.end()) {
        work.back().seconds_left = absl::ToDoubleSeconds(time->second);
      }
      expectation.forecast = ForecastWork({work.back()}, speeds);
      expectation.source = SourceOf(stage);
    }
  }
  if (work.size() == expected.stages.size()) {
    expected.all = ForecastWork(work, speeds);
  }
  return expected;
}

std::map<std::string, absl::Duration> TimesOf(const v1::SearchSpec& spec) {
  std::map<std::string, absl::Duration> times;
  for (const v1::StageSpec& stage : spec.stages()) {
    if (!stage.budget().has_time()) continue;
    const absl::Duration time = absl::Seconds(ToSeconds(stage.budget().time()));
    times[stage.name()] = time;
    // As the coordinator names them.
    for (int round = 1; round < std::min(stage.zoom().rounds(), kMaxStages);
         ++round) {
      times[absl::StrCat(stage.name(), "-", round)] = time;
    }
  }
  return times;
}

}  // namespace etalon

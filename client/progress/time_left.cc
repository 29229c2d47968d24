#include "client/progress/time_left.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "client/names.h"
#include "client/output/numbers.h"
#include "client/progress/rates.h"
#include "client/records/search_rows.h"

namespace etalon {
namespace {

// Of a cost that is taken from another stage's by the updates.
constexpr double kProportionError = 0.25;

// Seconds of a thread.
double ThreadSeconds(const v1::Trial& trial) {
  return ToSeconds(trial.training_time()) / std::max(1, trial.fusion().width());
}

// What has been seen of ended trials.
struct Past {
  // By full stage name.
  std::map<std::string, std::vector<double>> seconds;
  // By worker: each trial's in means of its stage.
  std::map<std::string, std::vector<double>> relative;
};

Past LookBack(const std::vector<v1::Trial>& ended) {
  Past past;
  for (const v1::Trial& trial : ended) {
    if (ThreadSeconds(trial) > 0) {
      past.seconds[trial.stage()].push_back(ThreadSeconds(trial));
    }
  }
  std::map<std::string, double> means;
  for (const auto& [stage, seconds] : past.seconds) {
    means[stage] = CostOf(seconds).mean;
  }
  for (const v1::Trial& trial : ended) {
    const double seconds = ThreadSeconds(trial);
    if (!(seconds > 0)) continue;
    past.relative[trial.worker()].push_back(seconds / means[trial.stage()]);
  }
  return past;
}

struct Threads {
  std::vector<double> speeds;
  struct Worker {
    int64_t threads = 1;
    double speed = 1;
    int64_t running = 0;  // of this search
  };
  std::map<std::string, Worker> workers;
};

Threads ThreadsOf(const Evidence& evidence, const Past& past) {
  Threads threads;
  double running = 0;  // of all searches
  for (const v1::Worker& worker : WorkingOf(evidence.workers)) {
    Threads::Worker& its = threads.workers[worker.name()];
    its.threads = std::clamp(worker.capabilities().threads(), 1, 1024);
    running += static_cast<double>(worker.running_trials());
    const auto found = past.relative.find(worker.name());
    if (found == past.relative.end()) continue;
    // As if one trial more had taken what all take.
    double sum = 1;
    for (const double one : found->second) sum += one;
    its.speed = static_cast<double>(found->second.size() + 1) / sum;
  }
  for (const v1::Trial& trial : evidence.running) {
    const auto found = threads.workers.find(trial.worker());
    if (found != threads.workers.end()) ++found->second.running;
  }
  const auto ours = static_cast<double>(evidence.search.counts().running());
  const double share = running > ours && ours > 0 ? ours / running : 1;
  for (auto& [name, worker] : threads.workers) {
    worker.speed *= share;
    threads.speeds.insert(threads.speeds.end(),
                          static_cast<size_t>(worker.threads), worker.speed);
  }
  return threads;
}

double SecondsOf(const google::protobuf::Timestamp& time) {
  return static_cast<double>(time.seconds()) + 1e-9 * time.nanos();
}

// The latest that the coordinator has told of: nearly its present.
double NowOf(const Evidence& evidence) {
  double now = 0;
  for (const v1::Worker& worker : evidence.workers) {
    now = std::max(now, SecondsOf(worker.last_seen_time()));
  }
  for (const v1::Trial& trial : evidence.ended) {
    now = std::max(now, SecondsOf(trial.end_time()));
  }
  for (const v1::Trial& trial : evidence.running) {
    now = std::max(now, SecondsOf(trial.start_time()));
  }
  return now;
}

std::vector<RunningTrial> RunningOf(const Evidence& evidence,
                                    const std::string& stage,
                                    const Threads& threads, double now) {
  std::vector<RunningTrial> running;
  for (const v1::Trial& trial : evidence.running) {
    if (trial.stage() != stage) continue;
    RunningTrial& one = running.emplace_back();
    one.elapsed_seconds = std::max(0.0, now - SecondsOf(trial.start_time()));
    const auto found = threads.workers.find(trial.worker());
    if (found == threads.workers.end()) continue;
    const Threads::Worker& worker = found->second;
    one.speed = worker.speed;
    one.width = std::max(1.0, static_cast<double>(worker.running) /
                                  static_cast<double>(worker.threads));
  }
  return running;
}

// Null where the stage has none.
const v1::Budget* BudgetOf(const v1::Search& search, const v1::Stage& stage) {
  for (const v1::StageSpec& spec : search.spec().stages()) {
    if (spec.name() == LastPart(stage.name())) {
      return spec.has_budget() ? &spec.budget() : nullptr;
    }
  }
  return nullptr;
}

const v1::PlannedStage* FindPlanned(const v1::SearchPlan& plan,
                                    const std::string& stage) {
  for (const v1::PlannedStage& planned : plan.stages()) {
    if (planned.name() == LastPart(stage)) return &planned;
  }
  return nullptr;
}

}  // namespace

std::optional<Forecast> EstimateTimeLeft(const Evidence& evidence) {
  if (evidence.search.counts().running() == 0) return std::nullopt;
  const Past past = LookBack(evidence.ended);
  const Threads threads = ThreadsOf(evidence, past);
  if (threads.speeds.empty()) return std::nullopt;
  const std::vector<v1::Worker> workers = WorkingOf(evidence.workers);
  const double now = NowOf(evidence);

  std::vector<StageWork> left;
  // Of the last stage that is known, and its updates.
  std::optional<TrialCost> cost;
  double updates = 0;
  for (const v1::Stage& stage : evidence.search.stages()) {
    const v1::PlannedStage* const planned =
        FindPlanned(evidence.plan, stage.name());
    const double stage_updates =
        planned != nullptr ? UpdatesOfTrial(*planned) : 0;
    const auto own = past.seconds.find(stage.name());
    std::optional<TrialCost> elsewhere;
    if (own == past.seconds.end() && planned != nullptr) {
      elsewhere = CostOfStage(*planned, workers);
    }
    if (own != past.seconds.end()) {
      cost = CostOf(own->second);
    } else if (elsewhere.has_value()) {
      cost = elsewhere;
    } else if (cost.has_value() && updates > 0 && stage_updates > 0) {
      cost->mean *= stage_updates / updates;
      cost->deviation *= stage_updates / updates;
      cost->relative_error = std::hypot(cost->relative_error, kProportionError);
    } else {
      cost.reset();
    }
    updates = stage_updates;
    const bool over = stage.state() == v1::Stage::COMPLETE ||
                      stage.state() == v1::Stage::SKIPPED;
    const int64_t open = stage.planned_trials() - Finished(stage.counts());
    if (over || open <= 0) continue;
    if (!cost.has_value()) return std::nullopt;
    StageWork& work = left.emplace_back();
    work.cost = *cost;
    work.running = RunningOf(evidence, stage.name(), threads, now);
    if (const v1::Budget* const budget = BudgetOf(evidence.search, stage);
        budget != nullptr && budget->has_time()) {
      const double begun =
          stage.has_start_time()
              ? std::max(0.0, now - SecondsOf(stage.start_time()))
              : 0;
      work.seconds_left = std::max(0.0, ToSeconds(budget->time()) - begun);
    }
    work.waiting =
        std::max<int64_t>(0, open - static_cast<int64_t>(work.running.size()));
  }
  return ForecastWork(left,
                      BusyThreads(threads.speeds, evidence.search.spec()));
}

}  // namespace etalon

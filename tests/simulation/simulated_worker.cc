#include "tests/simulation/simulated_worker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/durations.h"

namespace etalon::testing {
namespace {

const absl::Duration kHeartbeat =
    CoordinatorProcess::kLease / Coordinator::kHeartbeatsPerLease;

void Measure(const v1::Trial& trial, int update, v1::Measurement& measurement) {
  const double x = std::log10(trial.training().lambda());
  const double y = std::log10(trial.training().schedule().constant().eta());
  const double noise =
      static_cast<double>(trial.seeds().initialization() % 1000) / 1e5;
  measurement.set_update(update);
  measurement.set_epoch(update / 100.0);
  measurement.set_learning_rate(0.01);
  measurement.mutable_validation()->set_loss(1.5 + noise);
  measurement.mutable_validation()->set_cost(1.6 + noise);
  measurement.mutable_validation()->set_accuracy(
      update *
          (0.002 + 0.005 * std::exp(-(x + 3) * (x + 3) - (y + 1) * (y + 1))) +
      noise);
}

// What is reported first.
int HalfWay(const v1::Trial& trial) {
  const auto until = static_cast<int>(trial.until_update());
  return until > 0 ? until / 2 : 50;
}

// One in nine, which is a result like any other.
bool Diverges(const v1::Trial& trial) {
  return trial.seeds().initialization() % 9 == 0;
}

bool EndsAtRung(const v1::Trial& trial) {
  return trial.until_update() > 0 && !Diverges(trial);
}

v1::Completion MakeEnd(const v1::LeasedTrial& leased) {
  const v1::Trial& trial = leased.trial();
  v1::Completion completion;
  *completion.mutable_token() = leased.token();
  completion.mutable_training_time()->set_seconds(
      1 + trial.seeds().minibatches() % 100);
  Measure(trial, HalfWay(trial), *completion.add_measurements());
  if (Diverges(trial)) {
    completion.mutable_failure()->set_reason(v1::Failure::DIVERGED);
    completion.mutable_failure()->set_update(17);
    completion.mutable_failure()->set_message("the loss is not finite");
    return completion;
  }
  if (EndsAtRung(trial)) {
    completion.mutable_suspended();
    Measure(trial, static_cast<int>(trial.until_update()),
            *completion.add_measurements());
    return completion;
  }
  const v1::Measurement& half = completion.measurements(0);
  for (const v1::Threshold& threshold : trial.thresholds()) {
    if (threshold.update() == half.update() &&
        half.validation().accuracy() < threshold.accuracy()) {
      completion.mutable_stopped();
      return completion;
    }
  }
  completion.mutable_succeeded();
  Measure(trial, 100, *completion.add_measurements());
  return completion;
}

}  // namespace

std::string SimulatedWorker::NextRequest() {
  return absl::StrCat(name(), "-", process_, "-", next_request_++);
}

void SimulatedWorker::Start() {
  ++process_;
  Register();
  Later(kHeartbeat, [this] { Heartbeat(); });
}

void SimulatedWorker::Die(absl::Duration downtime) {
  world_.Tell(name(), ": dies for ", absl::FormatDuration(downtime));
  Forget();
  DropAll();
  worker_.clear();
  Later(downtime, [this] { Start(); });
}

void SimulatedWorker::SayGoodbye() {
  if (worker_.empty()) return;
  v1::UnregisterWorkerRequest request;
  request.set_worker(worker_);
  // What was under way is no concern of a process that ends.
  Forget();
  DropAll();
  worker_.clear();
  // Best effort.
  Call<v1::UnregisterWorkerResponse>(
      &Coordinator::UnregisterWorker, request, kTimeout,
      [this](const auto&) { Later(absl::Seconds(1), [this] { Start(); }); });
}

void SimulatedWorker::Register() {
  v1::RegisterWorkerRequest request;
  request.set_display_name(name());
  request.set_request_id(NextRequest());
  request.mutable_capabilities()->set_threads(threads_.size());
  CallUntilAnswered<v1::RegisterWorkerResponse>(
      &Coordinator::RegisterWorker, request, kTimeout,
      [this](const absl::StatusOr<v1::RegisterWorkerResponse>& response) {
        if (!response.ok()) return;  // the checker has told
        worker_ = response->name();
        for (size_t i = 0; i < threads_.size(); ++i) {
          AskForTrials(static_cast<int>(i));
        }
      });
}

void SimulatedWorker::Heartbeat() {
  Later(kHeartbeat, [this] { Heartbeat(); });
  if (worker_.empty() || held_.empty()) return;
  v1::HeartbeatRequest request;
  request.set_worker(worker_);
  std::vector<std::pair<std::string, int>> reported;
  for (const auto& [trial, held] : held_) {
    v1::TrialReport& report = *request.add_reports();
    *report.mutable_token() = held.leased.token();
    if (held.half_trained) {
      Measure(held.leased.trial(), HalfWay(held.leased.trial()),
              *report.add_measurements());
    }
    reported.emplace_back(trial, held.leased.token().attempt());
  }
  Call<v1::HeartbeatResponse>(
      &Coordinator::Heartbeat, request, kTimeout,
      [this, reported](const absl::StatusOr<v1::HeartbeatResponse>& response) {
        if (!response.ok()) return;
        for (size_t i = 0; i < reported.size(); ++i) {
          const auto& [trial, attempt] = reported[i];
          const auto held = held_.find(trial);
          if (response->directives(i).action() == v1::Directive::DROP &&
              held != held_.end() &&
              held->second.leased.token().attempt() == attempt &&
              !held->second.reporting) {
            Drop(trial);
          }
        }
      });
}

void SimulatedWorker::AskForTrials(int thread) {
  if (threads_[thread].asking || worker_.empty()) return;
  threads_[thread].asking = true;
  v1::LeaseTrialsRequest request;
  request.set_worker(worker_);
  request.set_request_id(NextRequest());
  request.set_max_trials(fuse_);
  const absl::Duration wait = absl::Seconds(world_.random.NextBelow(20));
  *request.mutable_wait() = ToProto(wait);
  CallUntilAnswered<v1::LeaseTrialsResponse>(
      &Coordinator::LeaseTrials, request, wait + kTimeout,
      [this, thread, worker = worker_](
          const absl::StatusOr<v1::LeaseTrialsResponse>& response) {
        if (worker != worker_) return;  // it has been forgotten meanwhile
        threads_[thread].asking = false;
        if (response.ok()) return Take(thread, response->trials());
        // Of all refusals only this one is for a worker to act on.
        if (!absl::IsNotFound(response.status())) return;
        DropAll();
        worker_.clear();
        Register();
      });
}

void SimulatedWorker::Take(int thread, const LeasedTrials& trials) {
  for (const v1::LeasedTrial& leased : trials) {
    const std::string& trial = leased.trial().name();
    if (held_.contains(trial)) Drop(trial);
    held_[trial] = {leased, thread};
    ++threads_[thread].held;
    if (leased.checkpoint_size_bytes() > 0) {
      // What it says the checker looks at.
      v1::ReadCheckpointRequest request;
      request.set_worker(worker_);
      *request.mutable_token() = leased.token();
      CallUntilAnswered<v1::ReadCheckpointResponse>(
          &Coordinator::ReadCheckpoint, request, kTimeout, [](const auto&) {});
    }
    Train(trial, leased.token().attempt());
  }
  if (trials.empty()) {
    Later(absl::Milliseconds(200), [this, thread] { AskForTrials(thread); });
  }
}

void SimulatedWorker::Train(const std::string& trial, int attempt) {
  // A later attempt, or none, may be held by then.
  const auto at = [this, trial, attempt](absl::Duration delay, auto task) {
    Later(delay, [this, trial, attempt, task] {
      const auto held = held_.find(trial);
      if (held == held_.end() || held->second.reporting ||
          held->second.leased.token().attempt() != attempt) {
        return;
      }
      task(held->second);
    });
  };
  const absl::Duration time =
      world_.Between(absl::Seconds(1), absl::Seconds(25));
  if (world_.Strikes(world_.faults.hand_backs)) {
    at(time, [this, trial](Held&) { HandBack(trial); });
    return;
  }
  at(time / 2, [](Held& held) { held.half_trained = true; });
  at(time, [this, trial](Held& held) {
    EndsAtRung(held.leased.trial()) ? LeaveCheckpoint(trial) : Report(trial);
  });
}

void SimulatedWorker::LeaveCheckpoint(const std::string& trial) {
  const v1::LeasedTrial& leased = held_.at(trial).leased;
  v1::StoreCheckpointRequest request;
  request.set_worker(worker_);
  *request.mutable_token() = leased.token();
  request.set_data(absl::StrCat(trial, " at rung ", leased.trial().rung()));
  request.set_size_bytes(static_cast<int64_t>(request.data().size()));
  CallUntilAnswered<v1::StoreCheckpointResponse>(
      &Coordinator::StoreCheckpoint, request, kTimeout,
      [this, trial, attempt = leased.token().attempt()](
          const absl::StatusOr<v1::StoreCheckpointResponse>& response) {
        const auto held = held_.find(trial);
        if (held == held_.end() || held->second.reporting ||
            held->second.leased.token().attempt() != attempt) {
          return;
        }
        response.ok() ? Report(trial) : Drop(trial);
      });
}

void SimulatedWorker::Report(const std::string& trial) {
  const int thread = held_.at(trial).thread;
  held_.at(trial).trained = true;
  // Some results wait for those of the trials that are trained beside them.
  if (!AllTrained(thread) && world_.random.NextBelow(3) == 0) return;
  v1::CompleteTrialsRequest request;
  request.set_worker(worker_);
  std::vector<std::string> trials;
  for (auto& [name, held] : held_) {
    if (held.thread != thread || !held.trained || held.reporting) continue;
    held.reporting = true;
    *request.add_completions() = MakeEnd(held.leased);
    trials.push_back(name);
  }
  if (trials.empty()) return;
  if (static_cast<int>(trials.size()) == threads_[thread].held &&
      !threads_[thread].asking && world_.random.NextBelow(4) != 0) {
    threads_[thread].asking = true;
    request.mutable_next()->set_request_id(NextRequest());
    request.mutable_next()->set_max_trials(fuse_);
  }
  CallUntilAnswered<v1::CompleteTrialsResponse>(
      &Coordinator::CompleteTrials, request, kTimeout,
      [this, thread, trials,
       request](const absl::StatusOr<v1::CompleteTrialsResponse>& response) {
        if (request.worker() == worker_) {
          if (request.has_next()) threads_[thread].asking = false;
          if (response.ok() && !response->trials().empty()) {
            Take(thread, response->trials());
          }
          for (const std::string& name : trials) Drop(name);
        }
        if (world_.Strikes(world_.faults.lies)) Lie(request);
      });
}

bool SimulatedWorker::AllTrained(int thread) const {
  return std::all_of(held_.begin(), held_.end(), [thread](const auto& held) {
    return held.second.thread != thread || held.second.trained;
  });
}

void SimulatedWorker::Lie(const v1::CompleteTrialsRequest& truth) {
  v1::CompleteTrialsRequest request = truth;
  v1::Completion& completion = *request.mutable_completions(0);
  switch (world_.random.NextBelow(5)) {
    case 0:  // no lie: a repeat
      break;
    case 1: {
      if (completion.measurements().empty()) break;
      v1::Measurement& last =
          *completion.mutable_measurements(completion.measurements_size() - 1);
      last.mutable_validation()->set_accuracy(0.123);
      break;
    }
    case 2:
      completion.mutable_token()->set_attempt(completion.token().attempt() + 1);
      break;
    case 3:
      completion.mutable_token()->set_database_generation(kGeneration + 1);
      break;
    default:
      request.set_worker("workers/1");
  }
  // Nobody would train what it brought.
  request.clear_next();
  Later(
      world_.Between(absl::ZeroDuration(), absl::Seconds(60)), [this, request] {
        Call<v1::CompleteTrialsResponse>(&Coordinator::CompleteTrials, request,
                                         kTimeout, [](const auto&) {});
      });
}

void SimulatedWorker::HandBack(const std::string& trial) {
  v1::ReturnTrialsRequest request;
  request.set_worker(worker_);
  *request.add_tokens() = held_.at(trial).leased.token();
  request.set_message("no data");
  Drop(trial);
  CallUntilAnswered<v1::ReturnTrialsResponse>(
      &Coordinator::ReturnTrials, request, kTimeout, [](const auto&) {});
}

void SimulatedWorker::Drop(const std::string& trial) {
  const auto held = held_.find(trial);
  if (held == held_.end()) return;
  const int thread = held->second.thread;
  held_.erase(held);
  if (--threads_[thread].held == 0) {
    Later(absl::ZeroDuration(), [this, thread] { AskForTrials(thread); });
    return;
  }
  // Results that waited for this one wait no longer.
  for (const auto& [name, other] : held_) {
    if (other.thread != thread || other.reporting || !AllTrained(thread)) {
      continue;
    }
    Later(absl::ZeroDuration(), [this, name = name] {
      const auto waiting = held_.find(name);
      if (waiting != held_.end() && waiting->second.trained &&
          !waiting->second.reporting) {
        Report(name);
      }
    });
    return;
  }
}

void SimulatedWorker::DropAll() {
  held_.clear();
  for (Thread& thread : threads_) thread = Thread();
}

}  // namespace etalon::testing

#include "benchmarks/coordinator/simulated_worker.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace etalon::benchmark {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(10);
constexpr absl::Duration kLeaseWait = absl::Seconds(5);
// The agent's (worker/trial_loop.h).
constexpr Backoff::Options kRetry = {.maximum = absl::Seconds(2)};

bool MayPass(const grpc::Status& status) {
  return status.error_code() == grpc::UNAVAILABLE ||
         status.error_code() == grpc::DEADLINE_EXCEEDED ||
         status.error_code() == grpc::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::CANCELLED ||
         status.error_code() == grpc::UNKNOWN;  // "Stream removed"
}

// A hill over log lambda and log eta, with its top inside the range.
double Accuracy(const v1::Trial& trial) {
  const double x = std::log10(trial.parameters(0).value().number());
  const double y = std::log10(trial.parameters(1).value().number());
  return 0.1 + 0.4 * std::exp(-(x + 3) * (x + 3) / 4 - (y + 2) * (y + 2) / 4);
}

}  // namespace

v1::Completion MakeCompletion(const v1::LeasedTrial& leased) {
  v1::Completion completion;
  *completion.mutable_token() = leased.token();
  completion.mutable_succeeded();
  v1::Measurement& measurement = *completion.add_measurements();
  measurement.set_update(100);
  measurement.set_epoch(1);
  measurement.set_learning_rate(leased.trial().parameters(1).value().number());
  const double accuracy = Accuracy(leased.trial());
  measurement.mutable_validation()->set_loss(1 / accuracy);
  measurement.mutable_validation()->set_cost(1 / accuracy);
  measurement.mutable_validation()->set_accuracy(accuracy);
  return completion;
}

template <typename Request, typename Response>
struct SimulatedWorker::Call {
  Request request;
  Response response;
  std::unique_ptr<grpc::ClientContext> context;
  // On OK.
  std::function<void(Call&)> on_answer;
};

SimulatedWorker::SimulatedWorker(LoadContext& context,
                                 v1::WorkerService::Stub& stub, int index)
    : context_(context),
      stub_(stub),
      index_(index),
      random_(7, static_cast<uint64_t>(index)),
      backoff_(kRetry, RandomStream(8, static_cast<uint64_t>(index))) {}

WorkerRecord SimulatedWorker::record() const {
  MutexLock lock(mutex_);
  return record_;
}

template <typename Request, typename Response>
void SimulatedWorker::Send(Method<Request, Response> method,
                           std::shared_ptr<Call<Request, Response>> call) {
  // In this order: nothing begins once it was seen that nothing is under way.
  ++context_.under_way;
  if (context_.stopping) {
    --context_.under_way;
    return;
  }
  call->context = std::make_unique<grpc::ClientContext>();
  call->context->set_deadline(
      absl::ToChronoTime(absl::Now() + kDeadline + kLeaseWait));
  (stub_.async()->*method)(
      call->context.get(), &call->request, &call->response,
      [this, method, call](grpc::Status status) {
        if (status.ok()) {
          call->on_answer(*call);
        } else if (MayPass(status)) {
          absl::Duration pause;
          {
            MutexLock lock(mutex_);
            ++record_.errors;
            failing_ = true;
            pause = backoff_.Next();
          }
          At(context_.clock.Monotonic() + pause,
             [this, method, call] { Send(method, call); });
        } else {
          fprintf(stderr, "coordinator_load: worker %d: %d %s\n", index_,
                  status.error_code(), status.error_message().c_str());
          exit(1);
        }
        --context_.under_way;
      });
}

void SimulatedWorker::Register() {
  using RegisterCall =
      Call<v1::RegisterWorkerRequest, v1::RegisterWorkerResponse>;
  auto call = std::make_shared<RegisterCall>();
  call->request.set_display_name(absl::StrCat("simulated-", index_));
  call->request.mutable_capabilities()->set_threads(1);
  {
    MutexLock lock(mutex_);
    call->request.set_request_id(NextRequestId());
  }
  call->on_answer = [this](RegisterCall& answered) {
    {
      MutexLock lock(mutex_);
      name_ = answered.response.name();
    }
    ++context_.registered;
    Lease();
    const absl::Duration heartbeat = context_.options.heartbeat;
    if (heartbeat > absl::ZeroDuration()) {
      MutexLock lock(mutex_);
      BeatIn(heartbeat * random_.NextUniform());
    }
  };
  Send(&Stub::RegisterWorker, std::move(call));
}

void SimulatedWorker::Lease() {
  using LeaseCall = Call<v1::LeaseTrialsRequest, v1::LeaseTrialsResponse>;
  auto call = std::make_shared<LeaseCall>();
  {
    MutexLock lock(mutex_);
    call->request.set_worker(name_);
    call->request.set_request_id(NextRequestId());
  }
  call->request.set_max_trials(context_.options.side_by_side);
  call->request.mutable_wait()->set_seconds(absl::ToInt64Seconds(kLeaseWait));
  call->on_answer = [this](LeaseCall& answered) {
    answered.response.trials().empty() ? Lease()
                                       : Hold(answered.response.trials());
  };
  Send(&Stub::LeaseTrials, std::move(call));
}

void SimulatedWorker::Hold(
    const google::protobuf::RepeatedPtrField<v1::LeasedTrial>& leased) {
  absl::Duration end;
  {
    MutexLock lock(mutex_);
    held_.assign(leased.begin(), leased.end());
    if (record_.first_lease_at == absl::ZeroDuration()) {
      record_.first_lease_at = context_.clock.Monotonic();
    }
    if (failing_) {
      failing_ = false;
      backoff_.Reset();
      record_.recovered_at = context_.clock.Monotonic();
    }
    end = NextEnd();
  }
  if (end <= context_.clock.Monotonic()) {
    Complete(end);
  } else {
    At(end, [this, end] { Complete(end); });
  }
}

void SimulatedWorker::Complete(absl::Duration due) {
  using CompleteCall =
      Call<v1::CompleteTrialsRequest, v1::CompleteTrialsResponse>;
  auto call = std::make_shared<CompleteCall>();
  {
    MutexLock lock(mutex_);
    call->request.set_worker(name_);
    for (const v1::LeasedTrial& leased : held_) {
      *call->request.add_completions() = MakeCompletion(leased);
    }
    held_.clear();
    if (!context_.options.separate) {
      call->request.mutable_next()->set_request_id(NextRequestId());
      call->request.mutable_next()->set_max_trials(
          context_.options.side_by_side);
    }
  }
  // What waited for its turn counts as waiting.
  const absl::Duration start =
      context_.options.rate > 0 ? due : context_.clock.Monotonic();
  call->on_answer = [this, start](CompleteCall& answered) {
    {
      MutexLock lock(mutex_);
      const absl::Duration took = context_.clock.Monotonic() - start;
      for (const v1::Verdict& verdict : answered.response.verdicts()) {
        if (context_.measuring) record_.pairs.Add(took);
        record_.refused += verdict.code() != 0;
      }
    }
    answered.response.trials().empty() ? Lease()
                                       : Hold(answered.response.trials());
  };
  Send(&Stub::CompleteTrials, std::move(call));
}

void SimulatedWorker::BeatIn(absl::Duration delay) {
  At(context_.clock.Monotonic() + delay, [this] { Beat(); });
}

void SimulatedWorker::Beat() {
  using HeartbeatCall = Call<v1::HeartbeatRequest, v1::HeartbeatResponse>;
  auto call = std::make_shared<HeartbeatCall>();
  {
    MutexLock lock(mutex_);
    call->request.set_worker(name_);
    for (const v1::LeasedTrial& leased : held_) {
      *call->request.add_reports()->mutable_token() = leased.token();
    }
  }
  const absl::Duration start = context_.clock.Monotonic();
  call->on_answer = [this, start](HeartbeatCall& answered) {
    MutexLock lock(mutex_);
    if (context_.measuring) {
      record_.heartbeats.Add(context_.clock.Monotonic() - start);
    }
    for (const v1::Directive& directive : answered.response.directives()) {
      // Not where it was completed meanwhile.
      const bool holds_still = std::any_of(
          held_.begin(), held_.end(), [&](const v1::LeasedTrial& leased) {
            return leased.token().trial() == directive.trial();
          });
      record_.dropped +=
          holds_still && directive.action() == v1::Directive::DROP;
    }
    BeatIn(context_.options.heartbeat);
  };
  Send(&Stub::Heartbeat, std::move(call));
}

void SimulatedWorker::At(absl::Duration time, std::function<void()> function) {
  context_.timer.At(time, [this, function = std::move(function)] {
    if (!context_.stopping) function();
  });
}

absl::Duration SimulatedWorker::NextEnd() {
  const LoadOptions& options = context_.options;
  const absl::Duration now = context_.clock.Monotonic();
  if (options.rate > 0) {
    // Ends of all workers together come like telephone calls.
    if (first_) last_end_ = now;
    first_ = false;
    const absl::Duration mean =
        absl::Seconds(options.workers * options.side_by_side / options.rate);
    last_end_ += mean * -std::log(1 - random_.NextUniform());
    return last_end_;
  }
  if (options.trial_time == absl::ZeroDuration()) return now;
  // So that they do not end together the first are anywhere in their trial.
  const double part =
      first_ ? random_.NextUniform() : 0.75 + 0.5 * random_.NextUniform();
  first_ = false;
  return now + options.trial_time * part;
}

std::string SimulatedWorker::NextRequestId() {
  return absl::StrCat("simulated-", context_.run, "-", index_, "-",
                      ++requests_);
}

}  // namespace etalon::benchmark

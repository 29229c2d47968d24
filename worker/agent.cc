#include "worker/agent.h"

#include <thread>
#include <utility>
#include <vector>

#include "common/backoff.h"
#include "common/log.h"
#include "common/random.h"
#include "common/version.h"
#include "worker/heartbeater.h"

namespace etalon {
namespace {

constexpr char kGoodbye[] = "the worker was told to end";

v1::Capabilities MakeCapabilities(const AgentOptions& options) {
  v1::Capabilities capabilities;
  capabilities.set_version(kVersion);
  capabilities.set_threads(options.threads);
  capabilities.set_fuse(options.loop.fuse);
  capabilities.set_kernel(options.kernel);
  return capabilities;
}

}  // namespace

Agent::Agent(const AgentOptions& options, CoordinatorClient& client,
             TrialRunner& runner, DatasetInventory& datasets,
             SelfCheck& self_check)
    : options_(options),
      client_(client),
      runner_(runner),
      datasets_(datasets),
      self_check_(self_check),
      ids_(options.seed),
      registration_(client, datasets, self_check, held_, ids_,
                    options.display_name, MakeCapabilities(options)) {}

void Agent::Run() {
  const uint64_t jitter = DeriveSeed(options_.seed, "jitter");
  const TrialLoopContext context = {client_,     registration_, datasets_,
                                    self_check_, held_,         ids_,
                                    runner_,     stop_};
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(options_.threads) + 1);
  for (int i = 0; i < options_.threads; ++i) {
    threads.emplace_back([&, i] {
      TrialLoop(context, options_.loop, jitter, static_cast<uint64_t>(i)).Run();
    });
  }
  threads.emplace_back([&] {
    Heartbeater(client_, registration_, held_, stop_,
                Backoff(options_.loop.retry,
                        RandomStream(DeriveSeed(jitter, "heartbeat"))))
        .Run();
  });
  for (std::thread& thread : threads) thread.join();
  SayGoodbye();
}

void Agent::Stop() {
  stop_.Notify();
  held_.InterruptAll();
  client_.Drain();
}

void Agent::SayGoodbye() {
  const std::string worker = registration_.name();
  if (worker.empty()) return;
  const std::vector<HeldTrialPtr> unfinished = held_.Of(worker);
  if (!unfinished.empty()) {
    v1::ReturnTrialsRequest request;
    request.set_worker(worker);
    request.set_message(kGoodbye);
    for (const HeldTrialPtr& trial : unfinished) {
      *request.add_tokens() = trial->token();
    }
    const absl::Status status = client_.ReturnTrials(request);
    for (const HeldTrialPtr& trial : unfinished) {
      LogInfo(trial->name(),
              " handed back: ", status.ok() ? kGoodbye : status.ToString());
    }
  }
  v1::UnregisterWorkerRequest request;
  request.set_worker(worker);
  const absl::Status status = client_.UnregisterWorker(request);
  LogInfo("ended", status.ok() ? "" : ": " + status.ToString());
}

}  // namespace etalon

#ifndef ETALON_TESTS_SIMULATION_COORDINATOR_PROCESS_H_
#define ETALON_TESTS_SIMULATION_COORDINATOR_PROCESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/coordinator.h"
#include "server/request_checks.h"
#include "server/write_queue.h"
#include "storage/store.h"
#include "tests/simulation/law_checker.h"
#include "tests/simulation/world.h"

namespace etalon::testing {

// The coordinator's process in a simulated world: the real coordinator over a
// real database, without threads, that dies, stalls and is started again. Each
// answer passes through the checker before it goes out.
class CoordinatorProcess {
 public:
  static constexpr absl::Duration kLease = absl::Seconds(30);

  // `database` is there already. `down` is called when the process has ended:
  // its connections are cut.
  CoordinatorProcess(World& world, LawChecker& checker, std::string database,
                     std::function<void()> down);

  void Start();
  void Die();
  // Goes on after `duration` as if nothing had been.
  void Stall(absl::Duration duration);
  // Answers all calls under way and ends.
  void ShutDown();

  bool serving() const { return serving_; }
  int64_t starts() const { return starts_; }

  // A request arrives, as it does at a service: it is checked, then given to
  // the coordinator. `done` may never be called. Returns what cancels a
  // LeaseTrials.
  template <typename Response, typename Method, typename Request>
  LeaseCallPtr Serve(Method method, const Request& request,
                     Done<Response> done);
  // The caller of a LeaseTrials is gone.
  void CancelLease(const LeaseCallPtr& call);

  // When a stalled process goes on; now where it is not stalled.
  absl::Duration until_awake() const;

 private:
  // Calls `task` after `delay`, unless the process ends before; later where it
  // is stalled then.
  void Later(absl::Duration delay, std::function<void()> task);
  void OnTick();
  // Finds what the stage can have next, as the proposer's thread does.
  void Propose(const StageKey& stage);
  // Something waits for the writer.
  void ExpectBatch();
  void RunBatch();
  // The process has died in the middle of a batch: it is cleared away.
  void End();
  // What has been answered.
  template <typename Request, typename Response>
  void Answer(const Request& request, const absl::StatusOr<Response>& result,
              absl::Duration delivered);

  World& world_;
  LawChecker& checker_;
  const std::string database_;
  const std::function<void()> down_;

  std::unique_ptr<Store> store_;
  std::unique_ptr<WriteQueue> queue_;
  std::unique_ptr<Coordinator> coordinator_;
  // Which life it is: what was meant for an earlier one is forgotten.
  int64_t life_ = 0;
  int64_t starts_ = 0;
  bool serving_ = false;
  bool dying_ = false;  // says no more; cleared away after the batch
  bool batch_expected_ = false;
  absl::Duration asleep_until_;
};

template <typename Request, typename Response>
void CoordinatorProcess::Answer(const Request& request,
                                const absl::StatusOr<Response>& result,
                                absl::Duration delivered) {
  world_.Tell("coordinator: ", Request::descriptor()->name(), " of ",
              absl::FormatDuration(delivered), ": ",
              result.ok() ? "OK" : result.status().ToString());
  checker_.Answered(request, result, delivered);
}

template <typename Response, typename Method, typename Request>
LeaseCallPtr CoordinatorProcess::Serve(Method method, const Request& request,
                                       Done<Response> done) {
  if (const absl::Status status = Check(request); !status.ok()) {
    checker_.Violate("a request of a client was refused: " + status.ToString());
    return nullptr;
  }
  checker_.Delivered(request);
  const auto answer =
      [this, life = life_, request, delivered = world_.timeline.now(),
       done = std::move(done)](absl::StatusOr<Response> result) {
        if (life != life_ || dying_) return;
        Answer(request, result, delivered);
        done(std::move(result));
        // A death between two answers of one batch.
        if (world_.Strikes(world_.faults.deaths_at_commit / 4)) {
          world_.Tell("coordinator: death between answers");
          dying_ = true;
        }
      };
  LeaseCallPtr call;
  if constexpr (std::is_same_v<Request, v1::LeaseTrialsRequest>) {
    call = (coordinator_.get()->*method)(request, answer);
  } else {
    (coordinator_.get()->*method)(request, answer);
  }
  ExpectBatch();
  return call;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_COORDINATOR_PROCESS_H_

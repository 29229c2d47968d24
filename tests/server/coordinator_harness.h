#ifndef ETALON_TESTS_SERVER_COORDINATOR_HARNESS_H_
#define ETALON_TESTS_SERVER_COORDINATOR_HARNESS_H_

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "etalon/v1/search_service.pb.h"
#include "etalon/v1/worker_service.pb.h"
#include "server/coordinator.h"
#include "server/writer.h"
#include "storage/store.h"
#include "tests/server/faulty_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {

// A coordinator over a database in a folder of its own, whose time a test
// moves, with calls that wait for their answers.
class CoordinatorHarness {
 public:
  static constexpr absl::Duration kLease = absl::Seconds(30);

  CoordinatorHarness() : CoordinatorHarness({.lease_duration = kLease}) {}
  explicit CoordinatorHarness(const Coordinator::Options& options);
  ~CoordinatorHarness();

  // The process dies and another begins on the same database: nothing but the
  // database is left.
  void Restart();

  // Time passes as it does for a process that runs: tick by tick.
  void Elapse(absl::Duration duration);
  // Time passes for everyone but the coordinator's process, which then goes on.
  void Stall(absl::Duration duration);
  // Waits until the coordinator has nothing more to do.
  void Settle();
  // Stops the writer at the end of the batch that it comes in. What is sent
  // between `Await` and `Release` then comes in one batch.
  class Hold {
   public:
    Hold(std::future<void> held, std::shared_ptr<std::promise<void>> release)
        : held_(std::move(held)), release_(std::move(release)) {}
    void Await() { held_.wait(); }
    // Once.
    void Release() { release_->set_value(); }

   private:
    std::future<void> held_;
    std::shared_ptr<std::promise<void>> release_;
  };
  Hold HoldWriter();

  // Calls `method` and waits.
  template <typename Response, typename Method, typename Request>
  absl::StatusOr<Response> Call(Method method, const Request& request) {
    return Send<Response>(method, request).get();
  }
  // Calls it and does not wait.
  template <typename Response, typename Method, typename Request>
  std::future<absl::StatusOr<Response>> Send(Method method,
                                             const Request& request) {
    auto answer = std::make_shared<std::promise<absl::StatusOr<Response>>>();
    (coordinator().*method)(request, [answer](absl::StatusOr<Response> result) {
      answer->set_value(std::move(result));
    });
    return answer->get_future();
  }

  absl::StatusOr<v1::Search> Create(const v1::SearchSpec& spec,
                                    const std::string& request_id = "");
  absl::StatusOr<v1::Search> Pause(const std::string& search);
  absl::StatusOr<v1::Search> Resume(const std::string& search);
  absl::StatusOr<v1::Search> Cancel(const std::string& search);

  // The name it was given.
  std::string Register(const std::string& display_name, int threads = 1);
  // Says anew whether it has the data set.
  absl::Status SetUsable(const std::string& worker, const std::string& dataset,
                         bool usable, const std::string& path = "");
  absl::Status Unregister(const std::string& worker);

  absl::StatusOr<v1::LeaseTrialsResponse> Lease(const std::string& worker,
                                                int max_trials = 1,
                                                std::string request_id = "");
  // The one trial that it gets, which must be one.
  v1::LeasedTrial LeaseOne(const std::string& worker);
  // A call that may wait; `cancel`, if not null, gets what cancels it.
  std::future<absl::StatusOr<v1::LeaseTrialsResponse>> LeaseWaiting(
      const std::string& worker, absl::Duration wait,
      LeaseCallPtr* cancel = nullptr);

  v1::Directive::Action Heartbeat(const std::string& worker,
                                  const v1::LeaseToken& token,
                                  const std::string& measurements = "");
  // The verdict on this one completion.
  absl::Status Report(const std::string& worker,
                      const v1::Completion& completion);
  absl::Status Complete(const std::string& worker, const v1::LeaseToken& token,
                        double accuracy);
  absl::Status Fail(const std::string& worker, const v1::LeaseToken& token,
                    v1::Failure::Reason reason);
  absl::Status Return(const std::string& worker, const v1::LeaseToken& token,
                      const std::string& message);

  // What readers see.
  v1::Search GetSearch(const std::string& search);
  v1::Trial GetTrial(const std::string& search, int64_t number);

  Coordinator& coordinator() { return *coordinator_; }
  FakeClock& clock() { return clock_; }
  FaultyStore& store() { return *store_; }

 private:
  void Open();
  void Close();

  const Coordinator::Options options_;
  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Coordinator> coordinator_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Reader> proposals_;  // the writer's thread reads by it
  int next_request_ = 1;
};

// A search of `trials` random trials in one stage, "coarse".
v1::SearchSpec RandomSpec(const std::string& name, int trials);
// With a second stage, "fine", of `fine` trials round the best two, and a
// third, "final", which takes the best of that.
v1::SearchSpec RefiningSpec(const std::string& name, int coarse, int fine);

// The end of an attempt with this validation accuracy.
v1::Completion MakeCompletion(const v1::LeaseToken& token, double accuracy);
// A request with one completion.
v1::CompleteTrialsRequest MakeReport(const std::string& worker,
                                     const v1::Completion& completion);
absl::Status ToStatus(const v1::Verdict& verdict);
// Of the only completion of a call, or the call's own.
absl::Status OnlyVerdict(
    const absl::StatusOr<v1::CompleteTrialsResponse>& response);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_COORDINATOR_HARNESS_H_

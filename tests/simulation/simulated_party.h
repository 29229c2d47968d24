#ifndef ETALON_TESTS_SIMULATION_SIMULATED_PARTY_H_
#define ETALON_TESTS_SIMULATION_SIMULATED_PARTY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/simulation/network.h"
#include "tests/simulation/world.h"

namespace etalon::testing {

// A process that calls the coordinator: it may die, be replaced by another,
// and be stopped for a while, as by SIGSTOP.
class SimulatedParty {
 public:
  SimulatedParty(World& world, Network& network, std::string name)
      : world_(world), network_(network), link_{std::move(name)} {}
  SimulatedParty(const SimulatedParty&) = delete;
  SimulatedParty& operator=(const SimulatedParty&) = delete;

  Link& link() { return link_; }
  const std::string& name() const { return link_.name; }

  // What reaches it is taken up when it goes on.
  void Stop(absl::Duration duration);

 protected:
  // The patience of every call but one that waits for trials.
  static constexpr absl::Duration kTimeout = absl::Seconds(10);

  // All that was meant for the process so far is forgotten.
  void Forget() { ++life_; }

  // Calls `task` after `delay`, or when a stop ends; never once it is
  // forgotten.
  void Later(absl::Duration delay, std::function<void()> task);

  // One call; the answer comes as Later's task does.
  template <typename Response, typename Method, typename Request>
  void Call(Method method, const Request& request, absl::Duration timeout,
            Done<Response> done) {
    network_.Call<Response>(
        link_, method, request, timeout,
        [this, life = life_,
         done = std::move(done)](const absl::StatusOr<Response>& result) {
          if (life != life_) return;
          if (world_.timeline.now() < stopped_until_) {
            Later(absl::ZeroDuration(), [done, result] { done(result); });
          } else {
            done(result);
          }
        });
  }

  // Again and again, with backoff, until the coordinator has decided.
  template <typename Response, typename Method, typename Request>
  void CallUntilAnswered(Method method, const Request& request,
                         absl::Duration timeout, Done<Response> done) {
    Call<Response>(
        method, request, timeout,
        [this, method, request, timeout,
         done](const absl::StatusOr<Response>& result) {
          if (!MayPass(result.status())) return done(result);
          Later(world_.Between(absl::Milliseconds(50), absl::Seconds(5)),
                [this, method, request, timeout, done] {
                  CallUntilAnswered<Response>(method, request, timeout, done);
                });
        });
  }

  World& world_;
  Network& network_;

 private:
  // The codes that docs/leases.md says to try again after.
  static bool MayPass(const absl::Status& status) {
    return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
           absl::IsResourceExhausted(status);
  }

  Link link_;
  int64_t life_ = 0;
  absl::Duration stopped_until_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_SIMULATED_PARTY_H_

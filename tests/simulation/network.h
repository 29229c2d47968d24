#ifndef ETALON_TESTS_SIMULATION_NETWORK_H_
#define ETALON_TESTS_SIMULATION_NETWORK_H_

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/callback.h"
#include "tests/simulation/coordinator_process.h"
#include "tests/simulation/world.h"

namespace etalon::testing {

// One party's way to the coordinator and back; either direction may be cut.
struct Link {
  std::string name;
  bool requests_cut = false;
  bool replies_cut = false;
};

// Carries calls to the coordinator and answers back, and loses, delays,
// doubles and, by delaying, reorders them as the world's plan has it.
class Network {
 public:
  // `coordinator` must outlive it.
  Network(World& world, CoordinatorProcess& coordinator)
      : world_(world), coordinator_(coordinator) {}
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Calls `done` exactly once: with an answer, UNAVAILABLE where there was
  // nobody, or DEADLINE_EXCEEDED after `timeout`.
  template <typename Response, typename Method, typename Request>
  void Call(const Link& link, Method method, const Request& request,
            absl::Duration timeout, Done<Response> done);

  // The coordinator's process is gone: of calls under way half learn it at
  // once, as by a reset connection, the others by their deadline.
  void CutConnections();

 private:
  struct OpenCall {
    bool answered = false;
    // Answers the caller, whom it holds as this call; empty afterwards.
    std::function<void(const absl::Status&)> fail;
    // Set once the coordinator has it, where it may be cancelled. Not held: its
    // answer holds this call.
    std::weak_ptr<LeaseCall> lease;
  };

  static void Fail(OpenCall& call, const absl::Status& status);
  absl::Duration Delay();
  template <typename Response, typename Method, typename Request>
  void Deliver(const Link& link, Method method, const Request& request,
               std::shared_ptr<OpenCall> call, Done<Response> reply);

  World& world_;
  CoordinatorProcess& coordinator_;
  std::list<std::weak_ptr<OpenCall>> open_;
  std::list<std::weak_ptr<OpenCall>> cut_;  // of coordinators of before
};

template <typename Response, typename Method, typename Request>
void Network::Call(const Link& link, Method method, const Request& request,
                   absl::Duration timeout, Done<Response> done) {
  auto call = std::make_shared<OpenCall>();
  // The first answer counts.
  const Done<Response> finish = [this, call, &link, done = std::move(done)](
                                    absl::StatusOr<Response> result) {
    if (std::exchange(call->answered, true)) return;
    world_.Tell(link.name, ": ", Request::descriptor()->name(), ": ",
                result.ok() ? "OK" : result.status().ToString());
    done(std::move(result));
    call->fail = nullptr;  // which holds the call
  };
  call->fail = finish;
  open_.push_back(call);
  const Done<Response> reply = [this, finish,
                                &link](absl::StatusOr<Response> result) {
    if (world_.Strikes(world_.faults.lost_replies)) return;
    world_.timeline.After(Delay(),
                          [finish, &link, result = std::move(result)]() {
                            if (!link.replies_cut) finish(result);
                          });
  };
  const int copies = world_.Strikes(world_.faults.doubled_requests) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (world_.Strikes(world_.faults.lost_requests)) continue;
    world_.timeline.After(Delay(), [=, this, &link] {
      Deliver<Response>(link, method, request, call, reply);
    });
  }
  world_.timeline.After(timeout, [this, call] {
    if (call->answered) return;
    Fail(*call, absl::DeadlineExceededError("no answer"));
    // gRPC tells the server that its caller is gone, where it can.
    if (call->lease.expired() || world_.Strikes(world_.faults.lost_requests)) {
      return;
    }
    world_.timeline.After(Delay(), [this, call] {
      const LeaseCallPtr lease = call->lease.lock();
      if (lease != nullptr && coordinator_.serving()) {
        coordinator_.CancelLease(lease);
      }
    });
  });
}

template <typename Response, typename Method, typename Request>
void Network::Deliver(const Link& link, Method method, const Request& request,
                      std::shared_ptr<OpenCall> call, Done<Response> reply) {
  if (link.requests_cut) return;
  if (coordinator_.until_awake() > absl::ZeroDuration()) {
    // The kernel keeps it for a process that does not run.
    world_.timeline.After(coordinator_.until_awake(), [=, this, &link] {
      Deliver<Response>(link, method, request, call, reply);
    });
    return;
  }
  if (!coordinator_.serving()) {
    reply(absl::UnavailableError("connection refused"));
    return;
  }
  world_.Tell(link.name, " -> ", Request::descriptor()->name(), " ",
              request.ShortDebugString());
  call->lease = coordinator_.Serve<Response>(method, request, reply);
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_NETWORK_H_

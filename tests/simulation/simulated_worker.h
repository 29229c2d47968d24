#ifndef ETALON_TESTS_SIMULATION_SIMULATED_WORKER_H_
#define ETALON_TESTS_SIMULATION_SIMULATED_WORKER_H_

#include <map>
#include <string>
#include <vector>

#include "etalon/v1/worker_service.pb.h"
#include "tests/simulation/simulated_party.h"

namespace etalon::testing {

// A worker that keeps to docs/leases.md, "What a worker must do", and whose
// trainer is a formula: what a trial measures hangs on nothing but its
// parameters and seeds.
class SimulatedWorker : public SimulatedParty {
 public:
  // `threads` ask for up to `fuse` trials each.
  SimulatedWorker(World& world, Network& network, std::string name, int threads,
                  int fuse)
      : SimulatedParty(world, network, std::move(name)),
        fuse_(fuse),
        threads_(threads) {}

  // A new process begins.
  void Start();
  // It dies, and another begins after `downtime`.
  void Die(absl::Duration downtime);
  // It hands back what it holds, says goodbye, and another begins.
  void SayGoodbye();

 private:
  struct Held {
    v1::LeasedTrial leased;
    int thread = 0;
    bool half_trained = false;
    bool trained = false;
    bool reporting = false;  // the result is on its way
  };
  // A process waits for its trials; what it was told when is in the requests.
  struct Thread {
    int held = 0;
    bool asking = false;
  };

  std::string NextRequest();
  void Register();
  void Heartbeat();
  void AskForTrials(int thread);
  using LeasedTrials = google::protobuf::RepeatedPtrField<v1::LeasedTrial>;
  void Take(int thread, const LeasedTrials& trials);
  void Train(const std::string& trial, int attempt);
  // It is at its rung: its result goes once its checkpoint is stored.
  void LeaveCheckpoint(const std::string& trial);
  // It is trained. Its result goes at once, or with those of others of its
  // thread; the last of them may ask for more in the same call.
  void Report(const std::string& trial);
  bool AllTrained(int thread) const;
  void HandBack(const std::string& trial);
  // After an answer: says it again, with other content, or with a token that is
  // not the worker's.
  void Lie(const v1::CompleteTrialsRequest& truth);
  // Stops training it. Its thread asks for more once it holds none.
  void Drop(const std::string& trial);
  void DropAll();

  const int fuse_;
  int next_request_ = 1;
  int process_ = 0;
  std::string worker_;  // "workers/{worker}"; empty until registered
  std::vector<Thread> threads_;
  std::map<std::string, Held> held_;  // by name
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_SIMULATED_WORKER_H_

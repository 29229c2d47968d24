#ifndef ETALON_TESTS_SIMULATION_SIMULATED_CLIENT_H_
#define ETALON_TESTS_SIMULATION_SIMULATED_CLIENT_H_

#include <string>

#include "etalon/v1/search_service.pb.h"
#include "tests/simulation/simulated_party.h"

namespace etalon::testing {

// A person with a command line who submits one search, and may submit it
// again, pause it, resume it, and cancel it.
class SimulatedClient : public SimulatedParty {
 public:
  struct Options {
    v1::SearchSpec spec;
    bool repeats = false;  // submits it again, once with another spec
    bool pauses = false;
    bool cancels = false;
  };

  SimulatedClient(World& world, Network& network, const Options& options);

  void Start();
  // From peace on: whatever an old request may still have paused goes on.
  void KeepGoing();

 private:
  void Create();
  void Repeat(const v1::SearchSpec& spec);
  void Pause();
  void Resume();
  void Cancel();

  const Options options_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_SIMULATED_CLIENT_H_

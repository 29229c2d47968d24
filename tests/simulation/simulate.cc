// Runs worlds by their seeds and says whether a law was broken in one.
// tests/simulation/run.sh runs it on all cores.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>

#include "common/log.h"
#include "tests/simulation/simulation.h"

int main(int argc, char** argv) {
  uint64_t first = 1;
  uint64_t count = 200;
  uint64_t step = 1;
  bool trace = false;
  bool stop = false;
  CLI::App app(
      "Simulates coordinators by seed; exits with 1 when a law broke.");
  app.add_option("--first", first, "First seed");
  app.add_option("--count", count, "How many seeds");
  app.add_option("--step", step, "From one seed to the next");
  app.add_flag("--trace", trace, "Print all that happens");
  app.add_flag("--stop", stop, "Stop at the first broken law");
  CLI11_PARSE(app, argc, argv);

  etalon::SetLogLevel(etalon::LogLevel::kError);
  int64_t steps = 0;
  int64_t events = 0;
  int64_t starts = 0;
  int64_t deaths = 0;
  int64_t broken = 0;
  double hours = 0;
  uint64_t hash = 0;
  for (uint64_t i = 0; i < count && (broken == 0 || !stop); ++i) {
    const uint64_t seed = first + i * step;
    const etalon::testing::SimulationResult result =
        etalon::testing::Simulate(seed, trace);
    for (const std::string& line : result.trace) std::cout << line << "\n";
    steps += result.steps;
    events += result.events;
    starts += result.coordinator_starts;
    deaths += result.worker_deaths;
    hours += result.simulated_seconds / 3600;
    hash = hash * 31 + result.trace_hash;
    if (result.violation.empty()) continue;
    ++broken;
    std::cout << "seed " << seed << ": " << result.violation << "\n  "
              << argv[0] << " --first " << seed << " --count 1 --trace"
              << std::endl;
  }
  std::cout << "seeds=" << count << " broken=" << broken << " steps=" << steps
            << " events=" << events << " coordinator_starts=" << starts
            << " worker_deaths=" << deaths << " simulated_hours=" << hours
            << " hash=" << std::hex << hash << std::endl;
  return broken == 0 ? 0 : 1;
}

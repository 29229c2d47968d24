// What benchmarks/search_quality.sh judges searches with. Prints one line of
// JSON a study: function, sampler, seed, and the regret after each trial.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "benchmarks/search_quality/functions.h"
#include "benchmarks/search_quality/study.h"
#include "common/status_macros.h"

namespace etalon::benchmark {
namespace {

struct Flags {
  std::string server;
  std::string landscape;
  std::vector<std::string> samplers = SamplerNames();
  int first_seed = 1;
  int seeds = 30;
  int trials = 100;
};

absl::Status Run(const Flags& flags) {
  std::vector<Function> functions = SmoothFunctions();
  if (!flags.landscape.empty()) {
    ETALON_ASSIGN_OR_RETURN(functions.emplace_back(),
                            ReadLandscape(flags.landscape));
  }
  ETALON_ASSIGN_OR_RETURN(Study study, Study::Create(flags.server));
  for (const Function& function : functions) {
    for (const std::string& sampler : flags.samplers) {
      for (int i = 0; i < flags.seeds; ++i) {
        const int seed = flags.first_seed + i;
        ETALON_ASSIGN_OR_RETURN(
            std::vector<double> regrets,
            study.Run(function, sampler, static_cast<uint64_t>(seed),
                      flags.trials));
        for (size_t j = 1; j < regrets.size(); ++j) {
          regrets[j] = std::min(regrets[j], regrets[j - 1]);
        }
        const nlohmann::json line = {{"function", function.name},
                                     {"sampler", sampler},
                                     {"seed", seed},
                                     {"regrets", regrets}};
        printf("%s\n", line.dump().c_str());
        fflush(stdout);
      }
    }
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Studies for benchmarks/search_quality.sh", "search_quality");
  Flags flags;
  app.add_option("--server", flags.server)->required();
  app.add_option("--landscape", flags.landscape,
                 "Lines of lambda,eta,accuracy");
  app.add_option("--samplers", flags.samplers)
      ->check(CLI::IsMember(SamplerNames()))
      ->delimiter(',');
  app.add_option("--first-seed", flags.first_seed)->capture_default_str();
  app.add_option("--seeds", flags.seeds)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--trials", flags.trials)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Run(flags);
  if (status.ok()) return 0;
  fprintf(stderr, "search_quality: %s\n",
          std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace etalon::benchmark

int main(int argc, char** argv) { return etalon::benchmark::Main(argc, argv); }

// What benchmarks/search_quality.sh judges searches with. Prints one line of
// JSON a study: function, sampler, seed, and the regret after each trial; or
// rule, seed, and after each trial the epochs trained and the best accuracy.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "benchmarks/search_quality/curves.h"
#include "benchmarks/search_quality/functions.h"
#include "benchmarks/search_quality/study.h"
#include "common/status_macros.h"

namespace etalon::benchmark {
namespace {

struct Flags {
  std::string server;
  std::string landscape;
  std::vector<std::string> samplers = SamplerNames();
  std::vector<std::string> rules;
  int first_seed = 1;
  int seeds = 30;
  int trials = 100;
};

void PrintLine(const nlohmann::json& line) {
  printf("%s\n", line.dump().c_str());
  fflush(stdout);
}

absl::Status RunRules(const Flags& flags, const Curves& curves, Study& study) {
  for (const std::string& rule : flags.rules) {
    for (int i = 0; i < flags.seeds; ++i) {
      const int seed = flags.first_seed + i;
      ETALON_ASSIGN_OR_RETURN(
          const std::vector<Study::Progress> course,
          study.RunRule(curves, rule, static_cast<uint64_t>(seed),
                        flags.trials));
      nlohmann::json points = nlohmann::json::array();
      for (const Study::Progress& progress : course) {
        points.push_back({progress.epochs, progress.best});
      }
      PrintLine({{"rule", rule},
                 {"seed", seed},
                 {"epochs", curves.epochs()},
                 {"course", points}});
    }
  }
  return absl::OkStatus();
}

absl::Status RunSamplers(const Flags& flags,
                         const std::vector<Function>& functions, Study& study) {
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
        PrintLine({{"function", function.name},
                   {"sampler", sampler},
                   {"seed", seed},
                   {"regrets", regrets}});
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Run(const Flags& flags) {
  std::vector<Function> functions = SmoothFunctions();
  Curves curves;
  if (!flags.landscape.empty()) {
    ETALON_ASSIGN_OR_RETURN(curves, Curves::Read(flags.landscape));
    functions.push_back(Landscape(curves));
  }
  ETALON_ASSIGN_OR_RETURN(Study study, Study::Create(flags.server));
  if (!flags.rules.empty()) return RunRules(flags, curves, study);
  return RunSamplers(flags, functions, study);
}

int Main(int argc, char** argv) {
  CLI::App app("Studies for benchmarks/search_quality.sh", "search_quality");
  Flags flags;
  app.add_option("--server", flags.server)->required();
  auto* const landscape = app.add_option("--landscape", flags.landscape,
                                         "Lines of lambda,eta,epoch,accuracy");
  app.add_option("--samplers", flags.samplers)
      ->check(CLI::IsMember(SamplerNames()))
      ->delimiter(',');
  app.add_option("--rules", flags.rules, "In place of samplers")
      ->check(CLI::IsMember(RuleNames()))
      ->delimiter(',')
      ->needs(landscape);
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

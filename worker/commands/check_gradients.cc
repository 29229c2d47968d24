#include "worker/commands/check_gradients.h"

#include <algorithm>
#include <iostream>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status_macros.h"
#include "worker/commands/check_gradients_options.h"
#include "worker/commands/gradient_inputs.h"
#include "worker/commands/gradient_table.h"
#include "worker/train/gradients/gradient_check.h"
#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

constexpr int kBoundBroken = 1;
constexpr int kUsageError = 2;

// On the first `batch` of the inputs.
absl::StatusOr<GradientRun> Check(const CheckGradientsOptions& options,
                                  double lambda, int64_t batch,
                                  const GradientInputs& data,
                                  const train::Kernels<double>& kernels) {
  GradientRun run = {.lambda = lambda, .batch = batch, .arrays = {}};
  ETALON_ASSIGN_OR_RETURN(
      run.arrays,
      train::CheckGradients({.features = options.features,
                             .classes = options.classes,
                             .network = options.network,
                             .lambda = lambda,
                             .step = options.step,
                             .samples = options.samples,
                             .bound = options.bound,
                             .epsilon = options.epsilon,
                             .seed = options.seed},
                            kernels,
                            {batch, data.inputs.data(), data.labels.data()}));
  return run;
}

// Prints every run, and on standard error the arrays that are past the bound.
// Whether there are none.
absl::StatusOr<bool> Run(const CheckGradientsOptions& options) {
  ETALON_ASSIGN_OR_RETURN(const train::KernelSet* const kernels,
                          train::SelectKernels(options.kernel));
  ETALON_ASSIGN_OR_RETURN(
      const GradientInputs data,
      MakeGradientInputs(options, *std::max_element(options.batches.begin(),
                                                    options.batches.end())));
  bool all_within = true;
  if (options.csv) PrintCsvHeader(std::cout);
  for (const double lambda : options.lambdas) {
    for (const int64_t batch : options.batches) {
      ETALON_ASSIGN_OR_RETURN(
          const GradientRun run,
          Check(options, lambda, batch, data, kernels->float64));
      options.csv ? PrintCsv(run, std::cout) : PrintTable(run, std::cout);
      for (const train::ArrayCheck& array : run.arrays) {
        if (array.IsWithinBound()) continue;
        all_within = false;
        std::cerr << "etalon-worker check-gradients: " << CourseName(array.name)
                  << " at lambda " << lambda << " and batch " << batch
                  << " is past the bound of " << options.bound << '\n';
      }
    }
  }
  return all_within;
}

}  // namespace

int CheckGradientsCommand(int argc, const char* const* argv) {
  const std::variant<CheckGradientsOptions, int> parsed =
      ParseCheckGradientsOptions(argc, argv);
  if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
  const absl::StatusOr<bool> all_within =
      Run(std::get<CheckGradientsOptions>(parsed));
  if (!all_within.ok()) {
    std::cerr << "etalon-worker check-gradients: "
              << all_within.status().message() << '\n';
    return kUsageError;
  }
  return *all_within ? 0 : kBoundBroken;
}

}  // namespace etalon

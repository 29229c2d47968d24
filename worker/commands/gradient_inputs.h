#ifndef ETALON_WORKER_COMMANDS_GRADIENT_INPUTS_H_
#define ETALON_WORKER_COMMANDS_GRADIENT_INPUTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/commands/check_gradients_options.h"
#include "worker/train/aligned_array.h"

namespace etalon {

// Images, normalised as for training, and their classes.
struct GradientInputs {
  train::AlignedArray<double> inputs;  // (rows x features), row-major
  std::vector<uint8_t> labels;         // rows
};

// `rows` of the images or numbers that `options` name; generated ones are the
// same for the same seed. Codes as of train::LoadDataset.
absl::StatusOr<GradientInputs> MakeGradientInputs(
    const CheckGradientsOptions& options, int64_t rows);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_GRADIENT_INPUTS_H_

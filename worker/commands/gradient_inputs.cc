#include "worker/commands/gradient_inputs.h"

#include <algorithm>
#include <memory>

#include "common/random.h"
#include "common/status_macros.h"
#include "worker/train/data/load_dataset.h"

namespace etalon {
namespace {

using Inputs = CheckGradientsOptions::Inputs;

// Generated images that moments are taken of at least.
constexpr int64_t kMinImages = 1000;

GradientInputs NormalInputs(const CheckGradientsOptions& options,
                            int64_t rows) {
  GradientInputs made;
  RandomStream random(DeriveSeed(options.seed, "inputs"));
  made.inputs.resize(static_cast<size_t>(rows * options.features));
  for (double& input : made.inputs) input = random.NextNormal();
  RandomStream classes(DeriveSeed(options.seed, "labels"));
  for (int64_t row = 0; row < rows; ++row) {
    made.labels.push_back(static_cast<uint8_t>(
        classes.NextBelow(static_cast<uint32_t>(options.classes))));
  }
  return made;
}

train::DatasetSpec ImagesOf(const CheckGradientsOptions& options,
                            int64_t rows) {
  if (options.inputs == Inputs::kSynthetic) {
    return train::SyntheticSpec{.train = std::max(rows, kMinImages),
                                .validation = 1,
                                .test = 1,
                                .seed = options.seed};
  }
  train::Cifar10Spec spec;
  spec.batches = {1};
  spec.validation_batches = {2};
  return spec;
}

}  // namespace

absl::StatusOr<GradientInputs> MakeGradientInputs(
    const CheckGradientsOptions& options, int64_t rows) {
  if (options.inputs == Inputs::kNormal) return NormalInputs(options, rows);
  ETALON_ASSIGN_OR_RETURN(
      const std::shared_ptr<const train::PreparedData> data,
      train::LoadDataset(ImagesOf(options, rows), options.data));
  const train::ImageSet& images = data->train();
  GradientInputs made;
  for (int64_t i = 0; i < rows * options.features; ++i) {
    const size_t feature = static_cast<size_t>(i % options.features);
    const float grey = images.images[static_cast<size_t>(i)];
    made.inputs.push_back((grey - data->mean()[feature]) *
                          data->inverse_deviation()[feature]);
  }
  made.labels.assign(images.labels.begin(), images.labels.begin() + rows);
  return made;
}

}  // namespace etalon

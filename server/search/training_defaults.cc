#include "server/search/training_defaults.h"

#include <algorithm>
#include <limits>

#include "server/search/known_datasets.h"

namespace etalon {
namespace {

bool Contains(const v1::IntegerList& list, int value) {
  return std::find(list.values().begin(), list.values().end(), value) !=
         list.values().end();
}

void FillCifar10(v1::Dataset& dataset) {
  if (dataset.batches().values_size() == 0) {
    for (int file = 1; file <= kCifar10Files; ++file) {
      if (Contains(dataset.validation_batches(), file)) continue;
      dataset.mutable_batches()->add_values(file);
    }
  }
  // Lists are at most as long as there are files where they are valid.
  const int files = std::min(dataset.batches().values_size(), kCifar10Files);
  const int images = files * kCifar10ImagesPerFile;
  const int validation_files =
      std::min(dataset.validation_batches().values_size(), kCifar10Files);
  if (validation_files > 0) {
    if (!dataset.has_train()) dataset.set_train(images);
    if (!dataset.has_validation()) {
      dataset.set_validation(validation_files * kCifar10ImagesPerFile);
    }
    return;
  }
  // 45000 and 5000 of all five files.
  if (!dataset.has_train()) dataset.set_train(images / 10 * 9);
  if (!dataset.has_validation()) dataset.set_validation(images / 10);
}

void FillSynthetic(v1::Dataset& dataset) {
  if (!dataset.has_train()) dataset.set_train(4000);
  if (!dataset.has_validation()) dataset.set_validation(1000);
  if (!dataset.has_test()) dataset.set_test(1000);
}

void FillDataset(uint64_t search_seed, v1::Dataset& dataset) {
  if (!dataset.has_seed()) dataset.set_seed(search_seed);
  const KnownDataset* known = FindDataset(dataset.name());
  if (known == nullptr) return;
  if (known->generated) return FillSynthetic(dataset);
  if (known->has_batches) return FillCifar10(dataset);
  if (known->has_coarse_labels && !dataset.has_coarse_labels()) {
    dataset.set_coarse_labels(false);
  }
  if (known->training_images == 0) return;
  if (!dataset.has_train()) dataset.set_train(known->training_images / 10 * 9);
  if (!dataset.has_validation()) {
    dataset.set_validation(known->training_images / 10);
  }
}

void FillNetwork(v1::Network& network) {
  if (!network.has_hidden()) network.mutable_hidden()->add_values(50);
  if (!network.has_batch_norm()) network.set_batch_norm(false);
  if (!network.has_dropout()) network.set_dropout(0);
  if (network.initialization().scheme_case() ==
      v1::Initialization::SCHEME_NOT_SET) {
    network.mutable_initialization()->mutable_xavier();
  }
  if (network.activation() == v1::ACTIVATION_UNSPECIFIED) {
    network.set_activation(v1::RELU);
  }
}

void FillOptimizer(v1::Optimizer& optimizer) {
  if (optimizer.has_adam()) {
    v1::Optimizer::Adam& adam = *optimizer.mutable_adam();
    if (!adam.has_beta1()) adam.set_beta1(0.9);
    if (!adam.has_beta2()) adam.set_beta2(0.999);
    if (!adam.has_epsilon()) adam.set_epsilon(1e-8);
    if (!adam.has_decoupled()) adam.set_decoupled(false);
    return;
  }
  v1::Optimizer::Sgd& sgd = *optimizer.mutable_sgd();
  if (!sgd.has_momentum()) sgd.set_momentum(0);
  if (!sgd.has_nesterov()) sgd.set_nesterov(false);
}

void FillSchedule(v1::Schedule& schedule) {
  if (!schedule.has_warmup() && !schedule.has_warmup_epochs()) {
    schedule.set_warmup(0);
  }
  if (!schedule.has_cyclical()) return;
  v1::Schedule::Cyclical& cyclical = *schedule.mutable_cyclical();
  if (!cyclical.has_eta_min()) cyclical.set_eta_min(1e-5);
  if (!cyclical.has_eta_max()) cyclical.set_eta_max(0.1);
  if (!cyclical.has_cycles()) cyclical.set_cycles(1);
  if (!cyclical.has_annealing()) cyclical.set_annealing(1);
}

}  // namespace

void FillDefaults(uint64_t search_seed, v1::Training& training) {
  FillDataset(search_seed, *training.mutable_dataset());
  FillDefaultsButDataset(training);
}

void FillDefaultsButDataset(v1::Training& training) {
  FillNetwork(*training.mutable_network());
  FillOptimizer(*training.mutable_optimizer());
  if (!training.has_batch_size()) training.set_batch_size(100);
  if (!training.has_lambda()) training.set_lambda(0);
  if (training.precision() == v1::PRECISION_UNSPECIFIED) {
    training.set_precision(v1::FLOAT32);
  }
  FillSchedule(*training.mutable_schedule());
  v1::Evaluation& evaluation = *training.mutable_evaluation();
  if (evaluation.interval_case() == v1::Evaluation::INTERVAL_NOT_SET) {
    evaluation.set_per_epoch(1);
  }
  if (!evaluation.has_training()) evaluation.set_training(false);
  v1::Augmentation& augmentation = *training.mutable_augmentation();
  if (!augmentation.has_mirror()) augmentation.set_mirror(false);
  if (!augmentation.has_shift()) augmentation.set_shift(0);
  if (training.keep_model() == v1::KEEP_MODEL_UNSPECIFIED) {
    training.set_keep_model(v1::KEEP_NONE);
  }
}

void CountInUpdates(v1::Training& training) {
  const v1::Schedule::Cyclical& given = training.schedule().cyclical();
  if (given.half_cycle_case() != v1::Schedule::Cyclical::kStepEpochs) return;
  const int64_t updates_per_epoch =
      training.batch_size() > 0
          ? training.dataset().train() / training.batch_size()
          : 0;
  const int64_t updates = given.step_epochs() * updates_per_epoch;
  training.mutable_schedule()->mutable_cyclical()->set_step_size(
      static_cast<int>(std::clamp<int64_t>(updates,
                                           std::numeric_limits<int>::min(),
                                           std::numeric_limits<int>::max())));
}

}  // namespace etalon

#include "server/search/known_datasets.h"

namespace etalon {
namespace {

constexpr KnownDataset kDatasets[] = {
    {.name = "cifar10",
     .training_images = kCifar10Files * kCifar10ImagesPerFile,
     .side = 32,
     .has_batches = true},
    {.name = "cifar100",
     .training_images = 50'000,
     .side = 32,
     .has_coarse_labels = true},
    {.name = "mnist", .training_images = 60'000, .side = 28},
    {.name = "fashion-mnist", .training_images = 60'000, .side = 28},
    {.name = "idx", .needs_path = true},
    {.name = "synthetic", .side = 32, .generated = true},
};

}  // namespace

const KnownDataset* FindDataset(absl::string_view name) {
  for (const KnownDataset& dataset : kDatasets) {
    if (dataset.name == name) return &dataset;
  }
  return nullptr;
}

std::vector<std::string> DatasetNames() {
  std::vector<std::string> names;
  for (const KnownDataset& dataset : kDatasets) {
    names.emplace_back(dataset.name);
  }
  return names;
}

}  // namespace etalon

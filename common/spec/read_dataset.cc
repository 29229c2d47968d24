#include "common/spec/read_training.h"

namespace etalon {
namespace {

void ReadFileNumbers(const Field& field, v1::IntegerList& numbers) {
  const auto items = ReadList(field);
  if (!items.has_value()) return;
  for (const Field& item : *items) {
    if (const auto number = ReadInt32(item)) numbers.add_values(*number);
  }
}

}  // namespace

void ReadDataset(const Field& field, v1::Dataset& dataset) {
  MapReader map(field);
  if (const auto name = map.Find("name")) {
    if (const auto text = ReadText(*name)) dataset.set_name(*text);
  }
  if (const auto batches = map.Find("batches")) {
    ReadFileNumbers(*batches, *dataset.mutable_batches());
  }
  if (const auto batches = map.Find("validation_batches")) {
    ReadFileNumbers(*batches, *dataset.mutable_validation_batches());
  }
  map.Set("train", dataset, &v1::Dataset::set_train);
  map.Set("validation", dataset, &v1::Dataset::set_validation);
  map.Set("test", dataset, &v1::Dataset::set_test);
  map.Set("seed", dataset, &v1::Dataset::set_seed);
  if (const auto path = map.Find("path")) {
    if (const auto text = ReadText(*path)) dataset.set_path(*text);
  }
  map.Set("coarse_labels", dataset, &v1::Dataset::set_coarse_labels);
  map.Finish();
}

}  // namespace etalon

#include "worker/decode_dataset.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/relative_path.h"
#include "common/status_macros.h"
#include "worker/dataset_names.h"

namespace etalon {
namespace {

absl::Status Missing(absl::string_view field) {
  return absl::InvalidArgumentError(
      absl::StrCat("training.dataset.", field, " is not set"));
}

// Of a field that other data sets have.
absl::Status RefuseField(const v1::Dataset& dataset, absl::string_view field,
                         bool present) {
  if (!present) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("training.dataset.", field, " is set; the data set ",
                   dataset.name(), " has no such thing"));
}

absl::Status RefuseBatches(const v1::Dataset& dataset) {
  ETALON_RETURN_IF_ERROR(
      RefuseField(dataset, "batches", dataset.batches().values_size() > 0));
  return RefuseField(dataset, "validation_batches",
                     dataset.validation_batches().values_size() > 0);
}

// Of an optional count, whose zero would mean "all" to the library.
absl::Status RequirePositive(absl::string_view field, bool present,
                             int64_t value) {
  if (!present || value >= 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "training.dataset.", field, " is ", value, "; it must be 1 or more"));
}

absl::Status CheckPath(const v1::Dataset& dataset) {
  if (!dataset.has_path()) return absl::OkStatus();
  const absl::Status status = CheckRelativePath(dataset.path());
  if (status.ok()) return status;
  return absl::InvalidArgumentError(
      absl::StrCat("training.dataset.path is ", status.message()));
}

// What all data sets that are read from files have in common.
template <typename Spec>
void DecodeSplit(const v1::Dataset& dataset, Spec& spec) {
  spec.train = dataset.train();
  spec.validation = dataset.validation();
  spec.seed = dataset.seed();
  spec.path = dataset.path();
}

absl::StatusOr<train::DatasetSpec> DecodeCifar10(const v1::Dataset& dataset) {
  ETALON_RETURN_IF_ERROR(RefuseField(dataset, "test", dataset.has_test()));
  ETALON_RETURN_IF_ERROR(
      RefuseField(dataset, "coarse_labels", dataset.coarse_labels()));
  train::Cifar10Spec spec;
  if (dataset.batches().values_size() > 0) {
    spec.batches.assign(dataset.batches().values().begin(),
                        dataset.batches().values().end());
  }
  spec.validation_batches.assign(dataset.validation_batches().values().begin(),
                                 dataset.validation_batches().values().end());
  DecodeSplit(dataset, spec);
  return spec;
}

absl::StatusOr<train::DatasetSpec> DecodeCifar100(const v1::Dataset& dataset) {
  ETALON_RETURN_IF_ERROR(RefuseField(dataset, "test", dataset.has_test()));
  ETALON_RETURN_IF_ERROR(RefuseBatches(dataset));
  train::Cifar100Spec spec;
  spec.coarse_labels = dataset.coarse_labels();
  DecodeSplit(dataset, spec);
  return spec;
}

absl::StatusOr<train::DatasetSpec> DecodeIdx(const v1::Dataset& dataset,
                                             train::IdxSpec::Kind kind) {
  ETALON_RETURN_IF_ERROR(RefuseField(dataset, "test", dataset.has_test()));
  ETALON_RETURN_IF_ERROR(
      RefuseField(dataset, "coarse_labels", dataset.coarse_labels()));
  ETALON_RETURN_IF_ERROR(RefuseBatches(dataset));
  train::IdxSpec spec;
  spec.kind = kind;
  DecodeSplit(dataset, spec);
  return spec;
}

absl::StatusOr<train::DatasetSpec> DecodeSynthetic(const v1::Dataset& dataset) {
  ETALON_RETURN_IF_ERROR(RefuseField(dataset, "path", dataset.has_path()));
  ETALON_RETURN_IF_ERROR(
      RefuseField(dataset, "coarse_labels", dataset.coarse_labels()));
  ETALON_RETURN_IF_ERROR(RefuseBatches(dataset));
  if (!dataset.has_train()) return Missing("train");
  if (!dataset.has_validation()) return Missing("validation");
  if (!dataset.has_test()) return Missing("test");
  return train::SyntheticSpec{.train = dataset.train(),
                              .validation = dataset.validation(),
                              .test = dataset.test(),
                              .seed = dataset.seed()};
}

absl::StatusOr<train::DatasetSpec> DecodeByName(const v1::Dataset& dataset) {
  using Kind = train::IdxSpec::Kind;
  const std::string& name = dataset.name();
  if (name == kCifar10) return DecodeCifar10(dataset);
  if (name == kCifar100) return DecodeCifar100(dataset);
  if (name == kMnist) return DecodeIdx(dataset, Kind::kMnist);
  if (name == kFashionMnist) return DecodeIdx(dataset, Kind::kFashionMnist);
  if (name == kIdx) return DecodeIdx(dataset, Kind::kOther);
  if (name == kSynthetic) return DecodeSynthetic(dataset);
  return absl::UnimplementedError(
      absl::StrCat("training.dataset.name is \"", name, "\"; known are ",
                   kCifar10, ", ", kCifar100, ", ", kMnist, ", ", kFashionMnist,
                   ", ", kIdx, " and ", kSynthetic));
}

}  // namespace

absl::StatusOr<train::DatasetSpec> DecodeDataset(const v1::Dataset& dataset) {
  if (!dataset.has_name()) return Missing("name");
  ETALON_RETURN_IF_ERROR(
      RequirePositive("train", dataset.has_train(), dataset.train()));
  ETALON_RETURN_IF_ERROR(RequirePositive("validation", dataset.has_validation(),
                                         dataset.validation()));
  if (!dataset.has_seed()) return Missing("seed");
  ETALON_RETURN_IF_ERROR(CheckPath(dataset));
  ETALON_ASSIGN_OR_RETURN(train::DatasetSpec spec, DecodeByName(dataset));
  ETALON_RETURN_IF_ERROR(train::ValidateDataset(spec));
  return spec;
}

}  // namespace etalon

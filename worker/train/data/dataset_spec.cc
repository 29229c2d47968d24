#include "worker/train/data/dataset_spec.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/relative_path.h"
#include "common/status_macros.h"

namespace etalon::train {
namespace {

absl::Status Invalid(absl::string_view field, int64_t value,
                     absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("dataset.", field, " is ", value, "; it must be ", rule));
}

absl::Status ValidateBatches(absl::string_view field,
                             const std::vector<int>& batches) {
  for (size_t i = 0; i < batches.size(); ++i) {
    if (batches[i] < 1 || batches[i] > 5) {
      return Invalid(absl::StrCat(field, "[", i, "]"), batches[i],
                     "from 1 to 5");
    }
    if (std::count(batches.begin(), batches.end(), batches[i]) > 1) {
      return Invalid(absl::StrCat(field, "[", i, "]"), batches[i],
                     "there only once");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidatePath(const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  const absl::Status status = CheckRelativePath(path);
  if (status.ok()) return status;
  return absl::InvalidArgumentError(
      absl::StrCat("dataset.path is ", status.message()));
}

// Of training files with `images` images.
absl::Status ValidateSplit(int64_t train, int64_t validation, int64_t images) {
  if (train < 0 || train > images) {
    return Invalid("train", train,
                   absl::StrCat("from 0 (all) to ", images, " images"));
  }
  const int64_t most = images - std::max<int64_t>(train, 1);
  if (validation < 1 || validation > most) {
    return Invalid("validation", validation,
                   absl::StrCat("from 1 to what training leaves of ", images,
                                " images, ", most));
  }
  return absl::OkStatus();
}

absl::Status ValidateSpec(const Cifar10Spec& spec) {
  ETALON_RETURN_IF_ERROR(ValidatePath(spec.path));
  if (spec.batches.empty()) {
    return absl::InvalidArgumentError(
        "dataset.batches is empty; it must name at least one file");
  }
  ETALON_RETURN_IF_ERROR(ValidateBatches("batches", spec.batches));
  ETALON_RETURN_IF_ERROR(
      ValidateBatches("validation_batches", spec.validation_batches));
  for (const int batch : spec.validation_batches) {
    if (std::count(spec.batches.begin(), spec.batches.end(), batch) > 0) {
      return Invalid("validation_batches", batch,
                     "no file that training images come from");
    }
  }
  const int64_t images =
      kCifar10BatchImages * static_cast<int64_t>(spec.batches.size());
  if (spec.validation_batches.empty()) {
    return ValidateSplit(spec.train, spec.validation, images);
  }
  if (spec.train < 0 || spec.train > images) {
    return Invalid("train", spec.train,
                   absl::StrCat("from 0 (all) to ", images, " images"));
  }
  const int64_t most = kCifar10BatchImages *
                       static_cast<int64_t>(spec.validation_batches.size());
  if (spec.validation < 0 || spec.validation > most) {
    return Invalid("validation", spec.validation,
                   absl::StrCat("from 0 (all) to ", most, " images"));
  }
  return absl::OkStatus();
}

absl::Status ValidateSpec(const Cifar100Spec& spec) {
  ETALON_RETURN_IF_ERROR(ValidatePath(spec.path));
  return ValidateSplit(spec.train, spec.validation, kCifar100TrainImages);
}

absl::Status ValidateSpec(const IdxSpec& spec) {
  ETALON_RETURN_IF_ERROR(ValidatePath(spec.path));
  if (spec.kind != IdxSpec::Kind::kOther) {
    return ValidateSplit(spec.train, spec.validation, kMnistTrainImages);
  }
  if (spec.path.empty()) {
    return absl::InvalidArgumentError(
        "dataset.path is empty; IDX files that are no known data set need it");
  }
  // How many there are, the files will tell; positions have 32 bits.
  return ValidateSplit(spec.train, spec.validation,
                       std::numeric_limits<int32_t>::max());
}

absl::Status ValidateSpec(const SyntheticSpec& spec) {
  if (spec.train < 1 || spec.train > kMaxSyntheticImages) {
    return Invalid("train", spec.train,
                   absl::StrCat("from 1 to ", kMaxSyntheticImages));
  }
  if (spec.validation < 1 || spec.validation > kMaxSyntheticImages) {
    return Invalid("validation", spec.validation,
                   absl::StrCat("from 1 to ", kMaxSyntheticImages));
  }
  if (spec.test < 0 || spec.test > kMaxSyntheticImages) {
    return Invalid("test", spec.test,
                   absl::StrCat("from 0 to ", kMaxSyntheticImages));
  }
  const int64_t total = spec.train + spec.validation + spec.test;
  if (total > kMaxSyntheticImages) {
    return Invalid("train + validation + test", total,
                   absl::StrCat("at most ", kMaxSyntheticImages));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateDataset(const DatasetSpec& spec) {
  return std::visit([](const auto& s) { return ValidateSpec(s); }, spec);
}

}  // namespace etalon::train

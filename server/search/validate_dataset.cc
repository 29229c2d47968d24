#include "server/search/validate_dataset.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/limits.h"
#include "server/search/nearest_name.h"
#include "server/search/training_defaults.h"

namespace etalon {
namespace {

// Checked against what the data set has, which bounds it.
constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

// Which list uses a file; an empty name: none yet.
using FileUses = std::array<std::string, kCifar10Files>;

absl::Status ValidateFiles(const v1::IntegerList& files,
                           const std::string& path, FileUses& uses) {
  for (int i = 0; i < files.values_size(); ++i) {
    const int file = files.values(i);
    const std::string element = absl::StrCat(path, "[", i, "]");
    if (file < 1 || file > kCifar10Files) {
      return InvalidField(
          element, absl::StrCat(file, " is no file; use 1 to ", kCifar10Files));
    }
    std::string& use = uses[static_cast<size_t>(file - 1)];
    if (!use.empty()) {
      return InvalidField(element,
                          absl::StrCat("file ", file, " is already in ", use,
                                       "; name each file once"));
    }
    use = path;
  }
  return absl::OkStatus();
}

// The files of one part have `available` images.
absl::Status CheckImages(const std::string& path, int64_t images,
                         int64_t available) {
  if (images <= available) return absl::OkStatus();
  return InvalidField(path, absl::StrCat(images, " is more than the ",
                                         available, " images of its files"));
}

absl::Status ValidateCifar10(const StageTraining& stage) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  const std::string validation_path = stage.Path("dataset.validation_batches");
  FileUses uses;
  ETALON_RETURN_IF_ERROR(
      ValidateFiles(dataset.validation_batches(), validation_path, uses));
  ETALON_RETURN_IF_ERROR(
      ValidateFiles(dataset.batches(), stage.Path("dataset.batches"), uses));
  if (dataset.batches().values_size() == 0) {
    return InvalidField(validation_path,
                        "all files validate; leave some to train on");
  }
  if (dataset.has_test()) {
    return InvalidField(stage.Path("dataset.test"),
                        absl::StrCat(dataset.test(),
                                     "; cifar10 has its own test images, all "
                                     "of which are used: leave it out"));
  }
  const int64_t images =
      int64_t{dataset.batches().values_size()} * kCifar10ImagesPerFile;
  const int64_t validation_images =
      int64_t{dataset.validation_batches().values_size()} *
      kCifar10ImagesPerFile;
  const std::string train_path = stage.Path("dataset.train");
  if (validation_images > 0) {
    ETALON_RETURN_IF_ERROR(CheckImages(train_path, dataset.train(), images));
    return CheckImages(stage.Path("dataset.validation"), dataset.validation(),
                       validation_images);
  }
  if (int64_t{dataset.train()} + dataset.validation() <= images) {
    return absl::OkStatus();
  }
  return InvalidField(
      train_path,
      absl::StrCat(dataset.train(), " and validation ", dataset.validation(),
                   " are more than the ", images, " images of the files"));
}

absl::Status ValidateSynthetic(const StageTraining& stage) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  if (dataset.batches().values_size() > 0) {
    return InvalidField(stage.Path("dataset.batches"),
                        "synthetic images have no files; leave it out");
  }
  if (dataset.validation_batches().values_size() > 0) {
    return InvalidField(stage.Path("dataset.validation_batches"),
                        "synthetic images have no files; leave it out");
  }
  ETALON_RETURN_IF_ERROR(CheckCount(stage.Path("dataset.train"),
                                    dataset.train(), 1, kMaxGeneratedImages));
  ETALON_RETURN_IF_ERROR(CheckCount(stage.Path("dataset.validation"),
                                    dataset.validation(), 1,
                                    kMaxGeneratedImages));
  return CheckCount(stage.Path("dataset.test"), dataset.test(), 1,
                    kMaxGeneratedImages);
}

}  // namespace

absl::Status ValidateDataset(const StageTraining& stage) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  const std::string name_path = stage.Path("dataset.name");
  if (dataset.name().empty()) {
    return InvalidField(name_path, "is missing; use cifar10 or synthetic");
  }
  if (dataset.name() == "cifar10") {
    ETALON_RETURN_IF_ERROR(ValidateCifar10(stage));
  } else if (dataset.name() == "synthetic") {
    ETALON_RETURN_IF_ERROR(ValidateSynthetic(stage));
  } else {
    return InvalidField(
        name_path,
        absl::StrCat(Quote(dataset.name()), " is no data set; did you mean ",
                     NearestName(dataset.name(), {"cifar10", "synthetic"}),
                     "? There are cifar10 and synthetic"));
  }
  ETALON_RETURN_IF_ERROR(
      CheckCount(stage.Path("dataset.train"), dataset.train(), 1, kUnbounded));
  ETALON_RETURN_IF_ERROR(CheckCount(stage.Path("dataset.validation"),
                                    dataset.validation(), 1, kUnbounded));
  if (dataset.seed() >= uint64_t{1} << 63) {
    return InvalidField(
        stage.Path("dataset.seed"),
        absl::StrCat(dataset.seed(), " is too large; use less than 2^63"));
  }

  const int batch_size = stage.resolved().batch_size();
  const std::string batch_path = stage.Path("batch_size");
  ETALON_RETURN_IF_ERROR(CheckCount(batch_path, batch_size, 1, kMaxBatchSize));
  if (batch_size > dataset.train()) {
    return InvalidField(batch_path,
                        absl::StrCat(batch_size, " is more than the ",
                                     dataset.train(), " training images"));
  }
  return absl::OkStatus();
}

}  // namespace etalon

#include "server/search/validate_dataset.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/limits.h"
#include "common/relative_path.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/known_datasets.h"
#include "server/search/nearest_name.h"

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

// Of training files with `images` images, of which both parts are taken.
absl::Status CheckSplit(const StageTraining& stage, int64_t images) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  if (int64_t{dataset.train()} + dataset.validation() <= images) {
    return absl::OkStatus();
  }
  return InvalidField(
      stage.Path("dataset.train"),
      absl::StrCat(dataset.train(), " and validation ", dataset.validation(),
                   " are more than the ", images, " images of the files"));
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
  const int64_t images =
      int64_t{dataset.batches().values_size()} * kCifar10ImagesPerFile;
  const int64_t validation_images =
      int64_t{dataset.validation_batches().values_size()} *
      kCifar10ImagesPerFile;
  if (validation_images == 0) return CheckSplit(stage, images);
  ETALON_RETURN_IF_ERROR(
      CheckImages(stage.Path("dataset.train"), dataset.train(), images));
  return CheckImages(stage.Path("dataset.validation"), dataset.validation(),
                     validation_images);
}

absl::Status ValidateSynthetic(const StageTraining& stage) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  ETALON_RETURN_IF_ERROR(CheckCount(stage.Path("dataset.train"),
                                    dataset.train(), 1, kMaxGeneratedImages));
  ETALON_RETURN_IF_ERROR(CheckCount(stage.Path("dataset.validation"),
                                    dataset.validation(), 1,
                                    kMaxGeneratedImages));
  return CheckCount(stage.Path("dataset.test"), dataset.test(), 1,
                    kMaxGeneratedImages);
}

// That no field is set which the data set has no use for.
absl::Status RefuseOthersFields(const StageTraining& stage,
                                const KnownDataset& known) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  if (!known.has_batches) {
    const std::string problem =
        known.generated
            ? "synthetic images have no files; leave it out"
            : absl::StrCat(known.name, " has no files by number; leave it out");
    if (dataset.batches().values_size() > 0) {
      return InvalidField(stage.Path("dataset.batches"), problem);
    }
    if (dataset.validation_batches().values_size() > 0) {
      return InvalidField(stage.Path("dataset.validation_batches"), problem);
    }
  }
  if (!known.generated && dataset.has_test()) {
    return InvalidField(
        stage.Path("dataset.test"),
        absl::StrCat(dataset.test(), "; ", known.name,
                     " has its own test images, all of which are used: leave "
                     "it out"));
  }
  if (!known.has_coarse_labels && dataset.coarse_labels()) {
    return InvalidField(
        stage.Path("dataset.coarse_labels"),
        absl::StrCat("true; ", known.name, " has none: leave it out"));
  }
  return absl::OkStatus();
}

absl::Status ValidatePath(const StageTraining& stage,
                          const KnownDataset& known) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  const std::string field = stage.Path("dataset.path");
  if (!dataset.has_path()) {
    if (!known.needs_path) return absl::OkStatus();
    return InvalidField(field,
                        absl::StrCat("is missing; ", known.name,
                                     " needs the folder of its files below "
                                     "the workers' data directories"));
  }
  if (known.generated) {
    return InvalidField(
        field, absl::StrCat(Quote(dataset.path()),
                            "; synthetic images have no files: leave it out"));
  }
  const absl::Status status = CheckRelativePath(dataset.path());
  if (status.ok()) return status;
  return InvalidField(
      field, absl::StrCat(Quote(dataset.path()), " is ", status.message()));
}

absl::Status ValidateSizes(const StageTraining& stage,
                           const KnownDataset& known) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  if (known.has_batches) return ValidateCifar10(stage);
  if (known.generated) return ValidateSynthetic(stage);
  if (known.training_images > 0) {
    return CheckSplit(stage, known.training_images);
  }
  for (const auto& [field, present] :
       {std::pair("dataset.train", dataset.has_train()),
        std::pair("dataset.validation", dataset.has_validation())}) {
    if (present) continue;
    return InvalidField(stage.Path(field),
                        absl::StrCat("is missing; how many images ", known.name,
                                     " has, the coordinator cannot see"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateDataset(const StageTraining& stage) {
  const v1::Dataset& dataset = stage.resolved().dataset();
  const std::string name_path = stage.Path("dataset.name");
  const std::vector<std::string> names = DatasetNames();
  if (dataset.name().empty()) {
    return InvalidField(name_path, absl::StrCat("is missing; use one of ",
                                                absl::StrJoin(names, ", ")));
  }
  const KnownDataset* known = FindDataset(dataset.name());
  if (known == nullptr) {
    return InvalidField(
        name_path,
        absl::StrCat(Quote(dataset.name()), " is no data set; did you mean ",
                     NearestName(dataset.name(), names), "? There are ",
                     absl::StrJoin(names, ", ")));
  }
  ETALON_RETURN_IF_ERROR(RefuseOthersFields(stage, *known));
  ETALON_RETURN_IF_ERROR(ValidatePath(stage, *known));
  ETALON_RETURN_IF_ERROR(ValidateSizes(stage, *known));
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

#include "worker/train/data/cifar100.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "worker/train/data/folder.h"
#include "worker/train/data/split.h"

namespace etalon::train {
namespace {

struct Files {
  std::string train;
  std::string test;
};

absl::StatusOr<Files> FindFiles(const std::string& directory,
                                const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(
      const std::string folder,
      FindDataFolder(directory, path, {"cifar-100-binary", ""}));
  return Files{.train = absl::StrCat(folder, "/train.bin"),
               .test = absl::StrCat(folder, "/test.bin")};
}

}  // namespace

absl::StatusOr<Dataset> ReadCifar100(const Cifar100Spec& spec,
                                     const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const Files files, FindFiles(directory, spec.path));
  const CifarFormat train_format =
      Cifar100Format(kCifar100TrainImages, spec.coarse_labels);
  const CifarFormat test_format =
      Cifar100Format(kCifar100TestImages, spec.coarse_labels);
  ImageSet pool;
  ETALON_RETURN_IF_ERROR(AppendCifarFile(files.train, train_format, pool));
  TrainingParts parts = SplitImages(pool, kCifarShape.Features(), spec.train,
                                    spec.validation, spec.seed);
  Dataset dataset = {.shape = kCifarShape,
                     .classes = train_format.classes,
                     .train = std::move(parts.train),
                     .validation = std::move(parts.validation),
                     .test = {}};
  ETALON_RETURN_IF_ERROR(
      AppendCifarFile(files.test, test_format, dataset.test));
  return dataset;
}

absl::Status ProbeCifar100(const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const Files files, FindFiles(directory, ""));
  ETALON_RETURN_IF_ERROR(
      ProbeCifarFile(files.train, Cifar100Format(kCifar100TrainImages, false)));
  return ProbeCifarFile(files.test, Cifar100Format(kCifar100TestImages, false));
}

}  // namespace etalon::train

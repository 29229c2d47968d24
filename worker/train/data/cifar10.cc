#include "worker/train/data/cifar10.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "worker/train/data/folder.h"
#include "worker/train/data/split.h"

namespace etalon::train {
namespace {

constexpr int64_t kFeatures = kCifarShape.Features();

absl::StatusOr<std::string> FindFolder(const std::string& directory,
                                       const std::string& path) {
  return FindDataFolder(directory, path, {"cifar-10-batches-bin", ""});
}

std::string BatchFile(const std::string& folder, int batch) {
  return absl::StrCat(folder, "/data_batch_", batch, ".bin");
}

std::string TestFile(const std::string& folder) {
  return absl::StrCat(folder, "/test_batch.bin");
}

absl::StatusOr<ImageSet> ReadBatches(const std::string& folder,
                                     const std::vector<int>& batches) {
  ImageSet images;
  for (const int batch : batches) {
    ETALON_RETURN_IF_ERROR(
        AppendCifarFile(BatchFile(folder, batch), kCifar10Format, images));
  }
  return images;
}

// The parts of which the files differ: both are drawn from one stream.
absl::StatusOr<TrainingParts> ReadApart(const Cifar10Spec& spec,
                                        const std::string& folder) {
  RandomStream random(spec.seed);
  const auto read = [&](const std::vector<int>& batches,
                        int64_t count) -> absl::StatusOr<ImageSet> {
    ETALON_ASSIGN_OR_RETURN(const ImageSet pool, ReadBatches(folder, batches));
    const std::vector<uint32_t> order =
        RandomPermutation(static_cast<uint32_t>(pool.size()), random);
    return SelectImages(pool, kFeatures, order, 0,
                        count > 0 ? count : pool.size());
  };
  TrainingParts parts;
  ETALON_ASSIGN_OR_RETURN(parts.train, read(spec.batches, spec.train));
  ETALON_ASSIGN_OR_RETURN(parts.validation,
                          read(spec.validation_batches, spec.validation));
  return parts;
}

absl::StatusOr<TrainingParts> ReadSplit(const Cifar10Spec& spec,
                                        const std::string& folder) {
  ETALON_ASSIGN_OR_RETURN(const ImageSet pool,
                          ReadBatches(folder, spec.batches));
  return SplitImages(pool, kFeatures, spec.train, spec.validation, spec.seed);
}

absl::StatusOr<Dataset> Read(const Cifar10Spec& spec,
                             const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const std::string folder,
                          FindFolder(directory, spec.path));
  ETALON_ASSIGN_OR_RETURN(TrainingParts parts, spec.validation_batches.empty()
                                                   ? ReadSplit(spec, folder)
                                                   : ReadApart(spec, folder));
  Dataset dataset = {.shape = kCifarShape,
                     .classes = kCifar10Format.classes,
                     .train = std::move(parts.train),
                     .validation = std::move(parts.validation),
                     .test = {}};
  ETALON_RETURN_IF_ERROR(
      AppendCifarFile(TestFile(folder), kCifar10Format, dataset.test));
  return dataset;
}

}  // namespace

absl::StatusOr<Dataset> ReadCifar10(const Cifar10Spec& spec,
                                    const std::string& directory) {
  absl::StatusOr<Dataset> dataset = Read(spec, directory);
  if (!absl::IsNotFound(dataset.status())) return dataset;
  return absl::NotFoundError(absl::StrCat(
      dataset.status().message(),
      "; deploy/fetch-cifar10.sh DIR downloads CIFAR-10 into DIR"));
}

absl::Status ProbeCifar10(const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const std::string folder, FindFolder(directory, ""));
  for (int batch = 1; batch <= kCifar10Batches; ++batch) {
    ETALON_RETURN_IF_ERROR(
        ProbeCifarFile(BatchFile(folder, batch), kCifar10Format));
  }
  return ProbeCifarFile(TestFile(folder), kCifar10Format);
}

}  // namespace etalon::train

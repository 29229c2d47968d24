#include "worker/train/data/idx_dataset.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "worker/train/data/folder.h"
#include "worker/train/data/idx.h"
#include "worker/train/data/regular_file.h"
#include "worker/train/data/split.h"

namespace etalon::train {
namespace {

// Of MNIST and Fashion-MNIST.
constexpr int64_t kMnistTestImages = 10'000;
constexpr int64_t kMnistSide = 28;
constexpr int64_t kMnistClasses = 10;

// Images and labels of one part.
struct IdxPart {
  IdxImages images;
  std::vector<uint8_t> labels;
};

absl::StatusOr<std::string> FindFolder(IdxSpec::Kind kind,
                                       const std::string& directory,
                                       const std::string& path) {
  switch (kind) {
    case IdxSpec::Kind::kMnist:
      return FindDataFolder(directory, path, {"mnist", "MNIST/raw"});
    case IdxSpec::Kind::kFashionMnist:
      return FindDataFolder(directory, path,
                            {"fashion-mnist", "FashionMNIST/raw"});
    case IdxSpec::Kind::kOther:
      break;
  }
  return FindDataFolder(directory, path, {""});
}

// The file of `stem` ("train-images") and `type` ("idx3-ubyte") that is there.
absl::StatusOr<std::string> FindFile(const std::string& folder,
                                     absl::string_view stem,
                                     absl::string_view type) {
  for (const absl::string_view end : {"", ".gz"}) {
    for (const absl::string_view separator : {"-", "."}) {
      const std::string path =
          absl::StrCat(folder, "/", stem, separator, type, end);
      const absl::Status status = RegularFile::Open(path).status();
      if (status.ok()) return path;
      if (!absl::IsNotFound(status)) return status;
    }
  }
  return absl::NotFoundError(absl::StrCat(folder, " has no file ", stem, "-",
                                          type, ", plain or with .gz"));
}

struct PartFiles {
  std::string images;
  std::string labels;
};

absl::StatusOr<PartFiles> FindPart(const std::string& folder,
                                   const std::string& part) {
  PartFiles files;
  ETALON_ASSIGN_OR_RETURN(files.images,
                          FindFile(folder, part + "-images", "idx3-ubyte"));
  ETALON_ASSIGN_OR_RETURN(files.labels,
                          FindFile(folder, part + "-labels", "idx1-ubyte"));
  return files;
}

absl::StatusOr<IdxPart> ReadPart(const std::string& folder,
                                 const std::string& part) {
  ETALON_ASSIGN_OR_RETURN(const PartFiles files, FindPart(folder, part));
  IdxPart read;
  ETALON_ASSIGN_OR_RETURN(read.images, ReadIdxImages(files.images));
  ETALON_ASSIGN_OR_RETURN(read.labels, ReadIdxLabels(files.labels));
  const auto labels = static_cast<int64_t>(read.labels.size());
  if (labels == read.images.count) return read;
  return absl::DataLossError(
      absl::StrCat(files.images, " has ", read.images.count, " images and ",
                   files.labels, " has ", labels, " labels"));
}

int64_t HighestLabel(const std::vector<uint8_t>& labels) {
  return *std::max_element(labels.begin(), labels.end());
}

absl::Status CheckSameShape(const std::string& folder, const IdxImages& train,
                            const IdxImages& test) {
  if (train.height == test.height && train.width == test.width) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat(
      folder, " has training images of ", train.height, " x ", train.width,
      " pixels and test images of ", test.height, " x ", test.width));
}

// Of a data set whose size is known: another means another data set.
absl::Status CheckMnist(const std::string& folder, const IdxPart& train,
                        const IdxPart& test) {
  if (train.images.count != kMnistTrainImages ||
      test.images.count != kMnistTestImages ||
      train.images.height != kMnistSide || train.images.width != kMnistSide) {
    return absl::DataLossError(absl::StrCat(
        folder, " has ", train.images.count, " training and ",
        test.images.count, " test images of ", train.images.height, " x ",
        train.images.width, " pixels; it should have ", kMnistTrainImages,
        " and ", kMnistTestImages, " of ", kMnistSide, " x ", kMnistSide,
        ", and the data set idx takes others"));
  }
  const int64_t highest =
      std::max(HighestLabel(train.labels), HighestLabel(test.labels));
  if (highest < kMnistClasses) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(folder, " has the label ", highest,
                                          "; labels are 0 to ",
                                          kMnistClasses - 1));
}

absl::Status CheckEnough(const IdxSpec& spec, int64_t images) {
  if (spec.validation < images && spec.train <= images - spec.validation) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "dataset.train is ", spec.train, " and validation ", spec.validation,
      "; the files have ", images, " training images in all"));
}

}  // namespace

absl::StatusOr<Dataset> ReadIdxDataset(const IdxSpec& spec,
                                       const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const std::string folder,
                          FindFolder(spec.kind, directory, spec.path));
  ETALON_ASSIGN_OR_RETURN(IdxPart train, ReadPart(folder, "train"));
  ETALON_ASSIGN_OR_RETURN(IdxPart test, ReadPart(folder, "t10k"));
  ETALON_RETURN_IF_ERROR(CheckSameShape(folder, train.images, test.images));
  Dataset dataset;
  dataset.shape = {1, train.images.height, train.images.width};
  if (spec.kind == IdxSpec::Kind::kOther) {
    dataset.classes =
        1 + std::max(HighestLabel(train.labels), HighestLabel(test.labels));
  } else {
    ETALON_RETURN_IF_ERROR(CheckMnist(folder, train, test));
    dataset.classes = kMnistClasses;
  }
  ETALON_RETURN_IF_ERROR(CheckEnough(spec, train.images.count));
  const ImageSet pool = {std::move(train.images.pixels),
                         std::move(train.labels)};
  TrainingParts parts = SplitImages(pool, dataset.shape.Features(), spec.train,
                                    spec.validation, spec.seed);
  dataset.train = std::move(parts.train);
  dataset.validation = std::move(parts.validation);
  dataset.test = {std::move(test.images.pixels), std::move(test.labels)};
  return dataset;
}

absl::Status ProbeIdxDataset(IdxSpec::Kind kind, const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const std::string folder,
                          FindFolder(kind, directory, ""));
  for (const char* part : {"train", "t10k"}) {
    ETALON_RETURN_IF_ERROR(FindPart(folder, part).status());
  }
  return absl::OkStatus();
}

}  // namespace etalon::train

#include "worker/train/data/cifar10.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "common/status_macros.h"

namespace etalon::train {
namespace {

constexpr char kGetTheData[] =
    "; deploy/fetch-cifar10.sh DIR downloads CIFAR-10 into DIR";

absl::Status NotFound(absl::string_view path, absl::string_view what) {
  return absl::NotFoundError(absl::StrCat(path, " ", what, kGetTheData));
}

// Reads exactly `size` bytes, or fewer where the file ends.
absl::StatusOr<int64_t> ReadFully(int file, const std::string& path,
                                  uint8_t* buffer, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    const ssize_t n =
        read(file, buffer + done, static_cast<size_t>(size - done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
    }
    if (n == 0) break;
    done += n;
  }
  return done;
}

absl::Status WrongSize(const std::string& path, int64_t size) {
  return absl::DataLossError(absl::StrCat(
      path, " has ", size, " bytes; a file of CIFAR-10 has ", kCifar10FileBytes,
      " (", kCifar10FileRecords, " records of ", kCifar10RecordBytes, ")"));
}

absl::StatusOr<std::vector<uint8_t>> ReadRecords(const std::string& path) {
  // Without O_NONBLOCK opening a pipe would wait for a writer.
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
      return NotFound(path, "does not exist");
    }
    return absl::ErrnoToStatus(error, absl::StrCat("cannot open ", path));
  }
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat status;
  if (fstat(file, &status) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot stat ", path));
  }
  if (!S_ISREG(status.st_mode)) return NotFound(path, "is not a regular file");
  if (status.st_size != kCifar10FileBytes) {
    return WrongSize(path, status.st_size);
  }
  std::vector<uint8_t> records(static_cast<size_t>(kCifar10FileBytes));
  ETALON_ASSIGN_OR_RETURN(
      const int64_t size,
      ReadFully(file, path, records.data(), kCifar10FileBytes));
  if (size != kCifar10FileBytes) return WrongSize(path, size);
  return records;
}

// The folder in which the files stand.
absl::StatusOr<std::string> FindFolder(const std::string& directory) {
  if (directory.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no data directory was given", kGetTheData));
  }
  const std::string inner = absl::StrCat(directory, "/cifar-10-batches-bin");
  std::error_code error;
  if (std::filesystem::is_directory(inner, error)) return inner;
  if (std::filesystem::is_directory(directory, error)) return directory;
  return NotFound(directory, "is not a directory");
}

absl::StatusOr<ImageSet> ReadBatches(const std::string& folder,
                                     const std::vector<int>& batches) {
  ImageSet images;
  for (const int batch : batches) {
    ETALON_RETURN_IF_ERROR(AppendCifar10File(
        absl::StrCat(folder, "/data_batch_", batch, ".bin"), images));
  }
  return images;
}

// Images order[first ... first + count) of `all`.
ImageSet Select(const ImageSet& all, const std::vector<uint32_t>& order,
                int64_t first, int64_t count) {
  ImageSet selected;
  selected.images.reserve(static_cast<size_t>(count * kImageFeatures));
  selected.labels.reserve(static_cast<size_t>(count));
  for (int64_t i = first; i < first + count; ++i) {
    const auto image = all.images.begin() + order[i] * kImageFeatures;
    selected.images.insert(selected.images.end(), image,
                           image + kImageFeatures);
    selected.labels.push_back(all.labels[order[i]]);
  }
  return selected;
}

}  // namespace

absl::Status AppendCifar10File(const std::string& path, ImageSet& images) {
  ETALON_ASSIGN_OR_RETURN(const std::vector<uint8_t> records,
                          ReadRecords(path));
  images.images.reserve(images.images.size() + records.size());
  for (int64_t i = 0; i < kCifar10FileRecords; ++i) {
    const auto record = records.begin() + i * kCifar10RecordBytes;
    if (*record >= kImageClasses) {
      return absl::DataLossError(absl::StrCat(path, ": record ", i,
                                              " (from 0) has the label ",
                                              *record, "; labels are 0 to 9"));
    }
    images.labels.push_back(*record);
    images.images.insert(images.images.end(), record + 1,
                         record + kCifar10RecordBytes);
  }
  return absl::OkStatus();
}

absl::StatusOr<Dataset> ReadCifar10(const Cifar10Spec& spec,
                                    const std::string& directory) {
  ETALON_ASSIGN_OR_RETURN(const std::string folder, FindFolder(directory));
  ETALON_ASSIGN_OR_RETURN(ImageSet pool, ReadBatches(folder, spec.batches));
  RandomStream random(spec.seed);
  std::vector<uint32_t> order =
      RandomPermutation(static_cast<uint32_t>(pool.size()), random);

  const bool apart = !spec.validation_batches.empty();
  const int64_t left = apart ? pool.size() : pool.size() - spec.validation;
  const int64_t train = spec.train > 0 ? spec.train : left;
  Dataset dataset;
  dataset.train = Select(pool, order, 0, train);
  if (apart) {
    ETALON_ASSIGN_OR_RETURN(pool, ReadBatches(folder, spec.validation_batches));
    order = RandomPermutation(static_cast<uint32_t>(pool.size()), random);
  }
  const int64_t validation =
      spec.validation > 0 ? spec.validation : pool.size();
  dataset.validation = Select(pool, order, apart ? 0 : train, validation);
  ETALON_RETURN_IF_ERROR(
      AppendCifar10File(absl::StrCat(folder, "/test_batch.bin"), dataset.test));
  return dataset;
}

}  // namespace etalon::train

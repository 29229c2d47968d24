#include "worker/train/data/cifar_file.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "worker/train/data/regular_file.h"

namespace etalon::train {
namespace {

absl::Status CheckSize(const std::string& path, int64_t size,
                       const CifarFormat& format) {
  if (size == format.FileBytes()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      path, " has ", size, " bytes; it should have ", format.FileBytes(), " (",
      format.records, " records of ", format.RecordBytes(), ")"));
}

absl::StatusOr<std::unique_ptr<RegularFile>> Open(const std::string& path,
                                                  const CifarFormat& format) {
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<RegularFile> file,
                          RegularFile::Open(path));
  ETALON_RETURN_IF_ERROR(CheckSize(path, file->MostBytes(), format));
  return file;
}

}  // namespace

absl::Status AppendCifarFile(const std::string& path, const CifarFormat& format,
                             ImageSet& images) {
  ETALON_ASSIGN_OR_RETURN(const std::unique_ptr<RegularFile> file,
                          Open(path, format));
  std::vector<uint8_t> bytes(static_cast<size_t>(format.FileBytes()));
  ETALON_ASSIGN_OR_RETURN(const int64_t size,
                          file->Read(bytes.data(), format.FileBytes()));
  ETALON_RETURN_IF_ERROR(CheckSize(path, size, format));
  images.images.reserve(images.images.size() + bytes.size());
  for (int64_t i = 0; i < format.records; ++i) {
    const auto record = bytes.begin() + i * format.RecordBytes();
    const uint8_t label = record[format.label];
    if (label >= format.classes) {
      return absl::DataLossError(
          absl::StrCat(path, ": record ", i, " (from 0) has the label ", label,
                       "; labels are 0 to ", format.classes - 1));
    }
    images.labels.push_back(label);
    images.images.insert(images.images.end(), record + format.labels,
                         record + format.RecordBytes());
  }
  return absl::OkStatus();
}

absl::Status ProbeCifarFile(const std::string& path,
                            const CifarFormat& format) {
  return Open(path, format).status();
}

}  // namespace etalon::train

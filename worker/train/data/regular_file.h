#ifndef ETALON_WORKER_TRAIN_DATA_REGULAR_FILE_H_
#define ETALON_WORKER_TRAIN_DATA_REGULAR_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "worker/train/data/byte_reader.h"

namespace etalon::train {

// A file on disk, open for reading.
class RegularFile : public ByteReader {
 public:
  // Never waits for a pipe or a device: only regular files are opened.
  // NOT_FOUND when there is none, PERMISSION_DENIED when it may not be read.
  static absl::StatusOr<std::unique_ptr<RegularFile>> Open(
      const std::string& path);

  ~RegularFile() override;
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  absl::StatusOr<int64_t> Read(uint8_t* buffer, int64_t size) override;
  // Its size as it was opened.
  int64_t MostBytes() const override { return size_; }
  const std::string& path() const override { return path_; }

 private:
  RegularFile(int file, int64_t size, std::string path)
      : file_(file), size_(size), path_(std::move(path)) {}

  const int file_;
  const int64_t size_;
  const std::string path_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_REGULAR_FILE_H_

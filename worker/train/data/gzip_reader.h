#ifndef ETALON_WORKER_TRAIN_DATA_GZIP_READER_H_
#define ETALON_WORKER_TRAIN_DATA_GZIP_READER_H_

#include <zlib.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "worker/train/data/byte_reader.h"

namespace etalon::train {

// What a gzip file (RFC 1952, one member) unpacks to. Unpacks no more than it
// is asked for, in a fixed amount of memory, so that a file that blows up costs
// its reader nothing. Read gives DATA_LOSS when the file is no gzip file, is
// cut off, fails its checksum, or goes on after the member's end.
class GzipReader : public ByteReader {
 public:
  // RESOURCE_EXHAUSTED when zlib finds no memory.
  static absl::StatusOr<std::unique_ptr<GzipReader>> Create(
      std::unique_ptr<ByteReader> packed);

  ~GzipReader() override;
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  absl::StatusOr<int64_t> Read(uint8_t* buffer, int64_t size) override;
  int64_t MostBytes() const override;
  const std::string& path() const override { return packed_->path(); }

 private:
  explicit GzipReader(std::unique_ptr<ByteReader> packed)
      : packed_(std::move(packed)) {}

  // Makes packed bytes available where there are none.
  absl::Status Fill();
  // That nothing follows the member.
  absl::Status CheckEnd();
  absl::Status Damaged(absl::string_view what) const;

  const std::unique_ptr<ByteReader> packed_;
  z_stream stream_{};
  bool initialized_ = false;
  bool ended_ = false;
  std::array<uint8_t, 1 << 16> input_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_GZIP_READER_H_

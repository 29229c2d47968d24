#ifndef ETALON_WORKER_TRAIN_DATA_BYTE_READER_H_
#define ETALON_WORKER_TRAIN_DATA_BYTE_READER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace etalon::train {

// Bytes that come one after another, each once. Not thread-safe; blocks for the
// disk.
class ByteReader {
 public:
  virtual ~ByteReader() = default;

  // Reads the next `size` bytes into `buffer`, or fewer where they end; returns
  // how many. DATA_LOSS when they are damaged, and what the file system says.
  virtual absl::StatusOr<int64_t> Read(uint8_t* buffer, int64_t size) = 0;

  // No more than this many bytes can come in all. What claims to hold more is
  // cut off or a lie, and known to be so before memory is spent on it.
  virtual int64_t MostBytes() const = 0;

  // The file, for messages.
  virtual const std::string& path() const = 0;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_BYTE_READER_H_

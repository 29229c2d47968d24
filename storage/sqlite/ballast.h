#ifndef ETALON_STORAGE_SQLITE_BALLAST_H_
#define ETALON_STORAGE_SQLITE_BALLAST_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace etalon::sqlite {

// Room on the disk that is held for bad times: a file of zeros beside the
// database, given up when the disk is full, so that what is committed can be
// moved out of the write-ahead log (a checkpoint, too, needs room), and taken
// again before anything more is written.
//
// Threads: one at a time.
class Ballast {
 public:
  // 0 bytes: none is held.
  Ballast(std::string path, int64_t bytes)
      : path_(std::move(path)), bytes_(bytes) {}

  // Takes the room, where it is not held. Codes of the file's errors
  // (common/files.h): RESOURCE_EXHAUSTED: there is not enough.
  absl::Status Hold();
  // Gives it up.
  void Release();

  // Whether it was given up since it was held last.
  bool released() const { return released_; }
  const std::string& path() const { return path_; }
  int64_t bytes() const { return bytes_; }

 private:
  const std::string path_;
  const int64_t bytes_;
  bool released_ = false;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_BALLAST_H_

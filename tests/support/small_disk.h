#ifndef ETALON_TESTS_SUPPORT_SMALL_DISK_H_
#define ETALON_TESTS_SUPPORT_SMALL_DISK_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {

// A file system in memory of a few megabytes, which nobody but this process and
// its children sees: it stands in a mount namespace of its own. To be made
// before other threads start.
class SmallDisk {
 public:
  // FAILED_PRECONDITION: this process may not mount; skip the test.
  static absl::StatusOr<std::unique_ptr<SmallDisk>> Mount(int64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  std::string File(const std::string& name) const;
  // Writes a file of zeros, as much of it as there is room for. How much.
  int64_t Fill(const std::string& name, int64_t bytes) const;
  void Remove(const std::string& name) const;
  bool Has(const std::string& name) const;

  // Lets nothing more be written, or lets it again. Whether it could be done:
  // not while a file is open to be written.
  bool SetReadOnly(bool read_only) const;

 private:
  SmallDisk() = default;

  const TempDir folder_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SUPPORT_SMALL_DISK_H_

#ifndef ETALON_CLIENT_LOCAL_TEMPORARY_FOLDER_H_
#define ETALON_CLIENT_LOCAL_TEMPORARY_FOLDER_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "client/context.h"

namespace etalon {

// A folder that only this user can look into. It goes away with the object, and
// all that is in it, unless Keep was called.
class TemporaryFolder {
 public:
  // Below $TMPDIR or /tmp, with `prefix` and a dash before its own name.
  // INTERNAL: it cannot be made.
  static absl::StatusOr<std::unique_ptr<TemporaryFolder>> Create(
      const std::string& prefix, const Context& context);

  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  void Keep() { keep_ = true; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  bool keep_ = false;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_LOCAL_TEMPORARY_FOLDER_H_

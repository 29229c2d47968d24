#ifndef ETALON_TESTS_SUPPORT_TEMP_DIR_H_
#define ETALON_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>

namespace etalon::testing {

// A new empty folder that goes away, with all in it, at the end of its scope.
class TempDir {
 public:
  // In the system's folder for such, or in `parent`.
  TempDir();
  explicit TempDir(const std::string& parent);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SUPPORT_TEMP_DIR_H_

#include "client/write_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace etalon {

absl::Status WriteFile(const std::string& path, absl::string_view content) {
  // In the same folder, so that it can be renamed.
  const std::string partial = absl::StrCat(path, ".", getpid(), ".partial");
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  if (file.is_open()) {
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (file.good() && std::rename(partial.c_str(), path.c_str()) == 0) {
      return absl::OkStatus();
    }
  }
  const int code = errno;
  std::remove(partial.c_str());
  return absl::InvalidArgumentError(
      absl::StrCat("cannot write ", path, ": ", std::strerror(code)));
}

}  // namespace etalon

#include "common/read_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace etalon {

std::string ReadAll(std::istream& stream, size_t limit) {
  std::string content(limit + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<size_t>(stream.gcount()));
  return content;
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit) {
  const auto error = [&](const char* reason) {
    return absl::StrCat("cannot read ", path, ": ", reason);
  };
  std::error_code ignored;  // the open below says it better
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(error("it is a folder"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    const int code = errno;
    return code == ENOENT
               ? absl::NotFoundError(error(std::strerror(code)))
               : absl::InvalidArgumentError(error(std::strerror(code)));
  }
  std::string content = ReadAll(file, limit);
  if (file.bad()) return absl::InvalidArgumentError(error("input error"));
  return content;
}

}  // namespace etalon

#include "client/local/temporary_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace etalon {

absl::StatusOr<std::unique_ptr<TemporaryFolder>> TemporaryFolder::Create(
    const std::string& prefix, const Context& context) {
  std::string path = absl::StrCat(
      context.environment("TMPDIR").value_or("/tmp"), "/", prefix, "-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return absl::InternalError(absl::StrCat("cannot make a folder ", path, ": ",
                                            std::strerror(errno)));
  }
  return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(path));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a folder left behind does no harm
  if (!keep_) std::filesystem::remove_all(path_, ignored);
}

}  // namespace etalon

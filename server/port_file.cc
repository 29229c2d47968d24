#include "server/port_file.h"

#include "absl/strings/str_cat.h"
#include "common/files.h"

namespace etalon {

absl::Status WritePortFile(const std::string& path, int port) {
  if (path.empty()) return absl::OkStatus();
  return WriteFileAtomically(path, absl::StrCat(port, "\n"),
                             /*replace=*/true);
}

}  // namespace etalon

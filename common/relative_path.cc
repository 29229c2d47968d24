#include "common/relative_path.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/limits.h"

namespace etalon {

absl::Status CheckRelativePath(absl::string_view path) {
  if (path.empty()) return absl::InvalidArgumentError("the path is empty");
  if (path.size() > kMaxRelativePathBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a path of ", path.size(), " bytes; at most ",
                     kMaxRelativePathBytes, " are taken"));
  }
  if (std::any_of(path.begin(), path.end(), [](char c) {
        return absl::ascii_iscntrl(static_cast<unsigned char>(c));
      })) {
    return absl::InvalidArgumentError("a path with a control character");
  }
  if (path.front() == '/') {
    return absl::InvalidArgumentError(
        "an absolute path; give it below the data directory");
  }
  for (const absl::string_view name : absl::StrSplit(path, '/')) {
    if (name.empty()) {
      return absl::InvalidArgumentError(
          "a path with an empty name: no / at its end, nor two in a row");
    }
    if (name == "." || name == "..") {
      return absl::InvalidArgumentError(
          absl::StrCat("a path with ", name, "; use names only"));
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon

#include "common/spec/problems.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace etalon {
namespace {

constexpr size_t kMaxProblems = 50;

}  // namespace

void Problems::Add(absl::string_view where, absl::string_view path,
                   absl::string_view message) {
  lines_.push_back(
      absl::StrCat(where, ": ", path, path.empty() ? "" : ": ", message));
}

absl::Status Problems::ToStatus() const {
  if (lines_.empty()) return absl::OkStatus();
  const size_t shown = std::min(lines_.size(), kMaxProblems);
  std::string message =
      absl::StrJoin(lines_.begin(), lines_.begin() + shown, "\n");
  if (shown < lines_.size()) {
    absl::StrAppend(&message, "\nand ", lines_.size() - shown, " more");
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace etalon

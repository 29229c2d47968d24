#ifndef ETALON_COMMON_RELATIVE_PATH_H_
#define ETALON_COMMON_RELATIVE_PATH_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace etalon {

// Whether `path`, which comes from outside, names something below a folder and
// nothing else: names with "/" between them, none of them empty, "." or "..",
// without control characters, and of up to
// kMaxRelativePathBytes. (What links in that folder lead to is its owner's
// affair.) INVALID_ARGUMENT says what is wrong, without the path.
absl::Status CheckRelativePath(absl::string_view path);

}  // namespace etalon

#endif  // ETALON_COMMON_RELATIVE_PATH_H_

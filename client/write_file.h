#ifndef ETALON_CLIENT_WRITE_FILE_H_
#define ETALON_CLIENT_WRITE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace etalon {

// Makes `content` the content of the file `path`, which never has a part of
// it: it is written beside it first, and renamed.
// INVALID_ARGUMENT: it cannot be written, with its name and why.
absl::Status WriteFile(const std::string& path, absl::string_view content);

}  // namespace etalon

#endif  // ETALON_CLIENT_WRITE_FILE_H_

#ifndef ETALON_COMMON_READ_FILE_H_
#define ETALON_COMMON_READ_FILE_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"

namespace etalon {

// The content of `path`, or one byte more than `limit` of it.
// NOT_FOUND: there is no such file. INVALID_ARGUMENT: it cannot be read; both
// name it and say why.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit);

// What is left of `stream`, or one byte more than `limit` of it.
std::string ReadAll(std::istream& stream, size_t limit);

}  // namespace etalon

#endif  // ETALON_COMMON_READ_FILE_H_

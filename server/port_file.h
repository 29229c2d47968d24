#ifndef ETALON_SERVER_PORT_FILE_H_
#define ETALON_SERVER_PORT_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace etalon {

// Writes `port` and a newline to the file, whole or not at all, so that who
// waits for it never reads half. Nothing when `path` is empty.
// FAILED_PRECONDITION: the file cannot be written.
absl::Status WritePortFile(const std::string& path, int port);

}  // namespace etalon

#endif  // ETALON_SERVER_PORT_FILE_H_

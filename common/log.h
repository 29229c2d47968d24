#ifndef ETALON_COMMON_LOG_H_
#define ETALON_COMMON_LOG_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace etalon {

enum class LogLevel { kInfo, kWarning, kError };

// Writes one line, "<RFC 3339 UTC time> <level> <message>", to standard error
// with a single write. Control characters and bytes that are not ASCII are
// escaped, so that nothing a peer sent can forge a line or steer a terminal.
// Thread-safe.
void Log(LogLevel level, absl::string_view message);

// Lines below `level` are dropped. Set once, in main.
void SetLogLevel(LogLevel level);

template <typename... Parts>
void LogInfo(const Parts&... parts) {
  Log(LogLevel::kInfo, absl::StrCat(parts...));
}
template <typename... Parts>
void LogWarning(const Parts&... parts) {
  Log(LogLevel::kWarning, absl::StrCat(parts...));
}
template <typename... Parts>
void LogError(const Parts&... parts) {
  Log(LogLevel::kError, absl::StrCat(parts...));
}

}  // namespace etalon

#endif  // ETALON_COMMON_LOG_H_

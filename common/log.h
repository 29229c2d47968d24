#ifndef ETALON_COMMON_LOG_H_
#define ETALON_COMMON_LOG_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace etalon {

enum class LogLevel { kInfo, kWarning, kError };

enum class LogFormat {
  // <RFC 3339 UTC time> <level> <message>
  kText,
  // {"time":"<RFC 3339 UTC time>","level":"<level>","message":"<message>"}
  kJson,
};

// Writes one line to standard error with a single write. Control characters and
// bytes that are not ASCII are escaped, as EscapeLine does or as JSON has it,
// so that nothing a peer sent can forge a line or steer a terminal.
// Thread-safe.
void Log(LogLevel level, absl::string_view message);

// Lines below `level` are dropped. Set once, in main.
void SetLogLevel(LogLevel level);
// Set once, in main.
void SetLogFormat(LogFormat format);

// `text` with every control character and byte that is not ASCII as a C escape:
// one line that any terminal shows as it is.
std::string EscapeLine(absl::string_view text);
// The JSON string, quotes included, in ASCII alone; what is not UTF-8 becomes
// U+FFFD.
std::string ToJsonString(absl::string_view text);

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

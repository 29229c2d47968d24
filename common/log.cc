#include "common/log.h"

#include <unistd.h>

#include <atomic>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace etalon {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};

const char* Name(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

}  // namespace

void SetLogLevel(LogLevel level) { minimum_level = level; }

void Log(LogLevel level, absl::string_view message) {
  if (level < minimum_level) return;
  std::string escaped = absl::Utf8SafeCHexEscape(message);
  // C escapes also quote characters that are harmless on a line of their own.
  escaped = absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                                          absl::UTCTimeZone()),
                         " ", Name(level), " ", escaped, "\n");
  // The line is for people: nothing can be done when standard error is gone.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, escaped.data(), escaped.size());
}

}  // namespace etalon

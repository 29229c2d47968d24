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

// CHexEscape, which also quotes quotation marks, leaving those as they are.
std::string Escape(absl::string_view message) {
  std::string escaped;
  escaped.reserve(message.size());
  for (size_t i = 0; i < message.size(); ++i) {
    const bool quote = message[i] == '\'' || message[i] == '"';
    const absl::string_view character = message.substr(i, 1);
    escaped += quote ? std::string(character) : absl::CHexEscape(character);
  }
  return escaped;
}

}  // namespace

void SetLogLevel(LogLevel level) { minimum_level = level; }

void Log(LogLevel level, absl::string_view message) {
  if (level < minimum_level) return;
  const std::string line =
      absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                                    absl::UTCTimeZone()),
                   " ", Name(level), " ", Escape(message), "\n");
  // The line is for people: nothing can be done when standard error is gone.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace etalon

#include "common/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/utf8.h"

namespace etalon {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};
std::atomic<LogFormat> line_format{LogFormat::kText};

constexpr char32_t kReplacementCharacter = 0xfffd;

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

// As RFC 8259 has it, in ASCII: past it as UTF-16 in escapes.
void AppendJsonCharacter(char32_t character, std::string& json) {
  if (character == '"' || character == '\\') {
    json += '\\';
    json += static_cast<char>(character);
  } else if (character >= ' ' && character < 0x7f) {
    json += static_cast<char>(character);
  } else if (character <= 0xffff) {
    absl::StrAppend(&json, "\\u",
                    absl::Hex(uint32_t{character}, absl::kZeroPad4));
  } else {
    const uint32_t offset = uint32_t{character} - 0x10000;
    absl::StrAppend(&json, "\\u", absl::Hex(0xd800 + (offset >> 10)), "\\u",
                    absl::Hex(0xdc00 + (offset & 0x3ff)));
  }
}

}  // namespace

void SetLogLevel(LogLevel level) { minimum_level = level; }
void SetLogFormat(LogFormat format) { line_format = format; }

// CHexEscape, which also quotes quotation marks, leaving those as they are.
std::string EscapeLine(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool quote = text[i] == '\'' || text[i] == '"';
    const absl::string_view character = text.substr(i, 1);
    escaped += quote ? std::string(character) : absl::CHexEscape(character);
  }
  return escaped;
}

std::string ToJsonString(absl::string_view text) {
  std::string json = "\"";
  for (size_t i = 0; i < text.size();) {
    const Utf8Character decoded = DecodeUtf8(text, i);
    AppendJsonCharacter(
        decoded.bytes == 0 ? kReplacementCharacter : decoded.character, json);
    i += decoded.bytes == 0 ? 1 : decoded.bytes;
  }
  json += '"';
  return json;
}

void Log(LogLevel level, absl::string_view message) {
  if (level < minimum_level) return;
  const std::string time = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                                            absl::UTCTimeZone());
  const std::string line =
      line_format == LogFormat::kJson
          ? absl::StrCat("{\"time\":\"", time, "\",\"level\":\"", Name(level),
                         "\",\"message\":", ToJsonString(message), "}\n")
          : absl::StrCat(time, " ", Name(level), " ", EscapeLine(message),
                         "\n");
  // The line is for people: nothing can be done when standard error is gone.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace etalon

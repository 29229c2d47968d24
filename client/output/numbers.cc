#include "client/output/numbers.h"

#include <fmt/format.h>

#include <cmath>

namespace etalon {
namespace {

// `seconds` to the nearest multiple that an estimate of that size is good for.
int64_t RoundEstimate(double seconds) {
  const int64_t unit = seconds < 20     ? 1
                       : seconds < 60   ? 5
                       : seconds < 600  ? 15
                       : seconds < 7200 ? 60
                                        : 600;
  return std::llround(seconds / static_cast<double>(unit)) * unit;
}

// "4 min 5 s", "2 h 10 min": the two largest units.
std::string FormatLong(int64_t seconds) {
  const int64_t minutes = seconds / 60;
  const int64_t hours = minutes / 60;
  if (hours > 0) {
    return minutes % 60 == 0 ? fmt::format("{} h", hours)
                             : fmt::format("{} h {} min", hours, minutes % 60);
  }
  return seconds % 60 == 0 ? fmt::format("{} min", minutes)
                           : fmt::format("{} min {} s", minutes, seconds % 60);
}

std::string RoundedText(absl::Duration duration) {
  const int64_t seconds = RoundEstimate(absl::ToDoubleSeconds(duration));
  if (seconds < 2) return "a second";
  if (seconds < 60) return fmt::format("{} s", seconds);
  return FormatLong(seconds);
}

}  // namespace

std::string FormatExact(double value) { return fmt::format("{}", value); }

std::string FormatSignificant(double value) {
  return fmt::format("{:.4g}", value);
}

std::string FormatPercent(double share) {
  return fmt::format("{:.2f} %", share * 100);
}

std::string FormatElapsed(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  return FormatLong(std::llround(seconds));
}

std::string FormatAbout(absl::Duration duration) {
  return "about " + RoundedText(duration);
}

std::string FormatAbout(absl::Duration duration, absl::Duration low,
                        absl::Duration high) {
  const std::string from = RoundedText(low);
  const std::string to = RoundedText(high);
  if (from == to) return FormatAbout(duration);
  return fmt::format("{} ({} to {})", FormatAbout(duration), from, to);
}

std::string FormatTimestamp(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime(
      "%Y-%m-%dT%H:%M:%E3SZ",
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
      absl::UTCTimeZone());
}

double ToSeconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) +
         static_cast<double>(duration.nanos()) * 1e-9;
}

}  // namespace etalon

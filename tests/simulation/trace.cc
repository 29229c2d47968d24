#include "tests/simulation/trace.h"

#include "absl/strings/str_format.h"

namespace etalon::testing {

void Trace::Add(absl::Duration time, absl::string_view what) {
  const auto mix = [this](unsigned char byte) {
    hash_ = (hash_ ^ byte) * 1099511628211u;
  };
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(time);
  for (int shift = 0; shift < 64; shift += 8) mix(nanoseconds >> shift);
  for (const char c : what) mix(static_cast<unsigned char>(c));
  if (keep_lines_) {
    lines_.push_back(
        absl::StrFormat("%11.4f  %s", absl::ToDoubleSeconds(time), what));
  }
}

}  // namespace etalon::testing

#ifndef ETALON_CLIENT_OUTPUT_NUMBERS_H_
#define ETALON_CLIENT_OUTPUT_NUMBERS_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/time/time.h"

namespace etalon {

// For machines: the shortest decimal text that reads back as the same double.
std::string FormatExact(double value);

// For people: four significant digits, trailing zeros dropped.
std::string FormatSignificant(double value);

// For people: a share in [0, 1] as "51.23 %".
std::string FormatPercent(double share);

// For people: "850 ms", "12.3 s", "4 min 5 s", "2 h 10 min".
std::string FormatElapsed(absl::Duration duration);

// As FormatElapsed, but rounded as an estimate deserves: "about 40 s".
std::string FormatAbout(absl::Duration duration);

// With an interval, where it is wider than the rounding: "about 40 s (30 s to
// 55 s)".
std::string FormatAbout(absl::Duration duration, absl::Duration low,
                        absl::Duration high);

// RFC 3339 in UTC, to the millisecond; empty for a time that is not set.
std::string FormatTimestamp(const google::protobuf::Timestamp& time);

double ToSeconds(const google::protobuf::Duration& duration);

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_NUMBERS_H_

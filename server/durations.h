#ifndef ETALON_SERVER_DURATIONS_H_
#define ETALON_SERVER_DURATIONS_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace etalon {

// Whether `duration` obeys the rules of its own type: range, and one sign.
bool IsValidDuration(const google::protobuf::Duration& duration);

// Of a valid one.
absl::Duration FromProto(const google::protobuf::Duration& duration);
google::protobuf::Duration ToProto(absl::Duration duration);

}  // namespace etalon

#endif  // ETALON_SERVER_DURATIONS_H_

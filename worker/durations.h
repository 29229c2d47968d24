#ifndef ETALON_WORKER_DURATIONS_H_
#define ETALON_WORKER_DURATIONS_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace etalon {

absl::Duration DecodeDuration(const google::protobuf::Duration& encoded);
google::protobuf::Duration EncodeDuration(absl::Duration duration);

}  // namespace etalon

#endif  // ETALON_WORKER_DURATIONS_H_

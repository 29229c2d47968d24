#include "worker/durations.h"

#include <cstdint>

namespace etalon {

absl::Duration DecodeDuration(const google::protobuf::Duration& encoded) {
  return absl::Seconds(encoded.seconds()) + absl::Nanoseconds(encoded.nanos());
}

google::protobuf::Duration EncodeDuration(absl::Duration duration) {
  google::protobuf::Duration encoded;
  const int64_t seconds =
      absl::IDivDuration(duration, absl::Seconds(1), &duration);
  encoded.set_seconds(seconds);
  encoded.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  return encoded;
}

}  // namespace etalon

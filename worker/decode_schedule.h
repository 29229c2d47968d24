#ifndef ETALON_WORKER_DECODE_SCHEDULE_H_
#define ETALON_WORKER_DECODE_SCHEDULE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "etalon/v1/training.pb.h"
#include "worker/train/schedule.h"

namespace etalon {

// How fast and how long to train.
struct DecodedSchedule {
  train::Schedule schedule;
  // In all; INT64_MAX where there are more.
  int64_t updates = 0;
};

// The schedule and length of `training`, an epoch holding `updates_per_epoch`
// updates. Codes as of DecodePlan, of which this is a part.
absl::StatusOr<DecodedSchedule> DecodeSchedule(const v1::Training& training,
                                               int64_t updates_per_epoch);

}  // namespace etalon

#endif  // ETALON_WORKER_DECODE_SCHEDULE_H_

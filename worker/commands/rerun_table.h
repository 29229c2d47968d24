#ifndef ETALON_WORKER_COMMANDS_RERUN_TABLE_H_
#define ETALON_WORKER_COMMANDS_RERUN_TABLE_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include "etalon/v1/trial.pb.h"

namespace etalon {

// What training one trial gave.
struct TrialCourse {
  std::vector<v1::Measurement> measurements;  // by update
  // The update at which the trial diverged; none where it was trained to its
  // end.
  std::optional<int64_t> diverged;
};

// Compares two trainings of one trial, number by number: a line for every part
// of every measurement that either has, and what they come to as the last line,
// "the same to the bit: 3 measurements" or "not the same: ...". Returns whether
// they are the same.
bool PrintComparison(const TrialCourse& recorded, const TrialCourse& again,
                     std::ostream& out);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_RERUN_TABLE_H_

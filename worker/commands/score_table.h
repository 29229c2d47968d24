#ifndef ETALON_WORKER_COMMANDS_SCORE_TABLE_H_
#define ETALON_WORKER_COMMANDS_SCORE_TABLE_H_

#include <ostream>
#include <string>

#include "etalon/v1/trial.pb.h"
#include "worker/train/evaluate_network.h"

namespace etalon {

// A line that begins with `start`: the accuracy that was recorded, the one
// measured, and whether loss, cost and accuracy are the same to the bit; where
// they are not, further lines with those that differ. Null where there is none.
// Returns whether both are there and the same.
bool PrintScore(const std::string& start, const v1::PartMeasurement* recorded,
                const v1::PartMeasurement* measured, std::ostream& out);

// A line for each part. Returns whether those of all parts that were recorded
// are the same, which are one at least.
bool PrintScores(const v1::Measurement& recorded,
                 const train::PartScores& measured, std::ostream& out);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_SCORE_TABLE_H_

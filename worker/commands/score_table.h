#ifndef ETALON_WORKER_COMMANDS_SCORE_TABLE_H_
#define ETALON_WORKER_COMMANDS_SCORE_TABLE_H_

#include <ostream>

#include "etalon/v1/trial.pb.h"
#include "worker/train/evaluate_network.h"

namespace etalon {

// A line for each part: the accuracy that was recorded, the one measured, and
// whether loss, cost and accuracy are the same. Returns whether those of all
// parts that were recorded are, which are one at least.
bool PrintScores(const v1::Measurement& recorded,
                 const train::PartScores& measured, std::ostream& out);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_SCORE_TABLE_H_

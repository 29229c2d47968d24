#ifndef ETALON_COMMON_SPEC_READ_TRAINING_H_
#define ETALON_COMMON_SPEC_READ_TRAINING_H_

#include "common/spec/fields.h"
#include "etalon/v1/training.pb.h"

namespace etalon {

// Reads a search's or a stage's `training`. What the file leaves out stays
// unset: the definition's comments say what that means.
void ReadTraining(const Field& field, v1::Training& training);

// Parts of it, in files of their own.
void ReadDataset(const Field& field, v1::Dataset& dataset);
void ReadNetwork(const Field& field, v1::Network& network);
void ReadOptimizer(const Field& field, v1::Optimizer& optimizer);
void ReadSchedule(const Field& field, v1::Schedule& schedule);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_READ_TRAINING_H_

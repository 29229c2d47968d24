#ifndef ETALON_SERVER_SEARCH_TRAINING_DEFAULTS_H_
#define ETALON_SERVER_SEARCH_TRAINING_DEFAULTS_H_

#include <cstdint>

#include "etalon/v1/training.pb.h"

namespace etalon {

// What follows takes any `training`, valid or not.

// Fills in every default that training.proto names. What has no default and is
// missing stays so.
void FillDefaults(uint64_t search_seed, v1::Training& training);

// The same without those of the data set.
void FillDefaultsButDataset(v1::Training& training);

// Turns a half-cycle of epochs into one of updates, of which an epoch has as
// many as batch size and training images say.
void CountInUpdates(v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINING_DEFAULTS_H_

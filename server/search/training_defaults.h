#ifndef ETALON_SERVER_SEARCH_TRAINING_DEFAULTS_H_
#define ETALON_SERVER_SEARCH_TRAINING_DEFAULTS_H_

#include <cstdint>

#include "etalon/v1/training.pb.h"

namespace etalon {

// Fills in every default that training.proto names, and turns a half-cycle of
// epochs into one of updates. What has no default and is missing stays so.
// `training` need not be valid.
void FillDefaults(uint64_t search_seed, v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINING_DEFAULTS_H_

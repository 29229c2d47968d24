#ifndef ETALON_SERVER_SEARCH_SEEDS_H_
#define ETALON_SERVER_SEARCH_SEEDS_H_

#include <cstdint>

#include "etalon/v1/trial.pb.h"

namespace etalon {

// Seeds of one trial. `stage` is the stage's position in its search,
// `configuration` the index in the stage, all from 0. The weights start
// differently in every trial; the minibatches come in one order for all
// configurations of a stage's replicate, so that these are compared on the same
// draws.
v1::Seeds TrialSeeds(uint64_t search_seed, int stage, int configuration,
                     int replicate);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SEEDS_H_

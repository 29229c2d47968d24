#ifndef ETALON_SERVER_SEARCH_EVALUATION_POINTS_H_
#define ETALON_SERVER_SEARCH_EVALUATION_POINTS_H_

#include <cstdint>

#include "etalon/v1/training.pb.h"

namespace etalon {

// The first update from `update`, 1 or more, on after which workers measure a
// trial of `training`, as ApplyParameters gives it: the last one where there is
// none before. Where that is,
// workers decide (worker/train/evaluation.cc): both know the same rule.
int64_t NextEvaluation(const v1::Training& training, int64_t update);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_EVALUATION_POINTS_H_
